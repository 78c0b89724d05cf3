//! What any backend does while its broker is away or silent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tg_schema::Topic;
use tg_schema::pubsub::{BackendProducer, Outgoing, PubSubBackend};
use tg_test_brokers::Proxy;
use tokio::time::{sleep, timeout};

use crate::support::*;

/// Beyond the time to resume, which is a second here, everything that waits fails, and can be made anew.
pub async fn what_waits_ends(
    backend: &dyn PubSubBackend,
    topic: &Topic,
    go: impl FnOnce(),
    come: impl FnOnce(),
) {
    let first = consumer(backend, topic, "s").await;
    let sender = producer(backend, topic).await;
    send(&*sender, "before").await;
    let held = receive(&*first).await;
    go();
    let start = Instant::now();
    let (sent, ended) = tokio::join!(sender.send(Outgoing::new("x")), end(&*first));
    assert_eq!(sent.expect_err("no broker").kind(), "connection");
    assert_eq!(ended.kind(), "connection");
    assert!(ended.is_retryable(), "{ended}");
    // The usual time to resume is longer than that.
    assert!(start.elapsed() < SOON / 2, "{:?}", start.elapsed());
    assert_eq!(held.ack().await.expect_err("late").error.kind(), "lost");
    let again = sender.send(Outgoing::new("y")).await.expect_err("ended");
    assert_eq!(again.kind(), "connection");
    let refused = backend.create_producer(topic, None, producer_options());
    assert_eq!(refused.await.err().map(|e| e.kind()), Some("connection"));
    drop((first, sender));
    come();
    let second = consumer(backend, topic, "s").await;
    let sender = producer(backend, topic).await;
    send(&*sender, "after").await;
    for expected in ["before", "after"] {
        let delivery = receive(&*second).await;
        assert_eq!(text(&delivery), expected);
        delivery.ack().await.expect("acknowledged");
    }
}

/// A broker behind a proxy that says nothing any more. Signs of life are five seconds apart here: a broker of a loaded
/// machine gives some within ten.
pub async fn silence_is_noticed(backend: &dyn PubSubBackend, topics: [Topic; 2], proxy: &Proxy) {
    let [q0, q1] = topics;
    let consumer = consumer(backend, &q1, "s").await;
    let q0: Arc<dyn BackendProducer> = producer(backend, &q0).await.into();
    let q1 = producer(backend, &q1).await;
    send(&*q1, "x").await;
    receive(&*consumer).await.ack().await.expect("acknowledged");
    proxy.freeze();
    let start = Instant::now();
    // One that sends without being answered must notice too.
    let sending = tokio::spawn(async move {
        loop {
            if let Err(e) = q0.send(Outgoing::new("x")).await {
                return e;
            }
            sleep(Duration::from_millis(50)).await;
        }
    });
    let (ended, q0) = tokio::join!(end(&*consumer), timeout(SOON, sending));
    let took = start.elapsed();
    println!("half-open connection noticed after {took:?}, keep-alive 5 s");
    assert_eq!(ended.kind(), "connection");
    assert_eq!(q0.expect("in time").expect("a sender").kind(), "connection");
    // Without signs of life nobody notices for many minutes; how exact timers are is the machine's affair.
    assert!(took < SOON / 2, "{took:?}");
}
