//! The connection is lost between a question and its answer: it is asked again, and what is asked later is heard.

use tg_schema::pubsub::ConsumerOptions;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

use crate::scripted::{SUBSCRIBE, accept, connected, expect};
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
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let backend = backend(listener.local_addr().expect("bound").port());
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
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let backend = backend(listener.local_addr().expect("bound").port());
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
