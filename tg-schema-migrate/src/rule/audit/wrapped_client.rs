//! A class of the project that stands for the Pulsar client is made.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "WRAPPED_CLIENT",
    level: Level::Warning,
    title: "a class of the project that stands for the Pulsar client is made",
    what: "\
        A call of a class that makes or holds a Pulsar client, producer or consumer: \
        `PulsarClient(**params)`.",
    why: "\
        Nothing in this line says Pulsar to a search for `import pulsar`, and yet it connects to it.",
    example: r"```python
self.client = PulsarClient(**params)
```",
    remedy: "\
        Let the class take what `get_pubsub(config)` gives, and rename it; then its users need not \
        change.",
};
