//! A message that was received, and its settlement.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;

use super::{Answer, Error, Format, Properties, Writer};

/// A message that was received. It is settled once, by value: [`ack`](Delivery::ack), [`nack`](Delivery::nack) or
/// [`reject`](Delivery::reject). A second settlement does not compile:
///
/// ```compile_fail,E0382
/// async fn twice(delivery: tg_schema::pubsub::Delivery) {
///     let _ = delivery.ack().await;
///     let _ = delivery.ack().await;
/// }
/// ```
///
/// Where a settlement fails, the delivery comes back in the error.
///
/// One that is dropped unsettled counts as not processed, and is delivered again as soon as the broker can do that: to
/// the consumer that it came from as to any other of the subscription. Nothing has to be closed for that.
pub struct Delivery {
    /// The message, without the frame that the broker's convention puts before it.
    pub payload: Bytes,
    /// How [`Delivery::payload`] is encoded.
    pub format: Format,
    /// The schema that it was written with, where the broker tells.
    pub writer: Option<Writer>,
    /// What travelled beside it.
    pub properties: Properties,
    /// What the broker says of it.
    pub meta: Meta,
    settle: Box<dyn Settle>,
}

/// What a broker says of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Meta {
    /// Which delivery of the message to this subscription it is, from 1. 1 where the broker does not count.
    pub attempt: u32,
    /// Whether it may have been delivered before.
    pub redelivered: bool,
    /// The key by which messages keep their order.
    pub key: Option<String>,
    /// The broker's or the producer's identity of the message.
    pub id: Option<String>,
    /// When it was published, by the clock of the producer or of the broker.
    pub published: Option<SystemTime>,
    /// Bytes on the wire, with the frame, where they differ from the payload's.
    pub wire_size: usize,
    /// Why the backend cannot give what the producer sent: it is encrypted, damaged, too large. The payload is what came then,
    /// or nothing. `None`: it is what the producer sent.
    pub unreadable: Option<String>,
}

impl Default for Meta {
    fn default() -> Self {
        Meta {
            attempt: 1,
            redelivered: false,
            key: None,
            id: None,
            published: None,
            wire_size: 0,
            unreadable: None,
        }
    }
}

/// How a message is settled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Settlement {
    /// It was processed.
    Ack,
    /// It was not; it is to be delivered again.
    Nack {
        /// Not before this time has passed. `None`: as soon as possible.
        after: Option<Duration>,
    },
    /// It never will be; it is not to be delivered again. A broker that has dead letters by itself may keep it there.
    Reject {
        /// Why, for people.
        reason: String,
    },
}

impl Settlement {
    /// `acknowledge`, `negative acknowledge`, `reject`.
    pub const fn name(&self) -> &'static str {
        match self {
            Settlement::Ack => "acknowledge",
            Settlement::Nack { .. } => "negative acknowledge",
            Settlement::Reject { .. } => "reject",
        }
    }
}

/// The backend's end of a delivery. Its `Drop`, where nothing was settled, gives the message back, as a negative
/// acknowledgement without a delay does; it does not wait until the consumer is closed.
pub trait Settle: Send + Sync {
    /// Carries a settlement out. After `Ok`, never called again.
    ///
    /// # Errors
    /// [`Error::Lost`] where the link over which the message came is gone: the broker delivers it again, and no other
    /// message was touched. [`Error::Unsupported`] where the broker has no such settlement.
    fn settle(&mut self, settlement: Settlement) -> Answer<'_, Result<(), Error>>;

    /// Asks for more time before the broker takes the message for lost.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the broker has a limit that cannot be moved. `Ok` where it has none.
    fn extend(&mut self, by: Duration) -> Answer<'_, Result<(), Error>>;
}

/// A settlement failed. The delivery is still unsettled and can be settled again, or dropped.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotSettled {
    /// Why.
    pub error: Error,
    /// What was to be settled.
    pub delivery: Box<Delivery>,
}

impl fmt::Display for NotSettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // With the error, whose source is that of the whole: nothing is said twice.
        write!(f, "message not settled: {}", self.error)
    }
}
impl std::error::Error for NotSettled {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}

impl From<NotSettled> for Error {
    /// Drops the delivery.
    fn from(failed: NotSettled) -> Error {
        failed.error
    }
}

impl Delivery {
    /// A delivery without writer, properties or a count; a backend sets those that it has.
    pub fn new(payload: Bytes, format: Format, settle: Box<dyn Settle>) -> Self {
        Delivery {
            meta: Meta {
                wire_size: payload.len(),
                ..Meta::default()
            },
            payload,
            format,
            writer: None,
            properties: Properties::new(),
            settle,
        }
    }

    /// It was processed: the broker forgets it.
    ///
    /// # Errors
    /// The broker was not told; the delivery comes back.
    pub async fn ack(self) -> Result<(), NotSettled> {
        self.settle(Settlement::Ack).await
    }

    /// It was not processed: it is delivered again, not before `after` has passed.
    ///
    /// # Errors
    /// No redelivery could be promised; the delivery comes back.
    pub async fn nack(self, after: Option<Duration>) -> Result<(), NotSettled> {
        self.settle(Settlement::Nack { after }).await
    }

    /// It cannot be processed by anybody: it is not delivered again.
    ///
    /// # Errors
    /// The broker was not told; the delivery comes back.
    pub async fn reject(self, reason: impl Into<String> + Send) -> Result<(), NotSettled> {
        let reason = reason.into();
        self.settle(Settlement::Reject { reason }).await
    }

    /// Any of the three.
    ///
    /// # Errors
    /// The broker was not told; the delivery comes back.
    pub async fn settle(mut self, settlement: Settlement) -> Result<(), NotSettled> {
        let settled = self.settle.settle(settlement).await;
        settled.map_err(|error| NotSettled {
            error,
            delivery: Box::new(self),
        })
    }

    /// Asks for more time before the broker takes the message for lost and delivers it again.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the broker's limit cannot be moved; [`Error::Lost`].
    pub async fn extend(&mut self, by: Duration) -> Result<(), Error> {
        self.settle.extend(by).await
    }

    /// The backend's end of it alone, for who keeps the message elsewhere. Who drops it unsettled gives the message back.
    pub fn into_settle(self) -> Box<dyn Settle> {
        self.settle
    }

    /// Puts something between the delivery and the backend's end of it, which gets to know what becomes of it.
    #[must_use]
    pub fn wrap(mut self, wrap: impl FnOnce(Box<dyn Settle>) -> Box<dyn Settle>) -> Self {
        self.settle = wrap(self.settle);
        self
    }
}

impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("bytes", &self.payload.len())
            .field("format", &self.format)
            .field("properties", &self.properties)
            .field("meta", &self.meta)
            .finish_non_exhaustive()
    }
}
