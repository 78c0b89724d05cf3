//! Changes of the model into changes of the TOML that defines it: comments, order and spacing of everything else
//! stay as they are.
//!
//! ```
//! use tg_schema_gen::edit::{apply, texts};
//! use tg_schema_gen::load::from_texts;
//! use tg_schema_model::edit::Edit;
//! use tg_schema_model::{Presence, RecordId};
//!
//! let text = "[record.R.fields]\na = \"int\" # how many\n";
//! let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.into())]);
//! let mut field = loaded.schema.record(RecordId(0)).fields[0].clone();
//! field.presence = Presence::Optional;
//! let edit = Edit::SetField { record: RecordId(0), field: Box::new(field) };
//! let edits = texts(&loaded.schema, &loaded.sources, &[edit])?;
//! assert_eq!(apply(text, &edits).unwrap(), "[record.R.fields]\na = \"int?\" # how many\n");
//! # Ok::<(), tg_schema_gen::edit::Inexpressible>(())
//! ```

mod field;
mod item;
mod place;
#[cfg(test)]
mod tests;

use std::fmt;
use std::ops::Range;

use tg_schema_model::edit::{self, Edit};
use tg_schema_model::{Diagnostics, Item, Schema, SourceId, Sources, Type, definition as identity};

use crate::definition::{self, File, Notation};
use crate::load::from_texts;
use crate::migration::toml::{key as toml_key, string};
use place::Table;

/// A replacement in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextEdit {
    /// Which text.
    pub source: SourceId,
    /// Bytes that are replaced.
    pub range: Range<usize>,
    /// By what.
    pub text: String,
}

/// Why a change cannot be written into the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inexpressible(pub String);

impl fmt::Display for Inexpressible {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Inexpressible {}

pub(crate) type Texts = Result<Vec<TextEdit>, Inexpressible>;

/// The edits of the texts that `schema` was read from which make the changes, in the order of the texts. That they
/// make these changes and no others is proven by reading the edited texts again.
///
/// # Errors
/// Definitions that are not written in TOML, ways of writing that are not known here, and changes that fall
/// into each other.
pub fn texts(schema: &Schema, sources: &Sources, edits: &[Edit]) -> Texts {
    let mut found = Vec::new();
    // What comes in is known to whoever refers to it.
    let mut known = schema.clone();
    let comes = |e: &&Edit| matches!(e, Edit::AddRecord { .. } | Edit::AddEnum { .. });
    let fits = edits
        .iter()
        .filter(comes)
        .all(|e| edit::apply(&mut known, e));
    if !fits {
        return Err(Inexpressible(
            "the changes do not fit the definitions".into(),
        ));
    }
    for edit in edits {
        found.extend(one(&known, sources, edit)?);
    }
    found.sort_by_key(|edit: &TextEdit| (edit.source, edit.range.start, edit.range.end));
    found.dedup();
    let mut expected = schema.clone();
    if !edits
        .iter()
        .all(|change| edit::apply(&mut expected, change))
    {
        return Err(Inexpressible(
            "the changes do not fit the definitions".into(),
        ));
    }
    prove(schema, sources, &found, &expected)?;
    Ok(found)
}

/// The text with edits of one source applied; none where they overlap or lie outside.
pub fn apply(text: &str, edits: &[TextEdit]) -> Option<String> {
    let mut out = String::with_capacity(text.len() + 64);
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.range.start)?);
        out.push_str(&edit.text);
        at = edit.range.end.max(edit.range.start);
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

/// Reads the edited texts and compares what they say with what is expected.
fn prove(
    schema: &Schema,
    sources: &Sources,
    edits: &[TextEdit],
    expected: &Schema,
) -> Result<(), Inexpressible> {
    let mut texts = Vec::new();
    for module in &schema.modules {
        let id = module.span.source;
        let Some(source) = sources.get(id) else {
            continue;
        };
        let of: Vec<TextEdit> = edits.iter().filter(|e| e.source == id).cloned().collect();
        let text = apply(&source.text, &of)
            .ok_or_else(|| Inexpressible("two changes are of the same text".into()))?;
        texts.push((module.path.clone(), source.name.clone(), text));
    }
    let read = from_texts(texts);
    if let Some(wrong) = read
        .diagnostics
        .0
        .iter()
        .find(|d| d.severity == tg_schema_model::Severity::Error)
    {
        return Err(Inexpressible(format!(
            "the text would be wrong: {}",
            wrong.message
        )));
    }
    match facts(&read.schema) == facts(expected) {
        true => Ok(()),
        false => Err(Inexpressible(
            "the text does not say it after the change".into(),
        )),
    }
}

/// Everything that decides the wire, in any order of the definitions.
fn facts(schema: &Schema) -> Vec<String> {
    let records = schema.record_ids().map(|id| identity::text(schema, id));
    let enums = schema
        .enum_ids()
        .map(|id| identity::text_of_enum(schema, id));
    let topics = schema.topics.iter().map(|t| {
        format!(
            "{} {} {}",
            t.name,
            t.address,
            schema.record(t.record).full_name()
        )
    });
    let mut facts: Vec<String> = records.chain(enums).chain(topics).collect();
    facts.sort();
    facts
}

fn one(schema: &Schema, sources: &Sources, edit: &Edit) -> Texts {
    let (module, kind, name) = match edit {
        Edit::AddRecord { definition, .. } => (definition.module, "record", ""),
        Edit::AddEnum { definition, .. } => (definition.module, "enum", ""),
        Edit::SetField { record, .. }
        | Edit::AddField { record, .. }
        | Edit::RemoveField { record, .. }
        | Edit::Reserve { record, .. }
        | Edit::AddRecordAlias { record, .. } => {
            let record = schema.records.get(record.0).ok_or_else(unknown)?;
            (record.module, "record", record.name.as_str())
        }
        Edit::AddEnumAlias { enumeration, .. }
        | Edit::SetOpen { enumeration, .. }
        | Edit::SetEnumDefault { enumeration, .. }
        | Edit::SetSymbols { enumeration, .. } => {
            let known = schema.enums.get(enumeration.0).ok_or_else(unknown)?;
            (known.module, "enum", known.name.as_str())
        }
        Edit::SetAddress { topic, .. } | Edit::AddTopic { beside: topic, .. } => {
            let topic = schema.topics.get(*topic).ok_or_else(unknown)?;
            (topic.module, "topic", topic.name.as_str())
        }
    };
    let home = schema.modules.get(module).ok_or_else(unknown)?;
    let id = home.span.source;
    let source = sources.get(id).ok_or_else(unknown)?;
    if Notation::of(&source.name) != Some(Notation::Toml) {
        return Err(Inexpressible(format!(
            "{} is no TOML: change it by hand",
            source.name
        )));
    }
    let file = File {
        path: home.path.clone(),
        source: id,
        notation: Notation::Toml,
    };
    let document = definition::document(&file, sources, &mut Diagnostics::default());
    let root = Table::root(&document, &source.text, id);
    if let Edit::AddRecord { definition, .. } = edit {
        return Ok(vec![root.append(&item::record(schema, home, definition)?)]);
    }
    if let Edit::AddEnum { definition, .. } = edit {
        return Ok(vec![root.append(&item::enumeration(home, definition)?)]);
    }
    let item = root
        .table(kind)
        .and_then(|kinds| kinds.table(name))
        .ok_or_else(unknown)?;
    match edit {
        Edit::SetField { record, field } => {
            field::set(schema, module, &item, schema.record(*record), field)
        }
        Edit::AddField { record, field, at } => {
            let mut edits = field::add(schema, module, &item, schema.record(*record), field, *at)?;
            if schema.record(*record).reserved.contains(&field.name) {
                edits.extend(item.take_item("reserved", &field.name)?);
            }
            Ok(edits)
        }
        Edit::RemoveField { name, .. } => match item.table("fields") {
            Some(fields) => fields.drop_whole(name),
            None => Err(unknown()),
        },
        Edit::Reserve { name, .. } => item.add_item("reserved", name),
        Edit::AddRecordAlias { alias, .. } | Edit::AddEnumAlias { alias, .. } => {
            item.add_item("aliases", alias)
        }
        Edit::SetSymbols {
            symbols,
            values,
            enumeration,
        } => {
            let known = schema.enumeration(*enumeration);
            if known.pulsar.values != *values {
                return Err(Inexpressible(format!(
                    "`{name}` has Python values, which change with the symbols: change it by hand"
                )));
            }
            let was: Vec<&str> = known.symbols.iter().map(|s| s.name.as_str()).collect();
            item.set_items("symbols", &was, symbols)
        }
        Edit::SetOpen { open: true, .. } => item.set("open", "true"),
        Edit::SetOpen { open: false, .. } => item.drop("open"),
        Edit::SetEnumDefault {
            symbol: Some(symbol),
            ..
        } => item.set("default", &string(symbol)),
        Edit::AddRecord { .. } | Edit::AddEnum { .. } => Err(unknown()),
        Edit::SetEnumDefault { symbol: None, .. } => item.drop("default"),
        Edit::SetAddress { address, .. } => item.set("address", &string(&address.to_string())),
        Edit::AddTopic {
            beside,
            name,
            address,
        } => {
            let topic = schema.topics.get(*beside).ok_or_else(unknown)?;
            let record = type_text(schema, module, &Type::Record(topic.record));
            let (key, record) = (toml_key(name), string(&record));
            let address = string(&address.to_string());
            let lines = [
                format!("[topic.{key}]"),
                format!("record = {record}"),
                format!("address = {address}"),
            ];
            Ok(vec![root.append(&lines)])
        }
    }
}

fn unknown() -> Inexpressible {
    Inexpressible("the definitions do not have it".into())
}

/// A type as a definition of `module` writes it.
fn type_text(schema: &Schema, module: usize, ty: &Type) -> String {
    match ty {
        Type::Array(inner) => format!("array<{}>", type_text(schema, module, inner)),
        Type::Map(inner) => format!("map<{}>", type_text(schema, module, inner)),
        Type::Optional(inner) => format!("{}?", type_text(schema, module, inner)),
        Type::Record(id) => {
            let record = schema.record(*id);
            named(schema, module, record.module, &record.name)
        }
        Type::Enum(id) => {
            let known = schema.enumeration(*id);
            named(schema, module, known.module, &known.name)
        }
        plain => schema.type_text(plain),
    }
}

/// A name alone where it can mean one thing only, else with its module.
fn named(schema: &Schema, module: usize, home: usize, name: &str) -> String {
    let alone = |item: &Item| !matches!(item, Item::Topic(_));
    let same = schema.find_types(name).into_iter().filter(alone).count();
    match schema.modules.get(home) {
        Some(of) if home != module && same > 1 => format!("{}.{name}", of.dotted()),
        _ => name.to_owned(),
    }
}
