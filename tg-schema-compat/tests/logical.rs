//! What registries accept and Avro readers that know logical types refuse: told, with a message that shows it.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::prove;
use tg_schema_compat::report::{Finding, Format, Outcome, Severity};
use tg_schema_compat::version::Version;
use tg_schema_gen::load::from_texts;

fn version(label: &str, ty: &str) -> Version {
    let text = format!("[record.R.fields]\na = \"{ty}\"\n");
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.clone())]);
    let wrong = &loaded.diagnostics;
    assert!(!wrong.has_errors(), "{text}: {wrong:?}");
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

/// The directions in which Avro readers refuse some messages, which the registry accepts; each is shown.
fn refused(old: &[&str], new: &str) -> Vec<Direction> {
    let new = version("new", new);
    let old: Vec<Version> = old.iter().map(|ty| version(ty, ty)).collect();
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let [record] = report.records.as_slice() else {
        panic!("{:?}", report.records);
    };
    let mut found = Vec::new();
    let told = |f: &Finding, direction| {
        let mut effects = f.effects.iter();
        effects.any(|e| {
            (e.format, e.direction, e.severity) == (Format::Avro, Some(direction), Severity::Info)
                && e.message.starts_with("registries accept it")
        })
    };
    for direction in Direction::ALL {
        for finding in record.findings.iter().filter(|f| told(f, direction)) {
            let mut shown = finding.counterexamples.iter();
            let shown = shown.find(|c| (c.format, c.direction) == (Format::Avro, direction));
            let shown = shown.unwrap_or_else(|| panic!("nothing shows {finding:?}"));
            assert!(matches!(shown.outcome, Outcome::Refused(_)), "{shown:?}");
            assert!(shown.bytes.is_some());
            found.push(direction);
        }
    }
    found
}

#[test]
fn what_readers_refuse() {
    use Direction::{Backward, Forward};
    for (old, new, expected) in [
        ("decimal(4,2)", "decimal(6,2)", &[Backward, Forward][..]),
        ("string", "uuid", &[Backward]),
        ("string", "decimal(4,2)", &[Backward]),
        ("bytes", "decimal(4,2)", &[Backward]),
        ("bytes", "uuid", &[Backward]),
        ("bytes", "string", &[Backward]),
        ("long", "timestamp_ms", &[Backward]),
        ("long", "timestamp_us", &[Backward]),
        ("int", "date", &[Backward]),
        ("int", "time_ms", &[Backward]),
        ("timestamp_ms", "timestamp_ms", &[]),
        ("int", "long", &[]),
    ] {
        assert_eq!(refused(&[old], new), expected, "{old} to {new}");
        let back: Vec<Direction> = expected
            .iter()
            .map(|direction| match direction {
                Backward => Forward,
                Forward => Backward,
            })
            .collect();
        let mut found = refused(&[new], old);
        found.reverse();
        assert_eq!(found, back, "{new} to {old}");
    }
}

#[test]
fn of_several_versions_each_is_told() {
    assert_eq!(
        refused(&["string", "int", "date"], "uuid"),
        [Direction::Backward]
    );
}
