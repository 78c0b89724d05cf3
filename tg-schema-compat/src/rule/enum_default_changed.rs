//! What an unknown symbol becomes.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_DEFAULT_CHANGED",
        level: Level::Warning,
        title: "the default of an enum changed",
        what: "An enum has another `default` than before, has one now, or has lost it.",
        why: "It says what readers make of symbols that they do not know. Between these two versions nothing \
               happens unless their symbols differ. Without it, the next symbol that is added or removed is refused. \
               Readers of an open enum keep symbols that they do not know only while it has none. The broker compares enums without their default, and stores no new version for it alone.",
        example: r#"Before:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["unknown", "open", "shipped"]
default = "unknown"
```

After:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["unknown", "open", "shipped"]
default = "open"
```"#,
        remedy: "Keep a default once there is one, and do not change it: old and new readers would disagree about \
               the same message.",
    },
    owns: &[Cause::Made, Cause::SymbolAdded, Cause::SymbolRemoved],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let (old, new) = (see::enum_default(&both.old), see::enum_default(&both.new));
    if old == new {
        return None;
    }
    let name = &both.new.definition.name.name;
    let message = match (old, new) {
        (Some(old), Some(new)) => format!("the default of `{name}` was `{old}` and is `{new}`"),
        (None, Some(new)) => format!("`{name}` has the default `{new}` now"),
        (Some(old), None) => format!("`{name}` has lost its default `{old}`"),
        (None, None) => return None,
    };
    let text = |default: Option<&str>| default.unwrap_or_default().to_owned();
    Some(Words::new(message).from_to(text(old), text(new)))
}
