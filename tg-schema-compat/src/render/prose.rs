//! The words of a finding taken apart: what is code between backticks, and what is not.

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'t> {
    /// As it stands.
    Plain(&'t str),
    /// What stands between two backticks.
    Code(&'t str),
}

/// The parts of a text. Backticks in a JSON string, such as a default, are those of the string, and where one is left
/// without its other all are what they are.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let (mut from, mut at) = (0, 0);
    while let Some(rest) = text.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(next) = rest.find(['`', '"']) else {
            break;
        };
        let start = at + next;
        let inside = text.get(start + 1..).unwrap_or_default();
        if rest.get(next..).is_some_and(|rest| rest.starts_with('"')) {
            at = start + 1 + string(inside).unwrap_or(0);
            continue;
        }
        let Some(length) = inside.find('`') else {
            return vec![Piece::Plain(text)];
        };
        found.push(Piece::Plain(text.get(from..start).unwrap_or_default()));
        found.push(Piece::Code(inside.get(..length).unwrap_or_default()));
        at = start + length + 2;
        from = at;
    }
    found.push(Piece::Plain(text.get(from..).unwrap_or_default()));
    found.retain(|piece| *piece != Piece::Plain(""));
    found
}

/// Where a JSON string ends whose opening quote is behind: at the other one, or where it was cut.
fn string(inside: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' | '…' => return Some(at + c.len_utf8()),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::Piece::{Code, Plain};
    use super::*;

    #[test]
    fn code_and_what_is_none() {
        for (text, expected) in [
            ("a `b` c", &[Plain("a "), Code("b"), Plain(" c")][..]),
            ("`a`", &[Code("a")]),
            ("", &[]),
            ("a ` b", &[Plain("a ` b")]),
            ("`a` is \"`\"", &[Code("a"), Plain(" is \"`\"")]),
            (
                "`a` was \"`x`\" and is \"\\\"`…",
                &[Code("a"), Plain(" was \"`x`\" and is \"\\\"`…")],
            ),
            ("a \" of `b`", &[Plain("a \" of "), Code("b")]),
            (
                "`a = \"` and `b`",
                &[Code("a = \""), Plain(" and "), Code("b")],
            ),
            ("``", &[Code("")]),
        ] {
            assert_eq!(pieces(text), expected, "{text}");
        }
    }
}
