//! What the tests share.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, Delivery, Error, Outgoing, ProducerOptions,
    PubSubBackend, Receipt,
};
use tg_test_brokers::{Mosquitto, Setup};
use tokio::time::{Instant, sleep, timeout};

/// Long enough for anything that is to happen.
pub const SOON: Duration = Duration::from_secs(60);
/// Long enough to believe that nothing happens.
pub const QUIET: Duration = Duration::from_millis(400);

/// A broker that everybody may use, or nothing where it is not installed.
pub fn broker() -> Option<Mosquitto> {
    tg_test_brokers::mosquitto(Setup::default())
}

/// A loaded machine takes its time to connect.
pub fn config(port: u16) -> MqttConfig {
    let mut config = MqttConfig::new("127.0.0.1", port).instance("test");
    config.keep_alive = SOON;
    config.connect_timeout = SOON;
    config.resume = SOON;
    config
}

pub fn backend(port: u16) -> Mqtt {
    Mqtt::new(config(port)).expect("a configuration")
}

/// A topic that no other test uses.
pub fn topic(qos: u8) -> Topic {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    format!("q{qos}/tg/test/t{number}")
        .parse()
        .expect("a topic")
}

pub async fn producer(backend: &Mqtt, topic: &Topic) -> Box<dyn BackendProducer> {
    let options = ProducerOptions::default();
    let producer = backend.create_producer(topic, None, options).await;
    producer.expect("a producer")
}

pub async fn consumer(backend: &Mqtt, topic: &Topic, name: &str) -> Box<dyn BackendConsumer> {
    consumer_with(backend, topic, name, ConsumerOptions::default()).await
}

pub async fn consumer_with(
    backend: &Mqtt,
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

/// Waits until something is so.
pub async fn until(what: &str, so: impl Fn() -> bool) {
    let end = Instant::now() + SOON;
    while !so() {
        assert!(Instant::now() < end, "not in time: {what}");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Receives and acknowledges until so many different messages came, and then nothing more.
pub async fn drain(
    consumer: &dyn BackendConsumer,
    count: usize,
    received: &mut HashMap<usize, usize>,
) {
    loop {
        let patience = if received.len() < count { SOON } else { QUIET };
        let Ok(delivery) = timeout(patience, consumer.receive()).await else {
            return;
        };
        let delivery = delivery.expect("a message");
        let n = text(&delivery).parse().expect("a number");
        match delivery.ack().await {
            Ok(()) => *received.entry(n).or_default() += 1,
            Err(failed) => assert_eq!(failed.error.kind(), "lost"),
        }
    }
}
