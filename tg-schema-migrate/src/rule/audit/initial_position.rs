//! Pulsar's words for where a subscription begins.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "INITIAL_POSITION",
    level: Level::Warning,
    title: "Pulsar's words for where a subscription begins",
    what: "`InitialPosition.Earliest` or `.Latest`.",
    why: "\
        It is an enum of the client. It counts only when the subscription is new, which is often \
        forgotten.",
    example: r"```python
initial_position=pulsar.InitialPosition.Earliest
```",
    remedy: "The neutral options `earliest` and `latest`. MQTT has no history, and says so.",
};
