//! Tables of a TOML text, and where keys and items of them go.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::marks::List;
use super::script::{New, Script};
use super::{Inexpressible, TextEdit, Texts};
use crate::definition::node::{Data, Document, Entry, Making, Node, TableId};
use crate::migration::toml::{key as key_text, string};

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
                    edits.push(script.edit(entry.node.span.range(), value));
                }
                (Some(entry), None) => gone.push(entry),
                (None, Some(value)) => new.push(format!("{} = {value}", key_text(key))),
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

    /// Puts lines behind everything that stands in the text.
    pub(super) fn append(&self, lines: &[String]) -> TextEdit {
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

    /// The line of its header, without the comment on it, and where that starts.
    fn header(&self) -> Result<(usize, &'d str), Inexpressible> {
        if self.making() != Making::Header {
            return Err(strange("header"));
        }
        let span = self.span();
        let start = self.script.line_start(span.start);
        Ok((start, self.script.part(start..span.end)))
    }

    /// The text of the header of a table beside this one, up to its name.
    fn above(&self) -> Result<(usize, &'d str), Inexpressible> {
        let (start, header) = self.header()?;
        let above = header.rsplit_once('.').ok_or_else(|| strange("header"))?.0;
        Ok((start, above))
    }

    /// Puts a table with a header of its own in front of this one.
    pub(super) fn table_before(&self, name: &str, keys: &[(&str, &String)]) -> Texts {
        let (start, above) = self.above()?;
        Ok(vec![self.block_before(
            start,
            &format!("{above}.{name}]"),
            keys,
        )])
    }

    /// Puts a table with a header of its own behind this one.
    pub(super) fn table_behind(&self, name: &str, keys: &[(&str, &String)]) -> Texts {
        let (_, above) = self.above()?;
        let last = self.entries().filter(|e| self.stands_in(e)).last();
        let end = last.map_or(self.span().end, |entry| self.end(entry));
        Ok(vec![self.block_behind(
            end,
            &format!("{above}.{name}]"),
            keys,
        )])
    }

    /// Puts another `[[…]]` of the kind in front of this one, or behind it.
    pub(super) fn item(&self, before: bool, keys: &[(&str, &String)]) -> Texts {
        let (start, header) = self.header()?;
        Ok(vec![match before {
            true => self.block_before(start, header, keys),
            false => self.block_behind(self.block_end(), header, keys),
        }])
    }

    fn block(&self, header: &str, keys: &[(&str, &String)]) -> String {
        let newline = self.script.line_break();
        let indent = header.len() - header.trim_start().len();
        let indent = header.get(..indent).unwrap_or_default();
        let keys = keys
            .iter()
            .map(|(key, value)| format!("{newline}{indent}{key} = {value}"));
        format!("{header}{}", keys.collect::<String>())
    }

    fn block_before(&self, start: usize, header: &str, keys: &[(&str, &String)]) -> TextEdit {
        let newline = self.script.line_break();
        let text = format!("{}{newline}{newline}", self.block(header, keys));
        self.script.edit(start..start, text)
    }

    fn block_behind(&self, end: usize, header: &str, keys: &[(&str, &String)]) -> TextEdit {
        let text = format!("{}{}", self.script.line_break(), self.block(header, keys));
        self.script.line_behind(end, &text)
    }

    /// A table that has only tables by headers of their own gets a header too, in front of the first.
    fn before_first(&self, line: &str) -> Result<TextEdit, Inexpressible> {
        let tables = self.entries().filter_map(|entry| match entry.node.data {
            Data::Table(id) => Some(self.at(id)),
            _ => None,
        });
        let first = tables.into_iter().find(|t| t.making() == Making::Header);
        let (start, above) = first.ok_or_else(|| strange(line))?.above()?;
        let end = self.script.line_break();
        let text = format!("{above}]{end}{line}{end}{end}");
        Ok(self.script.edit(start..start, text))
    }

    /// Puts an element behind one of an array of tables, or in front of all.
    pub(super) fn array_item(&self, key: &str, after: Option<usize>, text: String) -> Texts {
        let entry = self.entry(key).ok_or_else(|| strange(key))?;
        let list = self.array(entry).ok_or_else(|| strange(key))?;
        let new = New {
            after,
            texts: vec![text],
        };
        Ok(self.script.change(&list, &BTreeSet::new(), &[new]))
    }

    fn array(&self, entry: &Entry<'_>) -> Option<List> {
        let inside = entry.node.span.range().start + 1;
        self.script.marks.list(self.script.text, inside)
    }

    /// Adds a string to an array, which may not be there.
    pub(super) fn add_item(&self, key: &str, item: &str) -> Texts {
        let was = self.strings(key)?;
        let mut is = was.clone();
        is.push(item.to_owned());
        self.set_items(key, &is)
    }

    /// Takes a string out of an array.
    pub(super) fn take_item(&self, key: &str, item: &str) -> Texts {
        let mut is = self.strings(key)?;
        let before = is.len();
        is.retain(|known| known != item);
        match is.len() < before {
            true => self.set_items(key, &is),
            false => Err(strange(key)),
        }
    }

    /// The items of an array of strings; none where it is not there.
    fn strings(&self, key: &str) -> Result<Vec<String>, Inexpressible> {
        let Some(entry) = self.entry(key) else {
            return Ok(Vec::new());
        };
        let Data::Array(items) = &entry.node.data else {
            return Err(strange(key));
        };
        let text = |node: &Node<'_>| match &node.data {
            Data::String { text, .. } => Some(text.to_string()),
            _ => None,
        };
        let all: Option<Vec<String>> = items.iter().map(text).collect();
        all.ok_or_else(|| strange(key))
    }

    /// Makes an array of strings another one. Where only some are added or taken out, the others stay untouched.
    pub(super) fn set_items(&self, key: &str, is: &[String]) -> Texts {
        let texts: Vec<String> = is.iter().map(|name| string(name)).collect();
        self.set_aligned(key, &self.strings(key)?, is, &texts)
    }

    /// Makes an array whose items are of the names `was` one whose items are `texts`, of the names `is`. Items of one
    /// name are the same.
    pub(super) fn set_aligned(
        &self,
        key: &str,
        was: &[String],
        is: &[String],
        texts: &[String],
    ) -> Texts {
        let all = || format!("[{}]", texts.join(", "));
        let Some(entry) = self.entry(key) else {
            return self.keys(&[(key, Some(all()))]);
        };
        let list = self.array(entry).ok_or_else(|| strange(key))?;
        if list.elements.len() != was.len() {
            return Err(strange(key));
        }
        let place = |name: &String| was.iter().position(|known| known == name);
        let kept: Vec<usize> = is.iter().filter_map(place).collect();
        if kept.is_sorted() {
            let gone = (0..was.len()).filter(|at| !kept.contains(at)).collect();
            let mut new: Vec<New> = Vec::new();
            let mut after = None;
            for (name, text) in is.iter().zip(texts) {
                match (place(name), new.last_mut()) {
                    (Some(at), _) => after = Some(at),
                    (None, Some(group)) if group.after == after => group.texts.push(text.clone()),
                    (None, _) => new.push(New {
                        after,
                        texts: vec![text.clone()],
                    }),
                }
            }
            return Ok(self.script.change(&list, &gone, &new));
        }
        let order: Vec<Result<usize, String>> = is
            .iter()
            .zip(texts)
            .map(|(name, text)| place(name).ok_or_else(|| text.clone()))
            .collect();
        if let Some(edit) = self.script.arranged(&list, &order) {
            return Ok(vec![edit]);
        }
        let range = entry.node.span.range();
        let comments: Vec<_> = self.script.marks.comments(&range).collect();
        if comments.is_empty() {
            return Ok(vec![self.script.edit(range, all())]);
        }
        // One beside the bracket that opens is of all items; of others there is no telling which item they are of.
        let (first, last) = match list.elements.as_slice() {
            [first, .., last] => (first, last),
            _ => return Err(strange(key)),
        };
        let top = self.script.line_end(list.inside.start);
        if comments.iter().any(|comment| comment.end > top) || first.range.start < top {
            return Err(strange(key));
        }
        let items = first.range.start..last.range.end;
        Ok(vec![self.script.edit(items, texts.join(", "))])
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
