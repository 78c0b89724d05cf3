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
        // Two frames in a row are both.
        let twice = Codec::Zstandard.unpacked([&stored[..], &stored].concat(), text.len() * 2);
        assert!(twice == Ok([text.clone(), text.clone()].concat()));
        let more = [stored.as_slice(), b"x"].concat();
        assert_eq!(Codec::Zstandard.unpacked(more, 1 << 20), Err(Wrong::Format));
        let last = stored.len() - 1;
        let damaged = [&stored[..last], &[stored[last] ^ 1]].concat();
        let checked = Codec::Zstandard.unpacked(damaged, 1 << 20);
        assert_eq!(checked, Err(Wrong::Checksum));
    }
}

#[test]
fn memory_that_a_block_asks_for_is_bounded() {
    let crc32 = |bytes: &[u8]| {
        Crc::<u32>::new(&CRC_32_ISO_HDLC)
            .checksum(bytes)
            .to_le_bytes()
    };
    // The header of a block of xz behind that of the stream: its size, flags, LZMA2 with one byte, that byte.
    let mut stored = include_bytes!("../../../tests/replay/packed/2.xz").to_vec();
    assert_eq!(stored[12..16], [2, 0, 0x21, 1]);
    // From 4 KiB to 4 GiB less a byte; what is larger than the limit is refused before it is taken.
    for size in 0..=40 {
        stored[16] = size;
        let sum = crc32(&stored[12..20]);
        stored[20..24].copy_from_slice(&sum);
        let found = Codec::Xz.unpacked(stored.clone(), 1_000);
        match size {
            // 2 << 26 bytes.
            0..=30 => assert_eq!(found, Ok(texts().swap_remove(2)), "{size}"),
            _ => assert_eq!(found, Err(Wrong::Memory), "{size}"),
        }
    }
    // A frame of Zstandard with a window of 2 GiB.
    let window = [0x28, 0xB5, 0x2F, 0xFD, 0, 21 << 3, 1, 0, 0];
    assert_eq!(
        Codec::Zstandard.unpacked(window.to_vec(), 1_000),
        Err(Wrong::Memory)
    );
}

fn with_checksum(text: &[u8], of: &[u8]) -> Vec<u8> {
    let checksum = Crc::<u32>::new(&CRC_32_ISO_HDLC).checksum(of);
    [text, &checksum.to_be_bytes()].concat()
}

#[test]
fn literals_and_copies_of_snappy() {
    let long = [&[0xF4, 0x03][..], &vec![b'x'; 500]].concat();
    for (text, expected) in [
        (&b"\x00"[..], &b""[..]),
        (b"\x05\x10hello", b"hello"),
        // A copy of one byte more than once: it begins in what it writes.
        (b"\x0A\x00a\x15\x01", b"aaaaaaaaaa"),
        // With offsets of two and of four bytes.
        (b"\x06\x08abc\x0A\x03\x00", b"abcabc"),
        (b"\x06\x08abc\x0B\x03\x00\x00\x00", b"abcabc"),
        (
            &[&long[..2], &[0xF4, 0xF3, 0x01], &long[2..]].concat(),
            &long[2..],
        ),
    ] {
        let stored = with_checksum(text, expected);
        assert_eq!(snappy(&stored, 1_000).as_deref(), Ok(expected));
        for cut in 0..stored.len() {
            assert!(snappy(&stored[..cut], 1_000).is_err());
        }
    }
}

#[test]
fn what_is_wrong_with_snappy_is_told() {
    assert_eq!(
        snappy(b"\x05\x10hello\0\0\0\0", 1_000),
        Err(Wrong::Checksum)
    );
    assert_eq!(
        snappy(b"\xFF\xFF\xFF\xFF\x0F\0\0\0\0", 1_000),
        Err(Wrong::Size)
    );
    for text in [
        // Longer and shorter than it says, a copy of nothing and of what is not there, a length without end.
        &b"\x04\x10hello"[..],
        b"\x06\x10hello",
        b"\x05\x00a\x01\x00",
        b"\x05\x00a\x01\x02",
        b"\xFF\xFF\xFF\xFF\xFF\x01",
        b"\x05\xFC\xFF\xFF\xFF\xFF",
        b"",
    ] {
        let wrong = snappy(&with_checksum(text, b"hello"), 1_000);
        assert_eq!(wrong, Err(Wrong::Format), "{text:?}");
    }
}
