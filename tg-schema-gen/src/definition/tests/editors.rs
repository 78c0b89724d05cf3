//! The editors' schema and the reader, held together.

use tg_schema_model::{Json, Verdict, json};

use crate::definition::{expression, key};

/// The editors' schema knows the keys that the reader knows, no more and no fewer.
#[test]
fn the_editors_schema_has_the_readers_keys() {
    let text = include_str!("../../../../schemas/definition.schema.json");
    let schema = json::parse(text).expect("the editors' schema is JSON");
    let properties = |path: &[&str]| -> Vec<String> {
        let mut at = &schema;
        for key in path {
            at = at
                .get(key)
                .unwrap_or_else(|| panic!("{path:?} has no {key}"));
        }
        assert_eq!(
            at.get("additionalProperties"),
            Some(&Json::Bool(false)),
            "{path:?}"
        );
        let found = at
            .get("properties")
            .and_then(Json::as_object)
            .unwrap_or_default();
        for (key, value) in found {
            let told = value.get("description").is_some() || value.get("$ref").is_some();
            assert!(told, "{path:?}.{key} has no description");
        }
        found.iter().map(|(key, _)| key.clone()).collect()
    };
    let tables: [(&[&str], &[&str]); 16] = [
        (&[], key::FILE),
        (&["definitions", "record"], key::RECORD),
        (&["definitions", "field"], key::FIELD),
        (&["definitions", "enum"], key::ENUM),
        (&["definitions", "topic"], key::TOPIC),
        (&["definitions", "recordPulsar"], key::RECORD_PULSAR),
        (&["definitions", "fieldPulsar"], key::FIELD_PULSAR),
        (&["definitions", "enumPulsar"], key::ENUM_PULSAR),
        (&["definitions", "originTable"], key::ORIGIN),
        (&["definitions", "fieldOriginTable"], key::FIELD_ORIGIN),
        (&["definitions", "unresolvedField"], key::UNRESOLVED),
        (&["definitions", "unresolvedItem"], key::UNRESOLVED),
        (&["definitions", "check"], key::CHECK),
        (&["definitions", "fileCheck"], key::FILE_CHECK),
        (&["definitions", "allow"], key::ALLOW),
        (&["definitions", "fileAllow"], key::FILE_ALLOW),
    ];
    for (path, keys) in tables {
        let mut expected: Vec<&str> = keys.to_vec();
        let named = matches!(path, [_, "record" | "field" | "enum" | "topic"]);
        if named {
            expected.push(key::NAME);
        }
        match path {
            [_, "unresolvedField"] => expected.push("field"),
            [_, "unresolvedItem"] => {
                expected.extend(["class", "enum", "topic"]);
                expected.extend(key::FILE_UNRESOLVED);
            }
            _ => {}
        }
        expected.sort_unstable();
        let mut found = properties(path);
        found.sort_unstable();
        assert_eq!(found, expected, "{path:?}");
    }
    let values = |name: &str| -> Vec<String> {
        let list = schema
            .get("definitions")
            .and_then(|d| d.get(name))
            .and_then(|d| d.get("enum"));
        let items = list.and_then(Json::as_array).unwrap_or_default();
        items
            .iter()
            .filter_map(Json::as_str)
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(values("profile"), key::PROFILES);
    assert_eq!(values("encoding"), key::ENCODINGS);
    let verdicts = ["originTable", "fieldOriginTable"].map(|table| {
        let at = ["definitions", table, "properties", "verdict", "enum"];
        let words = at.iter().try_fold(&schema, |at, key| at.get(key));
        let words = words.and_then(Json::as_array).unwrap_or_default();
        let words = words.iter().filter_map(Json::as_str);
        words.map(str::to_owned).collect::<Vec<_>>()
    });
    let expected: Vec<_> = Verdict::ALL.map(|v| v.name().to_owned()).into();
    assert_eq!(verdicts, [expected.clone(), expected]);
    let pattern = schema
        .get("definitions")
        .and_then(|d| d.get("type"))
        .and_then(|d| d.get("pattern"))
        .and_then(Json::as_str)
        .unwrap_or_default();
    assert!(!pattern.is_empty());
    for word in expression::WORDS {
        let told = text.contains(&format!("`{word}`"))
            || text.contains(&format!("`{word}<"))
            || text.contains(&format!("`{word}("));
        assert!(told, "{word} is not described");
    }
}

/// Where a value has several forms, its type chooses one: an editor can tell which key in it is wrong.
#[test]
fn the_editors_schema_chooses_forms_by_type() {
    let text = include_str!("../../../../schemas/definition.schema.json");
    let schema = json::parse(text).expect("the editors' schema is JSON");
    let at = |path: &[&str]| path.iter().try_fold(&schema, |at, key| at.get(key));
    let places: [(&[&str], &str); 8] = [
        (&["properties", "record"], "array"),
        (&["properties", "enum"], "array"),
        (&["properties", "topic"], "array"),
        (&["definitions", "record", "properties", "fields"], "array"),
        (
            &[
                "definitions",
                "record",
                "properties",
                "fields",
                "else",
                "additionalProperties",
            ],
            "string",
        ),
        (
            &["definitions", "enumPulsar", "properties", "values"],
            "array",
        ),
        (&["definitions", "origin"], "string"),
        (&["definitions", "fieldOrigin"], "string"),
    ];
    for (path, kind) in places {
        let node = at(path).unwrap_or_else(|| panic!("there is no {path:?}"));
        let condition = node.get("if").and_then(|c| c.get("type"));
        assert_eq!(condition.and_then(Json::as_str), Some(kind), "{path:?}");
        for key in ["then", "else"] {
            assert!(node.get(key).is_some(), "{path:?} has no {key}");
        }
        assert!(node.get("oneOf").is_none(), "{path:?}");
    }
}
