//! Items into the model: one for the macro's checks, or the modules of whole files with every name
//! resolved.

mod circle;
mod default;
mod resolve;

use heck::ToSnakeCase;
use std::borrow::Cow;
use tg_schema_model::schema::Item as Defined;
use tg_schema_model::value::{self, Reading};
use tg_schema_model::{
    Diagnostic, Diagnostics, Enum, EnumId, EnumPulsar, Field, Json, Module, Presence, Profile,
    Record, RecordId, Schema, Span, Symbol, TopicDefinition, Type, Value, name, validate,
};

use crate::item::{EnumItem, FieldItem, Item, PresenceItem, RecordItem, Shape};
use crate::read::file::SourceModule;
use default::Defaults;
use resolve::{Found, Tree};

/// Everything that can be said against an item without knowing the types that it names: the model's
/// rules, and defaults that do not fit. Defaults of named types are not looked into.
pub fn check(item: &Item) -> Diagnostics {
    let mut schema = Schema {
        modules: vec![Module {
            path: vec!["item".into()],
            ..Module::default()
        }],
        ..Schema::default()
    };
    let mut diagnostics = Diagnostics::default();
    match item {
        Item::Enum(item) => {
            schema.enums.push(enumeration(item, 0));
            schema.modules[0].items.push(Defined::Enum(EnumId(0)));
        }
        Item::Record(item) => {
            schema.records.push(record(item, 0));
            schema.modules[0].items.push(Defined::Record(RecordId(0)));
            let mut named: Vec<&str> = vec![&item.ident];
            let mut types = Vec::new();
            for field in &item.fields {
                types.push(shape(&field.shape, &mut |path| {
                    let at = named.iter().position(|n| *n == path).unwrap_or_else(|| {
                        named.push(path);
                        named.len() - 1
                    });
                    Some(Type::Record(RecordId(at)))
                }));
            }
            for at in 1..named.len() {
                schema.modules[0].items.push(Defined::Record(RecordId(at)));
                schema.records.push(Record {
                    name: format!("TypeNamedElsewhere{at}"),
                    namespace: Some("elsewhere".into()),
                    profile: item.profile,
                    ..Record::default()
                });
            }
            let fields = item.fields.iter().zip(types);
            let fields: Vec<Field> = fields
                .filter_map(|(item_field, ty)| {
                    let mut lowered = field(item_field, ty?);
                    let json = default_of(item_field);
                    if let Some(json) = json.filter(|json| is_known(&item_field.shape, json)) {
                        match read_default(&schema, item, &lowered, json) {
                            Ok(value) => {
                                lowered.presence = presence(&item_field.presence, Some(value))
                            }
                            Err(diagnostic) => diagnostics.push(diagnostic),
                        }
                    }
                    Some(lowered)
                })
                .collect();
            schema.records[0].fields = fields;
            topics(item, 0, RecordId(0), &mut schema);
            for span in circle::fields(item) {
                let help = "write the field that leads back out in it, with an empty value";
                diagnostics.push(Diagnostic::error(span, circle::MESSAGE, "").help(help));
            }
        }
    }
    diagnostics
        .0
        .extend(validate::check(&schema).0.into_iter().map(in_rust));
    diagnostics.finish();
    diagnostics
}

/// The model's advice speaks of definition files.
fn in_rust(mut diagnostic: Diagnostic) -> Diagnostic {
    let help = diagnostic.help.as_deref().unwrap_or("");
    let rust = if help.contains("array<") {
        "write `Option<Box<T>>` or `Vec<T>` for one of the fields on the way"
    } else if help.contains("symbols = [") {
        "give it a variant"
    } else {
        return diagnostic;
    };
    diagnostic.help = Some(rust.to_owned());
    if diagnostic.label.ends_with("?`") {
        diagnostic.label.clear();
    }
    diagnostic
}

/// Modules of source files as a schema, and what is wrong with the names and defaults in them. The
/// model's own rules are not applied: that is [`validate::check`] on the whole.
pub fn schema(modules: &[SourceModule]) -> (Schema, Diagnostics) {
    let mut schema = Schema::default();
    let mut diagnostics = Diagnostics::default();
    append(modules, &mut schema, &mut diagnostics);
    (schema, diagnostics)
}

/// Adds modules of source files to a schema that has others already; the modules are sorted by path.
pub fn append(modules: &[SourceModule], schema: &mut Schema, diagnostics: &mut Diagnostics) {
    let mut tree = Tree::new(modules);
    let mut records: Vec<(RecordId, usize, &RecordItem)> = Vec::new();
    for (at, source) in modules
        .iter()
        .enumerate()
        .filter(|(_, m)| !m.items.is_empty())
    {
        let module = schema.modules.len();
        let path = if source.path.is_empty() {
            vec![source.stem.clone()]
        } else {
            source.path.clone()
        };
        let mut items = Vec::new();
        for item in &source.items {
            match item {
                Item::Record(item) => {
                    let id = RecordId(schema.records.len());
                    schema.records.push(record(item, module));
                    records.push((id, at, item));
                    tree.add(at, &item.ident, Type::Record(id));
                    items.push(Defined::Record(id));
                }
                Item::Enum(item) => {
                    let id = EnumId(schema.enums.len());
                    schema.enums.push(enumeration(item, module));
                    tree.add(at, &item.ident, Type::Enum(id));
                    items.push(Defined::Enum(id));
                }
            }
        }
        let doc = source.doc.clone();
        schema.modules.push(Module {
            path,
            doc,
            namespace: None,
            items,
            span: source.span,
            ..Module::default()
        });
    }
    let mut defaults = Defaults::default();
    for (id, at, item) in &records {
        let mut fields = Vec::new();
        for item_field in &item.fields {
            let mut known = true;
            let ty = shape(
                &item_field.shape,
                &mut |path| match tree.resolve(*at, path) {
                    Found::Type(ty) => Some(ty),
                    Found::Missing { message, help } => {
                        if !message.is_empty() {
                            diagnostics.push(
                                Diagnostic::error(item_field.type_span, message, "").help(help),
                            );
                        }
                        known = false;
                        None
                    }
                },
            );
            let Some(ty) = ty.filter(|_| known) else {
                continue;
            };
            if let Some(json) = default_of(item_field) {
                defaults.add(*id, fields.len(), json, &item_field.presence, item.profile);
            }
            fields.push(field(item_field, ty));
        }
        schema.records[id.0].fields = fields;
        let module = schema.records[id.0].module;
        topics(item, module, *id, schema);
    }
    defaults.read(schema, diagnostics);
    sort_modules(schema);
    diagnostics.finish();
}

fn record(item: &RecordItem, module: usize) -> Record {
    Record {
        module,
        name: item.name.clone().into_owned(),
        namespace: item.namespace.clone().map(Cow::into_owned),
        doc: item.doc.clone().map(Cow::into_owned),
        aliases: item.aliases.clone(),
        reserved: item.reserved.clone(),
        profile: item.profile,
        deprecated: item.deprecated.clone(),
        pulsar: item.pulsar.clone(),
        non_exhaustive: Some(item.non_exhaustive),
        origin: None,
        unresolved: Vec::new(),
        check: item.check.clone(),
        fields: Vec::new(),
        span: item.span,
        places: item.places.clone(),
    }
}

fn enumeration(item: &EnumItem, module: usize) -> Enum {
    let symbols = item
        .symbols
        .iter()
        .map(|s| Symbol {
            name: s.name.clone(),
            span: s.span,
        })
        .collect();
    Enum {
        module,
        name: item.name.clone(),
        namespace: item.namespace.clone(),
        doc: item.doc.clone(),
        aliases: item.aliases.clone(),
        symbols,
        default: item.default,
        open: item.open.is_some(),
        pulsar: EnumPulsar {
            values: item.values.clone(),
        },
        non_exhaustive: Some(item.non_exhaustive),
        origin: None,
        span: item.span,
        places: item.places.clone(),
    }
}

/// A field without the value of its default.
fn field(item: &FieldItem, ty: Type) -> Field {
    Field {
        name: item.name.clone().into_owned(),
        ty,
        presence: presence(&item.presence, None),
        encoding: item.encoding,
        doc: item.doc.clone().map(Cow::into_owned),
        aliases: item.aliases.clone(),
        deprecated: item.deprecated.clone(),
        pulsar: item.pulsar.clone(),
        origin: None,
        span: item.span,
        type_span: item.type_span,
        default_span: item.default_span,
        places: item.places.clone(),
    }
}

/// The row with the value of its default; until that is known, the row that it is nearest to.
fn presence(item: &PresenceItem, value: Option<Value>) -> Presence {
    match (item, value) {
        (PresenceItem::Default(_), Some(value)) => Presence::Default(value),
        (PresenceItem::NullableDefault(_), Some(value)) => Presence::NullableDefault(value),
        (PresenceItem::Optional | PresenceItem::NullableDefault(_), _) => Presence::Optional,
        (PresenceItem::Required | PresenceItem::Default(_), _) => Presence::Required,
    }
}

fn default_of<'i>(item: &'i FieldItem<'_>) -> Option<&'i Json> {
    match &item.presence {
        PresenceItem::Default(json) | PresenceItem::NullableDefault(json) => Some(json),
        PresenceItem::Required | PresenceItem::Optional => None,
    }
}

/// The topics of a record: the first is named after it, the others by number.
fn topics(item: &RecordItem, module: usize, id: RecordId, schema: &mut Schema) {
    for (at, address) in item.topic.iter().chain(&item.other_topics).enumerate() {
        let name = item.name.to_snake_case();
        let topic = TopicDefinition {
            module,
            name: if at == 0 {
                name
            } else {
                format!("{name}_{}", at + 1)
            },
            record: id,
            address: address.clone(),
            doc: None,
            legacy: None,
            origin: None,
            span: item.topic_span,
            address_span: item.topic_span,
        };
        if let Some(module) = schema.modules.get_mut(module) {
            module.items.push(Defined::Topic(schema.topics.len()));
        }
        schema.topics.push(topic);
    }
}

/// A shape as a type of the model, with names by `named`.
fn shape<'a>(of: &'a Shape, named: &mut dyn FnMut(&'a str) -> Option<Type>) -> Option<Type> {
    Some(match of {
        Shape::String => Type::String,
        Shape::Boolean => Type::Boolean,
        Shape::Int => Type::Int,
        Shape::Long => Type::Long,
        Shape::Float => Type::Float,
        Shape::Double => Type::Double,
        Shape::Bytes => Type::Bytes,
        Shape::Date => Type::Date,
        Shape::TimeMs => Type::TimeMs,
        Shape::TimestampMs => Type::TimestampMs,
        Shape::TimestampUs => Type::TimestampUs,
        Shape::Uuid => Type::Uuid,
        Shape::Decimal { precision, scale } => Type::Decimal {
            precision: *precision,
            scale: *scale,
        },
        Shape::Array(inner) => Type::Array(Box::new(shape(inner, named)?)),
        Shape::Map(inner) | Shape::HashMap(inner) => Type::Map(Box::new(shape(inner, named)?)),
        Shape::Optional(inner) => Type::Optional(Box::new(shape(inner, named)?)),
        Shape::Boxed(inner) => shape(inner, named)?,
        Shape::Named(path) => named(path)?,
    })
}

/// Whether a default says nothing about a type that is named.
fn is_known(shape: &Shape, json: &Json) -> bool {
    match (shape, json) {
        (Shape::Named(_), _) => false,
        (Shape::Boxed(inner) | Shape::Optional(inner), json) => {
            *json == Json::Null || is_known(inner, json)
        }
        (Shape::Array(inner), Json::Array(items)) => items.iter().all(|item| is_known(inner, item)),
        (Shape::Map(inner) | Shape::HashMap(inner), Json::Object(entries)) => {
            entries.iter().all(|(_, item)| is_known(inner, item))
        }
        _ => true,
    }
}

fn read_default(
    schema: &Schema,
    record: &RecordItem,
    field: &Field,
    json: &Json,
) -> Result<Value, Diagnostic> {
    let reading = reading(record.profile);
    value::from_json(schema, &field.ty, field.encoding, json, &reading)
        .map_err(|error| refused(field, &error))
}

/// Defaults as definitions have them; what a Record registered may be no finite number.
fn reading(profile: Profile) -> Reading {
    Reading {
        non_finite: profile == Profile::PulsarRecord,
        ..Reading::definition()
    }
}

fn refused(field: &Field, error: &value::ValueError) -> Diagnostic {
    let mut error = error.clone();
    let expected = std::mem::take(&mut error.expected);
    let message = format!("the default of `{}` does not fit: {error}", field.name);
    let label = if expected.is_empty() {
        String::new()
    } else {
        format!("expected {expected}")
    };
    Diagnostic::error(field.default_span, message, label)
}

/// Puts the modules in the order of their paths.
fn sort_modules(schema: &mut Schema) {
    let mut order: Vec<usize> = (0..schema.modules.len()).collect();
    order.sort_by(|a, b| schema.modules[*a].path.cmp(&schema.modules[*b].path));
    let mut place = vec![0; order.len()];
    for (new, old) in order.iter().enumerate() {
        place[*old] = new;
    }
    let mut modules: Vec<Option<Module>> = std::mem::take(&mut schema.modules)
        .into_iter()
        .map(Some)
        .collect();
    schema.modules = order
        .iter()
        .filter_map(|old| modules.get_mut(*old)?.take())
        .collect();
    let moved = |module: usize| place.get(module).copied().unwrap_or(module);
    schema
        .records
        .iter_mut()
        .for_each(|r| r.module = moved(r.module));
    schema
        .enums
        .iter_mut()
        .for_each(|e| e.module = moved(e.module));
    schema
        .topics
        .iter_mut()
        .for_each(|t| t.module = moved(t.module));
}

/// A suggestion among names.
fn near<'a>(word: &str, among: impl Iterator<Item = &'a str>) -> Option<String> {
    name::nearest(word, among).map(|found| format!("did you mean `{found}`?"))
}

/// Place of a field's default.
fn default_place(schema: &Schema, record: RecordId, field: usize) -> Span {
    schema
        .records
        .get(record.0)
        .and_then(|r| r.fields.get(field))
        .map_or(Span::NONE, |f| f.default_span)
}
