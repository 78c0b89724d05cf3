//! An exception of the Pulsar client is named.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "PULSAR_EXCEPTION",
    level: Level::Warning,
    title: "an exception of the Pulsar client is named",
    what: "\
        `pulsar.Timeout`, `pulsar.Interrupted`, `pulsar.PulsarException`, `_pulsar.…`, in `except` \
        or elsewhere.",
    why: "\
        With another broker it is never raised: a loop that waits for `pulsar.Timeout` dies of the \
        first time-out.",
    example: r"```python
except pulsar.Timeout:
    continue
```",
    remedy: "\
        The neutral errors: `Timeout`, `Closed`, `Connection`, `Auth`, `NotFound`, `InvalidTopic`, \
        `TooLarge`, `Unsupported`, `SchemaRejected`, `Codec`, `Lost`, `Broker`.",
};
