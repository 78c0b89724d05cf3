//! Paths into places that do not depend on the way to them: the record that has the field, and its name.

use std::collections::HashMap;

use tg_schema_model::{Enum, EnumId, Record, RecordId, Schema, Type};

use crate::version::part::{Named, closure};

/// A place in one version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Spot {
    /// Full name of the record or enum; empty for a message that is neither.
    pub owner: String,
    /// The field or symbol; empty for the owner itself.
    pub member: String,
    /// The way on inside the field: `[]`, `{}`.
    pub inside: String,
}

impl Spot {
    /// A field, at its whole type.
    pub fn field(owner: &str, member: &str) -> Self {
        Spot {
            owner: owner.to_owned(),
            member: member.to_owned(),
            inside: String::new(),
        }
    }
    /// The same, without the way inside.
    pub fn is_of(&self, other: &Spot) -> bool {
        self.owner == other.owner && self.member == other.member
    }
}

/// The records and enums of a version, by full name. Old Records of one name may stand in several files.
#[derive(Clone, Debug, Default)]
pub struct Index {
    records: HashMap<String, Vec<RecordId>>,
    enums: HashMap<String, Vec<EnumId>>,
}

impl Index {
    /// The types of all definitions.
    pub fn of(schema: &Schema) -> Self {
        let mut index = Index::default();
        for id in schema.record_ids() {
            let name = schema.record(id).full_name();
            index.records.entry(name).or_default().push(id);
        }
        for id in schema.enum_ids() {
            let name = schema.enumeration(id).full_name();
            index.enums.entry(name).or_default().push(id);
        }
        index
    }
    /// The record of that full name, the last of several.
    pub fn record(&self, name: &str) -> Option<RecordId> {
        self.records.get(name)?.last().copied()
    }
    /// The enum of that full name, the last of several.
    pub fn enumeration(&self, name: &str) -> Option<EnumId> {
        self.enums.get(name)?.last().copied()
    }
    /// The record of that full name that `root` is, or is made of.
    pub(crate) fn record_in(
        &self,
        schema: &Schema,
        root: RecordId,
        name: &str,
    ) -> Option<RecordId> {
        let of = |id: &RecordId| Named::Record(id.0);
        of_root(schema, root, self.records.get(name)?, of)
    }
    /// The enum of that full name that a record is made of.
    pub(crate) fn enum_in(&self, schema: &Schema, root: RecordId, name: &str) -> Option<EnumId> {
        let of = |id: &EnumId| Named::Enum(id.0);
        of_root(schema, root, self.enums.get(name)?, of)
    }
}

/// Of several types of one name that which a record is, or is made of.
fn of_root<I: Copy>(
    schema: &Schema,
    root: RecordId,
    several: &[I],
    named: impl Fn(&I) -> Named,
) -> Option<I> {
    if let [one] = several {
        return Some(*one);
    }
    let parts = closure(schema, [Named::Record(root.0)]);
    let mut several = several.iter().copied();
    several.find(|id| parts.contains(&named(id)))
}

/// The places that a path of a JSON verdict means in the definition of a record, as far as the definition has
/// them: the field, the record or enum that it holds, and what is around it, each with its distance in steps.
pub(crate) fn locate(schema: &Schema, record: RecordId, path: &str) -> Vec<(usize, Spot)> {
    let mut spots = Vec::new();
    let mut left = path.split('.').filter(|s| !s.is_empty()).count();
    let Some(mut record) = schema.records.get(record.0) else {
        return spots;
    };
    let mut ty: Option<&Type> = None;
    for segment in path.split('.').filter(|s| !s.is_empty()) {
        if let Some(inner) = ty {
            let Type::Record(id) = without_null(inner) else {
                break;
            };
            let Some(inner) = schema.records.get(id.0) else {
                break;
            };
            record = inner;
        }
        let name = segment.split(['[', '{']).next().unwrap_or_default();
        let Some(field) = record.fields.iter().find(|f| f.name == name) else {
            break;
        };
        // Keys of maps may be told: `labels{name}`.
        let steps = segment.chars().filter_map(|c| match c {
            '[' => Some("[]"),
            '{' => Some("{}"),
            _ => None,
        });
        let inside: String = steps.collect();
        let mut reached = &field.ty;
        for _ in 0..inside.len() / 2 {
            let (Type::Array(inner) | Type::Map(inner)) = without_null(reached) else {
                break;
            };
            reached = inner;
        }
        ty = Some(reached);
        left -= 1;
        let spot = Spot {
            owner: record.full_name(),
            member: name.to_owned(),
            inside,
        };
        spots.push((left, spot));
    }
    let held = ty.and_then(|ty| match ty.leaf() {
        Type::Enum(id) => schema.enums.get(id.0).map(Enum::full_name),
        Type::Record(id) => schema.records.get(id.0).map(Record::full_name),
        _ => None,
    });
    spots.extend(held.map(|name| (left, Spot::field(&name, ""))));
    spots
}

fn without_null(ty: &Type) -> &Type {
    match ty {
        Type::Optional(inner) => inner,
        other => other,
    }
}
