//! Measurements that are read now and then.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub::metrics::Prometheus;
use tg_pubsub::{Error, PubSub, Raw};

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
