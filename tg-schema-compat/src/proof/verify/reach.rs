//! Where the types of two schemas are: what a report says of a type holds in every field that leads to it.

use std::collections::{HashMap, HashSet};

use super::super::place::{Token, tokens};
use crate::engine::avro::{Field, Graph, Id, Record, Shape};

/// Types inside of fields that are looked at; what is larger says nothing.
const MAX_PARTS: usize = 1_000_000;

/// The fields that lead to each named type, in either of two schemas.
#[derive(Debug)]
pub(in crate::proof) struct Reach<'g> {
    graphs: [&'g Graph; 2],
    fields: HashMap<String, HashSet<&'g str>>,
}

impl<'g> Reach<'g> {
    /// None where the schemas are larger than is looked at.
    pub(in crate::proof) fn of(graphs: [&'g Graph; 2]) -> Option<Self> {
        let mut fields: HashMap<String, HashSet<&str>> = HashMap::new();
        let mut left = MAX_PARTS;
        for graph in graphs {
            let records = graph.shapes().filter_map(|shape| match shape {
                Shape::Record(record) => Some(record),
                _ => None,
            });
            for field in records.flat_map(|record| &record.fields) {
                let parts = parts(graph, vec![field.ty]);
                left = left.checked_sub(parts.len())?;
                for name in names(graph, &parts) {
                    fields.entry(name).or_default().insert(&field.name);
                }
            }
        }
        Some(Reach { graphs, fields })
    }

    /// The fields that lead to the types at a place, in the names of either schema; none where neither has such a place.
    pub(super) fn to(&self, path: &str) -> Option<HashSet<&'g str>> {
        let mut found = None;
        for graph in self.graphs {
            let types = at(graph, &tokens(path));
            if types.is_empty() {
                continue;
            }
            let fields = found.get_or_insert_with(HashSet::new);
            for name in names(graph, &parts(graph, types)) {
                fields.extend(self.fields.get(&name).into_iter().flatten());
            }
        }
        found
    }
}

/// Whether a record on the way to a place may have no field of this name, nor an alias of it: which branch of a union it is
/// in, the place does not say.
pub(super) fn is_unknown(reader: &Graph, place: &str, name: &str) -> bool {
    let around = around(reader, place);
    let mut records = around.iter().filter_map(|id| match reader.shape(*id) {
        Shape::Record(record) => Some(record),
        _ => None,
    });
    let lacks = |record: &Record| {
        let known = |field: &Field| field.name == name || field.aliases.iter().any(|a| a == name);
        !record.fields.iter().any(known)
    };
    records.clone().next().is_none() || records.any(lacks)
}

/// The types that a place may be a part of.
pub(super) fn around(graph: &Graph, place: &str) -> HashSet<Id> {
    let mut way = tokens(place);
    way.pop();
    parts(graph, at(graph, &way))
}

/// The types to which these steps lead, through all branches of unions.
fn at(graph: &Graph, way: &[Token]) -> Vec<Id> {
    let mut here = vec![graph.root];
    for token in way {
        let mut next = HashSet::new();
        for id in here.iter().flat_map(|id| graph.branches(*id).1) {
            match (graph.shape(id), token) {
                (Shape::Record(record), Token::Field(name)) => {
                    next.extend(record.field(name).map(|field| field.ty));
                }
                (Shape::Array(part), Token::Item) | (Shape::Map(part), Token::Value(_)) => {
                    next.insert(*part);
                }
                _ => {}
            }
        }
        here = next.into_iter().collect();
    }
    here
}

/// These types, and what is in their unions, arrays and maps.
fn parts(graph: &Graph, mut open: Vec<Id>) -> HashSet<Id> {
    let mut found = HashSet::new();
    while let Some(id) = open.pop() {
        if !found.insert(id) {
            continue;
        }
        match graph.shape(id) {
            Shape::Array(part) | Shape::Map(part) => open.push(*part),
            Shape::Union(branches) => open.extend(branches),
            _ => {}
        }
    }
    found
}

/// The names of those that have one.
fn names(graph: &Graph, types: &HashSet<Id>) -> HashSet<String> {
    let named = types.iter().filter_map(|id| graph.shape(*id).name());
    named.map(|name| name.full()).collect()
}
