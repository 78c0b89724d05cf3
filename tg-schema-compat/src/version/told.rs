//! What the text of a schema does not tell, from definitions that render to the same text.
//!
//! A registered text does not say how bytes and enums travel in JSON, which default a nullable field reads as, or that
//! a record is one of Python's client. Read by itself it would differ from the very definition that it was made of.

use std::collections::{HashMap, HashSet};

use tg_schema_model::avro::{self, Rules};
use tg_schema_model::schema::full_name;
use tg_schema_model::{
    Enum, EnumId, Field, Profile, Record, RecordId, Schema, Symbol, Type, Value,
};

use super::{Message, Version};

/// Completes the definitions that Avro schemas were read as, from a version with definitions of its own.
///
/// A field is taken over where its text is the same in both; how bytes travel, and the profile of old Records, always.
/// Other versions stay as they are.
pub fn complete(texts: &mut Version, told: &Version) {
    if !texts.only_schemas || told.only_schemas {
        return;
    }
    let messages: HashMap<&str, &Message> = told.messages.iter().map(|m| (&*m.name, m)).collect();
    for message in &texts.messages {
        let same = messages.get(&*message.name).copied();
        let both_alone = texts.messages.len() == 1 && told.messages.len() == 1;
        let Some(other) = same.or_else(|| told.messages.first().filter(|_| both_alone)) else {
            continue;
        };
        let (Some(record), Some(of)) = (message.record, other.record) else {
            continue;
        };
        let Ok(this) = avro::parse_with(&message.text, Rules::Registered) else {
            continue;
        };
        let this = this.definitions();
        // What Pulsar gets of a record and what others get are two texts in the profile of old Records.
        let texts_of = [other.text.clone(), avro::text(&told.schema, of)];
        let those = texts_of.map(|text| avro::parse_with(&text, Rules::Registered));
        let those = those.iter().flatten().map(avro::Schema::definitions);
        let those: Vec<_> = those.collect();
        let (types, known) = (
            Types::of(&texts.schema, record),
            Types::of(&told.schema, of),
        );
        for (name, id) in types.records {
            if let (Some(&from), Some(record)) =
                (known.records.get(&name), texts.schema.records.get_mut(id.0))
                && let Some(from) = told.schema.records.get(from.0)
                && let name = avro::Name::from_full(&name)
                && let Some(avro::Schema::Record(this)) = this.get(&name)
            {
                for that in &those {
                    if let Some(avro::Schema::Record(that)) = that.get(&name) {
                        complete_record((record, this), (from, that));
                    }
                }
            }
        }
        for (name, id) in types.enums {
            if let (Some(&from), Some(one)) =
                (known.enums.get(&name), texts.schema.enums.get_mut(id.0))
                && let Some(from) = told.schema.enums.get(from.0)
            {
                complete_enum(one, from);
            }
        }
    }
}

fn complete_record(
    (record, this): (&mut Record, &avro::Record),
    (from, that): (&Record, &avro::Record),
) {
    let these = by_name(&this.fields);
    let those = by_name(&that.fields);
    let others: HashMap<&str, &Field> = from.fields.iter().map(|f| (&*f.name, f)).collect();
    for one in &mut record.fields {
        let Some(other) = others.get(&*one.name) else {
            continue;
        };
        one.encoding = other.encoding;
        if let (Some(this), Some(that)) = (these.get(&*one.name), those.get(&*one.name))
            && this.default == that.default
            && same(&this.schema, &that.schema)
        {
            one.presence = other.presence.clone();
            one.pulsar = other.pulsar.clone();
        }
    }
    if from.profile == Profile::PulsarRecord {
        record.profile = from.profile;
        record.pulsar = from.pulsar.clone();
    }
}

fn complete_enum(one: &mut Enum, from: &Enum) {
    one.open = from.open;
    let symbols = from.symbols.iter().map(|symbol| &*symbol.name);
    let values: HashMap<&str, &Value> = symbols.zip(&from.pulsar.values).collect();
    let value = |symbol: &Symbol| values.get(&*symbol.name).copied().cloned();
    // One that the definition does not have had a value that nobody knows.
    if let Some(values) = one.symbols.iter().map(value).collect() {
        one.pulsar.values = values;
    }
}

fn by_name(fields: &[avro::Field]) -> HashMap<&str, &avro::Field> {
    fields.iter().map(|field| (&*field.name, field)).collect()
}

/// Whether two types are written alike. What a name stands for is compared where it is defined.
fn same(a: &avro::Schema, b: &avro::Schema) -> bool {
    use avro::Schema::{Array, Map, Primitive, Union};
    match (a, b) {
        (Primitive(a), Primitive(b)) => (a.kind, &a.logical) == (b.kind, &b.logical),
        (Array(a), Array(b)) => same(&a.items, &b.items),
        (Map(a), Map(b)) => same(&a.values, &b.values),
        (Union(a), Union(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        _ => a.name().is_some() && a.name() == b.name(),
    }
}

/// The types that a record is made of, by their full names, and by those that they have in a text that names no namespace for
/// them: of what is around them there.
#[derive(Default)]
struct Types {
    records: HashMap<String, RecordId>,
    enums: HashMap<String, EnumId>,
}

impl Types {
    fn of(schema: &Schema, root: RecordId) -> Self {
        let mut found = Types::default();
        let mut seen = HashSet::new();
        // In the order of the text, where the first place of a type defines it.
        let root = Type::Record(root);
        let mut open = vec![(&root, None)];
        while let Some((ty, around)) = open.pop() {
            match ty {
                Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) => {
                    open.push((inner, around));
                }
                Type::Record(id) => {
                    let Some(record) = schema.records.get(id.0).filter(|_| seen.insert(*id)) else {
                        continue;
                    };
                    let namespace = record.namespace.as_deref().or(around);
                    found
                        .records
                        .entry(full_name(namespace, &record.name))
                        .or_insert(*id);
                    found.records.insert(record.full_name(), *id);
                    open.extend(record.fields.iter().rev().map(|f| (&f.ty, namespace)));
                }
                Type::Enum(id) => {
                    if let Some(one) = schema.enums.get(id.0) {
                        let namespace = one.namespace.as_deref().or(around);
                        found
                            .enums
                            .entry(full_name(namespace, &one.name))
                            .or_insert(*id);
                        found.enums.insert(one.full_name(), *id);
                    }
                }
                _ => {}
            }
        }
        found
    }
}
