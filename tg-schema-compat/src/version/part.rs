//! Some types of a version with all that they are made of, and nothing beside them: what is tried with these takes a time
//! that grows with them, and not with everything that there is.

use std::collections::{BTreeSet, HashMap, HashSet};

use tg_schema_model::edit::Edit;
use tg_schema_model::{
    Enum, EnumId, Field, Module, Record, RecordId, Schema, SourceId, TopicDefinition, Type,
};

use super::Message;

/// A record or an enum, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Named {
    Record(usize),
    Enum(usize),
}

/// Some types and all that these are made of.
pub(crate) fn closure(schema: &Schema, roots: impl IntoIterator<Item = Named>) -> BTreeSet<Named> {
    let mut all = BTreeSet::new();
    let mut open: Vec<Named> = roots.into_iter().collect();
    while let Some(named) = open.pop() {
        if !all.insert(named) {
            continue;
        }
        if let Named::Record(at) = named
            && let Some(record) = schema.records.get(at)
        {
            open.extend(record.fields.iter().filter_map(|field| of(&field.ty)));
        }
    }
    all
}

/// A record with all that it is made of, and its place there.
pub(crate) fn alone(whole: &Schema, record: RecordId) -> (Schema, RecordId) {
    let types = closure(whole, [Named::Record(record.0)]);
    let ids = Ids::of(whole, &types, &BTreeSet::new());
    let at = ids.record_at.get(&record.0).copied();
    (ids.schema(whole), RecordId(at.unwrap_or(0)))
}

/// The type inside a type that has a name.
pub(crate) fn of(ty: &Type) -> Option<Named> {
    match ty.leaf() {
        Type::Record(id) => Some(Named::Record(id.0)),
        Type::Enum(id) => Some(Named::Enum(id.0)),
        _ => None,
    }
}

/// Which part of a version is which of the whole.
pub(crate) struct Ids {
    records: Vec<usize>,
    enums: Vec<usize>,
    topics: Vec<usize>,
    modules: Vec<usize>,
    pub source: Option<SourceId>,
    /// How many records and enums the whole has.
    counts: (usize, usize),
    record_at: HashMap<usize, usize>,
    enum_at: HashMap<usize, usize>,
    module_at: HashMap<usize, usize>,
}

impl Ids {
    pub(crate) fn of(whole: &Schema, types: &BTreeSet<Named>, topics: &BTreeSet<usize>) -> Self {
        let records = types.iter().filter_map(|named| match named {
            Named::Record(at) => Some(*at),
            Named::Enum(_) => None,
        });
        let records: Vec<usize> = records.collect();
        let enums = types.iter().filter_map(|named| match named {
            Named::Enum(at) => Some(*at),
            Named::Record(_) => None,
        });
        let enums: Vec<usize> = enums.collect();
        let topics: Vec<usize> = topics.iter().copied().collect();
        let mut modules = BTreeSet::new();
        modules.extend(
            records
                .iter()
                .filter_map(|at| Some(whole.records.get(*at)?.module)),
        );
        modules.extend(
            enums
                .iter()
                .filter_map(|at| Some(whole.enums.get(*at)?.module)),
        );
        modules.extend(
            topics
                .iter()
                .filter_map(|at| Some(whole.topics.get(*at)?.module)),
        );
        let modules: Vec<usize> = modules.into_iter().collect();
        let at = |all: &[usize]| all.iter().enumerate().map(|(at, of)| (*of, at)).collect();
        Ids {
            record_at: at(&records),
            enum_at: at(&enums),
            module_at: at(&modules),
            records,
            enums,
            topics,
            modules,
            source: None,
            counts: (whole.records.len(), whole.enums.len()),
        }
    }

    pub(crate) fn names(&self, whole: &Schema) -> HashSet<String> {
        let records = self.records.iter().filter_map(|at| whole.records.get(*at));
        let enums = self.enums.iter().filter_map(|at| whole.enums.get(*at));
        let records = records.map(Record::full_name);
        records.chain(enums.map(Enum::full_name)).collect()
    }

    pub(crate) fn schema(&self, whole: &Schema) -> Schema {
        let modules = self.modules.iter().filter_map(|at| whole.modules.get(*at));
        let modules = modules.map(|module| Module {
            items: Vec::new(),
            unresolved: Vec::new(),
            allow: Vec::new(),
            ..module.clone()
        });
        let module = |at: usize| self.module_at.get(&at).copied().unwrap_or(0);
        let records = self.records.iter().filter_map(|at| whole.records.get(*at));
        let records = records.map(|record| {
            let mut record = record.clone();
            record.module = module(record.module);
            self.shift(
                &mut record.fields,
                &|at| self.record_at.get(&at).copied(),
                &|at| self.enum_at.get(&at).copied(),
            );
            record
        });
        let enums = self.enums.iter().filter_map(|at| whole.enums.get(*at));
        let enums = enums.map(|known| Enum {
            module: module(known.module),
            ..known.clone()
        });
        let topics = self.topics.iter().filter_map(|at| whole.topics.get(*at));
        let topics = topics.map(|topic| TopicDefinition {
            module: module(topic.module),
            record: RecordId(self.record_at.get(&topic.record.0).copied().unwrap_or(0)),
            ..topic.clone()
        });
        Schema {
            modules: modules.collect(),
            records: records.collect(),
            enums: enums.collect(),
            topics: topics.collect(),
        }
    }

    pub(crate) fn message(&self, message: &Message) -> Message {
        let at = |id: RecordId| self.record_at.get(&id.0).copied().map(RecordId);
        let mut message = message.clone();
        message.record = message.record.and_then(at);
        message.source = message.source.map(|_| SourceId(0));
        message
    }

    /// Lets the types of fields refer to what stands at other places.
    fn shift(
        &self,
        fields: &mut [Field],
        record: &dyn Fn(usize) -> Option<usize>,
        enumeration: &dyn Fn(usize) -> Option<usize>,
    ) {
        for field in fields {
            let mut ty = &mut field.ty;
            while let Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) = ty {
                ty = inner;
            }
            match ty {
                Type::Record(id) => id.0 = record(id.0).unwrap_or(id.0),
                Type::Enum(id) => id.0 = enumeration(id.0).unwrap_or(id.0),
                _ => {}
            }
        }
    }

    pub(crate) fn whole(&self, edit: &mut Edit) {
        // What comes in stands behind all that there is.
        let beyond = |all: &[usize], count: usize, at: usize| {
            let new = at.checked_sub(all.len()).map(|more| count + more);
            all.get(at).copied().or(new).unwrap_or(at)
        };
        let record_at = |at: usize| beyond(&self.records, self.counts.0, at);
        let enum_at = |at: usize| beyond(&self.enums, self.counts.1, at);
        let fields = |fields: &mut [Field]| {
            self.shift(fields, &|at| Some(record_at(at)), &|at| Some(enum_at(at)));
        };
        let module = |at: &mut usize| *at = self.modules.get(*at).copied().unwrap_or(*at);
        let record = |id: &mut RecordId| id.0 = record_at(id.0);
        let enumeration = |id: &mut EnumId| id.0 = enum_at(id.0);
        match edit {
            Edit::SetField { record: id, field }
            | Edit::AddField {
                record: id, field, ..
            } => {
                record(id);
                fields(std::slice::from_mut(&mut **field));
            }
            Edit::RemoveField { record: id, .. }
            | Edit::Reserve { record: id, .. }
            | Edit::AddRecordAlias { record: id, .. } => record(id),
            Edit::AddRecord { id, definition } => {
                record(id);
                module(&mut definition.module);
                fields(&mut definition.fields);
            }
            Edit::AddEnum { id, definition } => {
                enumeration(id);
                module(&mut definition.module);
            }
            Edit::AddEnumAlias {
                enumeration: id, ..
            }
            | Edit::SetSymbols {
                enumeration: id, ..
            }
            | Edit::SetOpen {
                enumeration: id, ..
            }
            | Edit::SetEnumDefault {
                enumeration: id, ..
            } => enumeration(id),
            Edit::AddTopic { beside: topic, .. } | Edit::SetAddress { topic, .. } => {
                *topic = self.topics.get(*topic).copied().unwrap_or(*topic);
            }
            Edit::SetSchema { source, .. } => *source = self.source.unwrap_or(*source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::version;

    #[test]
    fn nothing_is_there_beside_a_message() {
        let text = "[record.Z.fields]\nx = \"int\"\n\
                    [record.A.fields]\nb = \"array<B?>\"\nz = \"int\"\n[record.B.fields]\na = \"A?\"\ne = \"map<F>\"\n\
                    [enum.E]\nsymbols = [\"X\"]\n[enum.F]\nsymbols = [\"Y\"]\n";
        let whole = version("v", text).schema;
        let root = whole.records.iter().position(|r| r.name == "A").unwrap();
        let (own, root) = alone(&whole, RecordId(root));
        let names: Vec<&str> = own.records.iter().map(|r| r.name.as_str()).collect();
        assert_eq!((names, root), (vec!["A", "B"], RecordId(0)));
        assert_eq!(own.enums.len(), 1);
        let [_, b] = own.records.as_slice() else {
            panic!("two records");
        };
        let types: Vec<&Type> = b.fields.iter().map(|field| field.ty.leaf()).collect();
        assert_eq!(types, [&Type::Record(RecordId(0)), &Type::Enum(EnumId(0))]);
        assert_eq!(own.enumeration(EnumId(0)).name, "F");
    }
}
