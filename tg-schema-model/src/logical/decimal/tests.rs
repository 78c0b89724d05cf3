//! Decimals as text and as bytes.

use super::*;

#[test]
fn short_texts_are_read_as_others_are() {
    let mut texts: Vec<String> = [
        "", "-", ".", "1.", ".1", "-.5", "1.2.3", "+1", "1e3", "--1", "1-", " 1",
    ]
    .map(Into::into)
    .into();
    for digits in [
        "0",
        "00",
        "7",
        "000123",
        "99999999",
        "123456789012345678",
        "1234567890123456789",
        "9999999999999999999",
        "99999999999999999999999999999999999999",
    ] {
        for at in 0..=digits.len() {
            let (whole, fraction) = digits.split_at(at);
            texts.extend([
                format!("{whole}.{fraction}"),
                format!("-{whole}.{fraction}"),
                whole.into(),
            ]);
            texts.extend([format!("-{digits}.{digits}"), format!("{digits}.000")]);
        }
    }
    for text in &texts {
        for precision in [1, 2, 5, 8, 17, 18, 19, 38] {
            for scale in [0, 1, 2, 4, 17, 18, 38]
                .into_iter()
                .filter(|s| *s <= precision)
            {
                assert_eq!(
                    Decimal::parse(text, precision, scale),
                    Decimal::parse_any(text, precision, scale),
                    "{text} {precision} {scale}"
                );
            }
        }
    }
}

fn number(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[test]
fn text_goes_in_and_out() {
    for text in [
        "0",
        "0.00",
        "-0.05",
        "12.34",
        "-12.30",
        "99999999999999999999999999999999999999",
    ] {
        assert_eq!(number(text).to_string(), text);
    }
    assert_eq!(number("007.5").to_string(), "7.5");
    assert_eq!(number("-0").to_string(), "0");
    let long = format!("1.5{}", "0".repeat(60));
    assert_eq!(number(&long).to_string(), "1.5");
    for text in [
        "", "-", ".5", "5.", "+5", "1e3", "1,5", "1.5.5", "--1", "0x1", "１",
    ] {
        assert!(
            matches!(text.parse::<Decimal>(), Err(LogicalError::Form(_))),
            "{text:?}"
        );
    }
    let beyond = format!("1{}", "0".repeat(38));
    assert!(matches!(
        beyond.parse::<Decimal>(),
        Err(LogicalError::Range(_))
    ));
    assert!(matches!(
        format!("0.{}1", "0".repeat(300)).parse::<Decimal>(),
        Err(LogicalError::Range(_))
    ));
}

#[test]
fn a_field_fills_up_and_loses_nothing() {
    assert_eq!(
        Decimal::parse("12.3", 4, 2).map(|n| n.to_string()),
        Ok("12.30".into())
    );
    assert_eq!(
        Decimal::parse("12.300", 4, 2).map(|n| n.to_string()),
        Ok("12.30".into())
    );
    assert!(matches!(
        Decimal::parse("12.345", 9, 2),
        Err(LogicalError::Digits(_))
    ));
    assert!(matches!(
        Decimal::parse("123.4", 4, 2),
        Err(LogicalError::Range(_))
    ));
    assert_eq!(Decimal::new(i128::MAX, 0), None);
    assert_eq!(Decimal::new(1, 39), None);
    assert_eq!(Decimal::new(i128::MIN, 0), None);
    assert_eq!(number("1").rescale(38), None);
}

#[test]
fn numbers_compare_by_value() {
    use std::collections::HashSet;
    assert_eq!(number("1.5"), number("1.50"));
    assert_eq!(
        HashSet::from([number("1.5"), number("1.500"), number("15")]).len(),
        2
    );
    let mut numbers = [
        number("2"),
        number("-0.1"),
        number("-1.05"),
        number("0.09"),
        number("-1.1"),
    ];
    numbers.sort();
    assert_eq!(
        numbers.map(|n| n.to_string()),
        ["-1.1", "-1.05", "-0.1", "0.09", "2"]
    );
    let big = Decimal::new(10_i128.pow(38) - 1, 0).expect("38 digits");
    let small = Decimal::new(1 - 10_i128.pow(38), 38).expect("38 digits");
    assert!(small < big);
}

#[test]
fn bytes_are_minimal_and_sign_extended_forms_are_read() {
    for (unscaled, bytes) in [
        (0, vec![0]),
        (127, vec![0x7f]),
        (128, vec![0, 0x80]),
        (-1, vec![0xff]),
        (-128, vec![0x80]),
        (-129, vec![0xff, 0x7f]),
        (65_536, vec![1, 0, 0]),
    ] {
        let n = Decimal::new(unscaled, 2).expect("small");
        let mut out = Vec::new();
        n.write_be(&mut out);
        assert_eq!(out, bytes);
        assert_eq!(n.be_len(), bytes.len());
        let mut long = vec![if unscaled < 0 { 0xff } else { 0 }; 20];
        long.extend(&bytes);
        for form in [&bytes, &long] {
            assert_eq!(Decimal::from_be_bytes(form, 2), Some(n));
        }
    }
    assert_eq!(Decimal::from_be_bytes(&[], 0), None);
    assert_eq!(Decimal::from_be_bytes(&[0x7f; 16], 0), None);
    assert_eq!(Decimal::from_be_bytes(&[1; 17], 0), None);
    let mut beyond = vec![0; 4];
    beyond.extend([0xff; 16]);
    assert_eq!(Decimal::from_be_bytes(&beyond, 0), None);
}

#[test]
fn texts_of_every_size() {
    for scale in 0..=38u8 {
        for unscaled in [
            0,
            1,
            -1,
            9,
            10,
            -105,
            i128::from(u64::MAX) + 1,
            i128::MAX,
            i128::MIN,
        ] {
            let Some(v) = Decimal::new(unscaled, scale) else {
                continue;
            };
            let digits = format!(
                "{:0>width$}",
                unscaled.unsigned_abs(),
                width = usize::from(scale) + 1
            );
            let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
            let sign = if unscaled < 0 { "-" } else { "" };
            let point = if scale > 0 { "." } else { "" };
            assert_eq!(v.to_string(), format!("{sign}{whole}{point}{fraction}"));
        }
    }
}
