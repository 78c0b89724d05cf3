//! Primitives into bytes, straight into the buffer that is sent.

use crate::error::Error;
use crate::limits::{Depth, Limits};
use crate::raw::{push_long_prefixed, push_numbers, push_prefixed};

/// Writes one message.
pub struct AvroWriter {
    pub(crate) out: Vec<u8>,
    depth: Depth,
}

impl AvroWriter {
    pub(crate) fn new(out: Vec<u8>, limits: Limits) -> Self {
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
            self.long_varint(v);
        }
    }
    #[inline(never)]
    fn long_varint(&mut self, mut v: u64) {
        let mut bytes = [0u8; 10];
        let mut n = 0;
        for slot in &mut bytes {
            n += 1;
            if v < 0x80 {
                *slot = v as u8;
                break;
            }
            *slot = v as u8 | 0x80;
            v >>= 7;
        }
        self.out.extend_from_slice(&bytes[..n]);
    }
    /// Length, then the bytes.
    #[inline]
    pub fn bytes(&mut self, bytes: &[u8]) {
        // So small that it is inlined into every field, which the other way is not.
        if !push_prefixed(&mut self.out, bytes) {
            self.long_bytes(bytes);
        }
    }
    /// Many bytes, or no room for few.
    #[inline(never)]
    fn long_bytes(&mut self, bytes: &[u8]) {
        push_long_prefixed(&mut self.out, bytes);
    }
    /// All items of a `double` array, without the block's count.
    pub fn doubles(&mut self, items: &[f64]) {
        push_numbers(&mut self.out, items, f64::to_le_bytes);
    }
    /// All items of a `float` array, without the block's count.
    pub fn floats(&mut self, items: &[f32]) {
        push_numbers(&mut self.out, items, f32::to_le_bytes);
    }
}
