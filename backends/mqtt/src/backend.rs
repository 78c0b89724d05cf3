//! The backend: opens producers and consumers, and ends them.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tg_pubsub_backend::in_time;
use tg_pubsub_backend::profile::Profile;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Capabilities, ConsumerOptions, ConsumerType, Error,
    Feature, Health, InitialPosition, ProducerOptions, PubSubBackend, SchemaInfo,
    check_subscription,
};
use tg_schema::{Qos, Topic};
use tokio::time::Instant;

use crate::client::{self, Kind, RivalKind, Rivals};
use crate::config::{MqttConfig, invalid};
use crate::consumer::{Consumer, Receiver, Subscription};
use crate::copies::Copies;
use crate::failure::Failure;
use crate::link::{self, Link};
use crate::members::Membership;
use crate::names;
use crate::producer::{Producer, Sender};
use crate::remembered::Remembered;
use crate::settings::{Manner, Settings};

/// MQTT 5 as a backend.
///
/// Producers share one connection as far as their options agree about it; each consumer has its own.
pub struct Mqtt {
    settings: Settings,
    instance: String,
    /// Whether that is a name that somebody chose.
    named: bool,
    closed: AtomicBool,
    /// The connections of the producers, one for each way in which their options want it. Held while one is made, so
    /// that there is one.
    shared: tokio::sync::Mutex<Vec<(Manner, Weak<Link>)>>,
    open: Mutex<Open>,
}

/// What was opened here and may have ended since.
#[derive(Default)]
struct Open {
    senders: Vec<Weak<Sender>>,
    links: Vec<Weak<Link>>,
    receivers: Vec<Weak<Receiver>>,
    /// What subscriptions of quality q2 have had, by client identifier: it outlives a consumer that lost its
    /// connection.
    copies: Remembered<Copies>,
    /// What the last exclusive consumers know of others with their identifiers, by those.
    rivals: Remembered<Rivals>,
}

fn lock(rivals: &Mutex<Rivals>) -> MutexGuard<'_, Rivals> {
    rivals.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Mqtt {
    /// A backend for this broker. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::InvalidOption`]: the configuration contradicts itself, or a file of it cannot be read.
    pub fn new(config: MqttConfig) -> Result<Self, Error> {
        let settings = Settings::of(&config)?;
        // What came with the configuration is looked at now; what the operating system has, when it is needed.
        if config
            .tls
            .as_ref()
            .is_some_and(|tls| tls.authorities.is_some())
        {
            client::check_encryption(&settings).map_err(|unfit| invalid(unfit.what, unfit.why))?;
        }
        Ok(Mqtt {
            settings,
            instance: config.instance_name()?,
            named: config.instance.is_some(),
            closed: AtomicBool::new(false),
            shared: tokio::sync::Mutex::new(Vec::new()),
            open: Mutex::new(Open::default()),
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn check_open(&self) -> Result<(), Error> {
        match self.closed.load(Ordering::Acquire) {
            true => Err(Error::Closed { what: "backend" }),
            false => Ok(()),
        }
    }

    async fn link(&self, settings: &Settings) -> Result<Arc<Link>, Error> {
        let open = async || {
            let link = Link::open(&self.instance, settings).await;
            let link = Arc::new(link.map_err(|why| why.error("producer"))?);
            let mut open = self.open();
            open.links.retain(|link| link.strong_count() > 0);
            open.links.push(Arc::downgrade(&link));
            Ok::<_, Error>(link)
        };
        if settings.own_connection {
            return open().await;
        }
        let mut shared = self.shared.lock().await;
        shared.retain(|(_, link)| link.upgrade().is_some_and(|link| link.ended().is_none()));
        let manner = settings.manner();
        let same = shared.iter().find(|(of, _)| *of == manner);
        if let Some(link) = same.and_then(|(_, link)| link.upgrade()) {
            drop(shared);
            // A broker that hangs is told now, as by a connection that is made.
            let broker = settings.place();
            let answered = link.answers(settings.connect_timeout, &broker).await;
            answered.map_err(|why| why.error("producer"))?;
            return Ok(link);
        }
        let link = open().await?;
        shared.push((manner, Arc::downgrade(&link)));
        Ok(link)
    }

    async fn producer(
        &self,
        topic: &Topic,
        typed: bool,
        options: ProducerOptions,
    ) -> Result<Box<dyn BackendProducer>, Error> {
        self.check_open()?;
        let asked = [Feature::of_qos(topic.qos())];
        self.capabilities(topic).check(crate::NAME, asked, false)?;
        let changed = self.settings.with(&options.backend)?;
        let link = self
            .link(changed.as_ref().unwrap_or(&self.settings))
            .await?;
        let most = match topic.qos() {
            Qos::Q0 => 0,
            Qos::Q1 => 1,
            Qos::Q2 => 2,
        };
        if link.limits.max_qos.is_some_and(|taken| taken < most) {
            let why = format!("the broker takes no quality of service {most}");
            return Err(Failure::Refused(why).error("producer"));
        }
        let producer = Producer::new(link, topic, typed, self.settings.max_packet, &options)?;
        let mut open = self.open();
        open.senders.retain(|sender| sender.strong_count() > 0);
        open.senders.push(Arc::downgrade(&producer.sender()));
        // Whoever closed the backend meanwhile did not see this one.
        drop(open);
        self.check_open()?;
        Ok(Box::new(producer))
    }

    async fn consumer(
        &self,
        topic: &Topic,
        subscription: &str,
        options: ConsumerOptions,
    ) -> Result<Box<dyn BackendConsumer>, Error> {
        self.check_open()?;
        check_subscription(subscription)?;
        let asked = Capabilities::asked_by_consumer(topic, &options);
        self.capabilities(topic).check(crate::NAME, asked, false)?;
        let changed = self.settings.with(&options.backend)?;
        let settings = changed.as_ref().unwrap_or(&self.settings);
        let (membership, id) = self.membership(topic, subscription, &options)?;
        let name = names::topic(topic);
        let rivals = self.rivals(&id, &options);
        // One that may have been replaced does not push its successor out at once.
        let pause = rivals.before_opening();
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
            self.check_open()?;
        }
        let rivals = Arc::new(Mutex::new(rivals));
        let shared = options.consumer_type == ConsumerType::Shared;
        // A broker may forget shared subscriptions when it restarts: one that nobody competes for does without. One that
        // lasts may have been left behind by a consumer that competed.
        let competing = shared && (options.durable || !options.alone);
        let exclusive = (!shared).then(|| id.clone());
        let wanted = Subscription {
            copies: (topic.qos() == Qos::Q2).then(|| self.copies(&id, options.durable)),
            filter: names::filter(&name, subscription, competing),
            id,
            rivals: Arc::clone(&rivals),
            qos: topic.qos(),
            durable: options.durable,
            // The name of a host is often another one when the program comes back, in containers above all: what is given
            // to a member that does not come back is answered by nobody.
            keeps_place: !competing || !options.durable || self.named || options.member.is_some(),
            competing,
            replaceable: !shared,
            retained: options.position == InitialPosition::Earliest,
            prefetch: u16::try_from(options.prefetch.max(1)).unwrap_or(u16::MAX),
        };
        let consumer = Consumer::open(wanted, settings, membership).await;
        let consumer = consumer.map_err(|why| why.error("consumer"))?;
        let mut open = self.open();
        if let Some(last) = exclusive.and_then(|id| open.rivals.insert(id, rivals)) {
            lock(&last).replace();
        }
        open.receivers
            .retain(|receiver| receiver.strong_count() > 0);
        open.receivers.push(Arc::downgrade(&consumer.receiver()));
        drop(open);
        self.check_open()?;
        Ok(Box::new(consumer))
    }

    /// As whom a consumer connects.
    fn membership(
        &self,
        topic: &Topic,
        subscription: &str,
        options: &ConsumerOptions,
    ) -> Result<(Membership, String), Error> {
        let broker = self.settings.place();
        let name = names::topic(topic);
        let id =
            |member: &str| names::consumer_id(&name, subscription, options.consumer_type, member);
        if let Some(member) = &options.member {
            names::check_member(member).map_err(|message| invalid("member", message))?;
        }
        if options.consumer_type != ConsumerType::Shared {
            // Whoever comes last takes it over.
            return Ok((Membership::none(), id("")));
        }
        if !options.durable {
            if options.alone {
                // Its name is its own, and finds what came while the link was being built again.
                return Ok((Membership::none(), id("")));
            }
            // Nothing of it is kept, so that it needs no name that lasts.
            let fresh = names::fresh_id(subscription, &self.instance);
            return Ok((Membership::none(), fresh));
        }
        match &options.member {
            Some(member) => match Membership::take(&broker, &id(member)) {
                Some(membership) => Ok((membership, id(member))),
                None => Err(Error::Busy {
                    what: format!("member {member:?} of subscription {subscription:?} of {topic}"),
                    hint: "members that compete need different names".to_owned(),
                }),
            },
            None => Ok(Membership::first(&broker, |number| match number {
                1 => id(&self.instance),
                // No instance has this character in it: no other one is called so.
                number => id(&format!("{}:{number}", self.instance)),
            })),
        }
    }

    /// What a new consumer is to know of others with its identifier.
    fn rivals(&self, id: &str, options: &ConsumerOptions) -> Rivals {
        match (options.consumer_type, options.durable) {
            (ConsumerType::Shared, false) if !options.alone => Rivals::new(RivalKind::None),
            (ConsumerType::Shared, _) => Rivals::new(RivalKind::Mistaken),
            _ => match self.open().rivals.get(id) {
                Some(last) => lock(last).successor(),
                None => Rivals::new(RivalKind::Expected),
            },
        }
    }

    fn copies(&self, id: &str, durable: bool) -> Arc<Mutex<Copies>> {
        if !durable {
            return Arc::default();
        }
        let mut open = self.open();
        if let Some(known) = open.copies.get(id) {
            return Arc::clone(known);
        }
        let new = Arc::<Mutex<Copies>>::default();
        open.copies.insert(id.to_owned(), Arc::clone(&new));
        new
    }

    async fn ask(&self) -> Result<Health, Error> {
        self.check_open()?;
        let asked = Instant::now();
        let id = names::fresh_id("tg-health", &self.instance);
        let window = client::Window {
            out: 1,
            incoming: 1,
        };
        let probe = async {
            let (client, mut connection) =
                client::prepare(&id, Kind::Passing, &window, &self.settings)?;
            let limits = link::established(&mut connection).await?;
            let latency = asked.elapsed();
            let _gone = client.disconnect(true, self.settings.connect_timeout);
            while connection.next().await.is_ok() {}
            Ok::<_, Failure>((latency, limits))
        };
        let (latency, limits) = probe.await.map_err(|why| why.error("backend"))?;
        let stated = |value: Option<u64>| value.map_or("unstated".to_owned(), |v| v.to_string());
        Ok(Health::new(
            latency,
            format!(
                "MQTT 5 at {}; most bytes of a packet {}, most unconfirmed messages {}",
                self.settings.place(),
                stated(limits.max_packet.map(u64::from)),
                stated(limits.receive_max.map(u64::from)),
            ),
        ))
    }

    async fn end(&self, within: Duration) -> Result<(), Error> {
        self.closed.store(true, Ordering::Release);
        let Open {
            senders,
            links,
            receivers,
            ..
        } = std::mem::take(&mut *self.open());
        let start = Instant::now();
        let left = || within.saturating_sub(start.elapsed());
        let mut done = true;
        // The senders and receivers stop at once; each waits for its own while the others do too.
        let receivers: Vec<_> = receivers.iter().filter_map(Weak::upgrade).collect();
        let mut closing = tokio::task::JoinSet::new();
        for receiver in receivers {
            let within = left();
            closing.spawn(async move { receiver.close(within).await });
        }
        for sender in senders.iter().filter_map(Weak::upgrade) {
            let within = left();
            closing.spawn(async move { sender.close(within).await });
        }
        while let Some(closed) = closing.join_next().await {
            done &= closed.unwrap_or(false);
        }
        for link in links.iter().filter_map(Weak::upgrade) {
            done &= link.close(left().max(Duration::from_millis(100))).await;
        }
        in_time(done, "close", within)
    }
}

impl PubSubBackend for Mqtt {
    fn name(&self) -> &str {
        crate::NAME
    }

    fn capabilities(&self, topic: &Topic) -> Capabilities {
        let capabilities = (Profile::MQTT.capabilities)(topic.qos());
        match self.named {
            true => {
                let kept = capabilities.support(Feature::Offline);
                capabilities.with(Feature::OfflineUnnamed, kept)
            }
            false => capabilities,
        }
    }

    fn create_producer<'a>(
        &'a self,
        topic: &'a Topic,
        schema: Option<SchemaInfo>,
        options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        Answer::later(self.producer(topic, schema.is_some(), options))
    }

    fn create_consumer<'a>(
        &'a self,
        topic: &'a Topic,
        subscription: &'a str,
        _schema: Option<SchemaInfo>,
        options: ConsumerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendConsumer>, Error>> {
        Answer::later(self.consumer(topic, subscription, options))
    }

    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        Answer::later(self.ask())
    }

    fn close(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        Answer::later(self.end(within))
    }
}

impl std::fmt::Debug for Mqtt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mqtt")
            .field("broker", &self.settings.place())
            .field("instance", &self.instance)
            .finish_non_exhaustive()
    }
}
