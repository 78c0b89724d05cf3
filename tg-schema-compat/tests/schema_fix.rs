//! What to do about findings of Avro schemas: edits of the text as it is written, and releases of it.

#[path = "suites/avsc.rs"]
mod avsc;

use avsc::version;
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::fix::{Proposal, applied, propose};
use tg_schema_compat::report::{Compared, Finding, Fix, Format, Order, Report, Severity, Ways};
use tg_schema_compat::version::Version;

/// The report of two texts, with what to do, and the edits that were proven.
fn fixed(old: &str, new: &str) -> (Report, Version, Vec<Proposal>) {
    let (against, new) = ([version("old", old)], version("new", new));
    let options = Options::default();
    let mut report = check(&new, &against, &options).unwrap();
    let proposals = propose(&mut report, &new, &against, &options);
    (report, new, proposals)
}

/// What to do about the finding of a rule.
fn fix<'r>(report: &'r Report, rule: &str) -> &'r Fix {
    let mut findings = report.records.iter().flat_map(|record| &record.findings);
    let is = |f: &&Finding| f.rule.page.id == rule && f.severity > Severity::Info;
    let found = findings.find(is);
    found
        .and_then(|f| f.fix.as_ref())
        .unwrap_or_else(|| panic!("no {rule}: {report:?}"))
}

fn field(ty: &str) -> String {
    format!(r#"{{"type": "record", "name": "R", "fields": [{{"name": "f", "type": {ty}}}]}}"#)
}

/// The steps, after each was compared with the one before it and with the old version.
fn steps<'f>(fix: &'f Fix, old: &str, new: &Version) -> Vec<&'f str> {
    let old = version("old", old);
    let mut before = old.clone();
    for step in &fix.plan {
        let state = applied(new, &step.edits).expect("edits that fit");
        let compared = |against: &Version| -> Compared {
            let against = [against.clone()];
            let report = check(&state, &against, &Options::default()).unwrap();
            report.records.into_iter().next().unwrap()
        };
        let orders: Vec<(Format, Order)> = compared(&before)
            .rollout
            .iter()
            .map(|r| (r.format, r.order))
            .collect();
        assert_eq!(step.orders, orders, "{}", step.text);
        let matrix = compared(&old).matrix.unwrap();
        let wires = [Format::Avro, Format::Pulsar, Format::Json].into_iter();
        let ways = wires.filter_map(|wire| Some((wire, matrix.ways(wire)?)));
        assert_eq!(
            step.registered,
            ways.collect::<Vec<(Format, Ways)>>(),
            "{}",
            step.text
        );
        before = state;
    }
    fix.plan.iter().map(|step| &*step.text).collect()
}

/// No definition has a union of these, so nobody knows what the step is in JSON.
#[test]
fn steps_say_nothing_of_wires_without_a_verdict() {
    let (old, new) = (field("\"int\""), field("\"string\""));
    let (report, version, _) = fixed(&old, &new);
    let told = steps(fix(&report, "FIELD_TYPE_CHANGED"), &old, &version);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(!told[0].contains("json"), "{told:?}");
}
