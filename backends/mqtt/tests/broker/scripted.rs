//! A broker by hand, for what no broker does on demand.

use tg_pubsub_mqtt::Mqtt;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

use crate::support::{SOON, backend};

/// Where connections come in, and a backend that makes them.
pub async fn listening() -> (TcpListener, Mqtt) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let backend = backend(listener.local_addr().expect("bound").port());
    (listener, backend)
}

pub const SUBSCRIBE: u8 = 0x82;

/// The next packet: its first byte, and what comes after its length.
pub async fn packet(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let head = stream.read_u8().await.expect("a packet");
    let (mut length, mut shift) = (0, 0);
    loop {
        let byte = stream.read_u8().await.expect("its length");
        length |= usize::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
        shift += 7;
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.expect("its body");
    (head, body)
}

/// Waits for a packet of one kind.
pub async fn expect(stream: &mut TcpStream, kind: u8) -> Vec<u8> {
    let next = async {
        loop {
            let (head, body) = packet(stream).await;
            if head == kind {
                return body;
            }
        }
    };
    let found = timeout(SOON, next).await;
    found.unwrap_or_else(|_| panic!("no packet {kind:#x}"))
}

/// Takes a connection. `resumed`: with the session of before.
pub async fn connected(listener: &TcpListener, resumed: bool) -> TcpStream {
    let connecting = timeout(SOON, listener.accept()).await;
    let (mut stream, _) = connecting.expect("in time").expect("a connection");
    packet(&mut stream).await;
    let connack = [0x20, 3, u8::from(resumed), 0, 0];
    stream.write_all(&connack).await.expect("connected");
    stream
}

/// Takes a connection and its subscription.
pub async fn accept(listener: &TcpListener, resumed: bool) -> TcpStream {
    let mut stream = connected(listener, resumed).await;
    let subscribe = expect(&mut stream, SUBSCRIBE).await;
    let suback = [0x90, 4, subscribe[0], subscribe[1], 0, 2];
    stream.write_all(&suback).await.expect("subscribed");
    stream
}
