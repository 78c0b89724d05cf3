//! A message is sent by Pulsar's producer.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PRODUCER_CALL",
    level: Level::Warning,
    title: "a message is sent by Pulsar's producer",
    what: "`send` or `send_async` on an object that `create_producer` gave.",
    why: "\
        The keyword arguments (`partition_key`, `event_timestamp`, `deliver_after`) are Pulsar's; \
        what `send` gives back is Pulsar's message id.",
    example: r#"```python
producer.send(response, properties={"id": id})
```"#,
    remedy: "\
        `Producer.send(value, properties)`. A key is the neutral option `key`; what has no neutral \
        form is an option named `pulsar.…`.",
};
