//! What to do about a finding: the smallest edit of the new definitions that undoes its harm, proven by comparing
//! again; and the releases to make where the change is meant.
//!
//! Edits are of the model. Whoever knows the texts of the definitions turns them into edits of texts.

mod alone;
mod candidate;
mod joint;
mod part;
mod plan;
mod schema;
mod steps;
mod symbol;
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
use crate::report::{
    Compared, Effect, Finding, Fix, Format, Order, Report, Rollout, Severity, Step,
};
use crate::version::{self, Message, Version, message};
use alone::Bare;
use part::{Part, Whole};
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
/// An edit is tried on the change by itself first, since what others break hides what it does; then on the whole of its
/// message, with those for other findings; then all are, on everything.
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
    let distinct = version::distinct(against);
    let all = Scope {
        new: &ready,
        against,
        distinct: &distinct,
        old: &old,
        bare: &bare,
    };
    // One message has nothing beside it.
    let wholes = (new.messages.len() > 1).then(|| {
        (
            Whole::of(new),
            against.iter().map(Whole::of).collect::<Vec<_>>(),
        )
    });
    let mut proposals = Vec::new();
    let mut left = Left {
        effort: Effort::of_report(),
        of_plans: Effort::of_plans(),
        tried: effort::MAX_TRIED,
        plans: effort::MAX_PLAN_CHECKS,
    };
    for (r, record) in report.records.iter_mut().enumerate() {
        if !record.findings.iter().any(is_harmful) {
            continue;
        }
        left.effort.next_record();
        left.of_plans.next_record();
        let at = new
            .messages
            .iter()
            .position(|m| Some(&m.name) == record.new.as_ref());
        let formers = at.map_or_else(Vec::new, |at| pairing::formers(&paired, against, at));
        let message = at.and_then(|at| new.messages.get(at));
        let part = wholes
            .as_ref()
            .zip(message)
            .map(|((new, old), message)| Part::of((new, message), old, &formers));
        let part = part
            .filter(|_| left.tried > 0)
            .filter(|part| part.is_like(record, options));
        let found = match &part {
            None => mended(record, all, &formers, options, &mut left),
            Some(part) => {
                let ready = Ready::of(&part.new);
                let old: Vec<Ready<'_>> = part.against.iter().map(Ready::of).collect();
                let own = Scope {
                    new: &ready,
                    against: &part.against,
                    distinct: &version::distinct(&part.against),
                    old: &old,
                    bare: &OnceCell::new(),
                };
                let formers = part.formers();
                let mut found = mended(record, own, &formers, options, &mut left);
                for (_, edits, _) in &mut found {
                    part.in_whole(edits);
                }
                for fix in record.findings.iter_mut().filter_map(|f| f.fix.as_mut()) {
                    fix.plan
                        .iter_mut()
                        .for_each(|step| part.in_whole(&mut step.edits));
                }
                found
            }
        };
        proposals.extend(found.into_iter().map(|(finding, edits, whole)| Proposal {
            record: r,
            finding,
            edits,
            whole,
            apart: false,
        }));
    }
    joint::settle(report, &mut proposals, (new, &distinct), options);
    proposals
}

/// Whether something is to be done about a finding.
fn is_harmful(finding: &Finding) -> bool {
    finding.severity > Severity::Info && finding.suppressed.is_none()
}

/// The versions in which the findings of a record are mended.
#[derive(Clone, Copy)]
struct Scope<'s> {
    new: &'s Ready<'s>,
    against: &'s [Version],
    /// Those of them that differ: what is tried is compared with these.
    distinct: &'s [Version],
    old: &'s [Ready<'s>],
    bare: &'s OnceCell<Bare<'s>>,
}

/// What may still be tried for a report.
struct Left {
    effort: Effort,
    of_plans: Effort,
    /// Findings for which edits are tried.
    tried: usize,
    /// Comparisons of releases of plans.
    plans: usize,
}

/// Fills in what to do about the findings of a record. The findings for which edits were proven, with these, and whether
/// nothing is left of them then.
fn mended<'s>(
    record: &mut Compared,
    scope: Scope<'s>,
    formers: &[(usize, &'s Message)],
    options: &Options,
    left: &mut Left,
) -> Vec<(usize, Vec<Edit>, bool)> {
    let Scope {
        new: ready,
        against,
        distinct,
        old,
        bare,
    } = scope;
    let new = ready.version;
    // The latest version against which something was found has what is to be brought back.
    let latest = record.findings.iter().filter(|f| is_harmful(f));
    let latest: BTreeSet<usize> = latest
        .filter_map(|f| f.against.iter().max().copied())
        .collect();
    let past = formers
        .iter()
        .filter_map(|(at, former)| Some((against.get(*at)?, *former)));
    let past: Past<'_> = past.collect();
    let walks = old.iter().enumerate().map(|(at, old)| {
        let wanted = left.tried > 0 && latest.contains(&at);
        wanted.then(|| changes(old, ready, record, &past)).flatten()
    });
    let walks: Vec<Option<Walk<'_>>> = walks.map(|walk| walk.map(Walk::of)).collect();
    let mut tries = Vec::new();
    let texts = OnceCell::new();
    for (f, finding) in record.findings.iter().enumerate() {
        if !is_harmful(finding) {
            continue;
        }
        if left.tried == 0 {
            tries.push(Try::untried(f));
            continue;
        }
        left.tried -= 1;
        let latest = finding.against.iter().max();
        let known = latest.and_then(|at| Some((old.get(*at)?, walks.get(*at)?.as_ref()?)));
        let change = known.and_then(|(old, walk)| Some((old, walk.change(finding)?)));
        tries.push(match change {
            Some((old, change)) => {
                let bare = bare.get_or_init(|| Bare::of(new));
                let texts = texts.get_or_init(|| SchemaTexts::of(record, (old, ready)));
                Try::of(
                    (f, finding),
                    change,
                    (old, ready),
                    (bare, texts.as_ref()),
                    options,
                )
            }
            None => Try::none(f),
        });
    }
    let harmed = harm(record);
    let checks = effort::checks(record, new, against);
    let released = formers.last().and_then(|(at, _)| against.get(*at));
    let known = (options, &harmed, checks, released);
    let plans = planned(record, &mut tries, scope, known, left);
    let mut trial = Trial {
        is: record,
        before: &harmed,
        new,
        against: distinct,
        options,
        effort: &mut left.effort,
        left: checks,
    };
    trial.all(&mut tries);
    let mut found = Vec::new();
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
                found.push((tried.finding, edits, whole));
            }
            Outcome::Nothing => {}
            Outcome::Untried => untried.insert(0, "edit"),
        }
        if !untried.is_empty() {
            let what = untried.join(" and no ");
            let more = format!(" (no {what} was tried: too many findings come before this one)");
            message.push_str(&more);
        }
        finding.fix = Some(Fix {
            message,
            edits: Vec::new(),
            proven,
            plan,
        });
    }
    found
}

/// What may be released in steps about each finding that was tried, and whether more would have been looked for. The first
/// of them follows the version that is released now.
fn planned(
    record: &Compared,
    tries: &mut [Try],
    scope: Scope<'_>,
    (options, harmed, checks, released): (&Options, &BTreeSet<Harm>, usize, Option<&Version>),
    left: &mut Left,
) -> Vec<(Vec<Step>, bool)> {
    let again = Options {
        only: record.new.iter().cloned().collect(),
        ..options.clone()
    };
    // A plan takes several; where even few take long, there is none.
    let own = match checks {
        effort::FEWEST_CHECKS => 0,
        more => more.max(4).min(left.plans),
    };
    let mut checks = Checks {
        left: own,
        short: false,
    };
    left.plans -= own;
    let has = |format: Format| record.matrix.as_ref().and_then(|m| m.ways(format));
    let mut plans = Vec::new();
    for tried in tries {
        let drafts = std::mem::take(&mut tried.drafts);
        let finding = record.findings.get(tried.finding);
        let plan = finding.and_then(|finding| {
            let of_topic = |r: &Rollout| r.topic.as_deref() == Some(&finding.old);
            let stops = finding.rule.page.id == "TOPIC_REMOVED"
                && record
                    .rollout
                    .iter()
                    .any(|r| of_topic(r) && r.order == Order::StopTheWorld);
            let meant = steps::Meant {
                stops,
                finding,
                before: harmed,
                new: scope.new.version,
                against: scope.distinct,
                latest: released?,
                options: &again,
                wires: steps::WIRES.map(|wire| has(wire).is_some()),
            };
            Some(steps::of(drafts, meant, &mut left.of_plans, &mut checks))
        });
        let plan = plan.unwrap_or_default();
        let short = std::mem::take(&mut checks.short) || tried.untried;
        let short = short && plan.is_empty();
        plans.push((plan, short));
    }
    left.plans += checks.left;
    plans
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
    if !edit::apply_all(&mut schema, tree) {
        return None;
    }
    let wrong = tg_schema_model::validate::check(&schema);
    if wrong.has_errors() {
        return None;
    }
    if new.single {
        // The schema is still the only message, whatever it is called and whatever types are inside it.
        let record = new.messages.first().and_then(|message| message.record);
        let messages = record.map(|record| message(&schema, record));
        return Some(Version {
            label: new.label.clone(),
            sources: new.sources.clone(),
            tombstones: new.tombstones.clone(),
            messages: messages.into_iter().collect(),
            schema,
            single: true,
            ..Version::default()
        });
    }
    let mut version = Version::of_definitions(&*new.label, schema, new.sources.clone());
    version.tombstones.clone_from(&new.tombstones);
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
