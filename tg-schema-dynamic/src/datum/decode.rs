//! Avro binary to a datum.

use std::collections::BTreeMap;

use tg_schema_model::avro::{Kind, Primitive, Schema};

use super::{Datum, Types, label};
use crate::avro::Decoder;
use crate::error::{Error, Problem};
use crate::limits::Limits;

/// Types inside one another whose smallest size is looked at.
const SIZED: usize = 8;

impl<'s> Types<'s> {
    /// The datum that fills `bytes`.
    pub fn decode(&self, bytes: &[u8], limits: Limits) -> Result<Datum, Error> {
        let (datum, rest) = self.decode_first(bytes, limits)?;
        match rest.len() {
            0 => Ok(datum),
            left => {
                let problem = Problem::Trailing { bytes: left };
                Err(Error::new(problem).at(bytes.len() - left))
            }
        }
    }

    /// The datum at the start of `bytes`, and what follows it.
    pub fn decode_first<'b>(
        &self,
        bytes: &'b [u8],
        limits: Limits,
    ) -> Result<(Datum, &'b [u8]), Error> {
        let mut reader = Reader {
            types: self,
            own: Decoder::bare(limits, bytes),
        };
        let datum = reader.value(self.root, 0)?;
        let rest = bytes.get(reader.own.bytes.at()..).unwrap_or_default();
        Ok((datum, rest))
    }

    /// A number of bytes that no value goes under; what is not zero here cannot be repeated more often than
    /// there are bytes.
    fn least(&self, schema: &'s Schema, depth: usize) -> usize {
        if depth > SIZED {
            return 0;
        }
        match self.resolve(schema) {
            Schema::Primitive(p) => match p.kind {
                Kind::Null => 0,
                Kind::Float => 4,
                Kind::Double => 8,
                _ => 1,
            },
            Schema::Fixed(f) => f.size as usize,
            Schema::Record(r) => {
                let fields = r.fields.iter().take(SIZED);
                let sizes = fields.map(|field| self.least(&field.schema, depth + 2));
                sizes.fold(0, usize::saturating_add)
            }
            Schema::Ref(_) => 0,
            _ => 1,
        }
    }
}

struct Reader<'s, 't, 'b> {
    types: &'t Types<'s>,
    own: Decoder<'b>,
}

impl<'s> Reader<'s, '_, '_> {
    fn value(&mut self, schema: &'s Schema, depth: usize) -> Result<Datum, Error> {
        let start = self.own.bytes.at();
        match self.types.resolve(schema) {
            Schema::Primitive(p) => self.primitive(p),
            Schema::Fixed(f) => {
                let octets = self.own.bytes.take(f.size as usize, "a fixed")?;
                Ok(Datum::Fixed(octets.to_vec()))
            }
            Schema::Enum(e) => {
                let index = self.own.index("the index of a symbol", e.symbols.len())?;
                Ok(Datum::Enum(index))
            }
            Schema::Record(r) => {
                let depth = self.own.deeper(depth)?;
                self.own.spend(r.fields.len() * size_of::<Datum>())?;
                let mut values = Vec::with_capacity(r.fields.len());
                for field in &r.fields {
                    let value = self.value(&field.schema, depth);
                    values.push(value.map_err(|e| e.in_field(&field.name))?);
                }
                Ok(Datum::Record(values))
            }
            Schema::Array(a) => self.array(&a.items, depth).map(Datum::Array),
            Schema::Map(m) => self.map(&m.values, depth).map(Datum::Map),
            Schema::Union(branches) => {
                let index = self
                    .own
                    .index("the index of a union branch", branches.len())?;
                self.own.spend(size_of::<Datum>())?;
                let Some(branch) = branches.get(index) else {
                    return Err(Error::unexpected("a union branch", index.to_string()).at(start));
                };
                let value = self.value(branch, depth)?;
                Ok(Datum::Union(index, Box::new(value)))
            }
            other => {
                let problem = Problem::Invalid(format!("the type {} is not defined", label(other)));
                Err(Error::new(problem).at(start))
            }
        }
    }

    fn array(&mut self, items: &'s Schema, depth: usize) -> Result<Vec<Datum>, Error> {
        let depth = self.own.deeper(depth)?;
        let least = self.types.least(items, 0);
        let mut read = Vec::new();
        loop {
            let count = self.own.block(least, size_of::<Datum>())?;
            if count == 0 {
                return Ok(read);
            }
            for _ in 0..count {
                let value = self.value(items, depth);
                read.push(value.map_err(|e| e.in_item(read.len()))?);
            }
        }
    }

    fn map(&mut self, values: &'s Schema, depth: usize) -> Result<BTreeMap<String, Datum>, Error> {
        let depth = self.own.deeper(depth)?;
        let least = 1 + self.types.least(values, 0);
        let mut read = BTreeMap::new();
        loop {
            let count = self.own.block(least, 2 * size_of::<(String, Datum)>())?;
            if count == 0 {
                return Ok(read);
            }
            for _ in 0..count {
                let start = self.own.bytes.at();
                let key = self.own.bytes.text("a map key")?;
                let value = self.value(values, depth).map_err(|e| e.in_key(key))?;
                if read.insert(key.to_owned(), value).is_some() {
                    return Err(Error::new(Problem::DuplicateKey(key.to_owned())).at(start));
                }
            }
        }
    }

    /// A value without parts. A function of its own, to leave more of the stack to the others.
    fn primitive(&mut self, primitive: &Primitive) -> Result<Datum, Error> {
        let bytes = &mut self.own.bytes;
        Ok(match primitive.kind {
            Kind::Null => Datum::Null,
            Kind::Boolean => Datum::Boolean(self.own.boolean()?),
            Kind::Int => Datum::Int(bytes.int("an int")?),
            Kind::Long => Datum::Long(bytes.long("a long")?),
            Kind::Float => Datum::Float(f32::from_le_bytes(bytes.array("a float")?)),
            Kind::Double => Datum::Double(f64::from_le_bytes(bytes.array("a double")?)),
            Kind::Bytes => Datum::Bytes(bytes.octets("bytes")?.to_vec()),
            Kind::String => Datum::String(bytes.text("a string")?.to_owned()),
        })
    }
}
