//! Another constant of the Pulsar client.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PULSAR_ENUM",
    level: Level::Warning,
    title: "another constant of the Pulsar client",
    what: "\
        `CompressionType`, `PartitionsRoutingMode`, `BatchingType`, `ProducerAccessMode`, \
        `MessageId`, `RegexSubscriptionMode` and their like.",
    why: "It is a choice that only Pulsar has.",
    example: r"```python
compression_type=pulsar.CompressionType.LZ4
```",
    remedy: "\
        An option named `pulsar.…` (`pulsar.compression`), which other brokers pass over, or \
        nothing.",
};
