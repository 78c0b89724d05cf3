//! Which messages came before: identities into "new" or "known", within a window of number and age.

use std::collections::{HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

/// The identities that were seen of late.
///
/// ```
/// use std::time::Duration;
/// use tg_pubsub_backend::dedup::Window;
/// use tokio::time::Instant;
///
/// let mut seen = Window::new(1_000, Duration::from_secs(60));
/// let now = Instant::now();
/// assert!(seen.insert("order-1", now));
/// assert!(!seen.insert("order-1", now + Duration::from_secs(59)));
/// assert!(seen.insert("order-1", now + Duration::from_secs(60)));
/// ```
#[derive(Debug)]
pub struct Window {
    known: HashSet<Arc<str>>,
    /// Oldest first.
    order: VecDeque<(Instant, Arc<str>)>,
    max_count: usize,
    max_age: Duration,
}

impl Window {
    /// Knows the newest `max_count` identities that are younger than `max_age`.
    pub fn new(max_count: usize, max_age: Duration) -> Self {
        Window {
            known: HashSet::new(),
            order: VecDeque::new(),
            max_count,
            max_age,
        }
    }

    /// Whether the identity is in the window.
    pub fn contains(&mut self, id: &str, now: Instant) -> bool {
        self.forget_old(now);
        self.known.contains(id)
    }

    /// Puts an identity into the window. `false`: it is there already, and keeps its age.
    pub fn insert(&mut self, id: &str, now: Instant) -> bool {
        if self.contains(id, now) {
            return false;
        }
        let id: Arc<str> = id.into();
        self.known.insert(id.clone());
        self.order.push_back((now, id));
        while self.order.len() > self.max_count {
            self.forget_first();
        }
        true
    }

    /// How many identities are known, those included whose time has run out since the last call.
    pub fn len(&self) -> usize {
        self.order.len()
    }
    /// Whether none is known.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Whether none is known any more.
    pub fn is_empty_at(&mut self, now: Instant) -> bool {
        self.forget_old(now);
        self.is_empty()
    }

    fn forget_old(&mut self, now: Instant) {
        while let Some((seen, _)) = self.order.front() {
            if now.saturating_duration_since(*seen) < self.max_age {
                break;
            }
            self.forget_first();
        }
    }
    fn forget_first(&mut self) {
        if let Some((_, id)) = self.order.pop_front() {
            self.known.remove(&id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounded_by_number() {
        let now = Instant::now();
        let mut seen = Window::new(2, Duration::MAX);
        for id in ["a", "b", "c"] {
            assert!(seen.insert(id, now), "{id}");
        }
        assert_eq!(seen.len(), 2);
        assert!(seen.insert("a", now), "the oldest is forgotten");
        assert!(!seen.insert("c", now));
    }

    #[test]
    fn bounded_by_age() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut seen = Window::new(10, Duration::from_secs(10));
        assert!(seen.is_empty());
        assert!(seen.insert("a", start));
        assert!(seen.insert("b", after(5)));
        assert!(
            !seen.insert("a", after(9)),
            "a repetition does not renew it"
        );
        assert!(seen.contains("b", after(14)));
        assert!(!seen.is_empty_at(after(14)));
        assert!(seen.is_empty_at(after(15)));
        assert!(!seen.contains("b", after(15)));
        assert!(seen.is_empty());
    }

    #[test]
    fn a_window_of_nothing_knows_nothing() {
        let mut seen = Window::new(0, Duration::MAX);
        assert!(seen.insert("a", Instant::now()));
        assert!(seen.insert("a", Instant::now()));
    }
}
