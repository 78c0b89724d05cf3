//! Day numbers and calendar dates of the proleptic Gregorian calendar, and the digits of their text.

use super::LogicalError;

/// 0001-01-01 in days since 1970-01-01.
pub(super) const MIN_DAYS: i32 = -719_162;
/// 9999-12-31 in days since 1970-01-01.
pub(super) const MAX_DAYS: i32 = 2_932_896;
/// Days from 0000-03-01 to 1970-01-01.
const EPOCH: i32 = 719_468;
/// Days in 400 years.
const ERA: i32 = 146_097;

/// Days since 1970-01-01 of a date that exists.
pub(super) const fn days_from_ymd(year: i32, month: u8, day: u8) -> Option<i32> {
    if year < 1 || year > 9999 || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    // A year that starts in March ends with the leap day, so that months have fixed offsets.
    let march_year = if month <= 2 { year - 1 } else { year };
    let march_month = (month as i32 + 9) % 12;
    let day_of_year = (153 * march_month + 2) / 5 + day as i32 - 1;
    let leaps = march_year / 4 - march_year / 100 + march_year / 400;
    Some(march_year * 365 + leaps + day_of_year - EPOCH)
}

/// Year, month and day of a day number in range. Divisions are products with the reciprocal, which are exact
/// for years as small as these (C. Neri, L. Schneider, Euclidean affine functions and their application to
/// calendar algorithms, 2023).
#[inline]
pub(super) const fn ymd_from_days(days: i32) -> (i32, u8, u8) {
    // Never negative: the calendar begins after 0000-03-01.
    let quarters = 4 * (days + EPOCH) as u32 + 3;
    let century = quarters / ERA as u32;
    let day_of_century = quarters % ERA as u32 / 4;
    let product = 2_939_745 * (4 * day_of_century + 3) as u64;
    let year_of_century = (product >> 32) as u32;
    let day_of_year = product as u32 / 2_939_745 / 4;
    let months = 2_141 * day_of_year + 197_913;
    let (month, day) = (months >> 16, (months & 0xffff) / 2_141 + 1);
    // January and February belong to the year that began in March before them.
    let later = day_of_year >= 306;
    let year = 100 * century + year_of_century + later as u32;
    let month = if later { month - 12 } else { month };
    (year as i32, month as u8, day as u8)
}

/// Days of a month, 0 for a month that does not exist.
const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// The digits of four numbers below 100, two of each, all at once in a word.
#[inline(always)]
pub(super) fn pairs(numbers: [u32; 4]) -> [u8; 8] {
    let [a, b, c, d] = numbers.map(u64::from);
    let word = a | b << 16 | c << 32 | d << 48;
    // A product with the reciprocal of ten, exact for numbers as small as these.
    let tens = ((word * 103) >> 10) & 0x000f_000f_000f_000f;
    let digits = tens | (word - 10 * tens) << 8;
    (digits + 0x3030_3030_3030_3030).to_le_bytes()
}

/// The three digits of a number below 1000.
#[inline(always)]
pub(super) fn three(number: u32) -> [u8; 3] {
    let [a, b, c, ..] = pairs([number / 10, number % 10 * 10, 0, 0]);
    [a, b, c]
}

/// Reads text from left to right; every refusal names the whole form.
pub(super) struct Scanner<'a> {
    rest: &'a [u8],
    form: &'static str,
}

impl<'a> Scanner<'a> {
    /// Starts at the beginning of `text`; `form` is what was expected.
    pub(super) fn new(text: &'a str, form: &'static str) -> Self {
        Scanner {
            rest: text.as_bytes(),
            form,
        }
    }
    /// The refusal.
    pub(super) fn refuse(&self) -> LogicalError {
        LogicalError::Form(self.form)
    }
    /// Two digits.
    #[inline]
    pub(super) fn pair(&mut self) -> Result<u32, LogicalError> {
        let Some((pair, tail)) = self.rest.split_first_chunk::<2>() else {
            return Err(self.refuse());
        };
        let [tens, ones] = pair.map(|byte| u32::from(byte.wrapping_sub(b'0')));
        if tens > 9 || ones > 9 {
            return Err(self.refuse());
        }
        self.rest = tail;
        Ok(tens * 10 + ones)
    }
    /// One byte of `choices`.
    #[inline]
    pub(super) fn one_of(&mut self, choices: &[u8]) -> Result<u8, LogicalError> {
        match self.rest.split_first() {
            Some((byte, tail)) if choices.contains(byte) => {
                self.rest = tail;
                Ok(*byte)
            }
            _ => Err(self.refuse()),
        }
    }
    /// `byte`, if it is next.
    pub(super) fn skip(&mut self, byte: u8) -> bool {
        let met = self.rest.first() == Some(&byte);
        if met {
            self.rest = &self.rest[1..];
        }
        met
    }
    /// Nothing may be left.
    pub(super) fn end(&self) -> Result<(), LogicalError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(self.refuse())
        }
    }
    /// A date, `YYYY-MM-DD`, as days since 1970-01-01.
    pub(super) fn date(&mut self) -> Result<i32, LogicalError> {
        let year = self.pair()? * 100 + self.pair()?;
        self.one_of(b"-")?;
        let month = self.pair()?;
        self.one_of(b"-")?;
        let day = self.pair()?;
        days_from_ymd(year as i32, month as u8, day as u8).ok_or(LogicalError::Range(
            "a day that the calendar has, 0001-01-01 to 9999-12-31",
        ))
    }
    /// A time of day, `hh:mm:ss` and an optional fraction, in units of `10^-places` seconds.
    pub(super) fn time(&mut self, places: u32, lost: &'static str) -> Result<i64, LogicalError> {
        let hour = self.pair()?;
        self.one_of(b":")?;
        let minute = self.pair()?;
        self.one_of(b":")?;
        let second = self.pair()?;
        if second == 60 && hour < 24 && minute < 60 {
            return Err(LogicalError::LeapSecond);
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err(LogicalError::Range("a time from 00:00:00 to 23:59:59"));
        }
        let mut units = i64::from(hour * 3600 + minute * 60 + second);
        let mut missing = places;
        if self.skip(b'.') {
            let count = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
            let (fraction, tail) = self.rest.split_at(count);
            if fraction.is_empty() {
                return Err(self.refuse());
            }
            let (kept, beyond) = fraction.split_at(count.min(places as usize));
            if beyond.iter().any(|byte| *byte != b'0') {
                return Err(LogicalError::Digits(lost));
            }
            let digits = kept.iter().map(|byte| i64::from(byte - b'0'));
            units = digits.fold(units, |n, digit| n * 10 + digit);
            missing -= kept.len() as u32;
            self.rest = tail;
        }
        Ok(units * 10_i64.pow(missing))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_calendar_comes_back() {
        let (mut year, mut month, mut day) = (1, 1, 1);
        for days in MIN_DAYS..=MAX_DAYS {
            assert_eq!(ymd_from_days(days), (year, month, day));
            assert_eq!(days_from_ymd(year, month, day), Some(days));
            day += 1;
            if day > days_in_month(year, month) {
                day = 1;
                month += 1;
            }
            if month > 12 {
                month = 1;
                year += 1;
            }
        }
        assert_eq!((year, month, day), (10_000, 1, 1));
        assert_eq!(days_from_ymd(1970, 1, 1), Some(0));
        assert_eq!(days_from_ymd(2000, 2, 29), Some(11_016));
    }

    #[test]
    fn digits_of_every_number() {
        for n in 0..100 {
            let text = pairs([n, 99 - n, 0, n]);
            assert_eq!(text, *format!("{n:02}{:02}00{n:02}", 99 - n).as_bytes());
        }
        for n in 0..1000 {
            assert_eq!(three(n), *format!("{n:03}").as_bytes());
        }
    }

    #[test]
    fn days_that_do_not_exist() {
        for (y, m, d) in [
            (0, 1, 1),
            (10_000, 1, 1),
            (2023, 2, 29),
            (1900, 2, 29),
            (2024, 4, 31),
            (2024, 13, 1),
            (2024, 0, 1),
            (2024, 1, 0),
        ] {
            assert_eq!(days_from_ymd(y, m, d), None, "{y}-{m}-{d}");
        }
    }
}
