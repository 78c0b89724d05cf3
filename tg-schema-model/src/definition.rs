//! A record into its full definition: one line of JSON that says everything which decides the wire or the
//! generated interface, in one spelling. Lock files compare it.
//!
//! It covers the record and all that it refers to, in the order of first mention. In it are names,
//! aliases, reserved names, profiles, types, rows of the presence table, defaults, encodings, symbols
//! and what the `pulsar` sub-tables say. Not in it are documentation, deprecation, origins, modules
//! and places in files.
//!
//! It is one object a type. A [`Part`] is such an object read back, and [`assemble`] makes a tree of parts.

mod default;
mod expression;
mod part;
mod read;

use std::collections::{HashSet, VecDeque};

use crate::avro::default_json;
use crate::json::Json;
use crate::schema::{
    Encoding, Enum, EnumId, Field, Item, Presence, Profile, Record, RecordId, Schema, Type,
};
use crate::value::Value;

pub use part::{Part, assemble};

/// The full definition of a record.
pub fn text(schema: &Schema, record: RecordId) -> String {
    let name = |item| full_name(schema, item);
    let mut walk = Walk::new(schema, &name);
    walk.mention(&Type::Record(record));
    walk.finish().compact()
}

/// The full definition of an enum.
pub fn text_of_enum(schema: &Schema, id: EnumId) -> String {
    let name = |item| full_name(schema, item);
    let mut walk = Walk::new(schema, &name);
    walk.mention(&Type::Enum(id));
    walk.finish().compact()
}

/// The object of one type in full definitions, where types are called what `name` says: their full names, or
/// what tells types of one full name apart.
pub fn own(schema: &Schema, item: Item, name: &dyn Fn(Item) -> String) -> Json {
    match item {
        Item::Record(id) => match schema.records.get(id.0) {
            Some(_) => Walk::new(schema, name).record(id),
            None => Json::Null,
        },
        Item::Enum(id) => match schema.enums.get(id.0) {
            Some(e) => enumeration(e, name(item)),
            None => Json::Null,
        },
        Item::Topic(_) => Json::Null,
    }
}

/// The full name of a record or an enum.
fn full_name(schema: &Schema, item: Item) -> String {
    let name = match item {
        Item::Record(id) => schema.records.get(id.0).map(Record::full_name),
        Item::Enum(id) => schema.enums.get(id.0).map(Enum::full_name),
        Item::Topic(_) => None,
    };
    name.unwrap_or_default()
}

/// Types that were mentioned and those that wait to be written.
struct Walk<'s> {
    schema: &'s Schema,
    name: &'s dyn Fn(Item) -> String,
    records: HashSet<RecordId>,
    enums: HashSet<EnumId>,
    waiting: VecDeque<Item>,
}

type Entries = Vec<(String, Json)>;

impl<'s> Walk<'s> {
    fn new(schema: &'s Schema, name: &'s dyn Fn(Item) -> String) -> Self {
        Walk {
            schema,
            name,
            records: HashSet::new(),
            enums: HashSet::new(),
            waiting: VecDeque::new(),
        }
    }

    fn mention(&mut self, ty: &Type) {
        let mut ty = ty;
        while let Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) = ty {
            ty = inner;
        }
        match ty {
            Type::Record(id) if self.records.insert(*id) => {
                self.waiting.push_back(Item::Record(*id))
            }
            Type::Enum(id) if self.enums.insert(*id) => self.waiting.push_back(Item::Enum(*id)),
            _ => {}
        }
    }

    fn finish(mut self) -> Json {
        let schema = self.schema;
        let mut written = Vec::new();
        while let Some(next) = self.waiting.pop_front() {
            match next {
                Item::Record(id) => {
                    if let Some(record) = schema.records.get(id.0) {
                        record
                            .fields
                            .iter()
                            .for_each(|field| self.mention(&field.ty));
                        written.push(self.record(id));
                    }
                }
                Item::Enum(id) => {
                    if let Some(e) = schema.enums.get(id.0) {
                        written.push(enumeration(e, (self.name)(next)));
                    }
                }
                Item::Topic(_) => {}
            }
        }
        Json::Array(written)
    }

    fn record(&self, id: RecordId) -> Json {
        let record = self.schema.record(id);
        let name = (self.name)(Item::Record(id));
        let mut entries = vec![("record".to_owned(), Json::String(name))];
        if record.profile == Profile::PulsarRecord {
            entries.push(("profile".into(), Json::str("pulsar-record")));
        }
        names("aliases", &record.aliases, &mut entries);
        let mut reserved = record.reserved.clone();
        reserved.sort();
        names("reserved", &reserved, &mut entries);
        let mut pulsar = Entries::new();
        flag("sorted_fields", record.pulsar.sorted_fields, &mut pulsar);
        flag(
            "repeat_definitions",
            record.pulsar.repeat_definitions,
            &mut pulsar,
        );
        table("pulsar", pulsar, &mut entries);
        let fields = record
            .fields
            .iter()
            .map(|field| self.field(field))
            .collect();
        entries.push(("fields".into(), Json::Array(fields)));
        Json::Object(entries)
    }

    fn field(&self, field: &Field) -> Json {
        let mut ty = String::new();
        let inner = self.type_text(&field.ty, &mut ty);
        if field.presence == Presence::Optional {
            ty.push('?');
        }
        let mut entries = vec![
            ("name".to_owned(), Json::str(&field.name)),
            ("type".to_owned(), Json::String(ty)),
        ];
        if let Some(value) = field.presence.default() {
            entries.push((
                "default".into(),
                default_json(self.schema, &field.ty, value),
            ));
        }
        flag(
            "nullable",
            matches!(field.presence, Presence::NullableDefault(_)),
            &mut entries,
        );
        if *inner == Type::Bytes && field.encoding == Encoding::Utf8 {
            entries.push(("encoding".into(), Json::str("utf8")));
        }
        names("aliases", &field.aliases, &mut entries);
        let mut pulsar = Entries::new();
        let required = field
            .pulsar
            .required
            .filter(|&r| r == field.presence.nullable());
        if let Some(required) = required {
            pulsar.push(("required".into(), Json::Bool(required)));
        }
        flag(
            "required_default",
            field.pulsar.required_default,
            &mut pulsar,
        );
        if let Some(default) = &field.pulsar.default {
            let default = crate::json::parse(default).unwrap_or_else(|_| Json::str(default));
            pulsar.push(("default".into(), default));
        }
        if let Some(raw) = &field.pulsar.raw {
            let raw = crate::json::parse(raw).unwrap_or_else(|_| Json::str(raw));
            pulsar.push(("raw".into(), raw));
        }
        table("pulsar", pulsar, &mut entries);
        Json::Object(entries)
    }

    /// A type expression with full names; gives the type inside its arrays, maps and nulls.
    fn type_text<'t>(&self, ty: &'t Type, out: &mut String) -> &'t Type {
        let mut ends = Vec::new();
        let mut ty = ty;
        loop {
            let (start, end, inner) = match ty {
                Type::Array(inner) => ("array<", ">", inner),
                Type::Map(inner) => ("map<", ">", inner),
                Type::Optional(inner) => ("", "?", inner),
                _ => break,
            };
            out.push_str(start);
            ends.push(end);
            ty = inner;
        }
        out.push_str(&match ty {
            Type::Record(id) => (self.name)(Item::Record(*id)),
            Type::Enum(id) => (self.name)(Item::Enum(*id)),
            plain => self.schema.type_text(plain),
        });
        out.extend(ends.into_iter().rev());
        ty
    }
}

fn enumeration(e: &Enum, name: String) -> Json {
    let mut entries = vec![
        ("enum".to_owned(), Json::String(name)),
        (
            "symbols".to_owned(),
            Json::strings(e.symbols.iter().map(|symbol| &symbol.name)),
        ),
    ];
    if let Some(symbol) = e.default_symbol() {
        entries.push(("default".into(), Json::str(&symbol.name)));
    }
    names("aliases", &e.aliases, &mut entries);
    flag("open", e.open, &mut entries);
    let values: Vec<Json> = e.pulsar.values.iter().map(python_value).collect();
    if !values.is_empty() {
        table(
            "pulsar",
            vec![("values".into(), Json::Array(values))],
            &mut entries,
        );
    }
    Json::Object(entries)
}

/// The Python value of a symbol.
fn python_value(value: &Value) -> Json {
    match value {
        Value::Int(n) => Json::int(*n),
        Value::Long(n) => Json::int(*n),
        Value::String(text) => Json::str(text),
        _ => Json::Null,
    }
}

fn flag(key: &str, on: bool, entries: &mut Entries) {
    if on {
        entries.push((key.to_owned(), Json::Bool(true)));
    }
}

fn names(key: &str, names: &[String], entries: &mut Entries) {
    if !names.is_empty() {
        entries.push((key.to_owned(), Json::strings(names)));
    }
}

fn table(key: &str, table: Entries, entries: &mut Entries) {
    if !table.is_empty() {
        entries.push((key.to_owned(), Json::Object(table)));
    }
}
