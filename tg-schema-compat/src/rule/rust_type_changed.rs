//! Rust code that has to be edited for a reason elsewhere.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "RUST_TYPE_CHANGED",
        level: Level::Error,
        title: "a generated Rust type changed for a reason elsewhere",
        what: "The generated type of a field, or a variant, is another one although the definition at this place is \
               the same on the wire: a type has to be boxed, for instance, because records came to hold each other.",
        why: "Nothing changes for messages. Code that uses the place has to be edited.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
buyer = "Buyer?"

[record.Buyer.fields]
name = "string"
```

After:

```toml
[record.Order.fields]
id = "string"
buyer = "Buyer?"

[record.Buyer.fields]
name = "string"
last = "Order?"
```"#,
        remedy: "Edit the code, or leave the circle out.",
    },
    owns: &[],
    look,
};

/// Engines say it.
fn look(_: &Change<'_>) -> Option<Words> {
    None
}
