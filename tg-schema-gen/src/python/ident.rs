//! Names on the wire as Python identifiers.

use tg_schema_model::name::{is_python_keyword, screaming_snake};

/// Builtin types that annotations use.
pub(super) const BUILTINS: &[&str] = &["bool", "bytes", "dict", "float", "int", "list", "str"];

/// What every record has already.
const MEMBERS: &[&str] = &[
    "AVRO_SCHEMA",
    "PULSAR_SCHEMA",
    "SCHEMA_NAME",
    "TOPIC",
    "decode",
    "decode_avro",
    "encode",
    "encode_avro",
    "from_json",
    "self",
    "to_json",
];

/// Names by which generated modules reach what a definition's own name hides.
pub(super) const FALLBACKS: &[&str] = &[
    "_Topic",
    "_builtins",
    "_dataclasses",
    "_datetime",
    "_decimal",
    "_enum",
    "_typing",
    "_uuid",
    "_wire",
];

/// A name as an identifier that is no keyword: `a-b` is `a_b`, `class` is `class_`.
fn identifier(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 1);
    for c in name.chars() {
        if c == '_' || c.is_ascii_alphanumeric() || is_plain_letter(c) {
            out.push(c);
        } else if c.is_ascii() {
            out.push('_');
        } else {
            out.push_str(&format!("_{:x}_", u32::from(c)));
        }
    }
    if out.is_empty() || out.starts_with(|c: char| c.is_ascii_digit()) {
        out.insert(0, '_');
    }
    if is_python_keyword(&out) {
        out.push('_');
    }
    out
}

/// Letters beyond ASCII that Python takes as they are: others it replaces (NFKC), or refuses in front.
fn is_plain_letter(c: char) -> bool {
    matches!(c,
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ı' | 'Ĵ'..='ľ' | 'Ł'..='ň' | 'Ŋ'..='ž'
        | 'Α'..='Ρ' | 'Σ'..='ώ' | 'Ѐ'..='ҁ' | 'Ҋ'..='ӿ'
        | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | '一'..='\u{9fcc}' | '가'..='힣')
}

/// Two leading underscores mean something else inside a class, and a name of dunders anywhere.
fn without_dunder(name: String) -> String {
    match name.strip_prefix("__") {
        Some(rest) if name.ends_with("__") => format!("_{}_", rest.trim_matches('_')),
        Some(rest) => format!("_{}_", rest.trim_start_matches('_')),
        None => name,
    }
}

/// The attribute for a field.
pub(super) fn attribute(name: &str) -> String {
    let mut out = without_dunder(identifier(name));
    if MEMBERS.contains(&out.as_str()) || FALLBACKS.contains(&out.as_str()) {
        out.push('_');
    }
    out
}

/// The class for a record or enum.
pub(super) fn class(name: &str) -> String {
    let mut out = without_dunder(identifier(name));
    if BUILTINS.contains(&out.as_str()) || FALLBACKS.contains(&out.as_str()) || out == "annotations"
    {
        out.push('_');
    }
    out
}

/// The constant for a topic.
pub(super) fn constant(name: &str) -> String {
    without_dunder(identifier(&screaming_snake(name)))
}

/// The member for an enum's symbol.
pub(super) fn member(name: &str) -> String {
    let out = identifier(&screaming_snake(name));
    if out.starts_with('_')
        && out
            .trim_matches('_')
            .starts_with(|c: char| c.is_alphabetic())
    {
        // Python keeps `_name_`, and hides `__name`.
        return out.trim_start_matches('_').to_owned();
    }
    if out.starts_with('_') {
        return format!("SYMBOL{}", out.trim_end_matches('_'));
    }
    out
}

/// The module or package for one part of a path.
pub(super) fn module(name: &str) -> String {
    without_dunder(identifier(name))
}

/// `name`, with as many `_` behind it as make it differ from all that are `taken`.
pub(super) fn unique(mut name: String, taken: impl Fn(&str) -> bool) -> String {
    while taken(&name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields() {
        for (name, expected) in [
            ("class", "class_"),
            ("type", "type"),
            ("match", "match"),
            ("None", "None_"),
            ("encode", "encode_"),
            ("self", "self_"),
            ("_wire", "_wire_"),
            ("__x", "_x_"),
            ("__init__", "_init_"),
            ("__", "__"),
            ("a-b", "a_b"),
            ("1a", "_1a"),
            ("", "_"),
            ("año", "año"),
            ("ﬁx", "_fb01_x"),
        ] {
            let got = attribute(name);
            if name == "__" {
                assert!(!got.is_empty() && got.chars().all(|c| c == '_'), "{got}");
            } else {
                assert_eq!(got, expected, "{name}");
            }
        }
    }

    #[test]
    fn members_classes_modules_constants() {
        for (name, expected) in [
            ("get", "GET"),
            ("darkBlue", "DARK_BLUE"),
            ("_x", "X"),
            ("_x_", "X_"),
            ("__x__", "X__"),
            ("_1", "SYMBOL_1"),
            ("_", "SYMBOL"),
            ("mro", "MRO"),
        ] {
            assert_eq!(member(name), expected, "{name}");
        }
        assert_eq!(class("str"), "str_");
        assert_eq!(class("None"), "None_");
        assert_eq!(class("Value"), "Value");
        assert_eq!(module("text-completion"), "text_completion");
        assert_eq!(module("import"), "import_");
        assert_eq!(module("__init__"), "_init_");
        assert_eq!(constant("config_request"), "CONFIG_REQUEST");
        assert_eq!(unique("a".into(), |n| n.len() < 3), "a__");
    }
}
