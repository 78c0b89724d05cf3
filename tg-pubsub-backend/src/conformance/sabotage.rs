//! Backends that break a promise, to show that the suite notices.

use std::collections::{HashSet, VecDeque};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Bytes, Capabilities, ConsumerOptions, ConsumerType,
    Delivery, Error, Health, InitialPosition, Outgoing, ProducerOptions, Properties, PubSubBackend,
    Receipt, SchemaInfo, Settle, Settlement, Wire,
};

use super::context::next;

/// A promise that a backend breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Sabotage {
    /// The last byte of a message is another.
    Corrupts,
    /// An empty text arrives as null.
    NullsEmpty,
    /// Bytes that are no UTF-8 are replaced.
    ReplacesBytes,
    /// Properties with an empty value are lost.
    LosesProperties,
    /// Neighbours change places.
    Swaps,
    /// Keys are lost.
    LosesKeys,
    /// Acknowledging does nothing.
    KeepsAcknowledged,
    /// A message is acknowledged when it is handed out.
    AcknowledgesEarly,
    /// Negative acknowledgement acknowledges.
    LosesNacked,
    /// A delay is not waited for.
    HurriesNacked,
    /// Every delivery is the first.
    ForgetsAttempts,
    /// Rejecting delivers again.
    KeepsRejected,
    /// Settling anything settles nothing after the link was lost, and says `Ok`.
    SettlesAfterLoss,
    /// Consumers of one subscription do not compete.
    Multiplies,
    /// All subscriptions of a topic are one.
    MergesSubscriptions,
    /// Every consumer is shared.
    SharesAll,
    /// A new subscription begins with the latest.
    ForgetsHistory,
    /// A new subscription begins with the earliest.
    RepeatsHistory,
    /// A consumer that is opened again is a new subscription.
    ForgetsSubscriptions,
    /// Sending never answers.
    NeverConfirms,
    /// Messages are confirmed and not sent.
    ConfirmsUnsent,
    /// Identities are lost, so that repetitions arrive.
    LosesIdentities,
    /// Everything is fetched at once.
    FetchesAll,
    /// A message whose `receive` was dropped is lost.
    LosesCancelled,
    /// Of several tasks that receive, one gets something.
    ServesOne,
    /// A lost link is not told.
    HidesLoss,
    /// Nothing can be opened after a link was lost.
    StaysDown,
    /// Whoever comes is let in.
    LetsIn,
    /// A message of any size is taken.
    TakesAnySize,
    /// A subscription of any name is taken.
    TakesAnyName,
    /// Closing deletes the subscription.
    ClosesForGood,
    /// Unsubscribing deletes nothing.
    NeverUnsubscribes,
    /// What is closed stays open.
    Leaks,
    /// A temporary subscription stays.
    KeepsTemporary,
    /// What a topic is asked for is not there.
    ForgetsTopics,
    /// A backend that is closed goes on.
    NeverCloses,
    /// Options that nobody knows are taken.
    TakesAnyOption,
    /// Flushing answers at once.
    FlushesNothing,
    /// The wrong key gets a message.
    MixesKeys,
}

impl Sabotage {
    /// A backend that breaks this promise.
    pub fn spoil(self, inner: Arc<dyn PubSubBackend>) -> Arc<dyn PubSubBackend> {
        Arc::new(Spoiled {
            inner,
            shared: Arc::new(Shared::new(self)),
        })
    }
}

struct Shared {
    sabotage: Sabotage,
    count: AtomicUsize,
    lost: AtomicUsize,
    opened: Mutex<HashSet<String>>,
    leaked: Mutex<Vec<Leak>>,
}

enum Leak {
    Producer { _it: Box<dyn BackendProducer> },
    Consumer { _it: Box<dyn BackendConsumer> },
}

impl Shared {
    fn new(sabotage: Sabotage) -> Self {
        Shared {
            sabotage,
            count: AtomicUsize::new(0),
            lost: AtomicUsize::new(0),
            opened: Mutex::new(HashSet::new()),
            leaked: Mutex::new(Vec::new()),
        }
    }
    fn is(&self, sabotage: Sabotage) -> bool {
        self.sabotage == sabotage
    }
    fn count(&self) -> usize {
        self.count.fetch_add(1, Ordering::Relaxed)
    }
    fn leak(&self, leak: Leak) {
        self.leaked
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(leak);
    }
    /// Remembers that a link was lost.
    fn notice<T>(&self, result: &Result<T, Error>) {
        if matches!(result, Err(Error::Connection { .. })) {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
    }
    fn down(&self) -> Result<(), Error> {
        match self.is(Sabotage::StaysDown) && self.lost.load(Ordering::Relaxed) > 0 {
            true => Err(Error::connection("spoiled", "down for good")),
            false => Ok(()),
        }
    }
}

struct Spoiled {
    inner: Arc<dyn PubSubBackend>,
    shared: Arc<Shared>,
}

impl Spoiled {
    async fn consumer(
        &self,
        topic: &Topic,
        subscription: &str,
        schema: Option<SchemaInfo>,
        mut options: ConsumerOptions,
    ) -> Result<Box<dyn BackendConsumer>, Error> {
        let shared = &self.shared;
        shared.down()?;
        // Of all handles together, since each instance of a program has its own.
        static OPENED: AtomicUsize = AtomicUsize::new(0);
        let number = OPENED.fetch_add(1, Ordering::Relaxed);
        let mut subscription = subscription.to_owned();
        match shared.sabotage {
            Sabotage::Multiplies => subscription = format!("{subscription}-{number}"),
            Sabotage::ForgetsSubscriptions => {
                let key = format!("{topic} {subscription}");
                let mut opened = shared.opened.lock().unwrap_or_else(PoisonError::into_inner);
                if !opened.insert(key) {
                    subscription = format!("{subscription}-{number}");
                }
            }
            Sabotage::MergesSubscriptions => subscription = "one".to_owned(),
            Sabotage::SharesAll | Sabotage::MixesKeys => {
                options.consumer_type = ConsumerType::Shared
            }
            Sabotage::ForgetsHistory => options.position = InitialPosition::Latest,
            Sabotage::RepeatsHistory => options.position = InitialPosition::Earliest,
            Sabotage::FetchesAll => options.prefetch = usize::MAX >> 1,
            Sabotage::TakesAnyName => subscription.retain(|c| c.is_ascii_alphanumeric()),
            Sabotage::KeepsTemporary => options.durable = true,
            Sabotage::TakesAnyOption => options.backend = Default::default(),
            _ => {}
        }
        if subscription.is_empty() {
            subscription.push('x');
        }
        let opened = self
            .inner
            .create_consumer(topic, &subscription, schema, options)
            .await;
        shared.notice(&opened);
        Ok(Box::new(SpoiledConsumer {
            inner: Some(opened?),
            shared: shared.clone(),
            held: Mutex::new(VecDeque::new()),
            turn: tokio::sync::Mutex::new(()),
        }))
    }
}

impl PubSubBackend for Spoiled {
    fn name(&self) -> &str {
        self.inner.name()
    }
    fn capabilities(&self, topic: &Topic) -> Capabilities {
        self.inner.capabilities(topic)
    }
    fn create_producer<'a>(
        &'a self,
        topic: &'a Topic,
        schema: Option<SchemaInfo>,
        mut options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        Answer::later(async move {
            self.shared.down()?;
            if self.shared.is(Sabotage::TakesAnyOption) {
                options.backend = Default::default();
            }
            let opened = self.inner.create_producer(topic, schema, options).await;
            self.shared.notice(&opened);
            let producer = SpoiledProducer {
                inner: Some(opened?),
                shared: self.shared.clone(),
            };
            Ok(Box::new(producer) as Box<dyn BackendProducer>)
        })
    }
    fn create_consumer<'a>(
        &'a self,
        topic: &'a Topic,
        subscription: &'a str,
        schema: Option<SchemaInfo>,
        options: ConsumerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendConsumer>, Error>> {
        Answer::later(self.consumer(topic, subscription, schema, options))
    }
    fn ensure_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        match self.shared.is(Sabotage::ForgetsTopics) {
            true => Answer::now(Ok(())),
            false => self.inner.ensure_topic(topic),
        }
    }
    fn delete_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        self.inner.delete_topic(topic)
    }
    fn topic_exists<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<bool, Error>> {
        self.inner.topic_exists(topic)
    }
    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        match self.shared.is(Sabotage::LetsIn) {
            true => Answer::now(Ok(Health::new(Duration::ZERO, ""))),
            false => self.inner.health(),
        }
    }
    fn close(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        match self.shared.is(Sabotage::NeverCloses) {
            true => Answer::now(Ok(())),
            false => self.inner.close(within),
        }
    }
}

struct SpoiledProducer {
    inner: Option<Box<dyn BackendProducer>>,
    shared: Arc<Shared>,
}

impl SpoiledProducer {
    fn inner(&self) -> &dyn BackendProducer {
        self.inner.as_deref().expect("only `close` takes it")
    }
    fn changed(&self, mut message: Outgoing) -> Outgoing {
        match self.shared.sabotage {
            Sabotage::Corrupts => {
                let mut bytes = message.payload.to_vec();
                if let Some(last) = bytes.last_mut() {
                    *last ^= 1;
                }
                message.payload = bytes.into();
            }
            Sabotage::NullsEmpty => {
                let text = String::from_utf8_lossy(&message.payload).replace("\"\"", "null");
                message.payload = text.into_bytes().into();
            }
            Sabotage::ReplacesBytes => {
                let text = String::from_utf8_lossy(&message.payload).into_owned();
                message.payload = Bytes::from(text.into_bytes());
            }
            Sabotage::LosesProperties => {
                let kept = message.properties.iter().filter(|(_, v)| !v.is_empty());
                message.properties = kept.collect::<Properties>();
            }
            Sabotage::LosesKeys => message.key = None,
            Sabotage::LosesIdentities => message.id = None,
            _ => {}
        }
        message
    }
    async fn send(&self, message: Outgoing) -> Result<Receipt, Error> {
        let message = self.changed(message);
        match self.shared.sabotage {
            Sabotage::NeverConfirms => std::future::pending().await,
            Sabotage::ConfirmsUnsent if self.shared.count() % 7 == 3 => Ok(Receipt::new()),
            Sabotage::TakesAnySize => match self.inner().send(message).await {
                Err(Error::TooLarge { .. }) => Ok(Receipt::new()),
                other => other,
            },
            Sabotage::HidesLoss => match self.inner().send(message).await {
                Err(Error::Connection { .. }) => Ok(Receipt::new()),
                other => other,
            },
            _ => {
                let sent = self.inner().send(message).await;
                self.shared.notice(&sent);
                sent
            }
        }
    }
}

impl BackendProducer for SpoiledProducer {
    fn wire(&self) -> &Wire {
        self.inner().wire()
    }
    fn max_payload(&self) -> Option<usize> {
        self.inner().max_payload()
    }
    fn send(&self, message: Outgoing) -> Answer<'_, Result<Receipt, Error>> {
        if self.shared.is(Sabotage::FlushesNothing) {
            // Sent when the answer is polled, and late.
            return Answer::later(async move {
                tokio::time::sleep(Duration::from_millis(500)).await;
                self.inner().send(message).await
            });
        }
        Answer::later(SpoiledProducer::send(self, message))
    }
    fn flush(&self) -> Answer<'_, Result<(), Error>> {
        match self.shared.is(Sabotage::FlushesNothing) {
            true => Answer::now(Ok(())),
            false => self.inner().flush(),
        }
    }
    fn close(mut self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        let Some(inner) = self.inner.take() else {
            return Answer::now(Ok(()));
        };
        if self.shared.is(Sabotage::Leaks) {
            self.shared.leak(Leak::Producer { _it: inner });
            return Answer::now(Ok(()));
        }
        inner.close(within)
    }
}

struct SpoiledConsumer {
    inner: Option<Box<dyn BackendConsumer>>,
    shared: Arc<Shared>,
    held: Mutex<VecDeque<Delivery>>,
    turn: tokio::sync::Mutex<()>,
}

impl SpoiledConsumer {
    fn inner(&self) -> &dyn BackendConsumer {
        self.inner
            .as_deref()
            .expect("only `close` and `unsubscribe` take it")
    }
    fn held(&self) -> std::sync::MutexGuard<'_, VecDeque<Delivery>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
    async fn receive(&self) -> Result<Delivery, Error> {
        let shared = &self.shared;
        if let Some(held) = { self.held().pop_front() } {
            return Ok(held);
        }
        let turn = self.turn.lock().await;
        if shared.is(Sabotage::ServesOne) {
            // Whoever was first keeps the turn for ever.
            std::mem::forget(turn);
        } else {
            drop(turn);
        }
        let mut delivery = match next(self.inner()).await {
            Err(Error::Connection { .. }) if shared.is(Sabotage::HidesLoss) => {
                std::future::pending().await
            }
            other => {
                shared.notice(&other);
                other?
            }
        };
        match shared.sabotage {
            Sabotage::Swaps if shared.count() % 10 == 4 => {
                let after =
                    tokio::time::timeout(Duration::from_millis(50), next(self.inner())).await;
                if let Ok(after) = after {
                    self.held()
                        .push_back(std::mem::replace(&mut delivery, after?));
                }
            }
            Sabotage::AcknowledgesEarly => {
                delivery = acknowledged(delivery).await?;
            }
            Sabotage::LosesCancelled => {
                // Held by a future that may be dropped.
                delivery = acknowledged(delivery).await?;
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
            Sabotage::ForgetsAttempts => {
                delivery.meta.attempt = 1;
                delivery.meta.redelivered = false;
            }
            Sabotage::KeepsAcknowledged
            | Sabotage::LosesNacked
            | Sabotage::HurriesNacked
            | Sabotage::KeepsRejected
            | Sabotage::SettlesAfterLoss => {
                let sabotage = shared.sabotage;
                delivery = delivery.wrap(|inner| Box::new(SpoiledSettle { sabotage, inner }));
            }
            _ => {}
        }
        Ok(delivery)
    }
}

impl BackendConsumer for SpoiledConsumer {
    fn receive(&self) -> Answer<'_, Result<Delivery, Error>> {
        Answer::later(SpoiledConsumer::receive(self))
    }
    fn close(mut self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        let Some(inner) = self.inner.take() else {
            return Answer::now(Ok(()));
        };
        match self.shared.sabotage {
            Sabotage::ClosesForGood => inner.unsubscribe(),
            Sabotage::Leaks => {
                self.shared.leak(Leak::Consumer { _it: inner });
                Answer::now(Ok(()))
            }
            _ => inner.close(within),
        }
    }
    fn unsubscribe(mut self: Box<Self>) -> Answer<'static, Result<(), Error>> {
        let Some(inner) = self.inner.take() else {
            return Answer::now(Ok(()));
        };
        match self.shared.is(Sabotage::NeverUnsubscribes) {
            true => inner.close(Duration::from_secs(5)),
            false => inner.unsubscribe(),
        }
    }
}

/// A delivery that is settled before it is handed out.
async fn acknowledged(delivery: Delivery) -> Result<Delivery, Error> {
    let mut end = None;
    let delivery = delivery.wrap(|inner| {
        end = Some(inner);
        Box::new(Nothing)
    });
    if let Some(mut end) = end {
        end.settle(Settlement::Ack).await?;
    }
    Ok(delivery)
}

/// Settles nothing, since all is settled.
struct Nothing;

impl Settle for Nothing {
    fn settle(&mut self, _: Settlement) -> Answer<'_, Result<(), Error>> {
        Answer::now(Ok(()))
    }
    fn extend(&mut self, _: Duration) -> Answer<'_, Result<(), Error>> {
        Answer::now(Ok(()))
    }
}

struct SpoiledSettle {
    sabotage: Sabotage,
    inner: Box<dyn Settle>,
}

impl Settle for SpoiledSettle {
    fn settle(&mut self, settlement: Settlement) -> Answer<'_, Result<(), Error>> {
        match (self.sabotage, settlement) {
            (Sabotage::KeepsAcknowledged, Settlement::Ack) => Answer::now(Ok(())),
            (Sabotage::LosesNacked, Settlement::Nack { .. }) => self.inner.settle(Settlement::Ack),
            (Sabotage::HurriesNacked, Settlement::Nack { .. }) => {
                self.inner.settle(Settlement::Nack { after: None })
            }
            (Sabotage::KeepsRejected, Settlement::Reject { .. }) => {
                self.inner.settle(Settlement::Nack { after: None })
            }
            (Sabotage::SettlesAfterLoss, settlement) => Answer::later(async move {
                match self.inner.settle(settlement).await {
                    Err(Error::Lost) => Ok(()),
                    other => other,
                }
            }),
            (_, settlement) => self.inner.settle(settlement),
        }
    }
    fn extend(&mut self, by: Duration) -> Answer<'_, Result<(), Error>> {
        self.inner.extend(by)
    }
}
