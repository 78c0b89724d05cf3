//! A time in a 32-bit field.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NARROW_TIMESTAMP",
    level: Level::Warning,
    title: "a time in a 32-bit field",
    what: "\
        An `Integer` whose name says that it holds a time (`time`, `timestamp`, `created`, `_ms`, \
        `_at`).",
    why: "\
        Integer is 32 bits. JSON messages go out with larger numbers all the same, since the client \
        does not check, and then fail in Avro and in typed readers. Seconds overflow in 2038, \
        milliseconds always.",
    example: r"```python
created = Integer()
```",
    remedy: "\
        Change the type to `long`, which readers of `int` messages accept, and update consumers \
        before producers.",
};
