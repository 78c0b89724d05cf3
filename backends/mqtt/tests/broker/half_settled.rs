//! The connection is lost between the two halves of the settlement of a message of q2. What the broker sends next under
//! the message's identifier is a copy or, from a broker that forgot, another message. Scripted, because no broker does
//! the one or the other on demand.

use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::scripted::{accept, expect, listening};
use crate::support::*;

const PUBREC: u8 = 0x50;

/// A message of q2 without an identity, as other programs send it, with the identifier 1.
async fn publish(stream: &mut TcpStream, copy: bool, text: u8) {
    let head = if copy { 0x3c } else { 0x34 };
    let packet = [head, 7, 0, 1, b't', 0, 1, 0, text];
    stream.write_all(&packet).await.expect("published");
}

/// A consumer that has settled the message `a`, of which the broker has heard nothing when the connection is lost; then
/// the broker publishes a text under the same identifier, marked as a copy or not. What the consumer receives of it.
async fn after_the_loss(copy: bool, sent: u8) -> Option<String> {
    let (listener, backend) = listening().await;
    let topic = topic(2);
    let (consumer, mut stream) =
        tokio::join!(consumer(&backend, &topic, "s"), accept(&listener, false));
    publish(&mut stream, false, b'a').await;
    let delivery = receive(&*consumer).await;
    assert_eq!(text(&delivery), "a");
    delivery.ack().await.expect("settled");
    expect(&mut stream, PUBREC).await;
    drop(stream);

    let mut stream = accept(&listener, true).await;
    publish(&mut stream, copy, sent).await;
    if copy && sent == b'a' {
        // Settled once more, and not delivered.
        expect(&mut stream, PUBREC).await;
        nothing(&*consumer).await;
        return None;
    }
    let delivery = receive(&*consumer).await;
    let text = text(&delivery);
    delivery.ack().await.expect("settled");
    expect(&mut stream, PUBREC).await;
    Some(text)
}

#[tokio::test]
async fn a_copy_of_a_half_settled_message_is_not_delivered() {
    assert_eq!(after_the_loss(true, b'a').await, None);
}

#[tokio::test]
async fn another_message_under_its_identifier_is_delivered() {
    assert_eq!(after_the_loss(false, b'b').await.as_deref(), Some("b"));
}

/// The broker sent it before, over a link that was lost on the way.
#[tokio::test]
async fn another_message_that_is_marked_as_a_copy_is_delivered() {
    assert_eq!(after_the_loss(true, b'b').await.as_deref(), Some("b"));
}

/// Neither the count of attempts nor the delay is forgotten when the link is lost again before the message came again.
#[tokio::test]
async fn a_link_that_is_lost_twice_forgets_nothing() {
    let (listener, backend) = listening().await;
    let topic = topic(2);
    let (consumer, mut stream) =
        tokio::join!(consumer(&backend, &topic, "s"), accept(&listener, false));
    let delay = Duration::from_secs(2);
    publish(&mut stream, false, b'a').await;
    let mut start = tokio::time::Instant::now();
    for attempt in 1..=2 {
        let delivery = receive(&*consumer).await;
        assert_eq!(delivery.meta.attempt, attempt);
        start = tokio::time::Instant::now();
        let after = (attempt == 2).then_some(delay);
        delivery.nack(after).await.expect("nacked");
    }
    for _ in 0..2 {
        drop(stream);
        stream = accept(&listener, true).await;
    }
    publish(&mut stream, true, b'a').await;
    let delivery = receive(&*consumer).await;
    assert_eq!((text(&delivery).as_str(), delivery.meta.attempt), ("a", 3));
    assert!(start.elapsed() >= delay, "{:?}", start.elapsed());
    delivery.ack().await.expect("settled");
    // What is half settled is known after two losses too.
    expect(&mut stream, PUBREC).await;
    for _ in 0..2 {
        drop(stream);
        stream = accept(&listener, true).await;
    }
    publish(&mut stream, true, b'a').await;
    expect(&mut stream, PUBREC).await;
    nothing(&*consumer).await;
}
