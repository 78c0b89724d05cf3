//! A default becomes nothing.

use tg_schema_model::rule::{self, Level};

use super::Part;
use super::see::{self, Move};
use super::{Cause, Rule, Words};
use crate::change::Change;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "FIELD_DEFAULT_TO_OPTIONAL",
        level: Level::Error,
        title: "a field with a default is optional now",
        what: "A field that had a default is optional now.",
        why: "The formats disagree. In JSON, old readers take a missing key for their default and go on. In Avro \
               they meet null where they know only `T`, and refuse every new message. Code that used the value has to \
               say what nothing means.",
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
count = "int?"
```"#,
        remedy: "Release Avro readers first; or keep the default and add `nullable = true`, which new readers still \
               read as the default.",
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
    let presence = see::presence(change).filter(|p| p.moved == Move::DefaultToOptional)?;
    let name = change.name();
    let (was, is) = presence.text;
    Some(
        Words::new(format!("{name} had a default and is optional now"))
            .from_to(was, is)
            .own(presence.own)
            .about(Part::Default),
    )
}
