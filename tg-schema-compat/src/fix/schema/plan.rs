//! The releases to make where a change of an Avro schema is meant: its text at each.
//!
//! What readers are to know they know before a writer sends it, and what goes is sent no more before they forget it: in
//! between stands a union of both, a field with a default, an enum with all symbols.

use tg_schema_model::Json;
use tg_schema_model::avro::Name;
use tg_schema_model::json::patch::Patch;

use super::super::plan::Draft;
use super::super::symbol::known_symbols;
use super::Text;
use super::candidate::{alias, back, spared};
use crate::change::{Change, FieldSide, What};
use crate::engine::avro::{Enum, Graph, Id, Shape};

/// Plans, the one that is liked best first.
pub(in crate::fix) fn drafts(change: &Change<'_>, old: &Graph, text: &Text<'_>) -> Vec<Vec<Draft>> {
    let plans = match &change.what {
        What::Added(side) => added(side, text),
        What::Removed(side) => removed(side, text),
        What::Renamed { fields, .. } => both_names(&fields.old, &fields.new, text),
        What::Field(fields) if fields.old.field.name != fields.new.field.name => {
            both_names(&fields.old, &fields.new, text)
        }
        What::Type(_) | What::BranchAdded(_) | What::BranchRemoved(_) => {
            union(change, old, text).unwrap_or_default()
        }
        What::Enum(both) => {
            let (was, is) = (both.old.definition, both.new.definition);
            let place = change.whole.as_ref().and_then(|whole| text.at(whole.new));
            let plan = place.and_then(|place| all_symbols((was, is), place, text));
            let known = place.and_then(|place| known_as((&was.name, &is.name), place, text));
            plan.into_iter().chain(known).collect()
        }
        What::Fixed(both) => {
            let (was, is) = (both.old.1, both.new.1);
            let place = change.whole.as_ref().and_then(|whole| text.at(whole.new));
            let known = place.and_then(|place| known_as((&was.name, &is.name), place, text));
            known.into_iter().collect()
        }
        What::Record(both) => {
            let (was, is) = (&both.old.record.name, &both.new.record.name);
            let place = text.record(both.new.record);
            let known = place.and_then(|place| known_as((was, is), place, text));
            known.into_iter().collect()
        }
        _ => Vec::new(),
    };
    let at_once = matches!(
        change.what,
        What::Added(_)
            | What::Removed(_)
            | What::Renamed { .. }
            | What::Field(_)
            | What::Type(_)
            | What::BranchAdded(_)
            | What::BranchRemoved(_)
            | What::Record(_)
            | What::Enum(_)
            | What::Fixed(_)
    );
    let renamed = match &change.what {
        What::Record(both) => Some(&both.new.record.name),
        What::Enum(both) => {
            let (was, is) = (both.old.definition, both.new.definition);
            (was.name != is.name).then_some(&is.name)
        }
        What::Fixed(both) => (both.old.1.name != both.new.1.name).then_some(&both.new.1.name),
        _ => None,
    };
    let name = renamed.map_or_else(|| change.name(), |name| format!("`{}`", name.name));
    let words = format!("release {name} as it is");
    let as_it_is = at_once.then(|| vec![draft(text, words, Vec::new())]);
    match &change.what {
        // Readers that know a branch more are all that it takes.
        What::BranchAdded(_) | What::BranchRemoved(_) => {
            as_it_is.into_iter().chain(plans).collect()
        }
        _ => plans.into_iter().chain(as_it_is).collect(),
    }
}

fn draft(text: &Text<'_>, words: String, patches: Vec<Patch>) -> Draft {
    let edits = match patches.is_empty() {
        true => Vec::new(),
        false => text.edit(patches),
    };
    Draft { text: words, edits }
}

/// An enum that loses some symbols and gets others: it has all of them first.
fn all_symbols((was, is): (&Enum, &Enum), place: &str, text: &Text<'_>) -> Option<Vec<Draft>> {
    let (before, after) = (known_symbols(&was.symbols), known_symbols(&is.symbols));
    let gone = was.symbols.iter().filter(|s| !after.contains(s));
    let gone: Vec<&String> = gone.collect();
    if after.is_subset(&before) || gone.is_empty() {
        return None;
    }
    let name = &is.name.name;
    let all = is.symbols.iter().chain(gone).cloned();
    let mut patches = vec![Patch::set(format!("{place}/symbols"), Json::strings(all))];
    if was.name != is.name {
        patches.extend(alias(text, place, &was.name.full()));
    }
    let first = format!("release `{name}` with the new symbols beside those that go");
    let last = format!("release `{name}` without the symbols that go");
    Some(vec![
        draft(text, first, patches),
        draft(text, last, Vec::new()),
    ])
}

/// A type under another name: new readers know the old one.
fn known_as((was, is): (&Name, &Name), place: &str, text: &Text<'_>) -> Option<Vec<Draft>> {
    let full = (was != is).then(|| was.full())?;
    let patch = alias(text, place, &full)?;
    let words = format!("release `{}` with the alias `{full}`", is.name);
    Some(vec![draft(text, words, vec![patch])])
}

/// A new field that must be there: it comes with a way to be without a value first.
fn added(side: &FieldSide<'_>, text: &Text<'_>) -> Vec<Vec<Draft>> {
    if side.field.default.is_some() {
        return Vec::new();
    }
    let name = &side.field.name;
    let ways = spared(side, text).into_iter();
    ways.map(|(patches, words)| {
        let words = match words.as_str() {
            "optional" => "as optional",
            words => words,
        };
        let first = format!("release `{name}` {words}; every writer sends it");
        let last = format!("release `{name}` without a default");
        vec![draft(text, first, patches), draft(text, last, Vec::new())]
    })
    .collect()
}

/// A field that goes: it has a way to be without a value first.
fn removed(side: &FieldSide<'_>, text: &Text<'_>) -> Vec<Vec<Draft>> {
    let name = &side.field.name;
    let plan = back(side, text, true).map(|patch| {
        let first = format!("release `{name}` with a default; readers stop using it");
        vec![
            draft(text, first, vec![patch]),
            draft(text, format!("remove `{name}`"), Vec::new()),
        ]
    });
    plan.into_iter().collect()
}

/// A field under a new name: both are there for one release.
fn both_names(was: &FieldSide<'_>, is: &FieldSide<'_>, text: &Text<'_>) -> Vec<Vec<Draft>> {
    let (old, new) = (&was.field.name, &is.field.name);
    let Some(back) = back(was, text, true) else {
        return Vec::new();
    };
    let mut own: Vec<Vec<Patch>> = match is.field.default {
        Some(_) => vec![Vec::new()],
        None => spared(is, text)
            .into_iter()
            .map(|(patches, _)| patches)
            .collect(),
    };
    // One that is known by the old name is the old one to readers.
    if let (false, Some(place)) = (is.field.aliases.is_empty(), text.field(is)) {
        let others = is.field.aliases.iter().filter(|alias| *alias != old);
        for patches in &mut own {
            let others = Json::strings(others.clone());
            patches.push(Patch::set(format!("{place}/aliases"), others));
        }
    }
    let plan = |own: Vec<Patch>| {
        let first = format!(
            "release `{new}` with a default beside `{old}`; writers fill both, readers use `{new}`"
        );
        let both = std::iter::once(back.clone()).chain(own.clone()).collect();
        let last = format!("remove `{old}`");
        vec![draft(text, first, both), draft(text, last, own)]
    };
    own.into_iter().map(plan).collect()
}

/// A type that changes: a union of both is in between. A default is of its first branch.
fn union(change: &Change<'_>, old: &Graph, text: &Text<'_>) -> Option<Vec<Vec<Draft>>> {
    let whole = change.whole.as_ref()?;
    let place = text.at(whole.new)?;
    let branches = |ty: &Json| match ty {
        Json::Array(branches) => branches.clone(),
        one => vec![one.clone()],
    };
    let is = branches(text.get(place)?);
    let known = labels(text.graph, whole.new);
    let former = match old.shape(whole.old) {
        Shape::Union(branches) => branches.clone(),
        _ => vec![whole.old],
    };
    let (mut more, mut names) = (Vec::new(), Vec::new());
    for id in former {
        if !known.contains(&old.shape(id).label()) {
            let (branch, patches) = text.type_of(old, id, (place, false))?;
            more.push(branch);
            names.extend(patches);
        }
    }
    if more.is_empty() {
        return None;
    }
    let name = change.name();
    let plan = |all: Vec<Json>| {
        let first = format!("release {name} as a union of what it was and what it is");
        let last = format!("release {name} without what it was");
        let both = std::iter::once(Patch::set(place, Json::Array(all)));
        let both = both.chain(names.clone()).collect();
        vec![draft(text, first, both), draft(text, last, Vec::new())]
    };
    let orders = [[is.clone(), more.clone()], [more, is]];
    Some(
        orders
            .into_iter()
            .map(|order| plan(order.concat()))
            .collect(),
    )
}

/// What tells the branches of a type apart.
fn labels(graph: &Graph, id: Id) -> Vec<String> {
    match graph.shape(id) {
        Shape::Union(branches) => branches.iter().map(|id| graph.shape(*id).label()).collect(),
        shape => vec![shape.label()],
    }
}
