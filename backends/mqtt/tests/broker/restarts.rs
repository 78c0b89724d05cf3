//! The broker is killed under load and comes back.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, ConsumerType, Outgoing,
};
use tg_test_brokers::Mosquitto;
use tokio::time::{sleep, timeout};

use crate::support::*;

/// What was sent and what came.
#[derive(Default)]
struct Counts {
    confirmed: Vec<usize>,
    /// Those of them that were under way when the broker was killed.
    across: Vec<usize>,
    failed: Vec<(usize, &'static str)>,
    received: HashMap<usize, usize>,
}

impl Counts {
    fn lost(&self) -> Vec<usize> {
        let lost = |n: &&usize| !self.received.contains_key(n);
        self.confirmed.iter().filter(lost).copied().collect()
    }
    fn report(&self, name: &str) {
        let duplicates: usize = self.received.values().map(|n| n - 1).sum();
        println!(
            "{name}: {} confirmed ({} of them sent before), {} failed, {} received, {duplicates} duplicates, {} lost",
            self.confirmed.len(),
            self.across.len(),
            self.failed.len(),
            self.received.len(),
            self.lost().len()
        );
    }
}

/// What the senders are told, and what they and the receiver tell meanwhile.
#[derive(Default)]
struct Progress {
    /// 0 send, 1 the broker is killed, 2 stop.
    phase: AtomicUsize,
    confirmed: Mutex<HashSet<usize>>,
    received: Mutex<HashSet<usize>>,
}

impl Progress {
    fn at(&self) -> usize {
        self.phase.load(Ordering::Relaxed)
    }
    /// Whether everything that was confirmed was received.
    fn caught_up(&self) -> bool {
        let confirmed = self.confirmed.lock().expect("no panic");
        confirmed.is_subset(&self.received.lock().expect("no panic"))
    }
}

/// Sends until told to stop, `window` at a time, and collects what is confirmed.
async fn load(
    producer: Arc<dyn BackendProducer>,
    progress: Arc<Progress>,
    window: usize,
) -> Counts {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..window {
        let (producer, progress, next) = (producer.clone(), progress.clone(), next.clone());
        tasks.spawn(async move {
            let mut counts = Counts::default();
            loop {
                let before = progress.at();
                if before == 2 {
                    return counts;
                }
                let n = next.fetch_add(1, Ordering::Relaxed);
                let message = Outgoing::new(n.to_string()).id(n.to_string());
                match producer.send(message).await {
                    Ok(receipt) if receipt.routed == Some(false) => {
                        counts.failed.push((n, "unrouted"));
                    }
                    Ok(_) => {
                        counts.confirmed.push(n);
                        progress.confirmed.lock().expect("no panic").insert(n);
                        if before == 0 && progress.at() > 0 {
                            counts.across.push(n);
                        }
                    }
                    Err(e) => counts.failed.push((n, e.kind())),
                }
                sleep(Duration::from_millis(20)).await;
            }
        });
    }
    let mut all = Counts::default();
    while let Some(done) = tasks.join_next().await {
        let some = done.expect("a sender");
        all.confirmed.extend(some.confirmed);
        all.across.extend(some.across);
        all.failed.extend(some.failed);
    }
    all
}

/// As [`drain`], and tells what it settled meanwhile.
async fn take(
    consumer: &dyn BackendConsumer,
    received: &mut HashMap<usize, usize>,
    progress: &Progress,
) {
    while let Ok(delivery) = timeout(Duration::from_secs(2), consumer.receive()).await {
        let delivery = delivery.expect("a message");
        let n = text(&delivery).parse().expect("a number");
        match delivery.ack().await {
            Ok(()) => {
                *received.entry(n).or_default() += 1;
                progress.received.lock().expect("no panic").insert(n);
            }
            Err(failed) => assert_eq!(failed.error.kind(), "lost"),
        }
    }
}

/// Stops the broker where everything that it confirmed was delivered. What it said and nobody read would be thrown away
/// with its sockets, and what it knows it saves each second: no client can make up for that.
async fn pause(mosquitto: &Mosquitto, progress: &Progress) {
    for _ in 0..50 {
        mosquitto.pause().expect("paused");
        for _ in 0..10 {
            sleep(Duration::from_millis(100)).await;
            if progress.caught_up() {
                // Confirmations that are read only now are of messages that come now.
                sleep(Duration::from_millis(200)).await;
                if progress.caught_up() {
                    return;
                }
            }
        }
        // It stands between the confirmation of a message and its delivery.
        mosquitto.resume().expect("going on");
        sleep(Duration::from_millis(30)).await;
    }
    panic!("the receiver never caught up");
}

/// The broker is killed under load and comes back; nobody calls anything again.
async fn killed_and_back(qos: u8, consumer_type: ConsumerType) {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    let backend = backend(mosquitto.port());
    let topic = topic(qos);
    let options = ConsumerOptions::default().consumer_type(consumer_type);
    let consumer = consumer_with(&backend, &topic, "s", options).await;
    let producer: Arc<dyn BackendProducer> = producer(&backend, &topic).await.into();
    // The broker saves its sessions every other second.
    sleep(Duration::from_millis(2_500)).await;
    let progress = Arc::<Progress>::default();
    let sending = tokio::spawn(load(producer, progress.clone(), 8));
    let mut received = HashMap::new();
    let breaking = async {
        sleep(Duration::from_secs(2)).await;
        pause(&mosquitto, &progress).await;
        progress.phase.store(1, Ordering::Relaxed);
        tokio::task::block_in_place(|| mosquitto.kill());
        sleep(Duration::from_secs(1)).await;
        tokio::task::block_in_place(|| mosquitto.restart()).expect("a broker");
        sleep(Duration::from_secs(2)).await;
        progress.phase.store(2, Ordering::Relaxed);
    };
    tokio::join!(take(&*consumer, &mut received, &progress), breaking);
    let mut counts = sending.await.expect("the load");
    take(&*consumer, &mut received, &progress).await;
    counts.received = received;
    counts.report(&format!(
        "broker killed and back after 1 s, q{qos}, {consumer_type}"
    ));
    assert!(counts.confirmed.len() > 100, "{}", counts.confirmed.len());
    let mut lost = counts.lost();
    if qos == 2 {
        // Of a message of which it had not saved the first half, this broker confirms the second half nevertheless.
        lost.retain(|n| !counts.across.contains(n));
    }
    assert_eq!(lost, [] as [usize; 0]);
    // This broker forgets shared subscriptions when it restarts, and says so of each message until they are back.
    let kinds: &[&str] = match consumer_type {
        ConsumerType::Shared => &["connection", "timeout", "unrouted"],
        _ => &["connection", "timeout"],
    };
    assert!(
        counts.failed.iter().all(|(_, kind)| kinds.contains(kind)),
        "{:?}",
        counts.failed
    );
    if qos == 2 {
        assert!(
            counts.received.values().all(|n| *n == 1),
            "q2: no duplicates"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_confirmed_is_lost_when_the_broker_is_killed_q1() {
    killed_and_back(1, ConsumerType::Exclusive).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_confirmed_is_lost_when_the_broker_is_killed_q1_shared() {
    killed_and_back(1, ConsumerType::Shared).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_confirmed_is_lost_when_the_broker_is_killed_q2() {
    killed_and_back(2, ConsumerType::Exclusive).await;
}
