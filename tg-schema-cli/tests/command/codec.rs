//! `tg-schema encode` and `tg-schema decode`.

use crate::folder::Folder;

const TAG: &str = r#"{"name":"hi","weight":3}"#;
/// The string `hi`, the long 3.
const AVRO: &str = "04686906";

#[test]
fn avro_as_hex_is_the_default() {
    let folder = Folder::chat();
    let run = folder
        .pipe(&["encode", "Tag"], TAG.as_bytes())
        .ends(0)
        .silent();
    assert_eq!(run.out, format!("{AVRO}\n"));
    let run = folder
        .pipe(&["decode", "Tag"], b"04 68 69\n06\n")
        .ends(0)
        .silent();
    assert_eq!(run.out, format!("{TAG}\n"));
}

#[test]
fn every_wire_and_every_form_of_bytes_goes_there_and_back() {
    let folder = Folder::chat();
    for wire in ["avro", "confluent", "single-object", "json"] {
        for form in ["hex", "base64", "raw"] {
            let id: &[&str] = if wire == "confluent" {
                &["--schema-id", "7"]
            } else {
                &[]
            };
            let there = [&["encode", "Tag", "--wire", wire, "--out", form], id].concat();
            let bytes = folder.pipe(&there, TAG.as_bytes()).ends(0).silent().bytes;
            let back = [&["decode", "Tag", "--wire", wire, "--in", form], id].concat();
            assert_eq!(
                folder.pipe(&back, &bytes).ends(0).silent().out,
                format!("{TAG}\n"),
                "{wire} {form}"
            );
        }
    }
}

#[test]
fn frames_are_as_they_are_defined() {
    let folder = Folder::chat();
    let run = folder
        .pipe(
            &["encode", "Tag", "--wire", "confluent", "--schema-id", "258"],
            TAG.as_bytes(),
        )
        .ends(0);
    assert_eq!(run.out, format!("0000000102{AVRO}\n"));
    let canonical = folder.run(&["show", "Tag", "--as", "canonical"]).out;
    let header = tg_schema_model::Fingerprint::of(&canonical).single_object_header();
    let header = tg_schema_model::fingerprint::hex(&header);
    let run = folder
        .pipe(
            &["encode", "Tag", "--wire", "single-object"],
            TAG.as_bytes(),
        )
        .ends(0);
    assert_eq!(run.out, format!("{header}{AVRO}\n"));
    let run = folder
        .pipe(
            &["encode", "Tag", "--wire", "json"],
            b" {\"weight\": 3, \"name\": \"hi\"}",
        )
        .ends(0);
    assert_eq!(run.out, TAG);
}

#[test]
fn files_and_other_forms_of_the_json_text() {
    let folder = Folder::chat();
    folder.put("tag.json", TAG);
    assert_eq!(
        folder.run(&["encode", "Tag", "tag.json"]).ends(0).out,
        format!("{AVRO}\n")
    );
    assert_eq!(
        folder
            .pipe(&["encode", "Tag", "-"], TAG.as_bytes())
            .ends(0)
            .out,
        format!("{AVRO}\n")
    );
    folder.put("tag.hex", AVRO);
    let run = folder
        .run(&["decode", "Tag", "tag.hex", "--out", "hex"])
        .ends(0);
    let run = folder
        .pipe(&["encode", "Tag", "--in", "hex"], run.out.as_bytes())
        .ends(0);
    assert_eq!(run.out, format!("{AVRO}\n"));
    let pretty = folder
        .run(&["decode", "Tag", "tag.hex", "--pretty"])
        .ends(0)
        .out;
    assert_eq!(pretty, "{\n  \"name\": \"hi\",\n  \"weight\": 3\n}\n");
    folder
        .run(&["decode", "Tag", "none.hex"])
        .ends(2)
        .complains("none.hex");
}

#[test]
fn inputs_can_be_named() {
    let folder = Folder::new();
    folder.put("a.toml", "[record.A.fields]\nx = \"B\"\n");
    folder.put("b.toml", "[record.B.fields]\ny = \"int\"\n");
    let run = folder
        .pipe(
            &["encode", "A", "--inputs", "a.toml", "-i", "b.toml"],
            b"{\"x\":{\"y\":-1}}",
        )
        .ends(0);
    assert_eq!(run.out, "01\n");
}

#[test]
fn errors_name_the_field_and_the_byte() {
    let folder = Folder::chat();
    let encode = |text: &str| {
        folder
            .pipe(&["encode", "Question"], text.as_bytes())
            .ends(2)
    };
    let run = encode(
        r#"{"prompt":"x","tone":"plain","tags":[{"name":"a","weight":1},{"name":"b","weight":1.5}]}"#,
    );
    run.complains("Question.tags[1].weight: found the number 1.5");
    encode(r#"{"prompt":"x","tags":[]}"#).complains("tone");
    encode(r#"{"prompt":"x","tone":"loud","tags":[]}"#).complains("loud");
    encode("{").complains("byte 1");
    let decode = |hex: &str| folder.pipe(&["decode", "Tag"], hex.as_bytes()).ends(2);
    decode("046869").complains("Tag.weight").complains("byte 3");
    decode("0468690600").complains("one byte is left");
    decode("02ff06").complains("Tag.name");
    decode("0468690")
        .complains("only one hexadecimal digit")
        .complains("--in raw");
    decode("zz").complains("character 1");
    folder
        .pipe(&["decode", "Tag", "--in", "base64"], b"!!!!")
        .ends(2)
        .complains("base64");
}

#[test]
fn schema_ids_and_fingerprints_are_compared() {
    let folder = Folder::chat();
    folder
        .pipe(&["encode", "Tag", "--wire", "confluent"], TAG.as_bytes())
        .ends(2)
        .complains("--schema-id N");
    folder
        .pipe(&["encode", "Tag", "--schema-id", "7"], TAG.as_bytes())
        .ends(2)
        .complains("--wire confluent");
    let framed = format!("0000000102{AVRO}");
    folder
        .pipe(&["decode", "Tag", "--wire", "confluent"], framed.as_bytes())
        .ends(0);
    folder
        .pipe(
            &["decode", "Tag", "--wire", "confluent", "--schema-id", "7"],
            framed.as_bytes(),
        )
        .ends(2)
        .complains("schema id 258, not 7");
    folder
        .pipe(
            &["decode", "Tag", "--wire", "single-object"],
            format!("c3010000000000000000{AVRO}").as_bytes(),
        )
        .ends(2)
        .complains("byte 2");
}

#[test]
fn only_records_travel() {
    let folder = Folder::chat();
    folder
        .pipe(&["encode", "Tone"], b"\"plain\"")
        .ends(2)
        .complains("is an enum");
    folder
        .pipe(&["decode", "Tga"], b"")
        .ends(2)
        .complains("did you mean `Tag`?");
}

#[test]
fn problems_for_programs() {
    let folder = Folder::chat();
    let report = folder
        .pipe(&["decode", "Tag", "--format", "json"], b"00")
        .ends(2)
        .silent()
        .json();
    let problems = report
        .get("diagnostics")
        .and_then(|d| d.as_array())
        .unwrap();
    assert!(
        problems[0]
            .get("message")
            .and_then(|m| m.as_str())
            .unwrap()
            .contains("Tag.weight")
    );
}

#[test]
fn a_missing_hexadecimal_digit_is_told() {
    let folder = Folder::chat();
    folder
        .pipe(&["decode", "Tag"], b"abc\n")
        .ends(2)
        .complains("standard input: a digit is missing: the last byte has only one");
}
