//! The order in which Python looks for an attribute in a class and its bases.

use std::rc::Rc;

use super::value::{Class, Value};

/// Most classes of one order.
const MAX_ORDER: usize = 256;

/// A class and the classes of the files that it comes from, in the order in which Python looks in them.
pub fn linear<'a>(class: &Rc<Class<'a>>) -> Vec<Rc<Class<'a>>> {
    fn walk<'a>(class: &Rc<Class<'a>>, order: &mut Vec<Rc<Class<'a>>>, depth: usize) {
        if depth > 64 || order.len() > MAX_ORDER {
            return;
        }
        // A class that comes again moves behind what comes from it.
        order.retain(|other| !Rc::ptr_eq(other, class));
        order.push(Rc::clone(class));
        for base in &class.bases {
            if let Value::Class(base) = base {
                walk(base, order, depth + 1);
            }
        }
    }
    let mut order = Vec::new();
    walk(class, &mut order, 0);
    order
}

/// [`linear`] with the classes outside of the files, each where Python looks in it.
pub fn linear_all<'a>(class: &Rc<Class<'a>>) -> Vec<Value<'a>> {
    fn walk<'a>(value: &Value<'a>, order: &mut Vec<Value<'a>>, depth: usize) {
        if depth > 64 || order.len() > MAX_ORDER {
            return;
        }
        order.retain(|other| !other.same(value));
        order.push(value.clone());
        if let Value::Class(class) = value {
            class
                .bases
                .iter()
                .for_each(|base| walk(base, order, depth + 1));
        }
    }
    let mut order = Vec::new();
    walk(&Value::Class(Rc::clone(class)), &mut order, 0);
    order
}

/// Whether Python finds an order for a class with these bases, each class before its own bases. What is not known
/// counts as something that comes from nothing.
pub(super) fn consistent(bases: &[Value]) -> bool {
    // One base always has its own order.
    bases.len() < 2 || merged(bases, 0).is_some()
}

/// The order of a class's bases with all that they come from.
fn merged<'a>(bases: &[Value<'a>], depth: usize) -> Option<Vec<Value<'a>>> {
    let mut lists: Vec<Vec<Value<'a>>> = Vec::with_capacity(bases.len() + 1);
    for base in bases {
        let mut list = vec![base.clone()];
        if let Value::Class(class) = base {
            if depth > 64 {
                return Some(list);
            }
            list.extend(merged(&class.bases, depth + 1)?);
        }
        lists.push(list);
    }
    lists.push(bases.to_vec());
    let mut order: Vec<Value<'a>> = Vec::new();
    loop {
        lists.retain(|list| !list.is_empty());
        if lists.is_empty() || order.len() > MAX_ORDER {
            return Some(order);
        }
        let in_a_tail = |head: &Value<'a>| {
            lists
                .iter()
                .any(|list| list.iter().skip(1).any(|v| v.same(head)))
        };
        let next = lists
            .iter()
            .filter_map(|list| list.first())
            .find(|head| !in_a_tail(head))?
            .clone();
        for list in &mut lists {
            if list.first().is_some_and(|head| head.same(&next)) {
                list.remove(0);
            }
        }
        order.push(next);
    }
}
