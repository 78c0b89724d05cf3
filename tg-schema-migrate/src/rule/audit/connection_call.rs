//! Flushing, closing or unsubscribing by Pulsar's objects.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "CONNECTION_CALL",
    level: Level::Warning,
    title: "flushing, closing or unsubscribing by Pulsar's objects",
    what: "\
        `flush()`, `close()`, `unsubscribe()` or `shutdown()` on a client, producer or consumer.",
    why: "\
        `unsubscribe` deletes the durable subscription with everything that was not read yet; called \
        at every stop it loses what arrives meanwhile. `flush` in the middle of work waits for the \
        network.",
    example: r"```python
self.consumer.unsubscribe()
self.client.close()
```",
    remedy: "\
        `close(within)` of the neutral layer flushes and keeps the subscription; `unsubscribe` only \
        where it is meant to be deleted.",
};
