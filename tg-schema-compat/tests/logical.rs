//! What registries accept and Avro readers that know logical types refuse or take for something else: told as a
//! loss, with a message that shows it.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::avro::{Defaults, Graph};
use tg_schema_compat::loss::{Direction, Kind, between};
use tg_schema_compat::proof::{prove, verify_all};
use tg_schema_compat::report::{Counterexample, Format, Outcome, Severity};
use tg_schema_compat::version::{Message, Version};
use tg_schema_gen::load::from_texts;

fn version(label: &str, ty: &str) -> Version {
    let text = format!("[record.R.fields]\na = \"{ty}\"\n");
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.clone())]);
    let wrong = &loaded.diagnostics;
    assert!(!wrong.has_errors(), "{text}: {wrong:?}");
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

/// What Avro readers refuse or change of what the registry accepts, each shown by a message.
fn told(old: &[&str], new: &str) -> Vec<(Direction, Severity, &'static str)> {
    let old: Vec<Version> = old.iter().map(|ty| version(ty, ty)).collect();
    told_of(&old, &version("new", new))
}

fn told_of(old: &[Version], new: &Version) -> Vec<(Direction, Severity, &'static str)> {
    let mut report = check(new, old, &Options::default()).unwrap();
    prove(&mut report, new, old);
    let (found, problems) = verify_all(&report, new, old, 1, 200);
    assert!(
        found.is_empty() && problems.is_empty(),
        "{found:?} {problems:?}"
    );
    let [record] = report.records.as_slice() else {
        panic!("{:?}", report.records);
    };
    let mut found = Vec::new();
    for direction in Direction::ALL {
        for finding in &record.findings {
            let mut effects = finding.effects.iter();
            let effect = effects.find(|e| {
                (e.format, e.direction) == (Format::Avro, Some(direction))
                    && e.severity < Severity::Breaking
            });
            let Some(effect) = effect else { continue };
            assert!(finding.severity >= effect.severity, "{finding:?}");
            let mut shown = finding.counterexamples.iter();
            let shown = shown.find(|c| (c.format, c.direction) == (Format::Avro, direction));
            let shown = shown.unwrap_or_else(|| panic!("nothing shows {finding:?}"));
            assert!(shown.bytes.is_some());
            let outcome = match &shown.outcome {
                Outcome::Refused(_) => "refused",
                Outcome::Changed(_) => "changed",
            };
            found.push((direction, effect.severity, outcome));
        }
    }
    let lost = found
        .iter()
        .any(|(_, severity, _)| *severity == Severity::Loss);
    assert_eq!(record.loss, lost, "{record:?}");
    found
}

#[test]
fn what_readers_refuse_or_change() {
    use Direction::{Backward, Forward};
    let refused = |direction| (direction, Severity::Loss, "refused");
    let changed = |direction| (direction, Severity::Loss, "changed");
    for (old, new, expected) in [
        (
            "decimal(4,2)",
            "decimal(6,2)",
            vec![refused(Backward), refused(Forward)],
        ),
        (
            "decimal(4,2)",
            "decimal(4,1)",
            vec![refused(Backward), refused(Forward)],
        ),
        ("string", "uuid", vec![refused(Backward)]),
        (
            "string",
            "decimal(4,2)",
            vec![changed(Backward), changed(Forward)],
        ),
        (
            "string?",
            "decimal(4,2)?",
            vec![changed(Backward), changed(Forward)],
        ),
        ("bytes", "decimal(4,2)", vec![refused(Backward)]),
        ("bytes", "uuid", vec![refused(Backward)]),
        (
            "bytes",
            "string",
            vec![(Backward, Severity::Info, "refused")],
        ),
        ("long", "timestamp_ms", vec![refused(Backward)]),
        ("long", "timestamp_us", vec![refused(Backward)]),
        ("int", "date", vec![refused(Backward)]),
        ("int", "time_ms", vec![refused(Backward)]),
        ("date", "time_ms", vec![changed(Backward), changed(Forward)]),
        ("date", "timestamp_ms", vec![changed(Backward)]),
        (
            "array<date?>",
            "array<timestamp_ms?>",
            vec![changed(Backward)],
        ),
        (
            "timestamp_ms",
            "timestamp_us",
            vec![changed(Backward), changed(Forward)],
        ),
        ("timestamp_ms", "timestamp_ms", vec![]),
        ("int", "long", vec![]),
    ] {
        assert_eq!(told(&[old], new), expected, "{old} to {new}");
        let mut back = expected;
        for (direction, ..) in &mut back {
            *direction = match direction {
                Backward => Forward,
                Forward => Backward,
            };
        }
        back.sort();
        assert_eq!(told(&[new], old), back, "{new} to {old}");
    }
}

/// Schemas that no definition can say.
#[test]
fn of_types_that_only_avro_has() {
    let fixed = |logical: &str| {
        format!(r#"[{{"type": "fixed", "name": "F", "size": 12{logical}}}, "double", "boolean"]"#)
    };
    let duration = r#", "logicalType": "duration""#;
    let decimal =
        |scale| format!(r#", "logicalType": "decimal", "precision": 9, "scale": {scale}"#);
    for (old, new, lost) in [
        (fixed(""), fixed(duration), false),
        (fixed(duration), fixed(&decimal(2)), true),
        (fixed(&decimal(1)), fixed(&decimal(2)), true),
        // Laid on what it is not for, a logical type is no more than a word.
        (fixed(r#", "logicalType": "date""#), fixed(duration), false),
        (fixed(&decimal(99)), fixed(&decimal(2)), false),
    ] {
        let graph = |text: &str| Graph::parse(text, Defaults::Checked).unwrap();
        for (old, new) in [(&old, &new), (&new, &old)] {
            let losses = between(&graph(old), &graph(new)).unwrap();
            let of = |direction| {
                let mut losses = losses.iter().filter(|l| l.direction == direction);
                losses.any(|l| l.kind == Kind::Meaning)
            };
            assert_eq!(Direction::ALL.map(of), [lost; 2], "{old} to {new}");
        }
    }
}

/// A plain value, and what it becomes, beside a union: no definition says the schema.
#[test]
fn of_plain_values_in_any_schema() {
    let version = |label: &str, ty: &str| {
        let text = format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "u", "type": ["int", "string"]}}, {{"name": "a", "type": {ty}}}]}}"#
        );
        let message = Message::new("R", &*text, &*text);
        Version::of_schema(label, message)
    };
    let of = |ty: &str, word: &str| format!(r#"{{"type": "{ty}", "logicalType": "{word}"}}"#);
    let plain = |ty: &str| format!("\"{ty}\"");
    let fixed = |logical: &str| format!(r#"{{"type": "fixed", "name": "F", "size": 4{logical}}}"#);
    let decimal =
        |precision| format!(r#", "logicalType": "decimal", "precision": {precision}, "scale": 0"#);
    let refused = [(Direction::Backward, Severity::Loss, "refused")];
    for (old, new, expected) in [
        (plain("int"), of("int", "date"), refused.as_slice()),
        (plain("int"), of("int", "time-millis"), &refused),
        (plain("long"), of("long", "time-micros"), &refused),
        (plain("long"), of("long", "timestamp-millis"), &refused),
        (plain("long"), of("long", "timestamp-micros"), &refused),
        (
            plain("long"),
            of("long", "local-timestamp-micros"),
            &refused,
        ),
        // All of them are moments of these.
        (plain("long"), of("long", "timestamp-nanos"), &[]),
        (plain("int"), of("long", "timestamp-millis"), &[]),
        (plain("string"), of("string", "uuid"), &refused),
        (
            plain("bytes"),
            format!(r#"{{"type": "bytes"{}}}"#, decimal(9)),
            &refused,
        ),
        (fixed(""), fixed(&decimal(9)), &refused),
        (
            format!(r#"["null", {}]"#, plain("string")),
            format!(r#"["null", {}]"#, of("string", "uuid")),
            &refused,
        ),
        (
            format!(r#"{{"type": "array", "items": {}}}"#, plain("int")),
            format!(r#"{{"type": "array", "items": {}}}"#, of("int", "date")),
            &refused,
        ),
    ] {
        let (v1, v2) = (version("old", &old), version("new", &new));
        let first = std::slice::from_ref(&v1);
        assert_eq!(told_of(first, &v2), expected, "{old} to {new}");
        let mut back = told_of(std::slice::from_ref(&v2), &v1);
        back.retain(|(direction, ..)| *direction == Direction::Backward);
        assert_eq!(back, [], "{new} to {old}");
    }
}

#[test]
fn of_several_versions_each_is_told() {
    assert_eq!(
        told(&["string", "int", "date"], "uuid"),
        [(Direction::Backward, Severity::Loss, "refused")]
    );
}

/// What is lost of numbers between two Avro types, in a field.
fn digits(old: &str, new: &str) -> Vec<Direction> {
    let graph = |ty: &str| {
        let text = format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "a", "type": {ty}}}]}}"#
        );
        Graph::parse(&text, Defaults::Checked).unwrap()
    };
    let losses = between(&graph(old), &graph(new)).unwrap();
    let losses = losses.iter().filter(|loss| loss.kind == Kind::Precision);
    losses.map(|loss| loss.direction).collect()
}

#[test]
fn numbers_that_every_float_holds_lose_nothing() {
    let of = |ty: &str, word: &str| format!(r#"{{"type": "{ty}", "logicalType": "{word}"}}"#);
    let lost = [Direction::Backward];
    for (old, new, expected) in [
        (of("int", "date"), r#""float""#, [].as_slice()),
        (of("int", "time-millis"), r#""float""#, &lost),
        (r#""int""#.to_owned(), r#""float""#, &lost),
        (of("long", "timestamp-millis"), r#""double""#, &[]),
        (of("long", "timestamp-millis"), r#""float""#, &lost),
        (of("long", "timestamp-micros"), r#""double""#, &lost),
        // A word on a type that it is not for says nothing.
        (of("long", "date"), r#""float""#, &lost),
        (
            format!("[\"null\", {}]", of("int", "date")),
            r#"["null", "float"]"#,
            &[],
        ),
        (
            format!("[\"null\", {}]", of("long", "timestamp-micros")),
            r#"["null", "double"]"#,
            &lost,
        ),
    ] {
        assert_eq!(digits(&old, new), expected, "{old} {new}");
    }
    assert_eq!(told(&["date"], "float"), []);
    assert_eq!(told(&["timestamp_ms"], "double"), []);
}

/// The broker accepts it as registries do, and readers of a topic are readers of Avro.
#[test]
fn of_decimals_on_topics() {
    for ty in ["decimal(9,4)", "decimal(12,2)"] {
        let [old, new] = ["decimal(9,2)", ty].map(|ty| version(ty, ty));
        let old = [old];
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let findings = report.records.iter().flat_map(|record| &record.findings);
        let shown: Vec<_> = findings.clone().flat_map(|f| &f.counterexamples).collect();
        for format in [Format::Avro, Format::Pulsar] {
            for direction in Direction::ALL {
                let of = |c: &&&Counterexample| (c.format, c.direction) == (format, direction);
                let one = shown.iter().find(of).expect("each verdict has a message");
                assert!(matches!(one.outcome, Outcome::Refused(_)), "{one:?}");
                let mut effects = findings.clone().flat_map(|f| &f.effects);
                let is_told = effects.any(|e| {
                    (e.format, e.direction, e.severity) == (format, Some(direction), Severity::Loss)
                });
                assert!(is_told, "{ty}: {format:?} {direction:?}");
            }
        }
    }
}

/// A loss stands beside the branch that it is of, with a message of that branch.
#[test]
fn of_one_branch_of_several() {
    let version = |label: &str, ty: &str| {
        let text = format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "a", "type": {ty}}}]}}"#
        );
        Version::of_schema(label, Message::new("R", &*text, &*text))
    };
    for (old, new, direction, message) in [
        (
            r#""double""#,
            r#"["int", "long"]"#,
            Direction::Forward,
            "FIELD_TYPE_NARROWED",
        ),
        (
            r#"["int", "long", "boolean"]"#,
            r#"["double", "boolean"]"#,
            Direction::Backward,
            "FIELD_TYPE_LOSSY",
        ),
        (
            r#"["long"]"#,
            r#"["double", "string"]"#,
            Direction::Backward,
            "FIELD_TYPE_LOSSY",
        ),
    ] {
        let (old, new) = ([version("old", old)], version("new", new));
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let findings = report.records.iter().flat_map(|record| &record.findings);
        let lossy = findings.filter(|f| f.effects.iter().any(|e| e.loss == Some(Kind::Precision)));
        let lossy: Vec<_> = lossy.collect();
        let [finding] = lossy.as_slice() else {
            panic!("{lossy:?}");
        };
        assert_eq!(finding.rule.page.id, message);
        let mut shown = finding.counterexamples.iter();
        let shown = shown.find(|c| (c.format, c.direction) == (Format::Avro, direction));
        let shown = shown.unwrap_or_else(|| panic!("nothing shows {finding:?}"));
        assert_eq!(shown.message, r#"{"a":9007199254740993}"#);
    }
}
