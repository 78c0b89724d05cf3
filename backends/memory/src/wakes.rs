//! Tasks that are to be woken once a lock is released.

use std::task::Waker;

/// Collects wakers; nearly always there is none or one.
#[derive(Debug, Default)]
pub(crate) struct Wakes {
    first: Option<Waker>,
    more: Vec<Waker>,
    /// Not to be woken. Dropping a waker may drop a task, and that may want the lock.
    dropped: Vec<Waker>,
}

impl Wakes {
    pub(crate) fn push(&mut self, waker: Waker) {
        match self.first {
            None => self.first = Some(waker),
            Some(_) => self.more.push(waker),
        }
    }
    /// Drops a waker once the lock is released.
    pub(crate) fn discard(&mut self, waker: Waker) {
        self.dropped.push(waker);
    }
    pub(crate) fn fire(self) {
        for waker in self.first.into_iter().chain(self.more) {
            waker.wake();
        }
    }
}
