//! `T?`, and fields with a default on their way in.

use std::marker::PhantomData;

use super::scalar::viewed_one_by_one;
use super::{Blank, Codec, Shown};
use crate::avro::{AvroReader, AvroWriter, short};
use crate::bridge::{OptPlace, Ref, Res, Slot};
use crate::descriptor::TypeDescriptor;
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};
use tg_schema_model::avro::resolution::{Node, NodeId, Plan};

/// `T?`: `Option<T>`.
pub struct Opt<C>(PhantomData<C>);
/// `R?` in a record of the Pulsar profile: an unset instance reads as `None`.
pub struct OptUnset<C>(PhantomData<C>);
/// A nullable field with a default on its way in: null reads as the default.
pub struct OrNull<C>(PhantomData<C>);
/// A field with a default on its way in: in JSON, null reads as the default.
pub struct OrDefault<C>(PhantomData<C>);

struct SomePlace<'a, C: Codec>(&'a mut Option<Option<C::Value>>);
impl<C: Codec> OptPlace for SomePlace<'_, C> {
    fn none(&mut self) {
        *self.0 = Some(None);
    }
    fn some(&mut self, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
        C::place(self.0.insert(None), f)
    }
}

macro_rules! opt {
    ($marker:ident, $slot:ident, |$v:ident| $unset:expr, |$rv:ident| $unset_view:expr, |$r:ident| $read_json:expr) => {
        impl<C: Codec> Codec for $marker<C> {
            type Value = Option<C::Value>;
            type View<'a> = Option<C::View<'a>>;
            const TYPE: TypeDescriptor = TypeDescriptor::Optional(&C::TYPE);
            const MIN_AVRO: usize = 1;
            const LEAF: bool = C::LEAF;
            const SHORT: bool = C::SHORT;
            const HELD: bool = true;

            #[inline(always)]
            fn short_avro(rest: &mut &[u8]) -> Option<Self::Value> {
                let mut tail = *rest;
                let value = match short::index(&mut tail, 2)? {
                    0 => None,
                    _ => {
                        let value = C::short_avro(&mut tail)?;
                        let $v = &value;
                        if $unset { None } else { Some(value) }
                    }
                };
                *rest = tail;
                Some(value)
            }
            #[inline]
            fn write_avro(v: &Self::Value, w: &mut AvroWriter) -> Result<(), Error> {
                w.branch(v.is_some());
                match v {
                    Some(v) => C::write_avro(v, w),
                    None => Ok(()),
                }
            }
            #[inline]
            fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error> {
                if !r.branch()? {
                    return Ok(None);
                }
                let value = C::read_avro(r)?;
                let $v = &value;
                Ok(if $unset { None } else { Some(value) })
            }
            #[cfg_attr(debug_assertions, inline)]
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn read_avro_into(out: &mut Self::Value, r: &mut AvroReader<'_>) -> Result<(), Error> {
                if r.branch()? {
                    return Self::read_some_into(out, r);
                }
                if out.is_some() {
                    clear(out);
                }
                Ok(())
            }
            #[cfg_attr(debug_assertions, inline)]
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn view_avro_into<'a>(
                out: &mut Self::View<'a>,
                r: &mut AvroReader<'a>,
            ) -> Result<(), Error> {
                match r.branch()? {
                    true => Self::view_some_into(out, r),
                    false => Ok(()),
                }
            }
            #[inline]
            fn own(v: Self::View<'_>) -> Self::Value {
                v.map(C::own)
            }
            #[inline]
            fn own_into(v: &mut Self::View<'_>, out: &mut Self::Value) {
                match v {
                    Some(v) if !C::LEAF => {
                        C::own_into(v, out.get_or_insert_with(C::Value::blank));
                    }
                    _ => *out = v.take().map(C::own),
                }
            }
            fn heap(v: &Self::Value) -> usize {
                v.as_ref().map_or(0, C::heap)
            }
            viewed_one_by_one!();
            #[inline]
            fn resolve_avro(
                r: &mut AvroReader<'_>,
                plan: &Plan,
                node: NodeId,
            ) -> Result<Self::Value, Error> {
                if node == NodeId::SAME {
                    return Self::read_avro(r);
                }
                let mut out = None;
                Self::resolve_avro_into(&mut out, r, plan, node)?;
                Ok(out)
            }
            #[cfg_attr(debug_assertions, inline)]
            #[cfg_attr(not(debug_assertions), inline(never))]
            fn resolve_avro_into(
                out: &mut Self::Value,
                r: &mut AvroReader<'_>,
                plan: &Plan,
                node: NodeId,
            ) -> Result<(), Error> {
                match r.follow(plan, node)? {
                    Node::Same => return Self::read_avro_into(out, r),
                    Node::None => *out = None,
                    Node::Some(node) if C::LEAF => {
                        *out = Some(C::resolve_avro(r, plan, *node)?);
                    }
                    Node::Some(node) => {
                        let value = out.insert(C::Value::blank());
                        C::resolve_avro_into(value, r, plan, *node)?;
                        let $v = &*value;
                        if $unset {
                            *out = None;
                        }
                    }
                    _ => return Err(r.foreign_plan()),
                }
                Ok(())
            }
            #[inline]
            fn write_json(v: &Self::Value, w: &mut JsonWriter) -> Result<(), Error> {
                match v {
                    Some(v) => C::write_json(v, w),
                    None => {
                        w.raw("null");
                        Ok(())
                    }
                }
            }
            #[inline]
            fn read_json($r: &mut JsonReader<'_>) -> Result<Self::Value, Error> {
                if $r.null() || $read_json {
                    Ok(None)
                } else {
                    C::read_json($r).map(Some)
                }
            }
            #[inline]
            fn read_json_into(out: &mut Self::Value, $r: &mut JsonReader<'_>) -> Result<(), Error> {
                if $r.null() || $read_json {
                    *out = None;
                    return Ok(());
                }
                if C::LEAF {
                    *out = Some(C::read_json($r)?);
                    return Ok(());
                }
                C::read_json_into(out.insert(C::Value::blank()), $r)
            }
            fn show(v: &Self::Value, f: &mut dyn FnMut(Ref<'_>)) {
                match v {
                    Some(v) => f(Ref::Some(&Shown::<C>(v))),
                    None => f(Ref::None),
                }
            }
            fn place(out: &mut Option<Self::Value>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
                f(Slot::$slot(&mut SomePlace::<C>(out)))
            }
            fn is_unset(v: &Self::Value) -> bool {
                v.is_none()
            }
        }

        /// What is behind the branch: of absent fields, which are many, only the branch is read where they stand.
        impl<C: Codec> $marker<C> {
            #[inline]
            fn read_some_into(
                out: &mut Option<C::Value>,
                r: &mut AvroReader<'_>,
            ) -> Result<(), Error> {
                match out {
                    None if C::LEAF => *out = Some(C::read_avro(r)?),
                    _ => {
                        let value = out.get_or_insert_with(C::Value::blank);
                        C::read_avro_into(value, r)?;
                        let $v = &*value;
                        if $unset {
                            *out = None;
                        }
                    }
                }
                Ok(())
            }
            #[inline]
            fn view_some_into<'a>(
                out: &mut Option<C::View<'a>>,
                $rv: &mut AvroReader<'a>,
            ) -> Result<(), Error> {
                if C::LEAF {
                    *out = Some(C::view_avro($rv)?);
                } else {
                    C::view_avro_into(out.insert(C::View::blank()), $rv)?;
                }
                if $unset_view {
                    *out = None;
                }
                Ok(())
            }
        }
    };
}

/// Gives free what was there.
#[inline(never)]
fn clear<T>(out: &mut Option<T>) {
    *out = None;
}

opt!(Opt, Opt, |_v| false, |r| false, |r| false);
opt!(OrNull, OrNull, |_v| false, |r| false, |r| false);
opt!(
    OptUnset,
    Opt,
    |v| C::is_unset(v),
    |r| r.was_unset(),
    |r| match C::named() {
        Some(d) => r.unset_instance(d)?,
        None => false,
    }
);

impl<C: Codec> Codec for OrDefault<C> {
    type Value = Option<C::Value>;
    type View<'a> = Option<C::View<'a>>;
    const TYPE: TypeDescriptor = C::TYPE;
    const MIN_AVRO: usize = C::MIN_AVRO;
    const LEAF: bool = C::LEAF;
    const HELD: bool = C::HELD;

    fn write_avro(v: &Self::Value, w: &mut AvroWriter) -> Result<(), Error> {
        OrNull::<C>::write_avro(v, w)
    }
    fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error> {
        C::read_avro(r).map(Some)
    }
    fn view_avro_into<'a>(v: &mut Self::View<'a>, r: &mut AvroReader<'a>) -> Result<(), Error> {
        C::view_avro_into(v.insert(C::View::blank()), r)
    }
    fn own(v: Self::View<'_>) -> Self::Value {
        v.map(C::own)
    }
    fn own_into(v: &mut Self::View<'_>, out: &mut Self::Value) {
        Opt::<C>::own_into(v, out);
    }
    fn heap(v: &Self::Value) -> usize {
        Opt::<C>::heap(v)
    }
    viewed_one_by_one!();
    #[inline]
    fn resolve_avro(
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<Self::Value, Error> {
        C::resolve_avro(r, plan, node).map(Some)
    }
    fn write_json(v: &Self::Value, w: &mut JsonWriter) -> Result<(), Error> {
        OrNull::<C>::write_json(v, w)
    }
    #[inline]
    fn read_json(r: &mut JsonReader<'_>) -> Result<Self::Value, Error> {
        OrNull::<C>::read_json(r)
    }
    fn show(v: &Self::Value, f: &mut dyn FnMut(Ref<'_>)) {
        OrNull::<C>::show(v, f);
    }
    fn place(out: &mut Option<Self::Value>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
        OrNull::<C>::place(out, f)
    }
}
