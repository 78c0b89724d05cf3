//! Nothing becomes a default.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Move};
use super::{Cause, Rule, Words};
use crate::change::Change;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_OPTIONAL_TO_DEFAULT",
        level: Level::Error,
        title: "an optional field has a default now",
        what: "A field that was optional has a default now.",
        why: "The formats disagree. In JSON nothing was no key, and no key reads as the default: all is well. In \
               Avro nothing was null, and a default never stands for a null that is there: new readers of `T` refuse \
               all old messages, and the registry refuses the schema. With `nullable = true` the schema stays the \
               same, and null reads as the default in both. Code can no longer tell that a value was not given.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
count = "int?"
```

After:

```toml
[record.Order.fields]
id = "string"
count = { type = "int", default = 0 }
```"#,
        remedy: "Add `nullable = true` to the field.",
    },
    owns: &[
        Cause::Missing,
        Cause::Null,
        Cause::Unset,
        Cause::Default,
        Cause::Code,
        Cause::Made,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let presence = see::presence(change).filter(|p| p.moved == Move::OptionalToDefault)?;
    let name = change.name();
    let (was, is) = presence.text;
    Some(
        Words::new(format!("{name} was optional and has a default now"))
            .from_to(was, is)
            .own(presence.own)
            .about(Part::Default)
            .fix(format!("add `nullable = true` to {name}")),
    )
}
