//! What TOML refuses, in the words of a report.

use tg_schema_model::{Diagnostic, SourceId, Span};
use toml_parser::{Expected, ParseError};

use crate::definition::reader::alternatives;

// Messages of this module; those of the parser stand in its own words.
pub(super) const DUPLICATE_KEY: &str = "duplicate key";
pub(super) const DUPLICATE_TABLE: &str = "duplicate table";
pub(super) const CLOSED: &str = "an inline table cannot be extended";
pub(super) const NO_TABLE: &str = "a value that is not a table cannot be extended";
pub(super) const TOO_LARGE: &str = "this integer is out of every range";
pub(super) const TOO_LONG: &str = "this dotted key is too long";
pub(super) const NO_DATE: &str = "this is no date or time";

/// An error of the parser, or of the builder by one of the messages above.
pub(super) fn diagnostic(error: ParseError, text: &str, source: SourceId) -> Diagnostic {
    let range = error.unexpected().map_or(0..0, |s| s.start()..s.end());
    let span = Span::new(source, range.clone());
    let label = match error.expected() {
        None => String::new(),
        Some([]) => "nothing is expected here".to_owned(),
        Some(words) => {
            let words: Vec<String> = words.iter().map(expected).collect();
            format!("expected {}", alternatives(&words))
        }
    };
    let first = error.context().map(|first| line(text, first.start()));
    let plain = |label: &str| Diagnostic::error(span, error.description(), label);
    match (error.description(), first) {
        (DUPLICATE_KEY | DUPLICATE_TABLE, Some(first)) => {
            plain("again here").help(format!("it is first set on line {first}"))
        }
        (CLOSED | NO_TABLE, Some(first)) => {
            plain("expected a table").help(format!("it is set on line {first}"))
        }
        (TOO_LARGE, _) => plain("expected at most 64 bits"),
        (TOO_LONG, _) => plain("expected at most 64 parts"),
        (NO_DATE, _) => plain("expected a date and time as in RFC 3339"),
        ("string values must be quoted" | "invalid literal string", _) if range.is_empty() => {
            Diagnostic::error(span, "a value is missing", "expected a value")
        }
        ("string values must be quoted", _) => plain("expected text between double quotes"),
        _ => Diagnostic::error(span, error.description(), label),
    }
}

/// The line of a byte, from 1.
pub(crate) fn line(text: &str, at: usize) -> usize {
    text.as_bytes()
        .iter()
        .take(at)
        .filter(|&&b| b == b'\n')
        .count()
        + 1
}

fn expected(word: &Expected) -> String {
    match word {
        Expected::Literal("\n") => "a line break".to_owned(),
        Expected::Literal(text) if text.contains('`') => format!("'{text}'"),
        Expected::Literal(text) if text.chars().any(char::is_control) => {
            format!("`{}`", text.escape_debug())
        }
        Expected::Literal(text) => format!("`{text}`"),
        Expected::Description(text) => (*text).to_owned(),
        _ => "something else".to_owned(),
    }
}
