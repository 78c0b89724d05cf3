//! What is found while a datum is read with another schema.

use crate::datum::Datum;

/// What is listed of one datum.
const MAX_NOTES: usize = 1_000;

/// What a reader has of a datum.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Read {
    /// The value; none where it is refused.
    pub datum: Option<Datum>,
    /// Everything for which it is refused.
    pub refusals: Vec<Note>,
    /// Everything that is dropped or altered.
    pub changes: Vec<Note>,
}

/// Something that is refused, dropped or altered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub kind: Kind,
    /// The place by the names of the reader, as `lines[].item`; by the writer's where the reader has none.
    pub reader: String,
    /// The place by the names of the writer; by the reader's where the writer has none.
    pub writer: String,
    /// The facts, for people.
    pub message: String,
}

/// What is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Types of which one does not become the other.
    Type,
    /// Names of records, enums or fixed types.
    Name,
    /// Sizes of fixed types.
    Size,
    /// A symbol is unknown: refused, or the default instead.
    Symbol,
    /// A field that the writer does not have has no default.
    Missing,
    /// A field may be one of several fields of the writer.
    Ambiguous,
    /// No branch of a union fits.
    Branch,
    /// Bytes are no text.
    Text,
    /// Decimals differ in their digits.
    Decimal,
    /// A plain value is none of those that the reader's logical type has.
    Range,
    /// A default is no value of its type.
    Default,
    /// The reader has no such field.
    Dropped,
    /// Digits are lost.
    Digits,
    /// The value stands for something else: a number of milliseconds that is read as one of microseconds.
    Meaning,
}

impl Kind {
    /// Whether it follows from the types as registries compare them, which look at no values, no defaults and
    /// no logical types.
    pub const fn is_of_types(self) -> bool {
        !matches!(
            self,
            Kind::Text | Kind::Decimal | Kind::Range | Kind::Default
        )
    }
}

#[derive(Debug, Default)]
pub(super) struct Notes {
    refusals: Vec<Note>,
    changes: Vec<Note>,
    reader: String,
    writer: String,
    lengths: Vec<(usize, usize)>,
}

impl Notes {
    pub(super) fn enter(&mut self, reader: &str, writer: &str) {
        self.lengths.push((self.reader.len(), self.writer.len()));
        push(&mut self.reader, reader);
        push(&mut self.writer, writer);
    }

    pub(super) fn leave(&mut self) {
        if let Some((reader, writer)) = self.lengths.pop() {
            self.reader.truncate(reader);
            self.writer.truncate(writer);
        }
    }

    pub(super) fn refuse(&mut self, kind: Kind, message: String) {
        let note = self.note(kind, message);
        add(&mut self.refusals, note);
    }

    pub(super) fn change(&mut self, kind: Kind, message: &str) {
        let note = self.note(kind, message.to_owned());
        add(&mut self.changes, note);
    }

    fn note(&self, kind: Kind, message: String) -> Note {
        Note {
            kind,
            reader: self.reader.clone(),
            writer: self.writer.clone(),
            message,
        }
    }

    pub(super) fn read(self, datum: Option<Datum>) -> Read {
        Read {
            datum: datum.filter(|_| self.refusals.is_empty()),
            refusals: self.refusals,
            changes: self.changes,
        }
    }
}

/// Adds a note, the same place and kind once.
fn add(notes: &mut Vec<Note>, note: Note) {
    if notes.len() < MAX_NOTES && notes.last() != Some(&note) {
        notes.push(note);
    }
}

fn push(path: &mut String, part: &str) {
    if !path.is_empty() && !part.starts_with(['[', '{']) {
        path.push('.');
    }
    path.push_str(part);
}
