//! What is told of messages that best effort lost, and of links that nobody uses; and what settings reach the broker.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge, Labels, MetricsSink, Series, Timing};
use tg_pubsub::{LinkState, PubSub, PubSubConfig, SendOptions, get_pubsub};
use tg_pubsub_mqtt::{Mqtt, MqttConfig};
use tg_test_brokers::Setup;
use tokio::time::Instant;

use crate::{Note, SOON, broker, note, pubsub_with, until};

/// Counts over all labels.
#[derive(Clone)]
struct Counts(Arc<[AtomicU64]>);

impl MetricsSink for Counts {
    fn series(&self, _: &Labels) -> Arc<dyn Series> {
        Arc::new(self.clone())
    }
}
impl Series for Counts {
    fn count(&self, counter: Counter, by: u64) {
        self.0[counter as usize].fetch_add(by, Ordering::Relaxed);
    }
    fn add(&self, _: Gauge, _: i64) {}
    fn observe(&self, _: Timing, _: Duration) {}
}
impl Counts {
    fn of(&self, counter: Counter) -> u64 {
        self.0[counter as usize].load(Ordering::Relaxed)
    }
}

fn counted(port: u16) -> (PubSub, Counts) {
    let counts = Counts(Counter::ALL.iter().map(|_| AtomicU64::new(0)).collect());
    let backend = Mqtt::new(MqttConfig::new("127.0.0.1", port).instance("one"));
    let pubsub = PubSub::builder(Arc::new(backend.expect("a configuration")));
    (pubsub.metrics(Arc::new(counts.clone())).build(), counts)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_a_slow_consumer_of_q0_lost_are_counted() {
    let Some(mosquitto) = broker() else { return };
    let (pubsub, counts) = counted(mosquitto.port());
    let consumer = pubsub.consumer("q0/tg/flow/fast", "s");
    let consumer = consumer.option("mqtt.q0-buffer", 10_i64).open().await;
    let consumer = consumer.expect("a consumer");
    let witness = pubsub.consumer("q0/tg/flow/fast", "witness");
    let witness = witness.option("mqtt.q0-buffer", 1_000_i64).open().await;
    let witness = witness.expect("a consumer");
    let producer = pubsub.producer("q0/tg/flow/fast").open().await;
    let producer = producer.expect("a producer");
    for n in 0..500 {
        producer.send(&note(n.to_string())).await.expect("sent");
    }
    producer.flush().await.expect("flushed");
    // When another consumer has them all, the broker has sent them all.
    for _ in 0..500 {
        let one = witness.receive_timeout(SOON).await.expect("a message");
        let _: &crate::Note = one.value();
        one.ack().await.expect("acknowledged");
    }
    let mut received = 0;
    let end = Instant::now() + SOON;
    while received + counts.of(Counter::ConsumerDropped) < 500 && Instant::now() < end {
        if let Ok(one) = consumer.receive_timeout(Duration::from_millis(300)).await {
            let _: &crate::Note = one.value();
            one.ack().await.expect("acknowledged");
            received += 1;
        }
    }
    let dropped = counts.of(Counter::ConsumerDropped);
    println!("sent 500, received {received}, dropped {dropped}");
    assert!(dropped > 0);
    assert_eq!(received + dropped, 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_q0_that_a_broker_never_got_are_counted() {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    let (pubsub, counts) = counted(mosquitto.port());
    let producer = pubsub.producer("q0/tg/flow/away").max_in_flight(100).open();
    let producer = producer.await.expect("a producer");
    producer.send(&note("a")).await.expect("sent");
    tokio::task::block_in_place(|| mosquitto.stop());
    until("the loss is known", || {
        producer.health().link == LinkState::Down
    })
    .await;
    let mut dropped = 0;
    for _ in 0..1_000 {
        let receipt = producer.send(&note("b")).await.expect("best effort");
        dropped += u64::from(receipt.dropped);
    }
    println!("sent 1,000 to nobody, dropped {dropped}");
    assert!(dropped >= 900, "{dropped}");
    assert_eq!(counts.of(Counter::Dropped), dropped);
    assert_eq!(counts.of(Counter::Sent), 1 + 1_000 - dropped);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn links_that_nobody_uses_are_down_while_the_broker_is_away() {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    for resume in [Duration::from_millis(200), SOON] {
        let pubsub = pubsub_with(&mosquitto, "one", resume);
        let consumer = pubsub.consumer::<crate::Note>("q1/tg/flow/idle", "s");
        let consumer = consumer.open().await.expect("a consumer");
        let producer = pubsub.producer::<crate::Note>("q1/tg/flow/idle").open();
        let producer = producer.await.expect("a producer");
        assert!(pubsub.health().await.is_healthy());
        tokio::task::block_in_place(|| mosquitto.stop());
        let down = || [consumer.health().link, producer.health().link] == [LinkState::Down; 2];
        until("both are down", down).await;
        let error = consumer.health().last_error.expect("a reason");
        assert!(error.contains("no connection"), "{error}");
        tokio::task::block_in_place(|| mosquitto.restart().expect("a broker"));
        // A broker that comes back may have forgotten a shared subscription until its consumer is back.
        while consumer.health().link != LinkState::Up {
            let none = consumer.receive_timeout(Duration::from_millis(100)).await;
            none.expect_err("nothing was sent");
        }
        producer.send(&note("a")).await.expect("sent");
        let one = consumer.receive_timeout(SOON).await.expect("a message");
        one.ack().await.expect("acknowledged");
        assert!(pubsub.health().await.is_healthy());
        // The next one has the same name: what this one settled is known before.
        consumer.close(SOON).await.expect("closed");
        producer.close(SOON).await.expect("closed");
    }
}

/// Both sides show certificates, all of it by settings.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_wants_certificates_is_reached_by_settings_alone() {
    let mut setup = Setup::default().tls();
    setup.client_certificates = true;
    let Some(mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let made = mosquitto.certificates().expect("certificates");
    let port = i64::from(mosquitto.port());
    let config = PubSubConfig::new("mqtt").with("mqtt.tls", true);
    let config = config.and_then(|config| config.with("mqtt.port", port));
    let ca = made.authority.display().to_string();
    let config = config.and_then(|config| config.with("mqtt.ca-file", ca));
    let config = config.expect("settings");
    let stranger = get_pubsub(&config).expect("a backend");
    let options = Default::default();
    let error = match stranger
        .create_producer(&"q1/tg/flow/x".parse().expect("a topic"), None, options)
        .await
    {
        Ok(_) => panic!("without a certificate"),
        Err(error) => error,
    };
    assert_eq!(error.kind(), "auth", "{error}");
    let (cert, key) = (&made.client, &made.client_key);
    let config = config.with("mqtt.cert-file", cert.display().to_string());
    let config = config.and_then(|config| config.with("mqtt.key-file", key.display().to_string()));
    let backend = get_pubsub(&config.expect("settings")).expect("a backend");
    let producer = PubSub::new(backend).producer("q1/tg/flow/x").open().await;
    let producer = producer.expect("a producer");
    producer.send(&note("x")).await.expect("sent");
}

/// mosquitto drops what more than so many wait before, and confirms it: who asked is told which setting to look at.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_time_out_of_a_request_that_the_broker_dropped_names_its_setting() {
    const KEPT: usize = 10;
    const ASKED: usize = 30;
    let setup = Setup::default().line(&format!("max_queued_messages {KEPT}"));
    let Some(mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let pubsub = pubsub_with(&mosquitto, "one", SOON);
    let (requests, responses) = ("q1/tg/request/waits", "q1/tg/response/waits");
    let away = || async {
        let consumer = pubsub.consumer::<Note>(requests, "s").open().await;
        consumer.expect("a consumer")
    };
    away().await.close(SOON).await.expect("closed");
    let requester = pubsub.requester::<Note, Note>(requests, responses);
    let requester = requester.timeout(SOON).open().await;
    let requester = Arc::new(requester.expect("a requester"));
    let mut asking = tokio::task::JoinSet::new();
    for n in 0..ASKED {
        let requester = requester.clone();
        asking.spawn(async move {
            let within = Duration::from_secs(3);
            let note = note(n.to_string());
            let asked = requester.request_with(&note, SendOptions::new(), within);
            asked.await.expect_err("nobody answers").to_string()
        });
    }
    for told in asking.join_all().await {
        assert!(
            told.contains("max_queued_messages") && told.ends_with("nothing within 3s"),
            "{told}"
        );
    }
    let back = away().await;
    let mut kept = 0;
    while let Ok(received) = back.receive_timeout(Duration::from_millis(500)).await {
        kept += 1;
        received.ack().await.expect("settled");
    }
    println!("{ASKED} requests were confirmed, {kept} kept by a broker that keeps {KEPT}");
    assert!((1..ASKED).contains(&kept), "{kept}");
}
