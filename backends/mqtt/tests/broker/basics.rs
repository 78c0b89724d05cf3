//! Sending, receiving and settling.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, ConsumerType, Format, Outgoing,
    PubSubBackend,
};
use tg_test_brokers::Proxy;
use tokio::time::timeout;

use crate::support::*;

#[tokio::test]
async fn a_message_goes_through_at_each_quality() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    for qos in 0..3 {
        let topic = topic(qos);
        let producer = producer(&backend, &topic).await;
        let consumer = consumer(&backend, &topic, "s").await;
        let message = Outgoing::new(vec![0, 255, 1])
            .property("a", "välue")
            .property("b", "")
            .property("lines", "1\n2")
            .key("key")
            .id("id");
        let receipt = producer.send(message).await.expect("confirmed");
        let routed = (qos == 1).then_some(true);
        assert_eq!(receipt.routed, routed, "q{qos}");
        let delivery = receive(&*consumer).await;
        assert_eq!(&delivery.payload[..], [0, 255, 1]);
        assert_eq!(delivery.format, Format::Json);
        let properties: Vec<_> = delivery.properties.iter().collect();
        assert_eq!(properties, [("a", "välue"), ("b", ""), ("lines", "1\n2")]);
        assert_eq!(delivery.meta.key.as_deref(), Some("key"));
        assert_eq!(delivery.meta.id.as_deref(), Some("id"));
        assert_eq!(
            (delivery.meta.attempt, delivery.meta.redelivered),
            (1, false)
        );
        let age = SystemTime::now().duration_since(delivery.meta.published.expect("a time"));
        assert!(age.is_ok_and(|age| age < SOON));
        delivery.ack().await.expect("acknowledged");
        nothing(&*consumer).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_producer_is_not_opened_over_a_connection_that_is_silent() {
    let Some(mosquitto) = broker() else { return };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let backend = backend(proxy.port());
    let topic = topic(1);
    let _first = producer(&backend, &topic).await;
    proxy.freeze();
    let open = || {
        let options = producer_options().option("mqtt.connect-timeout", "1s");
        backend.create_producer(&topic, None, options)
    };
    // A machine under load may take longer than that.
    let opened = async || loop {
        if let Ok(producer) = open().await {
            return producer;
        }
    };
    // What was on its way when it froze is still a sign of life.
    let refused = async || {
        let refused = async {
            loop {
                if let Err(error) = open().await {
                    return error;
                }
            }
        };
        timeout(SOON, refused).await.expect("the broker hangs")
    };
    assert_eq!(refused().await.kind(), "connection");
    proxy.thaw();
    let _second = timeout(SOON, opened()).await.expect("a producer");
    proxy.freeze();
    let (third, fourth) = tokio::join!(refused(), refused());
    for error in [third, fourth] {
        assert!(
            error.to_string().contains("did not answer within 1s"),
            "{error}"
        );
        assert!(error.is_retryable());
    }
    proxy.thaw();
    let fifth = timeout(SOON, opened()).await.expect("a producer");
    assert_eq!(send(&*fifth, "a").await.routed, Some(false));
}

/// Each is followed at once by one with its identifier, over another connection.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_settled_is_gone_where_the_consumer_is_dropped() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let exclusive = ConsumerOptions::default().consumer_type(ConsumerType::Exclusive);
    for (qos, options) in [
        (1, ConsumerOptions::default()),
        (2, ConsumerOptions::default()),
        (1, exclusive),
    ] {
        let topic = topic(qos);
        let producer = producer(&backend, &topic).await;
        let open = async || {
            let consumer = backend.create_consumer(&topic, "s", None, options.clone());
            consumer.await.expect("a consumer")
        };
        let mut receiver = open().await;
        for round in 0..20 {
            for n in 0..20 {
                send(&*producer, format!("{round} {n}")).await;
            }
            for n in 0..20 {
                let delivery = receive(&*receiver).await;
                assert_eq!(text(&delivery), format!("{round} {n}"), "q{qos}");
                delivery.ack().await.expect("acknowledged");
            }
            drop(receiver);
            receiver = open().await;
        }
        receiver.unsubscribe().await.expect("ended");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_may_take_all_the_time_there_is() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let others = [consumer(&backend, &topic, "s").await];
    let closed = consumer(&backend, &topic, "t").await;
    timeout(SOON, closed.close(Duration::MAX))
        .await
        .expect("in time")
        .expect("closed");
    let sender = producer(&backend, &topic).await;
    send(&*sender, "x").await;
    let closed = timeout(SOON, backend.close(Duration::MAX)).await;
    closed.expect("in time").expect("closed");
    for other in others {
        let ended = timeout(SOON, other.receive()).await.expect("in time");
        assert_eq!(ended.err().map(|error| error.kind()), Some("closed"));
    }
}

#[tokio::test]
async fn an_acknowledged_message_is_gone_and_another_comes_back() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    for qos in 1..3 {
        let topic = topic(qos);
        let producer = producer(&backend, &topic).await;
        let first = consumer(&backend, &topic, "s").await;
        for i in 0..3 {
            send(&*producer, format!("{i}")).await;
        }
        let (zero, one, two) = (
            receive(&*first).await,
            receive(&*first).await,
            receive(&*first).await,
        );
        // In another order than they came.
        two.ack().await.expect("acknowledged");
        zero.ack().await.expect("acknowledged");
        first.close(SOON).await.expect("closed");
        let lost = one.ack().await.expect_err("too late").error;
        assert_eq!(lost.kind(), "lost");
        let second = consumer(&backend, &topic, "s").await;
        let again = receive(&*second).await;
        assert_eq!(text(&again), "1", "q{qos}");
        assert!(again.meta.redelivered && again.meta.attempt == 2);
        again.ack().await.expect("acknowledged");
        nothing(&*second).await;
        second.close(SOON).await.expect("closed");
    }
}

/// A successor's connection may be quicker than what the one before still carries.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_consumer_is_closed_when_the_broker_knows_what_it_settled() {
    let Some(mosquitto) = broker() else { return };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let (slow, direct) = (backend(proxy.port()), backend(mosquitto.port()));
    for qos in 1..3 {
        let topic = topic(qos);
        let producer = producer(&direct, &topic).await;
        let first = consumer(&slow, &topic, "s").await;
        send(&*producer, "x").await;
        let delivery = receive(&*first).await;
        proxy.freeze();
        delivery.ack().await.expect("acknowledged");
        let mut closing = first.close(SOON);
        let early = timeout(QUIET, &mut closing).await;
        assert!(early.is_err(), "q{qos}: {early:?}");
        proxy.thaw();
        closing.await.expect("closed");
        let second = consumer(&direct, &topic, "s").await;
        nothing(&*second).await;
    }
}

#[tokio::test]
async fn nack_delivers_again_at_its_time_and_counts() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    for qos in 0..3 {
        let topic = topic(qos);
        let producer = producer(&backend, &topic).await;
        let consumer = consumer(&backend, &topic, "s").await;
        send(&*producer, "x").await;
        for attempt in 1..4 {
            let delivery = receive(&*consumer).await;
            assert_eq!(delivery.meta.attempt, attempt);
            delivery.nack(None).await.expect("nacked");
        }
        let delivery = receive(&*consumer).await;
        let delay = Duration::from_secs(1);
        send(&*producer, "y").await;
        let start = Instant::now();
        delivery.nack(Some(delay)).await.expect("nacked");
        let mut delivery = receive(&*consumer).await;
        if text(&delivery) == "y" {
            delivery.ack().await.expect("acknowledged");
            delivery = receive(&*consumer).await;
        } else {
            // The machine stood still for as long as the delay.
            receive(&*consumer).await.ack().await.expect("acknowledged");
        }
        assert!(start.elapsed() >= delay, "{:?}", start.elapsed());
        assert_eq!((text(&delivery).as_str(), delivery.meta.attempt), ("x", 5));
        delivery.reject("never").await.expect("rejected");
        nothing(&*consumer).await;
    }
}

#[tokio::test]
async fn a_dropped_delivery_comes_again() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let producer = producer(&backend, &topic).await;
    let consumer = consumer_with(
        &backend,
        &topic,
        "s",
        ConsumerOptions::default().prefetch(1),
    )
    .await;
    send(&*producer, "x").await;
    drop(receive(&*consumer).await);
    let again = receive(&*consumer).await;
    assert_eq!(again.meta.attempt, 2);
    let failed = consumer.try_receive();
    assert!(failed.is_none(), "{failed:?}");
    again.ack().await.expect("acknowledged");
}

#[tokio::test]
async fn health_tells_of_the_broker() {
    let Some(mosquitto) = broker() else { return };
    let health = backend(mosquitto.port()).health().await.expect("healthy");
    assert!(health.latency < SOON);
    assert!(health.detail.contains(&mosquitto.port().to_string()));
}

/// A consumer that is closed while the broker sends to it: what it acknowledged before does not come again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_under_load_loses_no_acknowledgement() {
    const ROUNDS: usize = 20;
    const SENT: usize = 40;
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let sender: Arc<dyn BackendProducer> = producer(&backend, &topic).await.into();
    let mut acknowledged = HashSet::new();
    let mut take = async |consumer: &dyn BackendConsumer| {
        let delivery = receive(consumer).await;
        let text = text(&delivery);
        delivery.ack().await.expect("acknowledged");
        assert!(acknowledged.insert(text.clone()), "{text} came again");
        acknowledged.len()
    };
    let mut first = consumer(&backend, &topic, "s").await;
    for round in 0..ROUNDS {
        let sender = sender.clone();
        let sending = tokio::spawn(async move {
            for n in 0..SENT {
                send(&*sender, format!("{round}-{n}")).await;
            }
        });
        for _ in 0..SENT / 4 {
            take(&*first).await;
        }
        first.close(SOON).await.expect("closed");
        first = consumer(&backend, &topic, "s").await;
        sending.await.expect("sent");
    }
    while take(&*first).await < ROUNDS * SENT {}
    nothing(&*first).await;
}
