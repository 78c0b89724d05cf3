//! Verdicts and findings into the order of releases, for each topic and wire.
//!
//! A direction is fine, or loses something, or is refused. While two versions run side by side one direction is
//! used: that of new readers where readers are released first, that of old ones where writers are. The better
//! one is taken; where both are fine any order will do, and where both are equally bad there is none.
//!
//! | wire | what counts |
//! |---|---|
//! | Avro | the verdict of registries, and what is lost |
//! | Pulsar | the verdict of the broker, and what readers make of the messages on it. These are JSON where definitions say what they are; else they are taken to be Avro, where the broker looks at no symbols and readers do |
//! | JSON | the verdict of the worst of the declared peers, and what is lost with any of them |
//!
//! A topic that has another address has no order: old readers do not listen where new writers write, nor new ones where
//! old writers do; nor has one that carried another message, which readers of this one refuse, and the other way round. From
//! a topic that no longer carries any message, writers go first.

use std::cmp::Ordering;

use tg_schema_model::topic::{Topic, pulsar};

use crate::loss::{Direction, Kind};
use crate::report::{Finding, Format, Matrix, Order, Rollout, Severity};
use crate::rule::Cause;

#[cfg(test)]
mod tests;

/// The wires.
const WIRES: [Format; 3] = [Format::Avro, Format::Pulsar, Format::Json];

/// What becomes of messages in one direction.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Grade {
    Refused,
    Lossy,
    Fine,
}

/// The orders by topic, then by wire; by wire alone where there is no topic. `topics` are the present ones, `latest` is
/// the latest earlier version, and `is_shared` tells whether another message is on the other side of a topic.
pub(super) fn of(
    matrix: &Matrix,
    findings: &[Finding],
    topics: &[String],
    latest: usize,
    is_shared: &dyn Fn(&str) -> bool,
) -> Vec<Rollout> {
    let all: Vec<&Finding> = findings.iter().collect();
    let is_json = matrix.json.is_some();
    let orders = WIRES.into_iter().filter_map(|format| {
        matrix.ways(format)?;
        Some((format, order((Some(matrix), is_json), &all, format)))
    });
    let orders: Vec<(Format, Order)> = orders.collect();
    let at = |topic: Option<&str>, change: &dyn Fn(Format, Order) -> Order| -> Vec<Rollout> {
        let of = |&(format, order): &(Format, Order)| Rollout {
            topic: topic.map(str::to_owned),
            format,
            order: change(format, order),
        };
        orders.iter().map(of).collect()
    };
    let recent = || all.iter().filter(|f| f.against.contains(&latest));
    let removed = recent().filter(|f| f.rule.page.id == "TOPIC_REMOVED");
    let removed: Vec<&str> = removed.map(|f| f.old.as_str()).collect();
    if topics.is_empty() && removed.is_empty() {
        return at(None, &|_, order| order);
    }
    let mut rollout = Vec::new();
    for topic in topics {
        let here: Vec<&&Finding> = recent().filter(|f| f.new == *topic).collect();
        let change = |format: Format, order: Order| match is_shared(topic)
            || here.iter().any(|f| moves(f, format))
        {
            true => Order::StopTheWorld,
            false => order,
        };
        rollout.extend(at(Some(topic), &change));
    }
    for topic in removed {
        let order = match is_shared(topic) {
            true => Order::StopTheWorld,
            false => Order::WritersFirst,
        };
        rollout.extend(at(Some(topic), &|_, _| order));
    }
    rollout
}

/// The order on one wire: by the verdicts of the whole where they are given, else by findings alone, which may be some
/// of a report. Beside the verdicts stands whether there are any on JSON.
pub(crate) fn order(
    verdicts: (Option<&Matrix>, bool),
    findings: &[&Finding],
    format: Format,
) -> Order {
    let grade = |direction| grade(verdicts, findings, format, direction);
    let (backward, forward) = (grade(Direction::Backward), grade(Direction::Forward));
    let another_kind = |f: &&Finding| f.rule.page.id == "SCHEMA_TYPE_CHANGED";
    if format == Format::Pulsar && findings.iter().any(another_kind) {
        return Order::StopTheWorld;
    }
    match backward.cmp(&forward) {
        Ordering::Greater => Order::ReadersFirst,
        Ordering::Less => Order::WritersFirst,
        Ordering::Equal if backward == Grade::Fine => Order::Any,
        Ordering::Equal => Order::StopTheWorld,
    }
}

fn grade(
    (matrix, is_json): (Option<&Matrix>, bool),
    findings: &[&Finding],
    format: Format,
    direction: Direction,
) -> Grade {
    let refuses = |matrix: &Matrix| {
        let wires: &[Format] = match format {
            Format::Pulsar => &[Format::Pulsar, Format::Json],
            _ => &[format],
        };
        let mut ways = wires.iter().filter_map(|format| matrix.ways(*format));
        ways.any(|ways| !ways.get(direction))
    };
    let mut worst = match matrix.is_some_and(refuses) {
        true => Grade::Refused,
        false => Grade::Fine,
    };
    for finding in findings {
        let owns = |cause: Cause| finding.rule.owns.contains(&cause);
        let symbols = owns(Cause::SymbolAdded) || owns(Cause::SymbolRemoved);
        for effect in &finding.effects {
            let counts = match (format, effect.format) {
                _ if effect.direction != Some(direction) => false,
                (Format::Pulsar, Format::Json) => true,
                (Format::Pulsar, Format::Avro) => {
                    (symbols || effect.loss == Some(Kind::SymbolRefused)) && !is_json
                }
                (format, of) => of == format,
            };
            let of = match effect.severity {
                // Whoever accepts it.
                _ if effect.loss.is_some_and(Kind::is_refused) => Grade::Refused,
                Severity::Breaking => Grade::Refused,
                Severity::Loss => Grade::Lossy,
                Severity::Info => Grade::Fine,
            };
            if counts {
                worst = worst.min(of);
            }
        }
    }
    worst
}

/// Whether a finding tells of a topic whose messages arrive elsewhere on a wire: two qualities may be one topic of a broker.
pub(crate) fn moves(finding: &Finding, format: Format) -> bool {
    let name = |address: &str| Some(pulsar::name(&address.parse::<Topic>().ok()?));
    ["TOPIC_CHANGED", "TENANT_CHANGED", "QOS_CHANGED"].contains(&finding.rule.page.id)
        && (format != Format::Pulsar || name(&finding.old) != name(&finding.new))
}
