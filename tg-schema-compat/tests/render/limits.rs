//! Large reports and odd ones.

use tg_schema_compat::render::{self, MAX_COMMENT, Texts};
use tg_schema_compat::report::{Compared, Finding, Objection, Report};
use tg_schema_compat::version::Version;

use crate::sample::{HOSTILE, Sample, hostile, sample};

/// A report of so many records, each with the findings of the sample.
fn many(sample: Sample, records: usize) -> Sample {
    let mut sample = sample;
    let first = sample.report.records[0].clone();
    let copy = |n: usize| Compared {
        record: format!("{}{n}", first.record),
        findings: first
            .findings
            .iter()
            .map(|finding| Finding {
                message: format!("{} of {n}", finding.message),
                ..finding.clone()
            })
            .collect(),
        ..first.clone()
    };
    sample.report.records = (0..records).map(copy).collect();
    let objection = sample.report.objections[0].clone();
    sample.report.objections = vec![objection; records];
    sample
}

#[test]
fn a_comment_has_a_limit_and_says_what_it_leaves_out() {
    for (sample, records) in [
        (sample(), 40),
        (sample(), 1_000),
        (hostile(), 1),
        (hostile(), 300),
    ] {
        let sample = many(sample, records);
        let text = render::markdown(&sample.report, &sample.texts());
        assert!(text.len() <= MAX_COMMENT, "{}", text.len());
        let opened = text.matches("\n<details").count();
        assert_eq!(opened, text.matches("\n</details>\n").count());
        let told = text.contains("[!NOTE]");
        assert_eq!(told, records > 1, "{records}");
        if records == 1_000 {
            for part in [
                "findings are left out",
                "findings are without their details",
                "rows of the table are left out",
                "releases are left out",
                "objections are left out",
            ] {
                assert!(text.contains(part), "{part}");
            }
        }
    }
}

#[test]
fn what_is_left_out_is_counted() {
    let sample = many(sample(), 1_000);
    let text = render::markdown(&sample.report, &sample.texts());
    let number = |what: &str| -> usize {
        let before = text.split(what).next().unwrap();
        before.rsplit(' ').nth(1).unwrap().parse().unwrap()
    };
    let left = number("findings are left out");
    let there = text.lines().filter(|line| line.starts_with("- **")).count();
    // The one of no record is there or is counted.
    assert_eq!(left + there, 4 * 1_000 + 1);
}

#[test]
fn long_texts_are_cut_where_people_read_them() {
    let mut sample = sample();
    let finding = &mut sample.report.records[0].findings[1];
    finding.message = "x".repeat(1_000_000);
    finding.counterexamples[0].message = "ü".repeat(100_000);
    finding.counterexamples[1].bytes = Some(vec![7; 100_000]);
    let texts = sample.texts();
    let forms = [
        render::markdown(&sample.report, &texts),
        render::html(&sample.report, &texts),
        render::github(&sample.report, &texts),
        render::gitlab(&sample.report, &texts).compact(),
        render::junit(&sample.report),
    ];
    for form in forms {
        assert!(form.len() < 100_000, "{}", form.len());
        assert!(form.contains("more characters)"), "{form}");
    }
    let whole = render::json(&sample.report, &texts).compact();
    assert!(whole.len() > 1_000_000 + 200_000 + 200_000);
}

#[test]
fn a_report_of_nothing_has_every_form() {
    let report = Report::default();
    let new = Version::default();
    let texts = Texts {
        new: &new,
        against: &[],
        root: None,
    };
    assert!(render::markdown(&report, &texts).contains("nothing found in 0 records"));
    assert!(render::html(&report, &texts).ends_with("</html>\n"));
    assert_eq!(render::gitlab(&report, &texts).compact(), "[]");
    assert!(render::github(&report, &texts).starts_with("::notice "));
    assert!(render::junit(&report).contains("tests=\"0\" failures=\"0\""));
}

#[test]
fn indices_that_lead_nowhere_do_not_panic() {
    let mut sample = sample();
    sample.against.clear();
    sample.report.against.clear();
    sample.new.sources.0.clear();
    sample.new.messages.clear();
    let texts = sample.texts();
    let json = render::json(&sample.report, &texts).compact();
    assert!(json.contains("\"version\":\"an earlier version\""));
    assert!(render::markdown(&sample.report, &texts).contains("in an earlier version"));
    assert!(!render::html(&sample.report, &texts).is_empty());
    assert!(render::github(&sample.report, &texts).contains("::error "));
    let gitlab = render::gitlab(&sample.report, &texts).compact();
    assert!(gitlab.contains("\"path\":\"schemas/shop.toml\""));
}

#[test]
fn hostile_texts_stay_texts() {
    let mut sample = hostile();
    sample.report.objections.push(Objection {
        record: Some(HOSTILE.into()),
        ..sample.report.objections[0].clone()
    });
    let texts = sample.texts();
    let html = render::html(&sample.report, &texts);
    let script = "<script>\n\"use strict\"";
    assert_eq!(html.matches("<script").count(), 1);
    assert!(html.contains(script));
    let forms = [
        render::markdown(&sample.report, &texts),
        render::github(&sample.report, &texts),
        render::junit(&sample.report),
        html,
    ];
    for form in forms {
        for c in HOSTILE
            .chars()
            .filter(|c| !('\n'..='~').contains(c) || *c == '\r')
        {
            assert!(!form.contains(c), "{c:?} in {form}");
        }
    }
    let github = render::github(&sample.report, &texts);
    assert!(github.lines().all(|line| line.starts_with("::")));
    let starts = ["::error ", "::warning ", "::notice "];
    assert!(
        github
            .lines()
            .all(|l| starts.iter().any(|s| l.starts_with(s)))
    );
    let junit = render::junit(&sample.report);
    assert!(!junit.contains("]]>") && !junit.contains("<script"));
}
