//! An integer into decimal digits, eight at a time in a register.

/// Digits that fit a word.
const EIGHT: u64 = 100_000_000;

/// Appends the digits.
#[inline]
pub(crate) fn push(out: &mut Vec<u8>, n: i64) {
    if n < 0 {
        out.push(b'-');
    }
    let n = n.unsigned_abs();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check(n: i64) {
        let mut out = vec![b'x'];
        push(&mut out, n);
        assert_eq!(String::from_utf8(out), Ok(format!("x{n}")));
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
