//! A topic at another address.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Both, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "TOPIC_CHANGED",
        level: Level::Error,
        title: "a topic has another address",
        what: "The namespace or the queue in the address of a topic is another one.",
        why: "Registries look at one subject or topic at a time: the new one has no history, so every schema is \
               accepted. Nothing arrives until both sides have moved: messages that are under way, and all that old \
               producers send, stay at the old address, where nobody listens.",
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

[topic.orders]
record = "Order"
address = "q1/tg/shop/purchases"
```"#,
        remedy: "Let consumers listen at both addresses first, then move the producers, then leave the old address \
               when it is empty.",
    },
    owns: &[Cause::Topic, Cause::Deployment],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Topic(Both {
        old: Some(old),
        new: Some(new),
    }) = &change.what
    else {
        return None;
    };
    let (was, is) = (&old.address, &new.address);
    if (was.namespace(), was.queue()) == (is.namespace(), is.queue()) {
        return None;
    }
    Some(
        Words::new(format!("`{}` was at `{was}` and is at `{is}`", new.name))
            .from_to(was.to_string(), is.to_string())
            .fix("let consumers listen at both addresses until the old one is empty"),
    )
}
