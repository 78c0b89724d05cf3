//! Null is the default of a field that may not be null.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NULL_DEFAULT_ON_REQUIRED",
    level: Level::Error,
    title: "null is the default of a field that may not be null",
    what: "\
        `required=True, required_default=True` without a default gives `\"default\": null, \"type\": \
        \"string\"`.",
    why: "\
        Avro demands that a default is of the field's type. fastavro and Rust's apache-avro refuse \
        the schema, Python's avro accepts it.",
    example: r"```python
name = String(required=True, required_default=True)
```",
    remedy: "\
        The definition keeps the registered text. Give the field a real default, or drop \
        `required_default`, in the next version.",
};
