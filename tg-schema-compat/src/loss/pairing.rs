//! Which parts of two versions belong together where names do not say it.

use std::collections::HashMap;

use tg_schema_model::avro::{Kind as Primitive, Name};

use super::name::Plain;
use super::{Direction, Side};
use crate::engine::avro::{Equality, Field, Graph, Id, Record, Shape};
use crate::engine::pulsar::Aliases;
use crate::engine::stack::{Budget, TooLarge};
use crate::report::Ways;

/// Fields of each side among which renames are looked for.
const MAX_FIELDS: usize = 100;
/// Names that are at least as alike as this belong together if their types do.
pub(crate) const LIKE: u8 = 45;
/// By how much more alike two names have to be than either is to another, to belong together.
const CLEAR: u8 = 10;

/// Branches of two unions that are read as each other, and in which directions: of one full name, else of one name without
/// its namespace or by an alias, else of one type, else promoted. A number may be read as a branch that another one is read
/// as too; it is in its own direction alone.
pub(crate) fn branches(
    old_graph: &Graph,
    old: &[Id],
    new_graph: &Graph,
    new: &[Id],
    budget: &mut Budget,
) -> Result<Vec<(Id, Id, Ways)>, TooLarge> {
    budget.spend(old.len() + new.len())?;
    // A type of another kind is not what became of one, whatever its name.
    let key = |shape: &Shape| (std::mem::discriminant(shape), shape.label());
    let mut by_label = HashMap::new();
    for id in new {
        by_label.insert(key(new_graph.shape(*id)), *id);
    }
    let mut pairs = Vec::new();
    let mut alone = Vec::new();
    for id in old {
        match by_label.remove(&key(old_graph.shape(*id))) {
            Some(other) => pairs.push((*id, other, Ways::FULL)),
            None => alone.push(*id),
        }
    }
    let mut free: Vec<Id> = by_label.into_values().collect();
    free.sort_unstable();
    // Those that have a name in common are taken before any that have only the kind of type in common.
    let mut strangers = Vec::new();
    for id in alone {
        let shape = old_graph.shape(id);
        budget.spend(free.len())?;
        match free
            .iter()
            .position(|other| is_like(shape, new_graph.shape(*other)))
        {
            Some(at) => pairs.push((id, free.remove(at), Ways::FULL)),
            None => strangers.push(id),
        }
    }
    for id in strangers {
        let shape = old_graph.shape(id);
        budget.spend(free.len())?;
        let fits = |other: &Id| match (shape, new_graph.shape(*other)) {
            (Shape::Primitive(a), Shape::Primitive(b)) => a.promotes_to(*b) || b.promotes_to(*a),
            (a, b) => a.same_type(b),
        };
        if let Some(at) = free.iter().position(fits) {
            pairs.push((id, free.remove(at), Ways::FULL));
        } else if let Shape::Primitive(from) = shape
            && let Some(other) = new.iter().find(|id| is_read(*from, new_graph, **id))
        {
            let ways = Ways::only(Direction::Backward);
            pairs.push((id, *other, ways));
        }
    }
    for other in free {
        budget.spend(old.len())?;
        if let Shape::Primitive(from) = new_graph.shape(other) {
            let reader = old.iter().find(|id| is_read(*from, old_graph, **id));
            let ways = Ways::only(Direction::Forward);
            pairs.extend(reader.map(|id| (*id, other, ways)));
        }
    }
    Ok(pairs)
}

/// Whether two named types of one kind have a name in common, namespaces left aside.
fn is_like(old: &Shape, new: &Shape) -> bool {
    let (Some(was), Some(is)) = (old.name(), new.name()) else {
        return false;
    };
    let aliased = match (old, new) {
        (Shape::Record(old), Shape::Record(new)) => {
            new.aliases.contains(was) || old.aliases.contains(is)
        }
        _ => false,
    };
    old.same_type(new) && (aliased || was.name == is.name)
}

/// The records and enums of a writer's branches, each with those of the reader's that take it: the one of its name or with
/// that as an alias, if that can be read; else those of its name without the namespace that can, of which the library for Java
/// takes the last and others the first; else the first record that has its fields.
///
/// `aliases` are the reader's. The library for Java calls a writer's type by them whatever its kind: a record of the name of
/// an enum is none of the reader's any more but by its fields, and one that is still there is not the one any more.
pub(crate) fn taken(
    reader: Side<'_>,
    writer: Side<'_>,
    aliases: &Aliases,
    budget: &mut Budget,
) -> Result<Vec<(Id, Id)>, TooLarge> {
    let mut taken = Vec::new();
    let records = |shape: &Shape| matches!(shape, Shape::Record(_));
    let enums = |shape: &Shape| matches!(shape, Shape::Enum(_));
    for kind in [&records as &dyn Fn(&Shape) -> bool, &enums] {
        let of = |(graph, ids): Side<'_>| -> Vec<Id> {
            let ids = ids.iter().copied();
            ids.filter(|id| kind(graph.shape(*id))).collect()
        };
        let (to, from) = (of(reader), of(writer));
        // One is what became of the other.
        if to.len() < 2 && from.len() < 2 {
            continue;
        }
        for id in from {
            let takers = takers((reader.0, &to), (writer.0, id), aliases, budget)?;
            taken.extend(takers.into_iter().map(|read| (id, read)));
        }
    }
    Ok(taken)
}

/// Those of a reader's types that take one of a writer's.
fn takers(
    (reader, to): Side<'_>,
    (writer, id_of_writer): (&Graph, Id),
    aliases: &Aliases,
    budget: &mut Budget,
) -> Result<Vec<Id>, TooLarge> {
    budget.spend(to.len())?;
    let Some(own) = writer.shape(id_of_writer).name() else {
        return Ok(Vec::new());
    };
    let keeps = |id: &Id| reader.shape(*id).name() == Some(own);
    let name = match aliases.throws && to.iter().any(keeps) {
        true => own,
        false => aliases.name(own),
    };
    let named = |full: bool| {
        let known = to.iter().copied();
        let fits = move |id: &Id| {
            let is = reader.shape(*id).name();
            let is_like = |is: &Name| is.name == name.name || is.name == own.name;
            is.is_some_and(|is| is == name || !full && is_like(is))
        };
        known.filter(fits)
    };
    let exact = named(true).next();
    let is_made = |id: &Id| match (reader.shape(*id), writer.shape(id_of_writer)) {
        (Shape::Record(read), Shape::Record(written)) => {
            is_made_of((reader, read), (writer, written))
        }
        // One with a symbol that the other one does not know.
        (Shape::Enum(read), Shape::Enum(written)) => {
            read.default.is_some() || written.symbols.iter().all(|s| read.symbols.contains(s))
        }
        _ => false,
    };
    let sizes = |ids: &mut dyn Iterator<Item = Id>| ids.map(|id| size(reader, id)).sum::<usize>();
    budget.spend(sizes(&mut named(false)))?;
    // It is refused as what it is called, and others take it for another one.
    let is_whole = |id: &Id| match (reader.shape(*id), writer.shape(id_of_writer)) {
        (Shape::Record(read), Shape::Record(written)) => {
            takes_all((reader, read), (writer, written))
        }
        _ => true,
    };
    let exact_alone = exact.filter(|id| is_made(id) && is_whole(id));
    if let Some(exact) = exact_alone {
        return Ok(vec![exact]);
    }
    let mut like: Vec<Id> = exact
        .into_iter()
        .chain(named(false).filter(is_made))
        .collect();
    // What is called otherwise and is not there under that name is to the library for Java one of other names.
    if !like.is_empty() && (exact.is_some() || name == own) {
        return Ok(like);
    }
    budget.spend(sizes(&mut to.iter().copied()))?;
    let made = match writer.shape(id_of_writer) {
        Shape::Record(_) => to.iter().copied().find(is_made),
        _ => None,
    };
    like.extend(made.filter(|made| !like.contains(made)));
    if like.is_empty() {
        like.extend(named(false).next());
    }
    Ok(like)
}

/// The fields of a record, and those of records and the branches in these.
fn size(graph: &Graph, id: Id) -> usize {
    let fields = |id: Id| match graph.shape(id) {
        Shape::Record(record) => &*record.fields,
        _ => &[],
    };
    let inside = |id: Id| {
        let (_, of) = graph.branches(id);
        let sizes = of.iter().map(|branch| 1 + fields(*branch).len());
        sizes.sum::<usize>()
    };
    fields(id).iter().map(|field| inside(field.ty)).sum()
}

/// The field of a writer's record that a field of a reader's is. Aliases count in a record that is known by its name.
fn source<'w>(read: &Record, field: &Field, written: &'w Record) -> Option<&'w Field> {
    let known = read.name == written.name || read.aliases.contains(&written.name);
    let aliases = field.aliases.iter().filter(|_| known);
    let mut names = std::iter::once(&field.name).chain(aliases);
    names.find_map(|name| written.field(name))
}

/// Whether a record has all fields that another one needs, of types of one kind; and records in these, all that they need.
/// The library for Java looks no deeper, and takes any union of a writer for one that it may read.
pub(crate) fn is_made_of(
    (reader, read): (&Graph, &Record),
    (writer, written): (&Graph, &Record),
) -> bool {
    read.fields.iter().all(|field| {
        source(read, field, written).map_or(field.default.is_some(), |source| {
            match (reader.shape(field.ty), writer.shape(source.ty)) {
                (_, Shape::Union(_)) => true,
                (Shape::Union(branches), from) => branches
                    .iter()
                    .any(|branch| is_taken(reader.shape(*branch), from)),
                (to, from) => is_taken(to, from),
            }
        })
    })
}

/// Whether each branch of a writer's fields is one of the reader's, as far as is looked.
fn takes_all((reader, read): (&Graph, &Record), (writer, written): (&Graph, &Record)) -> bool {
    read.fields.iter().all(|field| {
        source(read, field, written).is_none_or(|source| {
            let (null, to) = reader.branches(field.ty);
            let (may_be_null, from) = writer.branches(source.ty);
            let takes = |from: &Id| {
                let mut to = to.iter();
                to.any(|to| is_taken(reader.shape(*to), writer.shape(*from)))
            };
            (null || !may_be_null) && from.iter().all(takes)
        })
    })
}

/// Whether a type that is no union is read as another one, as far as the library for Java looks.
fn is_taken(to: &Shape, from: &Shape) -> bool {
    match (to, from) {
        (Shape::Primitive(to), Shape::Primitive(from)) => to == from || from.promotes_to(*to),
        (Shape::Record(to), Shape::Record(from)) => {
            let is_there =
                |field: &Field| field.default.is_some() || source(to, field, from).is_some();
            to.fields.iter().all(is_there)
        }
        (to, from) => to.same_type(from),
    }
}

/// Whether a number is read as a branch of another type.
fn is_read(from: Primitive, graph: &Graph, id: Id) -> bool {
    matches!(graph.shape(id), Shape::Primitive(to) if from.promotes_to(*to))
}

/// Fields of two versions of a record.
pub(crate) struct Fields<'r> {
    /// Of both, in the order of the old version.
    pub pairs: Vec<(&'r Field, &'r Field)>,
    /// Of the old version only.
    pub gone: Vec<&'r Field>,
    /// Of the new version only.
    pub added: Vec<&'r Field>,
}

/// The former names of a field.
type Formers<'a, 'r> = &'a dyn Fn(&'r Field) -> &'r [String];

/// Which field is which: by name, then by an alias of the new version, then by one of the old version, for
/// changes that are taken back.
pub(crate) fn fields<'r>(
    old: (&'r Record, Formers<'_, 'r>),
    new: (&'r Record, Formers<'_, 'r>),
    budget: &mut Budget,
) -> Result<Fields<'r>, TooLarge> {
    let ((old, old_aliases), (new, new_aliases)) = (old, new);
    budget.spend(old.fields.len() + new.fields.len())?;
    let mut formers: HashMap<&str, &Field> = HashMap::new();
    let mut taken: HashMap<&str, &Field> = HashMap::new();
    let mut left = Vec::new();
    for field in &new.fields {
        match old.field(&field.name) {
            Some(former) => {
                taken.insert(&former.name, field);
            }
            None => left.push(field),
        }
    }
    let mut added = Vec::new();
    for field in left {
        let free = |name: &&String| old.field(name).is_some() && !taken.contains_key(name.as_str());
        match new_aliases(field).iter().find(free) {
            Some(former) => {
                taken.insert(former, field);
            }
            None => {
                formers.insert(&field.name, field);
                added.push(field);
            }
        }
    }
    let (mut pairs, mut gone) = (Vec::new(), Vec::new());
    for field in &old.fields {
        let known = taken.get(field.name.as_str()).copied().or_else(|| {
            let later = old_aliases(field).iter();
            later
                .filter_map(|name| formers.remove(name.as_str()))
                .next()
        });
        match known {
            Some(other) => pairs.push((field, other)),
            None => gone.push(field),
        }
    }
    added.retain(|field| formers.contains_key(field.name.as_str()));
    Ok(Fields { pairs, gone, added })
}

/// A field that may be another one under a new name.
#[derive(Clone)]
pub(crate) struct Rename {
    pub gone: usize,
    pub added: usize,
    pub likeness: u8,
}

/// Fields that are gone beside fields that are new and of their types.
pub(crate) struct Renames {
    /// Those that belong together by their names, or because there is no other one.
    pub pairs: Vec<Rename>,
    /// The others: each may be one of several. The most alike names come first.
    pub open: Vec<Rename>,
}

/// Which fields may have been renamed: those whose names are alike, and not nearly as much like those of others;
/// and where there is one of a type on both sides, these. Those that `apart` says to be two are none.
pub(crate) fn renames(
    (old, gone): (&Graph, &[&Field]),
    (new, added): (&Graph, &[&Field]),
    apart: &dyn Fn(&Field, &Field) -> bool,
    budget: &mut Budget,
) -> Result<Renames, TooLarge> {
    let mut candidates = Vec::new();
    let plain = |fields: &[&Field]| -> Vec<Plain> {
        let first = fields.iter().take(MAX_FIELDS);
        first.map(|field| Plain::of(&field.name)).collect()
    };
    let (former, present) = (plain(gone), plain(added));
    for (g, (field, name)) in gone.iter().zip(&former).enumerate() {
        for (a, (other, other_name)) in added.iter().zip(&present).enumerate() {
            if Equality::new(old, new).of(field.ty, other.ty, budget)? && !apart(field, other) {
                candidates.push(Rename {
                    gone: g,
                    added: a,
                    likeness: name.likeness(other_name),
                });
            }
        }
    }
    // Fields that are the only ones of their type on both sides belong together whatever their names.
    let mut rows = vec![0_usize; gone.len()];
    let mut columns = vec![0_usize; added.len()];
    for candidate in &candidates {
        for (counts, at) in [(&mut rows, candidate.gone), (&mut columns, candidate.added)] {
            if let Some(count) = counts.get_mut(at) {
                *count += 1;
            }
        }
    }
    let is_only = |c: &Rename| rows.get(c.gone) == Some(&1) && columns.get(c.added) == Some(&1);
    let (mut pairs, mut open): (Vec<Rename>, Vec<Rename>) =
        candidates.into_iter().partition(is_only);
    open.sort_by_key(|c| (std::cmp::Reverse(c.likeness), c.gone, c.added));
    // What is decided leaves fewer for the rest, so that they may be decided then.
    loop {
        let won = clear(&open, gone.len(), added.len(), budget)?;
        if won.is_empty() {
            break;
        }
        let (mut rows, mut columns) = (vec![false; gone.len()], vec![false; added.len()]);
        for pair in &won {
            for (taken, at) in [(&mut rows, pair.gone), (&mut columns, pair.added)] {
                if let Some(taken) = taken.get_mut(at) {
                    *taken = true;
                }
            }
        }
        let is_taken = |taken: &[bool], at: usize| taken.get(at) == Some(&true);
        open.retain(|c| !is_taken(&rows, c.gone) && !is_taken(&columns, c.added));
        pairs.extend(won);
    }
    Ok(Renames { pairs, open })
}

/// The pairs of the most alike names of which neither is nearly as much like another one. No two share a field: each is
/// the best of its field by far. The best come first among the candidates.
fn clear(
    candidates: &[Rename],
    gone: usize,
    added: usize,
    budget: &mut Budget,
) -> Result<Vec<Rename>, TooLarge> {
    // Of those that share a field the first is the best, and the second its only rival.
    let (mut rows, mut columns) = (vec![[None; 2]; gone], vec![[None; 2]; added]);
    budget.spend(candidates.len())?;
    for candidate in candidates {
        for (best, at) in [(&mut rows, candidate.gone), (&mut columns, candidate.added)] {
            let free = best.get_mut(at).into_iter().flatten().find(|b| b.is_none());
            if let Some(free) = free {
                *free = Some(candidate.likeness);
            }
        }
    }
    let wins = |best: Option<&[Option<u8>; 2]>, likeness: u8| match best {
        Some([first, rival]) => {
            *first == Some(likeness)
                && rival.is_none_or(|rival| rival.saturating_add(CLEAR) <= likeness)
        }
        None => false,
    };
    let won = candidates.iter().filter(|c| {
        c.likeness >= LIKE
            && wins(rows.get(c.gone), c.likeness)
            && wins(columns.get(c.added), c.likeness)
    });
    Ok(won.cloned().collect())
}
