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
            if let Type::Record(next) = field.ty.leaf()
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
    empty || !matches!(field.ty.leaf(), Type::Bytes | Type::Record(_))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Record, Type};

    fn record(name: &str, fields: Vec<Field>) -> Record {
        Record {
            name: name.into(),
            profile: Profile::PulsarRecord,
            fields,
            ..Record::default()
        }
    }

    fn field(name: &str, ty: Type) -> Field {
        Field {
            presence: Presence::Optional,
            ..Field::new(name, ty)
        }
    }

    /// Why `Root`, which holds `Inner` as `ty` says, is not registered.
    fn why(inner: Field, ty: fn(RecordId) -> Type) -> Option<String> {
        let records = vec![
            record("Root", vec![field("inner", ty(RecordId(1)))]),
            record("Inner", vec![inner]),
        ];
        let schema = Schema {
            records,
            ..Schema::default()
        };
        unregistered(&schema, RecordId(0))
    }

    #[test]
    fn names_and_defaults_keep_the_client_from_registering() {
        let list = |id| Type::Array(Box::new(Type::Record(id)));
        let text = |name: &str| field(name, Type::String);
        assert_eq!(why(text("x"), Type::Record), None);
        assert_eq!(why(text("schema"), Type::Record), None, "only of the root");
        for name in ["schema_info", "_avro_namespace", "required_default"] {
            assert!(why(text(name), Type::Record).is_some(), "{name}");
        }
        assert_eq!(why(text("required_default"), list), None);
        assert!(
            why(text("schema_info"), list).is_some_and(|w| w.starts_with("Inner.schema_info: "))
        );
        let mut bytes = field("b", Type::Bytes);
        bytes.presence = Presence::NullableDefault(Value::Bytes(vec![1]));
        assert_eq!(why(bytes.clone(), list), None, "it is not registered");
        bytes.pulsar.required_default = true;
        assert!(why(bytes, list).is_some_and(|w| w.contains("raises TypeError")));
        let schema = Schema {
            records: vec![record("R", vec![text("schema")])],
            ..Schema::default()
        };
        assert!(unregistered(&schema, RecordId(0)).is_some());
        assert_eq!(unregistered(&schema, RecordId(9)), None);
    }

    #[test]
    fn classes_that_hold_each_other_end() {
        let to = |id| field("other", Type::Record(RecordId(id)));
        let schema = Schema {
            records: vec![record("A", vec![to(1)]), record("B", vec![to(0)])],
            ..Schema::default()
        };
        assert_eq!(unregistered(&schema, RecordId(0)), None);
    }
}
