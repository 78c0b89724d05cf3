//! Arrays of a table: items that come in, go, or change their order.

use std::collections::BTreeSet;

use super::super::marks::List;
use super::super::script::New;
use super::super::{Inexpressible, Texts};
use super::{Table, strange};
use crate::definition::node::{Data, Entry, Node};
use crate::migration::toml::string;

impl Table<'_> {
    /// Puts an element behind one of an array of tables, or in front of all.
    pub(in crate::edit) fn array_item(
        &self,
        key: &str,
        after: Option<usize>,
        text: String,
    ) -> Texts {
        self.put_item(key, after, self.script.value(&text)?)
    }

    /// The same, of an element as the text writes it.
    pub(super) fn put_item(&self, key: &str, after: Option<usize>, text: String) -> Texts {
        let entry = self.entry(key).ok_or_else(|| strange(key))?;
        let list = self.array(entry).ok_or_else(|| strange(key))?;
        let new = New {
            after,
            texts: vec![text],
        };
        Ok(self.script.change(&list, &BTreeSet::new(), &[new]))
    }

    /// Takes one element out of an array of tables.
    pub(super) fn drop_element(&self, key: &str, at: usize) -> Texts {
        let entry = self.entry(key).ok_or_else(|| strange(key))?;
        let list = self.array(entry).ok_or_else(|| strange(key))?;
        Ok(self.script.change(&list, &BTreeSet::from([at]), &[]))
    }

    fn array(&self, entry: &Entry<'_>) -> Option<List> {
        let inside = entry.node.span.range().start + 1;
        self.script.marks.list(self.script.text, inside)
    }

    /// Adds a string to an array, which may not be there.
    pub(in crate::edit) fn add_item(&self, key: &str, item: &str) -> Texts {
        let was = self.strings(key)?;
        let mut is = was.clone();
        is.push(item.to_owned());
        self.set_items(key, &is)
    }

    /// Takes a string out of an array.
    pub(in crate::edit) fn take_item(&self, key: &str, item: &str) -> Texts {
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
    pub(in crate::edit) fn set_items(&self, key: &str, is: &[String]) -> Texts {
        let texts: Vec<String> = is.iter().map(|name| string(name)).collect();
        self.set_aligned(key, &self.strings(key)?, is, &texts)
    }

    /// Makes an array whose items are of the names `was` one whose items are `texts`, of the names `is`. Items of one
    /// name are the same.
    pub(in crate::edit) fn set_aligned(
        &self,
        key: &str,
        was: &[String],
        is: &[String],
        texts: &[String],
    ) -> Texts {
        let Some(entry) = self.entry(key) else {
            return self.keys(&[(key, Some(format!("[{}]", texts.join(", "))))]);
        };
        let texts: Result<Vec<String>, _> = texts.iter().map(|t| self.script.value(t)).collect();
        let texts = texts?;
        let all = || format!("[{}]", texts.join(", "));
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
            for (name, text) in is.iter().zip(&texts) {
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
            .zip(&texts)
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
        if let Some(edit) = self.script.spread(&list, &order) {
            return Ok(vec![edit]);
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
