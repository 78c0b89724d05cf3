//! A producer in the making.

use std::marker::PhantomData;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tg_schema::pubsub::{Error, Feature, OptionValue, ProducerOptions};
use tg_schema::{Qos, Topic};

use super::{Producer, ProducerConnect, Shared};
use crate::backoff::Backoff;
use crate::link::{Patience, Supervised, Told};
use crate::metrics::{Counter, Refresh, Role};
use crate::payload::Payload;
use crate::pubsub::PubSub;
use crate::random::Names;
use crate::time;
use crate::uses::Uses;

/// What a `send` does while the link is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhenDown {
    /// It waits until the link is there again, as long as [`ProducerBuilder::send_timeout`] allows. For `q1` and `q2`.
    Wait,
    /// It makes one attempt to build the link, where one is due, and fails. For `q0`.
    Fail,
}

/// A producer in the making; see [`PubSub::producer`].
#[must_use]
pub struct ProducerBuilder<T> {
    pubsub: PubSub,
    topic: Result<Topic, Error>,
    options: ProducerOptions,
    when_down: Option<WhenDown>,
    connect_timeout: Duration,
    backoff: Backoff,
    label: Option<String>,
    ensure_topic: bool,
    of: PhantomData<fn(T)>,
}

impl<T: Payload> ProducerBuilder<T> {
    pub(crate) fn new(pubsub: PubSub, topic: Result<Topic, Error>) -> Self {
        ProducerBuilder {
            pubsub,
            topic,
            options: ProducerOptions::default(),
            when_down: None,
            connect_timeout: Duration::from_secs(30),
            backoff: Backoff::LINK,
            label: None,
            ensure_topic: false,
            of: PhantomData,
        }
    }
    /// All options of the backend's producer at once.
    pub fn options(mut self, options: ProducerOptions) -> Self {
        self.options = options;
        self
    }
    /// Name by which a broker knows the producer again, where it keeps one for `q2`.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.options.name = Some(name.into());
        self
    }
    /// How long a `send` may take, repetitions included. 30 s by default.
    pub fn send_timeout(mut self, timeout: Duration) -> Self {
        self.options.send_timeout = timeout;
        self
    }
    /// Most messages that are sent and not confirmed; one more waits. 1,000 by default.
    pub fn max_in_flight(mut self, messages: usize) -> Self {
        self.options.max_in_flight = messages.max(1);
        self
    }
    /// An option of one backend, `prefix.name`.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<OptionValue>) -> Self {
        self.options.backend.set(name, value);
        self
    }
    /// What a `send` does while the link is down. By default it waits on `q1` and `q2` and fails on `q0`.
    pub fn when_down(mut self, when_down: WhenDown) -> Self {
        self.when_down = Some(when_down);
        self
    }
    /// How long [`ProducerBuilder::open`] tries to reach the broker. 30 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }
    /// Pauses between attempts to build the link, and between repetitions. [`Backoff::LINK`] by default.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }
    /// Its name in metrics and health. The name of the message type by default.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
    /// Creates the topic where it does not exist, each time that the link is built.
    pub fn ensure_topic(mut self) -> Self {
        self.ensure_topic = true;
        self
    }

    /// Connects.
    ///
    /// # Errors
    /// [`Error::InvalidTopic`], [`Error::InvalidOption`], [`Error::Unsupported`], [`Error::SchemaRejected`],
    /// [`Error::Auth`] at once; [`Error::Connection`] where the broker could not be reached in time.
    pub async fn open(self) -> Result<Producer<T>, Error> {
        let topic = self.topic?;
        let label = self.label.unwrap_or_else(|| T::name().to_owned());
        let series = self.pubsub.series(Role::Producer, &label);
        let mut asked = vec![Feature::of_qos(topic.qos())];
        if self.ensure_topic {
            asked.push(Feature::TopicAdmin);
        }
        let counter = Counter::ProducerDowngrades;
        self.pubsub.negotiate(&topic, asked, &*series, counter)?;
        let schema = T::schema()?;
        let mut options = self.options;
        options.backend = self.pubsub.backend_options(options.backend)?;
        let send_timeout = options.send_timeout;
        options.caller_keeps_time = true;
        let connect = ProducerConnect {
            backend: self.pubsub.backend().clone(),
            topic: topic.clone(),
            schema,
            options,
            ensure_topic: self.ensure_topic,
        };
        let told = Told {
            series: series.clone(),
            reconnects: Counter::ProducerReconnects,
            state: None,
            dropped: (topic.qos() == Qos::Q0).then_some(Counter::Dropped),
        };
        let link = Supervised::new(connect, self.backoff, self.connect_timeout, told);
        let end = time::after(self.connect_timeout);
        let wire = link.get(Patience::Until(end)).await?.wire().clone();
        let when_down = self.when_down.unwrap_or(match topic.qos() {
            Qos::Q0 => WhenDown::Fail,
            Qos::Q1 | Qos::Q2 => WhenDown::Wait,
        });
        let shared = Arc::new(Shared {
            link,
            topic,
            name: label,
            send_timeout,
            when_down,
            backoff: self.backoff,
            series,
            propagator: self.pubsub.propagator_handle(),
            ids: Names::new(),
            sends: Uses::new(),
            unrouted_told: AtomicBool::new(false),
            wire: Mutex::new(wire),
        });
        let refresh: Weak<dyn Refresh> = Arc::downgrade(&(shared.clone() as Arc<dyn Refresh>));
        shared.series.refreshed_by(refresh);
        self.pubsub.register(&shared);
        Ok(Producer::of(shared))
    }
}
