//! Any metadata and any bytes: messages or an error, and bounded memory.

use super::*;

const BYTES: usize = 20_000;

fn number(random: &mut Random) -> Option<i32> {
    match random.below(6) {
        0 => None,
        1 => Some(i32::MAX),
        2 => Some(-1),
        _ => i32::try_from(random.below(5)).ok(),
    }
}

fn any_metadata(random: &mut Random) -> MessageMetadata {
    MessageMetadata {
        producer_name: format!("p{}", random.below(2)),
        uuid: (random.below(8) > 0).then(|| format!("u{}", random.below(40))),
        compression: (random.below(3) == 0).then(|| random.below(6) as i32),
        uncompressed_size: u32::try_from(random.below(50_000)).ok(),
        num_messages_in_batch: number(random).filter(|_| random.below(3) == 0),
        num_chunks_from_msg: number(random).filter(|_| random.below(3) > 0),
        chunk_id: number(random),
        total_chunk_msg_size: number(random),
        publish_time: random.next(),
        partition_key: Some("%".to_owned()),
        partition_key_b64_encoded: Some(true),
        ..MessageMetadata::default()
    }
}

#[test]
fn any_entry() {
    let limits = Limits {
        message: 10_000,
        batch: 50,
        chunk_bytes: BYTES,
        chunk_sets: 10,
        chunk_age: Duration::from_secs(1),
    };
    let mut random = Random::new(5);
    let mut unpacker = Unpacker::new(limits);
    let mut now = Instant::now();
    let (mut read, mut refused, mut given_up) = (0, 0, 0);
    for entry in 0..20_000 {
        let length = random.below(200);
        let payload = random.bytes(length);
        let metadata = any_metadata(&mut random);
        let ack_set = [i64::from_ne_bytes(random.next().to_ne_bytes())];
        match unpacker.entry(id(entry), metadata, payload.into(), 0, &ack_set, now) {
            Ok(entry) => {
                let bytes: usize = entry.messages.iter().map(|m| m.payload.len()).sum();
                assert!(bytes <= 10_000 && entry.messages.len() <= 50);
                read += entry.messages.len();
                given_up += entry.dropped.len();
            }
            Err(error) => {
                assert!(!error.ids.is_empty() && !error.error.to_string().is_empty());
                refused += 1;
            }
        }
        assert!(unpacker.chunks.bytes <= BYTES);
        now += Duration::from_millis(random.below(20) as u64);
        given_up += unpacker.expire(now).len();
    }
    assert!(
        read > 1_000 && refused > 1_000 && given_up > 5,
        "{read} {refused} {given_up}"
    );
}

#[test]
fn broken_batches() {
    let mut random = Random::new(6);
    let single = SingleMessageMetadata {
        partition_key: Some("key".to_owned()),
        ..SingleMessageMetadata::default()
    };
    let (metadata, payload) = batch(&[(single.clone(), b"one"), (single, b"two")]);
    let mut refused = 0;
    for _ in 0..5_000 {
        let mut broken = payload.to_vec();
        let at = random.below(broken.len());
        broken[at] = u8::try_from(random.below(256)).unwrap_or(0);
        match unpack(metadata.clone(), broken, &[]) {
            Ok(messages) => assert!(messages.len() <= 2),
            Err(_) => refused += 1,
        }
    }
    assert!(refused > 1_000, "{refused}");
}

/// What nobody can read is handed out as it came, and settled as a whole.
#[test]
fn what_is_refused_is_kept_as_it_came() {
    let mut unpacker = Unpacker::new(Limits::default());
    let mut refused = |metadata: MessageMetadata| {
        let metadata = MessageMetadata {
            properties: vec![KeyValue {
                key: "a".to_owned(),
                value: "b".to_owned(),
            }],
            ..metadata
        };
        let bytes = Bytes::from_static(b"came");
        let entry = unpacker.entry(id(1), metadata, bytes, 2, &[], Instant::now());
        entry.expect_err("refused")
    };
    for metadata in [
        MessageMetadata {
            encryption_keys: vec![EncryptionKeys::default()],
            ..MessageMetadata::default()
        },
        MessageMetadata {
            compression: Some(77),
            ..MessageMetadata::default()
        },
        MessageMetadata {
            num_messages_in_batch: Some(9),
            ..MessageMetadata::default()
        },
    ] {
        let refused = refused(metadata);
        let why = refused.error.to_string();
        let message = refused.into_message(2);
        assert_eq!(message.unreadable, Some(why));
        assert_eq!(
            (&message.payload[..], message.redelivery_count),
            (&b"came"[..], 2)
        );
        assert_eq!(
            (message.id, message.chunks, message.batch),
            (id(1), Vec::new(), None)
        );
        assert_eq!(message.properties.get("a"), Some("b"));
    }
    // Of several chunks of a message, the first one is told of.
    let chunk = |chunk_id| MessageMetadata {
        uuid: Some("u".to_owned()),
        chunk_id: Some(chunk_id),
        num_chunks_from_msg: Some(3),
        total_chunk_msg_size: Some(i32::MAX),
        ..MessageMetadata::default()
    };
    let rest = [0, 1, 2].map(|number| refused(chunk(number)).is_rest);
    assert_eq!(rest, [false, true, true]);
}
