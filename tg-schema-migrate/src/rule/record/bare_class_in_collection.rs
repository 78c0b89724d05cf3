//! A collection of a class instead of an instance.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "BARE_CLASS_IN_COLLECTION",
    level: Level::Error,
    title: "a collection of a class instead of an instance",
    what: "`Array(In)` and `Map(In)` name the class; the client needs `Array(In())`.",
    why: "\
        A bare Record class is accepted where it is declared and fails when the schema is made: \
        `Record.type() missing 1 required positional argument`. `Array(String)` fails at once. As a \
        plain field, `a = In` is the same as `a = In()`.",
    example: r"```python
class Out(Record):
    items = Array(In)
```",
    remedy: "\
        No schema of this class was ever registered, so write in the definition what is meant: \
        `array<In>?`.",
};
