//! What rules say and what engines say, brought together: each objection is laid to the change that causes it.

use super::engines::{Engines, Remark, Where};
use super::{Problem, Ready, place};
use crate::change::{Both, Change, Own, Spot, What};
use crate::loss::Direction;
use crate::report::{Effect, Finding, Fix, Format, Matrix, Order, Rollout, Severity, Ways};
use crate::rule::{self, Cause, OTHER, Rule, Words};
use crate::version::Message;

/// A finding in the making.
struct Draft<'c, 'v> {
    change: &'c Change<'v>,
    rule: &'static Rule,
    words: Words,
    effects: Vec<Effect>,
}

/// The findings of one pair of messages.
pub(super) fn judge(
    changes: &[Change<'_>],
    engines: &Engines,
    old: &Ready<'_>,
    new: &Ready<'_>,
    at: usize,
) -> Vec<Finding> {
    let mut drafts = look(changes);
    for draft in &mut drafts {
        registries(draft, &engines.matrix);
    }
    let mut left = Vec::new();
    for remark in &engines.remarks {
        match owner(&drafts, remark) {
            Some(at) => {
                if let Some(draft) = drafts.get_mut(at)
                    && !draft.effects.contains(&remark.effect)
                {
                    draft.effects.push(remark.effect.clone());
                }
            }
            None => left.push(remark),
        }
    }
    let mut findings: Vec<Finding> = drafts
        .into_iter()
        .map(|draft| finding(draft, old, new, at))
        .collect();
    for remark in left {
        // That code compiles, or that nothing gets lost, needs no finding.
        if remark.effect.severity > Severity::Info {
            findings.push(unexplained(&remark.effect, &remark.path, at));
        }
    }
    for objection in &engines.objections {
        let told = findings.iter().flat_map(|f| &f.effects).any(|e| {
            e.format == objection.format
                && e.direction == objection.direction
                && e.severity == Severity::Breaking
        });
        if !told {
            findings.push(unexplained(objection, "", at));
        }
    }
    findings
}

/// What rules see in changes that no engine is asked about.
pub(super) fn plain(
    change: &Change<'_>,
    new: &Ready<'_>,
    old: Option<(&Ready<'_>, usize)>,
) -> Vec<Finding> {
    let drafts = look(std::slice::from_ref(change));
    drafts
        .into_iter()
        .map(|mut draft| {
            deployment(&mut draft);
            made(draft, old, new)
        })
        .collect()
}

/// The findings about topics, for an earlier version that is otherwise like one that was compared.
pub(super) fn topics_only(
    old: &Ready<'_>,
    former: &Message,
    new: &Ready<'_>,
    message: &Message,
    at: usize,
) -> Result<Vec<Finding>, Problem> {
    let topics = Both {
        old: old.version.topics(former).collect::<Vec<_>>(),
        new: new.version.topics(message).collect::<Vec<_>>(),
    };
    Ok(plain(
        &Change::of_message(What::Topics(topics)),
        new,
        Some((old, at)),
    ))
}

fn look<'c, 'v>(changes: &'c [Change<'v>]) -> Vec<Draft<'c, 'v>> {
    let mut drafts = Vec::new();
    for change in changes {
        for rule in rule::ALL {
            if let Some(words) = (rule.look)(change) {
                drafts.push(Draft {
                    change,
                    rule,
                    words,
                    effects: Vec::new(),
                });
            }
        }
    }
    drafts
}

/// What registries say of a change by itself, where they say it of the whole too.
fn registries(draft: &mut Draft<'_, '_>, matrix: &Matrix) {
    let Own { avro, pulsar } = draft.words.own;
    for (format, own) in [(Format::Avro, avro), (Format::Pulsar, pulsar)] {
        let Some(all) = matrix.ways(format) else {
            continue;
        };
        for direction in Direction::ALL {
            if !own.get(direction) && !all.get(direction) {
                let who = match direction {
                    Direction::Backward => "new readers refuse old messages",
                    Direction::Forward => "old readers refuse new messages",
                };
                draft.effects.push(Effect {
                    format,
                    peer: None,
                    direction: Some(direction),
                    severity: Severity::Breaking,
                    message: who.to_owned(),
                });
            }
        }
    }
    deployment(draft);
}

/// Changes of the deployment break by themselves.
fn deployment(draft: &mut Draft<'_, '_>) {
    if draft.rule.owns.contains(&Cause::Deployment) {
        draft.effects.push(Effect {
            format: Format::Deployment,
            peer: None,
            direction: None,
            severity: Severity::Breaking,
            message: draft.rule.page.title.to_owned(),
        });
    }
}

/// Which finding explains a remark: the best at its place.
fn owner(drafts: &[Draft<'_, '_>], remark: &Remark) -> Option<usize> {
    let scored = drafts.iter().enumerate().filter_map(|(at, draft)| {
        let near = nearness(draft, &remark.place)?;
        let owns = draft.rule.owns.contains(&remark.cause);
        let is_own = draft.words.own != Own::FINE;
        (owns || remark.effect.severity > Severity::Info).then_some((
            (owns, near, is_own),
            std::cmp::Reverse(at),
            at,
        ))
    });
    scored.max().map(|(_, _, at)| at)
}

/// How near a change is to a place; none where it has nothing to do with it.
fn nearness(draft: &Draft<'_, '_>, place: &Where) -> Option<u8> {
    let change = draft.change;
    let spots = |spot: Option<&Spot>, wanted: &Spot| match spot {
        Some(spot) if spot == wanted => Some(3),
        Some(spot) if spot.is_of(wanted) => Some(2),
        _ => None,
    };
    match place {
        Where::Old(wanted) => spots(change.old.as_ref(), wanted),
        Where::New(wanted) => spots(change.new.as_ref(), wanted),
        Where::Path(path) if change.path == *path || change.former == *path => Some(3),
        Where::Path(_) => None,
        Where::Type(owner, member) => {
            let of = |spot: &Spot| {
                let short = spot.owner.rsplit('.').next().unwrap_or_default();
                short == owner && spot.member == *member
            };
            let is = change.old.as_ref().is_some_and(of) || change.new.as_ref().is_some_and(of);
            let names = change.types();
            match names.contains(&owner.as_str()) {
                true => Some(3),
                false => is.then_some(2),
            }
        }
    }
}

fn finding(draft: Draft<'_, '_>, old: &Ready<'_>, new: &Ready<'_>, at: usize) -> Finding {
    made(draft, Some((old, at)), new)
}

fn made(draft: Draft<'_, '_>, old: Option<(&Ready<'_>, usize)>, new: &Ready<'_>) -> Finding {
    let Draft {
        change,
        rule,
        words,
        mut effects,
    } = draft;
    effects.sort();
    Finding {
        rule,
        path: change.path.clone(),
        severity: severity(&effects),
        place: place::of(change, &words.part, old, new),
        message: words.message,
        old: words.old,
        new: words.new,
        against: old.map(|(_, at)| at).into_iter().collect(),
        fix: words.fix.map(|message| Fix {
            message,
            ..Fix::default()
        }),
        effects,
        counterexamples: Vec::new(),
        unproven: None,
        suppressed: None,
    }
}

/// What readers do counts first; that code has to be edited does where nothing else happens.
fn severity(effects: &[Effect]) -> Severity {
    let worst = |rust: bool| {
        let of = effects
            .iter()
            .filter(|e| (e.format == Format::Rust) == rust);
        of.map(|e| e.severity).max().unwrap_or(Severity::Info)
    };
    match worst(false) {
        Severity::Info => worst(true),
        other => other,
    }
}

fn unexplained(effect: &Effect, path: &str, at: usize) -> Finding {
    Finding {
        rule: OTHER,
        path: path.to_owned(),
        severity: effect.severity,
        message: effect.message.clone(),
        effects: vec![effect.clone()],
        old: String::new(),
        new: String::new(),
        place: None,
        against: vec![at],
        fix: None,
        counterexamples: Vec::new(),
        unproven: None,
        suppressed: None,
    }
}

/// Who is to be released first, by format.
pub(super) fn rollout(matrix: &Matrix) -> Vec<Rollout> {
    let order = |ways: Ways| match (ways.backward, ways.forward) {
        (true, true) => Order::Any,
        (true, false) => Order::ReadersFirst,
        (false, true) => Order::WritersFirst,
        (false, false) => Order::StopTheWorld,
    };
    let formats = [Format::Avro, Format::Pulsar, Format::Json].into_iter();
    formats
        .filter_map(|format| {
            Some(Rollout {
                format,
                order: order(matrix.ways(format)?),
            })
        })
        .collect()
}

impl Finding {
    /// Whether it is about topics and not about what travels on them.
    pub(super) fn is_topic(&self) -> bool {
        let about_messages = |e: &Effect| e.format != Format::Deployment;
        self.path.is_empty() && !self.effects.is_empty() && !self.effects.iter().any(about_messages)
    }
}
