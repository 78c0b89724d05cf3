//! A handler for every message of a consumer.

mod builder;
mod process;
mod run;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tg_schema::pubsub::Error;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, timeout_at};

use crate::consumer::Shared;
use crate::health::{Health, Probe};
use crate::time;

pub use builder::ServiceBuilder;

/// A handler at work. It stops when it is [drained](Service::drain), or dropped: then handlers are cut off, and
/// their messages are delivered again.
#[must_use = "a service stops when it is dropped"]
pub struct Service {
    control: Arc<Control>,
    /// Until its end was seen.
    task: Option<JoinHandle<Result<(), Error>>>,
    consumer: Arc<Shared>,
    end: End,
}

/// What becomes of the subscription at the end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum End {
    /// It is kept, as far as the backend keeps it.
    #[default]
    Close,
    /// It is deleted.
    Unsubscribe,
    /// It was to be deleted, and something was left in it that only its consumer can get.
    Unfinished,
}

/// What a service and its tasks share.
pub(crate) struct Control {
    stop: watch::Sender<bool>,
    /// Messages in the hands of handlers.
    active: AtomicUsize,
}

impl Control {
    fn new() -> Arc<Self> {
        Arc::new(Control {
            stop: watch::Sender::new(false),
            active: AtomicUsize::new(0),
        })
    }
    /// A message is in the hands of a handler, until this is dropped.
    fn activate(self: &Arc<Self>) -> Active {
        self.active.fetch_add(1, Ordering::Relaxed);
        Active(self.clone())
    }
}

struct Active(Arc<Control>);

impl Drop for Active {
    fn drop(&mut self) {
        self.0.active.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Ends when a service is to stop.
async fn stopped(stop: &mut watch::Receiver<bool>) {
    // An error says that the service is gone.
    let _ = stop.wait_for(|stop| *stop).await;
}

/// How a drain ended.
#[derive(Debug, Default)]
#[must_use]
#[non_exhaustive]
pub struct Drained {
    /// Messages whose handlers were cut off, or that were not sent. The broker delivers the former again.
    pub abandoned: usize,
    /// The first thing that went wrong.
    pub error: Option<Error>,
}

impl Drained {
    /// Whether everything was finished.
    pub fn is_clean(&self) -> bool {
        self.abandoned == 0 && self.error.is_none()
    }
    /// The same, where a part that closed in what was left of a time tells of the whole, which is what the caller gave.
    pub(crate) fn of_the_whole(mut self, within: Duration) -> Self {
        if let Some(Error::Timeout {
            operation: "close",
            after,
        }) = &mut self.error
        {
            *after = within;
        }
        self
    }
    pub(crate) fn failed(&mut self, error: Error) {
        self.error.get_or_insert(error);
    }
    pub(crate) fn and(&mut self, other: Drained) {
        self.abandoned += other.abandoned;
        if let Some(error) = other.error {
            self.failed(error);
        }
    }
}

impl Service {
    /// Stops receiving, lets handlers finish and settles their messages, flushes dead letters, and closes the
    /// consumer. What is not finished within the time is cut off and delivered again.
    ///
    /// Where the broker has given the consumer messages that nobody else gets, and no place is kept for it (over MQTT, a
    /// shared consumer that has no name of its own), it gets no new ones first, and handles those, for up to half of the
    /// time. What is left of them then waits for the next consumer of its name, and [`Drained::error`] is a time-out.
    pub async fn drain(mut self, within: Duration) -> Drained {
        let end = time::after(within);
        let mut drained = self.finish(end).await;
        let closed = self.close(end).await;
        if drained.abandoned == 0 {
            drained.and(closed);
        }
        drained.of_the_whole(within)
    }

    /// The same service, which deletes its subscription when it was [drained](Service::drain): over MQTT, the part of it that
    /// is this consumer's; elsewhere the whole, with everything that waits in it, and [`Error::Busy`] where others consume
    /// from it. For an instance that does not come back.
    ///
    /// Over MQTT, what was given to this consumer is handled before, for up to half of the time; where that was not enough,
    /// the rest is kept for the next one of its name, and [`Drained::error`] is a time-out.
    pub fn unsubscribing(mut self) -> Self {
        self.end = End::Unsubscribe;
        self
    }

    /// Closes the consumer.
    async fn close(self, end: Instant) -> Drained {
        let left = time::until(end);
        let closed = match self.end {
            End::Close => self.consumer.close(left).await,
            End::Unsubscribe => self.consumer.unsubscribe(left).await,
            End::Unfinished => {
                let closed = self.consumer.close(left).await;
                closed.and(Err(Error::Timeout {
                    operation: "unsubscribe",
                    after: left,
                }))
            }
        };
        let mut drained = Drained::default();
        if let Err(error) = closed {
            drained.failed(error);
        }
        drained
    }

    /// Whether its consumer takes its leave of the subscription at the end, so that nothing waits for it alone.
    fn leaves(&self) -> bool {
        self.end == End::Unsubscribe || !self.consumer.keeps_place()
    }

    fn is_stopped(&self) -> bool {
        *self.control.stop.borrow()
    }

    /// Gets nothing new, and handles what its consumer was given, for half of the time. Whether that is all.
    async fn leave(&mut self, end: Instant) -> Result<bool, Error> {
        let consumer = self.consumer.clone();
        tokio::select! {
            left = consumer.leave(half(end)) => Ok(left),
            ended = self.ended() => ended.map(|()| false),
        }
    }

    /// Stops receiving and lets handlers finish; the consumer stays open.
    pub(crate) async fn finish(&mut self, end: Instant) -> Drained {
        let mut drained = Drained::default();
        let leaves = self.leaves();
        let mut left = false;
        if leaves && !self.is_stopped() {
            match self.leave(end).await {
                Ok(all) => left = all,
                Err(error) => drained.failed(error),
            }
        }
        self.stop();
        match timeout_at(end, self.ended()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => drained.failed(error),
            Err(_) => {
                drained.abandoned = self.active();
                if let Some(task) = self.task.take() {
                    task.abort();
                    // With it goes everything that it started.
                    let _ = task.await;
                }
            }
        }
        if leaves {
            self.settle_end(left, end, &mut drained).await;
        }
        drained
    }

    /// What becomes of the subscription, now that nothing is handled any more: what its consumer was given and nobody has
    /// handled must not be deleted, and is told.
    async fn settle_end(&mut self, left: bool, end: Instant, drained: &mut Drained) {
        // Handlers may have settled the last of it since.
        let left = drained.abandoned == 0 && (left || self.consumer.leave(half(end)).await);
        if left {
            return;
        }
        if self.end == End::Unsubscribe {
            self.end = End::Unfinished;
        } else if drained.abandoned == 0 {
            drained.failed(Error::Timeout {
                operation: "leave",
                after: time::until(end),
            });
        }
    }

    /// Stops receiving, unless it has to handle something before; [`Service::finish`] does it then.
    pub(crate) fn begin_to_stop(&self) {
        if !self.leaves() {
            self.stop();
        }
    }

    /// Stops receiving. Handlers finish.
    pub fn stop(&self) {
        self.control.stop.send_replace(true);
    }

    /// Ends when the service ended: it was stopped, or something happened that a repetition cannot heal.
    ///
    /// # Errors
    /// What happened: [`Error::Auth`], [`Error::Closed`]; [`Error::Broker`] where code around the handlers panicked, such
    /// as a sink of metrics.
    pub async fn ended(&mut self) -> Result<(), Error> {
        let Some(task) = &mut self.task else {
            return Ok(());
        };
        let ended = task.await;
        self.task = None;
        // No panic ends the task: those of handlers are caught, those of workers told. What is left is that the runtime
        // ended it.
        ended.unwrap_or(Err(Error::Closed { what: "service" }))
    }

    /// Messages in the hands of handlers.
    pub fn active(&self) -> usize {
        self.control.active.load(Ordering::Relaxed)
    }
    /// How the link of its consumer is.
    pub fn health(&self) -> Health {
        self.consumer.health()
    }
}

/// The middle of the time that is left.
fn half(end: Instant) -> Instant {
    let now = Instant::now();
    time::after_this(now, end.saturating_duration_since(now) / 2)
}

impl Drop for Service {
    fn drop(&mut self) {
        self.stop();
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

impl std::fmt::Debug for Service {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Service")
            .field("topic", &self.consumer.topic)
            .field("subscription", &self.consumer.subscription)
            .field("active", &self.active())
            .finish_non_exhaustive()
    }
}
