//! The number at the start of a text into the nearest `float` or `double`.
//!
//! Many numbers have few digits and no exponent: these are taken as one word, in which nothing is branched on but whether
//! it is such a number, because how many digits there are cannot be foretold. Of the others the digits are read once.
//! With at most 19 of them and a small power of ten, which is nearly every one that is sent, the nearest double follows
//! from two products (D. Lemire, Number Parsing at a Gigabyte per Second, 2021). What is left goes to a parser of all
//! numbers.

use super::number::{Real, joined};

/// Numbers of at most so many bytes are taken as a whole.
pub(crate) const SHORT: usize = 8;

/// The number at the start of `bytes` and its length. `None`: it is no JSON number, or out of range. `expected` is about
/// how long it is: it makes nothing but a difference in time.
#[inline]
pub(crate) fn real<T: Real>(bytes: &[u8], expected: usize) -> Option<(T, usize)> {
    if expected <= SHORT
        && let Some((value, length)) = short(bytes)
        && let Some(value) = T::of_double(value)
    {
        return Some((value, length));
    }
    let (token, length) = Token::read(bytes)?;
    let value = token.double().and_then(T::of_double);
    let value = match value {
        Some(value) => value,
        None => any(bytes.get(..length)?)?,
    };
    Some((value, length))
}

/// The number at the start of `bytes` and its length, where it has a point and no exponent and ends within eight bytes
/// behind its sign. `None` says nothing.
#[inline(always)]
fn short(bytes: &[u8]) -> Option<(f64, usize)> {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    /// Powers of ten, which a double has exactly, as it has integers of so many digits: their quotient is the nearest.
    const TENS: [f64; 7] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
    let negative = bytes.first() == Some(&b'-');
    let start = usize::from(negative);
    let word = u64::from_le_bytes(*bytes.get(start..)?.first_chunk()?);
    let values = word ^ (0x30 * ONES);
    // The highest bit of each byte that is no digit. No sum goes beyond its byte.
    let others = (((values & (0x7f * ONES)) + 0x76 * ONES) | values) & (0x80 * ONES);
    let at = |others: u64| (others.trailing_zeros() / 8) as usize;
    let byte = |at: usize| (word >> (8 * at)) as u8;
    let point = at(others);
    let rest = others & others.wrapping_sub(1);
    if point == 0 || rest == 0 || byte(point) != b'.' {
        return None;
    }
    let end = at(rest);
    let behind = end - point - 1;
    let leads = point == 1 || byte(0) != b'0';
    let ends = matches!(byte(end), b',' | b']' | b'}' | b' ' | b'\n' | b'\r' | b'\t');
    if behind == 0 || !leads || !ends {
        return None;
    }
    // The digits behind the point move to where it is, and all of them to the end of the word, with zeros in front.
    let whole = (1 << (8 * point)) - 1;
    let closed = (values & whole) | ((values >> 8) & !whole);
    let digits = joined(closed << (8 * (8 - point - behind)));
    let value = digits as f64 / TENS.get(behind)?;
    Some((if negative { -value } else { value }, start + end))
}

/// A number that the other ways do not do.
#[cold]
#[inline(never)]
fn any<T: Real>(token: &[u8]) -> Option<T> {
    let value: T = fast_float2::parse(token).ok()?;
    value.finite().then_some(value)
}

/// `digits` × 10^`power`, negative or not.
struct Token {
    negative: bool,
    /// Wrong where `whole` is not set.
    digits: u64,
    power: i32,
    /// Whether there are so few digits that none is lost.
    whole: bool,
}

impl Token {
    /// The JSON number at the start of `bytes` and its length.
    #[inline(always)]
    fn read(bytes: &[u8]) -> Option<(Token, usize)> {
        let negative = bytes.first() == Some(&b'-');
        let start = usize::from(negative);
        let (mut digits, mut at) = (0, start);
        match bytes.get(at)? {
            b'0' => at += 1,
            b'1'..=b'9' => at = run(bytes, at, &mut digits),
            _ => return None,
        }
        if let Some(b'0'..=b'9') = bytes.get(at) {
            return None;
        }
        let mut count = at - start;
        let mut power = 0;
        if bytes.get(at) == Some(&b'.') {
            let point = at + 1;
            at = run(bytes, point, &mut digits);
            if at == point {
                return None;
            }
            count += at - point;
            power = -i32::try_from(at - point).ok()?;
        }
        if let Some(b'e' | b'E') = bytes.get(at) {
            let below = bytes.get(at + 1) == Some(&b'-');
            let signed = below || bytes.get(at + 1) == Some(&b'+');
            let first = at + 1 + usize::from(signed);
            let mut exponent = 0;
            at = run(bytes, first, &mut exponent);
            match at - first {
                0 => return None,
                // So large that the sum stays out of the table's reach.
                9.. => count = usize::MAX,
                _ => {
                    let exponent = exponent as i32;
                    power = power.saturating_add(if below { -exponent } else { exponent });
                }
            }
        }
        // What cannot follow a number would be part of one: 1.5.2.
        if let Some(b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-') = bytes.get(at) {
            return None;
        }
        let whole = count <= 19;
        let token = Token {
            negative,
            digits,
            power,
            whole,
        };
        Some((token, at))
    }

    /// The nearest double, where it is known here.
    #[inline(always)]
    fn double(&self) -> Option<f64> {
        if !self.whole {
            return None;
        }
        let value = match self.digits {
            0 => 0.0,
            digits => nearest(digits, self.power)?,
        };
        Some(if self.negative { -value } else { value })
    }
}

/// Takes the digits from `at` on behind those of `value`; where they end. Of more than 19 the value is wrong.
#[inline(always)]
fn run(bytes: &[u8], mut at: usize, value: &mut u64) -> usize {
    while let Some(eight) = bytes.get(at..).and_then(<[u8]>::first_chunk::<8>)
        && let Some(digits) = eight_digits(u64::from_le_bytes(*eight))
    {
        *value = value.wrapping_mul(100_000_000).wrapping_add(digits);
        at += 8;
    }
    while let Some(byte @ b'0'..=b'9') = bytes.get(at) {
        *value = value.wrapping_mul(10).wrapping_add(u64::from(byte - b'0'));
        at += 1;
    }
    at
}

/// The number of eight digits, the first in the lowest byte.
#[inline(always)]
fn eight_digits(word: u64) -> Option<u64> {
    const ONES: u64 = 0x0101_0101_0101_0101;
    let digits = word ^ (0x30 * ONES);
    // Of a digit the high half is 0, and stays so when 6 is added.
    if (digits | digits.wrapping_add(6 * ONES)) & (0xf0 * ONES) != 0 {
        return None;
    }
    Some(joined(digits))
}

/// Powers of ten that the table has.
const LEAST: i32 = -27;
const MOST: i32 = 27;

/// The highest 128 bits of the power of five of each, the negative ones rounded up.
static FIVES: [u128; (MOST - LEAST + 1) as usize] = {
    let mut table = [0; (MOST - LEAST + 1) as usize];
    let (mut five, mut n) = (1u64, 0);
    while n <= MOST {
        table[(n - LEAST) as usize] = (five as u128) << (64 + five.leading_zeros());
        if n > 0 {
            table[(-n - LEAST) as usize] = reciprocal(five);
        }
        // One more than the last is not needed and fits too.
        five = five.wrapping_mul(5);
        n += 1;
    }
    table
};

/// The highest 128 bits of 1 / `n`, rounded up, digit by digit. `n` is no power of two.
const fn reciprocal(n: u64) -> u128 {
    let (mut rest, mut out) = (1u128, 0u128);
    while out >> 127 == 0 {
        rest <<= 1;
        out <<= 1;
        if rest >= n as u128 {
            rest -= n as u128;
            out |= 1;
        }
    }
    out + 1
}

/// The double that is nearest to `digits` × 10^`power`; of two, the even one. `digits` is not 0.
#[inline(always)]
fn nearest(digits: u64, power: i32) -> Option<f64> {
    /// Bits of the fraction of a double, and what is added to its exponent.
    const FRACTION: i32 = 52;
    const BIAS: i32 = 1023;
    let five = *FIVES.get(usize::try_from(power - LEAST).ok()?)?;
    let zeros = digits.leading_zeros();
    let digits = digits << zeros;
    let product = u128::from(digits) * (five >> 64);
    let (mut high, mut low) = ((product >> 64) as u64, product as u64);
    // Only then can the lower half of the power change what is kept.
    if high & 0x1ff == 0x1ff {
        let more = (u128::from(digits) * (five & u128::from(u64::MAX))) >> 64;
        let (sum, carry) = low.overflowing_add(more as u64);
        low = sum;
        high += u64::from(carry);
    }
    let upper = (high >> 63) as i32;
    let shift = upper + 64 - FRACTION - 3;
    let mut fraction = high >> shift;
    // Halfway between two doubles, which only few powers can reach: down, if that is the even one.
    if low <= 1 && (-4..=23).contains(&power) && fraction & 3 == 1 && fraction << shift == high {
        fraction &= !1;
    }
    fraction = (fraction + (fraction & 1)) >> 1;
    // log2(10) as a fraction; exact in the reach of the table.
    let mut exponent = ((power * 217_706) >> 16) + 63 + upper - zeros as i32 + BIAS;
    if fraction >> (FRACTION + 1) != 0 {
        fraction >>= 1;
        exponent += 1;
    }
    // From 10^-27 to 2^64 × 10^27 every double is a normal one.
    let bits = (fraction & !(1 << FRACTION)) | (exponent as u64) << FRACTION;
    Some(f64::from_bits(bits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(text: &str) {
        let double: f64 = text.parse().unwrap();
        let float: f32 = text.parse().unwrap();
        let double = double.is_finite().then(|| (double.to_bits(), text.len()));
        let float = float.is_finite().then(|| (float.to_bits(), text.len()));
        // At the end of a message, and where there is more of it.
        for (after, expected) in [
            ("", 0),
            (", 1.25, 1.25, 1.25", 0),
            ("]}                 ", 0),
            (", 1.25, 1.25, 1.25", SHORT + 1),
        ] {
            let text = format!("{text}{after}");
            let found = real::<f64>(text.as_bytes(), expected).map(|(v, n)| (v.to_bits(), n));
            assert_eq!(found, double, "{text}");
            let found = real::<f32>(text.as_bytes(), expected).map(|(v, n)| (v.to_bits(), n));
            assert_eq!(found, float, "{text} as a float");
        }
    }

    /// A generator of numbers that look random.
    struct Numbers(u64);
    impl Numbers {
        fn next(&mut self) -> u64 {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let n = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            let n = (n ^ (n >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            n ^ (n >> 31)
        }
    }

    const TURNS: usize = if cfg!(miri) { 50 } else { 100_000 };

    #[test]
    fn numbers_in_their_shortest_form_are_read_as_they_were() {
        let mut n = Numbers(1);
        for _ in 0..TURNS {
            let bits = n.next();
            for v in [
                f64::from_bits(bits),
                bits as f64 / 1e6,
                (bits >> 40) as f64 * 1e-7,
                (bits >> 11) as f64 / (1u64 << 53) as f64,
            ] {
                if v.is_finite() {
                    same(zmij::Buffer::new().format_finite(v));
                }
            }
            let v = f32::from_bits(bits as u32);
            if v.is_finite() {
                same(zmij::Buffer::new().format_finite(v));
            }
        }
    }

    #[test]
    fn digits_and_powers_of_every_size() {
        let mut n = Numbers(2);
        for turn in 0..TURNS {
            let digits = n.next() >> (n.next() % 64);
            let power = (n.next() % 64) as i32 - 32;
            let sign = ["", "-"][turn % 2];
            same(&format!("{sign}{digits}e{power}"));
            same(&format!(
                "{digits}.{:0w$}",
                n.next() >> 40,
                w = turn % 20 + 1
            ));
        }
    }

    #[test]
    fn few_digits_with_a_point_anywhere() {
        let mut n = Numbers(4);
        for turn in 0..TURNS {
            let digits = n.next() % 10u64.pow(turn as u32 % 17);
            let behind = (n.next() % 17) as usize;
            let text = format!("{digits:0w$}", w = behind + 1);
            let (before, behind) = text.split_at(text.len() - behind);
            let before = before.trim_start_matches('0');
            let before = if before.is_empty() { "0" } else { before };
            let sign = ["", "-"][turn % 2];
            same(&match behind {
                "" => format!("{sign}{before}"),
                _ => format!("{sign}{before}.{behind}"),
            });
        }
    }

    #[test]
    fn what_begins_as_a_number_of_few_digits_and_is_none() {
        for text in [
            "", "-", ".", "-.", "1.", "01", "-01", "00.5", ".5", "1.5.2", "1..2", "1-2", "--1",
            "1.5-", "1.e3", "1.5e", "+1", "1.+", "-e1", "e", "/1", ":1", "\u{b1}1",
        ] {
            for after in ["", ",", "]", ", 1.25, 1.25, 1.25", "                 "] {
                let text = format!("{text}{after}");
                assert_eq!(real::<f64>(text.as_bytes(), 0), None, "{text}");
            }
        }
    }

    #[test]
    fn halfway_between_two_numbers() {
        let mut n = Numbers(3);
        for _ in 0..TURNS {
            // A double and a half, as far as 19 digits write it; a float and a half.
            let odd = (n.next() >> 10) | 1;
            same(&odd.to_string());
            same(&format!("{}e{}", odd, n.next() % 5));
            let float = f32::from_bits(0x3f80_0000 | (n.next() as u32 >> 9));
            let half = (f64::from(float) + f64::from(float.next_up())) / 2.0;
            same(&half.to_string());
            same(&format!("{half:.18}"));
            same(&format!("{:.30}1", half));
        }
    }

    #[test]
    fn the_ends_of_the_table() {
        for power in LEAST - 3..=MOST + 3 {
            for digits in [1, 5, 9, 10, (1 << 53) - 1, 1 << 53, u64::MAX / 2, u64::MAX] {
                same(&format!("{digits}e{power}"));
            }
        }
        for text in [
            "0e99999999999",
            "1e-99999999999",
            "0.0e-5",
            "-0",
            "1e18446744073709551617",
        ] {
            same(text);
        }
        assert_eq!(real::<f64>(b"1e99999999999", 0), None);
    }
}
