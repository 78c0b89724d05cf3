//! What is asked or sent goes unanswered: the connection is lost before, and with a reason or without one.

use tg_schema::pubsub::{ConsumerOptions, Outgoing};
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

use crate::scripted::{SUBSCRIBE, accept, connected, expect, listening};
use crate::support::*;

const UNSUBSCRIBE: u8 = 0xa2;
const DISCONNECT: u8 = 0xe0;

/// Takes a connection, and loses it when it was asked for the subscription.
async fn lose(listener: &TcpListener, resumed: bool) {
    let mut stream = connected(listener, resumed).await;
    expect(&mut stream, SUBSCRIBE).await;
}

#[tokio::test]
async fn a_consumer_opens_after_connections_that_answered_nothing() {
    for durable in [true, false] {
        let (listener, backend) = listening().await;
        let topic = topic(1);
        let broker = async {
            lose(&listener, false).await;
            lose(&listener, true).await;
            accept(&listener, true).await
        };
        let options = ConsumerOptions::default().durable(durable);
        let opening = consumer_with(&backend, &topic, "s", options);
        let (_consumer, _stream) = tokio::join!(opening, broker);
    }
}

#[tokio::test]
async fn a_consumer_that_is_open_asks_again_and_closes() {
    let (listener, backend) = listening().await;
    let topic = topic(1);
    let (consumer, stream) =
        tokio::join!(consumer(&backend, &topic, "s"), accept(&listener, false));
    drop(stream);
    lose(&listener, true).await;
    let mut stream = accept(&listener, true).await;
    let broker = async {
        let asked = expect(&mut stream, UNSUBSCRIBE).await;
        let unsuback = [0xb0, 4, asked[0], asked[1], 0, 0x11];
        stream.write_all(&unsuback).await.expect("answered");
        expect(&mut stream, DISCONNECT).await;
    };
    let (closed, ()) = tokio::join!(consumer.close(SOON), broker);
    closed.expect("closed");
}

const PUBLISH: u8 = 0x32;
const AGAIN: u8 = 0x08;
/// The broker ends the connection: a packet is too large; it breaks the protocol.
const TOO_LARGE: [u8; 3] = [DISCONNECT, 1, 0x95];
const PROTOCOL_ERROR: [u8; 3] = [DISCONNECT, 1, 0x82];

/// Answers messages until one is larger than that, and closes over it.
async fn take_up_to(stream: &mut TcpStream, size: usize) {
    loop {
        let publish = expect(stream, PUBLISH).await;
        if publish.len() > size {
            break;
        }
        let topic = 2 + usize::from(u16::from_be_bytes([publish[0], publish[1]]));
        let puback = [0x40, 2, publish[topic], publish[topic + 1]];
        stream.write_all(&puback).await.expect("confirmed");
    }
    stream.write_all(&TOO_LARGE).await.expect("ended");
}

#[tokio::test]
async fn a_message_over_which_the_broker_closes_fails_and_the_others_may_go_again() {
    let (listener, backend) = listening().await;
    let topic = topic(1);
    let (sender, mut stream) =
        tokio::join!(producer(&backend, &topic), connected(&listener, false));
    let of = |size: usize| sender.send(Outgoing::new(vec![b'x'; size]));
    let (before, large, other, small, ()) = tokio::join!(
        of(30_000),
        of(60_000),
        of(20_000),
        of(10),
        take_up_to(&mut stream, 50_000)
    );
    before.expect("confirmed before");
    let large = large.expect_err("too large");
    assert!(!large.is_retryable(), "{large}");
    let text = large.to_string();
    assert!(
        text.contains("larger than it takes") && text.contains("this one of 60"),
        "{text}"
    );
    for other in [other, small] {
        let other = other.expect_err("the connection ended");
        assert_eq!(other.kind(), "connection", "{other}");
        assert!(other.is_retryable(), "{other}");
    }
    let again = connected(&listener, false);
    let (sender, _stream) = tokio::join!(producer(&backend, &topic), again);
    assert!(sender.fault().is_none(), "another connection");
}

#[tokio::test]
async fn what_the_broker_does_not_understand_is_not_sent_for_ever() {
    let (listener, backend) = listening().await;
    let topic = topic(1);
    let (sender, mut stream) =
        tokio::join!(producer(&backend, &topic), connected(&listener, false));
    let broker = async {
        expect(&mut stream, PUBLISH).await;
        for _ in 0..4 {
            stream.write_all(&PROTOCOL_ERROR).await.expect("ended");
            stream = connected(&listener, true).await;
            expect(&mut stream, PUBLISH | AGAIN).await;
        }
        stream.write_all(&PROTOCOL_ERROR).await.expect("ended");
    };
    let (sent, ()) = tokio::join!(sender.send(Outgoing::new("x")), broker);
    let error = sent.expect_err("five times");
    assert_eq!(error.kind(), "connection", "{error}");
    assert!(error.to_string().contains("5 times in a row"), "{error}");
}
