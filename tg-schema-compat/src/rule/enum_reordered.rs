//! Symbols in another order.

use tg_schema_model::rule::{self, Level};

use super::see;
use super::{Rule, Words};
use crate::change::Change;
use crate::change::What;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_REORDERED",
        level: Level::Note,
        title: "symbols come in another order",
        what: "Symbols that both versions have come in another order.",
        why: "Messages carry names in JSON, and in Avro places in the list of the writer, which readers know: \
               nobody is disturbed. Code that compares variants or turns them into numbers gets other results, without \
               an error. Python peers send values instead of names: see ENUM_VALUES_CHANGED.",
        example: r#"Before:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["low", "high"]
```

After:

```toml
[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["high", "low"]
```"#,
        remedy: "Add symbols at the end and leave the order alone.",
    },
    owns: &[],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let (old, new) = (&both.old.definition.symbols, &both.new.definition.symbols);
    if !see::reordered(
        old.iter().map(String::as_str),
        new.iter().map(String::as_str),
    ) {
        return None;
    }
    let name = &both.new.definition.name.name;
    Some(
        Words::new(format!("symbols of `{name}` come in another order"))
            .from_to(old.join(", "), new.join(", ")),
    )
}
