//! Defaults of a record that lead back to themselves: no value could be made of them.
//!
//! A record in a default takes the defaults of the fields that it leaves out. So each field with a
//! default needs others, and a circle of them has no end. One item knows only what it holds of itself;
//! whole files are checked type by type.

use tg_schema_model::{Json, Span};

use super::default_of;
use crate::item::{FieldItem, RecordItem, Shape};

/// What is said of a default in a circle.
pub(super) const MESSAGE: &str = "the default contains itself";

/// Places of the defaults that need themselves.
pub(super) fn fields(item: &RecordItem) -> Vec<Span> {
    let needs: Vec<Vec<usize>> = item
        .fields
        .iter()
        .map(|field| {
            let mut needed = Vec::new();
            if let Some(json) = default_of(field) {
                needed_by(item, &field.shape, json, &mut needed);
            }
            needed.sort_unstable();
            needed.dedup();
            needed
        })
        .collect();
    // What needs nothing endless falls away, then what nothing endless needs.
    let endless = remaining(&needs);
    let users = reversed(&endless);
    let circles = remaining(&users);
    let fields = item.fields.iter().zip(circles);
    let circles = fields.filter(|(_, users)| !users.is_empty());
    circles.map(|(field, _)| field.default_span).collect()
}

/// What is left of needs when every field whose needs are all met is taken out, again and again.
fn remaining(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let users = reversed(needs);
    let mut left: Vec<usize> = needs.iter().map(Vec::len).collect();
    let is_met = |at: &usize| left.get(*at) == Some(&0);
    let mut met: Vec<usize> = (0..needs.len()).filter(is_met).collect();
    while let Some(at) = met.pop() {
        for user in users.get(at).into_iter().flatten() {
            if let Some(count) = left.get_mut(*user) {
                *count -= 1;
                if *count == 0 {
                    met.push(*user);
                }
            }
        }
    }
    let is_left = |at: &usize| left.get(*at).is_some_and(|count| *count > 0);
    let rest = |(at, needed): (usize, &Vec<usize>)| {
        let needed = needed.iter().copied().filter(|_| is_left(&at));
        needed.filter(is_left).collect()
    };
    needs.iter().enumerate().map(rest).collect()
}

/// The users of each field.
fn reversed(needs: &[Vec<usize>]) -> Vec<Vec<usize>> {
    let mut users = vec![Vec::new(); needs.len()];
    for (user, needed) in needs.iter().enumerate() {
        for at in needed {
            if let Some(of) = users.get_mut(*at) {
                of.push(user);
            }
        }
    }
    users
}

/// The fields with defaults that records of this type leave out in a default. As deep as the default.
fn needed_by(item: &RecordItem, shape: &Shape, json: &Json, needed: &mut Vec<usize>) {
    match (shape, json) {
        (Shape::Boxed(inner) | Shape::Optional(inner), json) => {
            needed_by(item, inner, json, needed);
        }
        (Shape::Array(inner), Json::Array(items)) => {
            items
                .iter()
                .for_each(|json| needed_by(item, inner, json, needed));
        }
        (Shape::Map(inner) | Shape::HashMap(inner), Json::Object(entries)) => {
            entries
                .iter()
                .for_each(|(_, json)| needed_by(item, inner, json, needed));
        }
        (Shape::Named(path), Json::Object(entries)) if is_own(item, path) => {
            for (at, field) in item.fields.iter().enumerate() {
                match entries.iter().find(|(key, _)| names(field, key)) {
                    Some((_, json)) if *json != Json::Null => {
                        needed_by(item, &field.shape, json, needed);
                    }
                    _ if default_of(field).is_some() => needed.push(at),
                    _ => {}
                }
            }
        }
        _ => {}
    }
}

fn names(field: &FieldItem, key: &String) -> bool {
    *key == field.name || field.aliases.contains(key)
}

fn is_own(item: &RecordItem, path: &str) -> bool {
    path.strip_prefix("self::").unwrap_or(path) == item.ident
}
