//! Fields that are gone beside fields that are new and of their type: which are told to be the same, and what is
//! told where names do not decide.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::report::Report;
use tg_schema_compat::version::Version;
use tg_schema_gen::load::from_texts;

fn version(label: &str, fields: &[&str], more: &str) -> Version {
    let fields: String = fields
        .iter()
        .map(|name| format!("{name} = \"int?\"\n"))
        .collect();
    let text = format!("[record.R]\n{more}\n[record.R.fields]\nid = \"string\"\n{fields}");
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text)]);
    assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

fn compare(old: &[&str], new: &[&str], more: &str) -> Report {
    let (old, new) = (version("old", old, ""), version("new", new, more));
    check(&new, &[old], &Options::default()).unwrap()
}

/// What is told to be renamed, `old>new`, and the message for each field that is gone.
fn told(report: &Report) -> (Vec<String>, Vec<&str>) {
    let findings = || report.records.iter().flat_map(|record| &record.findings);
    let renamed = findings().filter(|f| f.rule.page.id == "FIELD_RENAME_SUSPECTED");
    let name = |text: &str| text.split(':').next().unwrap_or_default().to_owned();
    let renamed = renamed.map(|f| format!("{}>{}", name(&f.old), name(&f.new)));
    let gone = findings().filter(|f| f.rule.page.id == "FIELD_REMOVED");
    (
        renamed.collect(),
        gone.map(|f| f.message.as_str()).collect(),
    )
}

#[test]
fn names_that_decide() {
    for (old, new, expected) in [
        (
            &["first_name", "last_name"][..],
            &["lastName", "firstName"][..],
            &["last_name>lastName", "first_name>firstName"][..],
        ),
        (
            &["width", "height"],
            &["width_mm", "height_mm"],
            &["width>width_mm", "height>height_mm"],
        ),
        // What is left when the first two have found each other.
        (
            &["total", "totals"],
            &["Total", "totals_"],
            &["total>Total", "totals>totals_"],
        ),
        (&["a"], &["quantity"], &["a>quantity"]),
    ] {
        let report = compare(old, new, "");
        let (renamed, gone) = told(&report);
        assert_eq!(renamed, expected, "{gone:?}");
        assert_eq!(gone, [""; 0]);
    }
}

#[test]
fn names_that_do_not_decide() {
    for (old, new, expected) in [
        (
            &["count"][..],
            &["count_a", "count_b"][..],
            &[
                "`count` is gone; `count_a`, `count_b` are new and of its type, and one of them may be it",
            ][..],
        ),
        (
            &["total_a", "total_b"],
            &["total"],
            &[
                "`total_a` is gone; `total` is new and of its type, and may be it",
                "`total_b` is gone; `total` is new and of its type, and may be it",
            ],
        ),
        (
            &["x"],
            &["width", "depth", "height"],
            &[
                "`x` is gone; `width`, `depth`, `height` are new and of its type, and one of them may be it",
            ],
        ),
        (&["x"], &[], &["`x` is gone"]),
    ] {
        let report = compare(old, new, "");
        let (renamed, gone) = told(&report);
        assert_eq!((renamed.len(), gone.as_slice()), (0, expected));
    }
    let report = compare(
        &["count"],
        &["count_a", "count_b"],
        "reserved = [\"count\"]",
    );
    assert_eq!(told(&report), (vec![], vec!["`count` is gone"]));
}

/// A hundred fields of one type on both sides, all much alike.
#[test]
fn many_of_both() {
    let names = |start: &str| {
        (0..300)
            .map(|n| format!("{start}{n:03}"))
            .collect::<Vec<_>>()
    };
    let (old, new) = (names("measure_"), names("measured_"));
    let (old, new): (Vec<&str>, Vec<&str>) = (
        old.iter().map(String::as_str).collect(),
        new.iter().map(String::as_str).collect(),
    );
    let report = compare(&old, &new, "");
    let (renamed, gone) = told(&report);
    assert_eq!(renamed.len() + gone.len(), 300);
    for pair in &renamed {
        let (was, is) = pair.split_once('>').unwrap();
        assert_eq!(was.replace("measure", "measured"), is);
    }
    assert!(gone.iter().all(|message| message.len() < 200), "{gone:?}");
}
