//! What a producer writes wrongly, and leaves undone.

use std::collections::BTreeSet;

use pulsar::message::proto::{EncryptionKeys, MessageMetadata};
use tg_pubsub_pulsar::Pulsar;
use tg_schema::Topic;
use tg_schema::pubsub::{BackendConsumer, ConsumerOptions, ConsumerType, OptionValue};

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
    loop {
        let delivery = receive(consumer).await;
        let said = text(&delivery);
        match delivery.ack().await {
            Ok(()) => return said,
            // Where a loaded machine loses the link it comes again.
            Err(failed) => assert_eq!(failed.error.kind(), "lost"),
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chunks_whose_rest_never_comes() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let age = [("pulsar.chunk-age", OptionValue::from("700ms"))];
    let consumer = open(&backend, &topic, age).await;
    let mut raw = Raw::new(broker.port(), &name(&topic)).await;
    for message in 0..5 {
        let (metadata, data) = chunk(message, 0);
        raw.send(metadata, data).await;
    }
    raw.send(metadata(5), "another").await;
    assert_eq!(take(&*consumer).await, "another");
    assert_eq!(backlog(broker, &topic).await, 5);
    settled(broker, &topic).await;
    nothing(&*consumer).await;
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
        let options = options.option("pulsar.chunk-age", "700ms");
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
async fn what_nobody_can_read_holds_up_nobody() {
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
        with(|m| m.num_messages_in_batch = Some(i32::MAX)),
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
    let count = wrong.len();
    for (n, metadata) in wrong.into_iter().enumerate() {
        let sequence = u64::try_from(n).expect("small");
        let metadata = MessageMetadata {
            sequence_id: sequence,
            ..metadata
        };
        raw.send(metadata, "no message").await;
    }
    for n in count..count + 3 {
        let sequence = u64::try_from(n).expect("small");
        raw.send(metadata(sequence), n.to_string()).await;
        assert_eq!(take(&*consumer).await, n.to_string());
    }
    nothing(&*consumer).await;
    settled(broker, &topic).await;
}
