//! An advertised listener of Pulsar.

use tg_schema_model::rule::{Level, Rule};

/// The rule and its page.
pub static RULE: Rule = Rule {
    id: "LISTENER_NAME",
    level: Level::Warning,
    title: "an advertised listener of Pulsar",
    what: "`listener_name=`.",
    why: "\
        It chooses among addresses that a Pulsar broker advertises, and means nothing elsewhere.",
    example: r"```python
pulsar.Client(host, listener_name=listener)
```",
    remedy: "\
        The configuration `PULSAR_LISTENER` (`pulsar.listener`), which only the Pulsar backend \
        reads.",
};
