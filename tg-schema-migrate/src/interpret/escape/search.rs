//! Values into the classes and functions that they are or hold.

use std::rc::Rc;

use crate::interpret::builtin::VIEW;
use crate::interpret::class::is_field_class;
use crate::interpret::value::{Dict, Instance, Kind, Reach, Site, Value};

use super::owners::{Classes, Owners};

/// Looks for classes in a value.
pub(super) struct Search<'s, 'a> {
    pub(super) classes: &'s Classes<'a>,
    pub(super) owners: &'s Owners,
    pub(super) found: Reach,
    pub(super) left: usize,
    /// Whether to look into what outside code has made.
    pub(super) through: bool,
}

impl<'a> Search<'_, 'a> {
    pub(super) fn value(&mut self, value: &Value<'a>) {
        let Some(left) = self.left.checked_sub(1) else {
            return;
        };
        self.left = left;
        match value {
            Value::Class(class) if matches!(class.kind, Kind::Record | Kind::Enum) => {
                self.found.classes.insert(class.id);
            }
            Value::List(items) | Value::Set(items) => {
                for item in items.borrow().iter() {
                    self.value(item);
                }
            }
            Value::Tuple(items) => items.iter().for_each(|item| self.value(item)),
            Value::Dict(entries) => self.dict(entries),
            Value::Instance(of) => self.instance(of),
            Value::Method(method) => self.value(&method.receiver),
            Value::Module(_) => self.found.every |= self.through,
            Value::External(path) if path.starts_with("pulsar.schema.Record") => {
                self.found.every |= self.through;
            }
            Value::Unknown(why) if self.through => {
                if let Some(reach) = &why.reach {
                    self.found.add(reach);
                }
            }
            _ => {}
        }
    }

    fn dict(&mut self, entries: &Rc<Dict<'a>>) {
        if let Some(class) = self.owners.of_dict(self.classes, entries).next() {
            self.found.classes.insert(class.id);
            self.found.inner = true;
            return;
        }
        for (key, value) in entries.borrow().iter() {
            self.value(key);
            self.value(value);
        }
    }

    fn instance(&mut self, of: &Rc<Instance<'a>>) {
        if is_field(of) {
            let owners = self.owners.of_field(self.classes, of);
            self.found.classes.extend(owners.map(|class| class.id));
            return;
        }
        if !self.through {
            return;
        }
        match of.class.external_path() {
            Some("builtins.globals") => self.found.every = true,
            Some(path) => {
                self.found.inner |= path == VIEW;
                for value in of.arguments.values() {
                    self.value(value);
                }
            }
            None => {}
        }
    }
}

/// Whether an instance may be the field of a Record.
pub(super) fn is_field(of: &Instance) -> bool {
    match &of.class {
        Value::External(path) => is_field_class(path),
        Value::Class(class) => class.kind == Kind::Record,
        _ => false,
    }
}

/// The functions in some value.
pub(super) fn functions_in(value: &Value, found: &mut Vec<Site>, deep: usize) {
    let Some(deep) = deep.checked_sub(1) else {
        return;
    };
    match value {
        Value::Function(function) => found.push(function.site),
        Value::Method(method) => found.extend(method.function.iter().map(|own| own.site)),
        Value::Instance(of) => {
            let values = of.arguments.values();
            values.for_each(|value| functions_in(value, found, deep));
        }
        _ => {}
    }
}

/// Whether something that comes with Python changes what it is given.
pub(super) fn changes(path: &str) -> bool {
    let name = path.rsplit('.').next().unwrap_or(path);
    match path.split('.').next() {
        Some("operator") => {
            name.starts_with('i')
                && name.len() > 3
                && !matches!(
                    name,
                    "index" | "indexOf" | "itemgetter" | "is_not" | "invert"
                )
                || matches!(
                    name,
                    "setitem"
                        | "delitem"
                        | "methodcaller"
                        | "attrgetter"
                        | "ior"
                        | "call"
                        | "__setitem__"
                        | "__delitem__"
                        | "__ior__"
                )
        }
        Some("ctypes" | "heapq" | "bisect") => true,
        Some("random") => name == "shuffle",
        Some("builtins" | "collections") => {
            matches!(
                name,
                "__setitem__"
                    | "__delitem__"
                    | "__ior__"
                    | "__init__"
                    | "__setattr__"
                    | "__delattr__"
                    | "update"
                    | "pop"
                    | "popitem"
                    | "clear"
                    | "setdefault"
                    | "append"
                    | "extend"
                    | "insert"
                    | "remove"
                    | "move_to_end"
            )
        }
        _ => false,
    }
}
