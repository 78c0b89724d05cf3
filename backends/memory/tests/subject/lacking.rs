//! The broker in memory without some of its features: it declares that it refuses them, and does.

use std::time::Duration;

use tg_pubsub_memory::Memory;
use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Capabilities, ConsumerOptions, Delivery, Error,
    Feature, Health, Outgoing, ProducerOptions, Properties, PubSubBackend, Receipt, SchemaInfo,
    Settle, Settlement, Support, Wire, check_subscription,
};

/// Of a broker that carries bytes to who is there and does nothing else.
pub const LITTLE: [Feature; 18] = [
    Feature::Q0,
    Feature::Q2,
    Feature::Exclusive,
    Feature::Failover,
    Feature::KeyShared,
    Feature::Earliest,
    Feature::Offline,
    Feature::Unsubscribe,
    Feature::Nack,
    Feature::NackDelay,
    Feature::CrashRedelivery,
    Feature::Attempts,
    Feature::Extend,
    Feature::Properties,
    Feature::Keys,
    Feature::PublishTime,
    Feature::Routed,
    Feature::TopicAdmin,
];

#[derive(Clone, Copy)]
struct Lacks(&'static [Feature]);

impl Lacks {
    fn any(self, feature: Feature) -> bool {
        self.0.contains(&feature)
    }
    fn refuse(self, feature: Feature) -> Result<(), Error> {
        match self.any(feature) {
            true => Err(Error::Unsupported {
                feature: feature.title().to_owned(),
                backend: "lacking".to_owned(),
                hint: String::new(),
            }),
            false => Ok(()),
        }
    }
}

pub struct Lacking {
    inner: Memory,
    lacks: Lacks,
}

struct Producer {
    inner: Box<dyn BackendProducer>,
    lacks: Lacks,
}

struct Consumer {
    inner: Box<dyn BackendConsumer>,
    lacks: Lacks,
}

struct Settling {
    inner: Box<dyn Settle>,
    lacks: Lacks,
}

impl Lacking {
    pub fn new(inner: Memory, lacks: &'static [Feature]) -> Self {
        let lacks = Lacks(lacks);
        Lacking { inner, lacks }
    }
    fn check(&self, topic: &Topic, asked: impl IntoIterator<Item = Feature>) -> Result<(), Error> {
        let capabilities = self.capabilities(topic);
        capabilities.check(self.name(), asked, false).map(drop)
    }
    fn schema(&self, schema: Option<SchemaInfo>) -> Option<SchemaInfo> {
        schema.filter(|_| !self.lacks.any(Feature::Schemas))
    }
}

impl PubSubBackend for Lacking {
    fn name(&self) -> &str {
        self.inner.name()
    }
    fn capabilities(&self, topic: &Topic) -> Capabilities {
        let lacks = self.lacks.0.iter();
        lacks.fold(self.inner.capabilities(topic), |all, lack| {
            all.with(*lack, Support::Unsupported("not here"))
        })
    }
    fn create_producer<'a>(
        &'a self,
        topic: &'a Topic,
        schema: Option<SchemaInfo>,
        options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        Answer::later(async move {
            self.check(topic, [Feature::of_qos(topic.qos())])?;
            let schema = self.schema(schema);
            let inner = self.inner.create_producer(topic, schema, options).await?;
            let lacks = self.lacks;
            Ok(Box::new(Producer { inner, lacks }) as Box<dyn BackendProducer>)
        })
    }
    fn create_consumer<'a>(
        &'a self,
        topic: &'a Topic,
        subscription: &'a str,
        schema: Option<SchemaInfo>,
        options: ConsumerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendConsumer>, Error>> {
        Answer::later(async move {
            check_subscription(subscription)?;
            self.check(topic, Capabilities::asked_by_consumer(topic, &options))?;
            let schema = self.schema(schema);
            let inner = self
                .inner
                .create_consumer(topic, subscription, schema, options);
            let (inner, lacks) = (inner.await?, self.lacks);
            Ok(Box::new(Consumer { inner, lacks }) as Box<dyn BackendConsumer>)
        })
    }
    fn ensure_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        match self.lacks.refuse(Feature::TopicAdmin) {
            Ok(()) => self.inner.ensure_topic(topic),
            Err(refused) => Answer::now(Err(refused)),
        }
    }
    fn delete_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        match self.lacks.refuse(Feature::TopicAdmin) {
            Ok(()) => self.inner.delete_topic(topic),
            Err(refused) => Answer::now(Err(refused)),
        }
    }
    fn topic_exists<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<bool, Error>> {
        match self.lacks.refuse(Feature::TopicAdmin) {
            Ok(()) => self.inner.topic_exists(topic),
            Err(refused) => Answer::now(Err(refused)),
        }
    }
    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        self.inner.health()
    }
    fn close(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        self.inner.close(within)
    }
}

impl BackendProducer for Producer {
    fn wire(&self) -> &Wire {
        self.inner.wire()
    }
    fn max_payload(&self) -> Option<usize> {
        self.inner.max_payload()
    }
    fn send(&self, mut message: Outgoing) -> Answer<'_, Result<Receipt, Error>> {
        if self.lacks.any(Feature::Properties) {
            message.properties = Properties::new();
        }
        if self.lacks.any(Feature::Keys) {
            message.key = None;
        }
        let sent = self.inner.send(message);
        Answer::later(async move {
            let mut receipt = sent.await?;
            receipt.routed = receipt.routed.filter(|_| !self.lacks.any(Feature::Routed));
            Ok(receipt)
        })
    }
    fn flush(&self) -> Answer<'_, Result<(), Error>> {
        self.inner.flush()
    }
    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        self.inner.close(within)
    }
}

impl BackendConsumer for Consumer {
    fn receive(&self) -> Answer<'_, Result<Delivery, Error>> {
        let (received, lacks) = (self.inner.receive(), self.lacks);
        Answer::later(async move {
            let mut delivery = received.await?;
            if lacks.any(Feature::Attempts) {
                delivery.meta.attempt = 1;
            }
            if lacks.any(Feature::PublishTime) {
                delivery.meta.published = None;
            }
            Ok(delivery.wrap(|inner| Box::new(Settling { inner, lacks })))
        })
    }
    fn close(self: Box<Self>, within: Duration) -> Answer<'static, Result<(), Error>> {
        self.inner.close(within)
    }
    fn unsubscribe(self: Box<Self>) -> Answer<'static, Result<(), Error>> {
        match self.lacks.refuse(Feature::Unsubscribe) {
            Ok(()) => self.inner.unsubscribe(),
            Err(refused) => Answer::now(Err(refused)),
        }
    }
}

impl Settle for Settling {
    fn settle(&mut self, settlement: Settlement) -> Answer<'_, Result<(), Error>> {
        let allowed = match &settlement {
            Settlement::Nack { after } => {
                let delayed = after.is_some_and(|after| !after.is_zero());
                let delay = match delayed {
                    true => self.lacks.refuse(Feature::NackDelay),
                    false => Ok(()),
                };
                self.lacks.refuse(Feature::Nack).and(delay)
            }
            _ => Ok(()),
        };
        match allowed {
            Ok(()) => self.inner.settle(settlement),
            Err(refused) => Answer::now(Err(refused)),
        }
    }
    fn extend(&mut self, by: Duration) -> Answer<'_, Result<(), Error>> {
        match self.lacks.refuse(Feature::Extend) {
            Ok(()) => self.inner.extend(by),
            Err(refused) => Answer::now(Err(refused)),
        }
    }
}
