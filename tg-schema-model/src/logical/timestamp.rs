//! An instant.

use std::fmt;
use std::str::FromStr;
use std::time::{Duration, SystemTime};

use super::calendar::{MAX_DAYS, MIN_DAYS, Scanner, put_clock, put_date, put_pair, put_three};
use super::{Date, LogicalError};

/// Microseconds in a day.
const DAY: i64 = 86_400_000_000;
/// 0001-01-01T00:00:00Z.
const MIN_MICROS: i64 = MIN_DAYS as i64 * DAY;
/// 9999-12-31T23:59:59.999999Z.
const MAX_MICROS: i64 = (MAX_DAYS as i64 + 1) * DAY - 1;
/// What a millisecond field says when microseconds would be lost.
const MILLIS_ONLY: &str = "at most three digits of a second: timestamp_ms has milliseconds";

/// A UTC instant in microseconds since 1970-01-01T00:00:00Z, years 0001 to 9999. The default is that
/// instant.
///
/// `Display` writes RFC 3339 in UTC, with three digits of a second where that is exact and six where it
/// is not. Reading accepts any offset and one to six digits.
///
/// ```
/// # use tg_schema_model::logical::Timestamp;
/// let at: Timestamp = "2026-01-31T14:05:09.25+01:00".parse()?;
/// assert_eq!(at.to_string(), "2026-01-31T13:05:09.250Z");
/// assert_eq!(at.millis_exact(), Some(1_769_864_709_250));
/// # Ok::<(), tg_schema_model::logical::LogicalError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp {
    micros: i64,
}

impl Timestamp {
    /// 0001-01-01T00:00:00Z.
    pub const MIN: Timestamp = Timestamp { micros: MIN_MICROS };
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Timestamp = Timestamp { micros: MAX_MICROS };

    /// The instant that is `micros` microseconds after the epoch.
    pub const fn from_micros(micros: i64) -> Option<Self> {
        if micros < MIN_MICROS || micros > MAX_MICROS {
            return None;
        }
        Some(Timestamp { micros })
    }
    /// The instant that is `millis` milliseconds after the epoch.
    pub const fn from_millis(millis: i64) -> Option<Self> {
        match millis.checked_mul(1000) {
            Some(micros) => Timestamp::from_micros(micros),
            None => None,
        }
    }
    /// An instant by its UTC day and the microseconds since that day's midnight.
    ///
    /// ```
    /// use tg_schema_model::logical::{Date, Timestamp};
    ///
    /// let day: Date = "2026-01-31".parse().unwrap();
    /// let noon = Timestamp::from_date(day, 12 * 3_600_000_000).unwrap();
    /// assert_eq!(noon.to_string(), "2026-01-31T12:00:00.000Z");
    /// assert_eq!(Timestamp::from_date(day, 24 * 3_600_000_000), None);
    /// ```
    pub const fn from_date(date: Date, micros_of_day: i64) -> Option<Self> {
        if micros_of_day < 0 || micros_of_day >= DAY {
            return None;
        }
        Timestamp::from_micros(date.days() as i64 * DAY + micros_of_day)
    }
    /// The instant at which this runs, to the microsecond. Clocks beyond the calendar give its ends.
    pub fn now() -> Self {
        Timestamp::from(SystemTime::now())
    }
    /// Microseconds since the epoch.
    pub const fn micros(self) -> i64 {
        self.micros
    }
    /// Milliseconds since the epoch, if there are no microseconds beside them.
    #[inline]
    pub const fn millis_exact(self) -> Option<i64> {
        let (millis, more) = (self.since() / 1000, self.since() % 1000);
        if more == 0 {
            Some(millis as i64 + MIN_MICROS / 1000)
        } else {
            None
        }
    }
    /// The same instant without microseconds: the last whole millisecond that is not later.
    #[must_use]
    pub const fn floor_millis(self) -> Self {
        Timestamp {
            micros: self.micros.div_euclid(1000) * 1000,
        }
    }
    /// The UTC day, and the microseconds since its midnight.
    #[inline]
    pub const fn date(self) -> (Date, i64) {
        let days = self.micros.div_euclid(DAY) as i32;
        match Date::from_days(days) {
            Some(date) => (date, self.micros.rem_euclid(DAY)),
            None => (Date::MIN, 0),
        }
    }
    /// Reads RFC 3339 text where only milliseconds are kept: what `timestamp_ms` accepts.
    pub fn parse_millis(text: &str) -> Result<Self, LogicalError> {
        let at: Timestamp = text.parse()?;
        match at.millis_exact() {
            Some(_) => Ok(at),
            None => Err(LogicalError::Digits(MILLIS_ONLY)),
        }
    }
    /// The text with three digits of a second, `2026-01-31T13:05:09.250Z`, as ASCII; nothing where
    /// microseconds would be lost.
    #[inline]
    pub fn ascii_millis(self) -> Option<[u8; 24]> {
        self.millis_exact()?;
        let mut out = [0; 24];
        self.put_ascii_millis(&mut out);
        Some(out)
    }
    /// Writes the text with three digits of a second to where it is to stand. Microseconds are not written.
    #[inline]
    pub fn put_ascii_millis(self, out: &mut [u8; 24]) {
        let millis = self.since() / 1000;
        *out = *b"0000-00-00T00:00:00.000Z";
        put_seconds(out, millis / 1000);
        put_three(out, 20, (millis % 1000) as u32);
    }
    /// Writes the text with six digits of a second to where it is to stand.
    #[inline]
    pub fn put_ascii_micros(self, out: &mut [u8; 27]) {
        let (seconds, micros) = (self.since() / 1_000_000, self.since() % 1_000_000);
        let micros = micros as u32;
        *out = *b"0000-00-00T00:00:00.000000Z";
        put_seconds(out, seconds);
        put_pair(out, 20, micros / 10_000);
        put_pair(out, 22, micros / 100 % 100);
        put_pair(out, 24, micros % 100);
    }
    /// Microseconds since the first instant: never negative, and faster without a sign.
    #[inline(always)]
    const fn since(self) -> u64 {
        (self.micros - MIN_MICROS) as u64
    }
    /// The text with six digits of a second, `2026-01-31T13:05:09.250000Z`, as ASCII.
    #[inline]
    pub fn ascii_micros(self) -> [u8; 27] {
        let mut out = [0; 27];
        self.put_ascii_micros(&mut out);
        out
    }
    /// Appends the text with three digits of a second; an error where microseconds would be lost.
    pub fn write_millis(self, out: &mut String) -> Result<(), LogicalError> {
        let text = self
            .ascii_millis()
            .ok_or(LogicalError::Digits(MILLIS_ONLY))?;
        out.extend(text.map(char::from));
        Ok(())
    }
    /// Appends the text with six digits of a second.
    pub fn write_micros(self, out: &mut String) {
        out.extend(self.ascii_micros().map(char::from));
    }
}

/// Writes the digits of `2026-01-31T13:05:09` of the seconds since the first instant, and leaves what stands between
/// them.
#[inline(always)]
fn put_seconds<const N: usize>(out: &mut [u8; N], seconds: u64) {
    let (days, seconds) = (seconds / 86_400, seconds % 86_400);
    put_date(out, 0, MIN_DAYS + days as i32);
    put_clock(out, 11, seconds as u32);
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ascii_millis() {
            Some(text) => f.pad(&String::from_utf8_lossy(&text)),
            None => f.pad(&String::from_utf8_lossy(&self.ascii_micros())),
        }
    }
}

impl FromStr for Timestamp {
    type Err = LogicalError;

    fn from_str(text: &str) -> Result<Self, LogicalError> {
        let mut scanner = Scanner::new(
            text,
            "an RFC 3339 timestamp such as 2026-01-31T13:05:09.250Z",
        );
        let days = scanner.date()?;
        scanner.one_of(b"Tt ")?;
        let micros = scanner.time(6, "a timestamp has microseconds, six digits")?;
        let offset = match scanner.one_of(b"Zz+-")? {
            sign @ (b'+' | b'-') => {
                let hours = scanner.pair()?;
                scanner.one_of(b":")?;
                let minutes = scanner.pair()?;
                if hours > 23 || minutes > 59 {
                    return Err(LogicalError::Range("an offset from -23:59 to +23:59"));
                }
                let seconds = i64::from(hours * 3600 + minutes * 60);
                if sign == b'-' { -seconds } else { seconds }
            }
            _ => 0,
        };
        scanner.end()?;
        Timestamp::from_micros(i64::from(days) * DAY + micros - offset * 1_000_000).ok_or(
            LogicalError::Range("an instant of the years 0001 to 9999 in UTC"),
        )
    }
}

impl From<SystemTime> for Timestamp {
    /// Cut to the microsecond that is not later; times beyond the calendar give its ends.
    fn from(time: SystemTime) -> Self {
        let micros = match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(after) => i64::try_from(after.as_micros()).unwrap_or(i64::MAX),
            Err(before) => {
                let nanos = before.duration().as_nanos();
                i64::try_from(nanos.div_ceil(1000)).map_or(i64::MIN, |n| -n)
            }
        };
        Timestamp {
            micros: micros.clamp(MIN_MICROS, MAX_MICROS),
        }
    }
}

impl From<Timestamp> for SystemTime {
    fn from(at: Timestamp) -> Self {
        let distance = Duration::from_micros(at.micros.unsigned_abs());
        let epoch = SystemTime::UNIX_EPOCH;
        let moved = if at.micros < 0 {
            epoch.checked_sub(distance)
        } else {
            epoch.checked_add(distance)
        };
        // Only a platform whose clock starts at the epoch has no such time.
        moved.unwrap_or(epoch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<String, LogicalError> {
        text.parse::<Timestamp>().map(|t| t.to_string())
    }

    #[test]
    fn text_goes_in_and_out() {
        for (text, expected) in [
            ("2026-01-31T13:05:09Z", "2026-01-31T13:05:09.000Z"),
            ("2026-01-31t13:05:09.25z", "2026-01-31T13:05:09.250Z"),
            ("2026-01-31 13:05:09.25+00:00", "2026-01-31T13:05:09.250Z"),
            ("2026-01-31T13:05:09.250000000Z", "2026-01-31T13:05:09.250Z"),
            (
                "2026-01-31T13:05:09.000001-00:00",
                "2026-01-31T13:05:09.000001Z",
            ),
            ("2026-01-01T00:30:00+01:00", "2025-12-31T23:30:00.000Z"),
            ("2025-12-31T23:30:00-01:00", "2026-01-01T00:30:00.000Z"),
            ("1969-12-31T23:59:59.999999Z", "1969-12-31T23:59:59.999999Z"),
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000Z"),
        ] {
            assert_eq!(written(text), Ok(expected.to_owned()), "{text}");
        }
        assert_eq!("9999-12-31T23:59:59.999999Z".parse(), Ok(Timestamp::MAX));
        let mut out = String::new();
        Timestamp::default().write_micros(&mut out);
        assert_eq!(out, "1970-01-01T00:00:00.000000Z");
        out.clear();
        assert_eq!(Timestamp::default().write_millis(&mut out), Ok(()));
        assert_eq!(out, "1970-01-01T00:00:00.000Z");
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2026-01-31",
            "2026-01-31T13:05:09",
            "2026-01-31T13:05Z",
            "2026-01-31T13:05:09+0100",
            "2026-01-31T13:05:09+01",
            "2026-01-31T13:05:09Zx",
            "2026-01-31T13:05:09.Z",
            "1769864709",
        ] {
            assert!(
                matches!(written(text), Err(LogicalError::Form(_))),
                "{text:?}"
            );
        }
        for text in [
            "0001-01-01T00:00:00+00:01",
            "9999-12-31T23:59:59-00:01",
            "2026-02-29T00:00:00Z",
            "2026-01-31T24:00:00Z",
            "2026-01-31T13:05:09+24:00",
        ] {
            assert!(
                matches!(written(text), Err(LogicalError::Range(_))),
                "{text:?}"
            );
        }
        assert_eq!(
            written("2016-12-31T23:59:60Z"),
            Err(LogicalError::LeapSecond)
        );
        assert!(matches!(
            written("2026-01-31T13:05:09.0000001Z"),
            Err(LogicalError::Digits(_))
        ));
    }

    #[test]
    fn each_byte_is_looked_at() {
        let text = "2026-01-21T13:05:09.250Z";
        for at in 0..text.len() {
            for byte in (0..=255u8).filter(u8::is_ascii) {
                let mut bytes = text.as_bytes().to_vec();
                let usual = bytes[at];
                bytes[at] = byte;
                let changed = String::from_utf8(bytes).unwrap_or_default();
                let fits = match usual {
                    b'T' => b"Tt ".contains(&byte),
                    b'Z' => b"Zz0123456789".contains(&byte),
                    digit if digit.is_ascii_digit() => byte.is_ascii_digit(),
                    // The point: without it, what follows the seconds is no zone.
                    other => byte == other,
                };
                match written(&changed) {
                    Ok(again) => assert_eq!(again, changed.to_uppercase().replace(' ', "T")),
                    Err(LogicalError::Form(_)) => {
                        assert!(!fits || at == text.len() - 1, "{changed:?}");
                    }
                    Err(error) => assert!(fits, "{changed:?}: {error}"),
                }
            }
        }
    }

    #[test]
    fn milliseconds_are_exact_or_an_error() {
        let at = Timestamp::from_micros(-1).unwrap_or_default();
        assert_eq!(at.millis_exact(), None);
        assert_eq!(at.ascii_millis(), None);
        assert!(at.write_millis(&mut String::new()).is_err());
        assert_eq!(at.floor_millis().micros(), -1000);
        assert_eq!(
            Timestamp::from_millis(-1).map(Timestamp::micros),
            Some(-1000)
        );
        assert_eq!(Timestamp::from_millis(i64::MAX), None);
        assert_eq!(Timestamp::from_micros(i64::MIN), None);
        assert!(Timestamp::parse_millis("2026-01-31T13:05:09.2501Z").is_err());
        assert!(Timestamp::parse_millis("2026-01-31T13:05:09.2500Z").is_ok());
    }

    #[test]
    fn system_time_there_and_back() {
        for micros in [-1_500_000_001, -1, 0, 1, 1_769_864_709_250_001] {
            let at = Timestamp::from_micros(micros).unwrap_or_default();
            assert_eq!(Timestamp::from(SystemTime::from(at)), at);
        }
        let before = SystemTime::UNIX_EPOCH - Duration::from_nanos(1);
        assert_eq!(Timestamp::from(before).micros(), -1);
        assert!(Timestamp::now() > Timestamp::default());
    }
}
