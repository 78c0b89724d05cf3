//! The backend: opens producers and consumers, and ends them.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tg_pubsub_backend::in_time;
use tg_pubsub_backend::profile::Profile;
use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Capabilities, ConsumerOptions, Error, Feature,
    Health, InitialPosition, ProducerOptions, PubSubBackend, SchemaInfo, check_subscription,
};
use tokio::time::Instant;

use crate::client::{Connection, Pool, Role};
use crate::config::{PulsarConfig, invalid};
use crate::consumer::Consumer;
use crate::failure::{Failure, Subject};
use crate::growth::{More, Opening, Parts};
use crate::partitions::{Consumers, Producers};
use crate::producer::Producer;
use crate::receiver::{Receiver, Subscription};
use crate::registry::Registry;
use crate::sender::Sender;
use crate::settings::Settings;
use crate::{names, schema};

/// Apache Pulsar as a backend.
///
/// All producers share one connection to each broker, and all consumers another.
pub struct Pulsar {
    pool: Arc<Pool>,
    registry: Arc<Registry>,
}

/// Most characters of a name of a producer or a consumer.
const MAX_NAME: usize = 256;

impl Pulsar {
    /// A backend for this cluster. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::InvalidOption`]: the configuration contradicts itself, or a file of it cannot be read.
    pub fn new(config: PulsarConfig) -> Result<Self, Error> {
        Ok(Pulsar {
            pool: Arc::new(Pool::new(Settings::of(&config)?)),
            registry: Arc::default(),
        })
    }

    /// The connections for one producer or consumer: the usual ones, unless its options ask for others.
    fn pool(&self, changed: Option<Settings>) -> Arc<Pool> {
        match changed {
            Some(changed) => Arc::new(self.pool.changed(changed)),
            None => Arc::clone(&self.pool),
        }
    }

    async fn producer(
        &self,
        topic: &Topic,
        schema: Option<SchemaInfo>,
        options: ProducerOptions,
    ) -> Result<Box<dyn BackendProducer>, Error> {
        self.registry.check_open()?;
        let asked = [Feature::of_qos(topic.qos())];
        self.capabilities(topic).check(crate::NAME, asked, false)?;
        if let Some(name) = &options.name {
            check_name("name", name)?;
        }
        let pool = self.pool(self.pool.settings.with(&options.backend)?);
        create(&pool.settings, topic).await?;
        let name = names::topic(topic);
        let subject = subject("producer", name.clone(), schema);
        let open = {
            let (pool, registry) = (Arc::clone(&pool), Arc::clone(&self.registry));
            let (qos, registered) = (topic.qos(), schema::registered(schema));
            let subject = subject.clone();
            move |name: String, parts: u32| -> Opening<Producer> {
                let (pool, registry) = (Arc::clone(&pool), Arc::clone(&registry));
                let (registered, subject) = (registered.clone(), subject.clone());
                let mut options = options.clone();
                options.max_in_flight = share(options.max_in_flight, parts);
                Box::pin(async move {
                    let identities = Arc::clone(&registry.identities);
                    let sender =
                        Sender::open(pool, name, qos, registered, subject, &options, identities);
                    Ok(registry.kept(sender.await?))
                })
            }
        };
        let failed = |why| subject.error(why);
        let producer: Box<dyn BackendProducer> = match open(name.clone(), 1).await {
            Ok(producer) => Box::new(producer),
            Err(Failure::Divided(count)) => {
                let parts = all_parts(&name, count, &open).await.map_err(failed)?;
                let parts = Arc::new(Parts::new(parts));
                let more = More {
                    pool,
                    role: Role::Produce,
                    topic: name,
                    open: Box::new(open),
                };
                parts.follow(more);
                Box::new(Producers::new(parts))
            }
            Err(why) => return Err(failed(why)),
        };
        // Whoever closed the backend meanwhile did not see this one.
        self.registry.check_open()?;
        Ok(producer)
    }

    async fn consumer(
        &self,
        topic: &Topic,
        subscription: &str,
        schema: Option<SchemaInfo>,
        options: ConsumerOptions,
    ) -> Result<Box<dyn BackendConsumer>, Error> {
        self.registry.check_open()?;
        check_subscription(subscription)?;
        let asked = Capabilities::asked_by_consumer(topic, &options);
        self.capabilities(topic).check(crate::NAME, asked, false)?;
        if let Some(member) = &options.member {
            check_name("member", member)?;
        }
        let pool = self.pool(self.pool.settings.with(&options.backend)?);
        create(&pool.settings, topic).await?;
        let name = names::topic(topic);
        let place = format!("subscription {subscription:?} of {topic}");
        let subject = subject("consumer", place, schema);
        let wanted = Subscription {
            topic: name.clone(),
            name: subscription.to_owned(),
            schema: schema::registered(schema),
            member: options.member.unwrap_or_else(fresh_name),
            consumer_type: options.consumer_type,
            position: options.position,
            durable: options.durable,
        };
        let open = {
            let (pool, registry) = (Arc::clone(&pool), Arc::clone(&self.registry));
            let (qos, prefetch) = (topic.qos(), options.prefetch);
            let subject = subject.clone();
            move |name: String, parts: u32, position| -> Opening<Consumer> {
                let (pool, registry) = (Arc::clone(&pool), Arc::clone(&registry));
                let subject = subject.clone();
                let acked = registry.acked(&name, &wanted.name);
                let wanted = Subscription {
                    topic: name,
                    position,
                    ..wanted.clone()
                };
                let prefetch = share(prefetch, parts);
                Box::pin(async move {
                    let receiver = Receiver::open(pool, qos, wanted, subject, prefetch, acked);
                    Ok(registry.held(receiver.await?))
                })
            }
        };
        let failed = |why| subject.error(why);
        let position = options.position;
        let consumer: Box<dyn BackendConsumer> = match open(name.clone(), 1, position).await {
            Ok(consumer) => Box::new(consumer),
            Err(Failure::Divided(count)) => {
                let first = |name, parts| open(name, parts, position);
                let parts = all_parts(&name, count, first).await.map_err(failed)?;
                let parts = Arc::new(Parts::new(parts));
                let more = More {
                    pool,
                    role: Role::Consume,
                    topic: name,
                    // All that is in a partition that came later was sent after the subscription began.
                    open: Box::new(move |name, parts| open(name, parts, InitialPosition::Earliest)),
                };
                parts.follow(more);
                Box::new(Consumers::new(parts))
            }
            Err(why) => return Err(failed(why)),
        };
        self.registry.check_open()?;
        Ok(consumer)
    }

    async fn ask(&self) -> Result<Health, Error> {
        self.registry.check_open()?;
        let asked = Instant::now();
        let settings = &self.pool.settings;
        // A connection of its own: one that is there may be the one that hangs.
        let connection = Connection::open(&settings.service, None, settings).await;
        let connection = connection.map_err(|why| Subject::BACKEND.error(why))?;
        Ok(Health::new(
            asked.elapsed(),
            format!(
                "{} at {}; most bytes of a message {}",
                connection.server,
                connection.place(),
                connection.max_message
            ),
        ))
    }

    async fn end(&self, within: Duration) -> Result<(), Error> {
        let (senders, receivers) = self.registry.close();
        // They stop at once; each waits for its own while the others do too.
        let mut closing = tokio::task::JoinSet::new();
        for receiver in receivers {
            closing.spawn(async move { receiver.close(within).await });
        }
        for sender in senders {
            closing.spawn(async move { sender.close(within).await });
        }
        let mut done = true;
        while let Some(closed) = closing.join_next().await {
            done &= closed.unwrap_or(false);
        }
        self.pool.end().await;
        in_time(done, "close", within)
    }
}

/// One of each partition.
async fn all_parts<T>(
    name: &str,
    count: u32,
    open: impl Fn(String, u32) -> Opening<T>,
) -> Result<Vec<T>, Failure> {
    let mut parts = Vec::new();
    for name in names::partitions(name, count) {
        parts.push(open(name, count).await?);
    }
    Ok(parts)
}

/// What one of several partitions gets.
fn share(whole: usize, partitions: u32) -> usize {
    let partitions = usize::try_from(partitions).unwrap_or(usize::MAX);
    whole.checked_div(partitions).unwrap_or(whole).max(1)
}

/// Makes the tenant and the namespace where that is asked for.
async fn create(settings: &Settings, topic: &Topic) -> Result<(), Error> {
    if !settings.create {
        return Ok(());
    }
    #[cfg(feature = "admin")]
    {
        let url = settings.admin_url.as_deref().unwrap_or_default();
        let (token, authorities) = (settings.token.as_deref(), settings.authorities.as_deref());
        let admin = crate::admin::Admin::new(url, token, authorities, settings.operation_timeout)?;
        admin.ensure(topic).await
    }
    #[cfg(not(feature = "admin"))]
    {
        let _ = topic;
        Err(invalid(
            "create",
            "tg-pubsub-pulsar was built without its cargo feature `admin`",
        ))
    }
}

fn subject(what: &'static str, place: String, schema: Option<SchemaInfo>) -> Subject {
    Subject {
        what,
        place,
        schema: schema.map_or("", |schema| schema.name()),
    }
}

fn check_name(option: &str, name: &str) -> Result<(), Error> {
    if name.is_empty() || name.chars().count() > MAX_NAME {
        return Err(invalid(
            option,
            format!("expected 1 to {MAX_NAME} characters"),
        ));
    }
    match name.chars().find(|c| c.is_control()) {
        Some(c) => Err(invalid(option, format!("{c:?} is not allowed"))),
        None => Ok(()),
    }
}

/// A name that no other consumer has: brokers tell those of a subscription apart by it.
fn fresh_name() -> String {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    format!(
        "tg-{:x}-{:x}-{number:x}",
        std::process::id(),
        now.as_nanos()
    )
}

impl PubSubBackend for Pulsar {
    fn name(&self) -> &str {
        crate::NAME
    }

    fn capabilities(&self, topic: &Topic) -> Capabilities {
        (Profile::PULSAR.capabilities)(topic.qos())
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

    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        Answer::later(self.ask())
    }

    fn close(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        Answer::later(self.end(within))
    }
}

impl std::fmt::Debug for Pulsar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pulsar")
            .field("service", &self.pool.settings.place())
            .finish_non_exhaustive()
    }
}
