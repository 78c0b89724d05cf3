//! Texts of unknown origin, made fit to be shown: on one line, in HTML, in Markdown.

/// What pages of ours share: colors, type, tables, filters, and that nothing scrolls sideways on a phone.
pub const PAGE_STYLE: &str = include_str!("shown/page.css");

/// A text on one line. Line ends, control characters and what turns the direction of text are written as
/// their code points.
pub fn one_line(text: &str) -> String {
    // Most texts are plain.
    if text.bytes().all(|b| (b' '..=b'~').contains(&b)) {
        return text.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if is_hidden(c) => out.push_str(&format!("\\u{{{:x}}}", c as u32)),
            c => out.push(c),
        }
    }
    out
}

/// Characters that are not seen, or change how others are.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
                | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e007f}'
        )
}

/// Text on one line in which nothing is markup of HTML or XML, also inside of an attribute.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let line = one_line(text);
    let mut rest = &*line;
    while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
        let (before, special) = rest.split_at(at);
        out.push_str(before);
        out.push_str(match special.as_bytes().first() {
            Some(b'&') => "&amp;",
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'"') => "&quot;",
            _ => "&#39;",
        });
        rest = special.get(1..).unwrap_or("");
    }
    out.push_str(rest);
    out
}

/// Text on one line in which nothing is markup of GitHub's Markdown, also in the cell of a table.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let text = one_line(text);
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '$' => {
                out.push('\\');
                out.push(c);
            }
            // What looks like an address becomes a link by itself.
            ':' if text[at..].starts_with("://") => out.push_str("&#58;"),
            c => out.push(c),
        }
    }
    out
}

/// A code span of Markdown. Its fence is longer than any run of backticks inside.
pub fn markdown_code(text: &str) -> String {
    let text = one_line(text);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if longest > 0 || text.trim() != text || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A code span of Markdown in the cell of a table, which a bar would end.
pub fn markdown_code_cell(text: &str) -> String {
    markdown_code(&text.replace('|', "\\|"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_seen_is_shown() {
        assert_eq!(
            one_line("a\u{1b}[2J\u{202e}b\r\n\tc"),
            "a\\u{1b}[2J\\u{202e}b\\r\\n\\tc"
        );
    }

    #[test]
    fn nothing_is_markup() {
        assert_eq!(
            html("<a href='x'>\"&\"</a>\n"),
            "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&quot;&lt;/a&gt;\\n"
        );
        assert_eq!(
            markdown("<b> *a* [x](http://y) | `c`"),
            "&lt;b&gt; \\*a\\* \\[x\\](http&#58;//y) \\| \\`c\\`"
        );
        assert_eq!(markdown_code("a|b"), "`a|b`");
        assert_eq!(markdown_code_cell("a|b"), "`a\\|b`");
        assert_eq!(markdown_code("``x`"), "``` ``x` ```");
        assert_eq!(markdown_code("a\nb"), "`a\\nb`");
    }
}
