//! A problem and its place, as text that a person can act on.

use std::fmt;
use std::ops::Deref;
use std::sync::{Arc, OnceLock};

/// Which source a span is in: index into [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

impl SourceId {
    /// No source: the thing was made by a program.
    pub const NONE: SourceId = SourceId(u32::MAX);
}

/// A range of bytes in a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The source.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// Byte after the last.
    pub end: u32,
}

impl Span {
    /// No place.
    pub const NONE: Span = Span {
        source: SourceId::NONE,
        start: 0,
        end: 0,
    };

    /// A range in a source.
    pub fn new(source: SourceId, range: std::ops::Range<usize>) -> Self {
        let clip = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Span {
            source,
            start: clip(range.start),
            end: clip(range.end),
        }
    }
    /// This place, or `other` where this is none.
    #[must_use]
    pub fn or(self, other: Span) -> Span {
        if self == Span::NONE { other } else { self }
    }
    /// The range as `usize`.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

impl Default for Span {
    fn default() -> Self {
        Span::NONE
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Nothing is written while one of these stands.
    Error,
    /// Reported; the work goes on.
    Warning,
}

/// One problem.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Diagnostic {
    /// Place; reports are sorted by it.
    pub span: Span,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong, lower case, one sentence, no full stop.
    pub message: String,
    /// What was expected there: the text beside the underlined span.
    pub label: String,
    /// What to do, if there is more to say.
    pub help: Option<String>,
    /// Stable name of this kind of problem, `SCREAMING_SNAKE`, where it has one.
    pub code: Option<&'static str>,
}

impl Diagnostic {
    /// An error.
    pub fn error(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Diagnostic {
            span,
            severity: Severity::Error,
            message: message.into(),
            label: label.into(),
            help: None,
            code: None,
        }
    }
    /// A warning.
    pub fn warning(span: Span, message: impl Into<String>, label: impl Into<String>) -> Self {
        Diagnostic {
            severity: Severity::Warning,
            ..Diagnostic::error(span, message, label)
        }
    }
    /// The same with advice.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
    /// The same with the stable name of its kind.
    #[must_use]
    pub fn code(mut self, code: &'static str) -> Self {
        self.code = Some(code);
        self
    }
}

/// Collected problems.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(pub Vec<Diagnostic>);

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, d: Diagnostic) {
        self.0.push(d);
    }
    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|d| d.severity == Severity::Error)
    }
    /// Sorts by place and drops exact repetitions.
    pub fn finish(&mut self) {
        self.0.sort();
        self.0.dedup();
    }
}

/// A named text that spans point into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Name for reports: the path as the user gave it.
    pub name: String,
    /// Whole text, without the mark of the byte order where [`Source::mark`] tells of one.
    pub text: Text,
    /// What stands before the text in the file: nothing, or a mark of the byte order that was left out.
    pub mark: &'static str,
    lines: Lines,
}

impl Source {
    /// The byte of the file at which a byte of the text stands.
    pub fn in_file(&self, byte: usize) -> usize {
        self.mark.len() + byte
    }
}

/// The mark of the byte order, which says nothing that UTF-8 does not.
const MARK: &str = "\u{feff}";

/// A text of JSON without a mark of the byte order, of which JSON knows nothing.
pub fn unmarked(text: &str) -> &str {
    text.strip_prefix(MARK).unwrap_or(text)
}

/// A text that several [`Sources`] may hold: copies share it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text(Arc<str>);

impl Text {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Text {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

/// Where the lines of a text start and how many characters come before a byte, found out when somebody asks: many
/// problems may be in one long text, and all of it in one line.
#[derive(Clone, Debug, Default)]
struct Lines(Arc<OnceLock<Marks>>);

/// Of one text.
#[derive(Debug, Default)]
struct Marks {
    /// Bytes at which lines start.
    starts: Vec<usize>,
    /// Characters before each [`STRIDE`] bytes.
    characters: Vec<usize>,
}

/// Bytes between two marks.
const STRIDE: usize = 1_024;

/// Characters that start in some bytes of a text.
fn characters(bytes: &[u8]) -> usize {
    bytes.iter().filter(|b| !matches!(b, 0x80..=0xBF)).count()
}

impl Marks {
    fn of(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n');
        let behind = breaks.map(|(at, _)| at + 1);
        let mut before = 0;
        let strides = text.as_bytes().chunks(STRIDE).map(|chunk| {
            let mark = before;
            before += characters(chunk);
            mark
        });
        let characters = strides.collect();
        Marks {
            starts: std::iter::once(0).chain(behind).collect(),
            characters,
        }
    }

    /// Characters before a byte.
    fn before(&self, text: &str, byte: usize) -> usize {
        let (mark, start) = match self.characters.get(byte / STRIDE) {
            Some(mark) => (*mark, byte - byte % STRIDE),
            None => (0, 0),
        };
        mark + characters(text.as_bytes().get(start..byte).unwrap_or_default())
    }
}

/// They follow from the text.
impl PartialEq for Lines {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Lines {}

impl Lines {
    /// The line of a byte, from 0, and where it starts.
    fn at(&self, text: &str, byte: usize) -> (usize, usize) {
        let starts = &self.0.get_or_init(|| Marks::of(text)).starts;
        let line = starts.partition_point(|&start| start <= byte).max(1) - 1;
        (line, starts.get(line).copied().unwrap_or(0))
    }

    /// Characters from one byte to a later one.
    fn between(&self, text: &str, from: usize, to: usize) -> usize {
        let marks = self.0.get_or_init(|| Marks::of(text));
        marks.before(text, to) - marks.before(text, from)
    }
}

/// Every text that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sources(pub Vec<Source>);

/// Line and column of a place, both from 1; columns count characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Line.
    pub line: usize,
    /// Column in characters.
    pub column: usize,
}

impl Sources {
    /// Adds a text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.put(name.into(), "", &text.into())
    }
    /// Adds a text of JSON, which has no mark of the byte order: one at its beginning is left out.
    pub fn add_json(&mut self, name: impl Into<String>, text: &str) -> SourceId {
        let own = unmarked(text);
        let mark = if own.len() < text.len() { MARK } else { "" };
        self.put(name.into(), mark, own)
    }
    fn put(&mut self, name: String, mark: &'static str, text: &str) -> SourceId {
        let id = SourceId(u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        self.0.push(Source {
            name,
            text: Text(text.into()),
            mark,
            lines: Lines::default(),
        });
        id
    }
    /// The text that `id` names.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }
    /// Line and column where `span` starts.
    pub fn position(&self, span: Span) -> Option<Position> {
        let source = self.get(span.source)?;
        let text = &source.text;
        let mut at = (span.start as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let (line, start) = source.lines.at(text, at);
        let column = source.lines.between(text, start, at) + 1;
        Some(Position {
            line: line + 1,
            column,
        })
    }
    /// `file:line:column`, or nothing where there is no place.
    pub fn place(&self, span: Span) -> Option<String> {
        let source = self.get(span.source)?;
        let p = self.position(span)?;
        Some(format!("{}:{}:{}", source.name, p.line, p.column))
    }
    /// A problem as plain text: place, message, source line with the span underlined, help.
    pub fn render(&self, d: &Diagnostic) -> String {
        let mut out = String::new();
        let _ = self.write(d, &mut out);
        out
    }
    fn write(&self, d: &Diagnostic, out: &mut impl fmt::Write) -> fmt::Result {
        let severity = match d.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let kind = match d.code {
            Some(code) => format!("{severity}[{code}]"),
            None => severity.to_owned(),
        };
        let (Some(source), Some(p)) = (self.get(d.span.source), self.position(d.span)) else {
            writeln!(out, "{kind}: {}", d.message)?;
            if !d.label.is_empty() {
                writeln!(out, "  = {}", d.label)?;
            }
            return match &d.help {
                Some(h) => writeln!(out, "  = help: {h}"),
                None => Ok(()),
            };
        };
        let line = source.text.lines().nth(p.line - 1).unwrap_or("");
        let number = p.line.to_string();
        let pad = " ".repeat(number.len());
        let before: String = line
            .chars()
            .take(p.column - 1)
            .map(|c| if c == '\t' { '\t' } else { ' ' })
            .collect();
        let covered = source.text.get(d.span.range()).unwrap_or("");
        let width = covered.lines().next().unwrap_or("").chars().count().max(1);
        writeln!(out, "{kind}: {}", d.message)?;
        writeln!(out, "{pad}--> {}:{}:{}", source.name, p.line, p.column)?;
        writeln!(out, "{pad} |")?;
        writeln!(out, "{number} | {line}")?;
        let label = if d.label.is_empty() {
            String::new()
        } else {
            format!(" {}", d.label)
        };
        writeln!(out, "{pad} | {before}{}{label}", "^".repeat(width))?;
        match &d.help {
            Some(h) => writeln!(out, "{pad} = help: {h}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_of_long_lines_count_characters() {
        let text = format!("a\n{}\r\n{}x", "ü€𐍈b".repeat(700), "y".repeat(3_000));
        let mut sources = Sources::default();
        let source = sources.add("t", text.as_str());
        for at in (0..=text.len()).filter(|at| text.is_char_boundary(*at)) {
            let start = text[..at].rfind('\n').map_or(0, |end| end + 1);
            let found = sources.position(Span::new(source, at..at)).unwrap();
            assert_eq!(found.column, text[start..at].chars().count() + 1, "{at}");
        }
    }
}
