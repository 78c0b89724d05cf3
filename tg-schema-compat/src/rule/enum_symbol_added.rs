//! A symbol that is new.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use super::{Part, see};
use crate::change::Change;
use crate::change::{Own, What};
use crate::report::Ways;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_SYMBOL_ADDED",
        level: Level::Error,
        title: "an enum has a new symbol",
        what: "An enum has a symbol that the old version has not.",
        why: "Old readers do not know it. With a default in the old enum they read the default, and cannot tell it \
               from a value that was sent; without one they refuse the message. A registry with the interface of \
               Confluent therefore refuses it under FORWARD or FULL. The Pulsar broker never compares symbols: it \
               accepts the schema, and old consumers fail at the first message that has the symbol. A default of the \
               field does not help; it has to be that of the enum. Some older libraries ignore the default of an enum. \
               In Rust, a `match` over all variants has to be edited.",
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
        remedy: "Release readers first. For the next time, give the enum a `default` or make it `open` now.",
    },
    owns: &[Cause::SymbolAdded, Cause::VariantAdded, Cause::Code],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let (added, _) = see::symbols(both);
    let first = (*added.first()?).to_owned();
    let name = &both.new.definition.name.name;
    let avro = Ways {
        backward: true,
        forward: both.old.definition.default.is_some(),
    };
    Some(
        Words::new(format!(
            "`{name}` has the new {} {}",
            see::symbol_word(&added),
            see::list(&added)
        ))
        .from_to("", added.join(", "))
        .own(Own {
            avro,
            pulsar: Ways::FULL,
        })
        .about(Part::Symbol(first))
        .fix(format!(
            "release readers of `{name}` before any producer sends {}",
            see::list(&added)
        )),
    )
}
