//! What depends on all types together: which fields are boxed, which traits are derived.

use std::collections::HashSet;

use tg_schema_model::{RecordId, Schema, Type};

/// Fields whose record leads back to the one that they are in, without a list, map or option of an element in
/// between: they are boxed.
pub(super) struct Boxes {
    fields: HashSet<(RecordId, usize)>,
}

impl Boxes {
    pub(super) fn of(schema: &Schema) -> Self {
        let direct = |id: usize| {
            let fields = schema.records.get(id).map_or(&[][..], |r| &r.fields);
            fields.iter().enumerate().filter_map(|(at, f)| match f.ty {
                Type::Record(to) => Some((at, to.0)),
                _ => None,
            })
        };
        let count = schema.records.len();
        let part = components(count, |id| direct(id).map(|(_, to)| to).collect());
        let mut fields = HashSet::new();
        for id in 0..count {
            for (at, to) in direct(id) {
                if part.get(id).is_some() && part.get(id) == part.get(to) {
                    fields.insert((RecordId(id), at));
                }
            }
        }
        Boxes { fields }
    }

    pub(super) fn contains(&self, record: RecordId, field: usize) -> bool {
        self.fields.contains(&(record, field))
    }
}

/// For each node, a number that it shares with those that it leads to and that lead to it: two walks, one
/// along the edges for an order of leaving, one against them in the reverse of that order.
fn components(count: usize, edges: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    let mut left = Vec::with_capacity(count);
    let mut seen = vec![false; count];
    for start in 0..count {
        let mut open = vec![(start, false)];
        while let Some((node, leaving)) = open.pop() {
            if leaving {
                left.push(node);
            } else if !seen.get(node).copied().unwrap_or(true) {
                seen[node] = true;
                open.push((node, true));
                open.extend(edges(node).into_iter().map(|next| (next, false)));
            }
        }
    }
    let mut back = vec![Vec::new(); count];
    for node in 0..count {
        for next in edges(node) {
            if let Some(list) = back.get_mut(next) {
                list.push(node);
            }
        }
    }
    let mut found = vec![usize::MAX; count];
    for (number, start) in left.into_iter().rev().enumerate() {
        let mut open = vec![start];
        while let Some(node) = open.pop() {
            if let Some(slot) = found.get_mut(node).filter(|slot| **slot == usize::MAX) {
                *slot = number;
                open.extend(back.get(node).into_iter().flatten());
            }
        }
    }
    found
}

/// Which records derive `Eq` and `Hash`: those without floating-point numbers anywhere.
pub(super) struct Derives {
    floats: Vec<bool>,
}

impl Derives {
    pub(super) fn of(schema: &Schema) -> Self {
        let mut users = vec![Vec::new(); schema.records.len()];
        let mut open = Vec::new();
        for (at, record) in schema.records.iter().enumerate() {
            for field in &record.fields {
                match leaf(&field.ty) {
                    Type::Float | Type::Double => open.push(at),
                    Type::Record(id) => {
                        if let Some(list) = users.get_mut(id.0) {
                            list.push(at);
                        }
                    }
                    _ => {}
                }
            }
        }
        let mut floats = vec![false; schema.records.len()];
        while let Some(at) = open.pop() {
            if let Some(known) = floats.get_mut(at).filter(|known| !**known) {
                *known = true;
                open.extend(users.get(at).into_iter().flatten());
            }
        }
        Derives { floats }
    }

    /// What the old record derives and the new one does not.
    pub(super) fn lost(&self, new: &Derives, old_id: RecordId, new_id: RecordId) -> Option<&str> {
        let had = !self.floats.get(old_id.0).copied().unwrap_or(false);
        let has = !new.floats.get(new_id.0).copied().unwrap_or(false);
        (had && !has).then_some("`Eq` and `Hash`")
    }
}

fn leaf(ty: &Type) -> &Type {
    match ty {
        Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) => leaf(inner),
        ty => ty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn circles() {
        let edges = [
            vec![1],
            vec![2],
            vec![0, 3],
            vec![4],
            vec![3],
            vec![5],
            vec![],
        ];
        let found = components(edges.len(), |node| edges[node].clone());
        assert_eq!((found[0], found[1]), (found[1], found[2]));
        assert_eq!(found[3], found[4]);
        assert_eq!(found.iter().collect::<HashSet<_>>().len(), 4);
        let long = components(200_000, |node| vec![(node + 1) % 200_000]);
        assert!(long.iter().all(|number| *number == long[0]));
    }
}
