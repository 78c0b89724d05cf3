//! TOML: one line a key, one blank line between tables.
//!
//! * Keys are bare where they can be; `=` has one space on either side.
//! * Strings stand between double quotes; text full of quotes or backslashes between single ones; text
//!   written over several lines stays so.
//! * Inline tables stand on one line, `{ a = 1, b = 2 }`. Comments inside move above the line.
//! * Arrays stand on one line, or one item a line where that is too long or has comments in it.
//! * Comments keep their lines; blank lines are at most one, none after a header.

use std::borrow::Cow;

use toml_parser::Source;
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::parser::{Event, EventKind};

use super::WIDTH;
use crate::definition::toml::{events, with_seconds};

/// Formats a text that is known to be TOML.
pub(super) fn format(text: &str) -> String {
    let events = events(text, &mut Vec::new(), |kind| kind != EventKind::Whitespace);
    let mut writer = Writer {
        text: Source::new(text),
        events: &events,
        at: 0,
        out: String::with_capacity(text.len() + 64),
        waiting: Vec::new(),
        blank: false,
        under_header: false,
    };
    writer.run();
    writer.out
}

/// A value read from the events.
enum Piece {
    /// Text of a scalar or of an inline table: no line break.
    Line(String),
    /// Text over several lines, as `"""` writes it.
    Lines(String),
    Array(Vec<Element>),
}

/// What stands between the brackets of an array.
enum Element {
    /// An item, the comments of its inside, and the comment after it.
    Item {
        text: String,
        hoisted: Vec<String>,
        comment: Option<String>,
    },
    /// A comment on a line of its own.
    Comment(String),
}

struct Writer<'t, 'e> {
    text: Source<'t>,
    events: &'e [Event],
    at: usize,
    out: String,
    /// Comment lines that belong to what follows them.
    waiting: Vec<String>,
    /// Whether a blank line stands before what follows.
    blank: bool,
    /// Whether a header is the last line written.
    under_header: bool,
}

impl<'t> Writer<'t, '_> {
    fn peek(&self) -> Option<EventKind> {
        self.events.get(self.at).map(Event::kind)
    }
    fn next(&mut self) -> Option<Event> {
        let event = self.events.get(self.at).copied();
        self.at += 1;
        event
    }
    fn raw(&self, event: Event) -> &'t str {
        let span = event.span();
        self.text
            .input()
            .get(span.start()..span.end())
            .unwrap_or("")
    }

    fn run(&mut self) {
        let mut fresh = true;
        while let Some(event) = self.next() {
            match event.kind() {
                EventKind::Newline => {
                    if fresh {
                        self.blank_line();
                    }
                    fresh = true;
                    continue;
                }
                EventKind::Comment => self.waiting.push(comment(self.raw(event))),
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => {
                    let array = event.kind() == EventKind::ArrayTableOpen;
                    self.header(array);
                }
                EventKind::SimpleKey => {
                    self.at -= 1;
                    self.key_value();
                }
                _ => {}
            }
            fresh = false;
        }
        self.flush();
    }

    /// A blank line of the text: comments before it stand for themselves.
    fn blank_line(&mut self) {
        self.flush();
        self.blank = !self.out.is_empty() && !self.under_header;
    }

    /// Writes the comments that wait.
    fn flush(&mut self) {
        if self.waiting.is_empty() {
            return;
        }
        self.gap();
        for line in std::mem::take(&mut self.waiting) {
            self.out.push_str(&line);
            self.out.push('\n');
        }
    }
    fn gap(&mut self) {
        if self.blank && !self.out.is_empty() {
            self.out.push('\n');
        }
        self.blank = false;
        self.under_header = false;
    }

    fn header(&mut self, array: bool) {
        self.blank |= !self.out.is_empty();
        self.flush();
        self.gap();
        let key = self.key();
        while matches!(
            self.peek(),
            Some(EventKind::StdTableClose | EventKind::ArrayTableClose)
        ) {
            self.at += 1;
        }
        let (open, close) = if array { ("[[", "]]") } else { ("[", "]") };
        self.out.push_str(open);
        self.out.push_str(&key);
        self.out.push_str(close);
        self.end_of_line();
        self.under_header = true;
    }

    /// The comment after something, and the line break.
    fn end_of_line(&mut self) {
        if self.peek() == Some(EventKind::Comment)
            && let Some(event) = self.next()
        {
            self.out.push(' ');
            self.out.push_str(&comment(self.raw(event)));
        }
        self.out.push('\n');
    }

    fn key_value(&mut self) {
        let key = self.key();
        if self.peek() == Some(EventKind::KeyValSep) {
            self.at += 1;
        }
        let mut hoisted = Vec::new();
        let value = self.value(true, &mut hoisted);
        self.waiting.append(&mut hoisted);
        self.flush();
        self.gap();
        self.out.push_str(&key);
        self.out.push_str(" = ");
        match value {
            Piece::Line(text) | Piece::Lines(text) => self.out.push_str(&text),
            Piece::Array(elements) => self.array(&elements, key.chars().count() + 3),
        }
        self.end_of_line();
    }

    fn array(&mut self, elements: &[Element], indent: usize) {
        if let Some(line) = one_line(elements)
            && indent + line.chars().count() <= WIDTH
        {
            self.out.push_str(&line);
            return;
        }
        self.out.push_str("[\n");
        for element in elements {
            match element {
                Element::Comment(text) => self.indented(text),
                Element::Item {
                    text,
                    hoisted,
                    comment,
                } => {
                    for line in hoisted {
                        self.indented(line);
                    }
                    let line = match comment {
                        Some(comment) => format!("{text}, {comment}"),
                        None => format!("{text},"),
                    };
                    self.indented(&line);
                }
            }
        }
        self.out.push(']');
    }
    fn indented(&mut self, line: &str) {
        self.out.push_str("    ");
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn key(&mut self) -> String {
        let mut out = String::new();
        while let Some(kind) = self.peek() {
            match kind {
                EventKind::SimpleKey => {
                    let Some(event) = self.next() else { break };
                    let mut text = Cow::Borrowed("");
                    if let Some(raw) = self.text.get(event) {
                        raw.decode_key(&mut text, &mut ());
                    }
                    out.push_str(&key_text(&text));
                    if self.peek() != Some(EventKind::KeySep) {
                        break;
                    }
                }
                EventKind::KeySep => {
                    self.at += 1;
                    out.push('.');
                }
                _ => break,
            }
        }
        out
    }

    /// Reads a value. Comments inside inline tables go to `hoisted`; `top`: it stands by itself on its
    /// line, and may take several.
    fn value(&mut self, top: bool, hoisted: &mut Vec<String>) -> Piece {
        let Some(event) = self.next() else {
            return Piece::Line(String::new());
        };
        match event.kind() {
            EventKind::Scalar => self.scalar(event, top),
            EventKind::ArrayOpen => {
                let elements = self.elements();
                if top {
                    return Piece::Array(elements);
                }
                Piece::Line(joined(elements, hoisted))
            }
            EventKind::InlineTableOpen => Piece::Line(self.inline_table(hoisted)),
            _ => Piece::Line(String::new()),
        }
    }

    fn elements(&mut self) -> Vec<Element> {
        let mut elements: Vec<Element> = Vec::new();
        // Whether the line already has an item: a comment belongs to it then.
        let mut line = false;
        while let Some(kind) = self.peek() {
            match kind {
                EventKind::ArrayClose => {
                    self.at += 1;
                    break;
                }
                EventKind::Comment => {
                    let text = self.next().map_or("", |event| self.raw(event));
                    let text = comment(text);
                    match elements.last_mut() {
                        Some(Element::Item { comment, .. }) if line && comment.is_none() => {
                            *comment = Some(text);
                        }
                        _ => elements.push(Element::Comment(text)),
                    }
                }
                EventKind::Newline => {
                    self.at += 1;
                    line = false;
                }
                EventKind::Scalar | EventKind::ArrayOpen | EventKind::InlineTableOpen => {
                    let mut hoisted = Vec::new();
                    let text = match self.value(false, &mut hoisted) {
                        Piece::Line(text) | Piece::Lines(text) => text,
                        Piece::Array(elements) => joined(elements, &mut hoisted),
                    };
                    elements.push(Element::Item {
                        text,
                        hoisted,
                        comment: None,
                    });
                    line = true;
                }
                _ => self.at += 1,
            }
        }
        elements
    }

    fn inline_table(&mut self, hoisted: &mut Vec<String>) -> String {
        let mut entries = Vec::new();
        while let Some(kind) = self.peek() {
            match kind {
                EventKind::InlineTableClose => {
                    self.at += 1;
                    break;
                }
                EventKind::Comment => {
                    let text = self.next().map_or("", |event| self.raw(event));
                    hoisted.push(comment(text));
                }
                EventKind::SimpleKey => {
                    let key = self.key();
                    while let Some(kind) = self.peek() {
                        match kind {
                            EventKind::Comment => {
                                let text = self.next().map_or("", |event| self.raw(event));
                                hoisted.push(comment(text));
                            }
                            EventKind::Newline | EventKind::KeyValSep => self.at += 1,
                            _ => break,
                        }
                    }
                    let text = match self.value(false, hoisted) {
                        Piece::Line(text) | Piece::Lines(text) => text,
                        Piece::Array(elements) => joined(elements, hoisted),
                    };
                    entries.push(format!("{key} = {text}"));
                }
                _ => self.at += 1,
            }
        }
        if entries.is_empty() {
            "{}".to_owned()
        } else {
            format!("{{ {} }}", entries.join(", "))
        }
    }

    fn scalar(&self, event: Event, top: bool) -> Piece {
        let Some(raw) = self.text.get(event) else {
            return Piece::Line(String::new());
        };
        let mut text = Cow::Borrowed("");
        let several = matches!(
            event.encoding(),
            Some(Encoding::MlBasicString | Encoding::MlLiteralString)
        );
        match raw.decode_scalar(&mut text, &mut ()) {
            ScalarKind::String if several && top && text.contains('\n') => {
                Piece::Lines(several_lines(&text))
            }
            ScalarKind::String => Piece::Line(string_text(&text)),
            ScalarKind::DateTime => Piece::Line(with_seconds(raw.as_str())),
            _ => Piece::Line(raw.as_str().to_owned()),
        }
    }
}

/// A comment without the blank space after it.
fn comment(raw: &str) -> String {
    raw.trim_end().to_owned()
}

/// An array on one line, unless it has comments.
fn one_line(elements: &[Element]) -> Option<String> {
    let mut items = Vec::with_capacity(elements.len());
    for element in elements {
        match element {
            Element::Item {
                text,
                hoisted,
                comment: None,
            } if hoisted.is_empty() => items.push(text.as_str()),
            _ => return None,
        }
    }
    Some(format!("[{}]", items.join(", ")))
}

/// An array on one line; its comments go to `hoisted`.
fn joined(elements: Vec<Element>, hoisted: &mut Vec<String>) -> String {
    let mut items = Vec::with_capacity(elements.len());
    for element in elements {
        match element {
            Element::Comment(text) => hoisted.push(text),
            Element::Item {
                text,
                hoisted: mut inside,
                comment,
            } => {
                hoisted.append(&mut inside);
                hoisted.extend(comment);
                items.push(text);
            }
        }
    }
    format!("[{}]", items.join(", "))
}

fn key_text(key: &str) -> Cow<'_, str> {
    let bare = !key.is_empty()
        && key
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    if bare {
        Cow::Borrowed(key)
    } else {
        Cow::Owned(basic(key))
    }
}

/// A string on one line: between double quotes, or between single ones where that saves escapes.
fn string_text(text: &str) -> String {
    let busy = text.contains(['"', '\\']);
    let plain = text
        .chars()
        .all(|c| c != '\'' && (c == '\t' || !c.is_control()));
    if busy && plain {
        format!("'{text}'")
    } else {
        basic(text)
    }
}

fn basic(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\n' => out.push_str("\\n"),
            c => escaped(c, &mut out),
        }
    }
    out.push('"');
    out
}

fn several_lines(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    out.push_str("\"\"\"\n");
    let mut quotes = 0;
    for c in text.chars() {
        quotes = if c == '"' { quotes + 1 } else { 0 };
        match c {
            '"' if quotes % 3 == 0 => out.push_str("\\\""),
            '"' => out.push('"'),
            '\n' => out.push('\n'),
            c => escaped(c, &mut out),
        }
    }
    // A quote before the closing ones would be read with them.
    if quotes % 3 != 0 {
        let last = out.len() - 1;
        out.insert(last, '\\');
    }
    out.push_str("\"\"\"");
    out
}

/// Any character but quotes and line breaks, with the escapes of TOML 1.0.
fn escaped(c: char, out: &mut String) {
    match c {
        '\\' => out.push_str("\\\\"),
        '\t' => out.push_str("\\t"),
        '\r' => out.push_str("\\r"),
        '\u{8}' => out.push_str("\\b"),
        '\u{c}' => out.push_str("\\f"),
        c if c.is_control() => out.push_str(&format!("\\u{:04X}", c as u32)),
        c => out.push(c),
    }
}
