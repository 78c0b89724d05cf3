//! The broker is killed under load and comes back.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tg_pubsub_pulsar::Pulsar;
use tg_schema::pubsub::{
    BackendProducer, ConsumerOptions, ConsumerType, Delivery, Error, Outgoing, ProducerOptions,
    PubSubBackend,
};
use tg_test_brokers::PulsarSetup;
use tokio::time::{sleep, timeout};

use crate::support::*;

/// What was sent and what came.
#[derive(Default)]
struct Counts {
    confirmed: Vec<usize>,
    failed: Vec<(usize, &'static str)>,
    received: HashMap<usize, usize>,
    /// The longest time in which nothing was confirmed.
    gap: Duration,
}

impl Counts {
    fn lost(&self) -> usize {
        let lost = |n: &&usize| !self.received.contains_key(n);
        self.confirmed.iter().filter(lost).count()
    }
    fn repeated(&self) -> usize {
        self.received.values().map(|n| n - 1).sum()
    }
    fn report(&self, name: &str) {
        println!(
            "{name}: {} confirmed, {} failed, {} received, {} repeated, {} lost; nothing confirmed for {:.1?}",
            self.confirmed.len(),
            self.failed.len(),
            self.received.len(),
            self.repeated(),
            self.lost(),
            self.gap
        );
    }
}

/// Sends until told to stop, `window` at a time, and collects what is confirmed.
async fn load(
    producer: Arc<dyn BackendProducer>,
    stop: Arc<AtomicBool>,
    confirmed: Arc<AtomicUsize>,
    window: usize,
) -> Counts {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..window {
        let (producer, stop, next) = (producer.clone(), stop.clone(), next.clone());
        let confirmed = confirmed.clone();
        tasks.spawn(async move {
            let (mut counts, mut last) = (Counts::default(), Instant::now());
            while !stop.load(Ordering::Relaxed) {
                let n = next.fetch_add(1, Ordering::Relaxed);
                let message = Outgoing::new(n.to_string()).id(n.to_string());
                match producer.send(message).await {
                    Ok(_) => {
                        confirmed.fetch_add(1, Ordering::Relaxed);
                        counts.confirmed.push(n);
                        counts.gap = counts.gap.max(last.elapsed());
                        last = Instant::now();
                    }
                    Err(e) => counts.failed.push((n, e.kind())),
                }
                sleep(Duration::from_millis(5)).await;
            }
            counts
        });
    }
    let mut all = Counts::default();
    while let Some(done) = tasks.join_next().await {
        let some = done.expect("a sender");
        all.confirmed.extend(some.confirmed);
        all.failed.extend(some.failed);
        all.gap = all.gap.max(some.gap);
    }
    all
}

/// Acknowledges a message that was received.
async fn settle(delivery: Result<Delivery, Error>, received: &mut HashMap<usize, usize>) {
    let delivery = delivery.expect("a message");
    let n = text(&delivery).parse().expect("a number");
    match delivery.ack().await {
        Ok(()) => *received.entry(n).or_default() += 1,
        Err(failed) => assert_eq!(failed.error.kind(), "lost"),
    }
}

/// The broker ends in some way under load and comes back; nobody calls anything again.
async fn ended_and_back(qos: u8, consumer_type: ConsumerType, killed: bool) {
    let setup = match qos {
        2 => PulsarSetup::default().deduplication(),
        _ => PulsarSetup::default(),
    };
    let Some(mut broker) = own_broker(setup) else {
        return;
    };
    let mut config = config(broker.port());
    config.resume = 3 * SOON;
    let backend = Pulsar::new(config).expect("a configuration");
    let topic = topic(qos);
    let options = ConsumerOptions::default().consumer_type(consumer_type);
    let consumer = consumer_with(&backend, &topic, "s", options).await;
    let options = ProducerOptions::default().send_timeout(3 * SOON);
    let producer = backend.create_producer(&topic, None, options).await;
    let producer: Arc<dyn BackendProducer> = producer.expect("a producer").into();
    let stop = Arc::<AtomicBool>::default();
    let confirmed = Arc::<AtomicUsize>::default();
    let sending = tokio::spawn(load(producer, stop.clone(), confirmed.clone(), 32));
    let mut counts = Counts::default();
    // However slow the machine is, as much is sent before and after.
    let more = async || {
        let enough = confirmed.load(Ordering::Relaxed) + 500;
        until("messages are confirmed", || {
            confirmed.load(Ordering::Relaxed) >= enough
        })
        .await;
    };
    let breaking = async {
        more().await;
        sleep(Duration::from_secs(1)).await;
        tokio::task::block_in_place(|| match killed {
            true => broker.kill(),
            false => broker.stop(),
        });
        sleep(Duration::from_secs(1)).await;
        tokio::task::block_in_place(|| broker.restart()).expect("a broker");
        more().await;
        sleep(Duration::from_secs(1)).await;
        stop.store(true, Ordering::Relaxed);
        sending.await.expect("the load")
    };
    tokio::pin!(breaking);
    let sent = loop {
        let delivery = tokio::select! {
            sent = &mut breaking => break sent,
            delivery = consumer.receive() => delivery,
        };
        settle(delivery, &mut counts.received).await;
    };
    counts = Counts {
        received: counts.received,
        ..sent
    };
    loop {
        let patience = if counts.lost() > 0 { SOON } else { QUIET };
        let Ok(delivery) = timeout(patience, consumer.receive()).await else {
            break;
        };
        settle(delivery, &mut counts.received).await;
    }
    let how = if killed { "killed" } else { "ended in order" };
    counts.report(&format!(
        "broker {how} and started again, q{qos}, {consumer_type}"
    ));
    assert!(
        counts.confirmed.len() >= 1_000,
        "{}",
        counts.confirmed.len()
    );
    assert_eq!(counts.lost(), 0);
    assert!(counts.failed.is_empty(), "{:?}", counts.failed);
    // A broker that is killed has saved acknowledgements of a while ago; one that ends in order saves them all, and only
    // what was under way may come twice: what was sent, and what was received.
    if !killed {
        assert!(counts.repeated() <= 32 + 100, "{}", counts.repeated());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_confirmed_is_lost_when_the_broker_is_killed_q1_shared() {
    ended_and_back(1, ConsumerType::Shared, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_confirmed_is_lost_when_the_broker_is_killed_q2_exclusive() {
    ended_and_back(2, ConsumerType::Exclusive, true).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_confirmed_is_lost_when_the_broker_is_restarted() {
    ended_and_back(1, ConsumerType::Failover, false).await;
}
