//! Edits of a text as a patch that `git apply` takes.

use std::fmt::Write as _;
use std::ops::Range;

/// Lines around a change.
const CONTEXT: usize = 3;

/// A part of a text and what takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Bytes that go.
    pub range: Range<usize>,
    /// What comes.
    pub text: String,
}

/// The text after the edits. Nothing where they overlap, or do not lie on the borders of characters.
pub fn edited(text: &str, edits: &[Edit]) -> Option<String> {
    Some(span(text, &sorted(text, edits)?, 0..text.len()))
}

/// The change of one file as a part of a patch; empty where the edits change nothing. Nothing where they
/// cannot be made.
///
/// `path` is relative to the folder in which the patch will be applied, with `/` between its parts.
pub fn unified(path: &str, text: &str, edits: &[Edit]) -> Option<String> {
    let edits = sorted(text, edits)?;
    let starts = line_starts(text);
    let changes = changes(text, &edits, &starts);
    if changes.is_empty() {
        return Some(String::new());
    }
    let mut out = String::new();
    let (old, new) = (quoted("a/", path), quoted("b/", path));
    let end = if path.contains(' ') { "\t" } else { "" };
    let _ = writeln!(out, "diff --git {old} {new}");
    let _ = writeln!(out, "--- {old}{end}\n+++ {new}{end}");
    let lines: Vec<&str> = starts.windows(2).map(|w| &text[w[0]..w[1]]).collect();
    let mut shift = 0_isize;
    let mut rest = &changes[..];
    while !rest.is_empty() {
        let near = |w: &[Change]| w[1].old.start - w[0].old.end <= 2 * CONTEXT;
        let many = 1 + rest.windows(2).take_while(|w| near(w)).count();
        let (now, later) = rest.split_at(many);
        shift += hunk(&lines, now, shift, &mut out);
        rest = later;
    }
    Some(out)
}

/// Whole lines that go, and whole lines that come.
struct Change {
    old: Range<usize>,
    new: Vec<String>,
}

/// Writes a hunk; how many lines more the new text has after it.
fn hunk(lines: &[&str], changes: &[Change], shift: isize, out: &mut String) -> isize {
    let first = changes.first().map_or(0, |c| c.old.start);
    let last = changes.last().map_or(0, |c| c.old.end);
    let from = first.saturating_sub(CONTEXT);
    let to = (last + CONTEXT).min(lines.len());
    let came: usize = changes.iter().map(|c| c.new.len()).sum();
    let went: usize = changes.iter().map(|c| c.old.len()).sum();
    let (old, new) = (to - from, to - from + came - went);
    // An empty side begins at the line before it.
    let begin = |at: isize, count: usize| if count == 0 { at } else { at + 1 };
    let at = isize::try_from(from).unwrap_or(isize::MAX);
    let (a, b) = (begin(at, old), begin(at + shift, new));
    let _ = writeln!(out, "@@ -{a},{old} +{b},{new} @@");
    let mut next = from;
    for change in changes {
        lines[next..change.old.start]
            .iter()
            .for_each(|l| line(' ', l, out));
        lines[change.old.clone()]
            .iter()
            .for_each(|l| line('-', l, out));
        change.new.iter().for_each(|l| line('+', l, out));
        next = change.old.end;
    }
    lines[next..to].iter().for_each(|l| line(' ', l, out));
    came as isize - went as isize
}

fn line(mark: char, text: &str, out: &mut String) {
    out.push(mark);
    out.push_str(text);
    if !text.ends_with('\n') {
        out.push_str("\n\\ No newline at end of file\n");
    }
}

/// Edits as changes of whole lines, in order, none beside another.
fn changes(text: &str, edits: &[&Edit], starts: &[usize]) -> Vec<Change> {
    let line_of = |at: usize| {
        let after = starts.partition_point(|&s| s <= at);
        after.clamp(1, starts.len().max(2) - 1) - 1
    };
    let mut blocks: Vec<Range<usize>> = Vec::new();
    for edit in edits {
        let block = line_of(edit.range.start)..line_of(edit.range.end) + 1;
        match blocks.last_mut() {
            Some(last) if block.start <= last.end => last.end = last.end.max(block.end),
            _ => blocks.push(block),
        }
    }
    let mut changes = Vec::new();
    for block in blocks {
        let end = block.end.min(starts.len() - 1);
        let new = span(text, edits, starts[block.start]..starts[end]);
        let new: Vec<&str> = new.split_inclusive('\n').collect();
        let old: Vec<&str> = (block.start..end)
            .map(|at| &text[starts[at]..starts[at + 1]])
            .collect();
        let same = |(a, b): &(&&str, &&str)| a == b;
        let head = old.iter().zip(&new).take_while(same).count();
        let (old, new) = (&old[head..], &new[head..]);
        let tail = old
            .iter()
            .rev()
            .zip(new.iter().rev())
            .take_while(same)
            .count();
        let (old, new) = (old.len() - tail, &new[..new.len() - tail]);
        if old > 0 || !new.is_empty() {
            let start = block.start + head;
            changes.push(Change {
                old: start..start + old,
                new: new.iter().map(|&l| l.to_owned()).collect(),
            });
        }
    }
    changes
}

/// Where lines start, and the end of the text.
fn line_starts(text: &str) -> Vec<usize> {
    let mut starts = vec![0];
    starts.extend(text.match_indices('\n').map(|(at, _)| at + 1));
    if starts.last() != Some(&text.len()) {
        starts.push(text.len());
    }
    starts
}

/// The part of the text with the edits that begin in it, the last line's included.
fn span(text: &str, edits: &[&Edit], range: Range<usize>) -> String {
    let mut out = String::new();
    let mut at = range.start;
    let whole = range.end == text.len();
    let first = edits.partition_point(|edit| edit.range.start < range.start);
    for edit in &edits[first..] {
        if edit.range.start > range.end {
            break;
        }
        let inside = edit.range.start >= range.start
            && (edit.range.start < range.end || whole && edit.range.start == range.end);
        if inside {
            out.push_str(&text[at..edit.range.start]);
            out.push_str(&edit.text);
            at = edit.range.end;
        }
    }
    out.push_str(&text[at.min(range.end)..range.end]);
    out
}

fn sorted<'e>(text: &str, edits: &'e [Edit]) -> Option<Vec<&'e Edit>> {
    let mut sorted: Vec<&Edit> = edits.iter().collect();
    sorted.sort_by_key(|e| (e.range.start, e.range.end));
    let apart = sorted
        .windows(2)
        .all(|w| w[0].range.end <= w[1].range.start);
    let inside = |e: &&Edit| text.get(e.range.clone()).is_some();
    (apart && sorted.iter().all(inside)).then_some(sorted)
}

/// A name as git writes it.
fn quoted(side: &str, path: &str) -> String {
    let plain = |b: u8| (b' '..=b'~').contains(&b) && b != b'"' && b != b'\\';
    if path.bytes().all(plain) {
        return format!("{side}{path}");
    }
    let mut out = format!("\"{side}");
    for byte in path.bytes() {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "\\{byte:03o}");
        }
    }
    out.push('"');
    out
}

#[cfg(test)]
mod tests;
