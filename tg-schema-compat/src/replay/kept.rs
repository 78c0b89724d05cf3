//! Whether what was read of a JSON message is what it says.

use tg_schema_model::value::{double_text, float_text};
use tg_schema_model::{Json, Presence, Profile, Record, RecordId, Schema, Type, Value};

/// Whether nothing that a message says was dropped or altered. Null says nothing, and neither does what the
/// profile of old records reads as no value.
pub(super) fn is_kept(schema: &Schema, id: RecordId, json: &Json, value: &Value) -> bool {
    record(schema, id, json, value)
}

fn record(schema: &Schema, id: RecordId, json: &Json, value: &Value) -> bool {
    let (Some(record), Some(entries)) = (schema.records.get(id.0), json.as_object()) else {
        return true;
    };
    entries.iter().all(|(key, json)| {
        if json.is_null() {
            return true;
        }
        let named = |field: &&tg_schema_model::Field| {
            field.name == *key || field.aliases.iter().any(|alias| alias == key)
        };
        let Some(field) = record.fields.iter().find(named) else {
            return false;
        };
        match value.field(&field.name) {
            Some(value) => kept(schema, &field.ty, json, value),
            None => is_unset(record, &field.presence, &field.ty),
        }
    })
}

/// Whether an object may have been read as no value.
fn is_unset(record: &Record, presence: &Presence, ty: &Type) -> bool {
    record.profile == Profile::PulsarRecord
        && *presence == Presence::Optional
        && matches!(ty, Type::Record(_))
}

fn kept(schema: &Schema, ty: &Type, json: &Json, value: &Value) -> bool {
    match (ty, json, value) {
        (Type::Optional(ty), json, value) => kept(schema, ty, json, value),
        (Type::Record(id), json, value) => record(schema, *id, json, value),
        (Type::Array(ty), Json::Array(items), Value::Array(values)) => items
            .iter()
            .zip(values)
            .all(|(json, value)| kept(schema, ty, json, value)),
        (Type::Map(ty), Json::Object(entries), Value::Map(values)) => {
            entries.iter().all(|(key, json)| {
                let value = values.get(key);
                value.is_some_and(|value| kept(schema, ty, json, value))
            })
        }
        (Type::Enum(id), json, Value::Enum(symbol)) => {
            let definition = schema.enums.get(id.0);
            definition.is_some_and(|definition| {
                let at = definition.symbols.iter().position(|s| s.name == *symbol);
                let python = at.and_then(|at| definition.pulsar.values.get(at));
                json.as_str() == Some(symbol) || python.is_some_and(|python| is_value(python, json))
            })
        }
        (_, Json::Number(text), Value::Float(n)) => {
            // Where two texts are the shortest, each is some writer's.
            let shortest = [float_text(*n), n.to_string()];
            digits(text, f64::from(*n), &shortest)
        }
        (_, Json::Number(text), Value::Double(n)) => digits(text, *n, &[double_text(*n)]),
        _ => true,
    }
}

fn is_value(python: &Value, json: &Json) -> bool {
    match python {
        Value::Long(n) => json.as_i64() == Some(*n),
        Value::Int(n) => json.as_i64() == Some(i64::from(*n)),
        Value::String(text) => json.as_str() == Some(text),
        _ => false,
    }
}

/// Whether a number that was read as `n`, in short `shortest`, is the one that the text says.
fn digits(text: &str, n: f64, shortest: &[String]) -> bool {
    match text.parse::<i128>() {
        Ok(whole) => n.fract() == 0.0 && n as i128 == whole,
        // A fraction is what is nearest to it, unless the text has more digits than were kept.
        Err(_) => {
            let text = text.parse::<f64>().ok();
            text == Some(n) || shortest.iter().any(|other| text == other.parse().ok())
        }
    }
}
