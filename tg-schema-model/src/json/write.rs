//! The three layouts in which a tree, or what would be one, is written.

use super::Json;

impl Json {
    /// One line, no white space, UTF-8 with only the escapes that JSON demands.
    pub fn compact(&self) -> String {
        self.laid_out(Layout::COMPACT)
    }
    /// `indent` spaces a level, each item on a line of its own, UTF-8. No line end after the last.
    pub fn pretty(&self, indent: usize) -> String {
        self.laid_out(Layout::pretty(indent))
    }
    /// What [`Json::pretty`] gives, in pieces of a limited length but for long texts: a document may be large.
    ///
    /// ```
    /// let json = tg_schema_model::Json::Array(vec![]);
    /// let mut text = String::new();
    /// json.pretty_into(2, |piece| text.push_str(piece));
    /// assert_eq!(text, json.pretty(2));
    /// ```
    pub fn pretty_into(&self, indent: usize, mut write: impl FnMut(&str)) {
        /// Bytes of a piece.
        const PIECE: usize = 1 << 16;
        let mut writer = Writer::new(Layout::pretty(indent));
        writer.tell(self, &mut |out: &mut String| {
            if out.len() >= PIECE {
                write(out);
                out.clear();
            }
        });
        write(&writer.out);
    }
    /// Byte for byte what Python's `json.dumps(value, indent=True)` writes: one space a level,
    /// everything outside printable ASCII as `\uXXXX`.
    pub fn python(&self) -> String {
        self.laid_out(Layout::PYTHON)
    }
    fn laid_out(&self, layout: Layout) -> String {
        let mut writer = Writer::new(layout);
        writer.value(self);
        writer.out
    }
}

/// How a text is laid out.
#[derive(Clone, Copy)]
pub(crate) struct Layout {
    /// Spaces a level; `None`: everything on one line.
    step: Option<usize>,
    ascii: bool,
}

impl Layout {
    const COMPACT: Layout = Layout {
        step: None,
        ascii: false,
    };
    pub(crate) const PYTHON: Layout = Layout {
        step: Some(1),
        ascii: true,
    };
    pub(crate) const fn pretty(indent: usize) -> Layout {
        Layout {
            step: Some(indent),
            ascii: false,
        }
    }
}

/// What a value is told to from its beginning to its end: a text ([`Writer`]) or a tree ([`Tree`]).
///
/// In an object each value follows its [`Sink::key`].
pub(crate) trait Sink {
    fn value(&mut self, json: &Json);
    fn string(&mut self, text: &str);
    fn number(&mut self, text: &str);
    fn key(&mut self, key: &str);
    fn open_object(&mut self);
    fn close_object(&mut self);
    fn open_array(&mut self);
    fn close_array(&mut self);
}

/// A text under construction.
pub(crate) struct Writer {
    out: String,
    layout: Layout,
    level: usize,
    /// Nothing stands yet in the innermost array or object.
    empty: bool,
    /// A value follows its key.
    keyed: bool,
}

impl Writer {
    pub(crate) fn new(layout: Layout) -> Self {
        Writer {
            out: String::new(),
            layout,
            level: 0,
            empty: true,
            keyed: true,
        }
    }
    /// Makes room for a text of about this length.
    pub(crate) fn with_room(mut self, bytes: usize) -> Self {
        self.out.reserve(bytes);
        self
    }
    /// Writes behind what stands in a text already.
    pub(crate) fn behind(mut self, text: String) -> Self {
        self.out = text;
        self
    }
    /// A key and its value, both of which are words of ours: they need no escape.
    pub(crate) fn words(&mut self, key: &str, value: &str) {
        self.known_key(key);
        self.word(value);
    }
    /// A value that is a word of ours.
    pub(crate) fn word(&mut self, word: &str) {
        self.item();
        for piece in ["\"", word, "\""] {
            self.out.push_str(piece);
        }
    }
    /// A key that is a word of ours.
    pub(crate) fn known_key(&mut self, key: &str) {
        self.next();
        let behind = match self.layout.step {
            Some(_) => "\": ",
            None => "\":",
        };
        for piece in ["\"", key, behind] {
            self.out.push_str(piece);
        }
        self.keyed = true;
    }
    pub(crate) fn finish(self) -> String {
        self.out
    }
    /// What comes before a key or an item.
    fn next(&mut self) {
        let comma = !std::mem::take(&mut self.empty);
        self.line(comma);
    }
    /// A new line, where the layout has lines, behind a comma or not.
    fn line(&mut self, comma: bool) {
        const LINE: &str = ",\n                                                                ";
        let Some(step) = self.layout.step else {
            self.out.push_str(if comma { "," } else { "" });
            return;
        };
        let mut left = 2 + step * self.level;
        let now = left.min(LINE.len());
        self.out.push_str(&LINE[usize::from(!comma)..now]);
        left -= now;
        while left > 0 {
            let now = left.min(LINE.len() - 2);
            self.out.push_str(&LINE[2..2 + now]);
            left -= now;
        }
    }
    /// What comes before a value.
    fn item(&mut self) {
        if !std::mem::take(&mut self.keyed) {
            self.next();
        }
    }
    /// Writes a value. `then` looks at the text after each item.
    fn tell(&mut self, json: &Json, then: &mut impl FnMut(&mut String)) {
        match json {
            Json::Null => self.plain("null"),
            Json::Bool(true) => self.plain("true"),
            Json::Bool(false) => self.plain("false"),
            Json::Number(text) => self.plain(text),
            Json::String(text) => Sink::string(self, text),
            Json::Array(items) => {
                self.open('[');
                for item in items {
                    self.tell(item, then);
                    then(&mut self.out);
                }
                self.close(']');
            }
            Json::Object(entries) => {
                self.open('{');
                for (key, item) in entries {
                    Sink::key(self, key);
                    self.tell(item, then);
                    then(&mut self.out);
                }
                self.close('}');
            }
        }
    }
    fn plain(&mut self, text: &str) {
        self.item();
        self.out.push_str(text);
    }
    fn open(&mut self, bracket: char) {
        self.item();
        self.out.push(bracket);
        self.level += 1;
        self.empty = true;
    }
    fn close(&mut self, bracket: char) {
        self.level -= 1;
        if !self.empty {
            self.line(false);
        }
        self.out.push(bracket);
        self.empty = false;
    }
}

impl Sink for Writer {
    fn value(&mut self, json: &Json) {
        self.tell(json, &mut |_| {});
    }
    fn string(&mut self, text: &str) {
        self.item();
        string(text, self.layout.ascii, &mut self.out);
    }
    fn number(&mut self, text: &str) {
        self.plain(text);
    }
    fn key(&mut self, key: &str) {
        self.next();
        string(key, self.layout.ascii, &mut self.out);
        self.out.push_str(match self.layout.step {
            Some(_) => ": ",
            None => ":",
        });
        self.keyed = true;
    }
    fn open_object(&mut self) {
        self.open('{');
    }
    fn close_object(&mut self) {
        self.close('}');
    }
    fn open_array(&mut self) {
        self.open('[');
    }
    fn close_array(&mut self) {
        self.close(']');
    }
}

/// A tree under construction.
#[derive(Default)]
pub(crate) struct Tree {
    /// The arrays and objects around the next value, each with the key that it stands under.
    open: Vec<(Option<String>, Json)>,
    key: Option<String>,
    whole: Option<Json>,
}

impl Tree {
    pub(crate) fn finish(self) -> Json {
        self.whole.unwrap_or(Json::Null)
    }
    fn add(&mut self, json: Json) {
        match self.open.last_mut() {
            Some((_, Json::Array(items))) => items.push(json),
            Some((_, Json::Object(entries))) => {
                entries.push((self.key.take().unwrap_or_default(), json));
            }
            _ => self.whole = Some(json),
        }
    }
    fn close(&mut self) {
        if let Some((key, json)) = self.open.pop() {
            self.key = key;
            self.add(json);
        }
    }
}

impl Sink for Tree {
    fn value(&mut self, json: &Json) {
        self.add(json.clone());
    }
    fn string(&mut self, text: &str) {
        self.add(Json::str(text));
    }
    fn number(&mut self, text: &str) {
        self.add(Json::Number(text.to_owned()));
    }
    fn key(&mut self, key: &str) {
        self.key = Some(key.to_owned());
    }
    fn open_object(&mut self) {
        self.open.push((self.key.take(), Json::Object(Vec::new())));
    }
    fn close_object(&mut self) {
        self.close();
    }
    fn open_array(&mut self) {
        self.open.push((self.key.take(), Json::Array(Vec::new())));
    }
    fn close_array(&mut self) {
        self.close();
    }
}

/// A string as a JSON literal with the escapes of [`Json::compact`].
pub(super) fn string(text: &str, ascii: bool, out: &mut String) {
    out.reserve(text.len() + 2);
    out.push('"');
    if is_plain(text.as_bytes(), ascii) {
        out.push_str(text);
    } else {
        escaped(text, ascii, out);
    }
    out.push('"');
}

/// Whether a text needs no escape. Looks at eight bytes at once.
fn is_plain(text: &[u8], ascii: bool) -> bool {
    let word = |eight: &[u8; 8]| is_plain_word(u64::from_le_bytes(*eight), ascii);
    let Some(last) = text.last_chunk() else {
        let special = |b: &u8| matches!(b, b'"' | b'\\' | 0..=0x1f) || (ascii && *b >= 0x7f);
        return !text.iter().any(special);
    };
    // Some are looked at twice.
    text.as_chunks().0.iter().all(word) && word(last)
}

fn is_plain_word(word: u64, ascii: bool) -> bool {
    const ONES: u64 = u64::MAX / 255;
    const HIGH: u64 = ONES << 7;
    // The high bit of a byte of `x - ONES * n` is set where the byte of `x` is below `n`, or is high itself.
    let below = |x: u64, n: u64| x.wrapping_sub(ONES * n);
    let quote = below(word ^ (ONES * u64::from(b'"')), 1);
    let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
    let special = (below(word, 0x20) | quote | backslash) & !word & HIGH;
    let foreign = (word | word.wrapping_add(ONES)) & HIGH;
    special == 0 && !(ascii && foreign != 0)
}

fn escaped(text: &str, ascii: bool, out: &mut String) {
    let mut rest = 0;
    for (at, c) in text.char_indices() {
        let plain = match c {
            '"' | '\\' => false,
            ' '..='~' => true,
            '\0'..='\x1f' => false,
            _ => !ascii,
        };
        if plain {
            continue;
        }
        out.push_str(text.get(rest..at).unwrap_or_default());
        rest = at + c.len_utf8();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            _ => {
                let mut units = [0u16; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push_str(text.get(rest..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Json {
        Json::object([
            (
                "a",
                Json::Array(vec![
                    Json::int(1),
                    Json::Array(vec![]),
                    Json::Object(vec![]),
                ]),
            ),
            ("ñ", Json::str("\"\\\n\u{1}\u{7f}é😀")),
        ])
    }

    #[test]
    fn compact() {
        assert_eq!(
            sample().compact(),
            "{\"a\":[1,[],{}],\"ñ\":\"\\\"\\\\\\n\\u0001\u{7f}é😀\"}"
        );
    }

    #[test]
    fn pretty() {
        assert_eq!(
            sample().pretty(2),
            "{\n  \"a\": [\n    1,\n    [],\n    {}\n  ],\n  \"ñ\": \"\\\"\\\\\\n\\u0001\u{7f}é😀\"\n}"
        );
    }

    #[test]
    fn pieces_are_the_whole() {
        let many = Json::Array(vec![sample(); 2_000]);
        let nested = r#"{"a":[],"b":{},"c\"\n":[{"d":[[{"e":[1,{"f":"x\ny"}],"g":{}}],[]]},null],"h":"\n","i":[[]]}"#;
        let texts = [nested, "[]", "{}", "1", "\"\\n\"", "[[[[[[1,2]]]]]]"];
        let documents = texts.map(|text| super::super::parse(text).expect("JSON"));
        let large = Json::object([("a", many.clone()), ("b", many)]);
        for document in documents.into_iter().chain([sample(), large]) {
            let (mut whole, mut longest, mut count) = (String::new(), 0, 0);
            document.pretty_into(2, |piece| {
                whole.push_str(piece);
                longest = longest.max(piece.len());
                count += 1;
            });
            assert_eq!(whole, document.pretty(2));
            assert!(longest < 1 << 17 && (count > 1 || whole.len() < 1 << 17));
        }
    }

    #[test]
    fn an_escape_is_seen_wherever_it_is_needed() {
        for length in 0..20 {
            let plain = "x".repeat(length);
            assert_eq!(Json::str(&plain).python(), format!("\"{plain}\""));
            for at in 0..length {
                for c in ["\"", "\\", "\u{0}", "\u{1f}", "\u{7f}", "é"] {
                    let text = format!("{}{c}{}", &plain[..at], &plain[at + 1..]);
                    let escaped = [Json::str(&text).compact(), Json::str(&text).python()];
                    let back = escaped.clone().map(|text| super::super::parse(&text));
                    assert_eq!(back, [Ok(Json::str(&text)), Ok(Json::str(&text))]);
                    assert!(
                        escaped[1].bytes().all(|b| (0x20..0x7f).contains(&b)),
                        "{text:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn python() {
        assert_eq!(
            sample().python(),
            "{\n \"a\": [\n  1,\n  [],\n  {}\n ],\n \"\\u00f1\": \"\\\"\\\\\\n\\u0001\\u007f\\u00e9\\ud83d\\ude00\"\n}"
        );
        assert_eq!(Json::Array(vec![]).python(), "[]");
        assert_eq!(Json::str("\u{8}\u{c}\r\t").python(), "\"\\b\\f\\r\\t\"");
    }
}
