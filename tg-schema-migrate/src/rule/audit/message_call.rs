//! A method of Pulsar's message or consumer.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "MESSAGE_CALL",
    level: Level::Warning,
    title: "a method of Pulsar's message or consumer",
    what: "\
        `acknowledge`, `negative_acknowledge`, `receive`, `value()`, `data()`, `properties()`, \
        `message_id()`, `seek` and their like on an object that comes from a consumer, reader or table view.",
    why: "\
        The message is Pulsar's object. Other clients spell these otherwise, and some cannot give a \
        message back.",
    example: r"```python
msg = consumer.receive()
process(msg.value(), msg.properties())
consumer.acknowledge(msg)
```",
    remedy: "\
        A `Delivery`: `value`, `properties`, and exactly one of `ack()`, `nack()` and `reject()`. \
        With a handler, returning is the ack and raising is the nack.",
};
