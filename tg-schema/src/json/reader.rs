//! Tokens of one message. The input is checked to be UTF-8 once, so every slice of it is text.

use std::borrow::Cow;

use crate::codec::At;
use crate::error::{Error, ErrorKind};
use crate::json::keys::Name;
use crate::json::number;
use crate::json::real::real;
use crate::json::skip::Open;
use crate::limits::{Depth, Limits};
use crate::raw;

/// So much room at most is made for numbers before they are seen.
const MOST_EXPECTED_NUMBERS: usize = 8192;

/// Reads one message.
#[derive(Clone)]
pub struct JsonReader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: Depth,
    pub(super) max_depth: u32,
    items: usize,
    memory: usize,
    pub(super) unknown_symbols: u64,
    /// Keys that no field has, of all objects around.
    pub(super) others: Vec<Name>,
    /// Room for what is open in a value that is passed over.
    pub(super) open: Vec<Open>,
    /// Room in which texts with escapes are put together.
    pub(super) scratch: Vec<u8>,
    /// Items of the last array of numbers.
    last_numbers: usize,
    /// How long the last `float` or `double` was.
    last_real: usize,
    /// Entries of the last map.
    pub(crate) last_entries: usize,
    /// Where objects begin that the last look ahead found to be no unset instance.
    pub(super) not_unset: Vec<usize>,
}

#[cold]
#[inline(never)]
fn no_text(bytes: &[u8]) -> Error {
    let at = std::str::from_utf8(bytes).map_or_else(|e| e.valid_up_to(), str::len);
    Error::new(ErrorKind::Syntax, "expected UTF-8 text", Some(at))
}

impl<'a> JsonReader<'a> {
    #[inline]
    pub(crate) fn new(bytes: &'a [u8], limits: Limits) -> Result<Self, Error> {
        JsonReader::text_of(bytes).map(|text| JsonReader::over(text, limits))
    }
    /// The text that a message has to be.
    #[inline]
    pub(crate) fn text_of(bytes: &'a [u8]) -> Result<&'a str, Error> {
        match raw::text(bytes) {
            Some(text) => Ok(text),
            None => Err(no_text(bytes)),
        }
    }
    #[inline]
    pub(crate) fn over(text: &'a str, limits: Limits) -> Self {
        JsonReader {
            text,
            at: 0,
            depth: Depth::of(limits),
            max_depth: limits.depth,
            items: limits.items,
            memory: limits.memory,
            unknown_symbols: 0,
            others: Vec::new(),
            open: Vec::new(),
            scratch: Vec::new(),
            last_numbers: 0,
            last_real: 0,
            last_entries: 0,
            not_unset: Vec::new(),
        }
    }
    /// Byte at which the reader stands.
    pub fn offset(&self) -> usize {
        self.at
    }
    pub(crate) fn unknown_symbols(&self) -> u64 {
        self.unknown_symbols
    }
    pub(crate) fn finish(&mut self) -> Result<(), Error> {
        self.space();
        match self.text.len() - self.at {
            0 => Ok(()),
            n => Err(Error::trailing(n, self.at)),
        }
    }
    #[cold]
    #[inline(never)]
    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<Cow<'static, str>>) -> Error {
        Error::new(kind, message, Some(self.at))
    }
    #[cold]
    #[inline(never)]
    pub(crate) fn expected(&self, what: &str) -> Error {
        let (kind, found) = match self.here() {
            b'"' => (ErrorKind::Type, "a string"),
            b'-' | b'0'..=b'9' if number::scan(self.rest()).is_none() => {
                (ErrorKind::Syntax, "digits that are no number of JSON")
            }
            b'-' | b'0'..=b'9' => (ErrorKind::Type, "a number"),
            b'{' => (ErrorKind::Type, "an object"),
            b'[' => (ErrorKind::Type, "an array"),
            b't' | b'f' => (ErrorKind::Type, "a boolean"),
            b'n' => (ErrorKind::Type, "null"),
            _ if self.at >= self.text.len() => (ErrorKind::End, "the end of the input"),
            _ => (ErrorKind::Syntax, "something that is not JSON there"),
        };
        self.error(kind, format!("expected {what}, found {found}"))
    }
    /// Enters a record or container that may hold further ones.
    #[inline]
    pub fn enter(&mut self) -> Result<(), Error> {
        self.depth.enter(Some(self.offset()))
    }
    /// Leaves what `enter` entered.
    #[inline]
    pub fn leave(&mut self) {
        self.depth.leave();
    }
    #[inline]
    pub(super) fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }
    /// The byte here, 0 at the end.
    #[inline]
    pub(super) fn here(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }
    #[inline]
    pub(crate) fn space(&mut self) {
        while matches!(self.here(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }
    /// Skips white space and gives the byte there, 0 at the end.
    #[inline]
    pub(crate) fn peek(&mut self) -> u8 {
        self.space();
        self.here()
    }
    #[inline]
    pub(super) fn literal(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal.as_bytes());
        if found {
            self.at += literal.len();
        }
        found
    }
    #[inline]
    pub(crate) fn token(&mut self, byte: u8, what: &'static str) -> Result<(), Error> {
        if self.peek() == byte {
            self.at += 1;
            return Ok(());
        }
        Err(self.expected(what))
    }
    /// Takes `null` if it is there.
    #[inline]
    pub fn null(&mut self) -> bool {
        self.peek() == b'n' && self.literal("null")
    }
    /// `boolean`.
    #[inline]
    pub fn boolean(&mut self) -> Result<bool, Error> {
        self.space();
        if self.literal("true") {
            Ok(true)
        } else if self.literal("false") {
            Ok(false)
        } else {
            Err(self.expected("a boolean"))
        }
    }
    /// `long`.
    #[inline]
    pub fn long(&mut self) -> Result<i64, Error> {
        self.space();
        if let Some((v, n)) = number::plain_long(self.rest()) {
            self.at += n;
            return Ok(v);
        }
        self.any_long()
    }
    #[inline(never)]
    fn any_long(&mut self) -> Result<i64, Error> {
        let Some((n, integer)) = number::scan(self.rest()) else {
            return Err(self.expected("an integer"));
        };
        if !integer {
            return Err(self.error(
                ErrorKind::Type,
                "expected an integer, found a number with a point or exponent",
            ));
        }
        let Some(v) = number::long(&self.rest()[..n]) else {
            return Err(self.error(
                ErrorKind::Type,
                "expected a long, the number is out of its range",
            ));
        };
        self.at += n;
        Ok(v)
    }
    /// `int`.
    #[inline]
    pub fn int(&mut self) -> Result<i32, Error> {
        self.space();
        let start = self.at;
        match i32::try_from(self.long()?) {
            Ok(v) => Ok(v),
            Err(_) => {
                self.at = start;
                Err(self.error(
                    ErrorKind::Type,
                    "expected an int, the number is out of its range",
                ))
            }
        }
    }
    /// `double`.
    #[inline(never)]
    pub fn double(&mut self) -> Result<f64, Error> {
        self.real()
    }
    /// `float`.
    #[inline(never)]
    pub fn float(&mut self) -> Result<f32, Error> {
        self.real()
    }
    /// The items of an array of numbers and its end.
    #[inline(never)]
    pub(crate) fn reals<T: number::Real>(&mut self, out: &mut Vec<T>) -> Result<(), Error> {
        // Lists of numbers in one message tend to be of one length.
        out.reserve(self.last_numbers.min((self.text.len() - self.at) / 2));
        while self.next_item(out.is_empty())? {
            let i = out.len();
            self.item(size_of::<T>() * 3).item(i)?;
            out.push(self.real().item(i)?);
        }
        self.last_numbers = out.len().min(MOST_EXPECTED_NUMBERS);
        if out.len() < out.capacity() / 2 {
            out.shrink_to_fit();
        }
        Ok(())
    }
    /// The items of an array of integers and its end; `one` reads one of them in any form.
    #[inline(never)]
    pub(crate) fn integers<T: TryFrom<i64>>(
        &mut self,
        out: &mut Vec<T>,
        one: fn(&mut Self) -> Result<T, Error>,
    ) -> Result<(), Error> {
        out.reserve(self.last_numbers.min((self.text.len() - self.at) / 2));
        // Many lists have numbers of one length. Where one of that length stands, the next is looked at before this
        // one has been read.
        let mut length = 1;
        while self.next_item(out.is_empty())? {
            let i = out.len();
            self.item(size_of::<T>() * 3).item(i)?;
            if let Some(v) = number::of_digits(self.rest(), length)
                && let Ok(v) = T::try_from(v)
            {
                self.at += length;
                out.push(v);
                continue;
            }
            if length <= number::SOME
                && let Some((v, n)) = number::of_some_digits(self.rest())
                && let Ok(v) = T::try_from(v)
            {
                self.at += n;
                out.push(v);
                length = n;
                continue;
            }
            let start = {
                self.space();
                self.at
            };
            out.push(one(self).item(i)?);
            length = self.at - start;
        }
        self.last_numbers = out.len().min(MOST_EXPECTED_NUMBERS);
        if out.len() < out.capacity() / 2 {
            out.shrink_to_fit();
        }
        Ok(())
    }
    #[inline]
    fn real<T: number::Real>(&mut self) -> Result<T, Error> {
        self.space();
        match real::<T>(self.rest(), self.last_real) {
            Some((v, n)) => {
                self.at += n;
                self.last_real = n;
                Ok(v)
            }
            None => Err(self.no_real(T::WHAT)),
        }
    }
    #[cold]
    #[inline(never)]
    fn no_real(&self, what: &'static str) -> Error {
        match number::scan(self.rest()) {
            Some(_) => self.error(
                ErrorKind::Type,
                format!("expected {what}, the number is out of its range"),
            ),
            None => self.expected("a number"),
        }
    }
    /// Counts an item of a list or map that takes `size` bytes in memory.
    #[inline]
    pub fn item(&mut self, size: usize) -> Result<(), Error> {
        match (self.items.checked_sub(1), self.memory.checked_sub(size)) {
            (Some(items), Some(memory)) => {
                (self.items, self.memory) = (items, memory);
                Ok(())
            }
            _ => Err(Error::too_many(self.at)),
        }
    }
    /// Counts bytes of memory that the message makes its reader use.
    #[inline(never)]
    pub(crate) fn spend(&mut self, bytes: usize) -> Result<(), Error> {
        match self.memory.checked_sub(bytes) {
            Some(memory) => {
                self.memory = memory;
                Ok(())
            }
            None => Err(Error::too_many(self.at)),
        }
    }
    /// Whether another item of an array follows; takes the bracket, comma or end.
    #[inline]
    pub(crate) fn next_item(&mut self, first: bool) -> Result<bool, Error> {
        match self.peek() {
            b']' => {
                self.at += 1;
                Ok(false)
            }
            b',' if !first => {
                self.at += 1;
                if self.peek() == b']' {
                    return Err(self.expected("an item after the comma"));
                }
                Ok(true)
            }
            _ if first => Ok(true),
            _ => Err(self.expected("a comma or the end of the array")),
        }
    }
}
