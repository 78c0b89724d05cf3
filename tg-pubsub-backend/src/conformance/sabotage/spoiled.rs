//! The backend and its producers.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Bytes, Capabilities, ConsumerOptions, ConsumerType,
    Error, Feature, Health, InitialPosition, Outgoing, ProducerOptions, Properties, PubSubBackend,
    Receipt, SchemaInfo, Support, Wire,
};

use super::{Leak, Sabotage, Shared, SpoiledConsumer, opened};

pub(super) struct Spoiled {
    pub(super) inner: Arc<dyn PubSubBackend>,
    pub(super) shared: Arc<Shared>,
}

impl Spoiled {
    /// The topic that is opened instead.
    fn place(&self, topic: &Topic) -> Topic {
        let merged = tg_schema::topic(topic.queue())
            .qos(topic.qos())
            .namespace(topic.namespace())
            .build();
        match (self.shared.is(Sabotage::MergesTenants), merged) {
            (true, Ok(merged)) => merged,
            _ => topic.clone(),
        }
    }

    async fn consumer(
        &self,
        topic: &Topic,
        subscription: &str,
        schema: Option<SchemaInfo>,
        mut options: ConsumerOptions,
    ) -> Result<Box<dyn BackendConsumer>, Error> {
        let shared = &self.shared;
        shared.down()?;
        shared.alone().await?;
        let schema = shared.admit(topic, schema)?;
        // Of all handles together, since each instance of a program has its own.
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut subscription = subscription.to_owned();
        match shared.sabotage {
            Sabotage::Multiplies => subscription = format!("{subscription}-{number}"),
            Sabotage::ForgetsSubscriptions => {
                let key = format!("{topic} {subscription}");
                if !opened().insert(key) {
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
            Sabotage::IgnoresMembers if options.member.is_some() => {
                subscription = format!("{subscription}-{}", shared.handle);
            }
            Sabotage::KeepsTemporary => options.durable = true,
            Sabotage::TakesAnyOption => options.backend = Default::default(),
            _ => {}
        }
        if subscription.is_empty() {
            subscription.push('x');
        }
        let opened = self
            .inner
            .create_consumer(&self.place(topic), &subscription, schema, options)
            .await;
        shared.notice(&opened);
        Ok(Box::new(SpoiledConsumer {
            inner: Some(opened?),
            shared: shared.clone(),
            held: Mutex::new(VecDeque::new()),
            due: Mutex::new(None),
            turn: tokio::sync::Mutex::new(()),
        }))
    }
}

impl PubSubBackend for Spoiled {
    fn name(&self) -> &str {
        self.inner.name()
    }
    fn capabilities(&self, topic: &Topic) -> Capabilities {
        let declared = self.inner.capabilities(topic);
        match self.shared.is(Sabotage::ClaimsLess) {
            true => declared.with(Feature::Failover, Support::Unsupported("spoiled")),
            false => declared,
        }
    }
    fn create_producer<'a>(
        &'a self,
        topic: &'a Topic,
        schema: Option<SchemaInfo>,
        mut options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        Answer::later(async move {
            self.shared.down()?;
            self.shared.alone().await?;
            let schema = self.shared.admit(topic, schema)?;
            if self.shared.is(Sabotage::TakesAnyOption) {
                options.backend = Default::default();
            }
            let topic = self.place(topic);
            let opened = self.inner.create_producer(&topic, schema, options).await;
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
            Sabotage::LosesAllProperties => message.properties = Properties::new(),
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
            Sabotage::ForgetsRoutes => {
                let mut receipt = self.inner().send(message).await?;
                receipt.routed = None;
                Ok(receipt)
            }
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
    fn fault(&self) -> Option<Error> {
        match self.shared.is(Sabotage::HidesLoss) {
            true => None,
            false => self.inner().fault(),
        }
    }
    fn dropped(&self) -> u64 {
        self.inner().dropped()
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
