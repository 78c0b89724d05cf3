//! A topic whose constant has another name.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Both, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "TOPIC_RENAMED",
        level: Level::Note,
        title: "a topic has another name in code",
        what: "The topic has the same address under another name of its constant.",
        why: "Nothing changes for brokers. Code that names the constant does not compile.",
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

[topic.purchases]
record = "Order"
address = "q1/tg/shop/orders"
```"#,
        remedy: "Edit the code.",
    },
    owns: &[Cause::Topic],
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
    if old.name == new.name {
        return None;
    }
    Some(
        Words::new(format!(
            "the topic `{}` is `{}` in code now",
            old.name, new.name
        ))
        .from_to(old.name.as_str(), new.name.as_str()),
    )
}
