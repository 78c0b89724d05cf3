//! Events into tables, in the order of the text.

use std::borrow::Cow;

use tg_schema_model::{SourceId, Span};
use toml_parser::decoder::{Encoding, ScalarKind};
use toml_parser::parser::{Event, EventKind};
use toml_parser::{ParseError, Source};

use super::super::node::{Data, Document, Making, Node, TableId};
use super::datetime::{is_datetime, with_seconds};
use super::mistake::{
    CLOSED, DUPLICATE_KEY, DUPLICATE_TABLE, NO_DATE, NO_TABLE, TOO_LARGE, TOO_LONG,
};
use super::{MAX_DEPTH, Part};

struct Key<'i> {
    text: Cow<'i, str>,
    span: Span,
}

/// A key, dotted or not.
struct Path<'i> {
    above: Vec<Key<'i>>,
    last: Key<'i>,
}

pub(super) struct Builder<'i> {
    source: SourceId,
    /// The part that is being read, and where it begins in the text.
    text: Source<'i>,
    start: usize,
    /// What it consists of, and how much of that is done.
    events: Vec<Event>,
    at: usize,
    pub(super) document: Document<'i>,
    /// Table that key-value lines go to. `None` after a header that was refused.
    current: Option<TableId>,
    pub(super) errors: Vec<ParseError>,
    /// How many of the errors are in values alone, so that nothing else is lost by them.
    pub(super) unread: usize,
}

impl<'i> Builder<'i> {
    pub(super) fn new(source: SourceId) -> Self {
        Builder {
            source,
            text: Source::new(""),
            start: 0,
            events: Vec::new(),
            at: 0,
            document: Document::new(Span::new(source, 0..0)),
            current: Some(Document::ROOT),
            errors: Vec::new(),
            unread: 0,
        }
    }
    /// Reads parts up to the first that has a mistake.
    pub(super) fn read_all(&mut self, parts: impl Iterator<Item = Part<'i>>) {
        for part in parts {
            self.read(part);
            if !self.errors.is_empty() {
                break;
            }
        }
    }
    pub(super) fn read(&mut self, part: Part<'i>) {
        (self.text, self.start) = (Source::new(part.text), part.start);
        (self.events, self.at) = (part.events, 0);
        self.errors.extend(part.errors);
        self.run();
    }
    fn span(&self, span: toml_parser::Span) -> Span {
        Span::new(
            self.source,
            self.start + span.start()..self.start + span.end(),
        )
    }
    fn peek(&self) -> Option<EventKind> {
        self.events.get(self.at).map(Event::kind)
    }
    fn refuse(&mut self, message: &'static str, at: Span, first: Option<Span>) {
        let range = |s: Span| toml_parser::Span::new_unchecked(s.start as usize, s.end as usize);
        let mut error = ParseError::new(message).with_unexpected(range(at));
        if let Some(first) = first {
            error = error.with_context(range(first));
        }
        self.errors.push(error);
    }

    fn run(&mut self) {
        while let Some(&event) = self.events.get(self.at) {
            match event.kind() {
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => self.header(event),
                EventKind::SimpleKey => {
                    let path = self.path();
                    if self.peek() != Some(EventKind::KeyValSep) {
                        continue;
                    }
                    self.at += 1;
                    let node = self.value(0);
                    if let (Some(table), Some(path)) = (self.current, path) {
                        self.set(table, path, node);
                    }
                }
                _ => self.at += 1,
            }
        }
    }

    fn header(&mut self, open: Event) {
        self.at += 1;
        let path = match self.peek() {
            Some(EventKind::SimpleKey) => self.path(),
            _ => None,
        };
        let mut end = open.span();
        if let Some(event) = self.events.get(self.at)
            && matches!(
                event.kind(),
                EventKind::StdTableClose | EventKind::ArrayTableClose
            )
        {
            end = event.span();
            self.at += 1;
        }
        let span = self.span(open.span().append(end));
        let array = open.kind() == EventKind::ArrayTableOpen;
        self.current = path.and_then(|path| self.open(path, array, span));
    }

    /// Finds or makes the table that a header names.
    fn open(&mut self, path: Path<'i>, array: bool, span: Span) -> Option<TableId> {
        let Path { above, last } = path;
        let mut table = Document::ROOT;
        for key in above {
            table = self.descend(table, key)?;
        }
        let Some(at) = self.document.position(table, &last.text) else {
            let made = self.document.add(Making::Header, span);
            let node = Node {
                data: Data::Table(made),
                span,
            };
            let data = if array {
                Data::Tables(vec![node])
            } else {
                node.data
            };
            self.document
                .push(table, last.text, last.span, Node { data, span });
            return Some(made);
        };
        let made = array.then(|| self.document.add(Making::Header, span));
        let first = self.document.entry(at).key_span;
        match (&mut self.document.node_mut(at).data, made) {
            (Data::Tables(list), Some(made)) => {
                list.push(Node {
                    data: Data::Table(made),
                    span,
                });
                return Some(made);
            }
            (Data::Table(id), None) => {
                let id = *id;
                if self.document.making(id) == Making::Implied {
                    self.document.make(id, Making::Header, Some(span));
                    return Some(id);
                }
            }
            _ => {}
        }
        self.refuse(DUPLICATE_TABLE, last.span, Some(first));
        None
    }

    /// One step of a header's path: into a table, or into the last one of `[[name]]`.
    fn descend(&mut self, table: TableId, key: Key<'i>) -> Option<TableId> {
        let Some(at) = self.document.position(table, &key.text) else {
            let made = self.document.add(Making::Implied, key.span);
            let node = Node {
                data: Data::Table(made),
                span: key.span,
            };
            self.document.push(table, key.text, key.span, node);
            return Some(made);
        };
        let entry = self.document.entry(at);
        let first = entry.key_span;
        let found = match &entry.node.data {
            Data::Table(id) => Some(*id),
            Data::Tables(list) => list.last().and_then(|node| match node.data {
                Data::Table(id) => Some(id),
                _ => None,
            }),
            Data::Invalid => return None,
            _ => None,
        };
        match found {
            Some(id) if self.document.making(id) != Making::Inline => Some(id),
            Some(_) => {
                self.refuse(CLOSED, key.span, Some(first));
                None
            }
            None => {
                self.refuse(NO_TABLE, key.span, Some(first));
                None
            }
        }
    }

    /// Sets `path = node` in a table.
    fn set(&mut self, table: TableId, path: Path<'i>, node: Node<'i>) {
        let Path { above, last } = path;
        let mut table = table;
        for key in above {
            match self.document.position(table, &key.text) {
                None => {
                    let made = self.document.add(Making::Dotted, key.span);
                    let step = Node {
                        data: Data::Table(made),
                        span: key.span,
                    };
                    self.document.push(table, key.text, key.span, step);
                    table = made;
                }
                Some(at) => {
                    let entry = self.document.entry(at);
                    let first = entry.key_span;
                    let id = match entry.node.data {
                        Data::Table(id) => id,
                        Data::Invalid => return,
                        _ => {
                            return self.refuse(NO_TABLE, key.span, Some(first));
                        }
                    };
                    match self.document.making(id) {
                        Making::Dotted => {}
                        Making::Implied => self.document.make(id, Making::Dotted, None),
                        Making::Header | Making::Inline => {
                            return self.refuse(DUPLICATE_KEY, key.span, Some(first));
                        }
                    }
                    table = id;
                }
            }
        }
        match self.document.position(table, &last.text) {
            Some(at) => {
                let first = self.document.entry(at).key_span;
                self.refuse(DUPLICATE_KEY, last.span, Some(first));
            }
            None => self.document.push(table, last.text, last.span, node),
        }
    }

    /// `None`: refused.
    fn path(&mut self) -> Option<Path<'i>> {
        let mut above = Vec::new();
        let mut last = None;
        let mut good = true;
        while let Some(&event) = self.events.get(self.at) {
            match event.kind() {
                EventKind::SimpleKey => {
                    let before = self.errors.len();
                    let mut text = Cow::Borrowed("");
                    if let Some(raw) = self.text.get(event) {
                        match bare(event, raw.as_str()) {
                            Some(bare) => text = Cow::Borrowed(bare),
                            None => raw.decode_key(&mut text, &mut self.errors),
                        }
                    }
                    good &= self.errors.len() == before;
                    let span = self.span(event.span());
                    above.extend(last.replace(Key { text, span }));
                    self.at += 1;
                    if self.peek() != Some(EventKind::KeySep) {
                        break;
                    }
                }
                EventKind::KeySep => self.at += 1,
                _ => break,
            }
        }
        if above.len() >= MAX_DEPTH as usize {
            let span = above.first().map_or(Span::NONE, |k| k.span);
            self.refuse(TOO_LONG, span, None);
            good = false;
        }
        let last = last.filter(|_| good)?;
        Some(Path { above, last })
    }

    fn value(&mut self, depth: u32) -> Node<'i> {
        let Some(&event) = self.events.get(self.at) else {
            return Node {
                data: Data::Invalid,
                span: Span::new(self.source, 0..0),
            };
        };
        match event.kind() {
            EventKind::Scalar => {
                self.at += 1;
                let before = self.errors.len();
                let node = self.scalar(event);
                self.unread += self.errors.len() - before;
                node
            }
            EventKind::ArrayOpen => {
                self.at += 1;
                self.array(event, depth + 1)
            }
            EventKind::InlineTableOpen => {
                self.at += 1;
                self.inline_table(event, depth + 1)
            }
            _ => Node {
                data: Data::Invalid,
                span: self.span(event.span()),
            },
        }
    }

    fn array(&mut self, open: Event, depth: u32) -> Node<'i> {
        let mut items = Vec::new();
        let mut end = open.span();
        while let Some(&event) = self.events.get(self.at) {
            match event.kind() {
                EventKind::Scalar | EventKind::ArrayOpen | EventKind::InlineTableOpen
                    if depth <= MAX_DEPTH =>
                {
                    items.push(self.value(depth));
                }
                EventKind::ArrayClose => {
                    end = event.span();
                    self.at += 1;
                    break;
                }
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => break,
                _ => self.at += 1,
            }
        }
        let data = if depth > MAX_DEPTH {
            Data::Invalid
        } else {
            Data::Array(items)
        };
        Node {
            data,
            span: self.span(open.span().append(end)),
        }
    }

    fn inline_table(&mut self, open: Event, depth: u32) -> Node<'i> {
        let mut end = open.span();
        let id = self.document.add(Making::Dotted, self.span(open.span()));
        while let Some(&event) = self.events.get(self.at) {
            match event.kind() {
                EventKind::SimpleKey if depth <= MAX_DEPTH => {
                    let path = self.path();
                    if self.peek() != Some(EventKind::KeyValSep) {
                        continue;
                    }
                    self.at += 1;
                    let node = self.value(depth);
                    if let Some(path) = path {
                        self.set(id, path, node);
                    }
                }
                EventKind::InlineTableClose => {
                    end = event.span();
                    self.at += 1;
                    break;
                }
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => break,
                _ => self.at += 1,
            }
        }
        let span = self.span(open.span().append(end));
        self.document.make(id, Making::Inline, Some(span));
        let data = if depth > MAX_DEPTH {
            Data::Invalid
        } else {
            Data::Table(id)
        };
        Node { data, span }
    }

    fn scalar(&mut self, event: Event) -> Node<'i> {
        let span = self.span(event.span());
        let before = self.errors.len();
        let mut text = Cow::Borrowed("");
        let Some(raw) = self.text.get(event) else {
            return Node {
                data: Data::Invalid,
                span,
            };
        };
        if let Some(plain) = plain(event, raw.as_str()) {
            let (text, start) = (Cow::Borrowed(plain), Some(span.start.saturating_add(1)));
            let data = Data::String { text, start };
            return Node { data, span };
        }
        let kind = raw.decode_scalar(&mut text, &mut self.errors);
        if self.errors.len() > before {
            return Node {
                data: Data::Invalid,
                span,
            };
        }
        let data = match kind {
            ScalarKind::String => {
                let quotes = match event.encoding() {
                    Some(Encoding::MlBasicString | Encoding::MlLiteralString) => 3,
                    _ => 1,
                };
                let content = raw.as_str().get(quotes..);
                let plain = content.is_some_and(|c| c.starts_with(&*text))
                    && raw.len() == text.len() + 2 * quotes;
                let start = plain.then_some(span.start.saturating_add(quotes as u32));
                Data::String { text, start }
            }
            ScalarKind::Boolean(value) => Data::Boolean(value),
            ScalarKind::DateTime => {
                let text = with_seconds(&text);
                if is_datetime(&text) {
                    Data::Datetime(text)
                } else {
                    self.refuse(NO_DATE, span, None);
                    Data::Invalid
                }
            }
            ScalarKind::Float => Data::Float(match text.strip_prefix('+') {
                Some(rest) => Cow::Owned(rest.to_owned()),
                None if &*text == "-nan" => Cow::Borrowed("nan"),
                None => text,
            }),
            ScalarKind::Integer(radix) => match i128::from_str_radix(&text, radix.value()) {
                Ok(value) if radix.value() != 10 || text.starts_with('+') || value == 0 => {
                    Data::Integer(Cow::Owned(value.to_string()))
                }
                Ok(_) => Data::Integer(text),
                Err(_) => {
                    self.refuse(TOO_LARGE, span, None);
                    Data::Invalid
                }
            },
        };
        Node { data, span }
    }
}

/// The text of a key without quotes, where nothing is wrong with it.
fn bare(event: Event, raw: &str) -> Option<&str> {
    let legal = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    let is_bare = event.encoding().is_none() && !raw.is_empty() && raw.bytes().all(legal);
    is_bare.then_some(raw)
}

/// The text of a string in double quotes, where it stands in the source letter by letter.
fn plain(event: Event, raw: &str) -> Option<&str> {
    if event.encoding() != Some(Encoding::BasicString) {
        return None;
    }
    let text = raw.strip_prefix('"')?.strip_suffix('"')?;
    let letter = |b: u8| matches!(b, b' '..=b'~' | 0x80..) && b != b'"' && b != b'\\';
    text.bytes().all(letter).then_some(text)
}
