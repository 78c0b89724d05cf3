//! `tg-schema explain`.

use tg_schema_model::Json;

use crate::folder::Folder;

#[test]
fn a_page_by_any_spelling_of_its_id() {
    let folder = Folder::new();
    let page = folder.run(&["explain", "UNDECLARED_ARGUMENT"]).ends(0);
    let page = page.silent().out;
    assert!(page.starts_with("# UNDECLARED_ARGUMENT\n"), "{page}");
    for part in ["## Why it matters", "## Example", "## What to do"] {
        assert!(page.contains(part), "{page}");
    }
    for word in ["undeclared-argument", "Undeclared_Argument"] {
        assert_eq!(folder.run(&["explain", word]).ends(0).out, page);
    }
}

#[test]
fn a_wrong_id_gets_a_suggestion() {
    let folder = Folder::new();
    folder
        .run(&["explain", "undeclared-arguments"])
        .ends(2)
        .complains("no rule is named `undeclared-arguments`")
        .complains("did you mean UNDECLARED_ARGUMENT?");
    folder
        .run(&["explain", "weather"])
        .ends(2)
        .complains("lists all rules");
}

#[test]
fn all_rules_in_a_list() {
    let folder = Folder::new();
    let list = folder.run(&["explain"]).ends(0).silent().out;
    let answer = folder.run(&["explain", "--format", "json"]).ends(0).json();
    let rules = answer.get("rules").and_then(Json::as_array).unwrap();
    assert!(rules.len() > 50);
    for rule in rules {
        let id = rule.get("id").and_then(Json::as_str).unwrap();
        assert!(list.lines().any(|l| l.trim_start().starts_with(id)), "{id}");
    }
    let one = folder.run(&["explain", "topic-uri", "--format", "json"]);
    let one = one.ends(0).json();
    let id = one.get("rule").and_then(|r| r.get("id"));
    assert_eq!(id, Some(&Json::str("TOPIC_URI")));
}

/// Rules whose two versions no reader of messages minds.
const NO_MESSAGE: [&str; 32] = [
    "NAMESPACE_CHANGED",
    "PROFILE_CHANGED",
    "QOS_CHANGED",
    "RESERVED_NAME_DROPPED",
    "RESERVED_NAME_REUSED",
    "SCHEMA_ADDED",
    "SCHEMA_REMOVED",
    "SCHEMA_TYPE_CHANGED",
    "SCHEMA_UNREADABLE",
    "TENANT_CHANGED",
    "TOPIC_ADDED",
    "TOPIC_CHANGED",
    "TOPIC_REMOVED",
    "TOPIC_RENAMED",
    "TOPIC_REUSED",
    "ALIAS_ADDED",
    "ALIAS_REMOVED",
    "DEPRECATION_CHANGED",
    "DOC_CHANGED",
    "FIELD_ADDED",
    "FIELD_DEFAULT_ADDED",
    "FIELD_DEFAULT_CHANGED",
    "FIELD_DEFAULT_REMOVED",
    "FIELD_ORDER_CHANGED",
    "ENUM_DEFAULT_CHANGED",
    "ENUM_DEFAULT_MISSING",
    "ENUM_OPEN_WITH_DEFAULT",
    "ENUM_REORDERED",
    "BROKER_ERROR",
    "RUST_DERIVE_LOST",
    "RUST_NON_EXHAUSTIVE",
    "RUST_TYPE_CHANGED",
];

/// A script of a counter-example, run as it is; the JSON form says what to expect.
#[test]
fn counterexamples_run() {
    let folder = Folder::new();
    let list = folder.run(&["explain", "--format", "json"]).ends(0).json();
    let (mut without, mut read) = (Vec::new(), [0, 0]);
    for rule in list.get("rules").and_then(Json::as_array).unwrap() {
        let text = |json: &Json, key: &str| json.get(key)?.as_str().map(str::to_owned);
        let id = text(rule, "id").unwrap();
        let arguments = ["explain", &id, "--emit-counterexample", "--format", "json"];
        let run = folder.run(&arguments);
        if run.code == 2 {
            let example = text(rule, "example").unwrap();
            let run = folder.run(&arguments[..3]).ends(2);
            run.complains(&format!("no message shows {id}"));
            if example.contains("Before:\n\n```") {
                without.push(id);
            }
            continue;
        }
        let emitted = run.ends(0).json();
        let script = folder.run(&arguments[..3]).ends(0).silent().out;
        let here = Folder::new();
        let (all, check) = shell(&here, &script);
        for file in emitted.get("files").and_then(Json::as_array).unwrap() {
            let kept = here.get(&text(file, "name").unwrap());
            assert_eq!(kept.trim_end(), text(file, "text").unwrap(), "{script}");
        }
        assert!(check.is_some_and(|code| code < 2), "{script}\n{all}");
        assert!(all.contains(&format!("[{id}]")), "{script}\n{all}");
        let messages = emitted.get("messages").and_then(Json::as_array).unwrap();
        assert!(!messages.is_empty(), "{script}");
        for message in messages {
            let commands = message.get("commands").and_then(Json::as_array).unwrap();
            let shows = message.get("shows").unwrap();
            if commands.is_empty() {
                continue;
            }
            match text(shows, "error") {
                Some(error) => {
                    let error = format!("error: {error}");
                    assert!(all.contains(&error), "{error}\n{script}\n{all}");
                    read[0] += 1;
                }
                None => {
                    let value = shows.get("value").unwrap().compact();
                    let told = all.lines().any(|line| line == value);
                    assert!(told, "{value}\n{script}\n{all}");
                    read[1] += 1;
                }
            }
        }
    }
    assert_eq!(without, NO_MESSAGE);
    assert!(read.iter().all(|count| *count > 20), "{read:?}");
    folder
        .run(&["explain", "--emit-counterexample"])
        .ends(2)
        .complains("<ID>");
}

/// What a script writes, errors included, and how it ends.
fn shell(folder: &Folder, script: &str) -> (String, Option<i32>) {
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_tg-schema"));
    let mut path = program.parent().unwrap().as_os_str().to_owned();
    path.push(":");
    path.push(std::env::var_os("PATH").unwrap_or_default());
    let mut command = std::process::Command::new("sh");
    let command = command.arg("-c").arg(format!("exec 2>&1\n{script}"));
    let output = command.current_dir(&folder.0).env("PATH", path).output();
    let output = output.expect("a shell");
    (
        String::from_utf8_lossy(&output.stdout).into_owned(),
        output.status.code(),
    )
}
