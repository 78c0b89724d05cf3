//! Messages as each peer writes them.

use tg_schema_compat::engine::json::Peer;
use tg_schema_dynamic::{Codec, Random};
use tg_schema_model::{Encoding, Field, Json, Presence, RecordId, Schema, Type, Value};

/// A message of the peer with this value; none where the value cannot be sent.
pub fn write(
    schema: &Schema,
    record: RecordId,
    value: &Value,
    peer: Peer,
    random: &mut Random,
) -> Option<String> {
    if peer == Peer::Tg {
        let bytes = Codec::new(schema, record).write_json(value).ok()?;
        return String::from_utf8(bytes).ok();
    }
    let writer = Writer { schema, peer };
    Some(writer.record(record, value, random, 0)?.compact())
}

/// Whether a Python `Record` can be made of every record: their default instances end.
pub fn is_pythonic(schema: &Schema) -> bool {
    let writer = Writer {
        schema,
        peer: Peer::PythonRecord,
    };
    schema.record_ids().all(|id| writer.unset(id, 0).is_some())
}

struct Writer<'s> {
    schema: &'s Schema,
    peer: Peer,
}

impl Writer<'_> {
    fn record(
        &self,
        id: RecordId,
        value: &Value,
        random: &mut Random,
        depth: usize,
    ) -> Option<Json> {
        let mut entries = Vec::new();
        for field in &self.schema.record(id).fields {
            let given = value.field(&field.name).filter(|v| **v != Value::Null);
            let json = match given {
                Some(value) => self.value(&field.ty, value, random, depth)?,
                None => self.nothing(field, depth)?,
            };
            entries.push((field.name.clone(), json));
        }
        Some(Json::Object(entries))
    }

    /// What stands for a field without a value.
    fn nothing(&self, field: &Field, depth: usize) -> Option<Json> {
        Some(match (self.peer, &field.ty) {
            (Peer::PythonRecord, Type::Boolean) => Json::Bool(false),
            (Peer::PythonRecord, Type::Record(id)) => self.unset(*id, depth + 1)?,
            _ => Json::Null,
        })
    }

    fn unset(&self, id: RecordId, depth: usize) -> Option<Json> {
        if depth > 12 {
            return None;
        }
        let mut entries = Vec::new();
        for field in &self.schema.record(id).fields {
            let json = match (&field.presence, &field.ty) {
                (Presence::Default(value) | Presence::NullableDefault(value), ty) => {
                    tg_schema_model::value::to_json(self.schema, ty, Encoding::Utf8, value)
                        .unwrap_or(Json::Null)
                }
                _ => self.nothing(field, depth)?,
            };
            entries.push((field.name.clone(), json));
        }
        Some(Json::Object(entries))
    }

    fn value(&self, ty: &Type, value: &Value, random: &mut Random, depth: usize) -> Option<Json> {
        Some(match (ty, value) {
            (Type::Optional(_), Value::Null) => Json::Null,
            (Type::Optional(ty), value) => self.value(ty, value, random, depth)?,
            (Type::Record(id), value) => self.record(*id, value, random, depth + 1)?,
            (Type::Array(ty), Value::Array(items)) => {
                let items = items.iter().map(|v| self.value(ty, v, random, depth));
                Json::Array(items.collect::<Option<_>>()?)
            }
            (Type::Map(ty), Value::Map(entries)) => {
                let entries = entries.iter();
                let entries =
                    entries.map(|(k, v)| Some((k.clone(), self.value(ty, v, random, depth)?)));
                Json::Object(entries.collect::<Option<_>>()?)
            }
            (Type::Enum(id), Value::Enum(symbol)) => {
                let definition = self.schema.enumeration(*id);
                let at = definition.symbols.iter().position(|s| s.name == *symbol);
                // A Python enum has its symbols and no others.
                if self.peer == Peer::PythonRecord && at.is_none() {
                    return None;
                }
                let sent = at.and_then(|at| definition.pulsar.values.get(at));
                match sent.filter(|_| self.peer == Peer::PythonRecord) {
                    Some(Value::Long(n)) => Json::int(*n),
                    Some(Value::String(text)) => Json::str(text),
                    _ => Json::str(symbol),
                }
            }
            (Type::Bytes, Value::Bytes(bytes)) => Json::str(String::from_utf8_lossy(bytes)),
            (ty, value) => {
                tg_schema_model::value::to_json(self.schema, ty, Encoding::Base64, value).ok()?
            }
        })
    }
}
