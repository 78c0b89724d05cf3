//! Edits of the text of an Avro schema that may mend a finding.

use tg_schema_model::Json;
use tg_schema_model::avro::Name;
use tg_schema_model::json::patch::Patch;

use super::super::candidate::Candidate;
use super::super::symbol::known_symbols;
use super::{Text, optional, zero};
use crate::change::{Both, Change, FieldSide, What};
use crate::engine::avro::{Enum, Graph, Id, Record, Shape};
use crate::report::Finding;
use crate::rule::{self, uninhabited};

/// What may be done about a change, the smallest first.
pub(in crate::fix) fn of(
    finding: &Finding,
    change: &Change<'_>,
    old: &Graph,
    text: &Text<'_>,
) -> Vec<Candidate> {
    let ambiguous = finding.rule.page.id == rule::ALIAS_AMBIGUOUS.page.id;
    let found = match &change.what {
        What::Field(fields) if ambiguous => {
            let mut found: Vec<Words> = unnamed(&fields.old.field.name, text).into_iter().collect();
            found.extend(same_name(fields, text));
            found
        }
        What::FieldPresent(side) if ambiguous => {
            let aliases = side.field.aliases.iter();
            aliases.filter_map(|name| unnamed(name, text)).collect()
        }
        What::FieldPresent(side) => fitting(side, text),
        What::RecordPresent(side) => inhabited(side.graph, text),
        What::Added(side) => added(side, text),
        What::Removed(side) => kept(side, text).into_iter().collect(),
        What::Renamed { fields, .. } => renamed(fields, text),
        What::Field(fields) if fields.old.field.name != fields.new.field.name => {
            renamed(fields, text)
        }
        What::Field(fields) => same_name(fields, text),
        What::Type(types) => match &change.whole {
            Some(whole) => {
                let fields = types.old.field.zip(types.new.field);
                let fields = fields.filter(|_| types.new.is_whole);
                restored(&change.name(), whole, fields, old, text)
                    .into_iter()
                    .collect()
            }
            None => Vec::new(),
        },
        What::BranchAdded(side) => {
            let out = leave_out(side.id, text);
            out.into_iter()
                .chain(as_it_was(change, old, text))
                .collect()
        }
        What::BranchRemoved(side) => {
            let back = change.whole.as_ref();
            let back = back.and_then(|whole| bring_back(side.id, whole, old, text));
            back.into_iter()
                .chain(as_it_was(change, old, text))
                .collect()
        }
        What::Enum(both) => {
            let (was, is) = (both.old.definition, both.new.definition);
            let id = change.whole.as_ref().map(|whole| whole.new);
            let found = id.and_then(|id| {
                let mut found = named(id, &was.name, (&is.name, &is.aliases), "enum", text);
                found.extend(symbols((was, is), text.at(id)?));
                Some(found)
            });
            found.unwrap_or_default()
        }
        What::Record(both) => {
            let (was, is) = (both.old.record, both.new.record);
            let id = text.id(is);
            id.map_or_else(Vec::new, |id| {
                named(id, &was.name, (&is.name, &is.aliases), "record", text)
            })
        }
        What::Fixed(both) => {
            let (was, is) = (both.old.1, both.new.1);
            let id = change.whole.as_ref().map(|whole| whole.new);
            let mut found = Vec::new();
            if let Some((id, place)) = id.and_then(|id| Some((id, text.at(id)?))) {
                found = named(id, &was.name, (&is.name, &is.aliases), "type", text);
                if was.size != is.size {
                    let size = Patch::set(format!("{place}/size"), Json::int(was.size));
                    let words = format!(
                        "keep {} bytes of `{}`; no releases lead from one size to the other, since a union of both would \
                         have two types of one name: add a field with a new type",
                        was.size, is.name.name
                    );
                    found.push((vec![size], words));
                }
            }
            found
        }
        _ => Vec::new(),
    };
    let found = found.into_iter().map(|(patches, message)| Candidate {
        edits: text.edit(patches),
        message,
    });
    found.collect()
}

/// Changes of the text, and what they are in words.
type Words = (Vec<Patch>, String);

/// No field has that name as an alias.
fn unnamed(name: &str, text: &Text<'_>) -> Option<Words> {
    let mut patches = Vec::new();
    for node in &text.graph.nodes {
        let Shape::Record(record) = &node.shape else {
            continue;
        };
        for (at, field) in record.fields.iter().enumerate() {
            if field.aliases.iter().any(|alias| alias == name) {
                let list = format!("{}/fields/{at}/aliases", text.record(record)?);
                let others: Vec<&String> = field.aliases.iter().filter(|a| *a != name).collect();
                patches.push(match others.is_empty() {
                    true => Patch::remove(list),
                    false => Patch::set(list, Json::strings(others)),
                });
            }
        }
    }
    (!patches.is_empty()).then(|| (patches, format!("remove the alias `{name}`")))
}

/// Bytes of a fixed that are written as its default.
const MAX_ZEROS: u32 = 64;

/// A default of its type, else none.
fn fitting(side: &FieldSide<'_>, text: &Text<'_>) -> Vec<Words> {
    let Some(place) = text.field(side) else {
        return Vec::new();
    };
    let (name, place) = (&side.field.name, format!("{place}/default"));
    // The default of a union is of its first type.
    let ty = match text.graph.shape(side.field.ty) {
        Shape::Union(branches) => branches.first().copied(),
        _ => Some(side.field.ty),
    };
    let zero = ty.and_then(|ty| match text.graph.shape(ty) {
        Shape::Fixed(f) if f.size <= MAX_ZEROS => {
            let size = usize::try_from(f.size).ok()?;
            Some(Json::str("\0".repeat(size)))
        }
        _ => zero(text.graph, ty),
    });
    let zero = zero.map(|zero| {
        let words = format!("give `{name}` a default of its type: {}", zero.compact());
        (vec![Patch::set(place.clone(), zero)], words)
    });
    let none = (
        vec![Patch::remove(place)],
        format!("leave the default of `{name}` out"),
    );
    zero.into_iter().chain([none]).collect()
}

/// Fields that hold a record without a value become optional, one each.
fn inhabited(graph: &Graph, text: &Text<'_>) -> Vec<Words> {
    let empty = uninhabited(graph);
    let mut found = Vec::new();
    for record in &empty {
        for (at, field) in record.fields.iter().enumerate() {
            let ends = |record: &&Record| matches!(graph.shape(field.ty), Shape::Record(of) if std::ptr::eq(of, *record));
            let (true, Some(place)) = (empty.iter().any(ends), text.record(record)) else {
                continue;
            };
            let field_at = format!("{place}/fields/{at}");
            let Some(ty) = text.get(&format!("{field_at}/type")) else {
                continue;
            };
            let patches = vec![
                Patch::set(format!("{field_at}/type"), optional(ty)),
                Patch::set(format!("{field_at}/default"), Json::Null),
            ];
            found.push((
                patches,
                format!("make `{}` of `{}` optional", field.name, record.name.name),
            ));
        }
    }
    found
}

/// A former name more of what stands at a place.
pub(super) fn alias(text: &Text<'_>, place: &str, name: &str) -> Option<Patch> {
    let list = format!("{place}/aliases");
    Some(match text.get(&list) {
        Some(Json::Array(known)) => {
            let new = !known.iter().any(|alias| alias.as_str() == Some(name));
            new.then(|| Patch::insert(list, known.len(), Json::str(name)))?
        }
        Some(_) => return None,
        None => Patch::set(list, Json::strings([name])),
    })
}

/// A type of another name knows its former one, or gets it back. Where it knows that, its new name is meant.
fn named(
    id: Id,
    was: &Name,
    (is, aliases): (&Name, &[Name]),
    kind: &str,
    text: &Text<'_>,
) -> Vec<Words> {
    if was == is || aliases.contains(was) {
        return Vec::new();
    }
    let full = was.full();
    let alias = text.at(id).and_then(|place| alias(text, place, &full));
    let alias = alias.map(|patch| (vec![patch], format!("add the alias `{full}` to the {kind}")));
    let back = text.rename(id, was);
    let back = back.map(|patches| (patches, format!("keep the name `{full}`")));
    alias.into_iter().chain(back).collect()
}

/// The ways in which a field may be without a value: what is set of it, and how that is told.
pub(super) fn spared(side: &FieldSide<'_>, text: &Text<'_>) -> Vec<Words> {
    let Some(place) = text.field(side) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if let Some(ty) = text.get(&format!("{place}/type")) {
        found.push((
            vec![
                Patch::set(format!("{place}/type"), optional(ty)),
                Patch::set(format!("{place}/default"), Json::Null),
            ],
            "optional".to_owned(),
        ));
    }
    if let Some(zero) = zero(text.graph, side.field.ty) {
        let words = format!("with the default {}", zero.compact());
        found.push((vec![Patch::set(format!("{place}/default"), zero)], words));
    }
    found
}

/// A new field that old messages do not carry.
fn added(side: &FieldSide<'_>, text: &Text<'_>) -> Vec<Words> {
    let name = &side.field.name;
    let told = |(patches, words): Words| match words.as_str() {
        "optional" if side.is_nullable() => (
            patches,
            format!(
                "give `{name}` the default null, which comes first then: old messages read as without it"
            ),
        ),
        "optional" => (
            patches,
            format!("make `{name}` optional: old messages read as without it"),
        ),
        words => (
            patches,
            format!("give `{name}` a default: {words}, old messages read as that"),
        ),
    };
    spared(side, text).into_iter().map(told).collect()
}

/// A field that is gone comes back, at its place, or behind the fields that define what it is made of.
pub(super) fn back(side: &FieldSide<'_>, text: &Text<'_>, spare: bool) -> Option<Patch> {
    let place = match text.graph.nodes.iter().position(
        |node| matches!(&node.shape, Shape::Record(r) if r.name == side.record.record.name),
    ) {
        Some(at) => text.at(Id(at))?,
        // The record of the message may have another name.
        None if side.record.is_root => text.at(text.graph.root)?,
        None => return None,
    };
    let list = format!("{place}/fields");
    let fields = text.get(&list)?.as_array()?.len();
    let at = side.record.record.place(&side.field.name)?.min(fields);
    let at = text.behind_definitions(&list, side).max(at);
    let mut field = text.field_of(side.record.graph, side.field)?;
    if let (true, None, Json::Object(entries)) = (spare, &side.field.default, &mut field) {
        match zero(side.record.graph, side.field.ty) {
            Some(zero) => entries.push(("default".to_owned(), zero)),
            None => {
                let ty = entries.iter_mut().find(|(key, _)| key == "type")?;
                ty.1 = optional(&ty.1);
                entries.push(("default".to_owned(), Json::Null));
            }
        }
    }
    Some(Patch::insert(list, at, field))
}

fn kept(side: &FieldSide<'_>, text: &Text<'_>) -> Option<Words> {
    let name = &side.field.name;
    let words = format!("keep `{name}` until nobody sends or reads it");
    Some((vec![back(side, text, false)?], words))
}

/// A field under a new name: an alias, or the old one stays beside it.
fn renamed(fields: &Both<FieldSide<'_>>, text: &Text<'_>) -> Vec<Words> {
    let (was, is) = (&fields.old.field.name, &fields.new.field.name);
    let place = text.field(&fields.new);
    let mut found = Vec::new();
    if let Some(alias) = place.and_then(|place| alias(text, &place, was)) {
        let words = format!("add the alias `{was}` to `{is}`, if it is the same");
        found.push((vec![alias], words));
    }
    if let Some(old) = back(&fields.old, text, false) {
        let mut patches = vec![old];
        if fields.new.field.default.is_none() {
            patches.extend(
                spared(&fields.new, text)
                    .into_iter()
                    .take(1)
                    .flat_map(|(set, _)| set),
            );
        }
        let words = format!(
            "keep `{was}` beside an optional `{is}`, and write both until nobody reads `{was}`"
        );
        found.push((patches, words));
    }
    found
}

/// A field gets back what it had: its default, its type with that, and no former names but those that it had.
fn same_name(fields: &Both<FieldSide<'_>>, text: &Text<'_>) -> Vec<Words> {
    let (was, is) = (fields.old.field, fields.new.field);
    let Some(place) = text.field(&fields.new) else {
        return Vec::new();
    };
    let name = &is.name;
    let mut found = Vec::new();
    let back = default(was.default.as_ref(), is.default.as_ref(), &place);
    let words = match was.default {
        Some(_) => format!("keep the default of `{name}`"),
        None => format!("leave the default of `{name}` out"),
    };
    found.extend(back.clone().map(|patch| (vec![patch], words)));
    if was.aliases != is.aliases {
        let list = format!("{place}/aliases");
        let patch = match was.aliases.is_empty() {
            true => Patch::remove(list),
            false => Patch::set(list, Json::strings(&was.aliases)),
        };
        found.push((
            vec![patch],
            format!("keep the aliases of `{name}` as they were"),
        ));
    }
    let ty = format!("{place}/type");
    if let Some((former, more)) = text.type_of(fields.old.record.graph, was.ty, (&ty, true)) {
        let patches = std::iter::once(Patch::set(ty, former)).chain(more);
        let patches = patches.chain(back);
        found.push((patches.collect(), format!("keep `{name}` as it was")));
    }
    found
}

fn default(was: Option<&Json>, is: Option<&Json>, field: &str) -> Option<Patch> {
    let place = format!("{field}/default");
    match (was, is) {
        (Some(was), is) if Some(was) != is => Some(Patch::set(place, was.clone())),
        (None, Some(_)) => Some(Patch::remove(place)),
        _ => None,
    }
}

/// A union as it was. The default of the field stays: it may be of any branch.
fn as_it_was(change: &Change<'_>, old: &Graph, text: &Text<'_>) -> Option<Words> {
    restored(&change.name(), change.whole.as_ref()?, None, old, text)
}

/// What stands at a place is what stood there, with its default where it is a field.
fn restored(
    name: &str,
    whole: &Both<Id>,
    fields: Option<(FieldSide<'_>, FieldSide<'_>)>,
    old: &Graph,
    text: &Text<'_>,
) -> Option<Words> {
    let place = text.at(whole.new)?;
    let (was, more) = text.type_of(old, whole.old, (place, true))?;
    let mut patches = vec![Patch::set(place, was)];
    patches.extend(more);
    if let Some((was, is)) = fields {
        let field = text.field(&is)?;
        let (was, is) = (was.field.default.as_ref(), is.field.default.as_ref());
        patches.extend(default(was, is, &field));
    }
    let words = format!("keep {name} as it was");
    Some((patches, words))
}

/// A branch that is new goes.
fn leave_out(id: Id, text: &Text<'_>) -> Option<Words> {
    let place = text.at(id)?;
    let (union, _) = place.rsplit_once('/')?;
    let branches = text.get(union)?.as_array()?;
    let label = text.graph.shape(id).label();
    (branches.len() > 1).then(|| {
        let words = format!("leave the branch `{label}` out until every reader knows it");
        (vec![Patch::remove(place)], words)
    })
}

/// A branch that is gone comes back, behind the others.
pub(super) fn bring_back(id: Id, whole: &Both<Id>, old: &Graph, text: &Text<'_>) -> Option<Words> {
    let place = text.at(whole.new)?;
    let (branch, mut patches) = text.type_of(old, id, (place, false))?;
    let words = format!(
        "keep the branch `{}` until nobody sends it",
        old.shape(id).label()
    );
    patches.push(match text.get(place)? {
        Json::Array(branches) => Patch::insert(place, branches.len(), branch),
        one => Patch::set(place, Json::Array(vec![one.clone(), branch])),
    });
    Some((patches, words))
}

/// An enum gets its symbols or its default back.
fn symbols((was, is): (&Enum, &Enum), place: &str) -> Vec<Words> {
    let mut found = Vec::new();
    let set = |symbols: &[String]| Patch::set(format!("{place}/symbols"), Json::strings(symbols));
    let default = |symbol: &Option<String>| match symbol {
        Some(name) => Some(Patch::set(format!("{place}/default"), Json::str(name))),
        None => is
            .default
            .as_ref()
            .map(|_| Patch::remove(format!("{place}/default"))),
    };
    let (before, after) = (known_symbols(&was.symbols), known_symbols(&is.symbols));
    let gone = was.symbols.iter().filter(|s| !after.contains(s));
    let gone: Vec<&String> = gone.collect();
    let fresh: Vec<&String> = is.symbols.iter().filter(|s| !before.contains(s)).collect();
    let listed = |names: &[&String]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    // A default that would be left without its symbol is the former one.
    let fitting = |symbols: &[String]| match &is.default {
        Some(name) if !symbols.contains(name) => default(&was.default),
        _ => None,
    };
    if !gone.is_empty() {
        let mut all = is.symbols.clone();
        all.extend(gone.iter().map(|s| (*s).clone()));
        found.push((
            vec![set(&all)],
            format!("keep {} in the enum", listed(&gone)),
        ));
    }
    if !fresh.is_empty() {
        let kept = is.symbols.iter().filter(|s| before.contains(s));
        let kept: Vec<String> = kept.cloned().collect();
        let words = format!(
            "leave {} out until every reader has a release in which the enum has a default",
            listed(&fresh)
        );
        let patches = std::iter::once(set(&kept)).chain(fitting(&kept));
        found.push((patches.collect(), words));
    }
    if was.default != is.default {
        let words = match &was.default {
            Some(name) => format!("keep the default {name:?} of the enum"),
            None => "leave the default of the enum out".to_owned(),
        };
        found.extend(default(&was.default).map(|patch| (vec![patch], words)));
    }
    if was.symbols != is.symbols {
        let patches = std::iter::once(set(&was.symbols)).chain(match was.default == is.default {
            true => None,
            false => default(&was.default),
        });
        found.push((
            patches.collect(),
            "keep the symbols as they were".to_owned(),
        ));
    }
    found
}
