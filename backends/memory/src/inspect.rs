//! What is in a broker, for tests: messages, subscriptions, consumers.

use std::sync::atomic::Ordering;
use std::time::SystemTime;

use tg_schema::Topic;
use tg_schema::pubsub::{Bytes, ConsumerType, Properties};

use crate::backend::Memory;
use crate::subscription::Subscription;
use crate::topic::Core;

/// A message that a topic keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Published {
    /// The message.
    pub payload: Bytes,
    /// What travelled beside it.
    pub properties: Properties,
    /// Its key.
    pub key: Option<String>,
    /// Its identity.
    pub id: Option<String>,
    /// When it was sent.
    pub published: SystemTime,
}

/// A subscription as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SubscriptionState {
    /// Its name.
    pub name: String,
    /// How its consumers divide its messages.
    pub consumer_type: ConsumerType,
    /// Whether it outlives its consumers.
    pub durable: bool,
    /// How many consumers it has.
    pub consumers: usize,
    /// Messages that are not settled: those that wait, and those that consumers hold.
    pub pending: usize,
    /// Messages that were handed out and are not settled.
    pub unsettled: usize,
    /// Messages that were dropped because too many waited, on `q0`.
    pub dropped: u64,
}

/// What is open in a broker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counts {
    /// Handles that exist, or have producers, consumers or deliveries that do.
    pub handles: usize,
    /// Producers, of all handles.
    pub producers: usize,
    /// Consumers, of all handles.
    pub consumers: usize,
    /// Topics.
    pub topics: usize,
    /// Subscriptions of all topics.
    pub subscriptions: usize,
}

impl Memory {
    /// What a topic keeps, oldest first: what was sent, as far as history reaches.
    pub fn published(&self, topic: &Topic) -> Vec<Published> {
        self.look(topic, |core| {
            let messages = core.log.from(core.log.first());
            let published = messages.map(|message| Published {
                payload: message.payload.clone(),
                properties: message.properties.clone(),
                key: message.key.as_deref().map(str::to_owned),
                id: message.id.clone(),
                published: message.published,
            });
            published.collect()
        })
        .unwrap_or_default()
    }
    /// The subscriptions of a topic, by name.
    pub fn subscriptions(&self, topic: &Topic) -> Vec<SubscriptionState> {
        let mut states = self
            .look(topic, |core| {
                let subscriptions = core.subscriptions.values();
                subscriptions.map(|s| state(s, core)).collect::<Vec<_>>()
            })
            .unwrap_or_default();
        states.sort_by(|a, b| a.name.cmp(&b.name));
        states
    }
    /// A subscription of a topic.
    pub fn subscription(&self, topic: &Topic, name: &str) -> Option<SubscriptionState> {
        self.look(topic, |core| {
            let mut subscriptions = core.subscriptions.values();
            let found = subscriptions.find(|s| s.name == name)?;
            Some(state(found, core))
        })
        .flatten()
    }
    /// Messages of a subscription that are not settled: those that wait, and those that consumers hold. 0 where there
    /// is no such subscription.
    pub fn pending(&self, topic: &Topic, subscription: &str) -> usize {
        let state = self.subscription(topic, subscription);
        state.map_or(0, |s| s.pending)
    }
    /// Messages of a subscription that were handed out and are not settled.
    pub fn unsettled(&self, topic: &Topic, subscription: &str) -> usize {
        let state = self.subscription(topic, subscription);
        state.map_or(0, |s| s.unsettled)
    }
    /// Names of the topics, sorted: `tenant/namespace/queue`.
    pub fn topics(&self) -> Vec<String> {
        let topics = self.broker().topics().into_iter();
        topics.map(|topic| topic.name.clone()).collect()
    }
    /// What is open. A broker in memory has no tasks of its own.
    pub fn counts(&self) -> Counts {
        let broker = self.broker();
        let topics = broker.topics();
        let subscriptions = topics
            .iter()
            .map(|t| t.with(|core, _| core.subscriptions.len()));
        Counts {
            handles: broker.handles.load(Ordering::Relaxed),
            producers: broker.producers.load(Ordering::Relaxed),
            consumers: broker.consumers.load(Ordering::Relaxed),
            subscriptions: subscriptions.sum(),
            topics: topics.len(),
        }
    }

    fn look<T>(&self, topic: &Topic, look: impl FnOnce(&Core) -> T) -> Option<T> {
        let topic = self.broker().known_topic(topic)?;
        Some(topic.with(|core, _| look(core)))
    }
}

fn state(subscription: &Subscription, core: &Core) -> SubscriptionState {
    let mut held = 0;
    let mut unsettled = 0;
    for member in subscription.members() {
        let hands = member.hands();
        held += hands.used();
        unsettled += hands.unsettled();
    }
    SubscriptionState {
        name: subscription.name.clone(),
        consumer_type: subscription.consumer_type,
        durable: subscription.durable,
        consumers: subscription.members().len(),
        pending: subscription.waiting(&core.log) + held,
        unsettled,
        dropped: subscription.dropped,
    }
}
