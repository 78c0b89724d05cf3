//! `tg-schema show`.

use crate::folder::Folder;
use tg_schema_model::{Json, json};

#[test]
fn fields_are_the_default_form() {
    let folder = Folder::chat();
    let run = folder.run(&["show", "Question"]).ends(0).silent();
    let expected = "\
chat.Question
namespace demo
Ask.
topic questions q1/demo/chat/questions

field   type        default  doc
prompt  string
system  string?
count   int         1        How many answers.
tone    Tone
tags    array<Tag>
";
    assert_eq!(run.out, expected);
    let run = folder.run(&["show", "Tone"]).ends(0);
    assert_eq!(run.out, "chat.Tone\nnamespace demo\n\nplain\nformal\n");
}

#[test]
fn bare_module_and_full_names_are_the_same_record() {
    let folder = Folder::chat();
    let bare = folder.run(&["show", "Tag"]).ends(0).out;
    for name in ["chat.Tag", "demo.Tag"] {
        assert_eq!(folder.run(&["show", name]).ends(0).out, bare);
    }
}

#[test]
fn schema_texts_are_exactly_the_generated_files() {
    let folder = Folder::chat();
    folder.run(&["gen"]).ends(0);
    for (form, file) in [
        ("pulsar", "pulsar/chat/Question.json"),
        ("avro", "avro/chat/Question.avsc"),
    ] {
        let shown = folder.run(&["show", "Question", "--as", form]).ends(0).out;
        assert_eq!(shown, folder.get(&format!("generated/{file}")), "{form}");
    }
}

#[test]
fn source_forms_hold_the_definition_alone() {
    let folder = Folder::chat();
    for (form, tag, question, tone) in [
        (
            "rust",
            "pub struct Tag ",
            "pub struct Question ",
            "pub enum Tone ",
        ),
        ("python", "class Tag", "class Question", "class Tone"),
    ] {
        let run = folder.run(&["show", "Tag", "--as", form]).ends(0).says(tag);
        assert!(
            !run.out.contains(question) && !run.out.contains(tone),
            "{run:?}"
        );
        folder
            .run(&["show", "Question", "--as", form])
            .ends(0)
            .says(question);
        folder
            .run(&["show", "Tone", "--as", form])
            .ends(0)
            .says(tone);
    }
}

#[test]
fn identities() {
    let folder = Folder::chat();
    let canonical = folder
        .run(&["show", "Tag", "--as", "canonical"])
        .ends(0)
        .out;
    assert_eq!(
        canonical,
        r#"{"name":"demo.Tag","type":"record","fields":[{"name":"name","type":"string"},{"name":"weight","type":"long"}]}"#
    );
    let fingerprint = tg_schema_model::Fingerprint::of(&canonical);
    let run = folder.run(&["show", "Tag", "--as", "fingerprint"]).ends(0);
    assert_eq!(
        run.out,
        format!(
            "crc64  {}\nsha256 {}\n",
            fingerprint.crc64_hex(),
            fingerprint.sha256_hex()
        )
    );
    let definition = folder
        .run(&["show", "Question", "--as", "definition"])
        .ends(0)
        .out;
    assert!(
        json::parse(&definition).is_ok()
            && definition.contains("How many") == definition.contains("doc")
    );
    let canonical = folder
        .run(&["show", "Tone", "--as", "canonical"])
        .ends(0)
        .out;
    assert_eq!(
        canonical,
        r#"{"name":"demo.Tone","type":"enum","symbols":["plain","formal"]}"#
    );
}

#[test]
fn an_example_message_can_be_encoded() {
    let folder = Folder::chat();
    let example = folder
        .run(&["show", "Question", "--as", "json"])
        .ends(0)
        .out;
    let tree = json::parse(&example).unwrap();
    assert!(
        tree.get("prompt").and_then(Json::as_str).is_some(),
        "{example}"
    );
    let bytes = folder
        .pipe(&["encode", "Question"], example.as_bytes())
        .ends(0)
        .out;
    let back = folder
        .pipe(&["decode", "Question", "--pretty"], bytes.as_bytes())
        .ends(0)
        .out;
    assert_eq!(back, example);
    assert_eq!(
        folder.run(&["show", "Tone", "--as", "json"]).ends(0).out,
        "\"plain\"\n"
    );
}

#[test]
fn reports_for_programs() {
    let folder = Folder::chat();
    let report = folder
        .run(&["show", "Question", "--format", "json"])
        .ends(0)
        .silent()
        .json();
    assert_eq!(
        report.get("record").and_then(Json::as_str),
        Some("chat.Question")
    );
    let fields = report.get("fields").and_then(Json::as_array).unwrap();
    assert_eq!(fields.len(), 5);
    assert_eq!(fields[2].get("default").and_then(Json::as_i64), Some(1));
    assert_eq!(
        fields[1].get("nullable").and_then(Json::as_bool),
        Some(true)
    );
    let report = folder
        .run(&["show", "Tag", "--as", "fingerprint", "--format", "json"])
        .ends(0)
        .json();
    assert_eq!(
        report
            .get("fingerprint")
            .and_then(|f| f.get("crc64")?.as_str())
            .map(str::len),
        Some(16)
    );
    let report = folder
        .run(&["show", "Tag", "--as", "pulsar", "--format", "json"])
        .ends(0)
        .json();
    assert!(json::parse(report.get("text").and_then(Json::as_str).unwrap()).is_ok());
    let report = folder
        .run(&["show", "Tga", "--format", "json"])
        .ends(2)
        .silent()
        .json();
    assert_eq!(report.get("status").and_then(Json::as_str), Some("failed"));
}

#[test]
fn unknown_and_ambiguous_names() {
    let folder = Folder::chat();
    folder
        .run(&["show", "Qestion"])
        .ends(2)
        .complains("no record or enum `Qestion`")
        .complains("did you mean `Question`?");
    folder
        .run(&["show", "Zzzzzzzz"])
        .ends(2)
        .complains("have 3 records and enums");
    folder.put(
        "schemas/other.toml",
        "namespace = \"other\"\n[record.Tag.fields]\nx = \"int\"\n",
    );
    folder
        .run(&["show", "Tag"])
        .ends(2)
        .complains("2 times")
        .complains("chat.Tag")
        .complains("other.Tag");
    folder.run(&["show", "other.Tag"]).ends(0).says("x");
    folder
        .run(&["show", "Tone", "--as", "pulsar"])
        .ends(2)
        .complains("only records are registered");
    folder
        .run(&["show", "Tag", "--as", "xml"])
        .ends(2)
        .complains("fingerprint");
}

#[test]
fn inputs_can_be_named() {
    let folder = Folder::new();
    folder.put("a.toml", "[record.A.fields]\nx = \"int\"\n");
    folder.run(&["show", "A", "a.toml"]).ends(0).says("x");
    folder.run(&["show", "A"]).ends(2).complains("schemas");
}

#[test]
fn the_end_of_a_module_path_is_enough() {
    let folder = Folder::new();
    let text = "[record.Order.fields]\nstatus = 'Status'\n[enum.Status]\nsymbols = ['a']\n";
    folder.put("schemas/example/orders.toml", text);
    let shown = |name: &str| folder.run(&["show", name]).ends(0).silent().out;
    assert_eq!(shown("orders.Status"), shown("example.orders.Status"));
    assert_eq!(shown("orders.Order"), shown("Order"));
    let bytes = folder
        .pipe(&["encode", "orders.Order"], br#"{"status":"a"}"#)
        .ends(0)
        .bytes;
    folder
        .pipe(&["decode", "orders.Order"], &bytes)
        .ends(0)
        .says(r#"{"status":"a"}"#);
    for (wrong, help) in [
        ("orders.Statu", "did you mean `example.orders.Status`?"),
        (
            "exmaple.orders.Status",
            "did you mean `example.orders.Status`?",
        ),
        ("ders.Order", "did you mean `example.orders.Order`?"),
        ("Nothing", "the definitions have 2 records and enums"),
    ] {
        folder.run(&["show", wrong]).ends(2).complains(help);
    }
    // A whole module path comes before the end of another.
    folder.put(
        "schemas/orders.toml",
        "namespace = 'x'\n[enum.Status]\nsymbols = ['b']\n",
    );
    assert!(shown("orders.Status").starts_with("orders.Status\n"));
    folder
        .run(&["show", "Status"])
        .ends(2)
        .complains("write one of example.orders.Status, orders.Status");
}
