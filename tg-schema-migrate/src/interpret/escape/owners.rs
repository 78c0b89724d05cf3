//! The fields of Records into the Records that they belong to.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::interpret::hash::Quick;
use crate::interpret::value::{Class, Dict, Instance, Kind, Value};

/// A class with whether only code that never runs defines it, at its [`Class::id`].
pub(super) type Classes<'a> = [(Rc<Class<'a>>, bool)];

/// Which Records have a dictionary as their fields, and which have, or had, an object among them.
///
/// Objects are known by their addresses. A dictionary lives as long as its class; the address of a field may have been
/// given out anew, so the class is asked whether the field is among its own.
#[derive(Default)]
pub(in crate::interpret) struct Owners {
    of_dict: Quick<usize, Vec<usize>>,
    of_field: Quick<usize, BTreeSet<usize>>,
}

impl Owners {
    /// A class was made.
    pub(in crate::interpret) fn add(&mut self, class: &Class) {
        if class.kind == Kind::Record {
            let owners = self.of_dict.entry(address(&class.fields)).or_default();
            owners.push(class.id);
            self.note(class.id, &class.fields);
        }
    }

    /// A dictionary was changed.
    pub(in crate::interpret) fn changed(&mut self, dict: &Rc<Dict>) {
        for id in self
            .of_dict
            .get(&address(dict))
            .cloned()
            .unwrap_or_default()
        {
            self.note(id, dict);
        }
    }

    fn note(&mut self, id: usize, fields: &Dict) {
        for (_, value) in fields.borrow().iter() {
            if let Value::Instance(field) = value {
                self.of_field.entry(address(field)).or_default().insert(id);
            }
        }
    }

    /// The Records whose fields are in a dictionary.
    pub(super) fn of_dict<'c, 'a>(
        &'c self,
        classes: &'c Classes<'a>,
        dict: &Rc<Dict<'a>>,
    ) -> impl Iterator<Item = &'c Rc<Class<'a>>> {
        let ids = self.of_dict.get(&address(dict)).into_iter().flatten();
        ids.filter_map(|id| classes.get(*id))
            .map(|(class, _)| class)
    }

    /// The Records that have an object as a field.
    pub(super) fn of_field<'c, 'a>(
        &'c self,
        classes: &'c Classes<'a>,
        field: &'c Rc<Instance<'a>>,
    ) -> impl Iterator<Item = &'c Rc<Class<'a>>> {
        let ids = self.of_field.get(&address(field)).into_iter().flatten();
        let owners = ids
            .filter_map(|id| classes.get(*id))
            .map(|(class, _)| class);
        owners.filter(move |class| owns(class, field))
    }
}

fn address<T>(of: &Rc<T>) -> usize {
    Rc::as_ptr(of) as usize
}

fn owns<'a>(class: &Class<'a>, field: &Rc<Instance<'a>>) -> bool {
    let is = |value: &Value<'a>| matches!(value, Value::Instance(own) if Rc::ptr_eq(own, field));
    class.fields.borrow().iter().any(|(_, value)| is(value))
}
