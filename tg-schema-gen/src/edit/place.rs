//! Tables of a text in TOML or JSON, and where keys and items of them go.

mod header;
mod list;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::marks::List;
use super::script::{New, Script};
use super::{Inexpressible, TextEdit, Texts, json};
use crate::definition::Notation;
use crate::definition::node::{Data, Document, Entry, Making, Node, TableId};
use crate::migration::toml::key as key_text;

/// A table and the text that it stands in.
#[derive(Clone, Copy)]
pub(super) struct Table<'d> {
    document: &'d Document<'d>,
    pub(super) script: &'d Script<'d>,
    id: TableId,
}

/// What stands under a name.
#[derive(Clone)]
pub(super) enum Member<'d> {
    Table(Table<'d>),
    /// A text alone.
    Text(Range<usize>),
}

/// Tables with names of their own.
pub(super) enum Group<'d> {
    /// By name, in a table.
    Named(Table<'d>),
    /// Items of an array.
    Items(Vec<Table<'d>>),
    /// `[[…]]` headers.
    Headers(Vec<Table<'d>>),
}

/// A change of a key: a new value, or that it goes away.
pub(super) type Key<'k> = (&'k str, Option<String>);

impl<'d> Table<'d> {
    pub(super) fn root(document: &'d Document<'d>, script: &'d Script<'d>) -> Self {
        Table {
            document,
            script,
            id: Document::ROOT,
        }
    }

    fn at(&self, id: TableId) -> Self {
        Table { id, ..*self }
    }

    pub(super) fn entry(&self, key: &str) -> Option<&'d Entry<'d>> {
        self.document.table(self.id).get(key)
    }

    fn entries(&self) -> impl Iterator<Item = &'d Entry<'d>> + use<'d> {
        self.document.table(self.id).entries()
    }

    /// The table under a key.
    pub(super) fn table(&self, key: &str) -> Option<Table<'d>> {
        match self.entry(key)?.node.data {
            Data::Table(id) => Some(self.at(id)),
            _ => None,
        }
    }

    /// The definitions under a key, in either form.
    pub(super) fn group(&self, key: &str) -> Option<Group<'d>> {
        let tables = |nodes: &[Node<'_>]| -> Option<Vec<Table<'d>>> {
            let table = |node: &Node<'_>| match node.data {
                Data::Table(id) => Some(self.at(id)),
                _ => None,
            };
            nodes.iter().map(table).collect()
        };
        match &self.entry(key)?.node.data {
            Data::Table(id) => Some(Group::Named(self.at(*id))),
            Data::Array(nodes) => tables(nodes).map(Group::Items),
            Data::Tables(nodes) => tables(nodes).map(Group::Headers),
            _ => None,
        }
    }

    pub(super) fn making(&self) -> Making {
        self.document.making(self.id)
    }

    /// Its header, or its braces.
    fn span(&self) -> Range<usize> {
        self.document.span(self.id).range()
    }

    /// The list that a key stands in, with its number there; none for a key on a line of its own.
    fn listed(&self, entry: &Entry<'_>) -> Option<(List, usize)> {
        let key = entry.key_span.range().start;
        let list = self.script.marks.list(self.script.text, key)?;
        let at = list.elements.iter().position(|e| e.range.contains(&key))?;
        Some((list, at))
    }

    /// Where what is written under a key ends.
    fn end(&self, entry: &Entry<'_>) -> usize {
        let mut end = entry.node.span.range().end;
        let mut open = vec![entry];
        while let Some(entry) = open.pop() {
            end = end.max(entry.node.span.range().end);
            if let Data::Table(id) = entry.node.data
                && self.document.making(id) == Making::Dotted
            {
                open.extend(self.at(id).entries());
            }
        }
        end
    }

    /// Where the last line of a table with a header is, tables inside it included.
    fn block_end(&self) -> usize {
        let mut end = self.span().end;
        let mut open = vec![*self];
        while let Some(table) = open.pop() {
            for entry in table.entries() {
                end = end.max(entry.node.span.range().end);
                match &entry.node.data {
                    Data::Table(id) => open.push(self.at(*id)),
                    Data::Tables(nodes) => open.extend(nodes.iter().filter_map(|n| match n.data {
                        Data::Table(id) => Some(self.at(id)),
                        _ => None,
                    })),
                    _ => {}
                }
            }
        }
        end
    }

    /// Whether an entry is written as keys of this table, not by a header of its own.
    fn stands_in(&self, entry: &Entry<'_>) -> bool {
        match entry.node.data {
            Data::Table(id) => {
                matches!(self.document.making(id), Making::Inline | Making::Dotted)
            }
            Data::Tables(_) => false,
            _ => true,
        }
    }

    /// Gives keys values, or takes them out.
    pub(super) fn keys(&self, changed: &[Key<'_>]) -> Texts {
        let script = self.script;
        let mut edits = Vec::new();
        let mut gone: Vec<&Entry<'_>> = Vec::new();
        let mut new = Vec::new();
        for (key, value) in changed {
            match (self.entry(key), value) {
                (Some(entry), _) if matches!(entry.node.data, Data::Tables(_)) => {
                    return Err(strange(key));
                }
                (Some(entry), Some(value)) => {
                    if !self.stands_in(entry) || self.is_dotted(entry) {
                        return Err(strange(key));
                    }
                    edits.push(script.edit(entry.node.span.range(), script.value(value)?));
                }
                (Some(entry), None) => gone.push(entry),
                (None, Some(value)) => {
                    new.push(script.pair(format!("{} = {value}", key_text(key)))?);
                }
                (None, None) => {}
            }
        }
        // Brackets by where they open: what goes out and what comes in.
        let mut lists: BTreeMap<usize, (List, BTreeSet<usize>, Vec<New>)> = BTreeMap::new();
        for entry in &gone {
            if !self.stands_in(entry) || self.is_dotted(entry) {
                return Err(strange(&entry.key));
            }
            match self.listed(entry) {
                Some((list, at)) => {
                    let known = lists.entry(list.inside.start);
                    let known = known.or_insert_with(|| (list, BTreeSet::new(), Vec::new()));
                    known.1.insert(at);
                }
                None => {
                    let (start, end) = (entry.key_span.range().start, self.end(entry));
                    edits.push(script.without_lines(start..end));
                }
            }
        }
        if !new.is_empty() {
            let kept = |entry: &&Entry<'_>| !gone.iter().any(|gone| gone.key == entry.key);
            let last = self.entries().filter(|e| self.stands_in(e)).filter(kept);
            match self.place(last.last(), new)? {
                Place::List(list, place) => {
                    let known = lists.entry(list.inside.start);
                    let known = known.or_insert_with(|| (list, BTreeSet::new(), Vec::new()));
                    known.2.push(place);
                }
                Place::Lines(edit) => edits.push(edit),
            }
        }
        for (list, gone, new) in lists.values() {
            edits.extend(script.change(list, gone, new));
        }
        Ok(edits)
    }

    /// Takes a key out whose value may be a table, which goes with everything that stands in it.
    pub(super) fn drop_whole(&self, key: &str) -> Texts {
        match self.table(key) {
            Some(table) if table.making() == Making::Header => {
                let range = table.span().start..table.block_end();
                Ok(vec![self.script.without_lines(range)])
            }
            _ => self.keys(&[(key, None)]),
        }
    }

    /// Puts a record, an enum or a topic, given as lines of TOML, behind all others.
    pub(super) fn define(&self, kind: &str, name: &str, lines: &[String]) -> Texts {
        if self.script.notation == Notation::Toml {
            return Ok(vec![self.append(lines)]);
        }
        let lines = lines.join("\n");
        let value = |is_item| json::definition(&lines, (kind, name), is_item);
        let member = |key: &str, value: String| format!("{}: {value}", json::string(key));
        match self.group(kind) {
            Some(Group::Items(items)) => {
                self.put_item(kind, items.len().checked_sub(1), value(true)?)
            }
            Some(Group::Named(table)) => table.put(member(name, value(false)?), None),
            Some(Group::Headers(_)) => Err(strange(kind)),
            None if self.entry(kind).is_some() => Err(strange(kind)),
            None => self.put(
                member(kind, json::object(&[member(name, value(false)?)])),
                None,
            ),
        }
    }

    /// Puts lines behind everything that stands in the text.
    fn append(&self, lines: &[String]) -> TextEdit {
        let (text, newline) = (self.script.text, self.script.line_break());
        let mut more = String::new();
        if !text.is_empty() && !text.ends_with('\n') {
            more.push_str(newline);
        }
        for line in std::iter::once("").chain(lines.iter().map(String::as_str)) {
            more.push_str(line);
            more.push_str(newline);
        }
        self.script.edit(text.len()..text.len(), more)
    }

    fn is_dotted(&self, entry: &Entry<'_>) -> bool {
        match entry.node.data {
            Data::Table(id) => self.document.making(id) == Making::Dotted,
            _ => false,
        }
    }

    /// Where new keys of this table go: behind an entry, else in front of all.
    fn place(&self, after: Option<&Entry<'_>>, new: Vec<String>) -> Result<Place, Inexpressible> {
        let script = self.script;
        let what = new.first().cloned().unwrap_or_default();
        let break_ = script.line_break();
        match (self.making(), after) {
            (Making::Inline, _) => {
                let inside = self.span().start + 1;
                let list = script.marks.list(script.text, inside);
                let list = list.ok_or_else(|| strange(&what))?;
                let key = after.map(|entry| entry.key_span.range().start);
                // A dotted entry may be several elements; the last of them ends it.
                let end = after.map(|entry| self.end(entry));
                let after = key.zip(end).map(|(_, end)| {
                    let elements = &list.elements;
                    elements.iter().rposition(|e| e.range.start < end)
                });
                let after = after.flatten();
                Ok(Place::List(list, New { after, texts: new }))
            }
            (Making::Header, Some(entry)) => {
                let indent = script.indent(entry.key_span.range().start);
                let indent = indent.unwrap_or_default();
                let lines: Vec<String> = new.iter().map(|l| format!("{indent}{l}")).collect();
                let lines = lines.join(break_);
                Ok(Place::Lines(script.line_behind(self.end(entry), &lines)))
            }
            (Making::Header, None) => {
                let end = self.span().end;
                Ok(Place::Lines(script.line_behind(end, &new.join(break_))))
            }
            (Making::Dotted, Some(entry)) => {
                let key = entry.key_span.range().start;
                if let Some((list, at)) = self.listed(entry) {
                    let start = list.elements.get(at).map_or(key, |e| e.range.start);
                    let prefix = script.part(start..key);
                    let texts = new.iter().map(|line| format!("{prefix}{line}")).collect();
                    let end = self.end(entry);
                    let last = list.elements.iter().rposition(|e| e.range.start < end);
                    let after = last.or(Some(at));
                    return Ok(Place::List(list, New { after, texts }));
                }
                let prefix = script.part(script.line_start(key)..key);
                let lines: Vec<String> = new.iter().map(|l| format!("{prefix}{l}")).collect();
                let end = self.end(entry);
                Ok(Place::Lines(script.line_behind(end, &lines.join(break_))))
            }
            (Making::Implied | Making::Dotted, _) => {
                self.before_first(&new.join(break_)).map(Place::Lines)
            }
        }
    }

    /// Puts `key = value` into the table: behind the entry `after`, else behind the last that stands in it.
    pub(super) fn insert(&self, line: String, after: Option<&str>) -> Texts {
        self.put(self.script.pair(line)?, after)
    }

    /// The same, of a key with its value as the text writes them.
    fn put(&self, line: String, after: Option<&str>) -> Texts {
        let own: Vec<&Entry<'_>> = self.entries().filter(|e| self.stands_in(e)).collect();
        let named = own.iter().find(|e| Some(&*e.key) == after).copied();
        let place = self.place(named.or_else(|| own.last().copied()), vec![line])?;
        Ok(match place {
            Place::List(list, new) => self.script.change(&list, &BTreeSet::new(), &[new]),
            Place::Lines(edit) => vec![edit],
        })
    }

    /// Puts `key = value` in front of everything that stands in the table.
    pub(super) fn insert_first(&self, line: String) -> Texts {
        let script = self.script;
        let line = script.pair(line)?;
        let first = self.entries().next().ok_or_else(|| strange(&line))?;
        let start = first.key_span.range().start;
        if self.making() == Making::Header {
            return Ok(vec![script.line_behind(self.span().end, &line)]);
        }
        if let Some((list, at)) = self.listed(first) {
            let element = list.elements.get(at).ok_or_else(|| strange(&line))?;
            let text = format!("{}{line}", script.part(element.range.start..start));
            // Others may stand in front of a dotted one.
            let new = New {
                after: at.checked_sub(1),
                texts: vec![text],
            };
            return Ok(script.change(&list, &BTreeSet::new(), &[new]));
        }
        match self.making() {
            Making::Dotted => {
                let begin = script.line_start(start);
                let prefix = script.part(begin..start);
                let newline = script.line_break();
                Ok(vec![
                    script.edit(begin..begin, format!("{prefix}{line}{newline}")),
                ])
            }
            _ => Err(strange(&line)),
        }
    }
}

/// Where new keys go.
enum Place {
    List(List, New),
    Lines(TextEdit),
}

impl<'d> Group<'d> {
    /// What stands under a name.
    pub(super) fn member(&self, name: &str) -> Option<Member<'d>> {
        match self {
            Group::Named(table) => {
                let entry = table.entry(name)?;
                match entry.node.data {
                    Data::Table(id) => Some(Member::Table(table.at(id))),
                    Data::String { .. } => Some(Member::Text(entry.node.span.range())),
                    _ => None,
                }
            }
            Group::Items(tables) | Group::Headers(tables) => tables
                .iter()
                .find(|t| t.is_called(name))
                .map(|t| Member::Table(*t)),
        }
    }

    /// Takes an item of that name out, of those under `key` in a table.
    pub(super) fn drop_item(&self, around: &Table<'d>, key: &str, name: &str) -> Texts {
        let place = |tables: &[Table<'d>]| tables.iter().position(|t| t.is_called(name));
        match self {
            Group::Named(table) => table.drop_whole(name),
            Group::Items(tables) => {
                let at = place(tables).ok_or_else(|| strange(name))?;
                around.drop_element(key, at)
            }
            Group::Headers(tables) => {
                let table = place(tables).and_then(|at| tables.get(at));
                table.ok_or_else(|| strange(name))?.drop_block()
            }
        }
    }

    /// The table under a name.
    pub(super) fn table(&self, name: &str) -> Option<Table<'d>> {
        match self.member(name)? {
            Member::Table(table) => Some(table),
            Member::Text(_) => None,
        }
    }
}

impl Table<'_> {
    fn is_called(&self, name: &str) -> bool {
        let data = self.entry("name").map(|entry| &entry.node.data);
        matches!(data, Some(Data::String { text, .. }) if text == name)
    }
}

pub(super) fn strange(what: &str) -> Inexpressible {
    Inexpressible(format!(
        "`{what}` is written in a way that is not edited: change it by hand"
    ))
}
