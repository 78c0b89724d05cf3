//! Definition files into the model.
//!
//! A definition is written in TOML 1.1, or in JSON of the same structure; either becomes one tree with
//! places. The stages: text → tree → drafts (names and keys are checked) → types (names
//! are resolved) → defaults (values are read) → rules of the model. Each stage notes every mistake and
//! goes on, so that one run shows them all.
//!
//! Editors complete and check the TOML files by `schemas/definition.schema.json`: Taplo and its kin
//! find it by a first line `#:schema ../definition.schema.json`, or by an association of their own.

mod check;
mod default;
mod enumeration;
pub(crate) mod expression;
mod file;
mod json;
pub mod key;
pub(crate) mod node;
mod origin;
mod reader;
mod record;
mod resolve;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod toml;
mod topic;

use tg_schema_model::{
    Diagnostic, Diagnostics, EnumId, Field, FieldPulsar, Item, Json, Presence, Record, RecordId,
    Schema, SourceId, Sources, Span, TopicDefinition, Type, validate, value,
};

use crate::migration::former_presence;
pub(crate) use record::usual_encoding;
use tg_schema_model::crew;

use default::{Defaults, Slot, State};
use file::{FieldDraft, FileDraft, ItemDraft, RecordDraft, TopicDraft};
use node::Document;
use resolve::{Names, Target};

/// How a definition is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Notation {
    /// TOML 1.1.
    Toml,
    /// JSON, RFC 8259.
    Json,
}

impl Notation {
    /// The notation of a file name, by its extension.
    pub fn of(name: &str) -> Option<Notation> {
        match name.rsplit_once('.')?.1.to_ascii_lowercase().as_str() {
            "toml" => Some(Notation::Toml),
            "json" => Some(Notation::Json),
            _ => None,
        }
    }
}

/// One definition file among [`Sources`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Module path.
    pub path: Vec<String>,
    /// Its text.
    pub source: SourceId,
    /// How it is written.
    pub notation: Notation,
}

/// Reads files as one project. The schema is complete where `diagnostics` has no error.
pub fn read(files: &[File], sources: &Sources, diagnostics: &mut Diagnostics) -> Schema {
    let schema = unchecked(files, sources, diagnostics);
    diagnostics.0.append(&mut validate::check(&schema).0);
    diagnostics.finish();
    schema
}

/// [`read`] without the rules of the model. Modules whose text could not be read whole are marked, so that
/// nothing is said of what they may have; where there is one, a name that nothing has may be in it.
pub(crate) fn unchecked(
    files: &[File],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> Schema {
    let documents = each(files, FILES, diagnostics, |file, found| {
        document(file, sources, found)
    });
    let whole = !documents.iter().any(|document| document.partial);
    let pairs: Vec<_> = files.iter().zip(&documents).collect();
    let drafts = each(&pairs, FILES, diagnostics, |(file, document), found| {
        let start = Span::new(file.source, 0..0);
        file::read(document, &file.path, start, found)
    });
    assemble(drafts, &documents, whole, diagnostics)
}

/// From this many on, a thread for files or for definitions saves more than it costs.
const FILES: usize = 16;
const DEFINITIONS: usize = 128;

/// What `read` makes of each of a list. What is noted comes in the order of the list.
fn each<T: Sync, R: Send>(
    list: &[T],
    least: usize,
    diagnostics: &mut Diagnostics,
    read: impl Fn(&T, &mut Diagnostics) -> R + Sync,
) -> Vec<R> {
    let made = crew::each(list, least, |one| {
        let mut found = Diagnostics::default();
        (read(one, &mut found), found)
    });
    let made = made.into_iter().map(|(made, mut found)| {
        diagnostics.0.append(&mut found.0);
        made
    });
    made.collect()
}

/// The tree of one text.
pub(crate) fn document<'s>(
    file: &File,
    sources: &'s Sources,
    diagnostics: &mut Diagnostics,
) -> Document<'s> {
    let text = sources.get(file.source).map_or("", |s| s.text.as_str());
    match file.notation {
        Notation::Toml => toml::read(text, file.source, diagnostics),
        Notation::Json => json::read(text, file.source, diagnostics),
    }
}

/// Drafts with their module.
struct Drafts<'d> {
    records: Vec<(usize, Vec<FieldDraft<'d>>)>,
    topics: Vec<(usize, TopicDraft<'d>)>,
}

fn assemble<'d>(
    files: Vec<FileDraft<'d>>,
    documents: &'d [Document<'d>],
    whole: bool,
    diagnostics: &mut Diagnostics,
) -> Schema {
    let mut schema = Schema::default();
    let mut drafts = Drafts {
        records: Vec::new(),
        topics: Vec::new(),
    };
    let records = files.iter().flat_map(|file| &file.items);
    let records = records.filter(|item| matches!(item, ItemDraft::Record(_)));
    schema.records.reserve_exact(records.count());
    let mut order = Vec::new();
    for (at, file) in files.into_iter().enumerate() {
        let mut items = Vec::with_capacity(file.items.len());
        for item in file.items {
            match item {
                ItemDraft::Record(draft) => {
                    items.push(Some(Item::Record(RecordId(schema.records.len()))));
                    let RecordDraft { mut record, fields } = *draft;
                    record.module = at;
                    schema.records.push(record);
                    drafts.records.push((at, fields));
                }
                ItemDraft::Enum(mut item) => {
                    items.push(Some(Item::Enum(EnumId(schema.enums.len()))));
                    item.module = at;
                    schema.enums.push(*item);
                }
                ItemDraft::Topic(topic) => {
                    items.push(None);
                    drafts.topics.push((at, *topic));
                }
            }
        }
        schema.modules.push(file.module);
        order.push(items);
    }
    let topics = link(&mut schema, drafts, documents, whole, diagnostics);
    let mut topics = topics.into_iter();
    for (module, items) in schema.modules.iter_mut().zip(order) {
        for item in items {
            match item {
                Some(item) => module.items.push(item),
                None => {
                    if let Some(Some(topic)) = topics.next() {
                        module.items.push(Item::Topic(schema.topics.len()));
                        schema.topics.push(topic);
                    }
                }
            }
        }
    }
    schema
}

/// Resolves names, reads defaults and gives the topics, those with a record and an address.
fn link<'d>(
    schema: &mut Schema,
    drafts: Drafts<'d>,
    documents: &'d [Document<'d>],
    whole: bool,
    diagnostics: &mut Diagnostics,
) -> Vec<Option<TopicDefinition>> {
    let modules: Vec<String> = schema.modules.iter().map(|m| m.dotted()).collect();
    let types: Vec<(usize, String, Target)> = schema
        .record_ids()
        .map(|id| {
            let record = schema.record(id);
            (record.module, record.name.clone(), Target::Record(id))
        })
        .chain(schema.enum_ids().map(|id| {
            let item = schema.enumeration(id);
            (item.module, item.name.clone(), Target::Enum(id))
        }))
        .collect();
    let types = types.iter().map(|(m, name, t)| (*m, name.as_str(), *t));
    let mut names = Names::new(&modules, types, whole);
    let mut slots = Vec::with_capacity(drafts.records.len());
    for ((module, fields), record) in drafts.records.into_iter().zip(&mut schema.records) {
        let mut own = Vec::with_capacity(fields.len());
        let mut typed_fields = std::mem::take(&mut record.fields);
        for (field, draft) in typed_fields.iter_mut().zip(fields) {
            let slot = typed(
                field,
                draft,
                record,
                module,
                documents,
                &mut names,
                diagnostics,
            );
            own.push(slot);
        }
        record.fields = typed_fields;
        slots.push(own);
    }
    let given = |(slot, nullable): &(Slot, bool)| (*nullable, !matches!(slot.state, State::None));
    let given: Vec<Vec<(bool, bool)>> = slots
        .iter()
        .map(|own| own.iter().map(given).collect())
        .collect();
    let defaults = Defaults {
        schema,
        slots: slots
            .into_iter()
            .map(|own| own.into_iter().map(|(slot, _)| slot).collect())
            .collect(),
        diagnostics,
    };
    let defaults = defaults.read();
    for ((record, own), given) in schema.records.iter_mut().zip(defaults).zip(given) {
        for ((field, default), given) in record.fields.iter_mut().zip(own).zip(given) {
            let (nullable, written) = given;
            if let Some(value) = default {
                field.presence = if nullable {
                    Presence::NullableDefault(value)
                } else {
                    Presence::Default(value)
                };
            } else if written {
                // It was refused: that it is registered says nothing more.
                field.pulsar.required_default = false;
            }
        }
    }
    former_defaults(schema, diagnostics);
    drafts
        .topics
        .into_iter()
        .map(|(module, topic)| linked(topic, module, &mut names, diagnostics))
        .collect()
}

/// What a field had as its default before it was tightened is read as its own default is.
fn former_defaults(schema: &Schema, diagnostics: &mut Diagnostics) {
    for record in &schema.records {
        for field in &record.fields {
            let former = field.origin.as_ref().and_then(|o| o.former.as_ref());
            let Some(former) = former else { continue };
            if let Err(why) = former_presence(schema, field, former) {
                diagnostics.push(Diagnostic::error(
                    field.span,
                    format!(
                        "the `default` in `origin` of `{}.{}` does not fit its type",
                        record.name, field.name
                    ),
                    why,
                ));
            }
        }
    }
}

/// Gives a field its type. Its default, if it has one, is yet to be read; whether the field is then
/// nullable is told beside it.
fn typed<'d>(
    field: &mut Field,
    draft: FieldDraft<'d>,
    record: &Record,
    module: usize,
    documents: &'d [Document<'d>],
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> (Slot<'d>, bool) {
    let ty = draft
        .expression
        .as_ref()
        .and_then(|(expression, node)| names.resolve(module, expression, node, diagnostics));
    let mut slot = Slot {
        state: State::None,
        typed: ty.is_some(),
        optional: true,
    };
    let Some(ty) = ty else {
        // Nothing can be said of the encoding, nor of what the old client made of it.
        field.pulsar = FieldPulsar::default();
        field.encoding = record::usual_encoding(record.profile);
        if let Some(origin) = &mut field.origin {
            origin.former = None;
        }
        return (slot, false);
    };
    if let Some((expression, node)) = &draft.expression
        && let Some(range) = expression.name()
    {
        field.places.named = node.part(range);
    }
    let owner = format_args!("`{}.{}`", record.name, field.name);
    let (ty, optional) = match ty {
        Type::Optional(inner) => (*inner, true),
        other => (other, false),
    };
    if let Some(place) = draft.encoding
        && !has_bytes(&ty)
    {
        diagnostics.push(Diagnostic::error(
            place,
            format!("{owner} has no bytes inside"),
            "only bytes have an encoding",
        ));
        field.encoding = record::usual_encoding(record.profile);
    }
    let mut default = draft.default;
    if optional && let Some(node) = default {
        let bare = names_type(&draft.expression);
        diagnostics.push(
            Diagnostic::error(
                node.span,
                format!("{owner} is optional and has a default"),
                "absent means null here, so this would never be used",
            )
            .help(format!(
                "write `type = \"{bare}\"` with this default, and `nullable = true` if the registered type has null"
            )),
        );
        default = None;
    } else if optional && let Some(place) = draft.nullable {
        diagnostics.push(
            Diagnostic::error(
                place,
                format!("{owner} is optional and `nullable` too"),
                "the `?` says it already",
            )
            .help("drop `nullable`"),
        );
    } else if default.is_none()
        && let Some(place) = draft.nullable
    {
        diagnostics.push(
            Diagnostic::error(
                place,
                format!("{owner} is `nullable` but has no default"),
                "expected a `default` beside it: null is read as that",
            )
            .help("write `T?` for a value that may be absent"),
        );
    }
    field.ty = ty;
    field.presence = if optional {
        Presence::Optional
    } else {
        Presence::Required
    };
    slot.optional = optional || default.is_some();
    if let (Some(node), Some(document)) = (default, documents.get(module)) {
        if field.pulsar.required_default {
            field.pulsar.default = written_json(document, node, MAX_REGISTERED_DEPTH)
                .and_then(|json| value::as_registered(&field.ty, &json));
        }
        slot.state = State::Written(document, node);
    }
    let nullable = draft.nullable.is_some();
    (slot, nullable)
}

/// Most nested arrays and tables of a default that is registered as it is written.
const MAX_REGISTERED_DEPTH: usize = 64;

/// A default as JSON, in the order of its text.
fn written_json(document: &Document, node: &node::Node, depth: usize) -> Option<Json> {
    let depth = depth.checked_sub(1)?;
    match &node.data {
        node::Data::Array(items) => {
            let items = items.iter().map(|item| written_json(document, item, depth));
            items.collect::<Option<_>>().map(Json::Array)
        }
        node::Data::Table(id) => {
            let entries = document.table(*id).entries();
            let entries = entries.map(|entry| {
                let value = written_json(document, &entry.node, depth)?;
                Some((entry.key.clone().into_owned(), value))
            });
            entries.collect::<Option<_>>().map(Json::Object)
        }
        _ => reader::scalar_json(node),
    }
}

/// The text of a type without its outermost `?`, as far as advice needs it.
fn names_type(expression: &Option<(expression::Expression, &node::Node)>) -> String {
    match expression {
        Some((_, node)) => match &node.data {
            node::Data::String { text, .. } => {
                text.trim().trim_end_matches('?').trim_end().to_owned()
            }
            _ => "T".to_owned(),
        },
        None => "T".to_owned(),
    }
}

fn has_bytes(ty: &Type) -> bool {
    match ty {
        Type::Bytes => true,
        Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) => has_bytes(inner),
        _ => false,
    }
}

fn linked(
    topic: TopicDraft,
    module: usize,
    names: &mut Names,
    diagnostics: &mut Diagnostics,
) -> Option<TopicDefinition> {
    let record = topic.record.and_then(|(text, node)| {
        let span = node.part(0..text.len());
        match names.find(module, text, span, diagnostics)? {
            Target::Record(id) => Some(id),
            Target::Enum(_) => {
                diagnostics.push(Diagnostic::error(
                    span,
                    format!("`{text}` is an enum"),
                    "expected the name of a record: only records travel on topics",
                ));
                None
            }
        }
    });
    let (address, address_span) = topic.address?;
    Some(TopicDefinition {
        module,
        name: topic.name,
        record: record?,
        address,
        doc: topic.doc,
        legacy: topic.legacy,
        origin: topic.origin,
        span: topic.span,
        address_span,
    })
}
