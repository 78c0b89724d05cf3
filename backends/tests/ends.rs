//! Producers and consumers of any backend, for tests on its broker. The tests of a backend include this, and say in their
//! `support` how long to wait and how they send.

use std::time::Duration;

use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, Delivery, Error, Outgoing, PubSubBackend,
    Receipt,
};
use tokio::time::{Instant, sleep, timeout};

use crate::support::{QUIET, SOON, producer_options};

pub async fn producer(backend: &dyn PubSubBackend, topic: &Topic) -> Box<dyn BackendProducer> {
    let producer = backend.create_producer(topic, None, producer_options());
    producer.await.expect("a producer")
}

pub async fn consumer(
    backend: &dyn PubSubBackend,
    topic: &Topic,
    name: &str,
) -> Box<dyn BackendConsumer> {
    consumer_with(backend, topic, name, ConsumerOptions::default()).await
}

pub async fn consumer_with(
    backend: &dyn PubSubBackend,
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
