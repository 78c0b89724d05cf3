//! Entries of a map, as they come, into the map.

use std::collections::{BTreeMap, btree_map};

/// A map that takes the entries of a message one after the other.
pub(super) trait Gather<K, T>: Default {
    type Map;
    /// Makes room for so many that are to come. They are paid for already.
    fn expect(&mut self, n: usize);
    /// As many may come, as in the map before.
    fn guess(&mut self, _: usize) {}
    /// Adds an entry; the key as an error when it is there already.
    fn add(&mut self, key: K, item: T) -> Result<(), K>;
    /// The map of all that were added.
    fn map(self) -> Self::Map;
}

/// Entries of a tree. Where many come whose keys ascend, as ours are written, they wait until all are there: a tree
/// that is built at once looks for no place. Whether they are many is known from the start or seen on the way. From the
/// first that does not ascend on, each is put in its place.
pub(super) struct Ascending<K, T> {
    map: BTreeMap<K, T>,
    /// Those that wait, in pieces; while there are any, the map is empty.
    ///
    /// Pieces are small because of what allocators do where much is asked for: they first put together all small
    /// places that are free, and have to take them apart again for each text that comes. At the end, when the whole
    /// is put together, the texts are there.
    ahead: Vec<Vec<(K, T)>>,
}

impl<K, T> Ascending<K, T> {
    /// More entries for a tree that has some.
    pub(super) fn into(map: BTreeMap<K, T>) -> Self {
        Ascending {
            map,
            ahead: Vec::new(),
        }
    }
}
impl<K, T> Default for Ascending<K, T> {
    fn default() -> Self {
        Ascending::into(BTreeMap::new())
    }
}
/// Entries that a node of the tree has room for, in which a place is found at once.
const NODE: usize = 11;
/// From so many on it is faster to let them wait than to look for their places.
const SEVERAL: usize = 6;

/// Adds an entry to a tree; the key as an error when it is there already.
pub(super) fn put<K: Ord, T>(map: &mut BTreeMap<K, T>, key: K, item: T) -> Result<(), K> {
    match map.entry(key) {
        btree_map::Entry::Vacant(slot) => {
            slot.insert(item);
            Ok(())
        }
        btree_map::Entry::Occupied(slot) => Err(slot.remove_entry().0),
    }
}

#[inline(never)]
fn built<K: Ord, T>(mut pieces: Vec<Vec<(K, T)>>) -> BTreeMap<K, T> {
    if let [only] = &mut *pieces {
        return std::mem::take(only).into_iter().collect();
    }
    let mut entries = Vec::with_capacity(pieces.iter().map(Vec::len).sum());
    pieces
        .into_iter()
        .for_each(|mut piece| entries.append(&mut piece));
    entries.into_iter().collect()
}

impl<K: Ord, T> Ascending<K, T> {
    /// Entries of a piece: of at most a thousand bytes, unless they are large themselves.
    const PIECE: usize = match 1000 / size_of::<(K, T)>() {
        ..NODE => NODE,
        many => many,
    };

    /// Lets an entry wait if its key is behind all others.
    #[inline(never)]
    fn add_ahead(&mut self, key: K, item: T) -> Result<(), K> {
        let last = match self.ahead.last().and_then(|piece| piece.last()) {
            Some((last, _)) => Some(last),
            None => self.map.last_key_value().map(|(last, _)| last),
        };
        if last.is_some_and(|last| *last >= key) {
            if !self.ahead.is_empty() {
                self.map = built(std::mem::take(&mut self.ahead));
            }
            return put(&mut self.map, key, item);
        }
        if self.ahead.is_empty() {
            let first = std::mem::take(&mut self.map).into_iter();
            self.ahead.push(first.collect());
        }
        match self.ahead.last_mut() {
            Some(piece) if piece.len() < piece.capacity() => piece.push((key, item)),
            _ => {
                let mut piece = Vec::with_capacity(Self::PIECE);
                piece.push((key, item));
                self.ahead.push(piece);
            }
        }
        Ok(())
    }
}
impl<K: Ord, T> Gather<K, T> for Ascending<K, T> {
    type Map = BTreeMap<K, T>;
    #[inline]
    fn expect(&mut self, n: usize) {
        if n >= SEVERAL && self.ahead.is_empty() && self.map.is_empty() {
            self.ahead.push(Vec::with_capacity(n.min(Self::PIECE)));
        }
    }
    #[inline]
    fn guess(&mut self, n: usize) {
        self.expect(n);
    }
    #[inline]
    fn add(&mut self, key: K, item: T) -> Result<(), K> {
        match self.ahead.is_empty() && self.map.len() != NODE {
            true => put(&mut self.map, key, item),
            false => self.add_ahead(key, item),
        }
    }
    fn map(self) -> BTreeMap<K, T> {
        match self.ahead.is_empty() {
            true => self.map,
            false => built(self.ahead),
        }
    }
}
