//! The text of an Avro schema into a message, and what is wrong with one that is none at its place.

use tg_schema_compat::engine::avro::Refusal;
use tg_schema_compat::version::{Message, Version, schema};
use tg_schema_model::avro::import::{self, File};
use tg_schema_model::json::{self, Node};
use tg_schema_model::{Diagnostic, Diagnostics, Schema, Severity, Span};

/// How deep the JSON of a schema is looked into for a place.
const MAX_JSON_DEPTH: usize = tg_schema_compat::engine::avro::MAX_JSON_DEPTH;

/// A text as a message of a version, which gets the text and, where it can be one, the record. `name` is the
/// file or address for reports, `module` what the types belong to. The text is kept as it is.
pub fn message(
    version: &mut Version,
    module: Vec<String>,
    name: &str,
    text: &str,
) -> Result<Message, Box<Diagnostic>> {
    let source = version.sources.add_json(name, text);
    let home = module.join(".");
    let file = File {
        path: module,
        source,
    };
    let mut message = schema::message(version, file.clone())
        .map_err(|refusal| Box::new(wrong(&refusal, file, version)))?;
    message.home = home;
    Ok(message)
}

/// What is wrong with a text, at its place.
fn wrong(refusal: &Refusal, file: File, version: &Version) -> Diagnostic {
    let source = file.source;
    let text = version.sources.get(source).map_or("", |s| s.text.as_str());
    let span = match json::parse_spanned_deep(text, MAX_JSON_DEPTH) {
        // The reader of definitions knows the place of some mistakes that are of the whole to Java.
        Ok(root) => {
            let whole = || Span::new(source, place(&root, &refusal.path));
            match refusal.path.as_str() {
                "" => first(file, version).unwrap_or_else(whole),
                _ => whole(),
            }
        }
        Err(error) => {
            let at = error.offset.min(text.len());
            Span::new(source, at..at)
        }
    };
    let message = format!("this is no Avro schema: {}", refusal.message);
    let found = Diagnostic::error(span, message, "");
    match refusal.message.starts_with(NO_TYPE) {
        true => found.help("a file sees no other: define the type in it, where it is first used"),
        false => found,
    }
}

/// What is said of a name that stands for nothing.
const NO_TYPE: &str = "no type ";

/// The place of the first mistake that the reader of definitions finds.
fn first(file: File, version: &Version) -> Option<Span> {
    let (mut schema, mut wrong) = (Schema::default(), Diagnostics::default());
    import::import(&[file], &version.sources, &mut schema, &mut wrong);
    wrong.finish();
    let mut errors = wrong.0.iter().filter(|d| d.severity == Severity::Error);
    errors.next().map(|error| error.span)
}

/// Where a JSON pointer leads to; for what is not there, where its parent is.
fn place(root: &Node, pointer: &str) -> std::ops::Range<usize> {
    let mut pointer = pointer;
    loop {
        if let Some(node) = root.at(pointer) {
            return node.span.clone();
        }
        match pointer.rsplit_once('/') {
            Some((above, _)) => pointer = above,
            None => return 0..0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Version, Result<Message, Box<Diagnostic>>) {
        let mut version = Version::default();
        let message = message(&mut version, vec!["m".into()], "m.avsc", text);
        (version, message)
    }

    #[test]
    fn a_record_is_a_message_and_a_definition() {
        let text = r#"{"type":"record","name":"A","namespace":"x","aliases":["B"],"fields":[
            {"name":"inner","type":{"type":"record","name":"I","fields":[]}}]}"#;
        let (version, message) = read(text);
        let message = message.unwrap();
        assert_eq!(message.name, "x.A");
        assert_eq!(message.aliases, ["x.B"]);
        assert_eq!(message.text, text);
        let record = version.schema.record(message.record.unwrap());
        assert_eq!(record.name, "A");
        assert_eq!(version.place(record.span).unwrap().0, "m.avsc");
    }

    #[test]
    fn two_schemas_that_share_a_name_are_kept_apart() {
        let schema = |ty: &str| {
            format!(r#"{{"type":"record","name":"A","fields":[{{"name":"a","type":"{ty}"}}]}}"#)
        };
        let mut version = Version::default();
        for ty in ["int", "string"] {
            let read = message(&mut version, vec![ty.into()], "m.avsc", &schema(ty)).unwrap();
            let record = version.schema.record(read.record.unwrap());
            assert_eq!(record.fields.len(), 1, "{ty}");
            assert_eq!(version.schema.records.last(), Some(record), "{ty}");
        }
    }

    #[test]
    fn a_type_of_another_file_is_told_at_its_place() {
        let (version, message) = read(
            r#"{"type":"record","name":"A","namespace":"x","fields":[
            {"name":"b","type":"B"}]}"#,
        );
        let wrong = *message.unwrap_err();
        let (_, at) = version.place(wrong.span).unwrap();
        assert_eq!((at.line, at.column), (2, 32));
        assert!(
            wrong
                .message
                .contains("no type \"x.B\" is defined in this schema"),
            "{wrong:?}"
        );
        assert!(wrong.help.unwrap().starts_with("a file sees no other"));
    }

    #[test]
    fn all_of_avro_is_a_message() {
        for (text, name) in [
            (r#"["null","int","string"]"#, "union"),
            (r#"{"type":"fixed","name":"a.F","size":3}"#, "a.F"),
            (r#"{"type":"array","items":"int"}"#, "array"),
            (r#""int""#, "int"),
            (
                r#"{"type":"record","name":"U","fields":[{"name":"u","type":["int","string"]}]}"#,
                "U",
            ),
        ] {
            let (version, message) = read(text);
            let message = message.unwrap();
            assert_eq!(message.name, name);
            assert!(message.record.is_none() && version.schema.records.is_empty());
            assert!(
                message.inexpressible.is_some_and(|why| !why.is_empty()),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_schema_is_told_with_its_place() {
        for (text, column, expected) in [
            ("{", 2, "no Avro schema"),
            (r#"{"type": "recrod"}"#, 10, "no Avro schema"),
            (r#"["int", "int"]"#, 9, "twice"),
        ] {
            let (version, message) = read(text);
            let wrong = message.unwrap_err();
            assert!(wrong.message.contains(expected), "{}", wrong.message);
            let place = version.sources.position(wrong.span).unwrap();
            assert_eq!((place.line, place.column), (1, column), "{text}");
        }
    }
}
