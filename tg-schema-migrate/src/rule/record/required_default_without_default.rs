//! A default is demanded but not given.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "REQUIRED_DEFAULT_WITHOUT_DEFAULT",
    level: Level::Warning,
    title: "a default is demanded but not given",
    what: "\
        `required_default=True` without `default=` writes `\"default\": null` into the schema; of a \
        Boolean it writes `false`.",
    why: "\
        For an optional field that is harmless and makes added fields compatible. For a required one \
        the schema is invalid, see NULL_DEFAULT_ON_REQUIRED.",
    example: r#"```python
note = String(required_default=True)
flag = Boolean(required_default=True)    # "default": false
```"#,
    remedy: "Nothing where null is meant. Otherwise give the default that is meant.",
};
