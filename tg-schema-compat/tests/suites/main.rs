//! What the tests of other projects expect of pairs and chains of Avro schemas, see `README.md`: the verdicts, both
//! ways round; and that all that a report says of them holds together.

mod avsc;
mod suite;
#[path = "../told/mod.rs"]
mod told;

use std::collections::BTreeMap;

use avsc::version;
use suite::{Case, Suite, suites};
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::fix::{applied, propose};
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::{prove, verify_all};
use tg_schema_compat::render::{self, Texts};
use tg_schema_compat::report::{
    Compared, Counterexample, Effect, Finding, Format, Matrix, Report, Severity, Ways,
};
use tg_schema_compat::version::Version;

/// How many cases there are at least, so that none is lost unseen.
const CASES: usize = 1_100;
/// How many different pairs of schemas these are of.
const PAIRS: usize = 550;

fn compare(new: &Version, old: &[Version]) -> Report {
    let options = Options {
        peers: Peer::ALL.to_vec(),
        ..Options::default()
    };
    let report = check(new, old, &options).unwrap();
    assert_eq!(report.records.len(), 1, "{:?}", report.records);
    report
}

fn only(report: &Report) -> &Compared {
    report.records.first().unwrap()
}

/// The verdict that a suite is about.
fn ways(suite: &Suite, matrix: &Matrix) -> Ways {
    matrix.ways(suite.engine).expect("a verdict")
}

fn mirrored(ways: Ways) -> Ways {
    Ways {
        backward: ways.forward,
        forward: ways.backward,
    }
}

fn assert_none(wrong: &[String]) {
    let shown: Vec<&str> = wrong.iter().take(10).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        shown.join("\n"),
        wrong.len()
    );
}

/// Every verdict is the one that is expected, and the one of a chain is the worst of its pairs.
#[test]
fn verdicts() {
    let (mut wrong, mut cases, mut differing) = (Vec::new(), 0, 0);
    for suite in suites() {
        for case in &suite.cases {
            cases += 1;
            differing += usize::from(case.why.is_some());
            let (old, new) = (
                suite.versions(&case.old),
                version("new", &suite.text(&case.new)),
            );
            let looked_at = match case.mode.transitive {
                true => old.as_slice(),
                false => old.get(old.len() - 1..).unwrap(),
            };
            let report = compare(&new, looked_at);
            let found = ways(&suite, &report.matrix);
            if case.mode.accepts(found) != case.accepted {
                wrong.push(format!("{}: {case:?} is {}", suite.name, found.as_str()));
            }
            let mut worst = Matrix::default();
            for old in looked_at {
                worst.worsen(&compare(&new, std::slice::from_ref(old)).matrix);
            }
            if worst != report.matrix {
                wrong.push(format!(
                    "{}: {case:?} is {report:?}, its pairs {worst:?}",
                    suite.name
                ));
            }
        }
    }
    assert_none(&wrong);
    assert!(cases >= CASES, "{cases} cases");
    assert!(differing < 40, "{differing} cases are known to differ");
}

/// Every pair of schemas that occurs, once.
fn pairs() -> BTreeMap<(String, String), String> {
    let mut pairs = BTreeMap::new();
    for suite in suites() {
        for Case { old, new, .. } in &suite.cases {
            for old in old {
                let texts = (suite.text(old), suite.text(new));
                let name = || format!("{}: {old} to {new}", suite.name);
                pairs.entry(texts).or_insert_with(name);
            }
        }
    }
    assert!(pairs.len() >= PAIRS, "{}", pairs.len());
    pairs
}

/// The way back is the way there, mirrored, for whoever looks at messages.
#[test]
fn the_way_back() {
    let mut wrong = Vec::new();
    for ((old, new), name) in pairs() {
        let (old, new) = (version("old", &old), version("new", &new));
        let there = compare(&new, std::slice::from_ref(&old)).matrix;
        let back = compare(&old, std::slice::from_ref(&new)).matrix;
        for format in [Format::Avro, Format::Pulsar, Format::Json] {
            // A JSON peer is the older side, whichever way that is.
            let of = |matrix: &Matrix| match format {
                Format::Json => matrix.peers.first().map(|(_, ways)| *ways),
                _ => matrix.ways(format),
            };
            if of(&there).map(mirrored) != of(&back) {
                wrong.push(format!("{name}: {format:?} {there:?} {back:?}"));
            }
        }
    }
    assert_none(&wrong);
}

/// Every verdict that denies something, and no message shows it; where the writer has none, that is told instead.
fn not_shown(record: &Compared) -> Vec<String> {
    let mut wrong = Vec::new();
    let matrix = record.matrix.as_ref().unwrap();
    for format in [Format::Avro, Format::Pulsar, Format::Json] {
        let Some(ways) = matrix.ways(format) else {
            continue;
        };
        for direction in Direction::ALL.into_iter().filter(|d| !ways.get(*d)) {
            let shown = |finding: &Finding| {
                let of = |c: &Counterexample| (c.format, c.direction) == (format, direction);
                let none = finding.unproven.as_deref().unwrap_or_default();
                finding.counterexamples.iter().any(of) || none.contains("has no message that ends")
            };
            if !record.findings.iter().any(shown) {
                wrong.push(format!("nothing shows {format:?} {direction:?}"));
            }
        }
    }
    wrong
}

/// What a report lacks: something that is denied and not explained, explained and not shown, mended and not mended.
fn lacks(new: &Version, against: &[Version]) -> Vec<String> {
    let mut report = compare(new, against);
    let mut wrong = told::contradictions(only(&report));
    prove(&mut report, new, against);
    let (found, problems) = verify_all(&report, new, against, 1, 8);
    wrong.extend(found.iter().map(ToString::to_string));
    wrong.extend(problems.iter().map(ToString::to_string));
    wrong.extend(not_shown(only(&report)));
    let options = Options {
        peers: Peer::ALL.to_vec(),
        ..Options::default()
    };
    let proposals = propose(&mut report, new, against, &options);
    for (at, finding) in only(&report).findings.iter().enumerate() {
        let id = finding.rule.page.id;
        let of_messages = |e: &Effect| e.direction.is_some() && e.severity > Severity::Info;
        if finding.effects.iter().any(of_messages)
            && finding.counterexamples.is_empty()
            && finding.unproven.is_none()
        {
            wrong.push(format!("{id}: nothing shows it"));
        }
        let lost = finding
            .effects
            .iter()
            .filter(|e| e.severity == Severity::Loss);
        for effect in lost {
            let of = |c: &Counterexample| {
                (c.format, Some(c.direction)) == (effect.format, effect.direction)
            };
            let reason = finding.unproven.as_deref().unwrap_or_default();
            let meaning = reason.contains("what its numbers mean");
            if !finding.counterexamples.iter().any(of) && !meaning {
                wrong.push(format!("{id}: nothing shows the loss {effect:?}"));
            }
        }
        if finding.severity > Severity::Info && finding.fix.is_none() {
            wrong.push(format!("{id}: nothing is to be done"));
        }
        let whole = proposals.iter().find(|p| p.finding == at && p.whole);
        if finding.fix.as_ref().is_some_and(|fix| fix.proven) != whole.is_some() {
            wrong.push(format!("{id}: an edit that is proven and not there"));
        }
        if let Some(proposal) = whole {
            let mended = applied(new, &proposal.edits).expect("edits that fit");
            let again = compare(&mended, against);
            let left = only(&again).findings.iter().any(|left| {
                let same = left.rule.page.id == id && left.path == finding.path;
                same && left.severity > Severity::Info
            });
            if left {
                wrong.push(format!("{id}: the edit leaves it"));
            }
        }
    }
    let texts = Texts {
        new,
        against,
        root: None,
    };
    let json = render::json(&report, &texts).compact();
    if tg_schema_model::json::parse(&json).is_err() {
        wrong.push("a report that is no JSON".to_owned());
    }
    wrong
}

#[test]
fn reports_hold_together() {
    let mut wrong = Vec::new();
    for ((a, b), name) in pairs() {
        for (old, new) in [(&a, &b), (&b, &a)] {
            let (old, new) = (version("old", old), version("new", new));
            let found = lacks(&new, std::slice::from_ref(&old));
            if !found.is_empty() {
                let words = told::words(only(&compare(&new, std::slice::from_ref(&old))));
                wrong.push(format!("{name}: {}\n{words}", found.join("; ")));
            }
        }
    }
    assert_none(&wrong);
}
