//! Random changes of definitions.

use tg_schema_dynamic::Random;
use tg_schema_model::{Encoding, EnumId, Field, Presence, RecordId, Schema, Type, Value};

const SCALARS: [Type; 14] = [
    Type::String,
    Type::Boolean,
    Type::Int,
    Type::Long,
    Type::Float,
    Type::Double,
    Type::Bytes,
    Type::Date,
    Type::TimeMs,
    Type::TimestampMs,
    Type::TimestampUs,
    Type::Uuid,
    Type::Decimal {
        precision: 9,
        scale: 2,
    },
    Type::Decimal {
        precision: 12,
        scale: 4,
    },
];

/// Changes a schema once.
pub fn change(schema: &mut Schema, random: &mut Random) {
    if !schema.enums.is_empty() && random.one_in(4) {
        let at = random.below(schema.enums.len());
        return enumeration(schema, at, random);
    }
    let at = random.below(schema.records.len());
    let count = schema.records[at].fields.len();
    if count == 0 || random.one_in(6) {
        let ty = any(schema, random);
        let mut field = plain(&format!("added{}", random.below(3)), ty);
        presence(&mut field, random);
        return schema.records[at]
            .fields
            .insert(random.below(count + 1), field);
    }
    let nth = random.below(count);
    match random.below(8) {
        0 => {
            schema.records[at].fields.remove(nth);
        }
        1 => {
            let field = &mut schema.records[at].fields[nth];
            let old = std::mem::replace(&mut field.name, format!("renamed{}", random.below(3)));
            if random.one_in(2) {
                field.aliases.push(old);
            }
        }
        2 => {
            let other = random.below(count);
            let name = schema.records[at].fields[other].name.clone();
            if other != nth {
                schema.records[at].fields.remove(other);
                let nth = if other < nth { nth - 1 } else { nth };
                schema.records[at].fields[nth].aliases.push(name);
            }
        }
        3 | 4 => presence(&mut schema.records[at].fields[nth], random),
        5 => {
            let field = &mut schema.records[at].fields[nth];
            field.encoding = match field.encoding {
                Encoding::Base64 => Encoding::Utf8,
                Encoding::Utf8 => Encoding::Base64,
            };
            field.presence = Presence::Optional;
        }
        _ => {
            let old = schema.records[at].fields[nth].ty.clone();
            let ty = altered(schema, &old, random);
            let field = &mut schema.records[at].fields[nth];
            if field.ty != ty {
                field.ty = ty;
                presence(field, random);
            }
        }
    }
}

fn plain(name: &str, ty: Type) -> Field {
    Field::new(name, ty)
}

fn presence(field: &mut Field, random: &mut Random) {
    let default = match &field.ty {
        Type::String => Some(Value::String("d".into())),
        Type::Boolean => Some(Value::Boolean(random.one_in(2))),
        Type::Int => Some(Value::Int(7)),
        Type::Long => Some(Value::Long(7)),
        Type::Float => Some(Value::Float(1.5)),
        Type::Double => Some(Value::Double(1.5)),
        Type::Array(_) => Some(Value::Array(Vec::new())),
        Type::Map(_) => Some(Value::Map(Default::default())),
        _ => None,
    };
    field.presence = match (random.below(4), default) {
        (0, _) => Presence::Required,
        (1, Some(default)) => Presence::Default(default),
        (2, Some(default)) => Presence::NullableDefault(default),
        _ => Presence::Optional,
    };
}

fn any(schema: &Schema, random: &mut Random) -> Type {
    match random.below(6) {
        0 => Type::Record(RecordId(random.below(schema.records.len()))),
        1 if !schema.enums.is_empty() => Type::Enum(EnumId(random.below(schema.enums.len()))),
        2 => Type::Array(Box::new(any(schema, random))),
        3 => Type::Map(Box::new(any(schema, random))),
        _ => random.pick(&SCALARS).clone(),
    }
}

fn altered(schema: &Schema, ty: &Type, random: &mut Random) -> Type {
    match (ty, random.below(4)) {
        (Type::Array(inner), 0..3) => Type::Array(Box::new(element(schema, inner, random))),
        (Type::Map(inner), 0..3) => Type::Map(Box::new(element(schema, inner, random))),
        (Type::Int | Type::Long | Type::Float | Type::Double, 0..3) => random
            .pick(&[Type::Int, Type::Long, Type::Float, Type::Double])
            .clone(),
        (Type::String | Type::Bytes, 0) => random.pick(&[Type::String, Type::Bytes]).clone(),
        (Type::TimestampMs | Type::TimestampUs, 0..2) => {
            random.pick(&[Type::TimestampMs, Type::TimestampUs]).clone()
        }
        (Type::Record(_), 0) => Type::Map(Box::new(Type::String)),
        (_, 1) => Type::Array(Box::new(ty.clone())),
        _ => any(schema, random),
    }
}

fn element(schema: &Schema, inner: &Type, random: &mut Random) -> Type {
    match inner {
        Type::Optional(inner) if random.one_in(2) => (**inner).clone(),
        Type::Optional(inner) => match altered(schema, inner, random) {
            Type::Optional(inner) => Type::Optional(inner),
            other => Type::Optional(Box::new(other)),
        },
        inner if random.one_in(3) => Type::Optional(Box::new(inner.clone())),
        inner => altered(schema, inner, random),
    }
}

fn enumeration(schema: &mut Schema, at: usize, random: &mut Random) {
    let definition = &mut schema.enums[at];
    match random.below(5) {
        0 => definition.default = None,
        1 => definition.default = Some(random.below(definition.symbols.len())),
        2 => {
            definition.open = !definition.open;
            definition.default = None;
        }
        3 => {
            let mut symbol = definition.symbols[0].clone();
            symbol.name = format!("ADDED_{}", random.below(3));
            definition.symbols.push(symbol);
            definition.pulsar.values.clear();
        }
        _ if definition.symbols.len() > 1 => {
            let gone = random.below(definition.symbols.len());
            definition.symbols.remove(gone);
            if definition.pulsar.values.len() > gone {
                definition.pulsar.values.remove(gone);
            }
            definition.default = None;
        }
        _ => {}
    }
}
