//! An exact decimal number.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::LogicalError;

/// An exact decimal number of at most 38 digits: `unscaled × 10^-scale`.
///
/// Numbers compare by their value: `1.5` equals `1.50`. The default is `0`.
///
/// ```
/// # use tg_schema_model::logical::Decimal;
/// let price: Decimal = "-12.3".parse()?;
/// assert_eq!(price.rescale(2).map(|p| p.to_string()), Some("-12.30".to_owned()));
/// assert_eq!(price.rescale(0), None);
/// assert!(price.fits(3) && !price.fits(2));
/// # Ok::<(), tg_schema_model::logical::LogicalError>(())
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Decimal {
    unscaled: i128,
    scale: u8,
}

impl Decimal {
    /// Most significant digits, and most digits after the point.
    pub const MAX_PRECISION: u8 = 38;

    /// `unscaled × 10^-scale`; nothing where it has more than 38 digits or the scale is beyond 38.
    pub const fn new(unscaled: i128, scale: u8) -> Option<Self> {
        let number = Decimal { unscaled, scale };
        if scale > Decimal::MAX_PRECISION || !number.fits(Decimal::MAX_PRECISION) {
            return None;
        }
        Some(number)
    }
    /// The number without its point.
    pub const fn unscaled(self) -> i128 {
        self.unscaled
    }
    /// Digits after the point.
    pub const fn scale(self) -> u8 {
        self.scale
    }
    /// Whether it has at most `precision` digits, those after the point included.
    pub const fn fits(self, precision: u8) -> bool {
        precision > Decimal::MAX_PRECISION
            || self.unscaled.unsigned_abs() < POWERS[precision as usize].unsigned_abs()
    }
    /// The same number with `scale` digits after the point; nothing where digits would be lost or there
    /// would be more than 38.
    pub const fn rescale(self, scale: u8) -> Option<Self> {
        if scale > Decimal::MAX_PRECISION {
            return None;
        }
        if scale == self.scale {
            return Some(self);
        }
        if scale > self.scale {
            return match self.unscaled.checked_mul(power(scale - self.scale)) {
                Some(unscaled) => Decimal::new(unscaled, scale),
                None => None,
            };
        }
        let divisor = power(self.scale - scale);
        if self.unscaled % divisor == 0 {
            Decimal::new(self.unscaled / divisor, scale)
        } else {
            None
        }
    }
    /// Reads what a field of type `decimal(precision,scale)` accepts: fewer digits after the point are
    /// filled up, digits that would be lost and numbers beyond the precision are errors.
    pub fn parse(text: &str, precision: u8, scale: u8) -> Result<Self, LogicalError> {
        match short(text.as_bytes(), precision, scale) {
            Some(unscaled) => Ok(Decimal {
                unscaled: unscaled.into(),
                scale,
            }),
            None => Self::parse_any(text, precision, scale),
        }
    }
    fn parse_any(text: &str, precision: u8, scale: u8) -> Result<Self, LogicalError> {
        let number: Decimal = text.parse()?;
        if number.scale > scale && number.reduced().scale > scale {
            return Err(LogicalError::Digits(
                "no more digits after the point than the type's scale",
            ));
        }
        number
            .rescale(scale)
            .filter(|n| n.fits(precision))
            .ok_or(LogicalError::Range(
                "no more digits than the type's precision",
            ))
    }
    /// Length in bytes of [`Decimal::write_be`].
    pub const fn be_len(self) -> usize {
        let used = if self.unscaled < 0 {
            128 - self.unscaled.leading_ones()
        } else {
            128 - self.unscaled.leading_zeros()
        };
        // One bit more for the sign.
        used as usize / 8 + 1
    }
    /// Appends the unscaled number as big-endian two's complement in as few bytes as hold it.
    pub fn write_be(self, out: &mut Vec<u8>) {
        let bytes = self.unscaled.to_be_bytes();
        out.extend_from_slice(&bytes[16 - self.be_len()..]);
    }
    /// Reads big-endian two's complement, also with more sign bytes than needed. No bytes are no number.
    pub fn from_be_bytes(bytes: &[u8], scale: u8) -> Option<Self> {
        let negative = bytes.first()? & 0x80 != 0;
        let fill = if negative { 0xff } else { 0 };
        let head = bytes.len().saturating_sub(16);
        let (extra, tail) = bytes.split_at(head);
        if extra.iter().any(|&b| b != fill) {
            return None;
        }
        let mut all = [fill; 16];
        all[16 - tail.len()..].copy_from_slice(tail);
        let unscaled = i128::from_be_bytes(all);
        if (unscaled < 0) != negative {
            return None;
        }
        Decimal::new(unscaled, scale)
    }
    /// The same number without zeros at the end of its fraction.
    fn reduced(self) -> Self {
        let mut number = self;
        while number.scale > 0 && number.unscaled % 10 == 0 {
            number.unscaled /= 10;
            number.scale -= 1;
        }
        number
    }
}

/// The powers of ten from 0 to 38.
const POWERS: [i128; Decimal::MAX_PRECISION as usize + 1] = {
    let mut powers = [1; Decimal::MAX_PRECISION as usize + 1];
    let mut exponent = 1;
    while exponent < powers.len() {
        powers[exponent] = powers[exponent - 1] * 10;
        exponent += 1;
    }
    powers
};

/// `10^exponent` for exponents up to 38.
const fn power(exponent: u8) -> i128 {
    POWERS[exponent as usize]
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        match self.scale == other.scale {
            true => self.unscaled == other.unscaled,
            false => self.cmp(other) == Ordering::Equal,
        }
    }
}

impl Eq for Decimal {}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        // Whole parts first; the fractions then fit when they are brought to 38 places.
        let split = |n: &Decimal| {
            let divisor = power(n.scale);
            let fraction = n.unscaled % divisor * power(Decimal::MAX_PRECISION - n.scale);
            (n.unscaled / divisor, fraction)
        };
        split(self).cmp(&split(other))
    }
}

impl Hash for Decimal {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let number = self.reduced();
        number.unscaled.hash(state);
        number.scale.hash(state);
    }
}

impl Decimal {
    /// Bytes that [`Decimal::ascii`] needs at most: a sign, 39 digits or a zero and 38, and the point.
    pub const ASCII: usize = 42;

    /// The text with exactly `scale` digits after the point and at least one before it, written at the end
    /// of `room`.
    pub fn ascii(self, room: &mut [u8; Self::ASCII]) -> &[u8] {
        // So many digits have a division of 64 bits, which is many times faster.
        const CHUNK: u128 = 10_u128.pow(19);
        let scale = usize::from(self.scale);
        let all = self.unscaled.unsigned_abs();
        let (mut left, mut chunk) = (all / CHUNK, (all % CHUNK) as u64);
        let (mut at, mut digits) = (room.len(), 0);
        while left > 0 || chunk > 0 || digits <= scale {
            if digits == scale && scale > 0 {
                at -= 1;
                room[at] = b'.';
            }
            if digits == 19 {
                // What is left has as many digits at most.
                (left, chunk) = (0, left as u64);
            }
            at -= 1;
            room[at] = b'0' + (chunk % 10) as u8;
            chunk /= 10;
            digits += 1;
        }
        if self.unscaled < 0 {
            at -= 1;
            room[at] = b'-';
        }
        &room[at..]
    }
}

impl fmt::Display for Decimal {
    /// As [`Decimal::ascii`]; never with an exponent.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut room = [0; Self::ASCII];
        let text = std::str::from_utf8(self.ascii(&mut room)).unwrap_or_default();
        let digits = text.strip_prefix('-').unwrap_or(text);
        f.pad_integral(self.unscaled >= 0, "", digits)
    }
}

/// Digits that an `i64` has room for, whatever they are.
const SHORT: usize = 18;

/// The unscaled number of a text, where all of it stays within [`SHORT`] digits. `None` says nothing.
fn short(text: &[u8], precision: u8, scale: u8) -> Option<i64> {
    let (negative, body) = match text {
        [b'-', body @ ..] => (true, body),
        body => (false, body),
    };
    let (mut number, mut point) = (0i64, None);
    for (i, byte) in body.get(..=SHORT).unwrap_or(body).iter().enumerate() {
        match byte {
            // Beyond so many digits it is not looked at.
            b'0'..=b'9' => number = number.wrapping_mul(10).wrapping_add((byte - b'0').into()),
            b'.' if point.is_none() => point = Some(i),
            _ => return None,
        }
    }
    let (whole, fraction) = match point {
        Some(at) => (at, body.len() - at - 1),
        None => (body.len(), 0),
    };
    if whole == 0 || point.is_some() && fraction == 0 {
        return None;
    }
    let missing = usize::from(scale).checked_sub(fraction)?;
    if whole + fraction + missing > SHORT {
        return None;
    }
    let number = number * 10i64.pow(u32::try_from(missing).ok()?);
    let fits = usize::from(precision) >= SHORT || number < 10i64.pow(precision.into());
    fits.then_some(if negative { -number } else { number })
}

/// The number with `count` more digits.
fn joined(number: i128, digits: i64, count: u32) -> Option<i128> {
    match number {
        0 => Some(digits.into()),
        _ => number
            .checked_mul(10_i128.pow(count))?
            .checked_add(digits.into()),
    }
}

impl FromStr for Decimal {
    type Err = LogicalError;

    fn from_str(text: &str) -> Result<Self, LogicalError> {
        const FORM: LogicalError = LogicalError::Form("a decimal number such as -12.34");
        const RANGE: LogicalError = LogicalError::Range("at most 38 digits");
        let (negative, body) = match text.as_bytes() {
            [b'-', body @ ..] => (true, body),
            body => (false, body),
        };
        let (whole, fraction) = match body.iter().position(|byte| *byte == b'.') {
            Some(at) if at + 1 < body.len() => (&body[..at], &body[at + 1..]),
            Some(_) => return Err(FORM),
            None => (body, &[][..]),
        };
        let all_digits = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
        if whole.is_empty() || !all_digits(whole) || !all_digits(fraction) {
            return Err(FORM);
        }
        // Zeros that a number does not need do not count against its digits.
        let kept = if fraction.len() > usize::from(Decimal::MAX_PRECISION) {
            let zeros = fraction.iter().rev().take_while(|byte| **byte == b'0');
            &fraction[..fraction.len() - zeros.count()]
        } else {
            fraction
        };
        let scale = u8::try_from(kept.len()).map_err(|_| RANGE)?;
        let digits = whole.iter().chain(kept).map(|byte| byte - b'0');
        // What fits 64 bits is many times faster there.
        const CHUNK: u32 = 18;
        let (mut unscaled, mut chunk, mut count) = (0_i128, 0_i64, 0);
        for digit in digits {
            if count == CHUNK {
                unscaled = joined(unscaled, chunk, count).ok_or(RANGE)?;
                (chunk, count) = (0, 0);
            }
            chunk = chunk * 10 + i64::from(digit);
            count += 1;
        }
        let unscaled = joined(unscaled, chunk, count).ok_or(RANGE)?;
        Decimal::new(if negative { -unscaled } else { unscaled }, scale).ok_or(RANGE)
    }
}

#[cfg(test)]
mod tests;
