//! Parts of full definitions into a tree.

use std::collections::HashMap;

use super::default;
use super::read::Reader;
use crate::diagnostic::{Diagnostic, Diagnostics, SourceId};
use crate::json::{Json, NodeKind, parse_spanned};
use crate::schema::{Enum, EnumId, Field, Item, Module, Presence, Record, RecordId, Schema, Type};
use crate::value::Value;

/// The object of one type in a full definition, as [`super::own`] makes it. Other types are names in it yet.
///
/// What types are called may go on after their full name with `@` and whatever tells them apart.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    name: String,
    kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    Record(Box<RecordPart>),
    Enum(Box<Enum>),
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct RecordPart {
    /// Types that it mentions are records by their index in `names`.
    pub(super) record: Record,
    pub(super) names: Vec<String>,
    /// Which field, whether it is nullable beside its default, and the default.
    pub(super) defaults: Vec<(usize, bool, Json)>,
}

impl Part {
    /// Reads an object that stands in a source from the byte `offset` on.
    ///
    /// # Errors
    ///
    /// What is wrong with it first, at its place.
    pub fn read(text: &str, source: SourceId, offset: usize) -> Result<Part, Diagnostic> {
        let reader = Reader { source, offset };
        let root = parse_spanned(text).map_err(|error| {
            let span = reader.span(&(error.offset..error.offset));
            Diagnostic::error(span, "this is not JSON", error.message)
        })?;
        let is =
            |key| matches!(&root.kind, NodeKind::Object(e) if e.iter().any(|(k, _)| k.name == key));
        let (name, kind) = match is("enum") {
            true => reader.enumeration(&root)?,
            false => reader.record(&root)?,
        };
        Ok(Part { name, kind })
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether it is an enum, else a record.
    pub fn is_enum(&self) -> bool {
        matches!(self.kind, Kind::Enum(_))
    }

    /// What the types that its fields mention are called, each once.
    pub fn references(&self) -> &[String] {
        match &self.kind {
            Kind::Record(part) => &part.names,
            Kind::Enum(_) => &[],
        }
    }

    /// Names of the fields and their types, as definitions write them.
    pub fn fields(&self) -> Vec<(String, String)> {
        let Kind::Record(part) = &self.kind else {
            return Vec::new();
        };
        let fields = part.record.fields.iter();
        fields
            .map(|field| (field.name.clone(), part.type_text(field)))
            .collect()
    }
}

impl RecordPart {
    fn type_text(&self, field: &Field) -> String {
        let mark = matches!(field.presence, Presence::Optional).then_some("?");
        let mut ends: Vec<&str> = mark.into_iter().collect();
        let (mut text, mut ty) = (String::new(), &field.ty);
        loop {
            let (start, end, inner) = match ty {
                Type::Array(inner) => ("array<", ">", inner),
                Type::Map(inner) => ("map<", ">", inner),
                Type::Optional(inner) => ("", "?", inner),
                _ => break,
            };
            text.push_str(start);
            ends.push(end);
            ty = inner;
        }
        match ty {
            Type::Record(at) => {
                let name = self.names.get(at.0).map_or("", String::as_str);
                text.push_str(bare(name));
            }
            plain => text.push_str(&Schema::default().type_text(plain)),
        }
        text.extend(ends.into_iter().rev());
        text
    }
}

/// A name without its namespace and what tells it apart.
pub(super) fn bare(name: &str) -> &str {
    let full = name.split('@').next().unwrap_or(name);
    full.rsplit('.').next().unwrap_or(full)
}

/// The tree of parts. Each part comes with the index of its module, and no two have one name.
///
/// What is wrong is told at its place: a name that no part has, a default that does not fit. The tree then lacks
/// the field or the default.
pub fn assemble(modules: Vec<Module>, parts: &[(&Part, usize)]) -> (Schema, Diagnostics) {
    let mut schema = Schema {
        modules,
        ..Schema::default()
    };
    let mut diagnostics = Diagnostics::default();
    let mut types: HashMap<&str, Type> = HashMap::with_capacity(parts.len());
    let (mut records, mut enums) = (0, 0);
    for (part, module) in parts {
        let (ty, item) = match &part.kind {
            Kind::Record(_) => {
                records += 1;
                let id = RecordId(records - 1);
                (Type::Record(id), Item::Record(id))
            }
            Kind::Enum(_) => {
                enums += 1;
                let id = EnumId(enums - 1);
                (Type::Enum(id), Item::Enum(id))
            }
        };
        types.insert(part.name(), ty);
        if let Some(module) = schema.modules.get_mut(*module) {
            module.items.push(item);
        }
    }
    let mut defaults = Vec::new();
    for (part, module) in parts {
        match &part.kind {
            Kind::Enum(part) => schema.enums.push(Enum {
                module: *module,
                ..(**part).clone()
            }),
            Kind::Record(part) => {
                let mut record = part.record.clone();
                record.module = *module;
                for field in &mut record.fields {
                    if let Err(name) = resolve(&mut field.ty, &part.names, &types) {
                        let message = format!("nothing here is called `{name}`");
                        let label = "expected the full name of a record or an enum";
                        diagnostics.push(Diagnostic::error(field.type_span, message, label));
                        field.ty = Type::String;
                    }
                }
                defaults.push((schema.records.len(), &part.defaults));
                schema.records.push(record);
            }
        }
    }
    // Whether a field may be null decides how a default of its record is read.
    for (at, own) in &defaults {
        for (field, nullable, _) in *own {
            if let Some(field) = field_mut(&mut schema, *at, *field)
                && *nullable
            {
                field.presence = Presence::NullableDefault(Value::Null);
            }
        }
    }
    for (at, own) in defaults {
        for (index, nullable, json) in own {
            let Some(field) = schema.records.get(at).and_then(|r| r.fields.get(*index)) else {
                continue;
            };
            let read = default::read(&schema, &field.ty, json);
            let Some(field) = field_mut(&mut schema, at, *index) else {
                continue;
            };
            field.presence = match (read, nullable) {
                (Ok(value), true) => Presence::NullableDefault(value),
                (Ok(value), false) => Presence::Default(value),
                (Err(problem), _) => {
                    let message =
                        format!("the default of `{}` does not fit: {problem}", field.name);
                    let label = "expected a value of the field's type";
                    diagnostics.push(Diagnostic::error(field.default_span, message, label));
                    Presence::Required
                }
            };
        }
    }
    (schema, diagnostics)
}

fn field_mut(schema: &mut Schema, record: usize, field: usize) -> Option<&mut Field> {
    schema.records.get_mut(record)?.fields.get_mut(field)
}

/// Puts the type that a name stands for in its place.
fn resolve<'n>(
    ty: &mut Type,
    names: &'n [String],
    types: &HashMap<&str, Type>,
) -> Result<(), &'n str> {
    let mut ty = ty;
    while let Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) = ty {
        ty = inner;
    }
    if let Type::Record(at) = ty {
        let name = names.get(at.0).map_or("", String::as_str);
        *ty = types.get(name).ok_or(name)?.clone();
    }
    Ok(())
}
