//! Wire names as identifiers of Rust and Python, escaped where the language has other plans with them.

use super::case::{is_snake, screaming_snake, snake, upper_camel};

/// Keywords of Rust 2024, strict and reserved.
const RUST: &[&str] = &[
    "Self", "abstract", "as", "async", "await", "become", "box", "break", "const", "continue",
    "crate", "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if",
    "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub",
    "ref", "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Keywords of Python; the soft ones are names like any other.
const PYTHON: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "class", "continue",
    "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import",
    "in", "is", "lambda", "nonlocal", "not", "or", "pass", "raise", "return", "try", "while",
    "with", "yield",
];

/// Both lists as numbers: each name of a project is looked for in them.
const RUST_NUMBERS: [u64; RUST.len()] = numbers(RUST);
const PYTHON_NUMBERS: [u64; PYTHON.len()] = numbers(PYTHON);

/// A word of at most eight bytes as a number of its own; other words are no keywords.
const fn number(word: &[u8]) -> Option<u64> {
    if word.len() > 8 || matches!(word, [0, ..]) {
        return None;
    }
    let (mut number, mut at) = (0, 0);
    while at < word.len() {
        number = number << 8 | word[at] as u64;
        at += 1;
    }
    Some(number)
}

const fn numbers<const N: usize>(words: &[&str]) -> [u64; N] {
    let (mut out, mut at) = ([0; N], 0);
    while at < N {
        out[at] = match number(words[at].as_bytes()) {
            Some(number) => number,
            None => panic!("a keyword is longer than eight bytes"),
        };
        at += 1;
    }
    out
}

/// Whether Rust keeps the word for itself.
pub fn is_rust_keyword(word: &str) -> bool {
    number(word.as_bytes()).is_some_and(|number| RUST_NUMBERS.contains(&number))
}

/// Whether Python keeps the word for itself.
pub fn is_python_keyword(word: &str) -> bool {
    number(word.as_bytes()).is_some_and(|number| PYTHON_NUMBERS.contains(&number))
}

/// Whether Rust and Python both read `name` as one identifier (or keyword): letters of any script, digits
/// and `_`, no digit first.
pub fn is_identifier(name: &str) -> bool {
    let word = |b: u8| b == b'_' || b.is_ascii_alphanumeric();
    if name.bytes().all(word) {
        return name.starts_with(|c: char| !c.is_ascii_digit());
    }
    let letter = |c: char| c == '_' || c.is_ascii_alphabetic() || (!c.is_ascii() && is_letter(c));
    let mut chars = name.chars();
    chars.next().is_some_and(letter) && chars.all(|c| letter(c) || c.is_ascii_digit())
}

/// Alphabetic by Unicode, without the circled and squared letters that identifiers do not take.
fn is_letter(c: char) -> bool {
    c.is_alphabetic() && !matches!(c, '\u{24b6}'..='\u{24e9}' | '\u{1f130}'..='\u{1f189}')
}

/// `name` as a Rust identifier, `r#` before a keyword. Nothing where no escape helps: `self`, `Self`,
/// `super`, `crate` and `_` have no raw form, and what is no identifier does not become one.
pub fn rust_ident(name: &str) -> Option<String> {
    match name {
        "self" | "Self" | "super" | "crate" | "_" => None,
        _ if !is_identifier(name) => None,
        _ if is_rust_keyword(name) => Some(format!("r#{name}")),
        _ => Some(name.to_owned()),
    }
}

/// Whether a wire field has its own name in every language: most have.
pub(crate) fn is_plain_field(name: &str) -> bool {
    is_snake(name) && !is_rust_keyword(name) && !is_python_keyword(name)
}

/// Whether a record or enum has its own name in every language, and one that no type of the definition language
/// has: most have.
pub(crate) fn is_plain_type(name: &str) -> bool {
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|first| first.is_ascii_uppercase())
        && bytes.all(|byte| byte.is_ascii_alphanumeric())
        && !is_rust_keyword(name)
        && !is_python_keyword(name)
}

/// The struct field for a wire field: `userName` is `user_name`, `type` is `r#type`.
pub fn rust_field(name: &str) -> Option<String> {
    if is_snake(name) {
        return rust_ident(name);
    }
    rust_ident(&snake(name))
}

/// The type for a record or enum: as written where that is Rust's spelling already (`HTTPServer`), else
/// in upper camel case.
pub fn rust_type(name: &str) -> Option<String> {
    let body = name.trim_matches('_');
    let spelled = body.starts_with(char::is_uppercase) && !body.contains('_');
    if is_plain_type(name) {
        Some(name.to_owned())
    } else if spelled {
        rust_ident(name)
    } else {
        rust_ident(&upper_camel(name))
    }
}

/// The variant for a symbol: `DARK_BLUE` is `DarkBlue`.
pub fn rust_variant(name: &str) -> Option<String> {
    rust_ident(&upper_camel(name))
}

/// The constant for a topic: `text_completion` is `TEXT_COMPLETION`.
pub fn rust_constant(name: &str) -> Option<String> {
    rust_ident(&screaming_snake(name))
}

/// The module for one part of a module path: `text-completion` is `text_completion`.
pub fn rust_module(name: &str) -> Option<String> {
    rust_ident(&snake(name))
}

/// `name` as a Python attribute: `class` is `class_`. Two underscores in front would be mangled inside a
/// class, so `__x` is `_x_`. Nothing for what is no identifier.
pub fn python_ident(name: &str) -> Option<String> {
    if !is_identifier(name) {
        return None;
    }
    let body = name.trim_start_matches('_');
    Some(if is_python_keyword(name) {
        format!("{name}_")
    } else if name.starts_with("__") && !body.is_empty() {
        format!("_{body}_")
    } else {
        name.to_owned()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rust() {
        let some = |text: &str| Some(text.to_owned());
        assert_eq!(rust_ident("type"), some("r#type"));
        assert_eq!(rust_ident("gen"), some("r#gen"));
        assert_eq!(rust_ident("union"), some("union"));
        assert_eq!(rust_ident("año"), some("año"));
        for name in [
            "self", "Self", "super", "crate", "_", "", "a-b", "1a", "a b",
        ] {
            assert_eq!(rust_ident(name), None, "{name}");
        }
        assert_eq!(rust_field("userName"), some("user_name"));
        assert_eq!(rust_field("Type"), some("r#type"));
        assert_eq!(rust_field("Self"), None);
        assert_eq!(rust_type("HTTPServer"), some("HTTPServer"));
        assert_eq!(rust_type("http_server"), some("HttpServer"));
        assert_eq!(rust_type("type"), some("Type"));
        assert_eq!(rust_variant("self"), None);
        assert_eq!(rust_variant("get-list"), some("GetList"));
        assert_eq!(rust_constant("config"), some("CONFIG"));
        assert_eq!(rust_module("text-completion"), some("text_completion"));
        assert_eq!(rust_module("mod"), some("r#mod"));
        for (name, plain) in [
            ("Triple", true),
            ("V2", true),
            ("Self", false),
            ("None", false),
            ("A_b", false),
            ("triple", false),
            ("Größe", false),
            ("", false),
        ] {
            assert_eq!(is_plain_type(name), plain, "{name}");
            let kept = rust_type(name).as_deref() == Some(name);
            assert!(kept || !plain, "{name}");
        }
        assert!(RUST.iter().all(|word| is_rust_keyword(word)));
        assert!(PYTHON.iter().all(|word| is_python_keyword(word)));
        for word in ["", "fo", "For", "\0for", "for\0", "override_"] {
            assert!(
                !is_rust_keyword(word) && !is_python_keyword(word),
                "{word:?}"
            );
        }
    }

    #[test]
    fn python() {
        for (name, ident) in [
            ("class", "class_"),
            ("None", "None_"),
            ("match", "match"),
            ("type", "type"),
            ("self", "self"),
            ("_x", "_x"),
            ("__x", "_x_"),
            ("__", "__"),
        ] {
            assert_eq!(python_ident(name).as_deref(), Some(ident), "{name}");
        }
        assert_eq!(python_ident("a-b"), None);
    }
}
