//! The unset sub-record of the `pulsar-record` profile: the default instance that old producers send where
//! nothing was set. In a nullable field it reads as no value.

use super::Value;
use crate::schema::{Presence, RecordId, Schema, Type};

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
            // An unset attribute of an old Record holds false here, which its writers send as such.
            (Presence::Optional, Some(Value::Boolean(set))) => !set,
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
