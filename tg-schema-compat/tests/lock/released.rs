//! What has been accepted and then released: the step stays accepted, and what a release accepts once and for all needs
//! nothing any more.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::lock::accept;
use tg_schema_compat::report::Severity;
use tg_schema_compat::suppression::{Now, apply};
use tg_schema_compat::version::Tombstone;

use super::{NEW, OLD, checked, day, find, pasted, wrong};
use crate::support::{LABEL, accepted, defined};

const NOT_NEEDED: &str = "SUPPRESSION_UNUSED: the suppression of RULE at `b` of `A` is not needed any more: a release \
                          has accepted what it is for";

/// What a release accepts once and for all needs no suppression from then on, and one that is still there breaks nothing.
#[test]
fn what_was_released_needs_none_any_more() {
    let topic = |at: &str| format!("[topic.t]\nrecord = \"A\"\naddress = \"q1/t/n/{at}\"\n");
    let other = "[record.B.fields]\nb = \"int\"\n";
    let old = format!("{NEW}{other}{}", topic("one"));
    for (new, rule) in [
        (format!("{NEW}{other}{}", topic("two")), "TOPIC_CHANGED"),
        (format!("{NEW}{other}"), "TOPIC_REMOVED"),
        (format!("{NEW}{}", topic("one")), "SCHEMA_REMOVED"),
    ] {
        let lock = accepted(&[defined(&old)]);
        let paste = pasted(&lock, &new, rule);
        // A table of the file's own stands before those of records.
        let text = format!("{new}\n{paste}");
        let report = checked(&lock, &text, "2026-12-01");
        assert_eq!(
            (wrong(&report), report.objections.len()),
            (vec![], 0),
            "{rule}"
        );
        let lock = accepted(&[defined(&old), defined(&text)]);
        for today in ["2026-12-01", "2100-01-01"] {
            let report = checked(&lock, &text, today);
            assert_eq!(report.objections, [], "{rule}");
            let [unused] = report.findings.as_slice() else {
                panic!("{rule}: {:?}", wrong(&report))
            };
            assert_eq!(
                (unused.rule.page.id, unused.severity),
                ("SUPPRESSION_UNUSED", Severity::Info)
            );
            assert!(
                unused.message.contains("a release has accepted"),
                "{}",
                unused.message
            );
        }
        // Before that, one that covers nothing is an objection.
        let lock = accepted(&[defined(&old)]);
        let report = checked(&lock, &format!("{old}\n{paste}"), "2026-12-01");
        assert_eq!(report.objections.len(), 1, "{rule}");
    }
}

#[test]
fn an_accepted_step_stays_accepted() {
    let first = accepted(&[defined(OLD)]);
    let paste = pasted(&first, NEW, "FIELD_REMOVED");
    let text = format!("{NEW}\n{paste}");
    let lock = accept(LABEL, Some(&first), &defined(&text)).unwrap().text;
    // The step was released; the record goes on to change.
    let later = text.replace("a = \"string\"\n", "a = \"string\"\nz = \"map<string>?\"\n");
    let report = checked(&lock, &later, "2026-12-01");
    assert!(
        find(&report, "FIELD_REMOVED")
            .unwrap()
            .1
            .suppressed
            .is_some()
    );
    assert_eq!((wrong(&report), report.objections.len()), (vec![], 0));
    // Where the field had come back in between, giving it up again is another step.
    let back = OLD.replace("b = \"int?\"\n", "b = \"int?\"\ny = \"array<double>?\"\n");
    let lock = accept(LABEL, Some(&lock), &defined(&back)).unwrap().text;
    let report = checked(
        &lock,
        &later.replace("z = ", "y = \"array<double>?\"\nz = "),
        "2026-12-01",
    );
    assert_eq!(find(&report, "FIELD_REMOVED").unwrap().1.suppressed, None);
}

#[test]
fn a_name_that_is_back() {
    let with = |fields: &str| format!("[record.A.fields]\na = \"string\"\n{fields}");
    let versions = [with("b = \"int?\"\n"), with("")].map(|text| defined(&text));
    let lock = accepted(&versions);
    let new = with("b = \"string?\"\n");
    let rule = "RESERVED_NAME_REUSED";
    let text = format!("{new}\n{}", pasted(&lock, &new, rule));
    let report = checked(&lock, &text, "2026-12-01");
    let (_, finding) = find(&report, rule).unwrap();
    assert_eq!(finding.suppressed.as_deref(), Some("nobody reads it"));
    assert_eq!(wrong(&report), Vec::<String>::new());
    assert!(
        find(&checked(&lock, &new, "2026-12-01"), rule)
            .is_some_and(|(_, f)| { f.suppressed.is_none() && f.against == [0] })
    );
    // Once it is released nobody objects to it, nor to what accepted it.
    let [first, second] = versions;
    let lock = accepted(&[first, second, defined(&text)]);
    let report = checked(&lock, &text, "2026-12-01");
    assert!(find(&report, rule).is_none());
    assert_eq!(
        wrong(&report),
        [NOT_NEEDED.replace("RULE at `b`", "RESERVED_NAME_REUSED at `b`")]
    );
    assert!(report.findings.iter().all(|f| f.severity == Severity::Info));
}

/// What accepted that a message goes is not needed when that was released, also where it is back since.
#[test]
fn a_removal_that_was_released() {
    let (gone, both) = (
        OLD.to_owned(),
        format!("{OLD}[record.B.fields]\nx = \"int\"\n"),
    );
    let lock = accepted(&[defined(&both)]);
    let allow = pasted(&lock, &gone, "SCHEMA_REMOVED").replace("record.B.", "");
    let (gone, back) = (format!("{gone}\n{allow}"), format!("{both}\n{allow}"));
    assert_eq!(
        wrong(&checked(&lock, &gone, "2026-12-01")),
        Vec::<String>::new()
    );
    let released = [defined(&both), defined(&gone), defined(&back)];
    for known in [2, 3] {
        let lock = accepted(&released[..known]);
        for text in [&gone, &back] {
            let report = checked(&lock, text, "2026-12-01");
            let told = wrong(&report);
            let needed = known == 3 && text == &gone;
            assert_eq!(told.is_empty(), needed, "{known} {told:?}");
            assert!(
                report.findings.iter().all(|f| f.severity == Severity::Info),
                "{told:?}"
            );
        }
    }
}

#[test]
fn a_record_that_is_back() {
    let mut old = defined(OLD);
    old.tombstones = vec![Tombstone {
        record: "B".to_owned(),
        field: None,
        ty: "record".to_owned(),
        last: "release 1".to_owned(),
    }];
    let now = Now {
        today: day("2026-12-01"),
        release: None,
    };
    let rule = "RESERVED_NAME_REUSED";
    let checked = |text: &str| {
        let (new, old) = (defined(text), std::slice::from_ref(&old));
        let mut report = check(&new, old, &Options::default()).unwrap();
        apply(&mut report, &new, old, &Options::default(), now);
        report
    };
    let new = format!("{OLD}[record.B.fields]\nx = \"int\"\n");
    let report = checked(&new);
    let (_, finding) = find(&report, rule).unwrap();
    let paste = finding.allow.clone().unwrap();
    assert!(paste.contains("old = \"none\"\n"), "{paste}");
    let paste = paste.replace("reason = \"\"", "reason = \"the same again\"");
    let paste = paste.replace("YYYY-MM-DD", "2027-01-31");
    let report = checked(&format!("{new}\n{paste}"));
    let (_, finding) = find(&report, rule).unwrap();
    assert_eq!(finding.suppressed.as_deref(), Some("the same again"));
    assert_eq!(wrong(&report), Vec::<String>::new());
}
