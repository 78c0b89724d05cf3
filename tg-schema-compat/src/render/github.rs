//! Annotations of a GitHub workflow: one command of its log a finding.
//!
//! Every line is a command, so nothing that is said in one can be taken for another.

use tg_schema_model::shown::one_line;

use super::once::{Once, once};
use super::{Texts, plain, words};
use crate::report::{Report, Severity};

/// The commands, one a line.
pub fn github(report: &Report, texts: &Texts<'_>) -> String {
    let mut out = String::new();
    for once in once(report) {
        annotation(report, texts, &once, &mut out);
    }
    for objection in &report.objections {
        let message = one_line(&words::objection(objection));
        command(
            "error",
            &[("title", "tg-schema: the gate")],
            &message,
            &mut out,
        );
    }
    for written in &report.written {
        let changed = format!("changed {}", written.files.join(", "));
        let mended = written.mended.iter().map(words::mended);
        let lines = std::iter::once(changed).chain(mended);
        let lines: Vec<String> = lines.map(|line| one_line(&line)).collect();
        let title = [("title", "tg-schema: written by --fix")];
        command("notice", &title, &lines.join("\n"), &mut out);
    }
    let sum = format!(
        "{}: {}; {}",
        words::compared(report),
        words::Counts::of(report).words(),
        words::gate(report)
    );
    command(
        "notice",
        &[("title", "tg-schema check")],
        &one_line(&sum),
        &mut out,
    );
    out
}

fn annotation(report: &Report, texts: &Texts<'_>, once: &Once<'_>, out: &mut String) {
    let finding = once.finding;
    let level = match (&finding.suppressed, finding.severity) {
        (None, Severity::Breaking) => "error",
        (None, Severity::Loss) => "warning",
        (Some(_), _) | (None, Severity::Info) => "notice",
    };
    let mut properties = Vec::new();
    let anchor = texts.anchor(once.record, finding);
    let (file, line, column);
    if let Some(anchor) = &anchor {
        file = one_line(&texts.hosted(&anchor.file));
        line = anchor.line.to_string();
        column = anchor.column.to_string();
        properties.extend([
            ("file", file.as_str()),
            ("line", line.as_str()),
            ("col", column.as_str()),
        ]);
    }
    properties.push(("title", finding.rule.page.id));
    command(
        level,
        &properties,
        &plain::lines(report, once).join("\n"),
        out,
    );
}

fn command(level: &str, properties: &[(&str, &str)], message: &str, out: &mut String) {
    let properties: Vec<String> = properties
        .iter()
        .map(|(key, value)| format!("{key}={}", property(value)))
        .collect();
    let properties = properties.join(",");
    out.push_str(&format!("::{level} {properties}::{}\n", data(message)));
}

fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_ends_a_command_or_starts_another() {
        let mut out = String::new();
        let bad = "a:b,c%0A\r\n::error::x";
        command("notice", &[("file", bad), ("line", "1")], bad, &mut out);
        assert_eq!(
            out,
            "::notice file=a%3Ab%2Cc%250A%0D%0A%3A%3Aerror%3A%3Ax,line=1::a:b,c%250A%0D%0A::error::x\n"
        );
    }
}
