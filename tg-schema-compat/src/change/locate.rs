//! Paths into places that do not depend on the way to them: the record that has the field, and its name.

use std::collections::HashMap;

use tg_schema_model::{EnumId, RecordId, Schema, Type};

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

/// The records and enums of a version, by full name.
#[derive(Clone, Debug, Default)]
pub struct Index {
    records: HashMap<String, RecordId>,
    enums: HashMap<String, EnumId>,
}

impl Index {
    /// The types of all definitions.
    pub fn of(schema: &Schema) -> Self {
        let records = schema.record_ids();
        let enums = schema.enum_ids();
        Index {
            records: records
                .map(|id| (schema.record(id).full_name(), id))
                .collect(),
            enums: enums
                .map(|id| (schema.enumeration(id).full_name(), id))
                .collect(),
        }
    }
    /// The record of that full name.
    pub fn record(&self, name: &str) -> Option<RecordId> {
        self.records.get(name).copied()
    }
    /// The enum of that full name.
    pub fn enumeration(&self, name: &str) -> Option<EnumId> {
        self.enums.get(name).copied()
    }
}

/// The place that a path of a JSON verdict means in the definition of a record.
pub(crate) fn locate(schema: &Schema, record: RecordId, path: &str) -> Option<Spot> {
    let mut record = schema.records.get(record.0)?;
    let mut spot = Spot {
        owner: record.full_name(),
        ..Spot::default()
    };
    let mut ty: Option<&Type> = None;
    for segment in path.split('.').filter(|s| !s.is_empty()) {
        if let Some(inner) = ty {
            let Type::Record(id) = without_null(inner) else {
                return None;
            };
            record = schema.records.get(id.0)?;
        }
        let name = segment.trim_end_matches(['[', ']', '{', '}']);
        let field = record.fields.iter().find(|f| f.name == name)?;
        let inside = segment.get(name.len()..).unwrap_or_default();
        let mut reached = &field.ty;
        for _ in 0..inside.len() / 2 {
            let (Type::Array(inner) | Type::Map(inner)) = without_null(reached) else {
                return None;
            };
            reached = inner;
        }
        ty = Some(reached);
        spot = Spot {
            owner: record.full_name(),
            member: name.to_owned(),
            inside: inside.to_owned(),
        };
    }
    Some(spot)
}

fn without_null(ty: &Type) -> &Type {
    match ty {
        Type::Optional(inner) => inner,
        other => other,
    }
}
