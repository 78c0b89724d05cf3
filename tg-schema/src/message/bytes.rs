//! What is the same for all messages. The methods of [`Message`](super::Message) are compiled again for each
//! of them, and these are not: a message is behind a pointer here, which optimized builds look through.

use crate::avro::{AvroReader, AvroWriter};
use crate::codec::{Blank, Wire};
use crate::descriptor::Descriptor;
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};
use crate::limits::Limits;

/// A way of writing or of reading a message that is behind a pointer.
macro_rules! way {
    ($way:ident, $method:ident, $($mut:ident)?, $end:ident $(<$life:lifetime>)?) => {
        pub(super) trait $way {
            fn go(&$($mut)? self, end: &mut $end $(<$life>)?) -> Result<(), Error>;
        }
        impl<T: Wire> $way for T {
            #[inline]
            fn go(&$($mut)? self, end: &mut $end $(<$life>)?) -> Result<(), Error> {
                self.$method(end)
            }
        }
    };
}
way!(ToAvro, write_avro, , AvroWriter<'_>);
way!(ToJson, write_json, , JsonWriter);
way!(OfAvro, read_avro_into, mut, AvroReader<'_>);
way!(OfJson, read_json_into, mut, JsonReader<'_>);

/// Appends the JSON form, or leaves the buffer as it was.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn append_json(
    v: &dyn ToJson,
    out: &mut Vec<u8>,
    d: &'static Descriptor,
) -> Result<(), Error> {
    let start = out.len();
    let mut w = JsonWriter::new(std::mem::take(out), Limits::DEFAULT);
    let result = v.go(&mut w);
    // What was put there has no memory that would have to be given free.
    std::mem::forget(std::mem::replace(out, w.out));
    end(result, start, out, d)
}

/// Appends the Avro form, or leaves the buffer as it was.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn append_avro(
    v: &dyn ToAvro,
    out: &mut Vec<u8>,
    d: &'static Descriptor,
) -> Result<(), Error> {
    let start = out.len();
    let result = v.go(&mut AvroWriter::new(out, Limits::DEFAULT));
    end(result, start, out, d)
}

#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn json_of(v: &dyn ToJson, d: &'static Descriptor) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    append_json(v, &mut out, d)?;
    Ok(out)
}

#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn avro_of(v: &dyn ToAvro, d: &'static Descriptor) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    append_avro(v, &mut out, d)?;
    Ok(out)
}

/// A message that is filled where it is handed over. One that is made elsewhere is copied there whole right after its
/// parts were written, for which the processor waits.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(crate) fn filled<T: Blank>(fill: impl FnOnce(&mut T) -> Result<(), Error>) -> Result<T, Error> {
    let mut filled = Ok(T::blank());
    if let Ok(message) = &mut filled
        && let Err(e) = fill(message)
    {
        filled = Err(e);
    }
    filled
}

/// Reads JSON; how many symbols were unknown.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn take_json(
    v: &mut dyn OfJson,
    bytes: &[u8],
    limits: Limits,
    d: &'static Descriptor,
) -> Result<u64, Error> {
    let text = match JsonReader::text_of(bytes) {
        Ok(text) => text,
        Err(e) => return Err(e.in_record(d.name)),
    };
    let mut r = JsonReader::over(text, limits);
    match v.go(&mut r).and_then(|()| r.finish()) {
        Ok(()) => Ok(r.unknown_symbols()),
        Err(e) => Err(e.in_record(d.name)),
    }
}

/// Reads Avro.
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn take_avro(
    v: &mut dyn OfAvro,
    bytes: &[u8],
    limits: Limits,
    d: &'static Descriptor,
) -> Result<(), Error> {
    let mut r = AvroReader::new(bytes, limits);
    let result = v.go(&mut r);
    end_avro(result, &r, d)
}

/// After an error the buffer holds what it held before.
#[inline]
fn end(
    result: Result<(), Error>,
    start: usize,
    out: &mut Vec<u8>,
    d: &'static Descriptor,
) -> Result<(), Error> {
    match result {
        Ok(()) => Ok(()),
        Err(e) => {
            out.truncate(start);
            Err(e.in_record(d.name))
        }
    }
}

/// What was read, if it was all there was.
#[cfg_attr(debug_assertions, inline)]
#[cfg_attr(not(debug_assertions), inline(always))]
pub(super) fn end_avro<T>(
    result: Result<T, Error>,
    r: &AvroReader<'_>,
    d: &'static Descriptor,
) -> Result<T, Error> {
    let error = match result {
        Ok(message) => match r.finish() {
            Ok(()) => return Ok(message),
            Err(e) => e,
        },
        Err(e) => e,
    };
    Err(error.in_record(d.name))
}
