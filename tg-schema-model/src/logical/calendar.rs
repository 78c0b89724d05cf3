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
#[inline]
pub(super) const fn days_from_ymd(year: i32, month: u8, day: u8) -> Option<i32> {
    if year < 1 || year > 9999 || day < 1 || day > days_in_month(year, month) {
        return None;
    }
    // A year that starts in March ends with the leap day, so that months have fixed offsets. January and February
    // are its months 13 and 14.
    let early = month <= 2;
    let march_year = (year - early as i32) as u32;
    let march_month = month as u32 + if early { 12 } else { 0 };
    let day_of_year = (979 * march_month - 2919) / 32 + day as u32 - 1;
    let century = march_year / 100;
    let days = 1461 * march_year / 4 - century + century / 4 + day_of_year;
    Some(days as i32 - EPOCH)
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
#[inline]
const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        // The odd ones up to July, the even ones from August on.
        1..=12 => 30 | (month ^ (month >> 3)) & 1,
        _ => 0,
    }
}

/// The digits of each number below 100. It has a place for each byte, so that nothing is looked for behind its end.
static PAIRS: [[u8; 2]; 256] = {
    let mut pairs = [*b"00"; 256];
    let mut n = 0;
    while n < 100 {
        pairs[n] = [b'0' + (n / 10) as u8, b'0' + (n % 10) as u8];
        n += 1;
    }
    pairs
};

/// Writes the two digits of a number below 100 at a place.
#[inline(always)]
pub(super) fn put_pair<const N: usize>(out: &mut [u8; N], at: usize, n: u32) {
    let pair = PAIRS[usize::from(n as u8)];
    out[at..at + 2].copy_from_slice(&pair);
}

/// Writes the digits of a date, `YYYY-MM-DD`, at a place, and leaves what stands between them.
#[inline(always)]
pub(super) fn put_date<const N: usize>(out: &mut [u8; N], at: usize, days: i32) {
    let (year, month, day) = ymd_from_days(days);
    let year = year as u32;
    put_pair(out, at, year / 100);
    put_pair(out, at + 2, year % 100);
    put_pair(out, at + 5, month.into());
    put_pair(out, at + 8, day.into());
}

/// Writes the digits of a time of day, `hh:mm:ss`, at a place, and leaves what stands between them.
#[inline(always)]
pub(super) fn put_clock<const N: usize>(out: &mut [u8; N], at: usize, seconds: u32) {
    let minutes = seconds / 60;
    put_pair(out, at, minutes / 60);
    put_pair(out, at + 3, minutes % 60);
    put_pair(out, at + 6, seconds % 60);
}

/// Writes the three digits of a number below 1000 at a place.
#[inline(always)]
pub(super) fn put_three<const N: usize>(out: &mut [u8; N], at: usize, n: u32) {
    put_pair(out, at, n / 10);
    out[at + 2] = b'0' + (n % 10) as u8;
}

/// A form of eight bytes: digits, where it has a 0, and what stands between them.
#[derive(Clone, Copy)]
struct Form {
    text: u64,
    /// What makes a byte that differs too much from that of the form one with the high bit.
    slack: u64,
}

/// `YYYY-MM-`.
const MONTH: Form = Form::new(b"0000-00-");
/// `hh:mm:ss`.
const CLOCK: Form = Form::new(b"00:00:00");

impl Form {
    const fn new(form: &[u8; 8]) -> Self {
        let mut slack = [0x7f; 8];
        let mut at = 0;
        while at < slack.len() {
            if form[at] == b'0' {
                slack[at] -= 9;
            }
            at += 1;
        }
        Form {
            text: u64::from_le_bytes(*form),
            slack: u64::from_le_bytes(slack),
        }
    }
    /// In each byte the number whose two digits are that byte of the text and the next. All are looked at together.
    #[inline(always)]
    fn read(self, text: [u8; 8]) -> Option<[u8; 8]> {
        const HIGH: u64 = 0x8080_8080_8080_8080;
        let values = u64::from_le_bytes(text) ^ self.text;
        // Only a wrong byte can carry into the next.
        let wrong = (values.wrapping_add(self.slack) | values) & HIGH;
        let numbers = values.wrapping_mul(10).wrapping_add(values >> 8);
        (wrong == 0).then_some(numbers.to_le_bytes())
    }
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
    /// Eight bytes of a form, as [`Form::read`] gives them.
    #[inline(always)]
    fn form(&mut self, form: Form) -> Result<[u8; 8], LogicalError> {
        if let Some((text, tail)) = self.rest.split_first_chunk()
            && let Some(numbers) = form.read(*text)
        {
            self.rest = tail;
            return Ok(numbers);
        }
        Err(self.refuse())
    }
    /// A date, `YYYY-MM-DD`, as days since 1970-01-01.
    #[inline]
    pub(super) fn date(&mut self) -> Result<i32, LogicalError> {
        let [century, _, year, _, _, month, ..] = self.form(MONTH)?;
        let day = self.pair()?;
        let year = i32::from(century) * 100 + i32::from(year);
        days_from_ymd(year, month, day as u8).ok_or(LogicalError::Range(
            "a day that the calendar has, 0001-01-01 to 9999-12-31",
        ))
    }
    /// A time of day, `hh:mm:ss` and an optional fraction, in units of `10^-places` seconds.
    #[inline]
    pub(super) fn time(&mut self, places: u32, lost: &'static str) -> Result<i64, LogicalError> {
        let [hour, _, _, minute, _, _, second, _] = self.form(CLOCK)?;
        if second == 60 && hour < 24 && minute < 60 {
            return Err(LogicalError::LeapSecond);
        }
        if hour > 23 || minute > 59 || second > 59 {
            return Err(LogicalError::Range("a time from 00:00:00 to 23:59:59"));
        }
        let [hour, minute, second] = [hour, minute, second].map(i64::from);
        let mut units = hour * 3600 + minute * 60 + second;
        let mut missing = places;
        if self.skip(b'.') {
            let start = self.rest.len();
            while let Some(digit) = self.digit() {
                if missing > 0 {
                    units = units * 10 + i64::from(digit);
                    missing -= 1;
                } else if digit != 0 {
                    return Err(LogicalError::Digits(lost));
                }
            }
            if self.rest.len() == start {
                return Err(self.refuse());
            }
        }
        Ok(units * POWERS[missing.min(6) as usize])
    }
    /// A digit, if it is next.
    #[inline]
    fn digit(&mut self) -> Option<u8> {
        let (byte, tail) = self.rest.split_first()?;
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| {
            self.rest = tail;
            digit
        })
    }
}

/// Powers of ten.
const POWERS: [i64; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

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
        for n in 0..1000 {
            let mut out = *b"...................";
            put_three(&mut out, 0, n);
            put_clock(&mut out, 4, n * 86);
            assert_eq!(out[..3], *format!("{n:03}").as_bytes());
            let (hour, minute, second) = (n * 86 / 3600, n * 86 / 60 % 60, n * 86 % 60);
            let clock = format!("{hour:02}.{minute:02}.{second:02}");
            assert_eq!(out[4..12], *clock.as_bytes());
        }
        let mut out = *b"____-__-__";
        put_date(&mut out, 0, MIN_DAYS);
        assert_eq!(out, *b"0001-01-01");
        put_date(&mut out, 0, MAX_DAYS);
        assert_eq!(out, *b"9999-12-31");
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
