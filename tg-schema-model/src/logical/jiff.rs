//! To and from the jiff crate.

use ::jiff::civil;

use super::{Date, LogicalError, Time, Timestamp};

impl TryFrom<civil::Date> for Date {
    type Error = LogicalError;

    fn try_from(date: civil::Date) -> Result<Self, LogicalError> {
        u16::try_from(date.year())
            .ok()
            .and_then(|year| {
                Date::from_ymd(year, date.month().unsigned_abs(), date.day().unsigned_abs())
            })
            .ok_or(LogicalError::Range("a day of the years 0001 to 9999"))
    }
}

impl From<Date> for civil::Date {
    fn from(date: Date) -> Self {
        let (year, month, day) = date.ymd();
        civil::Date::new(year as i16, month as i8, day as i8).unwrap_or_default()
    }
}

impl TryFrom<civil::Time> for Time {
    type Error = LogicalError;

    /// Digits below a millisecond are an error.
    fn try_from(time: civil::Time) -> Result<Self, LogicalError> {
        let nanos = time.subsec_nanosecond().unsigned_abs();
        if !nanos.is_multiple_of(1_000_000) {
            return Err(LogicalError::Digits(
                "at most three digits of a second: a time has milliseconds",
            ));
        }
        Time::from_hms_milli(
            time.hour().unsigned_abs(),
            time.minute().unsigned_abs(),
            time.second().unsigned_abs(),
            (nanos / 1_000_000) as u16,
        )
        .ok_or(LogicalError::Range("a time of day"))
    }
}

impl From<Time> for civil::Time {
    fn from(time: Time) -> Self {
        let (hour, minute, second, milli) = time.hms_milli();
        let nanos = i32::from(milli) * 1_000_000;
        civil::Time::new(hour as i8, minute as i8, second as i8, nanos).unwrap_or_default()
    }
}

impl TryFrom<::jiff::Timestamp> for Timestamp {
    type Error = LogicalError;

    /// Digits below a microsecond are an error.
    fn try_from(at: ::jiff::Timestamp) -> Result<Self, LogicalError> {
        if at.subsec_nanosecond() % 1000 != 0 {
            return Err(LogicalError::Digits(
                "at most six digits of a second: a timestamp has microseconds",
            ));
        }
        Timestamp::from_micros(at.as_microsecond())
            .ok_or(LogicalError::Range("an instant of the years 0001 to 9999"))
    }
}

impl TryFrom<Timestamp> for ::jiff::Timestamp {
    type Error = LogicalError;

    /// jiff ends about a day before the end of the year 9999, so that every time zone can show its
    /// instants.
    fn try_from(at: Timestamp) -> Result<Self, LogicalError> {
        ::jiff::Timestamp::from_microsecond(at.micros()).map_err(|_| {
            LogicalError::Range("an instant that jiff can hold, to 9999-12-30T22:00:00.999999999Z")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for date in [Date::MIN, Date::default(), Date::MAX] {
            let theirs = civil::Date::from(date);
            assert_eq!(theirs.to_string(), date.to_string());
            assert_eq!(Date::try_from(theirs), Ok(date));
        }
        assert!(Date::try_from(civil::Date::MIN).is_err());
    }

    #[test]
    fn times() {
        for time in [Time::MIN, Time::MAX] {
            assert_eq!(Time::try_from(civil::Time::from(time)), Ok(time));
        }
        assert_eq!(
            civil::Time::from(Time::MAX).to_string(),
            Time::MAX.to_string()
        );
        assert!(Time::try_from(civil::Time::MAX).is_err());
    }

    #[test]
    fn timestamps() {
        for at in [Timestamp::MIN, Timestamp::default(), Timestamp::now()] {
            let theirs = ::jiff::Timestamp::try_from(at).expect("an instant that both hold");
            assert_eq!(Timestamp::try_from(theirs), Ok(at));
        }
        assert!(::jiff::Timestamp::try_from(Timestamp::MAX).is_err());
        assert!(Timestamp::try_from(::jiff::Timestamp::MIN).is_err());
        let fine = ::jiff::Timestamp::from_nanosecond(1).expect("an instant");
        assert!(Timestamp::try_from(fine).is_err());
    }
}
