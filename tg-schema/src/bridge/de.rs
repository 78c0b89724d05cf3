//! One deserializer a format for all types.

mod record;
mod symbol;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{self, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

use super::budget::Budget;
use super::{Fail, MapPlace, OptPlace, Res, SeqPlace, Slot};
use crate::codec::{Wire, map_room_of};
use crate::descriptor::Kind;
use record::RecordVisitor;
use symbol::{SymbolText, SymbolVisitor};

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
        let mut room = map_room_of(size);
        while let Some(key) = a.next_key::<String>()? {
            budget
                .spend(std::mem::take(&mut room))
                .map_err(A::Error::custom)?;
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
