//! Chunks, in their order and out of it.

use super::super::chunks::{Dropped, Why};
use super::*;
use crate::chunking;
use crate::unpack::chunk_cost;

/// The chunks of a message of bytes that are all the same.
fn chunks(producer: &str, sequence: u64, fill: u8, count: usize) -> Vec<(MessageMetadata, Bytes)> {
    let metadata = MessageMetadata {
        producer_name: producer.to_owned(),
        sequence_id: sequence,
        ..metadata()
    };
    let chunks = chunking::split(metadata, Bytes::from(vec![fill; 100 * count]), 160);
    chunks.expect("room")
}

struct Reader {
    unpacker: Unpacker,
    now: Instant,
}

impl Reader {
    fn new(limits: Limits) -> Self {
        Reader {
            unpacker: Unpacker::new(limits),
            now: Instant::now(),
        }
    }
    fn read(&mut self, entry: u64, chunk: &(MessageMetadata, Bytes)) -> Result<Entry, Refused> {
        let (metadata, payload) = chunk.clone();
        self.unpacker
            .entry(id(entry), metadata, payload, 0, &[], self.now)
    }
    /// A chunk that only waits.
    fn keep(&mut self, entry: u64, chunk: &(MessageMetadata, Bytes)) {
        let read = self.read(entry, chunk).expect("fine");
        let waits = Entry {
            waits: true,
            ..Entry::default()
        };
        assert_eq!(read, waits, "{entry}");
    }
    /// The chunk that completes a message.
    fn complete(&mut self, entry: u64, chunk: &(MessageMetadata, Bytes)) -> Unpacked {
        let mut read = self.read(entry, chunk).expect("fine");
        assert_eq!(
            (read.messages.len(), read.waits, read.dropped.len()),
            (1, false, 0)
        );
        read.messages.remove(0)
    }
}

fn dropped(entries: &[u64], why: Why) -> Dropped {
    let ids = entries.iter().map(|entry| id(*entry)).collect();
    Dropped { ids, why }
}

#[test]
fn chunks_of_several_producers_in_turns() {
    let a = chunks("a", 0, 1, 3);
    let b = chunks("b", 0, 2, 3);
    let count = a.len();
    assert!(count >= 3 && count == b.len());
    let mut reader = Reader::new(Limits::default());
    for at in 0..count - 1 {
        reader.keep(10 + at as u64, &a[at]);
        reader.keep(20 + at as u64, &b[at]);
    }
    let last = count as u64 - 1;
    for (first, chunks, fill) in [(20, &b, 2), (10, &a, 1)] {
        let message = reader.complete(first + last, &chunks[count - 1]);
        assert_eq!(message.payload, vec![fill; 300]);
        assert_eq!(message.id, id(first + last));
        let ids: Vec<_> = (first..=first + last).map(id).collect();
        assert_eq!(message.chunks, ids);
    }
}

#[test]
fn any_order() {
    let mut random = Random::new(3);
    for _ in 0..200 {
        let sent = chunks("a", 1, 7, 4);
        let mut order: Vec<usize> = (0..sent.len()).collect();
        for at in 1..order.len() {
            order.swap(at, random.below(at + 1));
        }
        let mut reader = Reader::new(Limits::default());
        let (last, first) = order.split_last().expect("chunks");
        for at in first {
            reader.keep(*at as u64, &sent[*at]);
        }
        let message = reader.complete(*last as u64, &sent[*last]);
        assert_eq!(message.payload, vec![7; 400]);
        let ids: Vec<_> = (0..sent.len() as u64).map(id).collect();
        assert_eq!(message.chunks, ids);
    }
}

#[cfg(feature = "compression")]
#[test]
fn compressed_messages_are_put_together_first() {
    let plain = Random::new(4).bytes(5_000);
    let compressed = miniz_oxide::deflate::compress_to_vec_zlib(&plain, 6);
    let metadata = MessageMetadata {
        compression: Some(2),
        uncompressed_size: Some(5_000),
        ..metadata()
    };
    let sent = chunking::split(metadata, compressed.into(), 500).expect("room");
    let mut reader = Reader::new(Limits::default());
    let (last, first) = sent.split_last().expect("chunks");
    for (at, chunk) in first.iter().enumerate() {
        reader.keep(at as u64, chunk);
    }
    assert_eq!(reader.complete(99, last).payload, plain);
}

#[test]
fn a_chunk_that_is_sent_twice() {
    let sent = chunks("a", 1, 7, 3);
    let mut reader = Reader::new(Limits::default());
    reader.keep(1, &sent[0]);
    reader.keep(2, &sent[1]);
    // The same entry once more: the broker delivers it again.
    reader.keep(2, &sent[1]);
    // Other entries: the producer sent again what was not confirmed.
    for (entry, chunk) in [(3, &sent[1]), (4, &sent[0])] {
        let read = reader.read(entry, chunk).expect("fine");
        assert_eq!(read.dropped, [dropped(&[entry], Why::Duplicate)]);
        assert!(read.messages.is_empty() && !read.waits);
    }
    for (at, chunk) in sent.iter().enumerate().skip(2) {
        match at + 1 == sent.len() {
            true => assert_eq!(reader.complete(9, chunk).payload, vec![7; 300]),
            false => reader.keep(5 + at as u64, chunk),
        }
    }
}

#[test]
fn a_producer_that_begins_anew() {
    let old = chunks("a", 0, 1, 3);
    let mut new = chunks("a", 0, 2, 3);
    for (metadata, _) in &mut new {
        metadata.publish_time = 2_000;
    }
    let mut reader = Reader::new(Limits::default());
    reader.keep(1, &old[0]);
    reader.keep(2, &old[1]);
    let read = reader.read(3, &new[0]).expect("fine");
    assert_eq!(read.dropped, [dropped(&[1, 2], Why::Replaced)]);
    assert!(read.waits);
    for (at, chunk) in new.iter().enumerate().skip(1) {
        match at + 1 == new.len() {
            true => assert_eq!(reader.complete(9, chunk).payload, vec![2; 300]),
            false => reader.keep(4 + at as u64, chunk),
        }
    }
}

#[test]
fn the_rest_never_comes() {
    let sent = chunks("a", 1, 7, 3);
    let mut reader = Reader::new(Limits::default());
    assert_eq!(reader.unpacker.next_expiry(), None);
    reader.keep(1, &sent[0]);
    let begun = reader.now;
    let age = Limits::default().chunk_age;
    reader.now += Duration::from_secs(1);
    reader.keep(2, &sent[1]);
    let due = begun + Duration::from_secs(1) + age;
    assert_eq!(reader.unpacker.next_expiry(), Some(due));
    assert!(reader.unpacker.expire(begun + age).is_empty());
    let gone = reader.unpacker.expire(due);
    assert_eq!(gone, [dropped(&[1, 2], Why::Expired)]);
    assert!(gone.iter().all(|d| d.why.is_final()));
    assert_eq!(reader.unpacker.next_expiry(), None);
    assert_eq!(reader.unpacker.chunks.bytes, 0);
}

#[test]
fn what_comes_last_waits_for_room() {
    let limits = Limits {
        chunk_sets: 2,
        ..Limits::default()
    };
    let mut reader = Reader::new(limits);
    for entry in 0..2 {
        reader.now += Duration::from_millis(1);
        reader.keep(entry, &chunks("a", entry, 1, 3)[0]);
    }
    reader.keep(2, &chunks("a", 2, 1, 3)[0]);
    // The broker delivers it again, and not at once.
    let due = reader.now + Duration::from_secs(1);
    assert_eq!(reader.unpacker.next_expiry(), Some(due));
    assert!(reader.unpacker.expire(reader.now).is_empty());
    let given_back = reader.unpacker.expire(due);
    assert_eq!(given_back, [dropped(&[2], Why::NoRoom)]);
    assert!(!Why::NoRoom.is_final());
}

#[test]
fn bytes_are_bounded() {
    let limits = Limits {
        chunk_bytes: 4_000,
        ..Limits::default()
    };
    let mut reader = Reader::new(limits);
    let mut given_back = Vec::new();
    for entry in 0..50 {
        reader.now += Duration::from_millis(1);
        reader.keep(entry, &chunks("a", entry, 1, 3)[0]);
        let later = reader.now + Duration::from_secs(1);
        let dropped = reader.unpacker.expire(later);
        given_back.extend(dropped.into_iter().flat_map(|d| d.ids));
        assert!(reader.unpacker.chunks.bytes <= 4_000);
    }
    assert_eq!(given_back.last(), Some(&id(49)));
    assert!((40..50).contains(&given_back.len()), "{}", given_back.len());
    let error = reader.read(60, &chunks("a", 99, 1, 41)[0]);
    let (size, max) = (4_100, 4_000);
    let expected = UnpackError::TooLarge { size, max };
    assert_eq!(error.expect_err("never fits").error, expected);
}

#[test]
fn a_message_has_room_where_its_cost_is_allowed() {
    let metadata = MessageMetadata {
        producer_name: "p".repeat(50),
        ..metadata()
    };
    for bytes in [300, 1_000, 20_000] {
        let chunks = chunking::split(metadata.clone(), Bytes::from(vec![1; bytes]), 250);
        let chunks = chunks.expect("room");
        let chunk_bytes = chunk_cost(&chunks[0].0, bytes, chunks.len());
        let limits = Limits {
            chunk_bytes,
            ..Limits::default()
        };
        let mut reader = Reader::new(limits);
        let (last, before) = chunks.split_last().expect("several");
        // They come in any order.
        for (entry, chunk) in (0..).zip(before.iter().rev()) {
            reader.keep(entry, chunk);
        }
        let whole = reader.complete(999, last);
        assert_eq!(whole.payload.len(), bytes);
        assert!(
            chunk_bytes < bytes + 300 * (chunks.len() + 2),
            "{chunk_bytes}"
        );
    }
}

#[test]
fn empty_chunks_cost_too() {
    let limits = Limits {
        chunk_bytes: 10_000,
        ..Limits::default()
    };
    let mut reader = Reader::new(limits);
    let mut refused = None;
    for number in 0..100 {
        let metadata = MessageMetadata {
            uuid: Some("u".to_owned()),
            chunk_id: Some(number),
            num_chunks_from_msg: Some(i32::MAX),
            total_chunk_msg_size: Some(5),
            ..metadata()
        };
        let entry = u64::try_from(number).expect("positive");
        refused = reader.read(entry, &(metadata, Bytes::new())).err();
        if refused.is_some() {
            break;
        }
    }
    let refused = refused.expect("not for ever");
    assert!(matches!(refused.error, UnpackError::TooLarge { .. }));
    assert!(refused.ids.len() > 20, "all that came: {refused:?}");
    assert_eq!(reader.unpacker.chunks.bytes, 0);
}

#[test]
fn chunks_that_contradict() {
    let good = chunks("a", 1, 7, 3);
    let with = |change: fn(&mut MessageMetadata)| {
        let (mut metadata, payload) = good[1].clone();
        change(&mut metadata);
        (metadata, payload)
    };
    for wrong in [
        with(|m| m.chunk_id = None),
        with(|m| m.chunk_id = Some(-1)),
        with(|m| m.chunk_id = m.num_chunks_from_msg),
        with(|m| m.total_chunk_msg_size = Some(-1)),
        with(|m| m.total_chunk_msg_size = Some(301)),
        with(|m| m.num_chunks_from_msg = Some(77)),
        with(|m| m.uuid = None),
        with(|m| m.num_messages_in_batch = Some(1)),
    ] {
        let mut reader = Reader::new(Limits::default());
        reader.keep(1, &good[0]);
        let refused = reader.read(2, &wrong).expect_err("wrong");
        assert_eq!(refused.ids, [id(2)], "{:?}", wrong.0);
        assert!(matches!(refused.error, UnpackError::Corrupt(_)));
        reader.keep(3, &good[1]);
    }
}

#[test]
fn chunks_of_other_sizes_than_announced() {
    let good = chunks("a", 1, 7, 3);
    let mut reader = Reader::new(Limits::default());
    let sized = |chunk: &(MessageMetadata, Bytes), size: usize| {
        (chunk.0.clone(), Bytes::from(vec![1; size]))
    };
    reader.keep(1, &good[0]);
    let refused = reader.read(2, &sized(&good[1], 1_000)).expect_err("more");
    assert_eq!(refused.ids, [id(1), id(2)]);
    let (last, first) = good.split_last().expect("chunks");
    for (at, chunk) in first.iter().enumerate() {
        reader.keep(at as u64, chunk);
    }
    let refused = reader.read(9, &sized(last, 0)).expect_err("less");
    assert_eq!(refused.ids.len(), good.len());
    assert!(matches!(refused.error, UnpackError::Corrupt(_)));
    assert_eq!(reader.unpacker.chunks.bytes, 0);
}

#[test]
fn a_new_connection_forgets() {
    let sent = chunks("a", 1, 7, 2);
    let mut reader = Reader::new(Limits::default());
    reader.keep(1, &sent[0]);
    reader.unpacker.reset();
    assert_eq!(reader.unpacker.next_expiry(), None);
    reader.keep(2, &sent[1]);
}
