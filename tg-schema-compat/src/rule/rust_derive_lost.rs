//! A trait that is not derived any more.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "RUST_DERIVE_LOST",
        level: Level::Note,
        title: "a generated Rust type has lost a trait",
        what: "A type is not `Eq`, `Hash` or `Copy` any more, because a floating-point number or text came to be \
               somewhere inside of it.",
        why: "Nothing changes for messages. Code that uses the type as a key, or copies it, does not compile.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
```

After:

```toml
[record.Order.fields]
id = "string"
weight = "double?"
```"#,
        remedy: "Edit the code; or take a type without floating point, such as `decimal(9,2)`.",
    },
    owns: &[],
    look,
};

/// Engines say it.
fn look(_: &Change<'_>) -> Option<Words> {
    None
}
