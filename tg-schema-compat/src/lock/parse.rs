//! The text of a lock into its blocks.
//!
//! A lock is written by a program, so this reads the one shape that it has and nothing else of TOML: each
//! line is a header, a key with its value, a comment or blank, and a literal goes from `'''` to `'''`.

mod body;
mod key;

use std::ops::Range;

use tg_schema_model::json::{self, Json};
use tg_schema_model::{Diagnostic, Diagnostics, SourceId, Span, name};

use super::accept::Kind;
use super::item::{Body, Entry};
use super::{FORMAT, MAX_PROBLEMS, MAX_TEXT};
use key::{Key, Keys, Value};

/// Reads the blocks. What is wrong goes to `diagnostics`.
pub(super) fn entries(text: &str, source: SourceId, diagnostics: &mut Diagnostics) -> Vec<Entry> {
    let mut reader = Reader {
        text,
        source,
        diagnostics,
    };
    if text.len() > MAX_TEXT {
        let message = format!("a lock has at most {MAX_TEXT} bytes");
        reader.error(0..0, message, format!("this has {}", text.len()), "");
        return Vec::new();
    }
    if reader.conflicts() {
        return Vec::new();
    }
    reader.blocks()
}

struct Reader<'t, 'd> {
    text: &'t str,
    source: SourceId,
    diagnostics: &'d mut Diagnostics,
}

/// A line, without its end.
struct Line<'t> {
    start: usize,
    text: &'t str,
}

/// A block while its keys are read.
struct Block<'t> {
    kind: Kind,
    name: String,
    place: Range<usize>,
    keys: Vec<Key<'t>>,
}

const HELP: &str =
    "`tg-schema check --accept` writes this file: take it from version control again";

impl<'t> Reader<'t, '_> {
    fn span(&self, range: Range<usize>) -> Span {
        Span::new(self.source, range)
    }

    fn error(
        &mut self,
        range: Range<usize>,
        message: impl Into<String>,
        label: impl Into<String>,
        help: &str,
    ) {
        let mut found = Diagnostic::error(self.span(range), message, label);
        found.help = (!help.is_empty()).then(|| help.to_owned());
        self.diagnostics.push(found);
    }

    fn lines(&self) -> impl Iterator<Item = Line<'t>> + use<'t> {
        let mut start = 0;
        self.text.split_inclusive('\n').map(move |line| {
            let at = start;
            start += line.len();
            let text = line.trim_end_matches(['\n', '\r']);
            Line { start: at, text }
        })
    }

    /// Marks that a merge left. Nothing else is said of a text that has them.
    fn conflicts(&mut self) -> bool {
        let is_mark = |line: &Line<'_>| super::mark(line.text).is_some();
        let found: Vec<Line<'_>> = self.lines().filter(is_mark).take(MAX_PROBLEMS).collect();
        for line in &found {
            self.error(
                line.start..line.start + line.text.len(),
                "a merge left a conflict here",
                "the mark of a conflict",
                "`tg-schema check --accept` keeps the blocks of both sides",
            );
        }
        !found.is_empty()
    }

    fn blocks(&mut self) -> Vec<Entry> {
        let mut entries = Vec::new();
        let mut block: Option<Block<'t>> = None;
        let mut format = false;
        let mut all = self.lines();
        while let Some(line) = all.next() {
            if self.diagnostics.0.len() >= MAX_PROBLEMS {
                return entries;
            }
            let text = line.text.trim_end();
            let whole = line.start..line.start + text.len();
            let text = if line.start == 0 {
                text.trim_start_matches('\u{feff}')
            } else {
                text
            };
            if text.is_empty() || text.starts_with('#') {
                continue;
            }
            if text.starts_with('[') {
                entries.extend(block.take().and_then(|block| self.entry(block)));
                if !format {
                    self.no_format(whole.clone());
                    return entries;
                }
                block = self.header(text, whole);
                continue;
            }
            let Some(key) = self.key(text, whole, &mut all) else {
                continue;
            };
            match &mut block {
                Some(block) => block.keys.push(key),
                None if key.name == "format" && !format => {
                    format = true;
                    if !matches!(key.value, Value::Number(FORMAT)) {
                        self.error(
                            key.value_place,
                            "this format of a lock is not known",
                            format!("expected {FORMAT}"),
                            "a newer version of tg-schema wrote it: use that one",
                        );
                        return entries;
                    }
                }
                // The header above it was wrong, which was said.
                None if format && !self.diagnostics.0.is_empty() => {}
                None => self.error(
                    key.place,
                    "this key belongs to no block",
                    "expected a header above it",
                    HELP,
                ),
            }
        }
        entries.extend(block.and_then(|block| self.entry(block)));
        if !format && self.diagnostics.0.is_empty() {
            self.no_format(0..0);
        }
        entries
    }

    fn no_format(&mut self, place: Range<usize>) {
        let label = format!("expected `format = {FORMAT}` as its first key");
        self.error(place, "this is not a lock file", label, HELP);
    }

    /// `[[record."full.Name"]]`.
    fn header(&mut self, text: &'t str, whole: Range<usize>) -> Option<Block<'t>> {
        let inside = text.strip_prefix("[[").and_then(|t| t.strip_suffix("]]"));
        let parts = inside.and_then(|inside| inside.split_once('.'));
        let Some((word, quoted)) = parts else {
            self.error(
                whole,
                "this is no header of a lock",
                "expected such as `[[record.\"full.Name\"]]`",
                HELP,
            );
            return None;
        };
        let start = whole.start + 2 + word.len() + 1;
        let Some(kind) = Kind::from_word(word) else {
            let help = name::nearest(word, Kind::ALL.map(Kind::word));
            let help = help
                .map(|near| format!("did you mean `{near}`?"))
                .unwrap_or_default();
            self.error(
                whole.start + 2..start - 1,
                format!("unknown kind `{word}`"),
                "expected `avro`, `enum`, `record` or `topic`",
                &help,
            );
            return None;
        };
        let Ok(Json::String(name)) = json::parse(quoted) else {
            self.error(
                start..whole.end - 2,
                "this is no name",
                "expected a name in double quotes",
                HELP,
            );
            return None;
        };
        Some(Block {
            kind,
            name,
            place: start..whole.end - 2,
            keys: Vec::new(),
        })
    }

    /// `key = value`; a literal goes on over the next lines.
    fn key(
        &mut self,
        text: &'t str,
        whole: Range<usize>,
        rest: &mut impl Iterator<Item = Line<'t>>,
    ) -> Option<Key<'t>> {
        let Some((name, value)) = text.split_once('=') else {
            self.error(
                whole,
                "this line is not of a lock",
                "expected a header or `key = value`",
                HELP,
            );
            return None;
        };
        let value_start = whole.end - value.trim_start().len();
        let (name, value) = (name.trim(), value.trim());
        let place = whole.start..whole.start + name.len();
        let mut value_place = value_start..whole.end;
        let read = if value == "'''" {
            let start = whole.end
                + self
                    .text
                    .get(whole.end..)
                    .map_or(0, |t| t.find('\n').map_or(0, |at| at + 1));
            let end = rest.find(|line| line.text.trim_end() == "'''");
            let Some(end) = end else {
                self.error(
                    value_place,
                    "this literal has no end",
                    "expected a line `'''` after it",
                    HELP,
                );
                return None;
            };
            value_place = start..end.start;
            Value::Literal(self.text.get(start..end.start).unwrap_or(""), start)
        } else {
            let number = value
                .bytes()
                .all(|b| b.is_ascii_digit())
                .then(|| value.parse().ok());
            match (number.flatten(), json::parse(value)) {
                (Some(number), _) => Value::Number(number),
                (None, Ok(Json::String(text))) => Value::Text(text),
                _ => {
                    self.error(
                        value_place,
                        "this is no value of a lock",
                        "expected a whole number, a text in double quotes or `'''`",
                        HELP,
                    );
                    return None;
                }
            }
        };
        Some(Key {
            name,
            place,
            value: read,
            value_place,
        })
    }

    fn entry(&mut self, block: Block<'t>) -> Option<Entry> {
        let before = self.diagnostics.0.len();
        let mut keys = Keys {
            found: block.keys,
            owner: block.place.clone(),
        };
        let since = keys.number("since", self);
        let removed = keys.number("removed", self);
        let release = match (since, removed) {
            (Some(release), None) | (None, Some(release)) if release > 0 => release,
            _ => {
                let label = "expected one of `since` and `removed`, with the number of a release";
                self.error(
                    block.place.clone(),
                    format!("`{}` has no release", block.name),
                    label,
                    HELP,
                );
                0
            }
        };
        let body = match (removed, block.kind) {
            (Some(_), _) => None,
            (None, Kind::Record | Kind::Enum) => self.type_body(&mut keys, &block.name, block.kind),
            (None, Kind::Topic) => self.topic_body(&mut keys, &block.name).map(Body::Topic),
            (None, Kind::Avro) => self.avro_body(&mut keys).map(Body::Avro),
        };
        for key in keys.found.into_iter().take(MAX_PROBLEMS) {
            self.error(
                key.place,
                format!("unknown key `{}` in `{}`", key.name, block.name),
                "not expected here, or not a second time",
                HELP,
            );
        }
        (self.diagnostics.0.len() == before).then(|| Entry {
            kind: block.kind,
            name: block.name,
            place: self.span(block.place),
            release,
            body,
        })
    }
}
