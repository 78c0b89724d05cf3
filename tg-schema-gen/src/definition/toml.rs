//! TOML 1.1 text into the tree.
//!
//! The events of `toml_parser` are turned into tables here and not by the `toml` crate, because the
//! order of fields on the wire is the order of the *text*, however a table is split over headers, and
//! because every error of a file is reported at once with what it makes unreadable left out.

mod builder;
mod datetime;
mod mistake;

use std::sync::mpsc::sync_channel;

use tg_schema_model::{Diagnostics, SourceId};
use toml_parser::parser::{Event, EventKind, RecursionGuard, ValidateWhitespace, parse_document};
use toml_parser::{ParseError, Source};

pub(crate) use datetime::with_seconds;
pub(crate) use mistake::line;

use super::node::Document;
use builder::Builder;
use mistake::diagnostic;

/// How deep arrays and inline tables may nest, and how many parts a dotted key may have.
pub(crate) const MAX_DEPTH: u32 = 64;

/// About how many bytes of a text are taken apart at once. What a part is read with fits into the caches of
/// a processor; that of a whole text is ten times as large as the text.
const PART: usize = 16 * 1024;

/// Length of a text from which on a second thread saves more than it costs.
const WORTH_A_THREAD: usize = 8 * PART;

/// Reads a text. What is wrong with it goes to `diagnostics`.
pub(crate) fn read<'i>(
    text: &'i str,
    source: SourceId,
    diagnostics: &mut Diagnostics,
) -> Document<'i> {
    let mut builder = Builder::new(source);
    if text.len() < WORTH_A_THREAD {
        builder.read_all(parts(text).map(Part::of));
    } else {
        // One takes the parts asunder, while the other puts them together.
        std::thread::scope(|scope| {
            let (sender, receiver) = sync_channel(4);
            scope.spawn(move || {
                // Nobody listens any more after a mistake.
                let _ = parts(text)
                    .map(Part::of)
                    .try_for_each(|part| sender.send(part));
            });
            builder.read_all(receiver.into_iter());
        });
    }
    if !builder.errors.is_empty() {
        // What is wrong, and what is left out because of it, is known by the whole text alone.
        builder = Builder::new(source);
        builder.read(Part::of((0, text)));
    }
    let Builder {
        mut document,
        errors,
        unread,
        ..
    } = builder;
    document.partial = errors.len() > unread;
    for error in errors {
        diagnostics.push(diagnostic(error, text, source));
    }
    document
}

/// The parts of a text, each with its beginning. A part ends where a line begins like a header. Where that
/// line is inside a string or an array, the part before it ends inside one too, which is an error.
fn parts(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = text.get(start..).filter(|rest| !rest.is_empty())?;
        let behind = rest.as_bytes().get(PART..).unwrap_or_default();
        let header = behind.windows(2).position(|two| two == b"\n[");
        let length = header.map_or(rest.len(), |at| PART + at + 1);
        let part = (start, rest.get(..length)?);
        start += length;
        Some(part)
    })
}

/// A part of a text, taken apart.
struct Part<'i> {
    text: &'i str,
    start: usize,
    events: Vec<Event>,
    errors: Vec<ParseError>,
}

impl<'i> Part<'i> {
    fn of((start, text): (usize, &'i str)) -> Self {
        let mut errors = Vec::new();
        let events = events(text, &mut errors, |kind| {
            !matches!(
                kind,
                EventKind::Whitespace | EventKind::Comment | EventKind::Newline | EventKind::Error
            )
        });
        Part {
            text,
            start,
            events,
            errors,
        }
    }
}

/// The events of a text, those that `keep` wants.
pub(crate) fn events(
    text: &str,
    errors: &mut Vec<ParseError>,
    keep: impl Fn(EventKind) -> bool,
) -> Vec<Event> {
    let source = Source::new(text);
    let tokens = source.lex().into_vec();
    let mut events = Vec::with_capacity(tokens.len() / 2);
    let mut receiver = |event: Event| {
        if keep(event.kind()) {
            events.push(event);
        }
    };
    let mut checked = ValidateWhitespace::new(&mut receiver, source);
    let mut guarded = RecursionGuard::new(&mut checked, MAX_DEPTH);
    parse_document(&tokens, &mut guarded, errors);
    events
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is read of a text in parts, and of the whole at once.
    fn both(text: &str) -> (String, String) {
        let source = SourceId(0);
        let mut wrong = Diagnostics::default();
        let parts = read(text, source, &mut wrong);
        let mut whole = Builder::new(source);
        whole.read(Part::of((0, text)));
        whole.document.partial = whole.errors.len() > whole.unread;
        assert_eq!(wrong.0.len(), whole.errors.len());
        (format!("{parts:?}"), format!("{:?}", whole.document))
    }

    #[test]
    fn a_text_means_the_same_in_parts() {
        let lines = "[x]\n".repeat(PART / 3);
        let tables: String = (0..PART / 8)
            .map(|n| format!("[t.a{n}]\nk = 'v'\n"))
            .collect();
        let texts = [
            tables.clone(),
            (0..WORTH_A_THREAD / 8)
                .map(|n| format!("[t.b{n}]\n"))
                .collect(),
            format!("{}[t\n", "[[t.c]]\n".repeat(WORTH_A_THREAD / 8)),
            format!("{tables}[t.a0]\n"),
            format!("a = 1\n{tables}[t]\nb = 2\n[[u]]\nb = 3\n[[u]]\n"),
            format!("a = \"\"\"\n{lines}\"\"\"\n{tables}"),
            format!("a = '''\n{lines}'''\n{tables}"),
            format!("a = '''\n{lines}"),
            format!("a = [\n{}]\n{tables}", "[1],\n".repeat(PART / 3)),
            format!("{tables}a = [\n{}", "[1],\n".repeat(PART / 3)),
            format!("{}{tables}", "# [\n".repeat(PART / 3)),
            tables.replace('\n', "\r\n"),
        ];
        for text in &texts {
            assert!(text.len() > PART);
            let (parts, whole) = both(text);
            assert!(parts == whole, "{}", &text[..40]);
        }
    }
}
