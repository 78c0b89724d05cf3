//! Who waits for messages of an identity, and what waits for them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tg_schema::pubsub::Error;
use tokio::sync::Notify;
use tokio::time::timeout;

use crate::incoming::Incoming;

/// What happens to a message for a waiter that has as many as it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FullWaiter {
    /// Everybody waits for it this long, once; then its messages are dropped until it takes one. Where some were
    /// dropped, the waiter gets one [`Error::Full`].
    Wait(Duration),
    /// Its oldest message is dropped, and only the metric tells.
    DropOldest,
    /// The new message is dropped, and only the metric tells.
    DropNewest,
}

impl Default for FullWaiter {
    fn default() -> Self {
        FullWaiter::Wait(Duration::from_secs(1))
    }
}

/// A message, or why it could not be decoded.
type Item<T> = Result<Incoming<T>, Error>;

/// Messages of one waiter.
pub(crate) struct Mailbox<T> {
    state: Mutex<State<T>>,
    arrived: Notify,
    taken: Notify,
    capacity: usize,
}

struct State<T> {
    queue: VecDeque<Item<T>>,
    /// It was waited for, in vain.
    slow: bool,
    /// The newest item is the error that tells of messages that were dropped.
    gap: bool,
    closed: bool,
    failure: Option<Failure>,
}

/// The error of what ended.
fn ended(failure: Option<&Failure>) -> Error {
    match failure {
        Some(failure) => failure.repeat(),
        None => Error::Closed { what: "subscriber" },
    }
}

impl<T> State<T> {
    fn put(&mut self, item: Item<T>) {
        self.queue.push_back(item);
        self.gap = false;
    }

    /// Leaves an error where a message was dropped: one for all that would have stood there. The queue is full, so
    /// that nobody waits for it.
    fn dropped(&mut self, capacity: usize) {
        if !self.gap && !self.closed {
            self.queue.push_back(Err(Error::Full {
                what: "queue of the waiter, which dropped messages here,",
                capacity,
            }));
            self.gap = true;
        }
    }
}

impl<T> Mailbox<T> {
    pub(crate) fn new(capacity: usize) -> Arc<Self> {
        Arc::new(Mailbox {
            state: Mutex::new(State {
                queue: VecDeque::new(),
                slow: false,
                gap: false,
                closed: false,
                failure: None,
            }),
            arrived: Notify::new(),
            taken: Notify::new(),
            capacity: capacity.max(1),
        })
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Puts a message in. `false`: one was dropped.
    pub(crate) async fn offer(&self, item: Item<T>, full: FullWaiter) -> bool {
        match self.offer_now(item, full) {
            Ok(kept) => kept,
            Err((item, limit)) => self.wait_and_offer(item, limit).await,
        }
    }

    /// The item comes back where its room is to be waited for.
    fn offer_now(&self, item: Item<T>, full: FullWaiter) -> Result<bool, (Item<T>, Duration)> {
        let mut kept = true;
        {
            let mut state = self.state();
            if state.queue.len() >= self.capacity {
                match full {
                    FullWaiter::Wait(limit) if !state.slow => return Err((item, limit)),
                    FullWaiter::Wait(_) => {
                        state.dropped(self.capacity);
                        return Ok(false);
                    }
                    FullWaiter::DropNewest => return Ok(false),
                    FullWaiter::DropOldest => {
                        state.queue.pop_front();
                        kept = false;
                    }
                }
            }
            state.put(item);
        }
        self.arrived.notify_one();
        Ok(kept)
    }

    async fn wait_and_offer(&self, item: Item<T>, limit: Duration) -> bool {
        let room = async {
            while !self.has_room() {
                self.taken.notified().await;
            }
        };
        let in_time = timeout(limit, room).await.is_ok();
        let mut state = self.state();
        if !in_time || state.closed {
            state.slow = true;
            state.dropped(self.capacity);
            return false;
        }
        state.put(item);
        drop(state);
        self.arrived.notify_one();
        true
    }

    fn has_room(&self) -> bool {
        let state = self.state();
        state.closed || state.queue.len() < self.capacity
    }

    /// The next message. Cancel-safe.
    pub(crate) async fn take(&self) -> Result<Incoming<T>, Error> {
        loop {
            let arrived = self.arrived.notified();
            {
                let mut state = self.state();
                if let Some(item) = state.queue.pop_front() {
                    state.slow = false;
                    // The error was taken: messages that are dropped now are another gap.
                    state.gap &= !state.queue.is_empty();
                    drop(state);
                    self.taken.notify_one();
                    return item;
                }
                if state.closed {
                    return Err(ended(state.failure.as_ref()));
                }
            }
            arrived.await;
        }
    }

    pub(crate) fn close(&self) {
        self.end(None);
    }

    fn end(&self, failure: Option<Failure>) {
        let mut state = self.state();
        state.closed = true;
        state.failure = state.failure.take().or(failure);
        drop(state);
        // Every one of those that wait, not only one: each ends.
        self.arrived.notify_waiters();
        self.taken.notify_one();
    }
}

/// All waiters of a subscriber.
pub(crate) struct Waiters<T> {
    places: Mutex<Places<T>>,
}

struct Places<T> {
    by_id: HashMap<String, Arc<Mailbox<T>>>,
    all: Vec<Arc<Mailbox<T>>>,
    closed: bool,
    /// Why nothing will come any more, where it was not closed on purpose.
    failure: Option<Failure>,
}

/// An error that everybody gets who waits.
pub(crate) type Failure = Arc<Error>;

impl<T> Waiters<T> {
    pub(crate) fn new() -> Self {
        Waiters {
            places: Mutex::new(Places {
                by_id: HashMap::new(),
                all: Vec::new(),
                closed: false,
                failure: None,
            }),
        }
    }
    fn places(&self) -> MutexGuard<'_, Places<T>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A mailbox for messages of one identity, or for all.
    pub(crate) fn add(&self, id: Option<&str>, mailbox: Arc<Mailbox<T>>) -> Result<(), Error> {
        let mut places = self.places();
        if places.closed {
            return Err(ended(places.failure.as_ref()));
        }
        match id {
            None => places.all.push(mailbox),
            Some(id) => {
                if places.by_id.contains_key(id) {
                    return Err(Error::Busy {
                        what: format!("the id {id}"),
                        hint: "another waits for it; take an id that is used once".to_owned(),
                    });
                }
                places.by_id.insert(id.to_owned(), mailbox);
            }
        }
        Ok(())
    }

    pub(crate) fn remove(&self, id: Option<&str>, mailbox: &Arc<Mailbox<T>>) {
        let mut places = self.places();
        match id {
            None => places.all.retain(|m| !Arc::ptr_eq(m, mailbox)),
            Some(id) => {
                places.by_id.remove(id);
            }
        }
    }

    /// Who gets a message of this identity.
    pub(crate) fn find(&self, id: Option<&str>) -> Vec<Arc<Mailbox<T>>> {
        let places = self.places();
        let one = id.and_then(|id| places.by_id.get(id));
        one.into_iter().chain(&places.all).cloned().collect()
    }

    pub(crate) fn len(&self) -> usize {
        let places = self.places();
        places.by_id.len() + places.all.len()
    }

    /// Nobody gets anything any more, beyond what is there.
    pub(crate) fn close(&self) {
        self.end(None);
    }

    /// The same, for a reason that everybody is told.
    pub(crate) fn fail(&self, failure: Failure) {
        self.end(Some(failure));
    }

    fn end(&self, failure: Option<Failure>) {
        let mut places = self.places();
        places.closed = true;
        for mailbox in places.by_id.values().chain(&places.all) {
            mailbox.end(failure.clone());
        }
        // The first reason stands.
        places.failure = places.failure.take().or(failure);
    }
}
