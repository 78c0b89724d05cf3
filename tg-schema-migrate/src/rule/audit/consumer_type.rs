//! Pulsar's words for how a subscription is shared.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "CONSUMER_TYPE",
    level: Level::Warning,
    title: "Pulsar's words for how a subscription is shared",
    what: "\
        `ConsumerType.Shared`, `.Exclusive`, `.Failover`, `.KeyShared`, also as `pulsar.…` or \
        `_pulsar.…`.",
    why: "\
        It is an enum of the client. Other brokers have other words, and some lack one of the four.",
    example: r"```python
consumer_type=pulsar.ConsumerType.Shared
```",
    remedy: "\
        The neutral options `shared`, `exclusive`, `failover`, `key_shared`; a broker that lacks one \
        says so by its capabilities.",
};
