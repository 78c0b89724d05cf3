//! Which members of subscriptions are in this process: two with one client identifier would push each other out. And
//! which of them are about to leave: who came too early would push out one that has not said yet what it settled.

use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

/// A broker and a client identifier there.
type Key = (String, String);

static TAKEN: LazyLock<Mutex<HashSet<Key>>> = LazyLock::new(Mutex::default);
static LEAVING: LazyLock<Mutex<HashMap<Key, watch::Receiver<()>>>> = LazyLock::new(Mutex::default);

fn lock<T>(members: &'static Mutex<T>) -> MutexGuard<'static, T> {
    members.lock().unwrap_or_else(PoisonError::into_inner)
}

fn taken() -> MutexGuard<'static, HashSet<Key>> {
    lock(&TAKEN)
}

/// A consumer that says goodbye, until this is dropped.
#[derive(Debug)]
pub(crate) struct Leaving {
    key: Key,
    left: watch::Sender<()>,
}

impl Leaving {
    pub(crate) fn begin(broker: &str, id: &str) -> Self {
        let key = (broker.to_owned(), id.to_owned());
        let (left, leaving) = watch::channel(());
        lock(&LEAVING).insert(key.clone(), leaving);
        Leaving { key, left }
    }
}

impl Drop for Leaving {
    fn drop(&mut self) {
        let mut leaving = lock(&LEAVING);
        // Another one with the identifier may have begun to leave since.
        let last = leaving.get(&self.key);
        if last.is_some_and(|last| last.same_channel(&self.left.subscribe())) {
            leaving.remove(&self.key);
        }
    }
}

/// Waits until nobody in this process who had this identifier says goodbye, and no longer than a goodbye may take: one in
/// another runtime may stand still.
pub(crate) async fn all_left(broker: &str, id: &str, most: Duration) {
    let key = (broker.to_owned(), id.to_owned());
    let left = async {
        loop {
            let leaving = lock(&LEAVING).get(&key).cloned();
            let Some(mut leaving) = leaving else { return };
            // Nothing is ever sent.
            while leaving.changed().await.is_ok() {}
        }
    };
    if timeout(most, left).await.is_err() {
        tracing::debug!(
            broker,
            id,
            "a consumer that was dropped did not leave in time"
        );
    }
}

/// A client identifier at a broker, held until this is dropped.
#[derive(Debug)]
pub(crate) struct Membership(Option<Key>);

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

    #[tokio::test]
    async fn who_comes_waits_for_who_leaves() {
        use std::future::Future as _;
        use std::pin::pin;
        use std::task::{Context, Waker};

        let long = Duration::from_secs(3600);
        let mut nobody = Context::from_waker(Waker::noop());
        let first = Leaving::begin("test:4", "a");
        let second = Leaving::begin("test:4", "a");
        let mut waiting = pin!(all_left("test:4", "a", long));
        assert!(waiting.as_mut().poll(&mut nobody).is_pending());
        drop(first);
        assert!(waiting.as_mut().poll(&mut nobody).is_pending());
        all_left("test:4", "b", long).await;
        all_left("test:4", "a", Duration::from_millis(1)).await;
        drop(second);
        waiting.await;
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
