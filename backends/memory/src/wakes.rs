//! Tasks that are to be woken once a lock is released.

use std::task::Waker;

/// Collects wakers; nearly always there is none or one.
#[derive(Debug, Default)]
pub(crate) struct Wakes {
    first: Option<Waker>,
    more: Vec<Waker>,
}

impl Wakes {
    pub(crate) fn push(&mut self, waker: Waker) {
        match self.first {
            None => self.first = Some(waker),
            Some(_) => self.more.push(waker),
        }
    }
    pub(crate) fn fire(self) {
        for waker in self.first.into_iter().chain(self.more) {
            waker.wake();
        }
    }
}
