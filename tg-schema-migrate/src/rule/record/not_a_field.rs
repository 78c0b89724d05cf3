//! A class attribute that looks like a field and is none.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NOT_A_FIELD",
    level: Level::Warning,
    title: "a class attribute that looks like a field and is none",
    what: "\
        `a = String` (the class, not an instance), `a: int`, `a = int()` or `a = 5` in the body of a \
        Record.",
    why: "\
        The client takes instances of its field classes, Record classes and enums, and silently \
        passes over everything else. The schema lacks the attribute, and it is never on the wire.",
    example: r"```python
class Request(Record):
    prompt = String
    limit: int
    count = int()
```",
    remedy: "\
        Add the field to the definition if it is meant; that changes the schema. Otherwise delete \
        the line.",
};
