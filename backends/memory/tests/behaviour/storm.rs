//! Many tasks on many threads that do everything at once, and what must hold nevertheless.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub_memory::Memory;
use tg_schema::pubsub::{
    BackendConsumer, ConsumerOptions, ConsumerType, Delivery, Error, Outgoing, PubSubBackend,
};
use tokio::time::timeout;

use crate::support::*;

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

const PRODUCERS: u64 = 3;
const MESSAGES: u64 = 2_000;
const KEYS: u64 = 17;
/// After so long a worker looks whether everything is done.
const PATIENCE: Duration = Duration::from_millis(50);

/// Sends its messages, each until it is confirmed; a repetition is known by its identity.
async fn produce(backend: Arc<Memory>, at: &'static str, number: u64) {
    let mut dice = Dice(number + 1);
    let open = || async {
        loop {
            let topic = topic(at);
            let opened = backend.create_producer(&topic, None, Default::default());
            match opened.await {
                Ok(link) => return link,
                Err(error) => assert!(error.is_retryable(), "{error}"),
            }
        }
    };
    let mut link = open().await;
    for i in 0..MESSAGES {
        let id = format!("{number}-{i}");
        let message = Outgoing::new(format!("{i}"))
            .key(format!("{number}-{}", dice.below(KEYS)))
            .id(id);
        while let Err(error) = link.send(message.clone()).await {
            assert!(matches!(error, Error::Connection { .. }), "{error}");
            link = open().await;
        }
        if dice.below(50) == 0 {
            tokio::task::yield_now().await;
        }
    }
}

/// Who acknowledged what, in this order: key, number.
type Done = Arc<Mutex<Vec<(String, u64)>>>;

struct Worker {
    backend: Arc<Memory>,
    at: &'static str,
    subscription: &'static str,
    options: ConsumerOptions,
    done: Done,
    dice: Dice,
    /// Whether it refuses messages, which then come out of order.
    refuses: bool,
}

impl Worker {
    async fn run(mut self) {
        loop {
            let (at, options) = (self.at, self.options.clone());
            let link = match try_consumer(&self.backend, at, self.subscription, options).await {
                Ok(link) => link,
                Err(error) => {
                    assert!(error.is_retryable(), "{error}");
                    continue;
                }
            };
            loop {
                let Ok(received) = timeout(PATIENCE, link.receive()).await else {
                    let done = self.done.lock().expect("no panic").len() as u64;
                    match done < PRODUCERS * MESSAGES {
                        true => continue,
                        false => return,
                    }
                };
                match received {
                    Ok(delivery) => self.settle(delivery).await,
                    Err(error) => {
                        assert!(matches!(error, Error::Connection { .. }), "{error}");
                        break;
                    }
                }
                match self.dice.below(200) {
                    0 => {
                        link.close(SECOND).await.expect("closed");
                        break;
                    }
                    1 => self.backend.faults().disconnect(),
                    2 if self.refuses => drop(timeout(Duration::ZERO, link.receive()).await),
                    _ => {}
                }
            }
        }
    }

    async fn settle(&mut self, delivery: Delivery) {
        let key = delivery.meta.key.clone().expect("a key");
        let number = text(&delivery).parse().expect("a number");
        if self.refuses {
            match self.dice.below(10) {
                0 => return drop(delivery),
                1 => return drop(delivery.nack(None).await),
                2 => return drop(delivery.nack(Some(Duration::from_millis(1))).await),
                _ => {}
            }
        }
        // Noted before, because afterwards another may be faster; and taken back where it failed.
        let note = || self.done.lock().expect("no panic");
        note().push((key.clone(), number));
        if delivery.ack().await.is_err() {
            let mut done = note();
            let last = done.iter().rposition(|d| d.0 == key && d.1 == number);
            done.remove(last.expect("noted"));
        }
    }
}

async fn storm(at: &'static str, subscriptions: &[(&'static str, ConsumerType, bool)]) {
    let backend = Arc::new(Memory::new());
    let mut tasks = Vec::new();
    let mut all = Vec::new();
    for (seed, (subscription, consumer_type, refuses)) in (1_u64..).zip(subscriptions) {
        let options = of_type(*consumer_type).prefetch(20);
        drop(consumer(&backend, at, subscription, options.clone()).await);
        let done = Done::default();
        all.push((*subscription, done.clone()));
        for worker in 0..3 {
            let worker = Worker {
                backend: backend.clone(),
                at,
                subscription,
                options: options.clone(),
                done: done.clone(),
                dice: Dice(seed * 1_000 + worker),
                refuses: *refuses,
            };
            tasks.push(tokio::spawn(worker.run()));
        }
    }
    for number in 0..PRODUCERS {
        tasks.push(tokio::spawn(produce(backend.clone(), at, number)));
    }
    for task in tasks {
        timeout(600 * SECOND, task)
            .await
            .expect("in time")
            .expect("no panic");
    }
    for ((subscription, done), (_, consumer_type, refuses)) in all.iter().zip(subscriptions) {
        let done = done.lock().expect("no panic");
        assert_eq!(done.len() as u64, PRODUCERS * MESSAGES, "{subscription}");
        let distinct: BTreeSet<_> = done
            .iter()
            .map(|(key, number)| (key.split('-').next(), number))
            .collect();
        assert_eq!(distinct.len(), done.len(), "{subscription}: one came twice");
        assert_eq!(backend.pending(&topic(at), subscription), 0);
        if !refuses && *consumer_type != ConsumerType::Shared {
            let mut last: BTreeMap<&str, u64> = BTreeMap::new();
            for (key, number) in done.iter() {
                let before = last.insert(key, *number);
                assert!(before < Some(*number), "{subscription}: {key} out of order");
            }
        }
    }
    assert_eq!(backend.counts().consumers, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_or_doubled() {
    let subscriptions = [
        ("shared", ConsumerType::Shared, true),
        ("failover", ConsumerType::Failover, true),
        ("keys", ConsumerType::KeyShared, true),
    ];
    storm("q2/tg/flow/x", &subscriptions).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn keys_and_failover_keep_their_order() {
    let subscriptions = [
        ("failover", ConsumerType::Failover, false),
        ("keys", ConsumerType::KeyShared, false),
    ];
    storm("q2/tg/flow/x", &subscriptions).await;
}

/// A call that waits: of which consumer, and its task.
type Waiting = (usize, tokio::task::JoinHandle<()>);
/// Deliveries and their consumers.
type Held = Arc<Mutex<Vec<(usize, Delivery)>>>;

/// Steps of chance on one thread. Whenever nothing moves any more, no call waits for what it could have.
async fn calls_come_and_go(consumer_type: ConsumerType, consumers: usize, seed: u64) {
    const PREFETCH: usize = 3;
    let backend = Memory::new();
    let mut dice = Dice(seed);
    let mut links: Vec<Arc<dyn BackendConsumer>> = Vec::new();
    for _ in 0..consumers {
        let options = of_type(consumer_type).prefetch(PREFETCH);
        links.push(Arc::from(consumer(&backend, X, "s", options).await));
    }
    let producer = producer(&backend, X).await;
    let held = Held::default();
    let mut waiting: Vec<Waiting> = Vec::new();
    let pick = |dice: &mut Dice, length: usize| dice.below(length as u64) as usize;
    for step in 0..1_000 {
        for _ in 0..=dice.below(4) {
            match dice.below(12) {
                0..4 => drop(put(&*producer, "x").await),
                4..7 => {
                    let at = pick(&mut dice, links.len());
                    let (link, held) = (links[at].clone(), held.clone());
                    let task = tokio::spawn(async move {
                        let delivery = link.receive().await.expect("a message");
                        held.lock().expect("no panic").push((at, delivery));
                    });
                    waiting.push((at, task));
                }
                7 if !waiting.is_empty() => {
                    let at = pick(&mut dice, waiting.len());
                    waiting.swap_remove(at).1.abort();
                }
                _ => {
                    let taken = {
                        let mut held = held.lock().expect("no panic");
                        match held.len() {
                            0 => None,
                            length => Some(held.swap_remove(pick(&mut dice, length))),
                        }
                    };
                    let Some((_, delivery)) = taken else {
                        continue;
                    };
                    match dice.below(5) {
                        0 => drop(delivery),
                        1 => delivery.nack(None).await.expect("nacked"),
                        _ => delivery.ack().await.expect("acknowledged"),
                    }
                }
            }
            if dice.below(3) == 0 {
                tokio::task::yield_now().await;
            }
        }
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        waiting.retain(|(_, task)| !task.is_finished());
        let held = held.lock().expect("no panic");
        let state = backend.subscription(&topic(X), "s").expect("there");
        assert_eq!(state.unsettled, held.len());
        if state.pending == held.len() {
            continue;
        }
        let able = |at: usize| consumer_type != ConsumerType::Failover || at == 0;
        for (at, _) in waiting.iter().filter(|(at, _)| able(*at)) {
            let has = held.iter().filter(|(of, _)| of == at).count();
            assert_eq!(has, PREFETCH, "step {step}: a call waits in vain");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn no_call_waits_in_vain() {
    for seed in 1..=2 {
        calls_come_and_go(ConsumerType::Shared, 1, seed).await;
        calls_come_and_go(ConsumerType::Shared, 3, seed).await;
        calls_come_and_go(ConsumerType::KeyShared, 2, seed).await;
        calls_come_and_go(ConsumerType::Failover, 2, seed).await;
    }
}
