//! A function is called by Pulsar's client for each message.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "MESSAGE_LISTENER",
    level: Level::Warning,
    title: "a function is called by Pulsar's client for each message",
    what: "The option `message_listener` of `subscribe` or `reader_listener` of `create_reader`.",
    why: "\
        The function runs in a thread of Pulsar's client, gets Pulsar's consumer and message, and \
        acknowledges by itself. Other clients have no such thing.",
    example: r"```python
client.subscribe(topic, name, message_listener=on_message)
```",
    remedy: "\
        A handler of the neutral service layer, where returning is the ack; or a loop around \
        `Consumer.receive()`.",
};
