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

/// Every effect of a suspected rename is in the finding that tells of it.
fn suspects(report: &Report) -> Vec<&str> {
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let effects = findings.flat_map(|f| &f.effects);
    let messages = effects.map(|effect| effect.message.as_str());
    messages
        .filter(|m| m.contains("if it is the same"))
        .collect()
}

/// What is reserved is no field of the version any more, or not yet: in nested records too.
#[test]
fn what_is_reserved_was_not_renamed() {
    let reserved = "reserved = [\"b\"]";
    let (plain, given_up) = (version("old", &["b"], ""), version("new", &["q"], reserved));
    let options = Options::default();
    let report = check(&given_up, std::slice::from_ref(&plain), &options).unwrap();
    assert_eq!(told(&report), (vec![], vec!["`b` is gone"]));
    assert_eq!(suspects(&report), [""; 0]);
    // The other way round, the version before says that its field is not the new one.
    let back = check(&plain, &[given_up], &options).unwrap();
    assert_eq!(told(&back), (vec![], vec!["`q` is gone"]));
    assert_eq!(suspects(&back), [""; 0]);
    // One that is reserved leaves the others to decide among themselves.
    let report = compare(&["b", "total"], &["sum_total"], reserved);
    assert_eq!(
        told(&report),
        (vec!["total>sum_total".into()], vec!["`b` is gone"])
    );

    let nested = |inside: &str| {
        let text = format!("[record.O.fields]\nitems = \"array<R>\"\n[record.R]\n{inside}\n");
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text)]);
        assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
        Version::of_definitions("nested", loaded.schema, loaded.sources)
    };
    let old = nested("fields = { id = \"string\", b = \"int?\" }");
    for (new, expected) in [
        ("fields = { id = \"string\", q = \"int?\" }", 2),
        (
            "reserved = [\"b\"]\nfields = { id = \"string\", q = \"int?\" }",
            0,
        ),
    ] {
        let report = check(&nested(new), std::slice::from_ref(&old), &options).unwrap();
        assert_eq!(told(&report).0.len(), expected);
        assert_eq!(suspects(&report).is_empty(), expected == 0);
    }
}

/// A version that has both fields, or one in between that has neither, shows that they are two.
#[test]
fn the_history_tells_fields_apart() {
    let options = Options::default();
    for (history, new, expected) in [
        (&[&["b"][..]][..], &["q"][..], "b>q"),
        // Nothing is known of what was before.
        (&[&[], &["b"]], &["q"], "b>q"),
        (&[&["b"], &[]], &["q"], ""),
        (&[&["b"], &["b", "q"]], &["q"], ""),
        (&[&["b", "q"], &["b"]], &["q"], ""),
        // The name went away and came back before it went away again.
        (&[&["b"], &[], &["b"]], &["q"], "b>q"),
        // A rename that was made in steps of one version each.
        (&[&["b"], &["c"]], &["q"], "b>q c>q"),
    ] {
        let against: Vec<Version> = history
            .iter()
            .enumerate()
            .map(|(at, fields)| version(&format!("release {at}"), fields, ""))
            .collect();
        let report = check(&version("new", new, ""), &against, &options).unwrap();
        let mut renamed = told(&report).0;
        renamed.sort();
        assert_eq!(renamed.join(" "), expected, "{history:?}");
        assert_eq!(
            suspects(&report).is_empty(),
            expected.is_empty(),
            "{history:?}"
        );
    }
}

/// What to do about an alias that means two fields, whichever version has it.
#[test]
fn an_alias_of_the_old_version_alone_is_not_to_be_removed() {
    let alias = "[record.R.fields]\nbuyer = { type = \"int?\", aliases = [\"customer\"] }\n";
    let (both, one) = (
        "[record.R.fields]\nbuyer = \"int?\"\ncustomer = \"int?\"\n",
        "[record.R.fields]\nbuyer = \"int?\"\n",
    );
    let advice = |old: &str, new: &str| {
        let of = |text: &str| {
            let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.to_owned())]);
            Version::of_definitions("v", loaded.schema, loaded.sources)
        };
        let report = check(&of(new), &[of(old)], &Options::default()).unwrap();
        let mut findings = report.records.iter().flat_map(|record| &record.findings);
        let finding = findings.find(|f| f.rule.page.id == "ALIAS_AMBIGUOUS");
        finding.map(|f| f.fix.as_ref().unwrap().message.clone())
    };
    let renamed =
        "take another name than `customer`: readers of the old version have it as an alias";
    assert_eq!(advice(both, alias).as_deref(), Some("remove the alias"));
    assert_eq!(advice(alias, both).as_deref(), Some(renamed));
    assert_eq!(advice(alias, one), None);
    // The field that is in its way was there already.
    let twice = &format!("{alias}customer = \"int?\"\n");
    assert_eq!(advice(twice, twice).as_deref(), Some("remove the alias"));
    let gone = "release readers first: those of the old version have the alias";
    assert_eq!(advice(twice, both).as_deref(), Some(gone));
}
