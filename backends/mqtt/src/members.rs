//! Which members of subscriptions are in this process: two with one client identifier would push each other out.

use std::collections::HashSet;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

static TAKEN: LazyLock<Mutex<HashSet<(String, String)>>> = LazyLock::new(Mutex::default);

fn taken() -> MutexGuard<'static, HashSet<(String, String)>> {
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A client identifier at a broker, held until this is dropped.
#[derive(Debug)]
pub(crate) struct Membership(Option<(String, String)>);

impl Membership {
    /// That of a consumer whose identifier may be taken over.
    pub(crate) const fn none() -> Self {
        Membership(None)
    }
    /// Takes an identifier. `None`: somebody in this process has it.
    pub(crate) fn take(broker: &str, id: &str) -> Option<Self> {
        let key = (broker.to_owned(), id.to_owned());
        let free = taken().insert(key.clone());
        // Made only where it is ours: dropping one gives the identifier back.
        free.then(|| Membership(Some(key)))
    }
    /// Takes the first identifier that nobody in this process has, of `id(1)`, `id(2)` and so on: consumers that are
    /// opened in the same order after a restart have the same ones.
    pub(crate) fn first(broker: &str, id: impl Fn(usize) -> String) -> (Self, String) {
        let mut number = 1;
        loop {
            let candidate = id(number);
            match Membership::take(broker, &candidate) {
                Some(membership) => return (membership, candidate),
                None => number += 1,
            }
        }
    }
}

impl Drop for Membership {
    fn drop(&mut self) {
        if let Some(key) = &self.0 {
            taken().remove(key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_is_held_once() {
        let one = Membership::take("test:1", "a").expect("free");
        assert!(Membership::take("test:1", "a").is_none());
        let elsewhere = Membership::take("test:2", "a");
        assert!(elsewhere.is_some());
        drop(one);
        assert!(Membership::take("test:1", "a").is_some());
    }

    #[test]
    fn numbers_are_the_lowest_free_ones() {
        let id = |n: usize| format!("m-{n}");
        let (first, name) = Membership::first("test:3", id);
        assert_eq!(name, "m-1");
        let (_second, name) = Membership::first("test:3", id);
        assert_eq!(name, "m-2");
        drop(first);
        assert_eq!(Membership::first("test:3", id).1, "m-1");
    }
}
