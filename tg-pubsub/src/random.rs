//! Entropy of the standard library, as numbers and names.

use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};

/// A number that is hard to guess and differs at each call. Not for keys of cryptography.
pub(crate) fn number() -> u64 {
    static CALLS: AtomicU64 = AtomicU64::new(0);
    RandomState::new().hash_one(CALLS.fetch_add(1, Ordering::Relaxed))
}

/// A number from 0 to 1, 1 not included.
pub(crate) fn fraction() -> f64 {
    // 53 bits are what an f64 holds.
    (number() >> 11) as f64 / (1_u64 << 53) as f64
}

/// Names that come once in the world: a random prefix and a count.
#[derive(Debug)]
pub(crate) struct Names {
    prefix: String,
    next: AtomicU64,
}

impl Names {
    pub(crate) fn new() -> Self {
        Names {
            prefix: format!("{:016x}{:016x}", number(), number()),
            next: AtomicU64::new(0),
        }
    }
    /// What all of them begin with.
    pub(crate) fn prefix(&self) -> &str {
        &self.prefix
    }
    pub(crate) fn next(&self) -> String {
        let count = self.next.fetch_add(1, Ordering::Relaxed);
        format!("{}-{count:x}", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_differ_and_fractions_are_fractions() {
        assert_ne!(number(), number());
        let mean = (0..1000).map(|_| fraction()).sum::<f64>() / 1000.0;
        assert!((0.4..0.6).contains(&mean), "{mean}");
    }

    #[test]
    fn names_differ() {
        let (a, b) = (Names::new(), Names::new());
        assert_ne!(a.prefix(), b.prefix());
        let (one, two) = (a.next(), a.next());
        assert_ne!(one, two);
        assert!(one.starts_with(a.prefix()) && one.len() == 34, "{one}");
    }
}
