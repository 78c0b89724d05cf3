//! Defaults of Python into defaults of definitions.

use crate::interpret::{Program, UNDECODED, Value};
use crate::record::{Field, Plain, Problem, Shape, json};

/// What can be said of a field's default in a definition.
pub(super) enum Written {
    /// There is none.
    None,
    /// A value of TOML.
    Value(String),
    /// It cannot be held.
    Lost {
        /// Why.
        reason: String,
        /// What it is, in words.
        default: String,
    },
}

/// The default of a field.
pub(super) fn written(program: Program, field: &Field<'_>) -> Written {
    let Some(value) = &field.default else {
        return match field.shape {
            Shape::Plain(Plain::Boolean) => Written::Value("false".to_owned()),
            _ => Written::None,
        };
    };
    if let Value::Unknown(why) = value {
        let why = Problem::from(why).told(program, field.site);
        if why.contains(UNDECODED) {
            return computed(format!("its default is not known: {why}"));
        }
        return computed(format!(
            "its default is computed when the program runs: {why}"
        ));
    }
    match of(&field.shape, value) {
        Some(text) => Written::Value(text),
        None => match json(value, field.site, 0) {
            Err(problem) => {
                let why = problem.told(program, field.site);
                computed(format!("its default cannot be told: {why}"))
            }
            Ok(json) => Written::Lost {
                reason: format!("its default {} is none for its type", json.compact()),
                default: format!("the default {}", json.compact()),
            },
        },
    }
}

fn computed(reason: String) -> Written {
    let default = "the computed default".to_owned();
    Written::Lost { reason, default }
}

fn of(shape: &Shape<'_>, value: &Value<'_>) -> Option<String> {
    match (shape, value) {
        (Shape::Plain(plain), _) => scalar(*plain, value),
        (Shape::Enum(_), Value::Member(member)) => Some(super::toml::string(&member.name)),
        (Shape::Array(item), Value::List(items)) => {
            let inner = item.field()?;
            let items = items.borrow();
            let items: Option<Vec<String>> =
                items.iter().map(|item| of(&inner.shape, item)).collect();
            Some(format!("[{}]", items?.join(", ")))
        }
        (Shape::Map(item), Value::Dict(entries)) => {
            let inner = item.field()?;
            let entries = entries.borrow();
            if entries.is_empty() {
                return Some("{}".to_owned());
            }
            let entries: Option<Vec<String>> = entries
                .iter()
                .map(|(key, value)| {
                    Some(format!(
                        "{} = {}",
                        super::toml::key(key.as_str()?),
                        of(&inner.shape, value)?
                    ))
                })
                .collect();
            Some(format!("{{ {} }}", entries?.join(", ")))
        }
        _ => None,
    }
}

fn scalar(plain: Plain, value: &Value<'_>) -> Option<String> {
    Some(match (plain, value) {
        (Plain::String, Value::Str(text)) => super::toml::string(text),
        (Plain::Bytes, Value::Bytes(bytes)) => {
            super::toml::string(std::str::from_utf8(bytes).ok()?)
        }
        (Plain::Bytes, Value::Str(text)) => super::toml::string(text),
        (Plain::Boolean, Value::Bool(v)) => v.to_string(),
        (Plain::Integer, Value::Int(n)) => i32::try_from(*n).ok()?.to_string(),
        (Plain::Long, Value::Int(n)) => i64::try_from(*n).ok()?.to_string(),
        (Plain::Float | Plain::Double, Value::Int(n)) => i64::try_from(*n).ok()?.to_string(),
        (Plain::Float | Plain::Double, Value::Float(v)) => float(*v),
        _ => return None,
    })
}

fn float(v: f64) -> String {
    match v {
        v if v.is_nan() => "nan".to_owned(),
        f64::INFINITY => "inf".to_owned(),
        f64::NEG_INFINITY => "-inf".to_owned(),
        v => tg_schema_model::json::python_float(v),
    }
}
