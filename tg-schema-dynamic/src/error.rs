//! What went wrong with a message, where in the message and where in its bytes.

use std::fmt;

use tg_schema_model::avro::resolution;

/// A message that cannot be read or written.
///
/// With `{:#}` the text names nothing of this library: it is for people who do not write the code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error {
    /// `Record.field[3].sub["key"]`; the record alone where the problem is not in a field; empty in
    /// what the functions say that split off a header, which know of no record.
    pub path: String,
    /// Byte of the input at which the problem was met, where it is known.
    pub offset: Option<usize>,
    /// The problem.
    pub problem: Problem,
}

/// Kinds of problems.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The text is not JSON.
    Syntax(String),
    /// Something else was expected here.
    Unexpected {
        /// What belongs here.
        expected: String,
        /// What is there.
        found: String,
    },
    /// A value does not follow the rules of its type.
    Invalid(String),
    /// The input ends inside a value.
    End {
        /// What belongs here.
        expected: &'static str,
    },
    /// The message is complete and bytes are left.
    Trailing {
        /// How many.
        bytes: usize,
    },
    /// A map has the same key twice.
    DuplicateKey(String),
    /// Records, arrays and maps lie deeper inside one another than [`crate::Limits::depth`].
    Depth(usize),
    /// More items than [`crate::Limits::items`].
    Items(usize),
    /// More memory than [`crate::Limits::memory`].
    Memory(usize),
    /// The writer's schema has something here that cannot be read.
    Resolution(Box<resolution::Problem>),
    /// The writer's enum has a symbol that the record's has not, and that has no default.
    Symbol {
        /// The symbol.
        name: String,
        /// The record's enum.
        reader: String,
    },
    /// The single-object header names neither the writer's schema nor that of the record.
    Writer {
        /// Of the writer's schema.
        writer: u64,
        /// Of the record's schema.
        reader: u64,
        /// In the header.
        found: u64,
    },
    /// The single-object header names another schema.
    Fingerprint {
        /// Of the record's schema.
        expected: u64,
        /// In the header.
        found: u64,
    },
}

impl Error {
    pub(crate) fn new(problem: Problem) -> Self {
        Error {
            path: String::new(),
            offset: None,
            problem,
        }
    }

    pub(crate) fn unexpected(expected: impl Into<String>, found: impl Into<String>) -> Self {
        Error::new(Problem::Unexpected {
            expected: expected.into(),
            found: found.into(),
        })
    }

    pub(crate) fn at(mut self, offset: usize) -> Self {
        self.offset.get_or_insert(offset);
        self
    }

    /// The same where the bytes follow a header of that length.
    pub(crate) fn behind(mut self, header: usize) -> Self {
        self.offset = self.offset.map(|offset| offset + header);
        self
    }

    /// The problem lies in the field `name`, or, below that, where the path says already.
    pub(crate) fn in_field(mut self, name: &str) -> Self {
        self.path.insert_str(0, name);
        self.path.insert(0, '.');
        self
    }

    pub(crate) fn in_item(mut self, index: usize) -> Self {
        self.path.insert_str(0, &format!("[{index}]"));
        self
    }

    pub(crate) fn in_key(mut self, key: &str) -> Self {
        self.path.insert_str(0, &format!("[{}]", quoted(key)));
        self
    }

    pub(crate) fn in_record(mut self, name: &str) -> Self {
        self.path.insert_str(0, name);
        self
    }
}

/// A text from a message, escaped, in quotes and cut to a length that fits a line.
pub(crate) fn quoted(text: &str) -> String {
    const SHOWN: usize = 48;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{:?}", format!("{}…", &text[..end])),
        None => format!("{text:?}"),
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.path.is_empty() {
            write!(f, "{}: ", self.path)?;
        }
        self.problem.fmt(f)?;
        match self.offset {
            Some(offset) => write!(f, " (at byte {offset})"),
            None => Ok(()),
        }
    }
}

/// How a limit can be set, for who writes the code: `{:#}` is for others.
fn settable(f: &fmt::Formatter<'_>, name: &str) -> String {
    match f.alternate() {
        true => ", which is what readers take unless their code allows more".to_owned(),
        false => format!(" (the limit can be set: `Limits::{name}`)"),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Syntax(text) | Problem::Invalid(text) => f.write_str(text),
            Problem::Unexpected { expected, found } => {
                write!(f, "expected {expected}, found {found}")
            }
            Problem::End { expected } => {
                write!(f, "expected {expected}, found the end of the input")
            }
            Problem::Trailing { bytes: 1 } => f.write_str("one byte is left after the message"),
            Problem::Trailing { bytes } => write!(f, "{bytes} bytes are left after the message"),
            Problem::DuplicateKey(key) => write!(f, "the key {} is there twice", quoted(key)),
            Problem::Depth(limit) => write!(
                f,
                "values lie more than {limit} levels inside one another{}",
                settable(f, "depth")
            ),
            Problem::Items(limit) => write!(
                f,
                "the message has more than {limit} items{}",
                settable(f, "items")
            ),
            Problem::Memory(limit) => write!(
                f,
                "the message needs more than {limit} bytes of memory{}",
                settable(f, "memory")
            ),
            Problem::Resolution(problem) => write!(f, "{} ({})", problem.message, problem.help),
            Problem::Symbol { name, reader } => write!(
                f,
                "the writer's symbol {} is none of {reader}, which has no default",
                quoted(name)
            ),
            Problem::Writer {
                writer,
                reader,
                found,
            } => write!(
                f,
                "the message was written with the schema of fingerprint {found:016x}; the writer's schema has {writer:016x}, this record has {reader:016x}"
            ),
            Problem::Fingerprint { expected, found } => write!(
                f,
                "the message was written with the schema of fingerprint {found:016x}, this record has {expected:016x}"
            ),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_what_and_byte() {
        let error = Error::unexpected("a boolean (0 or 1)", "byte 7")
            .at(12)
            .at(99)
            .in_key("k\"")
            .in_field("sub")
            .in_item(3)
            .in_field("field")
            .in_record("Chat");
        assert_eq!(
            error.to_string(),
            r#"Chat.field[3].sub["k\""]: expected a boolean (0 or 1), found byte 7 (at byte 12)"#
        );
    }

    #[test]
    fn users_of_the_command_are_told_no_names_of_the_library() {
        for problem in [Problem::Depth(64), Problem::Items(7), Problem::Memory(9)] {
            let error = Error::new(problem).in_record("Chat");
            assert!(error.to_string().contains("`Limits::"), "{error}");
            assert!(!format!("{error:#}").contains("Limits"), "{error:#}");
        }
    }

    #[test]
    fn long_keys_are_cut() {
        let shown = quoted(&"ü".repeat(1000));
        assert_eq!(shown.chars().count(), 51);
    }
}
