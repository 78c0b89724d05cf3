//! A symbol that is gone.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Cause, Rule, Words};
use crate::change::Change;
use crate::change::{Own, What};
use crate::report::Ways;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_SYMBOL_REMOVED",
        level: Level::Error,
        title: "an enum has lost a symbol",
        what: "An enum lacks a symbol that the old version has. A renamed symbol is one that is gone and one that \
               is new.",
        why: "New readers do not know it when an old message has it. With a default in the new enum they read the \
               default; without one they refuse the message. A registry with the interface of Confluent refuses it \
               under BACKWARD or FULL. The Pulsar broker never compares symbols: it accepts the schema, and new \
               consumers fail at the first old message that has the symbol. A default of the field does not help; it \
               has to be that of the enum. Code that names the variant does not compile.",
        example: r#"Before:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["open", "shipped", "returned"]
```

After:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["open", "shipped"]
```"#,
        remedy: "Keep the symbol, and stop sending it. Remove it when no message that has it is stored anywhere: writers first, \
                 since readers without it do not know what old writers send.",
    },
    owns: &[Cause::SymbolRemoved, Cause::VariantRemoved, Cause::Code],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let (_, removed) = see::symbols(both);
    if removed.is_empty() {
        return None;
    }
    let name = &both.new.definition.name.name;
    let avro = Ways {
        backward: both.new.definition.default.is_some(),
        forward: true,
    };
    Some(
        Words::new(format!(
            "`{name}` has lost the {} {}",
            see::symbol_word(&removed),
            see::list(&removed)
        ))
        .from_to(removed.join(", "), "")
        .own(Own {
            avro,
            pulsar: Ways::FULL,
        })
        .fix(format!("keep {} in `{name}`", see::list(&removed))),
    )
}
