//! Avro schemas in a lock: what it keeps of them is what they are.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::lock::read;
use tg_schema_compat::version::{Version, schema};
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
