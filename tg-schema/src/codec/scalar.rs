//! `string boolean int long float double bytes`.

use super::{Codec, List};
use crate::avro::{AvroReader, AvroWriter, short};
use crate::bridge::{Ref, Res, Slot};
use crate::descriptor::TypeDescriptor;
use crate::error::{Error, ErrorKind};
use crate::json::{JsonReader, JsonWriter};
use crate::numbers::{Numbers, extend_numbers};
use tg_schema_model::avro::resolution::{NodeId, Plan, Promotion};

/// `string`.
pub struct Str;
/// `boolean`.
pub struct Bool;
/// `int`.
pub struct Int;
/// `long`.
pub struct Long;
/// `float`.
pub struct Float;
/// `double`.
pub struct Double;
/// `bytes`, base64 in JSON.
pub struct Base64;
/// `bytes`, text in JSON.
pub struct Utf8;

/// Lists of this shape are viewed item by item.
macro_rules! viewed_one_by_one {
    () => {
        type Items<'a> = Vec<Self::View<'a>>;
        #[inline]
        fn view_avro_list<'a>(
            v: &mut Vec<Self::View<'a>>,
            r: &mut AvroReader<'a>,
        ) -> Result<(), Error> {
            $crate::codec::list::view_list::<Self>(v, r)
        }
        #[inline]
        fn own_list(v: Vec<Self::View<'_>>) -> Vec<Self::Value> {
            $crate::codec::list::own_list::<Self>(v)
        }
    };
}
pub(super) use viewed_one_by_one;

macro_rules! scalar {
    ($marker:ident, $value:ty, $ty:ident, $min:expr, $shown:ident,
     show: |$v:ident| $show:expr,
     write_avro: |$vw:ident, $w:ident| $write_avro:expr,
     read_avro: |$r:ident| $read_avro:expr,
     write_json: |$vj:ident, $j:ident| $write_json:expr,
     read_json: |$rj:ident| $read_json:expr,
     view: $view:ty, |$rv:ident| $view_avro:expr, |$o:ident| $own:expr,
     { $($more:tt)* }) => {
        impl Codec for $marker {
            type Value = $value;
            type View<'a> = $view;
            const TYPE: TypeDescriptor = TypeDescriptor::$ty;
            const MIN_AVRO: usize = $min;
            const LEAF: bool = true;
            #[inline(always)]
            fn write_avro($vw: &$value, $w: &mut AvroWriter) -> Result<(), Error> {
                $write_avro;
                Ok(())
            }
            #[inline(always)]
            fn read_avro($r: &mut AvroReader<'_>) -> Result<$value, Error> {
                $read_avro
            }
            #[inline(always)]
            fn write_json($vj: &$value, $j: &mut JsonWriter) -> Result<(), Error> {
                $write_json
            }
            #[inline(always)]
            fn read_json($rj: &mut JsonReader<'_>) -> Result<$value, Error> {
                $read_json
            }
            #[cfg_attr(debug_assertions, inline)]
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn view_avro<'a>($rv: &mut AvroReader<'a>) -> Result<$view, Error> {
                $view_avro
            }
            #[cfg_attr(debug_assertions, inline)]
            #[cfg_attr(not(debug_assertions), inline(always))]
            fn view_avro_into<'a>(v: &mut $view, r: &mut AvroReader<'a>) -> Result<(), Error> {
                *v = Self::view_avro(r)?;
                Ok(())
            }
            fn is_same(a: &$value, b: &$value) -> bool {
                a == b
            }
            #[inline]
            fn own<'a>($o: $view) -> $value {
                $own
            }
            fn show($v: &$value, f: &mut dyn FnMut(Ref<'_>)) {
                f($show);
            }
            fn place(out: &mut Option<$value>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
                f(Slot::$shown(out))
            }
            $($more)*
        }
    };
}

scalar!(
    Str, String, String, 1, Str,
    show: |v| Ref::Str(v),
    write_avro: |v, w| w.bytes(v.as_bytes()),
    read_avro: |r| r.string().map(str::to_owned),
    write_json: |v, w| { w.string(v); Ok(()) },
    read_json: |r| r.owned_string(),
    view: &'a str, |r| r.string(), |v| v.to_owned(),
    {
        #[inline]
        fn read_avro_into(v: &mut String, r: &mut AvroReader<'_>) -> Result<(), Error> {
            r.refill(v)
        }

        fn heap(v: &Self::Value) -> usize {
            v.len()
        }
        viewed_one_by_one!();
    }
);
scalar!(
    Bool, bool, Boolean, 1, Bool,
    show: |v| Ref::Bool(*v),
    write_avro: |v, w| w.byte(u8::from(*v)),
    read_avro: |r| r.boolean(),
    write_json: |v, w| { w.raw(if *v { "true" } else { "false" }); Ok(()) },
    read_json: |r| r.boolean(),
    view: bool, |r| r.boolean(), |v| v,
    {
        const SHORT: bool = true;
        #[inline(always)]
        fn short_avro(rest: &mut &[u8]) -> Option<Self::Value> {
            short::boolean(rest)
        }
        #[inline]
        fn write_json_items(items: &[bool], w: &mut JsonWriter) -> Result<(), Error> {
            w.booleans(items);
            Ok(())
        }
        #[inline]
        fn write_avro_items(items: &[bool], w: &mut AvroWriter) -> Result<(), Error> {
            w.booleans(items);
            Ok(())
        }
        #[inline]
        fn read_avro_items(
            n: usize,
            r: &mut AvroReader<'_>,
            out: &mut Vec<bool>,
        ) -> Result<(), Error> {
            r.booleans(n, out)
        }
        type Items<'a> = Vec<bool>;
        #[inline]
        fn view_avro_list(v: &mut Vec<bool>, r: &mut AvroReader<'_>) -> Result<(), Error> {
            List::<Bool>::read_avro_into(v, r)
        }
        #[inline]
        fn own_list(v: Vec<bool>) -> Vec<bool> {
            v
        }

        fn is_unset(v: &bool) -> bool {
            !v
        }
        fn is_unset_view(v: &bool, _: &AvroReader<'_>) -> bool {
            !v
        }
    }
);

/// `int` and `long`: `$one` is what readers call them.
macro_rules! integer {
    ($marker:ident, $number:ty, $one:ident) => {
        scalar!(
            $marker, $number, $marker, 1, $marker,
            show: |v| Ref::$marker(*v),
            write_avro: |v, w| w.long(i64::from(*v)),
            read_avro: |r| r.$one(),
            write_json: |v, w| { w.long(i64::from(*v)); Ok(()) },
            read_json: |r| r.$one(),
            view: $number, |r| r.$one(), |v| v,
            {
                const SHORT: bool = true;
                #[inline(always)]
                fn short_avro(rest: &mut &[u8]) -> Option<Self::Value> {
                    short::$one(rest)
                }
                #[inline]
                fn write_json_items(items: &[$number], w: &mut JsonWriter) -> Result<(), Error> {
                    w.longs(items);
                    Ok(())
                }
                #[inline]
                fn read_json_items(r: &mut JsonReader<'_>, out: &mut Vec<$number>) -> Result<(), Error> {
                    r.integers(out, JsonReader::$one)
                }
                viewed_one_by_one!();
            }
        );
    };
}
integer!(Int, i32, int);
integer!(Long, i64, long);

/// `float` and `double`: `$one` and `$many` are what readers and writers call one and many, `$promoted` reads what is
/// written as another type, if it is of a short form.
macro_rules! real {
    ($marker:ident, $number:ty, $size:literal, $one:ident, $many:ident, |$of:ident, $rest:ident| $promoted:expr) => {
        scalar!(
            $marker, $number, $marker, $size, $marker,
            show: |v| Ref::$marker(*v),
            write_avro: |v, w| w.raw(&v.to_le_bytes()),
            read_avro: |r| r.$one(),
            write_json: |v, w| w.$one(*v),
            read_json: |r| r.$one(),
            view: $number, |r| r.$one(), |v| v,
            {
                const SHORT: bool = true;
                #[inline(always)]
                fn short_avro(rest: &mut &[u8]) -> Option<Self::Value> {
                    short::$one(rest)
                }
                const IS_PROMOTED: bool = true;
                #[inline(always)]
                fn short_promoted($of: Promotion, $rest: &[u8]) -> Option<(Self::Value, usize)> {
                    $promoted
                }
                #[inline(never)]
                fn promote_avro_into(
                    v: &mut Self::Value,
                    r: &mut AvroReader<'_>,
                    of: Promotion,
                ) -> Result<(), Error> {
                    *v = r.promote(of)?;
                    Ok(())
                }
                type Items<'a> = Numbers<'a, $number>;
                #[cfg_attr(not(debug_assertions), inline)]
                fn view_avro_list<'a>(
                    v: &mut Numbers<'a, $number>,
                    r: &mut AvroReader<'a>,
                ) -> Result<(), Error> {
                    v.read(r)
                }
                fn own_list(v: Numbers<'_, $number>) -> Vec<$number> {
                    v.to_vec()
                }
                #[inline]
                fn resolve_avro(r: &mut AvroReader<'_>, plan: &Plan, node: NodeId) -> Result<$number, Error> {
                    if node == NodeId::SAME {
                        return Self::read_avro(r);
                    }
                    r.promoted(plan, node)
                }
                #[inline]
                fn write_json_items(items: &[$number], w: &mut JsonWriter) -> Result<(), Error> {
                    w.reals(items)
                }
                #[inline]
                fn read_json_items(r: &mut JsonReader<'_>, out: &mut Vec<$number>) -> Result<(), Error> {
                    r.reals(out)
                }
                #[inline]
                fn write_avro_items(items: &[$number], w: &mut AvroWriter) -> Result<(), Error> {
                    w.$many(items);
                    Ok(())
                }
                #[inline]
                fn read_avro_items(
                    n: usize,
                    r: &mut AvroReader<'_>,
                    out: &mut Vec<$number>,
                ) -> Result<(), Error> {
                    extend_numbers(out, r.take(n.saturating_mul($size))?, <$number>::from_le_bytes);
                    Ok(())
                }
            }
        );
    };
}
real!(Float, f32, 4, float, floats, |of, rest| {
    let (value, length) = short::promoted_float(of, rest);
    (length != 0).then_some((value, length))
});
real!(Double, f64, 8, double, doubles, |of, rest| {
    if of == Promotion::Float {
        let mut tail = rest;
        return short::float(&mut tail).map(|n| (f64::from(n), 4));
    }
    let (value, length) = short::promoted_double(of, rest);
    (length != 0).then_some((value, length))
});

scalar!(
    Base64, Vec<u8>, Bytes, 1, Bytes,
    show: |v| Ref::Bytes(v),
    write_avro: |v, w| w.bytes(v),
    read_avro: |r| r.bytes().map(<[u8]>::to_vec),
    write_json: |v, w| { w.base64(v); Ok(()) },
    read_json: |r| r.base64(),
    view: &'a [u8], |r| r.bytes(), |v| v.to_vec(),
    {
        #[inline]
        fn read_avro_into(v: &mut Vec<u8>, r: &mut AvroReader<'_>) -> Result<(), Error> {
            let bytes = r.bytes()?;
            v.clear();
            v.extend_from_slice(bytes);
            Ok(())
        }

        fn heap(v: &Self::Value) -> usize {
            v.len()
        }
        viewed_one_by_one!();
    }
);
scalar!(
    Utf8, Vec<u8>, Bytes, 1, Text,
    show: |v| Ref::Text(v),
    write_avro: |v, w| w.bytes(v),
    read_avro: |r| r.bytes().map(<[u8]>::to_vec),
    write_json: |v, w| w.utf8(v),
    read_json: |r| r.string().map(|s| s.into_owned().into_bytes()),
    view: &'a [u8], |r| r.bytes(), |v| v.to_vec(),
    {
        #[inline]
        fn read_avro_into(v: &mut Vec<u8>, r: &mut AvroReader<'_>) -> Result<(), Error> {
            let bytes = r.bytes()?;
            v.clear();
            v.extend_from_slice(bytes);
            Ok(())
        }

        fn heap(v: &Self::Value) -> usize {
            v.len()
        }
        viewed_one_by_one!();
    }
);

/// Bytes that should travel as text are none.
#[cold]
#[inline(never)]
pub(crate) fn not_text(at: usize) -> Error {
    Error::new(
        ErrorKind::Value,
        format!(
            "the bytes are not UTF-8 from byte {at} on; encoding = \"base64\" on the field carries any bytes"
        ),
        None,
    )
}
