//! A declared peer that cannot read or write a message.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "PEER_DISAGREES",
        level: Level::Error,
        title: "a declared peer does not read or write it, whatever changed",
        what: "One of the peers that were declared sends what our readers refuse or misread, or does not read what \
               our writers send. No change of the two versions is the cause.",
        why: "Peers have habits of their own: null instead of no key, enums by value, bytes as text. Without the \
               profile `pulsar-record`, our readers do not put up with all of them.",
        example: r#"Before:

```toml
[record.Order.fields]
labels = "map<Status>"

[enum.Status]
symbols = ["open"]
pulsar = { values = [1] }
```

After:

```toml
[record.Order.fields]
labels = "map<Status>"

[enum.Status]
symbols = ["open"]
pulsar = { values = [1] }
```"#,
        remedy: "Do not declare a peer that does not exist. For Python Records, give the record the profile \
               `pulsar-record`.",
    },
    owns: &[],
    look,
};

/// Engines say it.
fn look(_: &Change<'_>) -> Option<Words> {
    None
}
