//! What a consumer has of its subscription: messages fetched, messages handed out.
//!
//! Locks are taken in this order: a topic's, then a member's; never two members' at once.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tg_schema::pubsub::Error;

use crate::connection::Connection;
use crate::message::Entry;
use crate::topic::Topic;

/// A consumer, seen from its subscription.
#[derive(Debug)]
pub(crate) struct Member {
    /// Unlike that of any other in the process.
    pub(crate) number: u64,
    /// By which keys find it again after a restart.
    pub(crate) label: String,
    /// Which handle of the backend opened it.
    pub(crate) connection: Arc<Connection>,
    pub(crate) subscription: u64,
    pub(crate) topic: Arc<Topic>,
    pub(crate) prefetch: usize,
    /// Whether its subscription divides messages by key.
    pub(crate) keyed: bool,
    /// Messages fetched and not settled. Written under the lock of `hands`; grows under the topic's lock only.
    used: AtomicUsize,
    /// Messages of q0 that were dropped because nobody fetched them in time. Each counts for one member.
    dropped: AtomicU64,
    hands: Mutex<Hands>,
}

/// What a consumer holds.
#[derive(Debug, Default)]
pub(crate) struct Hands {
    /// Why it is of no use any more.
    pub(crate) end: Option<End>,
    /// Fetched, not handed out.
    pub(crate) fetched: VecDeque<Entry>,
    /// Handed out, not settled.
    out: Vec<Option<Entry>>,
    /// Free places of `out`.
    free: Vec<usize>,
    /// There is no room, and a call waits for it. Set under the topic's lock, by whoever took last.
    pub(crate) blocked: bool,
}

/// Why a consumer or a producer is of no use any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// It was closed, by itself or with its backend.
    Closed(&'static str),
    /// The link was cut.
    Disconnected,
    /// Another consumer took the subscription over.
    Replaced,
    /// The topic was deleted.
    Deleted,
}

impl End {
    pub(crate) fn error(self, topic: &str) -> Error {
        match self {
            End::Closed(what) => Error::Closed { what },
            End::Disconnected => Error::connection("memory", "the link was cut"),
            End::Replaced => refused(format!(
                "another consumer took over the subscription of {topic}"
            )),
            End::Deleted => Error::NotFound {
                what: format!("topic {topic}"),
                hint: "it was deleted; open the producer or consumer again to create it".to_owned(),
            },
        }
    }
}

/// Something that trying again does not change.
pub(crate) fn refused(message: String) -> Error {
    Error::Broker {
        backend: "memory".to_owned(),
        message,
        retryable: false,
    }
}

impl Hands {
    /// Hands the next fetched message out.
    pub(crate) fn hand_out(&mut self) -> Option<(usize, Entry)> {
        let mut entry = self.fetched.pop_front()?;
        entry.attempts = entry.attempts.saturating_add(1);
        let free = self.free.pop();
        if let Some((at, slot)) = free.and_then(|at| Some((at, self.out.get_mut(at)?))) {
            *slot = Some(entry.clone());
            return Some((at, entry));
        }
        self.out.push(Some(entry.clone()));
        Some((self.out.len() - 1, entry))
    }
    pub(crate) fn used(&self) -> usize {
        self.fetched.len() + self.out.len() - self.free.len()
    }
    pub(crate) fn unsettled(&self) -> usize {
        self.out.len() - self.free.len()
    }
}

impl Member {
    pub(crate) fn new(
        (number, subscription): (u64, u64),
        connection: &Arc<Connection>,
        topic: &Arc<Topic>,
        label: String,
        prefetch: usize,
        keyed: bool,
    ) -> Self {
        Member {
            number,
            label,
            connection: connection.clone(),
            subscription,
            topic: topic.clone(),
            prefetch: prefetch.max(1),
            keyed,
            used: AtomicUsize::new(0),
            dropped: AtomicU64::new(0),
            hands: Mutex::default(),
        }
    }
    pub(crate) fn hands(&self) -> MutexGuard<'_, Hands> {
        self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// How many more messages it may fetch.
    pub(crate) fn room(&self) -> usize {
        self.prefetch
            .saturating_sub(self.used.load(Ordering::Relaxed))
    }
    pub(crate) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }
    /// A message was dropped before a member fetched it.
    pub(crate) fn count_dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
    }
    /// Brings the count of messages up to date.
    pub(crate) fn count(&self, hands: &Hands) {
        self.used.store(hands.used(), Ordering::Relaxed);
    }
    /// Takes a message that was handed out back. `None`: the consumer ended, and the message went back before.
    /// The flag says whether somebody waits for the room that this makes.
    pub(crate) fn take_back(&self, slot: usize) -> Option<(Entry, bool)> {
        let mut hands = self.hands();
        let entry = hands.out.get_mut(slot)?.take()?;
        hands.free.push(slot);
        self.count(&hands);
        Some((entry, hands.blocked))
    }
    /// Ends it, and gives what it holds: fetched, and handed out.
    pub(crate) fn end(&self, end: End) -> Vec<Entry> {
        let mut hands = self.hands();
        hands.end.get_or_insert(end);
        hands.free.clear();
        let out = std::mem::take(&mut hands.out);
        let fetched = std::mem::take(&mut hands.fetched);
        self.count(&hands);
        out.into_iter().flatten().chain(fetched).collect()
    }
    /// Gives what is fetched and not handed out.
    pub(crate) fn give_up_fetched(&self) -> VecDeque<Entry> {
        let mut hands = self.hands();
        let fetched = std::mem::take(&mut hands.fetched);
        self.count(&hands);
        fetched
    }
}
