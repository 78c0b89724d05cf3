//! Dates, times, timestamps, UUIDs and decimals: one small `Copy` type each, checked when made.
//!
//! The calendar is the proleptic Gregorian one, years 0001 to 9999, without leap seconds. Text goes in and
//! out exactly: what cannot be kept is an error, never rounded. Conversions to and from the crates
//! `jiff`, `chrono` and `uuid` are behind the features of the same names.

mod calendar;
#[cfg(feature = "chrono")]
mod chrono;
mod date;
mod decimal;
mod error;
#[cfg(feature = "jiff")]
mod jiff;
mod time;
mod timestamp;
mod uuid;

pub use date::Date;
pub use decimal::Decimal;
pub use error::LogicalError;
pub use time::Time;
pub use timestamp::Timestamp;
pub use uuid::Uuid;
