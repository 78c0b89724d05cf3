//! Messages of random writers.

use std::collections::BTreeSet;

use tg_schema_dynamic::{
    Codec, Error, Limits, Problem, Random, Value, random_schema, random_writer,
};
use tg_schema_model::avro::resolution::{Node, NodeId, Plan, Skip, SkipId, Step, compile};
use tg_schema_model::avro::{self, Rules, Schema as Avro, import};
use tg_schema_model::{Diagnostics, RecordId, Schema, Sources};

const SCHEMAS: u64 = 600;

/// Values as text, which knows NaN and tells `0.0` from `-0.0`.
fn shown(result: &Result<Value, Error>) -> String {
    format!("{result:?}")
}

#[test]
fn the_own_schema_is_read_as_ever() {
    for seed in 0..SCHEMAS {
        let schema = random_schema(seed);
        let mut random = Random::new(seed).non_finite();
        for id in schema.record_ids() {
            let plan = compile(&avro::schema(&schema, id), &schema, id).unwrap();
            assert!(
                plan.is_same() && plan.is_compatible(),
                "seed {seed}: {plan:?}"
            );
            let codec = Codec::new(&schema, id);
            let bytes = codec.write_avro(&random.value(&schema, id)).unwrap();
            assert_eq!(
                shown(&codec.resolve(&plan, &bytes)),
                shown(&codec.read_avro(&bytes))
            );
        }
    }
}

/// The same value with the fields of all records in the order of their names.
fn sorted(value: Value) -> Value {
    match value {
        Value::Record(entries) => {
            let mut entries: Vec<_> = entries.into_iter().map(|(k, v)| (k, sorted(v))).collect();
            entries.sort_by(|a, b| a.0.cmp(&b.0));
            Value::Record(entries)
        }
        Value::Array(items) => Value::Array(items.into_iter().map(sorted).collect()),
        Value::Map(entries) => {
            Value::Map(entries.into_iter().map(|(k, v)| (k, sorted(v))).collect())
        }
        other => other,
    }
}

#[test]
fn the_order_of_fields_does_not_matter() {
    let mut foreign = 0;
    for seed in 0..SCHEMAS {
        let schema = random_schema(seed);
        let mut turned = schema.clone();
        for record in &mut turned.records {
            record.fields.reverse();
        }
        let mut random = Random::new(seed).non_finite();
        for id in schema.record_ids() {
            let writer = avro::schema(&schema, id);
            let plan = compile(&writer, &turned, id).unwrap();
            assert!(plan.is_compatible(), "seed {seed}: {plan:?}");
            foreign += usize::from(!plan.is_same());
            let Some(bytes) = random.datum(&writer) else {
                continue;
            };
            let expected = Codec::new(&schema, id).read_avro(&bytes);
            let found = Codec::new(&turned, id).resolve(&plan, &bytes);
            match (expected, found) {
                (Ok(expected), Ok(found)) => {
                    let (expected, found) = (sorted(expected), sorted(found));
                    assert_eq!(format!("{expected:?}"), format!("{found:?}"), "seed {seed}");
                }
                (Err(_), Err(_)) => {}
                other => panic!("seed {seed}: {other:?}"),
            }
        }
    }
    assert!(foreign > 300, "{foreign}");
}

#[test]
fn any_type_is_jumped_over() {
    // The reader has the last field alone.
    let text = r#"{"type": "record", "name": "Last", "fields": [{"name": "f", "type": "int"}]}"#;
    let mut sources = Sources::default();
    let file = import::File {
        path: vec!["reader".into()],
        source: sources.add("reader.avsc", text),
    };
    let (mut schema, mut diagnostics) = (Schema::default(), Diagnostics::default());
    import::import(&[file], &sources, &mut schema, &mut diagnostics);
    let codec = Codec::new(&schema, RecordId(0));
    let mut jumps = 0;
    for seed in 0..4 * SCHEMAS {
        // Another schema altogether, before the field.
        let source = random_schema(seed);
        let inside = random_writer(seed, &avro::schema(&source, RecordId(0)));
        let text = inside.to_json().compact();
        let writer = format!(
            r#"{{"type": "record", "name": "Last", "fields": [
                {{"name": "x", "type": {text}}}, {{"name": "f", "type": "int"}}]}}"#
        );
        let Ok(writer) = avro::parse(&writer) else {
            continue;
        };
        let plan = compile(&writer, &schema, RecordId(0)).unwrap();
        let mut random = Random::new(seed).non_finite();
        let Some(mut bytes) = random.datum(&inside) else {
            continue;
        };
        bytes.push(0x54);
        let value = codec.resolve(&plan, &bytes);
        let expected = Value::Record(vec![("f".into(), Value::Int(42))]);
        assert_eq!(value, Ok(expected), "seed {seed}: {text} {bytes:02x?}");
        jumps += 1;
    }
    assert!(jumps > 1000, "{jumps}");
}

/// Whether values of the types can be refused for what they are.
fn has_ranges(schema: &Schema) -> bool {
    let text = format!("{schema:?}");
    ["Date", "TimeMs", "Timestamp", "Uuid", "Decimal", "String"]
        .iter()
        .any(|ty| text.contains(ty))
}

#[test]
fn other_writers_are_read_or_refused_as_the_plan_says() {
    let (mut read, mut refused, mut partly) = (0, 0, 0);
    for seed in 0..4 * SCHEMAS {
        let schema = random_schema(seed % SCHEMAS);
        let id = RecordId(0);
        let writer = random_writer(seed, &avro::schema(&schema, id));
        let plan = compile(&writer, &schema, id).unwrap();
        let mut random = Random::new(seed).non_finite();
        let Some(bytes) = random.datum(&writer) else {
            continue;
        };
        let context = || format!("seed {seed}: {} {bytes:02x?}", writer.to_json().compact());
        match Codec::new(&schema, id).resolve(&plan, &bytes) {
            Ok(_) if plan.is_compatible() => read += 1,
            Ok(_) => partly += 1,
            Err(e) if matches!(e.problem, Problem::Invalid(_)) => panic!("{e} {}", context()),
            Err(e) if plan.is_compatible() => {
                assert!(has_ranges(&schema), "{e} {}", context());
                assert!(
                    !matches!(e.problem, Problem::Resolution(_)),
                    "{e} {}",
                    context()
                );
                assert!(
                    !matches!(e.problem, Problem::Symbol { .. }),
                    "{e} {}",
                    context()
                );
            }
            Err(_) => refused += 1,
        }
    }
    assert!(
        read > 300 && refused > 300 && partly > 100,
        "{read} {refused} {partly}"
    );
}

fn damaged(random: &mut Random, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if bytes.is_empty() {
        return random.octets(3);
    }
    let at = random.below(bytes.len());
    match random.below(4) {
        0 => bytes.truncate(at),
        1 => bytes[at] ^= 1 << random.below(8),
        2 => bytes.insert(at, *random.pick(&[0, 1, 2, 0x7F, 0x80, 0xFE, 0xFF])),
        _ => bytes[at] = *random.pick(&[0, 1, 0x7F, 0x80, 0xFF]),
    }
    bytes
}

#[test]
fn damaged_messages_are_errors_or_messages() {
    let limits = Limits::default().items(10_000).memory(1 << 20);
    let plans: Vec<(Schema, Avro, Plan)> = (0..SCHEMAS)
        .map(|seed| {
            let schema = random_schema(seed);
            let writer = random_writer(seed, &avro::schema(&schema, RecordId(0)));
            let plan = compile(&writer, &schema, RecordId(0)).unwrap();
            (schema, writer, plan)
        })
        .collect();
    let (mut messages, mut errors) = (0, 0);
    for (seed, (schema, writer, plan)) in plans.iter().enumerate() {
        let codec = Codec::new(schema, RecordId(0)).limits(limits);
        let mut random = Random::new(seed as u64);
        let Some(bytes) = random.datum(writer) else {
            continue;
        };
        for _ in 0..100 {
            let bytes = damaged(&mut random, &bytes);
            match codec.resolve(plan, &bytes) {
                Ok(value) => {
                    messages += 1;
                    codec.write_avro(&value).unwrap();
                }
                Err(e) => {
                    errors += 1;
                    assert!(
                        e.offset.is_some_and(|at| at <= bytes.len()),
                        "{e} {bytes:02x?}"
                    );
                }
            }
        }
    }
    assert!(messages > 1000 && errors > 10_000, "{messages} {errors}");
}

/// Ids lead somewhere, fields exist and are read once, neighbours of fixed sizes are one.
fn check_form(plan: &Plan, context: &str) {
    let node = |id: NodeId| assert!((id.0 as usize) < plan.nodes.len(), "{context}");
    let skip = |id: SkipId| assert!((id.0 as usize) < plan.skips.len(), "{context}");
    assert_eq!(plan.nodes[0], Node::Same);
    assert_eq!(plan.skips[0], Skip::Nothing);
    node(plan.root);
    for at in &plan.nodes {
        match at {
            Node::Array(id) | Node::Map(id) | Node::Some(id) => node(*id),
            Node::Union(ids) => ids.iter().for_each(|id| {
                node(*id);
                assert!(!matches!(plan.node(*id), Node::Union(_)), "{context}");
            }),
            Node::Fail(problem) => assert!((*problem as usize) < plan.problems.len()),
            Node::Record { steps, .. } => {
                let mut read = BTreeSet::new();
                let mut fixed = false;
                for step in steps {
                    match *step {
                        Step::Read {
                            first,
                            end,
                            node: id,
                        } => {
                            node(id);
                            fixed = false;
                            assert!(first < end, "{context}");
                            assert!(id == NodeId::SAME || first + 1 == end, "{context}");
                            assert!((first..end).all(|field| read.insert(field)), "{context}");
                        }
                        Step::Skip(id) => {
                            skip(id);
                            let is_fixed = matches!(plan.skip(id), Skip::Fixed(_));
                            assert!(!(fixed && is_fixed), "{context}");
                            assert!(!plan.is_empty_skip(id), "{context}");
                            fixed = is_fixed;
                        }
                    }
                }
            }
            Node::Same | Node::Int | Node::Long | Node::Float | Node::Enum(_) | Node::None => {}
        }
    }
    for at in &plan.skips {
        match at {
            Skip::Array(id) | Skip::Map(id) => skip(*id),
            Skip::Record(ids) | Skip::Union(ids) => ids.iter().for_each(|id| skip(*id)),
            Skip::Fixed(n) => assert_ne!(*n, 0, "{context}"),
            Skip::Nothing | Skip::Varint | Skip::Prefixed => {}
        }
    }
}

#[test]
fn plans_are_well_formed() {
    for seed in 0..4 * SCHEMAS {
        let schema = random_schema(seed);
        let writer = random_writer(seed, &avro::schema(&schema, RecordId(0)));
        for id in schema.record_ids() {
            let plan = compile(&writer, &schema, id).unwrap();
            check_form(&plan, &format!("seed {seed} {id:?}"));
        }
    }
}

#[test]
fn damaged_schemas_are_errors_or_writers() {
    let mut plans = 0;
    for seed in 0..SCHEMAS {
        let schema = random_schema(seed);
        let text = random_writer(seed, &avro::schema(&schema, RecordId(0)));
        let text = text.to_json().compact();
        let mut random = Random::new(seed);
        for _ in 0..20 {
            // Names, symbols and kinds are exchanged, and then a few bytes are.
            let mut words: Vec<&str> = text.split('"').collect();
            let (a, b) = (random.below(words.len()), random.below(words.len()));
            words[a] = words[b];
            let mut text = words.join("\"").into_bytes();
            if random.one_in(3) {
                text = damaged(&mut random, &text);
            }
            let text = String::from_utf8_lossy(&text);
            let Ok(writer) = avro::parse_with(&text, Rules::Registered) else {
                continue;
            };
            let plan = compile(&writer, &schema, RecordId(0)).unwrap();
            check_form(&plan, &text);
            let Some(bytes) = random.datum(&writer) else {
                continue;
            };
            match Codec::new(&schema, RecordId(0)).resolve(&plan, &bytes) {
                Err(e) if plan.is_compatible() => {
                    assert!(!matches!(e.problem, Problem::Resolution(_)), "{e} {text}");
                }
                _ => plans += 1,
            }
        }
    }
    assert!(plans > 500, "{plans}");
}
