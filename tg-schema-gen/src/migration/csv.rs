//! The rows as CSV (RFC 4180): a header, CRLF at line ends, quotes where they are needed.
//!
//! A spreadsheet takes a cell that begins with `=`, `+`, `-` or `@` (also after blank space) for a formula.
//! Such a cell gets an apostrophe in front, which spreadsheets hide. Who wants the exact text reads JSON. The
//! counts are not in here, because every line is a row; they can be made of `kind` and `verdict`.

use super::Table;
use super::row::COLUMNS;

const LINE_END: &str = "\r\n";

pub(super) fn render(table: &Table) -> String {
    let mut out = header();
    out.push_str(LINE_END);
    for row in &table.rows {
        let cells = COLUMNS
            .iter()
            .map(|column| quoted(&safe((column.cell)(row))));
        let cells: Vec<String> = cells.collect();
        out.push_str(&cells.join(","));
        out.push_str(LINE_END);
    }
    out
}

/// The first line.
pub(super) fn header() -> String {
    let keys: Vec<&str> = COLUMNS.iter().map(|column| column.key).collect();
    keys.join(",")
}

/// A cell that no spreadsheet takes for a formula.
fn safe(cell: &str) -> String {
    let begins = |c: char| matches!(c, '=' | '+' | '-' | '@' | '＝' | '＋' | '－' | '＠');
    let blank = |c: char| c.is_whitespace() || c.is_control();
    let formula =
        cell.trim_start_matches(blank).starts_with(begins) || cell.starts_with(['\t', '\r', '\n']);
    match formula {
        true => format!("'{cell}"),
        false => cell.to_owned(),
    }
}

fn quoted(cell: &str) -> String {
    match cell.contains(['"', ',', '\r', '\n']) || cell.trim() != cell {
        true => format!("\"{}\"", cell.replace('"', "\"\"")),
        false => cell.to_owned(),
    }
}

/// The cells of every line, the header included. Nothing is refused: what is no CSV has lines of one cell.
pub(super) fn parse(text: &str) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let (mut line, mut cell) = (Vec::new(), String::new());
    let mut chars = text.chars().peekable();
    let mut inside = false;
    while let Some(c) = chars.next() {
        match c {
            '"' if inside && chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            '"' if inside => inside = false,
            '"' if cell.is_empty() => inside = true,
            ',' if !inside => line.push(std::mem::take(&mut cell)),
            '\n' if !inside => {
                let end = cell.strip_suffix('\r').unwrap_or(&cell).to_owned();
                cell.clear();
                line.push(end);
                lines.push(std::mem::take(&mut line));
            }
            c => cell.push(c),
        }
    }
    if !cell.is_empty() || !line.is_empty() {
        line.push(cell);
        lines.push(line);
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        for (cell, written) in [
            ("plain", "plain"),
            ("a,b", "\"a,b\""),
            ("say \"x\"", "\"say \"\"x\"\"\""),
            ("=1+1", "'=1+1"),
            ("-2", "'-2"),
            (" @x", "' @x"),
            ("\t=1", "\"'\t=1\""),
            ("a\r\nb", "\"a\r\nb\""),
            ("＝1", "'＝1"),
        ] {
            let line = quoted(&safe(cell));
            let expected = if written.starts_with("\"'\t") {
                "'\t=1"
            } else {
                written
            };
            assert_eq!(line, expected, "{cell:?}");
            assert_eq!(parse(&format!("{line}\r\n")), [[safe(cell)]]);
        }
    }
}
