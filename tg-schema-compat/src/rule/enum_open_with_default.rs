//! An open enum that has a default too.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_OPEN_WITH_DEFAULT",
        level: Level::Warning,
        title: "an enum is open and has a default",
        what: "The enum says `open = true` and has a `default`.",
        why: "Readers take the default for a symbol that they do not know, although there is a variant that would \
               keep it. Code can still make that variant and send it: every reader turns it into the default, without \
               an error. It happens between equal versions too.",
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
symbols = ["open", "shipped"]
open = true
default = "open"
```"#,
        remedy: "Choose one: `open` keeps what is unknown, `default` replaces it.",
    },
    owns: &[Cause::SymbolAdded, Cause::SymbolRemoved],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let new = both.new.defined?;
    (new.open && new.default.is_some()).then(|| {
        Words::new(format!(
            "`{}` is open and has a default, so it never keeps what it does not know",
            new.name
        ))
        .fix(format!("take `open` or `default` out of `{}`", new.name))
    })
}
