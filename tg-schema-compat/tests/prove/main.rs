//! Reports with their proofs: every verdict that somebody's messages are refused or changed has a message, or says
//! why there is none.

mod effort;
mod java;
mod names;
mod places;
mod refusals;
#[path = "../rows/mod.rs"]
mod rows;

use rows::{definition, rows};
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::fix::propose;
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::{prove, verify_all};
use tg_schema_compat::report::{Counterexample, Format, Order, Outcome, Report, Severity};
use tg_schema_compat::version::{Message, Version};
use tg_schema_gen::load::from_texts;

fn version(label: &str, cell: &str) -> Version {
    let text = definition(cell);
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.clone())]);
    assert!(!loaded.diagnostics.has_errors(), "{text}");
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

fn proven(old: &str, new: &str) -> Report {
    let (old, new) = ([version("v1", old)], version("v2", new));
    let options = Options {
        peers: Peer::ALL.to_vec(),
        ..Options::default()
    };
    let mut report = check(&new, &old, &options).unwrap();
    prove(&mut report, &new, &old);
    let (found, problems) = verify_all(&report, &new, &old, 1, 10);
    assert!(
        found.is_empty() && problems.is_empty(),
        "{found:?} {problems:?}"
    );
    report
}

#[test]
fn every_change() {
    let (mut shown, mut unproven, mut without) = (0, 0, Vec::new());
    for row in rows(include_str!("../table.md")) {
        let [change, old, new, ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        let report = proven(old, new);
        for finding in report.records.iter().flat_map(|record| &record.findings) {
            shown += finding.counterexamples.len();
            unproven += usize::from(finding.unproven.is_some());
            for (at, one) in finding.counterexamples.iter().enumerate() {
                let again = |other: &tg_schema_compat::report::Counterexample| {
                    (other.format, other.direction) == (one.format, one.direction)
                };
                let later = finding.counterexamples.iter().skip(at + 1);
                assert_eq!(later.filter(|other| again(other)).count(), 0, "{change}");
                assert!(!one.message.is_empty(), "{change}");
                assert_eq!(
                    one.bytes.is_some(),
                    one.format != Format::Json || one.bytes.is_some()
                );
            }
            let concerns_messages = finding
                .effects
                .iter()
                .any(|effect| effect.direction.is_some() && effect.severity > Severity::Info);
            let told = !finding.counterexamples.is_empty() || finding.unproven.is_some();
            if concerns_messages && !told {
                without.push(format!("{change}: {}", finding.message));
            }
        }
    }
    assert!(without.is_empty(), "{}", without.join("\n"));
    assert!(shown > 150, "{shown} shown, {unproven} unproven");
}

/// One Avro schema, as a version.
fn bare(text: &str) -> Version {
    Version::of_schema("", Message::new("M", text, text))
}

/// The messages that show something of one field, in their order.
fn shown(old: &str, new: &str) -> Vec<String> {
    let version = |fields: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#
        ))
    };
    let (old, new) = ([version(old)], version(new));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let shown = findings.flat_map(|finding| &finding.counterexamples);
    let avro = shown.filter(|one| one.format == Format::Avro);
    avro.map(|one| one.message.clone()).collect()
}

/// The text of a record of nullable numbers, with these names.
fn nullable(record: &str, names: impl Iterator<Item = String>) -> String {
    let fields = names
        .map(|name| format!(r#"{{"name": "{name}", "type": ["null", "float"], "default": null}}"#));
    let fields = fields.collect::<Vec<_>>().join(", ");
    format!(r#"{{"type": "record", "name": "{record}", "fields": [{fields}]}}"#)
}
