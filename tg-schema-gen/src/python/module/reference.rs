//! Types as annotations, and classes by the name under which a place sees them.

use std::collections::{BTreeSet, HashSet};

use tg_schema_model::name::upper_camel;
use tg_schema_model::{EnumId, Item, RecordId, Type, Value};

use super::Writer;
use crate::python::ident;

/// Names of the attributes of a record, which hide others in its body.
pub(super) type Attributes<'n> = HashSet<&'n str>;

/// A record or an enum.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Named {
    Record(RecordId),
    Enum(EnumId),
}

impl Writer<'_> {
    /// Second name of a class, for places where its own is hidden.
    pub(super) fn alias(&self, class: &str) -> String {
        ident::unique(format!("_{class}"), |name| {
            ident::FALLBACKS.contains(&name)
                || self.taken.contains(name)
                || self.attributes.contains(name)
        })
    }

    /// Module that defines a class, and its name there.
    fn home(&self, named: Named) -> (usize, &str) {
        match named {
            Named::Record(id) => (self.schema.record(id).module, &self.layout.records[id.0]),
            Named::Enum(id) => (self.schema.enumeration(id).module, &self.layout.enums[id.0]),
        }
    }

    /// Whether this module defines the class.
    pub(super) fn is_local(&self, named: Named) -> bool {
        self.home(named).0 == self.index
    }

    /// A class as the top level of the module sees it.
    pub(super) fn class(&self, named: Named) -> String {
        let (module, name) = self.home(named);
        if module == self.index {
            return name.to_owned();
        }
        let key = (module, name.to_owned());
        self.foreign.get(&key).cloned().unwrap_or(key.1)
    }

    /// A class as the body of a record sees it, whose fields may have its name.
    pub(super) fn class_in(&mut self, named: Named, fields: &Attributes<'_>) -> String {
        let class = self.class(named);
        if !fields.contains(class.as_str()) {
            return class;
        }
        let hidden = self.alias(&class);
        match named {
            Named::Enum(_) if self.is_local(named) => self.enum_aliases.insert(class),
            _ => self.record_aliases.insert(class),
        };
        hidden
    }

    /// Finds the classes of other modules that this one speaks of, and gives each a name here.
    pub(super) fn find_foreign(&mut self) {
        let mut found = BTreeSet::new();
        for &item in &self.schema.modules[self.index].items {
            if let Item::Record(id) = item {
                for field in &self.schema.record(id).fields {
                    self.named_in_type(&field.ty, &mut found);
                    if let Some(default) = field.presence.default() {
                        self.named_in_value(&field.ty, default, &mut found);
                    }
                }
            }
        }
        for named in found {
            let (module, name) = self.home(named);
            if module == self.index {
                continue;
            }
            let key = (module, name.to_owned());
            let mut local = key.1.clone();
            if self.taken.contains(&local) {
                let last = self.layout.modules[module].path.last();
                local = format!("{}{local}", upper_camel(last.map_or("", String::as_str)));
            }
            let local = ident::unique(local, |n| self.taken.contains(n));
            self.taken.insert(local.clone());
            self.foreign.insert(key, local);
        }
    }

    fn named_in_type(&self, ty: &Type, found: &mut BTreeSet<Named>) {
        match ty {
            Type::Array(inner) | Type::Map(inner) | Type::Optional(inner) => {
                self.named_in_type(inner, found)
            }
            Type::Record(id) => {
                found.insert(Named::Record(*id));
            }
            Type::Enum(id) => {
                found.insert(Named::Enum(*id));
            }
            _ => {}
        }
    }

    /// A default may hold records whose fields hold further types.
    fn named_in_value(&self, ty: &Type, value: &Value, found: &mut BTreeSet<Named>) {
        self.named_in_type(ty, found);
        match (ty, value) {
            (Type::Optional(inner), value) => self.named_in_value(inner, value, found),
            (Type::Array(inner), Value::Array(items)) => {
                items
                    .iter()
                    .for_each(|item| self.named_in_value(inner, item, found));
            }
            (Type::Map(inner), Value::Map(entries)) => {
                entries
                    .values()
                    .for_each(|item| self.named_in_value(inner, item, found));
            }
            (Type::Record(id), Value::Record(entries)) => {
                let fields = &self.schema.record(*id).fields;
                for (name, value) in entries {
                    if let Some(field) = fields.iter().find(|f| f.name == *name) {
                        self.named_in_value(&field.ty, value, found);
                    }
                }
            }
            _ => {}
        }
    }

    /// A builtin type as the body of a record sees it.
    pub(super) fn builtin(&mut self, name: &str, fields: &Attributes<'_>) -> String {
        if fields.contains(name) {
            let module = self.imports.module("builtins", |_| true);
            return format!("{module}.{name}");
        }
        name.to_owned()
    }

    /// A module of the standard library as the body of a record sees it.
    pub(super) fn library(&mut self, name: &str, fields: &Attributes<'_>) -> String {
        self.imports
            .module(name, |n| self.taken.contains(n) || fields.contains(n))
    }

    /// `field` of dataclasses as the body of a record sees it.
    pub(super) fn field_function(&mut self, fields: &Attributes<'_>) -> String {
        self.imports.name("dataclasses", "field", |n| {
            self.taken.contains(n) || fields.contains(n)
        })
    }

    /// A type as an annotation in the body of a record.
    pub(super) fn annotation(&mut self, ty: &Type, fields: &Attributes<'_>) -> String {
        match ty {
            Type::String => self.builtin("str", fields),
            Type::Boolean => self.builtin("bool", fields),
            Type::Int | Type::Long => self.builtin("int", fields),
            Type::Float | Type::Double => self.builtin("float", fields),
            Type::Bytes => self.builtin("bytes", fields),
            Type::Date => format!("{}.date", self.library("datetime", fields)),
            Type::TimeMs => format!("{}.time", self.library("datetime", fields)),
            Type::TimestampMs | Type::TimestampUs => {
                format!("{}.datetime", self.library("datetime", fields))
            }
            Type::Uuid => format!("{}.UUID", self.library("uuid", fields)),
            Type::Decimal { .. } => format!("{}.Decimal", self.library("decimal", fields)),
            Type::Array(inner) => {
                let list = self.builtin("list", fields);
                format!("{list}[{}]", self.annotation(inner, fields))
            }
            Type::Map(inner) => {
                let (dict, key) = (self.builtin("dict", fields), self.builtin("str", fields));
                format!("{dict}[{key}, {}]", self.annotation(inner, fields))
            }
            Type::Optional(inner) => format!("{} | None", self.annotation(inner, fields)),
            Type::Record(id) => self.class_in(Named::Record(*id), fields),
            Type::Enum(id) => {
                let class = self.class_in(Named::Enum(*id), fields);
                if self.schema.enumeration(*id).open {
                    return format!("{class} | {}", self.builtin("str", fields));
                }
                class
            }
        }
    }
}
