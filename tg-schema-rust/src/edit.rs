//! Changes of the model into changes of the annotated Rust that defines it: comments, order and spacing of everything
//! else stay as they are.
//!
//! That a text says what was meant after them is for the caller to prove, by reading it again.

mod attribute;
mod enumeration;
mod field;
mod item;
mod place;
mod script;

use std::ops::Range;

use tg_schema_model::edit::Edit;
use tg_schema_model::{RecordId, Schema, Span};

pub use script::Script;

use attribute::Wanted;
use item::{list, quoted};
use script::Item;

/// What takes the place of a part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replacement {
    /// Bytes that are replaced.
    pub range: Range<usize>,
    /// By what.
    pub text: String,
}

/// Replacements in one text, or why a change cannot be written there.
pub type Replacements = Result<Vec<Replacement>, String>;

impl Script<'_> {
    /// What a change of a thing in this file takes, beside `all` that are made with it: what belongs together is written
    /// with the first.
    ///
    /// # Errors
    /// Changes that are not written into Rust, and places where a comment would get lost.
    pub fn texts(&self, schema: &Schema, edit: &Edit, all: &[Edit]) -> Replacements {
        match edit {
            Edit::SetField { record, field } => {
                let record = schema.record(*record);
                let was = record.fields.iter().find(|f| f.name == field.name);
                let was = was.ok_or_else(unknown)?;
                self.set_field(self.item(record.span)?, schema, record, (was, field))
            }
            Edit::AddField { record, field, at } => {
                let of = schema.record(*record);
                let item = self.item(of.span)?;
                let mut found = self.add_field(item, schema, of, field, *at)?;
                if of.reserved.contains(&field.name) {
                    found.extend(self.named(schema, *record, all)?);
                }
                Ok(found)
            }
            Edit::RemoveField { record, name } => {
                let record = schema.record(*record);
                let field = record.fields.iter().find(|f| f.name == *name);
                let field = field.ok_or_else(unknown)?;
                self.remove_part(self.item(record.span)?, field.span)
            }
            Edit::Reserve { record, .. } | Edit::AddRecordAlias { record, .. } => {
                let first = all.iter().find(|edit| names(edit) == Some(*record));
                match first.is_some_and(|first| std::ptr::eq(first, edit)) {
                    true => self.named(schema, *record, all),
                    false => Ok(Vec::new()),
                }
            }
            Edit::AddEnumAlias { enumeration, .. }
            | Edit::SetOpen { enumeration, .. }
            | Edit::SetEnumDefault { enumeration, .. }
            | Edit::SetSymbols { enumeration, .. } => {
                let first = all
                    .iter()
                    .find(|edit| enumeration::of(edit) == Some(*enumeration));
                match first.is_some_and(|first| std::ptr::eq(first, edit)) {
                    true => {
                        let present = schema.enumeration(*enumeration);
                        let item = self.item(present.span)?;
                        self.set_enum(item, present, *enumeration, all)
                    }
                    false => Ok(Vec::new()),
                }
            }
            Edit::AddRecord { definition, .. } => self.add_record(schema, definition),
            Edit::AddEnum { definition, .. } => self.add_enum(definition),
            Edit::SetAddress { topic, address } => {
                let topic = schema.topics.get(*topic).ok_or_else(unknown)?;
                let range = topic.address_span.range();
                match self.part(range.clone()) == quoted(&topic.address.to_string()) {
                    true => Ok(vec![replacement(range, quoted(&address.to_string()))]),
                    false => Err(by_hand("the address is not where the record's topic is")),
                }
            }
            Edit::AddTopic { .. } => Err(by_hand("a topic has its record's name in Rust")),
            Edit::SetSchema { .. } => Err(unknown()),
        }
    }

    /// The former names of a record, and the names that it reserves, with all changes of them.
    fn named(&self, schema: &Schema, id: RecordId, all: &[Edit]) -> Replacements {
        let record = schema.record(id);
        let item = self.item(record.span)?;
        let (mut aliases, mut reserved) = (record.aliases.clone(), record.reserved.clone());
        for edit in all {
            match edit {
                Edit::AddRecordAlias { record, alias } if *record == id => {
                    aliases.push(alias.clone());
                }
                Edit::Reserve { record, name } if *record == id => reserved.push(name.clone()),
                Edit::AddField { record, field, .. } if *record == id => {
                    reserved.retain(|name| *name != field.name);
                }
                _ => {}
            }
        }
        let mut wanted = Vec::new();
        if aliases != record.aliases {
            wanted.push(Wanted::names(&["alias", "aliases"], &aliases));
        }
        if reserved != record.reserved {
            wanted.push(Wanted {
                keys: &["reserved"],
                text: (!reserved.is_empty()).then(|| format!("reserved({})", list(&reserved))),
            });
        }
        self.set_own(item, wanted)
    }

    /// The annotated item at a place.
    fn item(&self, span: Span) -> Result<&Item, String> {
        let at = span.range().start;
        let mut items = self.items.iter();
        items
            .find(|item| item.range.contains(&at))
            .ok_or_else(unknown)
    }
}

/// The record whose names an edit changes.
fn names(edit: &Edit) -> Option<RecordId> {
    match edit {
        Edit::Reserve { record, .. } | Edit::AddRecordAlias { record, .. } => Some(*record),
        _ => None,
    }
}

fn replacement(range: Range<usize>, text: impl Into<String>) -> Replacement {
    Replacement {
        range,
        text: text.into(),
    }
}

fn unknown() -> String {
    "the file does not have it".to_owned()
}

fn by_hand(reason: &str) -> String {
    format!("{reason}: change it by hand")
}
