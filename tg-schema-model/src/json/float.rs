//! Floating-point numbers as text: the shortest digits that read back as the same number, in the
//! notation of JSON writers and in that of Python.

/// The shortest text that reads back as the same double: `1.0`, `0.1`, `1e16`, `1e-5`, `-0.0`.
/// A number that JSON cannot hold gives `NaN`, `Infinity` or `-Infinity`.
pub fn number_text(n: f64) -> String {
    special(n).map_or_else(|| format!("{n:?}"), str::to_owned)
}

/// The shortest text that reads back as the same 32-bit number.
pub fn number_text_f32(n: f32) -> String {
    special(n.into()).map_or_else(|| format!("{n:?}"), str::to_owned)
}

/// Python's `repr` of a float, as `json.dumps` writes it: `1.0`, `1e+16`, `1e-05`, `NaN`, `Infinity`.
pub fn python_float(n: f64) -> String {
    special(n).map_or_else(|| notation(&format!("{n:e}")), str::to_owned)
}

/// [`python_float`] of the shortest decimal number that a 32-bit number stands for: `0.1`, not
/// `0.10000000149011612`.
pub fn python_float_f32(n: f32) -> String {
    special(n.into()).map_or_else(|| notation(&format!("{n:e}")), str::to_owned)
}

fn special(n: f64) -> Option<&'static str> {
    if n.is_nan() {
        Some("NaN")
    } else if n == f64::INFINITY {
        Some("Infinity")
    } else if n == f64::NEG_INFINITY {
        Some("-Infinity")
    } else {
        None
    }
}

/// `d.ddde±x`, as Rust's `{:e}` writes it, into Python's choice between plain and scientific.
fn notation(scientific: &str) -> String {
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let (sign, mantissa) = match mantissa.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", mantissa),
    };
    if !(-4..16).contains(&exponent) {
        let mark = if exponent < 0 { '-' } else { '+' };
        return format!("{sign}{mantissa}e{mark}{:02}", exponent.unsigned_abs());
    }
    let digits: String = mantissa.chars().filter(|&c| c != '.').collect();
    if exponent < 0 {
        let zeros = "0".repeat(exponent.unsigned_abs() as usize - 1);
        return format!("{sign}0.{zeros}{digits}");
    }
    let whole = exponent.unsigned_abs() as usize + 1;
    match digits.split_at_checked(whole) {
        Some((head, "")) => format!("{sign}{head}.0"),
        Some((head, tail)) => format!("{sign}{head}.{tail}"),
        None => format!("{sign}{digits}{}.0", "0".repeat(whole - digits.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_python() {
        for (n, text) in [
            (0.0, "0.0"),
            (-0.0, "-0.0"),
            (1.0, "1.0"),
            (-1.5, "-1.5"),
            (0.1, "0.1"),
            (100.0, "100.0"),
            (123_456.789, "123456.789"),
            (0.0001, "0.0001"),
            (0.000_123, "0.000123"),
            (0.000_01, "1e-05"),
            (1.5e-7, "1.5e-07"),
            (1e15, "1000000000000000.0"),
            (1_234_567_890_123_456.0, "1234567890123456.0"),
            (1e16, "1e+16"),
            (1.25e16, "1.25e+16"),
            (1e22, "1e+22"),
            (1e100, "1e+100"),
            (-1e-100, "-1e-100"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "Infinity"),
            (f64::NEG_INFINITY, "-Infinity"),
        ] {
            assert_eq!(python_float(n), text);
        }
        assert_eq!(python_float_f32(0.1), "0.1");
        assert_eq!(python_float_f32(16_777_216.0), "16777216.0");
        assert_eq!(python_float_f32(f32::MAX), "3.4028235e+38");
    }

    #[test]
    fn shortest() {
        for (n, text) in [
            (1.0, "1.0"),
            (-0.0, "-0.0"),
            (0.1, "0.1"),
            (1e16, "1e16"),
            (1e-5, "1e-5"),
            (1e15, "1000000000000000.0"),
            (5e-324, "5e-324"),
        ] {
            assert_eq!(number_text(n), text);
            assert_eq!(text.parse::<f64>().map(f64::to_bits), Ok(n.to_bits()));
        }
        assert_eq!(number_text_f32(0.1), "0.1");
        assert_eq!(number_text_f32(1e-8), "1e-8");
    }

    #[test]
    fn both_read_back_as_the_same_number() {
        let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
        for _ in 0..20_000 {
            seed = seed
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let n = f64::from_bits(seed ^ (seed >> 29));
            if n.is_finite() {
                assert_eq!(
                    number_text(n).parse::<f64>().map(f64::to_bits),
                    Ok(n.to_bits())
                );
                assert_eq!(
                    python_float(n).parse::<f64>().map(f64::to_bits),
                    Ok(n.to_bits())
                );
            }
        }
    }
}
