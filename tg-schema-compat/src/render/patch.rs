//! The edits of a fix as lines before and after.

use std::ops::Range;

use tg_schema_model::SourceId;

use super::{Texts, words};
use crate::report::{Edit, Fix};

/// Bytes of lines that are shown whole. A whole schema may stand in one line, and be edited for each of many findings.
const MAX_WHOLE: usize = words::MAX_SHOWN;
/// Bytes that are shown of longer ones before and behind what changes.
const MAX_SIDE: usize = 200;

/// Lines of one file that a fix replaces.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Name of the file.
    pub file: String,
    /// Number of the first line, from 1.
    pub line: usize,
    /// The lines as they are; of long ones what is around the edit, with `…` for the rest.
    pub before: Vec<String>,
    /// The lines as they will be, likewise.
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
        let before = self.text.get(self.lines).unwrap_or("");
        let split = |text: &str| text.lines().map(str::to_owned).collect();
        let [before, after] = match before.len().max(self.after.len()) {
            0..=MAX_WHOLE => [split(before), split(&self.after)],
            _ => around_change([before, &self.after]).map(|part| split(&part)),
        };
        Hunk {
            file: self.file.to_owned(),
            line: self.line,
            before,
            after,
        }
    }
}

/// What is around the place where two texts differ.
fn around_change([before, after]: [&str; 2]) -> [String; 2] {
    let pairs = before.bytes().zip(after.bytes());
    let start = pairs.take_while(|(a, b)| a == b).count();
    let most = before.len().min(after.len()) - start;
    let pairs = before.bytes().rev().zip(after.bytes().rev());
    let same = pairs.take(most).take_while(|(a, b)| a == b).count();
    [before, after].map(|text| {
        let from = text.floor_char_boundary(start.saturating_sub(MAX_SIDE));
        let end = (text.len() - same).min(start + MAX_WHOLE);
        let to = text.ceil_char_boundary((end + MAX_SIDE).min(text.len()));
        let sign = |cut: bool| if cut { "…" } else { "" };
        let part = text.get(from..to).unwrap_or("");
        format!("{}{part}{}", sign(from > 0), sign(to < text.len()))
    })
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
    fn of_long_lines_the_place_is_shown() {
        let side = |length: usize| "ä".repeat(length);
        let text = format!("{}int{}", side(3_000), side(3_000));
        let [hunk] = &of(&text, &[(6_000, 6_003, "string")])[..] else {
            panic!();
        };
        let part = |word: &str| vec![format!("…{}{word}{}…", side(100), side(100))];
        assert_eq!(*hunk, (1, part("int"), part("string")));
        // What changes may be long itself.
        let [(_, before, after)] = &of(&text, &[(0, text.len(), "x")])[..] else {
            panic!();
        };
        assert_eq!(before.concat().chars().count(), (2_000 + 200) / 2 + 1);
        assert_eq!(*after, ["x"]);
        // The two have a part in common that overlaps itself.
        let text = "a".repeat(5_000);
        let [(_, before, after)] = &of(&text, &[(0, 1, "")])[..] else {
            panic!();
        };
        assert_eq!((before.concat().len(), after.concat().len()), (204, 203));
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
