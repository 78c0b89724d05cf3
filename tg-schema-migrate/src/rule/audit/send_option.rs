//! An option of one message that is sent.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "SEND_OPTION",
    level: Level::Note,
    title: "an option of one message that is sent",
    what: "\
        A keyword argument of `send` or `send_async`: `properties`, `partition_key`, `ordering_key`, \
        `sequence_id`, `event_timestamp`, `deliver_at`, `deliver_after`, `replication_clusters`, \
        `disable_replication`.",
    why: "\
        Properties exist everywhere, and a key on most brokers. Delayed delivery and the choice of \
        clusters are Pulsar's own: on another broker such a message arrives at once, or everywhere.",
    example: r"```python
producer.send(order, partition_key=order.customer, deliver_after=timedelta(minutes=5))
```",
    remedy: "\
        Properties are the second argument of `Producer.send`, a key is the neutral option `key`. What \
        has no neutral form is an option named `pulsar.…`.",
};
