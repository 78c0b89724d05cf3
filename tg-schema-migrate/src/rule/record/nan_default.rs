//! A default that JSON cannot hold.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "NAN_DEFAULT",
    level: Level::Error,
    title: "a default that JSON cannot hold",
    what: "`nan`, `inf` or `-inf` as a registered default.",
    why: "\
        The client writes `NaN` into the schema text. That is not JSON: brokers and readers other \
        than Python's refuse it.",
    example: r#"```python
score = Float(default=float("nan"), required_default=True)
```"#,
    remedy: "The definition keeps the text. Choose a number, or null, for the next version.",
};
