//! What a case works with.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, ConsumerType, Delivery, Error, Feature,
    Format, NotSettled, Outgoing, ProducerOptions, PubSubBackend, SchemaInfo, Settlement,
};
use tg_schema::{Message, Qos, Topic, topic};
use tokio::time::{Instant, timeout, timeout_at};

use super::made::Made;
use super::{Case, Subject};

/// How a promise is broken.
#[derive(Debug)]
pub struct Failure(String);

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl From<String> for Failure {
    fn from(text: String) -> Self {
        Failure(text)
    }
}
impl From<&str> for Failure {
    fn from(text: &str) -> Self {
        Failure(text.to_owned())
    }
}
impl From<Error> for Failure {
    fn from(e: Error) -> Self {
        Failure(format!("an error of sort {}: {e}", e.kind()))
    }
}
impl From<NotSettled> for Failure {
    fn from(e: NotSettled) -> Self {
        Failure(e.to_string())
    }
}
impl From<tg_schema::Error> for Failure {
    fn from(e: tg_schema::Error) -> Self {
        Failure(e.to_string())
    }
}

/// Fails a case, with a text as of `format!`, unless something holds.
#[macro_export]
macro_rules! conformance_ensure {
    ($holds:expr, $($text:tt)+) => {
        if !$holds {
            return Err($crate::conformance::Failure::from(format!($($text)+)));
        }
    };
}
pub(super) use crate::conformance_ensure as ensure;

/// What a case works with: a broker, topics of its own, and short ways to do the usual.
#[derive(Clone)]
pub struct Context {
    pub(super) subject: Subject,
    pub(super) case: &'static Case,
    pub(super) backend: Arc<dyn PubSubBackend>,
    pub(super) made: Arc<Made>,
    /// That of the case, or what takes its place.
    pub(super) qos: Qos,
}

/// A consumer of a backend.
pub(super) type Consumer = Box<dyn BackendConsumer>;
/// A producer of a backend.
pub(super) type Producer = Box<dyn BackendProducer>;

impl Context {
    pub(super) fn new(
        subject: Subject,
        case: &'static Case,
        backend: Arc<dyn PubSubBackend>,
        made: Arc<Made>,
    ) -> Self {
        let mut context = Context {
            subject,
            case,
            backend,
            made,
            qos: case.qos,
        };
        // What is promised of `q1` holds of `q2` as well.
        if case.qos == Qos::Q1 && !context.takes(Qos::Q1) && context.takes(Qos::Q2) {
            context.qos = Qos::Q2;
        }
        context
    }
    fn takes(&self, qos: Qos) -> bool {
        let capabilities = self.backend.capabilities(&self.topic_of(qos, "takes"));
        capabilities.takes(Feature::of_qos(qos))
    }
    /// The backend under test.
    pub fn subject(&self) -> &Subject {
        &self.subject
    }
    /// The handle of instance `one`.
    pub fn backend(&self) -> &Arc<dyn PubSubBackend> {
        &self.backend
    }
    /// A topic of this case's own.
    pub fn topic(&self, label: &str) -> Topic {
        self.topic_of(self.qos, label)
    }
    /// A topic of this case's own, of another quality of service.
    pub fn topic_of(&self, qos: Qos, label: &str) -> Topic {
        let case = self
            .case
            .name
            .replace(|c: char| !c.is_ascii_alphanumeric(), "-");
        let name = format!("{}-{case}-{label}", self.subject.run);
        topic(&name)
            .qos(qos)
            .namespace("conformance")
            .build()
            .expect("the names of topics in this suite are legal")
    }
    /// Another instance of the program.
    ///
    /// # Errors
    /// There is no handle.
    pub async fn connect(&self, instance: &str) -> Result<Arc<dyn PubSubBackend>, Failure> {
        Ok(self.subject.connect(instance, &self.made).await?)
    }
    /// A producer of bytes.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn producer(&self, topic: &Topic) -> Result<Producer, Failure> {
        Ok(producer(&self.backend, topic).await?)
    }
    /// A consumer of bytes, with the usual options.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn consumer(&self, topic: &Topic, subscription: &str) -> Result<Consumer, Failure> {
        self.consumer_with(topic, subscription, self.options())
            .await
    }
    /// The usual options of a consumer, as far as the backend takes them: durable and shared, where it refuses neither.
    pub fn options(&self) -> ConsumerOptions {
        let capabilities = self.backend.capabilities(&self.topic("options"));
        let mut types = ConsumerType::ALL.into_iter();
        let taken = types.find(|of| capabilities.takes(Feature::of_consumer_type(*of)));
        ConsumerOptions::default()
            .consumer_type(taken.unwrap_or_default())
            .durable(self.qos == Qos::Q0 || capabilities.takes(Feature::Offline))
    }
    /// A consumer of bytes.
    ///
    /// # Errors
    /// It cannot be opened.
    pub async fn consumer_with(
        &self,
        topic: &Topic,
        subscription: &str,
        options: ConsumerOptions,
    ) -> Result<Consumer, Failure> {
        Ok(consumer(&self.backend, topic, subscription, options).await?)
    }
    /// The next message.
    pub(super) async fn receive(
        &self,
        consumer: &dyn BackendConsumer,
    ) -> Result<Delivery, Failure> {
        self.receive_within(consumer, self.subject.patience).await
    }
    pub(super) async fn receive_within(
        &self,
        consumer: &dyn BackendConsumer,
        within: Duration,
    ) -> Result<Delivery, Failure> {
        match timeout(within, next(consumer)).await {
            Ok(delivery) => Ok(delivery?),
            Err(_) => Err(format!("no message within {within:?}").into()),
        }
    }
    /// Nothing comes.
    pub(super) async fn silent(&self, consumer: &dyn BackendConsumer) -> Result<(), Failure> {
        self.silent_within(consumer, self.subject.silence).await
    }
    /// Nothing comes, also later: for two seconds by the clock of the machine, or for half of the time that the case
    /// may take where the clock of the runtime is paused and that costs none.
    pub(super) async fn silent_for_long(
        &self,
        consumer: &dyn BackendConsumer,
    ) -> Result<(), Failure> {
        const LONG: Duration = Duration::from_secs(2);
        let (real, start) = (std::time::Instant::now(), Instant::now());
        let longest = LONG.max(self.subject.limit / 2);
        while start.elapsed() < LONG || real.elapsed() < LONG && start.elapsed() < longest {
            self.silent_within(consumer, Duration::from_millis(500))
                .await?;
        }
        Ok(())
    }
    pub(super) async fn silent_within(
        &self,
        consumer: &dyn BackendConsumer,
        within: Duration,
    ) -> Result<(), Failure> {
        match timeout(within, next(consumer)).await {
            Err(_) => Ok(()),
            Ok(Ok(delivery)) => Err(format!(
                "a message came that should not: {}, attempt {}",
                text(&delivery),
                delivery.meta.attempt
            )
            .into()),
            Ok(Err(e)) => Err(e.into()),
        }
    }
    /// Receives and acknowledges messages, until there are `count` different ones; how often each came. Each new one
    /// may take its time.
    pub(super) async fn collect(
        &self,
        consumer: &dyn BackendConsumer,
        count: usize,
    ) -> Result<BTreeMap<String, usize>, Failure> {
        let mut seen = BTreeMap::new();
        while seen.len() < count {
            let missing = count - seen.len();
            let next = self.collect_within(consumer, 1, self.subject.patience);
            let next = next
                .await
                .map_err(|e| Failure::from(format!("{missing} of {count} did not come: {e}")))?;
            for (name, times) in next {
                *seen.entry(name).or_insert(0) += times;
            }
        }
        Ok(seen)
    }
    pub(super) async fn collect_within(
        &self,
        consumer: &dyn BackendConsumer,
        count: usize,
        within: Duration,
    ) -> Result<BTreeMap<String, usize>, Failure> {
        let mut seen = BTreeMap::new();
        let end = Instant::now() + within;
        while seen.len() < count {
            let Ok(delivery) = timeout_at(end, next(consumer)).await else {
                let missing = count - seen.len();
                return Err(format!(
                    "{missing} of {count} messages did not come within {within:?}"
                )
                .into());
            };
            let delivery = delivery?;
            *seen.entry(text(&delivery)).or_insert(0) += 1;
            delivery.ack().await?;
        }
        Ok(seen)
    }
    /// Lets an instance die; see [`Hook::Crash`](super::Hook::Crash).
    pub async fn crash(&self, instance: &str) {
        if let Some(crash) = &self.subject.hooks.crash {
            crash(instance.to_owned()).await;
        }
    }
    /// Cuts all links; see [`Hook::Cut`](super::Hook::Cut).
    pub async fn cut(&self) {
        if let Some(cut) = &self.subject.hooks.cut {
            cut(String::new()).await;
        }
    }
    /// Kills the broker; see [`Hook::Restart`](super::Hook::Restart).
    pub async fn kill(&self) {
        if let Some(kill) = &self.subject.hooks.kill {
            self.made.set_down(true);
            kill(String::new()).await;
        }
    }
    /// Starts the broker again.
    pub async fn start(&self) {
        if let Some(start) = &self.subject.hooks.start {
            start(String::new()).await;
            self.made.set_down(false);
        }
    }
}

pub(super) async fn producer(
    backend: &Arc<dyn PubSubBackend>,
    topic: &Topic,
) -> Result<Producer, Error> {
    backend
        .create_producer(topic, None, ProducerOptions::default())
        .await
}
pub(super) async fn consumer(
    backend: &Arc<dyn PubSubBackend>,
    topic: &Topic,
    subscription: &str,
    options: ConsumerOptions,
) -> Result<Consumer, Error> {
    backend
        .create_consumer(topic, subscription, None, options)
        .await
}

/// The next message, as a typed consumer asks for it: without waiting first.
pub(super) async fn next(consumer: &dyn BackendConsumer) -> Result<Delivery, Error> {
    match consumer.try_receive() {
        Some(delivery) => delivery,
        None => consumer.receive().await,
    }
}

/// Sends texts, each after the other was confirmed.
pub(super) async fn send<I>(producer: &dyn BackendProducer, texts: I) -> Result<(), Failure>
where
    I: IntoIterator,
    I::Item: Into<String>,
{
    for text in texts {
        producer.send(outgoing(producer, text)).await?;
    }
    Ok(())
}

/// A text as a message, behind the producer's prefix.
pub(super) fn outgoing(producer: &dyn BackendProducer, text: impl Into<String>) -> Outgoing {
    let mut bytes = producer.wire().prefix.to_vec();
    bytes.extend_from_slice(text.into().as_bytes());
    Outgoing::new(bytes)
}

/// The text of a message.
pub(super) fn text(delivery: &Delivery) -> String {
    String::from_utf8_lossy(&delivery.payload).into_owned()
}

/// Reads a typed message.
pub(super) fn read<T: Message>(delivery: &Delivery) -> Result<T, Failure> {
    Ok(match (delivery.format, &delivery.writer) {
        (Format::Json, _) => T::from_json(&delivery.payload)?,
        (_, None) => T::from_avro(&delivery.payload)?,
        (_, Some(writer)) => T::from_avro_of(&writer.schema, &delivery.payload)?,
    })
}

/// Opens a topic for messages of one type.
pub(super) async fn typed<T: Message>(
    context: &Context,
    topic: &Topic,
) -> Result<(Producer, Consumer), Failure> {
    let schema = SchemaInfo::of::<T>()?;
    let backend = &context.backend;
    let options = context.options();
    let consumer = backend
        .create_consumer(topic, "typed", Some(schema), options)
        .await?;
    let options = ProducerOptions::default();
    let producer = backend
        .create_producer(topic, Some(schema), options)
        .await?;
    Ok((producer, consumer))
}

/// Settles in any way.
pub(super) async fn settle(delivery: Delivery, settlement: Settlement) -> Result<(), Failure> {
    Ok(delivery.settle(settlement).await?)
}
