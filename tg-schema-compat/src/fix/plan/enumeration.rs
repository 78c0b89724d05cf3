//! Enums that get symbols, lose some, or do both.

use tg_schema_model::edit::Edit;
use tg_schema_model::{Enum, EnumId, Value};

use super::super::candidate::default_name;
use super::super::symbol::{known_symbols, values};
use super::Draft;
use crate::change::{Both, EnumSide};
use crate::check::Ready;

/// An enum: what readers do with symbols that they do not know is settled before there are any.
pub(super) fn enumeration(both: &Both<EnumSide<'_>>, new: &Ready<'_>) -> Option<Vec<Vec<Draft>>> {
    let (was, is) = (both.old.defined?, both.new.defined?);
    let enumeration = new.index.enumeration(&both.new.definition.name.full())?;
    let name = &is.name;
    let (before, after) = (names(was), names(is));
    let alias = both.old.definition.name.full();
    let known = both.new.definition.aliases.iter().map(|known| known.full());
    let named = both.old.definition.name != both.new.definition.name
        && !known.into_iter().any(|known| known == alias);
    let alias = named.then_some(Edit::AddEnumAlias { enumeration, alias });
    let whole = |text: String, edits: Vec<Edit>| Draft {
        text,
        edits: alias.clone().into_iter().chain(edits).collect(),
    };
    let (then, now) = (known_symbols(&before), known_symbols(&after));
    let (fresh, gone) = (!now.is_subset(&then), !then.is_subset(&now));
    let verb = match (fresh, gone) {
        (true, false) => "with the new symbols",
        (false, true) => "without the symbols that go",
        _ => "as it is",
    };
    let mut plans = Vec::new();
    if fresh || gone {
        let at_once = vec![whole(format!("release `{name}` {verb}"), Vec::new())];
        // What is read as a symbol of another name stands in both versions.
        let stands = [default_name(is), default_name(was)].into_iter().flatten();
        let stands = stands.chain(after.iter().cloned());
        let stands = stands
            .into_iter()
            .find(|s| then.contains(s) && now.contains(s));
        if let Some(stands) = stands {
            let values = match both.old.defined {
                Some(old) if !is.pulsar.values.is_empty() => old.pulsar.values.clone(),
                _ => Vec::new(),
            };
            let set_default = Edit::SetEnumDefault {
                enumeration,
                symbol: Some(stands.clone()),
            };
            let first = vec![
                Edit::SetSymbols {
                    enumeration,
                    symbols: before.clone(),
                    values,
                },
                set_default.clone(),
                Edit::SetOpen {
                    enumeration,
                    open: was.open,
                },
            ];
            let last =
                Vec::from_iter((default_name(is) != Some(stands.clone())).then_some(set_default));
            let two = vec![
                whole(
                    format!(
                        "release `{name}` with the default {stands:?} and the symbols as they were"
                    ),
                    first,
                ),
                whole(format!("release `{name}` {verb}"), last),
            ];
            // To a reader that keeps what it does not know a default is a loss.
            match was.open || default_name(was).is_some() {
                true => plans.extend([at_once, two]),
                false => plans.extend([two, at_once]),
            }
        } else {
            plans.push(at_once);
        }
        if fresh && gone {
            let both = [true, false].map(|spared| in_turn(enumeration, (was, is), spared));
            let both = both.into_iter().flatten();
            plans.extend(both.map(|plan| {
                let plan = plan.into_iter();
                plan.map(|(text, edits)| whole(text, edits)).collect()
            }));
        }
        return Some(plans);
    }
    plans.push(vec![whole(format!("release `{name}` {verb}"), Vec::new())]);
    if default_name(was) != default_name(is) && was.open != is.open {
        let back = Edit::SetEnumDefault {
            enumeration,
            symbol: default_name(was),
        };
        let open = Edit::SetOpen {
            enumeration,
            open: was.open,
        };
        let words = match is.open {
            true => "open",
            false => "closed",
        };
        plans.push(vec![
            whole(
                format!("release `{name}` {words}, with the default as it was"),
                vec![back],
            ),
            whole(
                format!("release `{name}` with the default as it is"),
                Vec::new(),
            ),
        ]);
        plans.push(vec![
            whole(
                format!("release `{name}` with the default as it is"),
                vec![open],
            ),
            whole(format!("release `{name}` {words}"), Vec::new()),
        ]);
    }
    Some(plans)
}

/// What is new comes first, beside what goes: all readers know it before a writer sends it, and no writer sends what goes
/// any more before a reader forgets it. A default spares who is late.
fn in_turn(
    enumeration: EnumId,
    (was, is): (&Enum, &Enum),
    spared: bool,
) -> Option<[(String, Vec<Edit>); 2]> {
    let (before, after) = (names(was), names(is));
    let (then, now) = (known_symbols(&before), known_symbols(&after));
    let stays = |name: &String| now.contains(name);
    let fresh = after.iter().filter(|name| !then.contains(name));
    let symbols: Vec<String> = before.iter().chain(fresh).cloned().collect();
    let values: Option<Vec<Value>> = match is.pulsar.values.is_empty() {
        true => Some(Vec::new()),
        false => {
            let mut all = values(was);
            all.extend(values(is));
            symbols.iter().map(|name| all.get(name).cloned()).collect()
        }
    };
    let former = default_name(was).filter(stays);
    let default = default_name(is).or(former).or_else(|| match spared {
        true => {
            let known = before.iter().find(|name| stays(name));
            known.or(after.first()).cloned()
        }
        false => None,
    });
    if spared != default.is_some() {
        return None;
    }
    let set = |symbol: &Option<String>| Edit::SetEnumDefault {
        enumeration,
        symbol: symbol.clone(),
    };
    let mut first = vec![Edit::SetSymbols {
        enumeration,
        symbols,
        values: values?,
    }];
    first.push(set(&default));
    let last = Vec::from_iter((default != default_name(is)).then(|| set(&default)));
    let words = match &default {
        Some(name) => format!(" and the default {name:?}"),
        None => String::new(),
    };
    let name = &is.name;
    Some([
        (
            format!("release `{name}` with the new symbols beside those that go{words}"),
            first,
        ),
        (
            format!("release `{name}` without the symbols that go"),
            last,
        ),
    ])
}

fn names(of: &Enum) -> Vec<String> {
    let symbols = of.symbols.iter();
    symbols.map(|symbol| symbol.name.clone()).collect()
}
