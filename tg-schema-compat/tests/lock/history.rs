//! What only all released versions together show.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::gate::{Overrides, Requirements, judge};
use tg_schema_compat::lock::read;
use tg_schema_compat::render::words::stored;
use tg_schema_compat::report::{Report, Severity};
use tg_schema_compat::version::Version;

use crate::support::{LABEL, accepted, defined};

/// What checking definitions against a lock finds.
pub fn against(lock: &str, new: &Version) -> (Vec<Version>, Report) {
    let releases = read(LABEL, lock).expect("a lock");
    let report = check(new, &releases, &Options::default()).expect("a report");
    (releases, report)
}

/// `record rule path`, of findings that are more than information.
fn told(report: &Report) -> Vec<String> {
    let records = report.records.iter();
    let findings = records.flat_map(|record| record.findings.iter().map(move |f| (record, f)));
    findings
        .filter(|(_, f)| f.severity > Severity::Info)
        .map(|(record, f)| format!("{} {} {}", record.record, f.rule.page.id, f.path))
        .collect()
}

#[test]
fn what_two_steps_break_is_found() {
    let with = |field: &str| defined(&format!("[record.A.fields]\na = \"int\"\n{field}"));
    let (first, second, third) = (with("b = \"int?\"\n"), with(""), with("b = \"string?\"\n"));
    // From each release to the next one, both directions hold.
    for (old, new) in [(&first, &second), (&second, &third)] {
        let report = check(new, std::slice::from_ref(old), &Options::default()).unwrap();
        let avro = report.matrix.avro.unwrap();
        assert!(avro.backward && avro.forward);
    }
    let (_, report) = against(&accepted(&[first, second]), &third);
    let avro = report.matrix.avro.unwrap();
    assert!(!avro.backward && !avro.forward);
    let told = told(&report);
    assert!(
        told.iter().any(|t| t == "A RESERVED_NAME_REUSED b"),
        "{told:?}"
    );
    let reused = &report.records[0].findings;
    let reused = reused
        .iter()
        .find(|f| f.rule.page.id == "RESERVED_NAME_REUSED")
        .unwrap();
    assert!(
        reused.message.contains("tg-schema.lock release 1"),
        "{}",
        reused.message
    );
    assert_eq!(
        reused.place.as_ref().map(|p| (p.file.as_str(), p.line)),
        Some(("m.toml", 3))
    );
    let mut report = report;
    judge(&mut report, &Requirements::default(), &Overrides::new());
    assert!(
        report
            .objections
            .iter()
            .any(|o| o.requirement.to_string() == "avro=full")
    );
}

#[test]
fn what_did_not_change_is_not_compared_with_anything_else() {
    // `Kept` never changes, and `Gone`, which looks like it, goes when it has changed.
    let kept = "[record.Kept.fields]\na = \"int\"\nb = \"int\"\nc = \"int\"\n";
    let gone = |ty: &str| {
        defined(&format!(
            "{kept}[record.Gone.fields]\na = \"int\"\nb = \"int\"\nc = \"{ty}\"\n"
        ))
    };
    let lock = accepted(&[gone("int"), gone("long"), defined(kept)]);
    let (_, report) = against(&lock, &defined(kept));
    assert_eq!(told(&report), [""; 0]);
    let [record] = report.records.as_slice() else {
        panic!("one record: {:?}", report.records)
    };
    assert_eq!(
        (record.record.as_str(), record.old.as_deref()),
        ("Kept", Some("Kept"))
    );
    assert_eq!(record.versions.len(), 1);
}

#[test]
fn what_was_released_as_removed_is_accepted() {
    let (both, one) = (
        "[record.A.fields]\n[record.B.fields]\n",
        "[record.A.fields]\n",
    );
    let (_, report) = against(&accepted(&[defined(both)]), &defined(one));
    assert_eq!(report.records.len(), 2);
    let (_, report) = against(&accepted(&[defined(both), defined(one)]), &defined(one));
    assert_eq!(report.records.len(), 1);
}

#[test]
fn a_message_that_was_given_up_is_not_back_as_another_one() {
    let with = |more: &str| defined(&format!("[record.A.fields]\na = \"int\"\n{more}"));
    let (first, gone) = (with("[record.B.fields]\nb = \"int\"\n"), with(""));
    let lock = accepted(&[first.clone(), gone.clone()]);
    let wider = with("[record.B.fields]\nb = \"int\"\nc = \"int?\"\n");
    assert_eq!(told(&against(&lock, &wider).1), ["B RESERVED_NAME_REUSED "]);
    let other = with("[record.B.fields]\nb = \"string\"\n");
    let found = told(&against(&lock, &other).1);
    assert_eq!(found, ["B FIELD_TYPE_CHANGED b", "B RESERVED_NAME_REUSED "]);
    // As it was, it was not given up after all.
    assert_eq!(told(&against(&lock, &first).1), [""; 0]);
    // What a release has is in use.
    let lock = accepted(&[first, gone, wider.clone()]);
    assert_eq!(told(&against(&lock, &wider).1), [""; 0]);
}

#[test]
fn a_name_that_was_given_up_is_not_back_as_an_enum() {
    let with = |more: &str| defined(&format!("[record.A.fields]\na = \"int\"\n{more}"));
    let (record, gone) = (with("[record.B.fields]\nb = \"int\"\n"), with(""));
    let of = |symbols: &str| {
        with(&format!(
            "s = \"array<B>?\"\n[enum.B]\nsymbols = {symbols}\n"
        ))
    };
    let (one, two) = (of(r#"["X"]"#), of(r#"["X", "Y"]"#));
    let reused = |lock: &str, new: &Version| {
        let mut told = told(&against(lock, new).1);
        told.retain(|t| t.contains("RESERVED_NAME_REUSED"));
        told
    };
    let lock = accepted(&[record.clone(), gone.clone()]);
    assert_eq!(reused(&lock, &one), ["A RESERVED_NAME_REUSED s"]);
    // What a release has is in use, whatever has the name.
    let lock = accepted(&[record.clone(), gone.clone(), one.clone()]);
    assert_eq!(reused(&lock, &two), [""; 0]);
    let wider = with("[record.B.fields]\nb = \"int\"\nc = \"int?\"\n");
    let lock = accepted(&[one.clone(), gone.clone(), record]);
    assert_eq!(reused(&lock, &wider), [""; 0]);
    // An enum that is back as it was was not given up after all.
    let lock = accepted(&[one.clone(), gone]);
    assert_eq!(reused(&lock, &one), [""; 0]);
    let other = with("t = \"B?\"\n[enum.B]\nsymbols = [\"Y\"]\n");
    assert_eq!(reused(&lock, &other), ["A RESERVED_NAME_REUSED t"]);
}

#[test]
fn a_topic_that_moved_with_a_release_is_accepted() {
    let with = |topics: &[(&str, &str, &str)]| {
        let mut text =
            "[record.A.fields]\na = \"int\"\n[record.B.fields]\nb = \"int\"\n".to_owned();
        for (name, record, address) in topics {
            text += &format!("[topic.{name}]\nrecord = \"{record}\"\naddress = \"{address}\"\n");
        }
        defined(&text)
    };
    let (one, two) = ("q0/t/n/one", "q1/t/n/one");
    let first = || with(&[("t", "A", one)]);
    // Before it is released, it is an objection: against the last release.
    for moved in [with(&[("t", "A", two)]), with(&[])] {
        let (_, report) = against(&accepted(&[first(), first()]), &moved);
        assert_eq!(told(&report).len(), 1, "{:?}", told(&report));
        let (_, report) = against(&accepted(&[first(), moved.clone()]), &moved);
        assert_eq!(told(&report), [""; 0]);
    }
    // One that goes back has moved again.
    let lock = accepted(&[first(), with(&[("t", "A", two)])]);
    assert_eq!(told(&against(&lock, &first()).1), ["A QOS_CHANGED "]);
    // An address that was given up is not free for another message, until that is released too.
    let reused = with(&[("u", "B", one)]);
    let lock = accepted(&[first(), with(&[])]);
    assert_eq!(told(&against(&lock, &reused).1), ["B TOPIC_REUSED "]);
    let lock = accepted(&[first(), with(&[]), reused.clone()]);
    assert_eq!(told(&against(&lock, &reused).1), [""; 0]);
}

#[test]
fn every_distinct_version_is_compared_once() {
    let of = |ty: &str| {
        defined(&format!(
            "[record.A.fields]\nb = \"B\"\n[record.B.fields]\nn = \"{ty}\"\n[record.C.fields]\n"
        ))
    };
    let lock = accepted(&[of("int"), of("long"), of("float")]);
    let (releases, report) = against(&lock, &of("double"));
    assert_eq!(releases.len(), 3);
    let count = |name: &str| {
        report
            .records
            .iter()
            .find(|r| r.record == name)
            .unwrap()
            .versions
            .len()
    };
    assert_eq!((count("A"), count("B"), count("C")), (3, 3, 1));
}

#[test]
fn what_a_lock_does_not_keep_is_no_change() {
    let new = defined(
        "[record.A]\ndoc = \"Letters.\"\ndeprecated = \"use B\"\n[record.A.fields]\na = { type = \"E\", doc = \"The first.\" }\n\
         [enum.E]\ndoc = \"Few.\"\nsymbols = [\"X\"]\n",
    );
    let (_, report) = against(&accepted(std::slice::from_ref(&new)), &new);
    let [record] = report.records.as_slice() else {
        panic!("one record: {:?}", report.records)
    };
    let ids: Vec<_> = record.findings.iter().map(|f| f.rule.page.id).collect();
    assert_eq!(ids, [""; 0]);
    // Registries keep docs, so it is not known what they would store.
    assert_eq!(record.versions[0].stored_by_registry, None);
    assert_eq!(record.versions[0].stored_by_pulsar, Some(false));
    let expected = "as a new version: not stored by Pulsar, stored by registries if documentation changed, which the \
                    baseline does not hold";
    assert_eq!(stored(record).as_deref(), Some(expected));
}

#[test]
fn what_a_broker_stores_registries_store_too() {
    let lock = accepted(&[defined("[record.A.fields]\na = \"int\"\n")]);
    let (_, report) = against(
        &lock,
        &defined("[record.A.fields]\na = \"int\"\nb = \"int?\"\n"),
    );
    let [record] = report.records.as_slice() else {
        panic!("one record: {:?}", report.records)
    };
    let expected = "as a new version: stored by Pulsar, stored by registries";
    assert_eq!(stored(record).as_deref(), Some(expected));
}

/// What was called otherwise in between was there all the time.
#[test]
fn a_name_that_comes_back_to_what_had_it() {
    let called = |name: &str, alias: &str| {
        defined(&format!(
            "[record.{name}]\n{alias}\n[record.{name}.fields]\na = \"int\"\nb = \"int\"\n"
        ))
    };
    let (first, second) = (called("R", ""), called("S", "aliases = [\"R\"]"));
    let back = called("R", "aliases = [\"S\"]");
    let (_, report) = against(&accepted(&[first.clone(), second.clone()]), &back);
    assert!(
        !told(&report).iter().any(|line| line.contains("REUSED")),
        "{:?}",
        told(&report)
    );
    // Beside it the name is another's.
    let text = "[record.S.fields]\na = \"int\"\nb = \"int\"\n[record.R.fields]\nx = \"bytes\"\n";
    let (_, report) = against(&accepted(&[first, second]), &defined(text));
    assert!(
        told(&report)
            .iter()
            .any(|line| line.starts_with("R RESERVED_NAME_REUSED")),
        "{:?}",
        told(&report)
    );
}
