//! Values without compiled types: defaults in definitions, and messages in the dynamic crate.
//!
//! [`from_json`] and [`to_json`] are the wire contract in JSON: what may be absent, what null means, which
//! numbers fit, how bytes travel. Errors name the place as `record.field[3]`.

mod error;
mod keys;
mod reader;
mod refusal;
mod registered;
mod unset;
mod writer;

use std::collections::BTreeMap;

use crate::logical::{Date, Decimal, Time, Timestamp, Uuid};

pub use error::{Segment, ValueError};
pub use keys::Keys;
pub use reader::{Reading, UnknownKeys, UnknownSymbols, from_json, record_from_json};
pub use registered::as_registered;
pub(crate) use registered::python_tree;
pub use unset::is_unset;
pub(crate) use writer::check_default;
pub use writer::{double_text, float_text, record_to_json, to_json};

/// Most nested records, arrays and maps of a value, unless a [`Reading`] says otherwise.
pub const MAX_DEPTH: usize = 128;

/// A value of some [`crate::Type`].
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A null element, or an optional field without value.
    Null,
    /// `boolean`.
    Boolean(bool),
    /// `int`.
    Int(i32),
    /// `long`.
    Long(i64),
    /// `float`.
    Float(f32),
    /// `double`.
    Double(f64),
    /// `string`.
    String(String),
    /// `bytes`.
    Bytes(Vec<u8>),
    /// `date`.
    Date(Date),
    /// `time_ms`.
    Time(Time),
    /// `timestamp_ms`, `timestamp_us`.
    Timestamp(Timestamp),
    /// `uuid`.
    Uuid(Uuid),
    /// `decimal(p,s)`.
    Decimal(Decimal),
    /// `array<T>`.
    Array(Vec<Value>),
    /// `map<T>`, in bytewise order of the keys.
    Map(BTreeMap<String, Value>),
    /// A record: its fields in wire order. Optional fields without value are left out.
    Record(Vec<(String, Value)>),
    /// An enum symbol.
    Enum(String),
}

impl Value {
    /// What kind of value this is, for messages: `null`, `a boolean`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Boolean(_) => "a boolean",
            Value::Int(_) => "an int",
            Value::Long(_) => "a long",
            Value::Float(_) => "a float",
            Value::Double(_) => "a double",
            Value::String(_) => "a string",
            Value::Bytes(_) => "bytes",
            Value::Date(_) => "a date",
            Value::Time(_) => "a time",
            Value::Timestamp(_) => "a timestamp",
            Value::Uuid(_) => "a UUID",
            Value::Decimal(_) => "a decimal",
            Value::Array(_) => "an array",
            Value::Map(_) => "a map",
            Value::Record(_) => "a record",
            Value::Enum(_) => "an enum symbol",
        }
    }
    /// The field `name` of a record.
    pub fn field(&self, name: &str) -> Option<&Value> {
        match self {
            Value::Record(fields) => fields.iter().find_map(|(n, v)| (n == name).then_some(v)),
            _ => None,
        }
    }
}
