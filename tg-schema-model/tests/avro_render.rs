//! Records of the model as Avro schemas.

mod tree;

use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};
use tg_schema_model::{Profile, RecordId, Schema, Type, Value, avro};
use tree::*;

fn line(schema: &Schema, id: RecordId) -> String {
    let text = avro::text(schema, id);
    let read = avro::parse(&text).unwrap_or_else(|e| panic!("{e}: {text}"));
    assert_eq!(read, avro::schema(schema, id));
    let compact = read.to_json().compact();
    assert_eq!(avro::parse(&compact).as_ref(), Ok(&read));
    assert_eq!(read.canonical(), avro::canonical_text(schema, id));
    assert_eq!(
        avro::parse(&read.canonical()).map(|s| s.canonical()),
        Ok(read.canonical())
    );
    compact
}

#[test]
fn presence_and_key_order() {
    let mut t = Tree::new();
    let mut a = required("a", Type::String);
    a.doc = Some("what \"a\" is".into());
    a.aliases = vec!["b".into()];
    let fields = vec![
        a,
        default("c", Type::Long, Value::Long(5)),
        optional("d", Type::Bytes),
        nullable("e", Type::Int, Value::Int(1)),
        required("f", array(maybe(Type::String))),
    ];
    let id = t.plain("x.y.R", fields);
    t.0.records[0].doc = Some("a record".into());
    t.0.records[0].aliases = vec!["Q".into()];
    let expected = r#"{
  "type": "record",
  "name": "R",
  "namespace": "x.y",
  "doc": "a record",
  "aliases": [
    "Q"
  ],
  "fields": [
    {
      "name": "a",
      "type": "string",
      "doc": "what \"a\" is",
      "aliases": [
        "b"
      ]
    },
    {
      "name": "c",
      "type": "long",
      "default": 5
    },
    {
      "name": "d",
      "type": [
        "null",
        "bytes"
      ],
      "default": null
    },
    {
      "name": "e",
      "type": [
        "null",
        "int"
      ],
      "default": null
    },
    {
      "name": "f",
      "type": {
        "type": "array",
        "items": [
          "null",
          "string"
        ]
      }
    }
  ]
}"#;
    assert_eq!(avro::text(&t.0, id), expected);
    line(&t.0, id);
}

#[test]
fn logical_types_and_their_defaults() {
    let decimal = Type::Decimal {
        precision: 9,
        scale: 2,
    };
    let minutes = Timestamp::from_millis(-60_001).unwrap();
    let rows = [
        (
            Type::Date,
            Value::Date(Date::from_days(-1).unwrap()),
            r#"{"type":"int","logicalType":"date"},"default":-1"#,
        ),
        (
            Type::TimeMs,
            Value::Time(Time::from_millis(86_399_999).unwrap()),
            r#"{"type":"int","logicalType":"time-millis"},"default":86399999"#,
        ),
        (
            Type::TimestampMs,
            Value::Timestamp(minutes),
            r#"{"type":"long","logicalType":"timestamp-millis"},"default":-60001"#,
        ),
        (
            Type::TimestampUs,
            Value::Timestamp(minutes),
            r#"{"type":"long","logicalType":"timestamp-micros"},"default":-60001000"#,
        ),
        (
            Type::Uuid,
            Value::Uuid(Uuid::from_bytes([0xab; 16])),
            r#"{"type":"string","logicalType":"uuid"},"default":"abababab-abab-abab-abab-abababababab""#,
        ),
        (
            decimal.clone(),
            Value::Decimal(Decimal::new(-129, 2).unwrap()),
            "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2},\"default\":\"\u{ff}\u{7f}\"",
        ),
        // Half a unit of the default's own scale is written in that of the type.
        (
            decimal,
            Value::Decimal(Decimal::new(5, 1).unwrap()),
            r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2},"default":"2""#,
        ),
    ];
    for (ty, value, expected) in rows {
        let mut t = Tree::new();
        let id = t.plain("R", vec![default("a", ty, value)]);
        let expected = format!(
            r#"{{"type":"record","name":"R","fields":[{{"name":"a","type":{expected}}}]}}"#
        );
        assert_eq!(line(&t.0, id), expected);
    }
}

#[test]
fn plain_defaults() {
    let list = Value::Array(vec![Value::Double(1e16), Value::Double(-0.0)]);
    let entries = Value::Map([("é".to_owned(), Value::Float(0.1))].into());
    let rows = [
        (
            Type::Bytes,
            Value::Bytes(vec![0, b'"', 0x7f, 0xff]),
            "\"\\u0000\\\"\u{7f}\u{ff}\"",
        ),
        (array(Type::Double), list, "[1e16,-0.0]"),
        (map(Type::Float), entries, "{\"é\":0.1}"),
        (Type::Boolean, Value::Boolean(true), "true"),
        (
            Type::String,
            Value::String("\u{1}😀\\".into()),
            "\"\\u0001😀\\\\\"",
        ),
    ];
    for (ty, value, expected) in rows {
        let mut t = Tree::new();
        let id = t.plain("R", vec![default("a", ty, value)]);
        assert!(
            line(&t.0, id).ends_with(&format!(r#","default":{expected}}}]}}"#)),
            "{expected}"
        );
    }
}

#[test]
fn record_defaults_are_filled() {
    let mut t = Tree::new();
    let color = Type::Enum(t.enumeration("Color", &["RED", "GREEN"]));
    let inner = t.plain(
        "In",
        vec![
            required("x", Type::Int),
            optional("o", Type::String),
            nullable("n", Type::Int, Value::Int(3)),
            default("c", color, Value::Enum("GREEN".into())),
        ],
    );
    let ty = Type::Record(inner);
    let given = |extra: &[(&str, Value)]| {
        let mut entries = vec![("x".to_owned(), Value::Int(1))];
        entries.extend(extra.iter().map(|(k, v)| ((*k).to_owned(), v.clone())));
        Value::Record(entries)
    };
    let filled = given(&[]);
    let id = t.plain("R", vec![default("a", ty.clone(), filled.clone())]);
    assert!(line(&t.0, id).ends_with(r#","default":{"x":1,"o":null,"n":null,"c":"GREEN"}}]}"#));
    assert!(avro::default_is_portable(&t.0, &ty, &filled));
    assert!(avro::default_is_complete(&t.0, &ty, &filled));
    // A value in a nullable field is written, and known not to be portable.
    let value = given(&[("o", Value::String("s".into()))]);
    assert_eq!(
        avro::default_json(&t.0, &ty, &value).compact(),
        r#"{"x":1,"o":"s","n":null,"c":"GREEN"}"#
    );
    assert!(!avro::default_is_portable(&t.0, &ty, &value));
    let nulls = Value::Array(vec![Value::Null]);
    assert!(avro::default_is_portable(
        &t.0,
        &array(maybe(Type::Int)),
        &nulls
    ));
    let values = Value::Array(vec![Value::Null, Value::Int(1)]);
    assert!(!avro::default_is_portable(
        &t.0,
        &array(maybe(Type::Int)),
        &values
    ));
    // A required field that is left out.
    assert!(!avro::default_is_complete(
        &t.0,
        &ty,
        &Value::Record(vec![])
    ));
}

#[test]
fn defaults_that_need_each_other_end() {
    let mut t = Tree::new();
    let (a, b) = (RecordId(0), RecordId(1));
    let empty = || Value::Record(vec![]);
    t.plain(
        "A",
        vec![
            default("x", Type::Record(b), empty()),
            default("y", Type::Record(b), empty()),
        ],
    );
    t.plain(
        "B",
        vec![
            default("x", Type::Record(a), empty()),
            default("y", Type::Record(a), empty()),
        ],
    );
    assert!(!avro::default_is_complete(&t.0, &Type::Record(a), &empty()));
    assert!(avro::text(&t.0, a).len() < 50_000_000);
}

#[test]
fn enums() {
    let mut t = Tree::new();
    let id = t.enumeration("a.Color", &["RED", "GREEN"]);
    t.0.enums[0].default = Some(1);
    t.0.enums[0].doc = Some("hue".into());
    assert_eq!(
        avro::schema_of_enum(&t.0, id).to_json().compact(),
        r#"{"type":"enum","name":"Color","namespace":"a","doc":"hue","symbols":["RED","GREEN"],"default":"GREEN"}"#
    );
    assert_eq!(
        avro::parse(&avro::text_of_enum(&t.0, id)),
        Ok(avro::schema_of_enum(&t.0, id))
    );
    let ty = Type::Enum(id);
    let id = t.plain(
        "a.R",
        vec![required("x", array(ty.clone())), optional("y", ty)],
    );
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":{"type":"array","items":"#,
            r#"{"type":"enum","name":"Color","doc":"hue","symbols":["RED","GREEN"],"default":"GREEN"}}},"#,
            r#"{"name":"y","type":["null","Color"],"default":null}]}"#
        )
    );
}

/// Canonical form of the first record of a tree of records that hold others, shortened.
fn canonical(records: &[(&str, &[usize])]) -> String {
    let mut t = Tree::new();
    for (name, inner) in records {
        let field =
            |(n, i): (usize, &usize)| optional(&format!("f{n}"), Type::Record(RecordId(*i)));
        t.plain(name, inner.iter().enumerate().map(field).collect());
    }
    line(&t.0, RecordId(0));
    avro::canonical_text(&t.0, RecordId(0)).replace(r#","type":"record","fields""#, "")
}

#[test]
fn namespaces() {
    // Nothing has to change.
    assert_eq!(
        canonical(&[("Out", &[1, 2, 2, 1]), ("In", &[]), ("a.b.N", &[])]),
        concat!(
            r#"{"name":"Out":[{"name":"f0","type":["null",{"name":"In":[]}]},"#,
            r#"{"name":"f1","type":["null",{"name":"a.b.N":[]}]},"#,
            r#"{"name":"f2","type":["null","a.b.N"]},{"name":"f3","type":["null","In"]}]}"#
        )
    );
    // The same namespace is inherited, another one is written.
    let mut t = Tree::new();
    let same = Type::Record(t.plain("a.S", vec![]));
    let other = Type::Record(t.plain("b.O", vec![required("s", same.clone())]));
    let id = t.plain(
        "a.R",
        vec![
            required("s", same),
            required("o", other.clone()),
            required("p", other),
        ],
    );
    assert_eq!(
        line(&t.0, id),
        concat!(
            r#"{"type":"record","name":"R","namespace":"a","fields":[{"name":"s","type":{"type":"record","name":"S","fields":[]}},"#,
            r#"{"name":"o","type":{"type":"record","name":"O","namespace":"b","fields":[{"name":"s","type":"a.S"}]}},"#,
            r#"{"name":"p","type":"b.O"}]}"#
        )
    );
}

#[test]
fn types_without_namespace_inside_one() {
    // Defined inside: takes the enclosing one, and what is inside it too.
    let text = canonical(&[("a.b.Out", &[1]), ("In", &[2]), ("Deep", &[])]);
    assert!(
        text.contains(r#""a.b.In""#) && text.contains(r#""a.b.Deep""#),
        "{text}"
    );
    // Defined outside, referred to inside.
    let text = canonical(&[("Out", &[1, 2]), ("In", &[]), ("a.b.N", &[1])]);
    assert!(
        text.starts_with(r#"{"name":"Out""#) && text.contains(r#"{"name":"a.b.In":[]}"#),
        "{text}"
    );
    assert!(
        text.contains(r#"{"name":"f0","type":["null","a.b.In"]}"#),
        "{text}"
    );
    // Even the root.
    let text = canonical(&[("Out", &[1]), ("a.b.N", &[0])]);
    assert!(text.starts_with(r#"{"name":"a.b.Out""#), "{text}");
    // The name is taken there.
    let text = canonical(&[("a.b.Out", &[1, 2]), ("In", &[]), ("a.b.In", &[1])]);
    assert!(
        text.contains(r#"{"name":"a.b_.In":[]}"#) && text.contains(r#"{"name":"a.b.In""#),
        "{text}"
    );
}

#[test]
fn depth_has_a_limit() {
    let chain = |n: usize| {
        let mut t = Tree::new();
        let mut last = Type::Int;
        for i in 0..n {
            last = Type::Record(t.plain(&format!("R{i}"), vec![optional("a", last)]));
        }
        t.0
    };
    let fits = chain(avro::MAX_DEPTH / 2 - 1);
    let root = RecordId(fits.records.len() - 1);
    assert!(!avro::nests_too_deep(&fits, root));
    line(&fits, root);
    let deep = chain(5_000);
    assert!(avro::nests_too_deep(&deep, RecordId(4_999)));
    assert!(avro::parse(&avro::text(&deep, RecordId(4_999))).is_err());
    assert!(!tg_schema_model::pulsar::text(&deep, RecordId(4_999)).is_empty());
}

#[test]
fn random_records_read_back() {
    for (seed, profile) in [(1, Profile::Plain), (2, Profile::PulsarRecord)] {
        let mut n = Numbers(seed);
        for _ in 0..500 {
            let schema = random(&mut n, profile);
            for id in schema.record_ids() {
                line(&schema, id);
            }
        }
    }
}
