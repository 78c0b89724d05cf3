//! The values at which types part: where an `int` ends, what a `float` cannot hold, what is no text.

use tg_schema_dynamic::datum::Datum;
use tg_schema_model::avro::{Kind, Logical};
use tg_schema_model::logical::Decimal;

/// Values of a type without parts, the smallest first.
pub(super) fn values(kind: Kind, logical: Option<Logical>) -> Vec<Datum> {
    match (kind, logical) {
        (Kind::Null, _) => vec![Datum::Null],
        (Kind::Boolean, _) => vec![Datum::Boolean(false), Datum::Boolean(true)],
        (Kind::Int, Some(Logical::Date)) => ints(&[0, 1, -719_162, 2_932_896]),
        (Kind::Int, Some(Logical::TimeMillis)) => ints(&[0, 1, 16_777_217, 86_399_999]),
        (Kind::Int, _) => ints(&[0, 1, -1, 2_932_897, 16_777_217, i32::MAX, i32::MIN]),
        (Kind::Long, Some(Logical::TimestampMillis)) => {
            longs(&[0, 1, 16_777_217, 2_147_483_648, 253_402_300_799_999])
        }
        (Kind::Long, Some(Logical::TimestampMicros)) => longs(&[
            0,
            1,
            1_000,
            16_777_217,
            2_147_483_648,
            9_007_199_254_740_993,
            253_402_300_799_999_999,
        ]),
        (Kind::Long, _) => longs(&[
            0,
            1,
            -1,
            16_777_217,
            2_147_483_648,
            -2_147_483_649,
            253_402_300_800_000,
            9_007_199_254_740_993,
            253_402_300_800_000_000,
            i64::MAX,
            i64::MIN,
        ]),
        (Kind::Float, _) => {
            let values = [0.0, 0.1, 1.5, -1.0, f32::MAX];
            values.into_iter().map(Datum::Float).collect()
        }
        (Kind::Double, _) => {
            let values = [0.0, 0.1, 1.5, -1.0, 1e-46, 1e39, 16_777_217.0, f64::MAX];
            values.into_iter().map(Datum::Double).collect()
        }
        (Kind::String, Some(Logical::Uuid)) => {
            let texts = [
                "00000000-0000-0000-0000-000000000000",
                "ffffffff-ffff-ffff-ffff-ffffffffffff",
            ];
            texts
                .into_iter()
                .map(|t| Datum::String(t.to_owned()))
                .collect()
        }
        (Kind::String, _) => {
            let texts = ["", "a", "ü"];
            texts
                .into_iter()
                .map(|t| Datum::String(t.to_owned()))
                .collect()
        }
        (Kind::Bytes, Some(Logical::Decimal { precision, scale })) => decimals(precision, scale),
        (Kind::Bytes, _) => {
            let octets: [&[u8]; 4] = [b"", b"a", b"abc", &[0xFF]];
            octets
                .into_iter()
                .map(|o| Datum::Bytes(o.to_vec()))
                .collect()
        }
    }
}

fn ints(values: &[i32]) -> Vec<Datum> {
    values.iter().copied().map(Datum::Int).collect()
}

fn longs(values: &[i64]) -> Vec<Datum> {
    values.iter().copied().map(Datum::Long).collect()
}

/// Zero, one, one of the last digit, the least of each number of digits, and the largest.
fn decimals(precision: u32, scale: u32) -> Vec<Datum> {
    let largest = 10_i128
        .checked_pow(precision.min(38))
        .map_or(i128::MAX, |n| n - 1);
    let one = 10_i128.checked_pow(scale).unwrap_or(1);
    let scale = u8::try_from(scale).unwrap_or(0);
    let tens = (1..precision.min(38)).filter_map(|digits| 10_i128.checked_pow(digits));
    let tens = tens.filter(|n| *n != one);
    let values = [0, one, 1].into_iter().chain(tens).chain([largest]);
    let values = values.filter(|n| *n <= largest);
    let octets = values.filter_map(|n| {
        let mut octets = Vec::new();
        Decimal::new(n, scale)?.write_be(&mut octets);
        Some(Datum::Bytes(octets))
    });
    octets.collect()
}
