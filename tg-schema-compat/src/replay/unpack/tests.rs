//! Each codec beside what wrote it, whole and damaged.

use super::*;

/// Text that repeats itself, text that does not, and runs.
fn texts() -> Vec<Vec<u8>> {
    let mut noise = 1_u32;
    let noise: Vec<u8> = std::iter::repeat_with(|| {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        noise.to_be_bytes()[0]
    })
    .take(5_000)
    .collect();
    vec![
        Vec::new(),
        b"a".to_vec(),
        b"to be or not to be, that is to be the question".to_vec(),
        vec![b'x'; 70_000],
        noise,
        (0..12_000_u64)
            .flat_map(|n| format!("{n} {}\n", n * n % 1_009).into_bytes())
            .collect(),
    ]
}

/// What Python's modules make of the texts: bzip2, xz.
const PACKED: [(&[u8], &[u8]); 6] = [
    (
        include_bytes!("../../../tests/replay/packed/0.bz2"),
        include_bytes!("../../../tests/replay/packed/0.xz"),
    ),
    (
        include_bytes!("../../../tests/replay/packed/1.bz2"),
        include_bytes!("../../../tests/replay/packed/1.xz"),
    ),
    (
        include_bytes!("../../../tests/replay/packed/2.bz2"),
        include_bytes!("../../../tests/replay/packed/2.xz"),
    ),
    (
        include_bytes!("../../../tests/replay/packed/3.bz2"),
        include_bytes!("../../../tests/replay/packed/3.xz"),
    ),
    (
        include_bytes!("../../../tests/replay/packed/4.bz2"),
        include_bytes!("../../../tests/replay/packed/4.xz"),
    ),
    (
        include_bytes!("../../../tests/replay/packed/5.bz2"),
        include_bytes!("../../../tests/replay/packed/5.xz"),
    ),
];

#[test]
fn bzip2_and_xz_of_other_writers() {
    for (text, (bzip2, xz)) in texts().into_iter().zip(PACKED) {
        for (codec, stored) in [(Codec::Bzip2, bzip2), (Codec::Xz, xz)] {
            let unpacked = |stored: &[u8], limit| codec.unpacked(stored.to_vec(), limit);
            assert!(
                unpacked(stored, text.len()) == Ok(text.clone()),
                "{codec:?} of {} bytes",
                text.len()
            );
            if let Some(less) = text.len().checked_sub(1) {
                assert_eq!(unpacked(stored, less), Err(Wrong::Size), "{codec:?}");
            }
            // Two streams in a row are both.
            let twice = unpacked(&[stored, stored].concat(), text.len() * 2);
            assert!(
                twice == Ok([text.clone(), text.clone()].concat()),
                "{codec:?}"
            );
        }
    }
    let text = texts().swap_remove(2);
    let crc32 = include_bytes!("../../../tests/replay/packed/crc32.xz");
    assert_eq!(Codec::Xz.unpacked(crc32.to_vec(), 1_000), Ok(text));
    let context = include_bytes!("../../../tests/replay/packed/context.xz");
    assert!(Codec::Xz.unpacked(context.to_vec(), 1 << 20) == Ok(texts().swap_remove(5)));
}

#[test]
fn what_is_damaged_is_no_block() {
    for (at, (text, (bzip2, xz))) in texts().into_iter().zip(PACKED).take(3).enumerate() {
        for (codec, stored) in [(Codec::Bzip2, bzip2), (Codec::Xz, xz)] {
            for cut in 0..stored.len() {
                let found = codec.unpacked(stored[..cut].to_vec(), 1_000);
                assert!(found.is_err(), "{codec:?} {at} cut at {cut}: {found:?}");
            }
            for bit in 0..stored.len() * 8 {
                let mut damaged = stored.to_vec();
                damaged[bit / 8] ^= 1 << (bit % 8);
                // A bit that fills up the last byte says nothing.
                let found = codec.unpacked(damaged, 1_000);
                assert!(
                    found.as_ref().is_err() || found == Ok(text.clone()),
                    "{codec:?} {at} {bit}: {found:?}"
                );
            }
        }
    }
}

#[test]
fn zstandard_of_its_own_writer() {
    for text in texts() {
        let stored = ruzstd::encoding::compress_to_vec(
            text.as_slice(),
            ruzstd::encoding::CompressionLevel::Fastest,
        );
        let unpacked = |limit| Codec::Zstandard.unpacked(stored.clone(), limit);
        assert!(unpacked(text.len()) == Ok(text.clone()));
        if let Some(less) = text.len().checked_sub(1) {
            assert_eq!(unpacked(less), Err(Wrong::Size));
        }
        let more = [stored.as_slice(), b"x"].concat();
        assert_eq!(Codec::Zstandard.unpacked(more, 1 << 20), Err(Wrong::Format));
    }
}
