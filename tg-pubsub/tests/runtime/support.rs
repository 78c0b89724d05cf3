//! What the tests share: a broker, a sink that counts, a message type.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge, Labels, MetricsSink, Series, Timing};
use tg_pubsub::{Backoff, Consumer, InitialPosition, PubSub, RetryPolicy};
use tg_pubsub_memory::Memory;
use tg_schema::pubsub::Bytes;
use tg_schema::{Topic, tg_schema};
use tracing::Dispatch;
use tracing::subscriber::NoSubscriber;

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    pub text: String,
    pub hint: Option<String>,
    #[tg(default)]
    pub data: Vec<u8>,
}

impl Note {
    pub fn new(text: impl Into<String>) -> Self {
        Note {
            text: text.into(),
            hint: None,
            data: Vec::new(),
        }
    }
}

/// Counts everything, over all labels.
#[derive(Default)]
pub struct Recorder {
    seen: Arc<Seen>,
    labels: Mutex<Vec<Labels>>,
}

#[derive(Default)]
pub struct Seen {
    counts: Mutex<HashMap<Counter, u64>>,
    levels: Mutex<HashMap<Gauge, i64>>,
    timings: Mutex<HashMap<Timing, Vec<Duration>>>,
}

impl MetricsSink for Recorder {
    fn series(&self, labels: &Labels) -> Arc<dyn Series> {
        self.labels.lock().expect("a lock").push(labels.clone());
        self.seen.clone()
    }
}
impl Series for Seen {
    fn count(&self, counter: Counter, by: u64) {
        *self
            .counts
            .lock()
            .expect("a lock")
            .entry(counter)
            .or_default() += by;
    }
    fn add(&self, gauge: Gauge, by: i64) {
        *self
            .levels
            .lock()
            .expect("a lock")
            .entry(gauge)
            .or_default() += by;
    }
    fn observe(&self, timing: Timing, took: Duration) {
        let mut timings = self.timings.lock().expect("a lock");
        timings.entry(timing).or_default().push(took);
    }
}
impl Recorder {
    pub fn count(&self, counter: Counter) -> u64 {
        let counts = self.seen.counts.lock().expect("a lock");
        counts.get(&counter).copied().unwrap_or(0)
    }
    pub fn level(&self, gauge: Gauge) -> i64 {
        let levels = self.seen.levels.lock().expect("a lock");
        levels.get(&gauge).copied().unwrap_or(0)
    }
    pub fn timings(&self, timing: Timing) -> Vec<Duration> {
        let timings = self.seen.timings.lock().expect("a lock");
        timings.get(&timing).cloned().unwrap_or_default()
    }
    pub fn labels(&self) -> Vec<Labels> {
        self.labels.lock().expect("a lock").clone()
    }
}

/// A broker, a handle of it, and what the handle measured.
pub struct World {
    pub memory: Arc<Memory>,
    pub pubsub: PubSub,
    pub metrics: Arc<Recorder>,
}

/// Pauses without a random part: 1 s, 2 s, 4 s … 60 s.
pub fn retry() -> RetryPolicy {
    let backoff = Backoff::new(Duration::from_secs(1), Duration::from_secs(60));
    RetryPolicy::default().backoff(backoff.jitter(0.0))
}

pub fn world() -> World {
    world_of(Memory::new(), false)
}

/// Two subscribers that take nothing and outlive all others. While there is one alone, `tracing` asks none but that of the
/// thread that comes to a place in the code first, and another test's thread would switch the place off for who collects.
static SUBSCRIBERS: LazyLock<[Dispatch; 2]> =
    LazyLock::new(|| [(); 2].map(|()| Dispatch::new(NoSubscriber::default())));

/// Lets subscribers of threads see all that happens in their threads.
pub fn several_subscribers() {
    LazyLock::force(&SUBSCRIBERS);
}

pub fn world_of(memory: Memory, strict: bool) -> World {
    several_subscribers();
    let memory = Arc::new(memory);
    let metrics = Arc::new(Recorder::default());
    let pubsub = PubSub::builder(memory.clone())
        .metrics(metrics.clone())
        .strict(strict)
        .processor("tests")
        .retry(retry())
        .build();
    World {
        memory,
        pubsub,
        metrics,
    }
}

pub const TOPIC: &str = "q1/tg/flow/notes";

pub fn topic(text: &str) -> Topic {
    text.parse().expect("a topic")
}

impl World {
    /// A consumer of [`TOPIC`] from its beginning.
    pub async fn consumer(&self, subscription: &str) -> Consumer<Note> {
        let consumer = self.pubsub.consumer(TOPIC, subscription);
        let consumer = consumer.position(InitialPosition::Earliest);
        consumer.open().await.expect("a consumer")
    }
    pub async fn send(&self, texts: &[&str]) {
        let producer = self.pubsub.producer::<Note>(TOPIC).open().await;
        let producer = producer.expect("a producer");
        for text in texts {
            producer.send(&Note::new(*text)).await.expect("sent");
        }
        producer.close(SECOND).await.expect("closed");
    }
    /// Puts bytes onto [`TOPIC`] that are no note.
    pub async fn send_raw(&self, bytes: &'static [u8]) {
        let producer = self.pubsub.producer::<tg_pubsub::Raw>(TOPIC).open().await;
        let producer = producer.expect("a producer");
        let raw = tg_pubsub::Raw(Bytes::from_static(bytes));
        producer.send(&raw).await.expect("sent");
    }
    pub fn pending(&self, subscription: &str) -> usize {
        self.memory.pending(&topic(TOPIC), subscription)
    }
    pub fn unsettled(&self, subscription: &str) -> usize {
        self.memory.unsettled(&topic(TOPIC), subscription)
    }
}

pub const SECOND: Duration = Duration::from_secs(1);

/// Receives and acknowledges so many, and gives their texts.
pub async fn take(consumer: &Consumer<Note>, count: usize) -> Vec<String> {
    let mut texts = Vec::new();
    for _ in 0..count {
        let received = consumer.receive().await.expect("a message");
        texts.push(received.value().text.clone());
        received.ack().await.expect("acknowledged");
    }
    texts
}

/// Looks again and again, up to a simulated hour, until it is so.
pub async fn until(what: &str, so: impl Fn() -> bool) {
    for _ in 0..360_000 {
        if so() {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("not within an hour: {what}");
}
