//! The handle of a broker in memory.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tg_pubsub_backend::profile::Profile;
use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Capabilities, ConsumerOptions, Error, Feature,
    Format, Health, OptionSpec, ProducerOptions, PubSubBackend, SchemaInfo, check_subscription,
};
use tokio::time::Instant;

use crate::config::Config;
use crate::connection::{Broker, Connection};
use crate::consumer::Consumer;
use crate::faults::{Faults, Operation};
use crate::joining::Subscribe;
use crate::member::End;
use crate::producer::Producer;

/// The options of a producer or a consumer: there are none.
pub const OPTIONS: &[OptionSpec] = &[];

/// Publish and subscribe inside one process. See the [crate](crate) for what it does.
#[derive(Debug)]
pub struct Memory(Arc<Connection>);

impl Memory {
    /// A broker of its own.
    #[expect(
        clippy::new_without_default,
        reason = "each one is another broker, which `default` would hide"
    )]
    pub fn new() -> Self {
        Memory::with_config(Config::default())
    }
    /// A broker of its own, with other limits or the behaviour of another broker.
    pub fn with_config(config: Config) -> Self {
        Memory(Arc::new(Connection::new(Arc::new(Broker::new(
            None, config,
        )))))
    }
    /// A handle of the broker of this name, which all of the process share. It is made where no handle, producer or
    /// consumer of it exists, and is gone with the last of them.
    ///
    /// # Errors
    /// [`Error::InvalidOption`]: the name is empty, or a broker that exists is given a configuration.
    pub fn named(name: &str, config: Option<Config>) -> Result<Self, Error> {
        if name.is_empty() {
            return Err(Error::InvalidOption {
                name: "name".to_owned(),
                message: "the name of the broker is empty".to_owned(),
            });
        }
        let broker = Broker::named(name, config)?;
        Ok(Memory(Arc::new(Connection::new(broker))))
    }
    /// That of a URL: `memory://name`, or `memory://` for a broker of its own.
    ///
    /// # Errors
    /// [`Error::InvalidOption`]: it is no such URL.
    pub fn open(url: &str) -> Result<Self, Error> {
        match url.strip_prefix("memory://") {
            Some("") => Ok(Memory::new()),
            Some(name) => Memory::named(name, None),
            None => Err(Error::InvalidOption {
                name: "url".to_owned(),
                message: format!("expected memory://name, found {url:?}"),
            }),
        }
    }
    /// Another handle of the same broker, as another program would have one.
    #[must_use]
    pub fn another(&self) -> Self {
        Memory(Arc::new(Connection::new(self.0.broker.clone())))
    }
    /// Makes the broker fail.
    pub fn faults(&self) -> Faults {
        Faults(self.0.broker.clone())
    }

    pub(crate) fn broker(&self) -> &Arc<Broker> {
        &self.0.broker
    }
    /// What comes before every operation on the broker.
    async fn enter(&self, operation: Operation) -> Result<(), Error> {
        self.0.check_open()?;
        let plan = &self.broker().plan;
        plan.apply(operation).await?;
        plan.check_link()
    }

    async fn producer(
        &self,
        topic: &Topic,
        schema: Option<SchemaInfo>,
        options: ProducerOptions,
    ) -> Result<Box<dyn BackendProducer>, Error> {
        options.backend.of("memory", OPTIONS)?;
        let capabilities = self.capabilities(topic);
        capabilities.check("memory", [Feature::of_qos(topic.qos())], false)?;
        self.enter(Operation::CreateProducer).await?;
        let link = self.broker().links.load(Ordering::Acquire);
        let place = self.broker().topic(topic)?;
        if let Some(schema) = schema.filter(|_| capabilities.has(Feature::Schemas)) {
            place.check_schema(schema)?;
        }
        let qos = topic.qos();
        let producer = Producer::new(&self.0, link, place, qos, &capabilities, &options);
        Ok(Box::new(producer))
    }

    async fn consumer(
        &self,
        topic: &Topic,
        subscription: &str,
        schema: Option<SchemaInfo>,
        options: ConsumerOptions,
    ) -> Result<Box<dyn BackendConsumer>, Error> {
        options.backend.of("memory", OPTIONS)?;
        check_subscription(subscription)?;
        let capabilities = self.capabilities(topic);
        let asked = Capabilities::asked_by_consumer(topic, &options);
        capabilities.check("memory", asked, false)?;
        self.enter(Operation::CreateConsumer).await?;
        let link = self.broker().links.load(Ordering::Acquire);
        let place = self.broker().topic(topic)?;
        if let Some(schema) = schema.filter(|_| capabilities.has(Feature::Schemas)) {
            place.check_schema(schema)?;
        }
        let member = place.subscribe(&Subscribe {
            qos: topic.qos(),
            name: subscription,
            connection: &self.0,
            options: &options,
        })?;
        let consumer = Consumer::new(member, &capabilities);
        // Closed or cut in the meantime: dropping the consumer undoes what was done.
        self.0.check_open()?;
        match self.broker().links.load(Ordering::Acquire) == link {
            true => Ok(Box::new(consumer)),
            false => Err(End::Disconnected.error(&topic.to_string())),
        }
    }

    async fn admin(&self, topic: &Topic) -> Result<(), Error> {
        if !self.capabilities(topic).has(Feature::TopicAdmin) {
            return Err(self.unsupported(topic, Feature::TopicAdmin));
        }
        self.enter(Operation::TopicAdmin).await
    }
}

impl PubSubBackend for Memory {
    fn name(&self) -> &str {
        "memory"
    }

    fn capabilities(&self, topic: &Topic) -> Capabilities {
        let config = &self.broker().config;
        let mut capabilities = (config.behaves_like().capabilities)(topic.qos());
        capabilities.format = Format::Json;
        // Its shared consumers take turns, whatever broker it behaves like.
        if capabilities.has(Feature::KeyOrder) {
            let own = (Profile::MEMORY.capabilities)(topic.qos()).support(Feature::KeyOrder);
            capabilities = capabilities.with(Feature::KeyOrder, own);
        }
        if config.max_payload.is_some() {
            capabilities.max_payload = config.max_payload;
        }
        capabilities
    }

    fn create_producer<'a>(
        &'a self,
        topic: &'a Topic,
        schema: Option<SchemaInfo>,
        options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        Answer::later(self.producer(topic, schema, options))
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
        Answer::later(async {
            self.admin(topic).await?;
            self.broker().topic(topic).map(drop)
        })
    }

    fn delete_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        Answer::later(async {
            self.admin(topic).await?;
            self.broker().delete_topic(topic);
            Ok(())
        })
    }

    fn topic_exists<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<bool, Error>> {
        Answer::later(async {
            self.admin(topic).await?;
            Ok(self.broker().known_topic(topic).is_some())
        })
    }

    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        Answer::later(async {
            let start = Instant::now();
            self.enter(Operation::Health).await?;
            let detail = match &self.broker().name {
                Some(name) => format!("memory://{name}"),
                None => "memory://".to_owned(),
            };
            Ok(Health::new(start.elapsed(), detail))
        })
    }

    fn close(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        // Everything that was sent is stored: there is nothing to wait for.
        let _ = within;
        self.0.close();
        Answer::now(Ok(()))
    }
}
