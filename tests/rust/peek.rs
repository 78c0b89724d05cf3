//! Fields that are peeked at are what a full reading finds, in messages of every definition and of any
//! Avro schema; what is no message is an error, or the same answer.

mod whole;

use crate::definitions::{messages, schema};
use tg_schema::{Decoder, Limits, Peek, Peeked};
use tg_schema_dynamic::{Codec, Random};
use tg_schema_model::{RecordId, Schema, Type, Value, avro};

/// Records inside one another that paths go into.
const DEPTH: usize = 4;

/// Paths of all fields, and their types.
fn paths(schema: &Schema, record: RecordId) -> Vec<(String, Type)> {
    let mut found = Vec::new();
    let mut open = vec![(String::new(), record, DEPTH)];
    while let Some((parents, record, depth)) = open.pop() {
        for field in &schema.record(record).fields {
            let path = format!("{parents}{}", field.name);
            if let (&Type::Record(id), true) = (&field.ty, depth > 0) {
                open.push((format!("{path}."), id, depth - 1));
            }
            found.push((path, field.ty.clone()));
        }
    }
    found
}

/// The value at a path.
fn at<'v>(value: &'v Value, path: &str) -> &'v Value {
    let field = |value: &'v Value, name| value.field(name).unwrap_or(&Value::Null);
    path.split('.').fold(value, field)
}

/// Whether the two are one value.
fn same(schema: &Schema, ty: &Type, peeked: &Peeked<'_>, value: &Value) -> bool {
    match (peeked, value) {
        (Peeked::Null, Value::Null) => true,
        (Peeked::Boolean(a), Value::Boolean(b)) => a == b,
        (Peeked::Int(a), Value::Int(b)) => a == b,
        (Peeked::Long(a), Value::Long(b)) => a == b,
        (Peeked::Float(a), Value::Float(b)) => a.to_bits() == b.to_bits(),
        (Peeked::Double(a), Value::Double(b)) => a.to_bits() == b.to_bits(),
        (Peeked::String(a), Value::String(b)) => a == b,
        (Peeked::Bytes(a), Value::Bytes(b)) => a == b,
        (Peeked::Symbol(a), Value::Enum(b)) => **a == **b,
        (Peeked::Date(a), Value::Date(b)) => a == b,
        (Peeked::Time(a), Value::Time(b)) => a == b,
        (Peeked::Timestamp(a), Value::Timestamp(b)) => a == b,
        (Peeked::Uuid(a), Value::Uuid(b)) => a == b,
        (Peeked::Decimal(a), Value::Decimal(b)) => a == b,
        (Peeked::Encoded(bytes), value) => match ty {
            Type::Record(id) => Codec::new(schema, *id).read_avro(bytes).as_ref() == Ok(value),
            _ => matches!(value, Value::Array(_) | Value::Map(_)),
        },
        _ => false,
    }
}

/// What a peek finds, or that it fails.
fn answer(peek: &Peek, bytes: &[u8], limits: Limits) -> Option<String> {
    let mut decoder = Decoder::new();
    decoder.limits = limits;
    let values = decoder.peek(peek, bytes).ok()?;
    Some(format!("{values:?}"))
}

#[test]
fn every_field_of_every_definition() {
    let schema = schema();
    let (mut equal, mut unset) = (0, 0);
    for (o, id) in messages() {
        let codec = Codec::new(schema, id);
        let paths = paths(schema, id);
        let leaf = |ty: &Type| !matches!(ty, Type::Record(_));
        let leaves: Vec<&str> = paths
            .iter()
            .filter(|(_, ty)| leaf(ty))
            .map(|(p, _)| &**p)
            .collect();
        let one = |path: &str| (o.peek)(&[path]).unwrap_or_else(|e| panic!("{}: {e}", o.name));
        let peeks: Vec<Peek> = paths.iter().map(|(path, _)| one(path)).collect();
        for seed in 0..40 {
            let value = Random::new(seed).value(schema, id);
            // Only a symbol that an open enum keeps has no Avro form.
            let Ok(bytes) = codec.write_avro(&value) else {
                continue;
            };
            let back = codec
                .read_avro(&bytes)
                .unwrap_or_else(|e| panic!("{}: {e}", o.name));
            for ((path, ty), peek) in paths.iter().zip(&peeks) {
                let [found] = peek.read_array(&bytes).unwrap_or_else(|e| panic!("{e}"));
                // What the reading takes for unset was written all the same.
                let read = same(schema, ty, &found, at(&back, path));
                let written = same(schema, ty, &found, at(&value, path));
                assert!(
                    read || written,
                    "{} {path} {seed}: {found:?} in {back:?}",
                    o.name
                );
                equal += usize::from(read);
                unset += usize::from(!read);
            }
            if leaves.is_empty() {
                continue;
            }
            // All at once, in some order, are what each is alone.
            let mut order: Vec<&str> = leaves.clone();
            let mut random = Random::new(seed);
            for i in (1..order.len()).rev() {
                order.swap(i, random.below(i + 1));
            }
            let all = (o.peek)(&order).unwrap_or_else(|e| panic!("{}: {e}", o.name));
            for (path, found) in order.iter().zip(all.read(&bytes).unwrap()) {
                let place = paths.iter().position(|(p, _)| p == path).unwrap();
                assert_eq!(
                    peeks[place].read(&bytes).unwrap(),
                    [found],
                    "{} {path}",
                    o.name
                );
            }
        }
    }
    assert!(equal > 20_000 && unset < equal / 50, "{equal} {unset}");
}

#[test]
fn truncations_are_errors_or_the_same_answer() {
    let schema = schema();
    let (mut errors, mut answers) = (0, 0);
    for (o, id) in messages() {
        let value = Random::new(7).size(30).value(schema, id);
        let Ok(bytes) = Codec::new(schema, id).write_avro(&value) else {
            continue;
        };
        for (path, _) in paths(schema, id) {
            let peek = (o.peek)(&[&path]).unwrap();
            let whole = answer(&peek, &bytes, Limits::DEFAULT);
            let mut answered = false;
            for end in 0..bytes.len() {
                match answer(&peek, &bytes[..end], Limits::DEFAULT) {
                    None => {
                        // What was enough stays enough.
                        assert!(!answered, "{} {path} {end}", o.name);
                        errors += 1;
                    }
                    found => {
                        assert_eq!(found, whole, "{} {path} {end}", o.name);
                        answered = true;
                        answers += 1;
                    }
                }
            }
        }
    }
    assert!(errors > 5_000 && answers > 5_000, "{errors} {answers}");
}

#[test]
fn what_can_be_read_can_be_peeked_at() {
    let schema = schema();
    let (mut read, mut refused) = (0, 0);
    for (o, id) in messages() {
        let codec = Codec::new(schema, id);
        let mut random = Random::new(11);
        let peeks = paths(schema, id)
            .into_iter()
            .map(|(path, _)| (o.peek)(&[&path]).unwrap());
        let peeks: Vec<Peek> = peeks.collect();
        for seed in 0..60 {
            let value = Random::new(seed).size(30).value(schema, id);
            let Ok(mut bytes) = codec.write_avro(&value) else {
                continue;
            };
            for _ in 0..random.below(4) {
                if !bytes.is_empty() {
                    let place = random.below(bytes.len());
                    bytes[place] = random.bits().to_le_bytes()[0];
                }
            }
            let mut limits = Limits::DEFAULT;
            limits.depth = *random.pick(&[0, 1, 2, 3, 128]);
            let readable = (o.limited_avro)(&bytes, limits).is_ok();
            for peek in &peeks {
                let found = answer(peek, &bytes, limits);
                assert!(
                    !readable || found.is_some(),
                    "{} {peek:?} {limits:?} {bytes:02x?}",
                    o.name
                );
                refused += usize::from(found.is_none());
            }
            read += usize::from(readable);
        }
    }
    assert!(read > 1_000 && refused > 1_000, "{read} {refused}");
}

#[test]
fn random_bytes_and_claims_of_many_items() {
    let schema = schema();
    let mut random = Random::new(5);
    let claim = [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
    for (o, id) in messages() {
        for (path, _) in paths(schema, id) {
            let peek = (o.peek)(&[&path]).unwrap();
            for _ in 0..40 {
                let n = random.below(60);
                let mut bytes = random.octets(n);
                let _ = peek.read(&bytes);
                bytes.iter_mut().for_each(|b| *b &= 7);
                let _ = peek.read(&bytes);
                bytes.extend(claim);
                let _ = peek.read(&bytes);
            }
            let _ = peek.read(&vec![2; 10_000]);
        }
    }
}

#[test]
fn lists_of_nothing_are_over_at_once() {
    use tg_schema::Message;
    use tg_schema_tests::Nothings;
    let bytes = [
        0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01, 0,
    ];
    let values = Nothings::peek(&bytes, &["items"]).unwrap();
    assert_eq!(values, [Peeked::Encoded(&bytes)]);
    assert!(Nothings::from_avro(&bytes).is_err());
}

/// Any schema of any writer, beside a reading of the whole message that was written for this test.
#[test]
fn every_field_of_random_writers() {
    let (mut equal, mut refused) = (0, 0);
    for seed in 0..250 {
        let model = tg_schema_dynamic::random_schema(seed);
        for id in model.record_ids() {
            let writer = tg_schema_dynamic::random_writer(seed, &avro::schema(&model, id));
            let avro::Schema::Record(record) = &writer else {
                continue;
            };
            let mut random = Random::new(seed).non_finite().size(30);
            let Some(bytes) = random.datum(&writer) else {
                continue;
            };
            let text = writer.to_json().compact();
            let types = writer.definitions();
            let whole = whole::read(record, &types, &bytes);
            for (path, logical) in whole::paths(record, &types, DEPTH) {
                let peek =
                    Peek::of_schema(&text, &[&path]).unwrap_or_else(|e| panic!("{e}: {text}"));
                let expected = whole.get(&path).map_or("null", String::as_str);
                match peek.read_array(&bytes) {
                    Ok([found]) => {
                        let found = whole::shown(&found, &logical);
                        assert_eq!(found, expected, "{seed} {path} in {text}");
                        equal += 1;
                    }
                    // A value that its logical type does not have.
                    Err(e) => {
                        assert!(logical.is_some(), "{e}: {seed} {path} in {text}");
                        refused += 1;
                    }
                }
            }
        }
    }
    assert!(equal > 2_000 && refused < equal / 20, "{equal} {refused}");
}
