//! To and from the chrono crate.

use ::chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeZone, Timelike, Utc};

use super::{Date, LogicalError, Time, Timestamp};

impl TryFrom<NaiveDate> for Date {
    type Error = LogicalError;

    fn try_from(date: NaiveDate) -> Result<Self, LogicalError> {
        u16::try_from(date.year())
            .ok()
            .and_then(|year| Date::from_ymd(year, date.month() as u8, date.day() as u8))
            .ok_or(LogicalError::Range("a day of the years 0001 to 9999"))
    }
}

impl From<Date> for NaiveDate {
    fn from(date: Date) -> Self {
        let (year, month, day) = date.ymd();
        NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day))
            .unwrap_or_default()
    }
}

impl TryFrom<NaiveTime> for Time {
    type Error = LogicalError;

    /// Leap seconds, and digits below a millisecond, are errors.
    fn try_from(time: NaiveTime) -> Result<Self, LogicalError> {
        let nanos = time.nanosecond();
        if nanos >= 1_000_000_000 {
            return Err(LogicalError::LeapSecond);
        }
        if !nanos.is_multiple_of(1_000_000) {
            return Err(LogicalError::Digits(
                "at most three digits of a second: a time has milliseconds",
            ));
        }
        let millis = time.num_seconds_from_midnight() * 1000 + nanos / 1_000_000;
        i32::try_from(millis)
            .ok()
            .and_then(Time::from_millis)
            .ok_or(LogicalError::Range("a time of day"))
    }
}

impl From<Time> for NaiveTime {
    fn from(time: Time) -> Self {
        let (hour, minute, second, milli) = time.hms_milli();
        NaiveTime::from_hms_milli_opt(hour.into(), minute.into(), second.into(), milli.into())
            .unwrap_or_default()
    }
}

impl<Z: TimeZone> TryFrom<DateTime<Z>> for Timestamp {
    type Error = LogicalError;

    /// Leap seconds, and digits below a microsecond, are errors.
    fn try_from(at: DateTime<Z>) -> Result<Self, LogicalError> {
        let nanos = at.timestamp_subsec_nanos();
        if nanos >= 1_000_000_000 {
            return Err(LogicalError::LeapSecond);
        }
        if !nanos.is_multiple_of(1000) {
            return Err(LogicalError::Digits(
                "at most six digits of a second: a timestamp has microseconds",
            ));
        }
        Timestamp::from_micros(at.timestamp_micros())
            .ok_or(LogicalError::Range("an instant of the years 0001 to 9999"))
    }
}

impl From<Timestamp> for DateTime<Utc> {
    fn from(at: Timestamp) -> Self {
        DateTime::from_timestamp_micros(at.micros()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for date in [Date::MIN, Date::default(), Date::MAX] {
            let theirs = NaiveDate::from(date);
            assert_eq!(theirs.to_string(), date.to_string());
            assert_eq!(Date::try_from(theirs), Ok(date));
        }
        assert!(Date::try_from(NaiveDate::MAX).is_err());
        assert!(Date::try_from(NaiveDate::MIN).is_err());
    }

    #[test]
    fn times() {
        for time in [Time::MIN, Time::MAX] {
            assert_eq!(Time::try_from(NaiveTime::from(time)), Ok(time));
        }
        assert_eq!(
            NaiveTime::from(Time::MAX)
                .format("%H:%M:%S%.3f")
                .to_string(),
            Time::MAX.to_string()
        );
        let leap = NaiveTime::from_hms_milli_opt(23, 59, 59, 1_500).expect("a leap second");
        assert_eq!(Time::try_from(leap), Err(LogicalError::LeapSecond));
        let fine = NaiveTime::from_hms_micro_opt(0, 0, 0, 1).expect("a time");
        assert!(matches!(Time::try_from(fine), Err(LogicalError::Digits(_))));
    }

    #[test]
    fn timestamps() {
        for at in [Timestamp::MIN, Timestamp::default(), Timestamp::MAX] {
            let theirs = DateTime::<Utc>::from(at);
            assert_eq!(Timestamp::try_from(theirs), Ok(at));
        }
        assert_eq!(
            DateTime::<Utc>::from(Timestamp::MAX).to_rfc3339(),
            "9999-12-31T23:59:59.999999+00:00"
        );
        assert!(Timestamp::try_from(DateTime::<Utc>::from_timestamp_nanos(1)).is_err());
        assert!(Timestamp::try_from(DateTime::<Utc>::MAX_UTC).is_err());
    }
}
