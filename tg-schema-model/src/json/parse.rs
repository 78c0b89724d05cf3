//! JSON text into a tree: RFC 8259, nothing more and nothing less.

use std::fmt;

use super::Json;
use super::spanned::{Key, Node, NodeKind};

/// Arrays and objects inside each other that [`parse`] accepts.
pub const MAX_DEPTH: usize = 128;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Byte of the text at which it went wrong.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at byte {}", self.message, self.offset)
    }
}

impl std::error::Error for JsonError {}

/// Reads a JSON text of at most [`MAX_DEPTH`] nested arrays and objects. A key that occurs twice in
/// one object is an error.
pub fn parse(text: &str) -> Result<Json, JsonError> {
    parse_deep(text, MAX_DEPTH)
}

/// [`parse`] with a depth limit of the caller's choice. Reading needs stack for each level.
pub fn parse_deep(text: &str, max_depth: usize) -> Result<Json, JsonError> {
    unspan(Parser::new(text, max_depth).document()?)
}

/// Drops the places and refuses repeated keys.
fn unspan(node: Node) -> Result<Json, JsonError> {
    Ok(match node.kind {
        NodeKind::Null => Json::Null,
        NodeKind::Bool(b) => Json::Bool(b),
        NodeKind::Number(text) => Json::Number(text),
        NodeKind::String(text) => Json::String(text),
        NodeKind::Array(items) => {
            Json::Array(items.into_iter().map(unspan).collect::<Result<_, _>>()?)
        }
        NodeKind::Object(entries) => {
            refuse_repeated(&entries)?;
            Json::Object(
                entries
                    .into_iter()
                    .map(|(key, value)| Ok((key.name, unspan(value)?)))
                    .collect::<Result<_, _>>()?,
            )
        }
    })
}

fn refuse_repeated(entries: &[(Key, Node)]) -> Result<(), JsonError> {
    let mut keys: Vec<&Key> = entries.iter().map(|(key, _)| key).collect();
    keys.sort_by(|a, b| (&a.name, a.span.start).cmp(&(&b.name, b.span.start)));
    let second = keys
        .iter()
        .zip(keys.iter().skip(1))
        .filter(|(a, b)| a.name == b.name)
        .map(|(_, b)| *b)
        .min_by_key(|key| key.span.start);
    match second {
        Some(key) => Err(JsonError {
            offset: key.span.start,
            message: format!("key {:?} occurs twice", key.name),
        }),
        None => Ok(()),
    }
}

pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    max_depth: usize,
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, max_depth: usize) -> Self {
        Parser { text, at: 0, depth: 0, max_depth }
    }

    /// One value with nothing after it.
    pub(super) fn document(mut self) -> Result<Node, JsonError> {
        let node = self.value()?;
        self.space();
        match self.peek() {
            None => Ok(node),
            Some(_) => Err(self.unexpected("the end of the text")),
        }
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }
    fn space(&mut self) {
        while let Some(b' ' | b'\t' | b'\n' | b'\r') = self.peek() {
            self.at += 1;
        }
    }
    fn error<T>(&self, offset: usize, message: impl Into<String>) -> Result<T, JsonError> {
        Err(JsonError { offset, message: message.into() })
    }
    fn unexpected(&self, expected: &str) -> JsonError {
        let found = match self.text.get(self.at..).and_then(|rest| rest.chars().next()) {
            Some(c) => format!("{c:?}"),
            None => "the end of the text".to_owned(),
        };
        JsonError { offset: self.at, message: format!("expected {expected}, found {found}") }
    }

    fn value(&mut self) -> Result<Node, JsonError> {
        self.space();
        let start = self.at;
        let kind = match self.peek() {
            Some(b'{') => self.nested(Self::object)?,
            Some(b'[') => self.nested(Self::array)?,
            Some(b'"') => NodeKind::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => NodeKind::Number(self.number()?),
            Some(b't') => self.word("true", NodeKind::Bool(true))?,
            Some(b'f') => self.word("false", NodeKind::Bool(false))?,
            Some(b'n') => self.word("null", NodeKind::Null)?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { span: start..self.at, kind })
    }

    fn nested(
        &mut self,
        read: fn(&mut Self) -> Result<NodeKind, JsonError>,
    ) -> Result<NodeKind, JsonError> {
        if self.depth >= self.max_depth {
            let message = format!("more than {} arrays and objects inside each other", self.max_depth);
            return self.error(self.at, message);
        }
        self.depth += 1;
        self.at += 1;
        let kind = read(self)?;
        self.depth -= 1;
        Ok(kind)
    }

    fn object(&mut self) -> Result<NodeKind, JsonError> {
        let mut entries = Vec::new();
        self.space();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(NodeKind::Object(entries));
        }
        loop {
            self.space();
            let start = self.at;
            if self.peek() != Some(b'"') {
                return Err(self.unexpected("a key in quotes"));
            }
            let name = self.string()?;
            let key = Key { name, span: start..self.at };
            self.space();
            if self.peek() != Some(b':') {
                return Err(self.unexpected("':'"));
            }
            self.at += 1;
            let value = self.value()?;
            entries.push((key, value));
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'}') => {
                    self.at += 1;
                    return Ok(NodeKind::Object(entries));
                }
                _ => return Err(self.unexpected("',' or '}'")),
            }
        }
    }

    fn array(&mut self) -> Result<NodeKind, JsonError> {
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(NodeKind::Array(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return Ok(NodeKind::Array(items));
                }
                _ => return Err(self.unexpected("',' or ']'")),
            }
        }
    }

    fn word(&mut self, word: &str, kind: NodeKind) -> Result<NodeKind, JsonError> {
        match self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word)) {
            true => {
                self.at += word.len();
                Ok(kind)
            }
            false => Err(self.unexpected("a value")),
        }
    }

    fn digits(&mut self) -> Result<(), JsonError> {
        if !matches!(self.peek(), Some(b'0'..=b'9')) {
            return Err(self.unexpected("a digit"));
        }
        while let Some(b'0'..=b'9') = self.peek() {
            self.at += 1;
        }
        Ok(())
    }

    fn number(&mut self) -> Result<String, JsonError> {
        let start = self.at;
        if self.peek() == Some(b'-') {
            self.at += 1;
        }
        let zero = self.peek() == Some(b'0');
        let first = self.at;
        self.digits()?;
        if zero && self.at > first + 1 {
            return self.error(first, "a number starts with a zero that it does not need");
        }
        if self.peek() == Some(b'.') {
            self.at += 1;
            self.digits()?;
        }
        if let Some(b'e' | b'E') = self.peek() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.peek() {
                self.at += 1;
            }
            self.digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default().to_owned())
    }

    fn string(&mut self) -> Result<String, JsonError> {
        let open = self.at;
        self.at += 1;
        let mut out = String::new();
        let mut rest = self.at;
        loop {
            match self.peek() {
                None => return self.error(open, "the string that starts here has no end"),
                Some(b'"') => {
                    out.push_str(self.text.get(rest..self.at).unwrap_or_default());
                    self.at += 1;
                    return Ok(out);
                }
                Some(b'\\') => {
                    out.push_str(self.text.get(rest..self.at).unwrap_or_default());
                    out.push(self.escape()?);
                    rest = self.at;
                }
                Some(0..=0x1f) => {
                    return self.error(self.at, "a control character in a string needs an escape");
                }
                Some(_) => self.at += 1,
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        let start = self.at;
        self.at += 1;
        let c = match self.peek() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\x08',
            Some(b'f') => '\x0c',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode(start);
            }
            _ => return self.error(start, "no such escape in JSON"),
        };
        self.at += 1;
        Ok(c)
    }

    /// After `\u`: one or two groups of four digits.
    fn unicode(&mut self, start: usize) -> Result<char, JsonError> {
        let high = self.hex4(start)?;
        let code = match high {
            0xD800..=0xDBFF => {
                if !self.text.get(self.at..).is_some_and(|rest| rest.starts_with("\\u")) {
                    return self.error(start, "half of a surrogate pair");
                }
                self.at += 2;
                match self.hex4(start)? {
                    low @ 0xDC00..=0xDFFF => 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00),
                    _ => return self.error(start, "half of a surrogate pair"),
                }
            }
            code => code,
        };
        match char::from_u32(code) {
            Some(c) => Ok(c),
            None => self.error(start, "half of a surrogate pair"),
        }
    }

    fn hex4(&mut self, start: usize) -> Result<u32, JsonError> {
        let mut code = 0;
        for _ in 0..4 {
            match self.peek().and_then(|b| char::from(b).to_digit(16)) {
                Some(digit) => code = code * 16 + digit,
                None => return self.error(start, "\\u needs four hexadecimal digits"),
            }
            self.at += 1;
        }
        Ok(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> (usize, String) {
        let e = parse(text).unwrap_err();
        (e.offset, e.message)
    }

    #[test]
    fn values() {
        assert_eq!(parse(" null "), Ok(Json::Null));
        assert_eq!(parse("[true,false]"), Ok(Json::Array(vec![Json::Bool(true), Json::Bool(false)])));
        for number in ["0", "-0", "10", "1.50", "1e5", "-1.0E+10", "123456789012345678901234567890"] {
            assert_eq!(parse(number), Ok(Json::Number(number.into())));
        }
        assert_eq!(
            parse(r#"{"b":1,"a":{},"\u00e9":[]}"#),
            Ok(Json::object([
                ("b", Json::int(1)),
                ("a", Json::Object(vec![])),
                ("é", Json::Array(vec![]))
            ]))
        );
        assert_eq!(
            parse(r#""\"\\\/\b\f\n\r\t\u0041\ud83d\ude00ü""#),
            Ok(Json::str("\"\\/\u{8}\u{c}\n\r\tA😀ü"))
        );
    }

    #[test]
    fn refusals_and_places() {
        for (text, offset, part) in [
            ("", 0, "expected a value, found the end"),
            ("nul", 0, "expected a value"),
            ("[1,]", 3, "expected a value, found ']'"),
            ("[1 2]", 3, "',' or ']'"),
            ("{\"a\" 1}", 5, "':'"),
            ("{a:1}", 1, "a key in quotes"),
            ("{\"a\":1,}", 7, "a key in quotes"),
            ("1 2", 2, "the end of the text"),
            ("01", 0, "zero"),
            ("-", 1, "a digit"),
            ("1.", 2, "a digit"),
            ("1e", 2, "a digit"),
            (".5", 0, "a value"),
            ("+1", 0, "a value"),
            ("NaN", 0, "a value"),
            ("\"a", 0, "no end"),
            ("\"a\nb\"", 2, "control character"),
            ("\"\\x\"", 1, "no such escape"),
            ("\"\\u12\"", 1, "four hexadecimal"),
            ("\"\\ud800\"", 1, "surrogate"),
            ("\"\\ud800\\u0041\"", 1, "surrogate"),
            ("\"\\udc00\"", 1, "surrogate"),
            ("{\"a\":1,\"b\":2,\"b\":3,\"a\":4}", 13, "\"b\" occurs twice"),
            ("[{\"a\":1,\"\\u0061\":2}]", 8, "\"a\" occurs twice"),
            ("[é]", 1, "found 'é'"),
        ] {
            let (at, message) = error(text);
            assert_eq!(at, offset, "{text}: {message}");
            assert!(message.contains(part), "{text}: {message}");
        }
    }

    #[test]
    fn depth() {
        let nested = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse(&nested(MAX_DEPTH)).is_ok());
        assert_eq!(error(&nested(MAX_DEPTH + 1)).0, MAX_DEPTH);
        assert_eq!(error(&"[".repeat(1_000_000)).0, MAX_DEPTH);
        assert!(parse_deep(&nested(300), 300).is_ok());
    }

    #[test]
    fn written_text_reads_back() {
        let mut seed = 7u64;
        for _ in 0..300 {
            let json = random(&mut seed, 4);
            for text in [json.compact(), json.pretty(2), json.python()] {
                assert_eq!(parse(&text).as_ref(), Ok(&json), "{text}");
            }
        }
    }

    fn next(seed: &mut u64) -> usize {
        *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (*seed >> 33) as usize
    }

    fn word(seed: &mut u64) -> String {
        const CHARS: [char; 10] = ['a', '"', '\\', '\n', '\u{1}', '\u{7f}', 'é', '😀', '/', '\u{2028}'];
        (0..next(seed) % 6).map(|_| CHARS[next(seed) % CHARS.len()]).collect()
    }

    fn random(seed: &mut u64, depth: usize) -> Json {
        match next(seed) % if depth == 0 { 4 } else { 6 } {
            0 => Json::Null,
            1 => Json::Bool(next(seed).is_multiple_of(2)),
            2 => Json::double(next(seed) as f64 / 7.0),
            3 => Json::String(word(seed)),
            4 => Json::Array((0..next(seed) % 4).map(|_| random(seed, depth - 1)).collect()),
            _ => Json::Object(
                (0..next(seed) % 4)
                    .map(|i| (format!("{i}{}", word(seed)), random(seed, depth - 1)))
                    .collect(),
            ),
        }
    }

    #[test]
    fn truncations_and_flips_never_panic() {
        let text = r#"{"a":[1.5e-3,"x\u00e9\ud83d\ude00",null,true],"ü":{"b":[[]]}}"#;
        let mut read = 0;
        for end in 0..=text.len() {
            if let Some(part) = text.get(..end) {
                read += usize::from(parse(part).is_ok());
            }
        }
        assert_eq!(read, 1);
        let mut seed = 3;
        for _ in 0..5_000 {
            let mut bytes = text.as_bytes().to_vec();
            let at = next(&mut seed) % bytes.len();
            bytes[at] = (next(&mut seed) % 256) as u8;
            if let Ok(json) = std::str::from_utf8(&bytes).map_err(|_| ()).and_then(|t| parse(t).map_err(|_| ())) {
                assert_eq!(parse(&json.compact()), Ok(json));
            }
        }
    }
}
