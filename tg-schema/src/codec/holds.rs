//! Whether the types of an annotated struct are what they were read as, which only the compiler knows.
//!
//! The macro has it proven in one place, a constant that is part of a type. Whatever else speaks of the
//! fields does so through that type. If the proof fails there is no such type, and the compiler says what
//! is wrong in the one place and nothing of the others.

use std::collections::{BTreeMap, HashMap};

use super::{
    Base64, Bool, Boxed, DateDay, Dec, Double, Float, HashMapOf, Int, List, Long, MapOf, Named,
    Opt, Str, TimeOfDay, TimestampMicros, TimestampMillis, Utf8, UuidText, Wire,
};
use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

/// A marker whose values have this type.
#[diagnostic::on_unimplemented(
    message = "`{T}` is not the type that its name stands for in a message",
    label = "another type of this name",
    note = "types are read by their names: write a type of the table by its path, such as `::std::string::String`, and a message of your own as `self::Name`"
)]
pub trait Holds<T> {}

macro_rules! holds {
    ($([$($generics:tt)*] $marker:ty: $value:ty,)*) => {
        $(impl<$($generics)*> Holds<$value> for $marker {})*
    };
}
holds!(
    [] Str: String,
    [] Bool: bool,
    [] Int: i32,
    [] Long: i64,
    [] Float: f32,
    [] Double: f64,
    [] Base64: Vec<u8>,
    [] Utf8: Vec<u8>,
    [] DateDay: Date,
    [] TimeOfDay: Time,
    [] TimestampMillis: Timestamp,
    [] TimestampMicros: Timestamp,
    [] UuidText: Uuid,
    [const P: u8, const S: u8] Dec<P, S>: Decimal,
    [T, C: Holds<T>] List<C>: Vec<T>,
    [T, C: Holds<T>] MapOf<C>: BTreeMap<String, T>,
    [T, C: Holds<T>] HashMapOf<C>: HashMap<String, T>,
    [T, C: Holds<T>] Boxed<C>: Box<T>,
    [T, C: Holds<T>] Opt<C>: Option<T>,
    [T] Named<T>: T,
);

/// A proof that a marker is that of a type.
pub const fn holds<C: Holds<T>, T>() {}

/// A proof that a type has a wire form of its own.
pub const fn is_wire<T: Wire>() {}

/// The proof for all fields of a record.
pub struct Proven<const OK: bool>;

/// A type that is spoken of because of a proof.
pub trait Of<T> {
    /// The type.
    type Itself;
}

impl<T, const OK: bool> Of<T> for Proven<OK> {
    type Itself = T;
}
