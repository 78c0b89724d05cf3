//! Orders beside what comes of messages: of every change of `table.md` and of the pages, both ways round, messages of each
//! version are read by the other.

use super::*;
use crate::check::{Options, check};
use crate::engine::json::Peer;
use crate::proof::survey::{Survey, on_avro, on_json};
use crate::proof::{How, Side};
use crate::report::{Compared, Effect, Report, Ways};
use crate::samples::{pairs, version};
use crate::version::Version;

/// What messages say of a direction. That old readers pass over a field that is new, under no former name, is what they
/// are to do.
fn grade(survey: &Survey, direction: Direction, wire: Format, report: &Compared) -> Grade {
    let added = |path: &str| {
        let added = |f: &&Finding| f.path == path && f.rule.page.id.starts_with("FIELD_ADDED");
        let harms = |e: &Effect| {
            (e.format, e.direction) == (wire, Some(direction)) && e.severity > Severity::Info
        };
        let taken =
            |f: &&Finding| (f.former == path || f.path == path) && f.effects.iter().any(harms);
        report.findings.iter().any(|f| added(&f)) && !report.findings.iter().any(|f| taken(&f))
    };
    if !survey.refusals.is_empty() {
        return Grade::Refused;
    }
    let harmless =
        |path: &str, dropped: bool| dropped && direction == Direction::Forward && added(path);
    match survey
        .changes
        .iter()
        .all(|f| harmless(&f.writer, f.how == How::Dropped))
    {
        true => Grade::Fine,
        false => Grade::Lossy,
    }
}

fn by(backward: Grade, forward: Grade) -> Order {
    match backward.cmp(&forward) {
        Ordering::Greater => Order::ReadersFirst,
        Ordering::Less => Order::WritersFirst,
        Ordering::Equal if backward == Grade::Fine => Order::Any,
        Ordering::Equal => Order::StopTheWorld,
    }
}

/// A registry's verdict as a grade, of which the messages may say less.
fn verdict(ways: Option<Ways>, direction: Direction) -> Grade {
    match ways.is_none_or(|ways| ways.get(direction)) {
        true => Grade::Fine,
        false => Grade::Refused,
    }
}

fn worst(report: &Compared, wire: Format) -> Option<Order> {
    let orders = report.rollout.iter().filter(|r| r.format == wire);
    orders.map(|r| r.order).max()
}

/// Every order that messages contradict.
fn contradicted(name: &str, old: &Version, new: &Version, peers: &[Peer]) -> Vec<String> {
    let options = Options {
        peers: peers.to_vec(),
        ..Options::default()
    };
    let report: Report = check(new, std::slice::from_ref(old), &options).unwrap();
    let mut wrong = Vec::new();
    for compared in &report.records {
        let of = |version: &'_ Version, name: &Option<String>| -> Option<usize> {
            let name = name.as_ref()?;
            version.messages.iter().position(|m| m.name == *name)
        };
        let (Some(was), Some(is)) = (of(old, &compared.old), of(new, &compared.new)) else {
            continue;
        };
        let (was, is) = (&old.messages[was], &new.messages[is]);
        let defined = was.record.and(is.record).is_some();
        if !defined || compared.findings.iter().any(|f| f.is_topic()) {
            continue;
        }
        let (was, is) = (
            Side {
                version: old,
                message: was,
            },
            Side {
                version: new,
                message: is,
            },
        );
        let matrix = compared.matrix.as_ref().unwrap();
        let json = |direction| {
            let (w, r) = match direction {
                Direction::Backward => (was, is),
                Direction::Forward => (is, was),
            };
            let grades = peers.iter().map(|peer| {
                grade(
                    &on_json(w, r, direction, *peer),
                    direction,
                    Format::Json,
                    compared,
                )
            });
            let worst = grades.min().unwrap();
            // What is read as something else, whatever it is, is as good as refused.
            let misread =
                worst == Grade::Lossy && verdict(matrix.json, direction) == Grade::Refused;
            if misread { Grade::Refused } else { worst }
        };
        let avro = |direction| {
            let (w, r) = match direction {
                Direction::Backward => (was, is),
                Direction::Forward => (is, was),
            };
            let found = grade(&on_avro(w, r), direction, Format::Avro, compared);
            // Of what registries take some values may be refused: a year of five digits, say.
            match verdict(matrix.avro, direction) {
                Grade::Fine => found.max(Grade::Lossy),
                refused => refused,
            }
        };
        let json = [json(Direction::Backward), json(Direction::Forward)];
        let avro = [avro(Direction::Backward), avro(Direction::Forward)];
        let broker = Direction::ALL.map(|d| verdict(matrix.pulsar, d));
        for (wire, expected) in [
            (Format::Avro, avro),
            (
                Format::Pulsar,
                [json[0].min(broker[0]), json[1].min(broker[1])],
            ),
            (Format::Json, json),
        ] {
            let expected = by(expected[0], expected[1]);
            let found = worst(compared, wire);
            if found.is_some_and(|found| found != expected) {
                wrong.push(format!(
                    "{name}: {} on {} with {} peers: {found:?}, and messages say {expected:?} (json {json:?}, avro {avro:?}, {:?})",
                    compared.record,
                    wire.as_str(),
                    peers.len(),
                    compared.findings.iter().map(|f| (f.rule.page.id, f.severity)).collect::<Vec<_>>()
                ));
            }
        }
    }
    wrong
}

#[test]
fn orders_are_what_messages_say() {
    let (mut wrong, mut all) = (Vec::new(), 0);
    for (name, old, new) in pairs() {
        let (old, new) = (version("old", &old), version("new", &new));
        for peers in [&[Peer::Tg][..], &Peer::ALL] {
            all += 1;
            wrong.extend(contradicted(&name, &old, &new, peers));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {all}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(all > 400, "{all}");
}

#[test]
fn topics_have_orders_of_their_own() {
    let text = |topics: &[(&str, &str)]| {
        let topics = topics.iter().map(|(name, address)| {
            format!("[topic.{name}]\nrecord = \"R\"\naddress = \"{address}\"\n")
        });
        let topics: String = topics.collect();
        version("v", &format!("[record.R.fields]\na = \"int\"\n{topics}"))
    };
    let orders = |old: &[(&str, &str)], new: &[(&str, &str)]| {
        let report = check(&text(new), &[text(old)], &Options::default()).unwrap();
        let rollout = report.records[0].rollout.clone().into_iter();
        rollout
            .map(|r| (r.topic.unwrap_or_default(), r.format, r.order))
            .collect::<Vec<_>>()
    };
    let all =
        |topic: &str, order: Order| WIRES.map(|wire| (topic.to_owned(), wire, order)).to_vec();
    // Elsewhere nobody of the other version is.
    for (old, new) in [
        ("q1/a/b/c", "q1/a/b/d"),
        ("q1/a/b/c", "q1/z/b/c"),
        ("q1/a/b/c", "q0/a/b/c"),
    ] {
        assert_eq!(
            orders(&[("t", old)], &[("t", new)]),
            all(new, Order::StopTheWorld),
            "{new}"
        );
    }
    // Two qualities of a persistent topic are one topic of Pulsar.
    let found = orders(&[("t", "q1/a/b/c")], &[("t", "q2/a/b/c")]);
    let found: Vec<Order> = found.iter().map(|(.., order)| *order).collect();
    assert_eq!(
        found,
        [Order::StopTheWorld, Order::Any, Order::StopTheWorld]
    );
    // Each topic has its own.
    let (t, u) = (("t", "q1/a/b/c"), ("u", "q1/a/b/d"));
    let mut both = all("q1/a/b/c", Order::Any);
    both.extend(all("q1/a/b/e", Order::StopTheWorld));
    assert_eq!(orders(&[t, u], &[t, ("u", "q1/a/b/e")]), both);
    let mut one = all("q1/a/b/c", Order::Any);
    one.extend(all("q1/a/b/d", Order::WritersFirst));
    assert_eq!(orders(&[t, u], &[t]), one);
    let mut more = all("q1/a/b/c", Order::Any);
    more.extend(all("q1/a/b/d", Order::Any));
    assert_eq!(orders(&[t], &[t, u]), more);
    assert_eq!(orders(&[], &[]), all("", Order::Any));
}
