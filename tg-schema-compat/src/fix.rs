//! What to do about a finding: the smallest edit of the new definitions that undoes its harm, proven by comparing
//! again; and the releases to make where the change is meant.
//!
//! Edits are of the model. Whoever knows the texts of the definitions turns them into edits of texts.

mod alone;
mod candidate;
mod joint;
mod plan;
mod schema;
mod steps;
mod translate;
mod trial;

use std::cell::OnceCell;
use std::collections::BTreeSet;

use tg_schema_model::edit::{self, Edit};

use crate::change::{self, Change, Past};
use crate::check::{Options, Ready, pairing};
use crate::effort::{self, Effort};
use crate::engine::avro::Graph;
use crate::loss::Direction;
use crate::report::{Compared, Effect, Finding, Fix, Format, Report, Severity, Step};
use crate::version::Version;
use alone::Bare;
use steps::Checks;
use trial::{Choice, Outcome, Trial, Try, Walk};

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
    /// Whether it does not go with those before it: it is for a round of its own.
    pub apart: bool,
}

/// Fills in what to do about every finding that breaks or loses something, and gives the edits that were proven.
///
/// An edit is tried on the change by itself first, since what others break hides what it does; then on the whole, with
/// those for other findings.
pub fn propose(
    report: &mut Report,
    new: &Version,
    against: &[Version],
    options: &Options,
) -> Vec<Proposal> {
    let ready = Ready::of(new);
    let old: Vec<Ready<'_>> = against.iter().map(Ready::of).collect();
    let paired = pairing::pair_all(against, new);
    let bare = OnceCell::new();
    let mut proposals = Vec::new();
    let mut effort = Effort::of_report();
    let mut left = effort::MAX_TRIED;
    let mut plan_checks = effort::MAX_PLAN_CHECKS;
    for (r, record) in report.records.iter_mut().enumerate() {
        let harmful = |f: &Finding| f.severity > Severity::Info && f.suppressed.is_none();
        if !record.findings.iter().any(harmful) {
            continue;
        }
        effort.next_record();
        // The latest version against which something was found has what is to be brought back.
        let latest = record.findings.iter().filter(|f| harmful(f));
        let latest: BTreeSet<usize> = latest
            .filter_map(|f| f.against.iter().max().copied())
            .collect();
        let at = new
            .messages
            .iter()
            .position(|m| Some(&m.name) == record.new.as_ref());
        let formers = at.map_or_else(Vec::new, |at| pairing::formers(&paired, against, at));
        let past = formers
            .iter()
            .filter_map(|(at, former)| Some((against.get(*at)?, *former)));
        let past: Past<'_> = past.collect();
        let walks = old.iter().enumerate().map(|(at, old)| {
            let wanted = left > 0 && latest.contains(&at);
            wanted
                .then(|| changes(old, &ready, record, &past))
                .flatten()
        });
        let walks: Vec<Option<Walk<'_>>> = walks.map(|walk| walk.map(Walk::of)).collect();
        let mut tries = Vec::new();
        let texts = OnceCell::new();
        for (f, finding) in record.findings.iter().enumerate() {
            if !harmful(finding) {
                continue;
            }
            if left == 0 {
                tries.push(Try::untried(f));
                continue;
            }
            left -= 1;
            let latest = finding.against.iter().max();
            let known = latest.and_then(|at| Some((old.get(*at)?, walks.get(*at)?.as_ref()?)));
            let change = known.and_then(|(old, walk)| Some((old, walk.change(finding)?)));
            tries.push(match change {
                Some((old, change)) => {
                    let bare = bare.get_or_init(|| Bare::of(new));
                    let texts = texts.get_or_init(|| SchemaTexts::of(record, (old, &ready)));
                    Try::of(
                        (f, finding),
                        change,
                        (old, &ready),
                        (bare, texts.as_ref()),
                        options,
                    )
                }
                None => Try::none(f),
            });
        }
        let harmed = harm(record);
        let again = Options {
            only: record.new.iter().cloned().collect(),
            ..options.clone()
        };
        let mut plans: Vec<(Vec<Step>, bool)> = Vec::new();
        let own = effort::checks(record, new, against).max(4).min(plan_checks);
        let mut checks = Checks {
            left: own,
            short: false,
        };
        plan_checks -= own;
        for tried in &mut tries {
            let drafts = std::mem::take(&mut tried.drafts);
            let finding = record.findings.get(tried.finding);
            let has = |format: Format| record.matrix.as_ref().and_then(|m| m.ways(format));
            let plan = finding.map(|finding| {
                let meant = steps::Meant {
                    finding,
                    before: &harmed,
                    new,
                    against,
                    latest: finding.against.iter().max().copied().unwrap_or(0),
                    options: &again,
                    wires: steps::WIRES.map(|wire| has(wire).is_some()),
                };
                steps::of(drafts, meant, &mut effort, &mut checks)
            });
            let plan = plan.unwrap_or_default();
            let short = std::mem::take(&mut checks.short) || tried.untried;
            let short = short && plan.is_empty();
            plans.push((plan, short));
        }
        plan_checks += checks.left;
        let mut trial = Trial {
            is: record,
            before: &harmed,
            new,
            against,
            options,
            effort: &mut effort,
            left: effort::checks(record, new, against),
        };
        trial.all(&mut tries);
        for (tried, (plan, short)) in tries.into_iter().zip(plans) {
            let Some(finding) = record.findings.get_mut(tried.finding) else {
                continue;
            };
            let message = finding.fix.take().map(|fix| fix.message);
            let mut message = message.unwrap_or_else(|| finding.rule.page.remedy.to_owned());
            let mut proven = false;
            let mut untried = Vec::from_iter(short.then_some("plan"));
            match tried.outcome() {
                Outcome::Mends(Choice {
                    edits,
                    message: words,
                    whole,
                    ..
                }) => {
                    message = match whole {
                        true => words,
                        false => format!("{words}, which mends a part of it"),
                    };
                    proven = whole;
                    proposals.push(Proposal {
                        record: r,
                        finding: tried.finding,
                        edits,
                        whole,
                        apart: false,
                    });
                }
                Outcome::Nothing => {}
                Outcome::Untried => untried.insert(0, "edit"),
            }
            if !untried.is_empty() {
                let what = untried.join(" and no ");
                let more =
                    format!(" (no {what} was tried: too many findings come before this one)");
                message.push_str(&more);
            }
            finding.fix = Some(Fix {
                message,
                edits: Vec::new(),
                proven,
                plan,
            });
        }
    }
    joint::settle(report, &mut proposals, (new, against), options);
    proposals
}

/// The new definitions with edits applied; none where one of them does not fit or they contradict each other.
pub fn applied<'e>(new: &Version, edits: impl IntoIterator<Item = &'e Edit>) -> Option<Version> {
    let (mut tree, mut texts) = (Vec::new(), Vec::new());
    for edit in edits {
        match edit {
            Edit::SetSchema { source, patches } => {
                match texts
                    .iter_mut()
                    .find(|(known, _): &&mut (_, Vec<_>)| known == source)
                {
                    Some((_, known)) => known.extend(patches.iter().cloned()),
                    None => texts.push((*source, patches.clone())),
                }
            }
            edit => tree.push(edit),
        }
    }
    // A text and what it was read as are not changed both.
    match (tree.is_empty(), texts.is_empty()) {
        (true, true) => return Some(new.clone()),
        (true, false) => return schema::applied(new, &texts),
        (false, true) => {}
        (false, false) => return None,
    }
    let mut schema = new.schema.clone();
    for edit in tree {
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

/// A message that is an Avro schema, as it is written; and what it was.
struct SchemaTexts<'v> {
    new: schema::Text<'v>,
    /// The name that it had.
    old: Option<String>,
}

impl<'v> SchemaTexts<'v> {
    fn of(record: &Compared, (_, new): (&Ready<'v>, &Ready<'v>)) -> Option<Self> {
        Some(SchemaTexts {
            new: schema::Text::of(new, record.new.as_deref()?)?,
            old: record.old.clone(),
        })
    }

    /// The former schema in a version.
    fn former<'o>(&self, old: &Ready<'o>) -> Option<&'o Graph> {
        let name = self.old.as_deref()?;
        let message = old.version.messages.iter().find(|m| m.name == name)?;
        message.graph().ok()
    }
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
    past: &'v Past<'v>,
) -> Option<Vec<Change<'v>>> {
    let of = |ready: &'v Ready<'v>, name: &str| {
        let message = ready.version.messages.iter().find(|m| m.name == name)?;
        ready.walked(message).ok()
    };
    let before = of(old, record.old.as_deref()?)?;
    let after = of(new, record.new.as_deref()?)?;
    let mut changes = change::between(before, after, past).ok()?;
    changes.extend(change::remarkable(after));
    Some(changes)
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
