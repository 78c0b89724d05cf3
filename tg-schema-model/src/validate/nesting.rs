//! Records whose definitions, written into one another, would be deeper than a schema text may be.

use crate::avro::MAX_DEPTH;
use crate::avro::render::nests_too_deep;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Record, RecordId, Schema, Type};

use super::tree::layers;

/// Tells the first record of which it is true: the others are those around it.
pub(super) fn check(schema: &Schema, found: &mut Diagnostics) {
    let deep = |id: &RecordId| may_be_deep(schema, *id) && nests_too_deep(schema, *id);
    if let Some(id) = schema.record_ids().find(deep) {
        let record = schema.record(id);
        found.push(
            Diagnostic::error(
                record.span,
                format!(
                    "the types inside {:?} are more than {MAX_DEPTH} deep",
                    record.name
                ),
                "definitions that fit into one schema text",
            )
            .help("break the chain of records that hold each other"),
        );
    }
}

/// Whether all that a record reaches could be deep enough if it were one chain; most records reach so
/// little that nothing need be rendered.
fn may_be_deep(schema: &Schema, root: RecordId) -> bool {
    let mut seen = vec![root];
    let mut total = 0;
    let mut next = 0;
    while let Some(id) = seen.get(next) {
        let record = schema.record(*id);
        total += weight(record);
        if total >= MAX_DEPTH {
            return true;
        }
        for field in &record.fields {
            if let Type::Record(id) = field.ty.leaf()
                && !seen.contains(id)
            {
                seen.push(*id);
            }
        }
        next += 1;
    }
    false
}

/// Most levels that one record adds: itself, a field's union with null, and what is around a type.
fn weight(record: &Record) -> usize {
    let levels = |ty: &Type| layers(ty).count() + 1;
    1 + record
        .fields
        .iter()
        .map(|f| levels(&f.ty))
        .max()
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, field, with};
    use super::*;
    use crate::schema::Presence;

    fn chain(records: usize) -> Sample {
        (0..records).fold(Sample::new(), |sample, n| {
            let next = field("next", Type::Record(RecordId(n + 1)));
            let last = field("last", Type::Int);
            let only = if n + 1 < records {
                with(Presence::Optional, next)
            } else {
                last
            };
            sample.record(&format!("R{n}"), vec![only])
        })
    }

    #[test]
    fn chains_of_records_end_somewhere() {
        chain(100).is_clean();
        chain(300).has_error("the types inside \"R0\" are more than 256 deep");
    }

    #[test]
    fn recursion_is_not_depth() {
        let array = Type::Array(Box::new(Type::Record(RecordId(0))));
        Sample::of(array).is_clean();
    }
}
