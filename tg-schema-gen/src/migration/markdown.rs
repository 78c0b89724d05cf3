//! The table as GitHub's Markdown: the summary, the classes, a table for each module, and one of what was
//! tightened.

use tg_schema_model::Verdict;
use tg_schema_model::shown::{markdown as prose, markdown_code_cell as code};

use super::row::{COLUMNS, Column, Kind, Row, Shape};
use super::{Summary, Table};

pub(super) fn render(table: &Table) -> String {
    let mut out = String::from("# Migration table\n\n");
    summary(&table.summary, &mut out);
    if !table.classes.is_empty() {
        out.push_str("\n## Classes\n\n");
        line(
            &[
                "Place",
                "Class",
                "Fields",
                "SHA-256 of the text to register",
            ],
            &mut out,
        );
        line(&["---", "---", "--:", "---"], &mut out);
        for class in &table.classes {
            let text = match (&class.sha256, &class.reason) {
                (Some(sha256), _) => code(sha256),
                (None, reason) => {
                    format!("none: {}", prose(reason.as_deref().unwrap_or("unknown")))
                }
            };
            let name = code(&class.full_name());
            line(
                &[
                    &code(&class.place()),
                    &name,
                    &class.fields.to_string(),
                    &text,
                ],
                &mut out,
            );
        }
    }
    let main: Vec<&Column> = COLUMNS.iter().filter(|c| !c.tightening).collect();
    let mut rest = table.rows.as_slice();
    while let Some(first) = rest.first() {
        let end = rest.iter().position(|row| row.module != first.module);
        let (module, others) = rest.split_at(end.unwrap_or(rest.len()));
        out.push_str(&format!("\n## {}\n\n", prose(&first.module)));
        rows(&main, module.iter(), &mut out);
        rest = others;
    }
    if table.summary.tightened > 0 {
        out.push_str("\n## Tightened\n\n");
        let named = |c: &&Column| matches!(c.key, "module" | "record" | "name") || c.tightening;
        let columns: Vec<&Column> = COLUMNS.iter().filter(named).collect();
        rows(
            &columns,
            table.rows.iter().filter(|row| row.tightened()),
            &mut out,
        );
    }
    out
}

fn rows<'r>(columns: &[&Column], rows: impl Iterator<Item = &'r Row>, out: &mut String) {
    let titles: Vec<&str> = columns.iter().map(|c| c.title).collect();
    line(&titles, out);
    line(&vec!["---"; columns.len()], out);
    for row in rows {
        let cells: Vec<String> = columns
            .iter()
            .map(|column| match ((column.cell)(row), column.shape) {
                ("", _) => String::new(),
                (cell, Shape::Code) => code(cell),
                (cell, Shape::Word | Shape::Prose) => prose(cell),
            })
            .collect();
        let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
        line(&cells, out);
    }
}

fn line(cells: &[&str], out: &mut String) {
    out.push_str(&format!("| {} |\n", cells.join(" | ")));
}

fn summary(summary: &Summary, out: &mut String) {
    let verdicts = Verdict::ALL.map(Verdict::name);
    line(&[&["Rows"], &verdicts[..], &["all"]].concat(), out);
    line(&["---", "--:", "--:", "--:", "--:", "--:"], out);
    let mut counts = |name: &str, counts: [usize; 4], all: usize| {
        let counts = counts.map(|n| n.to_string());
        let counts: Vec<&str> = counts.iter().map(String::as_str).collect();
        line(
            &[&[name], counts.as_slice(), &[&all.to_string()]].concat(),
            out,
        );
    };
    for kind in Kind::ALL {
        counts(
            kind.name(),
            summary.counts[kind as usize],
            summary.of_kind(kind),
        );
    }
    counts(
        "all",
        Verdict::ALL.map(|v| summary.of_verdict(v)),
        summary.rows,
    );
    for sentence in summary.sentences() {
        out.push_str(&format!("\n{}\n", prose(&sentence)));
    }
}
