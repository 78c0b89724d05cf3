//! Symbols of enums, from variants, text or Python values.

use std::fmt;

use serde::de::{self, DeserializeSeed, Deserializer, EnumAccess, VariantAccess, Visitor};

use super::super::SymbolPlace;
use crate::descriptor::{Descriptor, EnumDescriptor, PythonValue};

/// A symbol as text or as its Python value.
pub(super) struct SymbolText<'a>(
    pub(super) &'static EnumDescriptor,
    pub(super) &'a mut dyn SymbolPlace,
);
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

/// A symbol as a variant.
pub(super) struct SymbolVisitor<'a>(
    pub(super) &'static Descriptor,
    pub(super) &'static EnumDescriptor,
    pub(super) &'a mut dyn SymbolPlace,
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
/// Index of a symbol by name or number.
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
