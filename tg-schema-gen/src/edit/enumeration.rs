//! Changes of an enum in its TOML text, all of them together: symbols, Python values, default and openness depend on
//! each other, and may stand on one line.

use tg_schema_model::edit::Edit;
use tg_schema_model::{Enum, EnumId, Value};

use super::place::{Key, Table, strange};
use super::{Inexpressible, Texts};
use crate::definition::node::{Data, Making};
use crate::migration::toml::string;

/// The enum whose symbols, default or openness an edit changes.
pub(super) fn of(edit: &Edit) -> Option<EnumId> {
    match edit {
        Edit::SetOpen { enumeration, .. }
        | Edit::SetEnumDefault { enumeration, .. }
        | Edit::SetSymbols { enumeration, .. } => Some(*enumeration),
        _ => None,
    }
}

/// What an enum is to be.
struct Is<'e> {
    symbols: Option<(&'e [String], &'e [Value])>,
    default: Option<Option<&'e str>>,
    open: Option<bool>,
}

impl<'e> Is<'e> {
    /// What the edits of one enum say together.
    fn of(id: EnumId, edits: &'e [Edit]) -> Result<Self, Inexpressible> {
        let mut is = Is {
            symbols: None,
            default: None,
            open: None,
        };
        for edit in edits.iter().filter(|edit| of(edit) == Some(id)) {
            match edit {
                Edit::SetSymbols {
                    symbols, values, ..
                } => once(&mut is.symbols, (symbols.as_slice(), values.as_slice()))?,
                Edit::SetEnumDefault { symbol, .. } => once(&mut is.default, symbol.as_deref())?,
                Edit::SetOpen { open, .. } => once(&mut is.open, *open)?,
                _ => {}
            }
        }
        Ok(is)
    }
}

fn once<T: PartialEq>(known: &mut Option<T>, value: T) -> Result<(), Inexpressible> {
    match known {
        Some(known) if *known != value => {
            Err(Inexpressible("two changes are of the same text".into()))
        }
        _ => {
            *known = Some(value);
            Ok(())
        }
    }
}

/// Makes an enum what `edits` say of it.
pub(super) fn set(item: &Table<'_>, was: &Enum, id: EnumId, edits: &[Edit]) -> Texts {
    let is = Is::of(id, edits)?;
    let before: Vec<String> = was.symbols.iter().map(|s| s.name.clone()).collect();
    let (symbols, values) = is.symbols.unwrap_or((&before, &was.pulsar.values));
    let mut found = Vec::new();
    let mut changed: Vec<Key<'_>> = Vec::new();
    if *symbols != *before {
        found.extend(item.set_items("symbols", symbols)?);
    }
    if was.pulsar.values != values {
        let texts: Option<Vec<String>> = values.iter().map(value_text).collect();
        let texts = texts.ok_or_else(|| strange("values"))?;
        let all = || format!("[{}]", texts.join(", "));
        match item.table("pulsar") {
            None if item.entry("pulsar").is_some() => return Err(strange("pulsar")),
            None => changed.push(("pulsar", Some(format!("{{ values = {} }}", all())))),
            Some(inner) if values.is_empty() => match inner.making() {
                Making::Header => found.extend(item.drop_whole("pulsar")?),
                _ => changed.push(("pulsar", None)),
            },
            Some(inner) => {
                let kept = |name: &String, value: &Value| {
                    let at = before.iter().position(|known| known == name);
                    let known = at.and_then(|at| was.pulsar.values.get(at));
                    known.is_none_or(|known| known == value)
                };
                let same = symbols.iter().zip(values).all(|(name, v)| kept(name, v));
                let aligned = inner
                    .entry("values")
                    .is_some_and(|entry| matches!(entry.node.data, Data::Array(_)));
                found.extend(match inner.table("values") {
                    Some(table) => by_symbol(&table, &before, symbols, &texts)?,
                    None if aligned && same => {
                        inner.set_aligned("values", &before, symbols, &texts)?
                    }
                    None => inner.keys(&[("values", Some(all()))])?,
                });
            }
        }
    }
    let default = was
        .default
        .and_then(|at| before.get(at))
        .map(String::as_str);
    // A default that is no symbol any more goes with it.
    let stays = default.filter(|name| symbols.iter().any(|symbol| symbol == name));
    let to = is.default.unwrap_or(stays);
    if to != default {
        changed.push(("default", to.map(string)));
    }
    let open = is.open.unwrap_or(was.open);
    if open != was.open {
        changed.push(("open", open.then(|| "true".to_owned())));
    }
    found.extend(item.keys(&changed)?);
    Ok(found)
}

/// The values as a table: each symbol has its own.
fn by_symbol(table: &Table<'_>, before: &[String], symbols: &[String], texts: &[String]) -> Texts {
    let gone = before.iter().filter(|name| !symbols.contains(name));
    let gone = gone.map(|name| (name.as_str(), None));
    let has = |name: &str, text: &str| {
        let entry = table.entry(name);
        entry.is_some_and(|entry| table.script.part(entry.node.span.range()) == text)
    };
    let pairs = symbols.iter().zip(texts);
    let set = pairs.filter(|(name, text)| !has(name, text));
    let set = set.map(|(name, text)| (name.as_str(), Some(text.clone())));
    table.keys(&gone.chain(set).collect::<Vec<Key<'_>>>())
}

fn value_text(value: &Value) -> Option<String> {
    match value {
        Value::Long(number) => Some(number.to_string()),
        Value::String(text) => Some(string(text)),
        _ => None,
    }
}
