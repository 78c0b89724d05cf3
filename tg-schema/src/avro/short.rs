//! The forms of numbers that most have, from what is left of a message. Where it is another form, or none, nothing is
//! taken, and a reader finds out.

use tg_schema_model::avro::resolution::{Skip, SkipId};

/// `long`, of at most eight bytes.
#[inline(always)]
pub(crate) fn long(rest: &mut &[u8]) -> Option<i64> {
    let (v, tail) = match **rest {
        [a, ref tail @ ..] if a < 0x80 => (u64::from(a), tail),
        [a, b, ref tail @ ..] if b < 0x80 => (u64::from(a & 0x7f) | u64::from(b) << 7, tail),
        ref all => {
            let (v, length) = eight(all);
            if length == 0 {
                return None;
            }
            (v, all.get(length..)?)
        }
    };
    *rest = tail;
    Some((v >> 1).cast_signed() ^ -((v & 1).cast_signed()))
}

/// `int`.
#[inline(always)]
pub(crate) fn int(rest: &mut &[u8]) -> Option<i32> {
    let mut tail = *rest;
    let n = i32::try_from(long(&mut tail)?).ok()?;
    *rest = tail;
    Some(n)
}

/// A varint, and how many bytes it takes; zero bytes if it may be longer than eight, or too near to the end.
#[inline(never)]
fn eight(all: &[u8]) -> (u64, usize) {
    match all.first_chunk() {
        Some(word) => joined(u64::from_le_bytes(*word)),
        None => (0, 0),
    }
}

/// The number that begins with these eight bytes, and how many it takes; zero if it takes more.
#[inline(always)]
pub(super) fn joined(word: u64) -> (u64, usize) {
    const MORE: u64 = 0x8080_8080_8080_8080;
    // The lowest mark is in the last byte of the number. All bits up to it are the number's.
    let ends = !word & MORE;
    let sevens = word & (ends ^ ends.wrapping_sub(1)) & !MORE;
    // Eight of seven bits: four of 14, two of 28, one of 56.
    let x = sevens & 0x007f_007f_007f_007f | (sevens & 0x7f00_7f00_7f00_7f00) >> 1;
    let x = x & 0x0000_3fff_0000_3fff | (x & 0x3fff_0000_3fff_0000) >> 2;
    let v = x & 0x0fff_ffff | (x & 0x0fff_ffff_0000_0000) >> 4;
    match ends {
        0 => (v, 0),
        _ => (v, 1 + ends.trailing_zeros() as usize / 8),
    }
}

/// `boolean`.
#[inline(always)]
pub(crate) fn boolean(rest: &mut &[u8]) -> Option<bool> {
    match **rest {
        [b @ (0 | 1), ref tail @ ..] => {
            *rest = tail;
            Some(b == 1)
        }
        _ => None,
    }
}

/// `float`.
#[inline(always)]
pub(crate) fn float(rest: &mut &[u8]) -> Option<f32> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(f32::from_le_bytes(*head))
}

/// `double`.
#[inline(always)]
pub(crate) fn double(rest: &mut &[u8]) -> Option<f64> {
    let (head, tail) = rest.split_first_chunk()?;
    *rest = tail;
    Some(f64::from_le_bytes(*head))
}

/// The index of one of `count` symbols, or of one of two branches.
#[inline(always)]
pub(crate) fn index(rest: &mut &[u8], count: usize) -> Option<usize> {
    match **rest {
        [n, ref tail @ ..] if n & 0x81 == 0 && usize::from(n / 2) < count => {
            *rest = tail;
            Some(usize::from(n / 2))
        }
        _ => None,
    }
}

/// What holds no others, jumped over.
#[inline(always)]
pub(crate) fn skip(skips: &[Skip], id: SkipId, rest: &mut &[u8]) -> Option<()> {
    *rest = behind(skips.get(id.0 as usize), rest)?;
    Some(())
}

/// What is behind a value that holds no others, where its length takes one byte.
#[inline(always)]
pub(super) fn behind<'a>(skip: Option<&Skip>, rest: &'a [u8]) -> Option<&'a [u8]> {
    match (skip, rest) {
        (Some(Skip::Prefixed), [n, tail @ ..]) if n & 0x81 == 0 => tail.get(usize::from(n / 2)..),
        (Some(Skip::Fixed(n)), rest) => rest.get(*n as usize..),
        (Some(Skip::Varint), [n, tail @ ..]) if *n < 0x80 => Some(tail),
        (Some(Skip::Nothing), rest) => Some(rest),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::avro::AvroReader;
    use crate::limits::Limits;

    /// What is taken is what a reader takes, or nothing is.
    #[test]
    fn numbers_are_those_of_a_reader() {
        let mut samples: Vec<Vec<u8>> = vec![vec![], vec![0], vec![0x80, 0], vec![0xff; 12]];
        for length in 1..=10 {
            for last in [0, 1, 2, 0x7f] {
                for first in [0x80, 0x81, 0xff] {
                    let mut bytes = vec![first; length - 1];
                    bytes.push(last);
                    samples.push(bytes.clone());
                    bytes.extend([0x80; 9]);
                    samples.push(bytes);
                }
            }
        }
        for bytes in &samples {
            let mut r = AvroReader::new(bytes, Limits::DEFAULT);
            let mut rest = &bytes[..];
            match long(&mut rest) {
                Some(n) => {
                    assert_eq!(r.long().unwrap(), n, "{bytes:?}");
                    assert_eq!(r.rest(), rest, "{bytes:?}");
                }
                None => assert_eq!(rest, &bytes[..]),
            }
            let mut r = AvroReader::new(bytes, Limits::DEFAULT);
            let mut rest = &bytes[..];
            match int(&mut rest) {
                Some(n) => assert_eq!((r.int().unwrap(), r.rest()), (n, rest), "{bytes:?}"),
                None => assert_eq!(rest, &bytes[..]),
            }
        }
    }
}
