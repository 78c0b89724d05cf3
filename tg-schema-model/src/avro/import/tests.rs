use super::{File, import};
use crate::diagnostic::{Diagnostics, Sources};
use crate::schema::{Item, Presence, Schema, Type};
use crate::value::Value;
use crate::{avro, validate};

/// Imports texts, each under its module's name, and applies the rules of the model.
fn read(texts: &[(&str, &str)]) -> (Schema, Vec<String>) {
    let mut sources = Sources::default();
    let files: Vec<File> = texts
        .iter()
        .map(|(name, text)| File {
            path: vec![(*name).to_owned()],
            source: sources.add(format!("{name}.avsc"), *text),
        })
        .collect();
    let mut schema = Schema::default();
    let mut found = Diagnostics::default();
    import(&files, &sources, &mut schema, &mut found);
    if !found.has_errors() {
        found.0.extend(validate::check(&schema).0);
    }
    found.finish();
    let place = |d: &crate::Diagnostic| sources.place(d.span).unwrap_or_default();
    let lines = found
        .0
        .iter()
        .map(|d| format!("{}: {}", place(d), d.message));
    let lines = lines.collect();
    (schema, lines)
}

/// A record `R` with these fields.
fn fields(fields: &str) -> String {
    format!(r#"{{"type":"record","name":"R","fields":[{fields}]}}"#)
}

#[test]
fn everything_that_a_definition_can_say() {
    let text = r#"{
  "type": "record",
  "name": "Order",
  "namespace": "org.shop",
  "doc": "An order.",
  "aliases": ["Purchase", "org.old.Order"],
  "fields": [
    {"name": "id", "type": {"type": "string", "logicalType": "uuid"}, "doc": "Its number."},
    {"name": "day", "type": {"type": "int", "logicalType": "date"}, "default": 20484},
    {"name": "at", "type": {"type": "int", "logicalType": "time-millis"}, "default": 1},
    {"name": "ms", "type": {"type": "long", "logicalType": "timestamp-millis"}, "default": -1},
    {"name": "us", "type": {"type": "long", "logicalType": "timestamp-micros"}, "default": 1},
    {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 5, "scale": 2},
     "default": "\u00ff"},
    {"name": "seal", "type": "bytes", "default": "\u0000\u00ff", "aliases": ["stamp"]},
    {"name": "weight", "type": "float", "default": 1.5},
    {"name": "size", "type": "double", "default": 2},
    {"name": "tags", "type": {"type": "array", "items": ["null", "string"]}, "default": ["a", null]},
    {"name": "status", "type": {"type": "enum", "name": "Status", "symbols": ["OPEN", "PAID"], "default": "PAID"},
     "default": "OPEN"},
    {"name": "line", "type": {"type": "record", "name": "Line", "namespace": "org.lines", "fields": [
        {"name": "n", "type": "int"}, {"name": "m", "type": "int", "default": 3},
        {"name": "more", "type": ["null", "string"], "default": null}]}, "default": {"n": 1}},
    {"name": "parent", "type": ["null", "Order"], "default": null},
    {"name": "by_name", "type": {"type": "map", "values": "org.lines.Line"}}
  ]
}"#;
    let (schema, problems) = read(&[("orders", text)]);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(schema.modules.len(), 1);
    let module = &schema.modules[0];
    assert_eq!(module.path, ["orders"]);
    let names = module.items.iter().map(|item| match item {
        Item::Record(id) => schema.record(*id).full_name(),
        Item::Enum(id) => schema.enumeration(*id).full_name(),
        Item::Topic(_) => String::new(),
    });
    let names: Vec<String> = names.collect();
    assert_eq!(
        names,
        ["org.shop.Order", "org.shop.Status", "org.lines.Line"]
    );
    let order = &schema.records[0];
    assert_eq!(order.doc.as_deref(), Some("An order."));
    assert_eq!(order.aliases, ["Purchase", "org.old.Order"]);
    let field = |name: &str| order.fields.iter().find(|f| f.name == name).unwrap();
    assert_eq!(field("id").doc.as_deref(), Some("Its number."));
    assert_eq!(field("id").presence, Presence::Required);
    assert_eq!(field("seal").aliases, ["stamp"]);
    assert_eq!(
        field("seal").presence,
        Presence::Default(Value::Bytes(vec![0, 255]))
    );
    let text_of = |name: &str| match field(name).presence.default() {
        Some(Value::Date(d)) => d.to_string(),
        Some(Value::Time(t)) => t.to_string(),
        Some(Value::Decimal(d)) => d.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(text_of("day"), "2026-01-31");
    assert_eq!(text_of("price"), "-0.01");
    assert_eq!(field("parent").presence, Presence::Optional);
    assert_eq!(
        field("tags").presence.default(),
        Some(&Value::Array(vec![Value::String("a".into()), Value::Null]))
    );
    let line = field("line").presence.default().unwrap();
    assert_eq!(line.field("m"), Some(&Value::Int(3)));
    assert_eq!(line.field("more"), None);
    assert_eq!(schema.enums[0].default, Some(1));
    assert!(matches!(&field("by_name").ty, Type::Map(inner) if matches!(**inner, Type::Record(_))));

    let id = schema.find_records("Order")[0];
    let mut expected = avro::parse(text).unwrap();
    // What is left out in the default of a record is written in full.
    if let avro::Schema::Record(r) = &mut expected {
        r.fields[11].default = Some(crate::json::parse(r#"{"n":1,"m":3,"more":null}"#).unwrap());
        r.fields[8].default = Some(crate::Json::double(2.0));
    }
    assert_eq!(avro::schema(&schema, id), expected);
}

#[test]
fn places() {
    let text = "{\"type\": \"record\", \"name\": \"R\", \"fields\": [\n  {\"name\": \"a\", \"type\": \"int\",\n   \"default\": 1}]}";
    let (schema, problems) = read(&[("r", text)]);
    assert_eq!(problems, Vec::<String>::new());
    let of = |span: crate::Span| &text[span.range()];
    let field = &schema.records[0].fields[0];
    assert_eq!(of(schema.records[0].span), "\"R\"");
    assert_eq!(of(field.span), "\"a\"");
    assert_eq!(of(field.type_span), "\"int\"");
    assert_eq!(of(field.default_span), "1");
}

#[test]
fn what_is_refused_or_changed_has_a_place() {
    let date = r#"{"type":"int","logicalType":"date"}"#;
    let mut wrong = Vec::new();
    for (text, expected) in [
        (
            "".to_owned(),
            "1:1: this is no Avro schema: expected a value",
        ),
        ("{\n  nope}".to_owned(), "2:3: this is no Avro schema: "),
        (
            "{\"type\":\"record\",\n\"type\":\"record\"}".to_owned(),
            "2:1: this is no Avro schema: key \"type\" occurs twice",
        ),
        (
            r#""string""#.to_owned(),
            "1:1: this schema is a primitive type",
        ),
        (r#"["null"]"#.to_owned(), "1:1: this schema is a union"),
        (
            r#"{"type":"enum","name":"E","symbols":["A"]}"#.to_owned(),
            "1:1: this schema is an enum",
        ),
        (
            fields(r#"{"name":"a","type":"Int"}"#),
            "1:58: this is no Avro schema: no type \"Int\"; did you mean \"int\"",
        ),
        (
            fields(r#"{"name":"a","type":"int","default":"1"}"#),
            "1:74: this is no Avro schema: the default does not fit the type",
        ),
        (
            fields(r#"{"name":"a","type":["null","int"]}"#),
            "1:39: `R.a` may be null and has no default",
        ),
        (
            fields(r#"{"name":"a","type":["null","int"],"default":1}"#),
            "1:83: the default of `R.a` is not of the first type of its union",
        ),
        (
            fields(r#"{"name":"a","type":["int","null"],"default":1}"#),
            "1:58: `R.a` has null as the second type of its union",
        ),
        (
            fields(r#"{"name":"a","type":["int","string"]}"#),
            "1:58: `R.a` is a union that no definition can say",
        ),
        (
            fields(r#"{"name":"a","type":["null","int","string"],"default":null}"#),
            "1:58: `R.a` is a union that no definition can say",
        ),
        (
            fields(r#"{"name":"a","type":["null"]}"#),
            "1:58: `R.a` is a union that no definition can say",
        ),
        (
            fields(r#"{"name":"a","type":{"type":"array","items":["int","null"]}}"#),
            "1:82: `R.a` has null as the second type of its union",
        ),
        (
            fields(r#"{"name":"a","type":"null"}"#),
            "1:58: `R.a` is always null",
        ),
        (
            fields(r#"{"name":"a","type":{"type":"fixed","name":"F","size":2}}"#),
            "1:58: `R.a` is a fixed",
        ),
        (
            fields(
                r#"{"name":"a","type":["null",{"type":"long","logicalType":"time-micros"}],"default":null}"#,
            ),
            "1:66: the logical type \"time-micros\" of `R.a` is not kept",
        ),
        (
            fields(r#"{"name":"a","type":{"type":"string","logicalType":"iban"}}"#),
            "1:58: the logical type \"iban\" of `R.a` is not kept",
        ),
        (
            fields(
                r#"{"name":"a","type":{"type":"bytes","logicalType":"decimal","precision":39}}"#,
            ),
            "1:58: the logical type \"decimal\" of `R.a` is not kept",
        ),
        (
            fields(&format!(
                r#"{{"name":"a","type":{date},"default":99999999}}"#
            )),
            "1:104: the default of `R.a` does not fit: 99999999 is no such value",
        ),
        (
            fields(r#"{"name":"a","type":"float","default":1e39}"#),
            "1:76: the default of `R.a` does not fit: 1e39 is no such value",
        ),
    ] {
        let (_, problems) = read(&[("r", &text)]);
        let expected = format!("r.avsc:{expected}");
        if !problems.iter().any(|p| p.starts_with(&expected)) {
            wrong.push(format!("{text}\n{expected}\n{problems:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn files_share_what_they_repeat() {
    let line = r#"{"type":"record","name":"Line","fields":[{"name":"n","type":"int"}]}"#;
    let holder = |name: &str, line: &str| {
        format!(
            r#"{{"type":"record","name":"{name}","fields":[{{"name":"l","type":{line}}},{{"name":"k","type":"Line"}}]}}"#
        )
    };
    let (a, b) = (holder("A", line), holder("B", line));
    let (schema, problems) = read(&[("a", &a), ("b", &b), ("line", line)]);
    assert_eq!(problems, Vec::<String>::new());
    let home = |name: &str| {
        let found = schema.find_records(name);
        assert_eq!(found.len(), 1, "{name}");
        schema.modules[schema.record(found[0]).module].dotted()
    };
    assert_eq!([home("A"), home("B"), home("Line")], ["a", "b", "line"]);
    for (name, text) in [("A", &a), ("B", &b)] {
        let id = schema.find_records(name)[0];
        assert_eq!(avro::schema(&schema, id), avro::parse(text).unwrap());
    }

    let other = holder("B", &line.replace("\"int\"", "\"long\""));
    let (_, problems) = read(&[("a", &a), ("b", &other)]);
    assert_eq!(problems, ["b.avsc:1:82: Line is defined in two ways"]);
}

#[test]
fn defaults_have_an_end() {
    let text = fields(
        r#"{"name":"a","type":{"type":"record","name":"S","fields":[
        {"name":"x","type":["null","S"],"default":null},{"name":"y","type":{"type":"array","items":"S"},"default":[{}]},
        {"name":"z","type":{"type":"array","items":"S"},"default":[{}]}]},"default":{}}"#,
    );
    let (_, problems) = read(&[("r", &text)]);
    assert!(!problems.is_empty());
    assert!(
        problems.iter().all(|p| p.contains("the default of ")),
        "{problems:?}"
    );
}

#[test]
fn depth_is_no_harm() {
    let arrays = |n: usize| {
        let open = r#"{"type":"array","items":"#.repeat(n);
        fields(&format!(
            r#"{{"name":"a","type":{open}"int"{}}}"#,
            "}".repeat(n)
        ))
    };
    for (depth, expected) in [(20, ""), (200, "nested"), (400, "inside each other")] {
        let (_, problems) = read(&[("r", &arrays(depth))]);
        match expected {
            "" => assert_eq!(problems, Vec::<String>::new()),
            part => assert!(
                problems.iter().any(|p| p.contains(part)),
                "{depth} {problems:?}"
            ),
        }
    }
    let mut record = r#"{"type":"record","name":"R0","fields":[]}"#.to_owned();
    for i in 1..=100 {
        record = format!(
            r#"{{"type":"record","name":"R{i}","fields":[{{"name":"a","type":{record},"default":{{}}}}]}}"#
        );
    }
    let (schema, problems) = read(&[("r", &record)]);
    assert_eq!(schema.records.len(), 101);
    assert!(problems.is_empty(), "{problems:?}");
}

#[test]
fn broken_texts_are_no_harm() {
    let text = fields(
        r#"{"name":"a","type":["null",{"type":"array","items":{"type":"record","name":"S","fields":[
        {"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":4,"scale":2},"default":"\u00ff"},
        {"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]},"default":"B"}]}}],"default":null},
        {"name":"s","type":"S","default":{"d":"a"}},{"name":"m","type":{"type":"map","values":"E"},"default":{"k":"A"}}"#,
    );
    let (_, problems) = read(&[("r", &text)]);
    assert_eq!(problems, Vec::<String>::new());
    let mut refused = 0;
    for at in 0..text.len() {
        for with in ["", "0", "\"", "null", "}", "[", "é"] {
            let Some((head, tail)) = text.split_at_checked(at) else {
                continue;
            };
            let mut chars = tail.chars();
            chars.next();
            let (_, problems) = read(&[("r", &format!("{head}{with}{}", chars.as_str()))]);
            refused += usize::from(!problems.is_empty());
            assert!(
                problems.iter().all(|p| p.starts_with("r.avsc:")),
                "{problems:?}"
            );
        }
    }
    assert!(refused > text.len());
}
