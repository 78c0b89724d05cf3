//! One problem as text for a person and as JSON for a program, with the same facts.

pub mod check;
pub mod sarif;

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};
use tg_schema_model::{Diagnostic, Json, Severity, Sources};

/// The problem with its source line, the span underlined.
pub fn text(sources: &Sources, d: &Diagnostic, color: bool) -> String {
    let level = match d.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut title = level.primary_title(printable(&d.message));
    if let Some(code) = d.code {
        title = title.id(code);
    }
    let mut group = Group::with_title(title);
    let source = sources.get(d.span.source);
    let name = source.map(|s| printable(&s.name));
    if let (Some(source), Some(name)) = (source, &name) {
        let (lines, range) = around(&source.text, d.span.range());
        let first = sources.position(d.span).map_or(1, |place| place.line);
        let span = AnnotationKind::Primary.span(range);
        let span = if d.label.is_empty() {
            span
        } else {
            span.label(printable(&d.label))
        };
        group = group.element(
            Snippet::source(lines)
                .line_start(first)
                .path(name.as_str())
                .annotation(span),
        );
    } else if !d.label.is_empty() {
        group = group.element(Level::NOTE.message(printable(&d.label)));
    }
    if let Some(help) = &d.help {
        group = group.element(Level::HELP.message(printable(help)));
    }
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.render(&[group]).trim_end().to_owned()
}

/// The problem as an object.
pub fn json(sources: &Sources, d: &Diagnostic) -> Json {
    let severity = match d.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    };
    Json::object([
        ("severity", Json::str(severity)),
        ("code", d.code.map_or(Json::Null, Json::str)),
        ("message", Json::str(&d.message)),
        (
            "label",
            text_or_null((!d.label.is_empty()).then_some(&d.label)),
        ),
        ("help", text_or_null(d.help.as_ref())),
        ("span", span(sources, d).unwrap_or(Json::Null)),
    ])
}

fn text_or_null(text: Option<&String>) -> Json {
    text.map_or(Json::Null, Json::str)
}

fn span(sources: &Sources, d: &Diagnostic) -> Option<Json> {
    let source = sources.get(d.span.source)?;
    let range = inside(&source.text, d.span.range());
    let start = sources.position(d.span)?;
    let mut behind = d.span;
    behind.start = behind.end;
    let end = sources.position(behind)?;
    let number = |n: usize| Json::Number(n.to_string());
    Some(Json::object([
        ("file", Json::str(&source.name)),
        ("line", number(start.line)),
        ("column", number(start.column)),
        ("end_line", number(end.line)),
        ("end_column", number(end.column)),
        ("start", number(source.in_file(range.start))),
        ("end", number(source.in_file(range.end))),
    ]))
}

/// The lines that a range lies in, and the range within them: a report of many
/// problems does not go through a long text for each.
fn around(text: &str, range: Range<usize>) -> (&str, Range<usize>) {
    let range = inside(text, range);
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    // A range that ends with a line break is told with the line behind it.
    let end = text[range.end..]
        .find('\n')
        .map_or(text.len(), |at| range.end + at + 1);
    (&text[start..end], range.start - start..range.end - start)
}

/// The same, of a long text as much as [`part`] tells apart: lines without an end may be told of often.
fn near(text: &str, range: Range<usize>) -> (&str, Range<usize>) {
    let range = inside(text, range);
    if text[range.clone()].contains('\n') {
        return around(text, range);
    }
    let start = text.floor_char_boundary(range.start.saturating_sub(MAX_LINE + 1));
    let end = text.ceil_char_boundary((range.end + MAX_LINE + 1).min(text.len()));
    around(&text[start..end], range.start - start..range.end - start)
}

/// Bytes of a line that is shown whole.
const MAX_LINE: usize = 4_096;
/// Bytes that are shown before and behind a range in a longer line.
const MAX_SIDE: usize = 200;

/// What is shown of lines in which a range lies, the range within that, and whether it is a part alone: a whole
/// schema may stand in one line, and be shown for each of many findings.
fn part(lines: &str, range: Range<usize>) -> (&str, Range<usize>, bool) {
    if lines.len() <= MAX_LINE || lines[..range.end].contains('\n') {
        return (lines, range, false);
    }
    let start = lines.floor_char_boundary(range.start.saturating_sub(MAX_SIDE));
    let end = lines.ceil_char_boundary((range.end + MAX_SIDE).min(lines.len()));
    (
        &lines[start..end],
        range.start - start..range.end - start,
        true,
    )
}

/// The range within the text and on the borders of characters.
fn inside(text: &str, range: Range<usize>) -> Range<usize> {
    let start = text.floor_char_boundary(range.start);
    start
        ..text
            .ceil_char_boundary(range.end.max(start))
            .min(text.len())
}

/// Without characters that could steer a terminal, which names of files may hold. Line breaks stay.
pub fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\n' && c != '\t'
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use tg_schema_model::Span;

    fn sample(start: usize, end: usize) -> (Sources, Diagnostic) {
        let mut sources = Sources::default();
        let id = sources.add("schemas/a.toml", "[record.A.fields]\nname = \"str\"\n");
        let d = Diagnostic::error(
            Span::new(id, start..end),
            "unknown type `str`",
            "not a type",
        )
        .help("write `string`");
        (sources, d)
    }

    #[test]
    fn text_has_the_place_the_line_and_the_help() {
        let (sources, d) = sample(26, 29);
        let text = text(&sources, &d, false);
        assert_eq!(
            text,
            "error: unknown type `str`\n --> schemas/a.toml:2:9\n  |\n2 | name = \"str\"\n  |         ^^^ not a type\n  |\n  = help: write `string`"
        );
    }

    #[test]
    fn json_has_the_same_facts() {
        let (sources, d) = sample(26, 29);
        let json = json(&sources, &d);
        assert_eq!(json.get("severity").and_then(Json::as_str), Some("error"));
        assert_eq!(
            json.get("help").and_then(Json::as_str),
            Some("write `string`")
        );
        let span = json.get("span").unwrap();
        for (key, value) in [
            ("line", 2),
            ("column", 9),
            ("end_line", 2),
            ("end_column", 12),
            ("start", 26),
            ("end", 29),
        ] {
            assert_eq!(span.get(key).and_then(Json::as_i64), Some(value), "{key}");
        }
    }

    #[test]
    fn spans_that_lie_outside_or_inside_a_character_do_not_panic() {
        let mut sources = Sources::default();
        let id = sources.add("ä.toml", "ä = 'ö'\r\n\u{1b}[31m");
        for (start, end) in [
            (0, 1),
            (1, 2),
            (5, 7),
            (7, 6),
            (9, 900),
            (900, 9000),
            (usize::MAX, 0),
        ] {
            let d = Diagnostic::warning(Span::new(id, start..end), "m", "l");
            assert!(text(&sources, &d, true).contains('m'), "{start}..{end}");
            assert!(json(&sources, &d).get("span").is_some());
        }
        let d = Diagnostic::error(Span::NONE, "m", "l").help("h");
        assert_eq!(
            text(&sources, &d, false),
            "error: m\n |\n = note: l\n = help: h"
        );
        assert_eq!(json(&sources, &d).get("span"), Some(&Json::Null));
    }

    #[test]
    fn names_cannot_steer_a_terminal() {
        assert_eq!(
            printable("a\u{1b}[2J\u{202e}b\tc\nd"),
            "a\\u{1b}[2J\\u{202e}b\tc\nd"
        );
    }

    #[test]
    fn of_a_long_line_the_part_around_a_range_is_shown() {
        let line = format!("{}here{}", "ü".repeat(50_000), "b".repeat(50_000));
        let at = 100_000..100_004;
        for find in [around, near] {
            let (lines, range) = find(&line, at.clone());
            let (shown, within, is_part) = part(lines, range);
            assert_eq!((&shown[within], is_part), ("here", true));
            assert_eq!(shown.len(), MAX_SIDE * 2 + 4);
        }
        let (lines, _) = near(&line, at);
        assert!(lines.len() < 3 * MAX_LINE);
        let lines = format!("x\n{}\na here b\n{line}", "c".repeat(MAX_LINE));
        for (start, end) in [(3, 5), (4_100, 4_104), (4_101, 4_110), (4_098, 4_101)] {
            assert_eq!(
                near(&lines, start..end),
                around(&lines, start..end),
                "{start}"
            );
        }
        let (shown, within, is_part) = part("a here b\n", 2..6);
        assert_eq!(
            (shown, &shown[within], is_part),
            ("a here b\n", "here", false)
        );
    }
}
