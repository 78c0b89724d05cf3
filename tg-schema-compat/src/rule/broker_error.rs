//! Types on which the library of the broker fails.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "BROKER_ERROR",
        level: Level::Error,
        title: "the library of the broker fails on the types",
        what: "The broker does not answer that the two schemas do not fit, but fails in comparing them: types that \
               contain each other in several ways, a record that contains itself without an end, a default that leads \
               to itself.",
        why: "The registration is answered with an error whatever the strategy, if it compares at all. Readers that \
               do not ask the broker are not concerned. Such a schema can fail beside itself, so it may be that no \
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
        remedy: "Take one of the ways out of the circle; a map of records by id, or a list of ids, often does.",
    },
    owns: &[],
    look,
};

/// Engines say it.
fn look(_: &Change<'_>) -> Option<Words> {
    None
}
