//! Generated code against the dynamic codec, which knows only the model: on random messages of every
//! definition in the tree both write the same bytes and read the same values.

use crate::definitions::{messages, schema};
use tg_schema_dynamic::{Codec, Random, example};

/// Messages of each type.
const CASES: u64 = 150;

#[test]
fn random_messages_of_every_definition() {
    let schema = schema();
    let mut written = 0usize;
    for (o, id) in messages() {
        let codec = Codec::new(schema, id);
        let mut previous = codec
            .write_avro(&example(schema, id))
            .unwrap_or_else(|e| panic!("{}: {e}", o.name));
        for seed in 0..CASES {
            let value = Random::new(seed).value(schema, id);
            let context = || format!("{} seed {seed}: {value:?}", o.name);
            match codec.write_json(&value) {
                Ok(json) => {
                    let own = (o.json)(&json).unwrap_or_else(|e| panic!("{e}: {}", context()));
                    let back = codec
                        .read_json(&json)
                        .unwrap_or_else(|e| panic!("{e}: {}", context()));
                    let again = codec
                        .write_json(&back)
                        .unwrap_or_else(|e| panic!("{e}: {}", context()));
                    assert_eq!(text(&own), text(&again), "{}", context());
                    if let (Ok(avro), Ok(expected)) =
                        ((o.json_to_avro)(&json), codec.write_avro(&back))
                    {
                        assert_eq!(avro, expected, "{}", context());
                        written += 1;
                    }
                }
                Err(e) => panic!("{e}: {}", context()),
            }
            match codec.write_avro(&value) {
                Ok(avro) => {
                    assert!(avro.len() >= o.least, "{} < {}", avro.len(), o.least);
                    let back = codec
                        .read_avro(&avro)
                        .unwrap_or_else(|e| panic!("{e}: {}", context()));
                    let expected = codec
                        .write_avro(&back)
                        .unwrap_or_else(|e| panic!("{e}: {}", context()));
                    let own = (o.avro)(&avro).unwrap_or_else(|e| panic!("{e}: {}", context()));
                    assert_eq!(own, expected, "{}", context());
                    // Whatever message was there before.
                    let into = (o.avro_into)(&previous, &avro);
                    let into = into.unwrap_or_else(|e| panic!("{e}: {}", context()));
                    assert_eq!(into, expected, "{}", context());
                    previous.clone_from(&expected);
                    let json =
                        (o.avro_to_json)(&avro).unwrap_or_else(|e| panic!("{e}: {}", context()));
                    let expected = codec
                        .write_json(&back)
                        .unwrap_or_else(|e| panic!("{e}: {}", context()));
                    assert_eq!(text(&json), text(&expected), "{}", context());
                    written += 1;
                }
                // Only a symbol that an open enum keeps has no Avro form.
                Err(e) => assert!(e.to_string().contains("symbol"), "{e}: {}", context()),
            }
        }
    }
    assert!(written > 10_000, "only {written} messages were compared");
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Both readers accept and refuse the same bytes: valid messages with one byte changed or cut.
#[test]
fn damaged_messages_have_one_verdict() {
    let schema = schema();
    let (mut accepted, mut refused) = (0usize, 0usize);
    for (o, id) in messages() {
        let codec = Codec::new(schema, id);
        for seed in 0..25 {
            let mut random = Random::new(seed).size(12);
            let value = random.value(schema, id);
            for json in [true, false] {
                let written = if json {
                    codec.write_json(&value)
                } else {
                    codec.write_avro(&value)
                };
                let Ok(bytes) = written else { continue };
                for _ in 0..12 {
                    let mut bytes = bytes.clone();
                    if bytes.is_empty() {
                        continue;
                    }
                    let at = random.below(bytes.len());
                    match random.below(3) {
                        0 => bytes.truncate(at),
                        1 => bytes[at] ^= 1 << random.below(8),
                        _ => bytes.insert(at, *random.pick(b"\0\x01\x02\"{}[],:n1-. \x80\xff")),
                    }
                    let (own, theirs) = if json {
                        (
                            (o.json)(&bytes),
                            codec.read_json(&bytes).and_then(|v| codec.write_json(&v)),
                        )
                    } else {
                        (
                            (o.avro)(&bytes),
                            codec.read_avro(&bytes).and_then(|v| codec.write_avro(&v)),
                        )
                    };
                    let context = || {
                        format!(
                            "{} json {json}: {own:?} {theirs:?} {:?}",
                            o.name,
                            text(&bytes)
                        )
                    };
                    match (&own, &theirs) {
                        (Ok(a), Ok(b)) => {
                            assert_eq!(text(a), text(b), "{}", context());
                            accepted += 1;
                        }
                        (Err(_), Err(_)) => refused += 1,
                        _ => panic!("{}", context()),
                    }
                }
            }
        }
    }
    assert!(
        accepted > 1_000 && refused > 1_000,
        "{accepted} accepted, {refused} refused"
    );
}
