//! A default that is gone.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Move};
use super::{Cause, Rule, Words};
use crate::change::Change;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_DEFAULT_REMOVED",
        level: Level::Error,
        title: "a field has no default any more",
        what: "A field that had a default is required now, or the schema of an optional one says null no more.",
        why: "Readers of messages that carry the field are not disturbed. Messages of still older versions that \
               lack it are now refused, so the change is only safe if the whole history has the field: compare with \
               all of it. In Rust, `new` asks for the field, and there may be no `Default` any more.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
count = { type = "int", default = 0 }
```

After:

```toml
[record.Order.fields]
id = "string"
count = "int"
```"#,
        remedy: "Keep the default.",
    },
    owns: &[
        Cause::Missing,
        Cause::Null,
        Cause::Default,
        Cause::Code,
        Cause::Made,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let presence = see::presence(change).filter(|p| p.moved == Move::DefaultRemoved)?;
    let name = change.name();
    let (was, is) = presence.text;
    Some(
        Words::new(format!("{name} has no default any more"))
            .from_to(was, is)
            .own(presence.own)
            .about(Part::Default)
            .fix(format!("keep the default of {name}")),
    )
}
