//! Hostile bytes: an error or a value, never a panic, never more than the limits allow.

use crate::definitions::{messages, schema};
use tg_schema::{ErrorKind, Limits};
use tg_schema_dynamic::{Codec, Random};

#[test]
fn every_truncation_is_an_error() {
    let schema = schema();
    for (o, id) in messages() {
        let codec = Codec::new(schema, id);
        let value = Random::new(7).size(40).value(schema, id);
        let json = codec.write_json(&value).unwrap();
        for end in 0..json.len() {
            assert!((o.json)(&json[..end]).is_err(), "{} {end}", o.name);
        }
        if let Ok(avro) = codec.write_avro(&value) {
            for end in 0..avro.len() {
                assert!((o.avro)(&avro[..end]).is_err(), "{} {end}", o.name);
            }
        }
    }
}

#[test]
fn random_bytes_into_every_decoder() {
    let types = messages();
    let mut random = Random::new(99);
    let each = 100_000 / types.len() + 1;
    let mut values = 0usize;
    for (o, _) in &types {
        for _ in 0..each {
            let n = random.below(60);
            let bytes = random.octets(n);
            values += usize::from((o.avro)(&bytes).is_ok());
            values += usize::from((o.json)(&bytes).is_ok());
            let tokens: Vec<u8> = (0..n)
                .flat_map(|_| {
                    let tokens: [&[u8]; 12] = [
                        b"{", b"}", b"[", b"]", b",", b":", b"\"id\"", b"null", b"1", b"true",
                        b"\"", b"\\u12",
                    ];
                    random.pick(&tokens).to_vec()
                })
                .collect();
            values += usize::from((o.json)(&tokens).is_ok());
        }
    }
    assert!(values < 3 * 100_000);
}

#[test]
fn claims_of_many_items_are_checked_before_memory_is_taken() {
    // An array of 2^40 items, in a message of a few bytes: every array field of every type, by brute force
    // over the position of the claim.
    let claim = [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01];
    for (o, _) in messages() {
        for before in 0..40 {
            let mut bytes = vec![2u8; before];
            bytes.extend_from_slice(&claim);
            bytes.extend_from_slice(&[0; 40]);
            assert!((o.avro)(&bytes).is_err(), "{} {before}", o.name);
        }
    }
}

#[test]
fn limits_hold() {
    let schema = schema();
    let mut limited = 0;
    for (o, id) in messages() {
        let codec = Codec::new(schema, id);
        let value = Random::new(3).size(200).value(schema, id);
        let json = codec.write_json(&value).unwrap();
        let mut tight = Limits::DEFAULT;
        tight.items = 0;
        tight.depth = 0;
        for result in [
            (o.limited_json)(&json, tight),
            codec
                .write_avro(&value)
                .map_or(Ok(()), |avro| (o.limited_avro)(&avro, tight)),
        ] {
            if let Err(e) = result {
                assert_eq!(e.kind(), ErrorKind::Limit, "{}: {e}", o.name);
                limited += 1;
            }
        }
        assert!(
            (o.limited_json)(&json, Limits::DEFAULT).is_ok(),
            "{}",
            o.name
        );
    }
    assert!(limited > 50, "{limited}");
}

#[test]
fn deep_json_is_an_error_and_not_a_stack_overflow() {
    for (o, _) in messages() {
        for open in [
            "[",
            "{\"x\":",
            "{\"metadata\":",
            "{\"next\":",
            "{\"children\":[",
        ] {
            let text = format!("{{\"unknown\":{}", open.repeat(100_000));
            assert!((o.json)(text.as_bytes()).is_err(), "{}", o.name);
            assert!(
                (o.json)(open.repeat(100_000).as_bytes()).is_err(),
                "{}",
                o.name
            );
        }
        assert!((o.avro)(&vec![2u8; 1_000_000]).is_err(), "{}", o.name);
    }
}

/// What is written can be read, at the limit of depth too, empty containers at the bottom included.
#[test]
fn depth_counts_alike_in_writing_and_reading() {
    use tg_schema::Message;
    use tg_schema_generated::example::inventory::Category;
    let mut refused = 0;
    for depth in 1..140 {
        let mut category = Category::new("innermost");
        for _ in 0..depth {
            category = Category {
                parent: Some(Box::new(category)),
                ..Category::new("x")
            };
        }
        match category.to_avro() {
            Ok(bytes) => assert_eq!(Category::from_avro(&bytes).unwrap(), category),
            Err(e) => {
                assert_eq!(e.kind(), ErrorKind::Limit);
                refused += 1;
            }
        }
        match category.to_json() {
            Ok(bytes) => assert_eq!(Category::from_json(&bytes).unwrap(), category),
            Err(e) => assert_eq!(e.kind(), ErrorKind::Limit),
        }
        assert_eq!(
            category.to_json().is_ok(),
            serde_json::to_string(&category).is_ok(),
            "{depth}"
        );
    }
    assert!(refused > 5);
}

#[test]
fn formats_without_limits_of_their_own_have_ours() {
    use tg_schema_generated::example::inventory::Category;
    // Every byte says: one more level.
    let deep = postcard::from_bytes::<Category>(&[1; 1_000_000]);
    assert!(deep.is_err());
    // 2^64 items, each of no bytes at all.
    let many = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    assert!(postcard::from_bytes::<tg_schema_tests::Nothings>(&many).is_err());
}

#[test]
fn looking_ahead_for_unset_records_is_linear() {
    use tg_schema::Message;
    use tg_schema_generated::trustgraph::knowledge::knowledge::KnowledgeResponse;
    let unknown: String = (0..50_000).map(|i| format!(",\"z{i}\":null")).collect();
    let inner = format!("{{\"metadata\":null{unknown},\"triples\":[]}}");
    let text = format!(
        "{{\"error\":null,\"ids\":null,\"eos\":false,\"triples\":{inner},\"graph_embeddings\":null}}"
    );
    let m = KnowledgeResponse::from_json(text.as_bytes()).unwrap();
    assert_eq!(m.triples.and_then(|t| t.triples), Some(vec![]));
}
