//! A record into the text that is registered with Pulsar for `SchemaType` JSON.
//!
//! A record with the profile [`Profile::PulsarRecord`] gives byte for byte what the Python client
//! registers for the `Record` class that it stands for. A plain record gives its Avro schema
//! (without documentation) in the same layout. Text is rendered in the profile of the root.
//!
//! What the client does and Avro does not:
//! * the key order is `type`, `name`, `namespace`, `fields` and `name`, `default`, `type`;
//! * a default is written only where the field says `required_default`, whatever the type is; a
//!   boolean without one has `false`, another field `null`;
//! * a record that was written before is referred to by its own namespace and name, an enum by its
//!   name alone, whatever encloses it; enums have no namespace; both share one set of names, so the
//!   second type of a name becomes a reference to the first;
//! * documentation, aliases and enum defaults are not written.
//!
//! Forms that no Avro reader takes (an array of `"enum"`, `["null", "null"]`) are kept verbatim by
//! [`crate::FieldPulsar::raw`].

mod python;

use std::collections::HashSet;

use crate::avro::{self, MAX_DEPTH};
use crate::avro::{Defaults, Notation};
use crate::json::{self, Json, Layout};
use crate::schema::{EnumId, Field, Presence, Profile, RecordId, Schema, Type};
use crate::value;

pub(crate) use python::registers_default;
pub use python::{fate, unregistered};

/// Fields that one text holds before it stops to repeat definitions and refers to them by name.
const MAX_REPEATED: usize = 10_000;

/// The text that is registered for a record: the layout of Python's `json.dumps(schema, indent=True)`.
pub fn text(schema: &Schema, record: RecordId) -> String {
    match schema.records.get(record.0).map(|root| root.profile) {
        Some(Profile::Plain) => {
            avro::render::schema_without_doc(schema, record).to_text(Layout::PYTHON)
        }
        _ => self::schema(schema, record).python(),
    }
}

/// [`text`] as a tree. It may hold numbers that JSON has not (`NaN`), as the client writes them.
pub fn schema(schema: &Schema, record: RecordId) -> Json {
    let Some(root) = schema.records.get(record.0) else {
        return Json::Null;
    };
    match root.profile {
        Profile::Plain => avro::render::schema_without_doc(schema, record).to_json(),
        Profile::PulsarRecord => {
            let mut client = Client {
                schema,
                defaults: Defaults::new(schema, Notation::Python),
                seen: HashSet::new(),
                open: HashSet::new(),
                repeat: root.pulsar.repeat_definitions,
                written: 0,
                depth: 0,
            };
            client.record(record)
        }
    }
}

/// What the Python client does, step by step.
struct Client<'s> {
    schema: &'s Schema,
    defaults: Defaults<'s>,
    /// Names that were written.
    seen: HashSet<String>,
    /// Records whose fields are being written.
    open: HashSet<RecordId>,
    /// Definitions are repeated in full.
    repeat: bool,
    /// Fields that were written.
    written: usize,
    depth: usize,
}

impl Client<'_> {
    /// Whether the type of this name must be written out now.
    fn first(&mut self, name: &str) -> bool {
        let new = self.seen.insert(name.to_owned());
        new || (self.repeat && self.written <= MAX_REPEATED)
    }

    fn ty(&mut self, ty: &Type) -> Json {
        if self.depth >= MAX_DEPTH {
            return Json::Null;
        }
        self.depth += 1;
        let json = match ty {
            Type::String => Json::str("string"),
            Type::Boolean => Json::str("boolean"),
            Type::Int => Json::str("int"),
            Type::Long => Json::str("long"),
            Type::Float => Json::str("float"),
            Type::Double => Json::str("double"),
            Type::Bytes => Json::str("bytes"),
            Type::Array(item) => {
                Json::object([("type", Json::str("array")), ("items", self.ty(item))])
            }
            Type::Map(item) => {
                Json::object([("type", Json::str("map")), ("values", self.ty(item))])
            }
            Type::Optional(inner) => Json::Array(vec![Json::str("null"), self.ty(inner)]),
            Type::Record(id) => self.record(*id),
            Type::Enum(id) => self.enumeration(*id),
            // The client has no logical types; Avro's form of them.
            Type::Date
            | Type::TimeMs
            | Type::TimestampMs
            | Type::TimestampUs
            | Type::Uuid
            | Type::Decimal { .. } => avro::render::logical(ty).to_json(),
        };
        self.depth -= 1;
        json
    }

    fn record(&mut self, id: RecordId) -> Json {
        let schema = self.schema;
        let Some(record) = schema.records.get(id.0) else {
            return Json::Null;
        };
        let name = match &record.namespace {
            Some(namespace) => format!("{namespace}.{}", record.name),
            None => record.name.clone(),
        };
        if !self.first(&name) || !self.open.insert(id) {
            return Json::String(name);
        }
        self.written += record.fields.len();
        let mut fields: Vec<&Field> = record.fields.iter().collect();
        if record.pulsar.sorted_fields {
            fields.sort_by(|a, b| a.name.cmp(&b.name));
        }
        let fields = fields.into_iter().map(|field| self.field(field)).collect();
        self.open.remove(&id);
        let mut entries = vec![
            ("type".to_owned(), Json::str("record")),
            ("name".to_owned(), Json::str(&record.name)),
        ];
        if let Some(namespace) = &record.namespace {
            entries.push(("namespace".to_owned(), Json::str(namespace)));
        }
        entries.push(("fields".to_owned(), Json::Array(fields)));
        Json::Object(entries)
    }

    fn field(&mut self, field: &Field) -> Json {
        let ty = match field.pulsar.raw.as_deref().map(json::parse) {
            Some(Ok(raw)) => {
                self.note_definitions(&raw);
                raw
            }
            _ => {
                let ty = self.ty(&field.ty);
                match field.pulsar.required.unwrap_or(!field.presence.nullable()) {
                    true => ty,
                    false => Json::Array(vec![Json::str("null"), ty]),
                }
            }
        };
        let mut entries = vec![("name".to_owned(), Json::str(&field.name))];
        if field.pulsar.required_default {
            let written = field.pulsar.default.as_deref();
            let default = match &field.presence {
                Presence::Default(_) | Presence::NullableDefault(_)
                    if let Some(tree) = written.and_then(value::python_tree) =>
                {
                    tree
                }
                Presence::Default(value) | Presence::NullableDefault(value) => {
                    self.defaults.json(&field.ty, value)
                }
                _ if field.ty == Type::Boolean => Json::Bool(false),
                _ => Json::Null,
            };
            entries.push(("default".to_owned(), default));
        }
        entries.push(("type".to_owned(), ty));
        Json::Object(entries)
    }

    fn enumeration(&mut self, id: EnumId) -> Json {
        let schema = self.schema;
        let Some(e) = schema.enums.get(id.0) else {
            return Json::Null;
        };
        if !self.first(&e.name) {
            return Json::str(&e.name);
        }
        Json::object([
            ("type", Json::str("enum")),
            ("name", Json::str(&e.name)),
            (
                "symbols",
                Json::strings(e.symbols.iter().map(|symbol| &symbol.name)),
            ),
        ])
    }

    /// Enters the types that a verbatim form defines among the names that were written.
    fn note_definitions(&mut self, raw: &Json) {
        match raw {
            Json::Array(items) => items.iter().for_each(|item| self.note_definitions(item)),
            Json::Object(entries) => {
                let text = |key| raw.get(key).and_then(Json::as_str);
                if let (Some("record" | "enum"), Some(name)) = (text("type"), text("name")) {
                    self.seen
                        .insert(crate::schema::full_name(text("namespace"), name));
                }
                entries
                    .iter()
                    .for_each(|(_, value)| self.note_definitions(value));
            }
            _ => {}
        }
    }
}
