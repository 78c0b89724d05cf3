//! A record into a plausible message of it: every field filled, always the same.

mod words;

use std::collections::BTreeMap;

use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};
use tg_schema_model::{Enum, Field, Presence, RecordId, Schema, Type, Value};

/// Records inside one another that are filled; below that optional fields and lists stay empty.
const DEPTH: usize = 6;
/// Values after which optional fields and lists stay empty.
const VALUES: usize = 1000;
/// Records inside one another at which even required ones end, in a schema that has no finite value.
const END: usize = 64;

/// An example message of `record`. The names of fields choose what it says; defaults that say
/// something are kept.
pub fn example(schema: &Schema, record: RecordId) -> Value {
    let mut author = Author {
        schema,
        open: Vec::new(),
        values: 0,
    };
    author.record(record)
}

struct Author<'s> {
    schema: &'s Schema,
    /// Records that are being filled, outermost first.
    open: Vec<RecordId>,
    values: usize,
}

impl Author<'_> {
    fn record(&mut self, id: RecordId) -> Value {
        if self.open.len() >= END {
            return Value::Record(Vec::new());
        }
        self.open.push(id);
        let mut entries = Vec::new();
        for field in &self.schema.record(id).fields {
            if let Some(value) = self.field(field) {
                entries.push((field.name.clone(), value));
            }
        }
        self.open.pop();
        Value::Record(entries)
    }

    fn field(&mut self, field: &Field) -> Option<Value> {
        match &field.presence {
            Presence::Default(value) | Presence::NullableDefault(value)
                if says_something(value) =>
            {
                Some(value.clone())
            }
            Presence::Default(value) | Presence::NullableDefault(value)
                if self.stops(&field.ty) =>
            {
                Some(value.clone())
            }
            Presence::Optional if self.stops(&field.ty) => None,
            _ => Some(self.value(&field.ty, field, 0)),
        }
    }

    /// Whether a value of the type would lead too deep or go on for too long.
    fn stops(&self, ty: &Type) -> bool {
        match ty {
            Type::Record(id) => {
                self.open.contains(id) || self.open.len() >= DEPTH || self.values >= VALUES
            }
            Type::Array(item) | Type::Map(item) | Type::Optional(item) => self.stops(item),
            _ => false,
        }
    }

    fn value(&mut self, ty: &Type, field: &Field, nth: usize) -> Value {
        self.values += 1;
        let name = &field.name;
        match ty {
            Type::String => Value::String(words::text(name, nth)),
            Type::Boolean => Value::Boolean(true),
            Type::Int => Value::Int(words::int(name, nth)),
            Type::Long => Value::Long(words::long(name, nth)),
            Type::Float => Value::Float(words::float(name, nth)),
            Type::Double => Value::Double(words::double(name, nth)),
            Type::Bytes => Value::Bytes(words::text(name, nth).into_bytes()),
            Type::Date => Value::Date(Date::from_ymd(2026, 1, 31).unwrap_or_default()),
            Type::TimeMs => Value::Time(Time::from_hms_milli(13, 5, 9, 250).unwrap_or_default()),
            Type::TimestampMs => Value::Timestamp(instant(words::EPOCH_MS * 1000)),
            Type::TimestampUs => Value::Timestamp(instant(words::EPOCH_MS * 1000 + 125)),
            Type::Uuid => Value::Uuid(Uuid::from_bytes(words::uuid(nth))),
            &Type::Decimal { precision, scale } => Value::Decimal(amount(precision, scale)),
            Type::Array(item) => Value::Array(self.items(item, field)),
            Type::Map(item) => {
                let keys = ["first", "second"].into_iter().map(str::to_owned);
                let values = self.items(item, field);
                Value::Map(keys.zip(values).collect::<BTreeMap<_, _>>())
            }
            Type::Optional(inner) => match self.stops(inner) {
                true => Value::Null,
                false => self.value(inner, field, nth),
            },
            &Type::Record(id) => self.record(id),
            &Type::Enum(id) => Value::Enum(symbol(self.schema.enumeration(id))),
        }
    }

    /// One list or record, or two of what is small.
    fn items(&mut self, item: &Type, field: &Field) -> Vec<Value> {
        if self.stops(item) {
            return Vec::new();
        }
        let count = match item {
            Type::Array(_) | Type::Map(_) | Type::Record(_) => 1,
            _ => 2,
        };
        (0..count).map(|nth| self.value(item, field, nth)).collect()
    }
}

fn says_something(default: &Value) -> bool {
    match default {
        Value::Null => false,
        Value::String(text) => !text.is_empty(),
        Value::Bytes(octets) => !octets.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Map(entries) => !entries.is_empty(),
        Value::Record(entries) => !entries.is_empty(),
        _ => true,
    }
}

fn symbol(definition: &Enum) -> String {
    let first = definition.symbols.first();
    first.map(|symbol| symbol.name.clone()).unwrap_or_default()
}

fn instant(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap_or_default()
}

/// `1.25`, `12.3`, `1`: as many of the digits 1234567… as fit.
fn amount(precision: u8, scale: u8) -> Decimal {
    let digits = precision.min(scale.saturating_add(2));
    let unscaled = (0..digits).fold(0_i128, |n, i| n * 10 + i128::from(i % 9 + 1));
    Decimal::new(unscaled, scale).unwrap_or_default()
}
