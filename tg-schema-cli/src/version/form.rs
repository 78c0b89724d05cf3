//! What a file or a folder of files holds, by its name and where that does not tell, by its text.

use tg_schema_gen::load;

use crate::exit::Failure;

/// How a version is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// Definitions, annotated Rust, Avro schemas.
    Definitions,
    /// Records in Python.
    Python,
    /// A lock file.
    Lock,
    /// What a registry exports.
    Snapshot,
}

/// Files of a folder that may be snapshots.
pub const SNAPSHOTS: [&str; 3] = ["json", "jsonl", "ndjson"];

impl Form {
    /// Of a file that was named. `text` gives its content, where the name does not tell.
    pub fn of(name: &str, text: impl FnOnce() -> Result<String, Failure>) -> Result<Self, Failure> {
        let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
        Ok(match ending.to_ascii_lowercase().as_str() {
            "py" => Form::Python,
            "lock" => Form::Lock,
            "jsonl" | "ndjson" => Form::Snapshot,
            "json" if !load::is_definition(&text()?) => Form::Snapshot,
            _ => Form::Definitions,
        })
    }

    /// The one form of several files; nothing where none was named.
    pub fn one(forms: &[(String, Form)]) -> Result<Option<Self>, Failure> {
        let Some((first, form)) = forms.first() else {
            return Ok(None);
        };
        if let Some((other, _)) = forms.iter().find(|(_, other)| other != form) {
            return Err(mixed(first, other));
        }
        if *form == Form::Lock && forms.len() > 1 {
            return Err(Failure::help(
                "a lock file is a version of its own",
                "name one lock file and nothing beside it",
            ));
        }
        Ok(Some(*form))
    }
}

fn mixed(first: &str, other: &str) -> Failure {
    Failure::help(
        format!("{first} and {other} are of different kinds"),
        "name versions that are written in one way: definitions, Rust and Avro schemas together; Python, lock files and snapshots each alone",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_texts_tell_the_form() {
        let form = |name: &str, text: &str| Form::of(name, || Ok(text.to_owned())).unwrap();
        for (name, text, expected) in [
            ("a.toml", "", Form::Definitions),
            ("a.avsc", "", Form::Definitions),
            ("a.json", r#"{"record": []}"#, Form::Definitions),
            ("a.json", r#"[{"subject": "a"}]"#, Form::Snapshot),
            ("a.jsonl", "", Form::Snapshot),
            ("a.PY", "", Form::Python),
            ("tg-schema.lock", "", Form::Lock),
            ("a", "", Form::Definitions),
        ] {
            assert_eq!(form(name, text), expected, "{name} {text}");
        }
        let named = |forms: &[Form]| {
            let forms: Vec<_> = forms
                .iter()
                .map(|form| (format!("{form:?}"), *form))
                .collect();
            Form::one(&forms).map_err(|failure| format!("{failure:?}"))
        };
        assert_eq!(named(&[]).unwrap(), None);
        assert_eq!(named(&[Form::Python; 2]).unwrap(), Some(Form::Python));
        assert!(named(&[Form::Lock; 2]).unwrap_err().contains("its own"));
        let mixed = named(&[Form::Python, Form::Lock]).unwrap_err();
        assert!(
            mixed.contains("Python and Lock are of different kinds"),
            "{mixed}"
        );
    }
}
