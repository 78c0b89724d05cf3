//! Schema text as the Python client writes it: JSON, and the numbers that JSON has not.

use tg_schema_model::Json;
use tg_schema_model::json::{self, JsonError};

/// The tree of a text. `NaN` and the infinities come out as strings of that name.
pub fn parse(text: &str) -> Result<Json, JsonError> {
    json::parse(text).or_else(|error| match quoted(text) {
        Some(other) => json::parse(&other).map_err(|_| error),
        None => Err(error),
    })
}

/// The text with such numbers in quotes; nothing where there are none.
fn quoted(text: &str) -> Option<String> {
    const NUMBERS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text;
    let mut inside = false;
    let mut found = false;
    while let Some(c) = rest.chars().next() {
        let number = NUMBERS.iter().find(|n| !inside && rest.starts_with(**n));
        let length = match (number, c) {
            (Some(number), _) => {
                found = true;
                out.push_str(&format!("\"{number}\""));
                rest = &rest[number.len()..];
                continue;
            }
            (None, '\\') if inside => {
                let next = rest[1..].chars().next();
                1 + next.map_or(0, char::len_utf8)
            }
            (None, c) => {
                inside ^= c == '"';
                c.len_utf8()
            }
        };
        out.push_str(&rest[..length]);
        rest = &rest[length..];
    }
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_json_has_not() {
        let tree = parse(r#"{"a": NaN, "b": [-Infinity, Infinity], "c": "NaN \" NaN"}"#);
        let text = r#"{"a":"NaN","b":["-Infinity","Infinity"],"c":"NaN \" NaN"}"#;
        assert_eq!(tree.map(|t| t.compact()), Ok(text.to_owned()));
        assert_eq!(parse("[1, x]"), json::parse("[1, x]"));
        assert!(parse("[NaN, x]").is_err() && parse("\"\\").is_err());
    }
}
