//! The edits of a fix as lines before and after.

use std::ops::Range;

use tg_schema_model::SourceId;

use super::Texts;
use crate::report::{Edit, Fix};

/// Lines of one file that a fix replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Name of the file.
    pub file: String,
    /// Number of the first line, from 1.
    pub line: usize,
    /// The lines as they are.
    pub before: Vec<String>,
    /// The lines as they will be.
    pub after: Vec<String>,
}

/// The edits of a fix as lines, in the order of the texts. Edits that overlap an earlier one, or that
/// point out of their text, are left out.
pub fn hunks(texts: &Texts<'_>, fix: &Fix) -> Vec<Hunk> {
    let mut edits: Vec<&Edit> = fix.edits.iter().collect();
    edits.sort_by_key(|edit| (edit.span.source, edit.span.start, edit.span.end));
    let mut hunks: Vec<Open<'_>> = Vec::new();
    for edit in edits {
        let Some(source) = texts.new.sources.get(edit.span.source) else {
            continue;
        };
        let text = source.text.as_str();
        let range = edit.span.range();
        if text.get(range.clone()).is_none() {
            continue;
        }
        let lines = lines(text, &range);
        match hunks.last_mut() {
            Some(open) if open.source == edit.span.source && lines.start < open.lines.end => {
                if range.start >= open.done {
                    open.lines.end = open.lines.end.max(lines.end);
                    open.apply(&range, &edit.text);
                }
            }
            _ => {
                let line = texts
                    .new
                    .sources
                    .position(edit.span)
                    .map_or(1, |at| at.line);
                let mut open = Open {
                    source: edit.span.source,
                    file: &source.name,
                    text,
                    line,
                    done: lines.start,
                    lines,
                    after: String::new(),
                };
                open.apply(&range, &edit.text);
                hunks.push(open);
            }
        }
    }
    hunks.into_iter().map(Open::close).collect()
}

/// A hunk that further edits may join.
struct Open<'t> {
    source: SourceId,
    file: &'t str,
    text: &'t str,
    line: usize,
    lines: Range<usize>,
    /// What was taken over so far.
    done: usize,
    after: String,
}

impl Open<'_> {
    fn apply(&mut self, range: &Range<usize>, text: &str) {
        self.after
            .push_str(self.text.get(self.done..range.start).unwrap_or(""));
        self.after.push_str(text);
        self.done = range.end;
    }

    fn close(mut self) -> Hunk {
        let rest = self.text.get(self.done..self.lines.end).unwrap_or("");
        self.after.push_str(rest);
        let split = |text: &str| text.lines().map(str::to_owned).collect();
        Hunk {
            file: self.file.to_owned(),
            line: self.line,
            before: split(self.text.get(self.lines).unwrap_or("")),
            after: split(&self.after),
        }
    }
}

/// The whole lines that a range lies in.
fn lines(text: &str, range: &Range<usize>) -> Range<usize> {
    let before = text.get(..range.start).unwrap_or("");
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    // A range that ends behind a line end holds that line and not the next one.
    let ended = range.end > range.start && text.get(..range.end).is_some_and(|t| t.ends_with('\n'));
    let end = match text.get(range.end..).and_then(|rest| rest.find('\n')) {
        _ if ended => range.end,
        Some(at) => range.end + at + 1,
        None => text.len(),
    };
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::version::Version;
    use tg_schema_model::{Schema, Sources, Span};

    fn of(text: &str, edits: &[(usize, usize, &str)]) -> Vec<(usize, Vec<String>, Vec<String>)> {
        let mut sources = Sources::default();
        let id = sources.add("a.toml", text);
        let new = Version::of_definitions("new", Schema::default(), sources);
        let texts = Texts {
            new: &new,
            against: &[],
            root: None,
        };
        let edits = edits.iter().map(|&(start, end, text)| Edit {
            span: Span::new(id, start..end),
            text: text.to_owned(),
        });
        let fix = Fix {
            message: String::new(),
            edits: edits.collect(),
            proven: true,
            plan: Vec::new(),
        };
        hunks(&texts, &fix)
            .into_iter()
            .map(|h| (h.line, h.before, h.after))
            .collect()
    }

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    #[test]
    fn edits_become_lines() {
        let text = "a = \"int\"\nb = \"long\"\nc = 1\n";
        assert_eq!(
            of(text, &[(15, 19, "int"), (5, 8, "long")]),
            [
                (1, lines("a = \"int\""), lines("a = \"long\"")),
                (2, lines("b = \"long\""), lines("b = \"int\"")),
            ]
        );
        assert_eq!(
            of(text, &[(10, 11, "x"), (15, 19, "y?")]),
            [(2, lines("b = \"long\""), lines("x = \"y?\""))]
        );
        assert_eq!(
            of(text, &[(10, 10, "n = 2\n")]),
            [(2, lines("b = \"long\""), lines("n = 2\nb = \"long\""))]
        );
        assert_eq!(
            of(text, &[(10, 21, "")]),
            [(2, lines("b = \"long\""), lines(""))]
        );
    }

    #[test]
    fn edits_at_odd_places_do_no_harm() {
        let text = "é = 1";
        assert_eq!(of(text, &[(1, 2, "x")]), []);
        assert_eq!(of(text, &[(0, 900, "x")]), []);
        assert_eq!(
            of(text, &[(0, 6, "x"), (2, 3, "y"), (6, 6, "!")]),
            [(1, lines("é = 1"), lines("x!"))]
        );
        assert_eq!(of("", &[(0, 0, "x")]), [(1, lines(""), lines("x"))]);
    }
}
