//! A Pulsar client is made.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PULSAR_CLIENT",
    level: Level::Warning,
    title: "a Pulsar client is made",
    what: "`pulsar.Client(…)`, under whatever name it was imported.",
    why: "\
        The broker is decided here, in code. Its arguments (service URL, authentication, listener, \
        time-outs) are Pulsar's.",
    example: r#"```python
client = pulsar.Client("pulsar://localhost:6650", listener_name="localhost")
```"#,
    remedy: "\
        `get_pubsub(config)`: the environment names the broker (`PUBSUB_BACKEND`) and its host. What \
        only Pulsar has becomes an option named `pulsar.…`.",
};
