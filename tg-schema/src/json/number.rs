//! Number tokens.

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

#[inline]
fn digits(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|b| b.is_ascii_digit()).count()
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

#[cfg(test)]
mod tests {
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
