//! Fields that have another name, and aliases.

use super::*;

/// The new name says what the readers of the old one miss.
#[test]
fn a_new_name() {
    let report = proven(r#"a="int""#, r#"b={type="int", aliases=["a"]}"#);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let shown: Vec<_> = findings.flat_map(|f| &f.counterexamples).collect();
    for format in [Format::Avro, Format::Pulsar, Format::Json] {
        let of = shown.iter().find(|one| one.format == format);
        assert_eq!(of.map(|one| one.message.as_str()), Some(r#"{"b":0}"#));
    }
}

#[test]
fn what_is_read_by_an_alias_is_not_missing() {
    let record = |fields: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#
        ))
    };
    let old = [record(r#"{"name": "b", "type": "float"}"#)];
    let new = record(
        r#"{"name": "a", "type": "float", "aliases": ["b"]},
           {"name": "b", "type": {"type": "record", "name": "S", "fields": []}}"#,
    );
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let harmful = report.records.iter().flat_map(|record| &record.findings);
    let harmful = harmful.filter(|finding| finding.severity > Severity::Info);
    let harmful: Vec<_> = harmful.collect();
    let told = harmful.iter().map(|finding| {
        let shown = finding.counterexamples.len();
        (finding.rule.page.id, finding.path.as_str(), shown)
    });
    // The type is another one, and the broker and its readers give the old values to `a` alone.
    assert_eq!(
        told.collect::<Vec<_>>(),
        [("ALIAS_AMBIGUOUS", "b", 1), ("FIELD_TYPE_CHANGED", "b", 4)],
        "{harmful:?}"
    );
    assert!(harmful.iter().all(|finding| finding.unproven.is_none()));
}

/// What shows a loss of digits to readers of Pulsar, where other things of the record are in the way of it.
#[test]
fn losses_beside_and_below_renamed_records() {
    let record = |name: &str, fields: &str| {
        format!(r#"{{"type": "record", "name": "{name}", "fields": [{fields}]}}"#)
    };
    let field = |name: &str, ty: &str| format!(r#"{{"name": "{name}", "type": {ty}}}"#);
    let number = |name: &str, ty: &str| field(name, &format!("\"{ty}\""));
    let of = |name: &str, kind: &dyn Fn(&str, &str) -> String| {
        let ty = if name == "A" { "long" } else { "float" };
        bare(&record("R", &kind(name, ty)))
    };
    let nested = |name: &str, ty: &str| record(name, &field("a", &record("X", &number("b", ty))));
    let empty = |name: &str| record(name, "");
    type Fields<'f> = &'f dyn Fn(&str, &str) -> String;
    let cases: [(&str, Fields<'_>, &str); 5] = [
        // Another branch is read.
        (
            "x",
            &|name, ty| {
                let other = record("B", &number("b", "int"));
                let union = format!("[{}, {other}]", empty(name));
                format!("{}, {}", field("u", &union), number("x", ty))
            },
            r#"{"u":{"b":0},"x":16777217}"#,
        ),
        (
            "u.a.b",
            &|name, ty| field("u", &format!("[{}, \"int\"]", nested(name, ty))),
            r#"{"u":{"a":{"b":16777217}}}"#,
        ),
        (
            "u.a.b",
            &|name, ty| field("u", &format!("[\"null\", {}]", nested(name, ty))),
            r#"{"u":{"a":{"b":16777217}}}"#,
        ),
        (
            "x",
            &|name, ty| format!("{}, {}", field("u", &empty(name)), number("x", ty)),
            r#"{"u":{},"x":16777217}"#,
        ),
        (
            "u.a",
            &|name, ty| {
                field(
                    "u",
                    &format!("[\"int\", {}]", record(name, &number("a", ty))),
                )
            },
            r#"{"u":{"a":16777217}}"#,
        ),
    ];
    for (path, kind, expected) in cases {
        let (old, new) = ([of("A", kind)], of("C", kind));
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let mut findings = report.records.iter().flat_map(|record| &record.findings);
        let finding = findings.find(|f| f.path == path).unwrap();
        assert_eq!(finding.unproven, None, "{finding:?}");
        let shown = |one: &&tg_schema_compat::report::Counterexample| {
            one.format == Format::Pulsar && matches!(one.outcome, Outcome::Changed(_))
        };
        let shown = finding.counterexamples.iter().find(shown);
        assert_eq!(
            shown.map(|one| one.message.as_str()),
            Some(expected),
            "{finding:?}"
        );
    }
}

/// The broker and its readers give what two fields ask for to one of them; registries give it to both.
#[test]
fn what_another_field_takes_by_an_alias() {
    let record = |fields: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#
        ))
    };
    let (b, c) = (
        r#"{"name": "b", "type": "int"}"#,
        r#"{"name": "c", "type": "int"}"#,
    );
    let asks = |name: &str| format!(r#"{{"name": "{name}", "type": "int", "aliases": ["b"]}}"#);
    for (old, new, path) in [
        (
            format!("{b}, {c}"),
            format!("{}, {}", asks("x"), asks("y")),
            "x",
        ),
        (b.to_owned(), format!("{}, {b}", asks("a")), "b"),
    ] {
        let (old, new) = ([record(&old)], record(&new));
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let matrix = report.records[0].matrix.as_ref().unwrap();
        let backward = (
            matrix.avro.unwrap().backward,
            matrix.pulsar.unwrap().backward,
        );
        assert_eq!(backward, (true, false), "{path}");
        let is = |effect: &&tg_schema_compat::report::Effect| {
            effect.format == Format::Pulsar
                && effect.direction == Some(Direction::Backward)
                && effect.severity == Severity::Breaking
        };
        let findings = report.records[0].findings.iter();
        let breaking = findings.filter(|finding| finding.effects.iter().any(|e| is(&e)));
        let breaking: Vec<_> = breaking.collect();
        let [finding] = breaking.as_slice() else {
            panic!("{breaking:?}");
        };
        assert_eq!(
            (finding.rule.page.id, finding.path.as_str()),
            ("ALIAS_AMBIGUOUS", path)
        );
        let mut shown = finding.counterexamples.iter();
        let refused = shown.any(|one| {
            let refused = matches!(one.outcome, Outcome::Refused(_));
            (one.format, one.direction, refused) == (Format::Pulsar, Direction::Backward, true)
        });
        assert!(refused, "{finding:?}");
    }
}

/// Each field is shown by a message that has it, in a record of many others too.
#[test]
fn every_renamed_field_of_a_wide_record() {
    const ALL: usize = 250;
    const RENAMED: usize = 40;
    let named = |separator: &'static str| {
        nullable(
            "R",
            (0..ALL).map(move |at| match at {
                0..RENAMED => format!("band{separator}{at}"),
                _ => format!("value{at}"),
            }),
        )
    };
    let (old, new) = ([bare(&named(""))], bare(&named("_")));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let findings = report.records[0].findings.iter();
    let renamed: Vec<_> = findings
        .filter(|finding| finding.rule.page.id == "FIELD_RENAME_SUSPECTED")
        .collect();
    assert_eq!(renamed.len(), RENAMED);
    for finding in renamed {
        assert_eq!(finding.unproven, None, "{}", finding.path);
        let new = finding.path.as_str();
        let old = new.replace('_', "");
        for direction in [Direction::Backward, Direction::Forward] {
            let name = match direction {
                Direction::Backward => &old,
                Direction::Forward => new,
            };
            for format in [Format::Avro, Format::Pulsar] {
                let mut shown = finding.counterexamples.iter();
                let shown = shown.find(|one| (one.format, one.direction) == (format, direction));
                let shown = shown.map(|one| one.message.as_str()).unwrap_or_default();
                let set = format!(r#""{name}":0.0"#);
                assert!(shown.contains(&set), "{format:?} {direction:?} {shown}");
                assert_eq!(shown.matches("0.0").count(), 1, "{shown}");
            }
        }
    }
}

/// The old name of a field is that of another one in another branch.
#[test]
fn a_new_name_in_one_branch_of_a_union() {
    let of = |name: &str| {
        let text = |name: &str, field: &str| {
            let ty = r#"["null", "string"], "default": null"#;
            format!(
                r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "{field}", "type": {ty}}}]}}"#
            )
        };
        bare(&format!(
            "[{}, {}]",
            text("Key", "origin"),
            text("Query", name)
        ))
    };
    let (old, new) = ([of("origin")], of("platform"));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let findings = &report.records[0].findings;
    let renamed = findings.iter().find(|f| f.path == "platform").unwrap();
    assert_eq!(renamed.unproven, None, "{renamed:?}");
    let mut shown = renamed.counterexamples.iter();
    let forward = |one: &&tg_schema_compat::report::Counterexample| {
        (one.format, one.direction) == (Format::Avro, Direction::Forward)
    };
    let message = &shown.find(forward).unwrap().message;
    assert!(message.contains("platform"), "{message}");
}

/// The broker takes a new branch by its fields: that it refuses something else is not laid to it.
#[test]
fn a_branch_that_is_read_as_another_one_beside_what_is_refused() {
    let branch = |name: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "t", "type": "string"}}]}}"#
        )
    };
    let version = |more: &str, z: &str| {
        let branches = branch("C") + more;
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [
                {{"name": "h", "type": ["null", {branches}]}}, {{"name": "z", "type": "{z}"}}]}}"#
        ))
    };
    let other = format!(", {}", branch("D"));
    for (old, new, rule) in [
        (("", "string"), (&*other, "int"), "UNION_BRANCH_ADDED"),
        ((&*other, "string"), ("", "int"), "UNION_BRANCH_REMOVED"),
    ] {
        let report = check(
            &version(new.0, new.1),
            &[version(old.0, old.1)],
            &Options::default(),
        );
        let report = report.unwrap();
        let mut findings = report.records.iter().flat_map(|record| &record.findings);
        let finding = findings.find(|f| f.rule.page.id == rule).unwrap();
        assert_eq!(finding.formats(), [Format::Avro], "{finding:?}");
    }
}

/// Of several new branches that the broker takes by their fields, the one is named of which it refuses what is inside.
#[test]
fn a_branch_that_is_refused_beside_one_that_is_read() {
    let symbols = |name: &str| format!(r#"{{"type": "enum", "name": "{name}", "symbols": ["X"]}}"#);
    let branch = |name: &str, fields: &str| {
        format!(r#"{{"type": "record", "name": "{name}", "fields": [{fields}]}}"#)
    };
    let field = |name: &str, ty: &str| format!(r#"{{"name": "{name}", "type": {ty}}}"#);
    let before = branch("A", &field("t", &symbols("E"))) + ", " + &branch("B", "");
    let fits = branch("Fits", &field("a", r#"["null", "string"]"#));
    let bad = branch(
        "Bad",
        &field("t", &format!(r#"["null", {}]"#, symbols("F"))),
    );
    let old = bare(&format!("[{before}]"));
    for (first, second) in [(&fits, &bad), (&bad, &fits)] {
        let new = bare(&format!("[{before}, {first}, {second}]"));
        let mut report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
        prove(&mut report, &new, std::slice::from_ref(&old));
        let findings = report.records.iter().flat_map(|record| &record.findings);
        let added = findings.filter(|f| f.rule.page.id == "UNION_BRANCH_ADDED");
        let told: Vec<(&str, bool)> = added
            .map(|f| (f.new.as_str(), f.formats().contains(&Format::Pulsar)))
            .collect();
        assert_eq!(told.len(), 2, "{report:?}");
        assert!(
            told.contains(&("Fits", false)) && told.contains(&("Bad", true)),
            "{told:?}"
        );
    }
}
