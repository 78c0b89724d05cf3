//! `array<T>`.

use std::marker::PhantomData;

use super::scalar::viewed_one_by_one;
use super::{At, Blank, Codec, each};
use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{Ref, Res, SeqPlace, SeqView, Slot};
use crate::descriptor::TypeDescriptor;
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};
use tg_schema_model::avro::resolution::{Node, NodeId, Plan};

/// `array<T>`: `Vec<T>`.
pub struct List<C>(PhantomData<C>);

/// Makes room for a block of `n` items. A list of one block gets what it needs and no more; a list of many
/// grows in steps, so that its items are not moved at every block.
#[inline]
pub(crate) fn make_room<T>(out: &mut Vec<T>, n: usize) {
    match out.is_empty() {
        true => out.reserve_exact(n),
        false => out.reserve(n),
    }
}

/// The values of views.
pub(super) fn own_list<C: Codec>(mut views: Vec<C::View<'_>>) -> Vec<C::Value> {
    if C::LEAF {
        return views.into_iter().map(C::own).collect();
    }
    let mut out = Vec::new();
    out.resize_with(views.len(), C::Value::blank);
    for (view, value) in views.iter_mut().zip(&mut out) {
        C::own_into(view, value);
    }
    out
}

/// Appends `n` items, for which there is room, each blank at first. They are made some at a time and where they
/// stay: one that is made alone is copied there whole, for which the processor waits. Bytes that claim many items
/// and hold few make no more than that.
#[inline(always)]
pub(super) fn append<T: Blank>(
    out: &mut Vec<T>,
    n: usize,
    mut fill: impl FnMut(&mut T) -> Result<(), Error>,
) -> Result<(), Error> {
    append_together(out, n, |items| each(items, &mut fill))
}

/// The same where some are filled by one call.
#[inline(always)]
fn append_together<T: Blank>(
    out: &mut Vec<T>,
    n: usize,
    mut fill: impl FnMut(&mut [T]) -> Result<(), (usize, Error)>,
) -> Result<(), Error> {
    const TOGETHER: usize = 32;
    let end = out.len() + n;
    while out.len() < end {
        let start = out.len();
        out.resize_with(end.min(start + TOGETHER), T::blank);
        let items = out.get_mut(start..).unwrap_or_default();
        fill(items).map_err(|(i, e)| e.in_item(start + i))?;
    }
    Ok(())
}

/// The place of another item at the end.
#[inline]
pub(super) fn another<T: Blank>(out: &mut Vec<T>) -> &mut T {
    out.push_mut(T::blank())
}

/// A list that is viewed item by item.
pub(super) fn view_list<'a, C: Codec>(
    out: &mut Vec<C::View<'a>>,
    r: &mut AvroReader<'a>,
) -> Result<(), Error> {
    /// Bytes of an item that is made in a few registers. Larger ones are made some at a time.
    const SMALL: usize = 32;
    let mut n = r.block()?;
    while n != 0 {
        // Counted as the owned list would be, so that both accept the same messages.
        r.reserve(n, C::MIN_AVRO, list_cost::<C::Value>())?;
        make_room(out, n);
        if C::LEAF {
            for _ in 0..n {
                out.push(C::view_avro(r).item(out.len())?);
            }
        } else if size_of::<C::View<'a>>() <= SMALL {
            for _ in 0..n {
                C::view_avro_into(another(out), r).item(out.len() - 1)?;
            }
        } else {
            append(out, n, |item| C::view_avro_into(item, r))?;
        }
        n = r.next_block()?;
    }
    Ok(())
}

/// Bytes of an item of the writer's, at least, and what one may cost in memory. Items without bytes can
/// claim any number, and each may unfold into the defaults of the reader.
pub(super) fn foreign_item<C: Codec>(plan: &Plan, node: NodeId, cost: usize) -> (usize, usize) {
    const DEFAULTS: usize = 1024;
    match node {
        NodeId::SAME => (C::MIN_AVRO, cost),
        node if plan.has_bytes(node) => (1, cost),
        _ => (0, cost.saturating_add(DEFAULTS)),
    }
}

impl<C: Codec> Codec for List<C> {
    type Value = Vec<C::Value>;
    type View<'a> = C::Items<'a>;
    const TYPE: TypeDescriptor = TypeDescriptor::Array(&C::TYPE);
    const MIN_AVRO: usize = 1;
    const LEAF: bool = false;
    const HELD: bool = true;

    #[cfg_attr(not(debug_assertions), inline)]
    fn write_avro(v: &Self::Value, w: &mut AvroWriter) -> Result<(), Error> {
        if !C::LEAF {
            w.enter()?;
        }
        if !v.is_empty() {
            w.count(v.len());
            C::write_avro_items(v, w)?;
        }
        w.byte(0);
        if !C::LEAF {
            w.leave();
        }
        Ok(())
    }
    #[inline]
    fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error> {
        let mut out = Vec::new();
        Self::read_avro_into(&mut out, r)?;
        Ok(out)
    }
    fn read_avro_into(out: &mut Self::Value, r: &mut AvroReader<'_>) -> Result<(), Error> {
        if !C::LEAF {
            r.enter()?;
        }
        let mut filled = 0;
        let mut n = r.block()?;
        while n != 0 {
            r.reserve(n, C::MIN_AVRO, list_cost::<C::Value>())?;
            filled = C::read_avro_items_into(n, r, out, filled)?;
            n = r.next_block()?;
        }
        out.truncate(filled);
        if !C::LEAF {
            r.leave();
        }
        Ok(())
    }
    fn view_avro_into<'a>(v: &mut C::Items<'a>, r: &mut AvroReader<'a>) -> Result<(), Error> {
        if C::LEAF {
            return C::view_avro_list(v, r);
        }
        r.enter()?;
        C::view_avro_list(v, r)?;
        r.leave();
        Ok(())
    }
    fn own(v: C::Items<'_>) -> Self::Value {
        C::own_list(v)
    }
    fn heap(v: &Self::Value) -> usize {
        // As it is read item by item, it may have twice the room.
        let room = size_of::<C::Value>().saturating_mul(2 * v.len());
        v.iter().map(C::heap).fold(room, usize::saturating_add)
    }
    viewed_one_by_one!();
    #[inline]
    fn resolve_avro(
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<Self::Value, Error> {
        let mut out = Vec::new();
        Self::resolve_avro_into(&mut out, r, plan, node)?;
        Ok(out)
    }
    fn resolve_avro_into(
        out: &mut Self::Value,
        r: &mut AvroReader<'_>,
        plan: &Plan,
        node: NodeId,
    ) -> Result<(), Error> {
        let item = match r.follow(plan, node)? {
            Node::Same => return Self::read_avro_into(out, r),
            Node::Array(item) => *item,
            _ => return Err(r.foreign_plan()),
        };
        let (least, cost) = foreign_item::<C>(plan, item, list_cost::<C::Value>());
        out.clear();
        if !C::LEAF {
            r.enter()?;
        }
        let mut n = r.block()?;
        while n != 0 {
            r.reserve(n, least, cost)?;
            make_room(out, n);
            if C::LEAF {
                for _ in 0..n {
                    let value = C::resolve_avro(r, plan, item).item(out.len())?;
                    out.push(value);
                }
            } else {
                append_together(out, n, |v| C::resolve_avro_items(v, r, plan, item))?;
            }
            n = r.next_block()?;
        }
        if !C::LEAF {
            r.leave();
        }
        Ok(())
    }
    fn write_json(v: &Self::Value, w: &mut JsonWriter) -> Result<(), Error> {
        if !C::LEAF {
            w.enter()?;
        }
        w.raw("[");
        C::write_json_items(v, w)?;
        w.raw("]");
        if !C::LEAF {
            w.leave();
        }
        Ok(())
    }
    #[inline]
    fn read_json(r: &mut JsonReader<'_>) -> Result<Self::Value, Error> {
        let mut out = Vec::new();
        Self::read_json_into(&mut out, r)?;
        Ok(out)
    }
    fn read_json_into(out: &mut Self::Value, r: &mut JsonReader<'_>) -> Result<(), Error> {
        r.token(b'[', "an array")?;
        if !C::LEAF {
            r.enter()?;
        }
        out.clear();
        C::read_json_items(r, out)?;
        if !C::LEAF {
            r.leave();
        }
        Ok(())
    }
    fn show(v: &Self::Value, f: &mut dyn FnMut(Ref<'_>)) {
        f(Ref::Seq(&Items::<C>(v)));
    }
    fn place(out: &mut Option<Self::Value>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
        f(Slot::Seq(&mut ItemsPlace::<C>(out.insert(Vec::new()))))
    }
}
/// Bytes of memory that an item of a list may cost: while a list grows, the old room and the new, twice as
/// large, are there at once.
pub(crate) const fn list_cost<T>() -> usize {
    size_of::<T>().saturating_mul(3)
}
struct Items<'a, C: Codec>(&'a [C::Value]);
impl<C: Codec> SeqView for Items<'_, C> {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn show(&self, i: usize, f: &mut dyn FnMut(Ref<'_>)) {
        if let Some(v) = self.0.get(i) {
            C::show(v, f);
        }
    }
}
struct ItemsPlace<'a, C: Codec>(&'a mut Vec<C::Value>);
impl<C: Codec> SeqPlace for ItemsPlace<'_, C> {
    fn item_size(&self) -> usize {
        list_cost::<C::Value>()
    }
    fn push(&mut self, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
        let mut item = None;
        let there = C::place(&mut item, f)?;
        if there {
            self.0.extend(item);
        }
        Ok(there)
    }
}
