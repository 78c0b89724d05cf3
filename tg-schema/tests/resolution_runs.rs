//! Messages of writers that have some of the reader's fields in the reader's order and others not: every kind of field
//! at both ends of what is read together.

use std::collections::BTreeMap;

use tg_schema::{
    Date, Decoder, ErrorKind, Limits, Message, Resolution, Time, Timestamp, tg_schema,
};

#[tg_schema]
#[derive(Clone, Copy, Debug, PartialEq)]
enum Color {
    #[tg(default)]
    Red,
    Green,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Leaf {
    #[tg(default = 1)]
    n: i64,
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Kinds {
    #[tg(default = false)]
    a: bool,
    #[tg(default = 1)]
    b: i32,
    #[tg(default = 1)]
    c: i64,
    #[tg(default = 1)]
    d: i64,
    #[tg(default = 1.0)]
    e: f32,
    #[tg(default = 1.0)]
    f: f64,
    #[tg(default = "x")]
    g: String,
    #[tg(default = "Red")]
    h: Color,
    i: Option<i64>,
    j: Option<String>,
    k: Option<Leaf>,
    l: Option<Vec<i64>>,
    m: Option<BTreeMap<String, f64>>,
    n: Option<Color>,
    #[tg(default = 5, nullable)]
    o: i64,
    p: Option<Date>,
    q: Option<Time>,
    r: Option<Timestamp>,
    #[tg(default = 1)]
    s: i64,
}

/// A field of a reader: what it is called, its type, a value, what stands there without one, and how a writer with
/// another type writes the value.
struct Piece {
    name: String,
    ty: String,
    value: Vec<u8>,
    default: Vec<u8>,
    other: Option<(&'static str, Vec<u8>)>,
}

fn pieces() -> Vec<Piece> {
    let long = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    let text = "a text that is longer than what is copied at once, by far";
    let text = [&[(text.len() * 2) as u8], text.as_bytes()].concat();
    let some = |value: &[u8]| [&[2], value].concat();
    type Of<'a> = (&'a str, Vec<u8>, Vec<u8>, Option<(&'static str, Vec<u8>)>);
    let color = r#"{"type": "enum", "name": "Color", "symbols": ["Red", "Green"]}"#;
    let leaf = r#"["null", {"type": "record", "name": "Leaf", "fields": [{"name": "n", "type": "long"}]}]"#;
    let all: Vec<Of<'_>> = vec![
        ("\"boolean\"", vec![1], vec![0], None),
        ("\"int\"", vec![0xfe, 0xff, 0xff, 0xff, 0x0f], vec![2], None),
        (
            "\"long\"",
            vec![0x80, 0x01],
            vec![2],
            Some(("\"int\"", vec![0x80, 0x01])),
        ),
        ("\"long\"", long.to_vec(), vec![2], None),
        (
            "\"float\"",
            3f32.to_le_bytes().to_vec(),
            1f32.to_le_bytes().to_vec(),
            Some(("\"long\"", vec![6])),
        ),
        (
            "\"double\"",
            3f64.to_le_bytes().to_vec(),
            1f64.to_le_bytes().to_vec(),
            Some(("\"float\"", 3f32.to_le_bytes().to_vec())),
        ),
        (
            "\"string\"",
            text.clone(),
            vec![2, b'x'],
            Some(("\"bytes\"", text.clone())),
        ),
        (color, vec![2], vec![0], None),
        (
            r#"["null", "long"]"#,
            vec![2, 0x80, 0x80, 0x80, 0x80, 0x01],
            vec![0],
            Some(("\"long\"", vec![0x80, 0x80, 0x80, 0x80, 0x01])),
        ),
        (
            r#"["null", "string"]"#,
            some(&text),
            vec![0],
            Some((r#"["string", "null"]"#, [&[0], &text[..]].concat())),
        ),
        (
            leaf,
            some(&[18]),
            vec![0],
            Some((
                r#"{"type": "record", "name": "Leaf", "fields": [{"name": "x", "type": "boolean"}, {"name": "n", "type": "int"}]}"#,
                vec![1, 18],
            )),
        ),
        (
            r#"["null", {"type": "array", "items": "long"}]"#,
            some(&[4, 2, 0x80, 0x01, 0]),
            vec![0],
            None,
        ),
        (
            r#"["null", {"type": "map", "values": "double"}]"#,
            some(&[&[2, 2, b'k'][..], &2f64.to_le_bytes(), &[0]].concat()),
            vec![0],
            Some((
                r#"{"type": "map", "values": "int"}"#,
                vec![2, 2, b'k', 4, 0],
            )),
        ),
        (r#"["null", "Color"]"#, vec![2, 2], vec![0], None),
        (
            r#"["null", "long"]"#,
            vec![2, 40],
            vec![2, 10],
            Some(("\"int\"", vec![40])),
        ),
        (
            r#"["null", {"type": "int", "logicalType": "date"}]"#,
            vec![2, 40],
            vec![0],
            None,
        ),
        (
            r#"["null", {"type": "int", "logicalType": "time-millis"}]"#,
            vec![2, 40],
            vec![0],
            None,
        ),
        (
            r#"["null", {"type": "long", "logicalType": "timestamp-millis"}]"#,
            vec![2, 40],
            vec![0],
            None,
        ),
        (
            "\"long\"",
            vec![0x80, 0x80, 0x01],
            vec![2],
            Some(("\"int\"", vec![0x80, 0x80, 0x01])),
        ),
    ];
    let names = 'a'..='z';
    all.into_iter()
        .zip(names)
        .map(|((ty, value, default, other), name)| Piece {
            name: name.into(),
            ty: ty.into(),
            value,
            default,
            other,
        })
        .collect()
}

/// What a writer has next.
#[derive(Clone, Copy)]
enum Part {
    /// The reader's field.
    Own(usize),
    /// It, in another type where there is one.
    Other(usize),
    /// A field of its own.
    Extra(&'static str, &'static [u8]),
}

/// The writer with these parts, and its message.
fn written(record: &str, pieces: &[Piece], parts: &[Part]) -> (String, Vec<u8>) {
    let (mut fields, mut bytes) = (Vec::new(), Vec::new());
    // The first field of an enum says what it is.
    let mut colors = 0;
    for (at, part) in parts.iter().enumerate() {
        let (name, ty, value) = match *part {
            Part::Own(i) => (pieces[i].name.clone(), &*pieces[i].ty, &pieces[i].value[..]),
            Part::Other(i) => match &pieces[i].other {
                Some((ty, value)) => (pieces[i].name.clone(), *ty, &value[..]),
                None => (pieces[i].name.clone(), &*pieces[i].ty, &pieces[i].value[..]),
            },
            Part::Extra(ty, value) => (format!("extra{at}"), ty, value),
        };
        let mut ty = ty.to_owned();
        if ty.contains("Color") {
            let definition = r#"{"type": "enum", "name": "Color", "symbols": ["Red", "Green"]}"#;
            ty = match (colors, ty.starts_with('[')) {
                (0, true) => format!(r#"["null", {definition}]"#),
                (0, false) => definition.into(),
                (_, true) => r#"["null", "Color"]"#.into(),
                (_, false) => "\"Color\"".into(),
            };
            colors += 1;
        }
        fields.push(format!(r#"{{"name": "{name}", "type": {ty}}}"#));
        bytes.extend_from_slice(value);
    }
    let text = format!(
        r#"{{"type": "record", "name": "{record}", "fields": [{}]}}"#,
        fields.join(", ")
    );
    (text, bytes)
}

/// Reads it, and every beginning of it.
fn reads<T: Message + std::fmt::Debug>(record: &str, pieces: &[Piece], parts: &[Part]) {
    let (writer, bytes) = written(record, pieces, parts);
    let resolution = Resolution::<T>::of(&writer).unwrap();
    assert!(resolution.is_compatible(), "{:?}", resolution.problems());
    let mut has = vec![false; pieces.len()];
    for part in parts {
        if let Part::Own(i) | Part::Other(i) = *part {
            has[i] = true;
        }
    }
    let expected: Vec<u8> = pieces
        .iter()
        .zip(has)
        .flat_map(|(piece, has)| if has { &piece.value } else { &piece.default })
        .copied()
        .collect();
    let read = resolution.decode(&bytes).unwrap();
    assert_eq!(read.to_avro().unwrap(), expected, "{writer} {read:?}");
    for end in 0..bytes.len() {
        let error = resolution.decode(&bytes[..end]).unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::End),
            "{writer} {end} {error}"
        );
    }
    let error = resolution.decode(&[&bytes[..], &[0]].concat()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Trailing, "{writer}");
}

const EXTRAS: [Part; 5] = [
    Part::Extra("\"double\"", &[0; 8]),
    Part::Extra("\"long\"", &[0x80, 0x80, 0x01]),
    Part::Extra("\"string\"", &[4, b'h', b'i']),
    Part::Extra(r#"{"type": "array", "items": "string"}"#, &[2, 2, b'x', 0]),
    Part::Extra(r#"["null", "boolean"]"#, &[2, 1]),
];

#[test]
fn every_kind_may_be_the_first_and_the_last_that_is_read_together() {
    let pieces = pieces();
    let n = pieces.len();
    let own = |range: std::ops::Range<usize>| range.map(Part::Own);
    for first in 0..n {
        for end in first + 1..=n {
            let parts: Vec<Part> = own(first..end).collect();
            reads::<Kinds>("Kinds", &pieces, &parts);
            let extra = EXTRAS[(first + end) % EXTRAS.len()];
            let turned = own(first..end)
                .chain([extra])
                .chain(own(0..first))
                .chain(own(end..n));
            reads::<Kinds>("Kinds", &pieces, &turned.collect::<Vec<_>>());
        }
    }
}

#[test]
fn every_kind_may_be_of_another_type_between_others() {
    let pieces = pieces();
    let n = pieces.len();
    for at in 0..n {
        let parts = (0..n).map(|i| {
            if i == at {
                Part::Other(i)
            } else {
                Part::Own(i)
            }
        });
        reads::<Kinds>("Kinds", &pieces, &parts.collect::<Vec<_>>());
        reads::<Kinds>("Kinds", &pieces, &[Part::Other(at)]);
    }
    let backwards: Vec<Part> = (0..n).rev().map(Part::Other).collect();
    reads::<Kinds>("Kinds", &pieces, &backwards);
}

#[test]
fn a_writer_may_have_nothing_that_the_reader_has() {
    let pieces = pieces();
    reads::<Kinds>("Kinds", &pieces, &[]);
    reads::<Kinds>("Kinds", &pieces, &EXTRAS);
}

#[test]
fn an_error_names_the_field_wherever_it_is() {
    let pieces = pieces();
    let parts: Vec<Part> = (1..pieces.len()).map(Part::Own).collect();
    let (writer, bytes) = written("Kinds", &pieces, &parts);
    let resolution = Resolution::<Kinds>::of(&writer).unwrap();
    let mut start = 0;
    for piece in &pieces[1..] {
        // A varint without an end, or a length or branch that is none.
        let error = resolution.decode(&[&bytes[..start], &[0xff; 11]].concat());
        // Numbers of fixed sizes and what follows them may be anything.
        if !matches!(&*piece.name, "e" | "f") {
            let place = format!("Kinds.{}", piece.name);
            let error = error.unwrap_err().to_string();
            assert!(error.starts_with(&place), "{place} {error}");
        }
        start += piece.value.len();
    }
}

macro_rules! longs {
    ($record:ident: $($field:ident)*) => {
        #[tg_schema]
        #[derive(Clone, Debug, PartialEq)]
        struct $record {
            $(#[tg(default = 7)] $field: i64,)*
        }
        impl $record {
            const NAMES: &'static [&'static str] = &[$(stringify!($field)),*];
        }
    };
}
longs!(Wide:
    a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6 d7
    d8 d9 e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 g0 g1 g2 g3 g4 g5 g6 g7 g8 g9);

#[test]
fn records_of_more_than_64_fields_are_read_as_others_are() {
    let pieces: Vec<Piece> = Wide::NAMES
        .iter()
        .zip(100..)
        .map(|(name, n)| Piece {
            name: (*name).into(),
            ty: "\"long\"".into(),
            value: vec![(n as u8) << 1 & 0x7e | 0x80, 3],
            default: vec![14],
            other: None,
        })
        .collect();
    let n = pieces.len();
    let borders = [0, 1, 31, 62, 63, 64, 65, 69, n];
    for first in borders {
        for end in borders.into_iter().filter(|end| *end > first) {
            let parts: Vec<Part> = (first..end).map(Part::Own).collect();
            reads::<Wide>("Wide", &pieces, &parts);
            let turned = (end..n).chain(first..end).chain(0..first).map(Part::Own);
            reads::<Wide>("Wide", &pieces, &turned.collect::<Vec<_>>());
        }
    }
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Need {
    a: i64,
    b: f64,
    c: bool,
}

#[test]
fn depth_counts_a_record_that_holds_none_and_what_is_jumped_over_in_it() {
    let read = |extra: &str, bytes: &[u8], depth| {
        let writer = format!(
            r#"{{"type": "record", "name": "Need", "fields": [{{"name": "c", "type": "boolean"}},
                {{"name": "x", "type": {extra}}}, {{"name": "a", "type": "int"}}, {{"name": "b", "type": "float"}}]}}"#
        );
        let resolution = Resolution::<Need>::of(&writer).unwrap();
        let mut decoder = Decoder::new();
        let mut limits = Limits::DEFAULT;
        limits.depth = depth;
        decoder.limits = limits;
        let read = decoder.resolved(&resolution, bytes);
        read.map(|read| read.message).map_err(|e| e.kind())
    };
    let need = Need {
        a: 3,
        b: 1.0,
        c: true,
    };
    let float = 1f32.to_le_bytes();
    let flat = [&[1, 2, b'x', 6][..], &float].concat();
    assert_eq!(read("\"string\"", &flat, 0), Err(ErrorKind::Limit));
    assert_eq!(read("\"string\"", &flat, 1), Ok(need.clone()));
    let inner = r#"{"type": "record", "name": "In", "fields": [{"name": "t", "type": ["null", "string"]}]}"#;
    let deep = [&[1, 2, 2, b'x', 6][..], &float].concat();
    assert_eq!(read(inner, &deep, 1), Err(ErrorKind::Limit));
    assert_eq!(read(inner, &deep, 2), Ok(need));
}

#[tg_schema]
#[derive(Clone, Debug, PartialEq)]
struct Tree {
    n: i64,
    m: i64,
    left: Option<Box<Tree>>,
    items: Vec<Tree>,
}

#[test]
fn records_that_hold_themselves_are_read_at_every_level() {
    let writer = r#"{"type": "record", "name": "Tree", "fields": [{"name": "m", "type": "long"}, {"name": "n", "type": "int"},
        {"name": "items", "type": {"type": "array", "items": "Tree"}}, {"name": "left", "type": ["null", "Tree"]}]}"#;
    let resolution = Resolution::<Tree>::of(writer).unwrap();
    let leaf = |n, m| Tree {
        n,
        m,
        left: None,
        items: vec![],
    };
    let tree = Tree {
        left: Some(Box::new(leaf(3, 4))),
        items: vec![leaf(5, 6), leaf(7, 8)],
        ..leaf(1, 2)
    };
    let bytes = [4, 2, 4, 12, 10, 0, 0, 16, 14, 0, 0, 0, 2, 8, 6, 0, 0];
    assert_eq!(resolution.decode(&bytes).unwrap(), tree);
}

/// A union where the reader has the type of one branch: at every place of the record, beside fields that the writer
/// has as the reader does, with gaps, and with branches that cannot be read.
#[test]
fn branches_of_unions_stand_anywhere() {
    #[tg_schema]
    #[derive(Clone, Debug, PartialEq)]
    struct Four {
        a: i64,
        b: String,
        c: bool,
        d: f64,
    }
    let expected = Four {
        a: -70_000,
        b: "text".into(),
        c: true,
        d: 0.5,
    };
    let own: [(&str, Vec<u8>); 4] = [
        ("\"long\"", vec![0xdf, 0xc5, 0x08]),
        ("\"string\"", b"\x08text".to_vec()),
        ("\"boolean\"", vec![1]),
        ("\"double\"", 0.5f64.to_le_bytes().to_vec()),
    ];
    let limits = Decoder::new();
    for unions in 0u32..16 {
        for gap in 0..5 {
            for order in [[0, 1, 2, 3], [2, 3, 0, 1], [3, 2, 1, 0]] {
                for (place, index) in [(0, 0u8), (1, 2)] {
                    let mut fields = Vec::new();
                    let mut bytes = Vec::new();
                    let mut starts = Vec::new();
                    for (n, i) in order.into_iter().enumerate() {
                        if n == gap {
                            fields.push(r#"{"name": "gap", "type": "int"}"#.to_owned());
                            bytes.push(14);
                        }
                        let (ty, value) = &own[i];
                        let name = ["a", "b", "c", "d"][i];
                        let ty = match unions >> i & 1 {
                            0 => (*ty).to_owned(),
                            _ => {
                                starts.push((bytes.len(), name));
                                bytes.push(index);
                                let mut branches = vec!["\"null\""];
                                branches.insert(place, ty);
                                format!("[{}]", branches.join(","))
                            }
                        };
                        fields.push(format!(r#"{{"name": "{name}", "type": {ty}}}"#));
                        bytes.extend(value);
                    }
                    let writer = format!(
                        r#"{{"type": "record", "name": "Four", "fields": [{}]}}"#,
                        fields.join(",")
                    );
                    let resolution = Resolution::<Four>::of(&writer).unwrap();
                    let read = |bytes: &[u8]| limits.resolved(&resolution, bytes);
                    assert_eq!(read(&bytes).unwrap().message, expected, "{writer}");
                    for (at, name) in starts {
                        // An index in two bytes is the same; null cannot be read; there is no third branch.
                        let mut long = bytes.clone();
                        long.splice(at..=at, [0x80 | index, 0]);
                        assert_eq!(read(&long).unwrap().message, expected, "{writer}");
                        for (other, kind) in [
                            (2 - index, ErrorKind::Resolution),
                            (4, ErrorKind::Type),
                            (1, ErrorKind::Type),
                        ] {
                            let mut bytes = bytes.clone();
                            bytes[at] = other;
                            let error = read(&bytes).unwrap_err();
                            assert_eq!(error.kind(), kind, "{writer} {error}");
                            assert!(
                                error.to_string().contains(&format!("Four.{name}")),
                                "{error}"
                            );
                        }
                        for end in at..bytes.len() {
                            assert_eq!(read(&bytes[..end]).unwrap_err().kind(), ErrorKind::End);
                        }
                    }
                }
            }
        }
    }
}
