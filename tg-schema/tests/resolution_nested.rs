//! Records in records of writers that have them with other fields: where they are read in the code of the record that
//! holds them, and where by themselves.

use tg_schema::{Decoder, Error, ErrorKind, Limits, Resolution, tg_schema};

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Point {
    x: f64,
    y: f64,
    #[tg(default = "here")]
    label: String,
    n: Option<i64>,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Shape {
    name: String,
    at: Point,
    id: i64,
    to: Box<Point>,
    by: Option<Point>,
    many: Vec<Point>,
    #[tg(default = 5)]
    last: i32,
}

fn point(x: f64) -> Point {
    Point {
        x,
        y: x + 1.0,
        label: "here".into(),
        n: None,
    }
}

fn shape() -> Shape {
    Shape {
        name: "a".into(),
        at: point(1.0),
        id: 70,
        to: Box::new(point(2.0)),
        by: Some(point(3.0)),
        many: vec![point(4.0), point(5.0)],
        last: 5,
    }
}

const X: &str = r#"{"name": "x", "type": "double"}"#;
const SMALL_X: &str = r#"{"name": "x", "type": "int"}"#;
const Y: &str = r#"{"name": "y", "type": "double"}"#;
const LABEL: &str = r#"{"name": "label", "type": "string"}"#;
const N: &str = r#"{"name": "n", "type": ["null", "long"]}"#;
const OLD: &str = r#"{"name": "old", "type": "long"}"#;
const OLDER: &str = r#"{"name": "older", "type": "int"}"#;
const OLDEST: &str = r#"{"name": "oldest", "type": "long"}"#;

/// Forms that a writer may have of the record within.
const FORMS: [&[&str]; 11] = [
    &[X, Y, LABEL, N],
    &[X, Y],
    &[SMALL_X, Y],
    &[SMALL_X, Y, LABEL, N],
    &[X, Y, N],
    &[Y, X],
    &[N, LABEL, Y, X],
    &[X, OLD, Y],
    &[OLD, OLDER, OLDEST, X, Y, LABEL],
    &[X, Y, OLD, OLDER],
    &[N, OLD, OLDER, SMALL_X, OLDEST, Y, LABEL],
];

/// The writer of shapes whose points have these fields, and its message.
fn written(fields: &[&str]) -> (String, Vec<u8>) {
    let inner = format!(
        r#"{{"type": "record", "name": "Point", "fields": [{}]}}"#,
        fields.join(", ")
    );
    let schema = format!(
        r#"{{"type": "record", "name": "Shape", "fields": [
            {{"name": "name", "type": "string"}}, {{"name": "at", "type": {inner}}}, {{"name": "id", "type": "long"}},
            {{"name": "to", "type": "Point"}}, {{"name": "by", "type": ["null", "Point"]}},
            {{"name": "many", "type": {{"type": "array", "items": "Point"}}}}]}}"#
    );
    let point = |x: u8| -> Vec<u8> {
        let field = |field: &&str| match *field {
            X => f64::from(x).to_le_bytes().to_vec(),
            SMALL_X => vec![x * 2],
            Y => f64::from(x + 1).to_le_bytes().to_vec(),
            LABEL => b"\x08here".to_vec(),
            N => vec![0],
            OLD => vec![0x80, 0x80, 0x01],
            OLDER => vec![3],
            _ => [&[0xff; 9][..], &[1]].concat(),
        };
        fields.iter().flat_map(field).collect()
    };
    let bytes = [
        &[2, b'a'][..],
        &point(1),
        &[0x8c, 1],
        &point(2),
        &[2],
        &point(3),
        &[4],
        &point(4),
        &point(5),
        &[0],
    ];
    (schema, bytes.concat())
}

fn decoded(writer: &str, bytes: &[u8], limits: Limits) -> Result<Shape, Error> {
    let resolution = Resolution::<Shape>::of(writer).unwrap();
    assert!(resolution.is_compatible(), "{:?}", resolution.problems());
    let mut decoder = Decoder::new();
    decoder.limits = limits;
    decoder
        .resolved(&resolution, bytes)
        .map(|read| read.message)
}

#[test]
fn a_record_in_a_record_may_have_any_other_fields() {
    for form in FORMS {
        let (writer, bytes) = written(form);
        let read = decoded(&writer, &bytes, Limits::DEFAULT);
        assert_eq!(read.unwrap(), shape(), "{writer}");
        for end in 0..bytes.len() {
            let error = decoded(&writer, &bytes[..end], Limits::DEFAULT).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::End, "{writer} {end}");
        }
        let error = decoded(&writer, &[&bytes[..], &[0]].concat(), Limits::DEFAULT);
        assert_eq!(error.unwrap_err().kind(), ErrorKind::Trailing, "{writer}");
    }
}

#[test]
fn depth_counts_a_record_in_a_record() {
    for form in &FORMS[1..] {
        let (writer, bytes) = written(form);
        let mut limits = Limits::DEFAULT;
        limits.depth = 3;
        assert_eq!(decoded(&writer, &bytes, limits).unwrap(), shape());
        limits.depth = 1;
        let error = decoded(&writer, &bytes, limits).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{writer}");
        assert!(error.to_string().starts_with("Shape.at"), "{error}");
    }
}

/// What stands for the missing fields is counted, wherever the record is.
#[cfg(target_pointer_width = "64")]
#[test]
fn memory_counts_the_defaults_of_a_record_in_a_record() {
    for (form, i) in FORMS.iter().zip(0..) {
        let (writer, bytes) = written(form);
        // The list and the box take the same of all of them; five points have defaults where another writer has them.
        let enough = if i == 0 { 352 } else { 832 } + size_of::<Point>();
        let mut limits = Limits::DEFAULT;
        limits.memory = enough;
        assert_eq!(decoded(&writer, &bytes, limits).unwrap(), shape());
        limits.memory = enough - 1;
        let error = decoded(&writer, &bytes, limits).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Limit, "{writer}");
    }
}

#[test]
fn an_error_names_the_field_of_the_record_within() {
    for (form, field) in [(FORMS[1], "x"), (FORMS[7], "y"), (FORMS[3], "label")] {
        let (writer, bytes) = written(form);
        let start = match field {
            "x" => 2,
            "y" => 2 + 8 + 3,
            _ => 2 + 1 + 8,
        };
        let error = decoded(&writer, &bytes[..start], Limits::DEFAULT).unwrap_err();
        let place = format!("Shape.at.{field}");
        assert!(error.to_string().starts_with(&place), "{place} {error}");
    }
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Chain {
    n: i64,
    next: Option<Box<Chain>>,
    point: Point,
}

#[test]
fn a_record_that_holds_itself_ends_at_the_limit() {
    let writer = format!(
        r#"{{"type": "record", "name": "Chain", "fields": [{{"name": "n", "type": "int"}}, {{"name": "old", "type": "int"}},
            {{"name": "older", "type": "int"}}, {{"name": "next", "type": ["null", "Chain"]}},
            {{"name": "point", "type": {{"type": "record", "name": "Point", "fields": [{Y}, {X}]}}}}]}}"#
    );
    let resolution = Resolution::<Chain>::of(&writer).unwrap();
    let message = |length: usize| -> Vec<u8> {
        let end = [1f64.to_le_bytes(), 0f64.to_le_bytes()].concat();
        let mut bytes = [2, 0x80, 1, 0x80, 0x80, 1, 2].repeat(length - 1);
        bytes.extend([2, 0x80, 1, 0x80, 0x80, 1, 0]);
        bytes.extend(end.repeat(length));
        bytes
    };
    let mut read = resolution.decode(&message(100)).unwrap();
    for _ in 1..100 {
        assert_eq!((read.n, &read.point), (1, &point(0.0)));
        read = *read.next.unwrap();
    }
    assert_eq!(read.next, None);
    let error = resolution.decode(&message(10_000)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
}

/// Unions where the reader has none, of records and of what is in them.
#[test]
fn a_writer_may_say_the_branch_of_each_record() {
    let writer = format!(
        r#"{{"type": "record", "name": "Shape", "fields": [
            {{"name": "name", "type": ["string", "bytes"]}},
            {{"name": "at", "type": ["null", {{"type": "record", "name": "Point", "fields": [{X}, {Y}]}}]}},
            {{"name": "id", "type": ["int", "long"]}}, {{"name": "to", "type": ["Point", "null"]}},
            {{"name": "by", "type": "Point"}}, {{"name": "many", "type": ["null", {{"type": "array", "items": ["null", "Point"]}}]}}]}}"#
    );
    let resolution = Resolution::<Shape>::of(&writer).unwrap();
    assert!(!resolution.is_compatible());
    let point = |x: u8| [f64::from(x).to_le_bytes(), f64::from(x + 1).to_le_bytes()].concat();
    let bytes = |branch: u8| {
        [
            &[0, 2, b'a', branch][..],
            &point(1),
            &[2, 0x8c, 1, 0],
            &point(2),
            &point(3),
            &[2, 4, 2],
            &point(4),
            &[2],
            &point(5),
            &[0],
        ]
        .concat()
    };
    assert_eq!(resolution.decode(&bytes(2)).unwrap(), shape());
    let error = resolution.decode(&bytes(0)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Resolution);
    assert!(error.to_string().starts_with("Shape.at"), "{error}");
    let error = resolution.decode(&bytes(4)).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Type);
}
