//! A default of the model into Avro's JSON encoding of defaults.
//!
//! Bytes and decimals are strings of code points 0 to 255, dates, times and timestamps are integers of
//! their unit. A record has every field: those that the default leaves out are null where their
//! type allows it, else their own default.

use crate::json::{Json, number_text, number_text_f32, python_float, python_float_f32};
use crate::schema::{Presence, RecordId, Schema, Type};
use crate::value::Value;

/// Values that one rendering writes for fields which defaults leave out.
const MAX_FILLED: usize = 100_000;
/// Records inside each other that are filled in.
const MAX_FILL_DEPTH: usize = 64;

/// `value`, a default of type `ty`, as Avro writes it.
pub fn default_json(schema: &Schema, ty: &Type, value: &Value) -> Json {
    Defaults::new(schema, Notation::Json).json(ty, value)
}

/// Whether every Avro implementation reads the default: before version 1.12 the default of a union
/// must be of its first branch, so a nullable field or element inside a default must be null.
pub fn default_is_portable(schema: &Schema, ty: &Type, value: &Value) -> bool {
    let mut defaults = Defaults::new(schema, Notation::Json);
    defaults.json(ty, value);
    defaults.portable
}

/// Whether the default can be written out: not if it leaves out a field without default, or if the
/// defaults of the fields that it leaves out need each other without end.
pub fn default_is_complete(schema: &Schema, ty: &Type, value: &Value) -> bool {
    let mut defaults = Defaults::new(schema, Notation::Json);
    defaults.json(ty, value);
    defaults.complete
}

/// How floating-point numbers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Notation {
    /// Shortest form; what JSON cannot hold becomes a string.
    Json,
    /// As Python's `json.dumps` does.
    Python,
}

/// Writes the defaults of one rendering.
pub(crate) struct Defaults<'s> {
    schema: &'s Schema,
    notation: Notation,
    /// How many more values may be filled in.
    budget: usize,
    depth: usize,
    /// No value stands in the second branch of a union.
    portable: bool,
    /// Nothing had to be left out.
    complete: bool,
}

impl<'s> Defaults<'s> {
    pub(crate) fn new(schema: &'s Schema, notation: Notation) -> Self {
        Defaults {
            schema,
            notation,
            budget: MAX_FILLED,
            depth: 0,
            portable: true,
            complete: true,
        }
    }

    pub(crate) fn json(&mut self, ty: &Type, value: &Value) -> Json {
        match (value, ty) {
            (Value::Null, _) => Json::Null,
            (value, Type::Optional(inner)) => {
                self.portable = false;
                self.json(inner, value)
            }
            (Value::Boolean(b), _) => Json::Bool(*b),
            (Value::Int(n), _) => Json::int(*n),
            (Value::Long(n), _) => Json::int(*n),
            (Value::Float(n), _) => match self.notation {
                Notation::Json if n.is_finite() => Json::Number(number_text_f32(*n)),
                Notation::Json => Json::String(number_text_f32(*n)),
                Notation::Python => Json::Number(python_float_f32(*n)),
            },
            (Value::Double(n), _) => match self.notation {
                Notation::Json if n.is_finite() => Json::Number(number_text(*n)),
                Notation::Json => Json::String(number_text(*n)),
                Notation::Python => Json::Number(python_float(*n)),
            },
            (Value::String(text) | Value::Enum(text), _) => Json::str(text),
            (Value::Bytes(bytes), _) => latin1(bytes),
            (Value::Date(date), _) => Json::int(date.days()),
            (Value::Time(time), _) => Json::int(time.millis()),
            (Value::Timestamp(at), Type::TimestampMs) => Json::int(at.micros().div_euclid(1000)),
            (Value::Timestamp(at), _) => Json::int(at.micros()),
            (Value::Uuid(uuid), _) => Json::String(uuid.to_string()),
            (Value::Decimal(number), _) => {
                let number = match ty {
                    Type::Decimal { scale, .. } => number.rescale(*scale).unwrap_or(*number),
                    _ => *number,
                };
                let mut bytes = Vec::new();
                number.write_be(&mut bytes);
                latin1(&bytes)
            }
            (Value::Array(items), ty) => {
                let item = match ty {
                    Type::Array(item) => item,
                    ty => ty,
                };
                Json::Array(items.iter().map(|value| self.json(item, value)).collect())
            }
            (Value::Map(entries), ty) => {
                let item = match ty {
                    Type::Map(item) => item,
                    ty => ty,
                };
                Json::object(
                    entries
                        .iter()
                        .map(|(key, value)| (key, self.json(item, value))),
                )
            }
            (Value::Record(given), Type::Record(id)) => self.record(*id, given),
            (Value::Record(given), _) => Json::object(
                given
                    .iter()
                    .map(|(key, value)| (key, self.json(&Type::String, value))),
            ),
        }
    }

    fn record(&mut self, id: RecordId, given: &[(String, Value)]) -> Json {
        let mut entries = Vec::new();
        let schema = self.schema;
        for field in schema
            .records
            .get(id.0)
            .map_or(&[][..], |record| &record.fields)
        {
            let value = given
                .iter()
                .find(|(name, _)| *name == field.name)
                .map(|(_, value)| value);
            let json = match (value, &field.presence) {
                (Some(Value::Null) | None, Presence::Optional | Presence::NullableDefault(_)) => {
                    Json::Null
                }
                (Some(value), presence) => {
                    self.portable &= !presence.nullable();
                    self.json(&field.ty, value)
                }
                (None, Presence::Default(value)) => match self.fill(&field.ty, value) {
                    Some(json) => json,
                    None => continue,
                },
                (None, Presence::Required) => {
                    self.complete = false;
                    continue;
                }
            };
            entries.push((field.name.clone(), json));
        }
        Json::Object(entries)
    }

    /// The default of a field that is left out.
    fn fill(&mut self, ty: &Type, value: &Value) -> Option<Json> {
        if self.depth >= MAX_FILL_DEPTH || self.budget == 0 {
            self.complete = false;
            return None;
        }
        self.budget -= 1;
        self.depth += 1;
        let json = self.json(ty, value);
        self.depth -= 1;
        Some(json)
    }
}

/// A string whose code points are the bytes.
fn latin1(bytes: &[u8]) -> Json {
    Json::String(bytes.iter().copied().map(char::from).collect())
}
