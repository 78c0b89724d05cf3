//! Which parts of two versions belong together where names do not say it.

use std::collections::HashMap;

use super::name::likeness;
use crate::engine::avro::{Equality, Field, Graph, Id, Record, Shape};
use crate::engine::stack::{Budget, TooLarge};

/// Fields of each side among which renames are looked for.
const MAX_FIELDS: usize = 100;
/// Names that are at least as alike as this belong together if their types do.
pub(crate) const LIKE: u8 = 45;

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

/// Fields that are gone and fields that are new, of one type: those with the most alike names, and where there
/// is one of each only, these.
pub(crate) fn renames(
    old: &Graph,
    gone: &[&Field],
    new: &Graph,
    added: &[&Field],
    budget: &mut Budget,
) -> Result<Vec<Rename>, TooLarge> {
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
    let count =
        |of: fn(&Rename) -> usize, at: usize| candidates.iter().filter(|c| of(c) == at).count();
    let only: Vec<bool> = candidates
        .iter()
        .map(|c| count(|c| c.gone, c.gone) == 1 && count(|c| c.added, c.added) == 1)
        .collect();
    let mut only = only.into_iter();
    candidates.retain(|c| only.next() == Some(true) || c.likeness >= LIKE);
    candidates.sort_by_key(|c| (std::cmp::Reverse(c.likeness), c.gone, c.added));
    let mut renames: Vec<Rename> = Vec::new();
    for candidate in candidates {
        let free = |r: &Rename| r.gone != candidate.gone && r.added != candidate.added;
        if renames.iter().all(free) {
            renames.push(candidate);
        }
    }
    Ok(renames)
}
