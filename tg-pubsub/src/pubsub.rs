//! The handle through which everything is opened.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tg_schema::pubsub::{BackendOptions, Capabilities, Error, Feature, PubSubBackend};
use tg_schema::{Topic, TopicError, TopicOf};
use tokio::time::{timeout, timeout_at};

use crate::consumer::ConsumerBuilder;
use crate::handler::guarded;
use crate::health::{LinkState, Probe, Report};
use crate::metrics::{Counter, Labels, MetricsSink, NoMetrics, Role, Series};
use crate::negotiation::Negotiation;
use crate::payload::Payload;
use crate::pipeline::Pipeline;
use crate::policy::RetryPolicy;
use crate::producer::ProducerBuilder;
use crate::propagation::Propagator;
use crate::publisher::Buffer;
use crate::time;

/// Longest time that a backend has to say how its broker is.
const HEALTH: Duration = Duration::from_secs(10);
/// How much longer than it was told a backend may take to close, before it is left alone.
const GRACE: Duration = Duration::from_secs(1);

/// A connection to a broker with the policies of a program. Clones share it.
///
/// ```
/// use std::sync::Arc;
/// use tg_pubsub::PubSub;
/// use tg_pubsub_memory::Memory;
///
/// let pubsub = PubSub::builder(Arc::new(Memory::new()))
///     .processor("text-completion")
///     .strict(true)
///     .build();
/// assert!(pubsub.is_strict());
/// ```
#[derive(Clone)]
pub struct PubSub(Arc<Inner>);

struct Inner {
    backend: Arc<dyn PubSubBackend>,
    negotiation: Arc<Negotiation>,
    strict: bool,
    metrics: Arc<dyn MetricsSink>,
    propagator: Option<Arc<dyn Propagator>>,
    processor: String,
    flow: String,
    retry: RetryPolicy,
    options: BackendOptions,
    parts: Mutex<Vec<Weak<dyn Probe>>>,
    buffers: Mutex<Vec<Weak<Buffer>>>,
}

/// A [`PubSub`] in the making.
#[must_use]
pub struct PubSubBuilder {
    backend: Arc<dyn PubSubBackend>,
    strict: bool,
    prefixes: Vec<String>,
    metrics: Arc<dyn MetricsSink>,
    propagator: Option<Arc<dyn Propagator>>,
    processor: String,
    flow: String,
    retry: RetryPolicy,
    options: BackendOptions,
}

impl PubSubBuilder {
    /// Whether a feature that the backend only has lowered is an error. No by default.
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }
    /// Where measurements go. Nowhere by default.
    pub fn metrics(mut self, metrics: Arc<dyn MetricsSink>) -> Self {
        self.metrics = metrics;
        self
    }
    /// How the context of a trace travels. Not at all by default.
    pub fn propagator(mut self, propagator: Arc<dyn Propagator>) -> Self {
        self.propagator = Some(propagator);
        self
    }
    /// Name of the program in metrics.
    pub fn processor(mut self, processor: impl Into<String>) -> Self {
        self.processor = processor.into();
        self
    }
    /// Name of the flow in metrics.
    pub fn flow(mut self, flow: impl Into<String>) -> Self {
        self.flow = flow.into();
        self
    }
    /// What becomes of messages whose processing fails, unless a consumer says otherwise.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }
    /// Names of backends whose options may be given although another backend is in use. The name of the one in use
    /// is always allowed.
    pub fn option_prefixes<S: Into<String>>(
        mut self,
        prefixes: impl IntoIterator<Item = S>,
    ) -> Self {
        self.prefixes.extend(prefixes.into_iter().map(Into::into));
        self
    }
    /// Options of backends for every producer and consumer that does not set them itself.
    pub fn options(mut self, options: BackendOptions) -> Self {
        self.options = options;
        self
    }
    /// The handle.
    pub fn build(mut self) -> PubSub {
        let own = self.backend.name().to_owned();
        self.prefixes.push(own);
        self.prefixes.sort();
        self.prefixes.dedup();
        PubSub(Arc::new(Inner {
            backend: self.backend,
            negotiation: Arc::new(Negotiation::new(self.strict, self.prefixes)),
            strict: self.strict,
            metrics: self.metrics,
            propagator: self.propagator,
            processor: self.processor,
            flow: self.flow,
            retry: self.retry,
            options: self.options,
            parts: Mutex::new(Vec::new()),
            buffers: Mutex::new(Vec::new()),
        }))
    }
}

impl PubSub {
    /// A handle of this backend without metrics, downgrades allowed.
    pub fn new(backend: Arc<dyn PubSubBackend>) -> Self {
        PubSub::builder(backend).build()
    }
    /// A handle in the making.
    pub fn builder(backend: Arc<dyn PubSubBackend>) -> PubSubBuilder {
        PubSubBuilder {
            backend,
            strict: false,
            prefixes: Vec::new(),
            metrics: Arc::new(NoMetrics),
            propagator: None,
            processor: String::new(),
            flow: String::new(),
            retry: RetryPolicy::default(),
            options: BackendOptions::new(),
        }
    }

    /// The backend.
    pub fn backend(&self) -> &Arc<dyn PubSubBackend> {
        &self.0.backend
    }
    /// Whether downgrades are errors.
    pub fn is_strict(&self) -> bool {
        self.0.strict
    }
    /// What the backend does for this topic.
    ///
    /// # Errors
    /// The address is no topic.
    pub fn capabilities(&self, topic: impl IntoTopic) -> Result<Capabilities, Error> {
        Ok(self.0.backend.capabilities(&topic.into_topic()?))
    }

    /// A producer of messages of type `T`.
    pub fn producer<T: Payload>(&self, topic: impl IntoTopic) -> ProducerBuilder<T> {
        ProducerBuilder::new(self.clone(), topic.into_topic())
    }
    /// A consumer of messages of type `T`.
    pub fn consumer<T: Payload>(
        &self,
        topic: impl IntoTopic,
        subscription: impl Into<String>,
    ) -> ConsumerBuilder<T> {
        ConsumerBuilder::new(self.clone(), topic.into_topic(), subscription.into())
    }

    /// How the broker and everything that was opened here is. A broker that does not answer within 10 s counts as one
    /// that is away.
    pub async fn health(&self) -> Report {
        let asked = guarded("backend", || self.0.backend.health());
        let (broker, detail) = match timeout(HEALTH, asked).await {
            Ok(Ok(Ok(health))) => (Ok(health.latency), health.detail),
            Ok(Ok(Err(error))) => (Err(error.to_string()), String::new()),
            Ok(Err(panic)) => (Err(panic), String::new()),
            Err(_) => (Err(format!("no answer within {HEALTH:?}")), String::new()),
        };
        let parts: Vec<Arc<dyn Probe>> = {
            let mut parts = self.parts();
            parts.retain(|p| p.strong_count() > 0);
            parts.iter().filter_map(Weak::upgrade).collect()
        };
        let parts = parts.iter().map(|p| p.health());
        Report {
            broker,
            detail,
            parts: parts.filter(|p| p.link != LinkState::Closed).collect(),
        }
    }

    /// Ends everything that the backend has open. The buffers of publishers are sent, what was sent is flushed,
    /// subscriptions are kept. Handlers are not waited for: [`Shutdown`](crate::Shutdown) does that.
    ///
    /// # Errors
    /// [`Error::Timeout`] where that took longer; the first failure of a message in a buffer since its last flush.
    /// Everything is ended nevertheless.
    pub async fn close(&self, within: Duration) -> Result<(), Error> {
        let end = time::after(within);
        let buffers: Vec<_> = lock(&self.0.buffers)
            .iter()
            .filter_map(Weak::upgrade)
            .collect();
        let mut closing = Pipeline::new(buffers.len());
        for buffer in buffers {
            closing.push(Box::pin(buffer.close()));
        }
        let sent = timeout_at(end, async {
            let mut sent = Ok(());
            while let Some(closed) = closing.next().await {
                sent = sent.and(closed);
            }
            sent
        });
        let sent = sent.await.unwrap_or(Err(Error::Timeout {
            operation: "close",
            after: within,
        }));
        let closing = guarded("backend", || self.0.backend.close(time::until(end)));
        let closed = match timeout_at(time::after_this(end, GRACE), closing).await {
            Ok(Ok(closed)) => closed,
            Ok(Err(panic)) => Err(Error::connection(self.0.backend.name(), panic)),
            Err(_) => Err(Error::Timeout {
                operation: "close",
                after: within,
            }),
        };
        let parts: Vec<_> = self.parts().iter().filter_map(Weak::upgrade).collect();
        for part in parts {
            part.end();
        }
        sent.and(time::of_the_whole(closed, within))
    }

    fn parts(&self) -> MutexGuard<'_, Vec<Weak<dyn Probe>>> {
        lock(&self.0.parts)
    }
    /// Makes something part of [`PubSub::health`] while it lives.
    pub(crate) fn register(&self, part: &Arc<impl Probe + 'static>) {
        let weak: Weak<dyn Probe> = Arc::downgrade(&(part.clone() as Arc<dyn Probe>));
        enlist(&mut self.parts(), weak);
    }
    /// Makes a buffer part of [`PubSub::close`] while it lives.
    pub(crate) fn register_buffer(&self, buffer: &Arc<Buffer>) {
        enlist(&mut lock(&self.0.buffers), Arc::downgrade(buffer));
    }
    pub(crate) fn series(&self, role: Role, name: &str) -> Arc<dyn Series> {
        let mut labels = Labels::new(role, name, self.0.backend.name());
        labels.processor.clone_from(&self.0.processor);
        labels.flow.clone_from(&self.0.flow);
        self.0.metrics.series(&labels)
    }
    pub(crate) fn negotiation(&self) -> Arc<Negotiation> {
        self.0.negotiation.clone()
    }
    pub(crate) fn negotiate(
        &self,
        topic: &Topic,
        asked: impl IntoIterator<Item = Feature>,
        series: &dyn Series,
        counter: Counter,
    ) -> Result<(), Error> {
        let backend = &*self.0.backend;
        self.0
            .negotiation
            .check(backend, topic, asked, series, counter)
    }
    /// The options of a producer or consumer, with those of the program, all of known backends.
    pub(crate) fn backend_options(&self, own: BackendOptions) -> Result<BackendOptions, Error> {
        let options = own.or(&self.0.options);
        self.0
            .negotiation
            .options(&options, self.0.backend.name())?;
        Ok(options)
    }
    pub(crate) fn propagator_handle(&self) -> Option<Arc<dyn Propagator>> {
        self.0.propagator.clone()
    }
    pub(crate) fn default_retry(&self) -> RetryPolicy {
        self.0.retry
    }
}

fn lock<T>(list: &Mutex<Vec<T>>) -> MutexGuard<'_, Vec<T>> {
    list.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Dead entries are swept when the list would grow.
pub(crate) fn enlist<T: ?Sized>(list: &mut Vec<Weak<T>>, entry: Weak<T>) {
    if list.len() == list.capacity() {
        list.retain(|entry| entry.strong_count() > 0);
    }
    list.push(entry);
}

impl From<Arc<dyn PubSubBackend>> for PubSub {
    fn from(backend: Arc<dyn PubSubBackend>) -> Self {
        PubSub::new(backend)
    }
}

impl std::fmt::Debug for PubSub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PubSub")
            .field("backend", &self.0.backend.name())
            .field("strict", &self.0.strict)
            .finish_non_exhaustive()
    }
}

/// What names a topic: a [`Topic`], its address, a builder, or a generated constant.
pub trait IntoTopic {
    /// The topic.
    ///
    /// # Errors
    /// [`Error::InvalidTopic`].
    fn into_topic(self) -> Result<Topic, Error>;
}

impl IntoTopic for Topic {
    fn into_topic(self) -> Result<Topic, Error> {
        Ok(self)
    }
}
impl IntoTopic for &Topic {
    fn into_topic(self) -> Result<Topic, Error> {
        Ok(self.clone())
    }
}
impl IntoTopic for &str {
    fn into_topic(self) -> Result<Topic, Error> {
        Ok(self.parse::<Topic>()?)
    }
}
impl IntoTopic for &String {
    fn into_topic(self) -> Result<Topic, Error> {
        self.as_str().into_topic()
    }
}
impl IntoTopic for String {
    fn into_topic(self) -> Result<Topic, Error> {
        self.as_str().into_topic()
    }
}
impl<T> IntoTopic for TopicOf<T> {
    fn into_topic(self) -> Result<Topic, Error> {
        Ok(self.topic()?)
    }
}
impl<T> IntoTopic for &TopicOf<T> {
    fn into_topic(self) -> Result<Topic, Error> {
        Ok(self.topic()?)
    }
}
impl IntoTopic for tg_schema::TopicBuilder {
    fn into_topic(self) -> Result<Topic, Error> {
        Ok(self.build()?)
    }
}
impl IntoTopic for Result<Topic, TopicError> {
    fn into_topic(self) -> Result<Topic, Error> {
        Ok(self?)
    }
}
