//! What a logical type holds of the values of the type that it is laid on.

use tg_schema_model::avro::Logical;
use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

use crate::datum::Datum;

/// Microseconds of a day.
const DAY: i64 = 86_400_000_000;

/// Whether a plain value is one of the logical type.
pub(super) fn holds(logical: Logical, datum: &Datum) -> bool {
    match (logical, datum) {
        (Logical::Date, Datum::Int(days)) => Date::from_days(*days).is_some(),
        (Logical::TimeMillis, Datum::Int(ms)) => Time::from_millis(*ms).is_some(),
        (Logical::TimeMicros, Datum::Long(us)) => (0..DAY).contains(us),
        (Logical::TimestampMillis | Logical::LocalTimestampMillis, Datum::Long(ms)) => {
            Timestamp::from_millis(*ms).is_some()
        }
        (Logical::TimestampMicros | Logical::LocalTimestampMicros, Datum::Long(us)) => {
            Timestamp::from_micros(*us).is_some()
        }
        (Logical::Uuid, Datum::String(text)) => text.parse::<Uuid>().is_ok(),
        (Logical::Decimal { precision, .. }, Datum::Bytes(octets) | Datum::Fixed(octets)) => {
            is_decimal(octets, precision)
        }
        _ => true,
    }
}

/// Whether octets are a number of at most so many digits. Of one that is beyond 38 digits it is not known.
fn is_decimal(octets: &[u8], precision: u32) -> bool {
    let precision = u8::try_from(precision).unwrap_or(u8::MAX);
    match Decimal::from_be_bytes(octets, 0) {
        Some(decimal) => precision > 38 || decimal.fits(precision),
        None => precision > 38 && !octets.is_empty(),
    }
}
