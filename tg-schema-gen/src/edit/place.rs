//! Tables of a TOML text, and where keys and items of them go.

use std::ops::Range;

use tg_schema_model::SourceId;

use super::{Inexpressible, TextEdit, Texts};
use crate::definition::node::{Data, Document, Entry, Making, Node, TableId};
use crate::migration::toml::{key as key_text, string};

/// A table and the text that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Table<'d> {
    document: &'d Document<'d>,
    pub(super) text: &'d str,
    source: SourceId,
    id: TableId,
    /// The path to it, as headers write it, is that of these entries.
    parent: Option<&'d Entry<'d>>,
}

impl<'d> Table<'d> {
    pub(super) fn root(document: &'d Document<'d>, text: &'d str, source: SourceId) -> Self {
        Table {
            document,
            text,
            source,
            id: Document::ROOT,
            parent: None,
        }
    }

    pub(super) fn entry(&self, key: &str) -> Option<&'d Entry<'d>> {
        self.document.table(self.id).get(key)
    }

    pub(super) fn entries(&self) -> impl Iterator<Item = &'d Entry<'d>> + use<'d> {
        self.document.table(self.id).entries()
    }

    /// The table under a key.
    pub(super) fn table(&self, key: &str) -> Option<Table<'d>> {
        let entry = self.entry(key)?;
        match entry.node.data {
            Data::Table(id) => Some(Table {
                id,
                parent: Some(entry),
                ..*self
            }),
            _ => None,
        }
    }

    pub(super) fn making(&self) -> Making {
        self.document.making(self.id)
    }

    pub(super) fn edit(&self, range: Range<usize>, text: impl Into<String>) -> TextEdit {
        TextEdit {
            source: self.source,
            range,
            text: text.into(),
        }
    }

    fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        at + rest.find('\n').unwrap_or(rest.len())
    }

    fn line_start(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or_default();
        before.rfind('\n').map_or(0, |found| found + 1)
    }

    /// Puts a line behind the one that ends at `end`.
    fn line_behind(&self, end: usize, line: &str) -> TextEdit {
        let end = self.line_end(end);
        let end = match self
            .text
            .get(..end)
            .is_some_and(|text| text.ends_with('\r'))
        {
            true => end - 1,
            false => end,
        };
        self.edit(end..end, format!("{}{line}", self.line_break()))
    }

    fn line_break(&self) -> &'static str {
        match self.text.contains("\r\n") {
            true => "\r\n",
            false => "\n",
        }
    }

    /// Gives a key a value, whether it is there or not.
    pub(super) fn set(&self, key: &str, value: &str) -> Texts {
        match self.entry(key) {
            Some(entry) => Ok(vec![self.edit(entry.node.span.range(), value)]),
            None => self.insert(&format!("{} = {value}", key_text(key)), None),
        }
    }

    /// Takes a key out, where it is.
    pub(super) fn drop(&self, key: &str) -> Texts {
        let Some(entry) = self.entry(key) else {
            return Ok(Vec::new());
        };
        if matches!(entry.node.data, Data::Table(_) | Data::Tables(_)) {
            return Err(strange(key));
        }
        let (start, end) = (entry.key_span.range().start, entry.node.span.range().end);
        if self.making() != Making::Inline {
            let end = self.line_end(end);
            let end = (end + 1).min(self.text.len());
            return Ok(vec![self.edit(self.line_start(start)..end, "")]);
        }
        let entries: Vec<&Entry<'_>> = self.entries().collect();
        let at = entries.iter().position(|e| e.key == entry.key).unwrap_or(0);
        let next = entries.get(at + 1).map(|e| e.key_span.range().start);
        let before = at.checked_sub(1).and_then(|at| entries.get(at));
        let range = match (next, before) {
            (Some(next), _) => start..next,
            (None, Some(before)) => before.node.span.range().end..end,
            (None, None) => start..end,
        };
        Ok(vec![self.edit(range, "")])
    }

    /// Puts `key = value` into the table: behind the entry `after`, else behind the last that stands in it.
    pub(super) fn insert(&self, line: &str, after: Option<&Entry<'_>>) -> Texts {
        let own = |entry: &&Entry<'_>| self.stands_in(entry);
        let entries: Vec<&Entry<'_>> = self.entries().filter(own).collect();
        let last = after
            .filter(own_of(self))
            .or_else(|| entries.last().copied());
        match (self.making(), last) {
            (Making::Inline, Some(last)) => {
                let end = last.node.span.range().end;
                Ok(vec![self.edit(end..end, format!(", {line}"))])
            }
            (Making::Inline, None) => {
                let span = self.parent.ok_or_else(|| strange(line))?.node.span.range();
                Ok(vec![self.edit(span, format!("{{ {line} }}"))])
            }
            (Making::Header, Some(last)) => {
                Ok(vec![self.line_behind(last.node.span.range().end, line)])
            }
            (Making::Header, None) => {
                let span = self.document.span(self.id).range();
                Ok(vec![self.line_behind(span.end, line)])
            }
            (Making::Dotted, Some(last)) => {
                let key = last.key_span.range().start;
                let prefix = self.text.get(self.line_start(key)..key).unwrap_or_default();
                let line = format!("{prefix}{line}");
                Ok(vec![self.line_behind(last.node.span.range().end, &line)])
            }
            (Making::Implied | Making::Dotted, _) => self.before_first(line),
        }
    }

    /// Puts `key = value` in front of everything that stands in the table.
    pub(super) fn insert_first(&self, line: &str) -> Texts {
        let first = self.entries().next().ok_or_else(|| strange(line))?;
        let start = first.key_span.range().start;
        match self.making() {
            Making::Inline => Ok(vec![self.edit(start..start, format!("{line}, "))]),
            Making::Header => {
                let header = self.document.span(self.id).range();
                Ok(vec![self.line_behind(header.end, line)])
            }
            Making::Dotted => {
                let begin = self.line_start(start);
                let prefix = self.text.get(begin..start).unwrap_or_default();
                // `fields.a.type`: the prefix of the field's own keys goes further.
                let newline = self.line_break();
                Ok(vec![
                    self.edit(begin..begin, format!("{prefix}{line}{newline}")),
                ])
            }
            Making::Implied => Err(strange(line)),
        }
    }

    /// Puts a table with a header of its own in front of another one of this table.
    pub(super) fn table_before(&self, other: &str, name: &str, keys: &[(&str, &String)]) -> Texts {
        let (start, above) = self.header(other)?;
        let newline = self.line_break();
        let mut text = format!("{above}.{name}]{newline}");
        for (key, value) in keys {
            text.push_str(&format!("{key} = {value}{newline}"));
        }
        text.push_str(newline);
        Ok(vec![self.edit(start..start, text)])
    }

    /// Where the header of a table in this one starts, and its text without the last name.
    fn header(&self, other: &str) -> Result<(usize, &'d str), Inexpressible> {
        let table = self.table(other).ok_or_else(|| strange(other))?;
        if table.making() != Making::Header {
            return Err(strange(other));
        }
        let start = self.line_start(self.document.span(table.id).range().start);
        let line = self
            .text
            .get(start..self.line_end(start))
            .unwrap_or_default();
        let line = line.split('#').next().unwrap_or_default();
        let above = line.rsplit_once('.').ok_or_else(|| strange(other))?.0;
        Ok((start, above))
    }

    /// A table that has only tables by headers of their own gets a header too, in front of the first.
    fn before_first(&self, line: &str) -> Texts {
        let first = self.entries().find_map(|entry| match entry.node.data {
            Data::Table(id) if self.document.making(id) == Making::Header => {
                Some(self.document.span(id).range())
            }
            _ => None,
        });
        let start = self.line_start(first.ok_or_else(|| strange(line))?.start);
        // `[record.R.fields]` without its last part.
        let header = self
            .text
            .get(start..self.line_end(start))
            .unwrap_or_default();
        let header = header.split('#').next().unwrap_or_default().trim_end();
        let above = header
            .strip_suffix(']')
            .and_then(|open| open.rsplit_once('.'))
            .ok_or_else(|| strange(line))?
            .0;
        let end = self.line_break();
        let text = format!("{above}]{end}{line}{end}{end}");
        Ok(vec![self.edit(start..start, text)])
    }

    /// Puts a table with a header of its own behind another one of this table.
    pub(super) fn table_behind(&self, other: &str, name: &str, keys: &[(&str, &String)]) -> Texts {
        let (_, above) = self.header(other)?;
        let before = self.table(other).ok_or_else(|| strange(other))?;
        let header = self.document.span(before.id).range();
        let last = before.entries().filter(|e| before.stands_in(e)).last();
        let end = last.map_or(header.end, |entry| entry.node.span.range().end);
        let newline = self.line_break();
        let mut text = format!("{newline}{above}.{name}]");
        for (key, value) in keys {
            text.push_str(&format!("{newline}{key} = {value}"));
        }
        Ok(vec![self.line_behind(end, &text)])
    }

    /// Whether an entry is written as a key of this table, not by a header of its own.
    fn stands_in(&self, entry: &Entry<'_>) -> bool {
        match entry.node.data {
            Data::Table(id) => self.document.making(id) == Making::Inline,
            Data::Tables(_) => false,
            _ => true,
        }
    }

    /// Adds a string to an array, which may not be there.
    pub(super) fn add_item(&self, key: &str, item: &str) -> Texts {
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
    pub(super) fn take_item(&self, key: &str, item: &str) -> Texts {
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
    pub(super) fn set_items(&self, key: &str, was: &[&str], is: &[String]) -> Texts {
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

fn own_of<'t>(table: &'t Table<'_>) -> impl FnMut(&&Entry<'_>) -> bool + 't {
    move |entry| table.stands_in(entry)
}

fn is(node: &Node<'_>, text: &str) -> bool {
    matches!(&node.data, Data::String { text: found, .. } if found == text)
}

pub(super) fn strange(what: &str) -> Inexpressible {
    Inexpressible(format!(
        "`{what}` is written in a way that is not edited: change it by hand"
    ))
}
