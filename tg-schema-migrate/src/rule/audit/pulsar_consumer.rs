//! A subscription is made by the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PULSAR_CONSUMER",
    level: Level::Warning,
    title: "a subscription is made by the Pulsar client",
    what: "`client.subscribe(…)`.",
    why: "\
        Subscription type, position and schema are Pulsar's, and `receive` gives Pulsar's message.",
    example: r#"```python
consumer = client.subscribe(topic, "workers", consumer_type=ConsumerType.Shared, schema=JsonSchema(Query))
```"#,
    remedy: "\
        `Consumer` of the record's type, with a handler, or `Subscriber` where many wait for answers \
        by id. Receiving with a time-out is in both.",
};
