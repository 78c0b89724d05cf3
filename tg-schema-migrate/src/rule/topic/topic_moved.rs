//! The neutral form of an address is another address.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "TOPIC_MOVED",
    level: Level::Warning,
    title: "the neutral form of an address is another address",
    what: "\
        The address cannot be told back from its neutral form: it had no tenant or namespace, a \
        partition number, or the old form with a cluster.",
    why: "Producers and consumers that use the one do not meet those that use the other.",
    example: r"```text
persistent://prop/us-east/app/queue  ->  q1/prop/app/queue
```",
    remedy: "\
        Move all services at once, or let the consumers read both addresses for a while. `legacy` in \
        the definition keeps the old one.",
};
