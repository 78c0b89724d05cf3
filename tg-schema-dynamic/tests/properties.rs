//! What holds for every schema and every message: random ones stand for all.

use tg_schema_dynamic::{Codec, Random, Value, Wire, normalize, random_schema};
use tg_schema_model::{Presence, RecordId, Schema, Type, validate};

const SCHEMAS: u64 = 1200;

/// Values as text: unlike `==` this tells `0.0` from `-0.0`, `1.5` from `1.50`, and knows NaN.
fn shown(value: &Value) -> String {
    format!("{value:?}")
}

#[test]
fn random_schemas_are_valid() {
    for seed in 0..SCHEMAS {
        let schema = random_schema(seed);
        let diagnostics = validate::check(&schema);
        assert!(!diagnostics.has_errors(), "seed {seed}: {diagnostics:#?}");
        assert_eq!(schema, random_schema(seed));
    }
}

#[test]
fn random_schemas_have_everything() {
    let schemas: Vec<Schema> = (0..SCHEMAS).map(random_schema).collect();
    let text = format!("{schemas:?}");
    for part in [
        "TimestampMs",
        "TimestampUs",
        "TimeMs",
        "Date",
        "Uuid",
        "Decimal",
        "Optional(",
        "Map(",
        "Array(",
        "NullableDefault",
        "Default(Array([",
        "Default(Map({",
        "Default(Record([(",
        "Default(Bytes",
        "PulsarRecord",
        "open: true",
        "former_",
        "own.space",
        "python-",
        "Utf8",
        "TopicDefinition",
    ] {
        assert!(text.contains(part), "no schema has {part}");
    }
}

#[test]
fn messages_read_back_as_their_normal_form() {
    let mut collapsed = [0, 0];
    for seed in 0..SCHEMAS {
        let schema = random_schema(seed);
        let mut random = Random::new(seed);
        for id in schema.record_ids() {
            let codec = Codec::new(&schema, id);
            let value = random.value(&schema, id);

            let bytes = codec
                .write_json(&value)
                .unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            let back = codec
                .read_json(&bytes)
                .unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            let normal = normalize(&schema, id, &value, Wire::Json);
            let text = String::from_utf8_lossy(&bytes);
            assert_eq!(shown(&back), shown(&normal), "seed {seed} {id:?} {text}");
            collapsed[0] += usize::from(back != value);

            let bytes = codec
                .write_avro(&value)
                .unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            let back = codec
                .read_avro(&bytes)
                .unwrap_or_else(|e| panic!("seed {seed}: {e}"));
            let normal = normalize(&schema, id, &value, Wire::Avro);
            assert_eq!(shown(&back), shown(&normal), "seed {seed} {id:?}");
            collapsed[1] += usize::from(back != value);
        }
    }
    assert!(
        collapsed.iter().all(|&n| n > 0),
        "the profile's rule is met: {collapsed:?}"
    );
}

#[test]
fn plain_messages_read_back_as_they_are() {
    for seed in 0..SCHEMAS {
        let schema = random_schema(seed);
        if format!("{schema:?}").contains("PulsarRecord") {
            continue;
        }
        let mut random = Random::new(seed).size(20);
        for id in schema.record_ids() {
            let codec = Codec::new(&schema, id);
            let value = random.value(&schema, id);
            assert_eq!(
                codec.read_json(&codec.write_json(&value).unwrap()).as_ref(),
                Ok(&value)
            );
            assert_eq!(
                codec.read_avro(&codec.write_avro(&value).unwrap()).as_ref(),
                Ok(&value)
            );
        }
    }
}

#[test]
fn avro_keeps_what_is_no_number() {
    for seed in 0..SCHEMAS / 4 {
        let schema = random_schema(seed);
        let mut random = Random::new(seed).non_finite();
        for id in schema.record_ids() {
            let codec = Codec::new(&schema, id);
            let value = random.value(&schema, id);
            let back = codec.read_avro(&codec.write_avro(&value).unwrap()).unwrap();
            let normal = normalize(&schema, id, &value, Wire::Avro);
            assert_eq!(shown(&back), shown(&normal), "seed {seed} {id:?}");
            let text = shown(&value);
            if text.contains("(NaN)") || text.contains("inf)") {
                assert!(codec.write_json(&value).is_err(), "seed {seed} {id:?}");
            }
        }
    }
}

#[test]
fn headers_go_before_the_same_bytes() {
    for seed in 0..100 {
        let schema = random_schema(seed);
        let mut random = Random::new(seed);
        for id in schema.record_ids() {
            let codec = Codec::new(&schema, id);
            let value = random.value(&schema, id);
            let plain = codec.write_avro(&value).unwrap();
            let back = codec.read_avro(&plain);
            let single = codec.write_single_object(&value).unwrap();
            assert_eq!(single[..2], [0xC3, 0x01]);
            assert_eq!(single[2..10], codec.fingerprint().to_le_bytes());
            assert_eq!(single[10..], plain);
            assert_eq!(codec.read_single_object(&single), back);
            let framed = codec.write_confluent(0x0102_0304, &value).unwrap();
            assert_eq!(framed[..5], [0, 1, 2, 3, 4]);
            assert_eq!(framed[5..], plain);
            assert_eq!(
                codec.read_confluent(&framed),
                back.map(|value| (0x0102_0304, value))
            );
            let mut other = single.clone();
            other[9] ^= 1;
            assert!(codec.read_single_object(&other).is_err());
        }
    }
}

/// Every message that differs from `value` in one place where something empty became nothing, or
/// nothing became something empty.
fn flips(schema: &Schema, ty: &Type, value: &Value) -> Vec<Value> {
    match (ty, value) {
        (Type::Optional(inner), Value::Null) => empty(schema, inner).into_iter().collect(),
        (Type::Optional(inner), value) => {
            let mut all = flips(schema, inner, value);
            if empty(schema, inner).as_ref() == Some(value) {
                all.push(Value::Null);
            }
            all
        }
        (Type::Array(item), Value::Array(items)) => {
            let mut all = Vec::new();
            for (i, value) in items.iter().enumerate() {
                for flipped in flips(schema, item, value) {
                    let mut items = items.clone();
                    items[i] = flipped;
                    all.push(Value::Array(items));
                }
            }
            all
        }
        (Type::Map(item), Value::Map(entries)) => {
            let mut all = Vec::new();
            for (key, value) in entries {
                for flipped in flips(schema, item, value) {
                    let mut entries = entries.clone();
                    entries.insert(key.clone(), flipped);
                    all.push(Value::Map(entries));
                }
            }
            all
        }
        (Type::Record(id), Value::Record(entries)) => {
            let mut all = Vec::new();
            for field in &schema.record(*id).fields {
                let place = entries.iter().position(|(name, _)| *name == field.name);
                let optional = field.presence == Presence::Optional;
                match place {
                    Some(i) => {
                        for flipped in flips(schema, &field.ty, &entries[i].1) {
                            let mut entries = entries.clone();
                            entries[i].1 = flipped;
                            all.push(Value::Record(entries));
                        }
                        if optional && empty(schema, &field.ty).as_ref() == Some(&entries[i].1) {
                            let mut entries = entries.clone();
                            entries.remove(i);
                            all.push(Value::Record(entries));
                        }
                    }
                    None => {
                        if let Some(empty) = empty(schema, &field.ty) {
                            let mut entries = entries.clone();
                            entries.push((field.name.clone(), empty));
                            all.push(Value::Record(entries));
                        }
                    }
                }
            }
            all
        }
        _ => Vec::new(),
    }
}

fn empty(schema: &Schema, ty: &Type) -> Option<Value> {
    match ty {
        Type::String => Some(Value::String(String::new())),
        Type::Bytes => Some(Value::Bytes(Vec::new())),
        Type::Array(_) => Some(Value::Array(Vec::new())),
        Type::Map(_) => Some(Value::Map(Default::default())),
        Type::Record(id) => {
            let fields = &schema.record(*id).fields;
            let all_optional = fields.iter().all(|f| f.presence == Presence::Optional);
            all_optional.then(|| Value::Record(Vec::new()))
        }
        _ => None,
    }
}

#[test]
fn nothing_and_empty_never_fall_together() {
    let mut count = 0;
    for seed in 0..SCHEMAS / 2 {
        let schema = random_schema(seed);
        let mut random = Random::new(seed).size(16);
        let last = RecordId(schema.records.len() - 1);
        for id in [RecordId(0), last] {
            let codec = Codec::new(&schema, id);
            let value = random.value(&schema, id);
            let json = codec.write_json(&value).unwrap();
            let avro = codec.write_avro(&value).unwrap();
            for flipped in flips(&schema, &Type::Record(id), &value) {
                count += 1;
                let other = codec.write_json(&flipped).unwrap();
                assert_ne!(json, other, "seed {seed}: {value:?} {flipped:?}");
                let back = codec.read_json(&other).unwrap();
                let normal = normalize(&schema, id, &flipped, Wire::Json);
                assert_eq!(shown(&back), shown(&normal), "seed {seed}");
                let other = codec.write_avro(&flipped).unwrap();
                assert_ne!(avro, other, "seed {seed}: {value:?} {flipped:?}");
                let back = codec.read_avro(&other).unwrap();
                let normal = normalize(&schema, id, &flipped, Wire::Avro);
                assert_eq!(shown(&back), shown(&normal), "seed {seed}");
                if !format!("{schema:?}").contains("PulsarRecord") {
                    assert_ne!(shown(&back), shown(&value), "seed {seed}");
                }
            }
        }
    }
    assert!(count > 1000, "{count} places");
}

#[test]
fn examples_are_messages() {
    for seed in 0..SCHEMAS / 2 {
        let schema = random_schema(seed);
        for id in schema.record_ids() {
            let codec = Codec::new(&schema, id);
            let value = tg_schema_dynamic::example(&schema, id);
            assert_eq!(value, tg_schema_dynamic::example(&schema, id));
            let back = codec.read_json(&codec.write_json(&value).unwrap()).unwrap();
            assert_eq!(
                back,
                normalize(&schema, id, &value, Wire::Json),
                "seed {seed}"
            );
            let back = codec.read_avro(&codec.write_avro(&value).unwrap()).unwrap();
            assert_eq!(
                back,
                normalize(&schema, id, &value, Wire::Avro),
                "seed {seed}"
            );
        }
    }
}
