//! Suppressions: what they cover, for how long, and what is said of those that cover nothing.

mod released;

use tg_schema_compat::check::Options;
use tg_schema_compat::gate::{Overrides, Requirements, judge, overrides};
use tg_schema_compat::lock::accept;
use tg_schema_compat::report::{Compared, Finding, Report, Severity};
use tg_schema_compat::suppression::{Now, apply, counts_releases};
use tg_schema_compat::version::Version;
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
