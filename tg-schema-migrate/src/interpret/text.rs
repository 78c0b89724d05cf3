//! Methods of strings.

use std::rc::Rc;

use super::Interpreter;
use super::operator::int;
use super::value::{Arguments, Site, Value};

/// Widest text that is filled up.
const MAX_WIDTH: usize = 1_000;

impl<'a> Interpreter<'a, '_> {
    /// Calls a method of a string. `None`: it is not followed.
    pub(super) fn str_method(
        &mut self,
        text: &Rc<str>,
        name: &str,
        arguments: &Arguments<'a>,
        site: Site,
    ) -> Option<Value<'a>> {
        if name == "format" {
            return self.format_call(text, arguments, site).map(Value::text);
        }
        // Every other method that is known here has other results with names: `maxsplit`, `sep`.
        if name != "encode" && !arguments.keywords.is_empty() {
            return None;
        }
        let given = &arguments.positional;
        let count = |at: usize| usize::try_from(int(given.get(at)?)?).ok();
        let first = given.first().and_then(Value::as_str);
        let second = given.get(1).and_then(Value::as_str);
        let plain = |text: String| Some(Value::text(text));
        let texts = |parts: Vec<&str>| Value::list(parts.into_iter().map(Value::text).collect());
        match (name, given.len()) {
            ("upper", 0) => plain(text.to_uppercase()),
            ("lower", 0) => plain(text.to_lowercase()),
            ("casefold", 0) if text.is_ascii() => plain(text.to_lowercase()),
            ("strip", 0) => plain(text.trim_matches(is_space).to_owned()),
            ("lstrip", 0) => plain(text.trim_start_matches(is_space).to_owned()),
            ("rstrip", 0) => plain(text.trim_end_matches(is_space).to_owned()),
            ("strip", 1) => {
                let set = first?;
                plain(text.trim_matches(|c| set.contains(c)).to_owned())
            }
            ("lstrip", 1) => {
                let set = first?;
                plain(text.trim_start_matches(|c| set.contains(c)).to_owned())
            }
            ("rstrip", 1) => {
                let set = first?;
                plain(text.trim_end_matches(|c| set.contains(c)).to_owned())
            }
            ("title", 0) if text.is_ascii() => plain(titled(text)),
            ("capitalize", 0) if text.is_ascii() => {
                let mut chars = text.chars();
                let first = chars
                    .next()
                    .map(|c| c.to_uppercase().collect::<String>())
                    .unwrap_or_default();
                plain(first + &chars.as_str().to_lowercase())
            }
            ("replace", 2) => self.bounded(text.replace(first?, second?)).map(Value::text),
            ("replace", 3) => {
                let text = text.replacen(first?, second?, count(2)?);
                self.bounded(text).map(Value::text)
            }
            ("removeprefix", 1) => plain(text.strip_prefix(first?).unwrap_or(text).to_owned()),
            ("removesuffix", 1) => plain(text.strip_suffix(first?).unwrap_or(text).to_owned()),
            ("startswith", 1) => Some(Value::Bool(text.starts_with(first?))),
            ("endswith", 1) => Some(Value::Bool(text.ends_with(first?))),
            ("split", 0) => {
                let words = text.split(is_space).filter(|word| !word.is_empty());
                Some(texts(words.collect()))
            }
            ("split", 1) => {
                let separator = first.filter(|s| !s.is_empty())?;
                Some(texts(text.split(separator).collect()))
            }
            ("split", 2) => {
                let separator = first.filter(|s| !s.is_empty())?;
                Some(texts(text.splitn(count(1)? + 1, separator).collect()))
            }
            ("partition", 1) => {
                let separator = first.filter(|s| !s.is_empty())?;
                let parts = match text.split_once(separator) {
                    Some((before, after)) => [before, separator, after],
                    None => [text, "", ""],
                };
                Some(Value::Tuple(parts.into_iter().map(Value::text).collect()))
            }
            ("find", 1) => {
                let at = text.find(first?).map(|at| text[..at].chars().count());
                Some(Value::Int(at.map_or(-1, |at| at as i128)))
            }
            ("ljust" | "rjust" | "zfill", 1) => {
                let width = count(0).filter(|width| *width <= MAX_WIDTH)?;
                let missing = width.saturating_sub(text.chars().count());
                let (sign, digits) = match text.strip_prefix(['-', '+']) {
                    Some(digits) => text.split_at(text.len() - digits.len()),
                    None => ("", &**text),
                };
                plain(match name {
                    "ljust" => format!("{text}{}", " ".repeat(missing)),
                    "rjust" => format!("{}{text}", " ".repeat(missing)),
                    _ => format!("{sign}{}{digits}", "0".repeat(missing)),
                })
            }
            ("join", 1) => {
                let items = self.items(&given[0])?;
                let parts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
                self.bounded(parts?.join(text)).map(Value::text)
            }
            ("encode", _) if is_plain_codec(arguments, text.as_bytes()) => {
                Some(Value::Bytes(text.as_bytes().into()))
            }
            ("isdigit", 0) if text.is_ascii() => Some(Value::Bool(
                !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()),
            )),
            ("isupper", 0) => Some(Value::Bool(
                text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase),
            )),
            ("islower", 0) => Some(Value::Bool(
                text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase),
            )),
            ("count", 1) => Some(Value::Int(
                text.matches(first.filter(|s| !s.is_empty())?).count() as i128,
            )),
            _ => None,
        }
    }
}

/// What Python takes for blank space: also the separators of ASCII.
fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

fn titled(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match (c.is_alphabetic(), inside) {
            (true, false) => out.extend(c.to_uppercase()),
            (true, true) => out.extend(c.to_lowercase()),
            _ => out.push(c),
        }
        inside = c.is_alphabetic();
    }
    out
}

/// Whether text and bytes are the same in the encoding that the arguments of `encode` or `decode` name.
pub(super) fn is_plain_codec(arguments: &Arguments<'_>, bytes: &[u8]) -> bool {
    match arguments.get(0, "encoding") {
        None => true,
        Some(Value::Str(encoding)) => is_plain_encoding(encoding, bytes),
        Some(_) => false,
    }
}

/// Whether text is bytes of UTF-8 in an encoding.
pub(super) fn is_plain_encoding(encoding: &str, bytes: &[u8]) -> bool {
    let name = encoding.to_ascii_lowercase().replace(['_', ' '], "-");
    match name.as_str() {
        "utf-8" | "utf8" | "u8" => true,
        "ascii" | "us-ascii" | "latin-1" | "latin1" | "iso-8859-1" | "cp1252" => bytes.is_ascii(),
        _ => false,
    }
}
