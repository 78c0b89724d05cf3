//! Avro binary to a value.

use std::collections::BTreeMap;

use tg_schema_model::value::is_unset;
use tg_schema_model::{Enum, Field, Presence, Profile, RecordId, Schema, Type, Value};

use super::bytes::Cursor;
use super::logical;
use crate::error::{Error, Problem};
use crate::limits::Limits;
use crate::memory;

/// Reads one message that fills `bytes`.
pub(crate) fn decode(
    schema: &Schema,
    record: RecordId,
    limits: Limits,
    bytes: &[u8],
) -> Result<Value, Error> {
    let mut decoder = Decoder {
        schema,
        limits,
        bytes: Cursor::new(bytes),
        items: limits.items,
        memory: limits.memory,
    };
    decoder
        .message(record)
        .map_err(|e| e.in_record(&schema.record(record).name))
}

struct Decoder<'a> {
    schema: &'a Schema,
    limits: Limits,
    bytes: Cursor<'a>,
    /// How many items may still come.
    items: usize,
    /// How many bytes of values may still be made.
    memory: usize,
}

impl<'a> Decoder<'a> {
    /// All that there is.
    fn message(&mut self, id: RecordId) -> Result<Value, Error> {
        let value = self.record(id, 0)?;
        match self.bytes.left() {
            0 => Ok(Value::Record(value)),
            bytes => Err(Error::new(Problem::Trailing { bytes }).at(self.bytes.at())),
        }
    }

    fn record(&mut self, id: RecordId, depth: usize) -> Result<Vec<(String, Value)>, Error> {
        let depth = self.deeper(depth)?;
        let record = self.schema.record(id);
        self.spend(memory::of_record(record))?;
        let mut entries = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            let value = self
                .field(field, record.profile, depth)
                .map_err(|e| e.in_field(&field.name))?;
            if let Some(value) = value {
                entries.push((field.name.clone(), value));
            }
        }
        Ok(entries)
    }

    fn field(
        &mut self,
        field: &'a Field,
        profile: Profile,
        depth: usize,
    ) -> Result<Option<Value>, Error> {
        match &field.presence {
            Presence::Required | Presence::Default(_) => self.value(&field.ty, depth).map(Some),
            Presence::Optional if !self.branch()? => Ok(None),
            Presence::Optional => {
                let value = self.value(&field.ty, depth)?;
                let void = profile == Profile::PulsarRecord
                    && matches!(field.ty, Type::Record(id) if is_unset(self.schema, id, &value));
                Ok((!void).then_some(value))
            }
            Presence::NullableDefault(default) => {
                if self.branch()? {
                    return self.value(&field.ty, depth).map(Some);
                }
                self.spend(memory::of(default))?;
                Ok(Some(default.clone()))
            }
        }
    }

    /// Whether the union with null holds a value.
    fn branch(&mut self) -> Result<bool, Error> {
        const EXPECTED: &str = "a union branch (0 or 1)";
        let start = self.bytes.at();
        match self.bytes.long(EXPECTED)? {
            0 => Ok(false),
            1 => Ok(true),
            n => Err(Error::unexpected(EXPECTED, n.to_string()).at(start)),
        }
    }

    fn value(&mut self, ty: &'a Type, depth: usize) -> Result<Value, Error> {
        let start = self.bytes.at();
        let value = match ty {
            Type::String => Value::String(self.bytes.text("a string")?.to_owned()),
            Type::Boolean => Value::Boolean(self.boolean()?),
            Type::Int => Value::Int(self.bytes.int("an int")?),
            Type::Long => Value::Long(self.bytes.long("a long")?),
            Type::Float => Value::Float(f32::from_le_bytes(self.bytes.array("a float")?)),
            Type::Double => Value::Double(f64::from_le_bytes(self.bytes.array("a double")?)),
            Type::Bytes => Value::Bytes(self.bytes.octets("bytes")?.to_vec()),
            Type::Date => logical::date(self.bytes.int("a date")?).map_err(|e| e.at(start))?,
            Type::TimeMs => logical::time(self.bytes.int("a time")?).map_err(|e| e.at(start))?,
            Type::TimestampMs => {
                logical::timestamp_ms(self.bytes.long("a timestamp")?).map_err(|e| e.at(start))?
            }
            Type::TimestampUs => {
                logical::timestamp_us(self.bytes.long("a timestamp")?).map_err(|e| e.at(start))?
            }
            Type::Uuid => logical::uuid(self.bytes.text("a UUID")?).map_err(|e| e.at(start))?,
            &Type::Decimal { precision, scale } => {
                logical::decimal(self.bytes.octets("a decimal")?, precision, scale)
                    .map_err(|e| e.at(start))?
            }
            Type::Array(item) => Value::Array(self.array(item, depth)?),
            Type::Map(item) => Value::Map(self.map(item, depth)?),
            Type::Optional(inner) => match self.branch()? {
                true => self.value(inner, depth)?,
                false => Value::Null,
            },
            &Type::Record(id) => Value::Record(self.record(id, depth)?),
            &Type::Enum(id) => Value::Enum(self.symbol(self.schema.enumeration(id))?),
        };
        Ok(value)
    }

    fn boolean(&mut self) -> Result<bool, Error> {
        const EXPECTED: &str = "a boolean (0 or 1)";
        let start = self.bytes.at();
        match self.bytes.array(EXPECTED)? {
            [0] => Ok(false),
            [1] => Ok(true),
            [n] => Err(Error::unexpected(EXPECTED, format!("byte {n}")).at(start)),
        }
    }

    fn symbol(&mut self, definition: &'a Enum) -> Result<String, Error> {
        const EXPECTED: &str = "the index of an enum symbol";
        let start = self.bytes.at();
        let index = self.bytes.int(EXPECTED)?;
        let symbol = usize::try_from(index)
            .ok()
            .and_then(|i| definition.symbols.get(i));
        match symbol {
            Some(symbol) => Ok(symbol.name.clone()),
            None => {
                let count = definition.symbols.len();
                let expected = format!("{EXPECTED} of {} (less than {count})", definition.name);
                Err(Error::unexpected(expected, index.to_string()).at(start))
            }
        }
    }

    fn array(&mut self, item: &'a Type, depth: usize) -> Result<Vec<Value>, Error> {
        let depth = self.deeper(depth)?;
        let mut items = Vec::new();
        loop {
            let count = self.block(least_size(self.schema, item), memory::ARRAY_ITEM)?;
            if count == 0 {
                return Ok(items);
            }
            items.reserve_exact(count);
            for _ in 0..count {
                let value = self
                    .value(item, depth)
                    .map_err(|e| e.in_item(items.len()))?;
                items.push(value);
            }
        }
    }

    fn map(&mut self, item: &'a Type, depth: usize) -> Result<BTreeMap<String, Value>, Error> {
        let depth = self.deeper(depth)?;
        let mut entries = BTreeMap::new();
        let least = 1 + least_size(self.schema, item);
        loop {
            let count = self.block(least, memory::MAP_ENTRY)?;
            if count == 0 {
                return Ok(entries);
            }
            for _ in 0..count {
                let start = self.bytes.at();
                let key = self.bytes.text("a map key")?;
                let value = self.value(item, depth).map_err(|e| e.in_key(key))?;
                if entries.insert(key.to_owned(), value).is_some() {
                    return Err(Error::new(Problem::DuplicateKey(key.to_owned())).at(start));
                }
            }
        }
    }

    /// The head of the next block of items, each of which takes `least` bytes of input or more and
    /// `cost` bytes of memory: their number, 0 after the last block.
    fn block(&mut self, least: usize, cost: usize) -> Result<usize, Error> {
        const COUNT: &str = "the number of items in a block";
        const SIZE: &str = "the size of a block in bytes";
        let start = self.bytes.at();
        let head = self.bytes.long(COUNT)?;
        // What does not fit into memory does not fit into the limits either.
        let count = usize::try_from(head.unsigned_abs()).unwrap_or(usize::MAX);
        if head < 0 {
            let size = self.bytes.long(SIZE)?;
            // The items say where the block ends; its size is for readers that skip it.
            if usize::try_from(size).is_err() || size.unsigned_abs() > self.bytes.left() as u64 {
                let expected = format!("{SIZE} (at most {})", self.bytes.left());
                return Err(Error::unexpected(expected, size.to_string()).at(start));
            }
        }
        if count == 0 {
            return Ok(0);
        }
        if count.saturating_mul(least) > self.bytes.left() {
            let expected = format!("{COUNT} (at most {})", self.bytes.left() / least.max(1));
            return Err(Error::unexpected(expected, count.to_string()).at(start));
        }
        self.items = match self.items.checked_sub(count) {
            Some(items) => items,
            None => return Err(Error::new(Problem::Items(self.limits.items)).at(start)),
        };
        self.spend(count.saturating_mul(cost))
            .map_err(|e| e.at(start))?;
        Ok(count)
    }

    fn deeper(&self, depth: usize) -> Result<usize, Error> {
        match depth < self.limits.depth {
            true => Ok(depth + 1),
            false => Err(Error::new(Problem::Depth(self.limits.depth)).at(self.bytes.at())),
        }
    }

    fn spend(&mut self, memory: usize) -> Result<(), Error> {
        match self.memory.checked_sub(memory) {
            Some(rest) => self.memory = rest,
            None => return Err(Error::new(Problem::Memory(self.limits.memory)).at(self.bytes.at())),
        }
        Ok(())
    }
}

/// A number of bytes that no value of the type goes under: what is not zero here cannot be repeated
/// more often than there are bytes.
fn least_size(schema: &Schema, ty: &Type) -> usize {
    match ty {
        Type::Float => 4,
        Type::Double => 8,
        Type::Uuid => 37,
        Type::Record(id) => schema
            .record(*id)
            .fields
            .iter()
            .filter(|field| field.presence.nullable() || !matches!(field.ty, Type::Record(_)))
            .count(),
        _ => 1,
    }
}
