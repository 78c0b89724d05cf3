//! A topic that is new.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Both, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "TOPIC_ADDED",
        level: Level::Note,
        title: "a message has a new topic",
        what: "A topic carries the message that did not before.",
        why: "Nobody is disturbed. The broker has no schema for it yet and takes the first one that comes.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
```

After:

```toml
[record.Order.fields]
id = "string"

[topic.orders]
record = "Order"
address = "q1/tg/shop/orders"
```"#,
        remedy: "Create the topic before it is used where the broker does not do so by itself.",
    },
    owns: &[Cause::Topic],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Topic(Both {
        old: None,
        new: Some(new),
    }) = &change.what
    else {
        return None;
    };
    let address = new.address.to_string();
    Some(Words::new(format!("`{}` at `{address}` is new", new.name)).from_to("", address))
}
