//! A value that may be nothing now.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Move};
use super::{Cause, Rule, Words};
use crate::change::Change;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_NOW_OPTIONAL",
        level: Level::Error,
        title: "a value may be missing now",
        what: "A field that every message had to carry is optional, or items and values may be null. A field with a \
               default whose schema admits null now counts too.",
        why: "New readers read old messages. Old readers do not know null: an Avro reader of `T` refuses \
               `[\"null\", T]` whatever is sent, and a JSON reader misses the key of a required field. A field that \
               keeps its default is still read in JSON, where nothing stands for the default.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
note = "string"
```

After:

```toml
[record.Order.fields]
id = "string"
note = "string?"
```"#,
        remedy: "Release readers first. Until all of them are, let producers set the field always. To please old \
               readers too, keep the type and give it a default.",
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
    let presence = see::presence(change).filter(|p| p.moved == Move::NowOptional)?;
    let name = change.name();
    let (was, is) = presence.text;
    let fix = format!("keep `{was}` until all readers know that {name} may be missing");
    Some(
        Words::new(format!("{name} may be missing now"))
            .from_to(was, is)
            .own(presence.own)
            .about(Part::Type)
            .fix(fix),
    )
}
