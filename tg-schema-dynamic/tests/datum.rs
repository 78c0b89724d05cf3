//! Data of any schema beside our codec, which resolves in another way, and hostile bytes.

use std::collections::BTreeMap;

use tg_schema_dynamic::datum::{Datum, Resolution, Types};
use tg_schema_dynamic::{Codec, Limits, Problem, Random, random_schema, random_writer};
use tg_schema_model::avro::{self, Schema, resolution};
use tg_schema_model::{Json, RecordId};

const SCHEMAS: u64 = 1_500;

/// Whether an error is about the schemas, and not about one value.
fn is_of_schemas(problem: &Problem) -> bool {
    matches!(problem, Problem::Resolution(_) | Problem::Symbol { .. })
}

#[test]
fn reads_as_the_codec_does() {
    let (mut read, mut refused, mut wrong) = (0, 0, Vec::new());
    for seed in 0..SCHEMAS {
        let schema = random_schema(seed);
        let mut random = Random::new(seed).non_finite();
        let record = RecordId(random.below(schema.records.len()));
        let reader = avro::schema(&schema, record);
        let writer = random_writer(seed, &reader);
        let Ok(plan) = resolution::compile(&writer, &schema, record) else {
            continue;
        };
        let codec = Codec::new(&schema, record);
        let (from, to) = (Types::of(&writer), Types::of(&reader));
        let mut resolution = Resolution::new(&to, &from);
        for _ in 0..6 {
            let Some(bytes) = random.datum(&writer) else {
                continue;
            };
            let Ok(datum) = from.decode(&bytes, Limits::default()) else {
                continue;
            };
            // Lists in one block, else the same.
            let again = from.encode(&datum, Limits::default()).unwrap();
            assert_eq!(
                from.decode(&again, Limits::default()).map(debug),
                Ok(debug(datum.clone()))
            );
            let ours = resolution.read(&datum);
            match (codec.resolve(&plan, &bytes), ours.datum) {
                (Ok(value), Some(datum)) => {
                    read += 1;
                    let bytes = to.encode(&datum, Limits::default()).unwrap();
                    let same = codec.read_avro(&bytes).map(|v| format!("{v:?}"));
                    if same != Ok(format!("{value:?}")) {
                        wrong.push(format!("seed {seed}: {value:?} is {same:?}"));
                    }
                }
                (Err(error), None) if is_of_schemas(&error.problem) => refused += 1,
                // A year 10000 and its like, and bytes that are no text.
                (Err(error), _) if !is_of_schemas(&error.problem) => {}
                (result, _) => {
                    let notes = &ours.refusals;
                    wrong.push(format!("seed {seed}: {result:?} beside {notes:?}"));
                }
            }
        }
    }
    let first = wrong.get(..wrong.len().min(5)).unwrap_or_default();
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        first.join("\n")
    );
    assert!(read > 1_500 && refused > 1_000, "{read} {refused}");
}

/// NaN is like NaN here.
fn debug(datum: Datum) -> String {
    format!("{datum:?}")
}

fn schema(text: &str) -> Schema {
    avro::parse(text).unwrap()
}

#[test]
fn unions() {
    let record = |name: &str, field: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "{field}", "type": "int"}}]}}"#
        )
    };
    let read = |writer: &str, reader: &str, datum: Datum| {
        let (writer, reader) = (schema(writer), schema(reader));
        let (from, to) = (Types::of(&writer), Types::of(&reader));
        Resolution::new(&to, &from).read(&datum)
    };
    let union = |index, datum| Some(Datum::Union(index, Box::new(datum)));
    // The same type goes before one that it becomes, wherever it stands.
    let found = read(r#""int""#, r#"["double", "long", "int"]"#, Datum::Int(1));
    assert_eq!(found.datum, union(2, Datum::Int(1)));
    let found = read(r#""int""#, r#"["string", "double"]"#, Datum::Int(1));
    assert_eq!(found.datum, union(1, Datum::Double(1.0)));
    let both = format!("[{}, {}]", record("x.R", "a"), record("y.R", "a"));
    let datum = Datum::Record(vec![Datum::Int(1)]);
    let found = read(&record("y.R", "a"), &both, datum.clone());
    assert_eq!(found.datum, union(1, datum.clone()));
    let found = read(&record("z.R", "a"), &both, datum.clone());
    assert_eq!(found.datum, union(0, datum.clone()));
    // The branch is there, and some data do not fit it: the place says more than the union would.
    let found = read(&record("x.R", "b"), &both, datum);
    assert_eq!(found.datum, None);
    assert_eq!(
        (found.refusals[0].reader.as_str(), found.refusals.len()),
        ("a", 1)
    );
    // The value decides, not the type.
    let found = read(
        r#"["null", "int"]"#,
        r#""int""#,
        Datum::Union(1, Box::new(Datum::Int(4))),
    );
    assert_eq!(found.datum, Some(Datum::Int(4)));
}

/// What was found out by names does not count any more.
#[test]
fn names_of_records_count_until_they_do_not() {
    let record = |name: &str, word: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "a", "type": "{word}"}}]}}"#
        )
    };
    let writer = schema(&record("A", "int"));
    let reader = schema(&format!(
        "[{}, {}]",
        record("B", "string"),
        record("C", "int")
    ));
    let (from, to) = (Types::of(&writer), Types::of(&reader));
    let datum = Datum::Record(vec![Datum::Int(1)]);
    let mut resolution = Resolution::new(&to, &from);
    assert_eq!(resolution.read(&datum).datum, None);
    let read = resolution.by_fields(2).read(&datum);
    assert_eq!(read.datum, Some(Datum::Union(1, Box::new(datum))));
}

/// As `Schema.applyAliases` of Java has it.
#[test]
fn aliases_of_fields_are_looked_for_by_the_names_of_records_alone() {
    let read = |reader: &str, writer: &str, times: u8| {
        let (reader, writer) = (schema(reader), schema(writer));
        let (from, to) = (Types::of(&writer), Types::of(&reader));
        let mut resolution = Resolution::new(&to, &from).by_fields(times);
        resolution.read(&Datum::Record(vec![Datum::Int(1), Datum::Int(2)]))
    };
    let record = |name: &str, a: &str, b: &str, rest: &str| {
        format!(
            r#"{{"type": "record", "name": "{name}", "fields": [{{"name": "a", "type": "int"{a}}},
                {{"name": "b", "type": "int"{b}}}{rest}]}}"#
        )
    };
    let plain = record("R", "", "", "");
    let own = record("R", r#", "aliases": ["b"]"#, "", "");
    let both = Some(Datum::Record(vec![Datum::Int(1), Datum::Int(2)]));
    // Both fields of the writer are called `a`.
    assert_eq!(read(&own, &plain, 1).datum, None);
    // Schemas that are equal to Java are not looked at any more.
    assert_eq!(read(&own, &plain, 0).datum, both);
    // Another record has the writer's name for an alias: its fields count, and it has none with aliases.
    let other = r#", {"name": "c", "type": ["null", {"type": "record", "name": "S", "aliases": ["R"],
        "fields": []}], "default": null}"#;
    let found = read(&record("R", r#", "aliases": ["b"]"#, "", other), &plain, 2);
    assert!(found.refusals.is_empty(), "{found:?}");
    // One that goes on under its own name is not lost to another that knows it by an alias which does not count.
    let third = |name: &str, default: u8| {
        format!(r#", {{"name": "e", "type": "int", "default": {default}, "aliases": ["{name}"]}}"#)
    };
    let found = read(&record("n.S", "", "", &third("a", 7)), &plain, 2);
    assert!(found.changes.is_empty(), "{found:?}");
    let renamed = r#"{"type": "record", "name": "n.S", "fields": [{"name": "a", "type": "int"}"#;
    let found = read(&format!("{renamed}{}]}}", third("b", 7)), &plain, 2);
    assert!(!found.changes.is_empty(), "{found:?}");
    // And here it has one.
    let other = r#", {"name": "c", "type": ["null", {"type": "record", "name": "S", "aliases": ["R"],
        "fields": [{"name": "b", "type": "int", "aliases": ["a"]}]}], "default": null}"#;
    let found = read(&record("R", "", "", other), &plain, 2);
    let places: Vec<_> = found.refusals.iter().map(|r| r.reader.as_str()).collect();
    assert_eq!(places, ["a", "b"]);
    // Names that change places twice are where they were.
    let swapped = record("R", r#", "aliases": ["b"]"#, r#", "aliases": ["a"]"#, "");
    let turned = Some(Datum::Record(vec![Datum::Int(2), Datum::Int(1)]));
    assert_eq!(read(&swapped, &plain, 1).datum, turned);
    assert_eq!(read(&swapped, &plain, 2).datum, both);
}

#[test]
fn defaults_in_every_form() {
    let reader = schema(
        r#"{"type": "record", "name": "R", "fields": [
            {"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["X", "Y"]}, "default": "Y"},
            {"name": "f", "type": {"type": "fixed", "name": "F", "size": 2}, "default": "\u0000ÿ"},
            {"name": "b", "type": "bytes", "default": "ÿ"},
            {"name": "u", "type": ["null", "string"], "default": null},
            {"name": "s", "type": ["string", "null"], "default": "t"},
            {"name": "m", "type": {"type": "map", "values": "E"}, "default": {"k": "X"}},
            {"name": "l", "type": {"type": "array", "items": "double"}, "default": [1, 2.5]},
            {"name": "r", "type": {"type": "record", "name": "S", "fields": [
                {"name": "x", "type": "long", "default": 7}, {"name": "y", "type": "boolean"}]},
             "default": {"y": true}}]}"#,
    );
    let writer = schema(r#"{"type": "record", "name": "R", "fields": []}"#);
    let (from, to) = (Types::of(&writer), Types::of(&reader));
    let read = Resolution::new(&to, &from).read(&Datum::Record(Vec::new()));
    let datum = read.datum.unwrap();
    assert_eq!(
        to.to_json(&datum).compact(),
        r#"{"e":"Y","f":"\u0000ÿ","b":"ÿ","u":null,"s":"t","m":{"k":"X"},"l":[1.0,2.5],"r":{"x":7,"y":true}}"#
    );
    let bytes = to.encode(&datum, Limits::default()).unwrap();
    assert_eq!(to.decode(&bytes, Limits::default()), Ok(datum));
}

#[test]
fn defaults_without_end_are_refused() {
    let text = r#"{"type": "record", "name": "R", "fields": [
        {"name": "a", "type": "R", "default": {}}, {"name": "b", "type": "R", "default": {}}]}"#;
    let reader = avro::parse_with(text, avro::Rules::Registered).unwrap();
    let to = Types::of(&reader);
    assert!(to.default(&reader, &Json::Object(Vec::new())).is_err());
}

#[test]
fn hostile_bytes() {
    let schemas = [
        r#"{"type": "array", "items": "null"}"#,
        r#"{"type": "array", "items": {"type": "record", "name": "E", "fields": []}}"#,
        r#"{"type": "map", "values": {"type": "fixed", "name": "F", "size": 0}}"#,
        r#"{"type": "record", "name": "L", "fields": [{"name": "next", "type": ["null", "L"]}]}"#,
        r#"{"type": "array", "items": {"type": "array", "items": "double"}}"#,
        r#"["bytes", {"type": "fixed", "name": "G", "size": 2000000000}]"#,
    ];
    let mut random = Random::new(7);
    let mut outcomes = BTreeMap::new();
    for text in schemas {
        let schema = schema(text);
        let types = Types::of(&schema);
        for n in 0..3_000 {
            let mut bytes = random.octets(n % 40);
            // Small numbers lead further.
            if random.one_in(2) {
                bytes.iter_mut().for_each(|byte| *byte %= 5);
            }
            let read = types.decode_first(&bytes, Limits::default().items(1_000));
            *outcomes.entry(read.is_ok()).or_insert(0) += 1;
        }
    }
    assert!(
        outcomes[&true] > 100 && outcomes[&false] > 2_000,
        "{outcomes:?}"
    );
    let list = schema(schemas[3]);
    let deep = vec![2; 100_000];
    let error = Types::of(&list)
        .decode(&deep, Limits::default())
        .unwrap_err();
    assert!(matches!(error.problem, Problem::Depth(_)), "{error}");
    let nulls = schema(schemas[0]);
    let many = [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01];
    let error = Types::of(&nulls)
        .decode(&many, Limits::default())
        .unwrap_err();
    assert!(matches!(error.problem, Problem::Items(_)), "{error}");
}
