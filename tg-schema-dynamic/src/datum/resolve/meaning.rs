//! Two logical types into whether a value of the one is another value to readers of the other.
//!
//! Readers go by their own logical type. A plain type has the same number or the same bytes, and says nothing of
//! what they mean.

use tg_schema_model::avro::{Kind, Logical};

use crate::datum::Datum;

/// A type that a logical type is laid on; none: `fixed`.
pub(super) type Typed = (Option<Kind>, Option<Logical>);

/// Whether what `from` wrote is something else to a reader of `to`.
pub(super) fn differs(to: Typed, from: Typed, datum: &Datum) -> bool {
    match (to.1, from.1) {
        (Some(to), Some(from)) => other(to, from) && !(alike(to, from) && is_zero(datum)),
        // The bytes of a number are no text, nor is a text one.
        (Some(of), None) | (None, Some(of)) => {
            of != Logical::Uuid && to.0 != from.0 && {
                let octets = |kind| matches!(kind, Some(Kind::Bytes | Kind::String));
                octets(to.0) && octets(from.0)
            }
        }
        (None, None) => false,
    }
}

/// Whether they are not the same; more digits of one scale are the same numbers.
fn other(to: Logical, from: Logical) -> bool {
    match (to, from) {
        (Logical::Decimal { scale: to, .. }, Logical::Decimal { scale: from, .. }) => to != from,
        _ => to != from,
    }
}

/// Whether they differ in the unit alone, so that nothing is nothing in both.
fn alike(to: Logical, from: Logical) -> bool {
    let family = |logical| match logical {
        Logical::Decimal { .. } => Some(0),
        Logical::TimeMillis | Logical::TimeMicros => Some(1),
        Logical::TimestampMillis | Logical::TimestampMicros | Logical::TimestampNanos => Some(2),
        Logical::LocalTimestampMillis
        | Logical::LocalTimestampMicros
        | Logical::LocalTimestampNanos => Some(3),
        Logical::Date | Logical::Uuid | Logical::BigDecimal | Logical::Duration => None,
    };
    family(to).is_some() && family(to) == family(from)
}

fn is_zero(datum: &Datum) -> bool {
    match datum {
        Datum::Int(n) => *n == 0,
        Datum::Long(n) => *n == 0,
        Datum::Bytes(octets) | Datum::Fixed(octets) => octets.iter().all(|octet| *octet == 0),
        _ => false,
    }
}
