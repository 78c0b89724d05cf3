//! `map<T>`.

use std::collections::{BTreeMap, HashMap, hash_map};
use std::marker::PhantomData;

use super::gather::{Ascending, Gather, put};
use super::list::{foreign_item, own_list};
use super::scalar::viewed_one_by_one;
use super::{At, Codec, Shown};
use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{MapPlace, MapView, Ref, Res, Slot, View};
use crate::descriptor::TypeDescriptor;
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};
use tg_schema_model::avro::resolution::{Node, NodeId, Plan};

/// `map<T>`: `BTreeMap<String, T>`.
pub struct MapOf<C>(PhantomData<C>);
/// `map<T>`: `HashMap<String, T>`, written in bytewise order of the keys.
pub struct HashMapOf<C>(PhantomData<C>);

/// Bytes of memory that an entry of a map may cost, the text of its key apart: nodes and tables are at
/// least half full, and the key has an allocation of its own.
const fn map_cost<T>() -> usize {
    size_of::<(String, T)>()
        .saturating_mul(3)
        .saturating_add(32)
}
/// Bytes of memory that the node or table of a map costs beside its first entries: a tree begins with room for eleven.
const fn map_room<T>() -> usize {
    map_room_of(map_cost::<T>())
}
/// The same, by what an entry may cost.
pub(crate) const fn map_room_of(entry: usize) -> usize {
    entry.saturating_mul(3)
}
/// What is done with each entry.
type Visit<'a, T> = dyn FnMut(&str, &T) -> Result<(), Error> + 'a;

impl<T: 'static> Gather<String, T> for HashMap<String, T> {
    type Map = Self;
    fn expect(&mut self, n: usize) {
        self.reserve(n);
    }
    fn add(&mut self, key: String, item: T) -> Result<(), String> {
        StringMap::put(self, key, item)
    }
    fn map(self) -> Self {
        self
    }
}

/// What the two map types share.
trait StringMap: Sized + 'static {
    type Item;
    type Gathered: Gather<String, Self::Item, Map = Self>;
    fn size(&self) -> usize;
    /// Adds an entry; the key as an error when it is there already.
    fn put(&mut self, key: String, item: Self::Item) -> Result<(), String>;
    /// Entries in bytewise order of the keys.
    fn each(&self, f: &mut Visit<'_, Self::Item>) -> Result<(), Error>;
    /// Reads a message's entries into a map of an earlier one, reusing keys and values.
    fn refill(&mut self, entries: &mut Entered<'_, '_, Self::Item>) -> Result<(), Error>;
}

/// The entries of a map in a message, one after the other.
struct Entered<'r, 'a, T> {
    r: &'r mut AvroReader<'a>,
    read: fn(&mut AvroReader<'a>) -> Result<T, Error>,
    read_into: fn(&mut T, &mut AvroReader<'a>) -> Result<(), Error>,
    least: usize,
    /// What is left of the block.
    block: usize,
}

impl<'a, T> Entered<'_, 'a, T> {
    /// The next key, or `None` at the end.
    fn key(&mut self) -> Result<Option<&'a str>, Error> {
        if self.block == 0 {
            self.block = self.r.block()?;
            if self.block == 0 {
                return Ok(None);
            }
            self.r.spend(map_room::<T>())?;
            self.r.reserve(self.block, self.least, map_cost::<T>())?;
        }
        self.block -= 1;
        self.r.string().map(Some)
    }
    /// How many there are of this block, a key that was taken counted in.
    fn left(&self, key: Option<&str>) -> usize {
        self.block + usize::from(key.is_some())
    }
    fn value(&mut self, key: &str) -> Result<T, Error> {
        (self.read)(self.r).key(key)
    }
    fn value_into(&mut self, key: &str, out: &mut T) -> Result<(), Error> {
        (self.read_into)(out, self.r).key(key)
    }
    /// Where the first entry is.
    fn mark(&self) -> AvroReader<'a> {
        self.r.clone()
    }
    /// Begins anew.
    fn go_back(&mut self, start: AvroReader<'a>) {
        *self.r = start;
        self.block = 0;
    }
    /// Reads the entries into a table that has the same keys, if they come in ascending order, as ours are written: no
    /// key comes twice then. Where the keys are others the entries have to be read again.
    fn read_same(&mut self, map: &mut HashMap<String, T>) -> Result<bool, Error> {
        let mut before = None;
        let mut left = map.len();
        while let Some(key) = self.key()? {
            let ascends = before.is_none_or(|before| before < key);
            let Some(value) = map.get_mut(key).filter(|_| ascends) else {
                return Ok(false);
            };
            self.value_into(key, value)?;
            before = Some(key);
            left = left.saturating_sub(1);
        }
        Ok(left == 0)
    }
    /// An entry in the room of an old one, if there is one.
    fn entry(&mut self, key: &str, old: Option<(String, T)>) -> Result<(String, T), Error> {
        match old {
            Some((mut text, mut value)) => {
                text.clear();
                text.push_str(key);
                self.value_into(key, &mut value)?;
                Ok((text, value))
            }
            None => Ok((key.to_owned(), self.value(key)?)),
        }
    }
}

impl<T: 'static> StringMap for BTreeMap<String, T> {
    type Item = T;
    type Gathered = Ascending<String, T>;
    fn size(&self) -> usize {
        self.len()
    }
    fn put(&mut self, key: String, item: T) -> Result<(), String> {
        put(self, key, item)
    }
    fn each(&self, f: &mut Visit<'_, T>) -> Result<(), Error> {
        self.iter().try_for_each(|(k, v)| f(k, v))
    }
    fn refill(&mut self, entries: &mut Entered<'_, '_, T>) -> Result<(), Error> {
        // Maps of one topic mostly have the same keys, and ours are written in their order.
        let mut key = entries.key()?;
        let mut same = 0;
        for (old, value) in self.iter_mut() {
            match key {
                Some(k) if k == old => entries.value_into(k, value)?,
                _ => break,
            }
            same += 1;
            key = entries.key()?;
        }
        if same == self.len() && key.is_none() {
            return Ok(());
        }
        let rest = match self.keys().nth(same).cloned() {
            Some(first) => self.split_off(&first),
            None => BTreeMap::new(),
        };
        let mut rest = rest.into_iter();
        let mut out = Ascending::into(std::mem::take(self));
        out.expect(entries.left(key));
        while let Some(k) = key {
            let (text, value) = entries.entry(k, rest.next())?;
            out.add(text, value)
                .map_err(|key| Error::twice(&key, entries.r.offset()))?;
            key = entries.key()?;
        }
        *self = out.map();
        Ok(())
    }
}

impl<T: 'static> StringMap for HashMap<String, T> {
    type Item = T;
    type Gathered = Self;
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
        let mut entries: Vec<_> = self.iter().map(|(k, v)| (head(k), k, v)).collect();
        entries.sort_unstable_by_key(|(head, k, _)| (*head, *k));
        entries.into_iter().try_for_each(|(_, k, v)| f(k, v))
    }
    fn refill(&mut self, entries: &mut Entered<'_, '_, T>) -> Result<(), Error> {
        if !self.is_empty() {
            let start = entries.mark();
            if entries.read_same(self)? {
                return Ok(());
            }
            entries.go_back(start);
        }
        let mut old = std::mem::take(self);
        let mut key = entries.key()?;
        self.reserve(old.len().max(entries.left(key)));
        while let Some(k) = key {
            let (text, value) = entries.entry(k, old.remove_entry(k))?;
            self.put(text, value)
                .map_err(|key| Error::twice(&key, entries.r.offset()))?;
            key = entries.key()?;
        }
        Ok(())
    }
}

/// The first bytes of a key, which come in the order of keys as numbers do: most keys are told apart by them.
#[inline]
fn head(key: &str) -> u64 {
    let mut head = [0; 8];
    head.iter_mut()
        .zip(key.bytes())
        .for_each(|(to, byte)| *to = byte);
    u64::from_be_bytes(head)
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

/// Takes the entries of a map: what one costs, and the least bytes of one, are said by who knows how values are read.
///
/// A key is made before its value is read: the map compares it, and to compare what was copied a moment ago makes the
/// processor wait.
#[inline]
fn gathered<'a, K, T, G>(
    r: &mut AvroReader<'a>,
    room: usize,
    least: usize,
    cost: usize,
    mut read: impl FnMut(&mut AvroReader<'a>) -> Result<T, Error>,
) -> Result<G::Map, Error>
where
    K: From<&'a str> + AsRef<str>,
    G: Gather<K, T>,
{
    let mut out = G::default();
    r.enter()?;
    let mut n = r.block()?;
    while n != 0 {
        r.spend(room)?;
        r.reserve(n, 1 + least, cost)?;
        out.expect(n);
        for _ in 0..n {
            let key = K::from(r.string()?);
            let item = read(r).key(key.as_ref())?;
            out.add(key, item)
                .map_err(|key| Error::twice(key.as_ref(), r.offset()))?;
        }
        n = r.next_block()?;
    }
    r.leave();
    Ok(out.map())
}

fn read_avro_map<C: Codec, M: StringMap<Item = C::Value>>(
    r: &mut AvroReader<'_>,
) -> Result<M, Error> {
    gathered::<String, _, M::Gathered>(
        r,
        map_room::<C::Value>(),
        C::MIN_AVRO,
        map_cost::<C::Value>(),
        C::read_avro,
    )
}

fn read_avro_map_into<C: Codec, M: StringMap<Item = C::Value>>(
    out: &mut M,
    r: &mut AvroReader<'_>,
) -> Result<(), Error> {
    r.enter()?;
    out.refill(&mut Entered {
        r,
        read: C::read_avro,
        read_into: C::read_avro_into,
        least: 1 + C::MIN_AVRO,
        block: 0,
    })?;
    r.leave();
    Ok(())
}

fn view_map<'a, C: Codec>(v: &mut ViewedMap<'a, C>, r: &mut AvroReader<'a>) -> Result<(), Error> {
    // Counted as the owned map would be.
    let map = gathered::<&str, _, Ascending<_, _>>(
        r,
        map_room::<C::Value>(),
        C::MIN_AVRO,
        map_cost::<C::Value>(),
        C::view_avro,
    )?;
    // A blank map has no memory that would have to be given free.
    std::mem::forget(std::mem::replace(v, map));
    Ok(())
}

/// A map in a view.
type ViewedMap<'a, C> = BTreeMap<&'a str, <C as Codec>::View<'a>>;

fn resolve_map<C: Codec, M: StringMap<Item = C::Value>>(
    r: &mut AvroReader<'_>,
    plan: &Plan,
    node: NodeId,
) -> Result<M, Error> {
    let item = match r.follow(plan, node)? {
        Node::Same => return read_avro_map::<C, M>(r),
        Node::Map(item) => *item,
        _ => return Err(r.foreign_plan()),
    };
    let (least, cost) = foreign_item::<C>(plan, item, map_cost::<C::Value>());
    gathered::<String, _, M::Gathered>(r, map_room::<C::Value>(), least, cost, |r| {
        C::resolve_avro(r, plan, item)
    })
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
    let mut out = M::Gathered::default();
    out.guess(r.last_entries);
    let mut first = true;
    let mut count = 0;
    while let Some(key) = r.next_own_key(first)? {
        if std::mem::take(&mut first) {
            r.spend(map_room::<C::Value>()).key(&key)?;
        }
        r.item(map_cost::<C::Value>()).key(&key)?;
        let item = C::read_json(r).key(&key)?;
        out.add(key, item)
            .map_err(|key| Error::twice(&key, r.offset()))?;
        count += 1;
    }
    r.last_entries = count;
    r.leave();
    Ok(out.map())
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
macro_rules! map {
    ($marker:ident, $map:ident) => {
        impl<C: Codec> Codec for $marker<C> {
            type Value = $map<String, C::Value>;
            type View<'a> = ViewedMap<'a, C>;
            const TYPE: TypeDescriptor = TypeDescriptor::Map(&C::TYPE);
            const MIN_AVRO: usize = 1;
            const LEAF: bool = false;
            const HELD: bool = true;

            fn write_avro(v: &Self::Value, w: &mut AvroWriter) -> Result<(), Error> {
                write_avro_map::<C, _>(v, w)
            }
            fn read_avro(r: &mut AvroReader<'_>) -> Result<Self::Value, Error> {
                read_avro_map::<C, _>(r)
            }
            fn read_avro_into(v: &mut Self::Value, r: &mut AvroReader<'_>) -> Result<(), Error> {
                read_avro_map_into::<C, _>(v, r)
            }
            fn view_avro_into<'a>(
                v: &mut ViewedMap<'a, C>,
                r: &mut AvroReader<'a>,
            ) -> Result<(), Error> {
                view_map::<C>(v, r)
            }
            fn own(v: ViewedMap<'_, C>) -> Self::Value {
                let (keys, values): (Vec<_>, Vec<_>) = v.into_iter().unzip();
                let keys = keys.into_iter().map(str::to_owned);
                keys.zip(own_list::<C>(values)).collect()
            }
            fn heap(v: &Self::Value) -> usize {
                let room = match v.is_empty() {
                    true => 0,
                    false => map_room::<C::Value>(),
                };
                let entry = |(key, item): (&String, _)| {
                    let of = key.len().saturating_add(C::heap(item));
                    of.saturating_add(map_cost::<C::Value>())
                };
                v.iter().map(entry).fold(room, usize::saturating_add)
            }
            viewed_one_by_one!();
            fn resolve_avro(
                r: &mut AvroReader<'_>,
                plan: &Plan,
                node: NodeId,
            ) -> Result<Self::Value, Error> {
                resolve_map::<C, _>(r, plan, node)
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
