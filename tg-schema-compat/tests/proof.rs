//! Counterexamples: which messages prove what, and that none proves what is compatible.

mod rows;
#[path = "proof/shortest.rs"]
mod shortest;

use rows::{definition, rows};
use tg_schema_compat::engine::json::{self, Effect, Party, Peer};
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::{Side, Want, counterexample};
use tg_schema_compat::report::{Counterexample, Format, Outcome};
use tg_schema_compat::version::{Message, Version};
use tg_schema_gen::load::from_texts;

/// A definition as `table.md` writes it: `;` ends a line, and the fields of `R` come first.
fn version(cell: &str) -> Version {
    let text = definition(cell);
    let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.clone())]);
    assert!(!loaded.diagnostics.has_errors(), "{text}");
    Version::of_definitions("v", loaded.schema, loaded.sources)
}

/// A version that is one Avro schema.
fn bare(text: &str) -> Version {
    Version {
        messages: vec![Message::new("bare", text, text)],
        ..Version::default()
    }
}

fn side(version: &Version) -> Side<'_> {
    let named = |name: &str| version.messages.iter().find(|m| m.name == name);
    let message = ["R", "Q", "x.R", "y.R", "bare"].into_iter().find_map(named);
    let message = message.expect("a message");
    Side { version, message }
}

fn party(version: &Version) -> Party<'_> {
    Party {
        schema: &version.schema,
        record: side(version).message.record.expect("a record"),
        peer: Peer::Tg,
    }
}

/// What shows it when `writer` writes for `reader`, as one line.
fn show(
    writer: &Version,
    reader: &Version,
    (format, direction, peer): (Format, Direction, Peer),
    want: Want,
    path: &str,
) -> Option<String> {
    let found = counterexample(
        side(writer),
        side(reader),
        format,
        direction,
        peer,
        want,
        path,
    );
    found.expect("it can be executed").map(line)
}

fn line(found: Counterexample) -> String {
    let bytes = found.bytes.unwrap_or_default();
    let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
    let outcome = match found.outcome {
        Outcome::Refused(error) => format!("! {error}"),
        Outcome::Changed(held) => format!("-> {held}"),
    };
    format!("{} [{hex}] {outcome}", found.message)
}

const JSON: (Format, Direction, Peer) = (Format::Json, Direction::Backward, Peer::Tg);
const AVRO: (Format, Direction, Peer) = (Format::Avro, Direction::Backward, Peer::Tg);

/// A shown line, which may go on with help.
fn assert_shows(shown: Option<String>, expected: &str) {
    let shown = shown.unwrap_or_default();
    assert!(shown.starts_with(expected), "{shown}\nis not\n{expected}");
}

#[test]
fn the_smallest_message_that_is_refused() {
    let refused = |wire, writer: &str, reader: &str, path: &str| {
        show(
            &version(writer),
            &version(reader),
            wire,
            Want::Refused,
            path,
        )
    };
    let (long, int) = (r#"a="long"; z="string?""#, r#"a="int"; z="string?""#);
    assert_shows(
        refused(JSON, long, int, "a"),
        r#"{"a":2147483648} [] ! R.a: 2147483648 is out of range"#,
    );
    assert_shows(
        refused(AVRO, long, int, "a"),
        r#"{"a":0} [0000] ! R.a: the writer has long, which cannot be read as int"#,
    );
    let (more, less) = (r#"a="int"; b="string""#, r#"a="int""#);
    assert_shows(
        refused(AVRO, less, more, "b"),
        r#"{"a":0} [00] ! R: the writer's R has no field "b", and there is no default"#,
    );
    let deep =
        |ty: &str| format!(r#"m="map<array<S>>?"; [record.S.fields]; x="{ty}"; y="int?"; s="S?""#);
    assert_shows(
        refused(JSON, &deep("string"), &deep("boolean"), "m{}[].x"),
        r#"{"m":{"":[{"x":""}]}} [] ! R.m[""][0].x: found the string"#,
    );
    let colors = |symbols: &str| format!(r#"a="E"; [enum.E]; symbols=[{symbols}]"#);
    assert_shows(
        refused(AVRO, &colors(r#""X", "Y""#), &colors(r#""X""#), "a"),
        r#"{"a":"Y"} [02] ! R.a: the writer's symbol "Y" is none of E"#,
    );
    // A registry objects to the name, and so does Avro; JSON does not.
    let (old, new) = (r#"a="int""#, r#"[record.Q.fields]; a="int""#);
    assert_shows(
        refused(AVRO, old, new, ""),
        r#"{"a":0} [00] ! Q: the writer has the record R, which has another name than the record Q"#,
    );
    assert_eq!(refused(JSON, old, new, ""), None);
}

#[test]
fn each_of_several_problems() {
    let (old, new) = (
        version(r#"a="int"; b="int"; c="S"; [record.S.fields]; x="int"; y="int""#),
        version(r#"a="string"; b="boolean"; c="S"; [record.S.fields]; x="string"; y="string""#),
    );
    for (path, error) in [
        ("a", "R.a: "),
        ("b", "R.b: "),
        ("c.x", "R.c.x: "),
        ("c.y", "R.c.y: "),
    ] {
        let shown = show(&old, &new, JSON, Want::Refused, path).expect(path);
        let expected = r#"{"a":0,"b":0,"c":{"x":0,"y":0}} [] ! "#;
        assert!(shown.starts_with(&format!("{expected}{error}")), "{shown}");
        let shown = show(&old, &new, AVRO, Want::Refused, path).expect(path);
        assert!(shown.contains("[00000000] ! "), "{shown}");
    }
    assert_eq!(
        show(&old, &new, JSON, Want::Refused, "c"),
        show(&old, &new, JSON, Want::Refused, "c.x")
    );
    assert_eq!(show(&old, &new, JSON, Want::Changed, "a"), None);
}

#[test]
fn the_smallest_message_that_is_changed() {
    let changed = |wire, writer: &str, reader: &str, path: &str| {
        show(
            &version(writer),
            &version(reader),
            wire,
            Want::Changed,
            path,
        )
    };
    let (long, float) = (r#"a="long""#, r#"a="float""#);
    let expected = r#"{"a":16777217} [] -> {"a":16777216.0}"#;
    assert_shows(changed(JSON, long, float, "a"), expected);
    let expected = r#"{"a":16777217} [82808010] -> {"a":16777216.0}"#;
    assert_shows(changed(AVRO, long, float, "a"), expected);
    let (old, new) = (
        r#"a="int"; vectors="bytes?""#,
        r#"a="int"; vector="bytes?""#,
    );
    for path in ["vectors", "vector"] {
        let expected = r#"{"a":0,"vectors":""} [] -> {"a":0}"#;
        assert_shows(changed(JSON, old, new, path), expected);
        let expected = r#"{"a":0,"vectors":""} [000200] -> {"a":0}"#;
        assert_shows(changed(AVRO, old, new, path), expected);
    }
    assert_eq!(changed(JSON, old, new, "a"), None);
    let (text, bytes) = (r#"a={type="bytes", encoding="utf8"}"#, r#"a="bytes""#);
    assert_shows(
        changed(JSON, bytes, text, "a"),
        r#"{"a":"/w=="} [] -> {"a":"/w=="}"#,
    );
}

#[test]
fn peers() {
    let json = |direction, peer| (Format::Json, direction, peer);
    let (optional, required) = (version(r#"a="int?""#), version(r#"a="int""#));
    assert_shows(
        show(
            &optional,
            &required,
            json(Direction::Backward, Peer::LegacyNull),
            Want::Refused,
            "a",
        ),
        r#"{"a":null} [] ! R.a: a required field is null"#,
    );
    let forward = json(Direction::Forward, Peer::LegacyNull);
    assert_shows(
        show(&optional, &required, forward, Want::Refused, "a"),
        "{} [] ! TypeError: R.__init__() missing 1 required positional argument: 'a'",
    );
    let text = version(r#"a="string?""#);
    assert_shows(
        show(&text, &optional, forward, Want::Changed, "a"),
        r#"{"a":""} [] -> {"a":""}"#,
    );
    let forward = json(Direction::Forward, Peer::PythonRecord);
    assert_shows(
        show(&text, &optional, forward, Want::Refused, "a"),
        r#"{"a":""} [] ! TypeError: Invalid type '<class 'str'>' for field 'a'. Expected: int"#,
    );
    let (double, list) = (version(r#"a="double?""#), version(r#"a="array<string>?""#));
    assert_shows(
        show(&double, &optional, forward, Want::Refused, "a"),
        r#"{"a":0.0} [] ! TypeError: Invalid type '<class 'float'>' for field 'a'. Expected: int"#,
    );
    assert_shows(
        show(&list, &double, forward, Want::Refused, "a"),
        "{\"a\":[]} [] ! TypeError: Invalid type '<class 'list'>' for field 'a'. Expected: \
         (<class 'float'>, <class 'int'>)",
    );
    let record = |profile: &str| {
        let text = format!(
            r#"e="E?"; [record.R]; profile="{profile}"; [record.E]; profile="{profile}"; [record.E.fields]; kind="string?""#
        );
        version(text.replace(r#"profile="plain"; "#, "").as_str())
    };
    let backward = json(Direction::Backward, Peer::PythonRecord);
    let plain = version(r#"e="E?"; [record.E.fields]; kind="string?""#);
    assert_shows(
        show(
            &record("pulsar-record"),
            &plain,
            backward,
            Want::Changed,
            "e",
        ),
        r#"{"e":{"kind":null}} [] -> {"e":{}}"#,
    );
    let (old, new) = (
        version(r#"c="C?"; [enum.C]; symbols=["RED", "BLUE"]; pulsar={values=[1, 2]}"#),
        version(r#"c="C?"; [enum.C]; symbols=["RED", "BLUE"]"#),
    );
    assert_shows(
        show(&old, &new, backward, Want::Refused, "c"),
        r#"{"c":1} [] ! R.c: "#,
    );
    let narrow = version(r#"c="C?"; [enum.C]; symbols=["RED"]"#);
    assert_shows(
        show(
            &new,
            &narrow,
            json(Direction::Forward, Peer::PythonRecord),
            Want::Refused,
            "c",
        ),
        r#"{"c":"BLUE"} [] ! TypeError: Invalid enum value 'BLUE' for field 'c'. Expected: dict_keys(['RED'])"#,
    );
}

#[test]
fn schemas_that_are_no_definitions() {
    let refused = |writer: &str, reader: &str, path: &str| {
        show(&bare(writer), &bare(reader), AVRO, Want::Refused, path)
    };
    assert_shows(
        refused(r#"["null", "int", "string"]"#, r#"["int", "null"]"#, ""),
        r#""" [0400] ! the writer's string fits no branch of the reader's union"#,
    );
    let fixed = |size| format!(r#"{{"type": "fixed", "name": "F", "size": {size}}}"#);
    assert_shows(
        refused(&fixed(2), &fixed(3), ""),
        "\"ÿÿ\" [ffff] ! 2 bytes are not the 3 of F",
    );
    let list = |items: &str| format!(r#"{{"type": "array", "items": {items}}}"#);
    assert_shows(
        refused(
            &list(r#"["null", "long"]"#),
            &list(r#"["null", "int"]"#),
            "[]",
        ),
        "[0] [02020000] ! the writer's long fits no branch",
    );
    // Other readers may have the text; ours has the record, and says so in its words.
    let union =
        r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": ["int", "string"]}]}"#;
    assert_shows(
        show(
            &bare(union),
            &version(r#"a="int""#),
            AVRO,
            Want::Refused,
            "a",
        ),
        r#"{"a":""} [0200] ! R.a: the writer has string, which cannot be read as int"#,
    );
    let broken = bare("nonsense");
    let problem = counterexample(
        side(&broken),
        side(&broken),
        Format::Avro,
        Direction::Backward,
        Peer::Tg,
        Want::Refused,
        "",
    );
    assert!(
        problem
            .unwrap_err()
            .to_string()
            .contains("no message of bare can be made")
    );
}

/// Python registers no default: readers of the text refuse, ours do not look at the text.
#[test]
fn what_the_registered_text_says() {
    let profile = r#"; [record.R]; profile="pulsar-record""#;
    let (old, new) = (
        version(&format!(r#"a="int?"{profile}"#)),
        version(&format!(r#"a="int?"; b="int?"{profile}"#)),
    );
    assert_shows(
        show(&old, &new, AVRO, Want::Refused, "b"),
        "{} [00] ! the writer has no such field, and there is no default",
    );
    assert_eq!(show(&old, &new, JSON, Want::Refused, "b"), None);
    let pulsar = (Format::Pulsar, Direction::Backward, Peer::Tg);
    assert!(show(&old, &new, pulsar, Want::Refused, "b").is_some());
}

/// What an engine says of any row, a message shows.
#[test]
fn every_change() {
    let (mut shown, mut wrong) = (0, Vec::new());
    for row in rows(include_str!("table.md")) {
        let [change, old, new, ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        let (old, new) = (version(old), version(new));
        for direction in Direction::ALL {
            let (writer, reader) = match direction {
                Direction::Backward => (&old, &new),
                Direction::Forward => (&new, &old),
            };
            for peer in Peer::ALL {
                let (mut from, mut to) = (party(writer), party(reader));
                match direction {
                    Direction::Backward => from.peer = peer,
                    Direction::Forward => to.peer = peer,
                }
                let verdict = json::can_read(to, from).unwrap();
                for finding in &verdict.findings {
                    let want = match finding.effect {
                        Effect::Refuses | Effect::RefusesExtremes => Want::Refused,
                        Effect::Misreads | Effect::Loses | Effect::Ignores
                            if !verdict.has(Effect::Refuses) =>
                        {
                            Want::Changed
                        }
                        _ => continue,
                    };
                    let wire = (Format::Json, direction, peer);
                    match show(writer, reader, wire, want, &finding.path) {
                        Some(_) => shown += 1,
                        None => wrong.push(format!("{change}, {wire:?}: {finding}")),
                    }
                }
                if verdict.is_safe() {
                    for field in &from.schema.record(from.record).fields {
                        let wire = (Format::Json, direction, peer);
                        let refused = show(writer, reader, wire, Want::Refused, &field.name);
                        wrong.extend(refused.map(|line| format!("{change}, {wire:?}: {line}")));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(shown > 150, "{shown}");
}

/// Schemas that are deep, wide or without end take no more than they may.
#[test]
fn hostile_schemas() {
    let field = |name: &str, ty: &str| format!(r#"{{"name": "{name}", "type": {ty}}}"#);
    let record = |name: &str, fields: &[String]| {
        let fields = fields.join(", ");
        format!(r#"{{"type": "record", "name": "{name}", "fields": [{fields}]}}"#)
    };
    // A chain of records, each defined beside the others.
    let mut chain = vec![record("C0", &[field("x", "\"int\"")])];
    for at in 1..500 {
        let next = field("c", &format!("\"C{}\"", at - 1));
        chain.push(record(&format!("C{at}"), &[next]));
    }
    let chain = format!("[{}]", chain.join(", "));
    let wide: Vec<String> = (0..400)
        .map(|n| field(&format!("f{n}"), "[\"null\", \"long\"]"))
        .collect();
    let wide = record("W", &wide);
    let endless = record("L", &[field("l", "\"L\"")]);
    let list = record(
        "N",
        &[field("n", "[\"null\", \"N\"]"), field("x", "\"int\"")],
    );
    let double: Vec<String> = (1..20)
        .map(|n| {
            let below = format!("\"D{}\"", n - 1);
            record(&format!("D{n}"), &[field("a", &below), field("b", &below)])
        })
        .collect();
    let double = format!(
        "[{}, {}]",
        record("D0", &[field("x", "\"int\"")]),
        double.join(", ")
    );
    let fixed = r#"{"type": "fixed", "name": "F", "size": 2000000000}"#.to_owned();
    let deep = "n.".repeat(5_000) + "x";
    let texts = [chain, wide, endless, list, double, fixed];
    let paths = ["", "f399", &deep];
    for text in &texts {
        let writer = bare(text);
        let reader = bare(
            &text
                .replace("\"int\"", "\"string\"")
                .replace("\"long\"", "\"int\""),
        );
        for path in paths {
            for want in [Want::Refused, Want::Changed] {
                let found = counterexample(
                    side(&writer),
                    side(&reader),
                    Format::Avro,
                    Direction::Backward,
                    Peer::Tg,
                    want,
                    path,
                );
                if path == "f399" && want == Want::Refused && text.contains("f399") {
                    assert!(found.is_ok_and(|found| found.is_some()));
                }
            }
        }
    }
}
