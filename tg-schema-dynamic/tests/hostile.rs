//! Bytes that nobody meant well: cut, flipped, made up, or built to exhaust the reader.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tg_schema_dynamic::{Codec, Error, Limits, Problem, Random, Value, Wire, normalize, random_schema};
use tg_schema_model::{
    Encoding, Field, FieldPulsar, Module, Presence, Profile, Record, RecordId, Schema, Span, Type,
};

const RANDOM_INPUTS: u64 = 100_000;

/// Every reader of the codec; what they take must be writable again.
fn read_all(codec: &Codec<'_>, bytes: &[u8], context: &str) -> [Result<Value, Error>; 4] {
    let read = || {
        [
            codec.read_json(bytes),
            codec.read_avro(bytes),
            codec.read_single_object(bytes),
            codec.read_confluent(bytes).map(|(_, value)| value),
        ]
    };
    catch_unwind(AssertUnwindSafe(read))
        .unwrap_or_else(|_| panic!("a reader panics: {context}, bytes {bytes:02x?}"))
}

#[test]
fn cut_messages_are_errors() {
    for seed in 0..120 {
        let schema = random_schema(seed);
        let mut random = Random::new(seed).size(24);
        for id in schema.record_ids() {
            let codec = Codec::new(&schema, id);
            let value = random.value(&schema, id);
            let context = format!("seed {seed} {id:?}");
            let json = codec.write_json(&value).unwrap();
            let avro = codec.write_avro(&value).unwrap();
            let single = codec.write_single_object(&value).unwrap();
            let framed = codec.write_confluent(7, &value).unwrap();
            for (reader, bytes) in [json, avro, single, framed].iter().enumerate() {
                // Long messages are cut at some places only.
                for end in (0..bytes.len()).step_by(1 + bytes.len() / 400) {
                    let results = read_all(&codec, &bytes[..end], &context);
                    assert!(results[reader].is_err(), "{context}: {end} of {bytes:02x?}");
                }
            }
        }
    }
}

#[test]
fn flipped_bits_are_errors_or_messages() {
    let mut messages = 0;
    for seed in 0..60 {
        let schema = random_schema(seed);
        let mut random = Random::new(seed).size(16);
        for id in schema.record_ids() {
            let codec = Codec::new(&schema, id);
            let value = random.value(&schema, id);
            let context = format!("seed {seed} {id:?}");
            let framed = codec.write_confluent(7, &value).unwrap();
            let avro = codec.write_avro(&value).unwrap();
            for mut bytes in [codec.write_json(&value).unwrap(), avro, framed] {
                let bits = bytes.len() * 8;
                for bit in (0..bits).step_by(1 + bits / 250) {
                    bytes[bit / 8] ^= 1 << (bit % 8);
                    for value in read_all(&codec, &bytes, &context).into_iter().flatten() {
                        messages += 1;
                        let again = codec.write_avro(&value);
                        // An open enum may hold a symbol for which Avro has no form.
                        if let Ok(again) = again {
                            let normal = normalize(&schema, id, &value, Wire::Avro);
                            let back = codec.read_avro(&again).unwrap();
                            assert_eq!(format!("{back:?}"), format!("{normal:?}"), "{context}");
                        }
                    }
                    bytes[bit / 8] ^= 1 << (bit % 8);
                }
            }
        }
    }
    assert!(messages > 500, "{messages} flips give another message");
}

#[test]
fn random_bytes_are_errors_or_messages() {
    let schemas: Vec<Schema> = (0..64).map(random_schema).collect();
    let mut messages = 0;
    for seed in 0..RANDOM_INPUTS {
        let mut random = Random::new(seed);
        let schema = random.pick(&schemas);
        let codec = Codec::new(schema, RecordId(random.below(schema.records.len())));
        let n = random.below(40);
        let mut bytes = random.octets(n);
        match random.below(3) {
            // Small numbers: branches, lengths and counts that fit.
            0 => bytes.iter_mut().for_each(|b| *b %= 5),
            1 => bytes.iter_mut().for_each(|b| *b &= 0x0F),
            _ => {}
        }
        match random.below(4) {
            0 => bytes.splice(0..0, [0, 0, 0, 0, 9]).count(),
            1 => {
                let mut header = vec![0xC3, 1];
                header.extend(codec.fingerprint().to_le_bytes());
                bytes.splice(0..0, header).count()
            }
            _ => 0,
        };
        let results = read_all(&codec, &bytes, &format!("seed {seed}"));
        messages += results.iter().filter(|result| result.is_ok()).count();
    }
    assert!(messages > 100, "{messages} inputs are messages");
}

#[test]
fn random_json_is_an_error_or_a_message() {
    let schemas: Vec<Schema> = (0..64).map(random_schema).collect();
    let mut messages = 0;
    for seed in 0..RANDOM_INPUTS {
        let mut random = Random::new(seed);
        let schema = random.pick(&schemas);
        let id = RecordId(random.below(schema.records.len()));
        let names: Vec<&str> = schema.record(id).fields.iter().map(|f| f.name.as_str()).collect();
        let mut text = String::new();
        for _ in 0..random.below(16) {
            let token: &str = match random.below(4) {
                0 if !names.is_empty() => {
                    text.push('"');
                    text.push_str(random.pick::<&str>(&names));
                    "\":"
                }
                1 => random.pick::<&str>(&["{", "}", "[", "]", ",", ":"]),
                _ => random.pick::<&str>(&[
                    "{}", "[]", "null", "true", "false", "0", "-0", "1.0", "1e400", "9223372036854775808",
                    "\"\"", "\"a\"", "\"\\ud800\"", "\"\\u0000\"", "NaN", " ", "\"x\":null,", "{\"a\":1}",
                ]),
            };
            text.push_str(token);
        }
        let text = match random.one_in(2) {
            true => format!("{{{text}}}"),
            false => text,
        };
        let codec = Codec::new(schema, id);
        let [json, ..] = read_all(&codec, text.as_bytes(), &format!("seed {seed}"));
        messages += usize::from(json.is_ok());
    }
    assert!(messages > 100, "{messages} inputs are messages");
}

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
        assert_eq!(problem(codec.read_avro(&bytes)), Problem::Items(limits.items));
    }
    // Many blocks add up.
    let mut bytes = Vec::new();
    for _ in 0..5 {
        bytes.extend(long(1_000_000));
    }
    assert_eq!(problem(codec.read_avro(&bytes)), Problem::Items(limits.items));
    // Memory is counted before it is taken.
    let small = Codec::new(&schema, FIRST).limits(limits.memory(10_000));
    assert_eq!(problem(small.read_avro(&long(1_000))), Problem::Memory(10_000));
    let few = Codec::new(&schema, FIRST).limits(limits.items(3));
    assert!(few.read_avro(&[6, 0]).is_ok());
    assert_eq!(problem(few.read_avro(&[8, 0])), Problem::Items(3));
    assert_eq!(problem(few.read_json(br#"{"list":[{},{},{},{}]}"#)), Problem::Items(3));
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
            assert!(error.to_string().contains("the number of items in a block"), "{error}");
            assert_eq!(error.offset, Some(0));
        }
        // Sizes of blocks that lie about their items.
        for size in [-1, 0, 1, 7, 9, 100, i64::MAX] {
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
    let lists = field("lists", array(Type::Record(RecordId(1))), Presence::Required);
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
    assert_eq!(problem(codec.read_avro(&vec![2; 1_000_000])), Problem::Depth(128));
    assert_eq!(codec.write_avro(&nested(129)).unwrap_err().problem, Problem::Depth(128));
    assert_eq!(codec.write_json(&nested(129)).unwrap_err().problem, Problem::Depth(128));
    for open in ["{\"next\":", "{\"unknown\":", "[", "{\"unknown\":[", "{\"next\":["] {
        let text = open.repeat(200_000);
        assert_eq!(problem(codec.read_json(text.as_bytes())), Problem::Depth(128), "{open}");
    }
    let flat = Codec::new(&schema, FIRST).limits(Limits::default().depth(1));
    assert_eq!(flat.read_avro(&[0]), Ok(nested(1)));
    assert_eq!(problem(flat.read_avro(&[2, 0])), Problem::Depth(1));
    let deep = Codec::new(&schema, FIRST).limits(Limits::default().depth(500));
    let run = || {
        assert_eq!(deep.read_avro(&chain(500)), Ok(nested(500)));
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(64 << 20).spawn_scoped(scope, run);
        thread.unwrap().join().unwrap();
    });
    // A tree is two levels a step.
    let tree = Codec::new(&schema, RecordId(1));
    assert_eq!(problem(tree.read_avro(&vec![2; 1_000_000])), Problem::Depth(128));
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
    assert_eq!(problem(codec.read_json(json.as_bytes())), Problem::Memory(limit));
    let room = Codec::new(&schema, FIRST).limits(Limits::default().memory(2 << 30));
    assert!(room.read_avro(&long(0)).is_ok());
    // What is not in the record takes memory too while it is parsed.
    let small = Codec::new(&schema, FIRST).limits(Limits::default().memory(10_000));
    let json = format!("{{\"other\":[{}0]}}", "0,".repeat(9_999));
    assert_eq!(problem(small.read_json(json.as_bytes())), Problem::Memory(10_000));
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
    let text = format!("{}null{}", "{\"a\":{\"b\":".repeat(levels), "},\"z\":1}".repeat(levels));
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
        field("sum", Type::Decimal { precision: 3, scale: 1 }, Presence::Optional),
        field("day", Type::Date, Presence::Optional),
        field("at", Type::TimestampMs, Presence::Optional),
        field("id", Type::Uuid, Presence::Optional),
    ];
    let schema = schema(&[("Thing", PLAIN, fields)]);
    let codec = Codec::new(&schema, FIRST);
    let error = |bytes: &[u8]| codec.read_avro(bytes).unwrap_err().to_string();
    assert!(codec.read_avro(&[0, 0, 0, 0, 0, 0]).is_ok());
    for (bytes, text) in [
        (&[2][..], "Thing.flag: expected a boolean (0 or 1), found byte 2 (at byte 0)"),
        (&[0, 4, 2, b'k', 0, 2, b'k', 2, 0], "Thing.tags: the key \"k\" is there twice (at byte 5)"),
        (&[0, 2, 2, b'k', 0x80, 0], "Thing.tags[\"k\"]: expected an int, found a number with needless leading zeros (at byte 4)"),
        (&[0, 2, 2, 0xFF, 0, 0], "Thing.tags: expected a map key, found bytes that are not UTF-8 (at byte 3)"),
        (&[0, 0, 4], "Thing.sum: expected a union branch (0 or 1), found 2 (at byte 2)"),
        (&[0, 0, 2, 0], "Thing.sum: expected a decimal of at most 3 digits, found no bytes (at byte 3)"),
        (&[0, 0, 2, 4, 3, 0xE8], "Thing.sum: expected a decimal of at most 3 digits, found a greater number in 2 bytes (at byte 3)"),
        (&[0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], "Thing.day: expected a date in the years 0001 to 9999, found day -2147483648 (at byte 4)"),
        (&[0, 0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], "Thing.at: expected a timestamp in the years 0001 to 9999, found -9223372036854775808 milliseconds since 1970 (at byte 5)"),
        (&[0, 0, 0, 0, 0, 2, 2, b'x'], "Thing.id: expected a UUID of 36 characters, found \"x\" (at byte 6)"),
        (&[0, 0, 0, 0, 0, 0, 0], "one byte is left after the message (at byte 6)"),
        (&[0, 0, 0], "Thing.day: expected a union branch (0 or 1), found the end of the input (at byte 3)"),
    ] {
        assert_eq!(error(bytes), text);
    }
    // Three bytes for a number of one: more sign than needed is read.
    let value = codec.read_avro(&[0, 0, 2, 6, 0, 0, 15, 0, 0, 0]).unwrap();
    assert_eq!(codec.write_json(&value).unwrap(), br#"{"flag":false,"tags":{},"sum":"1.5"}"#);

    let error = |text: &str| codec.read_json(text.as_bytes()).unwrap_err().to_string();
    assert!(error(r#"{"flag":true,"tags":{"k":1.0}}"#).starts_with("Thing.tags[\"k\"]: "));
    assert!(error(r#"{"flag":true,"tags":{}"#).ends_with("(at byte 22)"));
    assert!(error("{\"flag\":true,\"tags\":{},\"x\":\"\u{1}\"}").ends_with("(at byte 28)"));
    let broken = codec.read_json(b"{\"\xFF").unwrap_err();
    assert_eq!(broken.to_string(), "expected JSON, found bytes that are not UTF-8 (at byte 2)");
}

#[test]
fn values_that_do_not_fit_are_not_written() {
    let fields = vec![
        field("n", Type::Int, Presence::Required),
        field("list", array(Type::Optional(Box::new(Type::Bytes))), Presence::Optional),
        field("sum", Type::Decimal { precision: 3, scale: 1 }, Presence::Optional),
        field("at", Type::TimestampMs, Presence::Optional),
    ];
    let schema = schema(&[("Thing", PLAIN, fields)]);
    let codec = Codec::new(&schema, FIRST);
    let thing = |entries: &[(&str, Value)]| {
        Value::Record(entries.iter().map(|(name, v)| ((*name).to_owned(), v.clone())).collect())
    };
    let one = Value::Int(1);
    for value in [
        Value::Null,
        thing(&[]),
        thing(&[("n", Value::Null)]),
        thing(&[("n", Value::Long(1))]),
        thing(&[("n", one.clone()), ("n", one.clone())]),
        thing(&[("n", one.clone()), ("m", one.clone())]),
        thing(&[("n", one.clone()), ("list", Value::Array(vec![one.clone()]))]),
        thing(&[("n", one.clone()), ("sum", Value::Decimal("1.25".parse().unwrap()))]),
        thing(&[("n", one.clone()), ("sum", Value::Decimal("100".parse().unwrap()))]),
        thing(&[("n", one.clone()), ("at", Value::Timestamp("2026-01-31T13:05:09.250001Z".parse().unwrap()))]),
    ] {
        assert!(codec.write_avro(&value).is_err(), "{value:?}");
        assert!(codec.write_json(&value).is_err(), "{value:?}");
    }
    let list = Value::Array(vec![Value::Null, one.clone()]);
    let error = codec.write_avro(&thing(&[("n", one), ("list", list)])).unwrap_err();
    assert_eq!(error.to_string(), "Thing.list[1]: expected bytes, found an int");
}
