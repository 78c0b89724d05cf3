//! The audit as text, Markdown and JSON.

use std::fmt::Write as _;

use tg_schema_model::Json;

use super::{Audit, Finding};

/// The version of the JSON form.
const VERSION: i64 = 1;
/// Longest text that a line shows.
const LONGEST: usize = 110;

/// For people: each file with its findings, then the counts.
pub fn text(audit: &Audit) -> String {
    let mut out = String::new();
    let width = audit.findings.iter().map(|f| f.rule.id.len()).max();
    let width = width.unwrap_or(0);
    let mut file = "";
    for f in &audit.findings {
        if f.file != file {
            let line = if file.is_empty() { "" } else { "\n" };
            let _ = writeln!(out, "{line}{}", f.file);
            file = &f.file;
        }
        let place = format!("{}:{}", f.line, f.column);
        let _ = writeln!(out, "  {place:<8} {:<width$}  {}", f.rule.id, shown(f));
        let _ = writeln!(out, "  {:<8} {:<width$}  -> {}", "", "", f.replacement);
    }
    if !audit.findings.is_empty() {
        out.push('\n');
    }
    out.push_str(&summary(audit));
    out
}

/// The counts alone, for people.
pub fn summary(audit: &Audit) -> String {
    let mut out = String::new();
    let kinds = audit.by_kind();
    let width = kinds.keys().map(|k| k.len()).max().unwrap_or(0);
    for (kind, count) in &kinds {
        let _ = writeln!(out, "{kind:<width$}  {count:>5}");
    }
    let (all, files) = (audit.findings.len(), audit.by_file().len());
    let _ = writeln!(
        out,
        "{all} {} Pulsar in {files} of {} files",
        if all == 1 { "tie to" } else { "ties to" },
        audit.files
    );
    out
}

/// For a page: counts by kind, counts by file, then every finding.
pub fn markdown(audit: &Audit) -> String {
    let mut out = String::from("# What ties the code to Pulsar\n\n");
    let (all, files) = (audit.findings.len(), audit.by_file().len());
    let _ = writeln!(out, "{all} places in {files} of {} files.", audit.files);
    out.push_str("\n## By kind\n\n| kind | what it is | places |\n|---|---|---:|\n");
    for (kind, count) in audit.by_kind() {
        let title = crate::rule::find(kind).map_or("", |rule| rule.title);
        let _ = writeln!(out, "| {kind} | {title} | {count} |");
    }
    let _ = writeln!(out, "| **all** | | **{all}** |");
    out.push_str("\n## By file\n\n| file | places | kinds |\n|---|---:|---|\n");
    for (file, kinds) in audit.by_file_and_kind() {
        let count: usize = kinds.values().sum();
        let kinds: Vec<String> = kinds.iter().map(|(k, n)| format!("{k} {n}")).collect();
        let _ = writeln!(out, "| {} | {count} | {} |", cell(file), kinds.join(", "));
    }
    let _ = writeln!(out, "| **all** | **{all}** | |");
    out.push_str(
        "\n## Places\n\n| place | kind | text | what takes its place |\n|---|---|---|---|\n",
    );
    for f in &audit.findings {
        let place = format!("{}:{}", f.file, f.line);
        let text = code(&clipped(&f.text));
        let what = cell(&f.replacement);
        let _ = writeln!(
            out,
            "| {} | {} | {text} | {what} |",
            cell(&place),
            f.rule.id
        );
    }
    out
}

/// For programs.
pub fn json(audit: &Audit) -> Json {
    let number = |n: usize| Json::Number(n.to_string());
    let kinds = audit.by_kind();
    let kinds = kinds.into_iter().map(|(k, n)| (k, number(n)));
    let files = audit.by_file_and_kind().into_iter().map(|(file, kinds)| {
        let all = number(kinds.values().sum());
        let kinds = kinds.into_iter().map(|(k, n)| (k, number(n)));
        let entries = [("total", all), ("kinds", Json::object(kinds))];
        (file, Json::object(entries))
    });
    Json::object([
        ("version", Json::int(VERSION)),
        (
            "findings",
            Json::Array(audit.findings.iter().map(finding).collect()),
        ),
        (
            "counts",
            Json::object([
                ("total", number(audit.findings.len())),
                ("files_read", number(audit.files)),
                ("kinds", Json::object(kinds)),
                ("files", Json::object(files)),
            ]),
        ),
    ])
}

fn finding(f: &Finding) -> Json {
    let number = |n: usize| Json::Number(n.to_string());
    Json::object([
        ("kind", Json::str(f.rule.id)),
        ("file", Json::str(&f.file)),
        ("line", number(f.line)),
        ("column", number(f.column)),
        ("text", Json::str(&f.text)),
        ("what", Json::str(&f.what)),
        ("replacement", Json::str(&f.replacement)),
        ("certain", Json::Bool(f.certain)),
    ])
}

fn shown(f: &Finding) -> String {
    let mut text = clipped(&f.text);
    if !f.what.is_empty() && f.what != f.text {
        let _ = write!(text, "  ({})", f.what);
    }
    if !f.certain {
        text.push_str("  (by its name)");
    }
    text
}

fn clipped(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Code in a cell of a table, whatever back quotes it holds.
fn code(text: &str) -> String {
    let text = cell(text);
    let mut fence = "`".to_owned();
    while text.contains(&fence) {
        fence.push('`');
    }
    match fence.len() {
        1 => format!("`{text}`"),
        _ => format!("{fence} {text} {fence}"),
    }
}
