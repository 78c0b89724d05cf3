//! Findings, each once: what is found in a nested record comes up in every message that holds it.

use std::collections::HashMap;

use crate::report::{Compared, Finding, Report};

/// A finding, and all places in messages that it comes up at.
#[derive(Clone, Debug)]
pub struct Once<'r> {
    /// The first record that has it; none for what concerns no record.
    pub record: Option<&'r Compared>,
    /// The finding there.
    pub finding: &'r Finding,
    /// The other records and their paths.
    pub also: Vec<(&'r Compared, &'r str)>,
}

/// The findings of a report, each once, in the order in which they come up first.
///
/// Two are the same where all but the record and the path is: rule, place, severity, what changed, whom it
/// concerns and which earlier versions show it. What has no place is never the same.
pub fn once(report: &Report) -> Vec<Once<'_>> {
    let mut all: Vec<Once<'_>> = Vec::new();
    let mut known: HashMap<_, usize> = HashMap::new();
    for (record, finding) in super::findings(report) {
        let key = finding.place.as_ref().map(|place| {
            (
                (finding.rule.page.id, place.version, place.span),
                (finding.severity, finding.formats(), finding.direction()),
                (&finding.message, &finding.old, &finding.new),
                (&finding.against, &finding.suppressed),
            )
        });
        let first = key.as_ref().and_then(|key| known.get(key)).copied();
        match (first.and_then(|at| all.get_mut(at)), record) {
            (Some(once), Some(record)) => once.also.push((record, &finding.path)),
            _ => {
                if let Some(key) = key {
                    known.insert(key, all.len());
                }
                all.push(Once {
                    record,
                    finding,
                    also: Vec::new(),
                });
            }
        }
    }
    all
}
