//! Reports of whole comparisons: for every change of `table.md`, what the matrix denies a finding explains.

mod rows;
#[path = "told/mod.rs"]
mod told;

use rows::{definition, rows};
use tg_schema_compat::check::{Options, check};
use tg_schema_compat::engine::rust::Grade;
use tg_schema_compat::loss::Direction;
use tg_schema_compat::report::{Format, Severity};
use tg_schema_compat::version::{Message, Version};
use tg_schema_gen::load::from_texts;
use told::{contradictions, words};

/// The version that a cell of the table is.
fn version(label: &str, cell: &str) -> Version {
    let text = definition(cell);
    let loaded = from_texts(vec![(vec!["m".to_owned()], "m.toml".to_owned(), text)]);
    assert!(!loaded.diagnostics.has_errors(), "{cell}");
    Version::of_definitions(label, loaded.schema, loaded.sources)
}

#[test]
fn what_the_matrix_denies_a_finding_explains() {
    let mut wrong = Vec::new();
    for row in rows(include_str!("table.md")) {
        let [change, old, new, ..] = row.as_slice() else {
            panic!("{row:?}");
        };
        for (old, new) in [(old, new), (new, old)] {
            let (old, new) = (version("old", old), version("new", new));
            let report = check(&new, &[old], &Options::default()).unwrap();
            for record in &report.records {
                let contradictions = contradictions(record);
                if !contradictions.is_empty() {
                    wrong.push(format!("{change}: {contradictions:?}\n{}", words(record)));
                }
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\n{} wrong",
        wrong.join("\n"),
        wrong.len()
    );
}

/// Avro schemas in a file of that name, each a message by itself.
fn schemas(file: &str, texts: &[&str]) -> Version {
    let mut version = Version::default();
    for (at, text) in texts.iter().enumerate() {
        let mut message = Message::new(format!("M{at}"), *text, *text);
        message.source = Some(version.sources.add(format!("{file}{at}"), *text));
        version.messages.push(message);
    }
    version
}

#[test]
fn findings_of_schemas_that_no_definition_expresses_have_places() {
    let old = r#"{"type": "record", "name": "R", "fields": [
        {"name": "u", "type": ["int", "boolean"]},
        {"name": "gone", "type": "bytes"},
        {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A"]}},
        {"name": "s", "type": "string"}]}"#;
    let new = r#"{"type": "record", "name": "R", "fields": [
        {"name": "u", "type": ["int", "boolean", "string"]},
        {"name": "e", "type": {"type": "enum", "name": "E",
            "symbols": ["A", "B"]}},
        {"name": "s", "type": ["null", {"type": "record",
            "name": "S", "fields": []}]}]}"#;
    // The same names with other types, in another message.
    let other = r#"{"type": "record", "name": "R", "fields": []}"#;
    let (old, new) = (schemas("old", &[other, old]), schemas("new", &[other, new]));
    let report = check(&new, &[old], &Options::default()).unwrap();
    let record = report.records.iter().find(|r| r.record == "M1").unwrap();
    let places = record.findings.iter().filter_map(|finding| {
        let place = finding.place.as_ref()?;
        let at = format!("{}:{}:{}", place.file, place.line, place.column);
        Some((finding.rule.page.id, at))
    });
    let places: Vec<(&str, String)> = places.collect();
    for expected in [
        ("UNION_BRANCH_ADDED", "new1:2:31"),
        ("ENUM_SYMBOL_ADDED", "new1:4:30"),
        ("FIELD_TYPE_CHANGED", "new1:5:31"),
        ("FIELD_REMOVED", "old1:3:18"),
    ] {
        let is = |found: &&(&str, String)| (found.0, found.1.as_str()) == expected;
        assert!(
            places.iter().any(|found| is(&found)),
            "{expected:?}: {places:?}"
        );
    }
    assert_eq!(places.len(), record.findings.len());
}

/// What making a value takes changes with a default, and both ways round that is told; the grade stays.
#[test]
fn parameters_of_new() {
    let old = "a = \"int\"; v = { type = \"string\", default = \"x\" }";
    let new = "a = \"int\"; v = \"string\"";
    let said = |old: &str, new: &str| -> Vec<String> {
        let (old, new) = (version("old", old), version("new", new));
        let report = check(&new, &[old], &Options::default()).unwrap();
        assert_eq!(report.matrix.rust, Some(Grade::Ok));
        let findings = report.records.iter().flat_map(|record| &record.findings);
        let effects = findings.flat_map(|finding| &finding.effects);
        let rust = effects.filter(|effect| effect.format == Format::Rust);
        rust.map(|effect| effect.message.clone()).collect()
    };
    assert_eq!(said(new, old), ["`new` takes fewer parameters (E0061)"]);
    assert_eq!(
        said(old, new),
        ["`new` takes more parameters, and there is no `with_` method for them (E0061, E0599)"]
    );
    let (old, new) = (
        "v = \"string\"",
        "v = { type = \"string\", default = \"x\" }",
    );
    assert_eq!(
        said(old, new),
        ["there is no `new` any more, because no field is required (E0599)"]
    );
    assert_eq!(
        said(new, old),
        ["there is no `Default` any more, because a field is required (E0277, E0599)"]
    );
}

/// White space and the order of keys make no new version of a registry.
#[test]
fn a_schema_that_is_written_otherwise_is_the_same() {
    let version = |text: &str| Version::of_schema("v", Message::new("R", text, text));
    let old = r#"{"type": "record", "name": "R", "doc": "One.", "fields": [{"name": "a", "type": "int"}]}"#;
    for (new, expected) in [
        (old.replace(' ', ""), false),
        (
            r#"{"name":"R","fields":[{"type":"int","name":"a"}],"doc":"One.","type":"record"}"#
                .to_owned(),
            false,
        ),
        (
            old.replace(r#""int""#, r#"{"type": "int"}"#)
                .replace(r#""R""#, r#""R", "namespace": """#),
            false,
        ),
        (old.replace("One", "Two"), true),
        (old.replace("int", "long"), true),
    ] {
        let report = check(&version(&new), &[version(old)], &Options::default()).unwrap();
        let [compared] = report.records.as_slice() else {
            panic!("{report:?}");
        };
        let stored: Vec<Option<bool>> = compared
            .versions
            .iter()
            .map(|v| v.stored_by_registry)
            .collect();
        assert_eq!(stored, [Some(expected)], "{new}");
    }
}

/// A record of one schema with such fields.
fn registered(fields: &str) -> Version {
    let text = format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#);
    Version::of_schema("v", Message::new("R", &*text, &*text))
}

/// Rule, path and direction of what a registry or the broker refuses, or of what is lost.
fn told_of(old: Version, new: &Version, severity: Severity) -> Vec<String> {
    let report = check(new, &[old], &Options::default()).unwrap();
    let findings = report.records.iter().flat_map(|record| &record.findings);
    let effects = findings.flat_map(|f| f.effects.iter().map(move |effect| (f, effect)));
    let told = effects.filter(|(_, effect)| effect.severity == severity);
    let mut told: Vec<String> = told
        .map(|(finding, effect)| {
            let direction = effect.direction.map_or("", Direction::as_str);
            let format = effect.format.as_str();
            format!(
                "{} {} {format} {direction}",
                finding.rule.page.id, finding.path
            )
        })
        .collect();
    told.sort();
    told
}

/// What another branch of a union takes is no break of it, whatever breaks elsewhere.
#[test]
fn a_number_that_another_branch_takes() {
    let of = |union: &str, other: &str| {
        registered(&format!(
            r#"{{"name": "a", "type": {union}}}, {{"name": "b", "type": "{other}"}}"#
        ))
    };
    let widened = |direction: &str| {
        ["avro", "pulsar"].map(|format| format!("FIELD_TYPE_{direction} {format}"))
    };
    for (old, new, direction) in [
        (r#"["int", "float"]"#, r#"["long", "float"]"#, "WIDENED b"),
        (
            r#"["float", "double"]"#,
            r#"["int", "double"]"#,
            "NARROWED b",
        ),
    ] {
        let [before, after, way] = match direction {
            "WIDENED b" => ["int", "long", "forward"],
            _ => ["long", "int", "backward"],
        };
        let told = told_of(of(old, before), &of(new, after), Severity::Breaking);
        let expected = widened(direction).map(|one| format!("{one} {way}"));
        assert_eq!(told, expected, "{old} {new}");
    }
    // Where no branch takes it, it is one.
    let told = told_of(
        of(r#"["long", "string"]"#, "long"),
        &of(r#"["int", "string"]"#, "long"),
        Severity::Breaking,
    );
    let expected = widened("NARROWED a").map(|one| format!("{one} backward"));
    assert_eq!(told, expected);
}

/// A record goes on as the one that has its name as an alias, and not as a type of another kind of its name.
#[test]
fn a_type_of_another_kind_that_has_the_name() {
    let field = |name: &str| format!(r#"{{"name": "{name}", "type": "int"}}"#);
    let of = |ty: &str| registered(&format!(r#"{{"name": "a", "type": {ty}}}"#));
    let record = |name: &str, aliases: &str, fields: &[String]| {
        let fields = fields.join(", ");
        format!(r#"{{"type": "record", "name": "{name}"{aliases}, "fields": [{fields}]}}"#)
    };
    let was = of(&record("B", "", &[field("x"), field("y")]));
    let is = record("C", r#", "aliases": ["B"]"#, &[field("y")]);
    for other in [
        r#"{"type": "fixed", "name": "B", "size": 1}"#,
        r#"{"type": "enum", "name": "B", "symbols": ["X"]}"#,
    ] {
        let told = told_of(
            was.clone(),
            &of(&format!("[{other}, {is}]")),
            Severity::Loss,
        );
        let expected =
            ["avro", "pulsar"].map(|format| format!("FIELD_REMOVED a.x {format} backward"));
        assert_eq!(told, expected, "{other}");
    }
}
