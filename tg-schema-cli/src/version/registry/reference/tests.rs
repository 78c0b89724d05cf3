//! Answers that refer to others.

use super::*;
use tg_schema_compat::engine::avro::{Defaults, Graph};

fn answer(subject: &str, schema: &str, references: &str) -> Json {
    let schema = Json::str(schema).compact();
    let text = format!(
        r#"{{"subject":"{subject}","version":1,"schema":{schema},"references":{references}}}"#
    );
    json::parse(&text).unwrap()
}

fn reference(subject: &str) -> String {
    format!(r#"[{{"name":"x","subject":"{subject}","version":1}}]"#)
}

fn texts(answers: &[Json]) -> Result<BTreeMap<String, String>, String> {
    let mut kept = Kept::default();
    for answer in answers {
        kept.add("f", answer)?;
    }
    let entries = kept.entries(&mut Notes::new());
    let entries = entries.map_err(|failure| format!("{failure:?}"))?;
    Ok(entries
        .into_iter()
        .map(|entry| (entry.group, entry.text))
        .collect())
}

#[test]
fn what_is_referred_to_becomes_a_part() {
    let found = texts(&[
        answer(
            "order",
            r#"{"type":"record","name":"shop.Order","fields":[
                {"name":"a","type":"Address"},{"name":"b","type":["null","shop.Address"]},{"name":"p","type":"shop.Plain"}]}"#,
            r#"[{"name":"x","subject":"address","version":1},{"name":"y","subject":"plain","version":1}]"#,
        ),
        answer(
            "address",
            r#"{"type":"record","name":"Address","namespace":"shop","fields":[{"name":"c","type":"geo.Country"}]}"#,
            &reference("country"),
        ),
        answer(
            "country",
            r#"{"type":"enum","name":"Country","namespace":"geo","symbols":["A"]}"#,
            "[]",
        ),
        answer(
            "plain",
            r#"{"type":"record","name":"shop.Plain","fields":[{"name":"n","type":{"type":"record","name":"Bare","namespace":"","fields":[]}}]}"#,
            "[]",
        ),
    ])
    .unwrap();
    let graph = Graph::parse(&found["order"], Defaults::Checked).unwrap();
    let names: Vec<String> = graph
        .nodes
        .iter()
        .filter_map(|n| n.shape.name().map(|n| n.full()))
        .collect();
    for name in [
        "shop.Order",
        "shop.Address",
        "geo.Country",
        "shop.Plain",
        "Bare",
    ] {
        assert_eq!(
            names.iter().filter(|n| *n == name).count(),
            1,
            "{name} in {names:?}"
        );
    }
    assert!(!found["country"].contains("Order"));
}

/// What a subject of a context refers to is there too, unless it says otherwise.
#[test]
fn references_stay_in_their_context() {
    assert_eq!(parts("a:b"), ("", "a:b"));
    assert_eq!(parts(":.:a"), ("", "a"));
    assert_eq!(parts(":.x:a:b"), (".x", "a:b"));
    let of = |name: &str, ty: &str| {
        format!(r#"{{"type":"record","name":"{name}","fields":[{{"name":"f","type":"{ty}"}}]}}"#)
    };
    let found = texts(&[
        answer(":.x:one", &of("One", "B"), &reference("b")),
        answer(":.x:two", &of("Two", "B"), &reference(":.:b")),
        answer("three", &of("Three", "B"), &reference("b")),
        answer(":.x:b", &of("B", "long"), "[]"),
        answer("b", &of("B", "int"), "[]"),
        answer(":.:b", &of("B", "int"), "[]"),
    ])
    .unwrap();
    for (subject, expected) in [(":.x:one", "long"), (":.x:two", "int"), ("three", "int")] {
        assert!(
            found[subject].contains(expected),
            "{subject}: {}",
            found[subject]
        );
    }
}

#[test]
fn references_that_lead_nowhere_or_in_circles_end() {
    let nowhere = texts(&[answer("a", r#""x.B""#, &reference("b"))]);
    assert!(
        nowhere
            .unwrap_err()
            .contains("version 1 of b is referred to")
    );
    let circle = texts(&[
        answer(
            "a",
            r#"{"type":"record","name":"A","fields":[{"name":"b","type":["null","B"]}]}"#,
            &reference("b"),
        ),
        answer(
            "b",
            r#"{"type":"record","name":"B","fields":[{"name":"a","type":["null","A"]}]}"#,
            &reference("a"),
        ),
    ])
    .unwrap();
    for text in circle.values() {
        assert!(Graph::parse(text, Defaults::Checked).is_ok(), "{text}");
        assert_eq!(text.matches(r#""type":"record""#).count(), 2, "{text}");
    }
}

#[test]
fn other_kinds_are_left_out_and_told() {
    let mut kept = Kept::default();
    let proto = json::parse(
        r#"{"subject":"p","version":1,"schemaType":"PROTOBUF","schema":"message A {}"}"#,
    );
    kept.add("f", &proto.unwrap()).unwrap();
    let mut notes = Notes::new();
    assert_eq!(kept.entries(&mut notes).unwrap(), []);
    assert!(notes[0].contains("PROTOBUF"), "{notes:?}");
}
