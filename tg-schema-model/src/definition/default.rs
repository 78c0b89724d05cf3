//! A default of a full definition into a value.
//!
//! Parts of one tree may be of different times, so a record in a default may have fields too many and too few.
//! Those that it has too many are dropped; those that it has too few are left out.

use crate::avro::import::leaf;
use crate::json::Json;
use crate::schema::{RecordId, Schema, Type};
use crate::value::Value;

/// The value of type `ty` that `json` is. JSON nests as deep as its reader allows, and so does this.
pub(super) fn read(schema: &Schema, ty: &Type, json: &Json) -> Result<Value, String> {
    match (ty, json) {
        (Type::Optional(_), Json::Null) => Ok(Value::Null),
        (Type::Optional(inner), json) => read(schema, inner, json),
        (Type::Array(item), Json::Array(items)) => {
            let items = items.iter().map(|json| read(schema, item, json));
            items.collect::<Result<_, _>>().map(Value::Array)
        }
        (Type::Map(item), Json::Object(entries)) => {
            let entries = entries
                .iter()
                .map(|(key, json)| Ok((key.clone(), read(schema, item, json)?)));
            entries.collect::<Result<_, String>>().map(Value::Map)
        }
        (Type::Record(id), Json::Object(entries)) => record(schema, *id, entries),
        (Type::Enum(_), Json::String(symbol)) => Ok(Value::Enum(symbol.clone())),
        (Type::Float, Json::String(text)) => special(text).map(|n| Value::Float(n as f32)),
        (Type::Double, Json::String(text)) => special(text).map(Value::Double),
        _ => leaf(ty, json),
    }
}

/// A number that JSON cannot hold.
fn special(text: &str) -> Result<f64, String> {
    match text {
        "NaN" => Ok(f64::NAN),
        "Infinity" => Ok(f64::INFINITY),
        "-Infinity" => Ok(f64::NEG_INFINITY),
        _ => Err(format!("{text:?} is no such value")),
    }
}

fn record(schema: &Schema, id: RecordId, entries: &[(String, Json)]) -> Result<Value, String> {
    let fields = schema.records.get(id.0).map_or(&[][..], |r| &r.fields);
    let mut values = Vec::new();
    for field in fields {
        match entries.iter().find(|(name, _)| *name == field.name) {
            None => {}
            Some((_, Json::Null)) if field.presence.nullable() => {}
            Some((name, json)) => {
                let value = read(schema, &field.ty, json)
                    .map_err(|problem| format!("in `{name}`, {problem}"))?;
                values.push((name.clone(), value));
            }
        }
    }
    Ok(Value::Record(values))
}
