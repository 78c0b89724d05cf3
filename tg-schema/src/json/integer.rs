//! An integer into decimal digits: eight at a time in a register, small ones of a list from a table.

/// Digits that fit a word.
const EIGHT: u64 = 100_000_000;

/// Appends the digits.
#[inline]
pub(crate) fn push(out: &mut Vec<u8>, n: i64) {
    if n < 0 {
        out.push(b'-');
    }
    push_unsigned(out, n.unsigned_abs());
}

#[inline(always)]
fn push_unsigned(out: &mut Vec<u8>, n: u64) {
    if n < 10 {
        return out.push(b'0' + n as u8);
    }
    let (high, low) = (n / EIGHT, n % EIGHT);
    if high == 0 {
        return push_first(out, low);
    }
    if high < EIGHT {
        push_first(out, high);
    } else {
        push_first(out, high / EIGHT);
        push_eight(out, high % EIGHT);
    }
    push_eight(out, low);
}

/// The powers of ten that there are.
static POWERS: [u64; 20] = {
    let mut powers = [1; 20];
    let mut n = 1;
    while n < powers.len() {
        powers[n] = 10 * powers[n - 1];
        n += 1;
    }
    powers
};

/// Appends `n` × 10^-`scale` with a point before the last `scale` digits, if there are any. Only for at most 19
/// such digits; else it does nothing and says so.
pub(crate) fn push_fixed(out: &mut Vec<u8>, n: i128, scale: u8) -> bool {
    let Some(power) = POWERS.get(usize::from(scale)) else {
        return false;
    };
    /// Sign, digits, point, and what is written too far.
    const ROOM: usize = 1 + 39 + 1 + 8;
    let start = out.len();
    out.extend_from_slice(&[b'-'; ROOM]);
    let place = out.get_mut(start..).unwrap_or_default();
    let at = usize::from(n < 0);
    let n = n.unsigned_abs();
    let (at, fraction) = match i64::try_from(n) {
        Ok(n) => {
            let n = n.unsigned_abs();
            (put_unsigned(place, at, n / power), n % power)
        }
        Err(_) => {
            let whole = n / u128::from(*power);
            // The remainder is smaller than the power.
            let fraction = (n - whole * u128::from(*power)) as u64;
            (put_long(place, at, whole), fraction)
        }
    };
    let at = match scale {
        0 => at,
        1..=8 => put_point(place, at, fraction, scale),
        9..=16 => {
            let at = put_point(place, at, fraction / EIGHT, scale - 8);
            put_text(place, at, text(digits(fraction % EIGHT)));
            at + 8
        }
        _ => put_long_fraction(place, at, fraction, scale),
    };
    out.truncate(start + at);
    true
}

/// Writes a number of any size; where it ends.
#[inline(never)]
fn put_long(place: &mut [u8], at: usize, n: u128) -> usize {
    const SIXTEEN: u128 = (EIGHT * EIGHT) as u128;
    match i64::try_from(n) {
        Ok(n) => put_unsigned(place, at, n.unsigned_abs()),
        Err(_) => {
            let high = n / SIXTEEN;
            let low = (n - high * SIXTEEN) as u64;
            let at = put_long(place, at, high);
            put_text(place, at, text(digits(low / EIGHT)));
            put_text(place, at + 8, text(digits(low % EIGHT)));
            at + 16
        }
    }
}

/// Writes a point and a number of `count` digits, 17 to 19; where it ends.
#[inline(never)]
fn put_long_fraction(place: &mut [u8], at: usize, n: u64, count: u8) -> usize {
    let (high, low) = (n / EIGHT, n % EIGHT);
    let at = put_point(place, at, high / EIGHT, count - 16);
    put_text(place, at, text(digits(high % EIGHT)));
    put_text(place, at + 8, text(digits(low)));
    at + 16
}

/// Writes a point and a number of at most `count` digits with zeros in front, of eight digits at most; where it ends.
#[inline(always)]
fn put_point(place: &mut [u8], at: usize, n: u64, count: u8) -> usize {
    let zeros = 8 - usize::from(count);
    put_text(place, at, *b".");
    put_text(place, at + 1, text(digits(n) >> (8 * zeros)));
    at + 1 + usize::from(count)
}

/// Appends a number of at most eight digits, which is not 0, without the zeros in front.
#[inline(always)]
fn push_first(out: &mut Vec<u8>, n: u64) {
    let digits = digits(n);
    let zeros = digits.trailing_zeros() as usize / 8;
    out.extend_from_slice(&text(digits >> (8 * zeros)));
    out.truncate(out.len() - zeros);
}

#[inline(always)]
fn push_eight(out: &mut Vec<u8>, n: u64) {
    out.extend_from_slice(&text(digits(n)));
}

#[inline(always)]
fn text(digits: u64) -> [u8; 8] {
    (digits + 0x3030_3030_3030_3030).to_le_bytes()
}

/// The eight digits of a number, a byte each, the first in the lowest. Quotients are products with the
/// reciprocal, exact for numbers as small as these.
#[inline(always)]
fn digits(n: u64) -> u64 {
    // Two of four digits, then four of two, then eight of one: the higher part is in the lower half.
    let fours = (n / 10_000) | ((n % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x7f_0000_007f;
    let pairs = hundreds | (fours - 100 * hundreds) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (pairs - 10 * tens) << 8
}

/// Bytes that an integer and a comma take at most.
const LONGEST: usize = 21;

/// Items that are written before they are appended together.
const GROUP: usize = 32;

/// Each number of at most three digits, and the comma behind it.
static SMALL: [[u8; 4]; 1000] = {
    let mut texts = [[b','; 4]; 1000];
    let mut n = 0;
    while n < texts.len() {
        let digits = [n / 100, n / 10 % 10, n % 10];
        let mut from = if n > 99 {
            0
        } else if n > 9 {
            1
        } else {
            2
        };
        let mut to = 0;
        while from < digits.len() {
            texts[n][to] = b'0' + digits[from] as u8;
            from += 1;
            to += 1;
        }
        n += 1;
    }
    texts
};

/// Appends integers with commas between. They are written to a place of their own first, whose length is in a
/// register: that of a vector is in memory, and each integer would wait for the one before.
pub(crate) fn push_all<T: Copy + Into<i64>>(out: &mut Vec<u8>, items: &[T]) {
    let start = out.len();
    // Digits are written eight at a time, behind the last too.
    let mut place = [0; GROUP * LONGEST + 8];
    for group in items.chunks(GROUP) {
        let mut at = 0;
        for item in group {
            let n = (*item).into();
            let small = usize::try_from(n).ok().and_then(|n| SMALL.get(n));
            at = match (small, place.get_mut(at..).and_then(<[u8]>::first_chunk_mut)) {
                (Some(text), Some(place)) => {
                    *place = *text;
                    at + 2 + usize::from(n > 9) + usize::from(n > 99)
                }
                _ => put(&mut place, at, n),
            };
        }
        out.extend_from_slice(place.get(..at).unwrap_or_default());
    }
    if out.len() > start {
        // The comma behind the last.
        out.pop();
    }
}

/// Writes an integer and a comma; where they end.
#[inline(always)]
fn put(place: &mut [u8], mut at: usize, n: i64) -> usize {
    // Without a sign the digits are written over it.
    put_text(place, at, *b"-");
    at = put_unsigned(place, at + usize::from(n < 0), n.unsigned_abs());
    put_text(place, at, *b",");
    at + 1
}

/// Writes an integer of at most 63 bits, or the least there is without its sign; where it ends.
#[inline(always)]
fn put_unsigned(place: &mut [u8], mut at: usize, n: u64) -> usize {
    let (high, low) = (n / EIGHT, n % EIGHT);
    if high == 0 {
        at = put_first(place, at, low);
    } else {
        if high < EIGHT {
            at = put_first(place, at, high);
        } else {
            // No more than three digits are left of so many bits.
            let top = high / EIGHT;
            let small = usize::try_from(top).ok().and_then(|top| SMALL.get(top));
            put_text(place, at, *small.unwrap_or(&[0; 4]));
            at += 1 + usize::from(top > 9) + usize::from(top > 99);
            put_text(place, at, text(digits(high % EIGHT)));
            at += 8;
        }
        put_text(place, at, text(digits(low)));
        at += 8;
    }
    at
}

/// Writes a number of at most eight digits without the zeros in front, of 0 one; where it ends.
#[inline(always)]
fn put_first(place: &mut [u8], at: usize, n: u64) -> usize {
    let digits = digits(n);
    let zeros = (digits | 1 << 56).trailing_zeros() as usize / 8;
    put_text(place, at, text(digits >> (8 * zeros)));
    at + 8 - zeros
}

#[inline(always)]
fn put_text<const N: usize>(place: &mut [u8], at: usize, text: [u8; N]) {
    if let Some(place) = place.get_mut(at..).and_then(<[u8]>::first_chunk_mut) {
        *place = text;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i64) {
        let mut out = vec![b'x'];
        push(&mut out, n);
        assert_eq!(String::from_utf8(out), Ok(format!("x{n}")));
        let mut out = vec![b'x'];
        push_all(&mut out, &[n; GROUP + 1]);
        let expected = vec![n.to_string(); GROUP + 1].join(",");
        assert_eq!(String::from_utf8(out), Ok(format!("x{expected}")));
    }

    #[test]
    fn every_length_and_its_neighbours() {
        for exponent in 0..19 {
            let power = 10i64.pow(exponent);
            for n in [power - 1, power, power + 1, power * 9, 3 * power / 2] {
                check(n);
                check(-n);
            }
        }
        check(i64::MAX);
        check(i64::MIN);
        let mut out = vec![b'['];
        push_all::<i32>(&mut out, &[]);
        assert_eq!(out, b"[");
    }

    #[test]
    fn points_stand_where_the_scale_says() {
        let small = [0, 1, -1, 9, 10, -105, 99_999_999, 100_000_000, 1 << 40];
        let large = [64, 65, 100, 120].map(|n| 1i128 << n);
        for scale in 0..=21u8 {
            for n in small.into_iter().chain(large).chain(large.map(|n| 1 - n)) {
                let width = usize::from(scale) + 1;
                let digits = format!("{:0width$}", n.unsigned_abs());
                let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
                let sign = if n < 0 { "-" } else { "" };
                let point = if scale > 0 { "." } else { "" };
                let mut out = vec![b'x'];
                let expected = match push_fixed(&mut out, n, scale) {
                    true => format!("x{sign}{whole}{point}{fraction}"),
                    false => "x".to_owned(),
                };
                assert_eq!(String::from_utf8(out), Ok(expected));
                assert_eq!(push_fixed(&mut Vec::new(), n, scale), scale <= 19);
            }
        }
    }

    #[test]
    fn every_group_of_digits() {
        let step = if cfg!(miri) { 97 } else { 1 };
        for n in (0..10_000).step_by(step) {
            for n in [n, n * 10_000, n * 10_001, 1 + n * 100_000_000] {
                check(n);
            }
        }
    }
}
