//! What stands in the place of a value before it is read.

use std::collections::{BTreeMap, HashMap};

use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

/// A value that a message can hold.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no wire form",
    label = "not a type that a message can hold",
    note = "put `#[tg_schema]` on the definition of `{Self}`, or use a type that a message can hold"
)]
pub trait Blank {
    /// A value to read into: empty, zero or the first there is.
    fn blank() -> Self;
}

/// What fields hold before they are read, by their rows of the presence table.
pub mod blanks {
    use super::Blank;
    use crate::codec::Codec;

    /// A field that always has a value.
    #[inline(always)]
    pub fn field<C: Codec>() -> C::Value {
        C::Value::blank()
    }
    /// A field that may have none.
    #[inline(always)]
    pub fn optional<C: Codec>() -> Option<C::Value> {
        None
    }
    /// A field with a default.
    pub use field as default;
    /// A field with a default, whose Avro type is a union with null.
    pub use field as nullable;
    /// One of which an old Record may have written an unset instance.
    pub use optional as instance;
}

macro_rules! blank {
    ($([$($generics:tt)*] $of:ty: $value:expr,)*) => {
        $(impl<$($generics)*> Blank for $of {
            #[inline(always)]
            fn blank() -> Self {
                $value
            }
        })*
    };
}
blank!(
    [] String: String::new(),
    ['a] &'a str: "",
    ['a] &'a [u8]: &[],
    [] bool: false,
    [] i32: 0,
    [] i64: 0,
    [] f32: 0.0,
    [] f64: 0.0,
    [] Date: Date::default(),
    [] Time: Time::default(),
    [] Timestamp: Timestamp::default(),
    [] Uuid: Uuid::default(),
    [] Decimal: Decimal::default(),
    [T] Option<T>: None,
    [T] Vec<T>: Vec::new(),
    [K, T] BTreeMap<K, T>: BTreeMap::new(),
    [T] HashMap<String, T>: HashMap::new(),
);

impl<T: Blank> Blank for Box<T> {
    /// What can be in itself is put into its box by a call that is over when it is filled: no value of it is on the stack at each
    /// level of a message.
    #[inline(never)]
    fn blank() -> Self {
        Box::new(T::blank())
    }
}
