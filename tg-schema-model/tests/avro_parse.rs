//! Avro schema text: what is read, what is refused and where.

use tg_schema_model::avro::{self, Kind, Logical, Rules, Schema, parse, parse_with};
use tg_schema_model::json;

/// Reads, writes and reads again.
fn round(text: &str) -> Schema {
    let schema = parse(text).unwrap_or_else(|e| panic!("{e}: {text}"));
    assert_eq!(parse(&schema.to_json().compact()).as_ref(), Ok(&schema));
    schema
}

/// Written as it was read, key order included.
fn same(text: &str) {
    assert_eq!(round(text).to_json(), json::parse(text).unwrap());
}

fn problem(text: &str) -> String {
    parse(text).map(|s| s.canonical()).unwrap_err().to_string()
}

#[test]
fn everything_is_kept() {
    same(
        r#"{"type":"record","name":"R","namespace":"a.b","doc":"d","aliases":["Q","c.P"],"fields":[
        {"name":"x","type":{"type":"int","logicalType":"date","note":[1,{"k":null}]},"default":3,"doc":"f","aliases":["y"],"order":"ignore","extra":true},
        {"name":"e","type":{"type":"enum","name":"E","doc":"d","aliases":["F"],"symbols":["A","B"],"default":"A","p":1},"default":"B","order":"descending"},
        {"name":"f","type":{"type":"fixed","name":"F","namespace":"z","doc":"d","aliases":["G"],"size":16,"logicalType":"uuid","p":"q"}},
        {"name":"u","type":["string",{"type":"array","items":"E","q":1},{"type":"map","values":"z.F","java-class":"x"},"R","int"],"default":"s"},
        {"name":"n","type":{"type":"record","name":"N","namespace":"","fields":[{"name":"a","type":["null","a.b.R"],"default":null}]}}
        ],"custom":{"a":1.50}}"#,
    );
}

#[test]
fn logical_types() {
    for (kind, name, logical) in [
        ("int", "date", Logical::Date),
        ("int", "time-millis", Logical::TimeMillis),
        ("long", "time-micros", Logical::TimeMicros),
        ("long", "timestamp-millis", Logical::TimestampMillis),
        ("long", "timestamp-micros", Logical::TimestampMicros),
        ("long", "timestamp-nanos", Logical::TimestampNanos),
        (
            "long",
            "local-timestamp-millis",
            Logical::LocalTimestampMillis,
        ),
        (
            "long",
            "local-timestamp-micros",
            Logical::LocalTimestampMicros,
        ),
        (
            "long",
            "local-timestamp-nanos",
            Logical::LocalTimestampNanos,
        ),
        ("string", "uuid", Logical::Uuid),
        ("bytes", "big-decimal", Logical::BigDecimal),
    ] {
        let text = format!(r#"{{"type":"{kind}","logicalType":"{name}"}}"#);
        let kind = Kind::from_name(kind).unwrap();
        assert_eq!(round(&text), Schema::logical(kind, logical));
        same(&text);
    }
    let decimal = Logical::Decimal {
        precision: 4,
        scale: 0,
    };
    let text = r#"{"type":"bytes","logicalType":"decimal","precision":4}"#;
    assert_eq!(round(text), Schema::logical(Kind::Bytes, decimal));
    let Schema::Fixed(fixed) =
        round(r#"{"type":"fixed","name":"D","size":12,"logicalType":"duration"}"#)
    else {
        panic!("a fixed")
    };
    assert_eq!((fixed.size, fixed.logical), (12, Some(Logical::Duration)));
}

#[test]
fn logical_types_that_do_not_fit_mean_nothing() {
    for text in [
        r#"{"type":"string","logicalType":"date"}"#,
        r#"{"type":"int","logicalType":"no-such"}"#,
        r#"{"type":"int","logicalType":7}"#,
        r#"{"type":"bytes","logicalType":"decimal"}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":0}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":2,"scale":3}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":2,"scale":-1}"#,
        r#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":10,"scale":2}"#,
        r#"{"type":"fixed","name":"F","size":4,"logicalType":"duration"}"#,
    ] {
        same(text);
        match round(text) {
            Schema::Primitive(p) => assert_eq!(p.logical, None),
            Schema::Fixed(f) => assert_eq!(f.logical, None),
            other => panic!("{other:?}"),
        }
    }
    let Schema::Fixed(f) = round(
        r#"{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":9,"scale":2}"#,
    ) else {
        panic!("a fixed")
    };
    assert_eq!(
        f.logical,
        Some(Logical::Decimal {
            precision: 9,
            scale: 2
        })
    );
}

#[test]
fn names() {
    let schema = round(
        r#"{"type":"record","name":"a.R","namespace":"ignored","fields":[
        {"name":"x","type":{"type":"enum","name":"E","symbols":[]}},
        {"name":"y","type":{"type":"a.E"}},{"name":"z","type":"E"}]}"#,
    );
    assert_eq!(
        schema.canonical(),
        concat!(
            r#"{"name":"a.R","type":"record","fields":[{"name":"x","type":{"name":"a.E","type":"enum","symbols":[]}},"#,
            r#"{"name":"y","type":"a.E"},{"name":"z","type":"a.E"}]}"#
        )
    );
    let names: Vec<String> = schema
        .definitions()
        .keys()
        .map(|name| name.full())
        .collect();
    assert_eq!(names, ["a.E", "a.R"]);
}

/// A record of one field.
fn one(field: &str) -> String {
    format!(r#"{{"type":"record","name":"R","fields":[{field}]}}"#)
}

#[test]
fn refusals() {
    for (text, message) in [
        (
            "{",
            "expected a key in quotes, found the end of the text at byte 1",
        ),
        ("3", "expected a type, found a number"),
        ("\"Int\"", "no type \"Int\"; did you mean \"int\""),
        ("\"Foo\"", "no type \"Foo\" is defined before this place"),
        ("{}", "a type needs the attribute \"type\""),
        (
            r#"{"type":["int"]}"#,
            "/type: expected the name of a type, found an array",
        ),
        (r#"["int",["null"]]"#, "/1: a union directly inside a union"),
        (
            r#"["int","string","int"]"#,
            "/2: the union has int twice; first as branch 0",
        ),
        (
            r#"[{"type":"int","logicalType":"date"},"int"]"#,
            "/1: the union has int twice; first as branch 0",
        ),
        (
            r#"[{"type":"array","items":"int"},{"type":"array","items":"long"}]"#,
            "/1: the union has array twice; first as branch 0",
        ),
        (r#"{"type":"array"}"#, "the attribute \"items\" is missing"),
        (
            r#"{"type":"map","values":"x"}"#,
            "/values: no type \"x\" is defined before this place",
        ),
        (
            r#"{"type":"record","fields":[]}"#,
            "a record, enum or fixed needs a name",
        ),
        (
            r#"{"type":"record","name":"R"}"#,
            "record R needs an array \"fields\"",
        ),
        (
            r#"{"type":"record","name":"1R","fields":[]}"#,
            "/name: \"1R\" is not a name",
        ),
        (
            r#"{"type":"record","name":"R","namespace":"a..b","fields":[]}"#,
            "/name: \"\" is not a name",
        ),
        (
            r#"{"type":"record","name":".R","fields":[]}"#,
            "/name: a name starts with a dot",
        ),
        (
            r#"{"type":"record","name":"a.string","fields":[]}"#,
            "/name: \"string\" is the name of a primitive type",
        ),
        (
            r#"{"type":"record","name":"R","aliases":["a-b"],"fields":[]}"#,
            "/aliases/0: \"a-b\" is not a name",
        ),
        (
            r#"{"type":"record","name":"R","aliases":"a","fields":[]}"#,
            "/aliases: expected an array",
        ),
        (
            r#"{"type":"record","name":"R","doc":1,"fields":[]}"#,
            "/doc: expected a string, found a number",
        ),
        (&one("1"), "/fields/0: expected a field, found a number"),
        (&one(r#"{"type":"int"}"#), "/fields/0: a field needs a name"),
        (
            &one(r#"{"name":"a"}"#),
            "/fields/0: the attribute \"type\" is missing",
        ),
        (
            &one(r#"{"name":"a.b","type":"int"}"#),
            "/fields/0/name: \"a.b\" is not a name",
        ),
        (
            &one(r#"{"name":"año","type":"int"}"#),
            "/fields/0/name: \"año\" is not a name",
        ),
        (
            &one(r#"{"name":"a","type":"int"},{"name":"a","type":"int"}"#),
            "/fields/1: field \"a\" is also field 0",
        ),
        (
            &one(r#"{"name":"a","type":"int","order":"up"}"#),
            "/fields/0/order: \"up\" is none of",
        ),
        (
            &one(r#"{"name":"a","type":["null",{"type":"array","items":"b.R"}]}"#),
            "/fields/0/type/1/items: no type \"b.R\" is defined before this place",
        ),
        (
            &one(r#"{"name":"a","type":"int","default":null}"#),
            "/fields/0/default: the default does not fit the type: expected a 32-bit integer, found null",
        ),
        (
            &one(
                r#"{"name":"a","type":{"type":"map","values":["null",{"type":"record","name":"S","fields":[{"name":"b","type":"boolean","default":0}]}]}}"#,
            ),
            "/fields/0/type/values/1/fields/0/default: the default does not fit the type: expected a boolean, found 0",
        ),
        (
            &one(r#"{"name":"a","type":{"type":"record","name":"R","fields":[]}}"#),
            "/fields/0/type/name: R is defined twice",
        ),
        (
            r#"{"type":"enum","name":"E"}"#,
            "enum E needs an array \"symbols\"",
        ),
        (
            r#"{"type":"enum","name":"E","symbols":[1]}"#,
            "/symbols/0: expected a symbol, found a number",
        ),
        (
            r#"{"type":"enum","name":"E","symbols":["A","A"]}"#,
            "/symbols/1: symbol \"A\" is also symbol 0",
        ),
        (
            r#"{"type":"enum","name":"E","symbols":["A"],"default":"B"}"#,
            "/default: the default \"B\" is none of the symbols",
        ),
        (
            r#"{"type":"fixed","name":"F","size":-1}"#,
            "fixed F needs a whole number of bytes",
        ),
        (
            r#"{"type":"fixed","name":"F"}"#,
            "fixed F needs a whole number of bytes",
        ),
    ] {
        let found = problem(text);
        assert!(found.starts_with(message), "{text}\n  {found}");
    }
}

#[test]
fn a_default_may_be_of_any_branch() {
    round(&one(
        r#"{"name":"a","type":["null","string"],"default":"x"}"#,
    ));
    round(&one(
        r#"{"name":"a","type":["null","R"],"default":{"a":{"a":null}}}"#,
    ));
}

#[test]
fn what_registries_hold() {
    let inner = r#"{"type":"record","name":"In","fields":[{"name":"x","type":"int"}]}"#;
    for (text, canonical) in [
        (one(r#"{"name":"año","type":"int"}"#), r#"[{"name":"año","type":"int"}]"#.to_owned()),
        (one(r#"{"name":"a","default":null,"type":"string"}"#), r#"[{"name":"a","type":"string"}]"#.to_owned()),
        (one(r#"{"name":"a","type":["null","null"]}"#), r#"[{"name":"a","type":["null","null"]}]"#.to_owned()),
        (
            one(&format!(r#"{{"name":"a","type":{inner}}},{{"name":"b","type":["null",{inner}]}}"#)),
            concat!(
                r#"[{"name":"a","type":{"name":"In","type":"record","fields":[{"name":"x","type":"int"}]}},"#,
                r#"{"name":"b","type":["null","In"]}]"#
            )
            .to_owned(),
        ),
        (
            one(&format!(
                r#"{{"name":"a","type":{inner}}},{{"name":"b","type":{{"type":"record","name":"N","namespace":"z","fields":[{{"name":"i","type":"In"}}]}}}}"#
            )),
            concat!(
                r#"[{"name":"a","type":{"name":"In","type":"record","fields":[{"name":"x","type":"int"}]}},"#,
                r#"{"name":"b","type":{"name":"z.N","type":"record","fields":[{"name":"i","type":"In"}]}}]"#
            )
            .to_owned(),
        ),
        (one(r#"{"name":"a","type":{"type":{"type":"array","items":"int"}}}"#), r#"[{"name":"a","type":{"type":"array","items":"int"}}]"#.to_owned()),
    ] {
        assert!(parse(&text).is_err(), "{text}");
        let schema = parse_with(&text, Rules::Registered).unwrap_or_else(|e| panic!("{e}: {text}"));
        assert_eq!(schema.canonical(), format!(r#"{{"name":"R","type":"record","fields":{canonical}}}"#));
    }
    let other = inner.replace("int", "long");
    let text = one(&format!(
        r#"{{"name":"a","type":{inner}}},{{"name":"b","type":{other}}}"#
    ));
    assert!(parse_with(&text, Rules::Registered).is_err());
    let text = one(r#"{"name":"a","type":["null",{"type":"array","items":"enum"}]}"#);
    assert!(parse_with(&text, Rules::Registered).is_err());
    // As an object a union is one too.
    let text = one(r#"{"name":"a","type":["null",{"type":["null","int"]}]}"#);
    let error = parse_with(&text, Rules::Registered).unwrap_err();
    assert_eq!(error.message, "a union directly inside a union");
}

#[test]
fn limits() {
    let nested = |n: usize| {
        let open = r#"{"type":"array","items":"#.repeat(n);
        format!("{open}\"int\"{}", "}".repeat(n))
    };
    assert!(parse(&nested(avro::MAX_DEPTH - 1)).is_ok());
    assert_eq!(
        problem(&nested(avro::MAX_DEPTH)).split(": ").last(),
        Some("more than 256 types inside each other")
    );
    assert!(problem(&nested(100_000)).contains("inside each other"));
    assert!(
        problem(&format!("\"{}\"", "x".repeat(avro::MAX_TEXT_BYTES))).starts_with("a schema of")
    );
    // Short references to a long name.
    let name = "n".repeat(100_000);
    let fields: Vec<String> = (0..2_000)
        .map(|i| format!(r#"{{"name":"f{i}","type":["null","R"]}}"#))
        .collect();
    let text = format!(
        r#"{{"type":"record","name":"R","namespace":"{name}","fields":[{}]}}"#,
        fields.join(",")
    );
    assert!(problem(&text).contains("the names are longer than"));
}

#[test]
fn large_defaults_of_large_types_end() {
    let fields: String = (0..20_000)
        .map(|i| format!(r#"{{"name":"f{i}","type":"int"}},"#))
        .collect();
    let entries: String = (0..20_000).map(|i| format!(r#""f{i}":{i},"#)).collect();
    let text = one(&format!(
        r#"{{"name":"a","default":{{{}}},"type":{{"type":"record","name":"S","fields":[{}]}}}}"#,
        entries.trim_end_matches(','),
        fields.trim_end_matches(',')
    ));
    round(&text);
}

#[test]
fn the_depth_limit_fits_a_small_stack() {
    let records = |n: usize| {
        let open = |i| {
            format!(r#"{{"type":"record","name":"R{i}","fields":[{{"name":"a","type":["null","#)
        };
        let open: String = (0..n).map(open).collect();
        format!("{open}\"int\"{}", "]}]}".repeat(n))
    };
    assert!(problem(&records(avro::MAX_DEPTH / 2)).contains("inside each other"));
    let text = records(avro::MAX_DEPTH / 2 - 1);
    let small = std::thread::Builder::new().stack_size(3 << 19);
    let read = small.spawn(move || parse(&text).map(|s| parse(&s.canonical()).as_ref() == Ok(&s)));
    assert_eq!(read.unwrap().join().unwrap(), Ok(true));
}

#[test]
fn damaged_text_never_panics() {
    let text = r#"{"type":"record","name":"R","namespace":"a","fields":[{"name":"x","type":["null",{"type":"enum","name":"E","symbols":["A"],"default":"A"}],"default":null},{"name":"y","type":{"type":"fixed","name":"F","size":4,"logicalType":"decimal","precision":9}}]}"#;
    round(text);
    let mut seed = 1u64;
    let mut next = |n: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as usize % n
    };
    let mut refused = 0;
    for i in 0..20_000 {
        let mut bytes = text.as_bytes().to_vec();
        match i % 3 {
            0 => bytes.truncate(next(bytes.len())),
            1 => {
                let at = next(bytes.len());
                bytes[at] = next(128) as u8;
            }
            _ => {
                let (from, to, len) = (next(bytes.len()), next(bytes.len()), next(40));
                let piece: Vec<u8> = bytes.iter().copied().skip(from).take(len).collect();
                bytes.splice(to..to, piece);
            }
        }
        let damaged = String::from_utf8(bytes).unwrap();
        for rules in [Rules::Spec, Rules::Registered] {
            match parse_with(&damaged, rules) {
                Ok(schema) => assert!(!schema.canonical().is_empty()),
                Err(e) => refused += usize::from(!e.message.is_empty()),
            }
        }
    }
    assert!(refused > 10_000);
}
