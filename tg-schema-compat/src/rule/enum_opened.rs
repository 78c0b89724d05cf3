//! An enum that keeps symbols that it does not know.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_OPENED",
        level: Level::Error,
        title: "an enum is open now",
        what: "The enum says `open = true` and did not before.",
        why: "New readers keep a symbol that they do not know, and send it on as it is. Old readers in JSON refuse \
               such a symbol when it reaches them, unless their enum has a default. In Avro nothing changes, since a \
               message carries a place in a list. In Rust there is one more variant that holds the text, so the enum \
               is `Copy` no more.",
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
```"#,
        remedy: "Release readers first.",
    },
    owns: &[
        Cause::SymbolAdded,
        Cause::SymbolRemoved,
        Cause::VariantAdded,
        Cause::Code,
        Cause::Derive,
    ],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let (old, new) = (both.old.defined?, both.new.defined?);
    let opened = new.open && !old.open;
    opened.then(|| Words::new(format!("`{}` is open now", new.name)).from_to("closed", "open"))
}
