//! The three layouts in which a tree is written.

use super::Json;

impl Json {
    /// One line, no white space, UTF-8 with only the escapes that JSON demands.
    pub fn compact(&self) -> String {
        let mut out = String::new();
        Layout {
            step: None,
            ascii: false,
        }
        .value(self, 0, &mut out);
        out
    }
    /// `indent` spaces a level, each item on a line of its own, UTF-8. No line end after the last.
    pub fn pretty(&self, indent: usize) -> String {
        let mut out = String::new();
        Layout {
            step: Some(indent),
            ascii: false,
        }
        .value(self, 0, &mut out);
        out
    }
    /// Byte for byte what Python's `json.dumps(value, indent=True)` writes: one space a level,
    /// everything outside printable ASCII as `\uXXXX`.
    pub fn python(&self) -> String {
        let mut out = String::new();
        Layout {
            step: Some(1),
            ascii: true,
        }
        .value(self, 0, &mut out);
        out
    }
}

/// A string as a JSON literal with the escapes of [`Json::compact`].
pub(super) fn string(text: &str, ascii: bool, out: &mut String) {
    out.push('"');
    let mut rest = 0;
    for (at, c) in text.char_indices() {
        let plain = match c {
            '"' | '\\' => false,
            ' '..='~' => true,
            '\0'..='\x1f' => false,
            _ => !ascii,
        };
        if plain {
            continue;
        }
        out.push_str(text.get(rest..at).unwrap_or_default());
        rest = at + c.len_utf8();
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\x08' => out.push_str("\\b"),
            '\x0c' => out.push_str("\\f"),
            _ => {
                let mut units = [0u16; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push_str(text.get(rest..).unwrap_or_default());
    out.push('"');
}

struct Layout {
    /// Spaces a level; `None`: everything on one line.
    step: Option<usize>,
    ascii: bool,
}

impl Layout {
    fn value(&self, json: &Json, level: usize, out: &mut String) {
        match json {
            Json::Null => out.push_str("null"),
            Json::Bool(true) => out.push_str("true"),
            Json::Bool(false) => out.push_str("false"),
            Json::Number(text) => out.push_str(text),
            Json::String(text) => string(text, self.ascii, out),
            Json::Array(items) if items.is_empty() => out.push_str("[]"),
            Json::Object(entries) if entries.is_empty() => out.push_str("{}"),
            Json::Array(items) => {
                out.push('[');
                for (i, item) in items.iter().enumerate() {
                    self.next(i, level + 1, out);
                    self.value(item, level + 1, out);
                }
                self.line(level, out);
                out.push(']');
            }
            Json::Object(entries) => {
                out.push('{');
                for (i, (key, item)) in entries.iter().enumerate() {
                    self.next(i, level + 1, out);
                    string(key, self.ascii, out);
                    out.push_str(if self.step.is_some() { ": " } else { ":" });
                    self.value(item, level + 1, out);
                }
                self.line(level, out);
                out.push('}');
            }
        }
    }
    fn next(&self, i: usize, level: usize, out: &mut String) {
        if i > 0 {
            out.push(',');
        }
        self.line(level, out);
    }
    fn line(&self, level: usize, out: &mut String) {
        if let Some(step) = self.step {
            out.push('\n');
            out.extend(std::iter::repeat_n(' ', step * level));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Json {
        Json::object([
            (
                "a",
                Json::Array(vec![
                    Json::int(1),
                    Json::Array(vec![]),
                    Json::Object(vec![]),
                ]),
            ),
            ("ñ", Json::str("\"\\\n\u{1}\u{7f}é😀")),
        ])
    }

    #[test]
    fn compact() {
        assert_eq!(
            sample().compact(),
            "{\"a\":[1,[],{}],\"ñ\":\"\\\"\\\\\\n\\u0001\u{7f}é😀\"}"
        );
    }

    #[test]
    fn pretty() {
        assert_eq!(
            sample().pretty(2),
            "{\n  \"a\": [\n    1,\n    [],\n    {}\n  ],\n  \"ñ\": \"\\\"\\\\\\n\\u0001\u{7f}é😀\"\n}"
        );
    }

    #[test]
    fn python() {
        assert_eq!(
            sample().python(),
            "{\n \"a\": [\n  1,\n  [],\n  {}\n ],\n \"\\u00f1\": \"\\\"\\\\\\n\\u0001\\u007f\\u00e9\\ud83d\\ude00\"\n}"
        );
        assert_eq!(Json::Array(vec![]).python(), "[]");
        assert_eq!(Json::str("\u{8}\u{c}\r\t").python(), "\"\\b\\f\\r\\t\"");
    }
}
