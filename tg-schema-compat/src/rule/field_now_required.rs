//! A value that may no longer be nothing.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Move};
use super::{Cause, Rule, Words};
use crate::change::Change;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_NOW_REQUIRED",
        level: Level::Error,
        title: "a value must be there now",
        what: "An optional field is required, or items and values may no longer be null.",
        why: "New readers refuse every message without a value, and Avro readers refuse all old messages, because \
               `T` does not read `[\"null\", T]` at all. Old readers read new messages. A registry whose policy is \
               BACKWARD or FULL refuses the schema.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
note = "string?"
```

After:

```toml
[record.Order.fields]
id = "string"
note = "string"
```"#,
        remedy: "Give the field a default with `nullable = true` instead: it is written always, nothing reads as the \
               default, and its schema stays the same. Or keep it optional.",
    },
    owns: &[
        Cause::Missing,
        Cause::Null,
        Cause::Unset,
        Cause::Code,
        Cause::Made,
        Cause::Default,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let presence = see::presence(change).filter(|p| p.moved == Move::NowRequired)?;
    let name = change.name();
    let (was, is) = presence.text;
    Some(
        Words::new(format!("{name} must be there now"))
            .from_to(was, is)
            .own(presence.own)
            .about(Part::Type)
            .fix(format!(
                "keep {name} optional, or give it a default with `nullable = true`"
            )),
    )
}
