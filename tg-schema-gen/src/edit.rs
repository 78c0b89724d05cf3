//! Changes of the model into changes of the TOML, JSON or annotated Rust that defines it, and of Avro schemas in their files:
//! comments, order and spacing of everything else stay as they are.
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

mod enumeration;
mod field;
mod item;
mod json;
mod marks;
mod place;
mod proof;
mod schema;
mod script;
#[cfg(test)]
mod tests;

use std::cell::OnceCell;
use std::fmt;
use std::ops::Range;

use tg_schema_model::edit::{self, Changes, Edit, Together};
use tg_schema_model::{Diagnostics, Item, Module, Schema, SourceId, Sources, Type};
use tg_schema_rust::edit as rust;

use crate::definition::node::Document;
use crate::definition::{self, File, Notation};
use place::Table;
use proof::{is_rust, prove};
use script::Script;

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
/// Definitions that are written in Python, ways of writing that are not known here, and changes that fall
/// into each other.
pub fn texts(schema: &Schema, sources: &Sources, edits: &[Edit]) -> Texts {
    let (of_schemas, edits): (Vec<Edit>, Vec<Edit>) = edits.iter().cloned().partition(schema::is);
    let mut texts = schema::texts(sources, &of_schemas)?;
    if edits.is_empty() {
        return Ok(texts);
    }
    let homes = Homes::of(schema, sources);
    let found = homes.found(schema, sources, &edits)?;
    texts.extend(homes.proven(schema, sources, &edits, found)?);
    Ok(sorted(texts))
}

/// The same for several groups of changes, each by itself. They are proven together where they go together, so that
/// many of them take little longer than one.
pub fn texts_of_each(schema: &Schema, sources: &Sources, groups: &[&[Edit]]) -> Vec<Texts> {
    // Those of schemas alone, those of definitions alone, and those of both.
    let is_of = |edits: &[Edit]| {
        let of_schemas = edits.iter().filter(|edit| schema::is(edit)).count();
        (of_schemas > 0, of_schemas < edits.len())
    };
    let only = |wanted: (bool, bool)| -> Vec<&[Edit]> {
        let own = groups.iter().copied();
        own.filter(|edits| is_of(edits) == wanted).collect()
    };
    let schemas = schema::texts_of_each(sources, &only((true, false)));
    let mut schemas = schemas.into_iter();
    let mut trees = texts_of_trees(schema, sources, &only((false, true))).into_iter();
    let each = groups.iter().map(|edits| match is_of(edits) {
        (true, true) => texts(schema, sources, edits),
        (true, false) => schemas.next().unwrap_or_else(|| Err(unknown())),
        (false, true) => trees.next().unwrap_or_else(|| Err(unknown())),
        (false, false) => Ok(Vec::new()),
    });
    each.collect()
}

fn texts_of_trees(schema: &Schema, sources: &Sources, groups: &[&[Edit]]) -> Vec<Texts> {
    let homes = Homes::of(schema, sources);
    let mut all: Vec<Texts> = groups
        .iter()
        .map(|edits| homes.found(schema, sources, edits))
        .collect();
    for batch in batches(groups) {
        let mut open = vec![batch.as_slice()];
        while let Some(batch) = open.pop() {
            let good = batch
                .iter()
                .filter(|at| all.get(**at).is_some_and(Result::is_ok));
            let good: Vec<usize> = good.copied().collect();
            let edits = good.iter().filter_map(|at| groups.get(*at));
            let edits: Vec<Edit> = edits.copied().flatten().cloned().collect();
            let texts = good.iter().filter_map(|at| all.get(*at));
            let texts: Vec<TextEdit> = texts.flatten().flatten().cloned().collect();
            match (
                good.as_slice(),
                homes.proven(schema, sources, &edits, texts),
            ) {
                ([], _) => {}
                (good, Ok(_)) => {
                    for at in good {
                        if let Some(Ok(found)) = all.get_mut(*at) {
                            *found = homes.whole(std::mem::take(found));
                        }
                    }
                }
                ([one], Err(wrong)) => {
                    if let Some(found) = all.get_mut(*one) {
                        *found = Err(wrong);
                    }
                }
                (_, Err(_)) => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    open.push(second);
                    open.push(first);
                }
            }
        }
    }
    all
}

/// Groups of changes that may go together: none of them is of a thing that another one changes otherwise.
fn batches(groups: &[&[Edit]]) -> Vec<Vec<usize>> {
    let mut batches: Vec<(Together, Vec<usize>)> = Vec::new();
    for (at, edits) in groups.iter().enumerate() {
        let own = Changes::of(*edits);
        let known = batches.iter_mut().find(|(taken, _)| taken.goes_with(&own));
        match known {
            Some((taken, batch)) => {
                taken.add(own);
                batch.push(at);
            }
            None => {
                let mut taken = Together::default();
                taken.add(own);
                batches.push((taken, vec![at]));
            }
        }
    }
    batches.into_iter().map(|(_, batch)| batch).collect()
}

/// The text of a module in TOML or JSON, with what is written where.
type Home<'t> = (Script<'t>, Document<'t>);

/// The texts of modules, each read once, when somebody asks.
struct Homes<'t> {
    modules: &'t [Module],
    sources: &'t Sources,
    read: Vec<OnceCell<Option<Home<'t>>>>,
    /// Annotated Rust, by its source.
    rust: Vec<OnceCell<Option<rust::Script<'t>>>>,
}

impl<'t> Homes<'t> {
    fn of(schema: &'t Schema, sources: &'t Sources) -> Self {
        Homes {
            modules: &schema.modules,
            sources,
            read: schema.modules.iter().map(|_| OnceCell::new()).collect(),
            rust: sources.0.iter().map(|_| OnceCell::new()).collect(),
        }
    }

    fn home(&self, module: usize) -> Option<&Home<'t>> {
        let read = || {
            let module = self.modules.get(module)?;
            let id = module.span.source;
            let source = self.sources.get(id)?;
            let notation = Notation::of(&source.name)?;
            let file = File {
                path: module.path.clone(),
                source: id,
                notation,
            };
            let document = definition::document(&file, self.sources, &mut Diagnostics::default());
            Some((Script::of(&source.text, id, notation), document))
        };
        self.read.get(module)?.get_or_init(read).as_ref()
    }

    fn rust(&self, id: SourceId) -> Option<&rust::Script<'t>> {
        let text = &self.sources.get(id)?.text;
        let read = self.rust.get(usize::try_from(id.0).ok()?)?;
        read.get_or_init(|| rust::Script::of(text)).as_ref()
    }

    fn root(&self, module: usize) -> Option<Table<'_>> {
        let (script, document) = self.home(module)?;
        Some(Table::root(document, script))
    }

    /// The edits that make the changes, which is not proven yet.
    fn found(&self, schema: &Schema, sources: &Sources, edits: &[Edit]) -> Texts {
        let mut found = Vec::new();
        let comes = |e: &Edit| matches!(e, Edit::AddRecord { .. } | Edit::AddEnum { .. });
        if !edits.iter().any(comes) {
            for edit in edits {
                found.extend(self.one(schema, sources, edit, edits)?);
            }
            return Ok(sorted(found));
        }
        // What comes in is known to whoever refers to it.
        let mut known = schema.clone();
        let mut coming = edits.iter().filter(|edit| comes(edit));
        if !coming.all(|edit| edit::apply(&mut known, edit)) {
            return Err(Inexpressible(
                "the changes do not fit the definitions".into(),
            ));
        }
        for edit in edits {
            found.extend(self.one(&known, sources, edit, edits)?);
        }
        Ok(sorted(found))
    }

    /// The same edits with the comments that they would take out.
    fn whole(&self, edits: Vec<TextEdit>) -> Vec<TextEdit> {
        let mut found = Vec::new();
        let mut left = edits;
        for (at, module) in self.modules.iter().enumerate() {
            let own: Vec<TextEdit>;
            (own, left) = left
                .into_iter()
                .partition(|edit| edit.source == module.span.source);
            match self.home(at).filter(|_| !own.is_empty()) {
                Some((script, _)) if script.notation == Notation::Json => {
                    found.extend(json::with_commas(script.text, own));
                }
                Some((script, _)) => found.extend(script.with_comments(own)),
                None => found.extend(own),
            }
        }
        found.sort_by_key(|edit: &TextEdit| (edit.source, edit.range.start, edit.range.end));
        // What comes in at one place is one edit, so that nobody mistakes the order.
        found.dedup_by(|next, edit| {
            let same =
                edit.range.is_empty() && (edit.source, &edit.range) == (next.source, &next.range);
            if same {
                edit.text.push_str(&next.text);
            }
            same
        });
        found
    }

    fn proven(
        &self,
        schema: &Schema,
        sources: &Sources,
        edits: &[Edit],
        found: Vec<TextEdit>,
    ) -> Texts {
        let found = self.whole(sorted(found));
        let mut expected = schema.clone();
        if !edit::apply_all(&mut expected, edits) {
            return Err(Inexpressible(
                "the changes do not fit the definitions".into(),
            ));
        }
        prove(schema, sources, &found, &expected)?;
        Ok(found)
    }
}

/// In the order of the texts. What is said twice is done once.
fn sorted(mut edits: Vec<TextEdit>) -> Vec<TextEdit> {
    edits.sort_by_key(|edit| (edit.source, edit.range.start, edit.range.end));
    edits.dedup();
    edits
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

impl Homes<'_> {
    /// What one of the edits takes, beside the others.
    fn one(&self, schema: &Schema, sources: &Sources, edit: &Edit, all: &[Edit]) -> Texts {
        let (module, kind, name) = match edit {
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
            Edit::AddRecord { definition, .. } => (definition.module, "record", ""),
            Edit::AddEnum { definition, .. } => (definition.module, "enum", ""),
            Edit::SetSchema { .. } => return schema::texts(sources, std::slice::from_ref(edit)),
            Edit::SetAddress { topic, .. } | Edit::AddTopic { beside: topic, .. } => {
                let topic = schema.topics.get(*topic).ok_or_else(unknown)?;
                (topic.module, "topic", topic.name.as_str())
            }
        };
        let home = schema.modules.get(module).ok_or_else(unknown)?;
        let id = home.span.source;
        let source = sources.get(id).ok_or_else(unknown)?;
        if is_rust(&source.name) {
            let script = self.rust(id).ok_or_else(unknown)?;
            let texts = script.texts(schema, edit, all).map_err(Inexpressible)?;
            let texts = texts.into_iter().map(|text| TextEdit {
                source: id,
                range: text.range,
                text: text.text,
            });
            return Ok(texts.collect());
        }
        if Notation::of(&source.name).is_none() {
            return Err(Inexpressible(format!(
                "{} is no definition and no Rust: change it by hand",
                source.name
            )));
        }
        let root = self.root(module).ok_or_else(unknown)?;
        match edit {
            Edit::AddRecord { definition, .. } => {
                let lines = item::record(schema, home, definition)?;
                return root.define(kind, &definition.name, &lines);
            }
            Edit::AddEnum { definition, .. } => {
                let lines = item::enumeration(home, definition)?;
                return root.define(kind, &definition.name, &lines);
            }
            Edit::AddTopic {
                beside,
                name,
                address,
            } => {
                let topic = schema.topics.get(*beside).ok_or_else(unknown)?;
                let record = type_text(schema, module, &Type::Record(topic.record));
                return root.define(kind, name, &item::topic(name, &record, address));
            }
            _ => {}
        }
        let item = root
            .group(kind)
            .and_then(|kinds| kinds.table(name))
            .ok_or_else(unknown)?;
        match edit {
            Edit::SetField { record, field } => {
                field::set(schema, module, &item, schema.record(*record), field)
            }
            Edit::AddField { record, field, at } => {
                let mut edits =
                    field::add(schema, module, &item, schema.record(*record), field, *at)?;
                if schema.record(*record).reserved.contains(&field.name) {
                    edits.extend(item.take_item("reserved", &field.name)?);
                }
                Ok(edits)
            }
            Edit::RemoveField { name, .. } => match item.group("fields") {
                Some(place::Group::Named(fields)) => fields.drop_whole(name),
                Some(group) => group.drop_item(&item, "fields", name),
                None => Err(place::strange(name)),
            },
            Edit::Reserve { name, .. } => item.add_item("reserved", name),
            Edit::AddRecordAlias { alias, .. } | Edit::AddEnumAlias { alias, .. } => {
                item.add_item("aliases", alias)
            }
            Edit::SetSymbols { enumeration, .. }
            | Edit::SetOpen { enumeration, .. }
            | Edit::SetEnumDefault { enumeration, .. } => {
                let id = *enumeration;
                let first = all.iter().find(|e| enumeration::of(e) == Some(id));
                // The first of an enum takes all of them.
                match first.is_some_and(|first| !std::ptr::eq(first, edit)) {
                    true => Ok(Vec::new()),
                    false => enumeration::set(&item, schema.enumeration(id), id, all),
                }
            }
            Edit::AddRecord { .. }
            | Edit::AddEnum { .. }
            | Edit::AddTopic { .. }
            | Edit::SetSchema { .. } => Err(unknown()),
            Edit::SetAddress { address, .. } => {
                let address = crate::migration::toml::string(&address.to_string());
                item.keys(&[("address", Some(address))])
            }
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
