//! A consumer in the making.

use std::marker::PhantomData;
use std::sync::{Arc, Weak};
use std::time::Duration;

use tg_schema::pubsub::{
    Capabilities, ConsumerOptions, ConsumerType, Error, Feature, InitialPosition, OptionValue,
    check_subscription,
};
use tg_schema::{Qos, Topic};

use super::{Consumer, ConsumerConnect, GivingBack, Shared};
use crate::attempts::Attempts;
use crate::backoff::Backoff;
use crate::dead_letters::DeadLetterQueue;
use crate::link::{Patience, Supervised, Told};
use crate::metrics::{Counter, Gauge, Refresh, Role};
use crate::payload::Payload;
use crate::policy::{DeadLetters, RetryPolicy};
use crate::pubsub::PubSub;
use crate::time;
use crate::uses::Uses;
use crate::watchdog::Watchdog;

/// A consumer in the making; see [`PubSub::consumer`].
#[must_use]
pub struct ConsumerBuilder<T> {
    pubsub: PubSub,
    topic: Result<Topic, Error>,
    subscription: String,
    options: ConsumerOptions,
    receive_timeout: Duration,
    connect_timeout: Duration,
    watchdog: Option<Duration>,
    backoff: Backoff,
    retry: RetryPolicy,
    dead_letters: DeadLetters,
    dead_letter_timeout: Duration,
    label: Option<String>,
    ensure_topic: bool,
    role: Role,
    asked: Vec<Feature>,
    of: PhantomData<fn() -> T>,
}

impl<T: Payload> ConsumerBuilder<T> {
    pub(crate) fn new(pubsub: PubSub, topic: Result<Topic, Error>, subscription: String) -> Self {
        ConsumerBuilder {
            retry: pubsub.default_retry(),
            pubsub,
            topic,
            subscription,
            options: ConsumerOptions::default(),
            receive_timeout: Duration::from_secs(2),
            connect_timeout: Duration::from_secs(30),
            watchdog: None,
            backoff: Backoff::LINK,
            dead_letters: DeadLetters::default(),
            dead_letter_timeout: Duration::from_secs(10),
            label: None,
            ensure_topic: false,
            role: Role::Consumer,
            asked: Vec::new(),
            of: PhantomData,
        }
    }
    /// All options of the backend's consumer at once.
    pub fn options(mut self, options: ConsumerOptions) -> Self {
        self.options = options;
        self
    }
    /// How the consumers of the subscription divide its messages. Shared by default.
    pub fn consumer_type(mut self, consumer_type: ConsumerType) -> Self {
        self.options.consumer_type = consumer_type;
        self
    }
    /// Where a new subscription begins. Latest by default.
    pub fn position(mut self, position: InitialPosition) -> Self {
        self.options.position = position;
        self
    }
    /// A subscription that goes away with its last consumer.
    pub fn temporary(mut self) -> Self {
        self.options.durable = false;
        self
    }
    /// Of a subscription that nobody else uses.
    pub(crate) fn alone(mut self) -> Self {
        self.options.alone = true;
        self
    }
    /// Most messages that are fetched and not settled. 100 by default.
    pub fn prefetch(mut self, messages: usize) -> Self {
        self.options.prefetch = messages.max(1);
        self
    }
    /// Which member of the subscription this is: one that is the same after a restart.
    pub fn member(mut self, member: impl Into<String>) -> Self {
        self.options.member = Some(member.into());
        self
    }
    /// An option of one backend, `prefix.name`.
    pub fn option(mut self, name: impl Into<String>, value: impl Into<OptionValue>) -> Self {
        self.options.backend.set(name, value);
        self
    }
    /// How long [`Consumer::receive`] waits. 2 s by default.
    pub fn receive_timeout(mut self, timeout: Duration) -> Self {
        self.receive_timeout = timeout;
        self
    }
    /// How long [`ConsumerBuilder::open`] tries to reach the broker. 30 s by default.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }
    /// Builds the link again when no message came for this long. For clients that go silent without an error; a topic
    /// that is quiet for longer pays with a new link each time. Off by default.
    ///
    /// The time counts only while somebody receives, no message of this consumer is unsettled, and the broker was not
    /// asked to hold one back (a negative acknowledgement with a delay): a new link would deliver those again.
    pub fn watchdog(mut self, after: Duration) -> Self {
        self.watchdog = Some(after);
        self
    }
    /// Pauses between attempts to build the link. [`Backoff::LINK`] by default.
    pub fn backoff(mut self, backoff: Backoff) -> Self {
        self.backoff = backoff;
        self
    }
    /// How often and after how long a message is delivered again.
    pub fn retry(mut self, retry: RetryPolicy) -> Self {
        self.retry = retry;
        self
    }
    /// Where messages go that are given up.
    pub fn dead_letters(mut self, to: DeadLetters) -> Self {
        self.dead_letters = to;
        self
    }
    /// How long writing a dead letter may take before the message is delivered again instead. 10 s by default.
    pub fn dead_letter_timeout(mut self, timeout: Duration) -> Self {
        self.dead_letter_timeout = timeout;
        self
    }
    /// Its name in metrics and health. The subscription by default.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }
    /// Creates the topic where it does not exist, each time that the link is built.
    pub fn ensure_topic(mut self) -> Self {
        self.ensure_topic = true;
        self.asked.push(Feature::TopicAdmin);
        self
    }
    /// Counted as something else than a consumer.
    pub(crate) fn role(mut self, role: Role) -> Self {
        self.role = role;
        self
    }
    /// Asks for one feature more.
    pub(crate) fn asking(mut self, feature: Feature) -> Self {
        self.asked.push(feature);
        self
    }

    /// Connects. When this answers, the subscription is live: it gets what is sent from then on.
    ///
    /// # Errors
    /// [`Error::InvalidTopic`], [`Error::InvalidOption`], [`Error::Unsupported`], [`Error::SchemaRejected`],
    /// [`Error::Auth`], [`Error::Busy`] at once; [`Error::Connection`] where the broker could not be reached in time.
    pub async fn open(self) -> Result<Consumer<T>, Error> {
        let topic = self.topic?;
        check_subscription(&self.subscription)?;
        let label = self.label.unwrap_or_else(|| self.subscription.clone());
        let series = self.pubsub.series(self.role, &label);
        let mut asked = Capabilities::asked_by_consumer(&topic, &self.options);
        asked.extend(self.asked);
        let unnamed =
            self.options.consumer_type == ConsumerType::Shared && self.options.member.is_none();
        let capabilities = self.pubsub.backend().capabilities(&topic);
        if unnamed
            && asked.contains(&Feature::Offline)
            && capabilities.takes(Feature::OfflineUnnamed)
        {
            asked.push(Feature::OfflineUnnamed);
        }
        let counter = Counter::ConsumerDowngrades;
        self.pubsub.negotiate(&topic, asked, &*series, counter)?;
        let schema = T::schema()?;
        let mut options = self.options;
        options.backend = self.pubsub.backend_options(options.backend)?;
        let dead_letters = DeadLetterQueue::of(
            &self.pubsub,
            &topic,
            &self.subscription,
            self.dead_letters,
            self.dead_letter_timeout,
            &*series,
        )?;
        let prefetch = options.prefetch;
        let connect = ConsumerConnect {
            backend: self.pubsub.backend().clone(),
            topic: topic.clone(),
            subscription: self.subscription.clone(),
            schema,
            options,
            ensure_topic: self.ensure_topic,
        };
        let (reconnects, state) = match self.role {
            Role::Consumer => (Counter::ConsumerReconnects, Gauge::ConsumerState),
            _ => (Counter::SubscriberReconnects, Gauge::SubscriberState),
        };
        let told = Told {
            series: series.clone(),
            reconnects,
            state: Some(state),
            dropped: (topic.qos() == Qos::Q0).then_some(Counter::ConsumerDropped),
        };
        let link = Supervised::new(connect, self.backoff, self.connect_timeout, told);
        let end = time::after(self.connect_timeout);
        link.get(Patience::Until(end)).await?;
        let shared = Arc::new(Shared {
            link,
            topic,
            subscription: self.subscription,
            name: label,
            role: self.role,
            receive_timeout: self.receive_timeout,
            watchdog: self.watchdog.map(Watchdog::new),
            backoff: self.backoff,
            prefetch,
            negotiation: self.pubsub.negotiation(),
            giving_back: GivingBack::of(&capabilities),
            retry: self.retry,
            dead_letters,
            letters: Uses::new(),
            attempts: Attempts::new(capabilities.has(Feature::Attempts)),
            series,
            propagator: self.pubsub.propagator_handle(),
        });
        let refresh: Weak<dyn Refresh> = Arc::downgrade(&(shared.clone() as Arc<dyn Refresh>));
        shared.series.refreshed_by(refresh);
        self.pubsub.register(&shared);
        Ok(Consumer::of(shared))
    }
}
