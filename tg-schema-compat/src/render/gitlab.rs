//! A GitLab code quality report: an entry for each finding and for each objection of the gate.
//!
//! A fingerprint is of what stays the same when lines come and go, so that a merge request shows what it
//! brings and not what has moved.

use std::collections::HashMap;

use tg_schema_model::shown::one_line;
use tg_schema_model::{Fingerprint, Json};

use super::once::{Once, once};
use super::{Texts, plain, words};
use crate::report::{Finding, Report, Severity};

/// The name under which objections of the gate are listed.
const GATE: &str = "GATE";

/// The entries, as an array.
pub fn gitlab(report: &Report, texts: &Texts<'_>) -> Json {
    let mut write = Write {
        texts,
        seen: HashMap::new(),
        entries: Vec::new(),
    };
    for once in once(report) {
        write.finding(report, &once);
    }
    for objection in &report.objections {
        let name = objection.record.as_deref();
        let anchor = name.and_then(|name| texts.declaration(name));
        let place = anchor.map(|anchor| (anchor.file, anchor.line));
        let words = one_line(&words::objection(objection));
        let place = write.somewhere(report, place);
        write.entry(GATE, "blocker", &words, &words, &place);
    }
    Json::Array(write.entries)
}

struct Write<'w> {
    texts: &'w Texts<'w>,
    /// How often each fingerprint came up before.
    seen: HashMap<String, usize>,
    entries: Vec<Json>,
}

impl Write<'_> {
    fn finding(&mut self, report: &Report, once: &Once<'_>) {
        let finding = once.finding;
        let anchor = self.texts.anchor(once.record, finding);
        let place = match (anchor, &finding.place) {
            (Some(anchor), _) => Some((anchor.file, anchor.line)),
            (None, Some(place)) => Some((place.file.clone(), place.line)),
            (None, None) => None,
        };
        let place = self.somewhere(report, place);
        let same = [
            words::at(once.record, finding).as_str(),
            &finding.old,
            &finding.new,
        ]
        .join("\0");
        let rule = finding.rule.page.id;
        let text = plain::lines(report, once).join("; ");
        self.entry(rule, severity(finding), &text, &same, &place);
    }

    /// A place is demanded: what has none is shown at the first line of the first file.
    fn somewhere(&self, report: &Report, place: Option<(String, usize)>) -> (String, usize) {
        place.unwrap_or_else(|| {
            let first = self.texts.new.sources.0.first();
            (first.map_or(&report.new, |s| &s.name).clone(), 1)
        })
    }

    fn entry(
        &mut self,
        name: &str,
        severity: &str,
        text: &str,
        same: &str,
        (file, line): &(String, usize),
    ) {
        let path = self.texts.hosted(file);
        let same = format!("{name}\0{path}\0{same}");
        let before = self.seen.entry(same.clone()).or_default();
        let print = Fingerprint::of(&format!("{same}\0{before}")).sha256_hex();
        *before += 1;
        let lines = Json::object([("begin", Json::Number(line.to_string()))]);
        self.entries.push(Json::object([
            ("description", Json::str(text)),
            ("check_name", Json::str(name)),
            ("fingerprint", Json::str(print)),
            ("severity", Json::str(severity)),
            (
                "location",
                Json::object([("path", Json::str(path)), ("lines", lines)]),
            ),
        ]));
    }
}

fn severity(finding: &Finding) -> &'static str {
    match (&finding.suppressed, finding.severity) {
        (None, Severity::Breaking) => "critical",
        (None, Severity::Loss) => "major",
        (Some(_), _) | (None, Severity::Info) => "info",
    }
}
