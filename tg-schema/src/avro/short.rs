//! The forms of numbers that most have, from what is left of a message. Where it is another form, or none, nothing is
//! taken, and a reader finds out.

use tg_schema_model::avro::resolution::{Gap, Promotion, Skip};

use crate::json::Real;

/// The bits of eight bytes of a varint that say that more follow.
const MORE: u64 = 0x8080_8080_8080_8080;

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

/// `int`. Of one or two bytes it is in the range of one.
#[inline(always)]
pub(crate) fn int(rest: &mut &[u8]) -> Option<i32> {
    let (v, tail) = match **rest {
        [a, ref tail @ ..] if a < 0x80 => (u32::from(a), tail),
        [a, b, ref tail @ ..] if b < 0x80 => (u32::from(a & 0x7f) | u32::from(b) << 7, tail),
        ref all => {
            let (v, length) = eight(all);
            if length == 0 {
                return None;
            }
            (u32::try_from(v).ok()?, all.get(length..)?)
        }
    };
    *rest = tail;
    Some((v >> 1).cast_signed() ^ -((v & 1).cast_signed()))
}

/// A varint, and how many bytes it takes; zero bytes if it may be longer than eight, or does not end.
#[inline(never)]
fn eight(all: &[u8]) -> (u64, usize) {
    match all.first_chunk() {
        Some(word) => joined(u64::from_le_bytes(*word)),
        None => fewer(all),
    }
}

/// The same of fewer than eight bytes, the last of a message.
#[inline(never)]
fn fewer(all: &[u8]) -> (u64, usize) {
    let mut v = 0;
    for (i, &b) in all.iter().enumerate().take(7) {
        v |= u64::from(b & 0x7f) << (7 * i);
        if b < 0x80 {
            return (v, i + 1);
        }
    }
    (0, 0)
}

/// The number that begins with these eight bytes, and how many it takes; zero if it takes more.
#[inline(always)]
pub(super) fn joined(word: u64) -> (u64, usize) {
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

/// Takes the index of a branch that is among these, bit `i` for branch `i`; says whether it was taken.
#[inline(always)]
pub(crate) fn branch(rest: &mut &[u8], branches: u32) -> bool {
    match **rest {
        // Twice the index.
        [b, ref tail @ ..] if b < 64 && b.is_multiple_of(2) && branches >> (b / 2) & 1 == 1 => {
            *rest = tail;
            true
        }
        _ => false,
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

/// A `float` that is written as another type, and how many bytes it takes; zero bytes if it is not of a short form.
#[inline(never)]
pub(crate) fn promoted_float(of: Promotion, rest: &[u8]) -> (f32, usize) {
    promoted(of, rest)
}

/// The same of a `double`.
#[inline(never)]
pub(crate) fn promoted_double(of: Promotion, rest: &[u8]) -> (f64, usize) {
    promoted(of, rest)
}

#[inline(always)]
fn promoted<T: Real>(of: Promotion, all: &[u8]) -> (T, usize) {
    let mut rest = all;
    let value = match of {
        Promotion::Int => int(&mut rest).map(|n| T::of_long(i64::from(n))),
        Promotion::Long => long(&mut rest).map(T::of_long),
        Promotion::Float => float(&mut rest).map(T::of_float),
    };
    (
        value.unwrap_or_else(|| T::of_long(0)),
        all.len() - rest.len(),
    )
}

/// What is behind a varint of at most eight bytes. They are looked at one by one: the processor guesses how many there
/// are, as it guesses of other fields, and goes on; a length that is computed it would have to wait for.
#[inline(always)]
pub(crate) fn behind_varint(rest: &[u8]) -> Option<&[u8]> {
    match rest {
        [n, tail @ ..] if *n < 0x80 => Some(tail),
        rest => {
            let mut bytes = rest.get(..8).unwrap_or(rest).iter();
            let last = bytes.position(|n| *n < 0x80)?;
            rest.get(last + 1..)
        }
    }
}

/// What is behind a gap of a form that takes few instructions.
#[inline(always)]
pub(crate) fn gap(gap: Gap, rest: &[u8]) -> Option<&[u8]> {
    match (gap, rest) {
        (Gap::Varints(1), rest) => behind_varint(rest),
        (Gap::Fixed(n), rest) => rest.get(n as usize..),
        (Gap::Prefixed, [n, tail @ ..]) if n & 0x81 == 0 => tail.get(usize::from(n / 2)..),
        _ => None,
    }
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

    /// Also what ends a message, where fewer bytes are left than are looked at together.
    #[test]
    fn a_number_that_is_the_last_is_taken() {
        for length in 1..=8 {
            for v in [1 << (7 * (length - 1)), (1 << (7 * length)) - 1_u64] {
                let mut bytes: Vec<u8> = (0..length).map(|i| (v >> (7 * i)) as u8 | 0x80).collect();
                bytes[length - 1] &= 0x7f;
                let n = (v >> 1).cast_signed() ^ -((v & 1).cast_signed());
                let mut rest = &bytes[..];
                assert_eq!((long(&mut rest), rest), (Some(n), &[][..]));
                assert_eq!(int(&mut &bytes[..]), i32::try_from(n).ok());
                assert_eq!(behind_varint(&bytes), Some(&[][..]));
                for end in 0..length {
                    assert_eq!(long(&mut &bytes[..end]), None);
                    assert_eq!(int(&mut &bytes[..end]), None);
                    assert_eq!(behind_varint(&bytes[..end]), None);
                }
            }
        }
        assert_eq!(behind_varint(&[0x80; 20]), None);
    }

    /// Bytes of every kind at each length up to twelve, and numbers of all lengths.
    fn samples() -> Vec<Vec<u8>> {
        let mut samples = vec![vec![]];
        for length in 1..=12 {
            for first in [0, 1, 2, 3, 4, 0x7e, 0x7f, 0x80, 0x81, 0xff] {
                for others in [0, 1, 0x7f, 0x80, 0xff] {
                    let mut bytes = vec![others; length];
                    bytes[0] = first;
                    samples.push(bytes.clone());
                    bytes[length - 1] = 1;
                    samples.push(bytes);
                }
            }
        }
        samples
    }

    /// Whether something was taken, it is what the reader takes, and as many bytes are left; otherwise, nothing was.
    fn same<T: PartialEq + std::fmt::Debug>(
        short: impl Fn(&mut &[u8]) -> Option<T>,
        long: impl Fn(&mut AvroReader<'_>) -> Result<T, crate::error::Error>,
    ) {
        let mut taken = 0;
        for bytes in &samples() {
            let mut r = AvroReader::new(bytes, Limits::DEFAULT);
            let mut rest = &bytes[..];
            match short(&mut rest) {
                Some(value) => {
                    assert_eq!(
                        (long(&mut r).unwrap(), r.rest()),
                        (value, rest),
                        "{bytes:?}"
                    );
                    taken += 1;
                }
                None => assert_eq!(rest, &bytes[..]),
            }
        }
        assert!(taken > 50, "{taken}");
    }

    #[test]
    fn other_kinds_are_those_of_a_reader() {
        same(boolean, |r| r.boolean());
        same(
            |rest| float(rest).map(f32::to_bits),
            |r| r.float().map(f32::to_bits),
        );
        same(
            |rest| double(rest).map(f64::to_bits),
            |r| r.double().map(f64::to_bits),
        );
        same(|rest| index(rest, 2), |r| r.enum_index(2));
        same(|rest| index(rest, 60), |r| r.enum_index(60));
    }

    /// The bits of a number that was promoted. Which NaN comes of a NaN the language leaves open.
    fn bits(value: impl Into<f64>) -> Option<u64> {
        let value = value.into();
        (!value.is_nan()).then(|| value.to_bits())
    }

    #[test]
    fn promoted_numbers_are_those_of_a_reader() {
        for of in [Promotion::Int, Promotion::Long, Promotion::Float] {
            let take = |rest: &mut &[u8], length: usize| {
                let tail = rest.get(length..).filter(|_| length != 0)?;
                *rest = tail;
                Some(())
            };
            same(
                |rest| {
                    let (value, length) = promoted_double(of, rest);
                    take(rest, length).map(|()| bits(value))
                },
                |r| r.promote::<f64>(of).map(bits),
            );
            same(
                |rest| {
                    let (value, length) = promoted_float(of, rest);
                    take(rest, length).map(|()| bits(value))
                },
                |r| r.promote::<f32>(of).map(bits),
            );
        }
    }

    #[test]
    fn gaps_are_those_of_a_reader() {
        let gaps = [
            Gap::Varints(1),
            Gap::Prefixed,
            Gap::Fixed(1),
            Gap::Fixed(4),
            Gap::Fixed(12),
        ];
        for of in gaps {
            let mut taken = 0;
            for bytes in &samples() {
                let mut r = AvroReader::new(bytes, Limits::DEFAULT);
                let all = r.rest();
                if let Some(rest) = gap(of, bytes) {
                    assert_eq!(
                        r.pass(all, &[], of, false).unwrap(),
                        rest,
                        "{of:?} {bytes:?}"
                    );
                    taken += 1;
                }
            }
            assert!(taken > 20, "{of:?} {taken}");
            assert!(gap(of, &[]).is_none());
        }
        assert!(gap(Gap::Fixed(5), &[0; 4]).is_none());
    }
}
