//! Tables of a TOML text, and where keys and items of them go.

mod items;

use std::ops::Range;

use tg_schema_model::SourceId;

use super::{Inexpressible, TextEdit, Texts};
use crate::definition::node::{Data, Document, Entry, Making, TableId};
use crate::migration::toml::key as key_text;

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
        self.take(entry)
    }

    fn take(&self, entry: &Entry<'_>) -> Texts {
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

    /// Takes a key out whose value may be a table, which goes with everything that stands in it.
    pub(super) fn drop_whole(&self, key: &str) -> Texts {
        let Some(table) = self.table(key) else {
            return self.drop(key);
        };
        let own = |entry: &&Entry<'_>| table.stands_in(entry);
        let only = table.entries().count() == table.entries().filter(own).count();
        match table.making() {
            Making::Inline => {
                let entry = self.entry(key).ok_or_else(|| strange(key))?;
                self.take(entry)
            }
            Making::Header if only => {
                let start = self.line_start(self.document.span(table.id).range().start);
                let last = table.entries().last();
                let header = self.document.span(table.id).range();
                let end = last.map_or(header.end, |entry| entry.node.span.range().end);
                let end = (self.line_end(end) + 1).min(self.text.len());
                Ok(vec![self.edit(start..end, "")])
            }
            _ => Err(strange(key)),
        }
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

    /// Puts lines behind everything that stands in the text.
    pub(super) fn append(&self, lines: &[String]) -> TextEdit {
        let newline = self.line_break();
        let mut text = String::new();
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            text.push_str(newline);
        }
        for line in std::iter::once("").chain(lines.iter().map(String::as_str)) {
            text.push_str(line);
            text.push_str(newline);
        }
        self.edit(self.text.len()..self.text.len(), text)
    }

    /// Whether an entry is written as a key of this table, not by a header of its own.
    fn stands_in(&self, entry: &Entry<'_>) -> bool {
        match entry.node.data {
            Data::Table(id) => self.document.making(id) == Making::Inline,
            Data::Tables(_) => false,
            _ => true,
        }
    }
}

fn own_of<'t>(table: &'t Table<'_>) -> impl FnMut(&&Entry<'_>) -> bool + 't {
    move |entry| table.stands_in(entry)
}

pub(super) fn strange(what: &str) -> Inexpressible {
    Inexpressible(format!(
        "`{what}` is written in a way that is not edited: change it by hand"
    ))
}
