//! What one version has, whatever another one had: for rules that look at the new version only.

use std::collections::{HashSet, VecDeque};

use super::walk::{Walked, of, side};
use super::{Change, Spot, What};
use crate::engine::avro::{Id, Shape};

/// Every record and every field of a message, each with the shortest way to it.
pub(crate) fn present<'v>(walked: Walked<'v>) -> Vec<Change<'v>> {
    let graph = walked.graph;
    let mut found = Vec::new();
    let mut seen: HashSet<Id> = HashSet::new();
    let mut open: VecDeque<(Id, String)> = VecDeque::from([(graph.root, String::new())]);
    seen.insert(graph.root);
    while let Some((id, path)) = open.pop_front() {
        let mut reach = |id: Id, path: String| {
            // A name leads to one place; so do types without one, unless they are parts of several.
            if seen.insert(id) {
                open.push_back((id, path));
            }
        };
        match graph.shape(id) {
            Shape::Array(part) => reach(*part, format!("{path}[]")),
            Shape::Map(part) => reach(*part, format!("{path}{{}}")),
            Shape::Union(branches) => branches.iter().for_each(|part| reach(*part, path.clone())),
            Shape::Record(record) => {
                let owner = record.name.full();
                let record = side(walked, record, id == graph.root);
                found.push(Change::at(
                    What::RecordPresent(record),
                    path.clone(),
                    Spot::field(&owner, ""),
                ));
                for field in &record.record.fields {
                    let dot = if path.is_empty() { "" } else { "." };
                    let path = format!("{path}{dot}{}", field.name);
                    let spot = Spot::field(&owner, &field.name);
                    let what = What::FieldPresent(of(record, field));
                    found.push(Change::at(what, path.clone(), spot));
                    reach(field.ty, path);
                }
            }
            _ => {}
        }
    }
    found
}

impl<'v> Change<'v> {
    fn at(what: What<'v>, path: String, spot: Spot) -> Self {
        Change {
            what,
            former: path.clone(),
            path,
            old: None,
            new: Some(spot),
        }
    }
}
