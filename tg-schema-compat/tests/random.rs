//! Random changes of definitions and of Avro schemas: every report agrees with itself, and says why.

#[path = "change/mod.rs"]
mod change;
mod told;

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::report::Report;
use tg_schema_compat::version::{Message, Version};
use tg_schema_dynamic::{Random, random_schema, random_writer};
use tg_schema_model::json::parse_deep;
use tg_schema_model::{Json, RecordId, Schema, Sources, avro, validate};

const CHANGED: u64 = 1_500;
const WRITERS: u64 = 1_500;

fn valid(schema: &Schema) -> bool {
    let diagnostics = validate::check(schema);
    !diagnostics.has_errors()
}

/// What contradicts itself in a report.
fn wrong(report: &Report) -> Vec<String> {
    let mut wrong = Vec::new();
    for record in &report.records {
        let found = told::contradictions(record);
        if !found.is_empty() {
            wrong.push(format!(
                "{}: {found:?}\n{}",
                record.record,
                told::words(record)
            ));
        }
    }
    wrong
}

fn report_all(wrong: &[String], count: usize) {
    let shown: Vec<&str> = wrong.iter().take(8).map(String::as_str).collect();
    assert!(
        wrong.is_empty(),
        "{}\n{} of {count} wrong",
        shown.join("\n"),
        wrong.len()
    );
}

fn definitions(schema: Schema) -> Version {
    Version::of_definitions("v", schema, Sources::default())
}

fn bare(text: &str) -> Version {
    Version::of_schema("v", Message::new("M", text, text))
}

#[test]
fn changes_of_definitions() {
    let (mut all, mut pairs) = (Vec::new(), 0);
    for seed in 0..CHANGED {
        let old = random_schema(seed);
        let mut random = Random::new(seed ^ 0x0C4A_4E6E);
        let mut new = old.clone();
        for _ in 0..1 + random.below(4) {
            change::change(&mut new, &mut random);
        }
        if !valid(&new) {
            continue;
        }
        pairs += 1;
        let options = Options {
            peers: if seed % 3 == 0 {
                Peer::ALL.to_vec()
            } else {
                vec![Peer::Tg]
            },
            ..Options::default()
        };
        let (old, new) = (definitions(old), definitions(new));
        for (old, new) in [(&old, &new), (&new, &old)] {
            let report = check(new, std::slice::from_ref(old), &options).unwrap();
            let found = wrong(&report);
            all.extend(found.into_iter().map(|w| format!("seed {seed}: {w}")));
        }
    }
    report_all(&all, pairs);
    assert!(pairs > 1_000, "{pairs}");
}

#[test]
fn versions_of_avro_schemas() {
    let mut all = Vec::new();
    for seed in 0..WRITERS {
        let schema = random_schema(seed);
        let root = RecordId(usize::try_from(seed).unwrap() % schema.records.len());
        let reader = avro::parse(&avro::text(&schema, root)).unwrap();
        let writer = random_writer(seed, &reader);
        let (old, new) = (
            bare(&writer.to_json().compact()),
            bare(&reader.to_json().compact()),
        );
        for (old, new) in [(&old, &new), (&new, &old)] {
            let report = check(new, std::slice::from_ref(old), &Options::default()).unwrap();
            let found = wrong(&report);
            all.extend(found.into_iter().map(|w| {
                format!(
                    "seed {seed}: {w}\n{}\n{}",
                    old.messages[0].text, new.messages[0].text
                )
            }));
        }
    }
    report_all(&all, usize::try_from(WRITERS).unwrap());
}

#[test]
fn schemas_of_every_oddity() {
    let (mut all, mut pairs) = (Vec::new(), 0);
    let lines = include_str!("java/named.jsonl").lines();
    for line in lines.chain(include_str!("java/sampled.jsonl").lines()) {
        let pair = parse_deep(line, 8).unwrap();
        let version = |key: &str| bare(pair.get(key).and_then(Json::as_str).unwrap());
        let (old, new) = (version("old"), version("new"));
        if old.messages[0].graph().is_err() || new.messages[0].graph().is_err() {
            let problem = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap_err();
            assert!(problem.to_string().contains("cannot be compared"));
            continue;
        }
        pairs += 1;
        for (old, new) in [(&old, &new), (&new, &old)] {
            let report = check(new, std::slice::from_ref(old), &Options::default()).unwrap();
            let found = wrong(&report);
            all.extend(found.into_iter().map(|w| format!("{line}: {w}")));
        }
    }
    report_all(&all, pairs);
    assert!(pairs > 300, "{pairs}");
}
