//! A topic that is gone, or carries something else.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Both, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "TOPIC_REMOVED",
        level: Level::Error,
        title: "a message has lost a topic",
        what: "A topic that carried the message is gone, or carries another record.",
        why: "Producers and consumers of the old version still use it, and nobody of the new version answers. If it \
               carries another record now, the broker compares two unrelated schemas and refuses the new one, or \
               accepts it and consumers fail.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"

[topic.orders]
record = "Order"
address = "q1/tg/shop/orders"
```

After:

```toml
[record.Order.fields]
id = "string"
```"#,
        remedy: "Stop the producers, let consumers empty it, then remove it.",
    },
    owns: &[Cause::Topic, Cause::Deployment],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Topic(Both {
        old: Some(old),
        new: None,
    }) = &change.what
    else {
        return None;
    };
    let address = old.address.to_string();
    Some(
        Words::new(format!(
            "`{}` at `{address}` does not carry it any more",
            old.name
        ))
        .from_to(address, "")
        .fix("stop the producers, let consumers empty the topic, then remove it"),
    )
}
