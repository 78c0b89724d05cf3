//! A default of bytes makes the schema fail.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "BYTES_DEFAULT",
    level: Level::Error,
    title: "a default of bytes makes the schema fail",
    what: "`Bytes(default=b\"…\", required_default=True)`.",
    why: "\
        The client puts the bytes into a JSON text and raises `Object of type bytes is not JSON \
        serializable`. No such class was ever registered.",
    example: r#"```python
blob = Bytes(default=b"ab", required_default=True)
```"#,
    remedy: "Drop `required_default`, or the default.",
};
