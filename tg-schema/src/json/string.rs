//! Strings of a message: text, escapes, base64.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind};
use crate::json::JsonReader;
use crate::json::text::ESCAPED;
use crate::raw::{plain_run, push_ascii, push_unescaped};

/// So much room at most is made for a text before it is seen.
const EXPECTED_TEXT: usize = 4096;

impl<'a> JsonReader<'a> {
    /// A string; borrowed where it has no escapes.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        let start = self.opened_string()?;
        match self.plain_string(start) {
            Some(text) => Ok(Cow::Borrowed(text)),
            None => Ok(Cow::Owned(self.escaped(start)?.to_owned())),
        }
    }
    /// A string of its own.
    #[inline(never)]
    pub fn owned_string(&mut self) -> Result<String, Error> {
        let start = self.opened_string()?;
        match self.plain_string(start) {
            Some(text) => Ok(text.to_owned()),
            None => Ok(self.escaped(start)?.to_owned()),
        }
    }
    /// Takes a quote; where the text behind it starts.
    #[inline(always)]
    fn opened_string(&mut self) -> Result<usize, Error> {
        if self.peek() != b'"' {
            return Err(self.expected("a string"));
        }
        self.at += 1;
        Ok(self.at)
    }
    /// Takes the rest of a string if it has no escapes; else stops at the first.
    #[inline(always)]
    fn plain_string(&mut self, start: usize) -> Option<&'a str> {
        let end = start + plain_run(self.rest());
        self.at = end;
        if self.here() != b'"' {
            return None;
        }
        self.at += 1;
        self.text.get(start..end)
    }
    /// The rest of a string that began at `start` and has an escape here.
    #[inline(never)]
    fn escaped(&mut self, start: usize) -> Result<&str, Error> {
        let mut out = std::mem::take(&mut self.scratch);
        out.clear();
        out.reserve((self.text.len() - start).min(EXPECTED_TEXT));
        let result = self.unescape(start, &mut out);
        self.scratch = out;
        result.map(|()| self.scratch.as_str())
    }
    fn unescape(&mut self, start: usize, out: &mut String) -> Result<(), Error> {
        let (text, bytes) = (self.text, self.text.as_bytes());
        out.push_str(text.get(start..self.at).unwrap_or_default());
        let mut at = self.at;
        loop {
            match bytes.get(at..).unwrap_or_default() {
                [b'"', ..] => {
                    self.at = at + 1;
                    return Ok(());
                }
                [b'\\', letter, ..] if ESCAPED[usize::from(*letter)] != 0 => {
                    push_ascii(out, ESCAPED[usize::from(*letter)]);
                    at += 2;
                }
                [b'\\', b'u', ..] => {
                    self.at = at;
                    let c = self.unicode()?;
                    out.push(c);
                    at = self.at;
                }
                rest => {
                    self.at = at;
                    return Err(self.no_text(rest));
                }
            }
            at = push_unescaped(out, text, at, &ESCAPED);
        }
    }
    #[cold]
    #[inline(never)]
    fn no_text(&self, rest: &[u8]) -> Error {
        match rest {
            [b'\\', ..] => self.error(
                ErrorKind::Syntax,
                "expected an escape: one of \" \\ / b f n r t u",
            ),
            [] => self.error(ErrorKind::End, "the input ends inside a string"),
            _ => self.error(
                ErrorKind::Syntax,
                "a control character in a string must be escaped",
            ),
        }
    }
    fn unicode(&mut self) -> Result<char, Error> {
        let bad = |r: &Self| {
            r.error(
                ErrorKind::Syntax,
                "expected \\u and the 4 hexadecimal digits of a character, or of both halves of a surrogate pair",
            )
        };
        let Some(high) = self.hex(0) else {
            return Err(bad(self));
        };
        let (code, length) = match high {
            0xD800..0xDC00 => match self.hex(6) {
                Some(low @ 0xDC00..0xE000) => {
                    (0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00), 12)
                }
                _ => return Err(bad(self)),
            },
            _ => (high, 6),
        };
        let Some(c) = char::from_u32(code) else {
            return Err(bad(self));
        };
        self.at += length;
        Ok(c)
    }
    /// The four digits of `\uXXXX` that starts `skip` bytes further on.
    fn hex(&self, skip: usize) -> Option<u32> {
        let [b'\\', b'u', digits @ ..] = self.rest().get(skip..skip + 6)? else {
            return None;
        };
        digits
            .iter()
            .try_fold(0, |n, &b| Some(n * 16 + char::from(b).to_digit(16)?))
    }
    /// Bytes as base64 with padding.
    pub fn base64(&mut self) -> Result<Vec<u8>, Error> {
        self.space();
        let start = self.at;
        let text = self.string()?;
        base64_simd::STANDARD
            .decode_to_vec(text.as_bytes())
            .map_err(|_| {
                self.at = start;
                self.error(ErrorKind::Type, "expected bytes as base64 with padding")
            })
    }
}
