//! An environment variable about Pulsar.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "ENVIRONMENT_VARIABLE",
    level: Level::Warning,
    title: "an environment variable about Pulsar",
    what: "`os.getenv(\"PULSAR_…\")`, `os.environ[\"PULSAR_…\"]` and their like.",
    why: "It is read past the configuration, often at import.",
    example: r#"```python
host = os.getenv("PULSAR_HOST", "pulsar://pulsar:6650")
```"#,
    remedy: "\
        `get_pubsub(config)` reads `PUBSUB_BACKEND`, `PULSAR_HOST`, `PULSAR_API_KEY`, \
        `PULSAR_LISTENER`. Delete the reading.",
};
