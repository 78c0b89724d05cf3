//! A type that code may not write out any more.

use tg_schema_model::rule::{self, Level};

use super::{Rule, Words};
use crate::change::Change;

pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "RUST_NON_EXHAUSTIVE",
        level: Level::Note,
        title: "a Rust type is non_exhaustive now",
        what: "A type is `#[non_exhaustive]` and was not before: by the attribute of annotated Rust, or by \
               `non_exhaustive = true` under `[rust]` in `tg-schema.toml`.",
        why: "Nothing changes for messages. Code of other crates may not write a literal of the struct or take all of \
               it apart, and a `match` needs an arm for the rest. From then on a further field or variant breaks no \
               code.",
        example: r#"Before:

```rust
#[tg_schema]
pub struct Order {
    pub id: String,
}
```

After:

```rust
#[tg_schema(non_exhaustive)]
pub struct Order {
    pub id: String,
}
```"#,
        remedy: "Edit the code: the builder makes values, `..` takes them apart, and `_` matches the rest.",
    },
    owns: &[],
    look,
};

/// Engines say it.
fn look(_: &Change<'_>) -> Option<Words> {
    None
}
