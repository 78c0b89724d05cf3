//! A registered schema could not be read.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "REGISTERED_UNREADABLE",
    level: Level::Error,
    title: "a registered schema could not be read",
    what: "A file, or the answer of a server, is not a schema in any of the known forms.",
    why: "The class that it belongs to could not be compared.",
    example: r"```text
schemas/orders.json: not JSON at 1:1
```",
    remedy: "\
        Known forms are the schema text itself, what `pulsar-admin schemas get` prints, what the \
        admin interface answers, lines and arrays of these, and objects of them by topic.",
};
