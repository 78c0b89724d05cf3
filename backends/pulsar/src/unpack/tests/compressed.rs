//! Compressed payloads, by the compressors of the same formats.
#![cfg(feature = "compression")]

use pulsar::message::proto::CompressionType;

use super::*;

const KINDS: [CompressionType; 5] = [
    CompressionType::None,
    CompressionType::Lz4,
    CompressionType::Zlib,
    CompressionType::Zstd,
    CompressionType::Snappy,
];

pub(in super::super) fn compress(kind: CompressionType, plain: &[u8]) -> (MessageMetadata, Bytes) {
    let payload = match kind {
        CompressionType::None => plain.to_vec(),
        CompressionType::Lz4 => lz4_flex::block::compress(plain),
        CompressionType::Zlib => miniz_oxide::deflate::compress_to_vec_zlib(plain, 6),
        CompressionType::Zstd => {
            ruzstd::encoding::compress_to_vec(plain, ruzstd::encoding::CompressionLevel::Fastest)
        }
        CompressionType::Snappy => snap::raw::Encoder::new()
            .compress_vec(plain)
            .expect("compresses"),
    };
    let metadata = MessageMetadata {
        compression: Some(kind.into()),
        uncompressed_size: u32::try_from(plain.len()).ok(),
        ..metadata()
    };
    (metadata, payload.into())
}

#[test]
fn all_kinds_and_sizes() {
    let mut random = Random::new(1);
    for kind in KINDS {
        for length in [0, 1, 2, 100, 5_000, 200_000] {
            let plain = random.bytes(length);
            let (metadata, payload) = compress(kind, &plain);
            let messages = unpack(metadata, payload, &[]);
            let messages = messages.unwrap_or_else(|e| panic!("{kind:?} {length}: {e}"));
            assert_eq!(payloads(&messages), [plain], "{kind:?}");
        }
    }
}

#[test]
fn batches_are_compressed_as_a_whole() {
    for kind in KINDS {
        let single = SingleMessageMetadata::default();
        let (_, plain) = batch(&[(single.clone(), b"one"), (single, b"two")]);
        let (mut metadata, payload) = compress(kind, &plain);
        metadata.num_messages_in_batch = Some(2);
        let messages = unpack(metadata, payload, &[]).expect("fine");
        assert_eq!(payloads(&messages), [b"one", b"two"], "{kind:?}");
    }
}

#[test]
fn claims_are_not_believed() {
    let plain = vec![b'a'; 10_000];
    for kind in KINDS.into_iter().skip(1) {
        let (good, payload) = compress(kind, &plain);
        for size in [0, 1, 9_999, 10_001, 60_000_000] {
            let metadata = MessageMetadata {
                uncompressed_size: Some(size),
                ..good.clone()
            };
            let error = unpack(metadata, payload.clone(), &[]).expect_err("another size");
            assert!(
                matches!(error, UnpackError::Corrupt(_)),
                "{kind:?} {size}: {error}"
            );
        }
        let metadata = MessageMetadata {
            uncompressed_size: Some(u32::MAX),
            ..good.clone()
        };
        let error = unpack(metadata, payload.clone(), &[]).expect_err("too large");
        let (size, max) = (u32::MAX as usize, 64 << 20);
        assert_eq!(error, UnpackError::TooLarge { size, max });
    }
}

#[test]
fn unknown_kinds() {
    let metadata = MessageMetadata {
        compression: Some(9),
        ..metadata()
    };
    let error = unpack(metadata, "x", &[]).expect_err("unknown");
    assert_eq!(error.to_string(), "compression number 9 is not known");
}

#[test]
fn broken_streams() {
    let mut random = Random::new(2);
    for kind in KINDS.into_iter().skip(1) {
        let plain = random.bytes(3_000);
        let (metadata, payload) = compress(kind, &plain);
        for _ in 0..300 {
            let mut broken = payload.to_vec();
            for _ in 0..=random.below(3) {
                let at = random.below(broken.len());
                broken[at] = u8::try_from(random.below(256)).unwrap_or(0);
            }
            broken.truncate(1 + random.below(2 * broken.len()));
            match unpack(metadata.clone(), broken, &[]) {
                Ok(messages) => assert_eq!(messages[0].payload.len(), 3_000),
                Err(error) => assert!(matches!(error, UnpackError::Corrupt(_)), "{error}"),
            }
        }
    }
}
