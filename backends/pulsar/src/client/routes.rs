//! Who gets what comes over a connection.

use std::collections::HashMap;
use std::sync::Arc;

use bytes::Bytes;
use pulsar::proto::BaseCommand;
use pulsar::proto::{CommandMessage, MessageIdData, MessageMetadata};
use tokio::sync::oneshot;

use crate::failure::Failure;

/// Something that happened to a producer or a consumer.
#[derive(Debug)]
pub(crate) enum Event {
    /// The broker took a message over.
    Receipt(u64, Option<MessageIdData>),
    /// The broker did not.
    NotTaken(u64, Failure),
    /// A message came.
    Message(CommandMessage, Box<MessageMetadata>, Bytes),
    /// A message came that cannot be read.
    Corrupt(CommandMessage),
    /// Of several consumers, this one is the one that gets messages, or is not any more.
    Active(bool),
    /// The topic was terminated, and everything of it was delivered.
    EndOfTopic,
    /// The broker ended it, and goes on: the topic moves to another one, or is deleted.
    Ended,
    /// The connection is gone.
    Lost(Failure),
}

/// A producer or a consumer.
pub(crate) trait Sink: Send + Sync {
    /// Takes note of an event. It must not wait.
    fn event(&self, event: Event);
}

/// What the broker answered: a command, or the code and the text of an error.
pub(super) type Answered = Result<BaseCommand, (i32, String)>;

/// Everybody who waits on one connection.
#[derive(Default)]
pub(super) struct Routes {
    /// Why the connection ended, where it did.
    pub(super) end: Option<Failure>,
    pub(super) requests: HashMap<u64, oneshot::Sender<Answered>>,
    pub(super) producers: HashMap<u64, Arc<dyn Sink>>,
    pub(super) consumers: HashMap<u64, Arc<dyn Sink>>,
}

impl Routes {
    /// Ends all. Those that were there are to be told.
    pub(super) fn end(&mut self, why: Failure) -> Vec<Arc<dyn Sink>> {
        if self.end.is_some() {
            return Vec::new();
        }
        self.end = Some(why);
        // Who waits for an answer sees that there will be none.
        self.requests.clear();
        let producers = std::mem::take(&mut self.producers);
        let consumers = std::mem::take(&mut self.consumers);
        producers
            .into_values()
            .chain(consumers.into_values())
            .collect()
    }
}
