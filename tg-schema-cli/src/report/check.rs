//! What a comparison of versions found, as text for people: each finding with its source line, then the
//! verdicts as a table, the order of releases, what the gate objects to, and how much it is in sum.

mod table;

use annotate_snippets::{AnnotationKind, Group, Level, Message, Origin, Renderer, Snippet};
use tg_schema_compat::render::once::{Once, once};
use tg_schema_compat::render::{Texts, patch, plain, version, words};
use tg_schema_compat::report::{Finding, Fix, Report, Severity};

use tg_schema_model::shown::one_line;

use super::{near, part};

/// The whole report. It ends with a line end.
pub fn text(report: &Report, texts: &Texts<'_>, color: bool) -> String {
    let renderer = match color {
        true => Renderer::styled(),
        false => Renderer::plain(),
    };
    let mut out = String::new();
    for once in once(report) {
        out.push_str(renderer.render(&[group(report, texts, &once)]).trim_end());
        out.push('\n');
        if let Some(fix) = once.fix() {
            fixed(texts, fix, color, &mut out);
        }
        out.push('\n');
    }
    section("Verdicts", &table::text(report, color), &mut out);
    section("Releases", &releases(report), &mut out);
    let objections = report.objections.iter().map(words::objection);
    let objections: Vec<String> = objections.map(|line| one_line(&line)).collect();
    section("Objections of the gate", &objections, &mut out);
    if !objections.is_empty() {
        section(ACCEPT, &accepting(report), &mut out);
    }
    let line = format!(
        "{}: {}; {}",
        words::compared(report),
        words::Counts::of(report).words(),
        words::gate(report)
    );
    out.push_str(&one_line(&line));
    out.push('\n');
    out
}

/// The heading of what accepts findings.
const ACCEPT: &str = "To accept them, fill this in at the end of a definition file";
/// Findings of which it is shown.
const MAX_ACCEPTED: usize = 10;

/// What accepts the findings that are open.
fn accepting(report: &Report) -> Vec<String> {
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let all: Vec<&String> = findings.filter_map(|f| f.allow.as_ref()).collect();
    let shown = all.iter().take(MAX_ACCEPTED);
    let mut lines: Vec<String> = shown
        .flat_map(|allow| allow.lines().map(one_line))
        .collect();
    if let Some(more @ 1..) = all.len().checked_sub(MAX_ACCEPTED) {
        lines.push(format!(
            "# and {more} more: `--format json` has all of them"
        ));
    }
    lines
}

/// A heading and its lines, which are fit to be shown, unless there are none.
fn section(title: &str, lines: &[String], out: &mut String) {
    if lines.is_empty() {
        return;
    }
    out.push_str(title);
    out.push_str(":\n");
    for line in lines {
        out.push_str("  ");
        out.push_str(line);
        out.push('\n');
    }
    out.push('\n');
}

fn level(finding: &Finding) -> Level<'static> {
    match (&finding.suppressed, finding.severity) {
        (None, Severity::Breaking) => Level::ERROR,
        (None, Severity::Loss) => Level::WARNING,
        (Some(_), _) | (None, Severity::Info) => Level::NOTE,
    }
}

/// A finding: title, source line, notes, help.
fn group<'t>(report: &Report, texts: &Texts<'t>, once: &Once<'_>) -> Group<'t> {
    let finding = once.finding;
    let title = level(finding)
        .primary_title(one_line(&finding.message))
        .id(finding.rule.page.id);
    let mut group = Group::with_title(title);
    let change = words::change(finding).map(|change| one_line(&change));
    let mut told = false;
    if let Some(place) = &finding.place {
        let source = texts
            .sources(place.version)
            .and_then(|sources| sources.get(place.span.source));
        let (lines, range) = source.map_or(("", 0..0), |s| near(&s.text, place.span.range()));
        let (lines, range, is_part) = part(lines, range);
        let mut span = AnnotationKind::Primary.span(range);
        if let Some(change) = &change {
            span = span.label(change.clone());
        }
        told = true;
        let path = one_line(&place.file);
        let snippet = Snippet::source(lines).line_start(place.line);
        group = match is_part {
            false => group.element(snippet.path(path).annotation(span)),
            // Columns of a part are not those of the line.
            true => {
                let origin = Origin::path(path).line(place.line);
                let origin = origin.char_column(place.column);
                group.element(origin).element(snippet.annotation(span))
            }
        };
        if let Some(label) = version(report, place) {
            group = group.element(note(&format!("this is the text of {label}")));
        }
    }
    if let (false, Some(change)) = (told, change) {
        group = group.element(note(&change));
    }
    for line in plain::notes(report, once) {
        group = group.element(note(&line));
    }
    for line in once.fix().iter().flat_map(|fix| plain::help(fix)) {
        group = group.element(Level::HELP.message(line));
    }
    group
}

fn note(text: &str) -> Message<'static> {
    Level::NOTE.message(one_line(text))
}

/// The edits of a fix, as lines that go and lines that come.
fn fixed(texts: &Texts<'_>, fix: &Fix, color: bool, out: &mut String) {
    let (red, green, reset) = match color {
        true => ("\u{1b}[31m", "\u{1b}[32m", "\u{1b}[0m"),
        false => ("", "", ""),
    };
    for hunk in patch::hunks(texts, fix) {
        let file = one_line(&hunk.file);
        out.push_str(&format!("  edit {file}:{}\n", hunk.line));
        for (mark, paint, lines) in [('-', red, &hunk.before), ('+', green, &hunk.after)] {
            for line in lines {
                let line = one_line(line);
                out.push_str(&format!("    {paint}{mark} {line}{reset}\n"));
            }
        }
    }
}

/// Who is released first, for each record where it matters, and what is stored.
fn releases(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    for record in &report.records {
        for release in words::releases(record) {
            let topics = match release.topics.as_slice() {
                [] => String::new(),
                topics => format!(" ({})", topics.join(", ")),
            };
            let line = format!("{}{topics}: {}", record.record, release.words.join("; "));
            lines.push(one_line(&line));
        }
    }
    lines
}

#[cfg(test)]
mod tests;
