//! JSON text as an ordered tree, byte-stable.
//!
//! Reading ([`parse`], [`parse_spanned`]) follows RFC 8259: numbers keep their text, objects their
//! order. Writing knows three layouts: [`Json::compact`], [`Json::pretty`] and [`Json::python`],
//! which is byte for byte what Python's `json.dumps(value, indent=True)` gives.

mod float;
mod parse;
pub mod patch;
mod spanned;
mod write;

pub use float::{number_text, number_text_f32, python_float, python_float_f32};
pub use parse::{JsonError, MAX_DEPTH, parse, parse_deep};
pub use spanned::{Key, Node, NodeKind, parse_spanned, parse_spanned_deep};
pub(crate) use write::{Layout, Sink, Tree, Writer};

/// A JSON value. Numbers keep their text, objects their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object in the order of the text.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// A string.
    pub fn str(text: impl Into<String>) -> Self {
        Json::String(text.into())
    }
    /// A whole number.
    pub fn int(n: impl Into<i128>) -> Self {
        Json::Number(n.into().to_string())
    }
    /// A 64-bit number in its shortest form, see [`number_text`].
    pub fn double(n: f64) -> Self {
        Json::Number(number_text(n))
    }
    /// A 32-bit number in its shortest form.
    pub fn float(n: f32) -> Self {
        Json::Number(number_text_f32(n))
    }
    /// An array of strings.
    pub fn strings<T: Into<String>>(items: impl IntoIterator<Item = T>) -> Self {
        Json::Array(items.into_iter().map(Json::str).collect())
    }
    /// An object with these entries in this order.
    pub fn object<K: Into<String>>(entries: impl IntoIterator<Item = (K, Json)>) -> Self {
        Json::Object(entries.into_iter().map(|(k, v)| (k.into(), v)).collect())
    }
    /// The value under `key`, where this is an object that has it.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.as_object()?
            .iter()
            .find_map(|(k, v)| (k == key).then_some(v))
    }
    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::String(text) => Some(text),
            _ => None,
        }
    }
    /// The text of a number.
    pub fn as_number(&self) -> Option<&str> {
        match self {
            Json::Number(text) => Some(text),
            _ => None,
        }
    }
    /// A number that is written as a whole number and fits.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number()?.parse().ok()
    }
    /// Any number, rounded to the nearest double.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number()?.parse().ok()
    }
    /// A boolean.
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(b) => Some(*b),
            _ => None,
        }
    }
    /// The items of an array.
    pub fn as_array(&self) -> Option<&[Json]> {
        match self {
            Json::Array(items) => Some(items),
            _ => None,
        }
    }
    /// The entries of an object.
    pub fn as_object(&self) -> Option<&[(String, Json)]> {
        match self {
            Json::Object(entries) => Some(entries),
            _ => None,
        }
    }
    /// Whether this is `null`.
    pub fn is_null(&self) -> bool {
        *self == Json::Null
    }
    /// What kind of value this is, for messages: `null`, `a boolean`, …
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Number(_) => "a number",
            Json::String(_) => "a string",
            Json::Array(_) => "an array",
            Json::Object(_) => "an object",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accessors() {
        let j = Json::object([
            ("a", Json::int(3)),
            ("b", Json::strings(["x", "y"])),
            ("c", Json::double(1.5)),
            ("d", Json::Bool(true)),
            ("e", Json::Null),
        ]);
        assert_eq!(j.get("a").and_then(Json::as_i64), Some(3));
        assert_eq!(
            j.get("b").and_then(Json::as_array).map(<[Json]>::len),
            Some(2)
        );
        assert_eq!(j.get("c").and_then(Json::as_f64), Some(1.5));
        assert_eq!(j.get("c").and_then(Json::as_i64), None);
        assert_eq!(j.get("d").and_then(Json::as_bool), Some(true));
        assert!(j.get("e").is_some_and(Json::is_null));
        assert_eq!(j.get("f"), None);
        assert_eq!(j.kind(), "an object");
        assert_eq!(
            Json::int(u64::MAX).as_number(),
            Some("18446744073709551615")
        );
    }
}
