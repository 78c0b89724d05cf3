//! Messages built by hand: to exhaust the reader, or to be wrong in one place.

use tg_schema_dynamic::{Codec, Error, Limits, Problem, Value};
use tg_schema_model::{
    Encoding, Field, FieldPulsar, Module, Presence, Profile, Record, RecordId, Schema, Span, Type,
};

fn field(name: &str, ty: Type, presence: Presence) -> Field {
    Field {
        name: name.into(),
        ty,
        presence,
        encoding: Encoding::Base64,
        doc: None,
        aliases: Vec::new(),
        deprecated: None,
        pulsar: FieldPulsar::default(),
        origin: None,
        span: Span::NONE,
        type_span: Span::NONE,
        default_span: Span::NONE,
        places: Default::default(),
    }
}

fn schema(records: &[(&str, Profile, Vec<Field>)]) -> Schema {
    Schema {
        modules: vec![Module::default()],
        records: records
            .iter()
            .map(|(name, profile, fields)| Record {
                name: (*name).into(),
                profile: *profile,
                fields: fields.clone(),
                ..Record::default()
            })
            .collect(),
        ..Schema::default()
    }
}

const PLAIN: Profile = Profile::Plain;
const FIRST: RecordId = RecordId(0);

fn array(item: Type) -> Type {
    Type::Array(Box::new(item))
}

fn long(n: i64) -> Vec<u8> {
    let mut rest = ((n << 1) ^ (n >> 63)) as u64;
    let mut out = Vec::new();
    while rest > 0x7F {
        out.push(rest as u8 | 0x80);
        rest >>= 7;
    }
    out.push(rest as u8);
    out
}

fn problem(result: Result<Value, Error>) -> Problem {
    result.expect_err("the input must be refused").problem
}

#[test]
fn counts_without_bytes_are_refused() {
    let empty = ("Empty", PLAIN, Vec::new());
    let list = field("list", array(Type::Record(RecordId(1))), Presence::Required);
    let schema = schema(&[("List", PLAIN, vec![list]), empty]);
    let codec = Codec::new(&schema, FIRST);
    let limits = Limits::default();

    // Items of no bytes: only the limit stops them.
    for count in [i64::MAX, i64::MIN, 4_194_305, -4_194_305] {
        let mut bytes = long(count);
        if count < 0 {
            bytes.extend(long(0));
        }
        bytes.push(0);
        assert_eq!(
            problem(codec.read_avro(&bytes)),
            Problem::Items(limits.items)
        );
    }
    // Many blocks add up.
    let mut bytes = Vec::new();
    for _ in 0..5 {
        bytes.extend(long(1_000_000));
    }
    assert_eq!(
        problem(codec.read_avro(&bytes)),
        Problem::Items(limits.items)
    );
    // Memory is counted before it is taken.
    let small = Codec::new(&schema, FIRST).limits(limits.memory(10_000));
    assert_eq!(
        problem(small.read_avro(&long(1_000))),
        Problem::Memory(10_000)
    );
    let few = Codec::new(&schema, FIRST).limits(limits.items(3));
    assert!(few.read_avro(&[6, 0]).is_ok());
    assert_eq!(problem(few.read_avro(&[8, 0])), Problem::Items(3));
    assert_eq!(
        problem(few.read_json(br#"{"list":[{},{},{},{}]}"#)),
        Problem::Items(3)
    );
}

#[test]
fn counts_beyond_the_input_are_refused_at_once() {
    let list = field("list", array(Type::Double), Presence::Required);
    let map = field("map", Type::Map(Box::new(Type::Long)), Presence::Required);
    let schema = schema(&[("List", PLAIN, vec![list]), ("Map", PLAIN, vec![map])]);
    for id in schema.record_ids() {
        let codec = Codec::new(&schema, id);
        for count in [6, 1_000_000, i64::MAX] {
            let mut bytes = long(count);
            bytes.extend([0; 9]);
            let error = codec.read_avro(&bytes).unwrap_err();
            assert!(
                error.to_string().contains("the number of items in a block"),
                "{error}"
            );
            assert_eq!(error.offset, Some(0));
        }
        // Sizes of blocks that go beyond the input. What they say inside it is for readers that skip.
        for size in [-1, 100, i64::MAX] {
            let mut bytes = long(-1);
            bytes.extend(long(size));
            bytes.extend([0; 8]);
            bytes.push(0);
            assert!(codec.read_avro(&bytes).is_err(), "{size}");
        }
    }
    let mut bytes = long(-1);
    bytes.extend(long(8));
    bytes.extend(1.5_f64.to_le_bytes());
    bytes.extend(long(1));
    bytes.extend(2.5_f64.to_le_bytes());
    bytes.push(0);
    let value = Codec::new(&schema, FIRST).read_avro(&bytes);
    let list = Value::Array(vec![Value::Double(1.5), Value::Double(2.5)]);
    assert_eq!(value, Ok(Value::Record(vec![("list".into(), list)])));
}

#[test]
fn recursion_ends() {
    let next = field("next", Type::Record(FIRST), Presence::Optional);
    let lists = field(
        "lists",
        array(Type::Record(RecordId(1))),
        Presence::Required,
    );
    let schema = schema(&[("Node", PLAIN, vec![next]), ("Tree", PLAIN, vec![lists])]);
    let chain = |n: usize| {
        let mut bytes = vec![2; n - 1];
        bytes.push(0);
        bytes
    };
    let nested = |n: usize| {
        let node = Value::Record(Vec::new());
        (1..n).fold(node, |inner, _| Value::Record(vec![("next".into(), inner)]))
    };
    let codec = Codec::new(&schema, FIRST);
    assert_eq!(codec.read_avro(&chain(128)), Ok(nested(128)));
    assert_eq!(codec.write_avro(&nested(128)), Ok(chain(128)));
    let text = codec.write_json(&nested(128)).unwrap();
    assert_eq!(codec.read_json(&text), Ok(nested(128)));

    assert_eq!(problem(codec.read_avro(&chain(129))), Problem::Depth(128));
    assert_eq!(
        problem(codec.read_avro(&vec![2; 1_000_000])),
        Problem::Depth(128)
    );
    assert_eq!(
        codec.write_avro(&nested(129)).unwrap_err().problem,
        Problem::Depth(128)
    );
    assert_eq!(
        codec.write_json(&nested(129)).unwrap_err().problem,
        Problem::Depth(128)
    );
    for open in [
        "{\"next\":",
        "{\"unknown\":",
        "[",
        "{\"unknown\":[",
        "{\"next\":[",
    ] {
        let text = open.repeat(200_000);
        assert_eq!(
            problem(codec.read_json(text.as_bytes())),
            Problem::Depth(128),
            "{open}"
        );
    }
    let flat = Codec::new(&schema, FIRST).limits(Limits::default().depth(1));
    assert_eq!(flat.read_avro(&[0]), Ok(nested(1)));
    assert_eq!(problem(flat.read_avro(&[2, 0])), Problem::Depth(1));
    let deep = Codec::new(&schema, FIRST).limits(Limits::default().depth(500));
    let run = || {
        assert_eq!(deep.read_avro(&chain(500)), Ok(nested(500)));
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(64 << 20)
            .spawn_scoped(scope, run);
        thread.unwrap().join().unwrap();
    });
    // A tree is two levels a step.
    let tree = Codec::new(&schema, RecordId(1));
    assert_eq!(
        problem(tree.read_avro(&vec![2; 1_000_000])),
        Problem::Depth(128)
    );
}

#[test]
fn small_texts_cannot_stand_for_much_memory() {
    let large = Value::String("x".repeat(10_000));
    let nullable = Presence::NullableDefault(large);
    let text = field("text", Type::String, nullable);
    let list = field("list", array(Type::Record(RecordId(1))), Presence::Required);
    let schema = schema(&[("List", PLAIN, vec![list]), ("Large", PLAIN, vec![text])]);
    let codec = Codec::new(&schema, FIRST);
    let limit = Limits::default().memory;

    let mut avro = long(100_000);
    avro.extend(vec![0; 100_001]);
    assert_eq!(problem(codec.read_avro(&avro)), Problem::Memory(limit));
    let json = format!("{{\"list\":[{}{{}}]}}", "{},".repeat(99_999));
    assert_eq!(
        problem(codec.read_json(json.as_bytes())),
        Problem::Memory(limit)
    );
    let room = Codec::new(&schema, FIRST).limits(Limits::default().memory(2 << 30));
    assert!(room.read_avro(&long(0)).is_ok());
    // What is not in the record takes memory too while it is parsed.
    let small = Codec::new(&schema, FIRST).limits(Limits::default().memory(10_000));
    let json = format!("{{\"other\":[{}0]}}", "0,".repeat(9_999));
    assert_eq!(
        problem(small.read_json(json.as_bytes())),
        Problem::Memory(10_000)
    );
}

#[test]
fn nested_unset_records_take_no_time() {
    // A reader that looked at each sub-record twice, once for being unset and once for its value,
    // would need 2^60 steps.
    let inner = Value::Record(Vec::new());
    let outer = vec![
        field("a", Type::Record(RecordId(1)), Presence::Default(inner)),
        field("z", Type::Long, Presence::Required),
    ];
    let back = field("b", Type::Record(FIRST), Presence::Optional);
    let profile = Profile::PulsarRecord;
    let schema = schema(&[("Outer", profile, outer), ("Inner", profile, vec![back])]);
    let codec = Codec::new(&schema, FIRST);
    let levels = 60;
    let text = format!(
        "{}null{}",
        "{\"a\":{\"b\":".repeat(levels),
        "},\"z\":1}".repeat(levels)
    );
    let (send, receive) = std::sync::mpsc::channel();
    let reader = schema.clone();
    std::thread::spawn(move || send.send(Codec::new(&reader, FIRST).read_json(text.as_bytes())));
    let result = receive.recv_timeout(std::time::Duration::from_secs(30));
    let value = result.expect("the reader must come to an end").unwrap();
    let avro = [vec![2; levels - 1], vec![0], vec![2; levels]].concat();
    assert_eq!(codec.write_avro(&value), Ok(avro.clone()));
    assert_eq!(codec.read_avro(&avro), Ok(value));
}

#[test]
fn strange_bytes_are_errors_with_a_place() {
    let fields = vec![
        field("flag", Type::Boolean, Presence::Required),
        field("tags", Type::Map(Box::new(Type::Int)), Presence::Required),
        field(
            "sum",
            Type::Decimal {
                precision: 3,
                scale: 1,
            },
            Presence::Optional,
        ),
        field("day", Type::Date, Presence::Optional),
        field("at", Type::TimestampMs, Presence::Optional),
        field("id", Type::Uuid, Presence::Optional),
    ];
    let schema = schema(&[("Thing", PLAIN, fields)]);
    let codec = Codec::new(&schema, FIRST);
    let error = |bytes: &[u8]| codec.read_avro(bytes).unwrap_err().to_string();
    assert!(codec.read_avro(&[0, 0, 0, 0, 0, 0]).is_ok());
    for (bytes, text) in [
        (
            &[2][..],
            "Thing.flag: expected a boolean (0 or 1), found byte 2 (at byte 0)",
        ),
        (
            &[0, 4, 2, b'k', 0, 2, b'k', 2, 0],
            "Thing.tags: the key \"k\" is there twice (at byte 5)",
        ),
        (
            &[0, 2, 2, 0xFF, 0, 0],
            "Thing.tags: expected a map key, found bytes that are not UTF-8 (at byte 3)",
        ),
        (
            &[0, 0, 4],
            "Thing.sum: expected a union branch (0 or 1), found 2 (at byte 2)",
        ),
        (
            &[0, 0, 2, 0],
            "Thing.sum: expected a decimal of at most 3 digits, found no bytes (at byte 3)",
        ),
        (
            &[0, 0, 2, 4, 3, 0xE8],
            "Thing.sum: expected a decimal of at most 3 digits, found a greater number in 2 bytes (at byte 3)",
        ),
        (
            &[0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F],
            "Thing.day: expected a date in the years 0001 to 9999, found day -2147483648 (at byte 4)",
        ),
        (
            &[
                0, 0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1,
            ],
            "Thing.at: expected a timestamp in the years 0001 to 9999, found -9223372036854775808 milliseconds since 1970 (at byte 5)",
        ),
        (
            &[0, 0, 0, 0, 0, 2, 2, b'x'],
            "Thing.id: expected a UUID of 36 characters, found \"x\" (at byte 6)",
        ),
        (
            &[0, 0, 0, 0, 0, 0, 0],
            "Thing: one byte is left after the message (at byte 6)",
        ),
        (
            &[0, 0, 0],
            "Thing.day: expected a union branch (0 or 1), found the end of the input (at byte 3)",
        ),
    ] {
        assert_eq!(error(bytes), text);
    }
    // Three bytes for a number of one: more sign than needed is read.
    let value = codec.read_avro(&[0, 0, 2, 6, 0, 0, 15, 0, 0, 0]).unwrap();
    assert_eq!(
        codec.write_json(&value).unwrap(),
        br#"{"flag":false,"tags":{},"sum":"1.5"}"#
    );

    let error = |text: &str| codec.read_json(text.as_bytes()).unwrap_err().to_string();
    assert!(error(r#"{"flag":true,"tags":{"k":1.0}}"#).starts_with("Thing.tags[\"k\"]: "));
    assert!(error(r#"{"flag":true,"tags":{}"#).ends_with("(at byte 22)"));
    assert!(error("{\"flag\":true,\"tags\":{},\"x\":\"\u{1}\"}").ends_with("(at byte 28)"));
    let broken = codec.read_json(b"{\"\xFF").unwrap_err();
    assert_eq!(
        broken.to_string(),
        "Thing: expected JSON, found bytes that are not UTF-8 (at byte 2)"
    );
    let nested = "[".repeat(200);
    for text in [
        "",
        "{",
        "{}{}",
        r#"{"x":1,"x":1}"#,
        r#"{"x":"\ud800"}"#,
        &nested,
    ] {
        let said = error(text);
        assert!(said.starts_with("Thing: "), "{said}");
    }
    for read in [
        codec.read_single_object(&[0xC3]),
        codec.read_single_object(&[0; 12]),
        codec.read_single_object(&[0xC3, 1, 0, 0, 0, 0, 0, 0, 0, 0]),
        codec.read_confluent(&[0]).map(|(_, value)| value),
        codec.read_confluent(&[1; 9]).map(|(_, value)| value),
    ] {
        let said = read.unwrap_err().to_string();
        assert!(said.starts_with("Thing: "), "{said}");
    }
}

#[test]
fn values_that_do_not_fit_are_not_written() {
    let fields = vec![
        field("n", Type::Int, Presence::Required),
        field(
            "list",
            array(Type::Optional(Box::new(Type::Bytes))),
            Presence::Optional,
        ),
        field(
            "sum",
            Type::Decimal {
                precision: 3,
                scale: 1,
            },
            Presence::Optional,
        ),
        field("at", Type::TimestampMs, Presence::Optional),
    ];
    let schema = schema(&[("Thing", PLAIN, fields)]);
    let codec = Codec::new(&schema, FIRST);
    let thing = |entries: &[(&str, Value)]| {
        Value::Record(
            entries
                .iter()
                .map(|(name, v)| ((*name).to_owned(), v.clone()))
                .collect(),
        )
    };
    let one = Value::Int(1);
    for value in [
        Value::Null,
        thing(&[]),
        thing(&[("n", Value::Null)]),
        thing(&[("n", Value::Long(1))]),
        thing(&[("n", one.clone()), ("n", one.clone())]),
        thing(&[("n", one.clone()), ("m", one.clone())]),
        thing(&[
            ("n", one.clone()),
            ("list", Value::Array(vec![one.clone()])),
        ]),
        thing(&[
            ("n", one.clone()),
            ("sum", Value::Decimal("1.25".parse().unwrap())),
        ]),
        thing(&[
            ("n", one.clone()),
            ("sum", Value::Decimal("100".parse().unwrap())),
        ]),
        thing(&[
            ("n", one.clone()),
            (
                "at",
                Value::Timestamp("2026-01-31T13:05:09.250001Z".parse().unwrap()),
            ),
        ]),
    ] {
        assert!(codec.write_avro(&value).is_err(), "{value:?}");
        assert!(codec.write_json(&value).is_err(), "{value:?}");
    }
    let list = Value::Array(vec![Value::Null, one.clone()]);
    let error = codec
        .write_avro(&thing(&[("n", one), ("list", list)]))
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "Thing.list[1]: expected bytes, found an int"
    );
}

#[test]
fn a_flag_that_was_not_set_is_false_in_avro() {
    let old = Profile::PulsarRecord;
    let optional = |name, ty| field(name, ty, Presence::Optional);
    let outer = vec![
        optional("i", Type::Record(RecordId(1))),
        optional("z", Type::Int),
    ];
    let inner = vec![optional("b", Type::Boolean), optional("s", Type::String)];
    let schema = schema(&[("Out", old, outer), ("In", old, inner)]);
    let codec = Codec::new(&schema, FIRST);
    let json = |bytes: &[u8]| {
        let value = codec.read_avro(bytes).unwrap();
        String::from_utf8(codec.write_json(&value).unwrap()).unwrap()
    };
    // The first is what the Python client writes for an `Out` of which nothing was set.
    assert_eq!(json(&[2, 2, 0, 0, 0]), "{}");
    assert_eq!(json(&[2, 0, 0, 0]), "{}");
    assert_eq!(json(&[2, 2, 1, 0, 0]), r#"{"i":{"b":true}}"#);
    assert_eq!(json(&[2, 2, 0, 2, 0, 0]), r#"{"i":{"b":false,"s":""}}"#);
}
