//! `string boolean int long float double bytes`.

use super::Codec;
use crate::avro::{AvroReader, AvroWriter};
use crate::bridge::{Ref, Res, Slot};
use crate::descriptor::TypeDescriptor;
use crate::error::{Error, ErrorKind};
use crate::json::{JsonReader, JsonWriter};

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

macro_rules! scalar {
    ($marker:ident, $value:ty, $ty:ident, $min:expr, $shown:ident, $view:expr,
     $write_avro:expr, $read_avro:expr, $write_json:expr, $read_json:expr $(, { $($more:tt)* })?) => {
        impl Codec for $marker {
            type Value = $value;
            const TYPE: TypeDescriptor = TypeDescriptor::$ty;
            const MIN_AVRO: usize = $min;
            const LEAF: bool = true;
            #[inline]
            fn write_avro(v: &$value, w: &mut AvroWriter) -> Result<(), Error> {
                let write: fn(&$value, &mut AvroWriter) = $write_avro;
                write(v, w);
                Ok(())
            }
            #[inline]
            fn read_avro(r: &mut AvroReader<'_>) -> Result<$value, Error> {
                let read: fn(&mut AvroReader<'_>) -> Result<$value, Error> = $read_avro;
                read(r)
            }
            #[inline]
            fn write_json(v: &$value, w: &mut JsonWriter) -> Result<(), Error> {
                let write: fn(&$value, &mut JsonWriter) -> Result<(), Error> = $write_json;
                write(v, w)
            }
            #[inline]
            fn read_json(r: &mut JsonReader<'_>) -> Result<$value, Error> {
                let read: fn(&mut JsonReader<'_>) -> Result<$value, Error> = $read_json;
                read(r)
            }
            fn show(v: &$value, f: &mut dyn FnMut(Ref<'_>)) {
                let view: fn(&$value) -> Ref<'_> = $view;
                f(view(v));
            }
            fn place(out: &mut Option<$value>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
                f(Slot::$shown(out))
            }
            $($($more)*)?
        }
    };
}

scalar!(
    Str,
    String,
    String,
    1,
    Str,
    |v| Ref::Str(v),
    |v, w| w.bytes(v.as_bytes()),
    |r| r.string().map(str::to_owned),
    |v, w| {
        w.string(v);
        Ok(())
    },
    |r| r.string().map(std::borrow::Cow::into_owned)
);
scalar!(
    Bool,
    bool,
    Boolean,
    1,
    Bool,
    |v| Ref::Bool(*v),
    |v, w| w.byte(u8::from(*v)),
    |r| r.boolean(),
    |v, w| {
        w.raw(if *v { "true" } else { "false" });
        Ok(())
    },
    |r| r.boolean(),
    {
        fn is_unset(v: &bool) -> bool {
            !v
        }
    }
);
scalar!(
    Int,
    i32,
    Int,
    1,
    Int,
    |v| Ref::Int(*v),
    |v, w| w.long(i64::from(*v)),
    |r| r.int(),
    |v, w| {
        w.long(i64::from(*v));
        Ok(())
    },
    |r| r.int()
);
scalar!(
    Long,
    i64,
    Long,
    1,
    Long,
    |v| Ref::Long(*v),
    |v, w| w.long(*v),
    |r| r.long(),
    |v, w| {
        w.long(*v);
        Ok(())
    },
    |r| r.long()
);
scalar!(
    Float,
    f32,
    Float,
    4,
    Float,
    |v| Ref::Float(*v),
    |v, w| w.raw(&v.to_le_bytes()),
    |r| r.float(),
    |v, w| w.float(*v),
    |r| r.float(),
    {
        fn write_avro_items(items: &[f32], w: &mut AvroWriter) -> Result<(), Error> {
            w.floats(items);
            Ok(())
        }
        fn read_avro_items(
            n: usize,
            r: &mut AvroReader<'_>,
            out: &mut Vec<f32>,
        ) -> Result<(), Error> {
            let (chunks, _) = r.take(n.saturating_mul(4))?.as_chunks::<4>();
            out.extend(chunks.iter().map(|c| f32::from_le_bytes(*c)));
            Ok(())
        }
    }
);
scalar!(
    Double,
    f64,
    Double,
    8,
    Double,
    |v| Ref::Double(*v),
    |v, w| w.raw(&v.to_le_bytes()),
    |r| r.double(),
    |v, w| w.double(*v),
    |r| r.double(),
    {
        fn write_avro_items(items: &[f64], w: &mut AvroWriter) -> Result<(), Error> {
            w.doubles(items);
            Ok(())
        }
        fn read_avro_items(
            n: usize,
            r: &mut AvroReader<'_>,
            out: &mut Vec<f64>,
        ) -> Result<(), Error> {
            let (chunks, _) = r.take(n.saturating_mul(8))?.as_chunks::<8>();
            out.extend(chunks.iter().map(|c| f64::from_le_bytes(*c)));
            Ok(())
        }
    }
);
scalar!(
    Base64,
    Vec<u8>,
    Bytes,
    1,
    Bytes,
    |v| Ref::Bytes(v),
    |v, w| w.bytes(v),
    |r| r.bytes().map(<[u8]>::to_vec),
    |v, w| {
        w.base64(v);
        Ok(())
    },
    |r| r.base64()
);
scalar!(
    Utf8,
    Vec<u8>,
    Bytes,
    1,
    Text,
    |v| Ref::Text(v),
    |v, w| w.bytes(v),
    |r| r.bytes().map(<[u8]>::to_vec),
    |v, w| match std::str::from_utf8(v) {
        Ok(s) => {
            w.string(s);
            Ok(())
        }
        Err(e) => Err(not_text(e.valid_up_to())),
    },
    |r| r.string().map(|s| s.into_owned().into_bytes())
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
