//! Whether edits that were proven record by record go together: a type may be part of several messages.

use std::collections::{BTreeSet, HashSet};

use super::{Proposal, applied};
use crate::check::{Options, check};
use crate::report::{Format, Report, Severity};
use crate::version::Version;

/// Comparisons of the whole that are made to find out, at most.
const MAX_CHECKS: usize = 48;
/// Bytes of schemas that are gone through in these.
const MAX_BYTES: usize = 8 << 20;
/// What is said of edits for which no comparison was left.
const UNTRIED: &str =
    " (it was not tried beside the edits for other findings: too many of these do not go together)";

/// Comparisons of the whole: fewer where it is large.
fn checks(new: &Version) -> usize {
    let bytes: usize = new.messages.iter().map(|message| message.text.len()).sum();
    let checks = MAX_BYTES.checked_div(bytes).unwrap_or(MAX_CHECKS);
    checks.clamp(6, MAX_CHECKS)
}

/// What does harm: the record, the rule and the path.
type Harm = (String, &'static str, String);

/// Leaves those out of the proven ones that break something in another message, and marks those that are for a round of
/// their own, because they do not go with the others.
pub(super) fn settle(
    report: &mut Report,
    proposals: &mut Vec<Proposal>,
    (new, against): (&Version, &[Version]),
    options: &Options,
) {
    let whole: Vec<usize> = (0..proposals.len())
        .filter(|at| proposals.get(*at).is_some_and(|p| p.whole))
        .collect();
    let mut joint = Joint {
        before: harms(report, Severity::Breaking),
        report,
        new,
        against,
        options,
        left: checks(new),
    };
    let mut taken: Vec<usize> = Vec::new();
    let mut wrong = Vec::new();
    let mut open = vec![whole.as_slice()];
    // Groups for which no comparison is left.
    let mut rest: Vec<usize> = Vec::new();
    while let Some(group) = open.pop() {
        if joint.left < 3 {
            rest.extend(group);
            continue;
        }
        let all = [&taken[..], group].concat();
        match (joint.goes(proposals, &all), group) {
            (true, _) => taken = all,
            (false, []) => {}
            (false, [one]) => {
                if !taken.is_empty() && joint.goes(proposals, group) {
                    if let Some(proposal) = proposals.get_mut(*one) {
                        proposal.apart = true;
                    }
                } else {
                    wrong.push(*one);
                }
            }
            (false, group) => {
                let (first, second) = group.split_at(group.len() / 2);
                open.push(second);
                open.push(first);
            }
        }
    }
    // The last comparison is of all of these.
    let last = [&taken[..], &rest].concat();
    let untried = !rest.is_empty() && !joint.goes(proposals, &last);
    wrong.extend(rest.iter().filter(|_| untried));
    for at in &wrong {
        let Some(proposal) = proposals.get(*at) else {
            continue;
        };
        let record = report.records.get_mut(proposal.record);
        let finding = record.and_then(|record| record.findings.get_mut(proposal.finding));
        if let Some(finding) = finding
            && let Some(fix) = &mut finding.fix
        {
            fix.proven = false;
            match rest.contains(at) {
                true => fix.message.push_str(UNTRIED),
                false => finding.rule.page.remedy.clone_into(&mut fix.message),
            }
        }
    }
    let mut at = 0..;
    proposals.retain(|_| !at.next().is_some_and(|at| wrong.contains(&at)));
}

struct Joint<'r> {
    before: BTreeSet<Harm>,
    report: &'r Report,
    new: &'r Version,
    against: &'r [Version],
    options: &'r Options,
    left: usize,
}

impl Joint<'_> {
    /// Whether these edits together take away what each mends and break nothing new.
    fn goes(&mut self, proposals: &[Proposal], group: &[usize]) -> bool {
        if group.is_empty() {
            return true;
        }
        self.left = self.left.saturating_sub(1);
        let group = || group.iter().filter_map(|at| proposals.get(*at));
        let mut known = HashSet::new();
        let edits = group().flat_map(|proposal| &proposal.edits);
        let edits: Vec<_> = edits
            .filter(|edit| known.insert(format!("{edit:?}")))
            .collect();
        let Some(edited) = applied(self.new, edits) else {
            return false;
        };
        let Ok(after) = check(&edited, self.against, self.options) else {
            return false;
        };
        let mended: BTreeSet<Harm> = group()
            .filter_map(|p| {
                let record = self.report.records.get(p.record)?;
                let finding = record.findings.get(p.finding)?;
                Some((
                    record.record.clone(),
                    finding.rule.page.id,
                    finding.path.clone(),
                ))
            })
            .collect();
        harms(&after, Severity::Breaking).is_subset(&self.before)
            && harms(&after, Severity::Loss).is_disjoint(&mended)
    }
}

/// What does harm to messages, at least as much as that.
fn harms(report: &Report, least: Severity) -> BTreeSet<Harm> {
    let records = report.records.iter();
    let found = records.flat_map(|record| {
        let harmful = record.findings.iter().filter(move |finding| {
            let mut effects = finding.effects.iter();
            effects.any(|e| e.format != Format::Rust && e.severity >= least)
        });
        harmful.map(|f| (record.record.clone(), f.rule.page.id, f.path.clone()))
    });
    found.collect()
}
