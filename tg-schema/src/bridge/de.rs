//! One deserializer a format for all types.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{
    self, DeserializeSeed, Deserializer, EnumAccess, Error as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};
use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

use super::budget::Budget;
use super::{Fail, MapPlace, OptPlace, RecordPlace, Res, SeqPlace, Slot, SymbolPlace};
use crate::codec::Wire;
use crate::descriptor::{Descriptor, EnumDescriptor, FieldDescriptor, Kind, PythonValue};

/// `Deserialize::deserialize` of every message type.
///
/// # Errors
/// What the deserializer says, or a value that the schema does not allow.
pub fn deserialize<'de, T: Wire, D: Deserializer<'de>>(d: D) -> Result<T, D::Error> {
    let mut out = None;
    fill(&mut out, d)?;
    match out {
        Some(value) => Ok(value),
        None => Err(no_value()),
    }
}

fn no_value<E: de::Error>() -> E {
    E::custom("no value")
}

/// The place of a value of a type, behind a pointer: what fills it is compiled for each format, not for each type.
trait Place {
    /// Lets `f` fill it.
    fn fill(&mut self, f: &mut super::Fill<'_>) -> Res;
}
impl<T: Wire> Place for Option<T> {
    fn fill(&mut self, f: &mut super::Fill<'_>) -> Res {
        T::place(self, f)
    }
}

fn fill<'de, D: Deserializer<'de>>(place: &mut dyn Place, d: D) -> Result<(), D::Error> {
    let (mut d, mut error) = (Some(d), None);
    let budget = &Budget::new();
    let result = place.fill(&mut |slot| match d.take() {
        Some(d) => match Seed(slot, budget).deserialize(d) {
            Ok(()) => Ok(true),
            Err(e) => {
                error = Some(e);
                Err(Fail)
            }
        },
        None => Err(Fail),
    });
    match (result, error) {
        (_, Some(e)) => Err(e),
        (Ok(_), None) => Ok(()),
        (Err(Fail), None) => Err(no_value()),
    }
}

struct Seed<'a, 'b>(Slot<'a>, &'b Budget);

impl<'de> DeserializeSeed<'de> for Seed<'_, '_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        let human = d.is_human_readable();
        let budget = self.1;
        match self.0 {
            Slot::Bool(o) => *o = Some(bool::deserialize(d)?),
            Slot::Int(o) => *o = Some(i32::deserialize(d)?),
            Slot::Long(o) => *o = Some(i64::deserialize(d)?),
            Slot::Float(o) => {
                let v = f32::deserialize(d)?;
                if human && !v.is_finite() {
                    return Err(D::Error::custom(
                        "expected a float, the number is out of its range",
                    ));
                }
                *o = Some(v);
            }
            Slot::Double(o) => {
                let v = f64::deserialize(d)?;
                if human && !v.is_finite() {
                    return Err(D::Error::custom(
                        "expected a double, the number is out of its range",
                    ));
                }
                *o = Some(v);
            }
            Slot::Str(o) => *o = Some(String::deserialize(d)?),
            Slot::Bytes(o) if human => {
                let text = d.deserialize_str(TextVisitor)?;
                let bytes = base64_simd::STANDARD.decode_to_vec(text.as_bytes());
                *o = Some(
                    bytes.map_err(|_| D::Error::custom("expected bytes as base64 with padding"))?,
                );
            }
            Slot::Text(o) if human => *o = Some(String::deserialize(d)?.into_bytes()),
            Slot::Bytes(o) | Slot::Text(o) => *o = Some(d.deserialize_byte_buf(BytesVisitor)?),
            Slot::Date(o) if human => {
                *o = Some(parse(d, "a date as 2026-01-31", |s| s.parse().ok())?)
            }
            Slot::Date(o) => *o = Some(ranged(i32::deserialize(d)?, Date::from_days)?),
            Slot::Time(o) if human => {
                *o = Some(parse(d, "a time as 13:05:09.250", |s| s.parse().ok())?)
            }
            Slot::Time(o) => *o = Some(ranged(i32::deserialize(d)?, Time::from_millis)?),
            Slot::TimestampMs(o) if human => {
                let read = |s: &str| Timestamp::parse_millis(s).ok();
                *o = Some(parse(d, "a timestamp as 2026-01-31T13:05:09.250Z", read)?);
            }
            Slot::TimestampMs(o) => {
                *o = Some(ranged(i64::deserialize(d)?, Timestamp::from_millis)?)
            }
            Slot::TimestampUs(o) if human => {
                *o = Some(parse(
                    d,
                    "a timestamp as 2026-01-31T13:05:09.250000Z",
                    |s| s.parse().ok(),
                )?);
            }
            Slot::TimestampUs(o) => {
                *o = Some(ranged(i64::deserialize(d)?, Timestamp::from_micros)?)
            }
            Slot::Uuid(o) if human => {
                *o = Some(parse(d, "a UUID of 36 characters", |s| s.parse().ok())?)
            }
            Slot::Uuid(o) => {
                let bytes = d.deserialize_byte_buf(BytesVisitor)?;
                let bytes = <[u8; 16]>::try_from(bytes)
                    .map_err(|_| D::Error::custom("expected the 16 bytes of a UUID"))?;
                *o = Some(Uuid::from_bytes(bytes));
            }
            Slot::Decimal(o, p, s) => {
                *o = Some(parse(d, &format!("a decimal({p},{s})"), |text| {
                    Decimal::parse(text, p, s).ok()
                })?);
            }
            Slot::OrNull(place) if !human => OptVisitor(place, budget).visit_some(d)?,
            Slot::Opt(place) | Slot::OrNull(place) => {
                d.deserialize_option(OptVisitor(place, budget))?
            }
            Slot::Seq(place) => nested(budget, || d.deserialize_seq(SeqVisitor(place, budget)))?,
            Slot::Map(place) => nested(budget, || d.deserialize_map(MapVisitor(place, budget)))?,
            Slot::Record(desc, place) => {
                let Kind::Record(record) = &desc.kind else {
                    return Err(D::Error::custom("not a record"));
                };
                let visitor = RecordVisitor(desc, record.fields, place, budget);
                nested(budget, || {
                    d.deserialize_struct(desc.name, record.names, visitor)
                })?;
            }
            Slot::Symbol(desc, place) => {
                let Some(e) = desc.enumeration() else {
                    return Err(D::Error::custom("not an enum"));
                };
                if human && !e.values.is_empty() {
                    d.deserialize_any(SymbolText(e, place))?;
                } else if e.open {
                    d.deserialize_str(SymbolText(e, place))?;
                } else {
                    d.deserialize_enum(desc.name, e.symbols, SymbolVisitor(desc, e, place))?;
                }
            }
        }
        Ok(())
    }
}

/// What `read` reads, one level deeper.
fn nested<E: de::Error>(budget: &Budget, read: impl FnOnce() -> Result<(), E>) -> Result<(), E> {
    budget.enter().map_err(E::custom)?;
    read()?;
    budget.leave();
    Ok(())
}

fn ranged<T, N: Copy + fmt::Display, E: de::Error>(
    n: N,
    make: impl FnOnce(N) -> Option<T>,
) -> Result<T, E> {
    make(n).ok_or_else(|| E::custom(format_args!("{n} is out of range")))
}

fn parse<'de, T, D: Deserializer<'de>>(
    d: D,
    what: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Result<T, D::Error> {
    let text = d.deserialize_str(TextVisitor)?;
    read(&text).ok_or_else(|| D::Error::invalid_value(de::Unexpected::Str(&text), &what))
}

struct TextVisitor;
impl<'de> Visitor<'de> for TextVisitor {
    type Value = Cow<'de, str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }
    fn visit_borrowed_str<E>(self, s: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(s))
    }
    fn visit_str<E>(self, s: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(s.to_owned()))
    }
    fn visit_string<E>(self, s: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(s))
    }
}

struct BytesVisitor;
impl<'de> Visitor<'de> for BytesVisitor {
    type Value = Vec<u8>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes")
    }
    fn visit_bytes<E>(self, b: &[u8]) -> Result<Vec<u8>, E> {
        Ok(b.to_vec())
    }
    fn visit_byte_buf<E>(self, b: Vec<u8>) -> Result<Vec<u8>, E> {
        Ok(b)
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut a: A) -> Result<Vec<u8>, A::Error> {
        let mut out = Vec::new();
        while let Some(b) = a.next_element()? {
            out.push(b);
        }
        Ok(out)
    }
}

struct OptVisitor<'a, 'b>(&'a mut dyn OptPlace, &'b Budget);
impl<'de> Visitor<'de> for OptVisitor<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value or none")
    }
    fn visit_none<E>(self) -> Result<(), E> {
        self.0.none();
        Ok(())
    }
    fn visit_unit<E>(self) -> Result<(), E> {
        self.0.none();
        Ok(())
    }
    fn visit_some<D: Deserializer<'de>>(self, d: D) -> Result<(), D::Error> {
        let budget = self.1;
        let (mut d, mut error) = (Some(d), None);
        let result = self.0.some(&mut |slot| match d.take() {
            Some(d) => Seed(slot, budget)
                .deserialize(d)
                .map(|()| true)
                .map_err(|e| {
                    error = Some(e);
                    Fail
                }),
            None => Err(Fail),
        });
        finish(result, error).map(drop)
    }
}

fn finish<E: de::Error>(result: Res, error: Option<E>) -> Result<bool, E> {
    match (result, error) {
        (_, Some(e)) => Err(e),
        (Ok(there), None) => Ok(there),
        (Err(Fail), None) => Err(E::custom("the value could not be filled")),
    }
}

struct SeqVisitor<'a, 'b>(&'a mut dyn SeqPlace, &'b Budget);
impl<'de> Visitor<'de> for SeqVisitor<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a sequence")
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut a: A) -> Result<(), A::Error> {
        let (budget, size) = (self.1, self.0.item_size());
        loop {
            let mut error = None;
            let result = self
                .0
                .push(&mut |slot| match a.next_element_seed(Seed(slot, budget)) {
                    Ok(item) => Ok(item.is_some()),
                    Err(e) => {
                        error = Some(e);
                        Err(Fail)
                    }
                });
            if !finish(result, error)? {
                return Ok(());
            }
            budget.item(size).map_err(A::Error::custom)?;
        }
    }
}

struct MapVisitor<'a, 'b>(&'a mut dyn MapPlace, &'b Budget);
impl<'de> Visitor<'de> for MapVisitor<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a map")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut a: A) -> Result<(), A::Error> {
        let (budget, size) = (self.1, self.0.item_size());
        while let Some(key) = a.next_key::<String>()? {
            budget
                .item(size.saturating_add(key.len()))
                .map_err(A::Error::custom)?;
            let mut error = None;
            let result = self.0.insert(key, &mut |slot| {
                a.next_value_seed(Seed(slot, budget))
                    .map(|()| true)
                    .map_err(|e| {
                        error = Some(e);
                        Fail
                    })
            });
            if !finish(result, error)? {
                return Err(A::Error::custom("a key of a map comes twice"));
            }
        }
        Ok(())
    }
}

struct RecordVisitor<'a, 'b>(
    &'static Descriptor,
    &'static [FieldDescriptor],
    &'a mut dyn RecordPlace,
    &'b Budget,
);

impl RecordVisitor<'_, '_> {
    /// The value of field `i` comes next, if any does.
    fn field<E: de::Error>(
        &mut self,
        i: usize,
        read: &mut dyn FnMut(Seed<'_, '_>) -> Result<bool, E>,
    ) -> Result<bool, E> {
        let (budget, mut error) = (self.3, None);
        let result = self.2.field(i, &mut |slot| {
            read(Seed(slot, budget)).map_err(|e| {
                error = Some(e);
                Fail
            })
        });
        finish(result, error)
    }
}

impl<'de> Visitor<'de> for RecordVisitor<'_, '_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "struct {}", self.0.name)
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut a: A) -> Result<(), A::Error> {
        let mut seen = vec![false; self.1.len()];
        let mut next = 0;
        while let Some(i) = a.next_key_seed(Key(self.1, next))? {
            let Some(slot) = seen.get_mut(i) else {
                a.next_value::<de::IgnoredAny>()?;
                continue;
            };
            if std::mem::replace(slot, true) {
                return Err(A::Error::duplicate_field(self.1[i].name));
            }
            next = i + 1;
            self.field(i, &mut |seed| a.next_value_seed(seed).map(|()| true))?;
        }
        self.2
            .finish()
            .map_err(|i| A::Error::missing_field(self.1.get(i).map_or("", |f| f.name)))
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut a: A) -> Result<(), A::Error> {
        for i in 0..self.1.len() {
            if !self.field(i, &mut |seed| Ok(a.next_element_seed(seed)?.is_some()))? {
                break;
            }
        }
        self.2
            .finish()
            .map_err(|i| A::Error::invalid_length(i, &"all fields of the record"))
    }
}

/// Index of a field by name, alias or number; unknown ones give the number of fields.
struct Key(&'static [FieldDescriptor], usize);
impl<'de> DeserializeSeed<'de> for Key {
    type Value = usize;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<usize, D::Error> {
        d.deserialize_identifier(self)
    }
}
impl<'de> Visitor<'de> for Key {
    type Value = usize;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field name")
    }
    fn visit_str<E>(self, s: &str) -> Result<usize, E> {
        if self.0.get(self.1).is_some_and(|f| f.name == s) {
            return Ok(self.1);
        }
        let by_name = self.0.iter().position(|f| f.name == s);
        let found = by_name.or_else(|| self.0.iter().position(|f| f.aliases.contains(&s)));
        Ok(found.unwrap_or(self.0.len()))
    }
    fn visit_bytes<E: de::Error>(self, s: &[u8]) -> Result<usize, E> {
        match std::str::from_utf8(s) {
            Ok(s) => self.visit_str(s),
            Err(_) => Ok(self.0.len()),
        }
    }
    fn visit_u64<E>(self, i: u64) -> Result<usize, E> {
        Ok(usize::try_from(i).unwrap_or(usize::MAX).min(self.0.len()))
    }
}

/// A symbol as text or as its Python value.
struct SymbolText<'a>(&'static EnumDescriptor, &'a mut dyn SymbolPlace);
impl SymbolText<'_> {
    fn or_default<E: de::Error>(
        self,
        found: Option<usize>,
        shown: de::Unexpected<'_>,
    ) -> Result<(), E> {
        match found.or(self.0.default) {
            Some(i) => {
                self.1.symbol(i);
                Ok(())
            }
            None => Err(E::invalid_value(shown, &"a symbol of the enum")),
        }
    }
}
impl<'de> Visitor<'de> for SymbolText<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "one of {}", self.0.symbols.join(", "))
    }
    fn visit_str<E: de::Error>(self, s: &str) -> Result<(), E> {
        let found = self.0.symbols.iter().position(|k| *k == s);
        let found = found.or_else(|| {
            self.0
                .values
                .iter()
                .position(|v| matches!(v, PythonValue::Str(text) if *text == s))
        });
        if found.is_none() && self.1.unknown(s) {
            return Ok(());
        }
        self.or_default(found, de::Unexpected::Str(s))
    }
    fn visit_i64<E: de::Error>(self, n: i64) -> Result<(), E> {
        let found = self.0.values.iter().position(|v| *v == PythonValue::Int(n));
        self.or_default(found, de::Unexpected::Signed(n))
    }
    fn visit_u64<E: de::Error>(self, n: u64) -> Result<(), E> {
        let found = self
            .0
            .values
            .iter()
            .position(|v| i64::try_from(n).is_ok_and(|n| *v == PythonValue::Int(n)));
        self.or_default(found, de::Unexpected::Unsigned(n))
    }
}

struct SymbolVisitor<'a>(
    &'static Descriptor,
    &'static EnumDescriptor,
    &'a mut dyn SymbolPlace,
);
impl<'de> Visitor<'de> for SymbolVisitor<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "enum {}", self.0.name)
    }
    fn visit_enum<A: EnumAccess<'de>>(self, a: A) -> Result<(), A::Error> {
        let (i, variant) = a.variant_seed(SymbolKey(self.1))?;
        variant.unit_variant()?;
        self.2.symbol(i);
        Ok(())
    }
}
struct SymbolKey(&'static EnumDescriptor);
impl<'de> DeserializeSeed<'de> for SymbolKey {
    type Value = usize;
    fn deserialize<D: Deserializer<'de>>(self, d: D) -> Result<usize, D::Error> {
        d.deserialize_identifier(self)
    }
}
impl<'de> Visitor<'de> for SymbolKey {
    type Value = usize;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a symbol or its index")
    }
    fn visit_str<E: de::Error>(self, s: &str) -> Result<usize, E> {
        let found = self
            .0
            .symbols
            .iter()
            .position(|k| *k == s)
            .or(self.0.default);
        found.ok_or_else(|| E::unknown_variant(s, self.0.symbols))
    }
    fn visit_bytes<E: de::Error>(self, s: &[u8]) -> Result<usize, E> {
        self.visit_str(&String::from_utf8_lossy(s))
    }
    fn visit_u64<E: de::Error>(self, i: u64) -> Result<usize, E> {
        match usize::try_from(i) {
            Ok(i) if i < self.0.symbols.len() => Ok(i),
            _ => Err(E::invalid_value(
                de::Unexpected::Unsigned(i),
                &"the index of a symbol",
            )),
        }
    }
}
