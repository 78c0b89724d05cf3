//! Which parts of two versions belong together where names do not say it.

use std::collections::HashMap;

use super::name::likeness;
use crate::engine::avro::{Equality, Field, Graph, Id, Record, Shape};
use crate::engine::stack::{Budget, TooLarge};

/// Fields of each side among which renames are looked for.
const MAX_FIELDS: usize = 100;
/// Names that are at least as alike as this belong together if their types do.
pub(crate) const LIKE: u8 = 45;
/// By how much more alike two names have to be than either is to another, to belong together.
const CLEAR: u8 = 10;

/// Branches of two unions that are read as each other: of one name, else of one type, else promoted. A number
/// may be read as a branch that another one is read as too.
pub(crate) fn branches(
    old_graph: &Graph,
    old: &[Id],
    new_graph: &Graph,
    new: &[Id],
    budget: &mut Budget,
) -> Result<Vec<(Id, Id)>, TooLarge> {
    budget.spend(old.len() + new.len())?;
    let mut by_label = HashMap::new();
    for id in new {
        by_label.insert(new_graph.shape(*id).label(), *id);
    }
    let mut pairs = Vec::new();
    let mut alone = Vec::new();
    for id in old {
        match by_label.remove(&old_graph.shape(*id).label()) {
            Some(other) => pairs.push((*id, other)),
            None => alone.push(*id),
        }
    }
    let mut free: Vec<Id> = by_label.into_values().collect();
    free.sort_unstable();
    for id in alone {
        let shape = old_graph.shape(id);
        budget.spend(free.len())?;
        let fits = |other: &Id| match (shape, new_graph.shape(*other)) {
            (Shape::Primitive(a), Shape::Primitive(b)) => a.promotes_to(*b) || b.promotes_to(*a),
            (a, b) => a.same_type(b),
        };
        if let Some(at) = free.iter().position(fits) {
            pairs.push((id, free.remove(at)));
        } else if let (Shape::Primitive(_), Some(other)) = (shape, new.iter().find(|id| fits(id))) {
            pairs.push((id, *other));
        }
    }
    for other in free {
        let shape = new_graph.shape(other);
        budget.spend(old.len())?;
        let fits = |id: &&Id| match (old_graph.shape(**id), shape) {
            (Shape::Primitive(a), Shape::Primitive(b)) => a.promotes_to(*b) || b.promotes_to(*a),
            _ => false,
        };
        pairs.extend(old.iter().find(fits).map(|id| (*id, other)));
    }
    Ok(pairs)
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
type Aliases<'a, 'r> = &'a dyn Fn(&'r Field) -> &'r [String];

/// Which field is which: by name, then by an alias of the new version, then by one of the old version, for
/// changes that are taken back.
pub(crate) fn fields<'r>(
    old: (&'r Record, Aliases<'_, 'r>),
    new: (&'r Record, Aliases<'_, 'r>),
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
/// and where there is one of a type on both sides, these.
pub(crate) fn renames(
    old: &Graph,
    gone: &[&Field],
    new: &Graph,
    added: &[&Field],
    budget: &mut Budget,
) -> Result<Renames, TooLarge> {
    let mut candidates = Vec::new();
    for (g, field) in gone.iter().enumerate().take(MAX_FIELDS) {
        for (a, other) in added.iter().enumerate().take(MAX_FIELDS) {
            if Equality::new(old, new).of(field.ty, other.ty, budget)? {
                candidates.push(Rename {
                    gone: g,
                    added: a,
                    likeness: likeness(&field.name, &other.name),
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
    while let Some(at) = clear(&open, budget)? {
        let pair = open.remove(at);
        open.retain(|c| c.gone != pair.gone && c.added != pair.added);
        pairs.push(pair);
    }
    Ok(Renames { pairs, open })
}

/// The most alike names of which neither is nearly as much like another one. The best come first.
fn clear(candidates: &[Rename], budget: &mut Budget) -> Result<Option<usize>, TooLarge> {
    // Of those that share a field the first is the best, and the second its only rival.
    let (mut rows, mut columns) = (HashMap::new(), HashMap::new());
    budget.spend(candidates.len())?;
    for candidate in candidates {
        let of: [&mut Vec<u8>; 2] = [
            rows.entry(candidate.gone).or_insert_with(Vec::new),
            columns.entry(candidate.added).or_insert_with(Vec::new),
        ];
        for best in of {
            if best.len() < 2 {
                best.push(candidate.likeness);
            }
        }
    }
    let wins = |best: Option<&Vec<u8>>, likeness: u8| {
        let best = best.map_or(&[][..], Vec::as_slice);
        best.first() == Some(&likeness)
            && best
                .get(1)
                .is_none_or(|next| next.saturating_add(CLEAR) <= likeness)
    };
    Ok(candidates.iter().position(|c| {
        c.likeness >= LIKE
            && wins(rows.get(&c.gone), c.likeness)
            && wins(columns.get(&c.added), c.likeness)
    }))
}
