//! The `apache-avro` crate as the other side: it reads our schemas and our bytes, we read its bytes.

use apache_avro::Schema as TheirSchema;
use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value as Theirs;
use apache_avro::writer::datum::GenericDatumWriter;
use tg_schema_dynamic::{Codec, Random, Value, Wire, example, normalize, random_schema};
use tg_schema_model::{Presence, RecordId, Schema, Type, avro};

const SCHEMAS: u64 = 250;

/// The same value as a tree of theirs.
fn theirs(schema: &Schema, ty: &Type, value: &Value) -> Theirs {
    match (ty, value) {
        (Type::Optional(_), Value::Null) => Theirs::Union(0, Box::new(Theirs::Null)),
        (Type::Optional(inner), value) => Theirs::Union(1, Box::new(theirs(schema, inner, value))),
        (Type::Array(item), Value::Array(items)) => {
            Theirs::Array(items.iter().map(|v| theirs(schema, item, v)).collect())
        }
        (Type::Map(item), Value::Map(entries)) => {
            let entry = |(key, v): (&String, &Value)| (key.clone(), theirs(schema, item, v));
            Theirs::Map(entries.iter().map(entry).collect())
        }
        (&Type::Record(id), value) => record(schema, id, value),
        (&Type::Enum(id), Value::Enum(symbol)) => {
            let symbols = &schema.enumeration(id).symbols;
            let place = symbols.iter().position(|s| s.name == *symbol).unwrap();
            Theirs::Enum(place as u32, symbol.clone())
        }
        (&Type::Decimal { scale, .. }, Value::Decimal(decimal)) => {
            let mut octets = Vec::new();
            decimal.rescale(scale).unwrap().write_be(&mut octets);
            Theirs::Decimal(apache_avro::Decimal::from(octets))
        }
        (Type::TimestampMs, Value::Timestamp(t)) => {
            Theirs::TimestampMillis(t.millis_exact().unwrap())
        }
        (Type::TimestampUs, Value::Timestamp(t)) => Theirs::TimestampMicros(t.micros()),
        (_, Value::Boolean(b)) => Theirs::Boolean(*b),
        (_, Value::Int(n)) => Theirs::Int(*n),
        (_, Value::Long(n)) => Theirs::Long(*n),
        (_, Value::Float(n)) => Theirs::Float(*n),
        (_, Value::Double(n)) => Theirs::Double(*n),
        (_, Value::String(text)) => Theirs::String(text.clone()),
        (_, Value::Bytes(octets)) => Theirs::Bytes(octets.clone()),
        (_, Value::Date(date)) => Theirs::Date(date.days()),
        (_, Value::Time(time)) => Theirs::TimeMillis(time.millis()),
        (_, Value::Uuid(uuid)) => Theirs::Uuid(apache_avro::Uuid::from_bytes(*uuid.as_bytes())),
        (ty, value) => panic!("{value:?} is no {}", schema.type_text(ty)),
    }
}

fn record(schema: &Schema, id: RecordId, value: &Value) -> Theirs {
    let fields = schema.record(id).fields.iter().map(|field| {
        let value = match (value.field(&field.name), field.presence.nullable()) {
            (None, _) => Theirs::Union(0, Box::new(Theirs::Null)),
            (Some(v), true) => Theirs::Union(1, Box::new(theirs(schema, &field.ty, v))),
            (Some(v), false) => theirs(schema, &field.ty, v),
        };
        (field.name.clone(), value)
    });
    Theirs::Record(fields.collect())
}

/// Their schema of a record, and whether it is exactly the text that we render. They look for the
/// type of a default among the types that are complete, so a record inside whose definition a field
/// of its own type has a default is refused; such defaults, which do not change the bytes, are left out.
fn parse(schema: &Schema, id: RecordId) -> (TheirSchema, bool) {
    let text = avro::text(schema, id);
    let problem = match TheirSchema::parse_str(&text) {
        Ok(parsed) => return (parsed, true),
        Err(e) => e.to_string(),
    };
    assert!(
        problem.contains("`default`'s value type"),
        "{problem}\n{text}"
    );
    let mut plain = schema.clone();
    for field in plain
        .records
        .iter_mut()
        .flat_map(|record| &mut record.fields)
    {
        if matches!(
            (&field.presence, &field.ty),
            (Presence::Default(_), Type::Record(_))
        ) {
            field.presence = Presence::Required;
        }
    }
    let text = avro::text(&plain, id);
    (
        TheirSchema::parse_str(&text).unwrap_or_else(|e| panic!("{e}\n{text}")),
        false,
    )
}

#[test]
fn both_read_what_the_other_writes() {
    let (mut messages, mut exact) = (0, 0);
    for seed in 0..SCHEMAS {
        let schema = random_schema(seed);
        let mut random = Random::new(seed);
        for id in schema.record_ids() {
            let context = format!("seed {seed} {id:?}");
            let (their_schema, is_exact) = parse(&schema, id);
            exact += usize::from(is_exact);
            let reader = GenericDatumReader::builder(&their_schema).build().unwrap();
            let writer = GenericDatumWriter::builder(&their_schema).build().unwrap();
            let blocks = GenericDatumWriter::builder(&their_schema).target_block_size(8);
            let blocks = blocks.build().unwrap();
            let codec = Codec::new(&schema, id);
            let values = [
                random.value(&schema, id),
                random.value(&schema, id),
                example(&schema, id),
            ];
            for value in values {
                messages += 1;
                let tree = record(&schema, id, &value);
                let bytes = codec.write_avro(&value).unwrap();
                let read = reader.read_value(&mut bytes.as_slice());
                let read = read.unwrap_or_else(|e| panic!("{context}: {e}\n{value:?}"));
                assert_eq!(read, tree, "{context}");
                let normal = normalize(&schema, id, &value, Wire::Avro);
                // In one block a list and, with the sizes of the blocks, in many.
                for writer in [&writer, &blocks] {
                    let written = writer.write_value_to_vec(tree.clone());
                    let written = written.unwrap_or_else(|e| panic!("{context}: {e}\n{value:?}"));
                    let back = codec.read_avro(&written);
                    assert_eq!(back.as_ref(), Ok(&normal), "{context}");
                }
            }
        }
    }
    assert!(
        messages > 1000 && exact * 4 > messages,
        "{messages} messages, {exact} schemas as they are"
    );
}

#[test]
fn canonical_forms_and_fingerprints_are_the_same() {
    for seed in 0..SCHEMAS {
        let schema = random_schema(seed);
        for id in schema.record_ids() {
            let canonical = avro::canonical_text(&schema, id);
            // They keep logical types in the canonical form, which the specification strips, so they
            // start from the form in which that is done.
            let parsed = TheirSchema::parse_str(&canonical).unwrap();
            assert_eq!(parsed.canonical_form(), canonical, "seed {seed}");
            let theirs = parsed.fingerprint::<apache_avro::rabin::Rabin>().bytes;
            let ours = Codec::new(&schema, id).fingerprint().to_le_bytes();
            assert_eq!(ours[..], theirs, "seed {seed}");
        }
    }
}
