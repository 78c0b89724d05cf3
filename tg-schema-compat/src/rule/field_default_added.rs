//! A default where there was none.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Move};
use super::{Cause, Rule, Words};
use crate::change::Change;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_DEFAULT_ADDED",
        level: Level::Error,
        title: "a field has a default now",
        what: "A required field has a default now, or the schema of an optional one has one that says null.",
        why: "Nobody who has the field in both versions is disturbed: new readers can do without it, old readers \
               find it because producers write it always. Against still older versions that lack the field, this is \
               what makes new readers read them. In Rust, `new` takes one parameter fewer. If the schema admits null \
               as well, old Avro readers refuse it.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
count = "int"
```

After:

```toml
[record.Order.fields]
id = "string"
count = { type = "int", default = 0 }
```"#,
        remedy: "Nothing.",
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
    let presence = see::presence(change).filter(|p| p.moved == Move::DefaultAdded)?;
    let name = change.name();
    let (was, is) = presence.text;
    Some(
        Words::new(format!("{name} has a default now"))
            .from_to(was, is)
            .own(presence.own)
            .about(Part::Default),
    )
}
