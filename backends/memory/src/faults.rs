//! Faults on demand: what a test tells the broker to do wrong.

use std::collections::{HashMap, VecDeque};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tg_schema::pubsub::Error;
use tokio::time::Instant;

use crate::connection::Broker;

/// What can be made to fail or to take long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Operation {
    /// Opening a producer.
    CreateProducer,
    /// Opening a consumer.
    CreateConsumer,
    /// Sending a message.
    Send,
    /// Receiving a message.
    Receive,
    /// Acknowledging a message.
    Ack,
    /// Acknowledging a message negatively.
    Nack,
    /// Rejecting a message.
    Reject,
    /// Flushing a producer.
    Flush,
    /// Deleting a subscription.
    Unsubscribe,
    /// Creating, deleting or asking for a topic.
    TopicAdmin,
    /// Asking for the health of the broker.
    Health,
}

/// Makes a broker in memory fail. Faults concern every handle of the broker, and those that are for the *next* call
/// are used up by the first one.
///
/// ```
/// use tg_pubsub_memory::{Memory, Operation};
/// use tg_schema::pubsub::{Error, Outgoing, PubSubBackend};
///
/// # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
/// let backend = Memory::new();
/// let producer = backend.create_producer(&"q1/tg/flow/x".parse()?, None, Default::default()).await?;
/// backend.faults().fail_next(Operation::Send, Error::connection("memory", "on purpose"));
/// assert!(producer.send(Outgoing::new("a")).await.is_err());
/// assert!(producer.send(Outgoing::new("a")).await.is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// # })?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Faults(pub(crate) Arc<Broker>);

/// What the broker is to do wrong.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    /// Whether anything is planned: all that is looked at while nothing is.
    armed: AtomicBool,
    faults: Mutex<Planned>,
}

#[derive(Debug, Default)]
struct Planned {
    failures: HashMap<Operation, VecDeque<Error>>,
    delays: HashMap<Operation, Duration>,
    sends: VecDeque<SendFault>,
    refuse: Refusal,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Refusal {
    #[default]
    No,
    Until(Instant),
    Always,
}

/// What is done wrong with one message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SendFault {
    /// It is stored twice.
    Duplicate,
    /// It is stored, and the sender is told that the link was lost.
    LoseConfirmation,
    /// It is not stored, and the sender is told that it was.
    Drop,
}

impl Plan {
    pub(crate) fn armed(&self) -> bool {
        self.armed.load(Ordering::Acquire)
    }
    fn change<T>(&self, change: impl FnOnce(&mut Planned) -> T) -> T {
        let mut planned = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let value = change(&mut planned);
        let armed = !planned.failures.is_empty()
            || !planned.delays.is_empty()
            || !planned.sends.is_empty()
            || planned.refuse != Refusal::No;
        self.armed.store(armed, Ordering::Release);
        value
    }
    /// The failure that is planned for the next such operation.
    pub(crate) fn failure(&self, operation: Operation) -> Result<(), Error> {
        if !self.armed() {
            return Ok(());
        }
        self.change(|planned| {
            let Some(failures) = planned.failures.get_mut(&operation) else {
                return Ok(());
            };
            let failure = failures.pop_front();
            if failures.is_empty() {
                planned.failures.remove(&operation);
            }
            failure.map_or(Ok(()), Err)
        })
    }
    pub(crate) fn delay(&self, operation: Operation) -> Option<Duration> {
        if !self.armed() {
            return None;
        }
        self.change(|planned| planned.delays.get(&operation).copied())
    }
    /// Waits as long as is planned, and fails if that is planned.
    pub(crate) async fn apply(&self, operation: Operation) -> Result<(), Error> {
        if let Some(delay) = self.delay(operation) {
            tokio::time::sleep(delay).await;
        }
        self.failure(operation)
    }
    pub(crate) fn send_fault(&self) -> Option<SendFault> {
        self.change(|planned| planned.sends.pop_front())
    }
    /// Whether new links are let in.
    pub(crate) fn check_link(&self) -> Result<(), Error> {
        if !self.armed() {
            return Ok(());
        }
        let refused = self.change(|planned| {
            if matches!(planned.refuse, Refusal::Until(end) if Instant::now() >= end) {
                planned.refuse = Refusal::No;
            }
            planned.refuse != Refusal::No
        });
        match refused {
            true => Err(Error::connection("memory", "connections are refused")),
            false => Ok(()),
        }
    }
}

impl Faults {
    /// The next such call fails with this error and does nothing. Called several times, so many calls fail in this
    /// order.
    pub fn fail_next(&self, operation: Operation, error: Error) {
        self.0.plan.change(|planned| {
            let failures = planned.failures.entry(operation).or_default();
            failures.push_back(error);
        });
    }
    /// Every such call takes so long, until it is set to zero. A message is stored before its `send` is delayed; where
    /// the delay is longer than the producer's time-out, `send` fails with [`Error::Timeout`].
    pub fn delay(&self, operation: Operation, by: Duration) {
        self.0.plan.change(|planned| match by.is_zero() {
            true => planned.delays.remove(&operation),
            false => planned.delays.insert(operation, by),
        });
    }
    /// The next message is stored twice.
    pub fn duplicate_next(&self) {
        self.send_fault(SendFault::Duplicate);
    }
    /// The next message is stored, and its sender gets [`Error::Connection`].
    pub fn lose_next_confirm(&self) {
        self.send_fault(SendFault::LoseConfirmation);
    }
    /// The next message is not stored, and its sender gets a receipt. On `q0` that says so; elsewhere, no broker may do
    /// that.
    pub fn drop_next(&self) {
        self.send_fault(SendFault::Drop);
    }
    fn send_fault(&self, fault: SendFault) {
        self.0.plan.change(|planned| planned.sends.push_back(fault));
    }

    /// Cuts every link: each open producer and consumer fails with [`Error::Connection`] from now on and is of no use
    /// any more. What was fetched and not settled goes back; settling it fails with [`Error::Lost`]. The broker keeps
    /// its data, and new links are possible at once.
    pub fn disconnect(&self) {
        self.0.disconnect();
    }
    /// As [`Faults::disconnect`], and refuses new links for a time.
    pub fn disconnect_for(&self, time: Duration) {
        let now = Instant::now();
        let refusal = now
            .checked_add(time)
            .map_or(Refusal::Always, Refusal::Until);
        self.0.plan.change(|planned| planned.refuse = refusal);
        self.0.disconnect();
    }
    /// Refuses new links with [`Error::Connection`], or lets them in again. Those that are open stay.
    pub fn refuse_connections(&self, refuse: bool) {
        let refusal = match refuse {
            true => Refusal::Always,
            false => Refusal::No,
        };
        self.0.plan.change(|planned| planned.refuse = refusal);
    }
    /// Forgets everything that was planned.
    pub fn clear(&self) {
        self.0.plan.change(|planned| *planned = Planned::default());
    }
}
