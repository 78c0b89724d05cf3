//! Messages that are refused, and schemas that are refused before any message.

use super::*;

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
    // Another one before it, and what else has changed there, are none of its own.
    let nested = |logical: &str| {
        format!(
            r#", {{"name": "c", "type": {{"type": "map", "values": "int"}}, "default": null}}, {{"name": "b", "type":
                {{"type": "record", "name": "S", "fields": [{{"name": "v", "type": {{"type": "int"{logical}}}}}]}}, "default": null}}"#
        )
    };
    let (old, new) = (
        [record(&nested(""))],
        record(&nested(r#", "logicalType": "date""#)),
    );
    let mut report = check(&new, &old, &Options::default()).unwrap();
    prove(&mut report, &new, &old);
    let findings = report.records[0].findings.iter();
    let invalid = findings.filter(|f| f.rule.page.id == "FIELD_DEFAULT_INVALID");
    let why: Vec<_> = invalid
        .map(|f| (f.counterexamples.len(), f.unproven.as_deref()))
        .collect();
    assert_eq!(
        why,
        [
            (
                0,
                Some(
                    "refused before any message, by whoever looks at defaults: the default null of `c` is no map<int>"
                )
            ),
            (
                0,
                Some(
                    "refused before any message, by whoever looks at defaults: the default null of `b` is no S"
                )
            ),
        ]
    );
}

/// A Python `Record` that has itself is null where nothing is set, and what is in others is shown all the same.
#[test]
fn an_object_of_nulls_beside_a_record_of_the_same_type() {
    let fields = "[record.P.fields]; h = \"A?\"; b = \"P?\"";
    let part = "; [record.A.fields]; s = \"string\"";
    let new = format!("{fields}; x = {{ type = \"int\", default = 0 }}{part}");
    let report = proven(&format!("{fields}{part}"), &new);
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let disagree = findings.filter(|f| f.rule.page.id == "PEER_DISAGREES" && f.path == "h");
    let shown = disagree.flat_map(|f| &f.counterexamples);
    let messages: Vec<&str> = shown.map(|one| one.message.as_str()).collect();
    assert_eq!(messages, [r#"{"h":{"s":null},"b":null}"#]);
}

/// Java takes a default that is a text for the number, and so does whoever shows what is read.
#[test]
fn numbers_that_are_written_as_text() {
    let record = |fields: &str| {
        bare(&format!(
            r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#
        ))
    };
    let old = [record(r#"{"name": "a", "type": "int"}"#)];
    for ty in ["double", "float"] {
        let new = record(&format!(
            r#"{{"name": "d", "type": "{ty}", "default": " 1.5f"}}"#
        ));
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let findings = report.records.iter().flat_map(|record| &record.findings);
        let lost = findings.filter(|f| f.rule.page.id == "FIELD_REMOVED");
        let shown: Vec<_> = lost.flat_map(|f| &f.counterexamples).collect();
        assert!(!shown.is_empty(), "{report:?}");
        for one in shown
            .iter()
            .filter(|one| one.direction == Direction::Backward)
        {
            let Outcome::Changed(read) = &one.outcome else {
                panic!("{one:?}");
            };
            assert!(read.contains(r#""d":1.5"#), "{read}");
        }
    }
}

/// The message that is shown for the broker is one that it refuses; where it fails on the schemas, there is none.
#[test]
fn what_the_broker_refuses_is_shown_by_what_it_refuses() {
    let shown = |old: &str, new: &str| -> Vec<(String, Option<String>, Option<String>)> {
        let (old, new) = ([bare(old)], bare(new));
        let mut report = check(&new, &old, &Options::default()).unwrap();
        prove(&mut report, &new, &old);
        let findings = report.records.iter().flat_map(|record| &record.findings);
        let of_broker = findings.filter(|f| {
            let mut effects = f.effects.iter();
            effects.any(|e| (e.format, e.severity) == (Format::Pulsar, Severity::Breaking))
        });
        let told = of_broker.map(|f| {
            let mut shown = f.counterexamples.iter();
            let own = shown.find(|one| one.format == Format::Pulsar);
            let message = own.map(|one| one.message.clone());
            (f.rule.page.id.to_owned(), message, f.unproven.clone())
        });
        told.collect()
    };
    // The broker takes the branch for another one, and refuses what does not fit there.
    let record = |name: &str, ty: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "c", "type": {ty}}}]}}"#
        )
    };
    let a = record("A", r#""long""#);
    let told = shown(
        &format!("[{a}, {}]", record("C", r#"["long", "bytes"]"#)),
        &format!("[{a}]"),
    );
    let [(rule, Some(message), None)] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(
        (rule.as_str(), message.as_str()),
        ("UNION_BRANCH_REMOVED", r#"{"c":""}"#)
    );
    // It fails on the default of a field of which an alias changes the type.
    let with = |more: &str, field: &str, default: &str| {
        format!(
            r#"{{"type": "record", "name": "R", "fields": [{more}{{"name": "e", "type": {{"type": "record", "name": "N",
                "fields": [{field}]}}, "default": {default}}}]}}"#
        )
    };
    let told = shown(
        &with(
            r#"{"name": "g", "type": "int"}, "#,
            r#"{"name": "x", "type": "int"}"#,
            r#"{"x": 2}"#,
        ),
        &with(
            "",
            r#"{"name": "y", "type": "int", "aliases": ["x"]}"#,
            r#"{"y": 2}"#,
        ),
    );
    let of_error = told.iter().find(|(rule, ..)| rule == "BROKER_ERROR");
    let Some((_, None, Some(reason))) = of_error else {
        panic!("{told:?}");
    };
    assert!(
        reason.contains("refused before any message, by the broker"),
        "{reason}"
    );
}

/// A type in two places is set aside in neither, so that the second place is shown by what happens there.
#[test]
fn a_type_that_refuses_in_two_places() {
    let of = |default: &str| {
        format!(
            "[record.R]; profile=\"pulsar-record\"; [record.R.fields]; one=\"S?\"; two=\"S?\"; [record.S]; \
             profile=\"pulsar-record\"; [record.S.fields]; \
             a={{type=\"string\", default=\"{default}\", nullable=true}}; must=\"double\""
        )
    };
    let report = proven(&of(""), &of("x"));
    let outer = report.records.iter().find(|r| r.record == "R").unwrap();
    for place in ["one", "two"] {
        let mut findings = outer.findings.iter();
        let disagrees = findings.find(|f| f.rule.page.id == "PEER_DISAGREES" && f.path == place);
        let shown = &disagrees
            .unwrap_or_else(|| panic!("{place}"))
            .counterexamples;
        let shown = shown.iter().find(|c| c.format == Format::Json).unwrap();
        let Outcome::Refused(error) = &shown.outcome else {
            panic!("{shown:?}")
        };
        assert!(error.starts_with(&format!("R.{place}.must: ")), "{error}");
    }
}

/// What a Record sends for a symbol is the value of the Python enum, in an instance that nobody set too.
#[test]
fn defaults_of_what_is_not_set_are_sent_by_value() {
    let of = |profile: &str| {
        format!(
            "[record.R]; {profile}; [record.R.fields]; z=\"V?\"; [record.V]; {profile}; [record.V.fields]; \
             v={{type=\"C\", default=\"red\"}}; [enum.C]; symbols=[\"red\", \"blue\"]; pulsar={{values=[1, 2]}}"
        )
    };
    let report = proven(&of("profile=\"pulsar-record\""), &of("doc=\"\""));
    let findings = report.records.iter().flat_map(|r| &r.findings);
    let shown = findings.flat_map(|f| &f.counterexamples);
    let mut sent = shown.filter(|c| c.peer == Some("python-record") && c.message.contains("\"v\""));
    assert_eq!(
        sent.next().map(|c| c.message.as_str()),
        Some(r#"{"z":{"v":1}}"#)
    );
    assert!(sent.all(|c| !c.message.contains("red")));
}
