//! A field hides a method of Record.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "METHOD_SHADOWING_NAME",
    level: Level::Warning,
    title: "a field hides a method of Record",
    what: "\
        A field named `schema`, `schema_info`, `type`, `validate_type` or `python_type` takes the \
        place of a method that the client calls.",
    why: "\
        `schema` and `schema_info` break the class as soon as a schema is made of it (`'String' \
        object is not callable`). `validate_type` breaks records that have the class as a \
        sub-record, `python_type` arrays and maps of it. `type` breaks only the error path: instead \
        of the message about a wrong element the caller gets `'NoneType' object is not callable`.",
    example: r"```python
class Table(Record):
    schema = String()
```",
    remedy: "\
        A class that is in use has no such schema registered, except for `type`. The definition may \
        keep the name: generated types have no such methods.",
};
