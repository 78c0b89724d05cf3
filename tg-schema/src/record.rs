//! What every record does alike: generated code names the fields, and all else is here.
//!
//! A record shows its fields to a [`Visit`]or in wire order, and hands out the places of its [`Partial`] by
//! index. Writing, serde and other writers' messages are written once over these two.

use tg_schema_model::avro::resolution::{NodeId, Plan, Step};

use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{Fail, RecordView, Ref, Res, Slot};
use crate::codec::{Codec, Wire};
use crate::error::Error;
use crate::json::{END, JsonReader, JsonWriter, Keys, Object, key_name};

/// A record. Implemented by generated code.
pub trait Record: Wire {
    /// Its fields on their way in.
    type Partial: Partial<Self>;
    /// Their keys.
    const KEYS: &'static Keys;
    /// Bytes of memory that the defaults of its fields may cost.
    const COST: usize = 0;
    /// Shows each field.
    ///
    /// # Errors
    /// What the visitor says.
    fn each<V: Visit>(&self, v: &mut V) -> Result<(), Error>;
}

/// What is done with each field of a record. A key is `,"name":`.
pub trait Visit {
    /// A field that always has a value.
    fn field<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> Result<(), Error>;
    /// A field that may have none.
    fn optional<C: Codec>(&mut self, key: &'static str, v: &Option<C::Value>) -> Result<(), Error>;
    /// A field that always has a value, and whose Avro type is a union with null.
    fn nullable<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> Result<(), Error>;
}

/// A record whose fields come one by one. Implemented by generated code.
pub trait Partial<T>: Sized {
    /// No field has come.
    fn empty() -> Self;
    /// Does something with the place of field `i`.
    fn pick<P: Pick>(&mut self, i: usize, p: P) -> P::Out;
    /// The record, or the index of a required field that never came.
    fn finish(self) -> Result<T, usize>;
}

/// What is done with the place of a field.
pub trait Pick {
    /// What comes of it.
    type Out;
    /// There is such a field.
    fn field<C: Codec>(self, out: &mut Option<C::Value>) -> Self::Out;
    /// There is none.
    fn other(self) -> Self::Out;
}

#[inline(always)]
fn named(result: Result<(), Error>, key: &'static str) -> Result<(), Error> {
    match result {
        Ok(()) => Ok(()),
        Err(e) => Err(e.in_field(key_name(key))),
    }
}

impl Visit for AvroWriter {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> Result<(), Error> {
        named(C::write_avro(v, self), key)
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<C: Codec>(&mut self, key: &'static str, v: &Option<C::Value>) -> Result<(), Error> {
        self.branch(v.is_some());
        match v {
            Some(v) => named(C::write_avro(v, self), key),
            None => Ok(()),
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> Result<(), Error> {
        self.branch(true);
        named(C::write_avro(v, self), key)
    }
}

impl AvroWriter {
    /// A record; `nests` where a record, array or map is inside.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn record<T: Record>(&mut self, v: &T, nests: bool) -> Result<(), Error> {
        if !nests {
            return v.each(self);
        }
        self.enter()?;
        v.each(self)?;
        self.leave();
        Ok(())
    }
}

impl Visit for JsonWriter {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> Result<(), Error> {
        self.raw(key);
        named(C::write_json(v, self), key)
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<C: Codec>(&mut self, key: &'static str, v: &Option<C::Value>) -> Result<(), Error> {
        match v {
            Some(v) => self.field::<C>(key, v),
            None => Ok(()),
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> Result<(), Error> {
        self.field::<C>(key, v)
    }
}

impl JsonWriter {
    /// A record; `nests` where a record, array or map is inside.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn record<T: Record>(&mut self, v: &T, nests: bool) -> Result<(), Error> {
        if nests {
            self.enter()?;
        }
        let start = self.out.len();
        v.each(self)?;
        // Every key brings its comma; the brace takes the place of the first.
        match self.out.get_mut(start) {
            Some(comma) => *comma = b'{',
            None => self.byte(b'{'),
        }
        self.byte(b'}');
        if nests {
            self.leave();
        }
        Ok(())
    }
}

/// Shows a record to a serializer.
pub fn show_record<T: Record>(v: &T, f: &mut dyn FnMut(Ref<'_>)) {
    f(Ref::Record(T::descriptor(), &Shown(v)));
}

struct Shown<'a, T>(&'a T);
impl<T: Record> RecordView for Shown<'_, T> {
    fn show_fields(&self, f: &mut dyn FnMut(Ref<'_>)) {
        // Showing cannot fail.
        let _ = self.0.each(&mut Shower(f));
    }
}
struct Shower<'a>(&'a mut dyn FnMut(Ref<'_>));
impl Visit for Shower<'_> {
    fn field<C: Codec>(&mut self, _: &'static str, v: &C::Value) -> Result<(), Error> {
        C::show(v, self.0);
        Ok(())
    }
    fn optional<C: Codec>(&mut self, _: &'static str, v: &Option<C::Value>) -> Result<(), Error> {
        crate::codec::Opt::<C>::show(v, self.0);
        Ok(())
    }
    fn nullable<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> Result<(), Error> {
        self.field::<C>(key, v)
    }
}
/// Lets a deserializer fill a field.
pub(crate) struct Filling<'f, 'a>(pub(crate) &'f mut (dyn FnMut(Slot<'_>) -> Res + 'a));
impl Pick for Filling<'_, '_> {
    type Out = Res;
    fn field<C: Codec>(self, out: &mut Option<C::Value>) -> Res {
        C::place(out, self.0)
    }
    fn other(self) -> Res {
        Err(Fail)
    }
}

impl AvroReader<'_> {
    /// Reads a field into the value that is there.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn field_into<C: Codec>(
        &mut self,
        name: &'static str,
        v: &mut C::Value,
    ) -> Result<(), Error> {
        match C::read_avro_into(v, self) {
            Ok(()) => Ok(()),
            Err(e) => Err(e.in_field(name)),
        }
    }
    /// Reads a nullable field with a default into the value that is there.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn nullable_into<C: Codec>(
        &mut self,
        name: &'static str,
        v: &mut C::Value,
        default: fn() -> C::Value,
    ) -> Result<(), Error> {
        match self.branch() {
            Ok(true) => self.field_into::<C>(name, v),
            Ok(false) => {
                *v = default();
                Ok(())
            }
            Err(e) => Err(e.in_field(name)),
        }
    }
}

impl<'a> AvroReader<'a> {
    /// Views a field.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn view<C: Codec>(&mut self, name: &'static str) -> Result<C::View<'a>, Error> {
        match C::view_avro(self) {
            Ok(v) => Ok(v),
            Err(e) => Err(e.in_field(name)),
        }
    }
}

/// A field of another writer's message.
struct Resolving<'r, 'a> {
    r: &'r mut AvroReader<'a>,
    plan: &'r Plan,
    node: NodeId,
}
impl Pick for Resolving<'_, '_> {
    type Out = Result<(), Error>;
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<C: Codec>(self, out: &mut Option<C::Value>) -> Result<(), Error> {
        *out = Some(C::resolve_avro(self.r, self.plan, self.node)?);
        Ok(())
    }
    fn other(self) -> Result<(), Error> {
        Err(self.r.foreign_plan())
    }
}

/// Takes a record of another writer, as a node of the plan says.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub fn resolve_record<T: Record>(
    r: &mut AvroReader<'_>,
    plan: &Plan,
    node: NodeId,
) -> Result<T, Error> {
    let Some(steps) = r.steps(plan, node, T::COST)? else {
        return T::read_avro(r);
    };
    let mut partial = T::Partial::empty();
    for step in steps {
        match *step {
            Step::Read { field, node } => {
                let i = field as usize;
                if let Err(e) = partial.pick(i, Resolving { r, plan, node }) {
                    return Err(e.in_field(T::KEYS.name(i)));
                }
            }
            Step::Skip(skip) => r.skip(&plan.skips, skip)?,
        }
    }
    r.leave();
    match partial.finish() {
        Ok(record) => Ok(record),
        Err(_) => Err(r.foreign_plan()),
    }
}

/// The value behind a key.
struct Taking<'r, 'a>(&'r mut JsonReader<'a>);
impl Pick for Taking<'_, '_> {
    type Out = Result<(), Error>;
    #[inline]
    fn field<C: Codec>(self, out: &mut Option<C::Value>) -> Result<(), Error> {
        *out = Some(C::read_json(self.0)?);
        Ok(())
    }
    fn other(self) -> Result<(), Error> {
        self.0.skip()
    }
}

impl JsonReader<'_> {
    /// Takes a field if its key is the next.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn next<C: Codec, const W: usize>(
        &mut self,
        o: &mut Object<W>,
        keys: &Keys,
        i: usize,
        out: &mut Option<C::Value>,
    ) -> Result<(), Error> {
        if !self.next_is(o, keys, i) {
            return Ok(());
        }
        match C::read_json(self) {
            Ok(v) => {
                *out = Some(v);
                Ok(())
            }
            Err(e) => Err(e.in_field(keys.name(i))),
        }
    }
    /// Takes the rest of an object, whatever the order of its keys, and gives the record.
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    pub fn in_any_order<T: Record, const W: usize>(
        &mut self,
        o: Object<W>,
        partial: T::Partial,
        nests: bool,
    ) -> Result<T, Error> {
        if self.ends(&o) {
            return self.made(partial, nests);
        }
        // What is done rarely takes the fields by value, so that they need no memory where it is not.
        self.unordered(o, partial, nests)
    }
    #[inline(never)]
    fn unordered<T: Record, const W: usize>(
        &mut self,
        mut o: Object<W>,
        mut partial: T::Partial,
        nests: bool,
    ) -> Result<T, Error> {
        loop {
            let i = self.key(&mut o, T::KEYS)?;
            if i == END {
                return self.made(partial, nests);
            }
            if let Err(e) = partial.pick(i, Taking(self)) {
                return Err(match i < T::KEYS.fields.len() {
                    true => e.in_field(T::KEYS.name(i)),
                    false => e,
                });
            }
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn made<T: Record>(&mut self, partial: T::Partial, nests: bool) -> Result<T, Error> {
        if nests {
            self.leave();
        }
        match partial.finish() {
            Ok(record) => Ok(record),
            Err(i) => Err(self.missing(T::KEYS, i)),
        }
    }
}
