//! Annotated Rust and Avro schemas as inputs of every command that reads definitions.

use crate::folder::{CHAT, Folder};

const RUST: &str = r#"//! Talk.

/// Ask.
#[tg_schema(namespace = "demo", topic = "q1/demo/chat/questions")]
pub struct Question {
    pub prompt: String,
    pub system: Option<String>,
    /// How many answers.
    #[tg(default = 1)]
    pub count: i32,
    pub tone: Tone,
    pub tags: Vec<Tag>,
}

#[tg_schema(namespace = "demo")]
pub struct Tag {
    pub name: String,
    pub weight: i64,
}

#[tg_schema(namespace = "demo", rename_all = "snake_case")]
pub enum Tone {
    Plain,
    Formal,
}
"#;

/// `chat.toml` with the topic named as that of a struct is.
fn chat() -> String {
    CHAT.replace("[topic.questions]", "[topic.question]")
}

#[test]
fn annotated_rust_gives_what_the_definition_gives() {
    let folder = Folder::new();
    folder.put("src/chat.rs", RUST);
    folder.put("schemas/chat.toml", &chat());
    let targets = ["--target", "python,pulsar,avro"];
    for (input, out) in [("src/chat.rs", "one"), ("schemas", "two"), ("src", "three")] {
        folder
            .run(&[&["gen", input, "--out", out], &targets[..]].concat())
            .ends(0)
            .silent()
            .says("/avro/chat/Question.avsc\n");
    }
    assert_eq!(folder.all("one"), folder.all("two"));
    assert_eq!(folder.all("one"), folder.all("three"));
    folder
        .run(
            &[
                &["gen", "src/chat.rs", "--out", "two", "--check"],
                &targets[..],
            ]
            .concat(),
        )
        .ends(0);
    folder.put("src/chat.rs", &RUST.replace("i64", "f64"));
    folder
        .run(
            &[
                &["gen", "src/chat.rs", "--out", "two", "--check"],
                &targets[..],
            ]
            .concat(),
        )
        .ends(1)
        .says("changed two/avro/chat/Tag.avsc\n");
}

#[test]
fn avro_schemas_give_themselves() {
    let folder = Folder::new();
    folder.put("schemas/chat.toml", &chat());
    folder.run(&["gen", "--target", "avro"]).ends(0);
    let text = folder.get("generated/avro/chat/Question.avsc");
    folder.put("old/Question.avsc", &text);
    folder
        .run(&["gen", "old/Question.avsc", "--out", "again"])
        .ends(0)
        .silent();
    assert_eq!(folder.get("again/avro/Question/Question.avsc"), text);
    assert!(
        folder.has("again/rust/Question.rs") && folder.has("again/python/messages/Question.py")
    );
    folder
        .run(&["show", "Tag", "old", "--as", "fields"])
        .ends(0)
        .says("weight");
    let message = r#"{"name":"a","weight":2}"#;
    let bytes = |input: &str| {
        folder
            .pipe(&["encode", "Tag", "--inputs", input], message.as_bytes())
            .ends(0)
            .bytes
    };
    folder.put("src/chat.rs", RUST);
    assert_eq!(bytes("old"), bytes("schemas"));
    assert_eq!(bytes("src/chat.rs"), bytes("schemas"));
}

#[test]
fn a_warning_does_not_stop_the_work() {
    let folder = Folder::new();
    folder.put(
        "a.avsc",
        r#"{"type": "record", "name": "A", "fields": [
  {"name": "x", "type": ["null", "int"]},
  {"name": "y", "type": {"type": "long", "logicalType": "time-micros"}}]}"#,
    );
    folder
        .run(&["gen", "a.avsc"])
        .ends(0)
        .complains("a.avsc:2:3")
        .complains("`A.x` may be null and has no default")
        .complains("the logical type \"time-micros\" of `A.y` is not kept");
    let text = folder.get("generated/avro/a/A.avsc");
    assert!(text.contains("\"default\": null"), "{text}");
}

#[test]
fn mistakes_end_with_two_and_have_places() {
    let folder = Folder::new();
    folder.put("plain.rs", "struct A;\n");
    folder.put("wrong.rs", "#[tg_schema]\nstruct A {\n    x: u64,\n}\n");
    folder.put(
        "union.avsc",
        "{\"type\": \"record\", \"name\": \"A\", \"fields\": [\n  {\"name\": \"x\", \"type\": [\"int\", \"null\"]}]}",
    );
    folder.put("text.avsc", "{\n  \"type\": \"recrod\"\n}");
    for (name, place, message) in [
        ("plain.rs", "plain.rs:1:1", "plain.rs has no annotated item"),
        ("wrong.rs", "wrong.rs:3:8", "`u64` has no wire form"),
        (
            "union.avsc",
            "union.avsc:2:25",
            "`A.x` has null as the second type of its union",
        ),
        ("text.avsc", "text.avsc:2:11", "no type \"recrod\""),
    ] {
        folder
            .run(&["gen", name])
            .ends(2)
            .complains(place)
            .complains(message);
    }
    assert!(!folder.has("generated"));
    folder.put("schemas/plain.rs", "struct A;\n");
    folder
        .run(&["gen"])
        .ends(2)
        .complains("no definition files in schemas");
}

#[test]
fn only_definitions_are_formatted() {
    let folder = Folder::chat();
    folder.put("schemas/wrong.rs", "#[tg_schema] struct { x:u64 }");
    folder.put("schemas/a.avsc", "{ }");
    folder.run(&["fmt", "schemas"]).ends(0).says("unchanged\n");
    assert_eq!(folder.get("schemas/a.avsc"), "{ }");
    folder
        .run(&["fmt", "schemas/a.avsc"])
        .ends(2)
        .complains("schemas/a.avsc is no definition file: expected .toml or .json");
}

#[test]
fn outputs_do_not_go_beside_the_input() {
    let folder = Folder::chat();
    let before = folder.all("");
    folder
        .run(&["gen", "schemas/chat.toml", "-o", "schemas"])
        .ends(2)
        .complains("the output folder schemas is the folder of the input schemas/chat.toml");
    assert_eq!(folder.all(""), before);
}

#[test]
fn one_folder_by_two_names_is_one() {
    let folder = Folder::chat();
    folder
        .run(&["gen", "schemas", "./schemas/../schemas"])
        .ends(0)
        .silent();
    folder.put("tg-schema.toml", "inputs = ['schemas', './schemas']\n");
    folder.run(&["gen", "--check"]).ends(0).silent();
}

#[cfg(unix)]
#[test]
fn a_link_to_nowhere_removes_nothing() {
    let folder = Folder::chat();
    folder.put("schemas/x.toml", "[record.X.fields]\na = 'int'\n");
    folder.run(&["gen"]).ends(0);
    folder.remove("schemas/x.toml");
    std::os::unix::fs::symlink("nowhere", folder.path("schemas/x.toml")).unwrap();
    folder
        .run(&["gen"])
        .ends(2)
        .complains("schemas/x.toml is a link that leads nowhere");
    assert!(folder.has("generated/avro/x/X.avsc"));
}
