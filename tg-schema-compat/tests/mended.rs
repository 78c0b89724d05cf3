//! What all proven edits of a report leave: nothing of what they were said to mend, and nothing that breaks and did not
//! before; over random changes of random definitions.

#[path = "change/mod.rs"]
mod change;

use std::collections::BTreeSet;

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::fix::{Proposal, applied, propose};
use tg_schema_compat::report::{Format, Report, Severity};
use tg_schema_compat::version::Version;
use tg_schema_dynamic::{Random, random_schema};
use tg_schema_model::edit::Edit;
use tg_schema_model::{Schema, Sources, validate};

const PAIRS: u64 = 250;

/// Two definitions, one of which is the other with a few changes.
fn pair(seed: u64) -> Option<(Schema, Schema)> {
    let old = random_schema(seed);
    let mut random = Random::new(seed ^ 0x0F1E_ED00);
    let mut new = old.clone();
    for _ in 0..2 + random.below(5) {
        change::change(&mut new, &mut random);
    }
    (!validate::check(&new).has_errors()).then_some((old, new))
}

type Harm = (String, &'static str, String);

/// What does harm to messages, at least as much as that.
fn harms(report: &Report, least: Severity) -> BTreeSet<Harm> {
    let mut found = BTreeSet::new();
    for record in &report.records {
        for finding in &record.findings {
            let harmful = finding
                .effects
                .iter()
                .any(|e| e.format != Format::Rust && e.severity >= least);
            if harmful {
                found.insert((
                    record.record.clone(),
                    finding.rule.page.id,
                    finding.path.clone(),
                ));
            }
        }
    }
    found
}

/// The edits of as many proposals as go together, and which.
fn together<'p>(new: &Version, proposals: &[&'p Proposal]) -> (Version, Vec<&'p Proposal>) {
    let (mut edits, mut taken): (Vec<&Edit>, Vec<&Proposal>) = (Vec::new(), Vec::new());
    for proposal in proposals {
        let mut more = edits.clone();
        more.extend(proposal.edits.iter().filter(|e| !edits.contains(e)));
        if applied(new, more.iter().copied()).is_some() {
            (edits, taken) = (more, [taken, vec![*proposal]].concat());
        }
    }
    (applied(new, edits).unwrap(), taken)
}

#[test]
fn all_that_was_proven() {
    let (mut wrong, mut mended_in_all) = (Vec::new(), 0);
    let options = Options::default();
    for seed in 0..PAIRS {
        let Some((old, new)) = pair(seed) else {
            continue;
        };
        let against = [Version::of_definitions("old", old, Sources::default())];
        let mut new = Version::of_definitions("new", new, Sources::default());
        let first = check(&new, &against, &options).unwrap();
        let breaking = harms(&first, Severity::Breaking);
        let mut mended: BTreeSet<Harm> = BTreeSet::new();
        for _ in 0..20 {
            let mut report = check(&new, &against, &options).unwrap();
            let proposals = propose(&mut report, &new, &against, &options);
            let whole: Vec<&Proposal> = proposals.iter().filter(|p| p.whole && !p.apart).collect();
            if whole.is_empty() {
                break;
            }
            let (edited, taken) = together(&new, &whole);
            let now: BTreeSet<Harm> = taken
                .iter()
                .map(|p| {
                    let record = &report.records[p.record];
                    let finding = &record.findings[p.finding];
                    (
                        record.record.clone(),
                        finding.rule.page.id,
                        finding.path.clone(),
                    )
                })
                .collect();
            let after = check(&edited, &against, &options).unwrap();
            for left in harms(&after, Severity::Loss).intersection(&now) {
                wrong.push(format!("seed {seed}: still {left:?}"));
            }
            mended.extend(now);
            new = edited;
        }
        let last = check(&new, &against, &options).unwrap();
        for left in harms(&last, Severity::Loss).intersection(&mended) {
            wrong.push(format!("seed {seed}: again {left:?}"));
        }
        for new in harms(&last, Severity::Breaking).difference(&breaking) {
            wrong.push(format!("seed {seed}: new {new:?}"));
        }
        mended_in_all += mended.len();
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} of {mended_in_all}",
        wrong.join("\n"),
        wrong.len()
    );
    assert!(mended_in_all > 300, "{mended_in_all}");
}
