//! Bytes that nobody meant well: cut, flipped or made up.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tg_schema_dynamic::{Codec, Error, Random, Value, Wire, normalize, random_schema};
use tg_schema_model::{RecordId, Schema};

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
        let names: Vec<&str> = schema
            .record(id)
            .fields
            .iter()
            .map(|f| f.name.as_str())
            .collect();
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
                    "{}",
                    "[]",
                    "null",
                    "true",
                    "false",
                    "0",
                    "-0",
                    "1.0",
                    "1e400",
                    "9223372036854775808",
                    "\"\"",
                    "\"a\"",
                    "\"\\ud800\"",
                    "\"\\u0000\"",
                    "NaN",
                    " ",
                    "\"x\":null,",
                    "{\"a\":1}",
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
