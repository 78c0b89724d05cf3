//! A value as each peer writes it.

use tg_schema_model::value::{record_to_json, to_json};
use tg_schema_model::{Encoding, Field, Json, RecordId, Schema, Type, Value};

use super::compare::entry;
use crate::engine::json::{Party, Peer};

/// Records inside one another in an object of nulls.
const MAX_UNSET: usize = 16;
/// Fields of all objects of nulls of one message.
const MAX_FIELDS: usize = 10_000;

/// The message that a peer makes of a value; none where it cannot be sent.
pub(crate) fn write(writer: Party<'_>, value: &Value) -> Option<Json> {
    let (schema, peer) = (writer.schema, writer.peer);
    if peer == Peer::Tg {
        return record_to_json(schema, writer.record, value).ok();
    }
    let mut writing = Writing {
        schema,
        peer,
        depth: MAX_UNSET,
        left: MAX_FIELDS,
    };
    writing.record(writer.record, value)
}

struct Writing<'s> {
    schema: &'s Schema,
    peer: Peer,
    /// Records that may still be inside one another where nothing is set.
    depth: usize,
    left: usize,
}

impl<'s> Writing<'s> {
    fn record(&mut self, id: RecordId, value: &Value) -> Option<Json> {
        let mut entries = Vec::new();
        let mut next = 0;
        let all = match value {
            Value::Record(all) => all.as_slice(),
            _ => &[],
        };
        for field in &self.schema.records.get(id.0)?.fields {
            let given = entry(all, &field.name, &mut next).filter(|v| **v != Value::Null);
            let json = match given {
                Some(value) => self.value(&field.ty, value)?,
                None => self.nothing_set(field)?,
            };
            entries.push((field.name.clone(), json));
        }
        Some(Json::Object(entries))
    }

    /// What stands for a field of a value that has none. A default instance that does not end is null.
    fn nothing_set(&mut self, field: &'s Field) -> Option<Json> {
        let (depth, left) = (self.depth, self.left);
        let sent = self.nothing(field);
        if sent.is_some() || self.left == 0 {
            return sent;
        }
        (self.depth, self.left) = (depth, left);
        Some(Json::Null)
    }

    /// What stands for a field without a value. A Python `Record` sends false for booleans, and the default
    /// instance of a sub-record.
    fn nothing(&mut self, field: &'s Field) -> Option<Json> {
        self.left = self.left.checked_sub(1)?;
        Some(match (self.peer, &field.ty) {
            (Peer::PythonRecord, Type::Boolean) => Json::Bool(false),
            (Peer::PythonRecord, Type::Record(id)) => self.unset(*id)?,
            _ => Json::Null,
        })
    }

    fn unset(&mut self, id: RecordId) -> Option<Json> {
        self.depth = self.depth.checked_sub(1)?;
        let mut entries = Vec::new();
        for field in &self.schema.records.get(id.0)?.fields {
            let json = match field.presence.default() {
                // Symbols are sent by value.
                Some(default) if matches!(field.ty.leaf(), Type::Enum(_)) => {
                    self.value(&field.ty, default)?
                }
                Some(default) => {
                    let json = to_json(self.schema, &field.ty, Encoding::Utf8, default);
                    json.unwrap_or(Json::Null)
                }
                None => self.nothing(field)?,
            };
            entries.push((field.name.clone(), json));
        }
        self.depth += 1;
        Some(Json::Object(entries))
    }

    fn value(&mut self, ty: &Type, value: &Value) -> Option<Json> {
        Some(match (ty, value) {
            (Type::Optional(_), Value::Null) => Json::Null,
            (Type::Optional(ty), value) => self.value(ty, value)?,
            (Type::Record(id), value) => self.record(*id, value)?,
            (Type::Array(ty), Value::Array(items)) => {
                let items = items.iter().map(|v| self.value(ty, v));
                Json::Array(items.collect::<Option<_>>()?)
            }
            (Type::Map(ty), Value::Map(entries)) => {
                let entries = entries.iter();
                let entries = entries.map(|(k, v)| Some((k.clone(), self.value(ty, v)?)));
                Json::Object(entries.collect::<Option<_>>()?)
            }
            (Type::Enum(id), Value::Enum(symbol)) => {
                let definition = self.schema.enums.get(id.0)?;
                if self.peer != Peer::PythonRecord {
                    return Some(Json::str(symbol));
                }
                // A Python enum has its symbols and no others.
                if !definition.symbols.iter().any(|s| s.name == *symbol) {
                    return None;
                }
                match definition.python_value(symbol) {
                    Some(Value::Long(n)) => Json::int(*n),
                    Some(Value::Int(n)) => Json::int(*n),
                    Some(Value::String(text)) => Json::str(text),
                    _ => Json::str(symbol),
                }
            }
            (ty, value) => to_json(self.schema, ty, Encoding::Utf8, value).ok()?,
        })
    }
}

/// Puts a symbol that its own writer does not know into the first open enum of a message. Whether there is
/// one.
pub(super) fn unheard_of(schema: &Schema, ty: &Type, value: &mut Value) -> bool {
    match (ty, value) {
        (Type::Optional(ty), value) => unheard_of(schema, ty, value),
        (Type::Record(id), Value::Record(entries)) => {
            let Some(record) = schema.records.get(id.0) else {
                return false;
            };
            entries.iter_mut().any(|(name, value)| {
                let field = record.fields.iter().find(|f| f.name == *name);
                field.is_some_and(|field| unheard_of(schema, &field.ty, value))
            })
        }
        (Type::Array(ty), Value::Array(items)) => {
            items.iter_mut().any(|item| unheard_of(schema, ty, item))
        }
        (Type::Map(ty), Value::Map(entries)) => entries
            .values_mut()
            .any(|item| unheard_of(schema, ty, item)),
        (Type::Enum(id), Value::Enum(symbol)) => {
            let open = schema.enums.get(id.0).is_some_and(|e| e.open);
            if open {
                *symbol = "UNHEARD_OF".to_owned();
            }
            open
        }
        _ => false,
    }
}
