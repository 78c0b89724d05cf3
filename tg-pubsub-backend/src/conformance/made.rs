//! What a case made at the broker, to be taken away after it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Capabilities, ConsumerOptions, Error, Feature,
    Health, ProducerOptions, PubSubBackend, SchemaInfo,
};
use tokio::time::{Instant, sleep, timeout};

use super::Subject;

/// What one case made.
#[derive(Debug, Default)]
pub(super) struct Made {
    /// The broker was killed and not started again.
    down: AtomicBool,
    things: Mutex<Things>,
}

#[derive(Debug, Default)]
struct Things {
    /// Durable subscriptions.
    subscriptions: BTreeMap<Key, Subscription>,
    topics: BTreeMap<String, Topic>,
}

/// What tells durable subscriptions apart: instance, topic, name and member.
type Key = [String; 4];

/// A durable subscription, and how it can be opened again.
#[derive(Debug)]
struct Subscription {
    instance: String,
    topic: Topic,
    name: String,
    options: ConsumerOptions,
}

impl Made {
    pub(super) fn set_down(&self, down: bool) {
        self.down.store(down, Ordering::Release);
    }
    fn things(&self) -> MutexGuard<'_, Things> {
        self.things.lock().unwrap_or_else(PoisonError::into_inner)
    }
    /// The backend, with a note of everything that is made with it.
    pub(super) fn noting(
        self: &Arc<Self>,
        inner: Arc<dyn PubSubBackend>,
        instance: &str,
    ) -> Arc<dyn PubSubBackend> {
        Arc::new(Noting {
            inner,
            instance: instance.to_owned(),
            made: self.clone(),
        })
    }

    /// Takes everything away again, and tells what could not be. It takes no longer than a case may.
    pub(super) async fn take_away(&self, subject: &Subject) -> Vec<String> {
        let limit = subject.limit;
        timeout(limit, self.take_all_away(subject))
            .await
            .unwrap_or_else(|_| vec![format!("taking things away is not over after {limit:?}")])
    }

    async fn take_all_away(&self, subject: &Subject) -> Vec<String> {
        if let (true, Some(start)) = (
            self.down.swap(false, Ordering::AcqRel),
            &subject.hooks.start,
        ) {
            start(String::new()).await;
        }
        let things = std::mem::take(&mut *self.things());
        let mut left = Vec::new();
        let mut handles = BTreeMap::new();
        for (_, subscription) in things.subscriptions {
            let instance = &subscription.instance;
            let handle = match handles.get(instance) {
                Some(handle) => Ok(handle),
                None => plain(subject, instance)
                    .await
                    .map(|handle| &*handles.entry(instance.clone()).or_insert(handle)),
            };
            let gone = match handle {
                Ok(handle) => unsubscribe(subject, handle, &subscription).await,
                Err(e) => Err(e),
            };
            if let Err(e) = gone {
                let Subscription { name, topic, .. } = subscription;
                left.push(format!("subscription {name} of {topic}: {e}"));
            }
        }
        if handles.is_empty() && things.topics.is_empty() {
            return left;
        }
        let any = match handles.into_values().next() {
            Some(handle) => Ok(handle),
            None => plain(subject, "one").await,
        };
        match any {
            Ok(handle) => {
                for topic in things.topics.into_values() {
                    if !handle.capabilities(&topic).has(Feature::TopicAdmin) {
                        continue;
                    }
                    if let Err(e) = handle.delete_topic(&topic).await {
                        left.push(format!("topic {topic}: {e}"));
                    }
                }
                let within = Duration::from_secs(5);
                let _ = timeout(2 * within, handle.close(within)).await;
            }
            Err(e) => left.push(format!("no handle of the broker: {e}")),
        }
        left
    }
}

/// A handle, in time.
async fn plain(subject: &Subject, instance: &str) -> Result<Arc<dyn PubSubBackend>, Error> {
    let after = subject.redelivery;
    let timed_out = Error::Timeout {
        operation: "connect",
        after,
    };
    let connecting = subject.plain(instance);
    timeout(after, connecting).await.unwrap_or(Err(timed_out))
}

/// Deletes a subscription. The last consumers of the case may still be leaving.
async fn unsubscribe(
    subject: &Subject,
    handle: &Arc<dyn PubSubBackend>,
    subscription: &Subscription,
) -> Result<(), Error> {
    let Subscription {
        topic,
        name,
        options,
        ..
    } = subscription;
    if !handle.capabilities(topic).has(Feature::Unsubscribe) {
        return Err(handle.unsupported(topic, Feature::Unsubscribe));
    }
    let end = Instant::now() + subject.patience;
    loop {
        let once = async {
            handle
                .create_consumer(topic, name, None, options.clone())
                .await?
                .unsubscribe()
                .await
        };
        let timed_out = Error::Timeout {
            operation: "unsubscribe",
            after: subject.patience,
        };
        match timeout(subject.patience, once)
            .await
            .unwrap_or(Err(timed_out))
        {
            Err(e) if e.is_retryable() && Instant::now() < end => {
                sleep(Duration::from_millis(50)).await;
            }
            // It never came to be.
            Err(
                Error::InvalidOption { .. } | Error::Unsupported { .. } | Error::NotFound { .. },
            )
            | Ok(()) => return Ok(()),
            Err(e) => return Err(e),
        }
    }
}

/// Notes what is made.
struct Noting {
    inner: Arc<dyn PubSubBackend>,
    instance: String,
    made: Arc<Made>,
}

impl Noting {
    fn note(&self, topic: &Topic) {
        let mut things = self.made.things();
        things.topics.insert(topic.to_string(), topic.clone());
    }
}

impl PubSubBackend for Noting {
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
        options: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        self.note(topic);
        self.inner.create_producer(topic, schema, options)
    }
    fn create_consumer<'a>(
        &'a self,
        topic: &'a Topic,
        subscription: &'a str,
        schema: Option<SchemaInfo>,
        options: ConsumerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendConsumer>, Error>> {
        self.note(topic);
        if options.durable {
            let made = Subscription {
                instance: self.instance.clone(),
                topic: topic.clone(),
                name: subscription.to_owned(),
                options: options.clone(),
            };
            let key = [
                self.instance.clone(),
                topic.to_string(),
                subscription.to_owned(),
                options.member.clone().unwrap_or_default(),
            ];
            let mut things = self.made.things();
            things.subscriptions.entry(key).or_insert(made);
        }
        self.inner
            .create_consumer(topic, subscription, schema, options)
    }
    fn ensure_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        self.note(topic);
        self.inner.ensure_topic(topic)
    }
    fn delete_topic<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<(), Error>> {
        self.inner.delete_topic(topic)
    }
    fn topic_exists<'a>(&'a self, topic: &'a Topic) -> Answer<'a, Result<bool, Error>> {
        self.inner.topic_exists(topic)
    }
    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        self.inner.health()
    }
    fn close(&self, within: Duration) -> Answer<'_, Result<(), Error>> {
        self.inner.close(within)
    }
}
