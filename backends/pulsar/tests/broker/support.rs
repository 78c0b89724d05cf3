//! What the tests share.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tg_pubsub_pulsar::{Pulsar, PulsarConfig};
use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, Delivery, Error, Outgoing, ProducerOptions,
    PubSubBackend, Receipt,
};
use tg_schema_model::Json;
use tokio::time::{Instant, timeout};

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

pub async fn producer(backend: &Pulsar, topic: &Topic) -> Box<dyn BackendProducer> {
    let options = ProducerOptions::default().send_timeout(SOON);
    let producer = backend.create_producer(topic, None, options).await;
    producer.expect("a producer")
}

pub async fn consumer(backend: &Pulsar, topic: &Topic, name: &str) -> Box<dyn BackendConsumer> {
    consumer_with(backend, topic, name, ConsumerOptions::default()).await
}

pub async fn consumer_with(
    backend: &Pulsar,
    topic: &Topic,
    name: &str,
    options: ConsumerOptions,
) -> Box<dyn BackendConsumer> {
    let consumer = backend.create_consumer(topic, name, None, options).await;
    consumer.expect("a consumer")
}

pub async fn send(producer: &dyn BackendProducer, text: impl Into<String>) -> Receipt {
    let sent = producer.send(Outgoing::new(text.into())).await;
    sent.expect("confirmed")
}

pub async fn receive(consumer: &dyn BackendConsumer) -> Delivery {
    let received = timeout(SOON, consumer.receive()).await;
    received.expect("a message in time").expect("a message")
}

/// The error that a consumer ends with. What it receives before is given back.
pub async fn end(consumer: &dyn BackendConsumer) -> Error {
    let ended = async {
        loop {
            if let Err(error) = consumer.receive().await {
                return error;
            }
        }
    };
    timeout(SOON, ended).await.expect("an end in time")
}

pub async fn nothing(consumer: &dyn BackendConsumer) {
    let received = timeout(QUIET, consumer.receive()).await;
    assert!(received.is_err(), "unexpected: {received:?}");
}

pub fn text(delivery: &Delivery) -> String {
    String::from_utf8_lossy(&delivery.payload).into_owned()
}

/// The topic's name at the broker.
pub fn name(topic: &Topic) -> String {
    tg_schema_model::topic::pulsar::name(topic)
}

/// Waits until something is so.
pub async fn until(what: &str, so: impl Fn() -> bool) {
    let end = Instant::now() + SOON;
    while !so() {
        assert!(Instant::now() < end, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// How many messages of the subscription wait at the broker.
pub async fn backlog(broker: &Broker, topic: &Topic) -> i64 {
    let name = name(topic);
    let stats = tokio::task::block_in_place(|| broker.admin().stats(&name)).expect("statistics");
    let stats = tg_schema_model::json::parse(&stats).expect("JSON");
    let subscription = stats.get("subscriptions").and_then(|all| all.get("s"));
    let waiting = subscription.and_then(|s| s.get("msgBacklog"));
    waiting.and_then(Json::as_i64).expect("a number")
}

/// Waits until none does.
pub async fn settled(broker: &Broker, topic: &Topic) {
    let end = Instant::now() + SOON;
    loop {
        let waiting = backlog(broker, topic).await;
        if waiting == 0 {
            return;
        }
        assert!(Instant::now() < end, "{waiting} messages wait");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// The number that the other end gave it.
pub fn number(delivery: &Delivery) -> usize {
    let number = delivery.properties.get("n").expect("a number");
    number.parse().expect("a number")
}
