//! An address of a topic where another message was.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "TOPIC_REUSED",
        level: Level::Error,
        title: "an address carries another message than before",
        what: "A topic of the message has an address at which an earlier version had another message.",
        why: "What is stored there, and what old producers still send, is read as the new message: it is refused, or \
               worse, read as something that it never meant. The broker compares two schemas that have nothing to \
               do with each other.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"

[record.Parcel.fields]
weight = "double"

[topic.orders]
record = "Order"
address = "q1/tg/shop/orders"
```

After:

```toml
[record.Order.fields]
id = "string"

[record.Parcel.fields]
weight = "double"

[topic.orders]
record = "Parcel"
address = "q1/tg/shop/orders"
```"#,
        remedy: "Take an address that no message had.",
    },
    owns: &[Cause::Topic, Cause::Deployment],
    look,
};

/// It takes the topics of all messages to see it.
fn look(_: &Change<'_>) -> Option<Words> {
    None
}
