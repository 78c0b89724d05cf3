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
    let mut decoder = Decoder::new(schema, limits, bytes);
    decoder
        .record(record, 0)
        .and_then(|value| decoder.end(Value::Record(value)))
        .map_err(|e| e.in_record(&schema.record(record).name))
}

pub(crate) struct Decoder<'a> {
    pub(super) schema: &'a Schema,
    limits: Limits,
    pub(crate) bytes: Cursor<'a>,
    /// How many items may still come.
    items: usize,
    /// How many bytes of values may still be made.
    memory: usize,
}

impl<'a> Decoder<'a> {
    pub(super) fn new(schema: &'a Schema, limits: Limits, bytes: &'a [u8]) -> Self {
        Decoder {
            schema,
            limits,
            bytes: Cursor::new(bytes),
            items: limits.items,
            memory: limits.memory,
        }
    }

    /// A decoder for types that no definition knows.
    pub(crate) fn bare(limits: Limits, bytes: &'a [u8]) -> Self {
        static NOTHING: Schema = Schema {
            modules: Vec::new(),
            records: Vec::new(),
            enums: Vec::new(),
            topics: Vec::new(),
        };
        Decoder::new(&NOTHING, limits, bytes)
    }

    /// The value, if it was all that there is.
    pub(crate) fn end<T>(&self, value: T) -> Result<T, Error> {
        match self.bytes.left() {
            0 => Ok(value),
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
        field: &Field,
        profile: Profile,
        depth: usize,
    ) -> Result<Option<Value>, Error> {
        let value = match field.presence.nullable() {
            true => self.optional(&field.ty, depth)?,
            false => Some(self.value(&field.ty, depth)?),
        };
        self.present(field, profile, value)
    }

    /// A value or none, as the union with null says.
    pub(super) fn optional(&mut self, ty: &Type, depth: usize) -> Result<Option<Value>, Error> {
        match self.branch()? {
            true => self.value(ty, depth).map(Some),
            false => Ok(None),
        }
    }

    /// What a field has where this is what was read for it.
    pub(super) fn present(
        &mut self,
        field: &Field,
        profile: Profile,
        value: Option<Value>,
    ) -> Result<Option<Value>, Error> {
        match (&field.presence, value) {
            (Presence::Optional, Some(value)) => {
                let void = profile == Profile::PulsarRecord
                    && matches!(field.ty, Type::Record(id) if is_unset(self.schema, id, &value));
                Ok((!void).then_some(value))
            }
            (_, None) => self.default(field),
            (_, value) => Ok(value),
        }
    }

    /// What a field has where there is nothing for it.
    pub(super) fn default(&mut self, field: &Field) -> Result<Option<Value>, Error> {
        let default = field.presence.default();
        if let Some(default) = default {
            self.spend(memory::of(default))?;
        }
        Ok(default.cloned())
    }

    /// The index of one of `count` things of the writer's.
    pub(crate) fn index(&mut self, expected: &'static str, count: usize) -> Result<usize, Error> {
        let start = self.bytes.at();
        let index = self.bytes.long(expected)?;
        let place = usize::try_from(index).ok().filter(|place| *place < count);
        place.ok_or_else(|| {
            let expected = format!("{expected} (less than {count})");
            Error::unexpected(expected, index.to_string()).at(start)
        })
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

    pub(super) fn value(&mut self, ty: &Type, depth: usize) -> Result<Value, Error> {
        match ty {
            Type::Array(item) => self.array(item, depth).map(Value::Array),
            Type::Map(item) => self.map(item, depth).map(Value::Map),
            Type::Optional(inner) => match self.branch()? {
                true => self.value(inner, depth),
                false => Ok(Value::Null),
            },
            &Type::Record(id) => self.record(id, depth).map(Value::Record),
            ty => self.scalar(ty),
        }
    }

    /// A value that holds no others. A function of its own, to leave more of the stack to the others.
    fn scalar(&mut self, ty: &Type) -> Result<Value, Error> {
        let start = self.bytes.at();
        let value = match ty {
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
            &Type::Enum(id) => Value::Enum(self.symbol(self.schema.enumeration(id))?),
            // All that is left.
            _ => Value::String(self.bytes.text("a string")?.to_owned()),
        };
        Ok(value)
    }

    pub(crate) fn boolean(&mut self) -> Result<bool, Error> {
        const EXPECTED: &str = "a boolean (0 or 1)";
        let start = self.bytes.at();
        match self.bytes.array(EXPECTED)? {
            [0] => Ok(false),
            [1] => Ok(true),
            [n] => Err(Error::unexpected(EXPECTED, format!("byte {n}")).at(start)),
        }
    }

    fn symbol(&mut self, definition: &Enum) -> Result<String, Error> {
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

    fn array(&mut self, item: &Type, depth: usize) -> Result<Vec<Value>, Error> {
        let depth = self.deeper(depth)?;
        let least = least_size(self.schema, item);
        let mut items = Vec::new();
        loop {
            let count = self.block(least, memory::ARRAY_ITEM)?;
            if count == 0 {
                return Ok(items);
            }
            make_room(&mut items, count);
            for _ in 0..count {
                let value = self.value(item, depth);
                items.push(value.map_err(|e| e.in_item(items.len()))?);
            }
        }
    }

    fn map(&mut self, item: &Type, depth: usize) -> Result<BTreeMap<String, Value>, Error> {
        let depth = self.deeper(depth)?;
        let least = 1 + least_size(self.schema, item);
        let mut entries = BTreeMap::new();
        loop {
            let count = self.block(least, memory::MAP_ENTRY)?;
            if count == 0 {
                return Ok(entries);
            }
            for _ in 0..count {
                let start = self.bytes.at();
                let key = self.bytes.text("a map key")?;
                let value = self.value(item, depth).map_err(|e| e.in_key(key))?;
                self.enter(&mut entries, key, value, start)?;
            }
        }
    }

    /// Adds an entry to a map. The key stands at `start`.
    pub(super) fn enter(
        &self,
        entries: &mut BTreeMap<String, Value>,
        key: &str,
        value: Value,
        start: usize,
    ) -> Result<(), Error> {
        match entries.insert(key.to_owned(), value) {
            None => Ok(()),
            Some(_) => Err(Error::new(Problem::DuplicateKey(key.to_owned())).at(start)),
        }
    }

    /// The head of the next block of items, each of which takes `least` bytes of input or more and
    /// `cost` bytes of memory: their number, 0 after the last block.
    pub(crate) fn block(&mut self, least: usize, cost: usize) -> Result<usize, Error> {
        let start = self.bytes.at();
        // The items say where the block ends; its size is for readers that skip it.
        let Some((count, _)) = self.head()? else {
            return Ok(0);
        };
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

    /// The head of the next block, not the last one: the number of its items, and its size in bytes
    /// where that is given.
    pub(super) fn head(&mut self) -> Result<Option<(usize, Option<usize>)>, Error> {
        const SIZE: &str = "the size of a block in bytes";
        let start = self.bytes.at();
        let head = self.bytes.long(COUNT)?;
        // What does not fit into memory does not fit into the limits either.
        let count = usize::try_from(head.unsigned_abs()).unwrap_or(usize::MAX);
        if head >= 0 {
            return Ok((count > 0).then_some((count, None)));
        }
        let size = self.bytes.long(SIZE)?;
        match usize::try_from(size) {
            Ok(size) if size <= self.bytes.left() => Ok(Some((count, Some(size)))),
            _ => {
                let expected = format!("{SIZE} (at most {})", self.bytes.left());
                Err(Error::unexpected(expected, size.to_string()).at(start))
            }
        }
    }

    pub(crate) fn deeper(&self, depth: usize) -> Result<usize, Error> {
        match depth < self.limits.depth {
            true => Ok(depth + 1),
            false => Err(Error::new(Problem::Depth(self.limits.depth)).at(self.bytes.at())),
        }
    }

    pub(crate) fn spend(&mut self, memory: usize) -> Result<(), Error> {
        match self.memory.checked_sub(memory) {
            Some(rest) => self.memory = rest,
            None => return Err(Error::new(Problem::Memory(self.limits.memory)).at(self.bytes.at())),
        }
        Ok(())
    }
}

const COUNT: &str = "the number of items in a block";

/// Makes room for a block of items. A list of one block gets what it needs and no more; a list of many grows in
/// steps, so that its items are not moved at every block.
pub(super) fn make_room(items: &mut Vec<Value>, count: usize) {
    match items.is_empty() {
        true => items.reserve_exact(count),
        false => items.reserve(count),
    }
}

/// A number of bytes that no value of the type goes under: what is not zero here cannot be repeated
/// more often than there are bytes.
pub(super) fn least_size(schema: &Schema, ty: &Type) -> usize {
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
