//! The defaults of all records, in an order in which each finds the defaults that it leaves to others.

use std::collections::BTreeMap;

use tg_schema_model::{Diagnostic, Diagnostics, Json, Profile, RecordId, Schema, Type, value};

use super::{default_place, presence, reading, refused};
use crate::item::PresenceItem;

/// How deep defaults may lean on each other.
const DEPTH: usize = 64;
/// How many values a default may hold, the defaults of the records in it included.
const VALUES: usize = 65_536;

/// Defaults that wait to be read.
#[derive(Default)]
pub(super) struct Defaults<'a>(BTreeMap<(RecordId, usize), Slot<'a>>);

struct Slot<'a> {
    json: &'a Json,
    row: &'a PresenceItem,
    profile: Profile,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waiting,
    Running,
    /// With the number of its values.
    Done(usize),
    Refused,
}

impl<'a> Defaults<'a> {
    pub(super) fn add(
        &mut self,
        record: RecordId,
        field: usize,
        json: &'a Json,
        row: &'a PresenceItem,
        profile: Profile,
    ) {
        self.0.insert(
            (record, field),
            Slot {
                json,
                row,
                profile,
                state: State::Waiting,
            },
        );
    }

    /// Puts every default into the schema.
    pub(super) fn read(mut self, schema: &mut Schema, diagnostics: &mut Diagnostics) {
        let keys: Vec<(RecordId, usize)> = self.0.keys().copied().collect();
        for key in keys {
            self.field(key, schema, diagnostics, DEPTH);
        }
    }

    /// The number of values of one default, none of a field without; `None` where it is wrong, and reported.
    fn field(
        &mut self,
        key: (RecordId, usize),
        schema: &mut Schema,
        diagnostics: &mut Diagnostics,
        depth: usize,
    ) -> Option<usize> {
        let Some(slot) = self.0.get_mut(&key) else {
            return Some(0);
        };
        let (json, row, profile) = (slot.json, slot.row, slot.profile);
        match slot.state {
            State::Done(count) => return Some(count),
            State::Refused => return None,
            State::Waiting => slot.state = State::Running,
            State::Running => {
                return refuse(key, schema, diagnostics, super::circle::MESSAGE);
            }
        }
        let found = self.value(key, json, schema, diagnostics, depth, row, profile);
        if let Some(slot) = self.0.get_mut(&key) {
            slot.state = found.map_or(State::Refused, State::Done);
        }
        found
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the parts of a slot, which is borrowed meanwhile"
    )]
    fn value(
        &mut self,
        key: (RecordId, usize),
        json: &Json,
        schema: &mut Schema,
        diagnostics: &mut Diagnostics,
        depth: usize,
        row: &PresenceItem,
        profile: Profile,
    ) -> Option<usize> {
        if depth == 0 {
            return refuse(
                key,
                schema,
                diagnostics,
                "the default leans on too many others",
            );
        }
        let ty = schema.records.get(key.0.0)?.fields.get(key.1)?.ty.clone();
        let mut needed = Vec::new();
        let mut count = 0;
        needs(schema, &ty, json, &mut needed, &mut count);
        for other in needed {
            count += self.field(other, schema, diagnostics, depth - 1)?;
            if count > VALUES {
                return refuse(
                    key,
                    schema,
                    diagnostics,
                    &format!("the default holds more than {VALUES} values"),
                );
            }
        }
        let field = schema.records.get(key.0.0)?.fields.get(key.1)?;
        match value::from_json(schema, &field.ty, field.encoding, json, &reading(profile)) {
            Ok(value) => {
                if let Some(field) = schema
                    .records
                    .get_mut(key.0.0)
                    .and_then(|r| r.fields.get_mut(key.1))
                {
                    if field.pulsar.required_default {
                        field.pulsar.default = value::as_registered(&field.ty, json);
                    }
                    field.presence = presence(row, Some(value));
                }
                Some(count)
            }
            Err(error) => {
                diagnostics.push(refused(field, &error));
                None
            }
        }
    }
}

fn refuse(
    key: (RecordId, usize),
    schema: &Schema,
    diagnostics: &mut Diagnostics,
    message: &str,
) -> Option<usize> {
    diagnostics.push(Diagnostic::error(
        default_place(schema, key.0, key.1),
        message,
        "",
    ));
    None
}

/// The fields that the records in a default leave out, and the number of values in it.
fn needs(
    schema: &Schema,
    ty: &Type,
    json: &Json,
    needed: &mut Vec<(RecordId, usize)>,
    count: &mut usize,
) {
    *count += 1;
    match (ty, json) {
        (Type::Optional(inner), json) => needs(schema, inner, json, needed, count),
        (Type::Array(inner), Json::Array(items)) => {
            items
                .iter()
                .for_each(|item| needs(schema, inner, item, needed, count));
        }
        (Type::Map(inner), Json::Object(entries)) => {
            entries
                .iter()
                .for_each(|(_, item)| needs(schema, inner, item, needed, count));
        }
        (Type::Record(id), Json::Object(entries)) => {
            for (at, field) in schema.record(*id).fields.iter().enumerate() {
                let is_it = |key: &String| *key == field.name || field.aliases.contains(key);
                match entries.iter().find(|(key, _)| is_it(key)) {
                    Some((_, Json::Null)) | None => needed.push((*id, at)),
                    Some((_, item)) => needs(schema, &field.ty, item, needed, count),
                }
            }
        }
        _ => {}
    }
}
