//! A record into Avro, into JSON and to a serializer.

use super::{Default, Facts, Record, Visit};
use crate::avro::AvroWriter;
use crate::bridge::{RecordView, Ref};
use crate::codec::{Codec, Opt};
use crate::descriptor::TypeDescriptor;
use crate::error::Error;
use crate::json::{JsonWriter, key_name};

/// A writer, and why it stopped.
struct Writing<'w, W> {
    w: &'w mut W,
    error: Option<Error>,
}

impl<W> Writing<'_, W> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn went(&mut self, result: Result<(), Error>, key: &'static str) -> bool {
        match result {
            Ok(()) => true,
            Err(e) => {
                self.error = Some(e.in_field(key_name(key)));
                false
            }
        }
    }
}

/// Appends the Avro form.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn avro<T: Record>(v: &T, w: &mut AvroWriter) -> Result<(), Error> {
    let mut writing = Writing::avro(w, &T::TABLE.facts);
    if writing.error.is_none() {
        v.each(&mut writing);
    }
    writing.end_avro(&T::TABLE.facts)
}

impl<'w, 'o> Writing<'w, AvroWriter<'o>> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn avro(w: &'w mut AvroWriter<'o>, facts: &Facts) -> Self {
        let error = if facts.nests { w.enter().err() } else { None };
        Writing { w, error }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn end_avro(self, facts: &Facts) -> Result<(), Error> {
        match self.error {
            Some(e) => Err(e),
            None => {
                if facts.nests {
                    self.w.leave();
                }
                Ok(())
            }
        }
    }
}

impl Visit for Writing<'_, AvroWriter<'_>> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> bool {
        let result = C::write_avro(v, self.w);
        self.went(result, key)
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<C: Codec>(&mut self, key: &'static str, v: &Option<C::Value>) -> bool {
        self.w.branch(v.is_some());
        match v {
            Some(v) => self.field::<C>(key, v),
            None => true,
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, key: &'static str, v: &C::Value, _: Default<C>) -> bool {
        self.w.branch(true);
        self.field::<C>(key, v)
    }
}

/// Appends the JSON form.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn json<T: Record>(v: &T, w: &mut JsonWriter) -> Result<(), Error> {
    let start = w.out.len();
    let mut writing = Writing::json(w, &T::TABLE.facts);
    if writing.error.is_none() {
        v.each(&mut writing);
    }
    writing.end_json(start, &T::TABLE.facts)
}

impl<'w> Writing<'w, JsonWriter> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn json(w: &'w mut JsonWriter, facts: &Facts) -> Self {
        let error = if facts.nests { w.enter().err() } else { None };
        Writing { w, error }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn end_json(self, start: usize, facts: &Facts) -> Result<(), Error> {
        let w = match self.error {
            Some(e) => return Err(e),
            None => self.w,
        };
        // Every key brings its comma; the brace takes the place of the first.
        match w.out.get_mut(start) {
            Some(comma) => *comma = b'{',
            None => w.byte(b'{'),
        }
        w.byte(b'}');
        if facts.nests {
            w.leave();
        }
        Ok(())
    }
}

impl Visit for Writing<'_, JsonWriter> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> bool {
        self.w.raw(key);
        let result = C::write_json(v, self.w);
        self.went(result, key)
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<C: Codec>(&mut self, key: &'static str, v: &Option<C::Value>) -> bool {
        match v {
            Some(v) => self.field::<C>(key, v),
            None => true,
        }
    }
}

/// A record as a serializer sees it.
pub(crate) struct Shown<'a, T>(pub(crate) &'a T);
impl<T: Record> RecordView for Shown<'_, T> {
    fn show_fields(&self, f: &mut dyn FnMut(Ref<'_>)) {
        self.0.each(&mut Shower(f));
    }
}
struct Shower<'a>(&'a mut dyn FnMut(Ref<'_>));
impl Visit for Shower<'_> {
    fn field<C: Codec>(&mut self, _: &'static str, v: &C::Value) -> bool {
        C::show(v, self.0);
        true
    }
    fn optional<C: Codec>(&mut self, _: &'static str, v: &Option<C::Value>) -> bool {
        Opt::<C>::show(v, self.0);
        true
    }
}

/// Goes on while each field holds what an old Record's unset attribute holds.
pub(super) struct Unset;
impl Visit for Unset {
    fn field<C: Codec>(&mut self, _: &'static str, v: &C::Value) -> bool {
        C::is_unset(v)
    }
    fn optional<C: Codec>(&mut self, _: &'static str, v: &Option<C::Value>) -> bool {
        match v {
            Some(v) => is_boolean::<C>() && C::is_unset(v),
            None => true,
        }
    }
    fn default<C: Codec>(&mut self, _: &'static str, v: &C::Value, d: Default<C>) -> bool {
        C::is_same(v, &d())
    }
}

/// Whether it is a boolean, of which `false` says as little as nothing.
pub(super) fn is_boolean<C: Codec>() -> bool {
    matches!(C::TYPE, TypeDescriptor::Boolean)
}
