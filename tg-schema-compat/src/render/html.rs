//! The report as one page that needs nothing else: no request goes out, and without scripts everything is
//! there to read. With them findings are filtered by rule, severity, format and text.

use std::collections::{BTreeMap, BTreeSet};

use tg_schema_model::shown::{PAGE_STYLE, html as escaped, one_line};

use super::matrix::{Mood, table};
use super::once::{Once, once};
use super::patch::{Hunk, hunks};
use super::prose::{Piece, pieces};
use super::{Texts, plain, words};
use crate::report::{Counterexample, Finding, Format, Report, Severity};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// The page.
pub fn html(report: &Report, texts: &Texts<'_>) -> String {
    let findings = once(report);
    let mut out = String::with_capacity(16 * 1024 + 2_000 * findings.len());
    out.push_str(concat!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n",
        "<meta name=\"color-scheme\" content=\"light dark\">\n",
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ",
        "style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:\">\n",
        "<link rel=\"icon\" href=\"data:,\">\n<title>Schema check</title>\n<style>\n",
    ));
    out.push_str(PAGE_STYLE);
    out.push_str(STYLE);
    out.push_str("</style>\n</head>\n<body>\n<header>\n<h1>Schema check</h1>\n");
    summary(report, &mut out);
    out.push_str("</header>\n<main>\n");
    matrix(report, &mut out);
    releases(report, &mut out);
    written(report, &mut out);
    out.push_str("<h2 id=\"findings-title\">Findings</h2>\n");
    filters(&findings, &mut out);
    out.push_str("<div id=\"findings\">\n");
    for once in &findings {
        finding(report, texts, once, &mut out);
    }
    out.push_str("</div>\n");
    rules(&findings, &mut out);
    out.push_str("</main>\n<script>\n");
    out.push_str(SCRIPT);
    out.push_str("</script>\n</body>\n</html>\n");
    out
}

/// Text that is no markup but for code between backticks.
fn prose(text: &str) -> String {
    let pieces = pieces(text).into_iter().map(|piece| match piece {
        Piece::Plain(text) => escaped(text),
        Piece::Code(text) if text.trim().is_empty() => format!("`{}`", escaped(text)),
        Piece::Code(text) => format!("<code>{}</code>", escaped(text)),
    });
    pieces.collect()
}

fn summary(report: &Report, out: &mut String) {
    let counts = words::Counts::of(report).words();
    let compared = escaped(&words::compared(report));
    out.push_str(&format!("<p>{compared}.</p>\n<p>In sum: {counts}.</p>\n"));
    let passed = report.objections.is_empty();
    let class = if passed { "good" } else { "bad" };
    let gate = words::gate(report);
    out.push_str(&format!(
        "<p id=\"gate\"><span class=\"v {class}\">{gate}</span></p>\n"
    ));
    if !passed {
        out.push_str("<ul id=\"objections\">\n");
        for objection in &report.objections {
            let line = prose(&words::objection(objection));
            out.push_str(&format!("<li>{line}</li>\n"));
        }
        out.push_str("</ul>\n");
    }
}

fn matrix(report: &Report, out: &mut String) {
    if report.records.is_empty() {
        return;
    }
    let table = table(report, true);
    out.push_str(concat!(
        "<h2 id=\"matrix-title\">Verdicts</h2>\n<p>full: readers of both versions read both; ",
        "backward: new readers read old messages; forward: old readers read new messages</p>\n",
        "<div class=\"scroll\" tabindex=\"0\" role=\"region\" ",
        "aria-labelledby=\"matrix-title\"><table id=\"matrix\">\n<thead><tr><th scope=\"col\">record</th>"
    ));
    for column in &table.columns {
        out.push_str(&format!("<th scope=\"col\">{}</th>", escaped(column)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        let name = match &row.record {
            Some(record) => format!("<code>{}</code>", escaped(record)),
            None => "all records".to_owned(),
        };
        out.push_str(&format!("<tr><th scope=\"row\">{name}</th>"));
        for cell in &row.cells {
            let word = cell.word;
            let class = match cell.mood {
                Mood::Good => "good",
                Mood::Fair => "warn",
                Mood::Bad => "bad",
                Mood::None => {
                    out.push_str("<td>-</td>");
                    continue;
                }
            };
            out.push_str(&format!("<td><span class=\"v {class}\">{word}</span></td>"));
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

/// The files that were changed, and what that mended.
fn written(report: &Report, out: &mut String) {
    if report.written.is_empty() {
        return;
    }
    out.push_str("<h2>Written by <code>--fix</code></h2>\n<ul id=\"written\">\n");
    for written in &report.written {
        let code = |file: &String| format!("<code>{}</code>", escaped(file));
        let files: Vec<String> = written.files.iter().map(code).collect();
        let mended = written.mended.iter().map(|m| prose(&words::mended(m)));
        out.push_str(&format!(
            "<li>changed {}{}</li>\n",
            files.join(", "),
            list(mended)
        ));
    }
    out.push_str("</ul>\n");
}

fn releases(report: &Report, out: &mut String) {
    let mut lines = String::new();
    for record in &report.records {
        for release in words::releases(record) {
            let topic = |topic: &&str| format!(" <code>{}</code>", escaped(topic));
            let topics: Vec<String> = release.topics.iter().map(topic).collect();
            lines.push_str(&format!(
                "<li><code>{}</code>{}: {}</li>\n",
                escaped(&record.record),
                topics.concat(),
                escaped(&release.words.join("; "))
            ));
        }
    }
    if lines.is_empty() {
        return;
    }
    out.push_str("<h2>Releases</h2>\n<ul id=\"releases\">\n");
    out.push_str(&lines);
    out.push_str("</ul>\n");
}

/// The controls work by the script alone, which shows them.
fn filters(findings: &[Once<'_>], out: &mut String) {
    out.push_str("<form id=\"filters\" hidden>\n<label class=\"wide\">Text <input type=\"search\" id=\"f-text\" autocomplete=\"off\"></label>\n");
    let mut select = |key: &str, title: &str, values: &[&str]| {
        out.push_str(&format!(
            "<label>{title} <select id=\"f-{key}\"><option value=\"\">any</option>"
        ));
        for value in values {
            out.push_str(&format!("<option>{}</option>", escaped(value)));
        }
        out.push_str("</select></label>\n");
    };
    let rules: BTreeSet<&str> = findings.iter().map(|o| o.finding.rule.page.id).collect();
    let rules: Vec<&str> = rules.into_iter().collect();
    select("severity", "Severity", &SEVERITIES);
    select("rule", "Rule", &rules);
    select("format", "Format", &Format::ALL.map(Format::as_str));
    out.push_str("<button type=\"button\" id=\"clear\">Reset</button>\n<output id=\"shown\" aria-live=\"polite\"></output>\n</form>\n");
}

const SEVERITIES: [&str; 4] = ["breaking", "loss", "info", "suppressed"];

/// The word for how bad it is, and its look.
fn severity(finding: &Finding) -> (&'static str, &'static str) {
    match (&finding.suppressed, finding.severity) {
        (Some(_), _) => ("suppressed", "note"),
        (None, Severity::Breaking) => ("breaking", "bad"),
        (None, Severity::Loss) => ("loss", "warn"),
        (None, Severity::Info) => ("info", "note"),
    }
}

fn finding(report: &Report, texts: &Texts<'_>, once: &Once<'_>, out: &mut String) {
    let finding = once.finding;
    let (word, class) = severity(finding);
    let id = finding.rule.page.id;
    let formats: Vec<&str> = finding.formats().iter().map(|f| f.as_str()).collect();
    out.push_str(&format!(
        "<article data-rule=\"{}\" data-severity=\"{word}\" data-formats=\"{}\">\n\
         <h3><span class=\"v {class}\">{word}</span> {}</h3>\n<dl>\n",
        escaped(id),
        formats.join(" "),
        prose(&words::cut(&finding.message)),
    ));
    let mut row = |title: &str, content: &str| {
        if !content.is_empty() {
            out.push_str(&format!("<dt>{title}</dt><dd>{content}</dd>\n"));
        }
    };
    let code = |text: &str| match text {
        "" => String::new(),
        text => format!("<code>{}</code>", escaped(text)),
    };
    row(
        "Rule",
        &format!("<a href=\"#rule-{0}\"><code>{0}</code></a>", escaped(id)),
    );
    row("Path", &code(&words::at(once.record, finding)));
    if !once.also.is_empty() {
        row("Also at", &code(&plain::also(&once.also)));
    }
    if let Some(place) = &finding.place {
        row("Place", &code(&super::place(report, place)));
    }
    row("Change", &code(&words::change(finding).unwrap_or_default()));
    row(
        "Concerns",
        &match formats.as_slice() {
            [] => "nobody".to_owned(),
            formats => format!(
                "{} (direction: {})",
                formats.join(", "),
                finding.direction()
            ),
        },
    );
    row(
        "Against",
        &escaped(&words::only_against(report, finding).unwrap_or_default()),
    );
    let effects = finding.effects.iter().map(|e| prose(&words::effect(e)));
    row("Effects", &list(effects));
    let examples = once.counterexamples().iter().map(counterexample);
    row("Messages that show it", &list(examples));
    let told = |text: &Option<String>| prose(&words::cut(text.as_deref().unwrap_or_default()));
    row("No message shows it", &told(&finding.unproven));
    row("Suppressed", &told(&finding.suppressed));
    if let Some(fix) = once.fix() {
        let lines = plain::help(fix);
        let mut lines = lines.iter().map(|line| prose(line));
        let mut content = lines.next().unwrap_or_default();
        content.push_str(&list(lines));
        for hunk in hunks(texts, fix) {
            content.push_str(&diff(&hunk));
        }
        row("Fix", &content);
    }
    out.push_str("</dl>\n</article>\n");
}

fn list(items: impl Iterator<Item = String>) -> String {
    let items: Vec<String> = items.map(|item| format!("<li>{item}</li>")).collect();
    match items.as_slice() {
        [] => String::new(),
        items => format!("<ul>{}</ul>", items.concat()),
    }
}

fn counterexample(c: &Counterexample) -> String {
    let bytes = match &c.bytes {
        Some(bytes) => format!(
            " (bytes <code>{}</code>)",
            escaped(&words::cut(&words::hex(bytes)))
        ),
        None => String::new(),
    };
    let (verb, text) = words::outcome(&c.outcome);
    format!(
        "{}: <code>{}</code>{bytes} {verb}: <code>{}</code>",
        escaped(&words::shown_for(c)),
        escaped(&words::cut(&c.message)),
        escaped(&words::cut(text))
    )
}

/// Lines that go and come.
fn diff(hunk: &Hunk) -> String {
    let file = one_line(&hunk.file);
    let mut out = format!(
        "<pre tabindex=\"0\" aria-label=\"Edit\"><span>@@ {}:{} @@</span>\n",
        escaped(&file),
        hunk.line
    );
    for (tag, mark, lines) in [("del", '-', &hunk.before), ("ins", '+', &hunk.after)] {
        for line in lines {
            let line = escaped(&words::cut(line));
            out.push_str(&format!("<{tag}>{mark} {line}</{tag}>\n"));
        }
    }
    out.push_str("</pre>");
    out
}

/// What is behind the rules that occur.
fn rules(findings: &[Once<'_>], out: &mut String) {
    let rules: BTreeMap<&str, _> = findings
        .iter()
        .map(|once| (once.finding.rule.page.id, &once.finding.rule.page))
        .collect();
    if rules.is_empty() {
        return;
    }
    out.push_str("<h2>Rules</h2>\n<div id=\"rules\">\n");
    for (id, page) in rules {
        out.push_str(&format!(
            "<section id=\"rule-{0}\">\n<h3><code>{0}</code>: {1}</h3>\n",
            escaped(id),
            prose(page.title)
        ));
        for text in [page.what, page.why, page.remedy] {
            for paragraph in text.split("\n\n") {
                // Line ends within a paragraph are spaces.
                let line = paragraph.lines().collect::<Vec<_>>().join(" ");
                out.push_str(&format!("<p>{}</p>\n", prose(&line)));
            }
        }
        out.push_str("</section>\n");
    }
    out.push_str("</div>\n");
}
