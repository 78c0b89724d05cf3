//! A report and what is required into objections.

use std::collections::BTreeMap;

use tg_schema_model::{Diagnostic, Diagnostics};

use super::{Requirement, Requirements};
use crate::engine::rust::Grade;
use crate::loss::Direction;
use crate::report::{Compared, Finding, Format, Matrix, Objection, Pair, Report, Severity};
use crate::version::Version;

/// What is required of records instead, by full name.
pub type Overrides = BTreeMap<String, Requirements>;

/// What the definitions of a version require of their records, and what is wrong with that.
pub fn overrides(version: &Version) -> (Overrides, Diagnostics) {
    let mut found = Overrides::new();
    let mut diagnostics = Diagnostics::default();
    for (name, record) in version.called() {
        let Some(check) = &record.check else { continue };
        let Some(text) = &check.require else { continue };
        match text.parse::<Requirements>() {
            Ok(read) => {
                found.insert(name, read);
            }
            Err(error) => {
                let place = check.require_span.or(record.span);
                let message = format!("`require` of record `{}`: {}", record.name, error.message);
                let label = "expected requirements such as `avro=backward,loss=any`";
                diagnostics.push(Diagnostic::error(place, message, label).help(error.help));
            }
        }
    }
    (found, diagnostics)
}

/// Writes into a report what is objected to, in place of what was there: of each record what breaks a
/// requirement, then what concerns no record.
///
/// Call it when suppressions have been applied.
pub fn judge(report: &mut Report, requirements: &Requirements, overrides: &Overrides) {
    let mut objections = Vec::new();
    for record in &report.records {
        let over = record.new.as_ref().and_then(|name| overrides.get(name));
        let required = match over {
            Some(over) => requirements.with(over),
            None => requirements.clone(),
        };
        for requirement in required.all() {
            if let Some(message) = objection(record, requirement) {
                objections.push(Objection {
                    record: Some(record.record.clone()),
                    requirement,
                    message,
                });
            }
        }
    }
    let other = Compared {
        findings: std::mem::take(&mut report.findings),
        ..Compared::default()
    };
    for requirement in requirements.all() {
        if let Some(message) = objection(&other, requirement) {
            objections.push(Objection {
                record: None,
                requirement,
                message,
            });
        }
    }
    report.findings = other.findings;
    report.objections = objections;
}

/// What is objected to under one requirement.
fn objection(record: &Compared, requirement: Requirement) -> Option<String> {
    let ask = |asks: &Ask| asks.of(record);
    let (broken, found) = match (requirement.key, requirement.value) {
        ("avro", value) => ways(record, Format::Avro, value)?,
        ("pulsar", value) => ways(record, Format::Pulsar, value)?,
        ("json", value) => ways(record, Format::Json, value)?,
        ("rust", "any") | ("loss" | "deployment", "any") => return None,
        ("rust", value) => {
            let (least, allowed) = match value {
                "ok" => (Severity::Info, Grade::Ok),
                _ => (Severity::Breaking, Grade::Soft),
            };
            let over = |matrix: &Matrix| matrix.rust.is_some_and(|grade| grade > allowed);
            if !record.matrix.as_ref().is_some_and(over) {
                return None;
            }
            let asks = Ask {
                finding: &|f| has(f, Format::Rust, None, least),
                pair: &|pair| over(&pair.matrix),
            };
            let grade = record.matrix.as_ref().and_then(|m| m.rust)?;
            (ask(&asks)?, format!("Rust code is {}", grade.as_str()))
        }
        ("loss", _) => {
            let loses = |f: &Finding| {
                f.severity == Severity::Loss
                    || f.effects.iter().any(|e| e.severity == Severity::Loss)
            };
            let asks = Ask {
                finding: &loses,
                pair: &|pair| pair.loss,
            };
            (ask(&asks)?, "something is lost or altered".to_owned())
        }
        _ => {
            let asks = Ask {
                finding: &|f| has(f, Format::Deployment, None, Severity::Breaking),
                pair: &|_| false,
            };
            (ask(&asks)?, "the deployment breaks".to_owned())
        }
    };
    Some(match broken {
        Broken::By(findings) => format!("{found}: {findings}"),
        Broken::Unexplained => found,
    })
}

/// What is objected to of a format that has directions.
fn ways(record: &Compared, format: Format, value: &str) -> Option<(Broken, String)> {
    let wanted: &[Direction] = match value {
        "full" | "accepted" => &Direction::ALL,
        "backward" => &[Direction::Backward],
        "forward" => &[Direction::Forward],
        _ => &[],
    };
    let fails = |matrix: &Matrix| {
        let verdict = matrix.ways(format);
        verdict.is_some_and(|ways| wanted.iter().any(|d| !ways.get(*d)))
    };
    let breaks = |f: &Finding| {
        let broken = |d: &Direction| has(f, format, Some(*d), Severity::Breaking);
        wanted.iter().any(broken)
    };
    let mut broken = None;
    for direction in wanted {
        let asks = Ask {
            finding: &|f| has(f, format, Some(*direction), Severity::Breaking),
            pair: &|pair| pair.matrix.ways(format).is_some_and(|w| !w.get(*direction)),
        };
        broken = broken.or(asks.of(record));
    }
    let broken = match broken? {
        Broken::By(_) => Broken::By(listed(record, &breaks)),
        unexplained => unexplained,
    };
    let verdict = record.matrix.as_ref().filter(|m| fails(m));
    let verdict = verdict.and_then(|m| m.ways(format));
    let word = verdict.map_or("not what is required", |ways| ways.as_str());
    Some((broken, format!("`{}` is {word}", format.as_str())))
}

fn has(finding: &Finding, format: Format, direction: Option<Direction>, least: Severity) -> bool {
    let mut effects = finding.effects.iter();
    effects.any(|e| e.format == format && e.direction == direction && e.severity >= least)
}

/// Why something is broken.
enum Broken {
    /// Findings, as a list.
    By(String),
    /// Nobody says.
    Unexplained,
}

/// One cell of the matrix: which findings break it, and which pairs of versions show it.
struct Ask<'a> {
    finding: &'a dyn Fn(&Finding) -> bool,
    pair: &'a dyn Fn(&Pair) -> bool,
}

impl Ask<'_> {
    fn of(&self, record: &Compared) -> Option<Broken> {
        let mut open = record.findings.iter().filter(|f| f.suppressed.is_none());
        if open.any(|f| (self.finding)(f)) {
            return Some(Broken::By(listed(record, self.finding)));
        }
        let explained = |pair: &Pair| {
            let mut findings = record.findings.iter();
            findings.any(|f| (self.finding)(f) && f.against.contains(&pair.against))
        };
        let mut broken = record.versions.iter().filter(|pair| (self.pair)(pair));
        broken
            .any(|pair| !explained(pair))
            .then_some(Broken::Unexplained)
    }
}

/// The first findings that are not suppressed, and how many more there are.
fn listed(record: &Compared, of: &dyn Fn(&Finding) -> bool) -> String {
    const SHOWN: usize = 3;
    let open = record.findings.iter();
    let open: Vec<&Finding> = open.filter(|f| f.suppressed.is_none() && of(f)).collect();
    let told = open.iter().take(SHOWN).map(|f| match f.path.as_str() {
        "" => f.rule.page.id.to_owned(),
        path => format!("{} at `{path}`", f.rule.page.id),
    });
    let mut text = told.collect::<Vec<_>>().join(", ");
    if let Some(more @ 1..) = open.len().checked_sub(SHOWN) {
        text.push_str(&format!(" and {more} more"));
    }
    text
}
