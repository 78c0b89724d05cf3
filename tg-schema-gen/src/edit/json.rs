//! What edits write as TOML, into the JSON that says the same: a definition file is either.

use tg_schema_model::{Diagnostics, Json, SourceId};

use super::marks::string_end;
use super::place::strange;
use super::{Inexpressible, TextEdit, apply};
use crate::definition::node::{Data, Document, Node, TableId};
use crate::definition::toml;

/// A value.
pub(super) fn value(toml: &str) -> Result<String, Inexpressible> {
    let text = format!("value = {toml}");
    let read = read(&text, |document| {
        let node = &document.table(Document::ROOT).get("value")?.node;
        text_of(document, node)
    });
    read.ok_or_else(|| strange(toml))
}

/// A key with its value, `key = value`.
pub(super) fn pair(toml: &str) -> Result<String, Inexpressible> {
    read(toml, |document| members(document, Document::ROOT)?.pop()).ok_or_else(|| strange(toml))
}

/// The lines of one record, enum or topic: its value, with its name inside where it is an item of an array.
pub(super) fn definition(
    lines: &str,
    (kind, name): (&str, &str),
    is_item: bool,
) -> Result<String, Inexpressible> {
    let read = read(lines, |document| {
        let table = |of: TableId, key: &str| match document.table(of).get(key)?.node.data {
            Data::Table(id) => Some(id),
            _ => None,
        };
        let own = table(table(Document::ROOT, kind)?, name)?;
        let mut all = members(document, own)?;
        if is_item {
            all.insert(0, format!("\"name\": {}", string(name)));
        }
        Some(object(&all))
    });
    read.ok_or_else(|| strange(name))
}

pub(super) fn string(text: &str) -> String {
    Json::str(text).compact()
}

fn read<T>(text: &str, of: impl FnOnce(&Document<'_>) -> Option<T>) -> Option<T> {
    let mut wrong = Diagnostics::default();
    let document = toml::read(text, SourceId::NONE, &mut wrong);
    of(&document).filter(|_| !wrong.has_errors())
}

fn members(document: &Document<'_>, table: TableId) -> Option<Vec<String>> {
    let entries = document.table(table).entries();
    let member = |(key, node): (&str, &Node<'_>)| {
        Some(format!("{}: {}", string(key), text_of(document, node)?))
    };
    entries
        .map(|entry| member((&entry.key, &entry.node)))
        .collect()
}

pub(super) fn object(members: &[String]) -> String {
    match members.is_empty() {
        true => "{}".to_owned(),
        false => format!("{{ {} }}", members.join(", ")),
    }
}

/// Tables of `[[…]]` and times have no place in what an edit writes.
fn text_of(document: &Document<'_>, node: &Node<'_>) -> Option<String> {
    Some(match &node.data {
        Data::Boolean(value) => value.to_string(),
        Data::Integer(digits) => digits.to_string(),
        // JSON has no other numbers.
        Data::Float(text) if text.ends_with(|c: char| c.is_ascii_digit()) => text.to_string(),
        Data::String { text, .. } => string(text),
        Data::Array(items) => {
            let items: Option<Vec<String>> =
                items.iter().map(|item| text_of(document, item)).collect();
            format!("[{}]", items?.join(", "))
        }
        Data::Table(id) => object(&members(document, *id)?),
        Data::Invalid | Data::Null | Data::Float(_) | Data::Datetime(_) | Data::Tables(_) => {
            return None;
        }
    })
}

/// The edits of a text, in order, and what is to be done about commas: changes of one list are made each without the
/// others.
pub(super) fn with_commas(text: &str, mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    let (Some(edited), Some(first)) = (apply(text, &edits), edits.first()) else {
        return edits;
    };
    let source = first.source;
    let mut more = Vec::new();
    // The last first, so that places before stay what they are.
    for (place, comma) in commas(&edited).into_iter().rev() {
        // The letter that goes, or behind which one comes in.
        let (letter, behind, text) = match comma {
            Comma::Stray => (place, 0, ""),
            Comma::Missing => (place.saturating_sub(1), 1, ","),
        };
        let (edit, at) = origin(&edits, letter);
        match edit.and_then(|edit| edits.get_mut(edit)) {
            Some(edit) => edit.text.replace_range(at + behind..at + 1, text),
            None => more.push(TextEdit {
                source,
                range: at + behind..at + 1,
                text: text.to_owned(),
            }),
        }
    }
    // A comma comes before what comes in at its place.
    more.extend(edits);
    more.sort_by_key(|edit| (edit.range.start, edit.range.end));
    more
}

/// Where a letter of the edited text comes from: which of the edits and where in its text, or where in the text before.
fn origin(edits: &[TextEdit], letter: usize) -> (Option<usize>, usize) {
    let (mut old, mut new) = (0, 0);
    for (nth, edit) in edits.iter().enumerate() {
        let start = new + (edit.range.start - old);
        let end = start + edit.text.len();
        if letter < start {
            break;
        }
        if letter < end {
            return (Some(nth), letter - start);
        }
        (old, new) = (edit.range.end, end);
    }
    (None, old + (letter - new))
}

#[derive(Clone, Copy, PartialEq)]
enum Comma {
    /// In front of it, or behind it, no value stands.
    Stray,
    /// One value ends there, and the next thing is another.
    Missing,
}

/// What is wrong with the commas of a text that is JSON else, in order.
fn commas(text: &str) -> Vec<(usize, Comma)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    // The last thing that is no space, where it ends, and the last comma.
    let (mut before, mut end, mut comma) = (b'[', 0, 0);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'"' => string_end(bytes, at),
            b'[' | b'{' | b']' | b'}' | b',' | b':' => at + 1,
            _ => {
                let rest = bytes.get(at..).unwrap_or_default();
                let is_part = |b: &&u8| !b" \t\r\n\"[]{},:".contains(b);
                at + rest.iter().take_while(is_part).count()
            }
        };
        match (before, byte) {
            (b'[' | b'{' | b',', b',') => found.push((at, Comma::Stray)),
            (b',', b']' | b'}') => found.push((comma, Comma::Stray)),
            (_, b',' | b':' | b']' | b'}') | (b'[' | b'{' | b',' | b':', _) => {}
            _ => found.push((end, Comma::Missing)),
        }
        if byte == b',' {
            comma = at;
        }
        (before, end, at) = (byte, next, next);
    }
    found.sort_by_key(|(at, _)| *at);
    found.dedup();
    found
}
