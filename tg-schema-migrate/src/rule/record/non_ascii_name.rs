//! A name with letters beyond ASCII.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NON_ASCII_NAME",
    level: Level::Warning,
    title: "a name with letters beyond ASCII",
    what: "A record or field is named with letters such as `ñ`. Python and the client allow it.",
    why: "\
        Avro allows ASCII letters, digits and `_` only. Python's readers are lenient, Rust's and \
        Java's refuse the schema.",
    example: r"```python
año = Integer()
```",
    remedy: "\
        The definition keeps the name. Rename the field, with the old name as an alias, before other \
        languages read it.",
};
