//! Findings, each once: what is found in a nested record comes up in every message that holds it.

use std::collections::HashMap;

use crate::report::{Compared, Counterexample, Finding, Fix, Report};

/// A finding, and all places in messages that it comes up at.
#[derive(Clone, Debug)]
pub struct Once<'r> {
    /// The first record that has it; none for what concerns no record.
    pub record: Option<&'r Compared>,
    /// The finding there.
    pub finding: &'r Finding,
    /// The other records, and the finding in each of them.
    pub also: Vec<(&'r Compared, &'r Finding)>,
}

impl<'r> Once<'r> {
    /// What to do: of all records, what is proven, else what is an edit, else what was said first.
    pub fn fix(&self) -> Option<&'r Fix> {
        let mut best: Option<&Fix> = None;
        let worth = |fix: &Fix| (fix.proven, !fix.edits.is_empty());
        for fix in self.all().filter_map(|finding| finding.fix.as_ref()) {
            if best.is_none_or(|best| worth(fix) > worth(best)) {
                best = Some(fix);
            }
        }
        best
    }

    /// Messages that show it, of the first record that has any.
    pub fn counterexamples(&self) -> &'r [Counterexample] {
        let mut all = self.all().map(|f| f.counterexamples.as_slice());
        all.find(|shown| !shown.is_empty()).unwrap_or(&[])
    }

    fn all(&self) -> impl Iterator<Item = &'r Finding> {
        let others = self.also.iter().map(|(_, finding)| *finding);
        std::iter::once(self.finding).chain(others)
    }
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
            (Some(once), Some(record)) => once.also.push((record, finding)),
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
