//! Which field of which part a message shows it at, and that none is shorter.

use super::*;

#[test]
fn no_message_is_shorter() {
    let field = |ty: &str| format!(r#"{{"name": "a", "type": {ty}}}"#);
    let of = |ty: &str, word: &str| format!(r#"{{"type": "{ty}", "logicalType": "{word}"}}"#);
    let digits = r#"{"a":16777217}"#;
    for (old, new, expected) in [
        (r#""long""#.to_owned(), r#""float""#, digits),
        (of("int", "time-millis"), r#""float""#, digits),
        (of("long", "timestamp-millis"), r#""float""#, digits),
        (of("long", "timestamp-micros"), r#""float""#, digits),
        (
            of("long", "timestamp-micros"),
            r#""double""#,
            r#"{"a":9007199254740993}"#,
        ),
    ] {
        assert_eq!(shown(&field(&old), &field(new))[0], expected, "{old}");
    }
    // Every number of fewer digits, or as many and less, is held by a float; of the longer ones, a sample.
    assert!((0..16_777_217_i64).step_by(7).all(|n| n as f32 as i64 == n));
    let double = 9_007_199_254_740_993_i64;
    assert!((double - 100_000..double).all(|n| n as f64 as i64 == n));
    // What else has to be there is as short as it can be.
    let rest = |ty: &str| format!(r#", {{"name": "z", "type": {ty}}}"#);
    for (ty, expected) in [
        (r#""boolean""#, "true"),
        (
            r#"{"type": "enum", "name": "E", "symbols": ["LONG", "B", "A"]}"#,
            "\"B\"",
        ),
        (r#"["string", "int"]"#, "0"),
        (
            r#"["string", {"type": "enum", "name": "E", "symbols": ["LONG"]}, "float"]"#,
            "\"\"",
        ),
        (
            r#"["float", "boolean", {"type": "array", "items": "int"}]"#,
            "[]",
        ),
    ] {
        let all = |a: &str| field(a) + &rest(ty);
        let found = shown(&all(r#""string""#), &all(r#""int""#));
        assert_eq!(found[0], format!(r#"{{"a":"","z":{expected}}}"#), "{ty}");
    }
}

/// Of many records in a union, only the one with the field is varied.
#[test]
fn a_field_of_one_of_many_branches() {
    let branches = |last: &str| {
        let all = (0..150).map(|at| {
            let names = (0..30).map(move |field| format!("f{at}_{field}"));
            let more = (at == 149).then(|| last.to_owned());
            nullable(&format!("B{at}"), names.chain(more))
        });
        bare(&format!("[{}]", all.collect::<Vec<_>>().join(", ")))
    };
    let (old, new) = ([branches("gone")], branches("other_thing"));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let findings = report.records[0].findings.iter();
    let lost: Vec<_> = findings.filter(|f| f.severity == Severity::Loss).collect();
    assert!(!lost.is_empty());
    for finding in lost {
        assert_eq!(finding.unproven, None, "{}", finding.path);
        let first = finding.counterexamples.first();
        let first = first.map(|one| one.message.as_str()).unwrap_or_default();
        assert!(first.contains(r#""gone":0.0"#), "{first}");
    }
}

/// What a branch of a union is read as says which values of its other fields readers take.
#[test]
fn a_loss_below_one_of_several_branches() {
    let other = r#"{"type": "record", "name": "Other", "fields": []}"#;
    let of = |symbols: &str, more: &str| {
        let kind = format!(r#"{{"type": "enum", "name": "Kind", "symbols": [{symbols}]}}"#);
        let result = format!(
            r#"{{"type": "record", "name": "Result", "fields": [{{"name": "kind", "type": {kind}}}{more}]}}"#
        );
        let run = format!(
            r#"{{"type": "record", "name": "Run", "fields": [{{"name": "result", "type": ["null", {result}]}}]}}"#
        );
        bare(&format!("[{other}, {run}]"))
    };
    let gone = r#", {"name": "gone", "type": ["null", "int"]}"#;
    let (old, new) = ([of(r#""A", "LATER""#, gone)], of(r#""LATER""#, ""));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let mut findings = report.records[0].findings.iter();
    let finding = findings.find(|f| f.path == "result.gone").unwrap();
    let lost = (Format::Pulsar, Direction::Backward);
    let mut shown = finding.counterexamples.iter();
    let shown = shown.find(|one| (one.format, one.direction) == lost);
    let shown = shown.map(|one| one.message.as_str());
    let message = r#"{"result":{"kind":"LATER","gone":0}}"#;
    assert_eq!(shown, Some(message), "{:?}", finding.unproven);
}

/// Nothing below a field is said to be lost or refused by readers that know the field under no name; what is inside
/// the same record at another place is told there.
#[test]
fn below_a_field_that_readers_do_not_know() {
    let of = |field: &str, more: &str| {
        let aliases = match field {
            "renamed" => r#", "aliases": ["inner"]"#,
            _ => "",
        };
        let record = format!(
            r#"{{"type": "record", "name": "I", "fields": [{{"name": "a", "type": "int"}}{more}]}}"#
        );
        format!(r#"{{"name": "{field}", "type": ["null", {record}], "default": null{aliases}}}"#)
    };
    let record = |fields: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#
        ))
    };
    let gone = r#", {"name": "gone", "type": "int"}"#;
    let again = r#", {"name": "again", "type": ["null", "I"], "default": null}"#;
    let of_gone = |old: Version, new: Version| {
        let old = [old];
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        for finding in &report.records[0].findings {
            assert_eq!(finding.unproven, None, "{finding:?}");
        }
        let findings = report.records.into_iter().flat_map(|r| r.findings);
        let mut gone = findings.filter(|f| f.path.ends_with(".gone"));
        let found = gone.next().unwrap();
        assert!(gone.next().is_none());
        let said = found.effects.iter().filter(|e| e.format == Format::Avro);
        let said: Vec<_> = said.map(|e| (e.direction, e.severity)).collect();
        (found.path.clone(), said)
    };
    let (refused, lost) = (
        (Some(Direction::Forward), Severity::Breaking),
        (Some(Direction::Backward), Severity::Loss),
    );
    // Old readers have nothing of what is renamed; new ones read it by the alias, and pass over what is gone.
    let found = of_gone(record(&of("inner", gone)), record(&of("renamed", "")));
    assert_eq!(found, ("renamed.gone".to_owned(), vec![lost]));
    // Taken back, new readers have nothing of it, and old ones read it by the alias and miss what is gone.
    let found = of_gone(record(&of("renamed", gone)), record(&of("inner", "")));
    assert_eq!(found, ("inner.gone".to_owned(), vec![refused]));
    let found = of_gone(
        record(&(of("inner", gone) + again)),
        record(&(of("renamed", "") + again)),
    );
    assert_eq!(found, ("again.gone".to_owned(), vec![lost, refused]));
}

/// A finding in one branch of a union is shown by a message of that branch, though others have the same places.
#[test]
fn each_branch_of_a_union_by_its_own_message() {
    let record = |name: &str, ty: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "a", "type": "{ty}"}}]}}"#
        )
    };
    let of = |a: &str, b: &str| {
        let list = format!(
            r#"{{"type": "array", "items": [{}, {}]}}"#,
            record("A", a),
            record("B", b)
        );
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "u", "type": {list}}}]}}"#
        ))
    };
    let (old, new) = ([of("long", "string")], of("int", "boolean"));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let findings = report.records[0].findings.iter();
    let harmful = findings.filter(|f| f.severity > Severity::Info && f.path == "u[].a");
    let shown: Vec<(&str, Vec<&str>)> = harmful
        .map(|f| {
            let avro = f.counterexamples.iter();
            let avro = avro.filter(|one| one.format == Format::Avro);
            (
                f.rule.page.id,
                avro.map(|one| one.message.as_str()).collect(),
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("FIELD_TYPE_NARROWED", vec![r#"{"u":[{"a":0}]}"#]),
            (
                "FIELD_TYPE_CHANGED",
                vec![r#"{"u":[{"a":""}]}"#, r#"{"u":[{"a":true}]}"#]
            ),
        ]
    );
}

/// A branch that comes is shown by itself, though another one at its place is refused too.
#[test]
fn each_new_branch_by_its_own_message() {
    let (old, new) = (
        [bare(r#"["null", "int"]"#)],
        bare(r#"["null", "int", "string", "boolean"]"#),
    );
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let findings = report.records[0].findings.iter();
    let added = findings.filter(|f| f.rule.page.id == "UNION_BRANCH_ADDED");
    let shown: Vec<(&str, &str)> = added
        .flat_map(|f| {
            f.counterexamples
                .iter()
                .map(|one| (f.new.as_str(), one.message.as_str()))
        })
        .collect();
    assert_eq!(
        shown,
        [
            ("string", r#""""#),
            ("string", r#""""#),
            ("boolean", "true"),
            ("boolean", "true")
        ]
    );
}
