//! A message as the broker keeps it, and its place in a subscription.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use tg_schema::pubsub::{Bytes, Outgoing, Properties};

/// What a topic keeps. Subscriptions share it.
#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) payload: Bytes,
    pub(crate) properties: Properties,
    pub(crate) key: Option<Arc<str>>,
    pub(crate) id: Option<String>,
    pub(crate) published: SystemTime,
    /// Bytes that count against the topic's limits.
    pub(crate) size: usize,
    /// How many subscriptions have not settled it. Changed upwards under the topic's lock only.
    needed: AtomicUsize,
}

impl Stored {
    pub(crate) fn new(message: Outgoing) -> Self {
        let texts: usize = message
            .properties
            .iter()
            .map(|(n, v)| n.len() + v.len())
            .sum();
        let length = |text: &Option<String>| text.as_ref().map_or(0, String::len);
        let size = message.payload.len() + texts + length(&message.key) + length(&message.id);
        Stored {
            payload: message.payload,
            properties: message.properties,
            key: message.key.map(Arc::from),
            id: message.id,
            published: SystemTime::now(),
            size,
            needed: AtomicUsize::new(0),
        }
    }

    /// So many more subscriptions need it.
    pub(crate) fn need(&self, subscriptions: usize, backlog: &Backlog) {
        if subscriptions > 0 && self.needed.fetch_add(subscriptions, Ordering::Relaxed) == 0 {
            backlog.messages.fetch_add(1, Ordering::Relaxed);
            backlog.bytes.fetch_add(self.size, Ordering::Relaxed);
        }
    }
    /// One subscription is done with it.
    pub(crate) fn release(&self, backlog: &Backlog) {
        if self.needed.fetch_sub(1, Ordering::Relaxed) == 1 {
            backlog.messages.fetch_sub(1, Ordering::Relaxed);
            backlog.bytes.fetch_sub(self.size, Ordering::Relaxed);
        }
    }
}

/// What the subscriptions of a topic have not settled.
#[derive(Debug, Default)]
pub(crate) struct Backlog {
    messages: AtomicUsize,
    bytes: AtomicUsize,
}

impl Backlog {
    pub(crate) fn messages(&self) -> usize {
        self.messages.load(Ordering::Relaxed)
    }
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.load(Ordering::Relaxed)
    }
}

/// A message in a subscription that has not settled it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    /// Its place in the topic.
    pub(crate) place: u64,
    pub(crate) message: Arc<Stored>,
    /// How often it was handed out.
    pub(crate) attempts: u32,
}
