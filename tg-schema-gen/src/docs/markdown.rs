//! Texts of definitions as Markdown that says the same and does nothing else.

/// A text as one paragraph or several.
pub(super) fn paragraphs(text: &str, out: &mut String) {
    let mut blank = false;
    for (at, line) in text.trim().lines().enumerate() {
        let line = line.trim();
        if at > 0 && !(blank && line.is_empty()) {
            out.push('\n');
        }
        blank = line.is_empty();
        begin(line, out);
    }
    out.push('\n');
}

/// A text as the content of one cell of a table.
pub(super) fn cell(text: &str, out: &mut String) {
    let mut blank = false;
    for (at, line) in text.trim().lines().enumerate() {
        let line = line.trim();
        if line.is_empty() {
            blank = true;
            continue;
        }
        if at > 0 {
            out.push_str(if blank { "<br>" } else { " " });
        }
        blank = false;
        inline(line, out);
    }
}

/// The first line of a text, as the content of a cell.
pub(super) fn summary(text: Option<&str>, out: &mut String) {
    if let Some(line) = text.and_then(|text| text.trim().lines().next()) {
        cell(line, out);
    }
}

/// A line of a paragraph, whose first characters must not make it a heading, a list or a rule.
fn begin(line: &str, out: &mut String) {
    let digits = line.len() - line.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, rest) = line.split_at(digits);
    out.push_str(number);
    let special: &[char] = if digits > 0 {
        &['.', ')']
    } else {
        &['#', '-', '+', '=', ':']
    };
    if rest.starts_with(special) {
        out.push('\\');
        out.push_str(&rest[..1]);
        inline(&rest[1..], out);
    } else {
        inline(rest, out);
    }
}

/// Text within a line.
fn inline(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some(at) = rest.find(is_special) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some(length) = code_span(from) {
            out.push_str(&from[..length]);
            rest = &from[length..];
            continue;
        }
        let mut chars = from.chars();
        match chars.next() {
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('&') => out.push_str("&amp;"),
            // In a cell, a backslash before it would still be one in some renderers.
            Some('|') => out.push_str("&#124;"),
            Some('`') => {
                // A run of them is no span, however it ends.
                let run = from.len() - from.trim_start_matches('`').len();
                (0..run).for_each(|_| out.push_str("\\`"));
                rest = &from[run..];
                continue;
            }
            Some(c) if c.is_control() => out.push(' '),
            Some(c) => out.extend(['\\', c]),
            None => {}
        }
        rest = chars.as_str();
    }
    out.push_str(rest);
}

fn is_special(c: char) -> bool {
    matches!(
        c,
        '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '$'
    ) || c.is_control()
}

/// Bytes of the code span that a text begins with: in single backticks, and harmless in a cell.
fn code_span(text: &str) -> Option<usize> {
    let body = text.strip_prefix('`')?;
    let (code, behind) = body.split_once('`')?;
    let harmless = !code.contains(|c: char| c == '|' || c == '\\' || c.is_control());
    let plain = harmless && !code.trim().is_empty() && !behind.starts_with('`');
    plain.then_some(code.len() + 2)
}

/// Anything as code, in a cell too.
pub(super) fn code(text: &str, out: &mut String) {
    let plain = |c: char| c != '`' && c != '|' && c != '\\' && !c.is_control();
    if !text.trim().is_empty() && text.chars().all(plain) {
        out.push('`');
        out.push_str(text);
        out.push('`');
        return;
    }
    out.push_str("<code>");
    for c in text.chars() {
        if c.is_ascii_punctuation() || c.is_control() {
            out.push_str(&format!("&#{};", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out.push_str("</code>");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(write: fn(&str, &mut String), text: &str) -> String {
        let mut out = String::new();
        write(text, &mut out);
        out
    }

    #[test]
    fn words_stay_words() {
        for (text, expected) in [
            ("Plain, with `code`.", "Plain, with `code`."),
            ("<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;"),
            ("a|b `a|b`", "a&#124;b \\`a&#124;b\\`"),
            (
                "[x](http://y) *z* _z_ ~z~",
                "\\[x\\](http://y) \\*z\\* \\_z\\_ \\~z\\~",
            ),
            ("``` x ```", "\\`\\`\\` x \\`\\`\\`"),
            ("`` ` `` `", "\\`\\` \\` \\`\\` \\`"),
            ("\\`x`", "\\\\`x`"),
            ("`a\\` b", "\\`a\\\\\\` b"),
            ("one\ntwo\n\n three\n", "one two<br>three"),
            ("a\u{0}b\u{7f}", "a b "),
        ] {
            assert_eq!(made(cell, text), expected, "{text}");
        }
    }

    #[test]
    fn no_line_begins_a_block() {
        for (text, expected) in [
            ("# a", "\\# a\n"),
            ("- a\n+ b\n===", "\\- a\n\\+ b\n\\===\n"),
            ("1. a\n2) b\n3 c", "1\\. a\n2\\) b\n3 c\n"),
            ("    a\n\tb", "a\nb\n"),
            ("a\n\n\n\nb", "a\n\nb\n"),
            ("> a\n| b", "&gt; a\n&#124; b\n"),
        ] {
            assert_eq!(made(paragraphs, text), expected, "{text}");
        }
    }

    #[test]
    fn code_is_code() {
        for (text, expected) in [
            ("{\"a\":1}", "`{\"a\":1}`"),
            ("a|`<b>", "<code>a&#124;&#96;&#60;b&#62;</code>"),
            ("", "<code></code>"),
        ] {
            assert_eq!(made(code, text), expected, "{text}");
        }
    }
}
