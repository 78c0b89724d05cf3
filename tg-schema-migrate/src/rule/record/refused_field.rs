//! A field that the client refuses.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "REFUSED_FIELD",
    level: Level::Warning,
    title: "a field that the client refuses",
    what: "\
        Python raises an exception when the class, or its schema, is made: a type where an instance \
        is needed, a default that JSON cannot hold, an argument that fields do not take.",
    why: "\
        No schema of this class was ever registered, so there is nothing to be equal to. The \
        definitions hold an `unresolved` entry with the reason.",
    example: r"```python
class Table(Record):
    rows = Array(String)      # Argument String is not a Record or a Field
```",
    remedy: "\
        Define the field as it was meant, and delete the `unresolved` entry; or delete the class, \
        which nothing can be using.",
};
