//! Dates and times as TOML writes them.

/// A TOML date or time as RFC 3339 writes it: `T` and `Z`, and seconds, which TOML 1.1 may omit.
pub(crate) fn with_seconds(text: &str) -> String {
    let text = text.replace([' ', 't'], "T").replace('z', "Z");
    let Some(colon) = text.find(':') else {
        return text;
    };
    let minutes = colon + 3;
    match text.as_bytes().get(minutes) {
        Some(b':') => text,
        _ => {
            let (head, tail) = text.split_at(minutes.min(text.len()));
            format!("{head}:00{tail}")
        }
    }
}

/// Whether a text is a date, a time, or both with or without an offset. Which days a month has is left to
/// who reads the value.
pub(super) fn is_datetime(text: &str) -> bool {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (Some(date), Some(time)),
        None if text.contains(':') => (None, Some(text)),
        None => (Some(text), None),
    };
    let (time, offset) = match time.and_then(|t| t.find(['Z', '+', '-']).map(|at| t.split_at(at))) {
        Some((time, offset)) => (Some(time), Some(offset)),
        None => (time, None),
    };
    let whole = date.is_some() || offset.is_none();
    whole
        && date.is_none_or(|date| numbers(date, '-', &[(4, 0..=9999), (2, 1..=12), (2, 1..=31)]))
        && time.is_none_or(|time| {
            let (time, fraction) = match time.split_once('.') {
                Some((time, fraction)) => (time, Some(fraction)),
                None => (time, None),
            };
            numbers(time, ':', &[(2, 0..=23), (2, 0..=59), (2, 0..=60)])
                && fraction.is_none_or(|f| !f.is_empty() && f.bytes().all(|b| b.is_ascii_digit()))
        })
        && offset.is_none_or(|offset| {
            offset == "Z"
                || offset
                    .get(1..)
                    .is_some_and(|o| numbers(o, ':', &[(2, 0..=23), (2, 0..=59)]))
        })
}

/// Whether `text` is numbers of these widths in these ranges, with a separator between each.
fn numbers(text: &str, separator: char, parts: &[(usize, std::ops::RangeInclusive<u16>)]) -> bool {
    let mut found = text.split(separator);
    let good = parts.iter().all(|(width, range)| {
        found.next().is_some_and(|part| {
            part.len() == *width
                && part.bytes().all(|b| b.is_ascii_digit())
                && part.parse().is_ok_and(|n| range.contains(&n))
        })
    });
    good && found.next().is_none()
}
