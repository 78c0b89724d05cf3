//! `date time_ms timestamp_ms timestamp_us uuid decimal(p,s)`.

use std::fmt::Display;

use super::scalar::viewed_one_by_one;
use super::{At, Codec};
use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{Ref, Res, Slot};
use crate::descriptor::TypeDescriptor;
use crate::error::{Error, ErrorKind};
use crate::json::{JsonReader, JsonWriter};
use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

/// `date`.
pub struct DateDay;
/// `time_ms`.
pub struct TimeOfDay;
/// `timestamp_ms`.
pub struct TimestampMillis;
/// `timestamp_us`.
pub struct TimestampMicros;
/// `uuid`.
pub struct UuidText;
/// `decimal(P,S)`.
pub struct Dec<const P: u8, const S: u8>;

/// A date constant of generated code.
pub fn date(days: i32) -> Date {
    Date::from_days(days).unwrap_or_default()
}
/// A time constant of generated code.
pub fn time(millis: i32) -> Time {
    Time::from_millis(millis).unwrap_or_default()
}
/// A timestamp constant of generated code.
pub fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap_or_default()
}
/// A UUID constant of generated code.
pub fn uuid(bits: u128) -> Uuid {
    Uuid::from_bytes(bits.to_be_bytes())
}
/// A decimal constant of generated code.
pub fn decimal(unscaled: i128, scale: u8) -> Decimal {
    Decimal::new(unscaled, scale).unwrap_or_default()
}

/// Milliseconds of a timestamp that has no finer digits.
#[inline]
pub(crate) fn exact_millis(v: Timestamp) -> Result<i64, Error> {
    match v.millis_exact() {
        Some(millis) => Ok(millis),
        None => Err(not_exact()),
    }
}

#[cold]
#[inline(never)]
fn not_exact() -> Error {
    Error::value(
        "the timestamp has microseconds, which timestamp_ms cannot carry; use Timestamp::floor_millis",
    )
}

/// The number with exactly `scale` digits after the point.
#[inline]
pub(crate) fn fitted(v: Decimal, precision: u8, scale: u8) -> Result<Decimal, Error> {
    match v.scale() == scale && v.fits(precision) {
        true => Ok(v),
        false => rescaled(v, precision, scale),
    }
}

#[inline(never)]
fn rescaled(v: Decimal, precision: u8, scale: u8) -> Result<Decimal, Error> {
    match v.rescale(scale) {
        Some(v) if v.fits(precision) => Ok(v),
        _ => Err(Error::value(format!(
            "{v} does not fit decimal({precision},{scale})"
        ))),
    }
}

/// A text of one length in quotes, which `put` writes to its place: to copy it from another a moment later makes
/// the processor wait.
#[inline]
fn quoted<const N: usize>(w: &mut JsonWriter, put: impl FnOnce(&mut [u8; N])) {
    /// The longest, and its quotes.
    const ROOM: usize = 36 + 2;
    const { assert!(N + 2 <= ROOM) };
    let start = w.out.len();
    w.out.extend_from_slice(&[b'"'; ROOM]);
    if let Some(place) = w.out.get_mut(start + 1..).and_then(<[u8]>::first_chunk_mut) {
        put(place);
    }
    w.out.truncate(start + N + 2);
}

/// Such texts with commas between. How long all of them are is known, so that room is made once.
#[inline(always)]
fn all_quoted<T: Copy, const N: usize>(
    items: &[T],
    w: &mut JsonWriter,
    mut put: impl FnMut(T, &mut [u8; N]),
) {
    let start = w.out.len();
    w.out.resize(start + items.len() * (N + 3), b'"');
    let places = w.out.get_mut(start..).unwrap_or_default();
    for (item, place) in items.iter().zip(places.chunks_exact_mut(N + 3)) {
        if let [_, text @ .., _, comma] = place
            && let Ok(text) = text.try_into()
        {
            put(*item, text);
            *comma = b',';
        }
    }
    if !items.is_empty() {
        // The comma behind the last.
        w.out.pop();
    }
}

#[cold]
#[inline(never)]
fn out_of_range(r: &AvroReader<'_>, what: &'static str) -> Error {
    r.error(
        ErrorKind::Type,
        format!("expected {what}, the number is out of its range"),
    )
}

/// A string that `parse` understands, mostly one of `usual` bytes. No text that has to be escaped may be understood.
#[inline(always)]
fn parsed<T>(
    r: &mut JsonReader<'_>,
    what: impl Display,
    usual: usize,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, Error> {
    r.space();
    if let Some(text) = r.between_quotes(usual)
        && let Some(v) = parse(text)
    {
        r.pass_quoted(usual);
        return Ok(v);
    }
    parsed_any(r, what, parse)
}

#[inline(never)]
fn parsed_any<T>(
    r: &mut JsonReader<'_>,
    what: impl Display,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<T, Error> {
    r.space();
    let start = r.offset();
    let text = r.string()?;
    match parse(&text) {
        Some(v) => Ok(v),
        None => {
            let shown: String = text.chars().take(64).collect();
            Err(Error::new(
                ErrorKind::Type,
                format!("expected {what}, found {shown:?}"),
                Some(start),
            ))
        }
    }
}

macro_rules! logical {
    ([$($generics:tt)*] $marker:ty, $value:ty, $ty:expr, $min:expr, |$v:ident| $show:expr, |$o:ident| $place:expr,
     |$va:ident, $wa:ident| $write_avro:expr, |$ra:ident| $read_avro:expr,
     |$vj:ident, $wj:ident| $write_json:expr, |$rj:ident| $read_json:expr
     $(, |$vi:ident, $wi:ident| $write_json_items:expr)?) => {
        impl $($generics)* Codec for $marker {
            type Value = $value;
            type View<'a> = $value;
            const TYPE: TypeDescriptor = $ty;
            const MIN_AVRO: usize = $min;
            const LEAF: bool = true;
            #[inline]
            fn write_avro($va: &$value, $wa: &mut AvroWriter) -> Result<(), Error> {
                $write_avro
            }
            #[inline]
            fn read_avro($ra: &mut AvroReader<'_>) -> Result<$value, Error> {
                $read_avro
            }
            #[inline]
            fn view_avro<'a>(r: &mut AvroReader<'a>) -> Result<$value, Error> {
                Self::read_avro(r)
            }
            #[inline]
            fn view_avro_into<'a>(v: &mut $value, r: &mut AvroReader<'a>) -> Result<(), Error> {
                *v = Self::read_avro(r)?;
                Ok(())
            }
            fn is_same(a: &$value, b: &$value) -> bool {
                a == b
            }
            #[inline]
            fn own(v: $value) -> $value {
                v
            }
            viewed_one_by_one!();
            #[inline]
            fn write_json($vj: &$value, $wj: &mut JsonWriter) -> Result<(), Error> {
                $write_json
            }
            $(
                fn write_json_items($vi: &[$value], $wi: &mut JsonWriter) -> Result<(), Error> {
                    $write_json_items
                }
            )?
            fn read_json($rj: &mut JsonReader<'_>) -> Result<$value, Error> {
                $read_json
            }
            fn show($v: &$value, f: &mut dyn FnMut(Ref<'_>)) {
                f($show);
            }
            fn place($o: &mut Option<$value>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
                f($place)
            }
        }
    };
}

logical!(
    [] DateDay, Date, TypeDescriptor::Date, 1, |v| Ref::Date(*v), |o| Slot::Date(o),
    |v, w| { w.long(i64::from(v.days())); Ok(()) },
    |r| { let days = r.int()?; Date::from_days(days).ok_or_else(|| out_of_range(r, "a date of the years 1 to 9999")) },
    |v, w| { quoted(w, |out| v.put_ascii(out)); Ok(()) },
    |r| parsed(r, "a date as 2026-01-31", 10, |s| s.parse().ok()),
    |items, w| { all_quoted(items, w, Date::put_ascii); Ok(()) }
);
logical!(
    [] TimeOfDay, Time, TypeDescriptor::TimeMs, 1, |v| Ref::Time(*v), |o| Slot::Time(o),
    |v, w| { w.long(i64::from(v.millis())); Ok(()) },
    |r| { let ms = r.int()?; Time::from_millis(ms).ok_or_else(|| out_of_range(r, "a time of day in milliseconds")) },
    |v, w| { quoted(w, |out| v.put_ascii(out)); Ok(()) },
    |r| parsed(r, "a time as 13:05:09.250", 12, |s| s.parse().ok()),
    |items, w| { all_quoted(items, w, Time::put_ascii); Ok(()) }
);
logical!(
    [] TimestampMillis, Timestamp, TypeDescriptor::TimestampMs, 1, |v| Ref::TimestampMs(*v), |o| Slot::TimestampMs(o),
    |v, w| { w.long(exact_millis(*v)?); Ok(()) },
    |r| { let ms = r.long()?; Timestamp::from_millis(ms).ok_or_else(|| out_of_range(r, "a timestamp of the years 1 to 9999")) },
    |v, w| {
        exact_millis(*v)?;
        quoted(w, |out| v.put_ascii_millis(out));
        Ok(())
    },
    |r| parsed(r, "a timestamp as 2026-01-31T13:05:09.250Z", 24, |s| Timestamp::parse_millis(s).ok()),
    |items, w| {
        let mut exact = true;
        all_quoted(items, w, |v: Timestamp, out| {
            exact &= v.millis_exact().is_some();
            v.put_ascii_millis(out);
        });
        match exact {
            true => Ok(()),
            false => items.iter().enumerate().try_for_each(|(i, v)| exact_millis(*v).map(drop).item(i)),
        }
    }
);
logical!(
    [] TimestampMicros, Timestamp, TypeDescriptor::TimestampUs, 1, |v| Ref::TimestampUs(*v), |o| Slot::TimestampUs(o),
    |v, w| { w.long(v.micros()); Ok(()) },
    |r| { let us = r.long()?; Timestamp::from_micros(us).ok_or_else(|| out_of_range(r, "a timestamp of the years 1 to 9999")) },
    |v, w| { quoted(w, |out| v.put_ascii_micros(out)); Ok(()) },
    |r| parsed(r, "a timestamp as 2026-01-31T13:05:09.250000Z", 27, |s| s.parse().ok()),
    |items, w| { all_quoted(items, w, Timestamp::put_ascii_micros); Ok(()) }
);
logical!(
    [] UuidText, Uuid, TypeDescriptor::Uuid, 1, |v| Ref::Uuid(*v), |o| Slot::Uuid(o),
    |v, w| {
        /// The length as Avro has it, and the text.
        const PLACE: [u8; 37] = [2 * 36; 37];
        w.out.extend_from_slice(&PLACE);
        if let Some(text) = w.out.last_chunk_mut() {
            v.put_ascii(text);
        }
        Ok(())
    },
    |r| { let text = r.string()?; text.parse().map_err(|_| r.error(ErrorKind::Type, "expected a UUID of 36 characters")) },
    |v, w| { quoted(w, |out| v.put_ascii(out)); Ok(()) },
    |r| parsed(r, "a UUID of 36 characters", 36, |s| s.parse().ok()),
    |items, w| { all_quoted(items, w, Uuid::put_ascii); Ok(()) }
);
logical!(
    [<const P: u8, const S: u8>] Dec<P, S>, Decimal, TypeDescriptor::Decimal(P, S), 1,
    |v| Ref::Decimal(*v, P, S), |o| Slot::Decimal(o, P, S),
    |v, w| {
        let v = fitted(*v, P, S)?;
        w.count(v.be_len());
        v.write_be(w.out);
        Ok(())
    },
    |r| {
        let bytes = r.bytes()?;
        r.decimal(bytes, P, S)
    },
    |v, w| {
        w.decimal(fitted(*v, P, S)?);
        Ok(())
    },
    |r| parsed_any(r, format_args!("a decimal({P},{S})"), |s| Decimal::parse(s, P, S).ok())
);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Limits;

    fn read<C: Codec>(json: &str) -> Result<C::Value, Error> {
        let mut r = JsonReader::new(json.as_bytes(), Limits::DEFAULT)?;
        let value = C::read_json(&mut r)?;
        r.finish()?;
        Ok(value)
    }

    #[test]
    fn texts_of_any_length_and_with_escapes_are_read() {
        for text in [
            "2026-01-31T13:05:09.250Z",
            "2026-01-31T13:05:09.25Z",
            "2026-01-31T13:05:09.250000Z",
            "2026-01-31T14:05:09.250+01:00",
            "2026-01-31T13:05:09.250\\u005a",
            "\\u0032026-01-31T13:05:09.250Z",
        ] {
            let json = format!(" \"{text}\" ");
            let at = Timestamp::from_millis(1_769_864_709_250);
            assert_eq!(read::<TimestampMillis>(&json).ok(), at, "{text}");
            assert_eq!(read::<TimestampMicros>(&json).ok(), at, "{text}");
        }
        let day = Date::from_ymd(2026, 1, 31);
        assert_eq!(read::<DateDay>("\"2026-01-31\"").ok(), day);
        assert_eq!(read::<DateDay>("\"2026-01-3\\u0031\"").ok(), day);
        let time = Time::from_hms_milli(13, 5, 9, 250);
        assert_eq!(read::<TimeOfDay>("\"13:05:09.250\"").ok(), time);
        assert_eq!(read::<TimeOfDay>("\"13:05:09.25\"").ok(), time);
    }

    #[test]
    fn a_decimal_is_refused_where_it_stands() {
        let error = read::<Dec<12, 2>>("  \"1T5\"").expect_err("no decimal");
        assert_eq!(error.offset(), Some(2));
    }

    #[test]
    fn a_text_that_ends_early_is_refused_at_its_start() {
        // A quote stands where that of a whole date would.
        for json in [
            " \"2026-01\",\"1\"",
            " \"2026-01-3\"\"",
            " \"2026-01-3",
            " \"\"",
        ] {
            let error = read::<DateDay>(json).expect_err(json);
            let at = if json.ends_with('3') { json.len() } else { 1 };
            assert_eq!(error.offset(), Some(at), "{json}: {error}");
        }
    }

    #[test]
    fn lists_are_written_as_their_items_are() {
        fn check<C: Codec>(items: &[C::Value]) {
            for n in 0..=items.len() {
                let mut one_by_one = JsonWriter::new(vec![b'x'], Limits::DEFAULT);
                for (i, item) in items[..n].iter().enumerate() {
                    if i > 0 {
                        one_by_one.byte(b',');
                    }
                    C::write_json(item, &mut one_by_one).unwrap();
                }
                let mut together = JsonWriter::new(vec![b'x'], Limits::DEFAULT);
                C::write_json_items(&items[..n], &mut together).unwrap();
                let [found, expected] = [together, one_by_one].map(|w| String::from_utf8(w.out));
                assert_eq!(found, expected);
            }
        }
        let seconds = [
            i64::MIN,
            -62_135_596_800,
            -1,
            0,
            59,
            86_400,
            1_769_864_709,
            i64::MAX,
        ];
        let millis =
            seconds.map(|s| timestamp(s.saturating_mul(1_000_000).saturating_add(250_000)));
        check::<TimestampMillis>(&millis);
        check::<TimestampMicros>(&[Timestamp::MIN, Timestamp::MAX, timestamp(1_234_567)]);
        check::<DateDay>(&[Date::MIN, Date::MAX, date(0), date(20_484)]);
        check::<TimeOfDay>(&[Time::MIN, Time::MAX, time(47_109_250)]);
        check::<UuidText>(&[uuid(0), uuid(u128::MAX), uuid(1 << 77)]);
    }

    #[test]
    fn the_item_that_is_too_exact_is_named() {
        let mut w = JsonWriter::new(Vec::new(), Limits::DEFAULT);
        let items = [
            timestamp(1_000),
            timestamp(2_000),
            timestamp(2_001),
            timestamp(3),
        ];
        let error = TimestampMillis::write_json_items(&items, &mut w).expect_err("microseconds");
        assert_eq!(error.path(), "[2]");
    }
}
