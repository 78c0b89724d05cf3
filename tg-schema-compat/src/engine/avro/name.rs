//! Which names the Java library takes: letters and digits of every alphabet, and underscores.

use tg_schema_model::avro::{Kind, Name};

use super::letters::LETTERS;

/// Why `name`, without a namespace, is no name.
pub(super) fn problem(name: &str) -> Option<String> {
    let mut chars = name.chars();
    match chars.next() {
        None => Some("a name is empty".into()),
        Some(first) if !(letter(first) || first == '_') => Some(format!(
            "the name {name:?} starts with something other than a letter or \"_\""
        )),
        Some(_) if chars.all(|c| letter(c) || digit(c) || c == '_') => None,
        Some(_) => Some(format!(
            "the name {name:?} has a character other than letters, digits and \"_\""
        )),
    }
}

/// Why a record, enum or fixed cannot be defined by this name.
pub(super) fn definition_problem(name: &Name) -> Option<String> {
    if name.namespace.is_none() && Kind::from_name(&name.name).is_some() {
        return Some(format!("{:?} is the name of a primitive type", name.name));
    }
    let parts = name.namespace.iter().flat_map(|space| space.split('.'));
    parts.chain([name.name.as_str()]).find_map(problem)
}

/// Java looks at units of UTF-16: what takes two of them is no letter.
fn letter(c: char) -> bool {
    let Ok(code) = u16::try_from(u32::from(c)) else {
        return false;
    };
    let after = LETTERS.partition_point(|(first, _)| *first <= code);
    let run = after.checked_sub(1).and_then(|at| LETTERS.get(at));
    run.is_some_and(|(_, last)| code <= *last)
}

/// Decimal digits, in runs of ten.
fn digit(c: char) -> bool {
    const ZEROS: [u32; 37] = [
        0x30, 0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66,
        0xDE6, 0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90,
        0x1B50, 0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0,
        0xFF10,
    ];
    let code = u32::from(c);
    ZEROS.iter().any(|zero| (*zero..zero + 10).contains(&code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_of_every_alphabet() {
        for name in ["a", "_", "Z9", "año", "日本", "ªx", "x٣", "ǅ"] {
            assert_eq!(problem(name), None, "{name}");
        }
        for name in ["", "9a", "a-b", "Ⅷ", "x²", "𝒳", "a.b", "ⓐ", "\u{345}"] {
            assert!(problem(name).is_some(), "{name}");
        }
        assert!(definition_problem(&Name::from_full("int")).is_some());
        assert_eq!(definition_problem(&Name::from_full("a.int")), None);
        assert!(definition_problem(&Name::from_full("a..b")).is_some());
    }
}
