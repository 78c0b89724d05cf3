//! A message with the types that it is made of and nothing beside them: what is tried with these takes a time that grows
//! with the message.

use std::collections::HashMap;

use tg_schema_model::{EnumId, Module, RecordId, Schema, Type};

/// The record and all that it is made of. Of topics and modules there are none that mean anything.
pub(super) fn types(whole: &Schema, record: RecordId) -> (Schema, RecordId) {
    let mut own = Schema {
        modules: vec![Module::default()],
        ..Schema::default()
    };
    let mut records: HashMap<RecordId, RecordId> = HashMap::from([(record, RecordId(0))]);
    let mut enums: HashMap<EnumId, EnumId> = HashMap::new();
    let mut open = vec![record];
    while let Some(id) = open.get(own.records.len()).copied() {
        let Some(mut record) = whole.records.get(id.0).cloned() else {
            break;
        };
        record.module = 0;
        for field in &mut record.fields {
            match leaf(&mut field.ty) {
                Type::Record(id) => {
                    let next = RecordId(open.len());
                    let (was, id) = (*id, id);
                    *id = *records.entry(was).or_insert_with(|| {
                        open.push(was);
                        next
                    });
                }
                Type::Enum(id) => {
                    let next = EnumId(own.enums.len());
                    let (was, id) = (*id, id);
                    *id = *enums.entry(was).or_insert_with(|| {
                        let known = whole.enums.get(was.0).cloned();
                        own.enums.extend(known.map(|mut known| {
                            known.module = 0;
                            known
                        }));
                        next
                    });
                }
                _ => {}
            }
        }
        own.records.push(record);
    }
    (own, RecordId(0))
}

fn leaf(mut ty: &mut Type) -> &mut Type {
    while let Type::Optional(inner) | Type::Array(inner) | Type::Map(inner) = ty {
        ty = inner;
    }
    ty
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
        let (own, root) = types(&whole, RecordId(root));
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
