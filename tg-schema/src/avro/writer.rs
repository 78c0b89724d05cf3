//! Primitives into bytes, straight into the buffer that is sent.

use crate::error::Error;
use crate::limits::{Depth, Limits};
use crate::raw::{push_long_prefixed, push_numbers, push_prefixed};

/// Writes one message.
pub struct AvroWriter<'o> {
    /// Not taken out of its place: to move it there and back takes as long as a short message.
    pub(crate) out: &'o mut Vec<u8>,
    depth: Depth,
}

impl<'o> AvroWriter<'o> {
    pub(crate) fn new(out: &'o mut Vec<u8>, limits: Limits) -> Self {
        AvroWriter {
            out,
            depth: Depth::of(limits),
        }
    }
    /// Enters a record or container that may hold further ones.
    #[inline]
    pub fn enter(&mut self) -> Result<(), Error> {
        self.depth.enter(None)
    }
    /// Leaves what `enter` entered.
    #[inline]
    pub fn leave(&mut self) {
        self.depth.leave();
    }
    /// Bytes as they are.
    #[inline]
    pub fn raw(&mut self, bytes: &[u8]) {
        self.out.extend_from_slice(bytes);
    }
    /// One byte.
    #[inline]
    pub fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }
    /// Union branch 0 or 1.
    #[inline]
    pub fn branch(&mut self, second: bool) {
        self.out.push(u8::from(second) << 1);
    }
    /// Union branch 0, so many times.
    #[cfg_attr(not(debug_assertions), inline)]
    pub(crate) fn absent(&mut self, n: usize) {
        if n > 0 {
            self.branches(n, 0);
        }
    }
    /// Union branch 0, so many times, and then 1.
    #[cfg_attr(not(debug_assertions), inline)]
    pub(crate) fn present(&mut self, absent: usize) {
        self.branches(absent + 1, 2);
    }
    /// `n` branches, of which the last is `last` and all others are 0: as one word, of which the rest is taken away.
    #[cfg_attr(not(debug_assertions), inline)]
    fn branches(&mut self, n: usize, last: u8) {
        const WORD: usize = size_of::<u64>();
        if n > WORD {
            return many_branches(self.out, n, last);
        }
        let end = self.out.len() + n;
        let word = u64::from(last) << (8 * (n - 1));
        self.out.extend_from_slice(&word.to_le_bytes());
        self.out.truncate(end);
    }
    /// A zigzag varint.
    #[inline]
    pub fn long(&mut self, n: i64) {
        let v = ((n << 1) ^ (n >> 63)).cast_unsigned();
        self.varint(v);
    }
    /// The number of items of a block, or the length of a string: never negative.
    #[inline]
    pub fn count(&mut self, n: usize) {
        self.varint((n as u64) << 1);
    }
    #[inline]
    fn varint(&mut self, v: u64) {
        if v < 0x80 {
            self.out.push(v as u8);
        } else if v < 0x4000 {
            self.out
                .extend_from_slice(&[v as u8 | 0x80, (v >> 7) as u8]);
        } else {
            long_varint(self.out, v);
        }
    }
    /// Length, then the bytes.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        // So small that it is inlined into every field, which the other way is not.
        if !push_prefixed(self.out, bytes) {
            long_bytes(self.out, bytes);
        }
    }
    /// All items of a `boolean` array, without the block's count.
    pub(crate) fn booleans(&mut self, items: &[bool]) {
        self.out.extend(items.iter().map(|item| u8::from(*item)));
    }
    /// All items of a `double` array, without the block's count.
    pub fn doubles(&mut self, items: &[f64]) {
        push_numbers(self.out, items, f64::to_le_bytes);
    }
    /// All items of a `float` array, without the block's count.
    pub fn floats(&mut self, items: &[f32]) {
        push_numbers(self.out, items, f32::to_le_bytes);
    }
}

/// Many bytes, or no room for few.
#[inline(never)]
fn long_bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    push_long_prefixed(out, bytes);
}

#[inline(never)]
fn many_branches(out: &mut Vec<u8>, n: usize, last: u8) {
    out.resize(out.len() + n - 1, 0);
    out.push(last);
}

#[inline(never)]
fn long_varint(out: &mut Vec<u8>, v: u64) {
    /// Bits that eight bytes carry.
    const EIGHT: u32 = 56;
    let (low, high) = (v & ((1 << EIGHT) - 1), v >> EIGHT);
    // A byte for each seven bits: two halves of 28, four quarters of 14, eight of 7.
    let word = low & 0x0fff_ffff | low << 4 & 0x0fff_ffff_0000_0000;
    let word = word & 0x3fff_0000_3fff | word << 2 & 0x3fff_0000_3fff_0000;
    let word = word & 0x7f_007f_007f_007f | word << 1 & 0x7f00_7f00_7f00_7f00;
    // Each byte that another follows says so.
    let more = 0x8080_8080_8080_8080;
    if high > 0 {
        out.extend_from_slice(&(word | more).to_le_bytes());
        out.push(high as u8 & 0x7f | u8::from(high > 0x7f) << 7);
        if high > 0x7f {
            out.push(1);
        }
        return;
    }
    let unused = (word | 1).leading_zeros() / 8;
    let bytes = word | more >> 8 >> (8 * unused);
    out.extend_from_slice(&bytes.to_le_bytes());
    out.truncate(out.len() - unused as usize);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn branches_of_every_number() {
        for n in 0..40 {
            let mut out = vec![9];
            let mut w = AvroWriter::new(&mut out, Limits::DEFAULT);
            w.absent(n);
            w.present(n);
            assert_eq!(out, [&[9], &vec![0; 2 * n][..], &[2]].concat());
        }
    }

    #[test]
    fn numbers_of_every_length() {
        for bits in 0..64 {
            for v in [
                1u64 << bits,
                (1 << bits) - 1,
                u64::MAX >> bits,
                0x5555_5555_5555_5555 >> bits,
            ] {
                let (mut expected, mut rest) = (vec![9], v);
                while rest >= 0x80 {
                    expected.push(rest as u8 | 0x80);
                    rest >>= 7;
                }
                expected.push(rest as u8);
                let (mut out, mut long) = (vec![9], vec![9]);
                AvroWriter::new(&mut out, Limits::DEFAULT).varint(v);
                long_varint(&mut long, v);
                assert_eq!((out, long), (expected.clone(), expected));
            }
        }
    }
}
