//! The sub-record that a Python `Record` sends where nothing was set: an object of nulls, and what our readers
//! make of it.

use tg_schema_model::value::{Reading, from_json, to_json};
use tg_schema_model::{
    Encoding, Field, Json, Presence, Profile, RecordId, Schema, Type, value::is_unset,
};

use super::{Comparison, Effect, Kind, Peer};

/// Records inside each other in such an object.
const MAX_DEPTH: usize = 16;
/// Fields of such an object.
const MAX_FIELDS: usize = 10_000;

impl Comparison<'_, '_> {
    /// A field whose writer sends an object of nulls where nothing was set, and null where such an object does not end.
    pub(super) fn unset(&mut self, profile: Profile, field: &Field, source: &Field) {
        let (Type::Record(w), Type::Record(_) | Type::Map(_)) = (&source.ty, &field.ty) else {
            return;
        };
        if self.reader.peer != Peer::Tg {
            return;
        }
        let mut left = MAX_FIELDS;
        let Some(sent) = instance(self.writer.schema, *w, MAX_DEPTH, &mut left) else {
            if left > 0 {
                self.null(field);
            }
            return;
        };
        let schema = self.reader.schema;
        let optional = field.presence == Presence::Optional;
        // A map is never unset.
        let record = match field.ty {
            Type::Record(r) => Some(r),
            _ => None,
        };
        if optional
            && profile == Profile::PulsarRecord
            && record.is_some_and(|r| reads_as_unset(schema, r, &sent, MAX_DEPTH))
        {
            return;
        }
        match from_json(schema, &field.ty, field.encoding, &sent, &Reading::wire()) {
            Err(e) => {
                let message = format!("is an object of nulls where nothing was set: {e}");
                self.find(Effect::Refuses, Kind::Unset, message);
            }
            Ok(value) if optional || record.is_none_or(|r| !is_unset(schema, r, &value)) => {
                let message = "is there, with nothing in it, where nothing was set";
                self.find(Effect::Loses, Kind::Unset, message);
            }
            Ok(_) => {}
        }
    }
}

/// What a `Record` sends of a record in which nothing was set.
fn instance(schema: &Schema, id: RecordId, depth: usize, left: &mut usize) -> Option<Json> {
    let record = schema.records.get(id.0)?;
    let depth = depth.checked_sub(1)?;
    let mut entries = Vec::with_capacity(record.fields.len());
    for field in &record.fields {
        *left = left.checked_sub(1)?;
        let value = match (&field.ty, field.presence.default()) {
            (ty, Some(default)) => {
                to_json(schema, ty, Encoding::Utf8, default).unwrap_or(Json::Null)
            }
            (Type::Boolean, None) => Json::Bool(false),
            (Type::Record(id), None) => instance(schema, *id, depth, left)?,
            _ => Json::Null,
        };
        entries.push((field.name.clone(), value));
    }
    Some(Json::Object(entries))
}

/// Whether our reader takes an object for one in which nothing was set.
fn reads_as_unset(schema: &Schema, id: RecordId, sent: &Json, depth: usize) -> bool {
    let (Some(record), Some(entries)) = (schema.records.get(id.0), sent.as_object()) else {
        return false;
    };
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let unknown = |key: &String| record.fields.iter().all(|f| f.name != *key);
    let harmless = |value: &Json| matches!(value, Json::Null | Json::Bool(false));
    if record.fields.is_empty() || !entries.iter().all(|(k, v)| !unknown(k) || harmless(v)) {
        return false;
    }
    record
        .fields
        .iter()
        .all(|field| match sent.get(&field.name) {
            None => false,
            Some(Json::Null) => true,
            Some(value) => match (field.presence.default(), &field.ty) {
                (Some(default), ty) => {
                    let read = from_json(schema, ty, field.encoding, value, &Reading::wire());
                    read.as_ref() == Ok(default)
                }
                (None, Type::Boolean) => *value == Json::Bool(false),
                (None, Type::Record(id)) => reads_as_unset(schema, *id, value, depth),
                _ => false,
            },
        })
}
