//! What to do about a finding: the smallest edit of the new definitions that undoes its harm, proven by comparing
//! again; and the releases to make where the change is meant.
//!
//! Edits are of the model. Whoever knows the texts of the definitions turns them into edits of texts.

mod candidate;
mod plan;
mod steps;
mod translate;

use std::collections::BTreeSet;

use tg_schema_model::edit::{self, Edit};

use crate::change::{self, Change};
use crate::check::{Options, Ready, Run, check_with};
use crate::effort::{self, Effort};
use crate::loss::Direction;
use crate::report::{Compared, Effect, Finding, Fix, Format, Report, Severity, Step};
use crate::version::Version;
use candidate::Candidate;

/// Findings of one report for which edits are tried; the rest is told in words alone. Of one record 50 are, fewer
/// where its schemas are large.
pub const MAX_PROVEN: usize = 200;

/// Edits that mend a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Index into [`Report::records`].
    pub record: usize,
    /// Index into the findings of the record.
    pub finding: usize,
    /// What to change in the new definitions.
    pub edits: Vec<Edit>,
    /// Whether nothing of the finding is left then; else less is.
    pub whole: bool,
}

/// Fills in what to do about every finding that breaks or loses something, and gives the edits that were proven.
pub fn propose(
    report: &mut Report,
    new: &Version,
    against: &[Version],
    options: &Options,
) -> Vec<Proposal> {
    let ready = Ready::of(new);
    let old: Vec<Ready<'_>> = against.iter().map(Ready::of).collect();
    let mut proposals = Vec::new();
    let mut effort = Effort::of_report();
    let mut tried = 0;
    for (r, record) in report.records.iter_mut().enumerate() {
        let harmful = |f: &Finding| f.severity > Severity::Info && f.suppressed.is_none();
        if !record.findings.iter().any(harmful) {
            continue;
        }
        effort.next_record();
        let mut left = effort::findings(record, new, against);
        let latest = record.findings.iter().filter(|f| harmful(f));
        let latest: BTreeSet<usize> = latest
            .filter_map(|f| f.against.iter().max().copied())
            .collect();
        let walks = old.iter().enumerate().map(|(at, old)| {
            let wanted = tried < MAX_PROVEN && latest.contains(&at);
            wanted.then(|| changes(old, &ready, record)).flatten()
        });
        let walks: Vec<Option<Vec<Change<'_>>>> = walks.collect();
        let harmed = harm(record);
        for f in 0..record.findings.len() {
            let Some(finding) = record.findings.get(f).filter(|f| harmful(f)) else {
                continue;
            };
            let mended = if tried < MAX_PROVEN && left > 0 {
                tried += 1;
                left -= 1;
                let latest = finding.against.iter().max();
                let versions = latest.and_then(|at| Some((old.get(*at)?, walks.get(*at)?)));
                let compared = Record {
                    is: record,
                    harm: &harmed,
                    new: &ready,
                    against,
                    options,
                };
                // The latest version against which it was found has what is to be brought back.
                match versions {
                    Some((old, Some(changes))) => {
                        mend(finding, compared, old, changes, &mut effort)
                    }
                    _ => Mended::default(),
                }
            } else {
                Mended::default()
            };
            let message = finding.fix.as_ref().map(|fix| fix.message.clone());
            let fix = Fix {
                message: mended
                    .message
                    .or(message)
                    .unwrap_or_else(|| finding.rule.page.remedy.to_owned()),
                edits: Vec::new(),
                proven: mended.whole,
                plan: mended.plan,
            };
            if !mended.edits.is_empty() {
                proposals.push(Proposal {
                    whole: mended.whole,
                    record: r,
                    finding: f,
                    edits: mended.edits,
                });
            }
            if let Some(finding) = record.findings.get_mut(f) {
                finding.fix = Some(fix);
            }
        }
    }
    proposals
}

/// The new definitions with edits applied; none where one of them does not fit or they contradict each other.
pub fn applied<'e>(new: &Version, edits: impl IntoIterator<Item = &'e Edit>) -> Option<Version> {
    let mut schema = new.schema.clone();
    for edit in edits {
        if !edit::apply(&mut schema, edit) {
            return None;
        }
    }
    let wrong = tg_schema_model::validate::check(&schema);
    if wrong.has_errors() {
        return None;
    }
    let mut version = Version::of_definitions(&*new.label, schema, new.sources.clone());
    version.tombstones.clone_from(&new.tombstones);
    if new.single {
        // The schema is still the only message, whatever it is called and whatever types are inside it.
        let record = new.messages.first().and_then(|message| message.record);
        version.messages.retain(|message| message.record == record);
        version.single = true;
    }
    Some(version)
}

#[derive(Default)]
struct Mended {
    message: Option<String>,
    edits: Vec<Edit>,
    whole: bool,
    plan: Vec<Step>,
}

/// A record that is to be mended.
#[derive(Clone, Copy)]
struct Record<'r, 'v> {
    is: &'r Compared,
    harm: &'r BTreeSet<Harm>,
    new: &'r Ready<'v>,
    against: &'r [Version],
    options: &'r Options,
}

fn mend(
    finding: &Finding,
    record: Record<'_, '_>,
    old: &Ready<'_>,
    changes: &[Change<'_>],
    effort: &mut Effort,
) -> Mended {
    let mut mended = Mended::default();
    let Record {
        is: record,
        harm: before,
        new,
        against,
        options,
    } = record;
    let Some(name) = &record.new else {
        return mended;
    };
    let is_it = |change: &&Change<'_>| {
        change.path == finding.path
            && (finding.rule.look)(change).is_some_and(|words| words.message == finding.message)
    };
    let Some(change) = changes.iter().find(is_it) else {
        return mended;
    };
    let has = |format: Format| {
        record
            .matrix
            .as_ref()
            .is_some_and(|m| m.ways(format).is_some())
    };
    let again = Options {
        only: vec![name.clone()],
        ..options.clone()
    };
    let meant = steps::Meant {
        finding,
        before,
        new: new.version,
        against,
        latest: finding.against.iter().max().copied().unwrap_or(0),
        options: &again,
        wires: [Format::Avro, Format::Pulsar, Format::Json].map(has),
    };
    mended.plan = steps::of(plan::drafts(finding, change, old, new), meant, effort);
    // What was there before may stay elsewhere, whether messages show it or not.
    let sought = |rule: &'static str, path: &str, effect: &Effect| {
        path == finding.path || !before.contains(&Harm::of(rule, path, effect))
    };
    for Candidate { edits, message } in candidate::of(finding, change, old, new) {
        let Some(edited) = applied(new.version, &edits) else {
            continue;
        };
        let mut run = Run {
            effort,
            sought: &sought,
        };
        let Ok(report) = check_with(&edited, against, &again, &mut run) else {
            continue;
        };
        // What is read only now may lose what it lost nothing of before.
        let revealed =
            |h: &Harm| h.severity == Severity::Loss && !is_read(record, h) && !before.contains(h);
        let mut after: BTreeSet<Harm> = report.records.iter().flat_map(harm).collect();
        after.retain(|h| !revealed(h));
        let left = after
            .iter()
            .any(|h| h.path == finding.path && h.rule == finding.rule.page.id);
        if !after.is_subset(before) || after.len() == before.len() {
            continue;
        }
        // Edits after which less is left are second best.
        if !left || mended.edits.is_empty() {
            mended.message = Some(match left {
                false => message,
                true => format!("{message}: less is left of it then"),
            });
            mended.edits = edits;
            mended.whole = !left;
        }
        if mended.whole {
            break;
        }
    }
    mended
}

/// Whether messages are read where something is lost.
fn is_read(record: &Compared, harm: &Harm) -> bool {
    let ways = record.matrix.as_ref().and_then(|m| m.ways(harm.format));
    let ways = ways.zip(harm.direction);
    ways.is_none_or(|(ways, direction)| ways.get(direction))
}

fn changes<'v>(
    old: &'v Ready<'v>,
    new: &'v Ready<'v>,
    record: &Compared,
) -> Option<Vec<Change<'v>>> {
    let of = |ready: &'v Ready<'v>, name: &str| {
        let message = ready.version.messages.iter().find(|m| m.name == name)?;
        ready.walked(message).ok()
    };
    let before = of(old, record.old.as_deref()?)?;
    let after = of(new, record.new.as_deref()?)?;
    change::between(before, after).ok()
}

/// One thing that breaks or gets lost.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Harm {
    rule: &'static str,
    path: String,
    format: Format,
    direction: Option<Direction>,
    severity: Severity,
}

impl Harm {
    fn of(rule: &'static str, path: &str, effect: &Effect) -> Self {
        Harm {
            rule,
            path: path.to_owned(),
            format: effect.format,
            direction: effect.direction,
            severity: effect.severity,
        }
    }
}

fn harm(record: &Compared) -> BTreeSet<Harm> {
    let mut harm = BTreeSet::new();
    for finding in &record.findings {
        // That code has to be edited counts where nothing else does.
        let wire = finding
            .effects
            .iter()
            .any(|e| e.format != Format::Rust && e.severity > Severity::Info);
        for effect in &finding.effects {
            if effect.severity > Severity::Info && (effect.format != Format::Rust || !wire) {
                harm.insert(Harm::of(finding.rule.page.id, &finding.path, effect));
            }
        }
    }
    harm
}
