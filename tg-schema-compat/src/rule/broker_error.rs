//! Types on which the library of the broker fails.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;
use crate::engine::pulsar::Thrown;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "BROKER_ERROR",
        level: Level::Error,
        title: "the library of the broker fails on the types",
        what: "The broker does not answer that the two schemas do not fit, but fails in comparing them: types that \
               contain each other in several ways, a record that contains itself without an end, a default that leads \
               to itself.",
        why: "The registration is answered with an error whatever the strategy, if it compares at all. Readers of Avro's \
               library for Java fail on a default or an alias in the same way, before any message; other readers are \
               not concerned. Such a schema can fail beside itself, so it may be that no \
               change of it is ever accepted again.",
        example: r#"Before:

```json
{"type": "record", "name": "C", "fields": [
  {"name": "f", "type": {"type": "array", "items":
    {"type": "record", "name": "F", "fields": [
      {"name": "b", "type": "C"},
      {"name": "d", "type": {"type": "array", "items": "F"}}]}}}]}
```

After:

```json
{"type": "record", "name": "C", "fields": [
  {"name": "f", "type": {"type": "array", "items":
    {"type": "record", "name": "F", "fields": [
      {"name": "b", "type": "C"},
      {"name": "d", "type": {"type": "array", "items": "F"}}]}}}]}
```"#,
        remedy: "Where types contain each other, take one of the ways out of the circle: a map of records by id, or a list \
                 of ids, often does. Where a default is wrong, give the field one of its type.",
    },
    owns: &[],
    look,
};

/// What to do about an error.
pub(crate) fn way_out(thrown: &Thrown) -> &'static str {
    match thrown {
        Thrown::WriterDefault { .. } | Thrown::ReaderDefault { .. } => {
            "give the field a default that is a value of its type, or none"
        }
        Thrown::HalfResolved { .. } => "give the fields that are new in the record a default",
        Thrown::AmbiguousField { .. } | Thrown::AmbiguousBranch { .. } => {
            "leave an alias to one of the two that have it"
        }
        Thrown::Endless { .. } | Thrown::BrokenGrammar => {
            "take one of the ways out of the circle: a map of records by id, or a list of ids, often does"
        }
    }
}

/// Engines say it.
fn look(_: &Change<'_>) -> Option<Words> {
    None
}
