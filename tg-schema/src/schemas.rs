//! Descriptors into schema text: the model's tree is made from the constant data once a type, and the
//! model's one renderer writes every text.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use tg_schema_model::value::{self, Reading};
use tg_schema_model::{
    Enum, EnumId, EnumPulsar, Field, FieldPulsar, Fingerprint, Item, Json, Module, Presence,
    Profile, Record, RecordId, RecordPulsar, Schema, Span, Symbol, Type, Value, avro, definition,
    json, pulsar, validate,
};

use crate::descriptor::{
    Descriptor, FieldDescriptor, Kind, PresenceDescriptor, PythonValue, TypeDescriptor,
};

/// The schema texts of a message type and its three identities.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Schemas {
    /// Text to register with Pulsar (schema type JSON).
    pub pulsar: String,
    /// Avro schema, as an `.avsc` file has it.
    pub avro: String,
    /// Avro parsing canonical form.
    pub canonical: String,
    /// The full definition, one line of JSON.
    pub definition: String,
    /// Writer identity: of [`Schemas::canonical`]. Resolves data.
    pub writer: Fingerprint,
    /// Definition identity: of [`Schemas::definition`]. Changes whenever anything that matters to a
    /// user of the type changes.
    pub full: Fingerprint,
    /// Registered identity: of [`Schemas::pulsar`]. What a registry compares.
    pub registered: Fingerprint,
}

/// The type's definition contradicts itself: something that cannot be seen from one type alone, such
/// as two types of one full name outside of the profile `pulsar-record`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError(String);

impl fmt::Display for SchemaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for SchemaError {}

/// Schema texts, or why there are none.
pub type Texts = Result<Schemas, SchemaError>;
/// What was rendered once.
pub type Rendered<T> = Result<T, &'static SchemaError>;

/// The schemas of a message type, rendered at the first call.
pub fn rendered(
    once: &'static OnceLock<Texts>,
    root: &'static Descriptor,
) -> Rendered<&'static Schemas> {
    once.get_or_init(|| Schemas::of(root)).as_ref()
}

impl Schemas {
    /// Renders everything that `root` and the types in its fields say.
    ///
    /// # Errors
    /// As [`Descriptor::schema`]: the definition contradicts itself. It fails for a type always or never.
    pub fn of(root: &'static Descriptor) -> Result<Self, SchemaError> {
        let (schema, id) = root.schema()?;
        Ok(Schemas::render(&schema, id))
    }

    /// Renders a record of the model's tree.
    pub fn render(schema: &Schema, id: RecordId) -> Self {
        let pulsar = pulsar::text(schema, id);
        let canonical = avro::canonical_text(schema, id);
        let definition = definition::text(schema, id);
        Schemas {
            avro: avro::render::text(schema, id),
            writer: Fingerprint::of(&canonical),
            full: Fingerprint::of(&definition),
            registered: Fingerprint::of(&pulsar),
            pulsar,
            canonical,
            definition,
        }
    }
}

impl Descriptor {
    /// The model's tree of this record and everything it refers to.
    ///
    /// # Errors
    /// Two types of one full name, a default that does not fit, or anything else that the model's
    /// validation refuses.
    pub fn schema(&'static self) -> Result<(Schema, RecordId), SchemaError> {
        let mut builder = Builder::default();
        let Type::Record(id) = builder.named(self)? else {
            return Err(SchemaError(format!(
                "{} is an enum; only records have a schema of their own",
                self.name
            )));
        };
        builder.defaults()?;
        let mut schema = builder.schema;
        for (number, items) in builder.items.into_iter().enumerate() {
            let name = match number {
                0 => "rust".to_owned(),
                _ => format!("rust_same_name_{}", number + 1),
            };
            schema.modules.push(Module {
                path: vec![name],
                items,
                ..Module::default()
            });
        }
        let problems = validate::check(&schema);
        match problems
            .0
            .iter()
            .find(|d| d.severity == tg_schema_model::Severity::Error)
        {
            Some(d) => Err(SchemaError(d.message.clone())),
            None => Ok((schema, id)),
        }
    }
}

#[derive(Default)]
struct Builder {
    schema: Schema,
    /// What each module defines. Each type is in the first one where no other has its full name: those of
    /// old Records may share one.
    items: Vec<Vec<Item>>,
    seen: HashMap<(&'static str, &'static str), Vec<(Type, &'static Descriptor)>>,
    pending: Vec<(RecordId, usize, &'static FieldDescriptor)>,
}

impl Builder {
    fn named(&mut self, d: &'static Descriptor) -> Result<Type, SchemaError> {
        let same = self.seen.entry((d.namespace, d.name)).or_default();
        if let Some((ty, _)) = same.iter().find(|(_, other)| std::ptr::eq(*other, d)) {
            return Ok(ty.clone());
        }
        let plain =
            |d: &Descriptor| matches!(&d.kind, Kind::Record(r) if r.profile == Profile::Plain);
        if same.iter().any(|(_, other)| plain(other) || plain(d)) {
            let name = tg_schema_model::schema::full_name(Some(d.namespace), d.name);
            return Err(SchemaError(format!(
                "two types have the Avro full name {name}"
            )));
        }
        let module = same.len();
        if self.items.len() == module {
            self.items.push(Vec::new());
        }
        match &d.kind {
            Kind::Enum(e) => {
                let id = EnumId(self.schema.enums.len());
                same.push((Type::Enum(id), d));
                self.items[module].push(Item::Enum(id));
                self.schema.enums.push(Enum {
                    module,
                    name: d.name.into(),
                    namespace: text(d.namespace),
                    doc: text(d.doc),
                    aliases: list(d.aliases),
                    symbols: e
                        .symbols
                        .iter()
                        .map(|s| Symbol {
                            name: (*s).into(),
                            span: Span::NONE,
                        })
                        .collect(),
                    default: e.default,
                    open: e.open,
                    pulsar: EnumPulsar {
                        values: e.values.iter().map(python_value).collect(),
                    },
                    ..Enum::default()
                });
                Ok(Type::Enum(id))
            }
            Kind::Record(r) => {
                let id = RecordId(self.schema.records.len());
                same.push((Type::Record(id), d));
                self.items[module].push(Item::Record(id));
                self.schema.records.push(Record {
                    module,
                    name: d.name.into(),
                    namespace: text(d.namespace),
                    doc: text(d.doc),
                    aliases: list(d.aliases),
                    reserved: list(r.reserved),
                    profile: r.profile,
                    deprecated: text(d.deprecated),
                    pulsar: RecordPulsar {
                        sorted_fields: r.sorted_fields,
                        repeat_definitions: r.repeat_definitions,
                    },
                    ..Record::default()
                });
                for (i, f) in r.fields.iter().enumerate() {
                    let field = self.field(f)?;
                    self.schema.records[id.0].fields.push(field);
                    if !f.default.is_empty() {
                        self.pending.push((id, i, f));
                    }
                }
                Ok(Type::Record(id))
            }
        }
    }
    fn field(&mut self, f: &'static FieldDescriptor) -> Result<Field, SchemaError> {
        let ty = self.ty(&f.ty)?;
        Ok(Field {
            name: f.name.into(),
            ty: ty.clone(),
            // Defaults need the whole tree: `defaults` puts them in.
            presence: match f.presence {
                PresenceDescriptor::Required => Presence::Required,
                PresenceDescriptor::Default => Presence::Default(Value::Null),
                PresenceDescriptor::Optional => Presence::Optional,
                PresenceDescriptor::NullableDefault => Presence::NullableDefault(Value::Null),
            },
            encoding: f.encoding,
            doc: text(f.doc),
            aliases: list(f.aliases),
            deprecated: text(f.deprecated),
            pulsar: FieldPulsar {
                required: f.required,
                required_default: f.required_default,
                default: match json::parse(f.default) {
                    Ok(tree) if f.required_default => value::as_registered(&ty, &tree),
                    _ => None,
                },
                raw: text(f.raw),
            },
            origin: None,
            span: Span::NONE,
            type_span: Span::NONE,
            default_span: Span::NONE,
            places: Default::default(),
        })
    }
    fn ty(&mut self, t: &'static TypeDescriptor) -> Result<Type, SchemaError> {
        Ok(match t {
            TypeDescriptor::String => Type::String,
            TypeDescriptor::Boolean => Type::Boolean,
            TypeDescriptor::Int => Type::Int,
            TypeDescriptor::Long => Type::Long,
            TypeDescriptor::Float => Type::Float,
            TypeDescriptor::Double => Type::Double,
            TypeDescriptor::Bytes => Type::Bytes,
            TypeDescriptor::Date => Type::Date,
            TypeDescriptor::TimeMs => Type::TimeMs,
            TypeDescriptor::TimestampMs => Type::TimestampMs,
            TypeDescriptor::TimestampUs => Type::TimestampUs,
            TypeDescriptor::Uuid => Type::Uuid,
            TypeDescriptor::Decimal(precision, scale) => Type::Decimal {
                precision: *precision,
                scale: *scale,
            },
            TypeDescriptor::Array(t) => Type::Array(Box::new(self.ty(t)?)),
            TypeDescriptor::Map(t) => Type::Map(Box::new(self.ty(t)?)),
            TypeDescriptor::Optional(t) => Type::Optional(Box::new(self.ty(t)?)),
            TypeDescriptor::Named(f) => self.named(f())?,
        })
    }
    /// Reads the default texts. A default may hold records whose own defaults come later in the list:
    /// passes go on until nothing changes, at most once for each default.
    fn defaults(&mut self) -> Result<(), SchemaError> {
        let pending = std::mem::take(&mut self.pending);
        for _ in 0..=pending.len() {
            let mut changed = false;
            for &(id, i, f) in &pending {
                let value = self.default_of(id, i, f).map_err(|e| {
                    SchemaError(format!(
                        "default of {}.{}: {e}",
                        self.schema.records[id.0].name, f.name
                    ))
                })?;
                if let Presence::Default(d) | Presence::NullableDefault(d) =
                    &mut self.schema.records[id.0].fields[i].presence
                {
                    // By text, because NaN is never equal to itself.
                    changed |= format!("{d:?}") != format!("{value:?}");
                    *d = value;
                }
            }
            if !changed {
                break;
            }
        }
        Ok(())
    }
    fn default_of(&self, id: RecordId, i: usize, f: &FieldDescriptor) -> Result<Value, String> {
        let record = &self.schema.records[id.0];
        let field = &record.fields[i];
        let tree = match f.default {
            // Only the profile has these, and only as Python writes them.
            "NaN" | "Infinity" | "-Infinity" if record.profile == Profile::PulsarRecord => {
                Json::Number(f.default.into())
            }
            text => json::parse(text).map_err(|e| e.to_string())?,
        };
        value::from_json(
            &self.schema,
            &field.ty,
            field.encoding,
            &tree,
            &Reading {
                non_finite: record.profile == Profile::PulsarRecord,
                ..Reading::definition()
            },
        )
        .map_err(|e| e.to_string())
    }
}

fn text(s: &str) -> Option<String> {
    (!s.is_empty()).then(|| s.to_owned())
}
fn list(l: &[&str]) -> Vec<String> {
    l.iter().map(|s| (*s).to_owned()).collect()
}
fn python_value(v: &PythonValue) -> Value {
    match v {
        PythonValue::Int(n) => Value::Long(*n),
        PythonValue::Str(s) => Value::String((*s).to_owned()),
    }
}
