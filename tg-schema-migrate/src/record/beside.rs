//! What a class has beside its fields or members: methods, properties, values. No generated type has it.

use std::collections::HashSet;
use std::rc::Rc;

use super::{fields, instance::hands_on};
use crate::interpret::{Class, Kind, Value, is_field_class, linear};

/// Attributes that say how a class is registered, what Python writes into every class, and how an enum comes by
/// its values.
const SETTINGS: [&str; 11] = [
    "_avro_namespace",
    "_sorted_fields",
    "__annotations__",
    "__doc__",
    "__module__",
    "__qualname__",
    "__slots__",
    "_generate_next_value_",
    "_ignore_",
    "_order_",
    "__order__",
];

/// Names of what a class has beside fields or members, in the order of the text; what it inherits behind its own.
pub(crate) fn beside(class: &Rc<Class>) -> Vec<String> {
    names(class, |_| true)
}

/// The same without what a Record or an enum that it inherits from has, which is told of that.
pub(crate) fn beside_own(class: &Rc<Class>) -> Vec<String> {
    names(class, |base| {
        !matches!(base.kind, Kind::Record | Kind::Enum)
    })
}

/// Whether making an object of a Record may do more than take arguments for fields: `__init__` of its own, and its
/// like.
pub(crate) fn builds(class: &Rc<Class>) -> bool {
    linear(class).iter().any(|one| {
        let init = one.scope.get("__init__");
        init.is_some_and(|init| !hands_on(&init))
            || one.scope.get("__new__").is_some()
            || one.scope.get("__setattr__").is_some()
    })
}

fn names(class: &Rc<Class>, counts: impl Fn(&Class) -> bool) -> Vec<String> {
    let fields = fields(class).unwrap_or_default();
    let mut known: HashSet<&str> = fields.iter().map(|(name, _)| name.as_str()).collect();
    let order = linear(class);
    let mut names: Vec<String> = Vec::new();
    for (at, one) in order.iter().enumerate() {
        if at > 0 && !counts(one) {
            continue;
        }
        for attribute in &one.created {
            let name = attribute.name.as_str();
            let value = one.scope.get(name);
            let value = value.as_ref().unwrap_or(&attribute.value);
            if SETTINGS.contains(&name) || known.contains(name) || is_told(name, value) {
                continue;
            }
            known.insert(name);
            names.push(name.to_owned());
        }
    }
    names
}

/// Whether something is defined or told elsewhere: a class, a member, a field that is lost, a constructor that
/// hands everything on.
fn is_told(name: &str, value: &Value) -> bool {
    match value {
        Value::Class(class) => matches!(class.kind, Kind::Record | Kind::Enum),
        Value::Member(_) => true,
        Value::External(path) => is_field_class(path),
        Value::Instance(of) => match &of.class {
            Value::External(path) => is_field_class(path),
            Value::Class(class) => class.kind == Kind::Record,
            _ => false,
        },
        value => name == "__init__" && hands_on(value),
    }
}
