//! Large messages are sent in chunks.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "CHUNKING",
    level: Level::Warning,
    title: "large messages are sent in chunks",
    what: "`chunking_enabled=True`, which needs `batching_enabled=False`.",
    why: "\
        Only Pulsar splits messages. Others refuse what is over their limit (`TooLarge`), which is 1 \
        MB on Kafka by default.",
    example: r"```python
client.create_producer(topic, chunking_enabled=True, batching_enabled=False)
```",
    remedy: "\
        The option `pulsar.chunking`, and a plan for other brokers: smaller messages, or a reference \
        to an object in a store.",
};
