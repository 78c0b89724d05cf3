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

/// The text that the edit for a finding gives, which mends all of it.
fn mended(old: &str, new: &str, rule: &str) -> String {
    let (report, version, proposals) = fixed(old, new);
    let found = fix(&report, rule);
    assert!(found.proven, "{}", found.message);
    let is = |p: &&Proposal| report.records[p.record].findings[p.finding].rule.page.id == rule;
    let proposal = proposals.iter().find(is).expect("an edit");
    let mut edited = applied(&version, &proposal.edits).expect("edits that fit");
    edited.messages.remove(0).text
}

const KINDS: [(&str, &str); 3] = [
    (
        "ENUM_RENAMED",
        r#"{"type": "enum", "name": "NAME", "symbols": ["X", "Y"]}"#,
    ),
    (
        "FIXED_RENAMED",
        r#"{"type": "fixed", "name": "NAME", "size": 4}"#,
    ),
    (
        "RECORD_RENAMED",
        r#"{"type": "record", "name": "NAME", "fields": [{"name": "x", "type": "int"}]}"#,
    ),
];

#[test]
fn a_type_gets_its_name_back_with_all_that_refer_to_it() {
    for (rule, ty) in KINDS {
        for (namespace, name, more) in [
            ("", "NAME", r#""NAME""#),
            (
                "a.b",
                "NAME",
                r#"["null", "NAME", {"type": "array", "items": "a.b.NAME"}]"#,
            ),
            ("a.b", "c.NAME", r#"{"type": "map", "values": "c.NAME"}"#),
        ] {
            let text = |called: &str| {
                let ty = ty.replace("NAME", name);
                let fields =
                    format!(r#"{{"name": "f", "type": {ty}}}, {{"name": "g", "type": {more}}}"#);
                let head =
                    format!(r#"{{"type": "record", "name": "R", "namespace": "{namespace}""#);
                format!(r#"{head}, "fields": [{fields}]}}"#).replace("NAME", called)
            };
            assert_eq!(mended(&text("A"), &text("B"), rule), text("A"));
        }
    }
}

#[test]
fn another_name_is_released_to_readers_first() {
    for (rule, ty) in KINDS {
        let old = field(&ty.replace("NAME", "A"));
        let new = field(&ty.replace("NAME", "B"));
        let (report, version, _) = fixed(&old, &new);
        let told = steps(fix(&report, rule), &old, &version);
        assert!(
            told[0].starts_with("release `B` with the alias `A` ("),
            "{told:?}"
        );
        assert!(
            told[0].contains("readers first") && told.len() == 1,
            "{told:?}"
        );

        let new = new.replace(r#""name": "B""#, r#""name": "B", "aliases": ["A"]"#);
        let (report, version, proposals) = fixed(&old, &new);
        let found = fix(&report, rule);
        let words = "release readers first, and writers when they know `B`";
        assert_eq!((found.message.as_str(), proposals.len()), (words, 0));
        let told = steps(found, &old, &version);
        assert!(told[0].starts_with("release `B` as it is ("), "{told:?}");
        assert!(
            told[0].contains("readers first") && told.len() == 1,
            "{told:?}"
        );
    }
}

#[test]
fn a_type_that_moved_gets_its_whole_name_back() {
    for (rule, ty) in KINDS {
        let text = |namespace: &str, name: &str| {
            let own = format!(r#""name": "{name}", "namespace": "{namespace}""#);
            let ty = ty.replace(r#""name": "NAME""#, &own);
            let fields = format!(
                r#"{{"name": "f", "type": {ty}}}, {{"name": "g", "type": "{namespace}.{name}"}}"#
            );
            format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#)
        };
        let edited = mended(&text("a", "A"), &text("b", "B"), rule);
        assert!(
            edited.contains(r#""name": "a.A", "namespace": "b""#),
            "{edited}"
        );
        assert!(edited.contains(r#""name": "g", "type": "a.A""#), "{edited}");
    }
}

/// The definition comes back where it was, since a name stands behind it.
#[test]
fn a_type_that_is_defined_later_now_comes_back() {
    for (_, ty) in KINDS {
        let ty = ty.replace("NAME", "S");
        let nested = format!(
            r#"{{"type": "record", "name": "N", "fields": [{{"name": "s", "type": {ty}}}]}}"#
        );
        for (name, ty) in [("S", &ty), ("N", &nested)] {
            let text = |first: &str, second: &str| {
                let fields = format!(
                    r#"{{"name": "f", "type": {first}}}, {{"name": "g", "type": {second}}}"#
                );
                format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#)
            };
            let old = text(ty, &format!("{name:?}"));
            let new = text("\"string\"", ty);
            let edited = mended(&old, &new, "FIELD_TYPE_CHANGED");
            assert!(
                edited.ends_with(&format!(r#"{{"name": "g", "type": {name:?}}}]}}"#)),
                "{edited}"
            );
            let (report, version, _) = fixed(&old, &new);
            assert_eq!(
                steps(fix(&report, "FIELD_TYPE_CHANGED"), &old, &version).len(),
                2
            );

            let old = text(&format!(r#"["null", "long", {ty}]"#), &format!("{name:?}"));
            let new = text(r#"["null", "long"]"#, ty);
            let edited = mended(&old, &new, "UNION_BRANCH_REMOVED");
            assert!(
                edited.ends_with(&format!(r#"{{"name": "g", "type": {name:?}}}]}}"#)),
                "{edited}"
            );
        }
    }
}

/// Another definition that stands there later stays as it is.
#[test]
fn a_type_that_is_another_one_later_does_not_come_back() {
    let text = |first: &str, size: u8| {
        let ty = format!(r#"{{"type": "fixed", "name": "S", "size": {size}}}"#);
        let (first, second) = match first {
            "" => (ty.as_str(), "\"S\""),
            first => (first, ty.as_str()),
        };
        let fields =
            format!(r#"{{"name": "f", "type": {first}}}, {{"name": "g", "type": {second}}}"#);
        format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#)
    };
    let (report, ..) = fixed(&text("", 2), &text("\"string\"", 3));
    assert!(!fix(&report, "FIELD_TYPE_CHANGED").proven);
    assert!(fix(&report, "FIXED_SIZE_CHANGED").proven);
}
