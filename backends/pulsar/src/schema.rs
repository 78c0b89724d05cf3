//! Schemas of message types into what brokers register, and their refusals into words.

use pulsar::message::proto::{Schema, schema};
use tg_schema::pubsub::SchemaInfo;

/// The schema that is registered with a topic: of type JSON, with the text that Python's `Record` classes register, to
/// the byte, so that it is no new version where they were here before. A topic of bytes has none.
pub(crate) fn registered(schema: Option<SchemaInfo>) -> Option<Schema> {
    schema.map(|schema| Schema {
        name: schema.name().to_owned(),
        schema_data: schema.schemas.pulsar.clone().into_bytes(),
        r#type: schema::Type::Json.into(),
        properties: Vec::new(),
    })
}

/// What it means where a broker says no more than that it cannot read a schema.
const UNREADABLE: &str = "a consumer of the topic could not read it together with the versions that are registered, by the \
     compatibility strategy of the namespace; `tg-schema check` says what differs";

/// Why a broker does not accept a schema, from what it says: its text is that of exceptions in each other.
pub(crate) fn reason(said: &str) -> String {
    let said = plain(said);
    let rest = said.trim();
    // What follows are the two schemas, or nothing.
    let reason = rest.split_once(": {").map_or(rest, |(reason, _)| reason);
    let reason = reason.trim_end_matches([':', ' ']);
    match reason.strip_suffix("Unable to read schema") {
        // With the strategy, where the broker names it.
        Some(before) => format!("{before}{UNREADABLE}"),
        None if reason.is_empty() => UNREADABLE.to_owned(),
        None => reason.to_owned(),
    }
}

/// What a broker says, in one line and without the names of the exceptions in which it came.
pub(crate) fn plain(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default().trim();
    // It repeats itself there.
    let line = line
        .split_once(" caused by ")
        .map_or(line, |(line, _)| line);
    let parts: Vec<_> = line
        .split(": ")
        .filter(|part| !is_exception(part))
        .collect();
    parts.join(": ").trim().to_owned()
}

/// Whether a text is the name of a class of exceptions.
fn is_exception(text: &str) -> bool {
    let named = text.ends_with("Exception") || text.ends_with("Error");
    named && text.contains('.') && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_of_bytes_have_none() {
        assert_eq!(registered(None), None);
    }

    #[test]
    fn exceptions_are_taken_off() {
        let package = "org.apache.pulsar.broker.service.schema.exceptions";
        for (said, reason_is) in [
            (
                format!(
                    "{package}.InvalidSchemaDataException: Invalid schema definition data for JSON schema"
                ),
                "Invalid schema definition data for JSON schema",
            ),
            (
                format!(
                    "java.util.concurrent.CompletionException: {package}.IncompatibleSchemaException: Topic does not have a schema to check"
                ),
                "Topic does not have a schema to check",
            ),
            (
                format!(
                    "{package}.IncompatibleSchemaException: Schema not found. caused by {package}.IncompatibleSchemaException: Schema not found."
                ),
                "Schema not found.",
            ),
            (
                "Schema is too new: 3 for 2".to_owned(),
                "Schema is too new: 3 for 2",
            ),
        ] {
            assert_eq!(reason(&said), reason_is);
        }
        for said in [
            "",
            "org.apache.avro.SchemaValidationException",
            "org.apache.avro.SchemaValidationException: Unable to read schema: \n{",
            "org.apache.avro.SchemaValidationException: Unable to read schema: {\"a\": 1} using schema: {}",
        ] {
            assert!(reason(said).contains("compatibility strategy"), "{said}");
        }
        let told = reason(
            "a.B.IncompatibleSchemaException: Error during schema compatibility check with strategy FULL: \
             org.apache.avro.SchemaValidationException: Unable to read schema: {\"a\": 1}",
        );
        assert!(
            told.contains("strategy FULL: a consumer") && told.contains("tg-schema check"),
            "{told}"
        );
    }
}
