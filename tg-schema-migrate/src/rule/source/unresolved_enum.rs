//! An enum that only running the code would tell.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "UNRESOLVED_ENUM",
    level: Level::Warning,
    title: "an enum that only running the code would tell",
    what: "\
        The members of an enum that a field holds are made by code that was not followed, or come \
        from outside of the sources.",
    why: "\
        The schema lists their names, and the old JSON wire carries their values; neither is known.",
    example: r#"```python
Status = Enum("Status", load_names())
```"#,
    remedy: "Write the enum in the definition by hand, with the values under `pulsar.values`.",
};
