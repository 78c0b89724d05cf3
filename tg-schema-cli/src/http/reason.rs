//! The body of a refusal into one short line: what the server says of it.

use std::io::Read as _;

use tg_schema_model::{Json, json};

use super::Response;

/// Bytes of a body that are looked at.
const MAX_BYTES: u64 = 16 * 1024;
/// Characters that are told.
const MAX_CHARS: usize = 300;
/// Where servers put it, by what is met first: registries, Pulsar, RFC 9457, others.
const KEYS: [&str; 6] = [
    "message",
    "reason",
    "detail",
    "title",
    "error_description",
    "error",
];

/// What a server says; empty where it says nothing for people.
pub(super) fn of(response: &mut Response) -> String {
    let mut body = Vec::new();
    let reader = response.body_mut().as_reader();
    // What was read until something broke counts too.
    let _ = reader.take(MAX_BYTES).read_to_end(&mut body);
    from(&String::from_utf8_lossy(&body))
}

fn from(body: &str) -> String {
    let tree = json::parse(body).ok();
    let text = match &tree {
        Some(tree @ Json::Object(_)) => {
            let mut texts = KEYS.iter().filter_map(|key| tree.get(key)?.as_str());
            texts.find(|text| !text.trim().is_empty()).unwrap_or("")
        }
        Some(Json::String(text)) => text,
        Some(_) => "",
        // A page is for browsers.
        None if body.trim_start().starts_with('<') => "",
        None => body,
    };
    line(text)
}

/// A text as one line without characters that steer a terminal, cut where it is long.
fn line(text: &str) -> String {
    let steers = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
    };
    let plain: String = text
        .chars()
        .map(|c| if steers(c) { ' ' } else { c })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    let whole = words.join(" ");
    match whole.char_indices().nth(MAX_CHARS) {
        Some((at, _)) => format!("{}…", whole.get(..at).unwrap_or_default()),
        None => whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_servers_say() {
        for (body, expected) in [
            (
                r#"{"error_code":50001,"message":"Error in the backend"}"#,
                "Error in the backend",
            ),
            (r#"{"reason":"HTTP 500"}"#, "HTTP 500"),
            (r#"{"message":" ","detail":"no leader"}"#, "no leader"),
            (r#""text""#, "text"),
            ("[1]", ""),
            ("{}", ""),
            ("<html>\nno</html>", ""),
            ("out of\r\n  memory\n", "out of memory"),
            ("\u{1b}[31mred\u{202e}", "[31mred"),
            ("", ""),
        ] {
            assert_eq!(from(body), expected, "{body}");
        }
        assert_eq!(from(&"x".repeat(5_000)).chars().count(), MAX_CHARS + 1);
    }
}
