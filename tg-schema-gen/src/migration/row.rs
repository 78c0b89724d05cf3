//! A row of the table and its columns.

use std::fmt;

use tg_schema_model::Verdict;

/// What a row is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A field of a class.
    #[default]
    Field,
    /// A topic.
    Topic,
    /// An enum.
    Enum,
    /// A class, where there is something to say of it as a whole.
    Class,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 4] = [Kind::Field, Kind::Topic, Kind::Enum, Kind::Class];
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Field => "field",
            Kind::Topic => "topic",
            Kind::Enum => "enum",
            Kind::Class => "class",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that was migrated, or left open. Where there is nothing to say a text is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row {
    /// Where the old definition stands: `file.py:12`.
    pub place: String,
    /// What it is.
    pub kind: Kind,
    /// The module of the new definition.
    pub module: String,
    /// The record that a field is in or that a topic carries.
    pub record: String,
    /// Its name.
    pub name: String,
    /// The old expression.
    pub expression: String,
    /// The registered type as JSON, named types by their names; a topic's old address.
    pub registered: String,
    /// The type in the definition; a topic's new address.
    pub definition: String,
    /// The type in Rust.
    pub rust: String,
    /// The type in Python.
    pub python: String,
    /// The type in the Avro schema as JSON, named types by their names.
    pub avro: String,
    /// The default as JSON.
    pub default: String,
    /// What differs between the JSON that the old class wrote and what the new type writes.
    pub wire: String,
    /// The verdict.
    pub verdict: Verdict,
    /// Why, and what to know.
    pub reason: String,
    /// Of a tightened field: what it was.
    pub former: String,
    /// Of a tightened field: what old data is read as.
    pub reads: String,
    /// Of a tightened field: who breaks.
    pub breaks: String,
    /// Of a tightened field: a message of an old producer.
    pub message: String,
    /// What the field of that message was read as before.
    pub before: String,
    /// What it is read as now.
    pub after: String,
    /// Whether it could not be defined.
    pub open: bool,
}

impl Row {
    /// Whether `--tighten` changed it.
    pub fn tightened(&self) -> bool {
        !self.former.is_empty()
    }
}

/// How a column is best shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// One of a few words.
    Word,
    /// A name, a type, JSON: what stands in files.
    Code,
    /// A sentence.
    Prose,
}

/// A column of the table.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its key in JSON and CSV.
    pub key: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// How it is best shown.
    pub shape: Shape,
    /// Whether only tightened fields have it.
    pub tightening: bool,
    /// Its text in a row.
    pub cell: fn(&Row) -> &str,
}

const fn column(
    key: &'static str,
    title: &'static str,
    shape: Shape,
    cell: fn(&Row) -> &str,
) -> Column {
    Column {
        key,
        title,
        shape,
        tightening: false,
        cell,
    }
}

const fn of_tightening(
    key: &'static str,
    title: &'static str,
    shape: Shape,
    cell: fn(&Row) -> &str,
) -> Column {
    Column {
        tightening: true,
        ..column(key, title, shape, cell)
    }
}

/// Every column, in the order of every form.
pub const COLUMNS: &[Column] = &[
    column("place", "Place", Shape::Code, |r| &r.place),
    column("kind", "Kind", Shape::Word, |r| r.kind.name()),
    column("module", "Module", Shape::Code, |r| &r.module),
    column("record", "Record", Shape::Code, |r| &r.record),
    column("name", "Name", Shape::Code, |r| &r.name),
    column("verdict", "Verdict", Shape::Word, |r| r.verdict.name()),
    column("expression", "Old expression", Shape::Code, |r| {
        &r.expression
    }),
    column("definition", "Definition", Shape::Code, |r| &r.definition),
    column("wire", "Wire change", Shape::Prose, |r| &r.wire),
    column("reason", "Why", Shape::Prose, |r| &r.reason),
    column("default", "Default", Shape::Code, |r| &r.default),
    column("registered", "Registered", Shape::Code, |r| &r.registered),
    column("rust", "Rust", Shape::Code, |r| &r.rust),
    column("python", "Python", Shape::Code, |r| &r.python),
    column("avro", "Avro", Shape::Code, |r| &r.avro),
    of_tightening("former", "Tightened from", Shape::Code, |r| &r.former),
    of_tightening("reads", "Old data reads as", Shape::Prose, |r| &r.reads),
    of_tightening("breaks", "Who breaks", Shape::Prose, |r| &r.breaks),
    of_tightening("message", "Example message", Shape::Code, |r| &r.message),
    of_tightening("before", "Read before", Shape::Code, |r| &r.before),
    of_tightening("after", "Read now", Shape::Code, |r| &r.after),
];
