//! JSON, compact, with keys as literals; reading expects the keys in the order in which they are written and
//! falls back to any order.

use std::collections::BTreeMap;

use crate::messages::knowledge::{
    ChunkEmbeddings, DocumentEmbeddings, Metadata, Triple, Triples, Value,
};
use crate::messages::services::{ConfigKey, ConfigRequest, ConfigValue, TextCompletionRequest};

/// A type with its JSON codec.
pub trait Json: Sized {
    fn write(&self, out: &mut Vec<u8>);
    fn read(input: &mut Input) -> Option<Self>;
    /// Whether its key is written.
    #[inline(always)]
    fn present(&self) -> bool {
        true
    }
    /// What a missing key means, where it may be missing.
    #[inline(always)]
    fn absent() -> Option<Self> {
        None
    }

    /// An array of them; `u8` is the exception, whose arrays are base64.
    #[inline(always)]
    fn write_array(items: &[Self], out: &mut Vec<u8>) {
        out.push(b'[');
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            item.write(out);
        }
        out.push(b']');
    }
    #[inline(always)]
    fn read_array(input: &mut Input) -> Option<Vec<Self>> {
        let mut items = Vec::new();
        input.token(b'[')?;
        if input.next_is(b']') {
            return Some(items);
        }
        loop {
            items.push(Self::read(input)?);
            if !input.next_is(b',') {
                input.token(b']')?;
                return Some(items);
            }
        }
    }
}

/// Reads a whole message.
pub fn decode<T: Json>(bytes: &[u8]) -> Option<T> {
    let text = simdutf8::basic::from_utf8(bytes).ok()?;
    let mut input = Input { text, at: 0 };
    let message = T::read(&mut input)?;
    input.blank();
    (input.at == text.len()).then_some(message)
}

/// One bit a byte: which of 16 bytes end the plain run of a string (a quote, a backslash, a control).
#[cfg(target_arch = "x86_64")]
#[allow(unsafe_code)]
#[inline(always)]
fn special(bytes: &[u8; 16]) -> u32 {
    use std::arch::x86_64::{
        _mm_cmpeq_epi8, _mm_min_epu8, _mm_movemask_epi8, _mm_or_si128, _mm_set_epi64x,
        _mm_set1_epi8,
    };
    let both = u128::from_le_bytes(*bytes);
    // SAFETY: SSE2 is part of every x86-64.
    unsafe {
        let v = _mm_set_epi64x((both >> 64) as i64, both as i64);
        let control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
        let quote = _mm_cmpeq_epi8(v, _mm_set1_epi8(b'"' as i8));
        let backslash = _mm_cmpeq_epi8(v, _mm_set1_epi8(b'\\' as i8));
        _mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, backslash))) as u32
    }
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn special(bytes: &[u8; 16]) -> u32 {
    let ends = |byte: u8| u32::from(byte < 0x20 || byte == b'"' || byte == b'\\');
    (0..16).fold(0, |mask, i| mask | ends(bytes[i]) << i)
}

/// Length of the plain run at the start.
#[inline(always)]
fn plain(bytes: &[u8]) -> usize {
    let (blocks, tail) = bytes.as_chunks::<16>();
    for (i, block) in blocks.iter().enumerate() {
        let mask = special(block);
        if mask != 0 {
            return i * 16 + mask.trailing_zeros() as usize;
        }
    }
    let ends = |byte: &u8| *byte < 0x20 || *byte == b'"' || *byte == b'\\';
    let rest = tail.iter().position(ends).unwrap_or(tail.len());
    bytes.len() - tail.len() + rest
}

#[inline(always)]
fn literal(text: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(text.as_bytes());
}

/// Sixteen bytes are copied before they are looked at, and taken back where one of them needs an escape.
#[inline(always)]
fn write_text(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    out.reserve(rest.len() + 2);
    out.push(b'"');
    while let Some((block, after)) = rest.split_first_chunk::<16>() {
        out.extend_from_slice(block);
        let mask = special(block);
        if mask == 0 {
            rest = after;
            continue;
        }
        let run = mask.trailing_zeros() as usize;
        out.truncate(out.len() - 16 + run);
        escape(rest[run], out);
        rest = &rest[run + 1..];
    }
    loop {
        let (run, after) = rest.split_at(plain(rest));
        out.extend_from_slice(run);
        let Some((&byte, after)) = after.split_first() else {
            break;
        };
        escape(byte, out);
        rest = after;
    }
    out.push(b'"');
}

#[inline(always)]
fn escape(byte: u8, out: &mut Vec<u8>) {
    let short = match byte {
        b'"' | b'\\' => byte,
        b'\n' => b'n',
        b'\r' => b'r',
        b'\t' => b't',
        8 => b'b',
        12 => b'f',
        _ => {
            let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
            out.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
            return;
        }
    };
    out.extend_from_slice(&[b'\\', short]);
}

/// Text, and how far it was read. It is known to be UTF-8, so that no string is checked again.
pub struct Input<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Input<'a> {
    #[inline(always)]
    fn rest(&self) -> &'a [u8] {
        &self.text.as_bytes()[self.at..]
    }
    #[inline(always)]
    fn peek(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }
    #[inline(always)]
    fn blank(&mut self) {
        while matches!(self.peek(), b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
    }
    #[inline(always)]
    fn next_is(&mut self, byte: u8) -> bool {
        self.blank();
        let found = self.peek() == byte;
        self.at += usize::from(found);
        found
    }
    #[inline(always)]
    fn token(&mut self, byte: u8) -> Option<()> {
        self.next_is(byte).then_some(())
    }
    #[inline(always)]
    fn literal(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected.as_bytes());
        self.at += usize::from(found) * expected.len();
        found
    }
    /// `,"key":`, as it is written compactly or with blanks around it.
    #[inline(always)]
    fn key(&mut self, expected: &str) -> bool {
        self.literal(expected) || self.spaced_key(expected)
    }
    #[inline(never)]
    fn spaced_key(&mut self, expected: &str) -> bool {
        let before = self.at;
        let (first, name) = (expected.as_bytes()[0], &expected[1..expected.len() - 1]);
        let found = self.next_is(first)
            && {
                self.blank();
                self.literal(name)
            }
            && self.next_is(b':');
        if !found {
            self.at = before;
        }
        found
    }
    #[inline(always)]
    fn string(&mut self) -> Option<String> {
        self.token(b'"')?;
        let start = self.at;
        self.at += plain(self.rest());
        if self.peek() == b'"' {
            let text = self.text.get(start..self.at)?;
            self.at += 1;
            return Some(text.to_owned());
        }
        self.escaped_string(start)
    }
    #[inline(never)]
    fn escaped_string(&mut self, start: usize) -> Option<String> {
        let mut text = String::with_capacity((self.at - start) * 2 + 64);
        text.push_str(self.text.get(start..self.at)?);
        loop {
            let byte = self.peek();
            self.at += 1;
            match byte {
                b'"' => return Some(text),
                b'\\' => text.push(self.escape()?),
                _ => return None,
            }
            let run = plain(self.rest());
            text.push_str(self.text.get(self.at..self.at + run)?);
            self.at += run;
        }
    }
    fn escape(&mut self) -> Option<char> {
        let byte = self.peek();
        self.at += 1;
        Some(match byte {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => char::from(byte),
            b'u' => {
                let unit = self.hex()?;
                if (0xd800..0xdc00).contains(&unit) {
                    self.literal("\\u").then_some(())?;
                    let low = self.hex()?.checked_sub(0xdc00).filter(|low| *low < 0x400)?;
                    char::from_u32(0x10000 + ((unit - 0xd800) << 10) + low)?
                } else {
                    char::from_u32(unit)?
                }
            }
            _ => return None,
        })
    }
    fn hex(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }
    /// An object with its keys in any order: `field` gets each key and reads its value.
    fn object(&mut self, mut field: impl FnMut(&mut Self, &str) -> Option<()>) -> Option<()> {
        self.token(b'{')?;
        if self.next_is(b'}') {
            return Some(());
        }
        loop {
            let key = self.string()?;
            self.token(b':')?;
            field(self, &key)?;
            if !self.next_is(b',') {
                return self.token(b'}');
            }
        }
    }
    fn skip(&mut self) -> Option<()> {
        self.blank();
        match self.peek() {
            b'"' => self.string().map(drop),
            b'{' => self.object(|input, _| input.skip()),
            b'[' => <Skipped as Json>::read_array(self).map(drop),
            b'n' => self.literal("null").then_some(()),
            b't' | b'f' => bool::read(self).map(drop),
            _ => f64::read(self).map(drop),
        }
    }
}

/// A value that nobody wants.
struct Skipped;

impl Json for Skipped {
    fn write(&self, _: &mut Vec<u8>) {}
    fn read(input: &mut Input) -> Option<Self> {
        input.skip().map(|()| Skipped)
    }
}

impl Json for String {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        write_text(self, out);
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        input.string()
    }
}

impl Json for bool {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        literal(if *self { "true" } else { "false" }, out);
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        input.blank();
        if input.literal("true") {
            Some(true)
        } else {
            input.literal("false").then_some(false)
        }
    }
}

impl Json for i64 {
    fn write(&self, out: &mut Vec<u8>) {
        literal(itoa::Buffer::new().format(*self), out);
    }
    fn read(input: &mut Input) -> Option<Self> {
        input.blank();
        let digit = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
        let length = input.rest().iter().take_while(|byte| digit(byte)).count();
        let digits = input.text.get(input.at..input.at + length)?;
        input.at += length;
        digits.parse().ok()
    }
}

impl Json for f64 {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        literal(zmij::Buffer::new().format_finite(*self), out);
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        input.blank();
        let (value, length) = fast_float2::parse_partial(input.rest()).ok()?;
        input.at += length;
        Some(value)
    }
    #[inline(always)]
    fn write_array(values: &[f64], out: &mut Vec<u8>) {
        out.reserve(values.len() * 20 + 2);
        out.push(b'[');
        for (i, value) in values.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            value.write(out);
        }
        out.push(b']');
    }
}

impl Json for u8 {
    fn write(&self, _: &mut Vec<u8>) {}
    fn read(_: &mut Input) -> Option<Self> {
        None
    }
    fn write_array(bytes: &[u8], out: &mut Vec<u8>) {
        out.push(b'"');
        base64_simd::STANDARD.encode_append(bytes, out);
        out.push(b'"');
    }
    fn read_array(input: &mut Input) -> Option<Vec<u8>> {
        input.token(b'"')?;
        let length = plain(input.rest());
        let bytes = base64_simd::STANDARD
            .decode_to_vec(&input.rest()[..length])
            .ok()?;
        input.at += length;
        input.token(b'"')?;
        Some(bytes)
    }
}

impl<T: Json> Json for Vec<T> {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        T::write_array(self, out);
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        T::read_array(input)
    }
}

impl<T: Json> Json for Option<T> {
    #[inline(always)]
    fn write(&self, out: &mut Vec<u8>) {
        if let Some(value) = self {
            value.write(out);
        }
    }
    #[inline(always)]
    fn read(input: &mut Input) -> Option<Self> {
        T::read(input).map(Some)
    }
    #[inline(always)]
    fn present(&self) -> bool {
        self.is_some()
    }
    #[inline(always)]
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl Json for BTreeMap<String, String> {
    fn write(&self, out: &mut Vec<u8>) {
        out.push(b'{');
        for (i, (key, value)) in self.iter().enumerate() {
            if i > 0 {
                out.push(b',');
            }
            key.write(out);
            out.push(b':');
            value.write(out);
        }
        out.push(b'}');
    }
    fn read(input: &mut Input) -> Option<Self> {
        let mut map = BTreeMap::new();
        input.object(|input, key| {
            map.insert(key.to_owned(), input.string()?);
            Some(())
        })?;
        Some(map)
    }
}

/// Fields in the order of the definition, of which the first is always there.
macro_rules! records {
    ($($record:ident { $first:literal $one:ident $(, $key:literal $field:ident)* })+) => {$(
        impl Json for $record {
            #[inline(always)]
            fn write(&self, out: &mut Vec<u8>) {
                literal(concat!("{\"", $first, "\":"), out);
                self.$one.write(out);
                $(if self.$field.present() {
                    literal(concat!(",\"", $key, "\":"), out);
                    self.$field.write(out);
                })*
                out.push(b'}');
            }
            #[inline]
            fn read(input: &mut Input) -> Option<Self> {
                #[inline(always)]
                fn in_order(input: &mut Input) -> Option<$record> {
                    input.key(concat!("{\"", $first, "\":")).then_some(())?;
                    let $one = Json::read(input)?;
                    $(let $field = match input.key(concat!(",\"", $key, "\":")) {
                        true => Json::read(input)?,
                        false => Json::absent()?,
                    };)*
                    input.token(b'}')?;
                    Some($record { $one $(, $field)* })
                }
                #[cold]
                #[inline(never)]
                fn in_any_order(input: &mut Input) -> Option<$record> {
                    let mut $one = None;
                    $(let mut $field = None;)*
                    input.object(|input, key| {
                        match key {
                            $first => $one = Some(Json::read(input)?),
                            $($key => $field = Some(Json::read(input)?),)*
                            _ => input.skip()?,
                        }
                        Some(())
                    })?;
                    Some($record { $one: $one? $(, $field: $field.or_else(Json::absent)?)* })
                }
                let start = input.at;
                in_order(input).or_else(|| {
                    input.at = start;
                    in_any_order(input)
                })
            }
        }
    )+};
}

records! {
    Value { "value" value, "is_uri" is_uri, "type" r#type }
    Triple { "s" s, "p" p, "o" o }
    Metadata { "id" id, "user" user, "collection" collection, "metadata" metadata }
    Triples { "metadata" metadata, "triples" triples }
    ChunkEmbeddings { "chunk" chunk, "vectors" vectors }
    DocumentEmbeddings { "metadata" metadata, "chunks" chunks }
    ConfigKey { "type" r#type, "key" key }
    ConfigValue { "type" r#type, "key" key, "value" value }
    ConfigRequest {
        "operation" operation, "type" r#type, "keys" keys, "values" values, "config" config,
        "key" key, "value" value, "version" version
    }
    TextCompletionRequest {
        "system" system, "prompt" prompt, "streaming" streaming, "metadata" metadata
    }
}
