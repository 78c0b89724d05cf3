//! `Box<T>`: on the wire it is `T`.

use std::marker::PhantomData;

use super::scalar::viewed_one_by_one;
use super::{Blank, Codec};
use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{Ref, Res, Slot};
use crate::descriptor::{Descriptor, TypeDescriptor};
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};
use tg_schema_model::avro::resolution::{NodeId, Plan, Promotion};

/// `Box<T>`.
pub struct Boxed<C>(PhantomData<C>);

// The memory of each box counts, because few bytes can be many boxes: of a record that is in itself, all of whose fields
// may be absent.
impl<C: Codec> Codec for Boxed<C> {
    type Value = Box<C::Value>;
    type View<'a> = Box<C::View<'a>>;
    const TYPE: TypeDescriptor = C::TYPE;
    const MIN_AVRO: usize = C::MIN_AVRO;
    const LEAF: bool = C::LEAF;
    const IS_PROMOTED: bool = C::IS_PROMOTED;
    const HELD: bool = C::HELD;

    #[inline]
    fn write_avro(v: &Self::Value, w: &mut AvroWriter) -> Result<(), Error> {
        C::write_avro(v, w)
    }
    #[inline]
    fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error> {
        r.spend(size_of::<C::Value>())?;
        C::read_avro(r).map(Box::new)
    }
    #[inline]
    fn read_avro_into(v: &mut Self::Value, r: &mut AvroReader<'_>) -> Result<(), Error> {
        r.spend(size_of::<C::Value>())?;
        C::read_avro_into(v, r)
    }
    #[inline]
    fn view_avro_into<'a>(v: &mut Self::View<'a>, r: &mut AvroReader<'a>) -> Result<(), Error> {
        // Counted as the owned value would be, so that both accept the same messages.
        r.spend(size_of::<C::Value>())?;
        C::view_avro_into(v, r)
    }
    #[inline]
    fn own(mut v: Self::View<'_>) -> Self::Value {
        let mut out = Self::Value::blank();
        Self::own_into(&mut v, &mut out);
        out
    }
    #[inline]
    fn own_into(v: &mut Self::View<'_>, out: &mut Self::Value) {
        C::own_into(v, out);
    }
    fn heap(v: &Self::Value) -> usize {
        size_of::<C::Value>().saturating_add(C::heap(v))
    }
    viewed_one_by_one!();
    #[inline]
    fn resolve_avro(
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<Self::Value, Error> {
        r.spend(size_of::<C::Value>())?;
        C::resolve_avro(r, plan, node).map(Box::new)
    }
    #[inline]
    fn resolve_avro_into(
        v: &mut Self::Value,
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), Error> {
        r.spend(size_of::<C::Value>())?;
        C::resolve_avro_into(v, r, plan, node)
    }
    #[inline]
    fn promote_avro_into(
        v: &mut Self::Value,
        r: &mut AvroReader<'_>,
        of: Promotion,
    ) -> Result<(), Error> {
        C::promote_avro_into(v, r, of)
    }
    #[inline]
    fn write_json(v: &Self::Value, w: &mut JsonWriter) -> Result<(), Error> {
        C::write_json(v, w)
    }
    #[inline]
    fn read_json(r: &mut JsonReader<'_>) -> Result<Self::Value, Error> {
        r.spend(size_of::<C::Value>())?;
        C::read_json(r).map(Box::new)
    }
    #[inline]
    fn read_json_into(v: &mut Self::Value, r: &mut JsonReader<'_>) -> Result<(), Error> {
        r.spend(size_of::<C::Value>())?;
        C::read_json_into(v, r)
    }
    fn show(v: &Self::Value, f: &mut dyn FnMut(Ref<'_>)) {
        C::show(v, f);
    }
    fn place(out: &mut Option<Self::Value>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
        let mut inner = None;
        let there = C::place(&mut inner, f)?;
        *out = inner.map(Box::new);
        Ok(there)
    }
    fn is_unset(v: &Self::Value) -> bool {
        C::is_unset(v)
    }
    fn is_unset_view(v: &Self::View<'_>, r: &AvroReader<'_>) -> bool {
        C::is_unset_view(v, r)
    }
    fn named() -> Option<&'static Descriptor> {
        C::named()
    }
}
