//! What the reader of JSON says when it refuses: what it found, and what was expected.

use super::ValueError;
use crate::json::Json;
use crate::name::nearest;
use crate::schema::{Encoding, Enum, Field, Schema, Type};

pub(super) const INT: &str = "a whole number from -2147483648 to 2147483647";
pub(super) const LONG: &str = "a whole number from -9223372036854775808 to 9223372036854775807";

/// What a value of the type looks like in JSON.
pub(super) fn expected(schema: &Schema, ty: &Type, encoding: Encoding) -> String {
    match ty {
        Type::String => "a string".into(),
        Type::Boolean => "true or false".into(),
        Type::Int => INT.into(),
        Type::Long => LONG.into(),
        Type::Float | Type::Double => "a number".into(),
        Type::Bytes => match encoding {
            Encoding::Base64 => "bytes as a base64 string".into(),
            Encoding::Utf8 => "bytes as a string".into(),
        },
        Type::Date => "a date such as \"2026-01-31\"".into(),
        Type::TimeMs => "a time such as \"13:05:09.250\"".into(),
        Type::TimestampMs => "a timestamp such as \"2026-01-31T13:05:09.250Z\"".into(),
        Type::TimestampUs => "a timestamp such as \"2026-01-31T13:05:09.250000Z\"".into(),
        Type::Uuid => "a UUID as a string".into(),
        Type::Decimal { precision, scale } => {
            format!(
                "a decimal number as a string, at most {precision} digits and {scale} of them after the point"
            )
        }
        Type::Array(_) => "an array".into(),
        Type::Map(_) => "an object".into(),
        Type::Optional(inner) => format!("{} or null", expected(schema, inner, encoding)),
        Type::Record(id) => format!("an object, the fields of {}", schema.record(*id).name),
        Type::Enum(id) => format!("a symbol of {}", schema.enumeration(*id).name),
    }
}

pub(super) fn found(json: &Json, expected: impl Into<String>) -> ValueError {
    let message = match json {
        Json::Number(text) => format!("found the number {}", cut(text)),
        Json::String(text) => format!("found the string {:?}", cut(text)),
        Json::Bool(b) => format!("found {b}"),
        other => format!("found {}", other.kind()),
    };
    ValueError::new(message, expected)
}

/// The beginning of a text that may be long.
pub(super) fn cut(text: &str) -> String {
    match text.char_indices().nth(40) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

pub(super) fn out_of_range(json: &Json, range: &str) -> ValueError {
    ValueError::new(
        format!(
            "{} is out of range",
            cut(json.as_number().unwrap_or_default())
        ),
        range,
    )
}

pub(super) fn twice(key: &str, other: &str) -> ValueError {
    if key == other {
        ValueError::new("the field is there twice", "each field once")
    } else {
        ValueError::new(
            format!("the field is there as {other:?} and as {key:?}"),
            "a name or its alias, not both",
        )
    }
}

pub(super) fn unknown_key(key: &str, record: &str, fields: &[Field]) -> ValueError {
    let names = || fields.iter().map(|f| f.name.as_str());
    let expected = match nearest(key, names()) {
        Some(name) => format!("a field, perhaps {name:?}"),
        None if fields.is_empty() => "an empty object".into(),
        None => format!("one of {}", names().collect::<Vec<_>>().join(", ")),
    };
    ValueError::new(format!("{record} has no field {:?}", cut(key)), expected)
}

/// Symbols that are looked at for the one that was meant: a message may have very many that are unknown.
const MAX_COMPARED: usize = 1_000;

pub(super) fn unknown_symbol(definition: &Enum, json: &Json) -> ValueError {
    let symbols = || definition.symbols.iter().map(|s| s.name.as_str());
    let near = |text| nearest(text, symbols().take(MAX_COMPARED));
    let text = json.as_str().or(json.as_number()).unwrap_or_default();
    let expected = match near(text) {
        Some(symbol) => format!("a symbol, perhaps {symbol:?}"),
        None => format!("one of {}", symbols().collect::<Vec<_>>().join(", ")),
    };
    ValueError::new(
        format!("{} has no symbol {:?}", definition.name, cut(text)),
        expected,
    )
}
