//! Batches, and which of their messages are delivered.

use super::super::Place;
use super::*;

fn single() -> SingleMessageMetadata {
    SingleMessageMetadata::default()
}

#[test]
fn each_message_has_its_own_metadata() {
    let first = SingleMessageMetadata {
        partition_key: Some("a2V5".to_owned()),
        partition_key_b64_encoded: Some(true),
        properties: vec![KeyValue {
            key: "a".to_owned(),
            value: "b".to_owned(),
        }],
        event_time: Some(9),
        sequence_id: Some(40),
        ..single()
    };
    let second = SingleMessageMetadata {
        null_value: Some(true),
        ..single()
    };
    let (metadata, payload) = batch(&[(first, b"one"), (second, b"")]);
    let messages = unpack(metadata, payload, &[]).expect("fine");
    let [first, second] = messages.as_slice() else {
        panic!("{messages:?}");
    };
    assert_eq!(first.batch, Some(Place { index: 0, size: 2 }));
    assert_eq!(second.batch, Some(Place { index: 1, size: 2 }));
    assert_eq!((&*first.payload, &*second.payload), (&b"one"[..], &b""[..]));
    assert_eq!(first.key.as_deref(), Some("key"));
    assert_eq!(first.properties.get("a"), Some("b"));
    assert_eq!((first.sequence_id, second.sequence_id), (40, 7));
    let nine = SystemTime::UNIX_EPOCH + Duration::from_millis(9);
    assert_eq!((first.event_time, second.event_time), (Some(nine), None));
    assert!(!first.null_value && second.null_value);
    assert!(second.key.is_none() && second.properties.is_empty());
}

#[test]
fn a_batch_of_one_is_a_batch() {
    let (metadata, payload) = batch(&[(single(), b"x")]);
    let messages = unpack(metadata, payload, &[]).expect("fine");
    assert_eq!(payloads(&messages), [b"x"]);
    assert_eq!(messages[0].batch, Some(Place { index: 0, size: 1 }));
}

#[test]
fn what_is_acknowledged_does_not_come_again() {
    let bodies: Vec<Vec<u8>> = (0..130u8).map(|n| vec![n]).collect();
    let messages: Vec<_> = bodies.iter().map(|b| (single(), b.as_slice())).collect();
    let (metadata, payload) = batch(&messages);
    let found = |ack_set: &[i64]| -> Vec<u32> {
        let messages = unpack(metadata.clone(), payload.clone(), ack_set).expect("fine");
        let places = messages.iter().filter_map(|m| m.batch);
        places.map(|place| place.index).collect()
    };
    assert_eq!(found(&[]).len(), 130);
    assert_eq!(found(&[0b1010]), [1, 3]);
    assert_eq!(found(&[i64::MIN, 1, 2]), [63, 64, 129]);
    assert_eq!(found(&[-1, -1, -1, -1]).len(), 130);
    assert!(found(&[0, 0, 0]).is_empty());
}

#[test]
fn what_is_compacted_away_does_not_come() {
    let gone = SingleMessageMetadata {
        compacted_out: Some(true),
        ..single()
    };
    let (metadata, payload) = batch(&[(gone, b""), (single(), b"y")]);
    let messages = unpack(metadata, payload, &[]).expect("fine");
    assert_eq!(payloads(&messages), [b"y"]);
    assert_eq!(messages[0].batch, Some(Place { index: 1, size: 2 }));
}

#[test]
fn wrong_counts_and_lengths() {
    let (good, payload) = batch(&[(single(), b"one"), (single(), b"two")]);
    for count in [-1, 4, 1_000_000_000, i32::MAX] {
        let metadata = MessageMetadata {
            num_messages_in_batch: Some(count),
            ..good.clone()
        };
        let error = unpack(metadata, payload.clone(), &[]).expect_err("wrong");
        let max = payload.len() / 6;
        let count = count.into();
        assert_eq!(error, UnpackError::TooMany { count, max });
    }
    for count in [0, 1, 3] {
        let metadata = MessageMetadata {
            num_messages_in_batch: Some(count),
            ..good.clone()
        };
        let error = unpack(metadata, payload.clone(), &[]).expect_err("wrong");
        assert!(matches!(error, UnpackError::Corrupt(_)), "{count} {error}");
    }
    for end in 12..payload.len() {
        let short = payload.slice(..end);
        let error = unpack(good.clone(), short, &[]).expect_err("too short");
        assert!(matches!(error, UnpackError::Corrupt(_)), "{end} {error}");
    }
    let limits = Limits {
        batch: 1,
        ..Limits::default()
    };
    let entry = Unpacker::new(limits).entry(id(1), good, payload, 0, &[], Instant::now());
    let error = entry.expect_err("more than one").error;
    assert_eq!(error, UnpackError::TooMany { count: 2, max: 1 });
}

#[test]
fn negative_payloads() {
    let wrong = SingleMessageMetadata {
        payload_size: -1,
        ..single()
    };
    let mut payload = BytesMut::new();
    payload.put_u32(u32::try_from(wrong.encoded_len()).expect("small"));
    wrong.encode(&mut payload).expect("room");
    let metadata = MessageMetadata {
        num_messages_in_batch: Some(1),
        ..metadata()
    };
    let error = unpack(metadata, payload.freeze(), &[]).expect_err("negative");
    assert!(matches!(error, UnpackError::Corrupt(_)), "{error}");
}
