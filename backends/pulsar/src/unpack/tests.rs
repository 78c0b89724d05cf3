//! What producers write into messages, by their own encodings, and any bytes into an error or messages.

mod batches;
mod chunked;
mod compressed;
mod hostile;

use std::time::{Duration, SystemTime};

use bytes::{BufMut, Bytes, BytesMut};
use prost::Message;
use pulsar::message::proto::{
    EncryptionKeys, KeyValue, MessageIdData, MessageMetadata, SingleMessageMetadata,
};
use tokio::time::Instant;

use super::{Entry, Limits, Refused, UnpackError, Unpacked, Unpacker};

/// Numbers that are the same in each run.
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }
    pub(super) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16
    }
    /// Below `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.next()).unwrap_or(0) % end.max(1)
    }
    /// Bytes with repetitions, as texts have them.
    pub(super) fn bytes(&mut self, length: usize) -> Vec<u8> {
        let letters = 1 + self.below(255);
        (0..length)
            .map(|_| u8::try_from(self.below(letters)).unwrap_or(0))
            .collect()
    }
}

pub(super) fn id(entry: u64) -> MessageIdData {
    MessageIdData {
        ledger_id: 1,
        entry_id: entry,
        ..MessageIdData::default()
    }
}

pub(super) fn metadata() -> MessageMetadata {
    MessageMetadata {
        producer_name: "p".to_owned(),
        sequence_id: 7,
        publish_time: 1_000,
        ..MessageMetadata::default()
    }
}

/// The messages of one entry, by an unpacker of its own.
pub(super) fn unpack(
    metadata: MessageMetadata,
    payload: impl Into<Bytes>,
    ack_set: &[i64],
) -> Result<Vec<Unpacked>, UnpackError> {
    let mut unpacker = Unpacker::new(Limits::default());
    let entry = unpacker.entry(id(1), metadata, payload.into(), 0, ack_set, Instant::now());
    match entry {
        Ok(Entry {
            messages,
            waits: false,
            dropped,
        }) if dropped.is_empty() => Ok(messages),
        Ok(other) => panic!("more than messages: {other:?}"),
        Err(refused) => {
            assert_eq!((&*refused.ids, refused.is_rest), (&[id(1)][..], false));
            Err(refused.error)
        }
    }
}

/// A batch as producers write it.
pub(super) fn batch(messages: &[(SingleMessageMetadata, &[u8])]) -> (MessageMetadata, Bytes) {
    let mut payload = BytesMut::new();
    for (single, bytes) in messages {
        let single = SingleMessageMetadata {
            payload_size: i32::try_from(bytes.len()).expect("small"),
            ..single.clone()
        };
        payload.put_u32(u32::try_from(single.encoded_len()).expect("small"));
        single.encode(&mut payload).expect("room");
        payload.put_slice(bytes);
    }
    let metadata = MessageMetadata {
        num_messages_in_batch: i32::try_from(messages.len()).ok(),
        ..metadata()
    };
    (metadata, payload.freeze())
}

pub(super) fn payloads(messages: &[Unpacked]) -> Vec<&[u8]> {
    messages.iter().map(|m| &*m.payload).collect()
}

#[test]
fn one_message() {
    let pair = |key: &str, value: &str| KeyValue {
        key: key.to_owned(),
        value: value.to_owned(),
    };
    let sent = MessageMetadata {
        properties: vec![pair("a", "1"), pair("b", ""), pair("a", "2")],
        partition_key: Some("k".to_owned()),
        event_time: Some(5),
        schema_version: Some(vec![0, 1]),
        ..metadata()
    };
    let mut unpacker = Unpacker::new(Limits::default());
    let now = Instant::now();
    let entry = unpacker.entry(id(3), sent, "x".into(), 4, &[], now);
    let messages = entry.expect("fine").messages;
    let [message] = messages.as_slice() else {
        panic!("{messages:?}");
    };
    let at = |ms| SystemTime::UNIX_EPOCH + Duration::from_millis(ms);
    assert_eq!((&message.id, message.redelivery_count), (&id(3), 4));
    assert_eq!(message.payload, "x");
    let properties: Vec<_> = message.properties.iter().collect();
    assert_eq!(properties, [("a", "2"), ("b", "")]);
    assert_eq!(message.key.as_deref(), Some("k"));
    assert_eq!(message.event_time, Some(at(5)));
    assert_eq!(message.publish_time, Some(at(1_000)));
    assert_eq!((&*message.producer_name, message.sequence_id), ("p", 7));
    assert_eq!(message.schema_version.as_deref(), Some(&[0, 1][..]));
    assert!(!message.null_value && message.chunks.is_empty() && message.batch.is_none());
}

#[test]
fn keys() {
    for (sent, base64, expected) in [
        ("a2V5", Some(true), "key"),
        ("a2V5", Some(false), "a2V5"),
        ("a2V5", None, "a2V5"),
        ("gA==", Some(true), "gA=="),
        ("no base64", Some(true), "no base64"),
    ] {
        let metadata = MessageMetadata {
            partition_key: Some(sent.to_owned()),
            partition_key_b64_encoded: base64,
            ..metadata()
        };
        let messages = unpack(metadata, "", &[]).expect("fine");
        assert_eq!(messages[0].key.as_deref(), Some(expected), "{sent}");
    }
}

#[test]
fn times_that_no_clock_shows() {
    let metadata = MessageMetadata {
        publish_time: u64::MAX,
        event_time: Some(0),
        null_value: Some(true),
        ..metadata()
    };
    let messages = unpack(metadata, "", &[]).expect("fine");
    assert_eq!(messages[0].event_time, None);
    assert!(messages[0].null_value);
}

#[test]
fn encrypted_messages_are_refused() {
    let key = |name: &str| EncryptionKeys {
        key: name.to_owned(),
        ..EncryptionKeys::default()
    };
    let metadata = MessageMetadata {
        encryption_keys: vec![key("first"), key("second")],
        ..metadata()
    };
    let error = unpack(metadata, "secret", &[]).expect_err("encrypted");
    assert_eq!(
        error.to_string(),
        "a message that its producer encrypted (key \"first\" and 1 more); messages with end-to-end encryption are not \
         read"
    );
}

#[test]
fn markers_are_no_messages() {
    let metadata = MessageMetadata {
        marker_type: Some(21),
        ..metadata()
    };
    assert_eq!(unpack(metadata, "", &[]), Ok(Vec::new()));
}
