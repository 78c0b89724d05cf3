//! Large changes of one schema: what is tried for many findings is tried for all of them at once.

#[path = "suites/avsc.rs"]
mod avsc;

use avsc::version;
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::fix::{applied, propose};
use tg_schema_compat::proof::prove;
use tg_schema_compat::report::{Finding, Format, Report, Severity};
use tg_schema_compat::version::Version;
use tg_schema_model::MAX_SYMBOLS;

fn record(fields: impl Iterator<Item = String>) -> String {
    let fields: Vec<String> = fields.collect();
    let head = r#"{"type": "record", "name": "R", "fields": ["#;
    format!("{head}{}]}}", fields.join(",\n"))
}

fn field(name: &str) -> String {
    format!(r#"{{"name": "{name}", "type": "int"}}"#)
}

fn mended(old: Version, new: &Version) -> Report {
    let (against, options) = ([old], Options::default());
    let mut report = check(new, &against, &options).unwrap();
    let proposals = propose(&mut report, new, &against, &options);
    prove(&mut report, new, &against);
    // All of them together leave nothing.
    let edits = proposals.iter().flat_map(|proposal| &proposal.edits);
    let edited = applied(new, edits).expect("edits that go together");
    let after = check(&edited, &against, &options).unwrap();
    let left = after.records.iter().flat_map(|record| &record.findings);
    let left: Vec<&Finding> = left.filter(|f| f.severity == Severity::Breaking).collect();
    assert!(left.is_empty(), "{left:?}");
    report
}

/// A text this large is compared some 40 times at most, and there are fields beyond that: each has an edit all the same.
#[test]
fn each_of_many_fields_has_an_edit_that_was_tried() {
    const FIELDS: usize = 700;
    let name = |at: usize| format!("a_rather_long_name_of_a_field_{at}");
    let old = version("old", &record((0..1).map(|at| field(&name(at)))));
    let new = version("new", &record((0..FIELDS).map(|at| field(&name(at)))));
    let report = mended(old, &new);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let breaking: Vec<&Finding> = findings
        .filter(|finding| finding.severity == Severity::Breaking)
        .collect();
    assert_eq!(breaking.len(), FIELDS - 1);
    for finding in breaking {
        let fix = finding.fix.as_ref().expect("what to do");
        assert!(fix.proven, "{}: {}", finding.path, fix.message);
        let shown = finding.counterexamples.iter();
        assert!(
            shown.map(|c| c.format).any(|f| f == Format::Avro),
            "{}",
            finding.path
        );
    }
}

/// Were each symbol looked for among all of them, this would take hundreds of millions of steps.
#[test]
fn an_enum_of_many_symbols_ends() {
    let text = |from: usize| {
        let symbols: Vec<String> = (from..MAX_SYMBOLS).map(|at| format!("\"S{at}\"")).collect();
        let list = symbols.join(",");
        let ty = format!(r#"{{"type": "enum", "name": "E", "symbols": [{list}]}}"#);
        record([format!(r#"{{"name": "e", "type": {ty}}}"#)].into_iter())
    };
    let new = version("new", &text(1));
    let report = mended(version("old", &text(0)), &new);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let removed = findings.filter(|f| f.rule.page.id == "ENUM_SYMBOL_REMOVED");
    assert_eq!(removed.count(), 1);
}

/// What is tried is not compared with versions that are as the one before them: as much is tried beside many of them.
#[test]
fn what_is_tried_beside_versions_that_are_equal() {
    const FIELDS: usize = 30;
    let named = |prefix: &str| record((0..FIELDS).map(|at| field(&format!("{prefix}{at}"))));
    let of = |text: String| version("v", &text);
    let new = of(named("after_"));
    let options = Options::default();
    // What is said to do, and how many have it that nothing was tried.
    let fixes = |against: &[Version]| {
        let mut report = check(&new, against, &options).unwrap();
        propose(&mut report, &new, against, &options);
        let findings = report
            .records
            .into_iter()
            .flat_map(|record| record.findings);
        let fixes: Vec<_> = findings.filter_map(|finding| finding.fix).collect();
        let untried = fixes.iter().filter(|fix| fix.message.contains("was tried"));
        (untried.count(), fixes)
    };
    let once = fixes(&[of(named("before"))]);
    assert_eq!((once.0, once.1.len()), (0, 2 * FIELDS));
    let often = vec![of(named("before")); 60];
    assert_eq!(fixes(&often), once);
}
