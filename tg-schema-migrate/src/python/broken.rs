//! The errors of the parser into one finding for the file: the first of them, the lines of the others, and what the
//! file seems to be instead.

use ruff_python_parser::ParseError;
use tg_schema_model::{Diagnostic, SourceId, Span};

/// Most lines that are told beside the first.
const MAX_LINES: usize = 5;

/// The finding of a text with such errors; `line` gives the line of a byte.
pub(super) fn finding(
    text: &str,
    source: SourceId,
    errors: &[ParseError],
    line: impl Fn(u32) -> usize,
) -> Option<Diagnostic> {
    let first = errors.first()?;
    let at = line(first.location.start().into());
    let mut others: Vec<usize> = errors
        .iter()
        .map(|e| line(e.location.start().into()))
        .collect();
    others.sort_unstable();
    others.dedup();
    others.retain(|other| *other != at);
    let seems = seems(text, at);
    let rest = match others.len() {
        0 => None,
        1 => Some(format!("nor was {}", lines(&others))),
        2..=MAX_LINES => Some(format!("nor were {}", lines(&others))),
        n => {
            let more = n - MAX_LINES;
            Some(format!(
                "nor were {} and {more} more",
                lines(&others[..MAX_LINES])
            ))
        }
    };
    let help: Vec<String> = rest.into_iter().chain(seems.map(str::to_owned)).collect();
    let found = Diagnostic::error(
        Span::new(source, first.location.to_std_range()),
        format!("Python syntax: {}", super::lower(&first.error.to_string())),
        "what stands here was not understood",
    )
    .code("SYNTAX_ERROR");
    Some(match help.is_empty() {
        true => found,
        false => found.help(help.join("; ")),
    })
}

fn lines(all: &[usize]) -> String {
    let numbers: Vec<String> = all.iter().map(usize::to_string).collect();
    match numbers.as_slice() {
        [one] => format!("line {one}"),
        all => format!("lines {}", all.join(", ")),
    }
}

/// What a file that is not Python may be, by its head and the line of its first error.
fn seems(text: &str, line: usize) -> Option<&'static str> {
    let head = text.lines().next().unwrap_or_default();
    let wrong = text.lines().nth(line.saturating_sub(1)).unwrap_or_default();
    let wrong = wrong.trim_start();
    let word = wrong.split_whitespace().next().unwrap_or_default();
    if head.starts_with("#!") && !head.contains("python") && !head.contains("pypy") {
        return Some("it is a script of another language: leave it out");
    }
    if ["<<<<<<<", "=======", ">>>>>>>"].contains(&word) {
        return Some("a merge was not finished: settle the conflict");
    }
    if wrong.contains("{{") || wrong.contains("{%") {
        return Some("it seems to be a template: migrate what is made of it");
    }
    if wrong.starts_with('%') || wrong.starts_with('!') {
        return Some(
            "it seems to come from a notebook: take the lines that begin with `%` and `!` out",
        );
    }
    let two = match word {
        "print" | "exec" => true,
        "raise" => wrong.contains(','),
        _ => wrong.contains("<>") || wrong.contains('`'),
    };
    two.then_some("it seems to be Python 2: convert it first, for instance by `2to3 -w`")
}
