//! Which message a broker closes a connection over, where it finds one too large and does not say which.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tg_schema::Qos;

/// Smaller packets are not looked at: no broker finds them too large.
const SMALLEST: usize = 16 << 10;

/// The sizes of large packets of one connection.
#[derive(Default)]
pub(crate) struct Large {
    /// Those under way, and how many there are of each.
    sizes: Mutex<BTreeMap<usize, usize>>,
    /// The largest of quality q0, which nobody confirms.
    unconfirmed: AtomicUsize,
    /// The one that was too large.
    culprit: AtomicUsize,
}

/// The size of a packet under way; 0 where it is not looked at. To be handed back by [`Large::arrived`].
#[derive(Debug, Default)]
pub(crate) struct Watched(usize);

impl fmt::Display for Watched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Large {
    fn sizes(&self) -> MutexGuard<'_, BTreeMap<usize, usize>> {
        self.sizes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A packet goes on its way.
    pub(crate) fn leaves(&self, size: usize, qos: Qos) -> Watched {
        match qos {
            _ if size < SMALLEST => Watched(0),
            Qos::Q0 => {
                self.unconfirmed.fetch_max(size, Ordering::Relaxed);
                Watched(0)
            }
            Qos::Q1 | Qos::Q2 => {
                *self.sizes().entry(size).or_default() += 1;
                Watched(size)
            }
        }
    }

    /// What became of it is known.
    pub(crate) fn arrived(&self, watched: &Watched) {
        if watched.0 == 0 {
            return;
        }
        let mut sizes = self.sizes();
        if let Some(count) = sizes.get_mut(&watched.0) {
            *count -= 1;
            if *count == 0 {
                sizes.remove(&watched.0);
            }
        }
    }

    /// One packet was too large: the largest one. But one that nobody confirms may be gone already.
    pub(crate) fn blame(&self) {
        let largest = self.sizes().last_key_value().map(|(size, _)| *size);
        if let Some(size) = largest
            && size >= self.unconfirmed.load(Ordering::Relaxed)
        {
            self.culprit.store(size, Ordering::Relaxed);
        }
    }

    pub(crate) fn is_culprit(&self, watched: &Watched) -> bool {
        watched.0 != 0 && watched.0 == self.culprit.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_one_under_way_is_to_blame() {
        let large = Large::default();
        let small = large.leaves(SMALLEST - 1, Qos::Q1);
        let first = large.leaves(30_000, Qos::Q1);
        let same = large.leaves(30_000, Qos::Q2);
        let larger = large.leaves(40_000, Qos::Q1);
        large.arrived(&larger);
        large.arrived(&first);
        large.arrived(&small);
        large.blame();
        let blamed = [&small, &same, &larger].map(|one| large.is_culprit(one));
        assert_eq!(blamed, [false, true, false]);
        large.arrived(&same);
        assert!(large.sizes().is_empty());
    }

    #[test]
    fn none_is_where_it_may_be_gone() {
        let large = Large::default();
        let one = large.leaves(30_000, Qos::Q1);
        large.leaves(30_001, Qos::Q0);
        large.blame();
        assert!(!large.is_culprit(&one));
    }
}
