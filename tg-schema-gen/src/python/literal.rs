//! Python literals: text, octets, numbers and documentation, whatever is in them.

use tg_schema_model::json::python_float;

/// Characters that would change how the source reads, or not be seen in it.
fn needs_escape(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

fn escape(c: char, out: &mut String) {
    match (c, u32::from(c)) {
        ('\n', _) => out.push_str("\\n"),
        ('\r', _) => out.push_str("\\r"),
        ('\t', _) => out.push_str("\\t"),
        (_, code @ ..=0xff) => out.push_str(&format!("\\x{code:02x}")),
        (_, code @ ..=0xffff) => out.push_str(&format!("\\u{code:04x}")),
        (_, code) => out.push_str(&format!("\\U{code:08x}")),
    }
}

/// A `str` literal on one line. Quotes are chosen so that few need an escape.
pub(super) fn string(text: &str) -> String {
    let more_double: i32 = text
        .bytes()
        .map(|b| i32::from(b == b'"') - i32::from(b == b'\''))
        .sum();
    let quote = if more_double > 0 { b'\'' } else { b'"' };
    let mut out = String::with_capacity(text.len() + text.len() / 8 + 2);
    out.push(char::from(quote));
    let care = |b: u8| b == quote || b == b'\\' || !matches!(b, b' '..=b'~');
    let mut rest = text;
    // Most of a text is taken as it stands.
    while let Some(at) = rest.bytes().position(care) {
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        let Some(c) = from.chars().next() else { break };
        if c == char::from(quote) || c == '\\' {
            out.push('\\');
            out.push(c);
        } else if needs_escape(c) {
            escape(c, &mut out);
        } else {
            out.push(c);
        }
        rest = &from[c.len_utf8()..];
    }
    out.push_str(rest);
    out.push(char::from(quote));
    out
}

/// A `bytes` literal.
pub(super) fn bytes(data: &[u8]) -> String {
    let mut out = String::from("b\"");
    for &byte in data {
        match byte {
            b'"' | b'\\' => {
                out.push('\\');
                out.push(char::from(byte));
            }
            b' '..=b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

/// A `float` literal; `float_type` is how the scope reaches `float`.
pub(super) fn float(n: f64, float_type: &str) -> String {
    if n.is_finite() {
        return python_float(n);
    }
    let name = if n.is_nan() {
        "nan"
    } else if n > 0.0 {
        "inf"
    } else {
        "-inf"
    };
    format!("{float_type}(\"{name}\")")
}

/// A docstring of these paragraphs, each line behind `indent`, with the line end. Nothing where they
/// say nothing.
pub(super) fn docstring(paragraphs: &[String], indent: &str) -> String {
    let text = paragraphs
        .iter()
        .map(|p| p.trim())
        .filter(|p| !p.is_empty())
        .collect::<Vec<_>>()
        .join("\n\n");
    if text.is_empty() {
        return String::new();
    }
    let mut out = format!("{indent}\"\"\"");
    let mut quotes = 0;
    for (number, line) in text.split('\n').enumerate() {
        let line = line.trim_end();
        if number > 0 {
            out.push('\n');
            quotes = 0;
            if !line.is_empty() {
                out.push_str(indent);
            }
        }
        for c in line.chars() {
            match c {
                '"' if quotes < 2 => {
                    quotes += 1;
                    out.push(c);
                    continue;
                }
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                c if needs_escape(c) => escape(c, &mut out),
                c => out.push(c),
            }
            quotes = 0;
        }
    }
    if quotes > 0 {
        // A quote at the end would belong to the closing three.
        out.pop();
        out.push_str("\\\"");
    }
    if text.contains('\n') {
        out.push_str(&format!("\n{indent}"));
    }
    out.push_str("\"\"\"\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings() {
        assert_eq!(string("plain"), r#""plain""#);
        assert_eq!(string(r#"say "hi""#), r#"'say "hi"'"#);
        assert_eq!(string(r#"it's "x""#), r#"'it\'s "x"'"#);
        assert_eq!(string("it's"), r#""it's""#);
        assert_eq!(
            string("a\\b\n\r\t\0\u{7f}\u{85}"),
            r#""a\\b\n\r\t\x00\x7f\x85""#
        );
        assert_eq!(string("\u{202e}\u{e0001}é☃"), "\"\\u202e\\U000e0001é☃\"");
    }

    #[test]
    fn octets_and_floats() {
        assert_eq!(bytes(b"a\"\\\x00\xff"), r#"b"a\"\\\x00\xff""#);
        assert_eq!(float(20.0, "float"), "20.0");
        assert_eq!(float(-0.0, "float"), "-0.0");
        assert_eq!(float(1e300, "float"), "1e+300");
        assert_eq!(
            float(f64::NEG_INFINITY, "_builtins.float"),
            "_builtins.float(\"-inf\")"
        );
    }

    #[test]
    fn docstrings() {
        let doc = |text: &str| docstring(&[text.to_owned()], "    ");
        assert_eq!(doc(""), "");
        assert_eq!(doc(" \n "), "");
        assert_eq!(doc("One line."), "    \"\"\"One line.\"\"\"\n");
        assert_eq!(doc("a\n\n  b"), "    \"\"\"a\n\n      b\n    \"\"\"\n");
        assert_eq!(doc(r#"end ""#), "    \"\"\"end \\\"\"\"\"\n");
        assert_eq!(doc(r#"a """ b"#), "    \"\"\"a \"\"\\\" b\"\"\"\n");
        assert_eq!(doc(r#"a""""#), "    \"\"\"a\"\"\\\"\"\"\"\n");
        assert_eq!(doc("\\"), "    \"\"\"\\\\\"\"\"\n");
        assert_eq!(doc("a\0b\u{2028}c"), "    \"\"\"a\\x00b\\u2028c\"\"\"\n");
        let both = docstring(&["One.".into(), String::new(), "Two.".into()], "");
        assert_eq!(both, "\"\"\"One.\n\nTwo.\n\"\"\"\n");
    }
}
