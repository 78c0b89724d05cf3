//! An address that is not legal on every broker.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "TOPIC_ILLEGAL",
    level: Level::Error,
    title: "an address that is not legal on every broker",
    what: "\
        A tenant, namespace or queue has characters that Kafka, MQTT, RabbitMQ or Redis do not take, \
        or is too long.",
    why: "\
        The neutral address would work on Pulsar and fail on another broker when it is first used \
        there. So it is refused here, and the table says `manual`.",
    example: r"```text
persistent://tg/flow/request:42
```",
    remedy: "\
        Choose a name of letters, digits, `.`, `_` and `-`, and keep the old address under `legacy` \
        until all services have moved.",
};
