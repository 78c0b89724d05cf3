//! How the types of one version are generated: their names, modules and fields.

use std::collections::HashSet;

use tg_schema_model::name::{rust_module, rust_type};
use tg_schema_model::{Field, Presence, RecordId, Schema, Type};

use super::Options;
use super::derive::{Boxes, Derives};

/// The types that are generated for definitions, with what depends on all of them. It is made once for each
/// version.
pub struct Types<'s> {
    pub(super) schema: &'s Schema,
    pub(super) boxes: Boxes,
    pub(super) derives: Derives,
    paths: HashSet<String>,
    /// The same without modules.
    names: HashSet<String>,
}

impl<'s> Types<'s> {
    /// The types of all definitions.
    pub fn of(schema: &'s Schema) -> Self {
        let mut types = Types {
            schema,
            boxes: Boxes::of(schema),
            derives: Derives::of(schema),
            paths: HashSet::new(),
            names: HashSet::new(),
        };
        types.paths = types.all(Options::default());
        types.names = types.all(Options {
            without_modules: true,
            ..Options::default()
        });
        types
    }

    fn all(&self, options: Options) -> HashSet<String> {
        let path = |module, name| self.path(module, name, options);
        let records = self.schema.records.iter().map(|r| path(r.module, &r.name));
        let enums = self.schema.enums.iter().map(|e| path(e.module, &e.name));
        records.chain(enums).collect()
    }

    /// Whether a type is there.
    pub(super) fn has(&self, path: &str, options: Options) -> bool {
        match options.without_modules {
            true => self.names.contains(path),
            false => self.paths.contains(path),
        }
    }

    /// Where a type is: its module and its name.
    pub(super) fn path(&self, module: usize, name: &str, options: Options) -> String {
        if options.without_modules {
            return spelled(rust_type, name);
        }
        let path = self.schema.modules.get(module).map_or(&[][..], |m| &m.path);
        let parts = path.iter().map(|part| spelled(rust_module, part));
        let parts: Vec<String> = parts.chain([spelled(rust_type, name)]).collect();
        parts.join("::")
    }

    /// The Rust type of a field.
    pub(super) fn field(
        &self,
        record: RecordId,
        at: usize,
        field: &Field,
        options: Options,
    ) -> String {
        let mut ty = self.ty(&field.ty, options);
        if self.boxes.contains(record, at) {
            ty = format!("Box<{ty}>");
        }
        match field.presence {
            Presence::Optional => format!("Option<{ty}>"),
            _ => ty,
        }
    }

    pub(super) fn ty(&self, ty: &Type, options: Options) -> String {
        let text = match ty {
            Type::String => "String",
            Type::Boolean => "bool",
            Type::Int => "i32",
            Type::Long => "i64",
            Type::Float => "f32",
            Type::Double => "f64",
            Type::Bytes => "Vec<u8>",
            Type::Date => "Date",
            Type::TimeMs => "Time",
            Type::TimestampMs | Type::TimestampUs => "Timestamp",
            Type::Uuid => "Uuid",
            Type::Decimal { .. } => "Decimal",
            Type::Array(inner) => return format!("Vec<{}>", self.ty(inner, options)),
            Type::Map(inner) => return format!("BTreeMap<String, {}>", self.ty(inner, options)),
            Type::Optional(inner) => return format!("Option<{}>", self.ty(inner, options)),
            Type::Record(id) => {
                let record = self.schema.records.get(id.0);
                return record.map_or_else(String::new, |r| self.path(r.module, &r.name, options));
            }
            Type::Enum(id) => {
                let definition = self.schema.enums.get(id.0);
                return definition
                    .map_or_else(String::new, |e| self.path(e.module, &e.name, options));
            }
        };
        text.to_owned()
    }
}

/// A name as it is spelled in Rust.
fn spelled(rule: fn(&str) -> Option<String>, name: &str) -> String {
    rule(name).unwrap_or_else(|| format!("{name}_"))
}
