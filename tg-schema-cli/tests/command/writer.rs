//! `tg-schema decode --writer`.

use crate::folder::{Folder, Run};
use tg_schema_model::Fingerprint;
use tg_schema_model::fingerprint::hex;

/// A tag of another version: the weight is an int, or null, and there is a color.
const OLD: &str = r#"{"type": "record", "name": "Tag", "namespace": "demo.old", "fields": [
    {"name": "color", "type": "string"},
    {"name": "weight", "type": ["null", "int"]},
    {"name": "name", "type": "string"}
]}"#;
/// The color `red`, the weight 3, the name `hi`.
const OLD_AVRO: &str = "0672656402060468 69";
const TAG: &str = "{\"name\":\"hi\",\"weight\":3}\n";

fn folder() -> Folder {
    let folder = Folder::chat();
    folder.put("old.avsc", OLD);
    folder
}

fn decode(folder: &Folder, more: &[&str], hex: &str) -> Run {
    let arguments = [&["decode", "Tag", "--writer", "old.avsc"], more].concat();
    folder.pipe(&arguments, hex.as_bytes())
}

#[test]
fn messages_of_another_version() {
    let folder = folder();
    let run = decode(&folder, &[], OLD_AVRO).ends(0).silent();
    assert_eq!(run.out, TAG);
    let framed = format!("0000000102{OLD_AVRO}");
    let run = decode(&folder, &["--wire", "confluent"], &framed).ends(0);
    assert_eq!(run.out, TAG);
    decode(
        &folder,
        &["--wire", "confluent", "--schema-id", "258"],
        &framed,
    )
    .ends(0);
    decode(
        &folder,
        &["--wire", "confluent", "--schema-id", "7"],
        &framed,
    )
    .ends(2)
    .complains("schema id 258, not 7");
    decode(&folder, &["--wire", "confluent"], "01")
        .ends(2)
        .complains("Confluent header");
}

#[test]
fn the_record_s_own_schema_is_a_writer_too() {
    let folder = folder();
    let own = folder.run(&["show", "Tag", "--as", "avro"]).out;
    folder.put("old.avsc", &own);
    assert_eq!(decode(&folder, &[], "04686906").ends(0).silent().out, TAG);
}

#[test]
fn single_objects_must_name_the_writer_or_the_record() {
    let folder = folder();
    let single = ["--wire", "single-object"];
    let canonical = tg_schema_model::avro::parse(OLD).unwrap().canonical();
    let header = hex(&Fingerprint::of(&canonical).single_object_header());
    let run = decode(&folder, &single, &format!("{header}{OLD_AVRO}")).ends(0);
    assert_eq!(run.out, TAG);
    let own = folder
        .pipe(
            &["encode", "Tag", "--wire", "single-object"],
            TAG.as_bytes(),
        )
        .out;
    assert_eq!(decode(&folder, &single, &own).ends(0).out, TAG);
    decode(&folder, &single, &format!("c3010000000000000000{OLD_AVRO}"))
        .ends(2)
        .complains("fingerprint 0000000000000000; the writer's schema has ")
        .complains(", this record has ")
        .complains("byte 2");
}

#[test]
fn what_cannot_be_read_is_told_where_a_message_holds_it() {
    let folder = folder();
    let run = decode(&folder, &[], "06726564000468 69")
        .ends(2)
        .complains("Tag.weight: the writer may have no value here, and long needs one")
        .complains("make the type optional: `T?`")
        .complains("byte 5");
    // There is nothing else to tell.
    assert!(!run.err.contains("the record cannot read"), "{run:?}");
    // Bytes that are wrong are no matter of the schemas.
    let run = decode(&folder, &[], "0672656402060468").ends(2);
    assert!(
        run.err.contains("Tag.name") && !run.err.contains("the record cannot read"),
        "{run:?}"
    );
    folder.put(
        "old.avsc",
        r#"{"type": "record", "name": "Question", "fields": [
            {"name": "prompt", "type": "string"}, {"name": "tone", "type":
                {"type": "enum", "name": "Tone", "symbols": ["plain", "rude"]}},
            {"name": "tags", "type": {"type": "array", "items": "int"}}]}"#,
    );
    let question = |hex: &str| {
        let arguments = ["decode", "Question", "--writer", "old.avsc"];
        folder.pipe(&arguments, hex.as_bytes())
    };
    let run = question("02780000").ends(0).silent();
    assert_eq!(
        run.out,
        "{\"prompt\":\"x\",\"count\":1,\"tone\":\"plain\",\"tags\":[]}\n"
    );
    question("02780200")
        .ends(2)
        .complains(
            "Question.tone: the writer's symbol \"rude\" is none of Tone, which has no default",
        )
        .complains(
            "Question.tags[]: the writer has int, which cannot be read as the record demo.Tag",
        );
    question("0278000202 00")
        .ends(2)
        .complains("Question.tags[0]: the writer has int");
}

#[test]
fn long_lists_of_problems_are_cut() {
    let folder = Folder::new();
    let fields: String = (0..30).map(|i| format!("x{i} = \"int\"\n")).collect();
    folder.put(
        "schemas/many.toml",
        &format!("[record.Many.fields]\n{fields}"),
    );
    folder.put(
        "old.avsc",
        r#"{"type": "record", "name": "Many", "fields": []}"#,
    );
    let run = folder
        .pipe(&["decode", "Many", "--writer", "old.avsc"], b"")
        .ends(2);
    let run = run.complains("Many.x19: ").complains("and 10 more");
    assert!(!run.err.contains("Many.x20: "), "{run:?}");
}

#[test]
fn files_that_are_no_schema() {
    let folder = folder();
    let with = |text: &str| {
        folder.put("old.avsc", text);
        decode(&folder, &[], OLD_AVRO).ends(2)
    };
    with("{").complains("old.avsc is no Avro schema: ");
    with(r#"{"type": "record", "name": "Tag", "fields": [{"name": "x", "type": "strnig"}]}"#)
        .complains("old.avsc is no Avro schema: /fields/0/type: no type");
    with(&" ".repeat((4 << 20) + 1)).complains("old.avsc is larger than 4194304 bytes");
    std::fs::write(folder.path("old.avsc"), b"\"\xff\"").unwrap();
    decode(&folder, &[], OLD_AVRO)
        .ends(2)
        .complains("old.avsc is no Avro schema: invalid utf-8");
    folder.remove("old.avsc");
    decode(&folder, &[], OLD_AVRO)
        .ends(2)
        .complains("cannot read old.avsc");
    let arguments = ["decode", "Tag", "--writer", "schemas"];
    folder
        .pipe(&arguments, b"00")
        .ends(2)
        .complains("cannot read schemas");
}

#[test]
fn json_has_no_writer() {
    let folder = folder();
    decode(&folder, &["--wire", "json"], TAG)
        .ends(2)
        .complains("messages in JSON are read without the schema")
        .complains("drop `--writer`");
}

#[test]
fn problems_for_programs() {
    let folder = folder();
    let two = OLD.replace("\"string\"}\n", "[\"int\", \"string\"]}\n");
    folder.put("old.avsc", &two);
    let report = decode(&folder, &["--format", "json"], "0672656400020468 69")
        .ends(2)
        .silent()
        .json();
    let problems = report
        .get("diagnostics")
        .and_then(|d| d.as_array())
        .unwrap();
    let text = |key| problems[0].get(key).and_then(|m| m.as_str()).unwrap();
    assert!(text("message").contains("Tag.weight"));
    assert!(text("help").contains("Tag.weight: the writer may have no value here"));
}

/// What is no message, but something that is easily taken for one.
#[test]
fn a_container_file_is_told() {
    let folder = folder();
    for arguments in [
        &["decode", "Tag"][..],
        &["decode", "Tag", "--writer", "old.avsc"],
    ] {
        folder
            .pipe(arguments, b"4f626a0104166176726f2e736368656d61")
            .ends(2)
            .complains("begins as a container file does");
    }
}
