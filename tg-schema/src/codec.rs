//! The shape of a field as code: one marker type a shape, so that generated text names shapes
//! (`Opt<MapOf<Str>>`) and never spells out loops.
//!
//! A marker knows its Rust type, its descriptor, and how to write and read Avro and JSON directly. All
//! of it is resolved by the compiler: no value tree, no schema at run time.

mod container;
mod enumeration;
mod logical;
mod named;
mod scalar;

pub use container::{Boxed, HashMapOf, List, MapOf, Opt, OptUnset, OrNull};
pub use enumeration::{
    Enumeration, fill_symbol, read_avro_symbol, read_json_symbol, show_symbol, symbol,
    write_avro_symbol, write_json_symbol,
};
pub use logical::{
    DateDay, Dec, TimeOfDay, TimestampMicros, TimestampMillis, UuidText, date, decimal, time,
    timestamp, uuid,
};
pub(crate) use logical::{exact_millis, fitted};
pub use named::{Named, Wire, assert_symbol, default_value, sum};
pub(crate) use scalar::not_text;
pub use scalar::{Base64, Bool, Double, Float, Int, Long, Str, Utf8};

use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{Ref, Res, Slot};
use crate::descriptor::{Descriptor, TypeDescriptor};
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};

/// A shape.
pub trait Codec {
    /// The Rust type of the shape.
    type Value: 'static;
    /// What it is called in a descriptor.
    const TYPE: TypeDescriptor;
    /// Fewest bytes that a value takes in Avro.
    const MIN_AVRO: usize;
    /// Whether no record, array or map can be inside.
    const LEAF: bool;

    /// Appends the Avro form.
    fn write_avro(v: &Self::Value, w: &mut AvroWriter) -> Result<(), Error>;
    /// Takes the Avro form.
    fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error>;
    /// Appends the JSON form.
    fn write_json(v: &Self::Value, w: &mut JsonWriter) -> Result<(), Error>;
    /// Takes the JSON form.
    fn read_json(r: &mut JsonReader<'_>) -> Result<Self::Value, Error>;
    /// Takes the JSON form into a place.
    #[inline]
    fn take_json(out: &mut Option<Self::Value>, r: &mut JsonReader<'_>) -> Result<(), Error> {
        *out = Some(Self::read_json(r)?);
        Ok(())
    }
    /// Shows the value to a serializer.
    fn show(v: &Self::Value, f: &mut dyn FnMut(Ref<'_>));
    /// Lets a deserializer fill the value.
    fn place(out: &mut Option<Self::Value>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res;

    /// Whether the value is what an old Record's unset attribute holds.
    fn is_unset(_: &Self::Value) -> bool {
        false
    }
    /// Descriptor of the named type that this is, through boxes.
    fn named() -> Option<&'static Descriptor> {
        None
    }
    /// Appends the items of an Avro block.
    #[inline]
    fn write_avro_items(items: &[Self::Value], w: &mut AvroWriter) -> Result<(), Error> {
        for (i, item) in items.iter().enumerate() {
            Self::write_avro(item, w).item(i)?;
        }
        Ok(())
    }
    /// Appends the items of a JSON array with their commas.
    #[inline]
    fn write_json_items(items: &[Self::Value], w: &mut JsonWriter) -> Result<(), Error> {
        for (i, item) in items.iter().enumerate() {
            if i > 0 {
                w.byte(b',');
            }
            Self::write_json(item, w).item(i)?;
        }
        Ok(())
    }
    /// Takes the items of a JSON array and its end.
    #[inline]
    fn read_json_items(r: &mut JsonReader<'_>, out: &mut Vec<Self::Value>) -> Result<(), Error> {
        while r.next_item(out.is_empty())? {
            r.item(container::list_cost::<Self::Value>())
                .item(out.len())?;
            let item = Self::read_json(r).item(out.len())?;
            out.push(item);
        }
        Ok(())
    }
    /// Takes the `n` items of an Avro block, already checked against the limits.
    #[inline]
    fn read_avro_items(
        n: usize,
        r: &mut AvroReader<'_>,
        out: &mut Vec<Self::Value>,
    ) -> Result<(), Error> {
        out.reserve_exact(n);
        for _ in 0..n {
            let item = Self::read_avro(r).item(out.len())?;
            out.push(item);
        }
        Ok(())
    }
}

/// Adds a step to the path of an error.
pub trait At: Sized {
    /// In the field of this name.
    fn at(self, field: &'static str) -> Self;
    /// In the item of this index.
    fn item(self, index: usize) -> Self;
    /// In the value of this key.
    fn key(self, key: &str) -> Self;
}

impl<T> At for Result<T, Error> {
    #[inline]
    fn at(self, field: &'static str) -> Self {
        match self {
            Ok(v) => Ok(v),
            Err(e) => Err(e.in_field(field)),
        }
    }
    #[inline]
    fn item(self, index: usize) -> Self {
        match self {
            Ok(v) => Ok(v),
            Err(e) => Err(e.in_item(index)),
        }
    }
    #[inline]
    fn key(self, key: &str) -> Self {
        match self {
            Ok(v) => Ok(v),
            Err(e) => Err(e.in_key(key)),
        }
    }
}
