//! The facts of a report as words, the same in every form.

use crate::loss::Direction;
use crate::report::{
    Compared, Counterexample, Effect, Finding, Fix, Mended, Objection, Order, Outcome, Report,
    Rollout, Severity,
};

/// Longer texts within a finding are cut short where people read them. The JSON report has them whole.
pub const MAX_SHOWN: usize = 2_000;

/// A text, cut to [`MAX_SHOWN`] characters, with how much is left out.
pub fn cut(text: &str) -> String {
    match text.char_indices().nth(MAX_SHOWN) {
        None => text.to_owned(),
        Some((at, _)) => {
            let (kept, left) = text.split_at(at);
            format!("{kept}… ({} more characters)", left.chars().count())
        }
    }
}

/// Where in the message: the record and the path.
pub fn at(record: Option<&Compared>, finding: &Finding) -> String {
    let record = record.map_or("", |record| record.record.as_str());
    join(record, &finding.path)
}

/// A record and a path in it.
pub fn join(record: &str, path: &str) -> String {
    match (record, path) {
        ("", path) => path.to_owned(),
        (record, "") => record.to_owned(),
        (record, path) => format!("{record}.{path}"),
    }
}

/// `old → new`, or none where the finding is of no such thing.
pub fn change(finding: &Finding) -> Option<String> {
    let word = |text: &str| match text {
        "" => "nothing".to_owned(),
        text => cut(text),
    };
    match (finding.old.as_str(), finding.new.as_str()) {
        ("", "") => None,
        (old, new) => Some(format!("{} → {}", word(old), word(new))),
    }
}

/// The formats that a finding concerns, separated by commas.
pub fn formats(finding: &Finding) -> String {
    let formats = finding.formats();
    let words: Vec<&str> = formats.iter().map(|format| format.as_str()).collect();
    words.join(", ")
}

/// Whose verdict, and which readers: `json of python-record, backward`.
fn whose(format: &str, peer: Option<&str>, direction: Option<Direction>) -> String {
    let mut out = format.to_owned();
    if let Some(peer) = peer {
        out.push_str(" of ");
        out.push_str(peer);
    }
    if let Some(direction) = direction {
        out.push_str(", ");
        out.push_str(direction.as_str());
    }
    out
}

/// Whom an effect concerns: `avro, backward`.
pub fn concerned(effect: &Effect) -> String {
    whose(effect.format.as_str(), effect.peer, effect.direction)
}

/// An effect as one line: whom it concerns, how bad it is, and the words of the engine.
pub fn effect(effect: &Effect) -> String {
    let who = concerned(effect);
    let severity = effect.severity.as_str();
    match effect.message.as_str() {
        "" => format!("{who} ({severity})"),
        message => format!("{who} ({severity}): {}", cut(message)),
    }
}

/// Whose message a counterexample is: `avro, backward`.
pub fn shown_for(c: &Counterexample) -> String {
    whose(c.format.as_str(), c.peer, Some(c.direction))
}

/// What became of a message, as a verb and its text.
pub fn outcome(outcome: &Outcome) -> (&'static str, &str) {
    match outcome {
        Outcome::Refused(error) => ("is refused", error),
        Outcome::Changed(value) => ("is read as", value),
    }
}

/// What differs, where it is not seen in the texts: two readers make different bytes of one, say.
pub fn unseen(c: &Counterexample) -> Option<&str> {
    let is_same = matches!(&c.outcome, Outcome::Changed(value) if *value == c.message);
    c.difference.as_deref().filter(|_| is_same)
}

/// A counterexample as one line.
pub fn counterexample(c: &Counterexample) -> String {
    let bytes = match &c.bytes {
        Some(bytes) => format!(" (bytes {})", cut(&hex(bytes))),
        None => String::new(),
    };
    let (verb, text) = outcome(&c.outcome);
    let unseen = unseen(c).map_or(String::new(), |told| format!(" ({})", cut(told)));
    format!(
        "{}: {}{bytes} {verb}: {}{unseen}",
        shown_for(c),
        cut(&c.message),
        cut(text)
    )
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    tg_schema_model::fingerprint::hex(bytes)
}

/// What is known of a fix beside its words; empty where it has no edits.
pub fn proven(fix: &Fix) -> &'static str {
    match (fix.edits.is_empty(), fix.proven) {
        (true, _) => "",
        (false, true) => "with this edit the comparison is clean of it",
        (false, false) => "this edit alone does not make the comparison clean of it",
    }
}

/// Topics whose orders of release are the same, and these orders as `avro: readers first`.
#[derive(Debug, PartialEq, Eq)]
pub struct Release<'r> {
    /// Addresses; none where the message has no topic.
    pub topics: Vec<&'r str>,
    /// One for each wire, then what registries store.
    pub words: Vec<String>,
}

/// The releases of a record, where it matters who comes first on any of its topics.
pub fn releases(record: &Compared) -> Vec<Release<'_>> {
    if record.rollout.iter().all(|r| r.order == Order::Any) {
        return Vec::new();
    }
    let mut releases: Vec<Release<'_>> = Vec::new();
    for of_topic in record.rollout.chunk_by(|a, b| a.topic == b.topic) {
        let word = |r: &Rollout| format!("{}: {}", r.format.as_str(), r.order.as_str());
        let words: Vec<String> = of_topic.iter().map(word).collect();
        let topic = of_topic.first().and_then(|r| r.topic.as_deref());
        match releases.iter_mut().find(|known| known.words == words) {
            Some(known) => known.topics.extend(topic),
            None => releases.push(Release {
                topics: topic.into_iter().collect(),
                words,
            }),
        }
    }
    for release in &mut releases {
        release.words.extend(stored(record));
    }
    releases
}

/// What the gate objects to, as one line.
pub fn objection(objection: &Objection) -> String {
    let Objection {
        record,
        requirement,
        message,
    } = objection;
    match record {
        Some(record) => format!("{requirement}: {record}: {}", cut(message)),
        None => format!("{requirement}: {}", cut(message)),
    }
}

/// What edits mended, as one line: the place, the rule, and what was done.
pub fn mended(mended: &Mended) -> String {
    let place = join(&mended.record, &mended.path);
    format!("{place}: {}: {}", mended.rule.page.id, cut(&mended.message))
}

/// What was compared with what.
pub fn compared(report: &Report) -> String {
    match report.against.as_slice() {
        [] => format!("{}, compared with nothing", report.new),
        [one] => format!("{}, compared with {one}", report.new),
        [one, two] => format!("{}, compared with {one} and {two}", report.new),
        [first, .., last] => format!(
            "{}, compared with {} versions from {first} to {last}",
            report.new,
            report.against.len()
        ),
    }
}

/// How much was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Records of either version.
    pub records: usize,
    /// Those that something was found in.
    pub concerned: usize,
    /// Findings that break somebody, without suppressed ones.
    pub breaking: usize,
    /// Findings that lose something, without suppressed ones.
    pub loss: usize,
    /// Findings worth knowing, without suppressed ones.
    pub info: usize,
    /// Suppressed findings.
    pub suppressed: usize,
}

impl Counts {
    /// Of a report.
    pub fn of(report: &Report) -> Self {
        let mut counts = Counts {
            records: report.records.len(),
            concerned: report
                .records
                .iter()
                .filter(|record| !record.findings.is_empty())
                .count(),
            ..Counts::default()
        };
        for (_, finding) in super::findings(report) {
            let count = match (&finding.suppressed, finding.severity) {
                (Some(_), _) => &mut counts.suppressed,
                (None, Severity::Breaking) => &mut counts.breaking,
                (None, Severity::Loss) => &mut counts.loss,
                (None, Severity::Info) => &mut counts.info,
            };
            *count += 1;
        }
        counts
    }

    /// As words: `2 breaking, 1 loss, 3 info in 2 of 10 records`.
    pub fn words(&self) -> String {
        let found: Vec<String> = [
            (self.breaking, "breaking"),
            (self.loss, "loss"),
            (self.info, "info"),
            (self.suppressed, "suppressed"),
        ]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{n} {word}"))
        .collect();
        let records = self.records;
        let s = if records == 1 { "" } else { "s" };
        match found.as_slice() {
            [] => format!("nothing found in {records} record{s}"),
            found => format!(
                "{} in {} of {records} record{s}",
                found.join(", "),
                self.concerned
            ),
        }
    }
}

/// How it ended, as words.
pub fn gate(report: &Report) -> String {
    match report.objections.len() {
        0 => "the gate is passed".to_owned(),
        1 => "the gate has 1 objection".to_owned(),
        n => format!("the gate has {n} objections"),
    }
}

/// Whether brokers and registries store the new text beside the latest earlier version, as one line; none
/// where that is not known. A registry looks at documentation too, which a lock does not hold.
pub fn stored(record: &Compared) -> Option<String> {
    let pair = record.versions.last()?;
    let of = |who: &str, stored: Option<bool>| {
        let word = if stored? { "stored" } else { "not stored" };
        Some(format!("{word} by {who}"))
    };
    let by_documentation = || {
        let words =
            "stored by registries if documentation changed, which the baseline does not hold";
        pair.stored_by_pulsar.map(|_| words.to_owned())
    };
    let words: Vec<String> = [
        of("Pulsar", pair.stored_by_pulsar),
        of("registries", pair.stored_by_registry).or_else(by_documentation),
    ]
    .into_iter()
    .flatten()
    .collect();
    match words.as_slice() {
        [] => None,
        words => Some(format!("as a new version: {}", words.join(", "))),
    }
}

/// The earlier versions that show a finding, where these are not all; none else.
pub fn only_against(report: &Report, finding: &Finding) -> Option<String> {
    if finding.against.is_empty() || finding.against.len() >= report.against.len() {
        return None;
    }
    let labels: Vec<&str> = finding
        .against
        .iter()
        .filter_map(|&at| report.against.get(at))
        .map(String::as_str)
        .collect();
    match labels.as_slice() {
        [] => None,
        [first, _, .., last] if labels.len() > 4 => {
            Some(format!("{} versions from {first} to {last}", labels.len()))
        }
        labels => Some(labels.join(", ")),
    }
}
