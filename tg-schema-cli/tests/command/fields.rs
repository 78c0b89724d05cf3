//! `tg-schema decode --field`.

use crate::folder::{Folder, Run};

const QUESTION: &str =
    r#"{"prompt":"hi","count":2,"tone":"formal","tags":[{"name":"a","weight":1}]}"#;

/// A question on the wire.
fn question(folder: &Folder, wire: &[&str]) -> Vec<u8> {
    let arguments = [&["encode", "Question", "--out", "raw"], wire].concat();
    folder.pipe(&arguments, QUESTION.as_bytes()).ends(0).bytes
}

fn decode(folder: &Folder, more: &[&str], bytes: &[u8]) -> Run {
    let arguments = [&["decode", "Question", "--in", "raw"], more].concat();
    folder.pipe(&arguments, bytes)
}

#[test]
fn one_object_in_the_order_asked_for() {
    let folder = Folder::chat();
    let bytes = question(&folder, &[]);
    let fields = [
        "--field", "tone", "--field", "prompt", "--field", "system", "--field", "count",
    ];
    let run = decode(&folder, &fields, &bytes).ends(0).silent();
    assert_eq!(
        run.out,
        "{\"tone\":\"formal\",\"prompt\":\"hi\",\"system\":null,\"count\":2}\n"
    );
    let run = decode(&folder, &["--field", "count", "--pretty"], &bytes).ends(0);
    assert_eq!(run.out, "{\n  \"count\": 2\n}\n");
    let run = decode(&folder, &["--field", "count", "--out", "hex"], &bytes).ends(0);
    assert_eq!(run.out, "7b22636f756e74223a327d\n");
    // One item: the string `a`, the long 1.
    let run = decode(&folder, &["--field", "tags"], &bytes).ends(0);
    assert_eq!(run.out, "{\"tags\":\"AgJhAgA=\"}\n");
}

#[test]
fn every_wire_of_avro() {
    let folder = Folder::chat();
    let count = ["--field", "count"];
    for wire in [
        &["--wire", "avro"][..],
        &["--wire", "single-object"],
        &["--wire", "confluent", "--schema-id", "7"],
    ] {
        let bytes = question(&folder, wire);
        let run = decode(&folder, &[wire, &count].concat(), &bytes)
            .ends(0)
            .silent();
        assert_eq!(run.out, "{\"count\":2}\n");
    }
    let bytes = question(&folder, &["--wire", "confluent", "--schema-id", "7"]);
    let other = ["--wire", "confluent", "--schema-id", "8"];
    decode(&folder, &[&other, &count[..]].concat(), &bytes)
        .ends(2)
        .complains("schema id 7, not 8");
    let mut bytes = question(&folder, &["--wire", "single-object"]);
    bytes[2] ^= 1;
    decode(
        &folder,
        &[&["--wire", "single-object"], &count[..]].concat(),
        &bytes,
    )
    .ends(2)
    .complains("Question: the message was written with the schema of fingerprint")
    .complains("byte 2");
    decode(
        &folder,
        &[&["--wire", "json"], &count[..]].concat(),
        QUESTION.as_bytes(),
    )
    .ends(2)
    .complains("a message in JSON is read whole")
    .complains("drop `--field`");
    decode(&folder, &["--schema-id", "7", "--field", "count"], &bytes)
        .ends(2)
        .complains("only Confluent framing has a schema id");
}

#[test]
fn values_of_every_type() {
    let folder = Folder::new();
    folder.put(
        "schemas/a.toml",
        "[record.A.fields]\nat = \"timestamp_ms\"\nday = \"date\"\nid = \"uuid\"\nprice = \"decimal(9,2)\"\nbytes = \"bytes\"\nflag = \"boolean\"\nratio = \"double\"\npart = \"B?\"\n[record.B.fields]\nx = \"float\"\nnext = \"B?\"\n",
    );
    let message = r#"{"at":"2026-01-31T13:05:09.250Z","day":"2026-01-31","id":"00000000-0000-4000-8000-000000000001","price":"-12.50","bytes":"AP8=","flag":true,"ratio":0.1,"part":{"x":2.5}}"#;
    let bytes = folder
        .pipe(&["encode", "A"], message.as_bytes())
        .ends(0)
        .out;
    let read = |fields: &str| {
        let fields = fields.split(' ').flat_map(|field| ["--field", field]);
        let arguments: Vec<&str> = ["decode", "A"].into_iter().chain(fields).collect();
        folder.pipe(&arguments, bytes.as_bytes())
    };
    let run = read("at day id price bytes flag ratio part.x part.next.x")
        .ends(0)
        .silent();
    let start = message
        .replace("2.5}}", "")
        .replace("\"part\":{\"x\":", "\"part.x\":2.5,\"part.next.x\":null}");
    assert_eq!(run.out, format!("{start}\n"));
    read("part part.x")
        .ends(2)
        .complains("`part` and `part.x` are both asked for");
    read("part.y")
        .ends(2)
        .complains("`part.y`: the record B has no field `y`");
    read("day.x")
        .ends(2)
        .complains("`day` is of type int, which has no fields");
    // The float NaN.
    let run = folder
        .pipe(&["decode", "B", "--field", "x"], b"0000c07f")
        .ends(2);
    run.complains("`x` is a number that JSON does not have");
}

#[test]
fn bytes_are_read_as_far_as_the_last_field() {
    let folder = Folder::chat();
    let run = decode(&folder, &["--field", "prompt"], b"\x04hi")
        .ends(0)
        .silent();
    assert_eq!(run.out, "{\"prompt\":\"hi\"}\n");
    decode(&folder, &["--field", "count"], b"\x04hi")
        .ends(2)
        .complains("Question.system: expected a number, the input ends (at byte 3)");
    decode(
        &folder,
        &["--field", "count", "--wire", "confluent"],
        b"\x00\x00\x00\x00\x07\x04hi",
    )
    .ends(2)
    .complains("(at byte 8)");
}

#[test]
fn fields_of_another_writer_have_the_writer_s_names() {
    let folder = Folder::chat();
    folder.put(
        "old.avsc",
        r#"{"type": "record", "name": "Question", "fields": [
            {"name": "old", "type": ["int", "string"]}, {"name": "text", "type": "string"}]}"#,
    );
    let written = ["--writer", "old.avsc", "--field", "text", "--field", "old"];
    let run = decode(&folder, &written, b"\x02\x02a\x02b")
        .ends(0)
        .silent();
    assert_eq!(run.out, "{\"text\":\"b\",\"old\":\"a\"}\n");
    decode(&folder, &["--writer", "old.avsc", "--field", "prompt"], b"")
        .ends(2)
        .complains("the record Question has no field `prompt`; it has old, text");
    // A single object may be of the record's own schema.
    let bytes = question(&folder, &["--wire", "single-object"]);
    let own = [
        "--writer",
        "old.avsc",
        "--wire",
        "single-object",
        "--field",
        "prompt",
    ];
    let run = decode(&folder, &own, &bytes).ends(0);
    assert_eq!(run.out, "{\"prompt\":\"hi\"}\n");
}
