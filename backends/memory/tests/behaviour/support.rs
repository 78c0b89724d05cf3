//! Short forms for tests.

use std::time::Duration;

use tg_pubsub_memory::Memory;
use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, ConsumerType, Delivery, Error,
    InitialPosition, Outgoing, ProducerOptions, PubSubBackend, Receipt,
};
use tokio::time::timeout;

pub const SECOND: Duration = Duration::from_secs(1);
/// A topic.
pub const X: &str = "q1/tg/flow/x";

pub fn topic(text: &str) -> Topic {
    text.parse().expect("a topic")
}

pub fn shared() -> ConsumerOptions {
    ConsumerOptions::default()
}

pub fn earliest() -> ConsumerOptions {
    shared().position(InitialPosition::Earliest)
}

pub fn of_type(consumer_type: ConsumerType) -> ConsumerOptions {
    shared().consumer_type(consumer_type)
}

pub async fn producer(backend: &Memory, at: &str) -> Box<dyn BackendProducer> {
    let topic = topic(at);
    let producer = backend.create_producer(&topic, None, ProducerOptions::default());
    producer.await.expect("a producer")
}

pub async fn try_consumer(
    backend: &Memory,
    at: &str,
    subscription: &str,
    options: ConsumerOptions,
) -> Result<Box<dyn BackendConsumer>, Error> {
    let topic = topic(at);
    let consumer = backend.create_consumer(&topic, subscription, None, options);
    consumer.await
}

pub async fn consumer(
    backend: &Memory,
    at: &str,
    subscription: &str,
    options: ConsumerOptions,
) -> Box<dyn BackendConsumer> {
    let consumer = try_consumer(backend, at, subscription, options).await;
    consumer.expect("a consumer")
}

/// The error of a consumer or producer that could not be opened.
pub fn refused<T: ?Sized>(opened: Result<Box<T>, Error>) -> Error {
    opened.err().expect("refused")
}

pub async fn put(producer: &dyn BackendProducer, text: &str) -> Receipt {
    let sent = producer.send(Outgoing::new(text.to_owned())).await;
    sent.expect("sent")
}

pub async fn send(producer: &dyn BackendProducer, texts: &[&str]) {
    for text in texts {
        put(producer, text).await;
    }
}

pub async fn receive(consumer: &dyn BackendConsumer) -> Delivery {
    let received = timeout(10 * SECOND, consumer.receive()).await;
    received.expect("in time").expect("a message")
}

pub fn text(delivery: &Delivery) -> &str {
    std::str::from_utf8(&delivery.payload).expect("a text")
}

/// Receives and acknowledges everything that is there.
pub async fn drain(consumer: &dyn BackendConsumer) -> Vec<String> {
    let mut texts = Vec::new();
    while let Ok(received) = timeout(SECOND, consumer.receive()).await {
        let delivery = received.expect("a message");
        texts.push(text(&delivery).to_owned());
        delivery.ack().await.expect("acknowledged");
    }
    texts
}
