//! A time of day.

use std::fmt;
use std::str::FromStr;

use super::LogicalError;
use super::calendar::{Scanner, put_clock, put_three};

/// Milliseconds in a day.
const DAY: i32 = 86_400_000;

/// A time of day in milliseconds, without a zone. The default is midnight.
///
/// ```
/// # use tg_schema_model::logical::Time;
/// let time: Time = "13:05:09.25".parse()?;
/// assert_eq!(time.millis(), 47_109_250);
/// assert_eq!(time.to_string(), "13:05:09.250");
/// # Ok::<(), tg_schema_model::logical::LogicalError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time {
    millis: i32,
}

impl Time {
    /// 00:00:00.000.
    pub const MIN: Time = Time { millis: 0 };
    /// 23:59:59.999.
    pub const MAX: Time = Time { millis: DAY - 1 };

    /// The time that is `millis` milliseconds after midnight.
    pub const fn from_millis(millis: i32) -> Option<Self> {
        if millis < 0 || millis >= DAY {
            return None;
        }
        Some(Time { millis })
    }
    /// A time by hour, minute, second and millisecond.
    pub const fn from_hms_milli(hour: u8, minute: u8, second: u8, milli: u16) -> Option<Self> {
        if hour > 23 || minute > 59 || second > 59 || milli > 999 {
            return None;
        }
        let seconds = hour as i32 * 3600 + minute as i32 * 60 + second as i32;
        Some(Time {
            millis: seconds * 1000 + milli as i32,
        })
    }
    /// Milliseconds since midnight.
    pub const fn millis(self) -> i32 {
        self.millis
    }
    /// Hour, minute, second and millisecond.
    #[inline]
    pub const fn hms_milli(self) -> (u8, u8, u8, u16) {
        // Never negative, and faster without a sign.
        let millis = self.millis as u32;
        let (minutes, second) = (millis / 60_000, millis % 60_000 / 1000);
        (
            (minutes / 60) as u8,
            (minutes % 60) as u8,
            second as u8,
            (millis % 1000) as u16,
        )
    }
    /// The text, `13:05:09.250`, as ASCII.
    #[inline]
    pub fn ascii(self) -> [u8; 12] {
        let mut out = [0; 12];
        self.put_ascii(&mut out);
        out
    }
    /// Writes the text, as [`Time::ascii`] gives it, to where it is to stand.
    #[inline]
    pub fn put_ascii(self, out: &mut [u8; 12]) {
        let millis = self.millis as u32;
        *out = *b"00:00:00.000";
        put_clock(out, 0, millis / 1000);
        put_three(out, 9, millis % 1000);
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&String::from_utf8_lossy(&self.ascii()))
    }
}

impl FromStr for Time {
    type Err = LogicalError;

    fn from_str(text: &str) -> Result<Self, LogicalError> {
        let mut scanner = Scanner::new(text, "a time such as 13:05:09.250");
        let millis = scanner.time(
            3,
            "at most three digits of a second: a time has milliseconds",
        )?;
        scanner.end()?;
        i32::try_from(millis)
            .ok()
            .and_then(Time::from_millis)
            .ok_or(scanner.refuse())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_in_and_out() {
        for (text, written) in [
            ("00:00:00", "00:00:00.000"),
            ("13:05:09.2", "13:05:09.200"),
            ("13:05:09.25", "13:05:09.250"),
            ("13:05:09.250000", "13:05:09.250"),
            ("23:59:59.999", "23:59:59.999"),
        ] {
            assert_eq!(
                text.parse::<Time>().map(|t| t.to_string()),
                Ok(written.to_owned())
            );
        }
        assert_eq!(Time::from_hms_milli(23, 59, 59, 999), Some(Time::MAX));
        assert_eq!(Time::from_millis(0), Some(Time::MIN));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "1:05:09",
            "13:05",
            "13:05:09.",
            "13:05:09Z",
            "13:05:09,5",
            "13:05:09.5x",
        ] {
            assert!(
                matches!(text.parse::<Time>(), Err(LogicalError::Form(_))),
                "{text:?}"
            );
        }
        assert!(matches!(
            "24:00:00".parse::<Time>(),
            Err(LogicalError::Range(_))
        ));
        assert!(matches!(
            "12:60:00".parse::<Time>(),
            Err(LogicalError::Range(_))
        ));
        assert_eq!("23:59:60".parse::<Time>(), Err(LogicalError::LeapSecond));
        assert!(matches!(
            "13:05:09.2501".parse::<Time>(),
            Err(LogicalError::Digits(_))
        ));
        assert_eq!(Time::from_millis(-1), None);
        assert_eq!(Time::from_millis(DAY), None);
    }
}
