//! What the Python client cannot do: names of fields that it has other plans with, and what keeps it from
//! registering a class at all.

use std::collections::HashSet;

use crate::schema::{Field, Presence, Profile, RecordId, Schema, Type};
use crate::value::Value;

/// What becomes of a field whose name a Python `Record` has other plans with.
pub fn fate(name: &str) -> Option<&'static str> {
    Some(match name {
        "default" | "required" | "required_default" => {
            "the constructor of a Python Record swallows it"
        }
        "_default" | "_required" | "_required_default" => {
            "a Python Record registers it and never sends it"
        }
        "schema" | "schema_info" | "validate_type" | "python_type" => {
            "it hides a method of a Python Record"
        }
        "_fields" | "_avro_namespace" | "_sorted_fields" => "it hides a setting of a Python Record",
        _ => return None,
    })
}

/// Why the client registers no text for a class. `None`: it does, or the record is none of its classes.
pub fn unregistered(schema: &Schema, root: RecordId) -> Option<String> {
    let record = schema.records.get(root.0)?;
    if record.profile == Profile::Plain {
        return None;
    }
    if record.fields.iter().any(|f| f.name == "schema") {
        let name = &record.name;
        return Some(format!(
            "the field {name}.schema hides the method by which the client asks for the schema"
        ));
    }
    let mut seen = HashSet::from([root]);
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        let record = schema.records.get(id.0)?;
        for field in &record.fields {
            if let Some(why) = refused(schema, field) {
                return Some(format!("{}.{}: {why}", record.name, field.name));
            }
            if let Type::Record(next) = leaf(&field.ty)
                && seen.insert(*next)
            {
                open.push(*next);
            }
        }
    }
    None
}

/// Why the client cannot register a class with this field.
fn refused(schema: &Schema, field: &Field) -> Option<&'static str> {
    let nested = match &field.ty {
        Type::Record(id) => schema.records.get(id.0),
        _ => None,
    };
    match field.name.as_str() {
        "schema_info" => Some("it hides the method by which the client asks for the schema"),
        "_avro_namespace" => Some("it hides the namespace, which the client adds to the name"),
        _ if nested.is_some_and(|r| r.fields.iter().any(|f| f.name == "required_default")) => {
            Some("its class has a field required_default, which hides a method of the client")
        }
        _ if !registers_default(field) => {
            Some("the client cannot write its default into the schema and raises TypeError")
        }
        _ => None,
    }
}

/// Whether the client can write what a field registers as its default into the schema text.
pub(crate) fn registers_default(field: &Field) -> bool {
    let default = match &field.presence {
        Presence::Default(value) | Presence::NullableDefault(value) => value,
        Presence::Required | Presence::Optional => return true,
    };
    if !field.pulsar.required_default {
        return true;
    }
    let empty = match default {
        Value::Array(items) => items.is_empty(),
        Value::Map(entries) => entries.is_empty(),
        _ => false,
    };
    empty || !matches!(leaf(&field.ty), Type::Bytes | Type::Record(_))
}

/// What is inside of arrays and maps.
fn leaf(ty: &Type) -> &Type {
    match ty {
        Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) => leaf(inner),
        other => other,
    }
}
