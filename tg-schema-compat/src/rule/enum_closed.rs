//! An enum that kept symbols that it did not know.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_CLOSED",
        level: Level::Error,
        title: "an enum is open no more",
        what: "The enum said `open = true` and does so no more.",
        why: "Old producers in JSON may have sent on symbols that they did not know themselves. New readers refuse \
               them, or read the default of the enum. Code that names the variant for unknown symbols does not \
               compile.",
        example: r#"Before:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["open", "shipped"]
open = true
```

After:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["open", "shipped"]
```"#,
        remedy: "Keep it open.",
    },
    owns: &[
        Cause::SymbolAdded,
        Cause::SymbolRemoved,
        Cause::VariantRemoved,
        Cause::Code,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let (old, new) = (both.old.defined?, both.new.defined?);
    let closed = old.open && !new.open;
    closed.then(|| {
        Words::new(format!("`{}` is open no more", new.name))
            .from_to("open", "closed")
            .fix(format!("keep `open = true` in `{}`", new.name))
    })
}
