//! Random messages of a record, with the boundary values of each type.

use std::collections::BTreeMap;

use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};
use tg_schema_model::{Encoding, Field, Presence, RecordId, Schema, Type, Value};

use super::Random;

/// Records inside one another below which optional fields and lists of records stay empty.
const DEPTH: usize = 8;
/// Records inside one another at which even required ones end, in a schema that has no finite value.
const END: usize = 64;
/// Values of a message after which records have none.
const MAX_VALUES: usize = 20_000;

impl Random {
    /// A message of `record`. Where it has 20,000 values, the records that are left have none, and so miss
    /// what they require.
    pub fn value(&mut self, schema: &Schema, record: RecordId) -> Value {
        Writer {
            schema,
            left: self.size,
            random: self,
            calm: false,
            depth: 0,
            values: MAX_VALUES,
        }
        .record(record)
    }

    /// A value that can stand as the default of `field`: optional parts stay away, lists of records
    /// stay empty.
    pub(super) fn default_of(&mut self, schema: &Schema, field: &Field) -> Value {
        let finite = std::mem::replace(&mut self.finite, true);
        let value = Writer {
            schema,
            left: self.size.min(12),
            random: self,
            calm: true,
            depth: 0,
            values: MAX_VALUES,
        }
        .value(&field.ty, field.encoding);
        self.finite = finite;
        value
    }
}

struct Writer<'a> {
    schema: &'a Schema,
    random: &'a mut Random,
    /// Values that may still come, where there is a choice.
    left: usize,
    calm: bool,
    depth: usize,
    /// Values that may still come at all.
    values: usize,
}

impl Writer<'_> {
    fn record(&mut self, id: RecordId) -> Value {
        if self.depth >= END || self.values == 0 {
            return Value::Record(Vec::new());
        }
        self.depth += 1;
        let mut entries = Vec::new();
        for field in &self.schema.record(id).fields {
            if let Some(value) = self.field(field) {
                entries.push((field.name.clone(), value));
            }
        }
        self.depth -= 1;
        Value::Record(entries)
    }

    fn field(&mut self, field: &Field) -> Option<Value> {
        match &field.presence {
            Presence::Optional if self.calm || self.stops(&field.ty) || self.random.one_in(3) => {
                None
            }
            Presence::Default(default) | Presence::NullableDefault(default)
                if self.calm || self.stops(&field.ty) || self.random.one_in(3) =>
            {
                Some(default.clone())
            }
            _ => Some(self.value(&field.ty, field.encoding)),
        }
    }

    fn stops(&self, ty: &Type) -> bool {
        match ty {
            Type::Record(_) => self.depth >= DEPTH || self.left == 0,
            Type::Array(item) | Type::Map(item) | Type::Optional(item) => self.stops(item),
            _ => false,
        }
    }

    fn value(&mut self, ty: &Type, encoding: Encoding) -> Value {
        self.left = self.left.saturating_sub(1);
        self.values = self.values.saturating_sub(1);
        let random = &mut *self.random;
        match ty {
            Type::String => Value::String(random.text()),
            Type::Boolean => Value::Boolean(random.one_in(2)),
            Type::Int => Value::Int(random.whole() as i32),
            Type::Long => Value::Long(random.whole()),
            Type::Float => Value::Float(random.float()),
            Type::Double => Value::Double(random.double()),
            Type::Bytes => Value::Bytes(match encoding {
                Encoding::Utf8 => random.text().into_bytes(),
                Encoding::Base64 => {
                    let n = *random.pick(&[0, 0, 1, 2, 3, 16, 64]);
                    random.octets(n)
                }
            }),
            Type::Date => Value::Date(random.date()),
            Type::TimeMs => Value::Time(random.time()),
            Type::TimestampMs => Value::Timestamp(random.timestamp().floor_millis()),
            Type::TimestampUs => Value::Timestamp(random.timestamp()),
            Type::Uuid => Value::Uuid(random.uuid()),
            &Type::Decimal { precision, scale } => {
                let decimal = random.decimal(precision, scale);
                // A definition says its defaults in the scale of the type.
                let full = decimal.rescale(scale).filter(|_| self.calm);
                Value::Decimal(full.unwrap_or(decimal))
            }
            Type::Array(item) => {
                let n = self.count(item);
                Value::Array((0..n).map(|_| self.value(item, encoding)).collect())
            }
            Type::Map(item) => {
                let n = self.count(item);
                let mut entries = BTreeMap::new();
                for _ in 0..n {
                    let key = self.random.text();
                    entries.insert(key, self.value(item, encoding));
                }
                Value::Map(entries)
            }
            Type::Optional(inner) => {
                match self.calm || self.stops(inner) || self.random.one_in(3) {
                    true => Value::Null,
                    false => self.value(inner, encoding),
                }
            }
            &Type::Record(id) => self.record(id),
            &Type::Enum(id) => {
                let symbols = &self.schema.enumeration(id).symbols;
                match symbols.is_empty() {
                    true => Value::Enum(String::new()),
                    false => Value::Enum(random.pick(symbols).name.clone()),
                }
            }
        }
    }

    /// How many items a list has.
    fn count(&mut self, item: &Type) -> usize {
        if self.left == 0 || self.stops(item) || (self.calm && holds_record(item)) {
            return 0;
        }
        let most = match self.random.below(16) {
            0..=4 => 0,
            // More than the one byte in which small counts are written.
            5 if matches!(item, Type::Int | Type::Boolean | Type::Double) && !self.calm => 70,
            _ => self.random.below(4),
        };
        most.min(self.left.max(1) * 4)
    }
}

fn holds_record(ty: &Type) -> bool {
    match ty {
        Type::Record(_) => true,
        Type::Array(item) | Type::Map(item) | Type::Optional(item) => holds_record(item),
        _ => false,
    }
}

impl Random {
    pub(super) fn whole(&mut self) -> i64 {
        match self.below(5) {
            0 => *self.pick(&[
                0,
                1,
                -1,
                i64::MAX,
                i64::MIN,
                i64::from(i32::MAX),
                i64::from(i32::MIN),
                (1 << 53) + 1,
                i64::from(i32::MAX) + 1,
            ]),
            // The neighbours of powers of two, where the length of the encoding changes.
            1 => {
                let power = 1_i64 << self.below(63);
                let near = self.below(3) as i64 - 1;
                if self.one_in(2) {
                    power + near
                } else {
                    near - power
                }
            }
            2 => self.below(200) as i64 - 100,
            _ => self.bits().cast_signed() >> self.below(64),
        }
    }

    pub(super) fn float(&mut self) -> f32 {
        let edge = *self.pick(&[
            0.0,
            -0.0,
            1.0,
            -1.5,
            0.1,
            1e-45,
            -1e-45,
            f32::MIN_POSITIVE,
            f32::MAX,
            f32::MIN,
            f32::EPSILON,
            16_777_216.0,
            1e10,
            f32::NAN,
            f32::INFINITY,
            f32::NEG_INFINITY,
        ]);
        let any = f32::from_bits(self.bits() as u32);
        match if self.one_in(2) { edge } else { any } {
            n if n.is_finite() || !self.finite => n,
            _ => 2.5,
        }
    }

    pub(super) fn double(&mut self) -> f64 {
        let edge = *self.pick(&[
            0.0,
            -0.0,
            1.0,
            -1.5,
            0.1,
            5e-324,
            -5e-324,
            f64::MIN_POSITIVE,
            f64::MAX,
            f64::MIN,
            f64::EPSILON,
            9_007_199_254_740_993.0,
            1e16,
            1e21,
            1e-7,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ]);
        let any = f64::from_bits(self.bits());
        match if self.one_in(2) { edge } else { any } {
            n if n.is_finite() || !self.finite => n,
            _ => 2.5,
        }
    }

    fn between(&mut self, least: i64, most: i64) -> i64 {
        match self.below(4) {
            0 => least,
            1 => most,
            _ => {
                let span = u128::from(most.abs_diff(least)) + 1;
                let offset = (u128::from(self.bits()) * span) >> 64;
                least.saturating_add_unsigned(offset as u64)
            }
        }
    }

    pub(super) fn date(&mut self) -> Date {
        let days = self.between(Date::MIN.days().into(), Date::MAX.days().into());
        Date::from_days(days as i32).unwrap_or_default()
    }

    pub(super) fn time(&mut self) -> Time {
        let ms = self.between(Time::MIN.millis().into(), Time::MAX.millis().into());
        Time::from_millis(ms as i32).unwrap_or_default()
    }

    pub(super) fn timestamp(&mut self) -> Timestamp {
        let us = match self.one_in(8) {
            true => *self.pick(&[0, -1, 1, -1000, 999_999]),
            false => self.between(Timestamp::MIN.micros(), Timestamp::MAX.micros()),
        };
        Timestamp::from_micros(us).unwrap_or_default()
    }

    pub(super) fn uuid(&mut self) -> Uuid {
        let mut bytes = [0; 16];
        match self.below(6) {
            0 => {}
            1 => bytes = [0xFF; 16],
            _ => bytes.copy_from_slice(&self.octets(16)),
        }
        Uuid::from_bytes(bytes)
    }

    /// Of the scale of the type, now and then of a smaller one.
    pub(super) fn decimal(&mut self, precision: u8, scale: u8) -> Decimal {
        let (precision, scale) = match scale > 0 && precision > 1 && self.one_in(4) {
            true => (precision - 1, scale - 1),
            false => (precision, scale),
        };
        let most = 10_i128
            .checked_pow(precision.into())
            .map_or(i128::MAX, |n| n - 1);
        let any = i128::from(self.bits()) << 64 | i128::from(self.bits());
        let unscaled = match self.below(6) {
            0 => most,
            1 => -most,
            2 => i128::from(self.whole()) % (most + 1),
            3 => *self.pick(&[0, 1, -1]),
            _ => any % (most + 1),
        };
        Decimal::new(unscaled, scale).unwrap_or_default()
    }
}
