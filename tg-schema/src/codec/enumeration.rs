//! Enums: everything but the match over their variants.

use super::Wire;
use crate::avro::{AvroReader, AvroWriter, short};
use crate::bridge::{Ref, Res, Slot, SymbolPlace};
use crate::descriptor::{Descriptor, ENUM, EnumDescriptor};
use crate::error::Error;
use crate::json::{JsonReader, JsonWriter};
use tg_schema_model::avro::resolution::{NodeId, Plan};

/// An enum. Implemented by generated code.
pub trait Enumeration: Wire {
    /// Symbols in wire order.
    const SYMBOLS: &'static [&'static str];
    /// What the type says of itself.
    fn descriptor() -> &'static Descriptor;
    /// Index of the symbol, or the text of one that the open enum does not know.
    fn index(&self) -> Result<usize, &str>;
    /// The variant of a symbol.
    fn from_index(i: usize) -> Self;
    /// The variant that keeps an unknown symbol, if there is one.
    fn unknown(_: &str) -> Option<Self> {
        None
    }
}

fn enumeration<T: Enumeration>() -> &'static EnumDescriptor {
    const NONE: EnumDescriptor = ENUM;
    <T as Enumeration>::descriptor()
        .enumeration()
        .unwrap_or(&NONE)
}

/// The symbol on the wire.
pub fn symbol<T: Enumeration>(v: &T) -> &str {
    match v.index() {
        Ok(i) => <T as Enumeration>::SYMBOLS
            .get(i)
            .copied()
            .unwrap_or_default(),
        Err(text) => text,
    }
}
/// Appends the Avro form.
pub fn write_avro_symbol<T: Enumeration>(v: &T, w: &mut AvroWriter) -> Result<(), Error> {
    match v.index() {
        Ok(i) => {
            w.count(i);
            Ok(())
        }
        Err(text) if let Some(i) = <T as Enumeration>::SYMBOLS.iter().position(|s| *s == text) => {
            w.count(i);
            Ok(())
        }
        Err(text) => {
            let shown: String = text.chars().take(64).collect();
            Err(Error::value(format!(
                "{shown:?} is no symbol of the enum, and Avro carries only symbols of the schema"
            )))
        }
    }
}
/// Takes the Avro form.
pub fn read_avro_symbol<T: Enumeration>(r: &mut AvroReader<'_>) -> Result<T, Error> {
    r.enum_index(<T as Enumeration>::SYMBOLS.len())
        .map(T::from_index)
}
/// Takes the Avro form of one of the first 64 symbols.
#[inline(always)]
pub fn short_avro_symbol<T: Enumeration>(rest: &mut &[u8]) -> Option<T> {
    short::index(rest, <T as Enumeration>::SYMBOLS.len()).map(T::from_index)
}
/// Takes the Avro form of another writer.
pub fn resolve_avro_symbol<T: Enumeration>(
    r: &mut AvroReader<'_>,
    plan: &Plan,
    node: NodeId,
) -> Result<T, Error> {
    match r.resolve_symbol(plan, node)? {
        Some(i) => Ok(T::from_index(i)),
        None => read_avro_symbol(r),
    }
}
/// Appends the JSON form. Symbols of the definition are names and need no escape; others may.
pub fn write_json_symbol<T: Enumeration>(v: &T, w: &mut JsonWriter) -> Result<(), Error> {
    w.string(symbol(v));
    Ok(())
}
/// Takes the JSON form.
pub fn read_json_symbol<T: Enumeration>(r: &mut JsonReader<'_>) -> Result<T, Error> {
    match r.symbol(enumeration::<T>())? {
        Ok(i) => Ok(T::from_index(i)),
        Err(text) => T::unknown(&text).ok_or_else(|| r.expected("a symbol of the enum")),
    }
}
/// Shows the symbol to a serializer.
pub fn show_symbol<T: Enumeration>(v: &T, f: &mut dyn FnMut(Ref<'_>)) {
    match v.index() {
        Ok(i) => f(Ref::Symbol(<T as Enumeration>::descriptor(), i)),
        Err(text) => f(Ref::UnknownSymbol(text)),
    }
}
/// Lets a deserializer fill the enum.
pub fn fill_symbol<T: Enumeration>(out: &mut Option<T>, f: &mut dyn FnMut(Slot<'_>) -> Res) -> Res {
    f(Slot::Symbol(
        <T as Enumeration>::descriptor(),
        &mut Place(out),
    ))
}

struct Place<'a, T>(&'a mut Option<T>);
impl<T: Enumeration> SymbolPlace for Place<'_, T> {
    fn symbol(&mut self, i: usize) {
        *self.0 = Some(T::from_index(i));
    }
    fn unknown(&mut self, text: &str) -> bool {
        *self.0 = T::unknown(text);
        self.0.is_some()
    }
}

/// What every enum has alike.
#[doc(hidden)]
#[macro_export]
macro_rules! __enumeration {
    ($item:ident) => {
        impl $crate::__private::Blank for $item {
            fn blank() -> Self {
                <Self as $crate::__private::Enumeration>::from_index(0)
            }
        }

        impl $crate::__private::Wire for $item {
            type View<'a> = Self;
            const MIN_AVRO: usize = 1;
            const SYMBOLS: &'static [&'static str] = __SYMBOLS;
            const SHORT: bool = true;

            #[inline]
            fn short_avro(rest: &mut &[u8]) -> $crate::__private::Option<Self> {
                $crate::__private::short_avro_symbol(rest)
            }
            fn descriptor() -> &'static $crate::__private::Descriptor {
                &__DESCRIPTOR
            }
            fn write_avro(
                &self,
                w: &mut $crate::__private::AvroWriter,
            ) -> $crate::__private::Result<()> {
                $crate::__private::write_avro_symbol(self, w)
            }
            fn read_avro_into(
                &mut self,
                r: &mut $crate::__private::AvroReader<'_>,
            ) -> $crate::__private::Result<()> {
                $crate::__private::read_avro_symbol(r).map(|symbol| *self = symbol)
            }
            fn view_avro_into<'a>(
                view: &mut Self,
                r: &mut $crate::__private::AvroReader<'a>,
            ) -> $crate::__private::Result<()> {
                $crate::__private::read_avro_symbol(r).map(|symbol| *view = symbol)
            }
            fn own_into(view: &mut Self, out: &mut Self) {
                ::core::mem::swap(view, out);
            }
            fn resolve_avro_into(
                &mut self,
                r: &mut $crate::__private::AvroReader<'_>,
                plan: &$crate::__private::Plan,
                node: $crate::__private::NodeId,
            ) -> $crate::__private::Result<()> {
                $crate::__private::resolve_avro_symbol(r, plan, node).map(|symbol| *self = symbol)
            }
            fn write_json(
                &self,
                w: &mut $crate::__private::JsonWriter,
            ) -> $crate::__private::Result<()> {
                $crate::__private::write_json_symbol(self, w)
            }
            fn read_json_into(
                &mut self,
                r: &mut $crate::__private::JsonReader<'_>,
            ) -> $crate::__private::Result<()> {
                $crate::__private::read_json_symbol(r).map(|symbol| *self = symbol)
            }
            fn show(&self, f: &mut $crate::__private::Show<'_>) {
                $crate::__private::show_symbol(self, f);
            }
            fn place(
                out: &mut $crate::__private::Option<Self>,
                f: &mut $crate::__private::Filler<'_>,
            ) -> $crate::__private::Res {
                $crate::__private::fill_symbol(out, f)
            }
        }
    };
}
