//! What depends on all types together: which fields are boxed, which traits are derived.

use std::collections::HashSet;

use tg_schema_model::composition::{components, float_free};
use tg_schema_model::{RecordId, Schema, Type};

/// Fields whose record leads back to the one that they are in, without a list, map or option of an element in
/// between: they are boxed.
pub(super) struct Boxes {
    fields: HashSet<(RecordId, usize)>,
}

impl Boxes {
    pub(super) fn of(schema: &Schema) -> Self {
        let direct = |id: usize| {
            let fields = schema.records.get(id).map_or(&[][..], |r| &r.fields);
            fields.iter().enumerate().filter_map(|(at, f)| match f.ty {
                Type::Record(to) => Some((at, to.0)),
                _ => None,
            })
        };
        let count = schema.records.len();
        let part = components(count, |id| direct(id).map(|(_, to)| to).collect());
        let mut fields = HashSet::new();
        for id in 0..count {
            for (at, to) in direct(id) {
                if part.get(id).is_some() && part.get(id) == part.get(to) {
                    fields.insert((RecordId(id), at));
                }
            }
        }
        Boxes { fields }
    }

    pub(super) fn contains(&self, record: RecordId, field: usize) -> bool {
        self.fields.contains(&(record, field))
    }
}

/// Which records derive `Eq` and `Hash`: those without floating-point numbers anywhere.
pub(super) struct Derives {
    float_free: Vec<bool>,
}

impl Derives {
    pub(super) fn of(schema: &Schema) -> Self {
        Derives {
            float_free: float_free(schema),
        }
    }

    /// What the old record derives and the new one does not.
    pub(super) fn lost(&self, new: &Derives, old_id: RecordId, new_id: RecordId) -> Option<&str> {
        let had = self.float_free.get(old_id.0).copied().unwrap_or(true);
        let has = new.float_free.get(new_id.0).copied().unwrap_or(true);
        (had && !has).then_some("`Eq` and `Hash`")
    }
}
