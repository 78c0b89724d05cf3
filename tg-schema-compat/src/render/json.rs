//! The JSON report. `schemas/check-report.schema.json` describes it.

use tg_schema_model::{Json, Span, json};

use super::words::{Counts, hex};
use super::{Texts, version};
use crate::report::{
    Compared, Counterexample, Edit, Effect, Finding, Fix, Format, Matrix, Mended, Objection, Order,
    Outcome, Pair, Place, Report, Step, Ways, Written,
};

/// The report as an object.
pub fn json(report: &Report, texts: &Texts<'_>) -> Json {
    let write = Write { report, texts };
    let counts = Counts::of(report);
    let summary = [
        ("records", counts.records),
        ("concerned", counts.concerned),
        ("breaking", counts.breaking),
        ("loss", counts.loss),
        ("info", counts.info),
        ("suppressed", counts.suppressed),
        ("objections", report.objections.len()),
    ];
    Json::object([
        ("new", Json::str(&report.new)),
        ("against", Json::strings(&report.against)),
        ("matrix", matrix(Some(&report.matrix))),
        ("loss", Json::Bool(report.loss)),
        ("records", array(&report.records, |r| write.record(r))),
        ("findings", array(&report.findings, |f| write.finding(f))),
        ("objections", array(&report.objections, objection)),
        ("written", array(&report.written, written)),
        (
            "summary",
            Json::object(summary.map(|(key, n)| (key, number(n)))),
        ),
    ])
}

struct Write<'w> {
    report: &'w Report,
    texts: &'w Texts<'w>,
}

impl Write<'_> {
    fn record(&self, record: &Compared) -> Json {
        let order = |rollout: &crate::report::Rollout| {
            Json::object([
                ("topic", text(rollout.topic.as_deref())),
                ("format", Json::str(rollout.format.as_str())),
                ("order", Json::str(rollout.order.as_str())),
            ])
        };
        Json::object([
            ("record", Json::str(&record.record)),
            ("old", text(record.old.as_deref())),
            ("new", text(record.new.as_deref())),
            ("matrix", matrix(record.matrix.as_ref())),
            ("loss", Json::Bool(record.loss)),
            ("topics", Json::strings(&record.topics)),
            ("rollout", array(&record.rollout, order)),
            ("versions", array(&record.versions, |p| self.pair(p))),
            ("findings", array(&record.findings, |f| self.finding(f))),
        ])
    }

    fn pair(&self, pair: &Pair) -> Json {
        let (old, new) = &pair.fingerprints;
        let stored = |stored: Option<bool>| stored.map_or(Json::Null, Json::Bool);
        Json::object([
            ("against", self.label(pair.against)),
            ("matrix", matrix(Some(&pair.matrix))),
            ("loss", Json::Bool(pair.loss)),
            ("stored_by_pulsar", stored(pair.stored_by_pulsar)),
            ("stored_by_registry", stored(pair.stored_by_registry)),
            (
                "fingerprints",
                Json::object([("old", Json::str(old)), ("new", Json::str(new))]),
            ),
        ])
    }

    fn finding(&self, finding: &Finding) -> Json {
        let formats = finding.formats();
        let examples: Vec<Json> = finding.counterexamples.iter().map(counterexample).collect();
        Json::object([
            ("rule", Json::str(finding.rule.page.id)),
            ("path", Json::str(&finding.path)),
            ("severity", Json::str(finding.severity.as_str())),
            (
                "formats",
                Json::strings(formats.iter().map(|format| format.as_str())),
            ),
            ("direction", Json::str(finding.direction())),
            ("message", Json::str(&finding.message)),
            ("old", Json::str(&finding.old)),
            ("new", Json::str(&finding.new)),
            ("effects", array(&finding.effects, effect)),
            (
                "against",
                array(&finding.against, |&version| self.label(version)),
            ),
            (
                "span",
                finding
                    .place
                    .as_ref()
                    .map_or(Json::Null, |place| self.place(place)),
            ),
            (
                "fix",
                finding.fix.as_ref().map_or(Json::Null, |fix| self.fix(fix)),
            ),
            (
                "counterexample",
                examples.first().cloned().unwrap_or(Json::Null),
            ),
            ("counterexamples", Json::Array(examples)),
            ("unproven", text(finding.unproven.as_deref())),
            ("suppressed", text(finding.suppressed.as_deref())),
            ("allow", text(finding.allow.as_deref())),
        ])
    }

    fn label(&self, version: usize) -> Json {
        text(self.report.against.get(version).map(String::as_str))
    }

    fn place(&self, place: &Place) -> Json {
        let sources = self.texts.sources(place.version);
        let end = sources.and_then(|sources| {
            sources.position(Span {
                start: place.span.end.max(place.span.start),
                ..place.span
            })
        });
        let (line, column) = end.map_or((place.line, place.column), |end| (end.line, end.column));
        Json::object([
            ("file", Json::str(&place.file)),
            ("line", number(place.line)),
            ("column", number(place.column)),
            ("end_line", number(line)),
            ("end_column", number(column)),
            ("version", text(version(self.report, place))),
        ])
    }

    fn fix(&self, fix: &Fix) -> Json {
        Json::object([
            ("message", Json::str(&fix.message)),
            ("edits", array(&fix.edits, |edit| self.edit(edit))),
            ("proven", Json::Bool(fix.proven)),
            (
                "plan",
                Json::strings(fix.plan.iter().map(|step| &*step.text)),
            ),
            ("steps", array(&fix.plan, |step| self.step(step))),
        ])
    }

    fn step(&self, step: &Step) -> Json {
        let order =
            |(format, order): &(Format, Order)| (format.as_str(), Json::str(order.as_str()));
        let ways = |(format, ways): &(Format, Ways)| (format.as_str(), both(*ways));
        Json::object([
            ("text", Json::str(&step.text)),
            ("edits", array(&step.texts, |edit| self.edit(edit))),
            ("schema", embedded(&step.schema)),
            ("as_new", Json::Bool(step.edits.is_empty())),
            ("rollout", Json::object(step.orders.iter().map(order))),
            ("registered", Json::object(step.registered.iter().map(ways))),
        ])
    }

    fn edit(&self, edit: &Edit) -> Json {
        let place = self.texts.new.place(edit.span);
        let at = |get: fn(tg_schema_model::diagnostic::Position) -> usize| {
            place.map_or(Json::Null, |(_, at)| number(get(at)))
        };
        let source = self.texts.new.sources.get(edit.span.source);
        let byte = |at: u32| {
            let at = at as usize;
            number(source.map_or(at, |source| source.in_file(at)))
        };
        Json::object([
            ("file", text(place.map(|(file, _)| file))),
            ("start", byte(edit.span.start)),
            ("end", byte(edit.span.end)),
            ("line", at(|at| at.line)),
            ("column", at(|at| at.column)),
            ("text", Json::str(&edit.text)),
        ])
    }
}

fn directions(ways: Ways) -> Vec<(&'static str, Json)> {
    vec![
        ("backward", Json::Bool(ways.backward)),
        ("forward", Json::Bool(ways.forward)),
    ]
}

fn both(ways: Ways) -> Json {
    Json::object(directions(ways))
}

fn matrix(matrix: Option<&Matrix>) -> Json {
    let of = |get: fn(&Matrix) -> Option<Ways>| matrix.and_then(get);
    let cell = |ways: Option<Ways>| ways.map_or(Json::Null, both);
    let json = of(|m| m.json).map_or(Json::Null, |ways| {
        let peers = matrix.map_or(&[][..], |m| m.peers.as_slice());
        let peers = peers
            .iter()
            .map(|(peer, ways)| (peer.as_str(), both(*ways)));
        let mut entries = directions(ways);
        entries.push(("peers", Json::object(peers)));
        Json::object(entries)
    });
    let rust = matrix.and_then(|m| m.rust);
    Json::object([
        ("avro", cell(of(|m| m.avro))),
        ("pulsar", cell(of(|m| m.pulsar))),
        ("json", json),
        ("rust", text(rust.map(|grade| grade.as_str()))),
    ])
}

fn effect(effect: &Effect) -> Json {
    Json::object([
        ("format", Json::str(effect.format.as_str())),
        ("peer", text(effect.peer)),
        ("direction", text(effect.direction.map(|d| d.as_str()))),
        ("severity", Json::str(effect.severity.as_str())),
        ("message", Json::str(&effect.message)),
    ])
}

/// A message that shows a finding, as the report has it.
pub fn counterexample(c: &Counterexample) -> Json {
    let bytes = c.bytes.as_deref().map(hex);
    let (outcome, error, value) = match &c.outcome {
        Outcome::Refused(error) => ("refused", Json::str(error), Json::Null),
        Outcome::Changed(value) => ("changed", Json::Null, embedded(value)),
    };
    Json::object([
        ("format", Json::str(c.format.as_str())),
        ("direction", Json::str(c.direction.as_str())),
        ("peer", text(c.peer)),
        ("message", embedded(&c.message)),
        ("avro_hex", text(bytes.as_deref())),
        ("outcome", Json::str(outcome)),
        ("error", error),
        ("value", value),
        ("difference", text(c.difference.as_deref())),
    ])
}

fn objection(objection: &Objection) -> Json {
    Json::object([
        ("record", text(objection.record.as_deref())),
        ("requirement", Json::str(objection.requirement.to_string())),
        ("message", Json::str(&objection.message)),
    ])
}

fn written(written: &Written) -> Json {
    let mended = |mended: &Mended| {
        Json::object([
            ("rule", Json::str(mended.rule.page.id)),
            ("record", Json::str(&mended.record)),
            ("path", Json::str(&mended.path)),
            ("message", Json::str(&mended.message)),
        ])
    };
    Json::object([
        ("files", Json::strings(&written.files)),
        ("mended", array(&written.mended, mended)),
    ])
}

/// JSON within the document; a text that is none as a string.
fn embedded(text: &str) -> Json {
    json::parse(text).unwrap_or_else(|_| Json::str(text))
}

fn array<T>(items: &[T], item: impl FnMut(&T) -> Json) -> Json {
    Json::Array(items.iter().map(item).collect())
}

fn text(text: Option<&str>) -> Json {
    text.map_or(Json::Null, Json::str)
}

fn number(n: usize) -> Json {
    Json::Number(n.to_string())
}
