//! The broker is killed under load, at any moment, and comes back.
//!
//! What this broker confirmed and had not saved it loses by itself, which is counted apart (see `Killed`); nothing else
//! may be lost.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, ConsumerType, Outgoing,
};
use tg_test_brokers::{Confirmed, Killed, Setup};
use tokio::time::{Instant, sleep};

use crate::support::*;

#[derive(Default)]
struct Counts {
    confirmed: Vec<Confirmed>,
    failed: HashMap<&'static str, usize>,
}

/// Sends without a pause until told to stop, `window` at a time, and collects what is confirmed.
async fn load(
    producer: Arc<dyn BackendProducer>,
    stop: Arc<AtomicBool>,
    confirmed: Arc<AtomicUsize>,
    window: usize,
) -> Counts {
    let mut tasks = tokio::task::JoinSet::new();
    for sender in 0..window {
        let (producer, stop) = (producer.clone(), stop.clone());
        let confirmed = confirmed.clone();
        tasks.spawn(async move {
            let mut counts = Counts::default();
            let mut n = 0;
            while !stop.load(Ordering::Relaxed) {
                // None is a part of another one.
                let text = format!("<{sender}-{n}>");
                n += 1;
                let sent = SystemTime::now();
                let message = Outgoing::new(text.clone()).id(text.clone());
                let failed = match producer.send(message).await {
                    Ok(receipt) if receipt.routed == Some(false) => "unrouted",
                    Ok(_) => {
                        confirmed.fetch_add(1, Ordering::Relaxed);
                        counts.confirmed.push(Confirmed {
                            text,
                            sent,
                            confirmed: SystemTime::now(),
                        });
                        continue;
                    }
                    Err(e) => e.kind(),
                };
                *counts.failed.entry(failed).or_default() += 1;
                sleep(Duration::from_millis(5)).await;
            }
            counts
        });
    }
    let mut all = Counts::default();
    for some in tasks.join_all().await {
        all.confirmed.extend(some.confirmed);
        for (kind, count) in some.failed {
            *all.failed.entry(kind).or_default() += count;
        }
    }
    all
}

type Received = Arc<Mutex<HashMap<String, usize>>>;

/// Receives and acknowledges. A message counts as received when it is handed out.
async fn take(consumer: Box<dyn BackendConsumer>, received: Received) {
    loop {
        let delivery = consumer.receive().await.expect("a message");
        let text = text(&delivery);
        *received.lock().expect("no panic").entry(text).or_default() += 1;
        if let Err(failed) = delivery.ack().await {
            assert_eq!(failed.error.kind(), "lost");
        }
    }
}

/// The broker is killed under load and comes back, again and again; nobody calls anything again.
async fn killed_and_back(qos: u8, consumer_type: ConsumerType) {
    let kills = std::env::var("TG_TEST_KILLS").map_or(3, |n| n.parse().expect("a number"));
    let setup = Setup::default().line("autosave_on_changes true");
    let Some(mut mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let backend = backend(mosquitto.port());
    let topic = topic(qos);
    let options = ConsumerOptions::default().consumer_type(consumer_type);
    let consumer = consumer_with(&backend, &topic, "s", options).await;
    let producer: Arc<dyn BackendProducer> = producer(&backend, &topic).await.into();
    let stop = Arc::<AtomicBool>::default();
    let received = Received::default();
    let taking = tokio::spawn(take(consumer, received.clone()));
    let confirmed = Arc::<AtomicUsize>::default();
    let sending = tokio::spawn(load(producer, stop.clone(), confirmed.clone(), 8));
    // However slow the machine is, something is under way each time.
    let more = async || {
        let enough = confirmed.load(Ordering::Relaxed) + 10;
        until("messages are confirmed", || {
            confirmed.load(Ordering::Relaxed) >= enough
        })
        .await;
    };
    let mut killed = Vec::new();
    for n in 0..kills {
        more().await;
        sleep(Duration::from_millis(2_600 + 37 * (n % 20))).await;
        let away = Duration::from_millis(300);
        let kill = tokio::task::block_in_place(|| mosquitto.kill_and_restart(away));
        killed.push(kill.expect("a broker"));
    }
    more().await;
    sleep(Duration::from_secs(2)).await;
    stop.store(true, Ordering::Relaxed);
    let counts = sending.await.expect("the load");
    let lost = |message: &Confirmed| {
        !received
            .lock()
            .expect("no panic")
            .contains_key(&message.text)
    };
    let forgets = qos == 2 && consumer_type == ConsumerType::Shared;
    // The first message of each life of the broker that was received, by the time of its confirmation.
    let first = |killed: &Killed| {
        let later = counts
            .confirmed
            .iter()
            .filter(|m| m.sent > killed.back && !lost(m));
        later.map(|m| m.confirmed).min()
    };
    let by_broker = |message: &Confirmed| {
        killed.iter().any(|k| {
            // This broker forgets shared subscriptions when it restarts. Of q2 it does not say that nobody gets a message
            // until they are renewed; from the first message on that somebody gets, none may be lost.
            let forgotten =
                || message.confirmed > k.back && first(k).is_none_or(|f| message.sent <= f);
            k.lost(message, qos) || forgets && message.sent > k.at && forgotten()
        })
    };
    let mut ours = counts.confirmed.clone();
    let start = Instant::now();
    while !ours.is_empty() && start.elapsed() < SOON {
        sleep(Duration::from_millis(200)).await;
        ours.retain(|message| lost(message) && !by_broker(message));
    }
    assert!(!taking.is_finished(), "the consumer has ended");
    taking.abort();
    let unsaved = counts.confirmed.iter().filter(|m| lost(m)).count() - ours.len();
    let received = received.lock().expect("no panic");
    let duplicates: usize = received.values().map(|n| n - 1).sum();
    println!(
        "broker killed {kills} times, q{qos}, {consumer_type}: {} confirmed, {:?} failed, {} received, {duplicates} \
         duplicates, {unsaved} confirmed by the broker and not saved, {} lost",
        counts.confirmed.len(),
        counts.failed,
        received.len(),
        ours.len()
    );
    assert!(ours.is_empty(), "{ours:?}");
    assert!(counts.confirmed.len() > 20, "{}", counts.confirmed.len());
    // This broker forgets shared subscriptions when it restarts, and says so of each message until they are back.
    let kinds: &[&str] = match consumer_type {
        ConsumerType::Shared => &["connection", "timeout", "unrouted"],
        _ => &["connection", "timeout"],
    };
    let known = |kind| kinds.contains(kind);
    assert!(counts.failed.keys().all(known), "{:?}", counts.failed);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_saved_is_lost_when_the_broker_is_killed_q1() {
    killed_and_back(1, ConsumerType::Exclusive).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_saved_is_lost_when_the_broker_is_killed_q1_shared() {
    killed_and_back(1, ConsumerType::Shared).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_saved_is_lost_when_the_broker_is_killed_q2() {
    killed_and_back(2, ConsumerType::Exclusive).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_saved_is_lost_when_the_broker_is_killed_q2_shared() {
    killed_and_back(2, ConsumerType::Shared).await;
}
