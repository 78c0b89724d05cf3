//! A schema and a choice of its fields into the steps by which those alone are read.
//!
//! Whoever routes or filters messages needs a few of their fields. [`compile`] looks for them in the
//! writer's schema once; what comes out is a [`Plan`]: jump over this, take that, go into the record
//! there. It ends behind the last field that was asked for; bytes after that are not looked at.
//!
//! A field is asked for by a path, `metadata.id`: names of fields with dots between them. A path goes
//! into records, optional ones among them, and ends at a field of any type. It does not go into arrays
//! and maps, nor into unions of several types.

mod compile;
mod error;
#[cfg(test)]
mod tests;
mod wanted;

use std::sync::Arc;

use super::resolution::{Skip, SkipId};

pub use compile::compile;

/// How chosen fields of one writer's messages are read: see [`compile`].
///
/// A record can lead to itself in what is jumped over, so depth has to be limited as for any reader.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Name of the record, without namespace.
    pub record: String,
    /// The paths of the fields, as they were asked for. The place of each is that of its value.
    pub fields: Vec<String>,
    /// What is done, in the order of the bytes.
    pub steps: Box<[Step]>,
    /// How values are jumped over; the first is always [`Skip::Nothing`].
    pub skips: Vec<Skip>,
    /// Names of fields that steps speak of.
    pub names: Vec<String>,
    /// Symbols of enums that steps speak of.
    pub symbols: Vec<Box<[Arc<str>]>>,
}

/// What is done with the next bytes of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The field that they are of, or the first of several that are jumped over: index into
    /// [`Plan::names`].
    pub name: u32,
    /// What is done.
    pub action: Action,
}

/// What is done with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nobody asked for it.
    Skip(SkipId),
    /// It was asked for.
    Take {
        /// Index into [`Plan::fields`].
        place: u32,
        /// What it is.
        take: Take,
    },
    /// It is a record with fields that were asked for. Where these steps are the last there are, they
    /// need not go through the whole record.
    Record(Box<[Step]>),
    /// It is a union of null and a record with fields that were asked for, which have no value where it
    /// is null.
    Optional {
        /// Number of branches.
        branches: u32,
        /// The branch that is the record.
        record: u32,
        /// What is done with the record.
        steps: Box<[Step]>,
    },
}

/// What the value of a field is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Take {
    /// `null`: no bytes.
    Null,
    /// `boolean`.
    Boolean,
    /// `int`.
    Int,
    /// `long`.
    Long,
    /// `float`.
    Float,
    /// `double`.
    Double,
    /// `string`.
    String,
    /// `bytes`.
    Bytes,
    /// That many bytes.
    Fixed(u32),
    /// An enum: index into [`Plan::symbols`].
    Enum(u32),
    /// `date`.
    Date,
    /// `time-millis`.
    TimeMillis,
    /// `timestamp-millis`.
    TimestampMillis,
    /// `timestamp-micros`.
    TimestampMicros,
    /// `uuid` as a string.
    UuidText,
    /// `uuid` as 16 bytes.
    UuidBytes,
    /// `decimal`, of at most [`crate::logical::Decimal::MAX_PRECISION`] digits.
    Decimal {
        /// Significant digits.
        precision: u8,
        /// Digits after the point.
        scale: u8,
        /// How many bytes it is; `None`: they say so.
        size: Option<u32>,
    },
    /// A record, array or map, or a union of several types with one of those among them: the bytes over
    /// which this leads.
    Encoded(SkipId),
    /// The index of a branch, then its value.
    Union(Box<[Take]>),
}

impl Plan {
    /// The name of a step's field.
    pub fn name(&self, step: &Step) -> &str {
        self.names
            .get(step.name as usize)
            .map_or("", String::as_str)
    }
}
