//! Losses beside changes that break: told where some message is read and loses something, and only there.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::gate::{Overrides, Requirements, judge};
use tg_schema_compat::loss::{Direction, Kind};
use tg_schema_compat::proof::{prove, verify_all};
use tg_schema_compat::report::{Format, Outcome, Report, Severity};
use tg_schema_compat::version::{Message, Version};
use tg_schema_gen::load::from_texts;

fn version(fields: &str) -> Version {
    definitions(&format!(
        "[record.R.fields]\n{}",
        fields.replace("; ", "\n")
    ))
}

fn definitions(text: &str) -> Version {
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.to_owned())]);
    let wrong = &loaded.diagnostics;
    assert!(!wrong.has_errors(), "{text}: {wrong:?}");
    Version::of_definitions("v", loaded.schema, loaded.sources)
}

fn compare(old: &str, new: &str, peers: &[Peer]) -> Report {
    compared(version(old), version(new), peers)
}

fn compared(old: Version, new: Version, peers: &[Peer]) -> Report {
    let options = Options {
        peers: peers.to_vec(),
        ..Options::default()
    };
    let old = [old];
    let mut report = check(&new, &old, &options).unwrap();
    prove(&mut report, &new, &old);
    report
}

/// Losses in JSON messages of our peers, each with the message that shows it.
fn lost(report: &Report) -> Vec<(Direction, String, String)> {
    let mut found = Vec::new();
    for finding in report.records.iter().flat_map(|r| &r.findings) {
        for effect in &finding.effects {
            if (effect.format, effect.severity) != (Format::Json, Severity::Loss) {
                continue;
            }
            let direction = effect.direction.unwrap();
            let mut shown = finding.counterexamples.iter();
            let shown = shown.find(|c| (c.format, c.direction) == (Format::Json, direction));
            let shown = shown.unwrap_or_else(|| panic!("nothing shows {effect:?}"));
            assert!(matches!(shown.outcome, Outcome::Changed(_)), "{shown:?}");
            found.push((direction, finding.path.clone(), shown.message.clone()));
        }
    }
    found
}

fn with(loss: (Direction, &str, &str)) -> (Direction, String, String) {
    (loss.0, loss.1.to_owned(), loss.2.to_owned())
}

#[test]
fn what_is_read_beside_a_change_that_breaks() {
    use Direction::{Backward, Forward};
    let swapped = compare(
        r#"n="int"; m="long"; opt="string?""#,
        r#"n="long"; m="int"; opt2="string?""#,
        &[Peer::Tg],
    );
    let lost_of = |of: Direction, report: &Report| -> Vec<String> {
        let found = lost(report).into_iter();
        found.filter(|l| l.0 == of).map(|l| l.2).collect()
    };
    let matrix = swapped.matrix.json.unwrap();
    assert_eq!(matrix.as_str(), "none");
    assert!(swapped.loss);
    let old = lost_of(Backward, &swapped);
    assert!(old.iter().any(|m| m.contains(r#""opt":"#)), "{old:?}");
    let new = lost_of(Forward, &swapped);
    assert!(new.iter().any(|m| m.contains(r#""opt2":"#)), "{new:?}");

    let cases = [
        (
            r#"n="int"; opt="string?""#,
            r#"n="long"; opt2={type="string?", aliases=["opt"]}"#,
            (Forward, "opt2", r#"{"n":0,"opt2":""}"#),
        ),
        // The reader has no symbol `A`, needs `a`, and has the sub-record's `s`.
        (
            r#"e="E"; opt="string?"; [enum.E]; symbols=["A", "B"]"#,
            r#"e="E"; [enum.E]; symbols=["B"]"#,
            (Backward, "opt", r#"{"e":"B","opt":""}"#),
        ),
        (
            r#"a="int?"; opt="string?""#,
            r#"a="int""#,
            (Backward, "opt", r#"{"a":0,"opt":""}"#),
        ),
        (
            r#"s="S"; opt="string?"; [record.S.fields]; a="int?""#,
            r#"s="S"; [record.S.fields]; a="int""#,
            (Backward, "opt", r#"{"s":{"a":0},"opt":""}"#),
        ),
    ];
    for (old, new, expected) in cases {
        let report = compare(old, new, &[Peer::Tg]);
        assert!(!report.matrix.json.unwrap().get(expected.0), "{new}");
        let found = lost(&report);
        assert!(found.contains(&with(expected)), "{new}: {found:?}");
    }
}

#[test]
fn an_alias_that_a_peer_does_not_know() {
    let report = compare(
        r#"n="int"; opt="string?""#,
        r#"n="long?"; opt2={type="string?", aliases=["opt"]}"#,
        &[Peer::LegacyNull],
    );
    let found = lost(&report);
    assert!(found.iter().any(|l| l.0 == Direction::Forward), "{found:?}");
}

#[test]
fn what_nobody_reads_loses_nothing() {
    let report = compare(r#"a="string?""#, r#"b="int""#, &[Peer::Tg]);
    let found = lost(&report);
    assert!(
        found.iter().all(|l| l.0 == Direction::Forward),
        "no old message has `b`: {found:?}"
    );
    let report = compare(r#"n="int"; opt="string?""#, r#"n="string""#, &[Peer::Tg]);
    assert!(!report.loss, "{:?}", lost(&report));
}

/// However many fields there are.
#[test]
fn of_many_fields_that_nobody_reads_none_is_lost() {
    let many: Vec<String> = (0..150).map(|at| format!("f{at} = \"int?\"")).collect();
    let report = compare(&many.join("; "), "id = \"string\"", &[Peer::Tg]);
    assert_eq!((lost(&report), report.records[0].loss), (vec![], false));
}

#[test]
fn a_loss_is_objected_to_whatever_else_is_not_required() {
    let mut report = compare(
        r#"n="int"; opt="string?""#,
        r#"n="long"; opt2={type="string?", aliases=["opt"]}"#,
        &[Peer::Tg],
    );
    let required: Requirements = "avro=none,pulsar=none,json=none,loss=none".parse().unwrap();
    judge(&mut report, &required, &Overrides::new());
    let objections = report.objections.iter();
    let told: Vec<String> = objections.map(|o| o.requirement.to_string()).collect();
    assert_eq!(told, ["loss=none"]);
}

#[test]
fn entries_of_a_map_that_are_no_fields_of_a_record() {
    use Direction::{Backward, Forward};
    const MAP: &str = r#"f="map<int>""#;
    const RECORD: &str = "f=\"S\"; [record.S.fields]; x=\"int?\"";
    let loss = |direction| with((direction, "f", r#"{"f":{"":0}}"#));
    let report = compare(MAP, RECORD, &[Peer::Tg]);
    assert_eq!(lost(&report), [loss(Backward)]);
    let report = compare(RECORD, MAP, &[Peer::Tg]);
    assert_eq!(lost(&report), [loss(Forward)]);
}

/// What was a field becomes an entry, and is read as a record that it is not.
#[test]
fn fields_of_a_record_that_is_read_as_entries() {
    const RECORD: &str = "f=\"S\"; [record.S.fields]; x=\"T?\"; [record.T.fields]; y=\"int\"";
    let new = RECORD.replace("f=\"S\"", "f=\"map<S>\"");
    let report = compare(RECORD, &new, &[Peer::Tg]);
    let message = r#"{"f":{"x":{"y":0}}}"#;
    let backward = lost(&report)
        .into_iter()
        .filter(|l| l.0 == Direction::Backward);
    let backward: Vec<_> = backward.collect();
    assert_eq!(backward, [with((Direction::Backward, "f", message))]);
}

#[test]
fn nothing_is_lost_of_what_is_always_null() {
    let schema = |fields: &str| {
        let text = format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#);
        Version::of_schema("", Message::new("R", &*text, &*text))
    };
    for (ty, is_lost) in [
        (r#""null""#, false),
        (r#"["null"]"#, false),
        (r#"["null", "int"]"#, true),
    ] {
        let old = || {
            schema(&format!(
                r#"{{"name": "a", "type": {ty}, "default": null}}"#
            ))
        };
        let report = check(&schema(""), &[old()], &Options::default()).unwrap();
        assert_eq!(report.loss, is_lost, "{ty}");
        let renamed =
            format!(r#"{{"name": "b", "type": {ty}, "default": null, "aliases": ["a"]}}"#);
        let report = check(&schema(&renamed), &[old()], &Options::default()).unwrap();
        assert_eq!(report.loss, is_lost, "{ty} under another name");
    }
}

/// A registry takes a record of another namespace, and Java looks at aliases of fields in records that it knows alone.
#[test]
fn an_alias_of_a_field_in_a_record_of_another_namespace() {
    let schema = |namespace: &str, aliases: &str, field: &str| {
        let text = format!(
            r#"{{"type": "record", "name": "R", "namespace": "{namespace}", "aliases": [{aliases}],
                "fields": [{field}]}}"#
        );
        Version::of_schema("", Message::new(format!("{namespace}.R"), &*text, &*text))
    };
    let backward = |aliases: &str, default: &str| {
        let old = [schema(
            "m",
            "",
            r#"{"name": "a", "type": "int", "default": 0}"#,
        )];
        let b = format!(r#"{{"name": "b", "type": "int", "aliases": ["a"]{default}}}"#);
        let new = schema("n", aliases, &b);
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let findings = report.records.iter().flat_map(|r| &r.findings);
        let mut losses = findings.filter(|finding| {
            let effects = &mut finding.effects.iter();
            effects.any(|e| {
                (e.format, e.direction) == (Format::Avro, Some(Direction::Backward))
                    && e.severity == Severity::Loss
            })
        });
        losses.next().map(|finding| {
            let mut shown = finding.counterexamples.iter();
            let shown =
                shown.find(|c| (c.format, c.direction) == (Format::Avro, Direction::Backward));
            shown.expect("a message").outcome.clone()
        })
    };
    let changed = Outcome::Changed(r#"{"b":0}"#.to_owned());
    assert_eq!(backward("", r#", "default": 0"#), Some(changed));
    assert!(matches!(backward("", ""), Some(Outcome::Refused(_))));
    assert_eq!(backward(r#""m.R""#, ""), None);
}

/// A broker takes a record under another name, and its readers look at aliases of fields in records that they know alone.
#[test]
fn an_alias_of_a_field_in_a_record_of_another_name() {
    let schema = |name: &str, aliases: &str, field: &str, alias: &str| {
        let text = format!(
            r#"{{"type": "record", "name": "{name}", "namespace": "n", "aliases": [{aliases}],
                "fields": [{{"name": "{field}", "type": "string", "default": "", "aliases": [{alias}]}}]}}"#
        );
        Version::of_schema("", Message::new(format!("n.{name}"), &*text, &*text))
    };
    let lost = |old: Version, new: Version| {
        let old = [old];
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let mut found = Vec::new();
        for finding in report.records.iter().flat_map(|r| &r.findings) {
            let lost = finding
                .effects
                .iter()
                .filter(|e| e.severity == Severity::Loss);
            for effect in lost.filter(|e| e.format == Format::Pulsar) {
                let direction = effect.direction.unwrap();
                let mut shown = finding.counterexamples.iter();
                let shown = shown.find(|c| (c.format, c.direction) == (Format::Pulsar, direction));
                let shown = shown.unwrap_or_else(|| panic!("nothing shows {effect:?}"));
                found.push((direction, shown.outcome.clone()));
            }
        }
        found.sort_by_key(|(direction, _)| *direction);
        found
    };
    use Direction::{Backward, Forward};
    let (backward, forward) = (
        (Backward, Outcome::Changed(r#"{"b":""}"#.to_owned())),
        (Forward, Outcome::Changed(r#"{"a":""}"#.to_owned())),
    );
    let old = || schema("A", "", "a", "");
    let new = schema("B", "", "b", r#""a""#);
    assert_eq!(lost(old(), new), [backward, forward.clone()]);
    // The new readers know it.
    let new = schema("B", r#""n.A""#, "b", r#""a""#);
    let known = lost(old(), new);
    let new = schema("A", "", "b", r#""a""#);
    assert_eq!(
        [known, lost(old(), new)],
        [vec![forward.clone()], vec![forward]]
    );
}

/// Losses of a wire in a report: which peer's, in which direction, and where.
fn told(report: &Report, format: Format) -> Vec<(Option<&'static str>, Direction, String)> {
    let mut found = Vec::new();
    for finding in report.records.iter().flat_map(|r| &r.findings) {
        let losses = finding.effects.iter();
        let losses = losses.filter(|e| (e.format, e.severity) == (format, Severity::Loss));
        let losses =
            losses.filter_map(|e| Some((e.peer, e.direction?, finding.path.clone(), e.loss)));
        for (peer, direction, path, _) in losses {
            let shown = finding
                .counterexamples
                .iter()
                .any(|c| (c.format, c.peer, c.direction) == (format, peer, direction));
            assert!(shown, "nothing shows {path} for {peer:?} {direction:?}");
            found.push((peer, direction, path));
        }
    }
    found
}

#[test]
fn an_alias_that_is_not_registered() {
    use Direction::{Backward, Forward};
    let record = |field: &str| {
        format!("profile = \"pulsar-record\"\n[record.R.fields]\nn = \"int\"\n{field}\n")
    };
    let (old, new) = (
        record("b = { type = \"string?\", aliases = [\"a\"] }"),
        record("a = \"string?\""),
    );
    let report = compared(
        definitions(&old),
        definitions(&new),
        &[Peer::Tg, Peer::LegacyNull],
    );
    let losses = told(&report, Format::Json);
    // Old readers of ours know the name, those of others do not.
    assert!(
        !losses.iter().any(|l| (l.0, l.1) == (None, Forward)),
        "{losses:?}"
    );
    assert!(
        losses
            .iter()
            .any(|l| (l.0, l.1) == (Some("legacy-null"), Forward)),
        "{losses:?}"
    );
    assert!(
        losses.iter().any(|l| (l.0, l.1) == (None, Backward)),
        "{losses:?}"
    );
}

#[test]
fn what_only_a_reader_without_types_gets_to_lose() {
    // Ours refuse every message: true is no number.
    let report = compare(
        r#"b="boolean"; note="string?""#,
        r#"b="int"; remark="string?""#,
        &[Peer::Tg, Peer::LegacyNull],
    );
    let losses = told(&report, Format::Json);
    let expected = (Some("legacy-null"), Direction::Forward, "remark".to_owned());
    assert_eq!(losses, [expected]);
}

/// A union of records at the top, each with these fields.
fn union(records: &[(&str, &[&str])]) -> Version {
    let branches = records.iter().map(|(name, fields)| {
        let fields = fields.iter().map(|field| {
            format!(r#"{{"name": "{field}", "type": ["null", "string"], "default": null}}"#)
        });
        let fields: Vec<String> = fields.collect();
        format!(
            r#"{{"type": "record", "name": "{name}", "fields": [{}]}}"#,
            fields.join(", ")
        )
    });
    let branches: Vec<String> = branches.collect();
    let text = format!("[{}]", branches.join(", "));
    Version::of_schema("v", Message::new("union", &*text, &*text))
}

/// The broker does not look at names of records, and neither do readers behind it.
#[test]
fn a_record_that_is_read_as_another_branch() {
    let old = union(&[
        ("Made", &["id"]),
        ("Gone", &["id", "why"]),
        ("Moved", &["id", "to"]),
    ]);
    let new = union(&[("Made", &["id"])]);
    let report = compared(old, new, &[Peer::Tg]);
    assert!(report.matrix.pulsar.unwrap().backward);
    let losses = told(&report, Format::Pulsar);
    assert_eq!(losses.len(), 2, "{losses:?}");
}

/// A record of one schema, which no definition says more of.
fn registered(name: &str, fields: &str) -> Version {
    let text = format!(r#"{{"type": "record", "name": "{name}", "fields": [{fields}]}}"#);
    Version::of_schema("v", Message::new("R", &*text, &*text))
}

/// A field that another one takes by an alias, which is another number there: registries and most readers give the value to
/// both, and the library for Java gives it to the other one alone.
#[test]
fn an_alias_of_a_field_that_is_still_there() {
    use Direction::{Backward, Forward};
    let a = |default: &str| format!(r#"{{"name": "a", "type": "long"{default}}}"#);
    let b =
        |ty: &str| format!(r#"{{"name": "b", "type": "{ty}", "default": 1, "aliases": ["a"]}}, "#);
    let told_of = |ty: &str, default: &str| {
        let without = || registered("R", &a(default));
        let with = || registered("R", &(b(ty) + &a(default)));
        [(Backward, without(), with()), (Forward, with(), without())].map(
            |(direction, old, new)| {
                let (attacked, read) = ([old], new);
                let mut report = check(&read, &attacked, &Options::default()).unwrap();
                prove(&mut report, &read, &attacked);
                let (found, problems) = verify_all(&report, &read, &attacked, 1, 20);
                assert_eq!(
                    (found, problems),
                    (Vec::new(), Vec::new()),
                    "{ty} {default}"
                );
                let findings = report.records[0].findings.iter();
                let effects = findings.flat_map(|finding| {
                    assert_eq!(finding.unproven, None, "{finding:?}");
                    finding.effects.iter().map(move |effect| (finding, effect))
                });
                let effects = effects.filter(|(_, effect)| {
                    (effect.severity, effect.direction) == (Severity::Loss, Some(direction))
                });
                let mut kinds: Vec<(Format, &str, &str, Option<Kind>)> = effects
                    .map(|(finding, effect)| {
                        let id = finding.rule.page.id;
                        (effect.format, id, finding.path.as_str(), effect.loss)
                    })
                    .collect();
                kinds.sort_by_key(|(format, .., kind)| (*format, *kind));
                kinds
                    .into_iter()
                    .map(|(format, id, path, kind)| {
                        (format, format!("{id} {path} {:?}", kind.unwrap()))
                    })
                    .collect::<Vec<_>>()
            },
        )
    };
    let of = |format: Format, kind: &str| (format, format!("ALIAS_AMBIGUOUS a {kind}"));
    let (digits, taken, refused) = ("Precision", "TakenByAlias", "RefusedByAlias");
    let both = [Format::Avro, Format::Pulsar];
    let optional = r#", "default": 7"#;
    let lossy = both.map(|format| [of(format, taken), of(format, digits)]);
    assert_eq!(
        told_of("double", optional),
        [(); 2].map(|()| lossy.concat())
    );
    let same = both.map(|format| of(format, taken));
    assert_eq!(told_of("long", optional), [(); 2].map(|()| same.to_vec()));
    // The broker, which is made of that library, refuses what such readers do.
    let required = [of(Format::Avro, refused)];
    assert_eq!(told_of("long", ""), [(); 2].map(|()| required.to_vec()));
}

/// A Python `Record` sends an object of nulls for a record that is not set: one that is refused is set in the messages that
/// are read.
#[test]
fn what_is_lost_beside_a_record_that_has_to_be_set() {
    let text = |more: &str| {
        definitions(&format!(
            "[record.P.fields]\ncharges = \"array<Charge>\"\ncustomer = \"Customer?\"\n\
             [record.Charge.fields]\noutcome = \"Outcome?\"\n\
             [record.Outcome.fields]\nrisk = {{ type = \"int\", default = 0 }}\n\
             [record.Customer.fields]\nid = \"string\"\n{more}"
        ))
    };
    let report = compared(text(""), text("z = \"int?\"\n"), &Peer::ALL);
    let record = report.records.iter().find(|r| r.record == "P").unwrap();
    let lost = record.findings.iter().filter(|finding| {
        let mut effects = finding.effects.iter();
        effects.any(|e| (e.severity, e.peer) == (Severity::Loss, Some("python-record")))
    });
    let lost: Vec<(&str, &str)> = lost
        .map(|f| (f.path.as_str(), f.counterexamples[0].message.as_str()))
        .collect();
    assert_eq!(
        lost,
        [(
            "charges[].outcome",
            r#"{"charges":[{"outcome":{"risk":0}}],"customer":{"id":""}}"#
        )]
    );
}
