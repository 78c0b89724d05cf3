//! Attacks on compatible verdicts: over the changes of `table.md`, over random changes of random definitions,
//! and over random Avro schemas.

#[path = "verify/aliases.rs"]
mod aliases;
#[path = "change/mod.rs"]
mod change;
#[path = "verify/names.rs"]
mod names;
mod rows;

use rows::{definition, rows};
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::confluent;
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::verify::{Disagreement, Work, attack};
use tg_schema_compat::proof::{Problem, Side, verify_all};
use tg_schema_compat::report::{Format, Outcome};
use tg_schema_compat::version::{Message, Version};
use tg_schema_dynamic::{Random, random_schema, random_writer};
use tg_schema_gen::load::from_texts;
use tg_schema_model::json::parse_deep;
use tg_schema_model::{Json, RecordId, Schema, Severity, Sources, avro, validate};

const PAIRS: u64 = 600;

fn side(version: &Version, record: RecordId) -> Side<'_> {
    let message = version.messages.iter().find(|m| m.record == Some(record));
    let message = message.expect("a message of the record");
    Side { version, message }
}

/// All attacks on two versions of a record.
fn attacks(old: Side<'_>, new: Side<'_>, messages: usize) -> (Vec<Disagreement>, Vec<Work>) {
    let (mut found, mut work) = (Vec::new(), Vec::new());
    for direction in Direction::ALL {
        let (writer, reader) = match direction {
            Direction::Backward => (old, new),
            Direction::Forward => (new, old),
        };
        let mut run = |format, peer| {
            let hit = attack(writer, reader, format, direction, peer, 1, messages);
            match hit {
                Ok(attack) => {
                    found.extend(attack.found);
                    work.push(attack.work);
                }
                // A registered text of Python with a name that nobody can resolve.
                Err(Problem::Schema { reason, .. }) => assert!(reason.contains("is defined")),
                Err(problem) => panic!("{problem}"),
            }
        };
        run(Format::Avro, Peer::Tg);
        run(Format::Pulsar, Peer::Tg);
        for peer in Peer::ALL {
            run(Format::Json, peer);
        }
    }
    found.extend(reported(old, new, messages));
    (found, work)
}

/// Attacks on what a report says of two versions of a record.
fn reported(old: Side<'_>, new: Side<'_>, messages: usize) -> Vec<Disagreement> {
    let options = Options {
        peers: Peer::ALL.to_vec(),
        only: vec![new.message.name.clone()],
        ..Options::default()
    };
    let against = std::slice::from_ref(old.version);
    let report = check(new.version, against, &options).expect("it can be compared");
    verify_all(&report, new.version, against, 1, messages).0
}

fn assert_none(found: &[(String, Disagreement)]) {
    let shown: Vec<String> = found
        .iter()
        .take(8)
        .map(|(name, hit)| format!("{name}: {hit}"))
        .collect();
    assert!(
        found.is_empty(),
        "{}\n{} in all",
        shown.join("\n"),
        found.len()
    );
}

#[test]
fn every_change() {
    let mut found = Vec::new();
    for row in rows(include_str!("table.md")) {
        let [change, old, new, ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        let version = |cell: &str| {
            let text = definition(cell);
            let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text)]);
            Version::of_definitions("v", loaded.schema, loaded.sources)
        };
        let (old, new) = (version(old), version(new));
        let named = |version: &Version| {
            let found = |name| version.schema.find_records(name).first().copied();
            found("R").or(found("Q")).expect("a record")
        };
        let (a, b) = (named(&old), named(&new));
        let (hits, _) = attacks(side(&old, a), side(&new, b), 40);
        found.extend(hits.into_iter().map(|hit| (change.to_string(), hit)));
    }
    assert_none(&found);
}

/// Two definitions, one of which is the other with a few changes.
fn pair(seed: u64) -> Option<(Schema, Schema, RecordId)> {
    let old = random_schema(seed);
    let mut random = Random::new(seed ^ 0x0C4A_4E6E);
    let mut new = old.clone();
    for _ in 0..1 + random.below(3) {
        change::change(&mut new, &mut random);
    }
    let problems = validate::check(&new).0;
    let valid = problems.iter().all(|d| d.severity != Severity::Error);
    let record = RecordId(random.below(old.records.len()));
    valid.then_some((old, new, record))
}

#[test]
fn random_definitions() {
    let mut found = Vec::new();
    // Two of them once found numbers with two shortest texts.
    for seed in (0..PAIRS).chain([1_319, 3_681]) {
        let Some((old, new, record)) = pair(seed) else {
            continue;
        };
        let old = Version::of_definitions("old", old, Sources::default());
        let new = Version::of_definitions("new", new, Sources::default());
        let (hits, _) = attacks(side(&old, record), side(&new, record), 8);
        found.extend(hits.into_iter().map(|hit| (format!("seed {seed}"), hit)));
    }
    assert_none(&found);
}

#[test]
fn random_avro_schemas() {
    let (mut found, mut compatible) = (Vec::new(), 0);
    for seed in 0..PAIRS {
        let schema = random_schema(seed);
        let old = avro::schema(&schema, RecordId(0));
        let new = random_writer(seed, &old);
        let bare = |schema: &avro::Schema| {
            let text = schema.to_json().compact();
            Version {
                label: "bare".into(),
                messages: vec![Message::new("bare", text.clone(), text)],
                ..Version::default()
            }
        };
        let (old, new) = (bare(&old), bare(&new));
        for (writer, reader) in [(&old, &new), (&new, &old)] {
            let (Some(from), Some(to)) = (writer.messages.first(), reader.messages.first()) else {
                continue;
            };
            let verdict = confluent::can_read(to.graph().unwrap(), from.graph().unwrap());
            compatible += usize::from(verdict.unwrap().is_compatible());
            let (from, to) = (
                Side {
                    version: writer,
                    message: from,
                },
                Side {
                    version: reader,
                    message: to,
                },
            );
            let hit = attack(from, to, Format::Avro, Direction::Backward, Peer::Tg, 1, 20);
            let hit = hit.expect("it can be executed").found;
            found.extend(hit.map(|hit| (format!("seed {seed}"), hit)));
        }
    }
    assert_none(&found);
    assert!(compatible > 200, "{compatible}");
}

/// Digits of numbers are lost, and no date has as many.
#[test]
fn dates_that_there_are() {
    let version = |first: &str| {
        let text = format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "d", "type": [{first}, "float"]}}]}}"#
        );
        Version {
            messages: vec![Message::new("R", &*text, &*text)],
            ..Version::default()
        }
    };
    let (old, new) = (
        version(r#"{"type": "int", "logicalType": "date"}"#),
        version("\"boolean\""),
    );
    let of = (only(&old), only(&new));
    let hit = attack(
        of.0,
        of.1,
        Format::Avro,
        Direction::Backward,
        Peer::Tg,
        1,
        1_000,
    );
    let hit = hit.expect("it can be executed");
    assert_eq!(hit.found, None);
    assert!(hit.work.random >= 1_000, "{:?}", hit.work);
}

/// More fields are dropped than an engine once listed: what it says of the others is no less so.
#[test]
fn very_many_fields() {
    let version = |fields: usize| {
        let fields: String = (0..fields).map(|n| format!("f{n} = \"int\"\n")).collect();
        let text = format!("[record.R.fields]\n{fields}");
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text)]);
        Version::of_definitions("v", loaded.schema, loaded.sources)
    };
    let (old, new) = (version(1), version(1_100));
    let (old, new) = (side(&old, RecordId(0)), side(&new, RecordId(0)));
    let hit = attack(old, new, Format::Json, Direction::Forward, Peer::Tg, 1, 3);
    let hit = hit.expect("it can be executed");
    assert_eq!(hit.found, None);
    assert!(hit.work.random >= 3, "{:?}", hit.work);
}

/// What a broker takes, and readers refuse for symbols and names of records alone.
#[test]
fn what_a_broker_takes() {
    let (mut found, mut tried) = (Vec::new(), 0);
    for (line, text) in include_str!("java/sampled.jsonl").lines().enumerate() {
        let pair = parse_deep(text, 1_200).unwrap();
        let version = |key: &str| {
            let text = pair.get(key).and_then(Json::as_str).unwrap();
            Version {
                label: key.into(),
                messages: vec![Message::new(key, text, text)],
                ..Version::default()
            }
        };
        let (old, new) = (version("old"), version("new"));
        let is_read = |version| only(version).message.graph().is_ok();
        if !(is_read(&old) && is_read(&new)) {
            continue;
        }
        for (writer, reader) in [(&old, &new), (&new, &old)] {
            let (direction, peer) = (Direction::Backward, Peer::Tg);
            let of = (only(writer), only(reader));
            match attack(of.0, of.1, Format::Pulsar, direction, peer, 1, 8) {
                Ok(attack) => {
                    tried += usize::from(attack.work.boundaries > 0);
                    found.extend(attack.found.map(|hit| (format!("line {}", line + 1), hit)));
                }
                Err(Problem::Schema { .. }) => {}
                Err(problem) => panic!("{problem}"),
            }
        }
    }
    assert_none(&found);
    assert!(tried > 20, "{tried}");
}

/// Java calls a writer's record by the name of the enum that has its name as an alias, and reads it by its fields.
#[test]
fn a_record_that_an_enum_has_as_an_alias() {
    let text = |field: &str| {
        format!(
            r#"[{{"type": "record", "name": "B", "fields": [
                {{"name": "b", "type": {{"type": "record", "name": "C", "fields": [
                    {{"name": "{field}", "type": ["null", "C"]}}]}}}},
                {{"name": "e", "type": "string"}}]}},
            {{"type": "record", "name": "A", "fields": [
                {{"name": "f", "default": "X", "type":
                    {{"type": "enum", "name": "E", "aliases": ["B"], "symbols": ["X"]}}}}]}}]"#
        )
    };
    let version = |field: &str| {
        let text = text(field);
        Version::of_schema(field, Message::new("union", &*text, &*text))
    };
    for (old, new) in [("b2", "b"), ("b", "b2")] {
        let (old, new) = (version(old), version(new));
        let (found, _) = attacks(only(&old), only(&new), 50);
        let text = found.iter().map(ToString::to_string);
        assert!(found.is_empty(), "{}", text.collect::<Vec<_>>().join("\n"));
    }
}

/// Messages are refused for their numbers whatever else they are refused for.
#[test]
fn a_narrower_number_beside_a_new_field() {
    let version = |fields: &str| {
        let text = format!("[record.R.fields]\n{fields}\n");
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text)]);
        Version::of_definitions("v", loaded.schema, loaded.sources)
    };
    let old = version("y = \"double\"");
    let new = version("y = \"float\"\nc = \"int\"");
    assert_eq!(reported(only(&old), only(&new), 40), []);
    assert_eq!(reported(only(&new), only(&old), 40), []);
    let report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
    let mut findings = report.records.iter().flat_map(|of| &of.findings);
    let narrowed = findings.find(|f| f.rule.page.id == "FIELD_TYPE_NARROWED");
    let effects = narrowed.map_or(&[][..], |f| &f.effects).iter();
    let json: Vec<&str> = effects
        .filter(|e| e.format == Format::Json && e.direction == Some(Direction::Backward))
        .map(|e| &*e.message)
        .collect();
    assert_eq!(json, ["is a double, which is refused beyond 3.4e38"]);
}

/// What is misread in a record is told wherever it is, and not of one of its places alone.
#[test]
fn a_record_of_two_places() {
    let version = |alt: &str, more: &str| {
        let text = format!(
            "[record.N.fields]\na = \"{alt}\"\nl = \"Leaf\"\n[record.Leaf.fields]\nd = \"bytes\"\n{more}"
        );
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text)]);
        Version::of_definitions("v", loaded.schema, loaded.sources)
    };
    let old = version("N?", "");
    let new = version("Alt", "[record.Alt.fields]\nl = \"Leaf\"\n");
    let [before, after] = [&old, &new].map(|version| side(version, RecordId(0)));
    assert_eq!(before.message.name, "N");
    assert_eq!(reported(before, after, 40), []);
}

/// The only message of a version.
fn only(version: &Version) -> Side<'_> {
    let message = version.messages.first().expect("a message");
    Side { version, message }
}

/// A report says everything that is needed to see it again.
#[test]
fn a_report() {
    let hit = Disagreement {
        format: Format::Avro,
        direction: Direction::Forward,
        peer: None,
        claim: "every message was said to be read",
        writer: ["R", "v2", "{\n}"].map(str::to_owned),
        reader: ["R", "v1", "[]"].map(str::to_owned),
        message: r#"{"a":1}"#.to_owned(),
        bytes: Some(vec![2, 255]),
        outcome: Outcome::Refused("R.a: no".to_owned()),
        reason: "a: no".to_owned(),
    };
    assert_eq!(
        hit.to_string(),
        "a verdict is wrong: every message was said to be read (avro, forward)\n  message: {\"a\":1}\n  \
         bytes:   02ff\n  refused: R.a: no\n  reason:  a: no\n  writer:  R of v2\n    {\n    }\n  reader:  R of v1\n    []"
    );
}

/// Whole messages as long as there are any of bearable size; then each counts for what it was cut at.
#[test]
fn messages_that_double_at_each_level() {
    let chain = |levels: usize, last: &str| {
        let fields = |at: usize| match at == levels {
            true => format!("v = \"{last}\""),
            false => format!("a = \"R{0}\"\nb = \"R{0}\"", at + 1),
        };
        let records = (0..=levels).map(|at| format!("[record.R{at}.fields]\n{}\n", fields(at)));
        let text: String = records.collect();
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text)]);
        assert!(!loaded.diagnostics.has_errors());
        Version::of_definitions(last, loaded.schema, loaded.sources)
    };
    for (levels, is_whole) in [(8, true), (26, false), (60, false)] {
        let (old, new) = (chain(levels, "int"), chain(levels, "long"));
        let root = |version: &Version| version.schema.record_ids().next().expect("a record");
        let (found, work) = attacks(side(&old, root(&old)), side(&new, root(&new)), 20);
        assert!(found.is_empty(), "{levels}");
        let tried: Vec<Work> = work.into_iter().filter(|w| *w != Work::default()).collect();
        assert_eq!(
            tried.len(),
            7,
            "six on JSON, and on Avro that old readers of long read int"
        );
        for work in tried {
            assert!(!work.limited && work.random == 20, "{levels}: {work:?}");
            // Boundary values stand in the smallest message, and that is beyond limits.
            match is_whole {
                true => assert!((1..100).contains(&work.boundaries) && work.bytes < 20 << 12),
                false => assert_eq!((work.boundaries, work.bytes), (0, 20 << 12)),
            }
        }
    }
}
