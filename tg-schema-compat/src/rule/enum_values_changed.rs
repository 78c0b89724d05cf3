//! Other Python values.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use crate::change::Change;
use std::collections::{HashMap, HashSet};

use super::{Part, see};
use crate::change::What;
use tg_schema_model::{Enum, Json, Value};
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ENUM_VALUES_CHANGED",
        level: Level::Warning,
        title: "symbols have other Python values",
        what: "A symbol has another value in `pulsar.values` than before, or has one no more.",
        why: "Python Records put the value of an enum into JSON, and not its name: `2` where we would write \
               `shipped`. A reader that knows other values takes the number for another symbol, without an error. \
               Python numbers are often given by order, so reordering an enum there renumbers it.",
        example: r#"Before:

```toml
[record.Order]
profile = "pulsar-record"

[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["open", "shipped"]
pulsar = { values = [1, 2] }
```

After:

```toml
[record.Order]
profile = "pulsar-record"

[record.Order.fields]
status = "Status"

[enum.Status]
symbols = ["open", "shipped"]
pulsar = { values = [2, 1] }
```"#,
        remedy: "Never give a value to another symbol. Declare the peer `python-record` to see which messages it \
               concerns.",
    },
    owns: &[Cause::SymbolAdded, Cause::SymbolRemoved, Cause::Type],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let What::Enum(both) = &change.what else {
        return None;
    };
    let (old, new) = (both.old.defined?, both.new.defined?);
    if old.pulsar.values == new.pulsar.values || old.pulsar.values.is_empty() {
        return None;
    }
    let values = |definition: &'_ Enum| -> HashMap<String, String> {
        let pairs = definition.symbols.iter().zip(&definition.pulsar.values);
        pairs
            .map(|(symbol, value)| (symbol.name.clone(), text(value)))
            .collect()
    };
    let (was, is) = (values(old), values(new));
    let lives: HashSet<&String> = new.symbols.iter().map(|s| &s.name).collect();
    let mut changed = Vec::new();
    for symbol in &old.symbols {
        let (Some(before), after) = (was.get(&symbol.name), is.get(&symbol.name)) else {
            continue;
        };
        if lives.contains(&symbol.name) && after != Some(before) {
            changed.push(symbol.name.as_str());
        }
    }
    let first = (*changed.first()?).to_owned();
    let all = |values: &HashMap<String, String>| {
        let named = changed
            .iter()
            .filter_map(|s| Some(format!("{s} = {}", values.get(*s)?)));
        named.collect::<Vec<_>>().join(", ")
    };
    let (before, after) = (all(&was), all(&is));
    Some(
        Words::new(format!(
            "{} of `{}` {} sent by Python Records with another value",
            see::list(&changed),
            new.name,
            see::are(&changed)
        ))
        .from_to(before, after)
        .about(Part::Symbol(first))
        .fix("keep the values in `pulsar.values`"),
    )
}

fn text(value: &Value) -> String {
    match value {
        Value::Long(number) => number.to_string(),
        Value::String(text) => super::short(&Json::str(text)),
        other => format!("{other:?}"),
    }
}
