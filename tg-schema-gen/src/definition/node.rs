//! The tree that both notations of a definition file become: values with their places, in the order
//! of the text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use tg_schema_model::Span;

/// Tables up to this size are searched in order; larger ones keep an index.
const SMALL: u32 = 12;

/// Which table of a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TableId(u32);

/// Which entry of a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct EntryId(u32);

impl EntryId {
    /// What the entry behind the last one would be.
    const END: EntryId = EntryId(u32::MAX);
}

/// A whole file. Tables stand in one list and entries in another, so that no text can nest the tree itself,
/// and a large one is a few pieces of memory.
#[derive(Debug)]
pub(crate) struct Document<'i> {
    tables: Vec<Content<'i>>,
    entries: Vec<Entry<'i>>,
    /// Whether keys may be missing because they could not be read, which was reported.
    pub(crate) partial: bool,
}

impl<'i> Document<'i> {
    /// The table of the top-level keys.
    pub(crate) const ROOT: TableId = TableId(0);

    pub(crate) fn new(span: Span) -> Self {
        Document {
            tables: vec![Content::new(Making::Header, span)],
            entries: Vec::new(),
            partial: false,
        }
    }
    pub(crate) fn add(&mut self, making: Making, span: Span) -> TableId {
        self.tables.push(Content::new(making, span));
        TableId(self.tables.len() as u32 - 1)
    }
    pub(crate) fn table(&self, id: TableId) -> Table<'_> {
        Table { document: self, id }
    }
    /// Where a table stands: its header, or its braces.
    pub(crate) fn span(&self, id: TableId) -> Span {
        self.content(id).span
    }
    pub(crate) fn making(&self, id: TableId) -> Making {
        self.content(id).making
    }
    /// Says how a table came to be after all.
    pub(crate) fn make(&mut self, id: TableId, making: Making, span: Option<Span>) {
        let table = &mut self.tables[id.0 as usize];
        table.making = making;
        table.span = span.unwrap_or(table.span);
    }
    pub(crate) fn node_mut(&mut self, id: EntryId) -> &mut Node<'i> {
        &mut self.entries[id.0 as usize].node
    }
    pub(crate) fn entry(&self, id: EntryId) -> &Entry<'i> {
        &self.entries[id.0 as usize]
    }
    pub(crate) fn position(&self, id: TableId, key: &str) -> Option<EntryId> {
        let table = self.content(id);
        if let Some(index) = &table.index {
            return index.get(key).copied();
        }
        let mut at = table.first;
        while let Some(entry) = self.entries.get(at.0 as usize) {
            if entry.key == key {
                return Some(at);
            }
            at = entry.next;
        }
        None
    }
    /// Adds a key that the table does not have.
    pub(crate) fn push(&mut self, id: TableId, key: Cow<'i, str>, key_span: Span, node: Node<'i>) {
        let new = EntryId(self.entries.len() as u32);
        let table = &mut self.tables[id.0 as usize];
        match self.entries.get_mut(table.last.0 as usize) {
            Some(last) => last.next = new,
            None => table.first = new,
        }
        table.last = new;
        table.count += 1;
        if let Some(index) = &mut table.index {
            index.insert(key.clone(), new);
        }
        let large = table.index.is_none() && table.count > SMALL;
        self.entries.push(Entry {
            key,
            key_span,
            node,
            next: EntryId::END,
        });
        if large {
            self.index(id);
        }
    }
    fn index(&mut self, id: TableId) {
        let mut index = HashMap::new();
        let mut at = self.content(id).first;
        while let Some(entry) = self.entries.get(at.0 as usize) {
            index.insert(entry.key.clone(), at);
            at = entry.next;
        }
        self.tables[id.0 as usize].index = Some(Box::new(index));
    }
    fn content(&self, id: TableId) -> &Content<'i> {
        &self.tables[id.0 as usize]
    }
}

/// How a table came to be; TOML lets some be extended and others not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Making {
    /// Only named on the way to another: `a` in `[a.b]`.
    Implied,
    /// By its own header.
    Header,
    /// By a dotted key: `a` in `a.b = 1`.
    Dotted,
    /// `{ … }`, complete as it stands.
    Inline,
}

/// What a table holds: a chain of entries.
struct Content<'i> {
    first: EntryId,
    last: EntryId,
    count: u32,
    making: Making,
    span: Span,
    /// Of a table that is not small.
    #[expect(clippy::box_collection, reason = "most tables are small and have none")]
    index: Option<Box<HashMap<Cow<'i, str>, EntryId>>>,
}

impl Content<'_> {
    fn new(making: Making, span: Span) -> Self {
        Content {
            first: EntryId::END,
            last: EntryId::END,
            count: 0,
            making,
            span,
            index: None,
        }
    }
}

impl fmt::Debug for Content<'_> {
    /// Without the index, which says nothing more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("first", &self.first)
            .field("count", &self.count)
            .field("making", &self.making)
            .field("span", &self.span)
            .finish()
    }
}

/// A table of a document: keys and values in the order of the text.
#[derive(Clone, Copy)]
pub(crate) struct Table<'d> {
    document: &'d Document<'d>,
    id: TableId,
}

impl<'d> Table<'d> {
    pub(crate) fn get(self, key: &str) -> Option<&'d Entry<'d>> {
        let at = self.document.position(self.id, key)?;
        Some(self.document.entry(at))
    }
    pub(crate) fn entries(self) -> impl Iterator<Item = &'d Entry<'d>> + Clone {
        let entries = &self.document.entries;
        let at = move |id: EntryId| entries.get(id.0 as usize);
        let first = at(self.document.content(self.id).first);
        std::iter::successors(first, move |entry| at(entry.next))
    }
}

/// One key with its value.
#[derive(Debug)]
pub(crate) struct Entry<'i> {
    pub(crate) key: Cow<'i, str>,
    pub(crate) key_span: Span,
    pub(crate) node: Node<'i>,
    /// The next one of the same table.
    next: EntryId,
}

/// A value and its place.
#[derive(Debug)]
pub(crate) struct Node<'i> {
    pub(crate) data: Data<'i>,
    pub(crate) span: Span,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Data<'i> {
    /// Text that could not be read; it was reported, and nothing more is said of it.
    Invalid,
    /// JSON's null.
    Null,
    Boolean(bool),
    /// Decimal digits, with `-` where negative.
    Integer(Cow<'i, str>),
    /// As JSON writes it, or `inf`, `-inf`, `nan`.
    Float(Cow<'i, str>),
    String {
        text: Cow<'i, str>,
        /// Where the content starts, if it stands in the source letter by letter.
        start: Option<u32>,
    },
    /// As RFC 3339 writes it, with seconds.
    Datetime(String),
    Array(Vec<Node<'i>>),
    /// `[[name]]` headers. The last table is the one that later headers extend.
    Tables(Vec<Node<'i>>),
    Table(TableId),
}

impl Node<'_> {
    /// What it is, in words, with the article.
    pub(crate) fn kind(&self) -> &'static str {
        match self.data {
            Data::Invalid => "text that cannot be read",
            Data::Null => "null",
            Data::Boolean(_) => "a boolean",
            Data::Integer(_) => "an integer",
            Data::Float(_) => "a float",
            Data::String { .. } => "a string",
            Data::Datetime(_) => "a date or time",
            Data::Array(_) | Data::Tables(_) => "an array",
            Data::Table(_) => "a table",
        }
    }
    /// The place of a part of a string's content.
    pub(crate) fn part(&self, range: std::ops::Range<usize>) -> Span {
        match self.data {
            Data::String {
                start: Some(start), ..
            } => {
                let start = start as usize;
                Span::new(self.span.source, start + range.start..start + range.end)
            }
            _ => self.span,
        }
    }
}
