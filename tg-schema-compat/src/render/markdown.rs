//! A comment on a pull request, in GitHub's Markdown: how it ended, the verdicts as a table, the order of
//! releases, and the findings record by record.
//!
//! A comment has a limit. Where not all goes in, findings lose their details and then are left out, the least
//! first, and the comment says how many.

use std::collections::HashSet;

use tg_schema_model::shown::{
    html, markdown as escaped, markdown_code as code, markdown_code_cell as cell, one_line,
};

use super::matrix::{self, Row};
use super::once::{Once, once};
use super::patch::{Hunk, hunks};
use super::prose::{Piece, pieces};
use super::{Texts, plain, words};
use crate::report::{Finding, Report, Severity};

/// What GitHub takes as a comment. It counts characters; bytes are no fewer.
pub const MAX_COMMENT: usize = 65_536;
/// Kept back for what ends the comment.
const RESERVED: usize = 1_024;
/// What tables, objections and releases may take of the comment each.
const MAX_PART: usize = 12_000;

/// The comment, at most [`MAX_COMMENT`] bytes.
pub fn markdown(report: &Report, texts: &Texts<'_>) -> String {
    let mut page = Page::default();
    head(report, &mut page);
    page.table(report);
    page.list("Releases", "releases", releases(report));
    page.list(
        "Written by `--fix`",
        "lines of what was written",
        written(report),
    );
    page.findings(report, texts);
    page.close(report)
}

/// A comment under construction.
#[derive(Default)]
struct Page {
    out: String,
    /// Findings without their details.
    short: usize,
    /// What is left out: how many of what.
    left: Vec<(usize, &'static str)>,
}

impl Page {
    /// Whether so much more goes in.
    fn fits(&self, bytes: usize) -> bool {
        self.out.len() + bytes + RESERVED <= MAX_COMMENT
    }

    /// Adds lines up to a share of the comment; the rest is counted.
    fn lines(&mut self, what: &'static str, lines: &[String]) {
        let end = self.out.len() + MAX_PART;
        for (at, line) in lines.iter().enumerate() {
            if self.out.len() + line.len() > end || !self.fits(line.len()) {
                self.left.push((lines.len() - at, what));
                break;
            }
            self.out.push_str(line);
        }
    }

    fn list(&mut self, title: &str, what: &'static str, lines: Vec<String>) {
        if lines.is_empty() {
            return;
        }
        self.out.push_str(&format!("\n#### {title}\n\n"));
        self.lines(what, &lines);
    }

    fn table(&mut self, report: &Report) {
        if report.records.is_empty() {
            return;
        }
        let table = matrix::table(report, false);
        let mut head = String::from("\n| record |");
        let mut rule = String::from("|---|");
        for column in &table.columns {
            head.push_str(&format!(" {} |", escaped(column)));
            rule.push_str("---|");
        }
        self.out.push_str(&format!("{head}\n{rule}\n"));
        let (all, records) = table
            .rows
            .split_last()
            .map_or((None, &[][..]), |(all, records)| (Some(all), records));
        let row = |row: &Row| {
            let name = match &row.record {
                Some(record) => cell(record),
                None => "**all records**".to_owned(),
            };
            let cells: Vec<&str> = row.cells.iter().map(|cell| cell.word).collect();
            format!("| {name} | {} |\n", cells.join(" | "))
        };
        if let Some(all) = all {
            self.out.push_str(&row(all));
        }
        let rows: Vec<String> = records.iter().map(row).collect();
        self.lines("rows of the table", &rows);
    }

    /// The findings by record. All are named before any is told in full, the worst first.
    fn findings(&mut self, report: &Report, texts: &Texts<'_>) {
        let findings = once(report);
        let of_one_record = |a: &Once<'_>, b: &Once<'_>| {
            a.record.map(std::ptr::from_ref) == b.record.map(std::ptr::from_ref)
        };
        let groups: Vec<&[Once<'_>]> = findings.chunk_by(of_one_record).collect();
        let frames: Vec<String> = groups.iter().map(|group| frame(group)).collect();
        let mut entries: Vec<Entry> = Vec::new();
        for (group, members) in groups.iter().enumerate() {
            entries.extend(members.iter().map(|once| Entry {
                group,
                weight: weight(once.finding),
                brief: brief(report, once),
                full: finding(report, texts, once),
                shown: Shown::Not,
            }));
        }
        let mut order: Vec<&mut Entry> = entries.iter_mut().collect();
        order.sort_by_key(|entry| std::cmp::Reverse(entry.weight));
        let mut budget = MAX_COMMENT.saturating_sub(RESERVED + self.out.len());
        let mut opened = HashSet::new();
        for entry in &mut order {
            let frame = match opened.contains(&entry.group) {
                true => 0,
                false => frames.get(entry.group).map_or(0, String::len) + CLOSE.len(),
            };
            if let Some(rest) = budget.checked_sub(entry.brief.len() + frame) {
                budget = rest;
                opened.insert(entry.group);
                entry.shown = Shown::Brief;
            }
        }
        for entry in order.iter_mut().filter(|e| e.shown == Shown::Brief) {
            let more = entry.full.len().saturating_sub(entry.brief.len());
            if let Some(rest) = budget.checked_sub(more) {
                budget = rest;
                entry.shown = Shown::Full;
            }
        }
        for entries in entries.chunk_by(|a, b| a.group == b.group) {
            let texts: Vec<&str> = entries.iter().filter_map(Entry::text).collect();
            let frame = entries.first().and_then(|entry| frames.get(entry.group));
            if let (Some(frame), false) = (frame, texts.is_empty()) {
                self.out.push_str(frame);
                self.out.push_str(&texts.concat());
                self.out.push_str(CLOSE);
            }
        }
        let count = |shown| entries.iter().filter(|e| e.shown == shown).count();
        self.short = count(Shown::Brief);
        self.left.push((count(Shown::Not), "findings"));
    }

    fn close(mut self, report: &Report) -> String {
        let mut notes = Vec::new();
        let mut count = |what: &'static str| {
            let n: usize = self
                .left
                .iter()
                .filter(|(_, w)| *w == what)
                .map(|(n, _)| n)
                .sum();
            if n > 0 {
                notes.push(format!("{n} {what} are left out"));
            }
        };
        for what in ["objections", "rows of the table", "releases", "findings"] {
            count(what);
        }
        if self.short > 0 {
            notes.push(format!("{} findings are without their details", self.short));
        }
        if !notes.is_empty() {
            self.out.push_str(&format!(
                "\n> [!NOTE]\n> A comment holds {MAX_COMMENT} characters: {}. `tg-schema check --format html` has all.\n",
                notes.join("; ")
            ));
        }
        if super::findings(report).next().is_some() {
            self.out
                .push_str("\n`tg-schema explain RULE` tells what is behind a rule.\n");
        }
        self.out
    }
}

/// Text that is no markup but for code between backticks, and calls nobody: what looks like the name of a
/// person or the number of an issue would become a link, and send mail.
fn prose(text: &str) -> String {
    let pieces = pieces(text).into_iter().map(|piece| match piece {
        Piece::Plain(text) => uncalled(text),
        Piece::Code(text) if text.trim().is_empty() => format!("\\`{}\\`", uncalled(text)),
        Piece::Code(text) => code(text),
    });
    pieces.collect()
}

/// With a space of no width behind what calls.
fn uncalled(text: &str) -> String {
    let pieces: Vec<String> = text.split_inclusive(['@', '#']).map(escaped).collect();
    pieces.join("&#8203;")
}

fn head(report: &Report, page: &mut Page) {
    let counts = words::Counts::of(report);
    page.out.push_str(&format!(
        "### Schema check: {}\n\n{}.\n",
        counts.words(),
        prose(&format!(
            "{}; {}",
            words::cut(&words::compared(report)),
            words::gate(report)
        ))
    ));
    let objection = |o| format!("- {}\n", prose(&words::objection(o)));
    let objections = report.objections.iter().map(objection).collect();
    page.list("Objections of the gate", "objections", objections);
}

fn releases(report: &Report) -> Vec<String> {
    let lines = report.records.iter().flat_map(|record| {
        words::releases(record).into_iter().map(|release| {
            let topics: Vec<String> = release.topics.iter().map(|topic| code(topic)).collect();
            let topics = match topics.as_slice() {
                [] => String::new(),
                topics => format!(" ({})", topics.join(", ")),
            };
            let words = release.words.join("; ");
            format!("- {}{topics}: {words}\n", code(&record.record))
        })
    });
    lines.collect()
}

/// A finding as it may be shown.
struct Entry {
    /// Which record's it is.
    group: usize,
    weight: Option<Severity>,
    brief: String,
    full: String,
    shown: Shown,
}

/// How much of a finding is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    Not,
    Brief,
    Full,
}

impl Entry {
    fn text(&self) -> Option<&str> {
        match self.shown {
            Shown::Not => None,
            Shown::Brief => Some(&self.brief),
            Shown::Full => Some(&self.full),
        }
    }
}

/// How bad a finding is; suppressed ones weigh nothing.
fn weight(finding: &Finding) -> Option<Severity> {
    match &finding.suppressed {
        Some(_) => None,
        None => Some(finding.severity),
    }
}

const CLOSE: &str = "\n</details>\n";

/// What opens the findings of one record.
fn frame(findings: &[Once<'_>]) -> String {
    let name = match findings.first().and_then(|once| once.record) {
        Some(record) => format!("<code>{}</code>", html(&words::cut(&record.record))),
        None => "What concerns no record".to_owned(),
    };
    let worst = findings
        .iter()
        .map(|once| weight(once.finding))
        .max()
        .flatten();
    let open = if worst == Some(Severity::Breaking) {
        " open"
    } else {
        ""
    };
    let count = count(findings);
    format!("\n<details{open}>\n<summary>{name}: {count}</summary>\n\n")
}

/// `1 breaking, 2 info`.
fn count(findings: &[Once<'_>]) -> String {
    let word = |finding: &Finding| match &finding.suppressed {
        Some(_) => "suppressed",
        None => finding.severity.as_str(),
    };
    let words = ["breaking", "loss", "info", "suppressed"].map(|w| {
        let n = findings
            .iter()
            .filter(|once| word(once.finding) == w)
            .count();
        (n, w)
    });
    let words = words.iter().filter(|(n, _)| *n > 0);
    let words: Vec<String> = words.map(|(n, word)| format!("{n} {word}")).collect();
    words.join(", ")
}

/// A finding in two lines: what changed, and where and for whom.
fn brief(report: &Report, once: &Once<'_>) -> String {
    let finding = once.finding;
    let severity = match &finding.suppressed {
        Some(_) => "suppressed",
        None => finding.severity.as_str(),
    };
    let mut out = format!(
        "- **{}** ({severity}): {}\n",
        escaped(finding.rule.page.id),
        prose(&words::cut(&finding.message))
    );
    if let Some(change) = words::change(finding) {
        out.push_str(&format!("  - {}\n", code(&change)));
    }
    let mut parts = Vec::new();
    let at = words::at(once.record, finding);
    if !at.is_empty() {
        parts.push(code(&at));
    }
    if let Some(place) = &finding.place {
        parts.push(format!("at {}", code(&super::place(report, place))));
    }
    parts.push(plain::concerned(once));
    out.push_str(&format!("  - {}\n", parts.join(", ")));
    out
}

/// The files that were changed, and what that mended.
fn written(report: &Report) -> Vec<String> {
    let mut lines = Vec::new();
    for written in &report.written {
        let files: Vec<String> = written.files.iter().map(|file| code(file)).collect();
        lines.push(format!("- changed {}\n", files.join(", ")));
        let mended = written.mended.iter().map(words::mended);
        lines.extend(mended.map(|line| format!("  - {}\n", prose(&line))));
    }
    lines
}

/// All of a finding.
fn finding(report: &Report, texts: &Texts<'_>, once: &Once<'_>) -> String {
    let mut out = brief(report, once);
    // The first note is in the brief form.
    for note in plain::notes(report, once).iter().skip(1) {
        out.push_str(&format!("  - {}\n", prose(note)));
    }
    for (nth, line) in once
        .fix()
        .iter()
        .flat_map(|fix| plain::help(fix))
        .enumerate()
    {
        match nth {
            0 => out.push_str(&format!("  - **Fix:** {}\n", prose(&line))),
            _ => out.push_str(&format!("    {}\n", prose(&line))),
        }
    }
    for hunk in once.fix().iter().flat_map(|fix| hunks(texts, fix)) {
        diff(&hunk, &mut out);
    }
    out
}

/// Lines that go and come. The fence is longer than any run of backticks inside.
fn diff(hunk: &Hunk, out: &mut String) {
    let lines = hunk.before.iter().map(|line| ('-', line));
    let lines = lines.chain(hunk.after.iter().map(|line| ('+', line)));
    let lines: Vec<String> = lines
        .map(|(mark, line)| format!("    {mark} {}\n", one_line(&words::cut(line))))
        .collect();
    let place = format!("    @@ {}:{} @@\n", one_line(&hunk.file), hunk.line);
    let text = place + &lines.concat();
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    out.push_str(&format!("\n    {fence}diff\n{text}    {fence}\n\n"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_called() {
        assert_eq!(prose("ask @all, #1"), "ask @&#8203;all, #&#8203;1");
        assert_eq!(prose("a://b"), "a&#58;//b");
        assert_eq!(prose("`@a` is <b>"), "`@a` is &lt;b&gt;");
        assert_eq!(prose("`` `*`*`"), "\\`\\` \\`\\*\\`\\*\\`");
        assert_eq!(prose("`` `*`"), "\\`\\` `*`");
    }

    #[test]
    fn a_fence_is_longer_than_what_is_in_it() {
        let mut out = String::new();
        let hunk = Hunk {
            file: "a.toml".into(),
            line: 3,
            before: vec!["````".into()],
            after: Vec::new(),
        };
        diff(&hunk, &mut out);
        assert!(out.contains("\n    `````diff\n    @@ a.toml:3 @@\n    - ````\n    `````\n"));
    }
}
