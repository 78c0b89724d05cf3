//! JSON text into a tree: RFC 8259, nothing more and nothing less.

use std::fmt;
use std::ops::Range;

use super::Json;
use super::spanned::Key;

/// Arrays and objects inside each other that [`parse`] accepts.
pub const MAX_DEPTH: usize = 128;

/// Why a text is not JSON.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// Byte of the text at which it went wrong.
    pub offset: usize,
    /// What is wrong there.
    pub message: String,
    /// Whether the text is refused only because it nests too deeply.
    pub too_deep: bool,
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

/// [`parse`] with a depth limit of the caller's choice.
pub fn parse_deep(text: &str, max_depth: usize) -> Result<Json, JsonError> {
    Parser::new(text, max_depth).document()
}

/// A tree that [`Parser`] builds from its leaves up.
pub(super) trait Tree: Sized {
    fn leaf(leaf: Leaf, span: Range<usize>) -> Self;
    fn array(items: Vec<Self>, span: Range<usize>) -> Self;
    fn object(entries: Vec<(Key, Self)>, span: Range<usize>) -> Result<Self, JsonError>;
}

/// A value without parts.
pub(super) enum Leaf {
    Null,
    Bool(bool),
    Number(String),
    String(String),
}

impl Tree for Json {
    fn leaf(leaf: Leaf, _: Range<usize>) -> Self {
        match leaf {
            Leaf::Null => Json::Null,
            Leaf::Bool(b) => Json::Bool(b),
            Leaf::Number(text) => Json::Number(text),
            Leaf::String(text) => Json::String(text),
        }
    }
    fn array(items: Vec<Self>, _: Range<usize>) -> Self {
        Json::Array(items)
    }
    fn object(entries: Vec<(Key, Self)>, _: Range<usize>) -> Result<Self, JsonError> {
        refuse_repeated(&entries)?;
        Ok(Json::object(
            entries.into_iter().map(|(key, value)| (key.name, value)),
        ))
    }
}

fn refuse_repeated(entries: &[(Key, Json)]) -> Result<(), JsonError> {
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
            too_deep: false,
        }),
        None => Ok(()),
    }
}

/// Reads one text. Open arrays and objects are on a list, not on the stack.
pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    max_depth: usize,
}

/// An array or object whose end has not been read.
struct Open<T> {
    start: usize,
    /// The key that waits for its value, in an object.
    key: Option<Key>,
    parts: Parts<T>,
}

enum Parts<T> {
    Items(Vec<T>),
    Entries(Vec<(Key, T)>),
}

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a str, max_depth: usize) -> Self {
        Parser {
            text,
            at: 0,
            max_depth,
        }
    }

    /// One value with nothing after it.
    pub(super) fn document<T: Tree>(mut self) -> Result<T, JsonError> {
        let mut open: Vec<Open<T>> = Vec::new();
        loop {
            let Some(mut value) = self.start(&mut open)? else {
                continue;
            };
            // The value may end what it is in.
            loop {
                self.space();
                let Some(outer) = open.pop() else {
                    return match self.peek() {
                        None => Ok(value),
                        Some(_) => Err(self.unexpected("the end of the text")),
                    };
                };
                match self.next(outer, value)? {
                    Next::More(outer) => {
                        open.push(outer);
                        break;
                    }
                    Next::End(whole) => value = whole,
                }
            }
        }
    }

    /// Reads a value, or only the start of one that has parts.
    fn start<T: Tree>(&mut self, open: &mut Vec<Open<T>>) -> Result<Option<T>, JsonError> {
        self.space();
        let start = self.at;
        let leaf = match self.peek() {
            Some(b'{') => {
                self.deeper(open.len())?;
                self.space();
                if self.peek() == Some(b'}') {
                    self.at += 1;
                    return T::object(Vec::new(), start..self.at).map(Some);
                }
                let key = Some(self.key()?);
                open.push(Open {
                    start,
                    key,
                    parts: Parts::Entries(Vec::new()),
                });
                return Ok(None);
            }
            Some(b'[') => {
                self.deeper(open.len())?;
                self.space();
                if self.peek() == Some(b']') {
                    self.at += 1;
                    return Ok(Some(T::array(Vec::new(), start..self.at)));
                }
                open.push(Open {
                    start,
                    key: None,
                    parts: Parts::Items(Vec::new()),
                });
                return Ok(None);
            }
            Some(b'"') => Leaf::String(self.string()?),
            Some(b'-' | b'0'..=b'9') => Leaf::Number(self.number()?),
            Some(b't') => self.word("true", Leaf::Bool(true))?,
            Some(b'f') => self.word("false", Leaf::Bool(false))?,
            Some(b'n') => self.word("null", Leaf::Null)?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Some(T::leaf(leaf, start..self.at)))
    }

    fn deeper(&mut self, depth: usize) -> Result<(), JsonError> {
        if depth >= self.max_depth {
            let message = format!(
                "more than {} arrays and objects inside each other",
                self.max_depth
            );
            return Err(JsonError {
                offset: self.at,
                message,
                too_deep: true,
            });
        }
        self.at += 1;
        Ok(())
    }

    /// Adds a value to what it is in, and reads what follows it there.
    fn next<T: Tree>(&mut self, mut outer: Open<T>, value: T) -> Result<Next<T>, JsonError> {
        match (&mut outer.parts, outer.key.take()) {
            (Parts::Items(items), _) => items.push(value),
            (Parts::Entries(entries), Some(key)) => entries.push((key, value)),
            (Parts::Entries(_), None) => return Err(self.unexpected("a key in quotes")),
        }
        match (outer.parts, self.peek()) {
            (parts @ Parts::Items(_), Some(b',')) => {
                self.at += 1;
                Ok(Next::More(Open { parts, ..outer }))
            }
            (parts @ Parts::Entries(_), Some(b',')) => {
                self.at += 1;
                let key = Some(self.key()?);
                Ok(Next::More(Open {
                    parts,
                    key,
                    ..outer
                }))
            }
            (Parts::Items(items), Some(b']')) => {
                self.at += 1;
                Ok(Next::End(T::array(items, outer.start..self.at)))
            }
            (Parts::Entries(entries), Some(b'}')) => {
                self.at += 1;
                T::object(entries, outer.start..self.at).map(Next::End)
            }
            (Parts::Items(_), _) => Err(self.unexpected("',' or ']'")),
            (Parts::Entries(_), _) => Err(self.unexpected("',' or '}'")),
        }
    }

    /// A key and its colon.
    fn key(&mut self) -> Result<Key, JsonError> {
        self.space();
        let start = self.at;
        if self.peek() != Some(b'"') {
            return Err(self.unexpected("a key in quotes"));
        }
        let name = self.string()?;
        let span = start..self.at;
        self.space();
        if self.peek() != Some(b':') {
            return Err(self.unexpected("':'"));
        }
        self.at += 1;
        Ok(Key { name, span })
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
        Err(JsonError {
            offset,
            message: message.into(),
            too_deep: false,
        })
    }
    fn unexpected(&self, expected: &str) -> JsonError {
        let found = match self
            .text
            .get(self.at..)
            .and_then(|rest| rest.chars().next())
        {
            Some(c) => format!("{c:?}"),
            None => "the end of the text".to_owned(),
        };
        JsonError {
            offset: self.at,
            message: format!("expected {expected}, found {found}"),
            too_deep: false,
        }
    }

    fn word(&mut self, word: &str, leaf: Leaf) -> Result<Leaf, JsonError> {
        match self
            .text
            .get(self.at..)
            .is_some_and(|rest| rest.starts_with(word))
        {
            true => {
                self.at += word.len();
                Ok(leaf)
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
                if !self
                    .text
                    .get(self.at..)
                    .is_some_and(|rest| rest.starts_with("\\u"))
                {
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

/// What follows a value.
enum Next<T> {
    /// Another one in the same array or object.
    More(Open<T>),
    /// The end of the array or object.
    End(T),
}
