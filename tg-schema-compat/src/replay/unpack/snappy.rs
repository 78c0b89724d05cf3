//! Snappy's raw format, as blocks of container files have it: the compressed text, then the CRC-32 of what it was.

use super::{Wrong, checksum};

/// Bytes of the checksum.
const CHECKSUM: usize = 4;

/// What a block was, if that is not more than `limit` bytes.
pub(super) fn decompressed(stored: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    let end = stored.len().checked_sub(CHECKSUM).ok_or(Wrong::Format)?;
    let (text, checksum) = stored.split_at_checked(end).ok_or(Wrong::Format)?;
    let out = raw(text, limit)?;
    match checksum::crc32(&out).to_be_bytes() == *checksum {
        true => Ok(out),
        false => Err(Wrong::Checksum),
    }
}

fn raw(text: &[u8], limit: usize) -> Result<Vec<u8>, Wrong> {
    let mut rest = text;
    let length = length(&mut rest)?;
    if length > limit {
        return Err(Wrong::Size);
    }
    // A text of a few bytes may claim any length.
    let mut out = Vec::with_capacity(length.min(rest.len().saturating_mul(8)));
    while let Some((tag, after)) = rest.split_first() {
        rest = after;
        let high = usize::from(tag >> 2);
        let (count, offset) = match tag & 3 {
            0 => {
                let count = match high {
                    0..60 => high,
                    more => number(&mut rest, more - 59)?,
                };
                let count = count.checked_add(1).ok_or(Wrong::Format)?;
                let (literal, after) = rest.split_at_checked(count).ok_or(Wrong::Format)?;
                rest = after;
                out.extend_from_slice(literal);
                if out.len() > length {
                    return Err(Wrong::Format);
                }
                continue;
            }
            1 => ((high & 7) + 4, (high >> 3) << 8 | number(&mut rest, 1)?),
            2 => (high + 1, number(&mut rest, 2)?),
            _ => (high + 1, number(&mut rest, 4)?),
        };
        let start = out.len().checked_sub(offset).filter(|_| offset > 0);
        let start = start.ok_or(Wrong::Format)?;
        if out.len() + count > length {
            return Err(Wrong::Format);
        }
        // What is copied may begin in what is being written.
        for at in start..start + count {
            let byte = out.get(at).copied().ok_or(Wrong::Format)?;
            out.push(byte);
        }
    }
    match out.len() == length {
        true => Ok(out),
        false => Err(Wrong::Format),
    }
}

/// The length of the whole: up to 32 bits, seven in a byte, the lowest first.
fn length(rest: &mut &[u8]) -> Result<usize, Wrong> {
    let mut value = 0_u64;
    for shift in (0..35).step_by(7) {
        let (byte, after) = rest.split_first().ok_or(Wrong::Format)?;
        *rest = after;
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            let value = u32::try_from(value).map_err(|_| Wrong::Format)?;
            return usize::try_from(value).map_err(|_| Wrong::Size);
        }
    }
    Err(Wrong::Format)
}

/// A number of so many bytes, the lowest first.
fn number(rest: &mut &[u8], bytes: usize) -> Result<usize, Wrong> {
    let (digits, after) = rest.split_at_checked(bytes).ok_or(Wrong::Format)?;
    *rest = after;
    let digits = digits.iter().rev();
    Ok(digits.fold(0, |value, digit| value << 8 | usize::from(*digit)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_checksum(text: &[u8], of: &[u8]) -> Vec<u8> {
        [text, &checksum::crc32(of).to_be_bytes()].concat()
    }

    #[test]
    fn literals_and_copies() {
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
            assert_eq!(decompressed(&stored, 1_000).as_deref(), Ok(expected));
            for cut in 0..stored.len() {
                assert!(decompressed(&stored[..cut], 1_000).is_err());
            }
        }
    }

    #[test]
    fn what_is_wrong_is_told() {
        assert_eq!(
            decompressed(b"\x05\x10hello\0\0\0\0", 1_000),
            Err(Wrong::Checksum)
        );
        assert_eq!(
            decompressed(b"\xFF\xFF\xFF\xFF\x0F\0\0\0\0", 1_000),
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
            let wrong = decompressed(&with_checksum(text, b"hello"), 1_000);
            assert_eq!(wrong, Err(Wrong::Format), "{text:?}");
        }
    }
}
