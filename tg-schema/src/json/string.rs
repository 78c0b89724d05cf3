//! Strings of a message: text, escapes, base64.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind};
use crate::json::JsonReader;
use crate::json::text::plain_run;

impl<'a> JsonReader<'a> {
    /// A string; borrowed where it has no escapes.
    #[inline]
    pub fn string(&mut self) -> Result<Cow<'a, str>, Error> {
        if self.peek() != b'"' {
            return Err(self.expected("a string"));
        }
        self.at += 1;
        let start = self.at;
        self.at += plain_run(self.rest());
        if self.here() == b'"' {
            let text = &self.text[start..self.at];
            self.at += 1;
            return Ok(Cow::Borrowed(text));
        }
        self.escaped(start).map(Cow::Owned)
    }
    #[inline(never)]
    fn escaped(&mut self, start: usize) -> Result<String, Error> {
        let mut out = String::from(&self.text[start..self.at]);
        loop {
            match self.here() {
                b'"' => {
                    self.at += 1;
                    return Ok(out);
                }
                b'\\' => {
                    let c = self.escape()?;
                    out.push(c);
                }
                _ if self.at >= self.text.len() => {
                    return Err(self.error(ErrorKind::End, "the input ends inside a string"));
                }
                _ => {
                    return Err(self.error(
                        ErrorKind::Syntax,
                        "a control character in a string must be escaped",
                    ));
                }
            }
            let n = plain_run(self.rest());
            out.push_str(&self.text[self.at..self.at + n]);
            self.at += n;
        }
    }
    fn escape(&mut self) -> Result<char, Error> {
        let c = match self.rest().get(1) {
            Some(b'n') => '\n',
            Some(b't') => '\t',
            Some(b'r') => '\r',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'u') => return self.unicode(),
            _ => {
                return Err(self.error(
                    ErrorKind::Syntax,
                    "expected an escape: one of \" \\ / b f n r t u",
                ));
            }
        };
        self.at += 2;
        Ok(c)
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
