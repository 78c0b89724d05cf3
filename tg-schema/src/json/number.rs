//! Number tokens.

use crate::avro::AvroReader;
use crate::error::Error;

/// Length of the JSON number at the start of `bytes` and whether it is an integer token (no point, no
/// exponent). `None`: it is no number.
#[inline]
pub(crate) fn scan(bytes: &[u8]) -> Option<(usize, bool)> {
    let mut i = usize::from(bytes.first() == Some(&b'-'));
    match bytes.get(i) {
        Some(b'0') => i += 1,
        Some(b'1'..=b'9') => i += digits(&bytes[i..]),
        _ => return None,
    }
    let mut integer = true;
    if bytes.get(i) == Some(&b'.') {
        let n = digits(&bytes[i + 1..]);
        if n == 0 {
            return None;
        }
        i += 1 + n;
        integer = false;
    }
    if let Some(b'e' | b'E') = bytes.get(i) {
        let sign = usize::from(matches!(bytes.get(i + 1), Some(b'+' | b'-')));
        let n = digits(&bytes[i + 1 + sign..]);
        if n == 0 {
            return None;
        }
        i += 1 + sign + n;
        integer = false;
    }
    Some((i, integer))
}

/// How many digits there are.
#[inline]
fn digits(bytes: &[u8]) -> usize {
    let mut n = 0;
    while let Some(word) = bytes.get(n..).and_then(<[u8]>::first_chunk) {
        let others = no_digits(u64::from_le_bytes(*word) ^ ZEROS);
        if others != 0 {
            return n + others.trailing_zeros() as usize / 8;
        }
        n += EIGHT;
    }
    let rest = bytes.get(n..).unwrap_or_default();
    n + rest.iter().take_while(|b| b.is_ascii_digit()).count()
}

/// Digits that are looked at together.
const EIGHT: usize = 8;
/// Digits that are looked at one by one.
const FEW: usize = 4;

/// Powers of ten.
const POWERS: [u64; EIGHT + 1] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// Eight digits of zero.
const ZEROS: u64 = 0x3030_3030_3030_3030;

/// Marks the first of eight bytes that is no digit, from which zero was taken away, and maybe some behind it. What is no
/// digit reaches the highest bit of its byte; a sum that goes beyond its byte spoils only what is behind the first of these.
#[inline(always)]
fn no_digits(values: u64) -> u64 {
    (values.wrapping_add(0x7676_7676_7676_7676) | values) & 0x8080_8080_8080_8080
}

/// The leading digits of eight bytes: how many, and their number.
#[inline(always)]
fn eight(bytes: [u8; EIGHT]) -> (usize, u64) {
    let values = u64::from_le_bytes(bytes) ^ ZEROS;
    let n = no_digits(values).trailing_zeros() as usize / 8;
    if n == 0 {
        return (0, 0);
    }
    // Zeros in front, instead of what is behind. Then ones and tens, hundreds, and ten thousands come together.
    (n, joined(values << (64 - 8 * n)))
}

/// The number of eight digits, a byte each, the first in the lowest.
#[inline(always)]
pub(crate) fn joined(v: u64) -> u64 {
    let v = (v * 10 + (v >> 8)) & 0x00ff_00ff_00ff_00ff;
    let v = (v * 100 + (v >> 16)) & 0x0000_ffff_0000_ffff;
    (v * 10_000 + (v >> 32)) & 0xffff_ffff
}

/// The integer at the start of `bytes` and its length. `None` says nothing: where it has a point or an exponent,
/// is no `long`, or stands near the end.
#[inline]
pub(crate) fn plain_long(bytes: &[u8]) -> Option<(i64, usize)> {
    /// Numbers of so many digits fit a word.
    const MOST: usize = 19;
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let mut at = start;
    let mut v = 0u64;
    // Most integers are short, and where their ends can be foretold the next token need not wait for them.
    for byte in bytes.get(start..)?.first_chunk::<FEW>()? {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            break;
        }
        v = v * 10 + u64::from(digit);
        at += 1;
    }
    while at - start >= FEW {
        let (n, digits) = eight(*bytes.get(at..)?.first_chunk()?);
        at += n;
        // What does not fit has too many digits.
        v = v.wrapping_mul(*POWERS.get(n)?).wrapping_add(digits);
        if n < EIGHT {
            break;
        }
        if at - start > MOST {
            return None;
        }
    }
    let length = at - start;
    let leading_zero = length > 1 && bytes.get(start) == Some(&b'0');
    let most = i64::MAX.cast_unsigned() + u64::from(negative);
    if length == 0 || length > MOST || v > most || leading_zero {
        return None;
    }
    if matches!(bytes.get(at), Some(b'.' | b'e' | b'E')) {
        return None;
    }
    let v = v.cast_signed();
    Some((if negative { v.wrapping_neg() } else { v }, at))
}

/// The integer of exactly `length` digits at the start of `bytes`, with a comma or the end of an array behind it.
/// `None` says nothing: where it does not stand there, or is so short that it is read as fast in any other way.
#[inline(always)]
pub(crate) fn of_digits(bytes: &[u8], length: usize) -> Option<i64> {
    // The digits that end where the bytes do, without what is in front of them.
    let digits = |end: usize, n: usize| -> Option<u64> {
        let word = bytes.get(end - n..)?.first_chunk()?;
        let v = (u64::from_le_bytes(*word) ^ ZEROS) << (8 * (EIGHT - n));
        (no_digits(v) == 0).then(|| joined(v))
    };
    let v = match length {
        FEW..=EIGHT => digits(length, length)?,
        9..=16 => {
            let low = digits(length, EIGHT)?;
            digits(length - EIGHT, length - EIGHT)? * 100_000_000 + low
        }
        _ => return None,
    };
    let leads = bytes.first() != Some(&b'0');
    let ends = matches!(bytes.get(length), Some(b',' | b']'));
    (leads && ends).then_some(v.cast_signed())
}

/// Numbers of at most so many digits are read by [`of_some_digits`].
pub(crate) const SOME: usize = 2 * EIGHT;

/// The integer of at most [`SOME`] digits at the start of `bytes`, and its length, where a comma, a blank or the end of
/// an array is behind it. `None` says nothing. Nothing but whether there are eight digits is branched on: how many
/// there are cannot be foretold where they change.
#[inline(always)]
pub(crate) fn of_some_digits(bytes: &[u8]) -> Option<(i64, usize)> {
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let word = bytes.get(start..)?.first_chunk()?;
    let (mut n, mut v) = eight(*word);
    if n == EIGHT {
        let (more, low) = eight(*bytes.get(start + EIGHT..)?.first_chunk()?);
        (n, v) = (n + more, v * POWERS.get(more)? + low);
    }
    let whole = matches!(bytes.get(start + n)?, b',' | b']' | b' ' | b'\n');
    let leads = n == 1 || word[0] != b'0';
    let v = v.cast_signed();
    (whole && leads && n > 0).then_some((if negative { -v } else { v }, start + n))
}

/// An integer token that fits 64 bits.
#[inline]
pub(crate) fn long(token: &[u8]) -> Option<i64> {
    let (negative, digits) = match token {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let mut n = 0i64;
    if digits.len() <= 18 {
        for b in digits {
            n = n * 10 + i64::from(b - b'0');
        }
        return Some(if negative { -n } else { n });
    }
    for b in digits {
        let digit = i64::from(b - b'0');
        // Counted downwards, because the least i64 has no positive twin.
        n = n.checked_mul(10)?.checked_sub(digit)?;
    }
    if negative { Some(n) } else { n.checked_neg() }
}

/// `float` or `double`.
pub(crate) trait Real: fast_float2::FastFloat {
    /// What is expected where one is.
    const WHAT: &'static str;
    fn finite(self) -> bool;
    /// The same number with more bits.
    fn wide(self) -> f64;
    /// Takes its Avro form.
    fn read(r: &mut AvroReader<'_>) -> Result<Self, Error>;
    /// The nearest to an integer.
    fn of_long(n: i64) -> Self;
    /// The same as a `float`.
    fn of_float(v: f32) -> Self;
    /// The nearest to a number of which this is the nearest double. `None` where that does not tell.
    fn of_double(v: f64) -> Option<Self>;
    /// The fewest digits that read back as this finite number.
    fn shortest(self, buffer: &mut zmij::Buffer) -> &str;
}
impl Real for f32 {
    fn read(r: &mut AvroReader<'_>) -> Result<Self, Error> {
        r.float()
    }
    fn of_long(n: i64) -> Self {
        n as f32
    }
    fn of_float(v: f32) -> Self {
        v
    }
    const WHAT: &'static str = "a float";
    #[inline(always)]
    fn of_double(v: f64) -> Option<Self> {
        // Halfway between two floats, the number itself may lie on either side. Of the least floats, which have
        // fewer bits, there may be more such places.
        const BELOW: u64 = (1 << 29) - 1;
        const NORMAL: f64 = f32::MIN_POSITIVE as f64;
        let halfway = v.to_bits() & BELOW == 1 << 28;
        let float = v as f32;
        (!halfway && (v == 0.0 || v.abs() >= NORMAL) && float.is_finite()).then_some(float)
    }
    #[inline(always)]
    fn finite(self) -> bool {
        self.is_finite()
    }
    fn wide(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn shortest(self, buffer: &mut zmij::Buffer) -> &str {
        buffer.format_finite(self)
    }
}
impl Real for f64 {
    fn read(r: &mut AvroReader<'_>) -> Result<Self, Error> {
        r.double()
    }
    fn of_long(n: i64) -> Self {
        n as f64
    }
    fn of_float(v: f32) -> Self {
        f64::from(v)
    }
    const WHAT: &'static str = "a double";
    #[inline(always)]
    fn of_double(v: f64) -> Option<Self> {
        Some(v)
    }
    #[inline(always)]
    fn finite(self) -> bool {
        self.is_finite()
    }
    fn wide(self) -> f64 {
        self
    }
    #[inline(always)]
    fn shortest(self, buffer: &mut zmij::Buffer) -> &str {
        buffer.format_finite(self)
    }
}

#[cfg(test)]
mod tests {
    use super::super::real::real;
    use super::*;

    #[test]
    fn tokens() {
        for (text, expected) in [
            ("0", Some((1, true))),
            ("-0", Some((2, true))),
            ("01", Some((1, true))),
            ("12,", Some((2, true))),
            ("1.5e-7]", Some((6, false))),
            ("1E+2", Some((4, false))),
            ("-", None),
            ("+1", None),
            (".5", None),
            ("1.", None),
            ("1e", None),
            ("1e+", None),
            ("", None),
            ("NaN", None),
        ] {
            assert_eq!(scan(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn reals_are_what_the_standard_library_reads_and_json_allows() {
        for text in [
            "0",
            "-0",
            "0.0",
            "-0.5",
            "1",
            "12",
            "1.5e-7",
            "1E+2",
            "0e0",
            "123456789012345678901234567890",
            "0.1234567910432815551757812",
            "5e-324",
            "2.2250738585072011e-308",
            "1.7976931348623157e308",
        ] {
            let expected: f64 = text.parse().unwrap();
            for after in ["", ",", "]", "}", " "] {
                let (v, n) = real::<f64>(format!("{text}{after}").as_bytes(), 0).unwrap();
                assert_eq!((v.to_bits(), n), (expected.to_bits(), text.len()), "{text}");
            }
        }
        for text in [
            "", "-", "+1", ".5", "1.", "1.e5", "01", "-01", "00", "1e", "1e+", "1.5.2", "1-2",
            "inf", "nan", "-inf", "infinity", "1e999", "-1e999",
        ] {
            assert_eq!(real::<f64>(text.as_bytes(), 0), None, "{text}");
        }
        assert_eq!(real::<f32>(b"1e39", 0), None);
        assert_eq!(real::<f32>(b"0.1,", 0), Some((0.1, 3)));
    }

    #[test]
    fn plain_integers_are_what_the_slow_way_reads() {
        let digits = "1234567890123456789012";
        for n in 1..=digits.len() {
            for sign in ["", "-"] {
                for first in ["", "0", "9"] {
                    for end in [
                        ",", "]", ".5", "e3", "E3", " ", "/", ":", "\u{ff}", "\0", "a",
                    ] {
                        let text = format!("{sign}{first}{}{end}01234567", &digits[..n]);
                        let bytes = text.as_bytes();
                        let slow = scan(bytes).filter(|(_, integer)| *integer);
                        let slow = slow.and_then(|(n, _)| Some((long(&bytes[..n])?, n)));
                        if let Some(found) = plain_long(bytes) {
                            assert_eq!(Some(found), slow, "{text}");
                        } else {
                            let plain = slow.is_some() && first != "0";
                            assert!(!plain, "{text}");
                        }
                    }
                }
            }
        }
        for n in [i64::MAX, i64::MIN, i64::MAX - 1, i64::MIN + 1, 0] {
            let text = n.to_string();
            let found = plain_long(format!("{text},0000000").as_bytes());
            assert_eq!(found, Some((n, text.len())));
        }
        for text in [
            "9223372036854775808",
            "-9223372036854775809",
            "9999999999999999999",
        ] {
            assert_eq!(plain_long(format!("{text},0000000").as_bytes()), None);
        }
        for text in [
            "",
            "-",
            "1",
            "1,",
            "-,       ",
            ",        ",
            "--1      ",
            "+1       ",
        ] {
            assert_eq!(plain_long(text.as_bytes()), None, "{text}");
        }
        assert_eq!(plain_long(b"0,0000000"), Some((0, 1)));
        assert_eq!(plain_long(b"-0,0000000"), Some((0, 2)));
    }

    #[test]
    fn integers_of_a_length_that_is_known() {
        let digits = "1020304050607080";
        for n in 1..=digits.len() {
            for end in [",", "]"] {
                let text = format!("{}{end}        ", &digits[..n]);
                for length in 0..20 {
                    let found = of_digits(text.as_bytes(), length);
                    let expected = (length == n && n >= FEW).then(|| digits[..n].parse().unwrap());
                    assert_eq!(found, expected);
                }
                for at in 0..n {
                    for other in [b'/', b':', b'-', b'.', b' ', b'e', 0, 0x80, 0xff] {
                        let mut text = text.clone().into_bytes();
                        text[at] = other;
                        assert_eq!(of_digits(&text, n), None);
                    }
                }
            }
            for end in [".", "e", " ", "}", "1"] {
                let text = format!("{}{end}        ", &digits[..n]);
                assert_eq!(of_digits(text.as_bytes(), n), None);
            }
        }
        assert_eq!(of_digits(b"01234,        ", 5), None);
        assert_eq!(of_digits(b"12345,", 5), None);
    }

    #[test]
    fn integers_of_some_length() {
        let digits = "10203040506070809";
        // Miri is slow.
        let step = if cfg!(miri) { 8 } else { 1 };
        for n in (0..=digits.len()).step_by(step) {
            for sign in ["", "-"] {
                let number = format!("{sign}{}", &digits[..n]);
                let length = number.len();
                for end in [",", "]", " ", "\n"] {
                    let text = format!("{number}{end}                ");
                    let expected = (1..=SOME).contains(&n).then(|| number.parse().unwrap());
                    assert_eq!(
                        of_some_digits(text.as_bytes()),
                        expected.map(|v| (v, length)),
                        "{text}"
                    );
                    for at in 0..length {
                        for other in [b'/', b':', b'.', b'e', b'"', 0, 0x80, 0xff] {
                            let mut text = text.clone().into_bytes();
                            text[at] = other;
                            assert_eq!(of_some_digits(&text), None);
                        }
                    }
                    for cut in 0..text.len() {
                        let found = of_some_digits(&text.as_bytes()[..cut]);
                        assert!(found.is_none() || found == expected.map(|v| (v, length)));
                    }
                }
                for end in [".", "e", "E", "}", "-", ":", "\u{e9}"] {
                    let text = format!("{number}{end}                ");
                    assert_eq!(of_some_digits(text.as_bytes()), None);
                }
            }
        }
        for text in ["00,", "01,", "-01,", "--1,", "-,", "000000001,"] {
            assert_eq!(of_some_digits(format!("{text:24}").as_bytes()), None);
        }
        assert_eq!(of_some_digits(b"0,              "), Some((0, 1)));
        assert_eq!(of_some_digits(b"-0,             "), Some((0, 2)));
    }

    #[test]
    fn longs_to_their_limits() {
        for n in [
            0,
            1,
            -1,
            999_999_999_999_999_999,
            i64::MAX,
            i64::MIN,
            i64::MIN + 1,
        ] {
            assert_eq!(long(n.to_string().as_bytes()), Some(n));
        }
        assert_eq!(long(b"-0"), Some(0));
        assert_eq!(long(b"9223372036854775808"), None);
        assert_eq!(long(b"-9223372036854775809"), None);
        assert_eq!(long(b"99999999999999999999999"), None);
    }
}
