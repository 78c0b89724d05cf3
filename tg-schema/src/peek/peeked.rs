//! The value of a field that was asked for.

use std::sync::Arc;

use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

/// The value of one field, as [`crate::Peek`] finds it: as the writer's schema has it, texts and bytes
/// borrowed from the message.
///
/// Where the schema has a union, this is the value of the branch that was written.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub enum Peeked<'a> {
    /// Null; also where an optional record on the way to the field is null.
    #[default]
    Null,
    /// `boolean`.
    Boolean(bool),
    /// `int`.
    Int(i32),
    /// `long`; also with a logical type that has no type here, such as `timestamp-nanos`.
    Long(i64),
    /// `float`.
    Float(f32),
    /// `double`.
    Double(f64),
    /// `string`.
    String(&'a str),
    /// `bytes` and `fixed`; also decimals of more digits than [`Decimal`] has, and durations.
    Bytes(&'a [u8]),
    /// A symbol of an enum. It is shared with the [`crate::Peek`]: nothing is copied.
    Symbol(Arc<str>),
    /// `date`.
    Date(Date),
    /// `time-millis`.
    Time(Time),
    /// `timestamp-millis` and `timestamp-micros`.
    Timestamp(Timestamp),
    /// `uuid`.
    Uuid(Uuid),
    /// `decimal`.
    Decimal(Decimal),
    /// A record, array or map: its Avro bytes. They end where it ends, and nothing more was checked.
    ///
    /// A union of null and one of these is null, or the bytes of what is there. In a union of several types
    /// with one of these among them, the index of the branch is in front.
    Encoded(&'a [u8]),
}

impl<'a> Peeked<'a> {
    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        matches!(self, Peeked::Null)
    }
    /// A boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match *self {
            Peeked::Boolean(v) => Some(v),
            _ => None,
        }
    }
    /// An `int` or `long`.
    pub fn as_i64(&self) -> Option<i64> {
        match *self {
            Peeked::Int(v) => Some(v.into()),
            Peeked::Long(v) => Some(v),
            _ => None,
        }
    }
    /// A `float` or `double`.
    pub fn as_f64(&self) -> Option<f64> {
        match *self {
            Peeked::Float(v) => Some(v.into()),
            Peeked::Double(v) => Some(v),
            _ => None,
        }
    }
    /// A string, or the symbol of an enum.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Peeked::String(v) => Some(v),
            Peeked::Symbol(v) => Some(v),
            _ => None,
        }
    }
    /// `bytes` or `fixed`.
    pub fn as_bytes(&self) -> Option<&'a [u8]> {
        match *self {
            Peeked::Bytes(v) => Some(v),
            _ => None,
        }
    }
    /// A date.
    pub fn as_date(&self) -> Option<Date> {
        match *self {
            Peeked::Date(v) => Some(v),
            _ => None,
        }
    }
    /// A time of day.
    pub fn as_time(&self) -> Option<Time> {
        match *self {
            Peeked::Time(v) => Some(v),
            _ => None,
        }
    }
    /// A timestamp.
    pub fn as_timestamp(&self) -> Option<Timestamp> {
        match *self {
            Peeked::Timestamp(v) => Some(v),
            _ => None,
        }
    }
    /// A UUID.
    pub fn as_uuid(&self) -> Option<Uuid> {
        match *self {
            Peeked::Uuid(v) => Some(v),
            _ => None,
        }
    }
    /// A decimal.
    pub fn as_decimal(&self) -> Option<Decimal> {
        match *self {
            Peeked::Decimal(v) => Some(v),
            _ => None,
        }
    }
    /// The Avro bytes of a record, array or map.
    pub fn as_encoded(&self) -> Option<&'a [u8]> {
        match *self {
            Peeked::Encoded(v) => Some(v),
            _ => None,
        }
    }
}
