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
    /// Absent fields in front of the next, of which each is a byte in Avro. They are written together: the length of
    /// the buffer is in memory, and each byte would wait for the one before.
    absent: usize,
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

/// The fields of a record. Builds that are not optimized have them behind a pointer, so that what uses them is
/// compiled once and not for each record.
trait Fields<W> {
    /// Shows them to a writer.
    fn show(&self, writing: &mut Writing<'_, W>);
}
impl<T: Record, W> Fields<W> for T
where
    for<'w> Writing<'w, W>: Visit,
{
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn show(&self, writing: &mut Writing<'_, W>) {
        self.each(writing);
    }
}

/// Appends the Avro form.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn avro<'o, T: Record>(v: &T, w: &mut AvroWriter<'o>) -> Result<(), Error> {
    #[cfg(debug_assertions)]
    let v: &dyn Fields<AvroWriter<'o>> = v;
    as_avro(v, w, &T::TABLE.facts)
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn as_avro<'o, F>(v: &F, w: &mut AvroWriter<'o>, facts: &Facts) -> Result<(), Error>
where
    F: Fields<AvroWriter<'o>> + ?Sized,
{
    if facts.nests {
        w.enter()?;
    }
    let mut writing = Writing {
        w,
        absent: 0,
        error: None,
    };
    v.show(&mut writing);
    match writing.error {
        Some(e) => Err(e),
        None => {
            writing.w.absent(writing.absent);
            if facts.nests {
                writing.w.leave();
            }
            Ok(())
        }
    }
}

impl Visit for Writing<'_, AvroWriter<'_>> {
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn field<C: Codec>(&mut self, key: &'static str, v: &C::Value) -> bool {
        self.w.absent(std::mem::take(&mut self.absent));
        let result = C::write_avro(v, self.w);
        self.went(result, key)
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn optional<C: Codec>(&mut self, key: &'static str, v: &Option<C::Value>) -> bool {
        match v {
            Some(v) => {
                self.w.present(std::mem::take(&mut self.absent));
                self.field::<C>(key, v)
            }
            None => {
                self.absent += 1;
                true
            }
        }
    }
    #[cfg_attr(debug_assertions, inline)]
    #[cfg_attr(not(debug_assertions), inline(always))]
    fn nullable<C: Codec>(&mut self, key: &'static str, v: &C::Value, _: Default<C>) -> bool {
        self.w.present(std::mem::take(&mut self.absent));
        self.field::<C>(key, v)
    }
}

/// Appends the JSON form.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn json<T: Record>(v: &T, w: &mut JsonWriter) -> Result<(), Error> {
    #[cfg(debug_assertions)]
    let v: &dyn Fields<JsonWriter> = v;
    as_json(v, w, &T::TABLE.facts)
}

#[cfg_attr(not(debug_assertions), inline(always))]
fn as_json<F>(v: &F, w: &mut JsonWriter, facts: &Facts) -> Result<(), Error>
where
    F: Fields<JsonWriter> + ?Sized,
{
    let start = w.out.len();
    if facts.nests {
        w.enter()?;
    }
    let mut writing = Writing {
        w,
        absent: 0,
        error: None,
    };
    v.show(&mut writing);
    let w = match writing.error {
        Some(e) => return Err(e),
        None => writing.w,
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
