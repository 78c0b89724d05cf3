//! Tokens of one message. The input is checked to be UTF-8 once, so every slice of it is text.

use std::borrow::Cow;
use std::collections::HashSet;

use crate::error::{Error, ErrorKind};
use crate::json::{Keys, Object, number};
use crate::limits::{Depth, Limits};

/// Reads one message.
#[derive(Clone)]
pub struct JsonReader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    depth: Depth,
    max_depth: u32,
    items: usize,
    memory: usize,
    pub(super) unknown_symbols: u64,
    /// Where objects begin that the last look ahead found to be no unset instance.
    pub(super) not_unset: Vec<usize>,
}

impl<'a> JsonReader<'a> {
    pub(crate) fn new(bytes: &'a [u8], limits: Limits) -> Result<Self, Error> {
        match std::str::from_utf8(bytes) {
            Ok(text) => Ok(JsonReader {
                text,
                at: 0,
                depth: Depth::of(limits),
                max_depth: limits.depth,
                items: limits.items,
                memory: limits.memory,
                unknown_symbols: 0,
                not_unset: Vec::new(),
            }),
            Err(e) => Err(Error::new(
                ErrorKind::Syntax,
                "expected UTF-8 text",
                Some(e.valid_up_to()),
            )),
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
            n => Err(self.error(
                ErrorKind::Trailing,
                format!("expected the end, found {n} more bytes"),
            )),
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
    fn literal(&mut self, literal: &str) -> bool {
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
    /// The text of a number.
    #[inline]
    fn number(&mut self) -> Result<&'a str, Error> {
        self.space();
        match number::scan(self.rest()) {
            Some((n, _)) => {
                let text = &self.text[self.at..self.at + n];
                self.at += n;
                Ok(text)
            }
            None => Err(self.expected("a number")),
        }
    }
    /// `double`.
    #[inline]
    pub fn double(&mut self) -> Result<f64, Error> {
        match self.number()?.parse::<f64>() {
            Ok(v) if v.is_finite() => Ok(v),
            _ => Err(self.error(
                ErrorKind::Type,
                "expected a double, the number is out of its range",
            )),
        }
    }
    /// `float`.
    #[inline]
    pub fn float(&mut self) -> Result<f32, Error> {
        match self.number()?.parse::<f32>() {
            Ok(v) if v.is_finite() => Ok(v),
            _ => Err(self.error(
                ErrorKind::Type,
                "expected a float, the number is out of its range",
            )),
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
    /// Opens an object.
    #[inline]
    pub fn object<const W: usize>(&mut self) -> Result<Object<'a, W>, Error> {
        self.token(b'{', "an object")?;
        Ok(Object {
            seen: [0; W],
            next: 0,
            first: true,
            others: None,
        })
    }
    /// The index of the next key's field; the number of fields for a key that no field has. `None`: the
    /// object ends. Keys in wire order without white space cost one comparison.
    #[inline]
    pub fn key<const W: usize>(
        &mut self,
        o: &mut Object<'a, W>,
        keys: &Keys,
    ) -> Result<Option<usize>, Error> {
        if let Some(literal) = keys.literals.get(o.next) {
            let expected = &literal.as_bytes()[usize::from(o.first)..];
            if self.rest().starts_with(expected) && o.mark(o.next) {
                self.at += expected.len();
                o.first = false;
                o.next += 1;
                return Ok(Some(o.next - 1));
            }
        }
        self.any_key(o, keys)
    }
    #[inline(never)]
    fn any_key<const W: usize>(
        &mut self,
        o: &mut Object<'a, W>,
        keys: &Keys,
    ) -> Result<Option<usize>, Error> {
        let Some(key) = self.next_key(o.first)? else {
            return Ok(None);
        };
        o.first = false;
        let i = keys.find(&key, o.next);
        if i == keys.literals.len() {
            let others = o.others.get_or_insert_default();
            if others.contains(&key) {
                return Err(Error::twice(&key, self.at));
            }
            others.insert(key);
            return Ok(Some(i));
        }
        if !o.mark(i) {
            return Err(self.duplicate(&key, keys.name(i)));
        }
        o.next = i + 1;
        Ok(Some(i))
    }
    #[cold]
    #[inline(never)]
    fn duplicate(&self, key: &str, name: &'static str) -> Error {
        let message = if key == name {
            "the key comes twice".to_owned()
        } else {
            format!("the field comes twice, once as its alias {key:?}")
        };
        self.error(ErrorKind::Duplicate, message).in_field(name)
    }
    /// The next key of an object with its colon, or `None` at the end.
    pub(crate) fn next_key(&mut self, first: bool) -> Result<Option<Cow<'a, str>>, Error> {
        match self.peek() {
            b'}' => {
                self.at += 1;
                return Ok(None);
            }
            b',' if !first => {
                self.at += 1;
                self.space();
            }
            _ if first => {}
            _ => return Err(self.expected("a comma or the end of the object")),
        }
        if self.here() != b'"' {
            return Err(self.expected("a key"));
        }
        let key = self.string()?;
        self.token(b':', "a colon")?;
        Ok(Some(key))
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
    /// A required field never came.
    #[cold]
    #[inline(never)]
    pub fn missing(&self, keys: &Keys, i: usize) -> Error {
        self.error(ErrorKind::Missing, "the field is required and absent")
            .in_field(keys.name(i))
    }
    /// Skips any value, checking that it is JSON. Does not recurse.
    pub fn skip(&mut self) -> Result<(), Error> {
        // One entry an open container: for an object, its keys.
        let mut open: Vec<Option<HashSet<Cow<'a, str>>>> = Vec::new();
        let mut first = false;
        loop {
            let more = match open.last_mut() {
                None => true,
                Some(None) => self.next_item(first)?,
                Some(Some(keys)) => match self.next_key(first)? {
                    None => false,
                    Some(key) if keys.contains(&key) => return Err(Error::twice(&key, self.at)),
                    Some(key) => keys.insert(key),
                },
            };
            first = false;
            if !more {
                open.pop();
            } else {
                match self.peek() {
                    b @ (b'{' | b'[') => {
                        if open.len() >= self.max_depth as usize {
                            return Err(Error::too_deep(Some(self.at)));
                        }
                        self.at += 1;
                        open.push((b == b'{').then(HashSet::new));
                        first = true;
                        continue;
                    }
                    _ => self.skip_scalar()?,
                }
            }
            if open.is_empty() {
                return Ok(());
            }
        }
    }
    fn skip_scalar(&mut self) -> Result<(), Error> {
        match self.here() {
            b'"' => self.string().map(drop),
            b'-' | b'0'..=b'9' => self.number().map(drop),
            _ if self.literal("true") || self.literal("false") || self.literal("null") => Ok(()),
            _ => Err(self.expected("a value")),
        }
    }
    /// The value here as text, skipped.
    pub(crate) fn raw_value(&mut self) -> Result<&'a str, Error> {
        self.space();
        let start = self.at;
        self.skip()?;
        Ok(&self.text[start..self.at])
    }
}
