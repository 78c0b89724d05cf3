//! A record from Avro and from JSON.

use std::mem::ManuallyDrop;

use super::described::is_required;
use super::{Default, Fill, Only, Record, Table};
use crate::avro::AvroReader;
use crate::codec::Codec;
use crate::descriptor::Kind;
use crate::error::Error;
use crate::json::{END, JsonReader, Keys, Object, Seen};

/// Why a filler stopped: an error, and the index of the field that it is in. There is at most one, and [`ended`]
/// takes it: code that gives it free in other cases would keep the whole filler in memory.
pub(super) type Failed = Option<Failure>;
type Failure = (usize, ManuallyDrop<Error>);

/// What the filler's end comes to.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn ended(failed: Failed, keys: &Keys) -> Result<(), Error> {
    match failed {
        None => Ok(()),
        Some(failure) => Err(stop(failure, keys)),
    }
}
/// The error, with the field that it is in.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn stop((i, e): Failure, keys: &Keys) -> Error {
    let e = ManuallyDrop::into_inner(e);
    match i {
        // An error in front of the first field is in none.
        BEFORE => e,
        i => e.in_field(keys.name(i)),
    }
}
/// The index of no field.
pub(super) const BEFORE: usize = usize::MAX;

#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn went(out: &mut Failed, i: usize, result: Result<(), Error>) -> bool {
    match result {
        Ok(()) => true,
        Err(e) => {
            *out = Some((i, ManuallyDrop::new(e)));
            false
        }
    }
}

/// Takes the Avro form, reusing the room that is there.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn avro<T: Record>(v: &mut T, r: &mut AvroReader<'_>) -> Result<(), Error> {
    #[cfg(debug_assertions)]
    let v: &mut dyn AvroPlaces = v;
    of_avro(v, r, T::TABLE)
}

/// The places of a record's fields, for its Avro form. Builds that are not optimized have them behind a pointer,
/// so that what fills them is compiled once and not for each record.
trait AvroPlaces {
    /// Shows them to a filler.
    fn fill(&mut self, filler: &mut Avro<'_, '_>);
}
impl<T: Record> AvroPlaces for T {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn fill(&mut self, filler: &mut Avro<'_, '_>) {
        self.each_mut(filler);
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn of_avro<P>(places: &mut P, r: &mut AvroReader<'_>, table: &Table) -> Result<(), Error>
where
    P: AvroPlaces + ?Sized,
{
    if table.facts.nests {
        r.enter()?;
    }
    let mut filler = Avro {
        r,
        failed: None,
        defaults: false,
    };
    places.fill(&mut filler);
    if filler.failed.is_some() {
        return ended(filler.failed, &table.keys);
    }
    if filler.defaults {
        filler.r.spend(table.cost())?;
    }
    if table.facts.nests {
        filler.r.leave();
    }
    Ok(())
}

struct Avro<'r, 'a> {
    r: &'r mut AvroReader<'a>,
    failed: Failed,
    /// Whether a default stands for a null. A null is one byte, and a default may be large.
    defaults: bool,
}
impl Avro<'_, '_> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take<C: Codec>(&mut self, i: usize, v: &mut C::Value) -> bool {
        let result = C::read_avro_into(v, self.r);
        went(&mut self.failed, i, result)
    }
}
impl Fill for Avro<'_, '_> {
    by_codec! { avro }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        match self.r.branch() {
            Ok(true) => self.take::<C>(i, v),
            Ok(false) => {
                *v = d();
                self.defaults = true;
                true
            }
            Err(e) => went(&mut self.failed, i, Err(e)),
        }
    }
}

/// Takes the JSON form.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn json<T: Record>(v: &mut T, r: &mut JsonReader<'_>) -> Result<(), Error> {
    #[cfg(debug_assertions)]
    let v: &mut dyn JsonPlaces<T::Seen> = v;
    of_json(v, r, T::TABLE)
}

/// The same, for its JSON form.
trait JsonPlaces<S> {
    /// Shows all of them.
    fn fill(&mut self, filler: &mut InOrder<'_, '_, S>);
    /// Shows one.
    fn fill_one(&mut self, i: usize, filler: &mut Json<'_, '_>);
    /// Puts defaults in the place of fields that never came, and says whether there are any.
    fn absent(&mut self, seen: &S) -> bool;
}
impl<T: Record> JsonPlaces<T::Seen> for T {
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn fill(&mut self, filler: &mut InOrder<'_, '_, T::Seen>) {
        self.each_mut(filler);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn fill_one(&mut self, i: usize, filler: &mut Json<'_, '_>) {
        Only::fill(self, i, filler);
    }
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn absent(&mut self, seen: &T::Seen) -> bool {
        T::DEFAULTS && absent(self, seen)
    }
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn of_json<S: Seen, P>(
    places: &mut P,
    r: &mut JsonReader<'_>,
    table: &'static Table,
) -> Result<(), Error>
where
    P: JsonPlaces<S> + ?Sized,
{
    let mut filler = InOrder::<S>::new(r, table);
    if filler.json.failed.is_none() {
        places.fill(&mut filler);
    }
    if filler.goes_on() {
        in_any_order(places, &mut filler);
    }
    if places.absent(&filler.object.seen) {
        filler.json.defaults = true;
    }
    filler.end(table)
}

/// Takes the rest of an object, whatever the order of its keys.
#[inline(never)]
fn in_any_order<S: Seen, P>(places: &mut P, filler: &mut InOrder<'_, '_, S>)
where
    P: JsonPlaces<S> + ?Sized,
{
    loop {
        let i = filler.any_key();
        if i == END {
            return;
        }
        places.fill_one(i, &mut filler.json);
    }
}

/// Puts defaults in the place of fields that never came, and says whether there are any.
#[inline(never)]
pub(super) fn absent<T: Record>(v: &mut T, seen: &T::Seen) -> bool {
    let mut absent = Absent { seen, any: false };
    v.each_mut(&mut absent);
    absent.any
}

/// The first of the required fields that never came.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn missing<S: Seen>(seen: &S, table: &Table) -> Option<usize> {
    let first = seen.words().first().copied().unwrap_or_default();
    let required = table.facts.required;
    match first & required == required && table.keys.fields.len() <= 64 {
        true => None,
        false => really_missing(seen.words(), table),
    }
}

#[inline(never)]
fn really_missing(seen: &[u64], table: &Table) -> Option<usize> {
    let Kind::Record(record) = &table.descriptor.kind else {
        return None;
    };
    let came = |i: usize| {
        seen.get(i / 64)
            .is_some_and(|word| word & (1 << (i % 64)) != 0)
    };
    let mut fields = record.fields.iter().enumerate();
    let missing = fields.find(|(i, field)| is_required(field) && !came(*i));
    missing.map(|(i, _)| i)
}

/// The value behind a key.
struct Json<'r, 'a> {
    r: &'r mut JsonReader<'a>,
    failed: Failed,
    /// Whether a default stands for a null or for nothing. Both are short, and a default may be large.
    defaults: bool,
}
impl Json<'_, '_> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn take<C: Codec>(&mut self, i: usize, v: &mut C::Value) -> bool {
        let result = C::read_json_into(v, self.r);
        went(&mut self.failed, i, result)
    }
}
impl Fill for Json<'_, '_> {
    by_codec! {}
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn default<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        if self.r.null() {
            *v = d();
            self.defaults = true;
            return true;
        }
        self.take::<C>(i, v)
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        self.default::<C>(i, v, d)
    }
}

/// The fields whose keys come where they are expected.
struct InOrder<'r, 'a, S> {
    json: Json<'r, 'a>,
    object: Object<S>,
    keys: &'static Keys,
}
impl<'r, 'a, S: Seen> InOrder<'r, 'a, S> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn new(r: &'r mut JsonReader<'a>, table: &'static Table) -> Self {
        let object = Object::new();
        let mut failed = None;
        let opened = r.open_object(table.facts.nests);
        went(&mut failed, BEFORE, opened);
        InOrder {
            json: Json {
                r,
                failed,
                defaults: false,
            },
            object,
            keys: &table.keys,
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn is_next(&mut self, i: usize) -> bool {
        self.json.r.next_is(&mut self.object, self.keys, i)
    }
    /// Whether one of the fields that follow may be next; not at the end of the object.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn may_be_later(&self) -> bool {
        self.json.r.at_compact_key(&self.object)
    }
    /// Whether there are keys left.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn goes_on(&mut self) -> bool {
        self.json.failed.is_none() && !self.json.r.ends(&self.object)
    }
    /// The index of the next key's field; [`END`] where the object or all reading ends.
    fn any_key(&mut self) -> usize {
        while self.json.failed.is_none() {
            let r = &mut *self.json.r;
            let i = match r.key(&mut self.object, self.keys) {
                Ok(i) => i,
                Err(e) => {
                    went(&mut self.json.failed, BEFORE, Err(e));
                    return END;
                }
            };
            if i < self.keys.fields.len() || i == END {
                return i;
            }
            let skipped = r.skip();
            went(&mut self.json.failed, BEFORE, skipped);
        }
        END
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn end(self, table: &Table) -> Result<(), Error> {
        if self.json.failed.is_some() {
            return ended(self.json.failed, &table.keys);
        }
        if self.json.defaults {
            self.json.r.spend(table.cost())?;
        }
        if table.facts.nests {
            self.json.r.leave();
        }
        match missing(&self.object.seen, table) {
            None => Ok(()),
            Some(i) => Err(self.json.r.missing(&table.keys, i)),
        }
    }
}
impl<S: Seen> Fill for InOrder<'_, '_, S> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<C: Codec>(&mut self, i: usize, v: &mut C::Value) -> bool {
        match self.is_next(i) {
            true => self.json.field::<C>(i, v),
            false => self.may_be_later(),
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<C: Codec>(&mut self, i: usize, v: &mut Option<C::Value>) -> bool {
        match self.is_next(i) {
            true => self.json.optional::<C>(i, v),
            false => self.may_be_later(),
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn instance<C: Codec>(&mut self, i: usize, v: &mut Option<C::Value>) -> bool {
        match self.is_next(i) {
            true => self.json.instance::<C>(i, v),
            false => self.may_be_later(),
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn default<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        match self.is_next(i) {
            true => self.json.default::<C>(i, v, d),
            false => self.may_be_later(),
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        match self.is_next(i) {
            true => self.json.nullable::<C>(i, v, d),
            false => self.may_be_later(),
        }
    }
}

/// Defaults for fields that never came.
struct Absent<'s, S> {
    seen: &'s S,
    any: bool,
}
impl<S: Seen> Fill for Absent<'_, S> {
    fn field<C: Codec>(&mut self, _: usize, _: &mut C::Value) -> bool {
        true
    }
    fn optional<C: Codec>(&mut self, _: usize, _: &mut Option<C::Value>) -> bool {
        true
    }
    fn instance<C: Codec>(&mut self, _: usize, _: &mut Option<C::Value>) -> bool {
        true
    }
    #[inline]
    fn default<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        if !self.seen.has(i) {
            *v = d();
            self.any = true;
        }
        true
    }
    #[inline]
    fn nullable<C: Codec>(&mut self, i: usize, v: &mut C::Value, d: Default<C>) -> bool {
        self.default::<C>(i, v, d)
    }
}
