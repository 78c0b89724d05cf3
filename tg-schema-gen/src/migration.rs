//! The migration table: what became of each field, topic and enum of an old code base, and what that costs.
//!
//! The table is made of the definitions alone, from the `origin` and `unresolved` that a migration wrote into
//! them, so it can be rendered at any time. Every form (text, Markdown, JSON, CSV, HTML) shows the same rows
//! in the same order with the same columns ([`COLUMNS`]).

mod class;
mod cost;
mod csv;
mod difference;
mod example;
mod field;
mod former;
mod html;
mod item;
mod json;
mod judgement;
mod markdown;
mod row;
mod summary;
mod text;
pub mod tighten;
pub mod toml;
mod types;

use std::collections::HashMap;

use tg_schema_model::{Item, Open, Record, RecordId, Schema, Unresolved, Verdict};

use tg_schema_model::crew;

pub(crate) use class::any_open;
pub use class::{Class, fields_open, open};
pub use difference::{Difference, compare, is_table};
pub use former::{former, former_presence};
pub use row::{COLUMNS, Column, Kind, Row, Shape};
pub use summary::Summary;

use types::Types;

/// From this many classes on a thread is worth its cost.
const WORTH_A_THREAD: usize = 64;

/// The table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// Every old class, with what is registered for it.
    pub classes: Vec<Class>,
    /// Every field, topic and enum, and what was left open.
    pub rows: Vec<Row>,
    /// How many of each.
    pub summary: Summary,
}

/// How the table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Plain text.
    Text,
    /// GitHub's Markdown.
    Markdown,
    /// One document for programs.
    Json,
    /// RFC 4180.
    Csv,
    /// One page that needs nothing else.
    Html,
}

impl Form {
    /// All of them.
    pub const ALL: [Form; 5] = [
        Form::Text,
        Form::Markdown,
        Form::Json,
        Form::Csv,
        Form::Html,
    ];
    /// The extension of its files.
    pub fn extension(self) -> &'static str {
        match self {
            Form::Text => "txt",
            Form::Markdown => "md",
            Form::Json => "json",
            Form::Csv => "csv",
            Form::Html => "html",
        }
    }
    /// The form of a file by its name, else by its content.
    pub fn of(name: &str, content: &str) -> Form {
        let extension = name.rsplit_once('.').map_or("", |(_, end)| end);
        let known = Form::ALL
            .into_iter()
            .find(|form| form.extension().eq_ignore_ascii_case(extension));
        known.unwrap_or_else(|| match content.trim_start() {
            text if text.starts_with('{') => Form::Json,
            text if text.starts_with("<!") => Form::Html,
            text if text.starts_with("# ") => Form::Markdown,
            text if text.starts_with(&csv::header()) => Form::Csv,
            _ => Form::Text,
        })
    }
}

impl Table {
    /// The whole text of one form.
    pub fn render(&self, form: Form) -> String {
        match form {
            Form::Text => text::render(self),
            Form::Markdown => markdown::render(self),
            Form::Json => json::render(self),
            Form::Csv => csv::render(self),
            Form::Html => html::render(self),
        }
    }

    /// The whole texts of all forms, in the order of [`Form::ALL`].
    pub fn render_all(&self) -> Vec<(Form, String)> {
        crew::each(&Form::ALL, 1, |form| (*form, self.render(*form)))
    }

    /// As text, without what needs no attention: the summary, the classes that have no text to register and
    /// the rows that are not exact.
    pub fn brief(&self) -> String {
        text::brief(self)
    }
}

/// Whether anything of a schema came out of a migration.
pub fn is_migrated(schema: &Schema) -> bool {
    let of_record = |record: &Record| {
        record.origin.is_some()
            || !record.unresolved.is_empty()
            || record.fields.iter().any(|f| f.origin.is_some())
    };
    schema.records.iter().any(of_record)
        || schema.enums.iter().any(|e| e.origin.is_some())
        || schema.topics.iter().any(|t| t.origin.is_some())
        || schema.modules.iter().any(|m| !m.unresolved.is_empty())
}

/// The files of the target `migration`: all forms, or nothing where nothing came out of a migration.
pub fn files(schema: &Schema) -> Vec<(String, String)> {
    if !is_migrated(schema) {
        return Vec::new();
    }
    let forms = table(schema).render_all().into_iter();
    forms
        .map(|(form, text)| (format!("table.{}", form.extension()), text))
        .collect()
}

/// The table of a schema: modules in their order, and what is in each in the order of the old places.
pub fn table(schema: &Schema) -> Table {
    let types = Types::new(schema);
    let ids: Vec<RecordId> = schema.record_ids().collect();
    let classes = crew::each(&ids, WORTH_A_THREAD, |id| class::class(schema, *id));
    let mut classes_of: HashMap<RecordId, Class> = ids
        .into_iter()
        .zip(classes)
        .filter_map(|(id, class)| Some((id, class?)))
        .collect();
    let mut table = Table::default();
    for module in &schema.modules {
        let (rows, classes) = (table.rows.len(), table.classes.len());
        for item in &module.items {
            match item {
                Item::Record(id) => {
                    let record = schema.record(*id);
                    if let Some(class) = classes_of.remove(id) {
                        table.rows.extend(item::class_row(schema, *id, &class));
                        table.classes.push(class);
                    }
                    table.rows.extend(field::rows(&types, *id));
                    let defined = |o: &&Unresolved| record.fields.iter().any(|f| f.name == o.name);
                    let open = record.unresolved.iter().filter(|o| !defined(o));
                    table
                        .rows
                        .extend(open.map(|o| left_open(o, module.dotted(), &record.name)));
                }
                Item::Enum(id) => table.rows.extend(item::enum_row(&types, *id)),
                Item::Topic(index) => table.rows.extend(item::topic_row(schema, *index)),
            }
        }
        for open in &module.unresolved {
            table.rows.push(left_open(open, module.dotted(), ""));
            let defined = |record: &&Record| {
                class::as_a_whole(schema, record).is_some_and(|other| other == open)
            };
            if open.kind == Open::Class && !schema.records.iter().any(|r| defined(&r)) {
                table.classes.push(class::left_open(open, module.dotted()));
            }
        }
        table.rows[rows..].sort_by_cached_key(|row| class::split(&row.place));
        table.classes[classes..].sort_by_cached_key(|class| (class.file.clone(), class.line));
    }
    table.summary = Summary::of(&table);
    table
}

fn reason_of(open: &Unresolved) -> String {
    format!("Left open: {}.", open.reason.trim_end_matches('.'))
}

/// The row of what could not be defined.
fn left_open(open: &Unresolved, module: String, record: &str) -> Row {
    let mut row = Row {
        place: open.place.clone(),
        kind: match open.kind {
            Open::Field => Kind::Field,
            Open::Class => Kind::Class,
            Open::Enum => Kind::Enum,
            Open::Topic => Kind::Topic,
        },
        module,
        record: record.to_owned(),
        name: open.name.clone(),
        expression: open.expression.clone().unwrap_or_default(),
        registered: open.legacy.clone().unwrap_or_default(),
        wire: "unknown".to_owned(),
        verdict: Verdict::Manual,
        reason: reason_of(open),
        open: true,
        ..Row::default()
    };
    if let Some(legacy) = &open.legacy {
        item::open_topic(legacy, &mut row);
    }
    row
}

#[cfg(test)]
mod tests;
