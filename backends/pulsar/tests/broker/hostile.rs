//! What a producer writes wrongly, and leaves undone.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use pulsar::message::proto::{EncryptionKeys, MessageMetadata};
use tg_pubsub_pulsar::Pulsar;
use tg_schema::Topic;
use tg_schema::pubsub::{BackendConsumer, ConsumerOptions, ConsumerType, OptionValue};
use tg_test_brokers::Proxy;

use crate::raw::Raw;
use crate::support::*;

fn metadata(sequence: u64) -> MessageMetadata {
    MessageMetadata {
        sequence_id: sequence,
        publish_time: 1_700_000_000_000,
        ..MessageMetadata::default()
    }
}

/// One of two chunks of a message.
fn chunk(message: u64, number: i32) -> (MessageMetadata, Vec<u8>) {
    let parts = [format!("message {message} "), "is whole".to_owned()];
    let total = parts.concat().len();
    let metadata = MessageMetadata {
        uuid: Some(format!("u-{message}")),
        chunk_id: Some(number),
        num_chunks_from_msg: Some(2),
        total_chunk_msg_size: i32::try_from(total).ok(),
        ..metadata(message)
    };
    let at = usize::try_from(number).expect("0 or 1");
    (metadata, parts[at].clone().into_bytes())
}

async fn open(
    backend: &Pulsar,
    topic: &Topic,
    options: impl IntoIterator<Item = (&'static str, OptionValue)>,
) -> Box<dyn BackendConsumer> {
    let options = options
        .into_iter()
        .fold(ConsumerOptions::default(), |all, (name, value)| {
            all.option(name, value)
        });
    consumer_with(backend, topic, "s", options).await
}

async fn take(consumer: &dyn BackendConsumer) -> String {
    let delivery = receive(consumer).await;
    let said = text(&delivery);
    delivery.ack().await.expect("acknowledged");
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_whose_rest_never_comes() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let age = Duration::from_millis(700);
    let told = [("pulsar.chunk-age", OptionValue::from("700ms"))];
    let consumer = open(&backend, &topic, told).await;
    let mut raw = Raw::new(broker.port(), &name(&topic)).await;
    let start = Instant::now();
    for message in 0..5 {
        let (metadata, data) = chunk(message, 0);
        raw.send(metadata, data).await;
    }
    raw.send(metadata(5), "another").await;
    assert_eq!(take(&*consumer).await, "another");
    settled(broker, &topic).await;
    assert!(start.elapsed() >= age, "{:?}", start.elapsed());
    nothing(&*consumer).await;
}

/// The broker keeps nothing of a subscription that is not durable: after a lost link it is told where to begin, and that
/// is before the first chunk of what is not complete or not settled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_outlive_the_link_of_a_subscription_that_is_not_durable() {
    let Some(broker) = broker() else { return };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let backend = Pulsar::new(config(proxy.port())).expect("a backend");
    for consumer_type in [ConsumerType::Exclusive, ConsumerType::Shared] {
        let topic = topic(1);
        let options = ConsumerOptions::default().consumer_type(consumer_type);
        let consumer = consumer_with(&backend, &topic, "s", options.durable(false)).await;
        let mut raw = Raw::new(broker.port(), &name(&topic)).await;
        let mut send = async |(metadata, data)| raw.send(metadata, data).await;
        send(chunk(0, 0)).await;
        send((metadata(9), b"between".to_vec())).await;
        assert_eq!(take(&*consumer).await, "between");
        proxy.cut();
        send(chunk(0, 1)).await;
        let whole = async || loop {
            let delivery = receive(&*consumer).await;
            if text(&delivery) == "message 0 is whole" {
                break delivery;
            }
            // It may come again: nobody else remembers that it was settled. Its link may end now.
            let _lost = delivery.ack().await;
        };
        let held = whole().await;
        proxy.cut();
        let again = whole().await;
        assert_eq!(again.meta.attempt, 2, "{consumer_type}");
        assert!(held.ack().await.is_err(), "of a link that is gone");
        again.ack().await.expect("acknowledged");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_incomplete_messages_than_there_is_room_for() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let room = [("pulsar.chunk-messages", OptionValue::from(3))];
    let consumer = open(&backend, &topic, room).await;
    let mut raw = Raw::new(broker.port(), &name(&topic)).await;
    for number in 0..2 {
        for message in 0..8 {
            let (metadata, data) = chunk(message, number);
            raw.send(metadata, data).await;
        }
    }
    let mut left: BTreeSet<String> = (0..8).map(|n| format!("message {n} is whole")).collect();
    while !left.is_empty() {
        let said = take(&*consumer).await;
        assert!(left.remove(&said), "{said}");
    }
    nothing(&*consumer).await;
    settled(broker, &topic).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_that_were_sent_twice() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    // Brokers keep chunks of a message that is complete from the consumers of shared subscriptions.
    for (consumer_type, sent) in [
        (ConsumerType::Shared, &[0, 0, 1][..]),
        (ConsumerType::Exclusive, &[0, 0, 1, 1]),
    ] {
        let topic = topic(1);
        let options = ConsumerOptions::default().consumer_type(consumer_type);
        // Long enough for the chunks to come one after the other.
        let options = options.option("pulsar.chunk-age", "10s");
        let consumer = consumer_with(&backend, &topic, "s", options).await;
        let mut raw = Raw::new(broker.port(), &name(&topic)).await;
        for number in sent {
            let (metadata, data) = chunk(0, *number);
            raw.send(metadata, data).await;
        }
        assert_eq!(take(&*consumer).await, "message 0 is whole");
        nothing(&*consumer).await;
        settled(broker, &topic).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_can_read_is_told_and_holds_up_nobody() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let consumer = open(&backend, &topic, []).await;
    let mut raw = Raw::new(broker.port(), &name(&topic)).await;
    let with = |change: fn(&mut MessageMetadata)| {
        let mut metadata = metadata(0);
        change(&mut metadata);
        metadata
    };
    let wrong = [
        with(|m| m.compression = Some(77)),
        with(|m| {
            m.compression = Some(1);
            m.uncompressed_size = Some(u32::MAX);
        }),
        with(|m| {
            m.compression = Some(3);
            m.uncompressed_size = Some(1_000);
        }),
        with(|m| m.num_messages_in_batch = Some(77)),
        with(|m| {
            m.uuid = Some("u".to_owned());
            m.num_chunks_from_msg = Some(i32::MAX);
            m.total_chunk_msg_size = Some(i32::MAX);
            m.chunk_id = Some(0);
        }),
        with(|m| {
            m.encryption_keys = vec![EncryptionKeys {
                key: "k".to_owned(),
                ..EncryptionKeys::default()
            }];
        }),
    ];
    let why = [
        "compression number 77",
        "4294967295 bytes",
        "ZSTD",
        "a batch of 77",
        "2147483647 bytes",
        "key \"k\"",
    ];
    let count = wrong.len();
    for (n, metadata) in wrong.into_iter().enumerate() {
        let sequence = u64::try_from(n).expect("small");
        let metadata = MessageMetadata {
            sequence_id: sequence,
            ..metadata
        };
        let whole = metadata.uuid.is_none();
        raw.send(metadata, "no message").await;
        let delivery = receive(&*consumer).await;
        let told = delivery.meta.unreadable.as_deref().unwrap_or_default();
        assert!(told.contains(why[n]), "{told}");
        // Of a message in chunks nothing is kept.
        assert_eq!(text(&delivery), if whole { "no message" } else { "" });
        delivery.ack().await.expect("acknowledged");
    }
    for n in count..count + 3 {
        let sequence = u64::try_from(n).expect("small");
        raw.send(metadata(sequence), n.to_string()).await;
        assert_eq!(take(&*consumer).await, n.to_string());
    }
    nothing(&*consumer).await;
    settled(broker, &topic).await;
}

/// The broker takes the number of messages that a producer writes off what it may send, whatever the number is. It is given
/// back, so that others come, and in portions that it can take: one that is too large ends the connection of all.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn numbers_of_messages_that_are_none_of_a_batch() {
    let Some(broker) = broker() else { return };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let backend = Pulsar::new(config(proxy.port())).expect("a backend");
    for consumer_type in [ConsumerType::Shared, ConsumerType::Exclusive] {
        let topic = topic(1);
        let options = ConsumerOptions::default().consumer_type(consumer_type);
        let consumer = consumer_with(&backend, &topic, "s", options).await;
        let connections = proxy.accepted();
        let mut raw = Raw::new(broker.port(), &name(&topic)).await;
        let mut sequence = 0;
        let mut send = async |count, data: &str| {
            let metadata = MessageMetadata {
                num_messages_in_batch: count,
                ..metadata(sequence)
            };
            sequence += 1;
            raw.send(metadata, data).await;
        };
        send(None, "the first").await;
        let first = receive(&*consumer).await;
        for count in [i32::MAX, i32::MIN, -5, i32::MAX, 1_000_000] {
            send(Some(count), "no batch").await;
            assert_eq!(take(&*consumer).await, "no batch", "{consumer_type}");
            let after = format!("after {count}");
            send(None, &after).await;
            assert_eq!(take(&*consumer).await, after, "{consumer_type}");
        }
        first.ack().await.expect("acknowledged");
        settled(broker, &topic).await;
        assert_eq!(proxy.accepted(), connections, "{consumer_type}");
    }
}
