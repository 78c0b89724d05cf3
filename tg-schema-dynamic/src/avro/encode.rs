//! A value to Avro binary.

use tg_schema_model::{Enum, Field, Presence, RecordId, Schema, Type, Value};

use super::bytes::{put_length, put_long, put_octets};
use super::logical;
use crate::error::{Error, Problem, quoted};
use crate::fields::pair;
use crate::limits::Limits;

/// Appends one message to `out`. After an error `out` holds a part of it.
pub(crate) fn encode(
    schema: &Schema,
    record: RecordId,
    limits: Limits,
    value: &Value,
    out: &mut Vec<u8>,
) -> Result<(), Error> {
    Encoder {
        schema,
        limits,
        out,
    }
    .record(record, value, 0)
    .map_err(|e| e.in_record(&schema.record(record).name))
}

struct Encoder<'a> {
    schema: &'a Schema,
    limits: Limits,
    out: &'a mut Vec<u8>,
}

impl Encoder<'_> {
    fn record(&mut self, id: RecordId, value: &Value, depth: usize) -> Result<(), Error> {
        let depth = self.deeper(depth)?;
        let record = self.schema.record(id);
        let Value::Record(entries) = value else {
            return Err(unfit(&format!("a {} record", record.name), value));
        };
        for (field, value) in record.fields.iter().zip(pair(record, entries)?) {
            self.field(field, value, depth)?;
        }
        Ok(())
    }

    fn field(&mut self, field: &Field, value: Option<&Value>, depth: usize) -> Result<(), Error> {
        let result = match (&field.presence, value) {
            (Presence::Optional, None | Some(Value::Null)) => {
                self.out.push(0);
                Ok(())
            }
            (_, None) => Err(Error::unexpected(
                self.schema.type_text(&field.ty),
                "no value",
            )),
            (presence, Some(value)) => {
                if presence.nullable() {
                    put_long(self.out, 1);
                }
                self.value(&field.ty, value, depth)
            }
        };
        result.map_err(|e| e.in_field(&field.name))
    }

    fn value(&mut self, ty: &Type, value: &Value, depth: usize) -> Result<(), Error> {
        match (ty, value) {
            (Type::String, Value::String(text)) => put_octets(self.out, text.as_bytes()),
            (Type::Boolean, Value::Boolean(b)) => self.out.push(u8::from(*b)),
            (Type::Int, Value::Int(n)) => put_long(self.out, i64::from(*n)),
            (Type::Long, Value::Long(n)) => put_long(self.out, *n),
            (Type::Float, Value::Float(n)) => self.out.extend_from_slice(&n.to_le_bytes()),
            (Type::Double, Value::Double(n)) => self.out.extend_from_slice(&n.to_le_bytes()),
            (Type::Bytes, Value::Bytes(octets)) => put_octets(self.out, octets),
            (Type::Date, Value::Date(date)) => put_long(self.out, i64::from(date.days())),
            (Type::TimeMs, Value::Time(time)) => put_long(self.out, i64::from(time.millis())),
            (Type::TimestampMs, Value::Timestamp(t)) => put_long(self.out, logical::epoch_ms(*t)?),
            (Type::TimestampUs, Value::Timestamp(t)) => put_long(self.out, t.micros()),
            (Type::Uuid, Value::Uuid(uuid)) => put_octets(self.out, uuid.to_string().as_bytes()),
            (&Type::Decimal { precision, scale }, Value::Decimal(decimal)) => {
                let octets = logical::decimal_octets(*decimal, precision, scale)?;
                put_octets(self.out, &octets);
            }
            (Type::Array(item), Value::Array(items)) => {
                let depth = self.deeper(depth)?;
                if !items.is_empty() {
                    put_length(self.out, items.len());
                }
                for (i, value) in items.iter().enumerate() {
                    self.value(item, value, depth).map_err(|e| e.in_item(i))?;
                }
                self.out.push(0);
            }
            (Type::Map(item), Value::Map(entries)) => {
                let depth = self.deeper(depth)?;
                if !entries.is_empty() {
                    put_length(self.out, entries.len());
                }
                for (key, value) in entries {
                    put_octets(self.out, key.as_bytes());
                    self.value(item, value, depth).map_err(|e| e.in_key(key))?;
                }
                self.out.push(0);
            }
            (Type::Optional(_), Value::Null) => self.out.push(0),
            (Type::Optional(inner), value) => {
                put_long(self.out, 1);
                self.value(inner, value, depth)?;
            }
            (&Type::Record(id), value) => self.record(id, value, depth)?,
            (&Type::Enum(id), Value::Enum(symbol)) => {
                let index = index(self.schema.enumeration(id), symbol)?;
                put_length(self.out, index);
            }
            (ty, value) => return Err(unfit(&self.schema.type_text(ty), value)),
        }
        Ok(())
    }

    fn deeper(&self, depth: usize) -> Result<usize, Error> {
        match depth < self.limits.depth {
            true => Ok(depth + 1),
            false => Err(Error::new(Problem::Depth(self.limits.depth))),
        }
    }
}

/// The place of a symbol: Avro writes that, so a symbol that the enum does not have has no form,
/// even where the enum is open.
fn index(definition: &Enum, symbol: &str) -> Result<usize, Error> {
    let place = definition.symbols.iter().position(|s| s.name == symbol);
    place.ok_or_else(|| {
        let expected = format!("a symbol of {}", definition.name);
        let hint = match definition.open {
            true => " (Avro has no form for symbols that an open enum does not list)",
            false => "",
        };
        Error::unexpected(expected, quoted(symbol) + hint)
    })
}

fn unfit(expected: &str, value: &Value) -> Error {
    Error::unexpected(expected, value.kind())
}
