//! Suppressions: what they cover, for how long, and what is said of those that cover nothing.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::gate::{Overrides, Requirements, judge, overrides};
use tg_schema_compat::lock::accept;
use tg_schema_compat::report::{Compared, Finding, Report, Severity};
use tg_schema_compat::suppression::{Now, apply, counts_releases};
use tg_schema_compat::version::{Tombstone, Version};
use tg_schema_model::logical::Date;

use crate::history::against;
use crate::support::{LABEL, accepted, defined};

const OLD: &str = "[record.A.fields]\na = \"string\"\nb = \"int?\"\n";
const NEW: &str = "[record.A.fields]\na = \"string\"\n";

fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// The report on definitions against a lock, with what they accept applied.
fn checked(lock: &str, text: &str, today: &str) -> Report {
    let new = defined(text);
    let (releases, mut report) = against(lock, &new);
    let now = Now {
        today: day(today),
        release: Some(accept(LABEL, Some(lock), &new).expect("a release").release),
    };
    apply(&mut report, &new, &releases, &Options::default(), now);
    let (over, diagnostics) = overrides(&new);
    assert_eq!(diagnostics.0, []);
    judge(&mut report, &Requirements::default(), &over);
    report
}

fn find<'r>(report: &'r Report, rule: &str) -> Option<(&'r Compared, &'r Finding)> {
    let records = report.records.iter();
    let mut all = records.flat_map(|record| record.findings.iter().map(move |f| (record, f)));
    all.find(|(_, f)| f.rule.page.id == rule)
}

/// What to paste for the first finding of a rule, filled in.
fn pasted(lock: &str, text: &str, rule: &str) -> String {
    let report = checked(lock, text, "2026-12-01");
    let (_, finding) = find(&report, rule).expect("a finding");
    let paste = finding.allow.clone().expect("a text");
    let reason = paste.replace("reason = \"\"", "reason = \"nobody reads it\"");
    reason.replace("until = \"YYYY-MM-DD\"", "until = \"2027-01-31\"")
}

fn wrong(report: &Report) -> Vec<String> {
    let findings = report.findings.iter();
    findings
        .map(|f| format!("{}: {}", f.rule.page.id, f.message))
        .collect()
}

#[test]
fn what_is_pasted_covers() {
    let lock = accepted(&[defined(OLD)]);
    let before = checked(&lock, NEW, "2026-12-01");
    assert_eq!(find(&before, "FIELD_REMOVED").unwrap().1.suppressed, None);
    assert!(!before.objections.is_empty());
    let paste = pasted(&lock, NEW, "FIELD_REMOVED");
    assert!(
        paste.starts_with("[[record.A.check.allow]]\nrule = \"FIELD_REMOVED\"\npath = \"b\"\n"),
        "{paste}"
    );
    let text = format!("{NEW}\n{paste}");
    for (today, covered) in [
        ("2026-12-01", true),
        ("2027-01-31", true),
        ("2027-02-01", false),
    ] {
        let report = checked(&lock, &text, today);
        let reason = covered.then_some("nobody reads it");
        assert_eq!(
            find(&report, "FIELD_REMOVED")
                .unwrap()
                .1
                .suppressed
                .as_deref(),
            reason
        );
        assert_eq!(
            report.objections.is_empty(),
            covered,
            "{:?}",
            report.objections
        );
        let expected: &[&str] = match covered {
            true => &[],
            false => &[
                "SUPPRESSION_EXPIRED: the suppression of FIELD_REMOVED at `b` of `A` was over after 2027-01-31",
            ],
        };
        assert_eq!(wrong(&report), expected);
    }
    // What is not filled in is refused.
    let raw = find(&before, "FIELD_REMOVED")
        .unwrap()
        .1
        .allow
        .as_deref()
        .unwrap();
    assert!(raw.ends_with("reason = \"\"\nuntil = \"YYYY-MM-DD\"\n"));
}

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

/// The end may be a release: the last one in which it is accepted.
#[test]
fn releases_are_counted_by_the_lock() {
    let lock = accepted(&[defined(OLD)]);
    let paste = pasted(&lock, NEW, "FIELD_REMOVED");
    let until = |last: u32| {
        let paste = paste.replace("until = \"2027-01-31\"", &format!("until = {last}"));
        format!("{NEW}\n{paste}")
    };
    let over = |last: u32, this: u32| {
        format!(
            "SUPPRESSION_EXPIRED: the suppression of FIELD_REMOVED at `b` of `A` was over with release {last}, \
             and this is release {this}"
        )
    };
    assert!(counts_releases(&defined(&until(2))) && !counts_releases(&defined(NEW)));
    // It would be release 2.
    assert_eq!(wrong(&checked(&lock, &until(2), "2100-01-01")), [""; 0]);
    assert_eq!(
        wrong(&checked(&lock, &until(1), "2026-12-01")),
        [over(1, 2)]
    );
    // It is release 2, and stays covered.
    let lock = accepted(&[defined(OLD), defined(NEW)]);
    let report = checked(&lock, &until(2), "2026-12-01");
    assert_eq!((wrong(&report), report.objections.len()), (vec![], 0));
    // It would be release 3.
    let later = until(2).replace("a = \"string\"", "a = \"string\"\nc = \"string?\"");
    let report = checked(&lock, &later, "2026-12-01");
    assert_eq!(wrong(&report), [over(2, 3)]);
    assert!(!report.objections.is_empty());
    // Nobody counts.
    let new = defined(&until(9));
    let (releases, mut report) = against(&accepted(&[defined(OLD)]), &new);
    let now = Now {
        today: day("2026-12-01"),
        release: None,
    };
    apply(&mut report, &new, &releases, &Options::default(), now);
    let expected = "SUPPRESSION_EXPIRED: the suppression of FIELD_REMOVED at `b` of `A` is until release 9, and no \
                    lock counts releases";
    assert_eq!(wrong(&report), [expected]);
}

#[test]
fn what_lacks_something_covers_nothing() {
    let lock = accepted(&[defined(OLD)]);
    let paste = pasted(&lock, NEW, "FIELD_REMOVED");
    for key in ["old", "new", "reason", "until"] {
        let kept = paste.lines().filter(|line| !line.starts_with(key));
        let text = format!("{NEW}\n{}\n", kept.collect::<Vec<_>>().join("\n"));
        let report = checked(&lock, &text, "2026-12-01");
        assert_eq!(
            find(&report, "FIELD_REMOVED").unwrap().1.suppressed,
            None,
            "{key}"
        );
        let message = format!(
            "SUPPRESSION_INCOMPLETE: the suppression of FIELD_REMOVED at `b` of `A` has no `{key}`"
        );
        assert_eq!(wrong(&report), [message]);
        let place = report.findings[0].place.as_ref().unwrap();
        assert_eq!((place.file.as_str(), place.line), ("m.toml", 4));
    }
}

/// The second one covers what the first one covers, until that is over.
#[test]
fn what_is_there_twice_is_told() {
    let lock = accepted(&[defined(OLD)]);
    let paste = pasted(&lock, NEW, "FIELD_REMOVED");
    let again = paste.replace("nobody reads it", "nobody writes it");
    let again = again.replace("2027-01-31", "2028-01-31");
    let text = format!("{NEW}\n{paste}\n{again}");
    for (today, reason, told) in [
        (
            "2026-12-01",
            "nobody reads it",
            "SUPPRESSION_UNUSED: the suppression of FIELD_REMOVED at `b` of `A` is there twice: an `allow` before it \
             covers the same",
        ),
        (
            "2027-06-01",
            "nobody writes it",
            "SUPPRESSION_EXPIRED: the suppression of FIELD_REMOVED at `b` of `A` was over after 2027-01-31",
        ),
    ] {
        let report = checked(&lock, &text, today);
        let (_, finding) = find(&report, "FIELD_REMOVED").unwrap();
        assert_eq!(finding.suppressed.as_deref(), Some(reason));
        assert_eq!(wrong(&report), [told]);
        assert_eq!(report.objections.len(), 1, "{:?}", report.objections);
    }
}

#[test]
fn what_matches_nothing_is_told() {
    let lock = accepted(&[defined(OLD)]);
    let paste = pasted(&lock, NEW, "FIELD_REMOVED");
    let of = "SUPPRESSION_UNUSED: the suppression of";
    let known = paste.split('"').nth(5).unwrap().to_owned();
    for (before, after, expected, breaks) in [
        (
            "path = \"b\"",
            "path = \"c\"",
            "FIELD_REMOVED at `c` of `A` matches no finding",
            true,
        ),
        (
            "path = \"b\"\n",
            "",
            "FIELD_REMOVED of `A` matches no finding",
            true,
        ),
        (
            "\"FIELD_REMOVED\"",
            "\"FIELD_REMOVD\"",
            "FIELD_REMOVD at `b` of `A` is of no rule that there is",
            true,
        ),
        (
            known.as_str(),
            "0123456789abcdef",
            "FIELD_REMOVED at `b` of `A` is of an old version that was not compared",
            false,
        ),
        (
            "[[record.A.check.allow]]",
            "[[check.allow]]\nrecord = \"Z\"",
            "FIELD_REMOVED at `b` of `Z` matches no finding",
            true,
        ),
    ] {
        assert!(paste.contains(before), "{paste}");
        let text = format!("{NEW}\n{}", paste.replace(before, after));
        let report = checked(&lock, &text, "2026-12-01");
        assert_eq!(wrong(&report), [format!("{of} {expected}")]);
        let deployment = report.objections.iter().any(|o| o.record.is_none());
        assert_eq!(deployment, breaks, "{expected}");
        assert_eq!(find(&report, "FIELD_REMOVED").unwrap().1.suppressed, None);
    }
    // The record became something else than what was accepted.
    let other = format!("[record.A.fields]\na = \"string\"\nz = \"map<string>?\"\n{paste}");
    let report = checked(&lock, &other, "2026-12-01");
    assert_eq!(wrong(&report).len(), 1);
    assert_eq!(find(&report, "FIELD_REMOVED").unwrap().1.suppressed, None);
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
fn a_record_that_is_gone_is_accepted_in_the_file() {
    let both = "[record.A.fields]\n[record.B.fields]\nn = \"int\"\n";
    let lock = accepted(&[defined(both)]);
    let one = "[record.A.fields]\n";
    let report = checked(&lock, one, "2026-12-01");
    let gone = report.records.iter().find(|r| r.record == "B").unwrap();
    // Whichever rules there are for it.
    let mut text = one.to_owned();
    for paste in gone.findings.iter().filter_map(|f| f.allow.as_ref()) {
        assert!(
            paste.starts_with("[[check.allow]]\nrecord = \"B\"\n"),
            "{paste}"
        );
        assert!(paste.contains("\nnew = \"none\"\n"), "{paste}");
        text += &paste
            .replace("reason = \"\"", "reason = \"r\"")
            .replace("until = \"YYYY-MM-DD\"", "until = \"2027-01-31\"");
    }
    let report = checked(&lock, &text, "2026-12-01");
    let gone = report.records.iter().find(|r| r.record == "B").unwrap();
    let open = gone.findings.iter().filter(|f| f.severity > Severity::Info);
    assert!(
        open.clone()
            .all(|f| f.suppressed.is_some() && f.allow.is_none())
    );
    assert_eq!((wrong(&report), report.objections.len()), (vec![], 0));
}

#[test]
fn requirements_of_records_are_read() {
    let text = "[record.A.check]\nrequire = \"avro=backward,loss=any\"\n[record.A.fields]\n";
    let (over, diagnostics) = overrides(&defined(text));
    assert_eq!(diagnostics.0, []);
    assert_eq!(
        over,
        Overrides::from([("A".to_owned(), "avro=backward,loss=any".parse().unwrap())])
    );
    let new: Version = defined(&text.replace("backward", "bakward"));
    let (_, diagnostics) = overrides(&new);
    let [problem] = diagnostics.0.as_slice() else {
        panic!("one problem")
    };
    assert_eq!(
        problem.message,
        "`require` of record `A`: `bakward` is no value of `avro`"
    );
    assert_eq!(problem.help.as_deref(), Some("did you mean `backward`?"));
    assert_eq!(
        new.place(problem.span).map(|(_, p)| (p.line, p.column)),
        Some((2, 12))
    );
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

const NOT_NEEDED: &str = "SUPPRESSION_UNUSED: the suppression of RULE at `b` of `A` is not needed any more: a release \
                          has accepted what it is for";

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

/// Against the last release something gets lost, and against the one before it is refused too: that takes one of its own.
#[test]
fn what_only_an_earlier_version_has_takes_another_one() {
    let first = "[record.A.fields]\na = \"string\"\nb = \"int\"\n";
    let lock = accepted(&[defined(first), defined(OLD)]);
    let paste = pasted(&lock, NEW, "FIELD_REMOVED");
    let one = format!("{NEW}\n{paste}");
    let suppressed = |report: &Report| {
        let (_, finding) = find(report, "FIELD_REMOVED").expect("a finding");
        finding.suppressed.clone()
    };
    let report = checked(&lock, &one, "2026-12-01");
    assert_eq!(suppressed(&report), None);
    assert_eq!(wrong(&report), [""; 0]);
    let objections = report.objections.iter();
    let objections: Vec<&str> = objections.map(|o| o.message.as_str()).collect();
    assert!(
        objections.iter().any(|o| o.contains("`avro`")),
        "{objections:?}"
    );
    let more = pasted(&lock, &one, "FIELD_REMOVED").replace("nobody reads it", "nor did then");
    assert_ne!(more, paste);
    // The last release alone needs the one.
    let both = format!("{one}\n{more}");
    let report = checked(&lock, &both, "2026-12-01");
    assert_eq!(
        suppressed(&report).as_deref(),
        Some("nobody reads it; nor did then")
    );
    assert_eq!(wrong(&report), [""; 0]);
    assert!(report.objections.is_empty(), "{:?}", report.objections);
}
