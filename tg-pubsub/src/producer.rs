//! Messages of a type onto a topic.

mod builder;

use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tg_schema::pubsub::{
    Answer, BackendProducer, Bytes, Error, Outgoing, ProducerOptions, Properties, PubSubBackend,
    Receipt, SchemaInfo, Wire,
};
use tg_schema::{Qos, Topic};
use tokio::time::{Instant, sleep_until, timeout, timeout_at};
use tracing::{Instrument, Span};

use crate::backoff::Backoff;
use crate::handler::caught;
use crate::health::{Health, Probe};
use crate::link::{Connect, Patience, Supervised};
use crate::metrics::{Counter, Gauge, Level, Refresh, Role, Series, Timing};
use crate::payload::{Payload, refit};
use crate::propagation::Propagator;
use crate::random::Names;
use crate::time;
use crate::uses::Uses;

pub use builder::{ProducerBuilder, WhenDown};

/// Sends messages of type `T` to one topic. Clones share the link.
///
/// A message is encoded once. When the link is lost, it is built again, and what was not confirmed is sent again with
/// the same identity, until [`ProducerBuilder::send_timeout`] has passed. Errors that a repetition cannot heal are
/// told at once.
///
/// ```
/// # use std::sync::Arc;
/// use tg_pubsub::{Error, PubSub};
/// use tg_schema::tg_schema;
///
/// #[tg_schema]
/// struct Prompt {
///     text: String,
/// }
///
/// async fn greet(pubsub: &PubSub) -> Result<(), Error> {
///     let producer = pubsub.producer::<Prompt>("q1/tg/request/prompt").open().await?;
///     producer.send(&Prompt { text: "hello".into() }).await?;
///     producer.close(std::time::Duration::from_secs(5)).await
/// }
/// ```
pub struct Producer<T> {
    pub(crate) shared: Arc<Shared>,
    of: PhantomData<fn(T)>,
}

impl<T> Clone for Producer<T> {
    fn clone(&self) -> Self {
        Producer {
            shared: self.shared.clone(),
            of: PhantomData,
        }
    }
}

/// What may go beside a message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SendOptions {
    /// Texts that travel beside it.
    pub properties: Properties,
    /// Messages of one key keep their order where the broker orders by keys.
    pub key: Option<String>,
    /// Identity by which a repetition is known. On `q2` one is made where none is given.
    pub id: Option<String>,
}

impl SendOptions {
    /// Nothing.
    pub fn new() -> Self {
        SendOptions::default()
    }
    /// With one property more.
    #[must_use]
    pub fn property(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.properties.insert(name, value);
        self
    }
    /// With a key.
    #[must_use]
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }
    /// With an identity.
    #[must_use]
    pub fn id(mut self, id: impl Into<String>) -> Self {
        self.id = Some(id.into());
        self
    }
}

impl From<Properties> for SendOptions {
    fn from(properties: Properties) -> Self {
        SendOptions {
            properties,
            ..SendOptions::default()
        }
    }
}

/// An encoded message that has not been sent.
pub(crate) struct Encoded {
    message: Outgoing,
    wire: Wire,
    /// Where it was made: it may be sent by another task.
    parent: Span,
}

/// All but the type.
pub(crate) struct Shared {
    link: Supervised<ProducerConnect>,
    topic: Topic,
    name: String,
    send_timeout: Duration,
    when_down: WhenDown,
    backoff: Backoff,
    series: Arc<dyn Series>,
    propagator: Option<Arc<dyn Propagator>>,
    ids: Names,
    sends: Uses,
    unrouted_told: AtomicBool,
    /// That of the latest link.
    wire: Mutex<Wire>,
}

struct ProducerConnect {
    backend: Arc<dyn PubSubBackend>,
    topic: Topic,
    schema: Option<SchemaInfo>,
    options: ProducerOptions,
    ensure_topic: bool,
}

impl Connect for ProducerConnect {
    type Link = dyn BackendProducer;
    const WHAT: &'static str = "producer";

    fn connect(&self) -> Answer<'_, Result<Box<dyn BackendProducer>, Error>> {
        Answer::later(async {
            if self.ensure_topic {
                self.backend.ensure_topic(&self.topic).await?;
            }
            let options = self.options.clone();
            self.backend
                .create_producer(&self.topic, self.schema, options)
                .await
        })
    }
    fn backend(&self) -> &str {
        self.backend.name()
    }
    fn fault(link: &dyn BackendProducer) -> Option<Error> {
        link.fault()
    }
    fn dropped(link: &dyn BackendProducer) -> u64 {
        link.dropped()
    }
}

impl<T: Payload> Producer<T> {
    /// Sends a message. On `q1` and `q2` this answers when the broker confirmed it.
    ///
    /// Dropping the future before it answers leaves the outcome unknown: the message may have been sent, may yet be,
    /// or may never be.
    ///
    /// # Errors
    /// [`Error::Codec`] and [`Error::TooLarge`] before anything is sent. [`Error::Connection`] and [`Error::Timeout`]
    /// where no confirmation came in time: the message may have arrived.
    pub async fn send(&self, message: &T) -> Result<Receipt, Error> {
        self.send_with(message, SendOptions::new()).await
    }

    /// As [`Producer::send`], with properties, a key or an identity.
    ///
    /// # Errors
    /// As [`Producer::send`].
    pub async fn send_with(
        &self,
        message: &T,
        options: impl Into<SendOptions>,
    ) -> Result<Receipt, Error> {
        let encoded = self.encode(message, options.into())?;
        self.shared.send(encoded).await
    }

    pub(crate) fn encode(&self, message: &T, options: SendOptions) -> Result<Encoded, Error> {
        let wire = self.shared.wire();
        let encoded = message.encode(&wire);
        let payload = encoded.inspect_err(|_| self.shared.series.count(Counter::SendFailed, 1))?;
        Ok(self.shared.address(payload, wire, options))
    }
}

impl<T> Producer<T> {
    fn of(shared: Arc<Shared>) -> Self {
        Producer {
            shared,
            of: PhantomData,
        }
    }

    /// The topic.
    pub fn topic(&self) -> &Topic {
        &self.shared.topic
    }

    /// Answers when everything whose `send` was called before, on any clone, is confirmed or has failed. The `send`s
    /// say for themselves whether they succeeded.
    ///
    /// # Errors
    /// The link was lost just now; [`Error::Timeout`]; [`Error::Closed`].
    pub async fn flush(&self) -> Result<(), Error> {
        self.shared.flush().await
    }

    /// Flushes and closes, for all clones. Sends that begin later fail.
    ///
    /// # Errors
    /// [`Error::Timeout`] where something was still unconfirmed after `within`; it is closed nevertheless.
    pub async fn close(&self, within: Duration) -> Result<(), Error> {
        self.shared.close(within).await
    }

    /// How its link is.
    pub fn health(&self) -> Health {
        self.shared.health()
    }
}

impl Shared {
    pub(crate) fn topic(&self) -> &Topic {
        &self.topic
    }
    pub(crate) fn send_timeout(&self) -> Duration {
        self.send_timeout
    }
    pub(crate) fn count(&self, counter: Counter) {
        self.series.count(counter, 1);
    }
    fn wire(&self) -> Wire {
        self.wire
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn address(&self, payload: Bytes, wire: Wire, options: SendOptions) -> Encoded {
        let mut message = Outgoing::new(payload);
        message.properties = options.properties;
        message.key = options.key;
        message.id = options.id;
        if self.topic.qos() == Qos::Q2 && message.id.is_none() {
            message.id = Some(self.ids.next());
        }
        Encoded {
            message,
            wire,
            parent: Span::current(),
        }
    }

    /// Sends, and tells traces and metrics of it.
    // A block and not a function that is asynchronous: that would hold the message twice, and each send is one of many
    // that wait.
    #[expect(clippy::manual_async_fn, reason = "it would be larger")]
    pub(crate) fn send(
        &self,
        mut encoded: Encoded,
    ) -> impl Future<Output = Result<Receipt, Error>> + Send + '_ {
        async move {
            let _use = self.sends.enter();
            let _level = Level::raise(&self.series, Gauge::ProducerInFlight);
            let started = self.series.enabled().then(Instant::now);
            let span = tracing::info_span!(
                target: "tg_pubsub",
                parent: &encoded.parent,
                "publish",
                otel.kind = "producer",
                messaging.operation.name = "publish",
                messaging.operation.type = "send",
                messaging.system = self.link.backend(),
                messaging.destination.name = %self.topic,
                messaging.message.body.size = encoded.message.payload.len(),
            );
            let properties = &mut encoded.message.properties;
            let inject = || {
                if let Some(propagator) = &self.propagator {
                    propagator.inject(&span, properties);
                }
            };
            // A message without its trace is better than none.
            if let Err(panic) = caught("propagator", inject) {
                tracing::error!(topic = %self.topic, panic, "the context of a trace was not written");
            }
            let sent = self.supervise(&mut encoded).instrument(span).await;
            match &sent {
                // Counted as dropped with those that were dropped later.
                Ok(receipt) if receipt.dropped => {}
                Ok(receipt) => {
                    if let Some(started) = started {
                        self.series.observe(Timing::Sending, started.elapsed());
                    }
                    self.series.count(Counter::Sent, 1);
                    if receipt.routed == Some(false) {
                        self.unrouted();
                    }
                }
                Err(_) => self.series.count(Counter::SendFailed, 1),
            }
            sent
        }
    }

    /// The broker took a message and no subscription got it. Told once: where nobody listens, nobody wants to read of each
    /// message.
    fn unrouted(&self) {
        self.series.count(Counter::Unrouted, 1);
        if !self.unrouted_told.swap(true, Ordering::Relaxed) {
            tracing::warn!(topic = %self.topic, "the broker has no subscription for a message and forgot it");
        }
    }

    /// Sends until it is confirmed, cannot be healed, or the time is over.
    async fn supervise(&self, encoded: &mut Encoded) -> Result<Receipt, Error> {
        let Encoded { message, wire, .. } = encoded;
        let end = time::after(self.send_timeout);
        let (patience, again) = match self.when_down {
            WhenDown::Wait => (Patience::Until(end), true),
            WhenDown::Fail => (Patience::Once(end), false),
        };
        let mut failures = 0_u32;
        loop {
            let link = self.link.get(patience).await?;
            self.fit(message, wire, link.wire())?;
            if let Some(max) = link.max_payload()
                && message.payload.len() > max
            {
                let size = message.payload.len();
                return Err(Error::TooLarge { size, max });
            }
            let generation = link.generation;
            let sending = match again {
                true => message.clone(),
                false => std::mem::take(message),
            };
            let sent = timeout_at(end, link.send(sending)).await;
            self.link.tell_dropped(&link);
            let error = match sent {
                Ok(Ok(receipt)) => return Ok(receipt),
                Ok(Err(error)) => error,
                Err(_) => Error::Timeout {
                    operation: "send",
                    after: self.send_timeout,
                },
            };
            drop(link);
            let dead = ends_link(&error);
            if dead {
                self.link.lost(generation, &error);
            }
            // Not there any more: a new link makes it again.
            let heals = error.is_retryable() || matches!(error, Error::NotFound { .. });
            if !again || !heals || Instant::now() >= end {
                return Err(error);
            }
            failures = failures.saturating_add(1);
            if !dead {
                // A link that is lost has its own pauses.
                let due = time::after(self.backoff.delay(failures));
                if due >= end {
                    return Err(error);
                }
                Box::pin(sleep_until(due)).await;
            }
            self.series.count(Counter::Retried, 1);
        }
    }

    /// Brings a message to the wire of the link, where a new one has another.
    fn fit(&self, message: &mut Outgoing, from: &mut Wire, to: &Wire) -> Result<(), Error> {
        if from != to {
            let payload = std::mem::take(&mut message.payload);
            message.payload = refit(payload, from, to)?;
            *from = to.clone();
            *self.wire.lock().unwrap_or_else(PoisonError::into_inner) = to.clone();
        }
        Ok(())
    }

    async fn flush(&self) -> Result<(), Error> {
        // What is repeated is known here only, what was sent without a confirmation to the link only.
        let flushed = async {
            match self.link.current()? {
                None => Ok(()),
                Some(link) => link.flush().await,
            }
        };
        let both = async { tokio::join!(self.sends.quiesce(), flushed).1 };
        timeout(self.send_timeout, both)
            .await
            .unwrap_or(Err(Error::Timeout {
                operation: "flush",
                after: self.send_timeout,
            }))
    }

    pub(crate) async fn close(&self, within: Duration) -> Result<(), Error> {
        let end = time::after(within);
        let quiet = timeout_at(end, self.sends.quiesce()).await;
        let closed = match self.link.close(end).await {
            Some(link) => {
                let left = time::until(end);
                link.close(left).await
            }
            None => Ok(()),
        };
        match quiet {
            Ok(()) => time::of_the_whole(closed, within),
            Err(_) => Err(Error::Timeout {
                operation: "close",
                after: within,
            }),
        }
    }
}

/// Whether a link is of no use after this error of a send. The other errors are about the message.
fn ends_link(error: &Error) -> bool {
    match error {
        // No answer in time: the link may be half open.
        Error::Timeout { .. } | Error::Connection { .. } | Error::Lost => true,
        Error::NotFound { .. } | Error::Auth { .. } | Error::Closed { .. } => true,
        _ => false,
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
            role: Role::Producer,
            name: self.name.clone(),
            topic: self.topic.to_string(),
            link,
            reconnects,
            last_error,
        }
    }
}

impl<T> std::fmt::Debug for Producer<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Producer")
            .field("topic", &self.shared.topic)
            .finish_non_exhaustive()
    }
}
