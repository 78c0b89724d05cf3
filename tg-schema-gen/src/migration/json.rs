//! The table as one JSON document. It has none of the keys of a definition file, so that nobody takes it for
//! one.

use tg_schema_model::{Json, Verdict};

use super::row::{COLUMNS, Kind};
use super::{Class, Row, Summary, Table};

pub(super) fn render(table: &Table) -> String {
    let document = Json::object([
        ("version", Json::int(1)),
        (
            "classes",
            Json::Array(table.classes.iter().map(class).collect()),
        ),
        ("rows", Json::Array(table.rows.iter().map(row).collect())),
        ("summary", summary(&table.summary)),
    ]);
    let mut text = document.pretty(1);
    text.push('\n');
    text
}

fn class(class: &Class) -> Json {
    let text = |text: &Option<String>| text.as_ref().map_or(Json::Null, Json::str);
    Json::object([
        ("file", Json::str(&class.file)),
        ("line", Json::int(class.line)),
        ("name", Json::str(&class.name)),
        ("module", Json::str(&class.module)),
        ("scope", text(&class.scope)),
        ("shadowed_by", text(&class.shadowed_by)),
        ("fields", count(class.fields)),
        ("sha256", text(&class.sha256)),
        ("reason", text(&class.reason)),
    ])
}

/// Every column; null where there is nothing to say.
fn row(row: &Row) -> Json {
    Json::object(COLUMNS.iter().map(|column| {
        let value = match (column.cell)(row) {
            "" => Json::Null,
            cell => Json::str(cell),
        };
        (column.key, value)
    }))
}

fn summary(summary: &Summary) -> Json {
    let by_verdict = |counts: [usize; 4]| {
        let entries = Verdict::ALL.into_iter().zip(counts);
        Json::object(entries.map(|(verdict, n)| (verdict.name(), count(n))))
    };
    let kinds = Kind::ALL.into_iter();
    Json::object([
        ("rows", count(summary.rows)),
        (
            "verdicts",
            by_verdict(Verdict::ALL.map(|v| summary.of_verdict(v))),
        ),
        (
            "kinds",
            Json::object(kinds.clone().map(|k| (k.name(), count(summary.of_kind(k))))),
        ),
        (
            "counts",
            Json::object(kinds.map(|k| (k.name(), by_verdict(summary.counts[k as usize])))),
        ),
        ("unresolved", count(summary.unresolved)),
        ("tightened", count(summary.tightened)),
        ("classes", count(summary.classes)),
        ("with_text", count(summary.with_text)),
        ("without_text", count(summary.without_text)),
    ])
}

fn count(n: usize) -> Json {
    Json::int(i128::try_from(n).unwrap_or(i128::MAX))
}
