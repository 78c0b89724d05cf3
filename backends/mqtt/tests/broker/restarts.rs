//! The broker is killed under load and comes back.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tg_schema::pubsub::{BackendProducer, ConsumerOptions, ConsumerType, Outgoing};
use tokio::time::sleep;

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

/// What the senders are told: 0 send, 1 the broker is killed, 2 stop.
type Phase = Arc<AtomicUsize>;

/// Sends until told to stop, `window` at a time, and collects what is confirmed.
async fn load(producer: Arc<dyn BackendProducer>, phase: Phase, window: usize) -> Counts {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..window {
        let (producer, phase, next) = (producer.clone(), phase.clone(), next.clone());
        tasks.spawn(async move {
            let mut counts = Counts::default();
            loop {
                let before = phase.load(Ordering::Relaxed);
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
                        if before == 0 && phase.load(Ordering::Relaxed) > 0 {
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
    let phase = Phase::default();
    let sending = tokio::spawn(load(producer, phase.clone(), 8));
    let mut received = HashMap::new();
    let breaking = async {
        sleep(Duration::from_secs(2)).await;
        // What it said and nobody read would be thrown away with its sockets, and what it knows it saves each second:
        // no client can make up for that.
        mosquitto.pause().expect("paused");
        sleep(Duration::from_millis(300)).await;
        phase.store(1, Ordering::Relaxed);
        tokio::task::block_in_place(|| mosquitto.kill());
        sleep(Duration::from_secs(1)).await;
        tokio::task::block_in_place(|| mosquitto.restart()).expect("a broker");
        sleep(Duration::from_secs(2)).await;
        phase.store(2, Ordering::Relaxed);
    };
    tokio::join!(drain(&*consumer, &mut received), breaking);
    let mut counts = sending.await.expect("the load");
    drain(&*consumer, &mut received).await;
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
