//! Avro schemas in a lock: what it keeps of them is what they are.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::lock::read;
use tg_schema_compat::version::{Version, schema, tell_apart};
use tg_schema_model::avro::import::File;

use crate::history::against;
use crate::support::{LABEL, accepted};

/// The version that a schema is, in a file of its own.
fn version(text: &str) -> Version {
    let mut version = Version::default();
    let source = version.sources.add_json("s.avsc", text);
    let file = File {
        path: vec!["s".into()],
        source,
    };
    let message = schema::message(&mut version, file).expect("a schema");
    version.messages.push(message);
    version
}

fn record(fields: &str) -> Version {
    version(&format!(
        r#"{{"type": "record", "name": "R", "fields": [{{"name": "a", "type": "int"}}{fields}]}}"#
    ))
}

/// What a later version is to an earlier one, it is to the lock that has it; and a version is nothing new to its own lock.
#[test]
fn what_no_definition_says_to_the_letter_is_kept() {
    let without = record("");
    let fields = [
        r#"{"name": "b", "type": ["null", "string"]}"#,
        r#"{"name": "b", "type": ["null", "string"], "default": null, "aliases": ["c"]}"#,
        r#"{"name": "b", "type": ["null", "string"], "default": null}"#,
        r#"{"name": "b", "type": {"type": "string", "avro.java.string": "String"}}"#,
        r#"{"name": "b", "type": {"type": "enum", "name": "E", "symbols": ["A"], "aliases": ["x.F"]}}"#,
        r#"{"name": "b", "type": "double", "default": 0.5}"#,
    ];
    let mut kept = Vec::new();
    for field in fields {
        let first = record(&format!(", {field}"));
        let before = check(&without, std::slice::from_ref(&first), &Options::default()).unwrap();
        let lock = accepted(std::slice::from_ref(&first));
        let (releases, report) = against(&lock, &without);
        assert_eq!(report.matrix, before.matrix, "{field}");
        assert_eq!(report.records.len(), before.records.len(), "{field}");
        let (_, same) = against(&lock, &first);
        let findings = same.records.iter().map(|record| record.findings.len());
        assert_eq!(findings.sum::<usize>(), 0, "{field}: {:?}", same.records);
        // There is a record to judge JSON and Rust by in any case.
        let [release] = releases.as_slice() else {
            panic!("{} releases", releases.len());
        };
        let [message] = release.messages.as_slice() else {
            panic!("{:?}", release.messages);
        };
        assert!(message.record.is_some() && message.name == "R", "{field}");
        kept.push(lock.contains("[[avro.\"R\"]]"));
        let again = accepted(&[first, without.clone()]);
        assert_eq!(read(LABEL, &again).unwrap().len(), 2);
    }
    assert_eq!(kept, [true, false, false, true, false, false]);
}

/// A schema that no definition says any more is not given up, nor are the types in it.
#[test]
fn what_becomes_a_schema_that_no_definition_says_is_there_all_the_time() {
    let symbols = |symbols: &str| {
        format!(
            r#", {{"name": "e", "type": {{"type": "enum", "name": "E", "symbols": [{symbols}], "default": "A"}}}}"#
        )
    };
    let union = r#", {"name": "u", "type": ["null", "int", "string"], "default": null}"#;
    let versions = [
        record(&symbols(r#""A""#)),
        record(&(symbols(r#""A", "B""#) + union)),
        record(&(symbols(r#""A", "B", "C""#) + union)),
        record(&symbols(r#""A", "B", "C", "D""#)),
    ];
    for at in 1..versions.len() {
        let (released, next) = versions.split_at(at);
        let lock = accepted(released);
        let (_, report) = against(&lock, &next[0]);
        let files = check(&next[0], released, &Options::default()).unwrap();
        assert_eq!(report.matrix, files.matrix, "{at}");
        let rules = |report: &tg_schema_compat::report::Report| -> Vec<&str> {
            let findings = report.records.iter().flat_map(|record| &record.findings);
            findings.map(|f| f.rule.page.id).collect()
        };
        assert_eq!(rules(&report), rules(&files), "{at}");
    }
}

/// The version that a file with a schema is, which was named by itself or stands in a folder of its own.
fn file(text: &str, single: bool) -> Version {
    Version {
        single,
        only_schemas: true,
        ..version(text)
    }
}

/// What a lock and the files themselves say of the next version, for each start of a chain.
fn told(versions: &[Version]) -> Vec<(Vec<String>, Vec<String>)> {
    let told = |report: &tg_schema_compat::report::Report| -> Vec<String> {
        let findings = |r: &tg_schema_compat::report::Compared| -> Vec<String> {
            let all = r.findings.iter();
            all.map(|f| format!("{} {} {}", r.record, f.rule.page.id, f.path))
                .collect()
        };
        let all = report.records.iter().flat_map(findings);
        all.chain([format!("{:?}", report.matrix)]).collect()
    };
    let steps = (1..versions.len()).map(|at| {
        let (released, next) = versions.split_at(at);
        let (_, lock) = against(&accepted(released), &next[0]);
        let files = check(&next[0], released, &Options::default()).unwrap();
        (told(&lock), told(&files))
    });
    steps.collect()
}

/// A type inside of a schema is no message: it comes and goes with the field that has it.
#[test]
fn what_is_inside_of_a_schema_is_no_message_of_the_lock() {
    let top = |name: &str, fields: &str| {
        format!(r#"{{"type": "record", "name": "{name}", "namespace": "n", "fields": [{fields}]}}"#)
    };
    let nested = |fields: &str| {
        format!(
            r#"{{"name": "m", "type": ["null", {{"type": "record", "name": "M", "fields": [{fields}]}}], "default": null}}"#
        )
    };
    let (x, y) = (
        r#"{"name": "x", "type": "int"}"#,
        r#"{"name": "y", "type": "int", "default": 0}"#,
    );
    let with = nested(x);
    for single in [true, false] {
        let chain = [
            file(&top("R", &format!("{x}, {with}")), single),
            file(
                &top("R", &format!("{x}, {}", nested(&format!("{x}, {y}")))),
                single,
            ),
            file(&top("R", x), single),
            file(&top("R", &format!("{x}, {with}")), single),
            file(
                &top(
                    "S",
                    &format!(r#"{{"name": "x", "type": "string"}}, {with}"#),
                ),
                single,
            ),
        ];
        for (at, (lock, files)) in told(&chain).into_iter().enumerate() {
            assert_eq!(lock, files, "step {at}, single: {single}");
        }
        let lock = accepted(&chain[..1]);
        let word = if single { "single" } else { "message" };
        let block = |name: &str, word: &str| {
            format!("[[record.\"n.{name}\"]]\nsince = 1\nmodule = \"s\"\navsc = \"{word}\"\n")
        };
        assert!(
            lock.contains(&block("R", word)) && lock.contains(&block("M", "part")),
            "{lock}"
        );
        let release = read(LABEL, &lock).unwrap().remove(0);
        assert_eq!((release.single, release.only_schemas), (single, true));
        assert_eq!(release.messages.len(), 1);
    }
}

/// What was inside of a schema and gets a file of its own is a message from then on, and the other way round.
#[test]
fn a_part_may_become_a_message() {
    let part = r#"{"type": "record", "name": "M", "fields": [{"name": "x", "type": "int"}]}"#;
    let whole = format!(
        r#"{{"type": "record", "name": "R", "fields": [{{"name": "m", "type": {part}}}]}}"#
    );
    let both = || {
        let mut both = file(&whole, false);
        let source = both.sources.add_json("m.avsc", part);
        let path = vec!["m".into()];
        let message = schema::message(&mut both, File { path, source }).expect("a schema");
        both.messages.push(message);
        both
    };
    let chain = [file(&whole, false), both(), file(&whole, false), both()];
    let steps = told(&chain);
    for (at, (lock, files)) in steps.iter().enumerate() {
        // Names that were given up are the lock's to know.
        let mut lock = lock.clone();
        lock.retain(|line| !line.contains("NAME_REUSED"));
        assert_eq!(&lock, files, "step {at}");
    }
    let last = |released: &[Version]| -> Vec<String> {
        let last = read(LABEL, &accepted(released)).unwrap().pop().unwrap();
        last.messages
            .into_iter()
            .map(|message| message.name)
            .collect()
    };
    for (at, names) in [
        (1, vec!["R"]),
        (2, vec!["M", "R"]),
        (3, vec!["R"]),
        (4, vec!["M", "R"]),
    ] {
        assert_eq!(last(&chain[..at]), names, "{at}");
    }
}

/// Schemas that are no record have a file too, by which they belong together.
#[test]
fn schemas_of_one_name_that_are_no_record() {
    let folder = |files: &[(&str, &str)]| {
        let mut version = Version {
            only_schemas: true,
            ..Version::default()
        };
        for (home, symbols) in files {
            let text = format!(r#"{{"type": "enum", "name": "C", "symbols": [{symbols}]}}"#);
            let source = version.sources.add_json(format!("{home}.avsc"), &text);
            let path = vec![(*home).to_owned()];
            let mut message =
                schema::message(&mut version, File { path, source }).expect("a schema");
            (*home).clone_into(&mut message.home);
            version.messages.push(message);
        }
        tell_apart(&mut version.messages);
        version
    };
    let (both, one) = (r#""X", "Y""#, r#""X""#);
    let chain = [
        folder(&[("b", both)]),
        folder(&[("a", both), ("b", one)]),
        folder(&[("a", one), ("b", one)]),
        folder(&[("a", one)]),
        folder(&[("0", both), ("a", both)]),
    ];
    for (at, (lock, files)) in told(&chain).into_iter().enumerate() {
        assert_eq!(lock, files, "step {at}");
    }
}
