//! How far a migration is, for whoever watches it.

use std::sync::atomic::{AtomicU64, Ordering};

/// Steps of work: reading, parsing and following each file is one each.
#[derive(Debug, Default)]
pub struct Progress {
    done: AtomicU64,
    all: AtomicU64,
}

impl Progress {
    /// Steps that are done.
    pub fn done(&self) -> u64 {
        self.done.load(Ordering::Relaxed)
    }
    /// All steps; 0 while that is not known.
    pub fn all(&self) -> u64 {
        self.all.load(Ordering::Relaxed)
    }
    pub(crate) fn expect(&self, files: usize) {
        self.all.store(3 * files as u64, Ordering::Relaxed);
    }
    pub(crate) fn step(&self) {
        self.done.fetch_add(1, Ordering::Relaxed);
    }
}
