//! Bytes into primitives. Nothing that the bytes claim is believed before it is checked.

use super::short::joined;
use crate::codec::Codec;
use crate::error::{Error, ErrorKind};
use crate::limits::{Depth, Limits};
use tg_schema_model::logical::Decimal;

/// Reads one message.
#[derive(Clone)]
pub struct AvroReader<'a> {
    all: &'a [u8],
    pub(super) rest: &'a [u8],
    depth: Depth,
    pub(super) items: usize,
    pub(super) memory: usize,
    unset: bool,
    pub(super) unknown_symbols: u64,
}

impl<'a> AvroReader<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], limits: Limits) -> Self {
        AvroReader {
            all: bytes,
            rest: bytes,
            depth: Depth::of(limits),
            items: limits.items,
            memory: limits.memory,
            unset: false,
            unknown_symbols: 0,
        }
    }
    /// Symbols that were read as the default of their enum.
    pub(crate) fn unknown_symbols(&self) -> u64 {
        self.unknown_symbols
    }
    /// Says whether the record that was viewed last is an unset instance of the Pulsar profile.
    #[inline]
    pub fn unset(&mut self, unset: bool) {
        self.unset = unset;
    }
    /// What [`AvroReader::unset`] was told last.
    #[inline]
    pub fn was_unset(&self) -> bool {
        self.unset
    }
    /// Counts bytes of memory that the message makes its reader use.
    #[inline]
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        match self.memory.checked_sub(bytes) {
            Some(memory) => {
                self.memory = memory;
                Ok(())
            }
            None => Err(Error::too_many(self.offset())),
        }
    }
    /// Counts the memory that `n` values of this size make the reader use, if there is enough.
    #[inline]
    pub(crate) fn affords(&mut self, n: usize, size: usize) -> bool {
        let left = n
            .checked_mul(size)
            .and_then(|bytes| self.memory.checked_sub(bytes));
        left.map(|left| self.memory = left).is_some()
    }
    /// How many values of this size there is memory for.
    pub(crate) fn affordable(&self, size: usize) -> usize {
        self.memory / size.max(1)
    }
    /// Byte at which the reader stands.
    pub fn offset(&self) -> usize {
        self.all.len() - self.rest.len()
    }
    /// What is left of the input.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }
    /// Goes on behind what was read of [`AvroReader::rest`].
    #[inline]
    pub(crate) fn go_on(&mut self, rest: &'a [u8]) {
        self.rest = rest;
    }
    /// What was read since the reader stood at `start`.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        self.all.get(start..self.offset()).unwrap_or_default()
    }
    #[inline]
    pub(crate) fn finish(&self) -> Result<(), Error> {
        match self.rest.is_empty() {
            true => Ok(()),
            false => Err(Error::trailing(self.rest.len(), self.offset())),
        }
    }
    #[cold]
    #[inline(never)]
    pub(crate) fn error(
        &self,
        kind: ErrorKind,
        message: impl Into<std::borrow::Cow<'static, str>>,
    ) -> Error {
        Error::new(kind, message, Some(self.offset()))
    }
    #[cold]
    #[inline(never)]
    fn end(&self, wanted: &'static str) -> Error {
        self.error(ErrorKind::End, format!("expected {wanted}, the input ends"))
    }
    /// Enters a record or container that may hold further ones.
    #[inline]
    pub fn enter(&mut self) -> Result<(), Error> {
        self.depth.enter(Some(self.offset()))
    }
    /// Fails where [`AvroReader::enter`] would.
    #[inline]
    pub(crate) fn deeper(&self) -> Result<(), Error> {
        match self.may_enter() {
            true => Ok(()),
            false => Err(self.too_deep()),
        }
    }
    #[cold]
    #[inline(never)]
    fn too_deep(&self) -> Error {
        Error::too_deep(Some(self.offset()))
    }
    /// Whether [`AvroReader::enter`] would not fail.
    #[inline]
    pub(crate) fn may_enter(&self) -> bool {
        self.depth.is_left()
    }
    /// Leaves what `enter` entered.
    #[inline]
    pub fn leave(&mut self) {
        self.depth.leave();
    }
    /// Reads a field.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn field<C: Codec>(&mut self, name: &'static str) -> Result<C::Value, Error> {
        match C::read_avro(self) {
            Ok(v) => Ok(v),
            Err(e) => Err(e.in_field(name)),
        }
    }
    /// The next `n` bytes.
    #[inline]
    pub fn take(&mut self, n: usize) -> Result<&'a [u8], Error> {
        match self.rest.split_at_checked(n) {
            Some((head, tail)) => {
                self.rest = tail;
                Ok(head)
            }
            None => Err(self.short(n)),
        }
    }
    #[cold]
    #[inline(never)]
    pub(super) fn short(&self, n: usize) -> Error {
        let bytes = if n == 1 { "byte" } else { "bytes" };
        let message = format!("expected {n} {bytes}, found {}", self.rest.len());
        self.error(ErrorKind::End, message)
    }
    #[inline]
    fn byte(&mut self, wanted: &'static str) -> Result<u8, Error> {
        match self.rest.split_first() {
            Some((&b, tail)) => {
                self.rest = tail;
                Ok(b)
            }
            None => Err(self.end(wanted)),
        }
    }
    /// A union branch of two: whether it is the second.
    #[inline]
    pub fn branch(&mut self) -> Result<bool, Error> {
        match *self.rest {
            [0, ref tail @ ..] => {
                self.rest = tail;
                Ok(false)
            }
            [2, ref tail @ ..] => {
                self.rest = tail;
                Ok(true)
            }
            _ => self.other_branch(),
        }
    }
    /// A branch in more bytes than it needs, or none.
    #[cold]
    #[inline(never)]
    fn other_branch(&mut self) -> Result<bool, Error> {
        if self.rest.is_empty() {
            return Err(self.end("a union branch"));
        }
        match self.long()? {
            0 => Ok(false),
            1 => Ok(true),
            n => Err(self.error(
                ErrorKind::Type,
                format!("expected union branch 0 or 1, found {n}"),
            )),
        }
    }
    /// `boolean`.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn boolean(&mut self) -> Result<bool, Error> {
        match self.byte("a boolean")? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(self.error(ErrorKind::Syntax, "expected a boolean, 00 or 01")),
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(super) fn varint(&mut self) -> Result<u64, Error> {
        match *self.rest {
            [a, ref tail @ ..] if a < 0x80 => {
                self.rest = tail;
                Ok(u64::from(a))
            }
            [a, b, ref tail @ ..] if b < 0x80 => {
                self.rest = tail;
                Ok(u64::from(a & 0x7f) | u64::from(b) << 7)
            }
            _ => self.long_varint(),
        }
    }
    #[inline(never)]
    fn long_varint(&mut self) -> Result<u64, Error> {
        match self.rest.split_first_chunk::<8>() {
            Some((word, tail)) => self.varint_of(u64::from_le_bytes(*word), tail),
            None => self.last_varint(),
        }
    }
    /// A number that begins with these eight bytes; `tail` is behind them.
    #[inline(always)]
    fn varint_of(&mut self, word: u64, tail: &'a [u8]) -> Result<u64, Error> {
        let (v, length) = joined(word);
        if length != 0 {
            self.rest = self.rest.get(length..).unwrap_or_default();
            return Ok(v);
        }
        // The ninth byte has seven bits more, the tenth has one.
        match *tail {
            [ninth, ref tail @ ..] if ninth < 0x80 => {
                self.rest = tail;
                Ok(v | u64::from(ninth) << 56)
            }
            [ninth, tenth @ (0 | 1), ref tail @ ..] => {
                self.rest = tail;
                Ok(v | u64::from(ninth & 0x7f) << 56 | u64::from(tenth) << 63)
            }
            _ => self.last_varint(),
        }
    }
    /// A number near the end of the input, or none.
    #[cold]
    #[inline(never)]
    fn last_varint(&mut self) -> Result<u64, Error> {
        let mut v = 0u64;
        for i in 0..10 {
            let b = self.byte("a number")?;
            v |= u64::from(b & 0x7f) << (7 * i);
            if b < 0x80 {
                if i == 9 && b > 1 {
                    break;
                }
                return Ok(v);
            }
        }
        Err(self.error(
            ErrorKind::Syntax,
            "expected a variable-length number of at most 64 bits",
        ))
    }
    /// `long`.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn long(&mut self) -> Result<i64, Error> {
        let v = self.varint()?;
        Ok((v >> 1).cast_signed() ^ -((v & 1).cast_signed()))
    }
    /// `int`.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn int(&mut self) -> Result<i32, Error> {
        match i32::try_from(self.long()?) {
            Ok(n) => Ok(n),
            Err(_) => Err(self.error(
                ErrorKind::Type,
                "expected an int, the number is out of its range",
            )),
        }
    }
    /// `float`.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn float(&mut self) -> Result<f32, Error> {
        match self.rest.split_first_chunk::<4>() {
            Some((head, tail)) => {
                self.rest = tail;
                Ok(f32::from_le_bytes(*head))
            }
            None => Err(self.end("a float")),
        }
    }
    /// `double`.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn double(&mut self) -> Result<f64, Error> {
        match self.rest.split_first_chunk::<8>() {
            Some((head, tail)) => {
                self.rest = tail;
                Ok(f64::from_le_bytes(*head))
            }
            None => Err(self.end("a double")),
        }
    }
    /// Of `bytes` or `string`. Where the next value starts depends on it, so that it takes the shortest way: of
    /// numbers that are not negative, half of what is written is the number.
    #[inline]
    pub(super) fn length(&mut self) -> Result<usize, Error> {
        let v = self.varint()?;
        match (v % 2, usize::try_from(v / 2)) {
            (0, Ok(n)) => Ok(n),
            _ => Err(self.no_length()),
        }
    }
    #[cold]
    #[inline(never)]
    fn no_length(&self) -> Error {
        self.error(
            ErrorKind::Syntax,
            "expected a length, found a negative number",
        )
    }
    /// `bytes`.
    #[inline]
    pub fn bytes(&mut self) -> Result<&'a [u8], Error> {
        let n = self.length()?;
        self.take(n)
    }
    /// The number of these bytes, if it fits.
    pub(crate) fn decimal(&self, bytes: &[u8], precision: u8, scale: u8) -> Result<Decimal, Error> {
        match Decimal::from_be_bytes(bytes, scale) {
            Some(v) if v.fits(precision) => Ok(v),
            _ => Err(self.error(
                ErrorKind::Type,
                format!("expected a decimal({precision},{scale}), the number does not fit"),
            )),
        }
    }
    /// Index of a symbol.
    pub(crate) fn enum_index(&mut self, symbols: usize) -> Result<usize, Error> {
        let n = self.int()?;
        match usize::try_from(n) {
            Ok(i) if i < symbols => Ok(i),
            _ => Err(self.error(
                ErrorKind::Symbol,
                format!("expected the index of one of {symbols} symbols, found {n}"),
            )),
        }
    }
}

#[cfg(test)]
mod tests;
