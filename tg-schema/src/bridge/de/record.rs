//! Records, from maps of their fields or from sequences.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use super::super::budget::Budget;
use super::super::{Fail, RecordPlace};
use super::{Seed, finish};
use crate::descriptor::{Descriptor, FieldDescriptor};

/// Type, fields, place.
pub(super) struct RecordVisitor<'a, 'b>(
    pub(super) &'static Descriptor,
    pub(super) &'static [FieldDescriptor],
    pub(super) &'a mut dyn RecordPlace,
    pub(super) &'b Budget,
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
            .map_err(|i| A::Error::missing_field(self.1.get(i).map_or("", |f| f.name)))?;
        self.3.spend(self.2.cost()).map_err(A::Error::custom)
    }
    fn visit_seq<A: SeqAccess<'de>>(mut self, mut a: A) -> Result<(), A::Error> {
        for i in 0..self.1.len() {
            if !self.field(i, &mut |seed| Ok(a.next_element_seed(seed)?.is_some()))? {
                break;
            }
        }
        self.2
            .finish()
            .map_err(|i| A::Error::invalid_length(i, &"all fields of the record"))?;
        self.3.spend(self.2.cost()).map_err(A::Error::custom)
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
