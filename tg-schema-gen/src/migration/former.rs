//! What tightened fields were before.

use tg_schema_model::value::{self, Reading};
use tg_schema_model::{Field, Former, Presence, Schema, json};

/// The schema before fields were tightened. A former default that does not fit its type counts as none.
pub fn former(schema: &Schema) -> Schema {
    let mut before = schema.clone();
    for (record, old) in before.records.iter_mut().zip(&schema.records) {
        for (field, old) in record.fields.iter_mut().zip(&old.fields) {
            let former = old
                .origin
                .as_ref()
                .and_then(|origin| origin.former.as_ref());
            if let Some(former) = former {
                field.presence = match former_presence(schema, old, former) {
                    Ok(presence) => presence,
                    Err(_) => Presence::Optional,
                };
            }
        }
    }
    before
}

/// The presence of a field before it was tightened.
pub fn former_presence(
    schema: &Schema,
    field: &Field,
    former: &Former,
) -> Result<Presence, String> {
    let Some(text) = &former.default else {
        return Ok(match former.ty.ends_with('?') {
            true => Presence::Optional,
            false => Presence::Required,
        });
    };
    let tree = json::parse(text).map_err(|e| e.to_string())?;
    let reading = Reading::definition();
    let value = value::from_json(schema, &field.ty, field.encoding, &tree, &reading)
        .map_err(|e| e.to_string())?;
    Ok(match former.nullable {
        true => Presence::NullableDefault(value),
        false => Presence::Default(value),
    })
}
