//! What the tests share.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tg_pubsub_pulsar::{Pulsar, PulsarConfig};
use tg_schema::Topic;
use tg_schema::pubsub::{Delivery, ProducerOptions};
use tg_schema_model::Json;
use tokio::time::Instant;

#[path = "../../../tests/ends.rs"]
mod ends;

pub use ends::*;

/// Long enough for anything that is to happen.
pub const SOON: Duration = Duration::from_secs(120);
/// Long enough to believe that nothing happens.
pub const QUIET: Duration = Duration::from_millis(500);

pub type Broker = tg_test_brokers::Pulsar;

/// A broker that everybody may use, or nothing where it is not installed.
pub fn broker() -> Option<&'static Broker> {
    tokio::task::block_in_place(tg_test_brokers::shared_pulsar)
}

/// A broker of one's own.
pub fn own_broker(setup: tg_test_brokers::PulsarSetup) -> Option<Broker> {
    tokio::task::block_in_place(|| tg_test_brokers::pulsar(setup))
}

pub fn config(port: u16) -> PulsarConfig {
    patient(PulsarConfig::new(format!("pulsar://127.0.0.1:{port}")))
}

/// A loaded machine takes its time, and so does its broker.
pub fn patient(mut config: PulsarConfig) -> PulsarConfig {
    config.keep_alive = SOON;
    config.connect_timeout = SOON;
    config.operation_timeout = SOON;
    config.resume = SOON;
    config
}

pub fn backend(port: u16) -> Pulsar {
    Pulsar::new(config(port)).expect("a configuration")
}

/// A topic that no other test uses.
pub fn topic(qos: u8) -> Topic {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("q{qos}/tg/flow/t{number}")
        .parse()
        .expect("a topic")
}

/// How producers of tests send.
pub fn producer_options() -> ProducerOptions {
    ProducerOptions::default().send_timeout(SOON)
}

/// The topic's name at the broker.
pub fn name(topic: &Topic) -> String {
    tg_schema_model::topic::pulsar::name(topic)
}

/// What the broker tells of the subscription.
pub async fn subscription(broker: &Broker, topic: &Topic) -> Json {
    let name = name(topic);
    let stats = tokio::task::block_in_place(|| broker.admin().stats(&name)).expect("statistics");
    let stats = tg_schema_model::json::parse(&stats).expect("JSON");
    let subscription = stats.get("subscriptions").and_then(|all| all.get("s"));
    subscription.expect("a subscription").clone()
}

/// How many messages of it wait at the broker.
pub async fn backlog(broker: &Broker, topic: &Topic) -> i64 {
    let subscription = subscription(broker, topic).await;
    let waiting = subscription.get("msgBacklog").and_then(Json::as_i64);
    waiting.expect("a number")
}

/// Waits until none does.
pub async fn settled(broker: &Broker, topic: &Topic) {
    left(broker, topic, 0).await;
}

/// Waits until so many do.
pub async fn left(broker: &Broker, topic: &Topic, count: i64) {
    let end = Instant::now() + SOON;
    loop {
        let waiting = backlog(broker, topic).await;
        if waiting == count {
            return;
        }
        assert!(Instant::now() < end, "{waiting} messages wait, not {count}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The number that the other end gave it.
pub fn number(delivery: &Delivery) -> usize {
    let number = delivery.properties.get("n").expect("a number");
    number.parse().expect("a number")
}
