//! Defaults whose registered text says more than their value: an integer where a float is meant, the order
//! of a map, digits beyond a `float`.

use crate::json::{self, Json};
use crate::schema::Type;

/// The default as compact JSON, where the Pulsar client registers another text for it than for the value
/// that it is. `None`: the value alone gives the text.
///
/// Python keeps `5` and `5.0` apart and a dictionary in its order; a value of this model does not.
pub fn as_registered(ty: &Type, default: &Json) -> Option<String> {
    (finite(default) && says_more(ty, default)).then(|| default.compact())
}

/// The tree to write for such a text: numbers as Python writes them.
pub(crate) fn python_tree(text: &str) -> Option<Json> {
    fn python(tree: Json) -> Json {
        match tree {
            Json::Number(n) if is_float(&n) => match n.parse() {
                Ok(v) => Json::Number(json::python_float(v)),
                Err(_) => Json::Number(n),
            },
            Json::Array(items) => Json::Array(items.into_iter().map(python).collect()),
            Json::Object(entries) => {
                Json::Object(entries.into_iter().map(|(k, v)| (k, python(v))).collect())
            }
            other => other,
        }
    }
    json::parse(text).ok().map(python)
}

fn is_float(number: &str) -> bool {
    number.contains(['.', 'e', 'E'])
}

fn finite(json: &Json) -> bool {
    match json {
        Json::Number(n) => n.parse::<f64>().is_ok_and(f64::is_finite),
        Json::Array(items) => items.iter().all(finite),
        Json::Object(entries) => entries.iter().all(|(_, v)| finite(v)),
        _ => true,
    }
}

fn says_more(ty: &Type, json: &Json) -> bool {
    match (ty, json) {
        (Type::Double, Json::Number(n)) => !is_float(n),
        (Type::Float, Json::Number(n)) => {
            let short = n.parse::<f32>().ok().map(super::float_text);
            !is_float(n) || short.and_then(|s| s.parse::<f64>().ok()) != n.parse::<f64>().ok()
        }
        (Type::Array(item), Json::Array(items)) => items.iter().any(|v| says_more(item, v)),
        (Type::Map(item), Json::Object(entries)) => {
            !entries.is_sorted_by(|a, b| a.0 <= b.0)
                || entries.iter().any(|(_, v)| says_more(item, v))
        }
        (Type::Optional(inner), json) => says_more(inner, json),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_value_cannot_say() {
        let of = |ty: Type, text: &str| as_registered(&ty, &json::parse(text).unwrap());
        assert_eq!(of(Type::Double, "5").as_deref(), Some("5"));
        assert_eq!(of(Type::Double, "5.0"), None);
        assert_eq!(of(Type::Int, "5"), None);
        assert_eq!(of(Type::Float, "0.1"), None);
        assert_eq!(
            of(Type::Float, "0.123456789012345").as_deref(),
            Some("0.123456789012345")
        );
        let map = || Type::Map(Box::new(Type::Int));
        assert_eq!(
            of(map(), r#"{"b":1,"a":2}"#).as_deref(),
            Some(r#"{"b":1,"a":2}"#)
        );
        assert_eq!(of(map(), r#"{"a":1,"b":2}"#), None);
        assert_eq!(
            of(Type::Array(Box::new(Type::Double)), "[1.5,2]").as_deref(),
            Some("[1.5,2]")
        );
        assert_eq!(
            python_tree("[1e16,2,0.00001]").unwrap().compact(),
            "[1e+16,2,1e-05]"
        );
        assert_eq!(
            as_registered(&Type::Double, &Json::Number("NaN".into())),
            None
        );
    }
}
