//! Messages of other writers, by generated types against the dynamic codec: one verdict and one value, of
//! whole messages and of damaged ones.

use crate::definitions::{messages, schema};
use tg_schema_dynamic::{Codec, Random, random_writer};
use tg_schema_model::avro::{self, resolution};
use tg_schema_tests::Operations;

/// Writers of each type.
const WRITERS: u64 = 30;
/// Messages of each writer.
const MESSAGES: usize = 3;
/// Damaged messages for each message.
const DAMAGED: usize = 5;

#[derive(Debug, Default)]
struct Counts {
    read: usize,
    refused: usize,
    damaged_read: usize,
    damaged_refused: usize,
}

/// Whether a message was read, by both.
fn same(
    o: &Operations,
    codec: &Codec<'_>,
    plan: &resolution::Plan,
    writer: &str,
    bytes: &[u8],
) -> bool {
    let own = (o.resolved)(writer, bytes);
    let value = codec.resolve(plan, bytes);
    let theirs = value.as_ref().map_err(ToString::to_string);
    let theirs = theirs.and_then(|value| codec.write_avro(value).map_err(|e| e.to_string()));
    match (own, theirs) {
        (Ok(own), Ok(theirs)) => {
            assert_eq!(own, theirs, "{} {value:?}\n{writer}\n{bytes:?}", o.name);
            true
        }
        (Err(_), Err(_)) => false,
        (own, theirs) => panic!(
            "{}: {own:?}, {theirs:?} {value:?}\n{writer}\n{bytes:?}",
            o.name
        ),
    }
}

/// A message cut, or with one bit or one byte changed.
fn damaged(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    let at = random.below(bytes.len());
    match random.below(4) {
        0 => bytes.truncate(at),
        1 => bytes.insert(at, *random.pick(b"\0\x01\x02\x03\x7f\x80\xff")),
        _ => bytes[at] ^= 1 << random.below(8),
    }
    bytes
}

#[test]
fn generated_types_read_other_writers_as_the_dynamic_codec_does() {
    let schema = schema();
    let mut counts = Counts::default();
    for (i, (o, id)) in messages().into_iter().enumerate() {
        let codec = Codec::new(schema, id);
        let reader = avro::schema(schema, id);
        for seed in 0..WRITERS {
            let seed = (i as u64) << 32 | seed;
            let writer = random_writer(seed, &reader);
            let text = writer.to_json().compact();
            let plan = resolution::compile(&writer, schema, id)
                .unwrap_or_else(|e| panic!("{} {e}\n{text}", o.name));
            let mut random = Random::new(seed).non_finite().size(32);
            for _ in 0..MESSAGES {
                let Some(bytes) = random.datum(&writer) else {
                    break;
                };
                match same(&o, &codec, &plan, &text, &bytes) {
                    true => counts.read += 1,
                    false => counts.refused += 1,
                }
                if bytes.is_empty() {
                    continue;
                }
                for _ in 0..DAMAGED {
                    let bytes = damaged(&mut random, &bytes);
                    match same(&o, &codec, &plan, &text, &bytes) {
                        true => counts.damaged_read += 1,
                        false => counts.damaged_refused += 1,
                    }
                }
            }
        }
    }
    assert!(
        counts.read > 4_000
            && counts.refused > 1_000
            && counts.damaged_read > 4_000
            && counts.damaged_refused > 10_000,
        "{counts:?}"
    );
}
