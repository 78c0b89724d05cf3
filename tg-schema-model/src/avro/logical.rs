//! Logical types: what the values of an underlying type stand for.

use super::Kind;
use crate::json::Json;

/// What the values of an underlying type stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Logical {
    /// `int`: days since 1970-01-01.
    Date,
    /// `int`: milliseconds since midnight.
    TimeMillis,
    /// `long`: microseconds since midnight.
    TimeMicros,
    /// `long`: milliseconds since the epoch, UTC.
    TimestampMillis,
    /// `long`: microseconds since the epoch, UTC.
    TimestampMicros,
    /// `long`: nanoseconds since the epoch, UTC.
    TimestampNanos,
    /// `long`: milliseconds of a local date and time.
    LocalTimestampMillis,
    /// `long`: microseconds of a local date and time.
    LocalTimestampMicros,
    /// `long`: nanoseconds of a local date and time.
    LocalTimestampNanos,
    /// `string`, or `fixed` of 16 bytes.
    Uuid,
    /// `bytes` or `fixed`: two's complement, big-endian.
    Decimal {
        /// Significant digits.
        precision: u32,
        /// Digits after the point.
        scale: u32,
    },
    /// `bytes`: a decimal number that carries its own scale.
    BigDecimal,
    /// `fixed` of 12 bytes: months, days, milliseconds.
    Duration,
}

impl Logical {
    /// The value of `logicalType`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Logical::Date => "date",
            Logical::TimeMillis => "time-millis",
            Logical::TimeMicros => "time-micros",
            Logical::TimestampMillis => "timestamp-millis",
            Logical::TimestampMicros => "timestamp-micros",
            Logical::TimestampNanos => "timestamp-nanos",
            Logical::LocalTimestampMillis => "local-timestamp-millis",
            Logical::LocalTimestampMicros => "local-timestamp-micros",
            Logical::LocalTimestampNanos => "local-timestamp-nanos",
            Logical::Uuid => "uuid",
            Logical::Decimal { .. } => "decimal",
            Logical::BigDecimal => "big-decimal",
            Logical::Duration => "duration",
        }
    }
}

/// Attributes that a logical type uses up.
pub(super) fn known<'k>(base: &[&'k str], logical: Option<Logical>) -> Vec<&'k str> {
    let mut known = base.to_vec();
    if let Some(logical) = logical {
        known.push("logicalType");
        if matches!(logical, Logical::Decimal { .. }) {
            known.extend(["precision", "scale"]);
        }
    }
    known
}

/// What a logical type is laid on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Base {
    Primitive(Kind),
    Fixed(u32),
}

/// The logical type that an object names, if it is known and fits.
pub(super) fn logical(json: &Json, base: Base) -> Option<Logical> {
    const INT: Base = Base::Primitive(Kind::Int);
    const LONG: Base = Base::Primitive(Kind::Long);
    const BYTES: Base = Base::Primitive(Kind::Bytes);
    const STRING: Base = Base::Primitive(Kind::String);
    Some(match (json.get("logicalType")?.as_str()?, base) {
        ("date", INT) => Logical::Date,
        ("time-millis", INT) => Logical::TimeMillis,
        ("time-micros", LONG) => Logical::TimeMicros,
        ("timestamp-millis", LONG) => Logical::TimestampMillis,
        ("timestamp-micros", LONG) => Logical::TimestampMicros,
        ("timestamp-nanos", LONG) => Logical::TimestampNanos,
        ("local-timestamp-millis", LONG) => Logical::LocalTimestampMillis,
        ("local-timestamp-micros", LONG) => Logical::LocalTimestampMicros,
        ("local-timestamp-nanos", LONG) => Logical::LocalTimestampNanos,
        ("uuid", STRING | Base::Fixed(16)) => Logical::Uuid,
        ("big-decimal", BYTES) => Logical::BigDecimal,
        ("duration", Base::Fixed(12)) => Logical::Duration,
        ("decimal", BYTES | Base::Fixed(_)) => {
            let number = |key| {
                json.get(key)
                    .map(|n| n.as_number().and_then(|n| n.parse().ok()))
            };
            let precision: u32 = number("precision")??;
            let scale: u32 = number("scale").unwrap_or(Some(0))?;
            let fits = match base {
                Base::Fixed(size) => f64::from(precision) <= max_precision(size),
                Base::Primitive(_) => true,
            };
            if precision == 0 || scale > precision || !fits {
                return None;
            }
            Logical::Decimal { precision, scale }
        }
        _ => return None,
    })
}

/// Decimal digits that a two's complement number of `size` bytes always holds.
fn max_precision(size: u32) -> f64 {
    ((f64::from(size) * 8.0 - 1.0) * std::f64::consts::LOG10_2).floor()
}
