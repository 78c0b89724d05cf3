//! Every change of `wires.md`: the verdict of every wire; and chains of the definitions there.

mod rows;
#[path = "told/mod.rs"]
mod told;

use rows::definition;
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::lock::{accept, read};
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::{prove, verify_all};
use tg_schema_compat::report::{Compared, Matrix, Report, Severity, Ways};
use tg_schema_compat::version::Version;
use tg_schema_dynamic::Random;
use tg_schema_gen::load::from_texts;

fn version(label: &str, cell: &str) -> Version {
    let text = definition(cell);
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.clone())]);
    let errors = loaded.diagnostics.has_errors();
    assert!(!errors, "{text}: {:?}", loaded.diagnostics);
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

fn compare(new: &Version, old: &[Version]) -> Report {
    let options = Options {
        peers: Peer::ALL.to_vec(),
        ..Options::default()
    };
    check(new, old, &options).unwrap()
}

/// The record that the row is about.
fn row_of(report: &Report) -> &Compared {
    let named = |r: &&Compared| ["R", "Q", "x.R", "y.R"].contains(&r.record.as_str());
    let mut found = report
        .records
        .iter()
        .filter(|r| named(r) && r.matrix.is_some());
    found
        .next()
        .unwrap_or_else(|| panic!("{:?}", report.records))
}

fn letters(ways: Option<Ways>) -> &'static str {
    match ways.map(|w| (w.backward, w.forward)) {
        Some((true, true)) => "FULL",
        Some((true, false)) => "B",
        Some((false, true)) => "F",
        Some((false, false)) => "–",
        None => "none",
    }
}

fn verdicts(record: &Compared) -> Vec<&'static str> {
    let matrix = record.matrix.as_ref().expect("a matrix");
    let mut cells = vec![letters(matrix.avro), letters(matrix.pulsar)];
    cells.extend(matrix.peers.iter().map(|(_, ways)| letters(Some(*ways))));
    cells.push(matrix.rust.expect("a grade").as_str());
    let lost = |direction: Direction| {
        let mut effects = record.findings.iter().flat_map(|f| &f.effects);
        effects.any(|e| {
            e.severity == Severity::Loss && e.peer.is_none() && e.direction == Some(direction)
        })
    };
    let (backward, forward) = (lost(Direction::Backward), lost(Direction::Forward));
    cells.push(letters(Some(Ways { backward, forward })));
    cells
}

fn rows() -> Vec<Vec<&'static str>> {
    rows::rows(include_str!("wires.md")).collect()
}

#[test]
fn every_change() {
    let mut wrong = Vec::new();
    for row in rows() {
        let [change, old, new, expected @ ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        let (old, new) = (version("old", old), version("new", new));
        let report = compare(&new, std::slice::from_ref(&old));
        let record = row_of(&report);
        let found = verdicts(record);
        if found != expected {
            let words = told::words(record);
            wrong.push(format!(
                "{change}:\n  expected {expected:?}\n  found    {found:?}\n{words}"
            ));
        }
        wrong.extend(
            told::contradictions(record)
                .iter()
                .map(|c| format!("{change}: {c}")),
        );
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
    assert!(rows().len() > 120, "{}", rows().len());
}

/// The definitions of the table.
fn definitions() -> Vec<&'static str> {
    let cells = rows().into_iter().flat_map(|row| [row[1], row[2]]);
    let mut cells: Vec<&str> = cells.filter(|cell| !cell.contains("[record.Q")).collect();
    cells.retain(|cell| !cell.contains("namespace"));
    cells.sort_unstable();
    cells.dedup();
    cells
}

/// The verdict on five versions is the worst of those on the last and each before it, whether these are definitions
/// or releases in a lock; and what is told of it holds together.
#[test]
fn chains() {
    let cells = definitions();
    let (mut wrong, mut locked) = (Vec::new(), 0);
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let chain: Vec<&str> = (0..5).map(|_| *random.pick(&cells)).collect();
        let old = chain.iter().take(4).zip(["v1", "v2", "v3", "v4"]);
        let old: Vec<Version> = old.map(|(cell, label)| version(label, cell)).collect();
        let new = version("v5", chain[4]);
        let mut report = compare(&new, &old);
        let mut worst = Matrix::default();
        for old in &old {
            let alone = compare(&new, std::slice::from_ref(old));
            worst.worsen(row_of(&alone).matrix.as_ref().unwrap());
        }
        let record = row_of(&report);
        if record.matrix.as_ref() != Some(&worst) {
            wrong.push(format!("{chain:#?}: {:?}, and {worst:?}", record.matrix));
        }
        let told = told::contradictions(record);
        wrong.extend(told.iter().map(|told| format!("{chain:#?}: {told}")));
        prove(&mut report, &new, &old);
        let (found, problems) = verify_all(&report, &new, &old, seed, 4);
        wrong.extend(found.iter().map(|hit| format!("{chain:#?}: {hit}")));
        wrong.extend(problems.iter().map(|told| format!("{chain:#?}: {told}")));

        let lock = old.iter().try_fold(None::<String>, |lock, version| {
            let next = accept("tg-schema.lock", lock.as_deref(), version);
            next.map(|next| Some(next.text))
        });
        let Ok(Some(lock)) = lock else {
            continue;
        };
        locked += 1;
        let releases = read("tg-schema.lock", &lock).unwrap();
        let again = compare(&new, &releases);
        if row_of(&again).matrix.as_ref() != Some(&worst) {
            let found = &row_of(&again).matrix;
            wrong.push(format!("{chain:#?}: the lock {found:?}, and {worst:?}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
    assert!(locked > 150, "{locked}");
}
