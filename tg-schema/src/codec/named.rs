//! Records and enums: the implementations are generated.

use std::marker::PhantomData;

use super::scalar::viewed_one_by_one;
use super::{Blank, Codec, each};
use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{Ref, Res, Slot};
use crate::descriptor::{Descriptor, Kind, TypeDescriptor};
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};
use crate::limits::Limits;
use tg_schema_model::avro::resolution::{NodeId, Plan};

/// A type that has a wire form of its own. Implemented by `#[tg_schema]` and by generated code.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no wire form",
    label = "not a type that a message can hold",
    note = "put `#[tg_schema]` on the definition of `{Self}`, or use a type of the table: String, bool, i32, i64, f32, f64, Vec<u8>, Vec<T>, BTreeMap<String, T>, HashMap<String, T>, Option<T>, Box<T>, tg_schema::{{Date, Time, Timestamp, Uuid, Decimal}}",
    note = "a type alias is not seen through: write the type out"
)]
pub trait Wire: Blank + Sized + 'static {
    /// The value with its texts, bytes and numbers borrowed from a message.
    type View<'a>: Blank;
    /// Fewest bytes that a value takes in Avro.
    const MIN_AVRO: usize;
    /// Symbols of an enum; empty for a record.
    const SYMBOLS: &'static [&'static str] = &[];
    /// As [`Codec::SHORT`].
    const SHORT: bool = false;

    /// What the type says of itself.
    fn descriptor() -> &'static Descriptor;
    /// Appends the Avro form.
    fn write_avro(&self, w: &mut AvroWriter) -> Result<(), Error>;
    /// Takes the Avro form.
    #[inline]
    fn read_avro(r: &mut AvroReader<'_>) -> Result<Self, Error> {
        let mut v = Self::blank();
        v.read_avro_into(r)?;
        Ok(v)
    }
    /// Takes the Avro form, reusing the room that is there.
    fn read_avro_into(&mut self, r: &mut AvroReader<'_>) -> Result<(), Error>;
    /// As [`Codec::short_avro`].
    #[inline(always)]
    fn short_avro(_: &mut &[u8]) -> Option<Self> {
        None
    }
    /// Takes the Avro form into a blank view, borrowing from it.
    fn view_avro_into<'a>(view: &mut Self::View<'a>, r: &mut AvroReader<'a>) -> Result<(), Error>;
    /// Puts the value of a view into a blank place, and takes what the view has.
    fn own_into(view: &mut Self::View<'_>, out: &mut Self);
    /// As [`Codec::heap`].
    fn heap(&self) -> usize {
        0
    }
    /// Takes the Avro form of another writer, as a node of the plan says.
    fn resolve_avro_into(
        &mut self,
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), Error>;
    /// As [`Codec::resolve_avro_here`].
    #[inline(always)]
    fn resolve_avro_here<'a>(
        &mut self,
        r: &mut AvroReader<'a>,
        rest: &'a [u8],
        plan: &Plan,
        node: NodeId,
    ) -> Result<&'a [u8], Error> {
        r.go_on(rest);
        self.resolve_avro_into(r, plan, node)?;
        Ok(r.rest())
    }
    /// Takes Avro forms of another writer that follow each other, as a node of the plan says; of an error, the index
    /// of its item too.
    fn resolve_avro_items(
        items: &mut [Self],
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), (usize, Error)> {
        each(items, |v| v.resolve_avro_into(r, plan, node))
    }
    /// Appends the JSON form.
    fn write_json(&self, w: &mut JsonWriter) -> Result<(), Error>;
    /// Takes the JSON form.
    fn read_json_into(&mut self, r: &mut JsonReader<'_>) -> Result<(), Error>;
    /// Shows the value to a serializer.
    fn show(&self, f: &mut dyn FnMut(Ref<'_>));
    /// Lets a deserializer fill the value.
    fn place(out: &mut Option<Self>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res;
    /// Whether every field holds what an old Record's unset attribute holds.
    fn is_unset(&self) -> bool {
        false
    }
}

/// A record or enum `T`.
pub struct Named<T>(PhantomData<T>);

impl<T: Wire> Codec for Named<T> {
    type Value = T;
    type View<'a> = T::View<'a>;
    const TYPE: TypeDescriptor = TypeDescriptor::Named(T::descriptor);
    const MIN_AVRO: usize = T::MIN_AVRO;
    const LEAF: bool = false;
    const SHORT: bool = T::SHORT;
    const HELD: bool = true;

    #[inline(always)]
    fn short_avro(rest: &mut &[u8]) -> Option<T> {
        T::short_avro(rest)
    }
    #[inline]
    fn write_avro(v: &T, w: &mut AvroWriter) -> Result<(), Error> {
        v.write_avro(w)
    }
    #[inline]
    fn read_avro(r: &mut AvroReader<'_>) -> Result<T, Error> {
        T::read_avro(r)
    }
    #[inline]
    fn read_avro_into(v: &mut T, r: &mut AvroReader<'_>) -> Result<(), Error> {
        v.read_avro_into(r)
    }
    #[inline]
    fn view_avro_into<'a>(v: &mut T::View<'a>, r: &mut AvroReader<'a>) -> Result<(), Error> {
        r.unset(false);
        T::view_avro_into(v, r)
    }
    #[inline]
    fn own(mut v: T::View<'_>) -> T {
        let mut out = T::blank();
        T::own_into(&mut v, &mut out);
        out
    }
    #[inline]
    fn own_into(v: &mut T::View<'_>, out: &mut T) {
        T::own_into(v, out);
    }
    fn heap(v: &T) -> usize {
        v.heap()
    }
    viewed_one_by_one!();
    #[inline]
    fn resolve_avro(r: &mut AvroReader<'_>, plan: &Plan, node: NodeId) -> Result<T, Error> {
        let mut v = T::blank();
        v.resolve_avro_into(r, plan, node)?;
        Ok(v)
    }
    #[inline]
    fn resolve_avro_into(
        v: &mut T,
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), Error> {
        v.resolve_avro_into(r, plan, node)
    }
    #[inline(always)]
    fn resolve_avro_here<'a>(
        v: &mut T,
        r: &mut AvroReader<'a>,
        rest: &'a [u8],
        plan: &Plan,
        node: NodeId,
    ) -> Result<&'a [u8], Error> {
        v.resolve_avro_here(r, rest, plan, node)
    }
    #[inline]
    fn resolve_avro_items(
        items: &mut [T],
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), (usize, Error)> {
        T::resolve_avro_items(items, r, plan, node)
    }
    #[inline]
    fn write_json(v: &T, w: &mut JsonWriter) -> Result<(), Error> {
        v.write_json(w)
    }
    #[inline]
    fn read_json(r: &mut JsonReader<'_>) -> Result<T, Error> {
        let mut v = T::blank();
        v.read_json_into(r)?;
        Ok(v)
    }
    #[inline]
    fn read_json_into(v: &mut T, r: &mut JsonReader<'_>) -> Result<(), Error> {
        v.read_json_into(r)
    }
    fn show(v: &T, f: &mut dyn FnMut(Ref<'_>)) {
        v.show(f);
    }
    fn place(out: &mut Option<T>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
        T::place(out, f)
    }
    fn is_unset(v: &T) -> bool {
        v.is_unset()
    }
    fn is_unset_view(_: &T::View<'_>, r: &AvroReader<'_>) -> bool {
        r.was_unset()
    }
    fn named() -> Option<&'static Descriptor> {
        Some(T::descriptor())
    }
}

/// The default of a field whose type is (or holds) a record or enum, from its wire JSON.
///
/// # Panics
/// When the text is no value of `T`: the definition is wrong. Definitions in files are checked before
/// code is generated from them, and a plain enum default of an annotated struct when it is compiled.
pub fn default_value<T: Wire>(json: &'static str) -> T {
    let read = JsonReader::new(json.as_bytes(), Limits::DEFAULT).and_then(|mut r| {
        let mut value = T::blank();
        value.read_json_into(&mut r)?;
        r.finish()?;
        Ok(value)
    });
    match read {
        Ok(value) => value,
        Err(e) => panic!("the default {json} is no {}: {e}", T::descriptor().name),
    }
}

/// Fails the build when an enum default names no symbol.
pub const fn assert_symbol<T: Wire>(default: &str) {
    let symbols = T::SYMBOLS;
    let mut i = 0;
    while i < symbols.len() {
        if equal(symbols[i].as_bytes(), default.as_bytes()) {
            return;
        }
        i += 1;
    }
    panic!("the default of this field is no symbol of its enum");
}

const fn equal(a: &[u8], b: &[u8]) -> bool {
    if a.len() != b.len() {
        return false;
    }
    let mut i = 0;
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

impl Descriptor {
    /// What it adds if it is an enum.
    pub(crate) fn enumeration(&'static self) -> Option<&'static crate::descriptor::EnumDescriptor> {
        match &self.kind {
            Kind::Enum(e) => Some(e),
            Kind::Record(_) => None,
        }
    }
}
