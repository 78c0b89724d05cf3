//! Topics that are divided into partitions.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use pulsar::message::proto::MessageMetadata;
use tg_pubsub_pulsar::Pulsar;
use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendProducer, ConsumerOptions, ConsumerType, Delivery, Error, InitialPosition, Outgoing,
    ProducerOptions, PubSubBackend,
};
use tg_schema_model::Json;
use tokio::time::timeout;

use crate::peer::{Peer, body};
use crate::raw::Raw;
use crate::support::*;

const PARTITIONS: usize = 3;

/// A topic of several partitions.
fn divided(broker: &Broker) -> Topic {
    let topic = topic(1);
    divide(broker, &topic, "PUT", PARTITIONS);
    topic
}

/// Makes a topic of so many partitions with `PUT`, and gives it so many with `POST`.
fn divide(broker: &Broker, topic: &Topic, method: &str, count: usize) {
    let path = format!("persistent/tg/flow/{}/partitions", topic.queue());
    let count = count.to_string();
    let made = tokio::task::block_in_place(|| broker.admin().done(method, &path, Some(&count)));
    made.expect("a topic of several partitions");
}

fn earliest() -> ConsumerOptions {
    ConsumerOptions::default().position(InitialPosition::Earliest)
}

/// Sends one message under a key, and gives the ledger that it is in: each partition has its own.
async fn send_under(producer: &dyn BackendProducer, text: &str, key: &str) -> String {
    let receipt = producer.send(Outgoing::new(text.to_owned()).key(key)).await;
    let id = receipt.expect("confirmed").id.expect("an identity");
    id.split(':').next().unwrap_or_default().to_owned()
}

fn ledger(delivery: &Delivery) -> &str {
    let id = delivery.meta.id.as_deref().unwrap_or_default();
    id.split(':').next().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_partitions_are_used_and_keys_keep_their_order() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = divided(broker);
    let consumer = consumer(&backend, &topic, "s").await;
    let producer = producer(&backend, &topic).await;
    let mut used = BTreeSet::new();
    for n in 0..PARTITIONS {
        let receipt = send(&*producer, n.to_string()).await;
        used.insert(
            receipt
                .id
                .expect("an identity")
                .split(':')
                .next()
                .map(str::to_owned),
        );
    }
    assert_eq!(used.len(), PARTITIONS, "in turns");
    for _ in 0..PARTITIONS {
        receive(&*consumer).await.ack().await.expect("acknowledged");
    }
    let mut places = BTreeMap::new();
    for n in 0..60 {
        let key = format!("key-{}", n % 6);
        let place = send_under(&*producer, &n.to_string(), &key).await;
        assert_eq!(&place, places.entry(key).or_insert_with(|| place.clone()));
    }
    assert!(
        places.values().collect::<BTreeSet<_>>().len() > 1,
        "{places:?}"
    );
    let mut last = BTreeMap::new();
    for _ in 0..60 {
        let delivery = receive(&*consumer).await;
        let n: usize = text(&delivery).parse().expect("a number");
        let key = delivery.meta.key.clone().expect("a key");
        assert_eq!(ledger(&delivery), places[&key]);
        assert!(last.insert(key, n).is_none_or(|before| before < n), "{n}");
        delivery.ack().await.expect("acknowledged");
    }
    producer.flush().await.expect("flushed");
    producer.close(SOON).await.expect("closed");
    nothing(&*consumer).await;
    consumer.close(SOON).await.expect("closed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_is_one_of_all_partitions() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = divided(broker);
    let options = ConsumerOptions::default().consumer_type(ConsumerType::Exclusive);
    let first = consumer_with(&backend, &topic, "s", options.clone()).await;
    let second = backend.create_consumer(&topic, "s", None, options).await;
    let error = second.err().expect("one is there");
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    let producer = producer(&backend, &topic).await;
    for n in 0..9 {
        send(&*producer, n.to_string()).await;
    }
    // One of each partition comes back, alone and after its delay.
    let mut seen = BTreeMap::new();
    while seen.len() < 9 || seen.values().any(|n| *n > 1) {
        let delivery = receive(&*first).await;
        let attempts = seen.entry(text(&delivery)).or_insert(0);
        *attempts = delivery.meta.attempt;
        match (text(&delivery).as_str(), delivery.meta.attempt) {
            ("0" | "1" | "2", 1) => {
                let after = Some(Duration::from_millis(300));
                *attempts = 2;
                delivery.nack(after).await.expect("given back");
            }
            _ => {
                *attempts = 1;
                delivery.ack().await.expect("acknowledged");
            }
        }
    }
    nothing(&*first).await;
    // What is sent while nobody is there waits in every partition.
    first.close(SOON).await.expect("closed");
    for n in 0..9 {
        send(&*producer, n.to_string()).await;
    }
    let again = consumer(&backend, &topic, "s").await;
    let mut left: BTreeSet<String> = (0..9).map(|n| n.to_string()).collect();
    while !left.is_empty() {
        let delivery = receive(&*again).await;
        assert!(left.remove(&text(&delivery)));
        delivery.ack().await.expect("acknowledged");
    }
    send(&*producer, "gone").await;
    again.unsubscribe().await.expect("unsubscribed");
    let fresh = consumer_with(&backend, &topic, "s", ConsumerOptions::default()).await;
    nothing(&*fresh).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn python_and_we_share_partitions() {
    let Some(broker) = broker() else { return };
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    let backend = backend(broker.port());
    let topic = divided(broker);
    peer.produce(&name(&topic), 30, 100, [("batch", Json::int(5))])
        .await;
    let consumer = consumer_with(&backend, &topic, "s", earliest()).await;
    let mut left: BTreeSet<usize> = (0..30).collect();
    while !left.is_empty() {
        let delivery = receive(&*consumer).await;
        let n = number(&delivery);
        assert_eq!(delivery.payload, body(n, 100));
        assert!(left.remove(&n), "{n} twice");
        delivery.ack().await.expect("acknowledged");
    }
    let producer = producer(&backend, &topic).await;
    for n in 0..10 {
        let message = Outgoing::new(body(n, 100)).property("n", n.to_string());
        producer.send(message).await.expect("confirmed");
    }
    let details = [
        ("subscription", Json::str("python")),
        ("count", Json::int(40)),
    ];
    let done = peer.ask("consume", &name(&topic), details).await;
    let received = done.get("received").and_then(Json::as_array);
    let intact = |m: &Json| m.get("intact").and_then(Json::as_bool) == Some(true);
    assert!(received.is_some_and(|all| all.len() == 40 && all.iter().all(intact)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn topics_that_a_broker_divides_when_it_makes_them() {
    let setup = tg_test_brokers::PulsarSetup::default()
        .set("allowAutoTopicCreationType", "partitioned")
        .set("defaultNumPartitions", "2");
    let Some(broker) = own_broker(setup) else {
        return;
    };
    let backend = Pulsar::new(config(broker.port())).expect("a configuration");
    let topic = topic(1);
    let consumer = consumer(&backend, &topic, "s").await;
    let producer = producer(&backend, &topic).await;
    // Messages are received at the same time by many, and none is lost where one stops to wait.
    for n in 0..20 {
        send(&*producer, n.to_string()).await;
    }
    let mut left: BTreeSet<String> = (0..20).map(|n| n.to_string()).collect();
    while !left.is_empty() {
        let Ok(delivery) = timeout(Duration::from_micros(50), consumer.receive()).await else {
            continue;
        };
        let delivery = delivery.expect("a message");
        assert!(left.remove(&text(&delivery)));
        delivery.ack().await.expect("acknowledged");
    }
    backend.close(SOON).await.expect("closed");
    let closed = timeout(SOON, consumer.receive()).await.expect("in time");
    assert!(matches!(closed, Err(Error::Closed { .. })), "{closed:?}");
}

/// Partitions that are added while a producer and a consumer are open: both follow, and what is sent to a new one before
/// the consumer knows of it comes too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn partitions_that_are_added_are_followed() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    for durable in [true, false] {
        let topic = divided(broker);
        let check = ("pulsar.partition-check", "300ms");
        let options = ConsumerOptions::default().durable(durable);
        let options = options.option(check.0, check.1);
        let consumer = consumer_with(&backend, &topic, "s", options).await;
        let options = ProducerOptions::default().option(check.0, check.1);
        let producer = backend.create_producer(&topic, None, options).await;
        let producer = producer.expect("a producer");
        // It waits already when there is none to wait for yet.
        let waiting = receive(&*consumer);
        let early = async {
            divide(broker, &topic, "POST", PARTITIONS + 2);
            let last = format!("{}-partition-{}", name(&topic), PARTITIONS + 1);
            let mut raw = Raw::new(broker.port(), &last).await;
            let metadata = MessageMetadata {
                publish_time: 1_700_000_000_000,
                ..MessageMetadata::default()
            };
            raw.send(metadata, "early").await;
        };
        let (first, ()) = tokio::join!(waiting, early);
        assert_eq!(text(&first), "early", "durable: {durable}");
        first.ack().await.expect("acknowledged");
        let mut used = BTreeSet::new();
        let mut sent = 0;
        let all = async {
            while used.len() < PARTITIONS + 2 {
                let receipt = send(&*producer, "x").await;
                let id = receipt.id.expect("an identity");
                used.insert(id.split(':').next().map(str::to_owned));
                sent += 1;
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        };
        timeout(SOON, all).await.expect("all are used in time");
        for _ in 0..sent {
            receive(&*consumer).await.ack().await.expect("acknowledged");
        }
        producer.close(SOON).await.expect("closed");
        consumer.unsubscribe().await.expect("unsubscribed");
    }
}
