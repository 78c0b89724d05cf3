//! Values into compact JSON.

use crate::codec::{At, not_text};
use crate::error::Error;
use crate::json::integer;
use crate::json::number::Real;
use crate::json::text;
use crate::limits::{Depth, Limits};
use tg_schema_model::logical::Decimal;

/// Writes one message.
pub struct JsonWriter {
    pub(crate) out: Vec<u8>,
    depth: Depth,
}

impl JsonWriter {
    pub(crate) fn new(out: Vec<u8>, limits: Limits) -> Self {
        JsonWriter {
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
    /// Text that is JSON already.
    #[inline]
    pub fn raw(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
    /// One byte of JSON.
    #[inline]
    pub fn byte(&mut self, byte: u8) {
        self.out.push(byte);
    }
    /// A string in quotes, escaped.
    #[inline]
    pub fn string(&mut self, s: &str) {
        text::quote(s, &mut self.out);
    }
    /// Bytes that are text, in quotes.
    pub fn utf8(&mut self, bytes: &[u8]) -> Result<(), Error> {
        match std::str::from_utf8(bytes) {
            Ok(s) => {
                self.string(s);
                Ok(())
            }
            Err(e) => Err(not_text(e.valid_up_to())),
        }
    }
    /// Base64 in quotes.
    pub fn base64(&mut self, bytes: &[u8]) {
        self.out.push(b'"');
        base64_simd::STANDARD.encode_append(bytes, &mut self.out);
        self.out.push(b'"');
    }
    /// An integer.
    #[inline(never)]
    pub fn long(&mut self, n: i64) {
        integer::push(&mut self.out, n);
    }
    /// A decimal number in quotes, with as many digits behind its point as its scale says.
    #[inline(never)]
    pub(crate) fn decimal(&mut self, v: Decimal) {
        self.out.push(b'"');
        if !integer::push_fixed(&mut self.out, v.unscaled(), v.scale()) {
            self.out
                .extend_from_slice(v.ascii(&mut [0; Decimal::ASCII]));
        }
        self.out.push(b'"');
    }
    /// A finite `double` in its shortest form.
    #[inline]
    pub fn double(&mut self, v: f64) -> Result<(), Error> {
        self.real(v)
    }
    /// A finite `float` in its shortest form.
    #[inline]
    pub fn float(&mut self, v: f32) -> Result<(), Error> {
        self.real(v)
    }
    #[inline(always)]
    fn real<T: Real>(&mut self, v: T) -> Result<(), Error> {
        if !v.finite() {
            return Err(not_finite(v.wide()));
        }
        self.finite(v);
        Ok(())
    }
    /// The fewest digits that read back as a finite number.
    ///
    /// They are made where they do not stay: made in their place, 30,000 numbers in a row take 0.85 to 1.3 times as
    /// long, by the processor and by where the code happens to lie.
    #[inline(always)]
    fn finite<T: Real>(&mut self, v: T) {
        let mut buffer = zmij::Buffer::new();
        self.out
            .extend_from_slice(v.shortest(&mut buffer).as_bytes());
    }
    /// Finite numbers in their shortest form, with commas between.
    #[inline(never)]
    pub(crate) fn reals<T: Real>(&mut self, items: &[T]) -> Result<(), Error> {
        let mut values = items.iter().enumerate();
        if let Some((i, v)) = values.find(|(_, v)| !v.finite()) {
            return Err(not_finite(v.wide())).item(i);
        }
        for (i, v) in items.iter().enumerate() {
            if i > 0 {
                self.out.push(b',');
            }
            self.finite(*v);
        }
        Ok(())
    }
    /// Booleans with commas between. Each is written as eight bytes of which some count, so that nothing is
    /// branched on: whether the next is true cannot be foretold.
    #[inline(never)]
    pub(crate) fn booleans(&mut self, items: &[bool]) {
        /// Booleans that are written before they are appended together.
        const GROUP: usize = 32;
        const TEXTS: [&[u8; 8]; 2] = [b"false,  ", b"true,   "];
        let start = self.out.len();
        let mut place = [0; GROUP * 6 + 8];
        for group in items.chunks(GROUP) {
            let mut at = 0;
            for item in group {
                if let Some(place) = place.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
                    *place = *TEXTS[usize::from(*item)];
                }
                at += 6 - usize::from(*item);
            }
            self.out
                .extend_from_slice(place.get(..at).unwrap_or_default());
        }
        if self.out.len() > start {
            // The comma behind the last.
            self.out.pop();
        }
    }
    /// Integers with commas between.
    #[inline(never)]
    pub(crate) fn longs<T: Copy + Into<i64>>(&mut self, items: &[T]) {
        integer::push_all(&mut self.out, items);
    }
}

#[cold]
#[inline(never)]
pub(crate) fn not_finite(v: f64) -> Error {
    Error::value(format!(
        "{v} has no JSON form; only finite numbers can be written"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn booleans_of_every_number_are_written() {
        for n in 0..100usize {
            let items: Vec<bool> = (0..n).map(|i| i % 3 == 0 || i % 7 == 2).collect();
            let mut w = JsonWriter::new(vec![b'x'], Limits::DEFAULT);
            w.booleans(&items);
            let texts: Vec<String> = items.iter().map(bool::to_string).collect();
            assert_eq!(
                String::from_utf8(w.out),
                Ok(format!("x{}", texts.join(",")))
            );
        }
    }
}
