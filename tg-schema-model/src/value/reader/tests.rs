use super::*;
use crate::json::parse;
use crate::schema::{EnumPulsar, Record, Symbol};
use crate::value::{record_to_json, to_json};

fn field(name: &str, ty: Type, presence: Presence) -> Field {
    Field {
        presence,
        ..Field::new(name, ty)
    }
}

fn schema(records: Vec<Record>, enums: Vec<Enum>) -> Schema {
    Schema {
        modules: vec![Default::default()],
        records,
        enums,
        topics: Vec::new(),
    }
}

fn record(name: &str, profile: Profile, fields: Vec<Field>) -> Record {
    Record {
        name: name.into(),
        profile,
        fields,
        ..Default::default()
    }
}

fn color(default: Option<usize>, open: bool, values: Vec<Value>) -> Enum {
    let symbol = |name: &str| Symbol {
        name: name.into(),
        ..Default::default()
    };
    Enum {
        name: "Color".into(),
        symbols: vec![symbol("RED"), symbol("GREEN")],
        default,
        open,
        pulsar: EnumPulsar { values },
        ..Default::default()
    }
}

fn json(text: &str) -> Json {
    parse(text).expect(text)
}

fn read(ty: &Type, text: &str) -> Result<Value, String> {
    let schema = schema(vec![], vec![color(None, false, vec![])]);
    from_json(&schema, ty, Encoding::Base64, &json(text), &Reading::wire())
        .map_err(|e| e.to_string())
}

fn read_record(schema: &Schema, text: &str) -> Result<Value, String> {
    record_from_json(schema, RecordId(0), &json(text), &Reading::wire()).map_err(|e| e.to_string())
}

fn rewritten(schema: &Schema, text: &str) -> Result<String, String> {
    let value = read_record(schema, text)?;
    record_to_json(schema, RecordId(0), &value)
        .map(|j| j.compact())
        .map_err(|e| e.to_string())
}

#[test]
fn numbers() {
    assert_eq!(read(&Type::Int, "-2147483648"), Ok(Value::Int(i32::MIN)));
    assert_eq!(
        read(&Type::Long, "9223372036854775807"),
        Ok(Value::Long(i64::MAX))
    );
    assert_eq!(read(&Type::Double, "2"), Ok(Value::Double(2.0)));
    assert_eq!(read(&Type::Float, "0.1"), Ok(Value::Float(0.1)));
    for (ty, text) in [
        (Type::Int, "2147483648"),
        (Type::Int, "1.0"),
        (Type::Int, "1e3"),
        (Type::Int, "\"1\""),
        (Type::Int, "true"),
        (Type::Long, "9223372036854775808"),
        (Type::Long, "1.0"),
        (Type::Double, "1e999"),
        (Type::Double, "\"NaN\""),
        (Type::Float, "3.5e38"),
        (Type::Boolean, "0"),
        (Type::String, "null"),
    ] {
        assert!(read(&ty, text).is_err(), "{ty:?} {text}");
    }
    assert_eq!(
        read(&Type::Int, "2147483648"),
        Err(
            "2147483648 is out of range, expected a whole number from -2147483648 to 2147483647"
                .into()
        )
    );
}

#[test]
fn infinities_only_where_allowed() {
    let schema = Schema::default();
    let read = |text: &str, reading: &Reading| {
        from_json(
            &schema,
            &Type::Double,
            Encoding::Base64,
            &Json::Number(text.into()),
            reading,
        )
    };
    let allowed = Reading {
        non_finite: true,
        ..Reading::definition()
    };
    assert_eq!(
        read("-Infinity", &allowed),
        Ok(Value::Double(f64::NEG_INFINITY))
    );
    assert!(matches!(read("NaN", &allowed), Ok(Value::Double(n)) if n.is_nan()));
    for text in ["NaN", "Infinity", "inf", "-inf", "nan", "infinity"] {
        assert!(read(text, &Reading::definition()).is_err(), "{text}");
    }
}

#[test]
fn texts() {
    assert_eq!(
        read(&Type::Bytes, "\"AP8=\""),
        Ok(Value::Bytes(vec![0, 255]))
    );
    for text in ["\"AP8\"", "\"AP-_\"", "\"A\"", "\" AP8=\"", "\"AP9=\"", "1"] {
        assert!(read(&Type::Bytes, text).is_err(), "{text}");
    }
    for (ty, text) in [
        (Type::Date, "\"2026-02-30\""),
        (Type::TimeMs, "\"13:05:09.2501\""),
        (Type::TimestampMs, "\"2026-01-31T13:05:09.2501Z\""),
        (Type::TimestampUs, "\"2026-01-31T13:05:09.2500001Z\""),
        (Type::Uuid, "\"x\""),
        (
            Type::Decimal {
                precision: 4,
                scale: 2,
            },
            "\"123.4\"",
        ),
        (
            Type::Decimal {
                precision: 4,
                scale: 2,
            },
            "\"1.234\"",
        ),
        (
            Type::Decimal {
                precision: 4,
                scale: 2,
            },
            "1.2",
        ),
    ] {
        assert!(read(&ty, text).is_err(), "{ty:?} {text}");
    }
}

#[test]
fn every_type_is_written_as_it_is_read() {
    let schema = schema(vec![], vec![color(None, true, vec![])]);
    for (ty, read, written) in [
        (Type::String, r#""é\n""#, r#""é\n""#),
        (Type::Double, "1", "1.0"),
        (Type::Float, "0.1", "0.1"),
        (Type::Bytes, r#""AP8=""#, r#""AP8=""#),
        (Type::Date, r#""2026-01-31""#, r#""2026-01-31""#),
        (Type::TimeMs, r#""13:05:09""#, r#""13:05:09.000""#),
        (
            Type::TimestampMs,
            r#""2026-01-31T14:05:09+01:00""#,
            r#""2026-01-31T13:05:09.000Z""#,
        ),
        (
            Type::TimestampUs,
            r#""2026-01-31T13:05:09.25Z""#,
            r#""2026-01-31T13:05:09.250000Z""#,
        ),
        (
            Type::Decimal {
                precision: 4,
                scale: 2,
            },
            r#""-1.5""#,
            r#""-1.50""#,
        ),
        (
            Type::Array(Box::new(Type::Optional(Box::new(Type::Int)))),
            "[1, null]",
            "[1,null]",
        ),
        (
            Type::Map(Box::new(Type::Long)),
            r#"{"b": 1, "a": 2}"#,
            r#"{"a":2,"b":1}"#,
        ),
        (Type::Enum(EnumId(0)), r#""BLUE""#, r#""BLUE""#),
    ] {
        let value = from_json(
            &schema,
            &ty,
            Encoding::Base64,
            &json(read),
            &Reading::wire(),
        );
        let back = value.and_then(|v| to_json(&schema, &ty, Encoding::Base64, &v));
        assert_eq!(back.map(|j| j.compact()), Ok(written.to_owned()), "{ty:?}");
    }
}

#[test]
fn presence_rows() {
    let schema = schema(
        vec![record(
            "R",
            Profile::Plain,
            vec![
                field("r", Type::Int, Presence::Required),
                field("d", Type::Int, Presence::Default(Value::Int(7))),
                field("o", Type::Array(Box::new(Type::Int)), Presence::Optional),
                field("n", Type::Int, Presence::NullableDefault(Value::Int(8))),
            ],
        )],
        vec![],
    );
    for (text, written) in [
        (r#"{"r":1}"#, r#"{"r":1,"d":7,"n":8}"#),
        (
            r#"{"r":1,"d":null,"o":null,"n":null}"#,
            r#"{"r":1,"d":7,"n":8}"#,
        ),
        (
            r#"{"n":2,"o":[],"r":1,"x":[{}]}"#,
            r#"{"r":1,"d":7,"o":[],"n":2}"#,
        ),
    ] {
        assert_eq!(rewritten(&schema, text), Ok(written.to_owned()));
    }
    for (text, start) in [
        ("{}", "R.r: a required field is missing"),
        (r#"{"r":null}"#, "R.r: a required field is null"),
        (r#"{"r":1,"o":[1,"x"]}"#, "R.o[1]: found the string \"x\""),
        ("[]", "R: found an array"),
    ] {
        let error = read_record(&schema, text).expect_err(text);
        assert!(error.starts_with(start), "{error}");
    }
    let twice = Json::object([("r", Json::int(1)), ("r", Json::int(1))]);
    let twice = record_from_json(&schema, RecordId(0), &twice, &Reading::wire());
    assert_eq!(
        twice.map_err(|e| e.to_string()),
        Err("R.r: the field is there twice, expected each field once".into())
    );
    let strict = record_from_json(
        &schema,
        RecordId(0),
        &json(r#"{"r":1,"D":2}"#),
        &Reading::definition(),
    );
    assert_eq!(
        strict.map_err(|e| e.to_string()),
        Err("R: R has no field \"D\", expected a field, perhaps \"d\"".into())
    );
}

#[test]
fn a_name_and_its_alias_are_one_field() {
    let mut renamed = field("new", Type::Int, Presence::Required);
    renamed.aliases = vec!["old".into()];
    let schema = schema(vec![record("R", Profile::Plain, vec![renamed])], vec![]);
    assert_eq!(
        rewritten(&schema, r#"{"old":1}"#),
        Ok(r#"{"new":1}"#.into())
    );
    let both = read_record(&schema, r#"{"old":1,"new":1}"#).expect_err("both");
    assert!(both.contains("\"old\" and as \"new\""), "{both}");
}

#[test]
fn duplicate_keys_of_maps_are_errors() {
    let map = Type::Map(Box::new(Type::Int));
    let twice = Json::object([("a", Json::int(1)), ("a", Json::int(1))]);
    let read = from_json(
        &Schema::default(),
        &map,
        Encoding::Base64,
        &twice,
        &Reading::wire(),
    );
    assert_eq!(
        read.map_err(|e| e.to_string()),
        Err("[\"a\"]: the key is there twice, expected each key once".into())
    );
}

#[test]
fn symbols() {
    let read = |definition: Enum, text: &str, reading: Reading| {
        let schema = schema(vec![], vec![definition]);
        from_json(
            &schema,
            &Type::Enum(EnumId(0)),
            Encoding::Base64,
            &json(text),
            &reading,
        )
        .map_err(|e| e.to_string())
    };
    let symbol = |name: &str| Ok(Value::Enum(name.into()));
    let wire = Reading::wire();
    let values = || vec![Value::Long(1), Value::String("RED".into())];
    assert_eq!(
        read(color(None, false, vec![]), "\"GREEN\"", wire),
        symbol("GREEN")
    );
    assert_eq!(
        read(color(Some(0), false, vec![]), "\"BLUE\"", wire),
        symbol("RED")
    );
    assert_eq!(
        read(color(None, true, vec![]), "\"BLUE\"", wire),
        symbol("BLUE")
    );
    assert_eq!(
        read(color(Some(0), true, vec![]), "\"BLUE\"", wire),
        symbol("RED")
    );
    assert_eq!(read(color(None, false, values()), "1", wire), symbol("RED"));
    // The name of a symbol wins over the value of another.
    assert_eq!(
        read(color(None, false, values()), "\"RED\"", wire),
        symbol("RED")
    );
    assert_eq!(
        read(color(Some(1), false, values()), "9", wire),
        symbol("GREEN")
    );
    assert!(read(color(None, false, values()), "9", wire).is_err());
    assert!(read(color(None, false, values()), "1.0", wire).is_err());
    assert!(read(color(Some(1), false, vec![]), "1", wire).is_err());
    assert!(
        read(
            color(Some(1), true, values()),
            "\"GREN\"",
            Reading::definition()
        )
        .is_err_and(|e| e.contains("perhaps \"GREEN\""))
    );
    assert!(read(color(None, false, values()), "1", Reading::definition()).is_err());
}

/// `Out { sub: In?, all: array<In> }`, `In { s: string?, b: boolean, d: int = 5 (nullable), n: Deep? }`,
/// `Deep { x: long? }`, `Empty {}` in `Out.e`.
fn old_records() -> Schema {
    let profile = Profile::PulsarRecord;
    let nullable_false = Presence::NullableDefault(Value::Boolean(false));
    schema(
        vec![
            record(
                "Out",
                profile,
                vec![
                    field("sub", Type::Record(RecordId(1)), Presence::Optional),
                    field(
                        "all",
                        Type::Array(Box::new(Type::Record(RecordId(1)))),
                        Presence::Optional,
                    ),
                    field("e", Type::Record(RecordId(3)), Presence::Optional),
                ],
            ),
            record(
                "In",
                profile,
                vec![
                    field("s", Type::String, Presence::Optional),
                    field("b", Type::Boolean, nullable_false),
                    field("d", Type::Int, Presence::NullableDefault(Value::Int(5))),
                    field("n", Type::Record(RecordId(2)), Presence::Optional),
                ],
            ),
            record(
                "Deep",
                profile,
                vec![field("x", Type::Long, Presence::Optional)],
            ),
            record("Empty", profile, vec![]),
        ],
        vec![],
    )
}

#[test]
fn an_unset_sub_record_reads_as_no_value() {
    let schema = old_records();
    for text in [
        r#"{"sub":{"s":null,"b":false,"d":null,"n":null}}"#,
        r#"{"sub":{"s":null,"b":null,"d":5,"n":{"x":null}}}"#,
        r#"{"sub":{"s":null,"b":false,"d":5,"n":null,"other":null,"flag":false}}"#,
        r#"{"sub":null}"#,
        "{}",
    ] {
        assert_eq!(rewritten(&schema, text), Ok("{}".into()), "{text}");
    }
    for (text, written) in [
        (r#"{"sub":{}}"#, r#"{"sub":{"b":false,"d":5}}"#),
        (
            r#"{"sub":{"s":null,"b":false,"d":null}}"#,
            r#"{"sub":{"b":false,"d":5}}"#,
        ),
        (
            r#"{"sub":{"s":"","b":false,"d":null,"n":null}}"#,
            r#"{"sub":{"s":"","b":false,"d":5}}"#,
        ),
        (
            r#"{"sub":{"s":null,"b":true,"d":5,"n":null}}"#,
            r#"{"sub":{"b":true,"d":5}}"#,
        ),
        (
            r#"{"sub":{"s":null,"b":false,"d":0,"n":null}}"#,
            r#"{"sub":{"b":false,"d":0}}"#,
        ),
        (
            r#"{"sub":{"s":null,"b":false,"d":5,"n":null,"o":1}}"#,
            r#"{"sub":{"b":false,"d":5}}"#,
        ),
        (
            r#"{"sub":{"s":null,"b":false,"d":5,"n":{}}}"#,
            r#"{"sub":{"b":false,"d":5,"n":{}}}"#,
        ),
        (
            r#"{"all":[{"s":null,"b":false,"d":5,"n":null}]}"#,
            r#"{"all":[{"b":false,"d":5}]}"#,
        ),
        (r#"{"e":{}}"#, r#"{"e":{}}"#),
    ] {
        assert_eq!(rewritten(&schema, text), Ok(written.to_owned()), "{text}");
    }
    let mut plain = old_records();
    plain.records[0].profile = Profile::Plain;
    let text = r#"{"sub":{"s":null,"b":false,"d":null,"n":null}}"#;
    assert_eq!(
        rewritten(&plain, text),
        Ok(r#"{"sub":{"b":false,"d":5}}"#.into())
    );
}

#[test]
fn an_unset_value_is_known_after_avro_too() {
    let schema = old_records();
    let value = |b: bool, d: i32, n: Option<Value>| {
        let mut fields = vec![
            ("b".to_owned(), Value::Boolean(b)),
            ("d".to_owned(), Value::Int(d)),
        ];
        fields.extend(n.map(|n| ("n".to_owned(), n)));
        Value::Record(fields)
    };
    let unset = |value: &Value| crate::value::is_unset(&schema, RecordId(1), value);
    assert!(unset(&value(false, 5, None)));
    assert!(unset(&value(false, 5, Some(Value::Null))));
    assert!(!unset(&value(true, 5, None)));
    assert!(!unset(&value(false, 0, None)));
    assert!(!unset(&value(false, 5, Some(Value::Record(vec![])))));
    assert!(!crate::value::is_unset(
        &schema,
        RecordId(3),
        &Value::Record(vec![])
    ));
}

#[test]
fn an_optional_boolean_is_unset_where_it_is_false() {
    let flag = field("b", Type::Boolean, Presence::Optional);
    let schema = schema(
        vec![record("In", Profile::PulsarRecord, vec![flag])],
        vec![],
    );
    for (value, unset) in [
        (None, true),
        (Some(Value::Null), true),
        (Some(Value::Boolean(false)), true),
        (Some(Value::Boolean(true)), false),
    ] {
        let fields = value.into_iter().map(|v| ("b".to_owned(), v)).collect();
        let value = Value::Record(fields);
        let found = crate::value::is_unset(&schema, RecordId(0), &value);
        assert_eq!(found, unset, "{value:?}");
    }
}

#[test]
fn depth_is_limited() {
    let mut node = record("Node", Profile::PulsarRecord, vec![]);
    node.fields
        .push(field("next", Type::Record(RecordId(0)), Presence::Optional));
    let schema = schema(vec![node], vec![]);
    let nested = |n: usize| {
        let mut json = Json::Object(vec![]);
        for _ in 1..n {
            json = Json::Object(vec![("next".into(), json)]);
        }
        json
    };
    let read = |n| record_from_json(&schema, RecordId(0), &nested(n), &Reading::wire());
    let value = read(MAX_DEPTH).expect("as deep as allowed");
    assert!(record_to_json(&schema, RecordId(0), &value).is_ok());
    let error = read(MAX_DEPTH + 1).expect_err("too deep");
    assert_eq!(error.message, "nested too deeply");
    let deeper = Value::Record(vec![("next".into(), value)]);
    assert!(record_to_json(&schema, RecordId(0), &deeper).is_err());
}

#[test]
fn what_cannot_be_written_is_an_error_with_its_place() {
    let mut text = field("t", Type::Bytes, Presence::Optional);
    text.encoding = Encoding::Utf8;
    let at = field("at", Type::TimestampMs, Presence::Optional);
    let d = field("d", Type::Double, Presence::Optional);
    let e = field("e", Type::Enum(EnumId(0)), Presence::Optional);
    let schema = schema(
        vec![record("R", Profile::Plain, vec![text, at, d, e])],
        vec![color(None, false, vec![])],
    );
    for (name, value) in [
        ("t", Value::Bytes(vec![b'a', 0xff])),
        (
            "at",
            Value::Timestamp(Timestamp::from_micros(1).unwrap_or_default()),
        ),
        ("d", Value::Double(f64::NAN)),
        ("d", Value::Float(1.0)),
        ("e", Value::Enum("BLUE".into())),
        ("x", Value::Null),
    ] {
        let message = Value::Record(vec![(name.to_owned(), value)]);
        let error = record_to_json(&schema, RecordId(0), &message).expect_err(name);
        assert_eq!(error.place(), format!("R.{name}"));
    }
    let twice = Value::Record(vec![
        ("d".into(), Value::Double(1.0)),
        ("d".into(), Value::Double(1.0)),
    ]);
    assert!(record_to_json(&schema, RecordId(0), &twice).is_err());
}
