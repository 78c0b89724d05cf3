//! An alias that is new.

use tg_schema_model::rule::{self, Level};

use super::{Part, see};
use super::{Rule, Words};
use crate::change::{Change, Own};
use crate::change::{FieldSide, What};
use crate::report::Ways;
use tg_schema_model::avro::Name;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ALIAS_ADDED",
        level: Level::Note,
        title: "an alias is new",
        what: "A field, a record or an enum has an alias that the old version has not, and it is not the name from \
               there.",
        why: "Readers of the new version also find values under that name. Nobody is disturbed. The Pulsar broker \
               compares schemas without their aliases: it takes the schema for the one that it has and stores no new \
               version, so readers that fetch it from the broker do not learn the alias until something else changes. \
               A registry with the interface of Confluent stores a version.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
note = "string?"
```

After:

```toml
[record.Order.fields]
id = "string"
note = { type = "string?", aliases = ["comment"] }
```"#,
        remedy: "Nothing.",
    },
    owns: &[],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    let (kept, old, new) = names(change)?;
    let added: Vec<&String> = new
        .iter()
        .filter(|a| !old.contains(a) && !kept.contains(a))
        .collect();
    let first = (*added.first()?).clone();
    Some(
        Words::new(format!(
            "{} {} new as an alias",
            see::list(&added),
            see::are(&added)
        ))
        .from_to(old.join(", "), new.join(", "))
        // An alias may be the name of something else.
        .suspect(Own {
            avro: Ways::FULL,
            pulsar: Ways::NONE,
        })
        .about(Part::Alias(first)),
    )
}

/// The names of both versions, and the aliases of each.
pub(super) fn names(change: &Change<'_>) -> Option<(Vec<String>, Vec<String>, Vec<String>)> {
    let (old, new, names) = match &change.what {
        What::Field(fields) => {
            let aliases = |side: &FieldSide<'_>| match side.defined {
                Some(defined) => defined.aliases.clone(),
                None => side.field.aliases.clone(),
            };
            let names = vec![fields.old.field.name.clone(), fields.new.field.name.clone()];
            (aliases(&fields.old), aliases(&fields.new), names)
        }
        What::Record(both) => {
            let (old, new) = (both.old.record, both.new.record);
            (
                full(&old.aliases),
                full(&new.aliases),
                vec![old.name.full(), new.name.full()],
            )
        }
        What::Enum(both) => {
            let (old, new) = (both.old.definition, both.new.definition);
            (
                full(&old.aliases),
                full(&new.aliases),
                vec![old.name.full(), new.name.full()],
            )
        }
        _ => return None,
    };
    (old != new).then_some((names, old, new))
}

fn full(names: &[Name]) -> Vec<String> {
    names.iter().map(Name::full).collect()
}
