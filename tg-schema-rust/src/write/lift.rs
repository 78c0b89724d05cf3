//! The model into items: Rust names, paths between modules, and boxes where a type would hold itself.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::item::{EnumItem, FieldItem, Item, PresenceItem, RecordItem, Shape, SymbolItem};
use tg_schema_model::composition::components;
use tg_schema_model::name::{rust_fields, rust_module, rust_type, rust_variants};
use tg_schema_model::value;
use tg_schema_model::{self as model, EnumId, Json, Presence, RecordId, Schema, Type};

/// All items of a schema, in the order of its modules.
pub fn lift(schema: &Schema) -> Vec<Vec<Item<'_>>> {
    let lifting = Lifting::of(schema);
    let of = |item| lifting.item(item);
    schema
        .modules
        .iter()
        .map(|m| m.items.iter().filter_map(of).collect())
        .collect()
}

/// What is asked of the whole schema for each of its records.
pub(crate) struct Lifting<'s> {
    schema: &'s Schema,
    boxed: BTreeSet<(RecordId, usize)>,
    topics: BTreeMap<RecordId, Vec<&'s model::TopicDefinition>>,
    /// Fewest bytes of each record in Avro.
    least: Vec<usize>,
}

impl<'s> Lifting<'s> {
    pub(crate) fn of(schema: &'s Schema) -> Self {
        let mut topics: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for topic in &schema.topics {
            topics.entry(topic.record).or_default().push(topic);
        }
        Lifting {
            schema,
            boxed: boxed_fields(schema),
            topics,
            least: least_bytes(schema),
        }
    }

    /// One item; a topic is none.
    pub(crate) fn item(&self, item: &model::Item) -> Option<Item<'s>> {
        match item {
            model::Item::Record(id) => Some(Item::Record(self.record(*id))),
            model::Item::Enum(id) => Some(Item::Enum(enumeration(self.schema, *id))),
            model::Item::Topic(_) => None,
        }
    }

    fn record(&self, id: RecordId) -> RecordItem<'s> {
        let schema = self.schema;
        let r = schema.record(id);
        let topics = self.topics.get(&id).into_iter().flatten();
        let mut topics = topics.map(|t| t.address.clone());
        RecordItem {
            ident: type_ident(&r.name),
            name: Cow::Borrowed(&r.name),
            namespace: r.namespace.as_deref().map(Cow::Borrowed),
            doc: r.doc.as_deref().map(Cow::Borrowed),
            aliases: r.aliases.clone(),
            reserved: r.reserved.clone(),
            profile: r.profile,
            deprecated: r.deprecated.clone(),
            pulsar: r.pulsar.clone(),
            topic: topics.next(),
            other_topics: topics.collect(),
            non_exhaustive: r.non_exhaustive.unwrap_or(false),
            check: r.check.clone(),
            fields: rust_fields(r.fields.iter().map(|f| f.name.as_str()))
                .into_iter()
                .zip(&r.fields)
                .enumerate()
                .map(|(i, (ident, f))| {
                    field(schema, r.module, ident, f, self.boxed.contains(&(id, i)))
                })
                .collect(),
            least: self.least.get(id.0).copied(),
            span: r.span,
            topic_span: r.span,
            places: r.places.clone(),
        }
    }
}

/// Fewest bytes of each record in Avro: those of its fields. Of a record that is in itself, which no message could have, none
/// count.
fn least_bytes(schema: &Schema) -> Vec<usize> {
    let has_value =
        |f: &model::Field| matches!(f.presence, Presence::Required | Presence::Default(_));
    let inside = |at: usize| {
        let fields = schema.records.get(at).map_or(&[][..], |r| &r.fields);
        let named = fields
            .iter()
            .filter(|f| has_value(f))
            .filter_map(|f| match f.ty {
                Type::Record(id) => Some(id.0),
                _ => None,
            });
        named.collect()
    };
    // What is inside has a lower number.
    let component = components(schema.records.len(), inside);
    let mut order: Vec<usize> = (0..schema.records.len()).collect();
    order.sort_by_key(|at| component.get(*at));
    let mut least = vec![0_usize; schema.records.len()];
    for at in order {
        let fields = schema.records.get(at).map_or(&[][..], |r| &r.fields);
        let bytes = fields.iter().map(|f| match f.ty {
            _ if !has_value(f) => 1,
            Type::Float => 4,
            Type::Double => 8,
            Type::Record(id) => least.get(id.0).copied().unwrap_or(0),
            _ => 1,
        });
        let bytes = bytes.fold(0, usize::saturating_add);
        if let Some(known) = least.get_mut(at) {
            *known = bytes;
        }
    }
    least
}

/// One field, under a Rust name; in a box or not.
pub(crate) fn field<'s>(
    schema: &Schema,
    module: usize,
    ident: Cow<'s, str>,
    f: &'s model::Field,
    boxed: bool,
) -> FieldItem<'s> {
    let mut shape = shape_of(schema, module, &f.ty);
    if boxed {
        shape = Shape::Boxed(Box::new(shape));
    }
    // Validated defaults have a JSON form; what has none (NaN under the Pulsar profile) is its own text.
    let written = f
        .pulsar
        .default
        .as_deref()
        .and_then(|text| model::json::parse(text).ok());
    let json = |v: &model::Value| match v {
        _ if let Some(written) = &written => written.clone(),
        model::Value::Double(n) if !n.is_finite() => Json::Number(model::json::python_float(*n)),
        model::Value::Float(n) if !n.is_finite() => {
            Json::Number(model::json::python_float(f64::from(*n)))
        }
        v => value::to_json(schema, &f.ty, f.encoding, v).unwrap_or(Json::Null),
    };
    FieldItem {
        ident,
        name: Cow::Borrowed(&f.name),
        shape,
        presence: match &f.presence {
            Presence::Required => PresenceItem::Required,
            Presence::Default(v) => PresenceItem::Default(json(v)),
            Presence::Optional => PresenceItem::Optional,
            Presence::NullableDefault(v) => PresenceItem::NullableDefault(json(v)),
        },
        encoding: f.encoding,
        doc: f.doc.as_deref().map(Cow::Borrowed),
        aliases: f.aliases.clone(),
        deprecated: f.deprecated.clone(),
        pulsar: f.pulsar.clone(),
        span: f.span,
        type_span: f.type_span,
        default_span: f.default_span,
        places: f.places.clone(),
    }
}

fn enumeration(schema: &Schema, id: EnumId) -> EnumItem {
    let e = schema.enumeration(id);
    let idents = rust_variants(e.symbols.iter().map(|s| s.name.as_str()));
    let symbols: Vec<SymbolItem> = e
        .symbols
        .iter()
        .zip(idents)
        .map(|(s, ident)| SymbolItem {
            ident,
            name: s.name.clone(),
            doc: None,
            span: s.span,
        })
        .collect();
    EnumItem {
        ident: type_ident(&e.name),
        name: e.name.clone(),
        namespace: e.namespace.clone(),
        doc: e.doc.clone(),
        aliases: e.aliases.clone(),
        symbols,
        default: e.default,
        open: e.open.then(|| "Unknown".to_owned()),
        values: e.pulsar.values.clone(),
        non_exhaustive: e.non_exhaustive.unwrap_or(false),
        span: e.span,
        places: e.places.clone(),
    }
}

fn type_ident(name: &str) -> String {
    rust_type(name).unwrap_or_else(|| format!("{name}_"))
}

/// Rust path of the module part `name`.
pub(crate) fn module_ident(name: &str) -> String {
    rust_module(name).unwrap_or_else(|| format!("{name}_"))
}

fn shape_of(schema: &Schema, module: usize, ty: &Type) -> Shape {
    let inner = |t: &Type| Box::new(shape_of(schema, module, t));
    match ty {
        Type::String => Shape::String,
        Type::Boolean => Shape::Boolean,
        Type::Int => Shape::Int,
        Type::Long => Shape::Long,
        Type::Float => Shape::Float,
        Type::Double => Shape::Double,
        Type::Bytes => Shape::Bytes,
        Type::Date => Shape::Date,
        Type::TimeMs => Shape::TimeMs,
        Type::TimestampMs => Shape::TimestampMs,
        Type::TimestampUs => Shape::TimestampUs,
        Type::Uuid => Shape::Uuid,
        Type::Decimal { precision, scale } => Shape::Decimal {
            precision: *precision,
            scale: *scale,
        },
        Type::Array(t) => Shape::Array(inner(t)),
        Type::Map(t) => Shape::Map(inner(t)),
        Type::Optional(t) => Shape::Optional(inner(t)),
        Type::Record(id) => {
            let r = schema.record(*id);
            Shape::Named(path(schema, module, r.module, &r.name))
        }
        Type::Enum(id) => {
            let e = schema.enumeration(*id);
            Shape::Named(path(schema, module, e.module, &e.name))
        }
    }
}

/// From module `from`, the type `name` of module `to`: by `super`, so that the tree of modules can be
/// put anywhere.
pub(crate) fn path(schema: &Schema, from: usize, to: usize, name: &str) -> String {
    let (Some(a), Some(b)) = (schema.modules.get(from), schema.modules.get(to)) else {
        return type_ident(name);
    };
    let shared = a
        .path
        .iter()
        .zip(&b.path)
        .take_while(|(x, y)| x == y)
        .count();
    let mut parts: Vec<String> = vec!["super".to_owned(); a.path.len() - shared];
    parts.extend(b.path[shared..].iter().map(|p| module_ident(p)));
    parts.push(type_ident(name));
    parts.join("::")
}

/// Fields that hold a record directly (not in an array or map) which, through such fields alone, holds
/// this record again.
fn boxed_fields(schema: &Schema) -> BTreeSet<(RecordId, usize)> {
    let n = schema.records.len();
    let direct = |id: usize| {
        schema.records[id]
            .fields
            .iter()
            .enumerate()
            .filter_map(|(i, f)| match f.ty {
                Type::Record(to) => Some((i, to)),
                _ => None,
            })
    };
    let components = components(n, |id| direct(id).map(|(_, to)| to.0).collect());
    let mut out = BTreeSet::new();
    for id in 0..n {
        for (i, to) in direct(id) {
            if components[id] == components[to.0] {
                out.insert((RecordId(id), i));
            }
        }
    }
    out
}
