//! Which messages of batches were acknowledged while others of their batch were not.
//!
//! A broker may forget that when the consumer goes away, and delivers the whole batch again. Who remembers it here leaves
//! out those that were settled, as long as the process lives.

use std::collections::{HashMap, VecDeque};

/// An entry: the ledger and the place in it.
pub(crate) type EntryId = (u64, u64);

/// A set of small numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bits(Vec<u64>);

impl Bits {
    pub(crate) fn contains(&self, bit: u32) -> bool {
        let word = self.0.get(place(bit)).copied().unwrap_or_default();
        word & mask(bit) != 0
    }
    /// `false`: it was there.
    pub(crate) fn insert(&mut self, bit: u32) -> bool {
        let place = place(bit);
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        match self.0.get_mut(place) {
            Some(word) if *word & mask(bit) == 0 => {
                *word |= mask(bit);
                true
            }
            _ => false,
        }
    }
    /// The numbers below `size` that are not in it, as the protocol writes what is not acknowledged.
    pub(crate) fn complement(&self, size: u32) -> Vec<i64> {
        let words = size.div_ceil(u64::BITS);
        (0..words)
            .map(|word| {
                let there = self.0.get(word as usize).copied().unwrap_or_default();
                let above = size - word * u64::BITS;
                let all = match above {
                    0..u64::BITS => (1 << above) - 1,
                    _ => u64::MAX,
                };
                (!there & all).cast_signed()
            })
            .collect()
    }
}

fn place(bit: u32) -> usize {
    (bit / u64::BITS) as usize
}
fn mask(bit: u32) -> u64 {
    1 << (bit % u64::BITS)
}

/// What was acknowledged, for a bounded number of entries.
#[derive(Debug)]
pub(crate) struct Acked {
    entries: HashMap<EntryId, Bits>,
    /// Oldest first; entries that are complete may still be in it.
    order: VecDeque<EntryId>,
    max: usize,
}

impl Acked {
    pub(crate) fn new(max: usize) -> Self {
        Acked {
            entries: HashMap::new(),
            order: VecDeque::new(),
            max,
        }
    }
    /// What was acknowledged of an entry.
    pub(crate) fn of(&self, id: EntryId) -> Option<&Bits> {
        self.entries.get(&id)
    }
    /// Notes that a message of a batch was acknowledged, and tells all that were.
    pub(crate) fn insert(&mut self, id: EntryId, index: u32) -> &Bits {
        if !self.entries.contains_key(&id) {
            while self.order.len() >= self.max {
                if let Some(oldest) = self.order.pop_front() {
                    self.entries.remove(&oldest);
                }
            }
            self.order.push_back(id);
        }
        let bits = self.entries.entry(id).or_default();
        bits.insert(index);
        bits
    }
    /// The broker has settled the entry.
    pub(crate) fn remove(&mut self, id: EntryId) {
        if self.entries.remove(&id).is_some() && self.order.front() == Some(&id) {
            self.order.pop_front();
        }
    }
    pub(crate) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_of_a_batch() {
        let mut bits = Bits::default();
        assert_eq!(bits.complement(4), [0b1111]);
        assert!(bits.insert(0) && bits.insert(2) && !bits.insert(2));
        assert_eq!(bits.complement(4), [0b1010]);
        assert!(bits.contains(2) && !bits.contains(1) && !bits.contains(1_000));
        assert_eq!(Bits::default().complement(64), [-1]);
        assert_eq!(Bits::default().complement(65), [-1, 1]);
        assert!(bits.insert(64));
        assert_eq!(bits.complement(66), [!0b101, 0b10]);
        assert_eq!(bits.complement(0), [] as [i64; 0]);
    }

    #[test]
    fn the_oldest_are_forgotten() {
        let mut acked = Acked::new(2);
        for entry in 0..3 {
            acked.insert((1, entry), 0);
        }
        assert!(acked.of((1, 0)).is_none());
        assert!(acked.of((1, 2)).is_some());
        acked.remove((1, 1));
        acked.remove((1, 2));
        assert!(acked.is_empty());
        for entry in 3..10 {
            acked.insert((1, entry), 1);
        }
        assert_eq!((acked.entries.len(), acked.order.len()), (2, 2));
    }
}
