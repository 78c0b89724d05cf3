//! The address of a Pulsar broker.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "SERVICE_URL",
    level: Level::Warning,
    title: "the address of a Pulsar broker",
    what: "A string that begins with `pulsar://` or `pulsar+ssl://`.",
    why: "\
        A default such as this makes a service look for Pulsar wherever nothing is configured.",
    example: r#"```python
default_pulsar_host = "pulsar://pulsar:6650"
```"#,
    remedy: "\
        `get_pubsub(config)` reads `PULSAR_HOST` and has the same default; delete the string.",
};
