//! Any bytes into what a consumer reads: frames, and entries with chunks, batches and compressed payloads. For `fuzz/`,
//! behind the cargo feature `fuzzing`; no part of the interface.

use std::time::Duration;

use bytes::{BufMut, Bytes, BytesMut};
use prost::Message as _;
use pulsar::message::proto::{
    BaseCommand, CommandMessage, MessageIdData, MessageMetadata, SingleMessageMetadata,
    base_command,
};
use tokio::time::Instant;

use crate::chunking;
use crate::client::{Body, read_frame};
use crate::unpack::{Limits, Unpacker};

/// Most bytes of a message, of a frame, and of all chunks.
const BYTES: usize = 64 << 10;
/// Most messages of a batch.
const BATCH: usize = 1_000;

/// `0, frames` or `1, entries`, each entry the length of its metadata and that of its payload, two bytes each, and both.
///
/// # Panics
/// What was read is more than the limits allow, or contradicts itself.
pub fn read(data: &[u8]) {
    match data.split_first() {
        Some((0, frames)) => read_frames(frames),
        Some((_, entries)) => read_entries(entries),
        None => {}
    }
}

struct Reader {
    unpacker: Unpacker,
    now: Instant,
    entries: u64,
}

impl Reader {
    fn new() -> Self {
        let limits = Limits {
            message: BYTES,
            batch: BATCH,
            chunk_bytes: BYTES,
            chunk_sets: 4,
            chunk_age: Duration::from_millis(20),
        };
        Reader {
            unpacker: Unpacker::new(limits),
            now: Instant::now(),
            entries: 0,
        }
    }

    fn entry(&mut self, metadata: MessageMetadata, payload: Bytes) {
        let id = MessageIdData {
            ledger_id: 1,
            entry_id: self.entries,
            ..MessageIdData::default()
        };
        self.entries += 1;
        self.now += Duration::from_millis(1);
        let read = self.unpacker.entry(id, metadata, payload, 0, &[], self.now);
        match read {
            Ok(entry) => {
                let bytes: usize = entry.messages.iter().map(|m| m.payload.len()).sum();
                assert!(bytes <= BYTES && entry.messages.len() <= BATCH);
                assert!(entry.dropped.iter().all(|dropped| !dropped.ids.is_empty()));
                for message in entry.messages {
                    assert!(message.batch.is_none_or(|place| place.index < place.size));
                }
            }
            Err(refused) => {
                assert!(!refused.ids.is_empty() && !refused.error.to_string().is_empty())
            }
        }
        let _given_up = self.unpacker.expire(self.now);
        assert!(self.unpacker.chunk_bytes() <= BYTES);
        assert_eq!(
            self.unpacker.oldest().is_none(),
            self.unpacker.next_expiry().is_none()
        );
    }
}

fn read_frames(data: &[u8]) {
    let (mut input, mut reader) = (BytesMut::from(data), Reader::new());
    while let Ok(Some(frame)) = read_frame(&mut input, BYTES) {
        if let Body::Message(metadata, payload) = frame.body {
            reader.entry(*metadata, payload);
        }
    }
}

fn read_entries(data: &[u8]) {
    let (mut data, mut reader) = (data, Reader::new());
    while let Some((lengths, rest)) = data.split_first_chunk::<4>() {
        let [a, b, c, d] = *lengths;
        let metadata = u16::from_be_bytes([a, b]).into();
        let payload = u16::from_be_bytes([c, d]).into();
        let Some((metadata, rest)) = rest.split_at_checked(metadata) else {
            return;
        };
        let (payload, rest) = rest.split_at(rest.len().min(payload));
        if let Ok(metadata) = MessageMetadata::decode(metadata) {
            reader.entry(metadata, Bytes::copy_from_slice(payload));
        }
        data = rest;
    }
}

/// What to begin with: a message, a batch, the chunks of a message, compressed ones, and a frame.
pub fn seeds() -> Vec<Vec<u8>> {
    let metadata = |change: fn(&mut MessageMetadata)| {
        let mut metadata = MessageMetadata {
            producer_name: "p".to_owned(),
            publish_time: 1,
            ..MessageMetadata::default()
        };
        change(&mut metadata);
        metadata
    };
    let mut seeds = vec![entries(&[(
        metadata(|_| {}),
        Bytes::from_static(b"a message"),
    )])];
    let mut batch = BytesMut::new();
    for text in ["one", "two"] {
        let single = SingleMessageMetadata {
            payload_size: 3,
            partition_key: Some("a key".to_owned()),
            ..SingleMessageMetadata::default()
        };
        put(&mut batch, &single.encode_to_vec());
        batch.put_slice(text.as_bytes());
    }
    let of_two = metadata(|m| m.num_messages_in_batch = Some(2));
    seeds.push(entries(&[(of_two, batch.freeze())]));
    if let Ok(chunks) = chunking::split(metadata(|_| {}), Bytes::from(vec![7; 400]), 150) {
        seeds.push(entries(&chunks));
        let reversed: Vec<_> = chunks.into_iter().rev().collect();
        seeds.push(entries(&reversed));
    }
    // Frames of Snappy, LZ4, ZLIB and ZSTD with the four bytes `aaaa`.
    let compressed: [(i32, &'static [u8]); 4] = [
        (4, &[4, 12, b'a', b'a', b'a', b'a']),
        (1, &[0x40, b'a', b'a', b'a', b'a']),
        (
            2,
            &[
                0x78, 0x01, 1, 4, 0, 0xfb, 0xff, b'a', b'a', b'a', b'a', 3, 0xce, 1, 0x85,
            ],
        ),
        (
            3,
            &[
                0x28, 0xb5, 0x2f, 0xfd, 0x20, 4, 0x21, 0, 0, b'a', b'a', b'a', b'a',
            ],
        ),
    ];
    for (kind, payload) in compressed {
        let mut metadata = metadata(|m| m.uncompressed_size = Some(4));
        metadata.compression = Some(kind);
        seeds.push(entries(&[(metadata, Bytes::from_static(payload))]));
    }
    let mut body = BytesMut::new();
    put(&mut body, &metadata(|_| {}).encode_to_vec());
    body.put_slice(b"a message");
    let command = BaseCommand {
        r#type: base_command::Type::Message.into(),
        message: Some(CommandMessage::default()),
        ..BaseCommand::default()
    };
    let command = command.encode_to_vec();
    let mut frame = BytesMut::from(&[0][..]);
    let size = 4 + command.len() + body.len();
    frame.put_u32(u32::try_from(size).unwrap_or(0));
    put(&mut frame, &command);
    frame.put_slice(&body);
    seeds.push(frame.to_vec());
    seeds
}

/// A length of four bytes, and so many bytes.
fn put(out: &mut BytesMut, bytes: &[u8]) {
    out.put_u32(u32::try_from(bytes.len()).unwrap_or(0));
    out.put_slice(bytes);
}

fn entries(entries: &[(MessageMetadata, Bytes)]) -> Vec<u8> {
    let mut out = BytesMut::from(&[1][..]);
    for (metadata, payload) in entries {
        let metadata = metadata.encode_to_vec();
        for length in [metadata.len(), payload.len()] {
            out.put_u16(u16::try_from(length).unwrap_or(0));
        }
        out.put_slice(&metadata);
        out.put_slice(payload);
    }
    out.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Messages that come of a seed.
    fn messages(seed: &[u8]) -> usize {
        let mut reader = Reader::new();
        let mut data = &seed[1..];
        let mut found = 0;
        while let Some((lengths, rest)) = data.split_first_chunk::<4>() {
            let [a, b, c, d] = lengths.map(usize::from);
            let (metadata, rest) = rest.split_at(a * 256 + b);
            let (payload, rest) = rest.split_at(c * 256 + d);
            let metadata = MessageMetadata::decode(metadata).expect("metadata");
            let payload = Bytes::copy_from_slice(payload);
            let (now, id) = (reader.now, MessageIdData::default());
            let id = MessageIdData {
                entry_id: reader.entries,
                ..id
            };
            reader.entries += 1;
            let entry = reader.unpacker.entry(id, metadata, payload, 0, &[], now);
            found += entry.expect("a seed can be read").messages.len();
            data = rest;
        }
        found
    }

    #[test]
    fn seeds_are_what_they_say() {
        let seeds = seeds();
        let (frame, entries) = seeds.split_last().expect("some");
        let found: Vec<_> = entries.iter().map(|seed| messages(seed)).collect();
        assert_eq!(found, [1, 2, 1, 1, 1, 1, 1, 1]);
        let mut input = BytesMut::from(&frame[1..]);
        let read = read_frame(&mut input, BYTES)
            .expect("a frame")
            .expect("whole");
        assert!(read.command.message.is_some());
        assert!(matches!(read.body, Body::Message(_, payload) if payload == "a message"));
    }

    /// Every byte of every seed replaced, and every end cut off.
    #[test]
    fn broken_seeds_keep_within_the_limits() {
        for seed in seeds() {
            for at in 0..seed.len() {
                read(&seed[..at]);
                for with in [0, 1, 0x7f, 0x80, 0xff, seed[at].wrapping_add(1)] {
                    let mut broken = seed.clone();
                    broken[at] = with;
                    read(&broken);
                }
            }
            read(&seed);
        }
    }
}
