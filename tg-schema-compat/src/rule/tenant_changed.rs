//! A topic of another tenant.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Both, What};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "TENANT_CHANGED",
        level: Level::Error,
        title: "a topic belongs to another tenant",
        what: "The tenant in the address of a topic is another one.",
        why: "It is another topic, with other rights, other policies of retention and compatibility, and no \
               history. Nothing arrives until both sides have moved.",
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
address = "q1/acme/shop/orders"
```"#,
        remedy: "Create the namespace with its policies in the new tenant, then move as for another address.",
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
    if was.tenant() == is.tenant() {
        return None;
    }
    Some(
        Words::new(format!(
            "`{}` was of the tenant `{}` and is of `{}`",
            new.name,
            was.tenant(),
            is.tenant()
        ))
        .from_to(was.to_string(), is.to_string()),
    )
}
