//! A calendar day.

use std::fmt;
use std::str::FromStr;

use super::LogicalError;
use super::calendar::{MAX_DAYS, MIN_DAYS, Scanner, days_from_ymd, put_date, ymd_from_days};

/// A day of the proleptic Gregorian calendar, 0001-01-01 to 9999-12-31. The default is 1970-01-01.
///
/// ```
/// # use tg_schema_model::logical::Date;
/// let date: Date = "2026-01-31".parse()?;
/// assert_eq!(date.days(), 20_484);
/// assert_eq!(date.to_string(), "2026-01-31");
/// # Ok::<(), tg_schema_model::logical::LogicalError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    days: i32,
}

impl Date {
    /// 0001-01-01.
    pub const MIN: Date = Date { days: MIN_DAYS };
    /// 9999-12-31.
    pub const MAX: Date = Date { days: MAX_DAYS };

    /// The day that is `days` after 1970-01-01.
    pub const fn from_days(days: i32) -> Option<Self> {
        if days < MIN_DAYS || days > MAX_DAYS {
            return None;
        }
        Some(Date { days })
    }
    /// A day by year (1 to 9999), month (1 to 12) and day of the month.
    pub const fn from_ymd(year: u16, month: u8, day: u8) -> Option<Self> {
        match days_from_ymd(year as i32, month, day) {
            Some(days) => Some(Date { days }),
            None => None,
        }
    }
    /// Days since 1970-01-01.
    pub const fn days(self) -> i32 {
        self.days
    }
    /// Year, month (from 1) and day of the month (from 1).
    #[inline]
    pub const fn ymd(self) -> (u16, u8, u8) {
        let (year, month, day) = ymd_from_days(self.days);
        (year as u16, month, day)
    }
    /// The text, `2026-01-31`, as ASCII.
    #[inline]
    pub fn ascii(self) -> [u8; 10] {
        let mut out = [0; 10];
        self.put_ascii(&mut out);
        out
    }
    /// Writes the text, as [`Date::ascii`] gives it, to where it is to stand.
    #[inline]
    pub fn put_ascii(self, out: &mut [u8; 10]) {
        *out = *b"0000-00-00";
        put_date(out, 0, self.days);
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&String::from_utf8_lossy(&self.ascii()))
    }
}

impl FromStr for Date {
    type Err = LogicalError;

    fn from_str(text: &str) -> Result<Self, LogicalError> {
        let mut scanner = Scanner::new(text, "a date such as 2026-01-31");
        let days = scanner.date()?;
        scanner.end()?;
        Ok(Date { days })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_goes_in_and_out() {
        for text in [
            "0001-01-01",
            "1969-12-31",
            "1970-01-01",
            "2024-02-29",
            "9999-12-31",
        ] {
            assert_eq!(
                text.parse::<Date>().map(|d| d.to_string()),
                Ok(text.to_owned())
            );
        }
        assert_eq!("0001-01-01".parse(), Ok(Date::MIN));
        assert_eq!("9999-12-31".parse(), Ok(Date::MAX));
        assert_eq!(Date::default().to_string(), "1970-01-01");
        assert_eq!(Date::from_ymd(2026, 1, 31).map(Date::days), Some(20_484));
    }

    #[test]
    fn other_texts_are_refused() {
        for text in [
            "",
            "2026-1-31",
            "2026-01-3",
            "2026-01-311",
            "26-01-31",
            "2026/01/31",
            "+2026-01-31",
            "2026-01-31T00:00:00Z",
            " 2026-01-31",
            "２０２６-01-31",
        ] {
            assert!(
                matches!(text.parse::<Date>(), Err(LogicalError::Form(_))),
                "{text:?}"
            );
        }
        for text in ["2026-02-30", "0000-01-01", "2026-00-10", "2026-13-10"] {
            assert!(
                matches!(text.parse::<Date>(), Err(LogicalError::Range(_))),
                "{text:?}"
            );
        }
        assert_eq!(Date::from_days(MAX_DAYS + 1), None);
        assert_eq!(Date::from_days(i32::MIN), None);
    }
}
