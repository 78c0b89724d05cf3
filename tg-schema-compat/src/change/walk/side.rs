//! A record, enum or field of one version, with what its definition says of it.

use tg_schema_model::{Field, Type};

use super::super::{EnumSide, FieldSide, RecordSide, Spot};
use super::Walked;
use crate::engine::avro::{self, Enum, Graph, Record};
use crate::version::Message;

pub(super) fn root(graph: &Graph, message: &Message) -> Spot {
    let name = graph.shape(graph.root).name();
    let name = name.map_or_else(|| message.plain_name().to_owned(), |name| name.full());
    Spot::field(&name, "")
}

/// The type that a field holds, as its definition has it; that of the message where there is no field.
pub(in crate::change) fn held<'v>(
    walked: Walked<'v>,
    field: Option<FieldSide<'v>>,
) -> Option<Type> {
    match field {
        Some(field) => Some(field.defined?.ty.leaf().clone()),
        None => walked.message.record.map(Type::Record),
    }
}

pub(in crate::change) fn side<'v>(
    walked: Walked<'v>,
    record: &'v Record,
    held: Option<Type>,
    is_root: bool,
) -> RecordSide<'v> {
    // A text may give a name another namespace than the definition does, that of what is around it.
    let id = match held {
        Some(Type::Record(id)) => Some(id),
        _ => walked.index.record(&record.name.full()),
    };
    RecordSide {
        graph: walked.graph,
        record,
        defined: id.and_then(|id| walked.version.schema.records.get(id.0)),
        schema: &walked.version.schema,
        without_modules: walked.version.without_modules,
        is_root,
    }
}

pub(super) fn enumeration<'v>(
    walked: Walked<'v>,
    definition: &'v Enum,
    field: Option<FieldSide<'v>>,
) -> EnumSide<'v> {
    let id = match held(walked, field) {
        Some(Type::Enum(id)) => Some(id),
        _ => walked.index.enumeration(&definition.name.full()),
    };
    EnumSide {
        field,
        definition,
        defined: id.and_then(|id| walked.version.schema.enums.get(id.0)),
    }
}

pub(in crate::change) fn of<'v>(record: RecordSide<'v>, field: &'v avro::Field) -> FieldSide<'v> {
    let defined: Option<&'v Field> = record.defined.and_then(|defined| {
        // Both are in one order as a rule.
        let beside = defined.fields.get(record.record.place(&field.name)?);
        let found = beside.filter(|f| f.name == field.name);
        found.or_else(|| defined.fields.iter().find(|f| f.name == field.name))
    });
    FieldSide {
        record,
        field,
        defined,
    }
}

/// The former names of a field: those that registries know, else those of the definition.
pub(super) fn aliases<'v>(side: RecordSide<'v>, field: &'v avro::Field) -> &'v [String] {
    match field.aliases.as_slice() {
        [] => of(side, field)
            .defined
            .map_or(&[], |f| f.aliases.as_slice()),
        known => known,
    }
}
