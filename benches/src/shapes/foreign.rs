//! Records of numbers as other writers have them: little is done for a field, so that what is done for a record counts.

use std::mem::take;

use serde_json::{Value, json};

use super::Sample;
use crate::case::Cases;
use crate::ours;

/// What is read, and what its writer has otherwise.
const WRITERS: [(&str, &[Change]); 5] = [
    ("resolve-missing", &[missing]),
    ("resolve-extra", &[extra]),
    ("resolve-promoted", &[promoted]),
    ("resolve-reordered", &[reordered]),
    ("resolve-all", &[promoted, missing, reordered, extra]),
];

type Change = fn(Vec<Value>) -> Vec<Value>;

/// It lacks the last field.
fn missing(mut fields: Vec<Value>) -> Vec<Value> {
    fields.pop();
    fields
}

/// It has a field that the reader lacks.
fn extra(mut fields: Vec<Value>) -> Vec<Value> {
    fields.insert(fields.len() / 2, json!({"name": "old", "type": "long"}));
    fields
}

/// It has narrower numbers.
fn promoted(mut fields: Vec<Value>) -> Vec<Value> {
    for (wide, narrow) in [("double", "float"), ("long", "int")] {
        if let Some(field) = fields.iter_mut().find(|field| field["type"] == wide) {
            field["type"] = narrow.into();
        }
    }
    fields
}

/// Two of its fields are exchanged.
fn reordered(mut fields: Vec<Value>) -> Vec<Value> {
    let count = fields.len();
    fields.swap(count / 4, count * 3 / 4);
    fields
}

/// A message, as its writer has it and as others have its record of this name.
pub fn cases<T: Sample>(c: &mut Cases, message: &T, record: &str) {
    let own: &'static [u8] = message.to_avro().expect("Avro").leak();
    c.decoder("avro-decode", "ours", message, own, ours::avro_decode::<T>);
    let value: Value = serde_json::from_slice(&message.to_json().expect("JSON")).expect("JSON");
    for (op, changes) in WRITERS {
        let mut schema: Value = serde_json::from_str(T::avro_schema()).expect("JSON");
        let fields = fields_of(&mut schema, record).expect("the schema has the record");
        *fields = changes
            .iter()
            .fold(take(fields), |fields, change| change(fields));
        let mut bytes = Vec::new();
        write(&schema, &value, &mut bytes);
        let read = ours::avro_resolved::<T>(&schema.to_string());
        c.decoder(op, "ours", message, bytes.leak(), read);
    }
}

/// The fields of a record somewhere in a schema.
fn fields_of<'a>(schema: &'a mut Value, record: &str) -> Option<&'a mut Vec<Value>> {
    match schema {
        Value::Object(of) => match of.get("name").is_some_and(|name| name == record) {
            true => of.get_mut("fields")?.as_array_mut(),
            false => of.values_mut().find_map(|part| fields_of(part, record)),
        },
        Value::Array(parts) => parts.iter_mut().find_map(|part| fields_of(part, record)),
        _ => None,
    }
}

/// Avro of a value; a field that it lacks is a number.
fn write(schema: &Value, value: &Value, out: &mut Vec<u8>) {
    use crate::limit::avro::{Avro, write_bytes, write_varint};
    match (schema["type"].as_str(), schema.as_str()) {
        (Some("record"), _) => {
            for field in schema["fields"].as_array().expect("fields") {
                let name = field["name"].as_str().expect("a name");
                let value = value.get(name).unwrap_or(&Value::Null);
                write(&field["type"], value, out);
            }
        }
        (Some("array"), _) => {
            let items = value.as_array().expect("an array");
            write_varint((items.len() as u64) << 1, out);
            items
                .iter()
                .for_each(|item| write(&schema["items"], item, out));
            out.push(0);
        }
        (_, Some("long" | "int")) => value.as_i64().unwrap_or(70_000).write(out),
        (_, Some("double")) => value.as_f64().expect("a number").write(out),
        (_, Some("float")) => {
            let number = value.as_f64().expect("a number") as f32;
            out.extend_from_slice(&number.to_le_bytes());
        }
        (_, Some("boolean")) => value.as_bool().expect("a boolean").write(out),
        (_, Some("string")) => write_bytes(value.as_str().expect("a text").as_bytes(), out),
        other => panic!("{other:?} is not written here"),
    }
}
