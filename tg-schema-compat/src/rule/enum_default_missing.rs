//! Symbols that changed in an enum without a default.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_DEFAULT_MISSING",
        level: Level::Note,
        title: "an enum whose symbols change has no default",
        what: "The symbols of an enum changed, and the new version has neither a `default` nor `open = true`.",
        why: "The next symbol that is added or removed will again be refused by somebody. A default of a field that \
               holds the enum is no help: it stands for a field that is missing, never for a symbol that is unknown.",
        example: r#"Before:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["open", "shipped"]
```

After:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["open", "shipped", "returned"]
```"#,
        remedy: "Add a symbol such as `unknown` and make it the `default` of the enum; readers that have it are then \
               safe from later symbols.",
    },
    owns: &[],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let (added, removed) = see::symbols(both);
    let is_open = both.new.defined.is_some_and(|e| e.open);
    if (added.is_empty() && removed.is_empty()) || see::enum_default(&both.new).is_some() || is_open
    {
        return None;
    }
    let name = &both.new.definition.name.name;
    let of_field = both
        .new
        .field
        .is_some_and(|f| f.field.default.as_ref().is_some_and(|d| !d.is_null()));
    let message = match of_field {
        true => format!(
            "`{name}` has no default, and that of the field does not stand for unknown symbols"
        ),
        false => format!("`{name}` has no default for symbols that a reader does not know"),
    };
    Some(Words::new(message).fix(format!("give `{name}` a `default`")))
}
