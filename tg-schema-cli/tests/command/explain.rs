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
