//! Fields of a Record, as they are declared, into what they hold.

use std::rc::Rc;

use super::super::notes::record;
use super::Type;
use crate::interpret::{Class, Kind, Value};

/// How deep collections in collections are followed.
const MAX_NESTING: usize = 16;

/// The declared value of a field; nothing where the class has no such field.
pub fn field<'a>(class: &Class<'a>, name: &str) -> Option<Value<'a>> {
    let fields = class.fields.borrow();
    let mut own = fields.iter().filter(|(key, _)| key.as_str() == Some(name));
    own.next().map(|(_, value)| value.clone())
}

/// Names of a class's fields.
pub fn field_names(class: &Class) -> Vec<String> {
    let fields = class.fields.borrow();
    let names = fields.iter().filter_map(|(key, _)| key.as_str());
    names.map(str::to_owned).collect()
}

/// Whether the value of each member of an enum is its name, as in the generated enum.
pub fn values_are_names(class: &Class) -> bool {
    let members = class.members.borrow();
    members.iter().all(|member| match &member.value {
        Value::Str(value) => **value == *member.name,
        _ => false,
    })
}

/// The enums that fields of a class hold, by id.
pub(super) fn enums(class: &Rc<Class>) -> Vec<usize> {
    let fields = class.fields.borrow();
    let enums = fields.iter().filter_map(|(_, value)| {
        let mut found = held(value)?;
        loop {
            found = match found {
                Type::Enum(class) => return Some(class.id),
                Type::List(item) | Type::Map(item) => Type::clone(&item),
                _ => return None,
            };
        }
    });
    enums.collect()
}

/// What a field holds, where that is a Record, an enum or a collection.
pub fn held<'a>(value: &Value<'a>) -> Option<Type<'a>> {
    inside(value, MAX_NESTING)
}

fn inside<'a>(value: &Value<'a>, left: usize) -> Option<Type<'a>> {
    let left = left.checked_sub(1)?;
    if let Some(class) = record(value) {
        let unset = !is_required(value);
        return Some(Type::record(&class, unset));
    }
    if let Value::Class(class) = value
        && class.kind == Kind::Record
    {
        return Some(Type::record(class, true));
    }
    let Value::Instance(of) = value else {
        return None;
    };
    let item = || {
        let item = inside(of.arguments.positional.first()?, left)?;
        Some(Rc::new(item.as_set()))
    };
    match value.instance_of()? {
        "pulsar.schema.Array" => Some(Type::List(item()?)),
        "pulsar.schema.Map" => Some(Type::Map(item()?)),
        "pulsar.schema.CustomEnum" => match of.arguments.get(0, "enum_type")? {
            Value::Class(class) if class.kind == Kind::Enum => Some(Type::Enum(Rc::clone(class))),
            _ => None,
        },
        _ => None,
    }
}

/// Whether a field is declared as required, or may be: its argument is not known.
fn is_required(field: &Value) -> bool {
    match field {
        Value::Instance(of) => {
            let given = of.arguments.get(1, "required");
            given.is_some_and(|v| !matches!(v, Value::Bool(false) | Value::None))
                || of.arguments.open.is_some()
        }
        _ => false,
    }
}
