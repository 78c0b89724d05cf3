//! Avro schema files into the model: a file is a module, and the types that it defines are the
//! records and enums of that module.
//!
//! | Avro | presence |
//! |---|---|
//! | `T` | required |
//! | `T`, default D | default |
//! | `["null", T]`, default null | optional |
//! | `["null", T]` without default | optional, with a warning: what is written has the default null |
//!
//! Files that repeat a definition word by word share it: it belongs to the file that has it at the top,
//! else to the first that has it. Documentation, aliases and defaults are kept; the sort order of
//! fields and attributes that the specification does not name are not. What no definition can say (any
//! other union, fixed, a null default for the second type of a union) is an error at its place.

mod default;
pub(crate) use default::leaf;
mod field;
mod place;

use std::collections::BTreeMap;

use super::{Array, Field, Map, Name, Record, Schema};
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId, Sources, Span};
use crate::schema::{self, EnumId, Item, Module, Places, RecordId, Symbol, Type};
use place::Text;

/// One schema file among [`Sources`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Module path.
    pub path: Vec<String>,
    /// Its text.
    pub source: SourceId,
}

/// Adds schema files to a schema that may have other modules already. The rules of the model are not
/// applied: that is [`crate::validate::check`] on the whole.
pub fn import(
    files: &[File],
    sources: &Sources,
    schema: &mut schema::Schema,
    diagnostics: &mut Diagnostics,
) {
    read(files, sources, schema, diagnostics, false);
}

/// [`import`] of what a server keeps. What clients of Pulsar register of a field that reads null as its
/// default is `["null", T]` with a default of T; it is read as what it was made of.
pub fn import_registered(
    files: &[File],
    sources: &Sources,
    schema: &mut schema::Schema,
    diagnostics: &mut Diagnostics,
) {
    read(files, sources, schema, diagnostics, true);
}

fn read(
    files: &[File],
    sources: &Sources,
    schema: &mut schema::Schema,
    diagnostics: &mut Diagnostics,
    registered: bool,
) {
    let texts: Vec<Text<'_>> = files
        .iter()
        .filter_map(|file| Text::read(file, sources, diagnostics))
        .collect();
    let mut definitions = Vec::new();
    for (file, text) in texts.iter().enumerate() {
        collect(&text.tree, file, &mut String::new(), &mut definitions);
    }
    let owners = owners(&definitions, &texts, sources, diagnostics);
    let mut types = BTreeMap::new();
    let mut records = Vec::new();
    let mut modules: BTreeMap<usize, usize> = BTreeMap::new();
    for (at, definition) in definitions.iter().enumerate() {
        if owners.get(definition.name) != Some(&at) {
            continue;
        }
        let Some(text) = texts.get(definition.file) else {
            continue;
        };
        let module = *modules.entry(definition.file).or_insert_with(|| {
            schema.modules.push(Module {
                path: text.path.to_vec(),
                span: text.start(),
                ..Module::default()
            });
            schema.modules.len() - 1
        });
        let span = text.span(&format!("{}/name", definition.path));
        let (ty, item) = match definition.tree {
            Schema::Record(record) => {
                let id = RecordId(schema.records.len());
                schema.records.push(schema::Record {
                    places: places(text, &definition.path, record.aliases.len()),
                    ..self::record(record, module, span)
                });
                records.push((id, definition, record));
                (Type::Record(id), Item::Record(id))
            }
            Schema::Enum(item) => {
                let id = EnumId(schema.enums.len());
                let symbol = |i| text.span(&format!("{}/symbols/{i}", definition.path));
                schema.enums.push(schema::Enum {
                    places: places(text, &definition.path, item.aliases.len()),
                    ..enumeration(item, module, span, &symbol)
                });
                (Type::Enum(id), Item::Enum(id))
            }
            _ => continue,
        };
        types.insert(definition.name, ty);
        if let Some(module) = schema.modules.get_mut(module) {
            module.items.push(item);
        }
    }
    let mut drafts = Vec::new();
    for (id, definition, record) in records {
        let Some(text) = texts.get(definition.file) else {
            continue;
        };
        let mut reader = field::Reader {
            text,
            owner: &record.name.name,
            types: &types,
            registered,
            diagnostics,
        };
        let (fields, defaults) = reader.fields(&record.fields, &definition.path);
        if let Some(record) = schema.records.get_mut(id.0) {
            record.fields = fields;
        }
        drafts.push((id, defaults));
    }
    default::read(drafts, schema, diagnostics);
}

/// A record, enum or fixed where it is defined.
struct Definition<'t> {
    name: &'t Name,
    tree: &'t Schema,
    file: usize,
    /// JSON pointer into its file.
    path: String,
}

/// The definitions of a file in the order of its text.
fn collect<'t>(
    tree: &'t Schema,
    file: usize,
    path: &mut String,
    definitions: &mut Vec<Definition<'t>>,
) {
    if let (Some(name), false) = (tree.name(), matches!(tree, Schema::Ref(_))) {
        definitions.push(Definition {
            name,
            tree,
            file,
            path: path.clone(),
        });
    }
    let back = path.len();
    for (i, part) in tree.parts().into_iter().enumerate() {
        path.push_str(&match tree {
            Schema::Record(_) => format!("/fields/{i}/type"),
            Schema::Array(_) => "/items".to_owned(),
            Schema::Map(_) => "/values".to_owned(),
            _ => format!("/{i}"),
        });
        collect(part, file, path, definitions);
        path.truncate(back);
    }
}

/// Which definition counts of each name. The others must say the same.
fn owners<'t>(
    definitions: &[Definition<'t>],
    texts: &[Text<'_>],
    sources: &Sources,
    diagnostics: &mut Diagnostics,
) -> BTreeMap<&'t Name, usize> {
    let mut owners: BTreeMap<&Name, usize> = BTreeMap::new();
    let (top, inner): (Vec<_>, Vec<_>) = definitions
        .iter()
        .enumerate()
        .partition(|(_, definition)| definition.path.is_empty());
    for (at, definition) in top.into_iter().chain(inner) {
        let owner = *owners.entry(definition.name).or_insert(at);
        let Some(first) = definitions.get(owner).filter(|_| owner != at) else {
            continue;
        };
        if shallow(first.tree) == shallow(definition.tree) {
            continue;
        }
        let span = |of: &Definition<'_>| {
            let text = texts.get(of.file);
            text.map_or(Span::NONE, |text| text.span(&format!("{}/name", of.path)))
        };
        let other = sources.place(span(first)).unwrap_or_default();
        diagnostics.push(
            Diagnostic::error(
                span(definition),
                format!("{} is defined in two ways", definition.name),
                "expected the same definition, or another name",
            )
            .help(format!("the other one is at {other}")),
        );
    }
    owners
}

/// A definition in which all others are mere references.
fn shallow(definition: &Schema) -> Schema {
    match definition {
        Schema::Record(r) => Schema::Record(Record {
            name: r.name.clone(),
            doc: r.doc.clone(),
            aliases: r.aliases.clone(),
            fields: r
                .fields
                .iter()
                .map(|f| Field {
                    name: f.name.clone(),
                    doc: f.doc.clone(),
                    schema: reference(&f.schema),
                    default: f.default.clone(),
                    order: f.order,
                    aliases: f.aliases.clone(),
                    properties: f.properties.clone(),
                })
                .collect(),
            properties: r.properties.clone(),
        }),
        other => other.clone(),
    }
}

fn reference(tree: &Schema) -> Schema {
    match tree {
        Schema::Array(a) => Schema::Array(Array {
            items: Box::new(reference(&a.items)),
            properties: a.properties.clone(),
        }),
        Schema::Map(m) => Schema::Map(Map {
            values: Box::new(reference(&m.values)),
            properties: m.properties.clone(),
        }),
        Schema::Union(branches) => Schema::Union(branches.iter().map(reference).collect()),
        other => match other.name() {
            Some(name) => Schema::Ref(name.clone()),
            None => other.clone(),
        },
    }
}

/// Where the aliases and the namespace of a definition stand.
fn places(text: &Text<'_>, path: &str, aliases: usize) -> Places {
    Places {
        namespace: text.exact(&format!("{path}/namespace")),
        aliases: text.items(&format!("{path}/aliases"), aliases),
        named: Span::NONE,
    }
}

/// A record without its fields.
fn record(of: &Record, module: usize, span: Span) -> schema::Record {
    schema::Record {
        module,
        name: of.name.name.clone(),
        namespace: of.name.namespace.clone(),
        doc: of.doc.clone(),
        aliases: of.aliases.clone(),
        span,
        ..schema::Record::default()
    }
}

fn enumeration(
    of: &super::Enum,
    module: usize,
    span: Span,
    symbol: &dyn Fn(usize) -> Span,
) -> schema::Enum {
    let default = of.default.as_ref();
    schema::Enum {
        module,
        name: of.name.name.clone(),
        namespace: of.name.namespace.clone(),
        doc: of.doc.clone(),
        aliases: of.aliases.clone(),
        symbols: of
            .symbols
            .iter()
            .enumerate()
            .map(|(i, name)| Symbol {
                name: name.clone(),
                span: symbol(i),
            })
            .collect(),
        default: default.and_then(|default| of.symbols.iter().position(|s| s == default)),
        span,
        ..schema::Enum::default()
    }
}

#[cfg(test)]
mod tests;
