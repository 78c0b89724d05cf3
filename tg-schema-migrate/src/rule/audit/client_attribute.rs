//! An attribute that carries the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "CLIENT_ATTRIBUTE",
    level: Level::Warning,
    title: "an attribute that carries the Pulsar client",
    what: "\
        Reading an attribute that holds a Pulsar object or a wrapper of one, from outside of the \
        class or inside it: `processor.pulsar_client`.",
    why: "It reaches through the wrapper: exchanging the wrapper breaks it.",
    example: r"```python
self.config_sub = Subscriber(processor.pulsar_client, topic)
```",
    remedy: "\
        Hand over what is needed (a `Consumer`, `Publisher`, or the `PubSubBackend`) instead of the \
        object that holds the client.",
};
