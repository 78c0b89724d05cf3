//! The unset sub-record of the `pulsar-record` profile: the default instance that old producers send where
//! nothing was set. In a nullable field it reads as no value.

use super::Value;
use super::reader::Reader;
use crate::json::Json;
use crate::schema::{Field, Presence, RecordId, Schema, Type};

/// Whether a decoded sub-record is the default instance of its record: what a nullable field of a record
/// with the profile then holds is no value. A record without fields never is.
pub fn is_unset(schema: &Schema, id: RecordId, value: &Value) -> bool {
    unset_value(schema, id, value, 0)
}

fn unset_value(schema: &Schema, id: RecordId, value: &Value, depth: usize) -> bool {
    let record = schema.record(id);
    if record.fields.is_empty() || depth > super::MAX_DEPTH {
        return false;
    }
    let Value::Record(fields) = value else {
        return false;
    };
    record.fields.iter().enumerate().all(|(index, field)| {
        let value = fields
            .get(index)
            .filter(|(name, _)| *name == field.name)
            .or_else(|| fields.iter().find(|(name, _)| *name == field.name))
            .map(|(_, value)| value);
        match (&field.presence, value) {
            (Presence::Optional, None | Some(Value::Null)) => true,
            (Presence::Optional, _) | (_, None) => false,
            (Presence::Default(default) | Presence::NullableDefault(default), Some(value)) => {
                default == value
            }
            (Presence::Required, Some(value)) => match &field.ty {
                Type::Boolean => *value == Value::Boolean(false),
                Type::Record(id) => unset_value(schema, *id, value, depth + 1),
                _ => false,
            },
        }
    })
}

/// Whether an object is the default instance as JSON: every field by its name, each unset; any other key
/// null or false.
pub(super) fn is_unset_json(reader: &Reader<'_>, id: RecordId, json: &Json, depth: usize) -> bool {
    let record = reader.schema.record(id);
    let Json::Object(entries) = json else {
        return false;
    };
    if record.fields.is_empty() || depth > reader.reading.max_depth {
        return false;
    }
    let mut seen = vec![false; record.fields.len()];
    for (key, json) in entries {
        let unset = match record.fields.iter().position(|f| f.name == *key) {
            Some(index) => {
                let first = !std::mem::replace(&mut seen[index], true);
                first && unset_field(reader, &record.fields[index], json, depth)
            }
            // An alias may be the same field again: the ordinary reading judges that.
            None if record.fields.iter().any(|f| f.aliases.contains(key)) => false,
            None => matches!(json, Json::Null | Json::Bool(false)),
        };
        if !unset {
            return false;
        }
    }
    seen.into_iter().all(|s| s)
}

fn unset_field(reader: &Reader<'_>, field: &Field, json: &Json, depth: usize) -> bool {
    if json.is_null() {
        return true;
    }
    if let Some(default) = field.presence.default() {
        let value = reader.value(&field.ty, field.encoding, json, depth);
        return value.is_ok_and(|v| v == *default);
    }
    match &field.ty {
        Type::Boolean => *json == Json::Bool(false),
        Type::Record(id) => is_unset_json(reader, *id, json, depth + 1),
        _ => false,
    }
}
