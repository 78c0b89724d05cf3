//! A reader is made by the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PULSAR_READER",
    level: Level::Warning,
    title: "a reader is made by the Pulsar client",
    what: "`client.create_reader(…)` or `client.create_table_view(…)`.",
    why: "\
        A reader has no subscription and seeks by Pulsar's message ids. No neutral interface has \
        that: most brokers cannot do it.",
    example: r"```python
reader = client.create_reader(topic, pulsar.MessageId.earliest)
```",
    remedy: "\
        A `Consumer` with an exclusive subscription and the position `earliest`, which is dropped \
        (`unsubscribe`) at the end.",
};
