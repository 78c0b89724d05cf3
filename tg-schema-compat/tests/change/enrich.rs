//! What random messages hardly ever hold: symbols that their own writer does not know, and keys of maps that
//! are names of fields.

use tg_schema_dynamic::Random;
use tg_schema_model::{RecordId, Schema, Type, Value};

/// Puts some of both into a message.
pub fn enrich(schema: &Schema, id: RecordId, value: &mut Value, random: &mut Random) {
    let Value::Record(entries) = value else {
        return;
    };
    for field in &schema.record(id).fields {
        if let Some((_, value)) = entries.iter_mut().find(|(name, _)| *name == field.name) {
            part(schema, &field.ty, value, random);
        }
    }
}

fn part(schema: &Schema, ty: &Type, value: &mut Value, random: &mut Random) {
    match (ty, value) {
        (Type::Optional(ty), value) => part(schema, ty, value, random),
        (Type::Record(id), value) => enrich(schema, *id, value, random),
        (Type::Array(ty), Value::Array(items)) => {
            items
                .iter_mut()
                .for_each(|item| part(schema, ty, item, random));
        }
        (Type::Map(ty), Value::Map(entries)) => {
            entries
                .values_mut()
                .for_each(|item| part(schema, ty, item, random));
            let some = entries.values().next().cloned();
            let record = random.pick(&schema.records);
            if let (Some(value), false) = (some, record.fields.is_empty()) {
                entries.insert(random.pick(&record.fields).name.clone(), value);
            }
        }
        (Type::Enum(id), Value::Enum(symbol))
            if schema.enumeration(*id).open && random.one_in(3) =>
        {
            *symbol = "UNHEARD_OF".to_owned();
        }
        _ => {}
    }
}
