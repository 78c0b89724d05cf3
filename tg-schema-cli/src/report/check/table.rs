//! The verdicts as a table of aligned columns.

use tg_schema_compat::render::matrix::{self, Mood};
use tg_schema_compat::report::Report;
use tg_schema_model::shown::one_line;

/// Lines of the table; none where there is no record.
pub fn text(report: &Report, color: bool) -> Vec<String> {
    let table = matrix::table(report, false);
    if report.records.is_empty() {
        return Vec::new();
    }
    let name = |record: &Option<String>| match record {
        Some(record) => one_line(record),
        None => "all records".to_owned(),
    };
    let first = table
        .rows
        .iter()
        .map(|row| name(&row.record).chars().count());
    let first = first.max().unwrap_or(0);
    let widths: Vec<usize> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, title)| {
            let cells = table.rows.iter().filter_map(|row| row.cells.get(at));
            let longest = cells.map(|cell| cell.word.len()).max().unwrap_or(0);
            longest.max(title.len())
        })
        .collect();
    let mut head = " ".repeat(first);
    for (title, width) in table.columns.iter().zip(&widths) {
        head.push_str(&format!("  {title:width$}"));
    }
    let mut lines = vec![head.trim_end().to_owned()];
    for row in &table.rows {
        let name = name(&row.record);
        let mut line = format!("{name}{}", " ".repeat(first - name.chars().count()));
        for (cell, &width) in row.cells.iter().zip(&widths) {
            let paint = match cell.mood {
                Mood::Good => "\u{1b}[32m",
                Mood::Fair => "\u{1b}[33m",
                Mood::Bad => "\u{1b}[31m",
                Mood::None => "",
            };
            let word = cell.word;
            let pad = " ".repeat(width - word.len());
            match (color, paint) {
                (true, paint) if !paint.is_empty() => {
                    line.push_str(&format!("  {paint}{word}\u{1b}[0m{pad}"));
                }
                _ => line.push_str(&format!("  {word}{pad}")),
            }
        }
        lines.push(line.trim_end().to_owned());
    }
    lines
}
