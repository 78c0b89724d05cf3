//! A field is deleted from a Record.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "FIELD_DELETED",
    level: Level::Error,
    title: "a field is deleted from a Record",
    what: "\
        `del value.field` or `delattr(value, \"field\")`.",
    why: "\
        The class of a Record has an attribute by the name of each field, which shows again when \
        the object's own is deleted. A dataclass with slots has nothing behind it: reading the \
        field, comparing and encoding the object raise AttributeError.",
    example: r"```python
del response.text
response.encode()
```",
    remedy: "\
        Set the field to None, or to its default.",
};
