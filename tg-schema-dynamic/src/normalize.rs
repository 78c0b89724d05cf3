//! A message into what it reads back as.

use std::collections::BTreeMap;

use tg_schema_model::value::is_unset;
use tg_schema_model::{Field, Presence, Profile, RecordId, Schema, Type, Value};

use crate::fields::pair;

/// What carries a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Wire {
    /// JSON text.
    Json,
    /// Avro binary.
    Avro,
}

/// What `value` is after it was written and read. Three things change: optional fields that hold
/// null are left out and fields come in their order; decimals get the scale of their type; and under
/// the `pulsar-record` profile an optional sub-record that was set to nothing but the values of an
/// unset one becomes no value. The last depends on the wire: `None` is absent in JSON, so a
/// sub-record with an optional field that has no value stays there, while Avro cannot tell it.
/// Parts that do not fit their type stay as they are; the codecs refuse them.
pub fn normalize(schema: &Schema, record: RecordId, value: &Value, wire: Wire) -> Value {
    Normalizer { schema, wire }.record(record, value).0
}

struct Normalizer<'s> {
    schema: &'s Schema,
    wire: Wire,
}

impl Normalizer<'_> {
    /// The record, and whether what stands for it on the wire is an unset instance.
    fn record(&self, id: RecordId, value: &Value) -> (Value, bool) {
        let record = self.schema.record(id);
        let Value::Record(entries) = value else {
            return (value.clone(), false);
        };
        let Ok(values) = pair(record, entries) else {
            return (value.clone(), false);
        };
        let mut kept = Vec::with_capacity(entries.len());
        let mut unset = !record.fields.is_empty();
        for (field, value) in record.fields.iter().zip(values) {
            let Some(value) = value.filter(|v| !matches!(v, Value::Null)) else {
                // An absent key is no unset instance in JSON.
                unset = false;
                continue;
            };
            let (value, value_unset) = self.field(field, value);
            unset &= value_unset;
            let void = value_unset
                && record.profile == Profile::PulsarRecord
                && field.presence == Presence::Optional
                && matches!(field.ty, Type::Record(_));
            if !void {
                kept.push((field.name.clone(), value));
            }
        }
        let value = Value::Record(kept);
        if self.wire == Wire::Avro {
            unset = is_unset(self.schema, id, &value);
        }
        (value, unset)
    }

    /// The value, and whether it is what an unset instance holds in this field.
    fn field(&self, field: &Field, value: &Value) -> (Value, bool) {
        let (value, unset_record) = match field.ty {
            Type::Record(id) => self.record(id, value),
            _ => (self.value(&field.ty, value), false),
        };
        let unset = match (field.presence.default(), &field.ty) {
            // Read from JSON, a default is compared; read from Avro, `record` looks at it again.
            (Some(default), _) => value == *default,
            (None, Type::Boolean) => value == Value::Boolean(false),
            (None, _) => unset_record,
        };
        (value, unset)
    }

    fn value(&self, ty: &Type, value: &Value) -> Value {
        match (ty, value) {
            (Type::Optional(_), Value::Null) => Value::Null,
            (Type::Optional(inner), value) => self.value(inner, value),
            (Type::Array(item), Value::Array(items)) => {
                Value::Array(items.iter().map(|v| self.value(item, v)).collect())
            }
            (Type::Map(item), Value::Map(entries)) => {
                let entry = |(key, v): (&String, &Value)| (key.clone(), self.value(item, v));
                Value::Map(entries.iter().map(entry).collect::<BTreeMap<_, _>>())
            }
            (&Type::Record(id), value) => self.record(id, value).0,
            (&Type::Decimal { scale, .. }, Value::Decimal(decimal)) => {
                Value::Decimal(decimal.rescale(scale).unwrap_or(*decimal))
            }
            (_, value) => value.clone(),
        }
    }
}
