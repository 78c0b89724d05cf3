//! A callback is told how sending went.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "SEND_CALLBACK",
    level: Level::Warning,
    title: "a callback is told how sending went",
    what: "The second argument of `send_async`, or its keyword `callback`.",
    why: "\
        The callback runs in a thread of Pulsar's client, and gets Pulsar's `Result` and message id.",
    example: r"```python
producer.send_async(value, callback=lambda result, message_id: ...)
```",
    remedy: "\
        Await `Producer.send(value, properties)` in a task of its own; what the callback did follows it, \
        and a failure is an exception.",
};
