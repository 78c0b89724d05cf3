//! Strings of a message: text, escapes, base64.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind};
use crate::json::JsonReader;
use crate::json::text::ESCAPED;
use crate::raw::{BLOCK, plain_run, specials, text};

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
            Some(text) => Ok(self.owned(text, start)),
            None => Ok(self.escaped(start)?.to_owned()),
        }
    }
    /// The bytes of a string whose quote is here, if it has no escapes; else nothing is taken.
    #[inline(always)]
    pub(super) fn plain_here(&mut self) -> Option<&'a [u8]> {
        let bytes = self.text.as_bytes().get(self.at + 1..)?;
        let length = plain_run(bytes);
        if bytes.get(length) != Some(&b'"') {
            return None;
        }
        self.at += length + 2;
        bytes.get(..length)
    }
    /// Passes over a string whose quote is here.
    #[inline]
    pub(super) fn skip_string(&mut self) -> Result<(), Error> {
        match self.plain_here() {
            Some(_) => Ok(()),
            None => self.skip_escapes(),
        }
    }
    #[inline(never)]
    fn skip_escapes(&mut self) -> Result<(), Error> {
        self.at += 1;
        loop {
            self.at += plain_run(self.rest());
            match *self.rest() {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(());
                }
                [b'\\', letter, ..] if ESCAPED[usize::from(letter)] != 0 => self.at += 2,
                [b'\\', b'u', ..] => self.unicode().map(drop)?,
                ref rest => return Err(self.no_text(rest)),
            }
        }
    }
    /// A text that begins at `start`. Short ones are copied in one piece of a fixed size, with what is behind them,
    /// which takes less than a call that asks for the size.
    #[inline(always)]
    fn owned(&self, text: &str, start: usize) -> String {
        /// As much as allocators give to shorter texts too.
        const PIECE: usize = 16;
        if text.is_empty() {
            return String::new();
        }
        if text.len() <= PIECE
            && let Some(piece) = self.text.get(start..start + PIECE)
        {
            let mut out = String::with_capacity(PIECE);
            out.push_str(piece);
            out.truncate(text.len());
            return out;
        }
        text.to_owned()
    }
    /// What stands here between a quote and another, `length` bytes behind it, if both do.
    #[inline(always)]
    pub(crate) fn between_quotes(&self, length: usize) -> Option<&'a str> {
        let bytes = self.text.as_bytes();
        match (bytes.get(self.at), bytes.get(self.at + length + 1)) {
            (Some(b'"'), Some(b'"')) => self.text.get(self.at + 1..self.at + 1 + length),
            _ => None,
        }
    }
    /// Goes behind both quotes.
    #[inline(always)]
    pub(crate) fn pass_quoted(&mut self, length: usize) {
        self.at += length + 2;
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
        let result = self.unescape(start, &mut out);
        if let Ok(length @ ..MANY) = result {
            make_room(&mut out, length + MANY);
            if let Some(behind) = out.get_mut(length..length + MANY) {
                behind.fill(b' ');
            }
        }
        self.scratch = out;
        let length = result?;
        let checked = self.scratch.get(..length.max(MANY)).and_then(text);
        match checked.and_then(|text| text.get(..length)) {
            Some(text) => Ok(text),
            None => Err(self.error(ErrorKind::Syntax, "expected UTF-8 text")),
        }
    }
    /// The text of a string into the head of `out`; how long it is.
    fn unescape(&mut self, start: usize, out: &mut Vec<u8>) -> Result<usize, Error> {
        let bytes = self.text.as_bytes();
        let expected = (bytes.len() - start).min(EXPECTED_TEXT);
        let head = bytes.get(start..self.at).unwrap_or_default();
        make_room(out, expected + WINDOW);
        let mut length = put(out, 0, head);
        loop {
            make_room(out, length + WINDOW);
            let (taken, put_on) = unescape_blocks(out, length, bytes, self.at);
            self.at = taken;
            length = put_on;
            match bytes.get(self.at..).unwrap_or_default() {
                [b'"', ..] => {
                    self.at += 1;
                    return Ok(length);
                }
                [b'\\', letter, ..] if ESCAPED[usize::from(*letter)] != 0 => {
                    length = put(out, length, &[ESCAPED[usize::from(*letter)]]);
                    self.at += 2;
                }
                [b'\\', b'u', ..] => {
                    let c = self.unicode()?;
                    length = put(out, length, c.encode_utf8(&mut [0; 4]).as_bytes());
                }
                rest => match rest.get(..plain_run(rest)).unwrap_or_default() {
                    [] => return Err(self.no_text(rest)),
                    plain => {
                        length = put(out, length, plain);
                        self.at += plain.len();
                    }
                },
            }
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

/// Bytes that are checked to be UTF-8 together, and no fewer as quickly: a shorter text has blanks behind it.
const MANY: usize = 64;

/// What is read to take one block: its last byte may begin an escape, and a block is copied from behind that.
const WINDOW: usize = BLOCK + 1 + BLOCK;

/// Makes room for so many bytes.
#[inline(always)]
fn make_room(out: &mut Vec<u8>, bytes: usize) {
    if out.len() < bytes {
        out.resize(bytes.max(2 * out.len()), 0);
    }
}

/// Puts bytes at `at`; where they end.
#[inline]
fn put(out: &mut Vec<u8>, at: usize, bytes: &[u8]) -> usize {
    let end = at + bytes.len();
    make_room(out, end);
    if let Some(place) = out.get_mut(at..end) {
        place.copy_from_slice(bytes);
    }
    end
}

/// Puts the text from `from` on at `at`, up to the first byte that is special and begins no simple escape, or that
/// stands near the end of the text or of the room; where that is, and where what was put ends.
///
/// A block is copied before it is looked at. Where an escape is found in it, what stands behind the escape is copied
/// once more, one byte further to the front. So each block is searched once, however many escapes it has.
#[inline]
fn unescape_blocks(out: &mut [u8], mut at: usize, text: &[u8], mut from: usize) -> (usize, usize) {
    while let Some(window) = text.get(from..).and_then(<[u8]>::first_chunk::<WINDOW>)
        && let Some(place) = out
            .get_mut(at..)
            .and_then(<[u8]>::first_chunk_mut::<WINDOW>)
        && let (Some(block), Some(copy)) = (window.first_chunk(), place.first_chunk_mut())
    {
        *copy = *block;
        let mut found = specials(block);
        if found == 0 {
            let plain = BLOCK + copy_plain(out, at + BLOCK, text, from + BLOCK);
            from += plain;
            at += plain;
            continue;
        }
        let (mut taken, mut shorter) = (BLOCK, 0);
        while found != 0 {
            // The masks, which change nothing, show that nothing is beyond the window.
            let i = found.trailing_zeros() as usize % BLOCK;
            let byte = match window[i] {
                b'\\' => ESCAPED[usize::from(window[i + 1])],
                _ => 0,
            };
            if byte == 0 {
                return (from + i, at + i - shorter);
            }
            let to = (i - shorter) % BLOCK;
            place[to] = byte;
            place[to + 1..][..BLOCK].copy_from_slice(&window[i + 2..][..BLOCK]);
            shorter += 1;
            taken = taken.max(i + 2);
            // Not the letter either.
            found &= !(3 << i);
        }
        from += taken;
        at += taken - shorter;
    }
    (from, at)
}

/// Copies blocks up to the first with a special byte; how many bytes those before it have.
#[inline(always)]
fn copy_plain(out: &mut [u8], at: usize, text: &[u8], from: usize) -> usize {
    let (blocks, _) = text.get(from..).unwrap_or_default().as_chunks::<BLOCK>();
    let (places, _) = out
        .get_mut(at..)
        .unwrap_or_default()
        .as_chunks_mut::<BLOCK>();
    let mut plain = 0;
    for (block, place) in blocks.iter().zip(places) {
        *place = *block;
        if specials(block) != 0 {
            break;
        }
        plain += BLOCK;
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn check(json: &str) {
        let expected: Option<String> = serde_json::from_str(json).ok();
        let mut reader = JsonReader::new(json.as_bytes(), Limits::DEFAULT).unwrap();
        let found = reader.owned_string().and_then(|text| {
            reader.finish()?;
            Ok(text)
        });
        assert_eq!(found.ok(), expected, "{json}");
    }

    #[test]
    fn escapes_stand_anywhere() {
        const PARTS: [&str; 14] = [
            "\\n",
            "\\\"",
            "\\\\",
            "\\/",
            "\\u00e9",
            "\\ud83d\\ude00",
            "é",
            "😀",
            "a",
            "plain text",
            "seventeen letters",
            "\\t\\t",
            "\u{7f}",
            "\\b\\f\\r",
        ];
        // Miri is slow.
        let texts = if cfg!(miri) { 4 } else { 4_000 };
        let mut state = 7u32;
        for _ in 0..texts {
            let mut next = |below: u32| {
                state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (state >> 8) % below
            };
            let plain = next(40) as usize;
            let parts = (0..next(30))
                .map(|_| PARTS[next(14) as usize])
                .collect::<String>();
            let text = ["x".repeat(plain), parts].concat();
            // What follows the string makes that its end is not near the end of the input.
            for end in ["", "                                                  "] {
                check(&format!("\"{text}\"{end}"));
                for bad in ["\\x", "\n", "\\ud83d", "\\u00g0", "\\"] {
                    check(&format!("\"{text}{bad}{text}\"{end}"));
                }
                check(&format!("\"{text}{end}"));
            }
        }
    }

    #[test]
    fn short_texts_are_read_whatever_stands_behind_them() {
        // Miri is slow.
        let step = if cfg!(miri) { 13 } else { 1 };
        for length in (0..40).step_by(step) {
            for end in ["", " ", "                 ", "\t\n\r              "] {
                check(&format!("\"{}\"{end}", "x".repeat(length)));
                check(&format!("\"{}é\"{end}", "x".repeat(length)));
            }
            // A character that a piece of fixed size would cut.
            let list = format!("[\"{}\",\"é😀é😀é😀\"]", "x".repeat(length));
            let mut reader = JsonReader::new(list.as_bytes(), Limits::DEFAULT).unwrap();
            reader.token(b'[', "an array").unwrap();
            assert_eq!(reader.owned_string().unwrap(), "x".repeat(length));
        }
    }

    #[test]
    fn a_text_longer_than_was_expected_is_read() {
        // Miri is slow.
        let more = if cfg!(miri) { 1 } else { 10 };
        let text = "\\n0123456789é".repeat(more * EXPECTED_TEXT / 10);
        check(&format!("\"{text}\""));
        check(&format!("\"\\n{}\"", "x".repeat(more * EXPECTED_TEXT + 99)));
    }
}
