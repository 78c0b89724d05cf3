//! A field of an unset sub-record is read.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNSET_RECORD_READ",
    level: Level::Warning,
    title: "a field of an unset sub-record is read",
    what: "\
        `value.field.name`, where `field` is an optional sub-record and nothing before it asks \
        whether it is set.",
    why: "\
        Records give an object of nulls, so this was None. In the generated types `value.field` is \
        None, and reading on raises AttributeError.",
    example: r"```python
print(response.error.message)
```",
    remedy: "Ask first: `if response.error is not None`.",
};
