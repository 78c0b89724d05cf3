//! Messages of a type from a subscription.

mod builder;
mod ending;

use std::future::poll_fn;
use std::marker::PhantomData;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, Capabilities, ConsumerOptions, ConsumerType, Delivery, Error, Feature,
    PubSubBackend, SchemaInfo,
};
use tokio::task::coop::consume_budget;
use tokio::time::{sleep, timeout};

use crate::attempts::Attempts;
use crate::backoff::Backoff;
use crate::dead_letters::DeadLetterQueue;
use crate::health::{Health, Probe};
use crate::incoming::Incoming;
use crate::link::{Connect, InUse, Patience, Supervised};
use crate::metrics::{Counter, Refresh, Role, Series};
use crate::negotiation::Negotiation;
use crate::payload::{Payload, read};
use crate::policy::RetryPolicy;
use crate::propagation::Propagator;
use crate::received::{Outcome, Poison, Received, Unsettled};
use crate::uses::Uses;
use crate::watchdog::Watchdog;

pub use builder::ConsumerBuilder;

/// Receives messages of type `T` from one subscription. Clones share it; several tasks may receive at once.
///
/// A lost link is built again, with growing pauses and everything that the subscription needs. A message that cannot
/// be decoded does not end anything: it goes to the dead letters.
///
/// ```
/// use tg_pubsub::{Error, PubSub};
/// use tg_schema::tg_schema;
///
/// #[tg_schema]
/// struct Prompt {
///     text: String,
/// }
///
/// async fn one(pubsub: &PubSub) -> Result<String, Error> {
///     let consumer = pubsub.consumer::<Prompt>("q1/tg/request/prompt", "worker").open().await?;
///     let received = consumer.receive().await?;
///     let text = received.value().text.clone();
///     received.ack().await?;
///     Ok(text)
/// }
/// ```
pub struct Consumer<T> {
    pub(crate) shared: Arc<Shared>,
    of: PhantomData<fn() -> T>,
}

impl<T> Clone for Consumer<T> {
    fn clone(&self) -> Self {
        Consumer::of(self.shared.clone())
    }
}

/// All but the type.
pub(crate) struct Shared {
    link: Supervised<ConsumerConnect>,
    pub(crate) topic: Topic,
    pub(crate) subscription: String,
    name: String,
    role: Role,
    receive_timeout: Duration,
    pub(crate) watchdog: Option<Watchdog>,
    backoff: Backoff,
    pub(crate) prefetch: usize,
    negotiation: Arc<Negotiation>,
    pub(crate) giving_back: GivingBack,
    pub(crate) retry: RetryPolicy,
    pub(crate) dead_letters: Option<DeadLetterQueue>,
    /// Messages that are given up on the way to others.
    letters: Uses,
    pub(crate) attempts: Attempts,
    pub(crate) series: Arc<dyn Series>,
    pub(crate) propagator: Option<Arc<dyn Propagator>>,
}

/// How the backend takes a message back to deliver it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GivingBack {
    /// After a time.
    Later,
    /// At once: the time is waited for here.
    AtOnce,
    /// Not at all: what fails is tried again where it is.
    Never,
}

impl GivingBack {
    fn of(capabilities: &Capabilities) -> Self {
        if !capabilities.takes(Feature::Nack) {
            GivingBack::Never
        } else if !capabilities.takes(Feature::NackDelay) {
            GivingBack::AtOnce
        } else {
            GivingBack::Later
        }
    }
}

struct ConsumerConnect {
    backend: Arc<dyn PubSubBackend>,
    topic: Topic,
    subscription: String,
    schema: Option<SchemaInfo>,
    options: ConsumerOptions,
    ensure_topic: bool,
}

impl Connect for ConsumerConnect {
    type Link = dyn BackendConsumer;
    const WHAT: &'static str = "consumer";

    fn connect(&self) -> Answer<'_, Result<Box<dyn BackendConsumer>, Error>> {
        Answer::later(async {
            if self.ensure_topic {
                self.backend.ensure_topic(&self.topic).await?;
            }
            let options = self.options.clone();
            self.backend
                .create_consumer(&self.topic, &self.subscription, self.schema, options)
                .await
        })
    }
    fn backend(&self) -> &str {
        self.backend.name()
    }
    fn fault(link: &dyn BackendConsumer) -> Option<Error> {
        link.fault()
    }
    fn dropped(link: &dyn BackendConsumer) -> u64 {
        link.dropped()
    }
}

impl<T: Payload> Consumer<T> {
    /// The next message, within [`ConsumerBuilder::receive_timeout`], 2 s by default.
    ///
    /// Dropping the future loses no message. Messages that cannot be decoded are sent to the dead letters on the way;
    /// [`Consumer::receive_any`] hands them out.
    ///
    /// # Errors
    /// [`Error::Timeout`] where none came. A lost link is no error. [`Error::Closed`]; what a repetition cannot heal,
    /// such as [`Error::Auth`].
    pub async fn receive(&self) -> Result<Received<T>, Error> {
        self.receive_timeout(self.shared.receive_timeout).await
    }

    /// The next message, within this time.
    ///
    /// # Errors
    /// As [`Consumer::receive`].
    pub async fn receive_timeout(&self, within: Duration) -> Result<Received<T>, Error> {
        let_others().await;
        let mut receiving = pin!(self.receive_valid());
        // A message that is here already needs no clock.
        let at_once = poll_fn(|context| Poll::Ready(receiving.as_mut().poll(context))).await;
        if let Poll::Ready(received) = at_once {
            return received;
        }
        timeout(within, receiving)
            .await
            .unwrap_or(Err(Error::Timeout {
                operation: "receive",
                after: within,
            }))
    }

    /// The next message or poison, however long it takes.
    ///
    /// # Errors
    /// As [`Consumer::receive`], without the time-out.
    pub async fn receive_any(&self) -> Result<Outcome<T>, Error> {
        let_others().await;
        self.one().await
    }

    async fn one(&self) -> Result<Outcome<T>, Error> {
        let delivery = self.shared.next().await?;
        Ok(Self::read(Unsettled::new(delivery, self.shared.clone())))
    }

    fn read(unsettled: Unsettled) -> Outcome<T> {
        let head = &unsettled.head;
        match read(head) {
            Ok(value) => {
                let incoming = Incoming {
                    value,
                    head: head.clone(),
                    attempt: unsettled.attempt,
                };
                Outcome::Message(Received {
                    incoming,
                    unsettled,
                })
            }
            Err(error) => {
                unsettled.consumer.series.count(Counter::Poisoned, 1);
                Outcome::Poison(Poison { error, unsettled })
            }
        }
    }

    async fn receive_valid(&self) -> Result<Received<T>, Error> {
        loop {
            match self.one().await? {
                Outcome::Message(received) if received.is_hopeless() => {
                    self.shared.to_the_end(abandon(received)).await;
                }
                Outcome::Message(received) => return Ok(received),
                Outcome::Poison(poison) => self.shared.to_the_end(dispose(poison)).await,
            }
        }
    }
}

/// Lets other tasks have their turn now and then: where there is always a message, nothing else makes this one wait. Before
/// any time begins to run, and before there is a message to lose.
async fn let_others() {
    consume_budget().await;
}

/// Sends poison to the dead letters.
pub(crate) async fn dispose(poison: Poison) {
    let reason = format!("not decoded: {}", poison.error);
    bury(poison.unsettled, &reason).await;
}

/// Sends a message that came too often to the dead letters.
pub(crate) async fn abandon<T>(received: Received<T>) {
    let reason = format!("delivered {} times and never settled", received.attempt());
    bury(received.unsettled, &reason).await;
}

/// Sends a message to the dead letters; where they cannot be reached, it comes again after the longest pause.
async fn bury(unsettled: Unsettled, reason: &str) {
    let Err(failed) = unsettled.give_up(reason).await else {
        return;
    };
    let unsettled = *failed.received;
    let after = unsettled.consumer.retry.backoff.max();
    tracing::error!(error = %failed.error, reason, "a message was not written to the dead letters");
    // Where even that fails, it is dropped unsettled, and comes again at once.
    let _ = unsettled.put_off(after).await;
}

impl<T> Consumer<T> {
    fn of(shared: Arc<Shared>) -> Self {
        Consumer {
            shared,
            of: PhantomData,
        }
    }

    /// The topic.
    pub fn topic(&self) -> &Topic {
        &self.shared.topic
    }
    /// The subscription.
    pub fn subscription(&self) -> &str {
        &self.shared.subscription
    }
    /// Where its dead letters go.
    pub fn dead_letter_topic(&self) -> Option<&Topic> {
        self.shared
            .dead_letters
            .as_ref()
            .map(DeadLetterQueue::topic)
    }
    /// How its link is.
    pub fn health(&self) -> Health {
        self.shared.health()
    }

    /// Stops, for all clones: who waits for a message gets [`Error::Closed`]. A durable subscription stays and goes on
    /// collecting; one that is not goes away. Over MQTT, a shared consumer that has no name of its own
    /// ([`ConsumerBuilder::member`], the instance's name) leaves its part of it to others: a [`Service`](crate::Service)
    /// handles first what it was given, while what a consumer was given and has not settled waits for the next one of the
    /// same name.
    ///
    /// # Errors
    /// [`Error::Timeout`] where that took longer than `within`; it is ended nevertheless.
    pub async fn close(&self, within: Duration) -> Result<(), Error> {
        self.shared.close(within).await
    }

    /// Stops and deletes the subscription with everything that waits in it.
    ///
    /// # Errors
    /// [`Error::Busy`] where others still consume from it; [`Error::Unsupported`]; [`Error::Closed`] where it was
    /// closed or the link is down, so that the subscription is still there.
    pub async fn unsubscribe(&self, within: Duration) -> Result<(), Error> {
        self.shared.unsubscribe(within).await
    }
}

impl Shared {
    /// Name of the backend.
    pub(crate) fn backend(&self) -> &str {
        self.link.backend()
    }
    /// Whether messages can be handled in order by their keys, and whether that holds where others consume too.
    pub(crate) fn check_keys(&self) -> Result<(), Error> {
        let ConsumerConnect {
            backend, options, ..
        } = &*self.link.connect;
        let mut asked = vec![Feature::Keys];
        if options.consumer_type == ConsumerType::Shared && !options.alone {
            asked.push(Feature::KeyOrder);
        }
        let counter = Counter::ConsumerDowngrades;
        self.negotiation
            .check(&**backend, &self.topic, asked, &*self.series, counter)
    }

    /// Does something that goes on where nobody waits for it any more: who receives for a moment at a time would else
    /// write a dead letter once more with each call, and never be done with its message.
    async fn to_the_end(&self, work: impl Future<Output = ()> + Send + 'static) {
        let on = self.letters.enter();
        let task = tokio::spawn(async move {
            work.await;
            drop(on);
        });
        if let Err(error) = task.await
            && let Ok(panic) = error.try_into_panic()
        {
            std::panic::resume_unwind(panic);
        }
    }

    /// Ends when the link over which messages come now is gone, or everybody is who receives.
    pub(crate) fn gone(&self) -> impl Future<Output = ()> + Send + 'static {
        self.link.gone_later()
    }

    /// The next message of the backend; builds lost links on the way.
    pub(crate) async fn next(&self) -> Result<Delivery, Error> {
        let mut failures = 0_u32;
        loop {
            let link = self.link.get(Patience::Forever).await?;
            let received = match link.try_receive() {
                Some(received) => received,
                None => match self.wait(&link).await {
                    Some(received) => received,
                    None => continue,
                },
            };
            self.link.tell_dropped(&link);
            let error = match received {
                Ok(delivery) => return Ok(delivery),
                Err(error) => error,
            };
            let generation = link.generation;
            drop(link);
            match error {
                // Where something was deleted under it, a new link makes it again.
                Error::Connection { .. } | Error::NotFound { .. } => {
                    self.link.lost(generation, &error);
                }
                error if error.is_retryable() => {
                    failures = failures.saturating_add(1);
                    Box::pin(sleep(self.backoff.delay(failures))).await;
                }
                error => {
                    self.link.lost(generation, &error);
                    return Err(error);
                }
            }
        }
    }

    /// A message over this link. `None`: look for the link again.
    async fn wait(&self, link: &InUse<dyn BackendConsumer>) -> Option<Result<Delivery, Error>> {
        let dog = async {
            match &self.watchdog {
                Some(watchdog) => watchdog.silence(link.generation).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            received = link.receive() => Some(received),
            () = self.link.gone(link.generation) => None,
            () = dog => {
                let silent = Error::Timeout {
                    operation: "receive",
                    after: self.watchdog.as_ref().map(Watchdog::after).unwrap_or_default(),
                };
                self.link.lost(link.generation, &silent);
                None
            }
        }
    }
}

impl Refresh for Shared {
    fn refresh(&self) {
        self.link.refresh();
    }
}

impl Probe for Shared {
    fn end(&self) {
        self.link.end();
    }
    fn health(&self) -> Health {
        let (link, reconnects, last_error) = self.link.health();
        Health {
            role: self.role,
            name: self.name.clone(),
            topic: self.topic.to_string(),
            link,
            reconnects,
            last_error,
        }
    }
}

impl<T> std::fmt::Debug for Consumer<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Consumer")
            .field("topic", &self.shared.topic)
            .field("subscription", &self.shared.subscription)
            .finish_non_exhaustive()
    }
}
