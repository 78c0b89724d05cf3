//! Strings of a message.

use super::AvroReader;
use crate::error::{Error, ErrorKind};
use crate::raw::{SHORT, WIDE, ascii_head, long_text, refill_ascii, refill_pair, text};

/// Bytes that are looked at together where there are fewer than [`WIDE`].
const NARROW: usize = 16;

/// The length of a text that has one byte, and what is behind it.
#[inline(always)]
fn short_length(input: &[u8]) -> Option<(usize, &[u8])> {
    match *input {
        [v, ref tail @ ..] if v & 0x81 == 0 => Some((usize::from(v / 2), tail)),
        _ => None,
    }
}

/// What is inlined into every field reads short texts of ASCII where the input goes on, and leaves all others to one
/// call, which begins anew: it is a third shorter so.
impl<'a> AvroReader<'a> {
    /// `string`.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn string(&mut self) -> Result<&'a str, Error> {
        if let Some((n, tail)) = short_length(self.rest)
            && let Some((text, rest)) = ascii_head(tail, n)
        {
            self.rest = rest;
            return Ok(text);
        }
        self.any_string().ok_or_else(|| self.no_string())
    }
    /// Any text; nothing is read where there is none. An error in its place would have to be handed over in memory.
    #[inline(never)]
    fn any_string(&mut self) -> Option<&'a str> {
        let start = self.rest;
        let text = match self.length() {
            Ok(n) => self.next_text(n),
            Err(_) => None,
        };
        if text.is_none() {
            self.rest = start;
        }
        text
    }
    /// There is no text next.
    #[cold]
    #[inline(never)]
    fn no_string(&mut self) -> Error {
        match self.length() {
            Ok(n) => self.no_text(n),
            Err(e) => e,
        }
    }
    /// A text of this length; nothing is read where there is none.
    #[inline(always)]
    fn next_text(&mut self, n: usize) -> Option<&'a str> {
        let (bytes, rest) = self.rest.split_at_checked(n)?;
        let text = match n {
            ..=SHORT => text(bytes)?,
            _ => long_text(bytes)?,
        };
        self.rest = rest;
        Some(text)
    }
    /// The next bytes are too few, or no text.
    #[cold]
    #[inline(never)]
    fn no_text(&mut self, n: usize) -> Error {
        match self.take(n) {
            Ok(_) => self.error(ErrorKind::Syntax, "expected UTF-8 text"),
            Err(e) => e,
        }
    }
    /// `string`, into the room of one that is there.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn refill(&mut self, v: &mut String) -> Result<(), Error> {
        if let Some((n, tail)) = short_length(self.rest)
            && let Some(rest) = refill_ascii::<WIDE>(v, tail, n)
        {
            self.rest = rest;
            return Ok(());
        }
        self.refill_other(v)
    }
    /// As above, of any text.
    #[inline(never)]
    fn refill_other(&mut self, v: &mut String) -> Result<(), Error> {
        let Some((n, tail)) = short_length(self.rest) else {
            return self.refill_far(v);
        };
        // Mostly near the end of the input, or in a short message.
        let rest = match n {
            ..=8 => refill_ascii::<8>(v, tail, n),
            9..=NARROW => refill_ascii::<NARROW>(v, tail, n),
            _ => refill_pair(v, tail, n),
        };
        match rest {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => self.refill_any(v, n, tail),
        }
    }
    /// As above, of a text whose length has more than one byte.
    #[inline(never)]
    fn refill_far(&mut self, v: &mut String) -> Result<(), Error> {
        match *self.rest {
            [low, high, ref tail @ ..] if low & 0x81 == 0x80 && high < 0x80 => {
                let n = usize::from(low & 0x7f) / 2 + usize::from(high) * 64;
                self.refill_long(v, n, tail)
            }
            _ => self.refill_farthest(v),
        }
    }
    #[inline(never)]
    fn refill_farthest(&mut self, v: &mut String) -> Result<(), Error> {
        let n = self.length()?;
        self.refill_long(v, n, self.rest)
    }
    /// As above, of a short text that is not plain, or near the end of the input, or into a string that has little
    /// room.
    #[inline(never)]
    fn refill_any(&mut self, v: &mut String, n: usize, tail: &'a [u8]) -> Result<(), Error> {
        self.rest = tail;
        let Some(text) = self.next_text(n) else {
            return Err(self.no_text(n));
        };
        if v.capacity() > 0 {
            v.clear();
            // The next one of this length takes the short way, which needs room.
            v.reserve(n.max(WIDE));
            v.push_str(text);
        } else if !text.is_empty() {
            // A string without room gets what it needs and no more.
            *v = text.to_owned();
        }
        Ok(())
    }
    /// As above, of a long text, which `tail` begins with.
    #[inline(never)]
    fn refill_long(&mut self, v: &mut String, n: usize, tail: &'a [u8]) -> Result<(), Error> {
        let next = tail.split_at_checked(n);
        let next = next.and_then(|(head, rest)| Some((long_text(head)?, rest)));
        let Some((text, rest)) = next else {
            self.rest = tail;
            return Err(self.no_text(n));
        };
        self.rest = rest;
        match v.capacity() {
            0 => *v = text.to_owned(),
            _ => {
                v.clear();
                v.push_str(text);
            }
        }
        Ok(())
    }
}
