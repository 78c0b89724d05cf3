//! The broker is killed under load, at any moment, and comes back.
//!
//! mosquitto confirms a message before it saves it: whatever its settings, a kill in between loses what it confirmed.
//! It saves in the thread that answers, so what was confirmed before the end of a save is in it, or was acknowledged by
//! its receiver. So a loss counts as the broker's where the message was sent before the kill and confirmed after the
//! last save before it, and is not there. Any other loss is ours, and there may be none.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, ConsumerType, Outgoing,
};
use tg_test_brokers::{Mosquitto, Setup};
use tokio::time::{Instant, sleep};

use crate::support::*;

/// A message that was confirmed.
#[derive(Clone)]
struct Confirmed {
    text: String,
    sent: SystemTime,
    confirmed: SystemTime,
}

/// What the broker had saved when it was killed.
struct Killed {
    at: SystemTime,
    /// When it is there again.
    back: SystemTime,
    saved_at: SystemTime,
    saved: Vec<u8>,
}

impl Killed {
    /// Whether the broker lost the message by this.
    fn lost(&self, message: &Confirmed, qos: u8) -> bool {
        let unsaved = match qos {
            // What it saved may be the first half of the message: the second one it confirms after the save, or, when
            // it is back, also where it forgot the first.
            2 => true,
            _ => message.confirmed < self.back && !contains(&self.saved, message.text.as_bytes()),
        };
        unsaved && message.sent < self.at && message.confirmed > self.saved_at
    }
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|part| part == wanted)
}

#[derive(Default)]
struct Counts {
    confirmed: Vec<Confirmed>,
    failed: HashMap<&'static str, usize>,
}

/// Sends without a pause until told to stop, `window` at a time, and collects what is confirmed.
async fn load(producer: Arc<dyn BackendProducer>, stop: Arc<AtomicBool>, window: usize) -> Counts {
    let mut tasks = tokio::task::JoinSet::new();
    for sender in 0..window {
        let (producer, stop) = (producer.clone(), stop.clone());
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

/// Kills the broker as it is, and starts it again.
fn kill(mosquitto: &mut Mosquitto, away: Duration) -> Killed {
    mosquitto.kill();
    let at = SystemTime::now();
    let (saved_at, saved) = mosquitto.saved().expect("it saves");
    std::thread::sleep(away);
    // From here on it may answer.
    let back = SystemTime::now();
    mosquitto.restart().expect("a broker");
    Killed {
        at,
        back,
        saved_at,
        saved,
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
    let sending = tokio::spawn(load(producer, stop.clone(), 8));
    let mut killed = Vec::new();
    for n in 0..kills {
        sleep(Duration::from_millis(2_600 + 37 * (n % 20))).await;
        let away = Duration::from_millis(300);
        killed.push(tokio::task::block_in_place(|| kill(&mut mosquitto, away)));
    }
    sleep(Duration::from_secs(2)).await;
    stop.store(true, Ordering::Relaxed);
    let counts = sending.await.expect("the load");
    let lost = |message: &Confirmed| {
        !received
            .lock()
            .expect("no panic")
            .contains_key(&message.text)
    };
    let by_broker = |message: &Confirmed| killed.iter().any(|k| k.lost(message, qos));
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
    for message in &ours {
        for (n, k) in killed.iter().enumerate() {
            let ms = |to: SystemTime| match to.duration_since(k.at) {
                Ok(after) => after.as_secs_f64() * 1e3,
                Err(before) => -before.duration().as_secs_f64() * 1e3,
            };
            if message.sent < k.back && k.at < message.confirmed + Duration::from_secs(1) {
                println!(
                    "lost {}: by kill {n} (times in ms): sent {:.1}, confirmed {:.1}, saved {:.1}, back {:.1}, \
                     in what was saved: {}",
                    message.text,
                    ms(message.sent),
                    ms(message.confirmed),
                    ms(k.saved_at),
                    ms(k.back),
                    contains(&k.saved, message.text.as_bytes())
                );
            }
        }
    }
    assert!(ours.is_empty(), "{} lost", ours.len());
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
