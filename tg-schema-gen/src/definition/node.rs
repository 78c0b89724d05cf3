//! The tree that both notations of a definition file become: values with their places, in the order
//! of the text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

use tg_schema_model::Span;

/// Tables up to this size are searched in order; larger ones keep an index.
const SMALL: usize = 12;

/// Which table of a [`Document`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TableId(usize);

/// A whole file. Tables stand in one list, so that no text can nest the tree itself.
#[derive(Debug)]
pub(crate) struct Document<'i> {
    tables: Vec<Table<'i>>,
    /// Whether keys may be missing because they could not be read, which was reported.
    pub(crate) partial: bool,
}

impl<'i> Document<'i> {
    /// The table of the top-level keys.
    pub(crate) const ROOT: TableId = TableId(0);

    pub(crate) fn new(span: Span) -> Self {
        Document {
            tables: vec![Table::new(Making::Header, span)],
            partial: false,
        }
    }
    pub(crate) fn add(&mut self, making: Making, span: Span) -> TableId {
        self.tables.push(Table::new(making, span));
        TableId(self.tables.len() - 1)
    }
    pub(crate) fn table(&self, id: TableId) -> &Table<'i> {
        &self.tables[id.0]
    }
    pub(crate) fn table_mut(&mut self, id: TableId) -> &mut Table<'i> {
        &mut self.tables[id.0]
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

/// Keys and values in the order of the text.
pub(crate) struct Table<'i> {
    pub(crate) entries: Vec<Entry<'i>>,
    pub(crate) making: Making,
    pub(crate) span: Span,
    /// Of a table that is not small.
    #[expect(clippy::box_collection, reason = "most tables are small and have none")]
    index: Option<Box<HashMap<Cow<'i, str>, usize>>>,
}

impl fmt::Debug for Table<'_> {
    /// Without the index, which says nothing more.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Table")
            .field("entries", &self.entries)
            .field("making", &self.making)
            .field("span", &self.span)
            .finish()
    }
}

/// One key with its value.
#[derive(Debug)]
pub(crate) struct Entry<'i> {
    pub(crate) key: Cow<'i, str>,
    pub(crate) key_span: Span,
    pub(crate) node: Node<'i>,
}

impl<'i> Table<'i> {
    fn new(making: Making, span: Span) -> Self {
        Table {
            entries: Vec::new(),
            making,
            span,
            index: None,
        }
    }
    pub(crate) fn position(&self, key: &str) -> Option<usize> {
        match &self.index {
            Some(index) => index.get(key).copied(),
            None => self.entries.iter().position(|e| e.key == key),
        }
    }
    pub(crate) fn get(&self, key: &str) -> Option<&Entry<'i>> {
        self.position(key).and_then(|at| self.entries.get(at))
    }
    pub(crate) fn push(&mut self, key: Cow<'i, str>, key_span: Span, node: Node<'i>) {
        if self.entries.len() == SMALL {
            let entries = self.entries.iter().enumerate();
            let index = entries.map(|(at, e)| (e.key.clone(), at)).collect();
            self.index = Some(Box::new(index));
        }
        if let Some(index) = &mut self.index {
            index.insert(key.clone(), self.entries.len());
        }
        self.entries.push(Entry {
            key,
            key_span,
            node,
        });
    }
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
