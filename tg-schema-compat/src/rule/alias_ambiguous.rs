//! An alias that means two fields.

use tg_schema_model::rule::{self, Level};

use super::{Cause, Rule, Words};
use super::{Part, see};
use crate::change::Change;
use crate::change::{Both, FieldSide, Own, What};
use crate::report::Ways;
pub(super) static RULE: Rule = Rule {
    page: rule::Rule {
        id: "ALIAS_AMBIGUOUS",
        level: Level::Error,
        title: "an alias means two fields",
        what: "An alias of a field is the name, or an alias, of another field of the record, or its own name; or it \
               names a field that the other version has beside the field itself.",
        why: "A reader that looks for the value finds two, or gives one value to two fields. The Java library \
               throws, so registries and the broker refuse the schema or answer with an error; others take the first. \
               Where the other field is still there, registries accept the alias, and most readers give the value to both \
               fields. The Java library gives it to the one with the alias alone: the other gets its default, which is a \
               loss, or has none, and the message is refused. \
               In JSON, a message that has both names is refused as having the field twice.",
        example: r#"Before:

```toml
[record.Order.fields]
id = "string"
customer = "string?"
buyer = "string?"
```

After:

```toml
[record.Order.fields]
id = "string"
buyer = { type = "string?", aliases = ["customer"] }
```"#,
        remedy: "Remove the alias: `--fix` does it in Avro schemas. Where the earlier version has it, give the field that \
               came in another name, or let no reader of that version be left. No release in between is of use, since readers \
               that know the alias are what fails. Two fields that became one need a new name for the one, and readers that look at \
               both.",
    },
    owns: &[Cause::Twice, Cause::Taken],
    look,
};

fn look(change: &Change<'_>) -> Option<Words> {
    match &change.what {
        What::Field(fields) => across(fields).or_else(|| taken(fields)),
        What::FieldPresent(field) => inside(field),
        _ => None,
    }
}

/// Two fields of one version for one of the other.
fn across(fields: &Both<FieldSide<'_>>) -> Option<Words> {
    let two = |reader: &FieldSide<'_>, writer: &FieldSide<'_>| {
        let record = writer.record.record;
        let mut candidates: Vec<String> = Vec::new();
        for name in std::iter::once(&reader.field.name).chain(aliases(reader)) {
            if record.field(name).is_some() {
                candidates.push(name.clone());
            }
        }
        candidates
    };
    if aliases(&fields.old).is_empty() && aliases(&fields.new).is_empty() {
        return None;
    }
    let (backward, forward) = (two(&fields.new, &fields.old), two(&fields.old, &fields.new));
    let (who, names, is, fix) = match (backward.len() > 1, forward.len() > 1) {
        (true, _) => ("the old", &backward, &fields.new, REMOVE.to_owned()),
        (_, true) => ("the new", &forward, &fields.old, of_old(fields, &forward)),
        _ => return None,
    };
    let name = &is.field.name;
    let message = match names.iter().all(|other| other == name) {
        true => own_name(name),
        false => format!("`{name}` stands for {} of {who} version", see::list(names)),
    };
    Some(
        Words::new(message)
            .from_to(names.join(", "), name.as_str())
            .own(Own::both(backward.len() < 2, forward.len() < 2))
            .about(Part::Alias(names.last().cloned().unwrap_or_default()))
            .fix(fix),
    )
}

/// What to do where the new version has the alias.
const REMOVE: &str = "remove the alias";

/// What to do where readers of the old version find several fields of the new one under `names`, by an alias that they
/// have, whatever the new version has.
fn of_old(fields: &Both<FieldSide<'_>>, names: &[String]) -> String {
    let (old, new) = (fields.old.record.record, fields.new.record.record);
    if let Some(added) = names.iter().find(|name| old.field(name).is_none()) {
        return format!(
            "take another name than `{added}`: readers of the old version have it as an alias"
        );
    }
    let is_alias = |name: &String| new.fields.iter().any(|field| field.aliases.contains(name));
    match names.iter().any(is_alias) {
        true => REMOVE.to_owned(),
        false => "release readers first: those of the old version have the alias".to_owned(),
    }
}

/// A field whose values another one takes: its alias is the name of the field in the other version. The Java library
/// gives them to the last field that asks for them by an alias, and so do the broker and its readers; registries take
/// them for both.
fn taken(fields: &Both<FieldSide<'_>>) -> Option<Words> {
    let taker = |reader: &FieldSide<'_>, writer: &FieldSide<'_>| {
        if !reader.record.record.aliased {
            return None;
        }
        let name = &writer.field.name;
        let others = reader.record.record.fields.iter().rev();
        let mut asking = others.filter(|field| field.aliases.contains(name));
        let other = asking
            .next()
            .filter(|other| other.name != reader.field.name)?;
        // One that stands for several is told by itself.
        let mut names = std::iter::once(&other.name).chain(&other.aliases);
        let is_named = |at: &String| writer.record.record.field(at).is_some();
        let several = names.any(is_named) && names.any(is_named);
        (!several).then(|| other.name.clone())
    };
    let (backward, forward) = (
        taker(&fields.new, &fields.old),
        taker(&fields.old, &fields.new),
    );
    let (side, from, other, who, fix) = match (&backward, &forward) {
        (Some(other), _) => (
            &fields.new,
            &fields.old,
            other,
            "the old",
            REMOVE.to_owned(),
        ),
        (_, Some(other)) => {
            let names = std::slice::from_ref(&fields.new.field.name);
            let fix = of_old(fields, names);
            (&fields.old, &fields.new, other, "the new", fix)
        }
        _ => return None,
    };
    let fine = |side: &FieldSide<'_>, taken: &Option<String>| {
        taken.is_none() || side.field.default.is_some()
    };
    let (name, source) = (&side.field.name, &from.field.name);
    Some(
        Words::new(format!(
            "`{other}` takes `{source}` of {who} version by an alias, which `{name}` is read from too"
        ))
        .from_to(source.as_str(), format!("{name}, {other}"))
        .own(Own {
            avro: Ways::FULL,
            pulsar: Ways {
                backward: fine(&fields.new, &backward),
                forward: fine(&fields.old, &forward),
            },
        })
        .fix(fix),
    )
}

/// What is said of a field that is its own alias.
fn own_name(name: &str) -> String {
    format!("`{name}` has its own name as an alias, so that the Java library finds the field twice")
}

/// Two fields of one version with one name between them.
fn inside(side: &FieldSide<'_>) -> Option<Words> {
    let own = aliases(side);
    if own.is_empty() {
        return None;
    }
    if own.contains(&side.field.name) {
        let name = &side.field.name;
        let words = Words::new(own_name(name)).about(Part::Alias(name.clone()));
        return Some(words.fix(REMOVE));
    }
    let record = side.record.record;
    let others = record
        .fields
        .iter()
        .filter(|other| other.name != side.field.name);
    let (alias, other) = others
        .flat_map(|other| own.iter().map(move |alias| (alias, other)))
        .find(|(alias, other)| other.name == **alias || other.aliases.contains(alias))?;
    let (name, other) = (&side.field.name, &other.name);
    let message = match other == alias {
        true => format!("the alias `{alias}` of `{name}` is the name of another field"),
        false => format!("`{alias}` is an alias of both `{name}` and `{other}`"),
    };
    Some(
        Words::new(message)
            .about(Part::Alias(alias.clone()))
            .fix(REMOVE),
    )
}

fn aliases<'v>(side: &FieldSide<'v>) -> &'v [String] {
    match (&side.field.aliases, side.defined) {
        (known, Some(defined)) if known.is_empty() => &defined.aliases,
        (known, _) => known,
    }
}
