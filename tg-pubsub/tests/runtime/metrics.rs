//! Measurements that are read now and then.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub::metrics::Prometheus;
use tg_pubsub::{Error, HandlerError, Incoming, PubSub, Raw};

use super::support::*;

fn pubsub(world: &World) -> (PubSub, Prometheus) {
    let prometheus = Prometheus::new();
    let pubsub = PubSub::builder(world.memory.clone()).metrics(Arc::new(prometheus.clone()));
    (pubsub.build(), prometheus)
}

fn value(prometheus: &Prometheus, name: &str) -> String {
    let text = prometheus.render();
    let mut lines = text.lines().filter(|line| line.starts_with(name));
    let line = lines.next().expect("a line");
    line.rsplit(' ').next().unwrap_or_default().to_owned()
}

#[tokio::test(start_paused = true)]
async fn the_state_of_a_consumer_that_nobody_uses_is_that_of_its_link() {
    let world = world();
    let (pubsub, prometheus) = pubsub(&world);
    let consumer = pubsub.consumer::<Raw>(TOPIC, "s").open().await;
    let consumer = consumer.expect("a consumer");
    let state = || value(&prometheus, "tg_consumer_state{");
    assert_eq!(state(), "1");
    world.memory.faults().disconnect();
    assert_eq!(state(), "0");
    assert_eq!(state(), "0");
    // Whoever uses it builds the link again.
    let nothing = consumer.receive().await.expect_err("nothing was sent");
    assert!(matches!(nothing, Error::Timeout { .. }), "{nothing}");
    assert_eq!(state(), "1");
    world.memory.faults().disconnect();
    assert_eq!(state(), "0");
    consumer.close(SECOND).await.expect("closed");
    assert_eq!(state(), "0");
    drop(consumer);
    assert_eq!(state(), "0");
}

#[tokio::test(start_paused = true)]
async fn messages_that_an_idle_consumer_dropped_are_counted() {
    let world = world();
    let (pubsub, prometheus) = pubsub(&world);
    let topic = "q0/tg/flow/notes";
    let consumer = pubsub.consumer::<Raw>(topic, "s").prefetch(1).open().await;
    let _idle = consumer.expect("a consumer");
    let producer = pubsub.producer::<Raw>(topic).open().await;
    let producer = producer.expect("a producer");
    for _ in 0..1_500 {
        producer.send(&Raw::from("x")).await.expect("sent");
    }
    tokio::time::sleep(Duration::from_millis(1)).await;
    let dropped: u64 = value(&prometheus, "tg_consumer_dropped_total{")
        .parse()
        .expect("a number");
    assert!((498..=500).contains(&dropped), "{dropped}");
}

#[tokio::test(start_paused = true)]
async fn late_replies_are_in_the_text() {
    let world = world();
    let (pubsub, prometheus) = pubsub(&world);
    let (requests, responses) = ("q1/tg/request/slow", "q1/tg/response/slow");
    let responder = pubsub
        .responder::<Raw, Raw>(requests, "service", responses)
        .respond(|request: Incoming<Raw>| async move {
            tokio::time::sleep(3 * SECOND).await;
            Ok::<_, HandlerError>(request.into_value())
        })
        .await;
    let responder = responder.expect("a responder");
    let requester = pubsub.requester::<Raw, Raw>(requests, responses);
    let requester = requester.timeout(SECOND).open().await;
    let requester = requester.expect("a requester");
    let late = || value(&prometheus, "tg_requester_late_replies_total{");
    let error = requester.request(&Raw::from("x")).await;
    assert!(matches!(error, Err(Error::Timeout { .. })), "{error:?}");
    assert_eq!(late(), "0");
    until("the reply came", || late() == "1").await;
    assert!(responder.drain(SECOND).await.is_clean());
}
