//! JSON values as TOML values on one line, as a definition has them.

use tg_schema_model::Json;

/// A value of TOML. `None`: it holds null, which TOML does not have.
pub fn value(json: &Json) -> Option<String> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(value) => value.to_string(),
        Json::Number(text) => number(text),
        Json::String(text) => string(text),
        Json::Array(items) => {
            let items: Option<Vec<String>> = items.iter().map(value).collect();
            format!("[{}]", items?.join(", "))
        }
        Json::Object(entries) if entries.is_empty() => "{}".to_owned(),
        Json::Object(entries) => {
            let entries = entries.iter();
            let entries: Option<Vec<String>> = entries
                .map(|(k, v)| Some(format!("{} = {}", key(k), value(v)?)))
                .collect();
            format!("{{ {} }}", entries?.join(", "))
        }
    })
}

/// JSON's `1e5` and Python's `NaN`: TOML wants a point or an exponent in a float, and its own words.
fn number(text: &str) -> String {
    match text {
        "NaN" => "nan".to_owned(),
        "Infinity" => "inf".to_owned(),
        "-Infinity" => "-inf".to_owned(),
        _ => text.to_owned(),
    }
}

/// A basic string. All that JSON escapes, TOML escapes in the same way; it also wants DEL escaped.
pub fn string(text: &str) -> String {
    Json::str(text).compact().replace('\u{7f}', "\\u007f")
}

/// A key, bare where it can be.
pub fn key(text: &str) -> String {
    let bare = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
    match !text.is_empty() && text.bytes().all(bare) {
        true => text.to_owned(),
        false => string(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tg_schema_model::json;

    #[test]
    fn values_are_read_back_by_another_reader() {
        for text in [
            "true",
            "-12",
            "1.5e3",
            "1e5",
            r#""a\"b\\c\n\u0001 é""#,
            "[]",
            "[[1.0], []]",
            "{}",
            r#"{"a b":{"c":[{"d":""}]},"e":false}"#,
        ] {
            let tree = json::parse(text).expect(text);
            let line = value(&tree).expect(text);
            assert!(!line.contains('\n'));
            let document: ::toml::Table = format!("x = {line}").parse().expect(&line);
            assert_eq!(value(&json::parse(text).expect(text)), Some(line));
            assert!(document.contains_key("x"));
        }
        assert_eq!(value(&Json::Array(vec![Json::Null])), None);
        let strange = "\u{0}\u{7f}\u{1f}\"\\\t";
        let document: ::toml::Table = format!("x = {}", string(strange)).parse().expect("TOML");
        assert_eq!(document["x"].as_str(), Some(strange));
        assert_eq!(key("a.b"), "\"a.b\"");
    }
}
