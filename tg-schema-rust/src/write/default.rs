//! A default as a Rust expression.

use super::text::quoted;
use crate::item::Shape;
use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};
use tg_schema_model::value::{self, Reading};
use tg_schema_model::{Encoding, Json, Schema, Type, Value};

/// The expression of type `shape` for a default in wire JSON. `None`: the JSON is no such value.
pub(crate) fn expression(shape: &Shape, encoding: Encoding, json: &Json) -> Option<String> {
    let number = |json: &Json| match json {
        Json::Number(n) => Some(n.clone()),
        _ => None,
    };
    Some(match shape {
        Shape::String => owned(json.as_str()?),
        Shape::Boolean => json.as_bool()?.to_string(),
        Shape::Int | Shape::Long => number(json)?,
        Shape::Float => float(&number(json)?, "f32")?,
        Shape::Double => float(&number(json)?, "f64")?,
        Shape::Bytes => {
            let read = value::from_json(
                &Schema::default(),
                &Type::Bytes,
                encoding,
                json,
                &Reading::wire(),
            );
            let Ok(Value::Bytes(bytes)) = read else {
                return None;
            };
            if bytes.is_empty() {
                return Some("::std::vec::Vec::new()".into());
            }
            format!("b\"{}\".to_vec()", bytes.escape_ascii())
        }
        Shape::Date => format!(
            "__tg::date({})",
            json.as_str()?.parse::<Date>().ok()?.days()
        ),
        Shape::TimeMs => format!(
            "__tg::time({})",
            json.as_str()?.parse::<Time>().ok()?.millis()
        ),
        Shape::TimestampMs | Shape::TimestampUs => {
            format!(
                "__tg::timestamp({})",
                json.as_str()?.parse::<Timestamp>().ok()?.micros()
            )
        }
        Shape::Uuid => {
            let bits = u128::from_be_bytes(*json.as_str()?.parse::<Uuid>().ok()?.as_bytes());
            format!("__tg::uuid({bits:#x})")
        }
        Shape::Decimal { precision, scale } => {
            let d = Decimal::parse(json.as_str()?, *precision, *scale).ok()?;
            format!("__tg::decimal({}, {})", d.unscaled(), d.scale())
        }
        Shape::Array(item) => {
            let items: Option<Vec<String>> = json
                .as_array()?
                .iter()
                .map(|v| expression(item, encoding, v))
                .collect();
            match items? {
                items if items.is_empty() => "::std::vec::Vec::new()".into(),
                items => format!("::std::vec![{}]", items.join(", ")),
            }
        }
        Shape::Map(item) | Shape::HashMap(item) => {
            let map = if matches!(shape, Shape::Map(_)) {
                "BTreeMap"
            } else {
                "HashMap"
            };
            let entries: Option<Vec<String>> = json
                .as_object()?
                .iter()
                .map(|(k, v)| {
                    let value = expression(item, encoding, v)?;
                    Some(format!("({}, {value})", owned(k)))
                })
                .collect();
            match entries? {
                entries if entries.is_empty() => format!("::std::collections::{map}::new()"),
                entries => format!(
                    "::core::iter::FromIterator::from_iter([{}])",
                    entries.join(", ")
                ),
            }
        }
        Shape::Optional(item) => match json {
            Json::Null => "::core::option::Option::None".into(),
            v => format!(
                "::core::option::Option::Some({})",
                expression(item, encoding, v)?
            ),
        },
        Shape::Boxed(inner) => format!(
            "::std::boxed::Box::new({})",
            expression(inner, encoding, json)?
        ),
        Shape::Named(_) => format!("__tg::default_value({})", quoted(&json.compact())),
    })
}

fn owned(text: &str) -> String {
    ["::std::borrow::ToOwned::to_owned(", &quoted(text), ")"].concat()
}

fn float(text: &str, ty: &str) -> Option<String> {
    Some(match text {
        "NaN" => format!("{ty}::NAN"),
        "Infinity" => format!("{ty}::INFINITY"),
        "-Infinity" => format!("{ty}::NEG_INFINITY"),
        text => {
            let v: f64 = text.parse().ok()?;
            format!("{v:?}{ty}")
        }
    })
}
