//! A default that the registered schema does not show.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "DEFAULT_NOT_REGISTERED",
    level: Level::Warning,
    title: "a default that the registered schema does not show",
    what: "A field has `default=` without `required_default=True`.",
    why: "\
        The default is used by this client alone, when it makes or decodes an object. The registered \
        schema says nothing of it, so readers in other languages, and Avro resolution, see null.",
    example: r#"```python
limit = Integer(default=10)      # schema: ["null", "int"], no default
```"#,
    remedy: "\
        Nothing: the definition keeps default and schema apart. To let all readers know the default, \
        register a new version.",
};
