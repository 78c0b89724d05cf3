//! A topic with another delivery guarantee.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Both, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "QOS_CHANGED",
        level: Level::Error,
        title: "a topic has another quality of service",
        what: "The first part of the address of a topic, `q0`, `q1` or `q2`, is another one.",
        why: "It is part of the address: on most brokers it is another topic, which is persistent where the old one \
               was not, or the other way round. Registries see a new subject with no history and accept every schema. \
               Nothing arrives until both sides have moved, and messages that are under way stay behind. A lower \
               quality loses messages that were safe before.",
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
address = "q0/tg/shop/orders"
```"#,
        remedy: "Move as for another address, consumers on both first, then producers. Two topics cannot differ in their \
                 quality alone: the new one needs a queue of its own.",
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
    if was.qos() == is.qos() {
        return None;
    }
    Some(
        Words::new(format!(
            "`{}` had {} and has {}",
            new.name,
            was.qos(),
            is.qos()
        ))
        .from_to(was.to_string(), is.to_string()),
    )
}
