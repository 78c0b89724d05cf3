//! Attacks where a field or a branch of a union has another name.

use tg_schema_compat::check::{Options, check};
use tg_schema_compat::proof::prove;
use tg_schema_compat::version::{Message, Version};
use tg_schema_gen::load::from_texts;

use super::{attacks, only, reported};

/// Versions of one schema each, of any kind.
pub(crate) fn schemas(texts: [&str; 2]) -> [Version; 2] {
    texts.map(|text| Version::of_schema("v", Message::new("P", text, text)))
}

/// What a field has under its old name is passed over whatever became of its type, and is told with the name.
#[test]
fn a_field_that_is_called_as_before_and_has_fewer_types() {
    let [old, new] = schemas([
        r#"{"type": "record", "name": "P", "fields": [
            {"name": "u2", "type": ["int", "string", "boolean"], "aliases": ["u"], "default": 7}]}"#,
        r#"{"type": "record", "name": "P", "fields": [
            {"name": "u", "type": ["int", "string"], "default": 7}]}"#,
    ]);
    let report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
    let findings = report.records.iter().flat_map(|of| &of.findings);
    let told = findings.filter(|f| f.effects.iter().any(|e| e.loss.is_some()));
    let told: Vec<&str> = told.map(|f| f.rule.page.id).collect();
    assert_eq!(told, ["FIELD_RENAMED_ALIAS"]);
    assert_eq!(reported(only(&old), only(&new), 20), []);
}

/// Old readers name a field in their errors as they call it.
#[test]
fn a_field_that_is_called_as_before_and_has_another_type() {
    let version = |text: &str| {
        let text = format!("[record.P.fields]\nid = \"string\"\n{text}");
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text)]);
        Version::of_definitions("v", loaded.schema, loaded.sources)
    };
    let old = version(r#"region2 = { type = "bytes", aliases = ["region"] }"#);
    let new = version(r#"region = { type = "string", default = "" }"#);
    assert_eq!(reported(only(&old), only(&new), 20), []);
}

/// Java takes a record by its full name; then by its fields, and one of the same bare name before others.
#[test]
fn a_record_whose_bare_name_does_not_fit() {
    let branch = |namespace: &str, name: &str, fields: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", "namespace": "{namespace}", "fields": [{fields}]}}"#
        )
    };
    let value = |ty: &str| format!(r#"{{"name": "value", "type": {ty}}}"#);
    let long = value(r#""long""#);
    let pairs = [
        // Where it does not fit, the first that does.
        (
            ("Long", long.clone()),
            [
                ("Long", value(r#""boolean""#)),
                ("Float", value(r#""float""#)),
            ],
        ),
        // None of a union takes a map.
        (
            (
                "Long",
                value(r#"{"type": "map", "values": "int"}"#)
                    + ", "
                    + &value(r#""int""#).replace("value", "id"),
            ),
            [
                ("Long", value(r#"["null", "string"]"#)),
                ("Float", value(r#""int""#).replace("value", "id")),
            ],
        ),
        // One that fits as well, and stands before.
        (
            (
                "Decimal",
                value(r#"{"type": "bytes", "logicalType": "decimal", "precision": 4}"#),
            ),
            [
                ("String", value(r#""string""#)),
                (
                    "Decimal",
                    value(r#"{"type": "bytes", "logicalType": "decimal", "precision": 4}"#),
                ),
            ],
        ),
    ];
    for (written, read) in pairs {
        let old = format!("[\"null\", {}]", branch("a", written.0, &written.1));
        let read = read.map(|(name, fields)| branch("b", name, &fields));
        let new = format!("[\"null\", {}]", read.join(", "));
        for texts in [[&*old, &*new], [&*new, &*old]] {
            let [old, new] = schemas(texts);
            let (found, _) = attacks(only(&old), only(&new), 20);
            let text: Vec<String> = found.iter().map(ToString::to_string).collect();
            assert!(found.is_empty(), "{}", text.join("\n"));
        }
    }
}

/// A writer's record that is read as two, by one of which it is known: Java calls it so, and its fields as that one does.
/// Where both have the same alias, both get the value.
#[test]
fn a_record_that_is_read_as_two() {
    let record = |name: &str, field: &str, more: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", {more} "fields": [{{"name": "{field}", "type": "string"}}]}}"#
        )
    };
    let message = |first: &str, second: &str| {
        format!(
            r#"{{"type": "record", "name": "P", "fields": [
                {{"name": "ps", "type": {{"type": "array", "items": {first}}}}}, {{"name": "e", "type": {second}}}]}}"#
        )
    };
    let old = message(&record("Part", "s", ""), "\"Part\"");
    let alias = |text: String| text.replace(r#""string""#, r#""string", "aliases": ["s"]"#);
    let known = alias(record("V2", "s2", r#""aliases": ["Part"], "#));
    for (own, expected) in [
        (alias(record("Own", "s2", "")), None),
        (
            alias(record("Own", "s3", "")).replace("[\"s\"]", "[\"s\"], \"default\": \"\""),
            Some("values of s do not reach s3"),
        ),
    ] {
        let [old, new] = schemas([&old, &message(&own, &known)]);
        let report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
        let effects = report.records.iter().flat_map(|of| &of.findings);
        let effects = effects.flat_map(|f| &f.effects);
        let mut told = effects.filter(|e| e.message.contains("do not reach"));
        let message = told.next().map(|effect| effect.message.as_str());
        assert_eq!(message.is_some(), expected.is_some(), "{message:?}");
        assert!(message.is_none_or(|message| message.contains(expected.unwrap_or_default())));
        assert_eq!(reported(only(&old), only(&new), 20), []);
    }
}

/// A field that is new is no other one of another record that has a new name.
#[test]
fn a_new_field_that_is_called_as_one_of_another_record() {
    let text = |a: &str, b: &str| {
        format!(
            r#"{{"type": "record", "name": "P", "fields": [
                {{"name": "a", "type": {{"type": "record", "name": "A", "fields": [{a}]}}}},
                {{"name": "b", "type": {{"type": "record", "name": "B", "fields": [{b}]}}}}]}}"#
        )
    };
    let old = text(
        r#"{"name": "value2", "type": "int", "aliases": ["value"]}"#,
        "",
    );
    let new = text(
        r#"{"name": "value", "type": "int"}"#,
        r#"{"name": "value", "type": "double"}"#,
    );
    let [old, new] = schemas([&old, &new]);
    assert_eq!(reported(only(&old), only(&new), 20), []);
}

/// Branches of a union that readers by fields take for others.
#[test]
fn branches_with_fields_that_have_another_name() {
    let branch = |name: &str, fields: &str| {
        format!(r#"{{"type": "record", "name": "{name}", "fields": [{fields}]}}"#)
    };
    let field =
        |name: &str, ty: &str, more: &str| format!(r#"{{"name": "{name}", "type": "{ty}"{more}}}"#);
    let union = |branches: &[(&str, &str)]| {
        let whole = branches.iter().map(|(name, fields)| branch(name, fields));
        let names = branches.iter().map(|(name, _)| format!("\"{name}\""));
        let [whole, names] =
            [whole.collect(), names.collect()].map(|of: Vec<String>| of.join(", "));
        format!(
            r#"{{"type": "record", "name": "M", "fields": [
                {{"name": "a", "type": ["null", {whole}], "default": null}},
                {{"name": "b", "type": ["null", {names}], "default": null}}]}}"#
        )
    };
    let (text, double) = (r#", "default": """#, r#", "default": 0.0"#);
    let text_of = |name: &str| field(name, "string", text);
    let double_of = |name: &str| field(name, "double", double);
    let card = |number: &str| format!("{number}, {}", field("expiry", "string", ""));
    let (number, number2) = (
        field("number", "string", ""),
        field("number2", "string", r#", "aliases": ["number"]"#),
    );
    let two = [("S", &*text_of("value")), ("D", &*double_of("value"))];
    let pairs = [
        // What has no field that it needs takes any record; aliases of fields do not count where names differ.
        [
            union(&[("Card", &card(&number)), ("Cash", "")]),
            union(&[("CardV2", &card(&number2)), ("Cash", "")]),
        ],
        // Of two fields of one path, one is gone and the other perhaps renamed.
        [
            union(&two),
            union(&[
                ("S", &field("other", "bytes", "")),
                ("D", &double_of("value2")),
            ]),
        ],
        // Two of one path are renamed, each perhaps.
        [
            union(&[
                ("S", &text_of("value")),
                ("I", &field("value", "bytes", text)),
            ]),
            union(&[
                ("S", &text_of("value2")),
                ("I", &field("renamed", "bytes", text)),
            ]),
        ],
        // One is read as another, whose field would have an alias.
        [
            union(&two),
            union(&[
                (
                    "S",
                    &field(
                        "VALUE",
                        "string",
                        r#", "default": "", "aliases": ["value"]"#,
                    ),
                ),
                ("DV2", &double_of("value")),
            ]),
        ],
    ];
    for [old, new] in pairs {
        for texts in [[&*old, &*new], [&*new, &*old]] {
            let [old, new] = schemas(texts);
            assert_eq!(reported(only(&old), only(&new), 20), []);
        }
    }
}

/// The broker looks at no symbols, and Java takes the branch of the full name whatever it refuses: one before it that takes
/// all loses nothing.
#[test]
fn a_branch_of_the_full_name_behind_one_that_takes_more() {
    let schema = |symbols: &str| {
        let id = r#"{"name": "id", "type": "string"}"#;
        format!(
            r#"{{"type": "record", "name": "P", "fields": [{{"name": "p", "type": [
                {{"type": "record", "name": "U", "fields": [{id}]}},
                {{"type": "record", "name": "D", "fields": [{id}, {{"name": "r", "type":
                    {{"type": "enum", "name": "R", "symbols": [{symbols}]}}}}]}}]}}]}}"#
        )
    };
    let [old, new] = schemas([&schema(r#""A", "B""#), &schema(r#""A", "C""#)]);
    assert_eq!(reported(only(&old), only(&new), 20), []);
}

/// A record that a branch has as an alias is read as that branch, though one of its own name stands before it.
#[test]
fn a_branch_that_has_the_name_of_another_as_an_alias() {
    let branch = |name: &str, more: &str, fields: &str| {
        format!(r#"{{"type": "record", "name": "{name}"{more}, "fields": [{fields}]}}"#)
    };
    let (host, thread) = (
        r#"{"name": "host", "type": "int"}"#,
        r#"{"name": "thread", "type": "int"}"#,
    );
    let copy = branch("Copy", r#", "aliases": ["Ctx"]"#, "");
    let message = |ty: &str| branch("P", "", &format!(r#"{{"name": "h", "type": {ty}}}"#));
    let [old, new] = [
        branch("Ctx", "", host),
        format!(
            "[{}, {copy}]",
            branch("Ctx", "", &format!("{thread}, {host}"))
        ),
    ]
    .map(|ty| message(&ty));
    let [old, new] = schemas([&old, &new]);
    assert_eq!(reported(only(&old), only(&new), 20), []);
    let mut report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
    prove(&mut report, &new, std::slice::from_ref(&old));
    let findings = report.records.iter().flat_map(|of| &of.findings);
    let lost = findings.filter(|f| f.effects.iter().any(|e| e.loss.is_some()));
    let lost: Vec<(&str, usize)> = lost
        .map(|f| (f.path.as_str(), f.counterexamples.len()))
        .collect();
    assert_eq!(lost, [("h.host", 2)]);
}

/// A field that is new in one record is not what another record calls so.
#[test]
fn a_field_that_is_new_beside_one_of_that_name_in_another_record() {
    let version = |text: &str| {
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.to_owned())]);
        assert!(!loaded.diagnostics.has_errors(), "{text}");
        Version::of_definitions("v", loaded.schema, loaded.sources)
    };
    for [old, new] in [
        [
            "[record.Node.fields]\nright = \"Alt\"\nb = { type = \"array<int>\", default = [] }\n\
             [record.Alt.fields]\nb = { type = \"array<Node>\", aliases = [\"a\"] }\n",
            "[record.Node.fields]\nright = \"Node?\"\na = \"array<Node>\"\n",
        ],
        [
            "[record.Node.fields]\nleft = \"Leaf\"\nowner = { type = \"int\", aliases = [\"index\"] }\n\
             [record.Leaf.fields]\nowner = \"Node?\"\n",
            "[record.Node.fields]\nleft = \"Node?\"\nindex = \"int\"\n",
        ],
    ] {
        let (old, new) = (version(old), version(new));
        assert_eq!(only(&old).message.name, "Node");
        assert_eq!(reported(only(&old), only(&new), 40), []);
    }
}

/// Types of one name without its namespace, and enums of which one is gone: readers take the one that is there.
#[test]
fn types_that_take_the_place_of_others_of_their_name() {
    let record = |name: &str, fields: &str| {
        format!(r#"{{"type": "record", "name": "{name}", "fields": [{fields}]}}"#)
    };
    let field = |ty: &str| format!(r#"{{"name": "b", "type": "{ty}"}}"#);
    let symbols = |name: &str, more: &str| {
        format!(r#"{{"type": "enum", "name": "{name}", "symbols": ["X"]{more}}}"#)
    };
    let whole = |ty: &str| record("Top", &format!(r#"{{"name": "u", "type": {ty}}}"#));
    let other = r#"{"type": "enum", "name": "E", "symbols": ["Z"]}"#;
    let (b, default) = (field("int"), r#", "default": "X""#);
    for (old, new, lost) in [
        // Refused as what it is called by some, and taken for the other one by others.
        (
            record("C", &field("string")),
            format!("[{}, {}]", record("p.C", ""), record("C", &field("long"))),
            "values of b are passed over",
        ),
        // The library for Java takes the last, others the first.
        (
            format!("[{}]", record("A", &b)),
            format!("[{}, {}]", record("p.A", &b), record("q.A", "")),
            "values of b are passed over",
        ),
        (
            format!("[{}]", record("A", &b)),
            format!("[{}, {}]", record("q.A", ""), record("p.A", &b)),
            "values of b are passed over",
        ),
        // A null is refused as what it is called, and no number.
        (
            format!(
                "[{}]",
                record(
                    "C",
                    r#"{"name": "b", "type": ["null", "int"], "default": null}"#
                )
            ),
            format!("[{}, {}]", record("C", &field("int")), record("p.C", "")),
            "values of b are passed over",
        ),
        // Registries take it for the one of its own name, and by its alias it does not fit.
        (
            record("q.B", &field("string")),
            format!(
                "[{}, {}]",
                record("A", &field("int"))
                    .replace(r#""fields""#, r#""aliases": ["q.B"], "fields""#),
                record("B", "")
            ),
            "values of b are passed over",
        ),
        (
            format!("[{other}, {}]", symbols("q.E", "")),
            symbols("q.E", default),
            "Z become X",
        ),
        (
            format!(r#"["null", {other}, {}]"#, symbols("G", "")),
            format!(
                r#"["null", {}]"#,
                symbols("G", &format!(r#", "aliases": ["E"]{default}"#))
            ),
            "Z become X",
        ),
    ] {
        for [old, new] in [[old.clone(), new.clone()], [whole(&old), whole(&new)]] {
            let [before, after] = schemas([&old, &new]);
            let report = check(&after, std::slice::from_ref(&before), &Options::default()).unwrap();
            let findings = report.records.iter().flat_map(|of| &of.findings);
            let mut effects = findings.flat_map(|f| &f.effects);
            assert!(effects.any(|e| e.message == lost), "{old} → {new}");
            for texts in [[&*old, &*new], [&*new, &*old]] {
                let [old, new] = schemas(texts);
                assert_eq!(reported(only(&old), only(&new), 20), []);
            }
        }
    }
}

/// What is lost of a branch that readers take for a record of another name is told of that branch.
#[test]
fn a_branch_of_which_a_field_is_out_of_reach() {
    let [old, new] = schemas([
        r#"[{"type": "record", "name": "C", "fields": []},
            {"type": "record", "name": "B", "fields": [{"name": "a", "type": "int"}]}]"#,
        r#"{"type": "record", "name": "A", "fields": [
            {"name": "c", "type": "long", "default": 0, "aliases": ["a"]}]}"#,
    ]);
    let mut report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
    prove(&mut report, &new, std::slice::from_ref(&old));
    let mut findings = report.records.iter().flat_map(|of| &of.findings);
    let told = findings.find(|f| f.effects.iter().any(|e| e.message.contains("do not reach")));
    let told = told.unwrap();
    assert_eq!(told.rule.page.id, "UNION_BRANCH_REMOVED");
    let shown = told.counterexamples.iter().map(|one| one.message.as_str());
    assert!(
        shown.into_iter().all(|message| message.contains("\"a\"")),
        "{told:?}"
    );
    assert_eq!(reported(only(&old), only(&new), 20), []);
}

/// Where a record has another one's name as an alias, the fields of that one are called as in it, by Avro's library for Java,
/// also where they are read as the record of their own name.
#[test]
fn a_record_whose_name_another_one_has_as_an_alias() {
    let node = |name: &str, fields: &str, more: &str| {
        format!(r#"{{"type": "record", "name": "{name}", {more}"fields": [{fields}]}}"#)
    };
    for (default, told) in [
        (r#", "default": null"#, "TAKEN_BY_ALIAS"),
        ("", "REFUSED_BY_ALIAS"),
    ] {
        let value = format!(r#"{{"name": "value", "type": ["null", "int"]{default}}}"#);
        let other = node(
            "Node2",
            r#"{"name": "valueX", "type": ["null", "int"], "default": null, "aliases": ["value"]}"#,
            r#""aliases": ["Node"], "#,
        );
        let next = |ty: &str| format!(r#"{{"name": "next", "type": {ty}, "default": null}}"#);
        let old = node(
            "Node",
            &format!("{value}, {}", next(r#"["null", "int"]"#)),
            "",
        );
        let new = node(
            "Node",
            &format!("{value}, {}", next(&format!(r#"["null", "int", {other}]"#))),
            "",
        );
        let [old, new] = schemas([&old, &new]);
        let report = check(&new, std::slice::from_ref(&old), &Options::default()).unwrap();
        let findings = report.records.iter().flat_map(|of| &of.findings);
        let losses = findings.flat_map(|f| &f.effects).filter_map(|e| e.loss);
        let losses: Vec<String> = losses.map(|loss| format!("{loss:?}")).collect();
        let is = |loss: &String| loss.to_uppercase() == told.replace('_', "");
        assert!(losses.iter().any(is), "{losses:?}");
        assert_eq!(reported(only(&old), only(&new), 20), []);
    }
}
