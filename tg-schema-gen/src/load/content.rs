//! Whether a text in a definition file's notation defines anything.

use tg_schema_model::diagnostic::unmarked;
use tg_schema_model::{Diagnostics, Json, Sources, json, name};

use crate::definition::node::Document;
use crate::definition::{self, File, Notation, key};

/// What a definition file is there for.
const DEFINITIONS: [&str; 3] = ["record", "enum", "topic"];

/// Other tools keep TOML and JSON beside definitions, and the schemas that we write are JSON. A definition
/// file has one of its own keys, if misspelt, or nothing else. So that no mistake goes unseen, a text that
/// cannot be read counts as one.
pub(super) fn defines(text: &str, notation: Notation) -> bool {
    match notation {
        Notation::Json => match json::parse(unmarked(text)) {
            Ok(Json::Object(entries)) => known(entries.iter().map(|(key, _)| key.as_str())),
            Ok(_) => false,
            Err(_) => true,
        },
        Notation::Toml => {
            let mut sources = Sources::default();
            let source = sources.add("", text);
            let mut wrong = Diagnostics::default();
            let file = File {
                path: Vec::new(),
                source,
                notation,
            };
            let document = definition::document(&file, &sources, &mut wrong);
            let entries = document.table(Document::ROOT).entries();
            wrong.has_errors() || known(entries.map(|entry| &*entry.key))
        }
    }
}

fn known<'a>(keys: impl Iterator<Item = &'a str> + Clone) -> bool {
    keys.clone().all(|key| key::FILE.contains(&key))
        || keys
            .into_iter()
            .any(|key| name::nearest(key, DEFINITIONS).is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_told_from_other_files() {
        for text in [
            "{}",
            r#"{"doc":"x","namespace":"a"}"#,
            r#"{"record":[]}"#,
            r#"{"x":1,"enum":{}}"#,
            r#"{"recrod":[]}"#,
            "{",
        ] {
            assert!(defines(text, Notation::Json), "{text}");
        }
        for text in [
            r#"{"type":"record","name":"A","namespace":"a.b","fields":[]}"#,
            r#"{"name":"package","version":"1.0.0"}"#,
            "[]",
            "1",
        ] {
            assert!(!defines(text, Notation::Json), "{text}");
        }
        for text in ["", "doc = 'x'", "[record.A.fields]", "[Topic.a]", "x = ["] {
            assert!(defines(text, Notation::Toml), "{text}");
        }
        for text in ["[package]\nname = 'x'", "[[bin]]\n[dependencies]"] {
            assert!(!defines(text, Notation::Toml), "{text}");
        }
    }
}
