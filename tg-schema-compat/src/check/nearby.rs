//! Changes, by the places they may have something to do with, so that who explains a remark is found among few.

use std::collections::HashMap;

use super::engines::Where;
use crate::change::{Change, Spot};

/// A sort of place, a type or a path, and a member.
type Key<'c> = (Sort, &'c str, &'c str);

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Sort {
    /// A member of a type of the old version, by its full name.
    Old,
    /// Of the new version.
    New,
    /// A member of a type, by its short name.
    Member,
    /// Everything of a type, by its short name.
    Around,
    /// The type itself.
    Type,
    /// A path.
    Path,
}

/// Numbers of changes by their places.
pub(super) struct Nearby<'c> {
    by_key: HashMap<Key<'c>, Vec<usize>>,
}

impl<'c> Nearby<'c> {
    /// Numbers changes in their order.
    pub(super) fn of<'v: 'c>(changes: impl Iterator<Item = &'c Change<'v>>) -> Self {
        let mut by_key: HashMap<Key<'c>, Vec<usize>> = HashMap::new();
        for (at, change) in changes.enumerate() {
            let mut add = |key: Key<'c>| {
                let known = by_key.entry(key).or_default();
                if known.last() != Some(&at) {
                    known.push(at);
                }
            };
            let sides = [(Sort::Old, &change.old), (Sort::New, &change.new)];
            for (sort, spot) in sides {
                let Some(spot) = spot else { continue };
                let short = short(spot);
                add((sort, &spot.owner, &spot.member));
                add((Sort::Member, short, &spot.member));
                add((Sort::Around, short, ""));
            }
            for name in change.types() {
                add((Sort::Type, name, ""));
            }
            add((Sort::Path, &change.path, ""));
            add((Sort::Path, &change.former, ""));
        }
        Nearby { by_key }
    }

    /// All that may have to do with a place, and perhaps some that have not.
    pub(super) fn to<'p>(&self, place: &'p Where) -> Vec<usize>
    where
        'c: 'p,
    {
        let keys: Vec<Key<'p>> = match place {
            Where::Old(spot) => vec![(Sort::Old, &spot.owner, &spot.member)],
            Where::New(spot) => vec![(Sort::New, &spot.owner, &spot.member)],
            Where::Path(path) | Where::Branch(path, _) | Where::Became(path, _) => {
                vec![(Sort::Path, path, "")]
            }
            Where::Type(owner, member) => {
                let mut keys = vec![(Sort::Member, owner.as_str(), member.as_str())];
                keys.push((Sort::Type, owner, ""));
                if member.is_empty() {
                    keys.push((Sort::Around, owner, ""));
                }
                keys
            }
        };
        let found = keys.iter().filter_map(|key| self.by_key.get(key));
        found.flatten().copied().collect()
    }
}

/// The name of the type without its namespace.
pub(super) fn short(spot: &Spot) -> &str {
    spot.owner.rsplit('.').next().unwrap_or_default()
}
