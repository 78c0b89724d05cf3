//! Fields of an old version as fields of the new one: what they refer to is found by full name.

use std::collections::HashMap;

use tg_schema_model::edit::Edit;
use tg_schema_model::{Enum, EnumId, Field, Places, Record, RecordId, Schema, Span, Type};

use crate::change::Index;

/// The old field in the new definitions; none where these lack a type of it.
pub(super) fn field(field: &Field, old: &Schema, new: &Index) -> Option<Field> {
    Some(Field {
        ty: ty(&field.ty, old, new)?,
        origin: None,
        span: Span::NONE,
        type_span: Span::NONE,
        default_span: Span::NONE,
        places: Places::default(),
        ..field.clone()
    })
}

/// The old field in the new definitions, with the types that come back for it, into a module.
pub(super) fn with_types(
    field: &Field,
    old: &Schema,
    (new, index): (&Schema, &Index),
    module: usize,
) -> Option<(Field, Vec<Edit>)> {
    let mut back = Back {
        old,
        new,
        index,
        module,
        edits: Vec::new(),
        known: HashMap::new(),
        records: new.records.len(),
        enums: new.enums.len(),
    };
    let field = back.field(field, MAX_DEPTH)?;
    Some((field, back.edits))
}

/// Types inside one another that come back, at most.
const MAX_DEPTH: usize = 32;
/// Types that come back, at most.
const MAX_TYPES: usize = 32;

struct Back<'b> {
    old: &'b Schema,
    new: &'b Schema,
    index: &'b Index,
    module: usize,
    edits: Vec<Edit>,
    /// Types that come back, by their places in the old definitions.
    known: HashMap<Type, Type>,
    records: usize,
    enums: usize,
}

impl Back<'_> {
    fn field(&mut self, field: &Field, depth: usize) -> Option<Field> {
        Some(Field {
            ty: self.ty(&field.ty, depth)?,
            origin: None,
            span: Span::NONE,
            type_span: Span::NONE,
            default_span: Span::NONE,
            places: Places::default(),
            ..field.clone()
        })
    }

    fn ty(&mut self, from: &Type, depth: usize) -> Option<Type> {
        let depth = depth.checked_sub(1)?;
        Some(match from {
            Type::Array(part) => Type::Array(Box::new(self.ty(part, depth)?)),
            Type::Map(part) => Type::Map(Box::new(self.ty(part, depth)?)),
            Type::Optional(part) => Type::Optional(Box::new(self.ty(part, depth)?)),
            Type::Record(id) => self.record(*id, depth)?,
            Type::Enum(id) => self.enumeration(*id)?,
            other => other.clone(),
        })
    }

    fn record(&mut self, id: RecordId, depth: usize) -> Option<Type> {
        let record = self.old.records.get(id.0)?;
        if let Some(id) = self.index.record(&record.full_name()) {
            return Some(Type::Record(id));
        }
        let from = Type::Record(id);
        if let Some(known) = self.known.get(&from) {
            return Some(known.clone());
        }
        if self.known.len() >= MAX_TYPES || self.is_taken(&record.name) {
            return None;
        }
        let to = RecordId(self.records);
        self.records += 1;
        self.known.insert(from, Type::Record(to));
        // It comes before what is inside it, which refers to it perhaps.
        let at = self.edits.len();
        let fields = record.fields.iter().map(|f| self.field(f, depth));
        let fields = fields.collect::<Option<Vec<Field>>>()?;
        let definition = Box::new(Record {
            module: self.module,
            fields,
            origin: None,
            check: None,
            span: Span::NONE,
            places: Places::default(),
            ..record.clone()
        });
        self.edits
            .insert(at, Edit::AddRecord { id: to, definition });
        Some(Type::Record(to))
    }

    fn enumeration(&mut self, id: EnumId) -> Option<Type> {
        let known = self.old.enums.get(id.0)?;
        if let Some(id) = self.index.enumeration(&known.full_name()) {
            return Some(Type::Enum(id));
        }
        let from = Type::Enum(id);
        if let Some(known) = self.known.get(&from) {
            return Some(known.clone());
        }
        if self.known.len() >= MAX_TYPES || self.is_taken(&known.name) {
            return None;
        }
        let to = EnumId(self.enums);
        self.enums += 1;
        self.known.insert(from, Type::Enum(to));
        let definition = Box::new(Enum {
            module: self.module,
            origin: None,
            span: Span::NONE,
            places: Places::default(),
            ..known.clone()
        });
        self.edits.push(Edit::AddEnum { id: to, definition });
        Some(Type::Enum(to))
    }

    /// Whether the module has something of that name.
    fn is_taken(&self, name: &str) -> bool {
        let (records, enums) = (self.new.records.iter(), self.new.enums.iter());
        let mut names = records
            .map(|r| (r.module, &r.name))
            .chain(enums.map(|e| (e.module, &e.name)));
        names.any(|(module, known)| module == self.module && known == name)
    }
}

fn ty(from: &Type, old: &Schema, new: &Index) -> Option<Type> {
    let inner = |part: &Type| Some(Box::new(ty(part, old, new)?));
    Some(match from {
        Type::Array(part) => Type::Array(inner(part)?),
        Type::Map(part) => Type::Map(inner(part)?),
        Type::Optional(part) => Type::Optional(inner(part)?),
        Type::Record(id) => Type::Record(new.record(&old.records.get(id.0)?.full_name())?),
        Type::Enum(id) => Type::Enum(new.enumeration(&old.enums.get(id.0)?.full_name())?),
        other => other.clone(),
    })
}
