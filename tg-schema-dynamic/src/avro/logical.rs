//! Logical types to and from the Avro values that carry them, with their ranges.

use tg_schema_model::Value;
use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};

use crate::error::{Error, Problem, quoted};

/// A day from days since 1970-01-01.
pub(super) fn date(days: i32) -> Result<Value, Error> {
    let date = Date::from_days(days).map(Value::Date);
    date.ok_or_else(|| Error::unexpected("a date in the years 0001 to 9999", format!("day {days}")))
}

/// A time of day from its milliseconds.
pub(super) fn time(ms: i32) -> Result<Value, Error> {
    let time = Time::from_millis(ms).map(Value::Time);
    time.ok_or_else(|| Error::unexpected("milliseconds of a day (0 to 86399999)", ms.to_string()))
}

/// An instant from milliseconds since the epoch.
pub(super) fn timestamp_ms(ms: i64) -> Result<Value, Error> {
    let timestamp = Timestamp::from_millis(ms).map(Value::Timestamp);
    timestamp.ok_or_else(|| beyond_years(format!("{ms} milliseconds since 1970")))
}

/// An instant from microseconds since the epoch.
pub(super) fn timestamp_us(us: i64) -> Result<Value, Error> {
    let timestamp = Timestamp::from_micros(us).map(Value::Timestamp);
    timestamp.ok_or_else(|| beyond_years(format!("{us} microseconds since 1970")))
}

fn beyond_years(found: String) -> Error {
    Error::unexpected("a timestamp in the years 0001 to 9999", found)
}

/// The milliseconds of an instant that has no finer part.
pub(super) fn epoch_ms(timestamp: Timestamp) -> Result<i64, Error> {
    timestamp.millis_exact().ok_or_else(|| {
        Error::new(Problem::Invalid(
            "a timestamp_ms cannot keep the microseconds of this timestamp".into(),
        ))
    })
}

/// A UUID from its text.
pub(super) fn uuid(text: &str) -> Result<Value, Error> {
    match text.parse::<Uuid>() {
        Ok(uuid) => Ok(Value::Uuid(uuid)),
        Err(_) => Err(Error::unexpected("a UUID of 36 characters", quoted(text))),
    }
}

/// A decimal from big-endian two's complement.
pub(super) fn decimal(octets: &[u8], precision: u8, scale: u8) -> Result<Value, Error> {
    let decimal = Decimal::from_be_bytes(octets, scale).filter(|d| d.fits(precision));
    decimal.map(Value::Decimal).ok_or_else(|| {
        let found = match octets.len() {
            0 => "no bytes".to_owned(),
            n => format!("a greater number in {n} bytes"),
        };
        Error::unexpected(format!("a decimal of at most {precision} digits"), found)
    })
}

/// Big-endian two's complement of a decimal, brought to the scale of its field.
pub(super) fn decimal_octets(decimal: Decimal, precision: u8, scale: u8) -> Result<Vec<u8>, Error> {
    let Some(scaled) = decimal.rescale(scale).filter(|d| d.fits(precision)) else {
        return Err(Error::unexpected(
            format!("a number that fits decimal({precision},{scale})"),
            decimal.to_string(),
        ));
    };
    let mut octets = Vec::with_capacity(scaled.be_len());
    scaled.write_be(&mut octets);
    Ok(octets)
}
