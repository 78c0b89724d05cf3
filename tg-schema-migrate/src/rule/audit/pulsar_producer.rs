//! A producer is made by the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PULSAR_PRODUCER",
    level: Level::Warning,
    title: "a producer is made by the Pulsar client",
    what: "`client.create_producer(…)`.",
    why: "Topic, schema and options are in Pulsar's words, and the object is Pulsar's.",
    example: r#"```python
producer = client.create_producer(topic="persistent://tg/flow/x", schema=JsonSchema(Query))
```"#,
    remedy: "\
        `Producer` of the record's type, or `Publisher` where messages are sent from several places: \
        topic and schema come with the type. `send(value, properties)` stays.",
};
