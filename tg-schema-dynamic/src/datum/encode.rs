//! A datum to Avro binary.

use tg_schema_model::avro::{Kind, Schema};

use super::{Datum, Types, label};
use crate::avro::{put_length, put_long, put_octets};
use crate::error::{Error, Problem};
use crate::limits::Limits;

impl<'s> Types<'s> {
    /// Avro binary of a datum, lists in one block.
    ///
    /// # Errors
    /// Where the datum is no value of the schema, or goes deeper than the limits allow.
    pub fn encode(&self, datum: &Datum, limits: Limits) -> Result<Vec<u8>, Error> {
        let mut encoder = Encoder {
            types: self,
            limits,
            out: Vec::new(),
        };
        encoder.value(self.root, datum, 0)?;
        Ok(encoder.out)
    }
}

struct Encoder<'s, 't> {
    types: &'t Types<'s>,
    limits: Limits,
    out: Vec<u8>,
}

impl<'s> Encoder<'s, '_> {
    fn value(&mut self, schema: &'s Schema, datum: &Datum, depth: usize) -> Result<(), Error> {
        if depth > self.limits.depth {
            return Err(Error::new(Problem::Depth(self.limits.depth)));
        }
        let schema = self.types.resolve(schema);
        match (schema, datum) {
            (Schema::Primitive(p), datum) => return self.primitive(p.kind, datum),
            (Schema::Fixed(f), Datum::Fixed(octets))
                if u32::try_from(octets.len()) == Ok(f.size) =>
            {
                self.out.extend_from_slice(octets);
            }
            (Schema::Enum(e), &Datum::Enum(index)) if index < e.symbols.len() => {
                put_length(&mut self.out, index);
            }
            (Schema::Record(r), Datum::Record(values)) if values.len() == r.fields.len() => {
                for (field, value) in r.fields.iter().zip(values) {
                    self.value(&field.schema, value, depth + 1)
                        .map_err(|e| e.in_field(&field.name))?;
                }
            }
            (Schema::Array(a), Datum::Array(items)) => {
                if !items.is_empty() {
                    put_length(&mut self.out, items.len());
                }
                for (at, item) in items.iter().enumerate() {
                    self.value(&a.items, item, depth + 1)
                        .map_err(|e| e.in_item(at))?;
                }
                self.out.push(0);
            }
            (Schema::Map(m), Datum::Map(entries)) => {
                if !entries.is_empty() {
                    put_length(&mut self.out, entries.len());
                }
                for (key, value) in entries {
                    put_octets(&mut self.out, key.as_bytes());
                    self.value(&m.values, value, depth + 1)
                        .map_err(|e| e.in_key(key))?;
                }
                self.out.push(0);
            }
            (Schema::Union(branches), Datum::Union(index, value)) => {
                let Some(branch) = branches.get(*index) else {
                    return Err(unfit(schema));
                };
                put_length(&mut self.out, *index);
                self.value(branch, value, depth)?;
            }
            _ => return Err(unfit(schema)),
        }
        Ok(())
    }

    fn primitive(&mut self, kind: Kind, datum: &Datum) -> Result<(), Error> {
        let out = &mut self.out;
        match (kind, datum) {
            (Kind::Null, Datum::Null) => {}
            (Kind::Boolean, Datum::Boolean(b)) => out.push(u8::from(*b)),
            (Kind::Int, Datum::Int(n)) => put_long(out, i64::from(*n)),
            (Kind::Long, Datum::Long(n)) => put_long(out, *n),
            (Kind::Float, Datum::Float(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Kind::Double, Datum::Double(n)) => out.extend_from_slice(&n.to_le_bytes()),
            (Kind::Bytes, Datum::Bytes(octets)) => put_octets(out, octets),
            (Kind::String, Datum::String(text)) => put_octets(out, text.as_bytes()),
            _ => return Err(Error::unexpected(kind.as_str(), "a value of another type")),
        }
        Ok(())
    }
}

fn unfit(schema: &Schema) -> Error {
    Error::unexpected(label(schema), "a value of another type")
}
