//! A field that can only be null.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NULL_FIELD",
    level: Level::Warning,
    title: "a field that can only be null",
    what: "`Null()` gives `[\"null\", \"null\"]`, `Null(required=True)` gives `\"null\"`.",
    why: "\
        The first names a branch twice, which Python's avro and Rust's apache-avro refuse. The field \
        carries nothing.",
    example: r"```python
reserved = Null()
```",
    remedy: "\
        The definition keeps the registered text by `pulsar.raw`. Leave the field out of the next \
        version.",
};
