//! What the clients for Python and Java write, read here; and what is written here, read by them.

use std::time::{Duration, SystemTime};

use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendConsumer, ConsumerOptions, ConsumerType, Error, InitialPosition, Outgoing, PubSubBackend,
};
use tg_schema_model::Json;

use crate::peer::{Peer, body, java, noise};
use crate::support::*;

/// More than two of the broker's largest messages.
const LARGE: usize = 12_000_000;

pub async fn from_the_beginning(
    backend: &dyn PubSubBackend,
    topic: &Topic,
) -> Box<dyn BackendConsumer> {
    let options = ConsumerOptions::default().position(InitialPosition::Earliest);
    let consumer = backend.create_consumer(topic, "s", None, options).await;
    consumer.expect("a consumer")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_python_compresses_and_batches() {
    let Some(broker) = broker() else { return };
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    let backend = backend(broker.port());
    for compression in ["NONE", "LZ4", "ZLib", "ZSTD", "SNAPPY"] {
        for batch in [1, 7] {
            let topic = topic(1);
            let count = 20;
            for (size, first) in [(40, 0), (30_000, 20)] {
                let details = [
                    ("compression", Json::str(compression)),
                    ("batch", Json::int(batch)),
                    ("first", Json::int(first)),
                ];
                peer.produce(&name(&topic), count, size, details).await;
            }
            let consumer = from_the_beginning(&backend, &topic).await;
            for n in 0..40 {
                let delivery = receive(&*consumer).await;
                let size = if n < 20 { 40 } else { 30_000 };
                assert_eq!(delivery.payload, body(n, size), "{compression} {batch}");
                assert_eq!(number(&delivery), n);
                assert_eq!(delivery.properties.get("empty"), Some(""));
                assert_eq!(delivery.meta.key, Some(format!("key-{n}")));
                assert!(
                    delivery
                        .meta
                        .published
                        .is_some_and(|at| at < SystemTime::now() + SOON)
                );
                delivery.ack().await.expect("acknowledged");
            }
            nothing(&*consumer).await;
            settled(broker, &topic).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_python_sends_in_chunks() {
    let Some(broker) = broker() else { return };
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    let backend = backend(broker.port());
    for consumer_type in [ConsumerType::Shared, ConsumerType::Exclusive] {
        let topic = topic(1);
        let name = name(&topic);
        let options = ConsumerOptions::default().consumer_type(consumer_type);
        let options = options.position(InitialPosition::Earliest);
        let consumer = consumer_with(&backend, &topic, "s", options).await;
        let chunks = |first: i64| [("chunking", Json::Bool(true)), ("first", Json::int(first))];
        // Two producers at once, so that their chunks come in turns.
        let large = i64::try_from(LARGE).expect("small enough");
        tokio::join!(
            peer.produce(&name, 2, large, chunks(0)),
            peer.produce(&name, 2, large, chunks(2)),
        );
        let mut seen = [0; 4];
        while seen != [2; 4] {
            let delivery = receive(&*consumer).await;
            let n = number(&delivery);
            assert!(delivery.payload == body(n, LARGE), "message {n}");
            seen[n] += 1;
            assert_eq!(delivery.meta.attempt, seen[n], "message {n}");
            match seen[n] {
                // All its chunks come again.
                1 => delivery.nack(None).await.expect("given back"),
                _ => delivery.ack().await.expect("acknowledged"),
            }
        }
        nothing(&*consumer).await;
        settled(broker, &topic).await;
    }
}

/// What is confirmed can be received: a message that no consumer of these settings puts together is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_above_the_room_for_chunks_is_refused_or_arrives() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let size = 65 << 20;
    let chunking = || producer_options().option("pulsar.chunking", true);
    let usual = backend.create_producer(&topic, None, chunking()).await;
    let usual = usual.expect("a producer");
    match usual.send(Outgoing::new(vec![1; size])).await {
        Err(Error::TooLarge { size: told, max }) => {
            assert!(told > size && max == 64 << 20, "{told} {max}");
        }
        other => panic!("{other:?}"),
    }
    let room = ("pulsar.chunk-bytes", 70 << 20);
    let options = ConsumerOptions::default().option(room.0, room.1);
    let consumer = consumer_with(&backend, &topic, "s", options).await;
    let options = chunking().option(room.0, room.1);
    let larger = backend.create_producer(&topic, None, options).await;
    let larger = larger.expect("a producer");
    let sent = larger.send(Outgoing::new(vec![1; size]));
    let (sent, delivery) = tokio::join!(sent, receive(&*consumer));
    sent.expect("confirmed");
    assert_eq!(delivery.payload.len(), size);
    delivery.ack().await.expect("acknowledged");
    settled(broker, &topic).await;
}

/// Messages that are small on the wire and large when they are unpacked: a consumer has them unpacked a few at a time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_messages_that_were_made_small() {
    let Some(broker) = broker() else { return };
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    let backend = backend(broker.port());
    let topic = topic(1);
    let large = i64::try_from(LARGE).expect("small enough");
    let details = [("compression", Json::str("ZSTD"))];
    peer.produce(&name(&topic), 12, large, details).await;
    let consumer = from_the_beginning(&backend, &topic).await;
    let first = receive(&*consumer).await;
    assert_eq!(number(&first), 0);
    for n in 1..12 {
        let delivery = receive(&*consumer).await;
        assert_eq!(number(&delivery), n);
        assert!(delivery.payload == body(n, LARGE), "message {n}");
        delivery.ack().await.expect("acknowledged");
    }
    first.nack(None).await.expect("given back");
    let again = receive(&*consumer).await;
    assert_eq!((number(&again), again.meta.attempt), (0, 2));
    again.ack().await.expect("acknowledged");
    settled(broker, &topic).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_that_are_compressed_together() {
    let Some(broker) = broker() else { return };
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    let backend = backend(broker.port());
    for compression in ["LZ4", "ZLib", "ZSTD", "SNAPPY"] {
        let topic = topic(1);
        let details = [
            ("chunking", Json::Bool(true)),
            ("noise", Json::Bool(true)),
            ("compression", Json::str(compression)),
        ];
        let large = i64::try_from(LARGE).expect("small enough");
        peer.produce(&name(&topic), 1, large, details).await;
        let consumer = from_the_beginning(&backend, &topic).await;
        let delivery = receive(&*consumer).await;
        assert!(delivery.payload == noise(0, LARGE), "{compression}");
        delivery.ack().await.expect("acknowledged");
        settled(broker, &topic).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_sent_in_chunks_here() {
    let Some(broker) = broker() else { return };
    let Some(peer) = Peer::new(broker) else {
        return;
    };
    let backend = backend(broker.port());
    let topic = topic(1);
    let options = producer_options().option("pulsar.chunking", true);
    let producer = backend.create_producer(&topic, None, options).await;
    let producer = producer.expect("a producer");
    let ours = from_the_beginning(&backend, &topic).await;
    for (n, size) in [(0, 100), (1, LARGE), (2, 100)] {
        let message = Outgoing::new(body(n, size)).property("n", n.to_string());
        let receipt = producer.send(message.key("k")).await.expect("confirmed");
        assert!(receipt.id.is_some());
    }
    let details = [
        ("subscription", Json::str("python")),
        ("count", Json::int(3)),
    ];
    let done = peer.ask("consume", &name(&topic), details).await;
    let received = done.get("received").and_then(Json::as_array);
    let received = received.expect("messages");
    for (n, size) in [(0, 100), (1, LARGE), (2, 100)] {
        let found = received.get(n).expect("a message");
        assert_eq!(
            found.get("size").and_then(Json::as_i64),
            i64::try_from(size).ok()
        );
        assert_eq!(
            found.get("intact").and_then(Json::as_bool),
            Some(true),
            "{n}"
        );
        assert_eq!(found.get("key").and_then(Json::as_str), Some("k"));
        let delivery = receive(&*ours).await;
        assert!(delivery.payload == body(n, size), "{n}");
        delivery.ack().await.expect("acknowledged");
    }
    settled(broker, &topic).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_survive_a_topic_that_moves() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    // A machine that is busy needs its time for each move.
    let options = producer_options().option("pulsar.chunking", true);
    let options = options.option("pulsar.resume", "120s");
    let producer = backend.create_producer(&topic, None, options).await;
    let producer = producer.expect("a producer");
    let options = ConsumerOptions::default().option("pulsar.resume", "120s");
    let consumer = consumer_with(&backend, &topic, "s", options).await;
    let moving = async {
        let name = name(&topic);
        for _ in 0..4 {
            tokio::time::sleep(Duration::from_millis(400)).await;
            tokio::task::block_in_place(|| broker.admin().unload(&name)).expect("unloaded");
        }
    };
    let sending = async {
        for n in 0..6 {
            let message = Outgoing::new(body(n, LARGE)).property("n", n.to_string());
            producer.send(message).await.expect("confirmed");
        }
    };
    let receiving = async {
        let mut seen = std::collections::BTreeSet::new();
        while seen.len() < 6 {
            let delivery = receive(&*consumer).await;
            let n = number(&delivery);
            assert!(delivery.payload == body(n, LARGE), "message {n}");
            // Where the link is lost it comes again.
            if delivery.ack().await.is_ok() {
                seen.insert(n);
            }
        }
    };
    tokio::join!(moving, sending, receiving);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_java_sends_and_reads_in_chunks() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let consumer = from_the_beginning(&backend, &topic).await;
    let sent = java(broker, "produce", &name(&topic), &[0, 2, LARGE]).await;
    if sent.is_none() {
        return;
    }
    for n in 0..2 {
        let delivery = receive(&*consumer).await;
        assert_eq!(number(&delivery), n);
        assert!(delivery.payload == body(n, LARGE), "message {n}");
        delivery.ack().await.expect("acknowledged");
    }
    let options = producer_options().option("pulsar.chunking", true);
    let producer = backend.create_producer(&topic, None, options).await;
    let producer = producer.expect("a producer");
    let message = Outgoing::new(body(2, LARGE)).property("n", "2");
    producer.send(message).await.expect("confirmed");
    let read = java(broker, "consume", &name(&topic), &[3]).await;
    let expected = (0..3).map(|n| format!("message {n} {LARGE} true"));
    assert_eq!(read, Some(expected.collect()));
    receive(&*consumer).await.ack().await.expect("acknowledged");
    settled(broker, &topic).await;
}
