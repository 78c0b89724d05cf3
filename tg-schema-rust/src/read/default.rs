//! The tokens of a default into wire JSON: literals, `[…]` lists and `{ key: value }` objects.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::Lit;
use tg_schema_model::{Encoding, Json};

use super::bare;
use super::error::Errors;
use super::setting::{flat, split};
use crate::item::Shape;

/// How deep lists and objects may stand in each other.
const DEPTH: usize = 32;

const FORMS: &str = "write a literal: a text, a number, `true`, `[a, b]` or `{ key: value }`; a symbol of an enum is its \
                     name as text";

/// The default that `tokens` say.
pub(super) fn json(tokens: TokenStream, encoding: Encoding, errors: &mut Errors) -> Option<Json> {
    value(&flat(tokens), encoding, DEPTH, errors)
}

/// What `#[tg(default)]` without a value stands for: the empty value of a type that has one.
pub(super) fn empty(shape: &Shape) -> Option<Json> {
    match shape {
        Shape::String | Shape::Bytes => Some(Json::String(String::new())),
        Shape::Boolean => Some(Json::Bool(false)),
        Shape::Int | Shape::Long => Some(Json::Number("0".into())),
        Shape::Float | Shape::Double => Some(Json::Number("0.0".into())),
        Shape::Array(_) => Some(Json::Array(Vec::new())),
        Shape::Map(_) | Shape::HashMap(_) => Some(Json::Object(Vec::new())),
        Shape::Boxed(inner) => empty(inner),
        _ => None,
    }
}

fn value(
    tokens: &[TokenTree],
    encoding: Encoding,
    depth: usize,
    errors: &mut Errors,
) -> Option<Json> {
    let whole = || tokens.iter().cloned().collect::<TokenStream>();
    if depth == 0 {
        errors.at(
            whole(),
            format!("the default is nested deeper than {DEPTH} levels"),
            "make it flatter",
        );
        return None;
    }
    match tokens {
        [TokenTree::Literal(token)] => literal(&Lit::new(token.clone()), encoding, errors),
        [TokenTree::Punct(minus), TokenTree::Literal(token)] if minus.as_char() == '-' => {
            match number(&Lit::new(token.clone())) {
                Some(digits) => Some(Json::Number(format!("-{digits}"))),
                None => refuse(whole(), errors),
            }
        }
        [TokenTree::Punct(minus), TokenTree::Ident(word)]
            if minus.as_char() == '-' && word == "inf" =>
        {
            Some(Json::Number("-Infinity".into()))
        }
        [TokenTree::Ident(word)] => match word.to_string().as_str() {
            "true" => Some(Json::Bool(true)),
            "false" => Some(Json::Bool(false)),
            "null" | "None" => Some(Json::Null),
            "nan" => Some(Json::Number("NaN".into())),
            "inf" => Some(Json::Number("Infinity".into())),
            _ => refuse(whole(), errors),
        },
        [TokenTree::Group(group)] => match group.delimiter() {
            Delimiter::Bracket => {
                let parts = split(group.stream());
                let items: Vec<_> = parts
                    .iter()
                    .map(|part| value(part, encoding, depth - 1, errors))
                    .collect();
                items
                    .into_iter()
                    .collect::<Option<Vec<_>>>()
                    .map(Json::Array)
            }
            Delimiter::Brace => {
                let parts = split(group.stream());
                let mut entries: Vec<(String, Json)> = Vec::new();
                let mut good = true;
                for part in &parts {
                    match entry(part, encoding, depth, errors) {
                        Some((key, _)) if entries.iter().any(|(before, _)| *before == key) => {
                            errors.at(
                                part.iter().cloned().collect::<TokenStream>(),
                                format!("the key `{key}` is given twice"),
                                "keep one of them",
                            );
                            good = false;
                        }
                        Some(entry) => entries.push(entry),
                        None => good = false,
                    }
                }
                good.then_some(Json::Object(entries))
            }
            Delimiter::Parenthesis | Delimiter::None => {
                value(&flat(group.stream()), encoding, depth - 1, errors)
            }
        },
        _ => refuse(whole(), errors),
    }
}

fn entry(
    part: &[TokenTree],
    encoding: Encoding,
    depth: usize,
    errors: &mut Errors,
) -> Option<(String, Json)> {
    if let [key, TokenTree::Punct(colon), rest @ ..] = part
        && colon.as_char() == ':'
        && !rest.is_empty()
    {
        let key = match key {
            TokenTree::Ident(ident) => Some(bare(ident)),
            TokenTree::Literal(token) => match Lit::new(token.clone()) {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        };
        if let Some(key) = key {
            return Some((key, value(rest, encoding, depth - 1, errors)?));
        }
    }
    errors.at(
        part.iter().cloned().collect::<TokenStream>(),
        "this is not an entry of an object",
        "write `key: value` or `\"key\": value`",
    );
    None
}

fn literal(literal: &Lit, encoding: Encoding, errors: &mut Errors) -> Option<Json> {
    if let Some(digits) = number(literal) {
        return Some(Json::Number(digits));
    }
    match literal {
        Lit::Str(text) if text.suffix().is_empty() => Some(Json::String(text.value())),
        Lit::Bool(truth) => Some(Json::Bool(truth.value())),
        Lit::ByteStr(bytes) => match encoding {
            Encoding::Base64 => Some(Json::String(base64(&bytes.value()))),
            Encoding::Utf8 => match String::from_utf8(bytes.value()) {
                Ok(text) => Some(Json::String(text)),
                Err(_) => {
                    errors.at(
                        bytes,
                        "these bytes are not UTF-8, and the field travels as text",
                        "set `encoding = \"base64\"`, or choose other bytes",
                    );
                    None
                }
            },
        },
        other => refuse(quote::quote!(#other), errors),
    }
}

/// A number as JSON writes it.
fn number(literal: &Lit) -> Option<String> {
    match literal {
        Lit::Int(n) if matches!(n.suffix(), "" | "i32" | "i64" | "f32" | "f64") => {
            Some(n.base10_digits().to_owned())
        }
        Lit::Float(n) if matches!(n.suffix(), "" | "f32" | "f64") => {
            let digits = n.base10_digits();
            Some(if digits.ends_with('.') {
                format!("{digits}0")
            } else {
                digits.to_owned()
            })
        }
        _ => None,
    }
}

fn refuse(tokens: TokenStream, errors: &mut Errors) -> Option<Json> {
    errors.at(tokens, "this is not a default", FORMS);
    None
}

/// Standard alphabet with padding.
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let at = |i: usize| u32::from(chunk.get(i).copied().unwrap_or(0));
        let bits = at(0) << 16 | at(1) << 8 | at(2);
        for place in 0..4 {
            let index = (bits >> (18 - 6 * place) & 63) as usize;
            out.push(if place > chunk.len() {
                '='
            } else {
                char::from(ALPHABET[index])
            });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<Json> {
        let mut errors = Errors::default();
        let json = json(text.parse().ok()?, Encoding::Base64, &mut errors);
        assert_eq!(json.is_none(), !errors.is_empty());
        json
    }

    #[test]
    fn literals_become_json() {
        let n = |s: &str| Some(Json::Number(s.into()));
        assert_eq!(read("-1_000"), n("-1000"));
        assert_eq!(read("0x10"), n("16"));
        assert_eq!(read("1."), n("1.0"));
        assert_eq!(read("2.5e3f32"), n("2.5e3"));
        assert_eq!(read("nan"), n("NaN"));
        assert_eq!(read("-inf"), n("-Infinity"));
        assert_eq!(read("true"), Some(Json::Bool(true)));
        assert_eq!(read("[]"), Some(Json::Array(vec![])));
        assert_eq!(
            read("{ a: [1, None], \"b c\": { }, r#type: (\"x\") , }"),
            Some(Json::Object(vec![
                (
                    "a".into(),
                    Json::Array(vec![Json::Number("1".into()), Json::Null])
                ),
                ("b c".into(), Json::Object(vec![])),
                ("type".into(), Json::String("x".into())),
            ]))
        );
        for (bytes, text) in [
            ("b\"\"", ""),
            ("b\"f\"", "Zg=="),
            ("b\"fo\"", "Zm8="),
            ("b\"foo\\xff\"", "Zm9v/w=="),
        ] {
            assert_eq!(read(bytes), Some(Json::String(text.into())));
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "MAX",
            "String::new()",
            "vec![]",
            "'c'",
            "1u8",
            "-\"x\"",
            "{ a }",
            "{ a: 1, a: 2 }",
            "[1, x]",
            "",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(
            read(&format!("{}1{}", "[".repeat(40), "]".repeat(40))),
            None
        );
    }
}
