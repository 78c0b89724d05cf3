//! Schema text into JSON as Jackson reads it: comments are blanks, the last of two equal keys holds.

use tg_schema_model::Json;
use tg_schema_model::avro::MAX_TEXT_BYTES;
use tg_schema_model::json::{JsonError, Node, NodeKind, parse_deep, parse_spanned_deep};

use super::Refusal;

/// Arrays and objects inside each other that Jackson reads.
pub const MAX_JSON_DEPTH: usize = 1000;

/// The tree of a text.
pub(super) fn read(text: &str) -> Result<Json, Refusal> {
    if text.len() > MAX_TEXT_BYTES {
        return Err(Refusal::new(format!(
            "the text has {} bytes; at most {MAX_TEXT_BYTES} are read",
            text.len()
        )));
    }
    // Most texts have neither comments nor a key twice.
    if let Ok(json) = parse_deep(text, MAX_JSON_DEPTH) {
        return Ok(json);
    }
    match parsed(text) {
        Ok(node) => Ok(tree(node)),
        Err(e) => Err(Refusal::new(format!("the text is not JSON: {e}"))),
    }
}

/// The tree of a text with the places of its parts; none where it is no JSON.
pub(crate) fn spanned(text: &str) -> Option<Node> {
    parsed(text).ok()
}

fn parsed(text: &str) -> Result<Node, JsonError> {
    let blank = without_comments(text);
    parse_spanned_deep(blank.as_deref().unwrap_or(text), MAX_JSON_DEPTH)
}

fn tree(node: Node) -> Json {
    match node.kind {
        NodeKind::Null => Json::Null,
        NodeKind::Bool(b) => Json::Bool(b),
        NodeKind::Number(n) => Json::Number(n),
        NodeKind::String(s) => Json::String(s),
        NodeKind::Array(items) => Json::Array(items.into_iter().map(tree).collect()),
        NodeKind::Object(entries) => {
            let entries = entries.into_iter().map(|(key, v)| (key.name, tree(v)));
            Json::Object(last_of_each(entries.collect()))
        }
    }
}

/// Each key once, in the order of first occurrences, with its last value.
fn last_of_each(entries: Vec<(String, Json)>) -> Vec<(String, Json)> {
    let mut sorted: Vec<&str> = entries.iter().map(|(key, _)| key.as_str()).collect();
    sorted.sort_unstable();
    if sorted
        .iter()
        .zip(sorted.iter().skip(1))
        .all(|(a, b)| a != b)
    {
        return entries;
    }
    let mut at = std::collections::HashMap::new();
    let mut kept: Vec<(String, Json)> = Vec::new();
    for (key, value) in entries {
        match at.get(&key) {
            Some(&index) => {
                if let Some(slot) = kept.get_mut::<usize>(index) {
                    slot.1 = value;
                }
            }
            None => {
                at.insert(key.clone(), kept.len());
                kept.push((key, value));
            }
        }
    }
    kept
}

/// The text with as many blanks for comments inside its value, if it has any. What follows the value is left:
/// there, Java takes a comment for a second value.
fn without_comments(text: &str) -> Option<String> {
    if !text.contains("//") && !text.contains("/*") {
        return None;
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    let (mut depth, mut started) = (0_usize, false);
    while let Some(c) = rest.next() {
        match c {
            '"' => {
                started = true;
                out.push(c);
                quoted(&mut rest, &mut out);
            }
            '/' if (depth > 0 || !started) && rest.peek() == Some(&'/') => {
                blank(c, &mut out);
                while let Some(c) = rest.next_if(|&c| c != '\n') {
                    blank(c, &mut out);
                }
            }
            '/' if (depth > 0 || !started) && rest.peek() == Some(&'*') => {
                blank(c, &mut out);
                out.extend(rest.next().map(|_| ' '));
                let mut star = false;
                loop {
                    let c = rest.next()?;
                    blank(c, &mut out);
                    if star && c == '/' {
                        break;
                    }
                    star = c == '*';
                }
            }
            _ => {
                match c {
                    '[' | '{' => depth += 1,
                    ']' | '}' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                started |= !c.is_whitespace();
                out.push(c);
            }
        }
    }
    Some(out)
}

/// Blanks for a character, as long as it is.
fn blank(c: char, out: &mut String) {
    match c {
        '\n' => out.push(c),
        c => out.extend(std::iter::repeat_n(' ', c.len_utf8())),
    }
}

/// The rest of a string.
fn quoted(rest: &mut std::iter::Peekable<std::str::Chars<'_>>, out: &mut String) {
    while let Some(c) = rest.next() {
        out.push(c);
        match c {
            '"' => return,
            '\\' => out.extend(rest.next()),
            _ => {}
        }
    }
}

/// Whether Jackson reads this number as a floating-point one.
pub(super) fn is_float(number: &str) -> bool {
    number.bytes().any(|b| !matches!(b, b'0'..=b'9' | b'-'))
}

/// Whether two values are equal to Jackson: `1` is not `1.0`, objects have no order.
pub(crate) fn same(a: &Json, b: &Json) -> bool {
    match (a, b) {
        (Json::Number(a), Json::Number(b)) if is_float(a) && is_float(b) => {
            match (a.parse::<f64>(), b.parse::<f64>()) {
                (Ok(a), Ok(b)) => a.total_cmp(&b).is_eq() || a.is_nan() && b.is_nan(),
                _ => a == b,
            }
        }
        (Json::Number(a), Json::Number(b)) => a == b || (zero(a) && zero(b)),
        (Json::Array(a), Json::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Json::Object(a), Json::Object(b)) => {
            a.len() == b.len() && {
                let mut a: Vec<_> = a.iter().collect();
                let mut b: Vec<_> = b.iter().collect();
                a.sort_by(|x, y| x.0.cmp(&y.0));
                b.sort_by(|x, y| x.0.cmp(&y.0));
                a.iter()
                    .zip(&b)
                    .all(|(x, y)| x.0 == y.0 && same(&x.1, &y.1))
            }
        }
        (a, b) => a == b,
    }
}

fn zero(number: &str) -> bool {
    matches!(number, "0" | "-0")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_repeated_keys() {
        let text = "/* a */ {\"a\": \"//x\", // b\n \"a\": [1, /* ] */ 2], \"b\": \"\\\"/*\"}";
        let json = read(text).unwrap();
        assert_eq!(json.compact(), r#"{"a":[1,2],"b":"\"/*"}"#);
        let blank = without_comments("[/*ä\n*/1, // ö\n2]").unwrap();
        assert_eq!(blank, "[    \n  1,      \n2]");
        assert!(read("\"int\" // c").is_err());
        assert!(read("{} /* c */").is_err());
        assert!(read("{ /* c }").is_err());
    }

    #[test]
    fn equality_of_values() {
        let same = |a: &str, b: &str| super::same(&read(a).unwrap(), &read(b).unwrap());
        assert!(same("1.0", "1e0"));
        assert!(same("-0", "0"));
        assert!(!same("1", "1.0"));
        assert!(!same("-0.0", "0.0"));
        assert!(same(r#"{"a":1,"b":[2]}"#, r#"{"b":[2],"a":1}"#));
        assert!(!same(r#"{"a":1}"#, r#"{"a":2}"#));
    }
}
