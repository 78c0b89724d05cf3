//! The registered schema repeats definitions.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "REGISTERED_REPEATED",
    level: Level::Note,
    title: "the registered schema repeats definitions",
    what: "\
        The registered schema equals the definition's, but writes nested records in full each time.",
    why: "\
        Clients before 2.8.1 did that. fastavro and Python's avro refuse such a schema, Rust's \
        apache-avro takes it.",
    example: r"```text
equal with repeated definitions
```",
    remedy: "\
        Set `pulsar.repeat_definitions` on the record (`--repeat-definitions` does it for all).",
};
