//! A field with an argument that fields do not have.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNKNOWN_FIELD_ARGUMENT",
    level: Level::Error,
    title: "a field with an argument that fields do not have",
    what: "`String(doc=\"…\")` or another keyword that the field class does not take.",
    why: "\
        Python raises a TypeError when the class is made, so this code never ran. On a sub-record \
        (`In(doc=\"…\")`) the argument is ignored.",
    example: r#"```python
prompt = String(doc="what to ask")
```"#,
    remedy: "Write it as a comment above the field: comments become `doc` in the definition.",
};
