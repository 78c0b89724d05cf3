//! A field of an unset sub-record is set.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNSET_RECORD_WRITE",
    level: Level::Warning,
    title: "a field of an unset sub-record is set",
    what: "\
        `value.field.name = ...`, where `field` is an optional sub-record and nothing before it \
        asks whether it is set or sets it.",
    why: "\
        Records have an object of nulls there (one that all objects of the class share). In the \
        generated types `value.field` is None, and setting an attribute of it raises \
        AttributeError.",
    example: r"```python
response = Response()
response.error.message = 'failed'
```",
    remedy: "\
        Make the sub-record: `response.error = Error(message='failed')`.",
};
