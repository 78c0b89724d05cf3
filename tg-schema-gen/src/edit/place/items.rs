//! Items of arrays of strings, put in and taken out: items with a line of their own keep it, with the comments that are
//! theirs.

use std::ops::Range;

use super::super::{Inexpressible, TextEdit, Texts};
use super::{Table, strange};
use crate::definition::node::{Data, Entry, Node};
use crate::migration::toml::{key as key_text, string};

impl<'d> Table<'d> {
    /// Adds a string to an array, which may not be there.
    pub(in super::super) fn add_item(&self, key: &str, item: &str) -> Texts {
        let item = string(item);
        let Some(entry) = self.entry(key) else {
            return self.insert(&format!("{} = [{item}]", key_text(key)), None);
        };
        let Data::Array(items) = &entry.node.data else {
            return Err(strange(key));
        };
        if let (Some(last), true) = (items.last(), self.is_lined(items)) {
            return Ok(self.lines_behind(entry, Some(last), items, &[item]));
        }
        Ok(vec![match items.last() {
            Some(last) => {
                let end = last.span.range().end;
                self.edit(end..end, format!(", {item}"))
            }
            None => self.edit(entry.node.span.range(), format!("[{item}]")),
        }])
    }

    /// Takes a string out of an array.
    pub(in super::super) fn take_item(&self, key: &str, item: &str) -> Texts {
        let items = self.items(key)?;
        let at = items.iter().position(|node| is(node, item));
        match at {
            Some(at) => Ok(vec![self.without(items, at)]),
            None => Err(strange(key)),
        }
    }

    fn items(&self, key: &str) -> Result<&'d [Node<'d>], Inexpressible> {
        match self.entry(key).map(|entry| &entry.node.data) {
            Some(Data::Array(items)) => Ok(items),
            _ => Err(strange(key)),
        }
    }

    fn without(&self, items: &[Node<'_>], at: usize) -> TextEdit {
        let span = |at: usize| items.get(at).map(|node| node.span.range());
        let own = span(at).unwrap_or_default();
        if let Some(lines) = self.lines_of(own.clone()) {
            return self.edit(lines, "");
        }
        let range = match (span(at + 1), at.checked_sub(1).and_then(span)) {
            (Some(next), _) => own.start..next.start,
            (None, Some(before)) => before.end..own.end,
            (None, None) => own,
        };
        self.edit(range, "")
    }

    /// The line of an item that stands alone on it, its comma and its comment included.
    fn lines_of(&self, item: Range<usize>) -> Option<Range<usize>> {
        let start = self.line_start(item.start);
        if !self.text.get(start..item.start)?.trim().is_empty() {
            return None;
        }
        let end = self.line_end(item.end);
        let rest = self.text.get(item.end..end)?.trim_start();
        let rest = rest.strip_prefix(',').unwrap_or(rest).trim();
        (rest.is_empty() || rest.starts_with('#')).then(|| start..(end + 1).min(self.text.len()))
    }

    /// Whether each item of an array has a line of its own.
    fn is_lined(&self, items: &[Node<'_>]) -> bool {
        let mut spans = items.iter().map(|item| item.span.range());
        !items.is_empty() && spans.all(|span| self.lines_of(span).is_some())
    }

    /// What items of an array with lines of their own are indented by.
    fn indent(&self, items: &[Node<'_>]) -> &'d str {
        let first = items.first().map_or(0, |item| item.span.range().start);
        let before = self.text.get(self.line_start(first)..first);
        before.unwrap_or_default()
    }

    /// Puts lines with new items behind the line of one, or in front of all.
    fn lines_behind(
        &self,
        array: &Entry<'_>,
        behind: Option<&Node<'_>>,
        items: &[Node<'_>],
        new: &[String],
    ) -> Vec<TextEdit> {
        let indent = self.indent(items);
        let lines: Vec<String> = new.iter().map(|item| format!("{indent}{item},")).collect();
        let lines = lines.join(self.line_break());
        let Some(behind) = behind else {
            return vec![self.line_behind(array.node.span.range().start, &lines)];
        };
        let end = behind.span.range().end;
        let mut edits = Vec::new();
        if !self.has_comma(end) {
            edits.push(self.edit(end..end, ","));
        }
        edits.push(self.line_behind(end, &lines));
        edits
    }

    /// Whether a comma follows on the line.
    fn has_comma(&self, end: usize) -> bool {
        let rest = self.text.get(end..).unwrap_or_default();
        rest.trim_start_matches([' ', '\t']).starts_with(',')
    }

    /// The items of an array with lines of their own in another order, some of them new: each keeps its line, with
    /// the comment on it and those above it.
    fn arranged(&self, array: &Entry<'_>, items: &[Node<'_>], is: &[String]) -> Option<TextEdit> {
        let start = self.line_end(array.node.span.range().start);
        let mut blocks: Vec<(Range<usize>, usize)> = Vec::new();
        let mut from = start;
        for item in items {
            let end = item.span.range().end;
            let to = self.line_end(end);
            blocks.push((from..to, end));
            from = to;
        }
        let mut out = String::new();
        for (nth, name) in is.iter().enumerate() {
            match items.iter().position(|node| self::is(node, name)) {
                Some(at) => {
                    let (block, end) = blocks.get(at)?;
                    out.push_str(self.text.get(block.start..*end)?);
                    if nth + 1 < is.len() && !self.has_comma(*end) {
                        out.push(',');
                    }
                    out.push_str(self.text.get(*end..block.end)?);
                }
                None => {
                    // The end of a line is what comes before the next one.
                    let line = format!("\n{}{},", self.indent(items), string(name));
                    out.push_str(&line);
                    if self.line_break() == "\r\n" {
                        out.push('\r');
                    }
                }
            }
        }
        Some(self.edit(start..from, out))
    }

    /// Makes an array of strings another one. Where only some are added or taken out, the others stay untouched.
    pub(in super::super) fn set_items(&self, key: &str, was: &[&str], is: &[String]) -> Texts {
        let items = self.items(key)?;
        let entry = self.entry(key).ok_or_else(|| strange(key))?;
        let kept: Vec<&str> = was
            .iter()
            .copied()
            .filter(|s| is.iter().any(|n| n == s))
            .collect();
        let again: Vec<&str> = is
            .iter()
            .map(String::as_str)
            .filter(|s| was.contains(s))
            .collect();
        let only_taken = is.len() == again.len();
        if kept == again && only_taken && was.len() == items.len() && was.len() == is.len() + 1 {
            let at = was.iter().position(|s| !again.contains(s)).unwrap_or(0);
            return Ok(vec![self.without(items, at)]);
        }
        if kept == again && was.len() == kept.len() && was.len() == items.len() {
            // Each new item goes behind the one before it, in one edit for each place.
            let mut edits: Vec<TextEdit> = Vec::new();
            if self.is_lined(items) {
                let (mut behind, mut run) = (None, Vec::new());
                for name in is {
                    let Some(at) = was.iter().position(|s| s == name) else {
                        run.push(string(name));
                        continue;
                    };
                    if !run.is_empty() {
                        edits.extend(self.lines_behind(entry, behind, items, &run));
                        run.clear();
                    }
                    behind = items.get(at);
                }
                if !run.is_empty() {
                    edits.extend(self.lines_behind(entry, behind, items, &run));
                }
                return Ok(edits);
            }
            let (mut behind, mut run): (Option<usize>, String) = (None, String::new());
            let place = |behind: Option<usize>, run: &str| -> Option<TextEdit> {
                if run.is_empty() {
                    return None;
                }
                Some(match behind.and_then(|at| items.get(at)) {
                    Some(node) => {
                        let end = node.span.range().end;
                        self.edit(end..end, run)
                    }
                    None => {
                        let start = items.first()?.span.range().start;
                        let run = run.trim_start_matches(", ");
                        self.edit(start..start, format!("{run}, "))
                    }
                })
            };
            for name in is {
                match was.iter().position(|s| s == name) {
                    Some(at) => {
                        edits.extend(place(behind, &run));
                        run.clear();
                        behind = Some(at);
                    }
                    None => {
                        run.push_str(", ");
                        run.push_str(&string(name));
                    }
                }
            }
            edits.extend(place(behind, &run));
            return Ok(edits);
        }
        if self.is_lined(items) {
            let edit = self.arranged(entry, items, is);
            return edit.map(|edit| vec![edit]).ok_or_else(|| strange(key));
        }
        // There is no telling which item a comment is of.
        let array = self.text.get(entry.node.span.range()).unwrap_or_default();
        if array.contains('#') {
            return Err(strange(key));
        }
        let all: Vec<String> = is.iter().map(|name| string(name)).collect();
        let text = format!("[{}]", all.join(", "));
        Ok(vec![self.edit(entry.node.span.range(), text)])
    }
}

fn is(node: &Node<'_>, text: &str) -> bool {
    matches!(&node.data, Data::String { text: found, .. } if found == text)
}
