//! An option of the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "CLIENT_OPTION",
    level: Level::Note,
    title: "an option of the Pulsar client",
    what: "\
        A keyword argument of `Client`, `create_producer` or `subscribe` that has no page of its \
        own, such as `operation_timeout_seconds` or `receiver_queue_size`.",
    why: "Someone chose the value for a reason, and it will be gone.",
    example: r"```python
client.subscribe(topic, name, receiver_queue_size=10, unacked_messages_timeout_ms=60000)
```",
    remedy: "\
        Where there is a neutral option (`prefetch`, `send_timeout`, `batching`, `subscription \
        properties`), use it. Otherwise an option named `pulsar.…`.",
};
