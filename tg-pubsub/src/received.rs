//! A message that was received, its value, and its settlement by the consumer's policies.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tg_schema::pubsub::{Bytes, Delivery, Error, Meta, Properties, Settle, Settlement};
use tokio::time::{sleep_until, timeout_at};

use crate::attempts::Identity;
use crate::consumer::{GivingBack, Shared};
use crate::dead_letters::Letter;
use crate::incoming::{Head, Incoming};
use crate::metrics::{Counter, Gauge, Level};
use crate::time;

/// A message that was received. It is settled once, by value. A settlement that fails gives it back.
///
/// One that is dropped unsettled counts as not processed: the broker delivers it again as soon as it can.
///
/// A settlement that comes after the link of the message was lost is no error: the broker delivers the message again,
/// and the metric `tg_consumer_lost_acks_total` counts it.
pub struct Received<T> {
    pub(crate) incoming: Incoming<T>,
    pub(crate) unsettled: Unsettled,
}

/// The settlement of a message, without its value.
pub struct Unsettled {
    /// The backend's end of the message. `None`: it is settled.
    settle: Option<Box<dyn Settle>>,
    pub(crate) head: Arc<Head>,
    pub(crate) consumer: Arc<Shared>,
    /// Which attempt this is, from 1.
    pub(crate) attempt: u32,
    identity: Identity,
    _level: Level,
}

/// A settlement failed: the message is still unsettled.
#[non_exhaustive]
pub struct NotSettled<R> {
    /// Why.
    pub error: Error,
    /// The message.
    pub received: Box<R>,
}

impl<R> fmt::Display for NotSettled<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // With the error, whose source is that of the whole: nothing is said twice.
        write!(f, "message not settled: {}", self.error)
    }
}
// Not derived: a message need not be `Debug` for its settlement to be unwrapped.
impl<R> fmt::Debug for NotSettled<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NotSettled")
            .field("error", &self.error)
            .finish_non_exhaustive()
    }
}
impl<R> std::error::Error for NotSettled<R> {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}
impl<R> From<NotSettled<R>> for Error {
    /// Drops the message.
    fn from(failed: NotSettled<R>) -> Error {
        failed.error
    }
}

impl<T> Received<T> {
    /// The message.
    pub fn value(&self) -> &T {
        &self.incoming.value
    }
    /// What travelled beside it.
    pub fn properties(&self) -> &Properties {
        self.incoming.properties()
    }
    /// What the broker says of it.
    pub fn meta(&self) -> &Meta {
        self.incoming.meta()
    }
    /// The key by which messages keep their order.
    pub fn key(&self) -> Option<&str> {
        self.incoming.key()
    }
    /// Which attempt to process it this is, from 1: as the broker counts, or as this consumer did.
    pub fn attempt(&self) -> u32 {
        self.incoming.attempt()
    }
    /// Its bytes, without the broker's frame.
    pub fn payload(&self) -> &Bytes {
        self.incoming.payload()
    }
    /// Whether it came so often that it is given up unseen.
    pub(crate) fn is_hopeless(&self) -> bool {
        self.unsettled.consumer.retry.is_hopeless(self.attempt())
    }
    /// The message and its settlement apart.
    pub fn into_parts(self) -> (Incoming<T>, Unsettled) {
        (self.incoming, self.unsettled)
    }

    /// It was processed: the broker forgets this message and no other.
    ///
    /// # Errors
    /// The broker was not told.
    pub async fn ack(self) -> Result<(), NotSettled<Self>> {
        let (incoming, unsettled) = self.into_parts();
        with(incoming, unsettled.ack().await)
    }
    /// It was not processed. It is delivered again after a time that grows with its attempts, or, when they are used
    /// up, goes to the dead letters: see [`RetryPolicy`](crate::RetryPolicy).
    ///
    /// # Errors
    /// No redelivery could be promised.
    pub async fn nack(self) -> Result<(), NotSettled<Self>> {
        let (incoming, unsettled) = self.into_parts();
        with(incoming, unsettled.fail("not processed", None).await)
    }
    /// As [`Received::nack`], with the time until it is delivered again.
    ///
    /// # Errors
    /// As [`Received::nack`].
    pub async fn nack_after(self, after: Duration) -> Result<(), NotSettled<Self>> {
        let (incoming, unsettled) = self.into_parts();
        with(incoming, unsettled.fail("not processed", Some(after)).await)
    }
    /// Nobody will be able to process it: it goes to the dead letters.
    ///
    /// # Errors
    /// The dead letter was not written, or the broker was not told.
    pub async fn reject(self, reason: impl AsRef<str> + Send) -> Result<(), NotSettled<Self>> {
        let (incoming, unsettled) = self.into_parts();
        with(incoming, unsettled.give_up(reason.as_ref()).await)
    }
    /// Asks for more time before the broker takes the message for lost.
    ///
    /// # Errors
    /// [`Error::Unsupported`] where the broker's limit cannot be moved; [`Error::Lost`].
    pub async fn extend(&mut self, by: Duration) -> Result<(), Error> {
        self.unsettled.extend(by).await
    }
    /// The same as [`Received::ack`].
    ///
    /// # Errors
    /// As [`Received::ack`].
    pub async fn acknowledge(self) -> Result<(), NotSettled<Self>> {
        self.ack().await
    }
    /// The same as [`Received::nack`].
    ///
    /// # Errors
    /// As [`Received::nack`].
    pub async fn negative_acknowledge(self) -> Result<(), NotSettled<Self>> {
        self.nack().await
    }
}

/// Puts the message back to a settlement that failed.
fn with<T>(
    incoming: Incoming<T>,
    settled: Result<(), NotSettled<Unsettled>>,
) -> Result<(), NotSettled<Received<T>>> {
    settled.map_err(|failed| NotSettled {
        error: failed.error,
        received: Box::new(Received {
            incoming,
            unsettled: *failed.received,
        }),
    })
}

impl<T: fmt::Debug> fmt::Debug for Received<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Received")
            .field("value", &self.incoming.value)
            .field("properties", self.properties())
            .field("meta", self.meta())
            .field("attempt", &self.attempt())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Unsettled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Unsettled")
            .field("head", &self.head)
            .finish_non_exhaustive()
    }
}

impl Unsettled {
    pub(crate) fn new(mut delivery: Delivery, consumer: Arc<Shared>) -> Self {
        let (attempt, identity) = consumer.attempts.begin(&delivery);
        let series = &consumer.series;
        series.count(Counter::Received, 1);
        if let Some(watchdog) = &consumer.watchdog {
            watchdog.received();
        }
        if attempt > 1 || delivery.meta.redelivered {
            series.count(Counter::Redelivered, 1);
        }
        let level = Level::raise(series, Gauge::ConsumerInFlight);
        Unsettled {
            head: Arc::new(Head::of(&mut delivery)),
            settle: Some(delivery.into_settle()),
            consumer,
            attempt,
            identity,
            _level: level,
        }
    }

    /// As [`Received::ack`].
    ///
    /// # Errors
    /// As [`Received::ack`].
    pub async fn ack(self) -> Result<(), NotSettled<Self>> {
        self.settle(Settlement::Ack).await
    }
    /// As [`Received::nack`].
    ///
    /// # Errors
    /// As [`Received::nack`].
    pub async fn nack(self) -> Result<(), NotSettled<Self>> {
        self.fail("not processed", None).await
    }
    /// As [`Received::reject`].
    ///
    /// # Errors
    /// As [`Received::reject`].
    pub async fn reject(self, reason: impl AsRef<str> + Send) -> Result<(), NotSettled<Self>> {
        self.give_up(reason.as_ref()).await
    }
    /// As [`Received::extend`].
    ///
    /// # Errors
    /// As [`Received::extend`].
    pub async fn extend(&mut self, by: Duration) -> Result<(), Error> {
        match &mut self.settle {
            Some(settle) => settle.extend(by).await,
            None => Ok(()),
        }
    }

    /// An attempt failed: again after a time, or to the dead letters.
    pub(crate) async fn fail(
        self,
        reason: &str,
        after: Option<Duration>,
    ) -> Result<(), NotSettled<Self>> {
        let attempt = self.attempt;
        let retry = self.consumer.retry;
        if retry.exhausted(attempt) {
            return self.give_up(reason).await;
        }
        let after = after.unwrap_or_else(|| retry.backoff.delay(attempt));
        self.put_off(after).await
    }

    /// Delivered again after this time, whatever the attempts.
    pub(crate) async fn put_off(self, after: Duration) -> Result<(), NotSettled<Self>> {
        let after = Some(after);
        self.settle(Settlement::Nack { after }).await
    }

    /// To the dead letters, and only then away from the subscription.
    pub(crate) async fn give_up(self, reason: &str) -> Result<(), NotSettled<Self>> {
        let Some(dead) = &self.consumer.dead_letters else {
            let reason = reason.to_owned();
            return self.settle(Settlement::Reject { reason }).await;
        };
        let series = &self.consumer.series;
        match dead.publish(&self.head, self.attempt, reason).await {
            Ok(Letter::Kept) => series.count(Counter::DeadLettered, 1),
            Ok(Letter::Untold) => {
                series.count(Counter::DeadLettered, 1);
                series.count(Counter::DeadLetterUntold, 1);
            }
            Ok(Letter::Unrouted) => {
                series.count(Counter::DeadLettered, 1);
                series.count(Counter::DeadLetterUnrouted, 1);
            }
            Ok(Letter::Refused(error)) => {
                series.count(Counter::DeadLetterFailed, 1);
                tracing::error!(
                    topic = %self.consumer.topic,
                    subscription = self.consumer.subscription,
                    reason,
                    error,
                    "a message is lost: no dead letter of it is accepted"
                );
                let reason = format!("{reason}; no dead letter: {error}");
                return self.settle(Settlement::Reject { reason }).await;
            }
            Err(error) => {
                return Err(NotSettled {
                    error,
                    received: Box::new(self),
                });
            }
        }
        self.settle(Settlement::Ack).await
    }

    /// Acknowledges before anything is done with it. `false`: its link was lost, and it comes again.
    pub(crate) async fn ack_before(self) -> Result<bool, NotSettled<Self>> {
        self.settled(Settlement::Ack).await
    }

    async fn settle(self, settlement: Settlement) -> Result<(), NotSettled<Self>> {
        self.settled(settlement).await.map(drop)
    }

    /// `false`: its link was lost before.
    async fn settled(mut self, settlement: Settlement) -> Result<bool, NotSettled<Self>> {
        let back = match settlement {
            Settlement::Nack { after } => after,
            _ => None,
        };
        let counter = match settlement {
            Settlement::Nack { .. } => Some(Counter::Nacked),
            Settlement::Reject { .. } => Some(Counter::Rejected),
            _ => None,
        };
        let consumer = &self.consumer;
        match back.filter(|after| !after.is_zero()) {
            Some(after) if consumer.giving_back == GivingBack::AtOnce => {
                if let Some(settle) = self.settle.take() {
                    hold(settle, after, consumer);
                }
            }
            _ => {
                // It stays where it is until it is known that it was settled: this may be cut off.
                let Some(settle) = &mut self.settle else {
                    return Ok(true);
                };
                let settled = settle.settle(settlement).await;
                match settled {
                    Ok(()) => self.settle = None,
                    Err(Error::Lost) => {
                        self.settle = None;
                        self.consumer.series.count(Counter::LostAcks, 1);
                        return Ok(false);
                    }
                    Err(error) => {
                        return Err(NotSettled {
                            error,
                            received: Box::new(self),
                        });
                    }
                }
            }
        }
        self.count(counter, back);
        Ok(true)
    }

    /// Tells of a settlement that was carried out, or will be.
    fn count(&self, counter: Option<Counter>, back: Option<Duration>) {
        let consumer = &self.consumer;
        match counter {
            Some(Counter::Nacked) => {
                consumer.series.count(Counter::Nacked, 1);
                consumer.attempts.failed(self.identity);
                if let (Some(watchdog), Some(after)) = (&consumer.watchdog, back) {
                    watchdog.held_back(after);
                }
            }
            counter => {
                if let Some(counter) = counter {
                    consumer.series.count(counter, 1);
                }
                consumer.attempts.done(self.identity);
            }
        }
    }
}

/// Keeps a message for a broker that would deliver it again at once, and gives it back when its time has come. Where the
/// link goes before, the broker delivers it again.
fn hold(mut settle: Box<dyn Settle>, after: Duration, consumer: &Arc<Shared>) {
    let gone = consumer.gone();
    let due = time::after(after);
    let back = async move {
        // Where the broker has no limit that can be moved, it has none that matters, or delivers the message again.
        let _ = timeout_at(due, settle.extend(after.saturating_mul(2))).await;
        sleep_until(due).await;
        let again = Settlement::Nack { after: None };
        if let Err(error) = settle.settle(again).await {
            // It is dropped, and comes again as soon as the broker can.
            tracing::debug!(%error, "a message that was held was not given back");
        }
    };
    tokio::spawn(async move {
        tokio::select! {
            biased;
            // With the message, which comes again.
            () = gone => {}
            () = back => {}
        }
    });
}

impl Drop for Unsettled {
    fn drop(&mut self) {
        if let Some(watchdog) = &self.consumer.watchdog {
            watchdog.released();
        }
        if self.settle.is_some() {
            self.consumer.series.count(Counter::Unsettled, 1);
        }
    }
}

/// What a consumer received.
#[derive(Debug)]
pub enum Outcome<T> {
    /// A message.
    Message(Received<T>),
    /// Bytes that are no message of the type.
    Poison(Poison),
}

/// A message that could not be decoded, or that the backend could not read. Its bytes are kept.
#[derive(Debug)]
pub struct Poison {
    pub(crate) error: Error,
    pub(crate) unsettled: Unsettled,
}

impl Poison {
    /// Why it could not be decoded.
    pub fn error(&self) -> &Error {
        &self.error
    }
    /// Its bytes.
    pub fn payload(&self) -> &Bytes {
        &self.unsettled.head.payload
    }
    /// What travelled beside it.
    pub fn properties(&self) -> &Properties {
        &self.unsettled.head.properties
    }
    /// What the broker says of it.
    pub fn meta(&self) -> &Meta {
        &self.unsettled.head.meta
    }
    /// Its settlement.
    pub fn into_unsettled(self) -> Unsettled {
        self.unsettled
    }
    /// Sends it to the dead letters, where [`Consumer::receive`](crate::Consumer::receive) sends it too.
    ///
    /// # Errors
    /// As [`Received::reject`].
    pub async fn dead_letter(self) -> Result<(), NotSettled<Unsettled>> {
        let reason = format!("not decoded: {}", self.error);
        self.unsettled.give_up(&reason).await
    }
}
