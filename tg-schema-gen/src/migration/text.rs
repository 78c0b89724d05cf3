//! The table as plain text: the summary, the classes, then one block a row.

use tg_schema_model::Verdict;
use tg_schema_model::shown::one_line;

use super::class::Class;
use super::row::{COLUMNS, Kind, Row};
use super::{Summary, Table};

/// Columns that the first line of a block shows.
const HEAD: [&str; 6] = ["place", "kind", "module", "record", "name", "verdict"];

pub(super) fn render(table: &Table) -> String {
    let mut out = head(table);
    classes("Classes", &table.classes, &mut out);
    rows("Rows", &table.rows, &mut out);
    out
}

pub(super) fn brief(table: &Table) -> String {
    let mut out = head(table);
    let without = table.classes.iter().filter(|c| c.sha256.is_none());
    classes("Classes without a text to register", without, &mut out);
    let notable = table.rows.iter().filter(|r| r.verdict != Verdict::Exact);
    rows("Rows that are not exact", notable, &mut out);
    out
}

fn head(table: &Table) -> String {
    let mut out = String::from("Migration table\n\n");
    summary(&table.summary, &mut out);
    out
}

fn classes<'t>(title: &str, classes: impl IntoIterator<Item = &'t Class>, out: &mut String) {
    for (index, class) in classes.into_iter().enumerate() {
        if index == 0 {
            out.push_str(&format!("\n{title}\n\n"));
        }
        let told = match (&class.sha256, &class.reason) {
            (Some(sha256), _) => format!("sha256 {sha256}"),
            (None, reason) => format!("no text: {}", reason.as_deref().unwrap_or("unknown")),
        };
        let fields = match class.fields {
            1 => "1 field".to_owned(),
            n => format!("{n} fields"),
        };
        let line = format!("{}  {}  {fields}  {told}", class.place(), class.full_name());
        out.push_str(&one_line(&line));
        out.push('\n');
    }
}

fn rows<'t>(title: &str, rows: impl IntoIterator<Item = &'t Row>, out: &mut String) {
    let titles = COLUMNS.iter().map(|c| c.title.len()).max().unwrap_or(0);
    for (index, row) in rows.into_iter().enumerate() {
        if index == 0 {
            out.push_str(&format!("\n{title}\n"));
        }
        let owner = match (row.kind, row.record.as_str()) {
            (Kind::Topic, record) if !record.is_empty() => format!("{} of {record}", row.name),
            (_, "") => row.name.clone(),
            (_, record) => format!("{record}.{}", row.name),
        };
        let head = format!(
            "{:8}{}  {} {owner} in {}",
            row.verdict.name(),
            row.place,
            row.kind,
            row.module
        );
        out.push_str(&format!("\n{}\n", one_line(&head)));
        for column in COLUMNS.iter().filter(|c| !HEAD.contains(&c.key)) {
            let cell = (column.cell)(row);
            if !cell.is_empty() {
                let cell = one_line(cell);
                out.push_str(&format!("        {:titles$}  {cell}\n", column.title));
            }
        }
    }
}

fn summary(summary: &Summary, out: &mut String) {
    let cell = |text: &str| format!("{text:>9}");
    out.push_str("        ");
    for verdict in Verdict::ALL {
        out.push_str(&cell(verdict.name()));
    }
    out.push_str(&cell("all"));
    out.push('\n');
    for kind in Kind::ALL {
        out.push_str(&format!("{:8}", kind.name()));
        for verdict in Verdict::ALL {
            let count = summary.counts[kind as usize][verdict as usize];
            out.push_str(&cell(&count.to_string()));
        }
        out.push_str(&cell(&summary.of_kind(kind).to_string()));
        out.push('\n');
    }
    out.push_str(&format!("{:8}", "all"));
    for verdict in Verdict::ALL {
        out.push_str(&cell(&summary.of_verdict(verdict).to_string()));
    }
    out.push_str(&cell(&summary.rows.to_string()));
    out.push_str("\n\n");
    for sentence in summary.sentences() {
        out.push_str(&sentence);
        out.push('\n');
    }
}
