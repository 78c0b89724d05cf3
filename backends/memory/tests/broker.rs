//! What a broker in memory does, seen through the traits.

use std::time::Duration;

use tg_pubsub_memory::Memory;
use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, ConsumerType, Delivery, Error,
    InitialPosition, Outgoing, ProducerOptions, PubSubBackend,
};
use tokio::time::{Instant, timeout};

const SECOND: Duration = Duration::from_secs(1);

fn topic(text: &str) -> Topic {
    text.parse().expect("a topic")
}

async fn producer(backend: &Memory, at: &str) -> Box<dyn BackendProducer> {
    let topic = topic(at);
    let producer = backend.create_producer(&topic, None, ProducerOptions::default());
    producer.await.expect("a producer")
}

async fn try_consumer(
    backend: &Memory,
    at: &str,
    subscription: &str,
    options: ConsumerOptions,
) -> Result<Box<dyn BackendConsumer>, Error> {
    let topic = topic(at);
    let consumer = backend.create_consumer(&topic, subscription, None, options);
    consumer.await
}

async fn consumer(
    backend: &Memory,
    at: &str,
    subscription: &str,
    options: ConsumerOptions,
) -> Box<dyn BackendConsumer> {
    let consumer = try_consumer(backend, at, subscription, options).await;
    consumer.expect("a consumer")
}

fn of_type(consumer_type: ConsumerType) -> ConsumerOptions {
    ConsumerOptions::default().consumer_type(consumer_type)
}

async fn send(producer: &dyn BackendProducer, texts: &[&'static str]) {
    for text in texts {
        producer.send(Outgoing::new(*text)).await.expect("sent");
    }
}

async fn receive(consumer: &dyn BackendConsumer) -> Delivery {
    let received = timeout(10 * SECOND, consumer.receive()).await;
    received.expect("in time").expect("a message")
}

fn text(delivery: &Delivery) -> &str {
    std::str::from_utf8(&delivery.payload).expect("a text")
}

/// Receives and acknowledges everything that is there.
async fn drain(consumer: &dyn BackendConsumer) -> Vec<String> {
    let mut texts = Vec::new();
    while let Ok(received) = timeout(SECOND, consumer.receive()).await {
        let delivery = received.expect("a message");
        texts.push(text(&delivery).to_owned());
        delivery.ack().await.expect("acknowledged");
    }
    texts
}

const X: &str = "q1/tg/flow/x";

#[tokio::test(start_paused = true)]
async fn messages_come_in_order_with_what_travels_beside_them() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", ConsumerOptions::default()).await;
    let producer = producer(&backend, X).await;
    let message = Outgoing::new("a").property("p", "").key("k").id("i");
    let receipt = producer.send(message).await.expect("sent");
    assert_eq!(receipt.routed, Some(true));
    send(&*producer, &["b", "c"]).await;
    let first = receive(&*consumer).await;
    assert_eq!(text(&first), "a");
    assert_eq!(first.properties.get("p"), Some(""));
    assert_eq!(first.meta.key.as_deref(), Some("k"));
    assert_eq!(first.meta.id.as_deref(), Some("i"));
    assert!(first.meta.published.is_some());
    assert_eq!((first.meta.attempt, first.meta.redelivered), (1, false));
    first.ack().await.expect("acknowledged");
    assert_eq!(drain(&*consumer).await, ["b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn what_was_acknowledged_does_not_come_again_and_the_rest_does() {
    let backend = Memory::new();
    let first = consumer(&backend, X, "s", ConsumerOptions::default()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b", "c", "d"]).await;
    let a = receive(&*first).await;
    let b = receive(&*first).await;
    b.ack().await.expect("acknowledged");
    first.close(SECOND).await.expect("closed");
    send(&*producer, &["e"]).await;
    let second = consumer(&backend, X, "s", ConsumerOptions::default()).await;
    let again = receive(&*second).await;
    assert_eq!((text(&again), again.meta.attempt), ("a", 2));
    assert!(again.meta.redelivered);
    let late = a.ack().await.expect_err("the consumer is closed");
    assert!(matches!(late.error, Error::Lost), "{late}");
    again.ack().await.expect("acknowledged");
    assert_eq!(drain(&*second).await, ["c", "d", "e"]);
}

#[tokio::test(start_paused = true)]
async fn a_negative_acknowledgement_brings_the_message_back_after_its_delay() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", ConsumerOptions::default()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a"]).await;
    let start = Instant::now();
    let delivery = receive(&*consumer).await;
    delivery.nack(Some(3 * SECOND)).await.expect("nacked");
    let again = receive(&*consumer).await;
    assert_eq!(start.elapsed().as_secs(), 3);
    assert_eq!(again.meta.attempt, 2);
    again.nack(None).await.expect("nacked");
    let third = receive(&*consumer).await;
    assert_eq!(third.meta.attempt, 3);
    drop(third);
    let fourth = receive(&*consumer).await;
    assert_eq!((start.elapsed().as_secs(), fourth.meta.attempt), (3, 4));
    fourth.reject("no").await.expect("rejected");
    assert_eq!(drain(&*consumer).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn consumers_of_a_shared_subscription_compete() {
    let backend = Memory::new();
    let one = consumer(&backend, X, "s", ConsumerOptions::default()).await;
    let two = consumer(&backend, X, "s", ConsumerOptions::default()).await;
    let other = consumer(&backend, X, "t", ConsumerOptions::default()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b", "c", "d"]).await;
    let a = receive(&*one).await;
    let b = receive(&*two).await;
    assert_ne!(a.payload, b.payload);
    let mut rest = drain(&*one).await;
    rest.extend([text(&a).to_owned(), text(&b).to_owned()]);
    rest.sort();
    assert_eq!(rest, ["a", "b", "c", "d"]);
    assert_eq!(drain(&*other).await, ["a", "b", "c", "d"]);
}

#[tokio::test(start_paused = true)]
async fn a_second_exclusive_consumer_is_refused() {
    let backend = Memory::new();
    let options = || of_type(ConsumerType::Exclusive);
    let first = consumer(&backend, X, "s", options()).await;
    let second = try_consumer(&backend, X, "s", options()).await;
    assert!(matches!(second, Err(Error::Busy { .. })));
    let shared = try_consumer(&backend, X, "s", ConsumerOptions::default()).await;
    assert!(matches!(shared, Err(Error::Busy { .. })));
    drop(first);
    let shared = try_consumer(&backend, X, "s", ConsumerOptions::default()).await;
    assert!(shared.is_ok(), "the type is free once nobody consumes");
}

#[tokio::test(start_paused = true)]
async fn unsubscribe_deletes_what_waits_and_close_keeps_it() {
    let backend = Memory::new();
    let producer = producer(&backend, X).await;
    let options = ConsumerOptions::default;
    consumer(&backend, X, "s", options()).await;
    send(&*producer, &["a"]).await;
    let one = consumer(&backend, X, "s", options()).await;
    let two = consumer(&backend, X, "s", options()).await;
    let busy = one.unsubscribe().await;
    assert!(matches!(busy, Err(Error::Busy { .. })), "{busy:?}");
    assert_eq!(drain(&*two).await, ["a"]);
    send(&*producer, &["b"]).await;
    two.unsubscribe().await.expect("unsubscribed");
    let three = consumer(&backend, X, "s", options()).await;
    assert_eq!(drain(&*three).await, [""; 0]);
    let earliest = options().position(InitialPosition::Earliest);
    let all = consumer(&backend, X, "all", earliest).await;
    assert_eq!(drain(&*all).await, ["a", "b"]);
}
