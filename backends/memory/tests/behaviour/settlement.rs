//! Sending, receiving, settling.

use tg_pubsub_memory::Memory;
use tg_schema::pubsub::{Error, Outgoing};
use tokio::time::Instant;

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn messages_come_in_order_with_what_travels_beside_them() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", shared()).await;
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
    let first = consumer(&backend, X, "s", shared()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b", "c", "d"]).await;
    let a = receive(&*first).await;
    let b = receive(&*first).await;
    b.ack().await.expect("acknowledged");
    first.close(SECOND).await.expect("closed");
    send(&*producer, &["e"]).await;
    let second = consumer(&backend, X, "s", shared()).await;
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
    let consumer = consumer(&backend, X, "s", shared()).await;
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
