//! The table as one page that needs nothing else: no request goes out, and without scripts it is a plain
//! table. With them it is filtered, sorted and, on a narrow screen, a list of cards.

use tg_schema_model::Verdict;
use tg_schema_model::shown::{PAGE_STYLE, html as escaped};

use super::row::{COLUMNS, Kind, Shape};
use super::{Summary, Table};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

pub(super) fn render(table: &Table) -> String {
    let mut out = String::with_capacity(16 * 1024 + 600 * table.rows.len());
    out.push_str(concat!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
        "<meta name=\"color-scheme\" content=\"light dark\">\n",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ",
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n",
        "<link rel=\"icon\" href=\"data:,\">\n<title>Migration table</title>\n<style>\n",
    ));
    out.push_str(PAGE_STYLE);
    out.push_str(STYLE);
    labels(&mut out);
    out.push_str("</style>\n</head>\n<body>\n<header>\n<h1>Migration table</h1>\n");
    summary(&table.summary, &mut out);
    out.push_str("</header>\n<main>\n");
    classes(table, &mut out);
    out.push_str("<h2 id=\"rows-title\">Rows</h2>\n");
    filters(table, &mut out);
    rows(table, &mut out);
    out.push_str("</main>\n<script>\n");
    out.push_str(SCRIPT);
    out.push_str("</script>\n</body>\n</html>\n");
    out
}

/// On cards each cell shows the heading of its column.
fn labels(out: &mut String) {
    out.push_str("@media (max-width: 60rem) {\n");
    for (at, column) in COLUMNS.iter().enumerate() {
        out.push_str(&format!(
            "#rows td:nth-child({})::before {{ content: \"{}\"; }}\n",
            at + 1,
            column.title
        ));
    }
    out.push_str("}\n");
}

fn summary(summary: &Summary, out: &mut String) {
    out.push_str("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Summary\"><table id=\"summary\">\n<caption>Rows by kind and verdict</caption>\n<thead><tr><td></td>");
    for verdict in Verdict::ALL {
        let name = verdict.name();
        out.push_str(&format!(
            "<th scope=\"col\"><span class=\"v {name}\">{name}</span></th>"
        ));
    }
    out.push_str("<th scope=\"col\">all</th></tr></thead>\n<tbody>\n");
    let mut line = |name: &str, counts: [usize; 4], all: usize| {
        out.push_str(&format!("<tr><th scope=\"row\">{name}</th>"));
        for n in counts {
            out.push_str(&format!("<td>{n}</td>"));
        }
        out.push_str(&format!("<td>{all}</td></tr>\n"));
    };
    for kind in Kind::ALL {
        line(
            kind.name(),
            summary.counts[kind as usize],
            summary.of_kind(kind),
        );
    }
    line(
        "all",
        Verdict::ALL.map(|v| summary.of_verdict(v)),
        summary.rows,
    );
    out.push_str("</tbody>\n</table></div>\n");
    for sentence in summary.sentences() {
        out.push_str(&format!("<p>{}</p>\n", escaped(&sentence)));
    }
}

fn classes(table: &Table, out: &mut String) {
    if table.classes.is_empty() {
        return;
    }
    out.push_str(&format!(
        "<details>\n<summary>Classes ({})</summary>\n<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Classes\"><table id=\"classes\">\n<thead><tr><th scope=\"col\">Class</th><th scope=\"col\">Place</th><th scope=\"col\">Fields</th><th scope=\"col\">SHA-256 of the text to register</th></tr></thead>\n<tbody>\n",
        table.classes.len()
    ));
    for class in &table.classes {
        let text = match (&class.sha256, &class.reason) {
            (Some(sha256), _) => format!("<code>{sha256}</code>"),
            (None, reason) => format!("none: {}", escaped(reason.as_deref().unwrap_or("unknown"))),
        };
        out.push_str(&format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td><code>{}</code></td><td>{}</td><td>{text}</td></tr>\n",
            escaped(&class.full_name()),
            escaped(&class.place()),
            class.fields
        ));
    }
    out.push_str("</tbody>\n</table></div>\n</details>\n");
}

/// The controls work by the script alone, which shows them.
fn filters(table: &Table, out: &mut String) {
    out.push_str("<form id=\"filters\" hidden>\n<label class=\"wide\">Text <input type=\"search\" id=\"f-text\" autocomplete=\"off\"></label>\n");
    let mut select = |key: &str, title: &str, values: Vec<String>| {
        out.push_str(&format!(
            "<label>{title} <select id=\"f-{key}\"><option value=\"\">any</option>"
        ));
        for value in values {
            let value = escaped(&value);
            out.push_str(&format!("<option>{value}</option>"));
        }
        out.push_str("</select></label>\n");
    };
    let words = |names: Vec<&'static str>| names.into_iter().map(str::to_owned).collect();
    select(
        "verdict",
        "Verdict",
        words(Verdict::ALL.map(Verdict::name).into()),
    );
    select("kind", "Kind", words(Kind::ALL.map(Kind::name).into()));
    for (key, title) in [("module", "Module"), ("record", "Record")] {
        let cell = COLUMNS.iter().find(|c| c.key == key).map(|c| c.cell);
        let values = cell
            .into_iter()
            .flat_map(|cell| table.rows.iter().map(cell));
        let values: std::collections::BTreeSet<&str> = values.filter(|v| !v.is_empty()).collect();
        select(key, title, values.into_iter().map(str::to_owned).collect());
    }
    out.push_str(
        "<label class=\"check\"><input type=\"checkbox\" id=\"show-types\"> Types</label>\n",
    );
    if table.summary.tightened > 0 {
        out.push_str("<label class=\"check\"><input type=\"checkbox\" id=\"show-tightening\" checked> Tightening</label>\n");
    }
    out.push_str("<button type=\"button\" id=\"clear\">Reset</button>\n<output id=\"shown\" aria-live=\"polite\"></output>\n</form>\n");
}

/// End tags of cells may be left out, and are: a page of thousands of rows is smaller by a tenth.
fn rows(table: &Table, out: &mut String) {
    let class = match table.summary.tightened {
        0 => " class=\"no-tightening\"",
        _ => "",
    };
    out.push_str(
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-labelledby=\"rows-title\">",
    );
    out.push_str(&format!("<table id=\"rows\"{class}>\n<thead><tr>"));
    for column in COLUMNS {
        out.push_str(&format!(
            "<th scope=\"col\" data-key=\"{}\">{}</th>",
            column.key, column.title
        ));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for column in COLUMNS {
            let cell = escaped((column.cell)(row));
            out.push_str("<td>");
            match (column.key, column.shape) {
                (_, _) if cell.is_empty() => {}
                ("verdict", _) => {
                    out.push_str(&format!("<span class=\"v {cell}\">{cell}</span>"));
                }
                (_, Shape::Code) => out.push_str(&format!("<code>{cell}</code>")),
                _ => out.push_str(&cell),
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}
