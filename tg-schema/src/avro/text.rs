//! Strings of a message.

use super::AvroReader;
use crate::error::{Error, ErrorKind};
use crate::raw::{WIDE, ascii_head, refill_ascii, text};

/// Bytes that are looked at together where there are fewer than [`WIDE`].
const NARROW: usize = 16;

impl<'a> AvroReader<'a> {
    /// `string`.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn string(&mut self) -> Result<&'a str, Error> {
        let n = self.length()?;
        match ascii_head(self.rest, n) {
            Some((text, rest)) => {
                self.rest = rest;
                Ok(text)
            }
            None => self.any_string(n),
        }
    }
    /// A text that is not short and plain, or near the end of the input.
    #[inline(never)]
    fn any_string(&mut self, n: usize) -> Result<&'a str, Error> {
        self.checked_string(n)
    }
    #[inline(always)]
    fn checked_string(&mut self, n: usize) -> Result<&'a str, Error> {
        let bytes = self.take(n)?;
        match text(bytes) {
            Some(s) => Ok(s),
            None => Err(self.error(ErrorKind::Syntax, "expected UTF-8 text")),
        }
    }
    /// `string`, into the room of one that is there.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub(crate) fn refill(&mut self, v: &mut String) -> Result<(), Error> {
        let n = self.length()?;
        match refill_ascii::<WIDE>(v, self.rest, n) {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None if n <= NARROW => self.refill_narrow(v, n),
            None => self.refill_any(v, n),
        }
    }
    /// As above, of a short text: mostly near the end of the input, or in a short message.
    #[inline(never)]
    fn refill_narrow(&mut self, v: &mut String, n: usize) -> Result<(), Error> {
        let put = match n {
            0..=8 => refill_ascii::<8>(v, self.rest, n),
            _ => refill_ascii::<NARROW>(v, self.rest, n),
        };
        match put {
            Some(rest) => {
                self.rest = rest;
                Ok(())
            }
            None => self.refill_any(v, n),
        }
    }
    /// As above, of a text that is not short and plain, or near the end of the input, or into a string that
    /// has little room.
    #[inline(never)]
    fn refill_any(&mut self, v: &mut String, n: usize) -> Result<(), Error> {
        if v.capacity() == 0 {
            // A string without room gets what it needs and no more.
            let text = match ascii_head(self.rest, n) {
                Some((text, rest)) => {
                    self.rest = rest;
                    text
                }
                None => self.checked_string(n)?,
            };
            if !text.is_empty() {
                *v = text.to_owned();
            }
            return Ok(());
        }
        let text = self.checked_string(n)?;
        v.clear();
        // The next one of this length takes the short way, which needs room.
        if n <= WIDE {
            v.reserve(WIDE);
        }
        v.push_str(text);
        Ok(())
    }
}
