//! What went wrong in a message, and where.

use std::borrow::Cow;
use std::fmt;

/// A message could not be written or read.
///
/// `Display` gives the path, what was expected and the byte: `Order.lines[3].price: expected a number,
/// found a string at byte 57`.
#[derive(Clone)]
pub struct Error(Box<Inner>);

#[derive(Clone)]
struct Inner {
    kind: ErrorKind,
    message: Cow<'static, str>,
    offset: Option<usize>,
    record: Cow<'static, str>,
    /// Innermost first.
    path: Vec<Segment>,
}

#[derive(Clone)]
enum Segment {
    Field(Cow<'static, str>),
    Index(usize),
    Key(String),
}

/// The sort of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The input ends inside a value.
    End,
    /// The bytes are not what the encoding allows (not JSON, a bad varint, not UTF-8).
    Syntax,
    /// Well-formed, but of another type than the schema says, or out of its range.
    Type,
    /// A required field is absent or null.
    Missing,
    /// A key, or a name and its alias, came twice.
    Duplicate,
    /// A symbol that the enum does not know.
    Symbol,
    /// A [`crate::Limits`] was reached.
    Limit,
    /// Bytes are left after the message.
    Trailing,
    /// A frame has a wrong magic byte or belongs to another schema.
    Frame,
    /// The message was written with a schema that this type cannot read, at least not this message.
    Resolution,
    /// Fields that a [`crate::Peek`] was asked for are not what the schema has.
    Field,
    /// The value cannot be written (NaN in JSON, too many decimal digits, bytes that are not text).
    Value,
}

impl Error {
    #[cold]
    #[inline(never)]
    pub(crate) fn new(
        kind: ErrorKind,
        message: impl Into<Cow<'static, str>>,
        offset: Option<usize>,
    ) -> Self {
        Error(Box::new(Inner {
            kind,
            message: message.into(),
            offset,
            record: Cow::Borrowed(""),
            path: Vec::new(),
        }))
    }
    #[cold]
    #[inline(never)]
    pub(crate) fn value(message: impl Into<Cow<'static, str>>) -> Self {
        Error::new(ErrorKind::Value, message, None)
    }
    /// [`crate::Limits::depth`] was reached.
    #[cold]
    #[inline(never)]
    pub(crate) fn too_deep(offset: Option<usize>) -> Self {
        let message = "values are nested deeper than Limits::depth allows; raise it on the Decoder if that is meant";
        Error::new(ErrorKind::Limit, message, offset)
    }
    /// Something stands behind the message.
    #[cold]
    #[inline(never)]
    pub(crate) fn trailing(bytes: usize, offset: usize) -> Self {
        let message = match bytes {
            1 => "expected the end, found one more byte".to_owned(),
            n => format!("expected the end, found {n} more bytes"),
        };
        Error::new(ErrorKind::Trailing, message, Some(offset))
    }
    /// [`crate::Limits::items`] or [`crate::Limits::memory`] was reached.
    #[cold]
    #[inline(never)]
    pub(crate) fn too_many(offset: usize) -> Self {
        let message = "more items than Limits::items or Limits::memory allows; raise it on the Decoder if that is meant";
        Error::new(ErrorKind::Limit, message, Some(offset))
    }
    /// A key of an object or map came twice.
    #[cold]
    #[inline(never)]
    pub(crate) fn twice(key: &str, offset: usize) -> Self {
        Error::new(ErrorKind::Duplicate, "the key comes twice", Some(offset)).in_key(key)
    }
    #[cold]
    #[inline(never)]
    pub(crate) fn in_field(mut self, name: &'static str) -> Self {
        self.0.path.push(Segment::Field(Cow::Borrowed(name)));
        self
    }
    /// A field of a schema that is no type.
    #[cold]
    #[inline(never)]
    pub(crate) fn in_field_of(mut self, name: &str) -> Self {
        self.0
            .path
            .push(Segment::Field(Cow::Owned(name.to_owned())));
        self
    }
    #[cold]
    #[inline(never)]
    pub(crate) fn in_item(mut self, index: usize) -> Self {
        self.0.path.push(Segment::Index(index));
        self
    }
    #[cold]
    #[inline(never)]
    pub(crate) fn in_key(mut self, key: &str) -> Self {
        const SHOWN: usize = 64;
        let end = key.char_indices().nth(SHOWN).map_or(key.len(), |(i, _)| i);
        self.0.path.push(Segment::Key(key[..end].to_owned()));
        self
    }
    #[cold]
    #[inline(never)]
    pub(crate) fn in_record(mut self, name: &'static str) -> Self {
        self.0.record = Cow::Borrowed(name);
        self
    }
    /// A record of a schema that is no type.
    #[cold]
    #[inline(never)]
    pub(crate) fn in_record_of(mut self, name: &str) -> Self {
        self.0.record = Cow::Owned(name.to_owned());
        self
    }

    /// The sort of error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }
    /// Byte of the input at which it was noticed. `None` when writing.
    pub fn offset(&self) -> Option<usize> {
        self.0.offset
    }
    /// What was wrong, without path and place.
    pub fn message(&self) -> &str {
        &self.0.message
    }
    /// `Record.field[3]["key"]`: where in the message.
    pub fn path(&self) -> String {
        let mut out = self.0.record.clone().into_owned();
        for segment in self.0.path.iter().rev() {
            match segment {
                Segment::Field(name) if out.is_empty() => out.push_str(name),
                Segment::Field(name) => {
                    out.push('.');
                    out.push_str(name);
                }
                Segment::Index(i) => out.push_str(&format!("[{i}]")),
                Segment::Key(key) => out.push_str(&format!("[{key:?}]")),
            }
        }
        out
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path();
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.0.message)?;
        match self.0.offset {
            Some(at) => write!(f, " at byte {at}"),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Error({:?}, {:?})", self.0.kind, self.to_string())
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_reads_from_the_outside_in() {
        let e = Error::new(ErrorKind::Type, "expected a number", Some(7))
            .in_field("price")
            .in_item(3)
            .in_field("lines")
            .in_key("a\"b")
            .in_field("orders")
            .in_record("Day");
        assert_eq!(
            e.to_string(),
            "Day.orders[\"a\\\"b\"].lines[3].price: expected a number at byte 7"
        );
        assert_eq!(
            (e.kind(), e.offset(), e.message()),
            (ErrorKind::Type, Some(7), "expected a number")
        );
    }

    #[test]
    fn a_long_key_is_cut_in_the_path() {
        let key = "ä".repeat(500);
        assert_eq!(
            Error::value("x").in_key(&key).path().chars().count(),
            64 + 4
        );
    }
}
