//! Which parts of two versions belong together where names do not say it.

use super::name::likeness;
use crate::engine::avro::{Equality, Field, Graph, Id, Shape, promotes};
use crate::engine::stack::{Budget, TooLarge};

/// Fields of each side among which renames are looked for.
const MAX_FIELDS: usize = 100;
/// Names that are at least as alike as this belong together if their types do.
const LIKE: u8 = 45;

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
    let mut by_label = std::collections::HashMap::new();
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
            (Shape::Primitive(a), Shape::Primitive(b)) => promotes(*a, *b) || promotes(*b, *a),
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
            (Shape::Primitive(a), Shape::Primitive(b)) => promotes(*a, *b) || promotes(*b, *a),
            _ => false,
        };
        pairs.extend(old.iter().find(fits).map(|id| (*id, other)));
    }
    Ok(pairs)
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
    let only = gone.len() == 1 && added.len() == 1;
    candidates.retain(|c| only || c.likeness >= LIKE);
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
