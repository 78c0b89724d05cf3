//! `array<T>`, `map<T>`, `T?`, and boxes.

use std::collections::{BTreeMap, HashMap, btree_map, hash_map};
use std::marker::PhantomData;

use super::{At, Codec};
use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{MapPlace, MapView, OptPlace, Ref, Res, SeqPlace, SeqView, Slot, View};
use crate::descriptor::{Descriptor, TypeDescriptor};
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};

/// `array<T>`: `Vec<T>`.
pub struct List<C>(PhantomData<C>);
/// `map<T>`: `BTreeMap<String, T>`.
pub struct MapOf<C>(PhantomData<C>);
/// `map<T>`: `HashMap<String, T>`, written in bytewise order of the keys.
pub struct HashMapOf<C>(PhantomData<C>);
/// `T?`: `Option<T>`.
pub struct Opt<C>(PhantomData<C>);
/// `R?` in a record of the Pulsar profile: an unset instance reads as `None`.
pub struct OptUnset<C>(PhantomData<C>);
/// A field with a default on its way in: null reads as the default.
pub struct OrNull<C>(PhantomData<C>);
/// `Box<T>`.
pub struct Boxed<C>(PhantomData<C>);

impl<C: Codec> Codec for List<C> {
    type Value = Vec<C::Value>;
    const TYPE: TypeDescriptor = TypeDescriptor::Array(&C::TYPE);
    const MIN_AVRO: usize = 1;
    const LEAF: bool = false;

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
    fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error> {
        let mut out = Vec::new();
        if !C::LEAF {
            r.enter()?;
        }
        loop {
            let n = r.block()?;
            if n == 0 {
                break;
            }
            r.reserve(n, C::MIN_AVRO, list_cost::<C::Value>())?;
            C::read_avro_items(n, r, &mut out)?;
        }
        if !C::LEAF {
            r.leave();
        }
        Ok(out)
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
    fn read_json(r: &mut JsonReader<'_>) -> Result<Self::Value, Error> {
        r.token(b'[', "an array")?;
        if !C::LEAF {
            r.enter()?;
        }
        let mut out = Vec::new();
        C::read_json_items(r, &mut out)?;
        if !C::LEAF {
            r.leave();
        }
        Ok(out)
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
pub(super) const fn list_cost<T>() -> usize {
    size_of::<T>().saturating_mul(3)
}

/// Bytes of memory that an entry of a map may cost, the text of its key apart: nodes and tables are at
/// least half full, and the key has an allocation of its own.
const fn map_cost<T>() -> usize {
    size_of::<(String, T)>()
        .saturating_mul(3)
        .saturating_add(32)
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

/// What is done with each entry.
type Visit<'a, T> = dyn FnMut(&str, &T) -> Result<(), Error> + 'a;

/// What the two map types share.
trait StringMap: Sized + 'static {
    type Item;
    fn new() -> Self;
    fn size(&self) -> usize;
    /// Adds an entry; the key as an error when it is there already.
    fn put(&mut self, key: String, item: Self::Item) -> Result<(), String>;
    /// Entries in bytewise order of the keys.
    fn each(&self, f: &mut Visit<'_, Self::Item>) -> Result<(), Error>;
}

impl<T: 'static> StringMap for BTreeMap<String, T> {
    type Item = T;
    fn new() -> Self {
        BTreeMap::new()
    }
    fn size(&self) -> usize {
        self.len()
    }
    fn put(&mut self, key: String, item: T) -> Result<(), String> {
        match self.entry(key) {
            btree_map::Entry::Vacant(slot) => {
                slot.insert(item);
                Ok(())
            }
            btree_map::Entry::Occupied(slot) => Err(slot.key().clone()),
        }
    }
    fn each(&self, f: &mut Visit<'_, T>) -> Result<(), Error> {
        self.iter().try_for_each(|(k, v)| f(k, v))
    }
}

impl<T: 'static> StringMap for HashMap<String, T> {
    type Item = T;
    fn new() -> Self {
        HashMap::new()
    }
    fn size(&self) -> usize {
        self.len()
    }
    fn put(&mut self, key: String, item: T) -> Result<(), String> {
        match self.entry(key) {
            hash_map::Entry::Vacant(slot) => {
                slot.insert(item);
                Ok(())
            }
            hash_map::Entry::Occupied(slot) => Err(slot.key().clone()),
        }
    }
    fn each(&self, f: &mut Visit<'_, T>) -> Result<(), Error> {
        let mut entries: Vec<_> = self.iter().collect();
        entries.sort_unstable_by_key(|(k, _)| *k);
        entries.into_iter().try_for_each(|(k, v)| f(k, v))
    }
}

fn write_avro_map<C: Codec, M: StringMap<Item = C::Value>>(
    v: &M,
    w: &mut AvroWriter,
) -> Result<(), Error> {
    w.enter()?;
    if v.size() > 0 {
        w.count(v.size());
        v.each(&mut |key, item| {
            w.bytes(key.as_bytes());
            C::write_avro(item, w).key(key)
        })?;
    }
    w.byte(0);
    w.leave();
    Ok(())
}

fn read_avro_map<C: Codec, M: StringMap<Item = C::Value>>(
    r: &mut AvroReader<'_>,
) -> Result<M, Error> {
    let mut out = M::new();
    r.enter()?;
    loop {
        let n = r.block()?;
        if n == 0 {
            break;
        }
        r.reserve(n, 1 + C::MIN_AVRO, map_cost::<C::Value>())?;
        for _ in 0..n {
            let key = r.string()?;
            let item = C::read_avro(r).key(key)?;
            out.put(key.to_owned(), item)
                .map_err(|key| Error::twice(&key, r.offset()))?;
        }
    }
    r.leave();
    Ok(out)
}

fn write_json_map<C: Codec, M: StringMap<Item = C::Value>>(
    v: &M,
    w: &mut JsonWriter,
) -> Result<(), Error> {
    w.enter()?;
    w.raw("{");
    let mut first = true;
    v.each(&mut |key, item| {
        if !std::mem::take(&mut first) {
            w.raw(",");
        }
        w.string(key);
        w.raw(":");
        C::write_json(item, w).key(key)
    })?;
    w.raw("}");
    w.leave();
    Ok(())
}

fn read_json_map<C: Codec, M: StringMap<Item = C::Value>>(
    r: &mut JsonReader<'_>,
) -> Result<M, Error> {
    r.token(b'{', "an object")?;
    r.enter()?;
    let mut out = M::new();
    while let Some(key) = r.next_key(out.size() == 0)? {
        r.item(map_cost::<C::Value>()).key(&key)?;
        let item = C::read_json(r).key(&key)?;
        out.put(key.into_owned(), item)
            .map_err(|key| Error::twice(&key, r.offset()))?;
    }
    r.leave();
    Ok(out)
}

struct Entries<'a, C: Codec, M: StringMap<Item = C::Value>>(&'a M, PhantomData<C>);
impl<C: Codec, M: StringMap<Item = C::Value>> MapView for Entries<'_, C, M> {
    fn len(&self) -> usize {
        self.0.size()
    }
    fn each(&self, f: &mut dyn FnMut(&str, &dyn View) -> Res<()>) -> Res<()> {
        let mut result = Ok(());
        let _ = self.0.each(&mut |k, v| {
            if result.is_ok() {
                result = f(k, &Shown::<C>(v));
            }
            Ok(())
        });
        result
    }
}
struct EntriesPlace<'a, C: Codec, M: StringMap<Item = C::Value>>(&'a mut M, PhantomData<C>);
impl<C: Codec, M: StringMap<Item = C::Value>> MapPlace for EntriesPlace<'_, C, M> {
    fn item_size(&self) -> usize {
        map_cost::<C::Value>()
    }
    fn insert(&mut self, key: String, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
        let mut item = None;
        C::place(&mut item, f)?;
        Ok(item.is_none_or(|item| self.0.put(key, item).is_ok()))
    }
}

struct Shown<'a, C: Codec>(&'a C::Value);
impl<C: Codec> View for Shown<'_, C> {
    fn show(&self, f: &mut dyn FnMut(Ref<'_>)) {
        C::show(self.0, f);
    }
}

macro_rules! map {
    ($marker:ident, $map:ident) => {
        impl<C: Codec> Codec for $marker<C> {
            type Value = $map<String, C::Value>;
            const TYPE: TypeDescriptor = TypeDescriptor::Map(&C::TYPE);
            const MIN_AVRO: usize = 1;
            const LEAF: bool = false;

            fn write_avro(v: &Self::Value, w: &mut AvroWriter) -> Result<(), Error> {
                write_avro_map::<C, _>(v, w)
            }
            fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error> {
                read_avro_map::<C, _>(r)
            }
            fn write_json(v: &Self::Value, w: &mut JsonWriter) -> Result<(), Error> {
                write_json_map::<C, _>(v, w)
            }
            fn read_json(r: &mut JsonReader<'_>) -> Result<Self::Value, Error> {
                read_json_map::<C, _>(r)
            }
            fn show(v: &Self::Value, f: &mut dyn FnMut(Ref<'_>)) {
                f(Ref::Map(&Entries::<C, Self::Value>(v, PhantomData)));
            }
            fn place(out: &mut Option<Self::Value>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
                f(Slot::Map(&mut EntriesPlace::<C, Self::Value>(
                    out.insert($map::new()),
                    PhantomData,
                )))
            }
        }
    };
}
map!(MapOf, BTreeMap);
map!(HashMapOf, HashMap);

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
    ($marker:ident, $slot:ident, |$v:ident| $read_avro:expr, |$r:ident| $read_json:expr) => {
        impl<C: Codec> Codec for $marker<C> {
            type Value = Option<C::Value>;
            const TYPE: TypeDescriptor = TypeDescriptor::Optional(&C::TYPE);
            const MIN_AVRO: usize = 1;
            const LEAF: bool = C::LEAF;

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
                let $v = C::read_avro(r)?;
                Ok($read_avro)
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
    };
}
opt!(Opt, Opt, |v| Some(v), |r| false);
opt!(OrNull, OrNull, |v| Some(v), |r| false);
opt!(
    OptUnset,
    Opt,
    |v| (!C::is_unset(&v)).then_some(v),
    |r| match C::named() {
        Some(d) => r.unset_instance(d)?,
        None => false,
    }
);

impl<C: Codec> Codec for Boxed<C> {
    type Value = Box<C::Value>;
    const TYPE: TypeDescriptor = C::TYPE;
    const MIN_AVRO: usize = C::MIN_AVRO;
    const LEAF: bool = C::LEAF;

    #[inline]
    fn write_avro(v: &Self::Value, w: &mut AvroWriter) -> Result<(), Error> {
        C::write_avro(v, w)
    }
    #[inline]
    fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error> {
        C::read_avro(r).map(Box::new)
    }
    #[inline]
    fn write_json(v: &Self::Value, w: &mut JsonWriter) -> Result<(), Error> {
        C::write_json(v, w)
    }
    #[inline]
    fn read_json(r: &mut JsonReader<'_>) -> Result<Self::Value, Error> {
        C::read_json(r).map(Box::new)
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
    fn named() -> Option<&'static Descriptor> {
        C::named()
    }
}
