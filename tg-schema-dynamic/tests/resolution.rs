//! Messages of other writers, byte by byte.

use tg_schema_dynamic::{Codec, Error, Limits, Problem, Value};
use tg_schema_model::avro::resolution::compile;
use tg_schema_model::avro::{self, Rules, import};
use tg_schema_model::{
    Diagnostics, Presence, Profile, RecordId, Schema, Sources, Type, avro::Schema as Avro,
};

/// The model that an Avro text stands for; the record is the first.
fn model(text: &str) -> Schema {
    let mut sources = Sources::default();
    let file = import::File {
        path: vec!["reader".into()],
        source: sources.add("reader.avsc", text),
    };
    let (mut schema, mut diagnostics) = (Schema::default(), Diagnostics::default());
    import::import(&[file], &sources, &mut schema, &mut diagnostics);
    assert!(!diagnostics.has_errors(), "{text}: {diagnostics:#?}");
    schema
}

fn record(fields: &str) -> String {
    format!(r#"{{"type": "record", "name": "R", "fields": [{fields}]}}"#)
}

/// A record `R` with a field `f` of this type.
fn of(ty: &str) -> String {
    record(&format!(r#"{{"name": "f", "type": {ty}}}"#))
}

fn written(text: &str) -> Avro {
    avro::parse_with(text, Rules::Registered).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn resolve_in(schema: &Schema, writer: &str, bytes: &[u8], limits: Limits) -> Result<Value, Error> {
    let plan = compile(&written(writer), schema, RecordId(0)).unwrap();
    Codec::new(schema, RecordId(0))
        .limits(limits)
        .resolve(&plan, bytes)
}

fn resolve(writer: &str, reader: &str, bytes: &[u8]) -> Result<Value, Error> {
    resolve_in(&model(reader), writer, bytes, Limits::default())
}

/// The field `f` of the message.
#[track_caller]
fn value(writer: &str, reader: &str, bytes: &[u8]) -> Value {
    let value = resolve(&of(writer), &of(reader), bytes).unwrap_or_else(|e| panic!("{e}"));
    value.field("f").cloned().unwrap_or(Value::Null)
}

#[track_caller]
fn error(writer: &str, reader: &str, bytes: &[u8]) -> String {
    match resolve(&of(writer), &of(reader), bytes) {
        Ok(value) => panic!("{value:?}"),
        Err(e) => e.to_string(),
    }
}

#[test]
fn numbers_are_promoted() {
    assert_eq!(value(r#""int""#, r#""float""#, &[0x0D]), Value::Float(-7.0));
    assert_eq!(
        value(r#""int""#, r#""double""#, &[0x0D]),
        Value::Double(-7.0)
    );
    assert_eq!(value(r#""int""#, r#""long""#, &[0x0D]), Value::Long(-7));
    let long = [0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]; // 2^53 + 1
    assert_eq!(
        value(r#""long""#, r#""double""#, &long),
        Value::Double(9_007_199_254_740_992.0)
    );
    assert_eq!(
        value(r#""long""#, r#""float""#, &long),
        Value::Float(9_007_199_254_740_992.0)
    );
    assert_eq!(
        value(r#""float""#, r#""double""#, &0.1_f32.to_le_bytes()),
        Value::Double(f64::from(0.1_f32))
    );
    let beyond = [0x80, 0x80, 0x80, 0x80, 0x20];
    assert!(error(r#""int""#, r#""double""#, &beyond).contains("R.f: expected an int"));
}

#[test]
fn texts_and_octets() {
    assert_eq!(
        value(r#""bytes""#, r#""string""#, b"\x04hi"),
        Value::String("hi".into())
    );
    assert_eq!(
        value(r#""string""#, r#""bytes""#, b"\x04hi"),
        Value::Bytes(b"hi".into())
    );
    assert!(error(r#""bytes""#, r#""string""#, b"\x02\xff").contains("UTF-8"));
}

#[test]
fn unions() {
    let (null, string) = (r#"["null", "string"]"#, r#""string""#);
    assert_eq!(
        value(null, string, b"\x02\x04hi"),
        Value::String("hi".into())
    );
    assert_eq!(
        error(null, string, &[0]),
        "R.f: the writer may have no value here, and string needs one (make the type optional: `T?`) (at byte 1)"
    );
    assert!(error(null, string, &[4]).contains("branch of the writer's union (less than 2)"));
    assert!(error("[]", string, &[0]).contains("(less than 0)"));
    assert_eq!(value(string, null, b"\x04hi"), Value::String("hi".into()));
    assert_eq!(value(r#""null""#, null, b""), Value::Null);
    assert_eq!(value(r#"["string", "null"]"#, null, &[2]), Value::Null);
    let several = r#"["int", "long", "float", "boolean"]"#;
    assert_eq!(value(several, r#""double""#, &[0, 3]), Value::Double(-2.0));
    assert_eq!(
        value(several, r#"["null", "double"]"#, &[2, 3]),
        Value::Double(-2.0)
    );
    assert!(
        error(several, r#""double""#, &[6, 1]).contains("boolean, which cannot be read as double")
    );
    let list = r#"{"type": "array", "items": ["string", "null", "bytes"]}"#;
    let optional = r#"{"type": "array", "items": ["null", "string"]}"#;
    let (a, b) = (Value::String("a".into()), Value::String("b".into()));
    assert_eq!(
        value(list, optional, b"\x06\x00\x02a\x02\x04\x02b\x00"),
        Value::Array(vec![a, Value::Null, b])
    );
}

#[test]
fn symbols() {
    let colors = |symbols: &str, rest: &str| {
        format!(r#"{{"type": "enum", "name": "Color", "symbols": [{symbols}]{rest}}}"#)
    };
    let writer = colors(r#""RED", "GREEN", "BLUE""#, "");
    let reader = colors(r#""GREEN", "RED""#, "");
    let symbol = |name: &str| Value::Enum(name.into());
    assert_eq!(value(&writer, &reader, &[0]), symbol("RED"));
    assert_eq!(
        error(&writer, &reader, &[4]),
        "R.f: the writer's symbol \"BLUE\" is none of Color, which has no default (at byte 0)"
    );
    assert!(error(&writer, &reader, &[6]).contains("less than 3"));
    assert!(error(&writer, &reader, &[1]).contains("less than 3"));
    let reader = colors(r#""GREEN", "RED""#, r#", "default": "RED""#);
    assert_eq!(value(&writer, &reader, &[4]), symbol("RED"));
}

/// A reader with every row of the presence table.
fn rows() -> Schema {
    let mut schema = model(&record(
        r#"{"name": "required", "type": "int"},
           {"name": "default", "type": "int", "default": 5},
           {"name": "optional", "type": ["null", "int"], "default": null},
           {"name": "nullable", "type": ["null", "int"], "default": null}"#,
    ));
    schema.records[0].fields[3].presence = Presence::NullableDefault(Value::Int(7));
    schema
}

#[test]
fn fields_that_the_writer_has_not_take_their_defaults() {
    let schema = rows();
    let read =
        |fields: &str, bytes: &[u8]| resolve_in(&schema, &record(fields), bytes, Limits::default());
    let entry = |name: &str, n| (name.to_owned(), Value::Int(n));
    let required = r#"{"name": "required", "type": "int"}"#;
    assert_eq!(
        read(required, &[2]),
        Ok(Value::Record(vec![
            entry("required", 1),
            entry("default", 5),
            entry("nullable", 7)
        ]))
    );
    let all = format!(
        r#"{{"name": "nullable", "type": ["int", "null"]}}, {{"name": "optional", "type": "int"}},
           {{"name": "default", "type": "int"}}, {required}"#
    );
    assert_eq!(
        read(&all, &[2, 4, 6, 8]),
        Ok(Value::Record(vec![
            entry("required", 4),
            entry("default", 3),
            entry("optional", 2),
            entry("nullable", 7)
        ]))
    );
    assert_eq!(
        read(&all, &[0, 18, 4, 6, 8]).map(|v| v.field("nullable").cloned()),
        Ok(Some(Value::Int(9)))
    );
    let missing = read(r#"{"name": "default", "type": "int"}"#, &[2]).unwrap_err();
    assert_eq!(
        missing.to_string(),
        "R: the writer's R has no field \"required\", and there is no default (give the field a default, \
         make it optional (`T?`), or name the writer's field as an alias) (at byte 0)"
    );
    assert!(matches!(missing.problem, Problem::Resolution(_)));
}

#[test]
fn unset_records_of_the_profile_are_none() {
    let sub = r#"{"type": "record", "name": "S", "fields": [
        {"name": "a", "type": ["null", "string"], "default": null},
        {"name": "b", "type": ["null", "boolean"], "default": null}]}"#;
    let reader = record(&format!(
        r#"{{"name": "s", "type": ["null", {sub}], "default": null}}"#
    ));
    let mut schema = model(&reader);
    for record in &mut schema.records {
        record.profile = Profile::PulsarRecord;
    }
    let writer = record(
        r#"{"name": "s", "type": {"type": "record", "name": "S", "fields": [
            {"name": "b", "type": "boolean"}, {"name": "c", "type": "int"}]}}"#,
    );
    let read = |bytes: &[u8]| resolve_in(&schema, &writer, bytes, Limits::default()).unwrap();
    assert_eq!(read(&[0, 2]), Value::Record(vec![]));
    assert!(read(&[1, 2]).field("s").is_some());
    schema.records[0].profile = Profile::Plain;
    assert!(
        resolve_in(&schema, &writer, &[0, 2], Limits::default())
            .unwrap()
            .field("s")
            .is_some()
    );
}

#[test]
fn limits_hold() {
    let limited = |writer: &str, reader: &str, bytes: &[u8], limits: Limits| {
        resolve_in(&model(reader), writer, bytes, limits).map_err(|e| e.to_string())
    };
    let huge = [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]; // i64::MAX
    let block = |count: &[u8]| [count, &[0]].concat();
    // Items without bytes that nobody reads take no time, whatever their number.
    let nulls = of(r#"{"type": "array", "items": "null"}"#);
    let nothing = record("");
    assert!(limited(&nulls, &nothing, &block(&huge), Limits::default()).is_ok());
    // Those that are read count.
    let optional = of(r#"{"type": "array", "items": ["null", "int"]}"#);
    let e = limited(&nulls, &optional, &block(&huge), Limits::default()).unwrap_err();
    assert!(e.contains("more than 4194304 items"), "{e}");
    let e = limited(&nulls, &optional, &[6, 0], Limits::default().items(2)).unwrap_err();
    assert!(e.contains("more than 2 items"), "{e}");
    assert!(limited(&nulls, &optional, &[6, 0], Limits::default().items(3)).is_ok());
    let e = limited(&nulls, &optional, &[6, 0], Limits::default().memory(100)).unwrap_err();
    assert!(e.contains("memory"), "{e}");
    // Those that have bytes cannot be more than there are.
    let ints = of(r#"{"type": "array", "items": "int"}"#);
    let doubles = of(r#"{"type": "array", "items": "double"}"#);
    let e = limited(&ints, &doubles, &block(&huge), Limits::default()).unwrap_err();
    assert!(e.contains("at most 1"), "{e}");
    assert!(limited(&ints, &nothing, &block(&huge), Limits::default()).is_err());
    // Defaults cost memory as often as they are taken.
    let default = of(
        r#"{"type": "array", "items": {"type": "record", "name": "S", "fields": [
            {"name": "s", "type": "string", "default": "0123456789012345678901234567890123456789"}]}}"#,
    );
    let empty = of(r#"{"type": "array", "items": {"type": "record", "name": "S", "fields": []}}"#);
    let e = limited(
        &empty,
        &default,
        &[0x80, 0x80, 0x20, 0],
        Limits::default().memory(10_000_000),
    );
    assert!(e.unwrap_err().contains("memory"));
}

#[test]
fn depth_is_limited_where_values_are_read_and_where_they_are_not() {
    let deep = |levels: usize| {
        let mut bytes = vec![2; levels];
        bytes.push(0);
        bytes
    };
    let writer = record(r#"{"name": "f", "type": ["null", "R"]}, {"name": "x", "type": "null"}"#);
    let reader = of(r#"["null", "R"]"#);
    let read = |reader: &str, n| resolve_in(&model(reader), &writer, &deep(n), Limits::default());
    assert!(read(&reader, 127).is_ok());
    assert!(matches!(
        read(&reader, 128),
        Err(Error {
            problem: Problem::Depth(128),
            ..
        })
    ));
    assert!(read(&record(""), 127).is_ok());
    assert!(matches!(
        read(&record(""), 100_000),
        Err(Error {
            problem: Problem::Depth(128),
            ..
        })
    ));
    // A record that needs itself has no value.
    let endless = record(
        r#"{"name": "x", "type": {"type": "record", "name": "S", "fields": [{"name": "s", "type": "S"}]}}"#,
    );
    let e = resolve(&endless, &record(""), &[]).unwrap_err();
    assert!(matches!(e.problem, Problem::Depth(128)));
}

#[test]
fn a_plan_of_another_record_is_refused() {
    let schema = model(&of(r#"{"type": "array", "items": "double"}"#));
    let writer = written(&of(r#"{"type": "array", "items": "int"}"#));
    let plan = compile(&writer, &schema, RecordId(0)).unwrap();
    for other in [
        record(""),
        of(r#""string""#),
        of(r#"["null", "string"]"#),
        of(r#"{"type": "array", "items": "string"}"#),
    ] {
        let other = model(&other);
        let e = Codec::new(&other, RecordId(0))
            .resolve(&plan, &[2, 2, 0])
            .unwrap_err();
        assert!(e.to_string().contains("another record or schema"), "{e}");
    }
}

#[test]
fn headers() {
    let schema = model(&of(r#""double""#));
    let codec = Codec::new(&schema, RecordId(0));
    let writer = written(&of(r#""int""#));
    let plan = compile(&writer, &schema, RecordId(0)).unwrap();
    let fingerprint = writer.fingerprint().crc64;
    let expected = Value::Record(vec![("f".into(), Value::Double(3.0))]);
    let framed = |fingerprint: u64, body: &[u8]| {
        [
            &tg_schema_dynamic::frame::single_object_header(fingerprint)[..],
            body,
        ]
        .concat()
    };
    let read = |bytes: &[u8]| codec.resolve_single_object(&plan, fingerprint, bytes);
    assert_eq!(read(&framed(fingerprint, &[6])), Ok(expected.clone()));
    // The record's own messages are known by their fingerprint.
    assert_eq!(
        read(&codec.write_single_object(&expected).unwrap()),
        Ok(expected.clone())
    );
    let e = read(&framed(1, &[6])).unwrap_err().to_string();
    assert_eq!(
        e,
        format!(
            "R: the message was written with the schema of fingerprint 0000000000000001; \
             the writer's schema has {fingerprint:016x}, this record has {:016x} (at byte 2)",
            codec.fingerprint()
        )
    );
    assert_eq!(
        read(&framed(fingerprint, &[])).unwrap_err().offset,
        Some(10)
    );
    assert_eq!(
        codec.resolve_confluent(&plan, &[0, 0, 0, 1, 2, 6]),
        Ok((258, expected))
    );
    assert_eq!(
        codec
            .resolve_confluent(&plan, &[0, 0, 0, 1, 2])
            .unwrap_err()
            .offset,
        Some(5)
    );
}

#[test]
fn fields_of_a_type_that_holds_a_record() {
    // Optional in a list, in a record that the writer has in another namespace.
    let reader = of(
        r#"{"type": "array", "items": ["null", {"type": "record", "name": "S", "fields": [
        {"name": "n", "type": "double"}, {"name": "up", "type": ["null", "R"], "default": null}]}]}"#,
    );
    let writer = of(
        r#"{"type": "array", "items": {"type": "record", "name": "x.S", "fields": [
        {"name": "n", "type": "int"}]}}"#,
    );
    let item = Value::Record(vec![("n".into(), Value::Double(1.0))]);
    assert_eq!(
        resolve(&writer, &reader, &[2, 2, 0]),
        Ok(Value::Record(vec![("f".into(), Value::Array(vec![item]))]))
    );
    assert!(matches!(
        model(&reader).records[0].fields[0].ty,
        Type::Array(_)
    ));
}
