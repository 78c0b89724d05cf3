//! The shape of a field as code: one marker type a shape, so that generated text names shapes
//! (`Opt<MapOf<Str>>`) and never spells out loops.
//!
//! A marker knows its Rust type, its descriptor, and how to write and read Avro and JSON directly. All
//! of it is resolved by the compiler: no value tree, no schema at run time.

mod blank;
mod boxed;
mod enumeration;
mod gather;
mod holds;
mod list;
mod logical;
mod map;
mod named;
mod optional;
mod scalar;

pub use blank::{Blank, blanks};
pub use boxed::Boxed;
pub use enumeration::{
    Enumeration, fill_symbol, read_avro_symbol, read_json_symbol, resolve_avro_symbol,
    short_avro_symbol, show_symbol, symbol, write_avro_symbol, write_json_symbol,
};
pub use holds::{Of, Proven, holds, is_wire};
pub use list::List;
pub(crate) use list::{list_cost, make_room};
pub use logical::{
    DateDay, Dec, TimeOfDay, TimestampMicros, TimestampMillis, UuidText, date, decimal, time,
    timestamp, uuid,
};
pub(crate) use logical::{exact_millis, fitted};
pub(crate) use map::map_room_of;
pub use map::{HashMapOf, MapOf};
pub use named::{Named, Wire, assert_symbol, default_value};
pub use optional::{Opt, OptUnset, OrDefault, OrNull};
pub(crate) use scalar::not_text;
pub use scalar::{Base64, Bool, Double, Float, Int, Long, Str, Utf8};

use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{Ref, Res, Slot, View};
use crate::descriptor::{Descriptor, TypeDescriptor};
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};
use crate::limits::Limits;
use tg_schema_model::avro::resolution::{NodeId, Plan, Promotion};

/// A shape.
pub trait Codec {
    /// The Rust type of the shape.
    type Value: Blank + 'static;
    /// The value with texts, bytes and numbers borrowed from the message.
    type View<'a>: Blank;
    /// A list of such values.
    type Items<'a>: Blank;
    /// What it is called in a descriptor.
    const TYPE: TypeDescriptor;
    /// Fewest bytes that a value takes in Avro.
    const MIN_AVRO: usize;
    /// Whether no record, array or map can be inside.
    const LEAF: bool;
    /// Whether most values are of a form that [`Codec::short_avro`] takes.
    const SHORT: bool = false;

    /// Appends the Avro form.
    fn write_avro(v: &Self::Value, w: &mut AvroWriter) -> Result<(), Error>;
    /// Takes the Avro form.
    fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error>;
    /// Takes the Avro form if it is one that takes few instructions, and nothing otherwise. No reader is needed for
    /// it: what is left of the message stays in registers, also where a field is not known to come next.
    #[inline(always)]
    fn short_avro(_: &mut &[u8]) -> Option<Self::Value> {
        None
    }
    /// Takes the Avro form into a value that is there already, reusing its room.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn read_avro_into(v: &mut Self::Value, r: &mut AvroReader<'_>) -> Result<(), Error> {
        *v = Self::read_avro(r)?;
        Ok(())
    }
    /// Takes the Avro form, borrowing from it.
    #[inline]
    fn view_avro<'a>(r: &mut AvroReader<'a>) -> Result<Self::View<'a>, Error> {
        let mut v = Self::View::blank();
        Self::view_avro_into(&mut v, r)?;
        Ok(v)
    }
    /// Takes the Avro form into a blank view, borrowing from it. What is viewed in its place is not moved: to copy
    /// whole what was written part by part a moment ago makes the processor wait.
    fn view_avro_into<'a>(v: &mut Self::View<'a>, r: &mut AvroReader<'a>) -> Result<(), Error>;
    /// Takes the Avro form of a list into a blank one, borrowing from it.
    fn view_avro_list<'a>(v: &mut Self::Items<'a>, r: &mut AvroReader<'a>) -> Result<(), Error>;
    /// The value of a view.
    fn own(v: Self::View<'_>) -> Self::Value;
    /// Puts the value of a view into a blank place, and takes what the view has. Types that can be in themselves are made in
    /// their places: neither a view nor a value of theirs is on the stack at each level of a message.
    #[inline]
    fn own_into(v: &mut Self::View<'_>, out: &mut Self::Value) {
        *out = Self::own(std::mem::replace(v, Blank::blank()));
    }
    /// The values of a view of a list.
    fn own_list(v: Self::Items<'_>) -> Vec<Self::Value>;
    /// Bytes of memory that a value has beside those of its type.
    fn heap(_: &Self::Value) -> usize {
        0
    }
    /// Takes the Avro form of another writer, as a node of the plan says: where there is no other form, the reader's.
    #[inline]
    fn resolve_avro(
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<Self::Value, Error> {
        r.same(plan, node)?;
        Self::read_avro(r)
    }
    /// Takes the Avro form of another writer into a value.
    #[inline]
    fn resolve_avro_into(
        v: &mut Self::Value,
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), Error> {
        *v = Self::resolve_avro(r, plan, node)?;
        Ok(())
    }
    /// The same where the reader stands at `rest`; what is left behind it.
    #[inline(always)]
    fn resolve_avro_here<'a>(
        v: &mut Self::Value,
        r: &mut AvroReader<'a>,
        rest: &'a [u8],
        plan: &Plan,
        node: NodeId,
    ) -> Result<&'a [u8], Error> {
        r.go_on(rest);
        Self::resolve_avro_into(v, r, plan, node)?;
        Ok(r.rest())
    }
    /// Takes Avro forms of another writer that follow each other into values; of an error, the index of its item too.
    #[inline]
    fn resolve_avro_items(
        items: &mut [Self::Value],
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), (usize, Error)> {
        each(items, |v| Self::resolve_avro_into(v, r, plan, node))
    }
    /// Whether it is a number that another writer may have as one of another type.
    const IS_PROMOTED: bool = false;
    /// Whether it is a record, an enum, a list, a map or an optional value: what another writer's plan may have a node
    /// for where the field is read.
    const HELD: bool = false;
    /// Takes a number of another type, if it is of a form that takes few instructions; how many bytes it has.
    #[inline(always)]
    fn short_promoted(_: Promotion, _: &[u8]) -> Option<(Self::Value, usize)> {
        None
    }
    /// Takes a number of another type.
    #[inline]
    fn promote_avro_into(
        _: &mut Self::Value,
        r: &mut AvroReader<'_>,
        _: Promotion,
    ) -> Result<(), Error> {
        Err(r.foreign_plan())
    }
    /// Appends the JSON form.
    fn write_json(v: &Self::Value, w: &mut JsonWriter) -> Result<(), Error>;
    /// Takes the JSON form.
    fn read_json(r: &mut JsonReader<'_>) -> Result<Self::Value, Error>;
    /// Takes the JSON form into a value.
    #[inline]
    fn read_json_into(v: &mut Self::Value, r: &mut JsonReader<'_>) -> Result<(), Error> {
        *v = Self::read_json(r)?;
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
    /// The same of a view that was read last.
    fn is_unset_view(_: &Self::View<'_>, _: &AvroReader<'_>) -> bool {
        false
    }
    /// Whether two values are the same on the wire.
    fn is_same(a: &Self::Value, b: &Self::Value) -> bool {
        let bytes = |v| {
            let mut out = Vec::new();
            Self::write_avro(v, &mut AvroWriter::new(&mut out, Limits::DEFAULT)).map(|()| out)
        };
        matches!((bytes(a), bytes(b)), (Ok(a), Ok(b)) if a == b)
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
            r.item(list::list_cost::<Self::Value>()).item(out.len())?;
            if Self::LEAF {
                let item = Self::read_json(r).item(out.len())?;
                out.push(item);
            } else {
                let i = out.len();
                Self::read_json_into(list::another(out), r).item(i)?;
            }
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
        list::make_room(out, n);
        if !Self::LEAF {
            return list::append(out, n, |item| Self::read_avro_into(item, r));
        }
        for _ in 0..n {
            let item = Self::read_avro(r).item(out.len())?;
            out.push(item);
        }
        Ok(())
    }
    /// Takes the `n` items of an Avro block into a list whose first `filled` items are of this message
    /// already, reusing the others; how many are filled then.
    #[inline]
    fn read_avro_items_into(
        n: usize,
        r: &mut AvroReader<'_>,
        out: &mut Vec<Self::Value>,
        filled: usize,
    ) -> Result<usize, Error> {
        if !std::mem::needs_drop::<Self::Value>() {
            // They have no room of their own that could be used again.
            out.truncate(filled);
            Self::read_avro_items(n, r, out)?;
            return Ok(out.len());
        }
        let end = filled + n;
        let there = end.min(out.len());
        for (i, item) in out.iter_mut().enumerate().take(there).skip(filled) {
            Self::read_avro_into(item, r).item(i)?;
        }
        if there < end {
            Self::read_avro_items(end - there, r, out)?;
        }
        Ok(end)
    }
}

/// Fills one item after the other, up to the first that cannot be.
#[inline(always)]
pub(crate) fn each<T>(
    items: &mut [T],
    mut fill: impl FnMut(&mut T) -> Result<(), Error>,
) -> Result<(), (usize, Error)> {
    for (i, item) in items.iter_mut().enumerate() {
        fill(item).map_err(|e| (i, e))?;
    }
    Ok(())
}

struct Shown<'a, C: Codec>(&'a C::Value);
impl<C: Codec> View for Shown<'_, C> {
    fn show(&self, f: &mut dyn FnMut(Ref<'_>)) {
        C::show(self.0, f);
    }
}

/// Adds a step to the path of an error.
pub trait At: Sized {
    /// In the item of this index.
    fn item(self, index: usize) -> Self;
    /// In the value of this key.
    fn key(self, key: &str) -> Self;
}

impl<T> At for Result<T, Error> {
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
