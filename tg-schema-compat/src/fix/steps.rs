//! Plans that hold: each release is compared with the one before it, and with all versions that there are.

use std::collections::BTreeSet;

use super::plan::Draft;
use super::{Harm, applied};
use crate::check::{Options, Run, check_with, rollout};
use crate::effort::Effort;
use crate::loss::Direction;
use crate::report::{Finding, Format, Order, Severity, Step, Ways};
use crate::version::{Message, Version};

/// The wires.
pub(super) const WIRES: [Format; 3] = [Format::Avro, Format::Pulsar, Format::Json];

/// What a plan is of.
#[derive(Clone, Copy)]
pub(super) struct Meant<'m> {
    pub finding: &'m Finding,
    /// What the whole report has already.
    pub before: &'m BTreeSet<Harm>,
    pub new: &'m Version,
    /// The earlier versions, of equal ones one.
    pub against: &'m [Version],
    /// The version that is released now, whether the finding is found against it or not.
    pub latest: &'m Version,
    pub options: &'m Options,
    /// The wires that there are.
    pub wires: [bool; 3],
    /// Whether everybody stops for it: it empties a topic that another message gets.
    pub stops: bool,
}

/// Comparisons of releases that may still be made.
pub(super) struct Checks {
    pub left: usize,
    /// Whether one more was wanted.
    pub short: bool,
}

impl Checks {
    fn take(&mut self) -> Option<()> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => self.short = true,
        }
        (!self.short).then_some(())
    }
}

/// The steps of the first plan that holds; one whose first release may be made in any order goes before others.
pub(super) fn of(
    plans: Vec<Vec<Draft>>,
    meant: Meant<'_>,
    effort: &mut Effort,
    checks: &mut Checks,
) -> Vec<Step> {
    let mut second = Vec::new();
    for plan in plans {
        let Some(steps) = steps(plan, meant, effort, checks) else {
            continue;
        };
        let any = |step: &Step| step.orders.iter().all(|(_, order)| *order == Order::Any);
        let full = |step: &Step| step.registered.iter().all(|(_, ways)| *ways == Ways::FULL);
        if steps.first().is_some_and(|first| any(first) && full(first)) {
            return steps;
        }
        if second.is_empty() {
            second = steps;
        }
    }
    second
}

/// The steps, if the two versions on either side of each may run side by side.
fn steps(
    plan: Vec<Draft>,
    meant: Meant<'_>,
    effort: &mut Effort,
    checks: &mut Checks,
) -> Option<Vec<Step>> {
    let mut released: Vec<Version> = Vec::new();
    let mut steps = Vec::new();
    for draft in plan {
        checks.take()?;
        let version = applied(meant.new, &draft.edits)?;
        let former = released.last().unwrap_or(meant.latest);
        let beside = told(&version, std::slice::from_ref(former), meant, effort)?;
        let found: Vec<&Finding> = beside.findings.iter().collect();
        let is_json = beside.wires.contains(&Format::Json);
        let of = |wire: Format| match meant.stops {
            true => Order::StopTheWorld,
            false => order(&found, wire, is_json),
        };
        let orders = beside.wires.iter().map(|wire| (*wire, of(*wire)));
        let orders: Vec<(Format, Order)> = orders.collect();
        let stops = |(_, order): &(Format, Order)| *order == Order::StopTheWorld;
        if !meant.stops && orders.iter().any(stops) {
            return None;
        }
        // The first release is beside the one version that there is.
        let all = match released.is_empty() && meant.against.len() == 1 {
            true => None,
            false => {
                checks.take()?;
                Some(told(&version, meant.against, meant, effort)?)
            }
        };
        let all = all.as_ref().unwrap_or(&beside);
        let found: Vec<&Finding> = all.findings.iter().collect();
        let ways = all.wires.iter().map(|wire| (*wire, ways(&found, *wire)));
        let ways: Vec<(Format, Ways)> = ways.collect();
        // What goes with the latest version in any order may go wrong with those before it.
        let any = orders.iter().all(|(_, order)| *order == Order::Any);
        let gone = match released.is_empty() {
            false => Some("the versions before the first step"),
            true => any.then_some("the versions before the latest"),
        };
        let wanted = |m: &&Message| meant.options.wants(&m.name);
        let message = version.messages.iter().find(wanted)?;
        steps.push(Step {
            text: words(draft.text, &orders, gone.map(|of| (of, &ways))),
            schema: message.text.clone(),
            edits: draft.edits,
            texts: Vec::new(),
            orders,
            registered: ways,
        });
        released.push(version);
    }
    Some(steps)
}

/// What comparing a release tells.
struct Told {
    /// What it does beyond what the report has of other places.
    findings: Vec<Finding>,
    /// The wires of the whole report that there are verdicts on.
    wires: Vec<Format>,
}

/// Compares a release with versions.
fn told(
    version: &Version,
    against: &[Version],
    meant: Meant<'_>,
    effort: &mut Effort,
) -> Option<Told> {
    // Where it was, if that was elsewhere.
    let former = Some(&meant.finding.former).filter(|former| !former.is_empty());
    let places: Vec<&String> = former.into_iter().chain([&meant.finding.path]).collect();
    let own = |rule: &'static str, path: &str, effect: &crate::report::Effect| {
        places.iter().any(|place| *place == path)
            || !meant.before.contains(&Harm::of(rule, path, effect))
    };
    let mut run = Run {
        effort,
        sought: &own,
    };
    let report = check_with(version, against, meant.options, &mut run).ok()?;
    let matrices = || report.records.iter().filter_map(|r| r.matrix.as_ref());
    let has = |wire: Format| matrices().any(|matrix| matrix.ways(wire).is_some());
    let wires = WIRES.into_iter().zip(meant.wires);
    let wires = wires.filter(|(wire, is)| *is && has(*wire));
    let wires = wires.map(|(wire, _)| wire).collect();
    let mut findings: Vec<Finding> = report
        .records
        .into_iter()
        .flat_map(|r| r.findings)
        .collect();
    for finding in &mut findings {
        let (rule, path) = (finding.rule.page.id, finding.path.clone());
        finding.effects.retain(|effect| own(rule, &path, effect));
    }
    // A topic that moves is a finding of its own.
    findings.retain(|finding| !finding.effects.is_empty());
    Some(Told { findings, wires })
}

fn order(findings: &[&Finding], wire: Format, is_json: bool) -> Order {
    let is = |rule: &str| findings.iter().any(|f| f.rule.page.id == rule);
    match rollout::order((None, is_json), findings, wire) {
        _ if findings.iter().any(|f| rollout::moves(f, wire)) => Order::StopTheWorld,
        Order::Any if is("TOPIC_REMOVED") => Order::WritersFirst,
        order => order,
    }
}

/// In which directions the versions that there are go together with a release.
fn ways(findings: &[&Finding], wire: Format) -> Ways {
    let fine = |direction: Direction| {
        let mut effects = findings.iter().flat_map(|f| &f.effects);
        !effects.any(|e| {
            (e.format, e.direction, e.severity) == (wire, Some(direction), Severity::Breaking)
        })
    };
    Ways {
        backward: fine(Direction::Backward),
        forward: fine(Direction::Forward),
    }
}

/// What to do, who comes first, and what must be gone by then.
fn words(
    text: String,
    orders: &[(Format, Order)],
    registered: Option<(&str, &Vec<(Format, Ways)>)>,
) -> String {
    let mut text = text;
    let first = orders.first().map(|(_, order)| *order);
    match first {
        Some(one) if orders.iter().all(|(_, order)| *order == one) => {
            text.push_str(&format!(" ({})", one.as_str()));
        }
        _ => {
            let each = orders
                .iter()
                .map(|(f, order)| format!("{}: {}", f.as_str(), order.as_str()));
            text.push_str(&format!(" ({})", each.collect::<Vec<_>>().join("; ")));
        }
    }
    let Some((of, registered)) = registered else {
        return text;
    };
    let lacks = |get: fn(&Ways) -> bool| registered.iter().any(|(_, ways)| !get(ways));
    let gone = match (lacks(|w| w.backward), lacks(|w| w.forward)) {
        (false, false) => return text,
        (true, false) => "no message",
        (false, true) => "no reader",
        (true, true) => "no message and no reader",
    };
    text.push_str(&format!(", when {gone} of {of} is left"));
    text
}
