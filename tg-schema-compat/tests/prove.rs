//! Reports with their proofs: every verdict that somebody's messages are refused or changed has a message, or says
//! why there is none.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::json::Peer;
use tg_schema_compat::fix::propose;
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::{prove, verify_all};
use tg_schema_compat::report::{Format, Outcome, Report, Severity};
use tg_schema_compat::version::{Message, Version};
use tg_schema_gen::load::from_texts;

fn version(label: &str, cell: &str) -> Version {
    let mut text = cell.trim_matches('`').replace("; ", "\n");
    if !text.starts_with('[') && !text.starts_with("namespace") {
        text.insert_str(0, "[record.R.fields]\n");
    }
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.clone())]);
    assert!(!loaded.diagnostics.has_errors(), "{text}");
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

fn proven(old: &str, new: &str) -> Report {
    let (old, new) = ([version("v1", old)], version("v2", new));
    let options = Options {
        peers: Peer::ALL.to_vec(),
        ..Options::default()
    };
    let mut report = check(&new, &old, &options).unwrap();
    prove(&mut report, &new, &old);
    let (found, problems) = verify_all(&report, &new, &old, 1, 10);
    assert!(
        found.is_empty() && problems.is_empty(),
        "{found:?} {problems:?}"
    );
    report
}

#[test]
fn every_change() {
    let (mut shown, mut unproven, mut without) = (0, 0, Vec::new());
    let rows = include_str!("table.md")
        .lines()
        .filter(|line| line.starts_with("| "));
    for row in rows.skip(1) {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [change, old, new, ..] = cells.as_slice() else {
            panic!("{row}");
        };
        let report = proven(old, new);
        for finding in report.records.iter().flat_map(|record| &record.findings) {
            shown += finding.counterexamples.len();
            unproven += usize::from(finding.unproven.is_some());
            for (at, one) in finding.counterexamples.iter().enumerate() {
                let again = |other: &tg_schema_compat::report::Counterexample| {
                    (other.format, other.direction) == (one.format, one.direction)
                };
                let later = finding.counterexamples.iter().skip(at + 1);
                assert_eq!(later.filter(|other| again(other)).count(), 0, "{change}");
                assert!(!one.message.is_empty(), "{change}");
                assert_eq!(
                    one.bytes.is_some(),
                    one.format != Format::Json || one.bytes.is_some()
                );
            }
            let concerns_messages = finding
                .effects
                .iter()
                .any(|effect| effect.direction.is_some() && effect.severity > Severity::Info);
            let told = !finding.counterexamples.is_empty() || finding.unproven.is_some();
            if concerns_messages && !told {
                without.push(format!("{change}: {}", finding.message));
            }
        }
    }
    assert!(without.is_empty(), "{}", without.join("\n"));
    assert!(shown > 150, "{shown} shown, {unproven} unproven");
}

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
fn a_narrowed_type() {
    let report = proven(r#"a="long"; b="string?""#, r#"a="int"; b="string?""#);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let mut shown: Vec<_> = findings.flat_map(|f| &f.counterexamples).collect();
    shown.sort_by_key(|one| one.format);
    let lines: Vec<String> = shown
        .iter()
        .map(|one| {
            let Outcome::Refused(error) = &one.outcome else {
                panic!("{one:?}");
            };
            let error = error.split(',').next().unwrap_or_default();
            format!("{} {} {error}", one.format.as_str(), one.message)
        })
        .collect();
    assert_eq!(
        lines,
        [
            r#"avro {"a":0} R.a: the writer has long"#,
            r#"pulsar {"a":0} R.a: the writer has long"#,
            r#"json {"a":2147483648} R.a: 2147483648 is out of range"#,
        ]
    );
}

#[test]
fn what_only_a_registry_sees() {
    let record = r#"a="int?"; [record.R]; profile="pulsar-record""#;
    let report = proven(
        record,
        &record.replace("a=\"int?\"", "a=\"int?\"; b=\"int?\""),
    );
    let finding = report.records[0]
        .findings
        .iter()
        .find(|f| f.path == "b")
        .unwrap();
    assert!(
        finding
            .counterexamples
            .iter()
            .any(|one| one.format == Format::Pulsar)
    );
}

#[test]
fn each_of_many_has_messages() {
    let fields: String = (0..60).map(|at| format!("; f{at} = \"int\"")).collect();
    let report = proven(r#"a = "int""#, &format!(r#"a = "int"{fields}"#));
    let [record] = report.records.as_slice() else {
        panic!("one record");
    };
    let of = |finding: &&tg_schema_compat::report::Finding| finding.severity == Severity::Breaking;
    let breaking: Vec<_> = record.findings.iter().filter(of).collect();
    assert_eq!(breaking.len(), 60);
    for finding in breaking {
        let shown = finding.counterexamples.iter();
        let shown: Vec<Format> = shown.map(|one| one.format).collect();
        assert_eq!(shown, [Format::Avro, Format::Pulsar, Format::Json]);
        assert_eq!(finding.unproven, None);
    }
}

/// A message that is larger than any that is made is not one that has no end.
#[test]
fn a_message_beyond_the_limit() {
    // Each record has two of the next.
    let mut chain = String::from("[record.R.fields]\na = \"C0\"\nz = \"int\"\n");
    for at in 0..15 {
        let next = at + 1;
        chain += &format!("[record.C{at}.fields]\na = \"C{next}\"\nb = \"C{next}\"\n");
    }
    chain += "[record.C15.fields]\na = \"int\"\n";
    let old = [version("v1", &chain)];
    let new = version("v2", &chain.replace("z = \"int\"", "z = \"string\""));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let mut findings = report.records.iter().flat_map(|record| &record.findings);
    let finding = findings.find(|f| f.path == "z").unwrap();
    let reason = finding.unproven.as_deref().unwrap();
    assert!(reason.contains("more than 20000 values"), "{reason}");
    assert!(!reason.contains("ends"), "{reason}");
}

/// One Avro schema, as a version.
fn bare(text: &str) -> Version {
    Version {
        messages: vec![Message::new("M", text, text)],
        single: true,
        ..Version::default()
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

#[test]
fn large_messages_are_looked_at_as_long_as_there_is_effort() {
    // Each record has the next one twice.
    let ladder = |name: &str| {
        let records = (0..13).map(|at| {
            let inner = match at {
                0 => String::new(),
                _ => format!("l = \"N{0}\"; r = \"N{0}\"; ", at - 1),
            };
            format!("[record.N{at}.fields]; {inner}{name} = \"int\"")
        });
        let text = records.collect::<Vec<_>>().join("; ").replace("; ", "\n");
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.clone())]);
        assert!(!loaded.diagnostics.has_errors(), "{text}");
        let mut version = Version::of_definitions("v", loaded.schema, loaded.sources);
        version
            .messages
            .retain(|message| message.name.ends_with("N12"));
        version
    };
    let (old, new) = ([ladder("p")], ladder("q"));
    let options = Options::default();
    let mut report = check(&new, &old, &options).unwrap();
    propose(&mut report, &new, &old, &options);
    prove(&mut report, &new, &old);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let findings: Vec<_> = findings
        .filter(|f| f.severity == Severity::Breaking)
        .collect();
    assert!(
        !findings[0].counterexamples.is_empty(),
        "{:?}",
        findings[0].unproven
    );
    let limited = findings
        .iter()
        .filter_map(|finding| finding.unproven.as_ref());
    let limited = limited.filter(|reason| reason.contains("until 16 MiB of them were read"));
    assert!(limited.count() > 0, "{findings:?}");
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

/// The messages that show something of one field, in their order.
fn shown(old: &str, new: &str) -> Vec<String> {
    let version = |fields: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#
        ))
    };
    let (old, new) = ([version(old)], version(new));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let shown = findings.flat_map(|finding| &finding.counterexamples);
    let avro = shown.filter(|one| one.format == Format::Avro);
    avro.map(|one| one.message.clone()).collect()
}

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

/// The text of a record of nullable numbers, with these names.
fn nullable(record: &str, names: impl Iterator<Item = String>) -> String {
    let fields = names
        .map(|name| format!(r#"{{"name": "{name}", "type": ["null", "float"], "default": null}}"#));
    let fields = fields.collect::<Vec<_>>().join(", ");
    format!(r#"{{"type": "record", "name": "{record}", "fields": [{fields}]}}"#)
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

/// An open enum has every text as a value: nobody misreads one.
#[test]
fn an_open_enum_of_a_reader_that_checks_nothing() {
    let of = |symbols: &str| format!("e = \"E\"; [enum.E]; symbols = [{symbols}]; open = true");
    let report = proven(&of(r#""A""#), &of(r#""A", "B""#));
    let peers = &report.records[0].matrix.as_ref().unwrap().peers;
    let legacy = peers.iter().find(|(peer, _)| *peer == Peer::LegacyNull);
    let ways = legacy.map(|(_, ways)| (ways.backward, ways.forward));
    assert_eq!(ways, Some((true, true)));
    let closed = proven(
        r#"e = "E"; [enum.E]; symbols = ["A"]"#,
        r#"e = "E"; [enum.E]; symbols = ["A", "B"]"#,
    );
    let peers = &closed.records[0].matrix.as_ref().unwrap().peers;
    let legacy = peers.iter().find(|(peer, _)| *peer == Peer::LegacyNull);
    assert!(legacy.is_some_and(|(_, ways)| !ways.forward));
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

/// What registries refuse and readers read is shown by the refusal.
#[test]
fn what_is_refused_before_any_message() {
    let of = |alias: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "b", "type": "string"{alias}}}]}}"#
        ))
    };
    let (old, new) = ([of("")], of(r#", "aliases": ["b"]"#));
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let mut findings = report.records[0].findings.iter();
    let ambiguous = findings.find(|f| f.rule.page.id == "ALIAS_AMBIGUOUS");
    let ambiguous = ambiguous.unwrap();
    let why = ambiguous.unproven.as_deref().unwrap_or_default();
    assert!(
        why.starts_with("refused before any message, by "),
        "{ambiguous:?}"
    );
    assert!(!why.contains("new readers refuse"), "{why}");
}

/// A writer of JSON tells a sub-record of which nothing is set from one that is not there, and its reader misses what
/// is in it.
#[test]
fn a_sub_record_of_which_nothing_is_set() {
    let of = |ty: &str| {
        format!(
            "[record.R]; profile=\"pulsar-record\"; [record.R.fields]; n=\"N?\"; [record.N]; \
             profile=\"pulsar-record\"; [record.N.fields]; m=\"{ty}\""
        )
    };
    let report = proven(&of("map<long>?"), &of("map<long>"));
    let outer = report.records.iter().find(|r| r.record == "R").unwrap();
    let [finding] = outer.findings.as_slice() else {
        panic!("{:?}", outer.findings)
    };
    assert_eq!(finding.unproven, None);
    let mut shown = finding.counterexamples.iter();
    let json = shown.find(|one| one.format == Format::Json).unwrap();
    assert_eq!(json.message, r#"{"n":{}}"#);
    let Outcome::Refused(error) = &json.outcome else {
        panic!("{json:?}")
    };
    assert!(error.starts_with("R.n.m: a required field"), "{error}");
}

/// What a peer takes for something else is shown also where it refuses every message for another reason.
#[test]
fn what_is_misread_in_messages_that_are_refused() {
    let report = proven(
        r#"a="double"; b={type="bytes", default="YQ==", nullable=true}"#,
        r#"c="double"; b={type="bytes", default="YQ==", nullable=true}"#,
    );
    let mut findings = report.records[0].findings.iter();
    let disagrees = findings.find(|f| f.rule.page.id == "PEER_DISAGREES");
    let disagrees = disagrees.expect("base64 is text to peers");
    assert_eq!(disagrees.unproven, None, "{disagrees:?}");
    let mut shown = disagrees.counterexamples.iter();
    let read = shown.find(|one| one.direction == Direction::Forward);
    let read = read.unwrap();
    assert_eq!(read.message, r#"{"c":0.0,"b":"/w=="}"#);
    assert!(matches!(read.outcome, Outcome::Changed(_)), "{read:?}");
}

/// An invalid default is shown by a message that needs it; where none does, the schema is refused before any.
#[test]
fn an_invalid_default() {
    let record = |more: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{{"name": "a", "type": "int"}}{more}]}}"#
        ))
    };
    let list = |default: &str| {
        record(&format!(
            r#", {{"name": "b", "type": {{"type": "array", "items": "int"}}{default}}}"#
        ))
    };
    let invalid = |old: Version| {
        let (old, new) = ([old], list(r#", "default": null"#));
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let mut findings = report.records.remove(0).findings.into_iter();
        findings
            .find(|f| f.rule.page.id == "FIELD_DEFAULT_INVALID")
            .unwrap()
    };
    let found = invalid(record(""));
    let [one] = found.counterexamples.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!(
        (one.message.as_str(), &found.unproven),
        (r#"{"a":0}"#, &None)
    );
    let Outcome::Refused(error) = &one.outcome else {
        panic!("{one:?}")
    };
    assert!(error.contains("default"), "{error}");
    let found = invalid(list(""));
    assert!(found.counterexamples.is_empty());
    let why = found.unproven.as_deref().unwrap_or_default();
    assert!(why.starts_with("refused before any message, by "), "{why}");
}
