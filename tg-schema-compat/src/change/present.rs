//! What one version has, whatever another one had: for rules that look at the new version only.

use crate::report::Ways;
use std::collections::{HashSet, VecDeque};

use super::walk::{Walked, held, of, side};
use super::{Both, Change, Spot, What};
use crate::engine::avro::{Id, Shape};
use crate::rule::{self, Rule};
use crate::version::Message;
use tg_schema_model::Type;

/// Longer ways are cut, in bytes.
const MAX_PATH: usize = 4_096;

/// Every record and every field of a message, each with the shortest way to it.
pub(crate) fn present<'v>(walked: Walked<'v>) -> Vec<Change<'v>> {
    collect(walked, |_| true)
}

/// The same without the fields of which no rule has anything to say, which are most.
pub(crate) fn remarkable<'v>(walked: Walked<'v>) -> Vec<Change<'v>> {
    collect(walked, |change| {
        let is_seen = |rule: &&Rule| (rule.look)(change).is_some();
        rule::ALL.iter().any(is_seen)
    })
}

fn collect<'v>(walked: Walked<'v>, counts: impl Fn(&Change<'v>) -> bool) -> Vec<Change<'v>> {
    let graph = walked.graph;
    let mut found = Vec::new();
    let mut seen: HashSet<Id> = HashSet::new();
    let mut open = VecDeque::from([(graph.root, String::new(), held(walked, None))]);
    seen.insert(graph.root);
    while let Some((id, path, ty)) = open.pop_front() {
        let mut reach = |id: Id, path: String, ty: Option<Type>| {
            // A name leads to one place; so do types without one, unless they are parts of several.
            if seen.insert(id) {
                open.push_back((id, path, ty));
            }
        };
        match graph.shape(id) {
            Shape::Array(part) => reach(*part, format!("{path}[]"), ty),
            Shape::Map(part) => reach(*part, format!("{path}{{}}"), ty),
            Shape::Union(branches) => branches
                .iter()
                .for_each(|part| reach(*part, path.clone(), ty.clone())),
            Shape::Record(record) => {
                let record = side(walked, record, ty, id == graph.root);
                let owner = record.owner();
                found.push(Change::at(
                    What::RecordPresent(record),
                    path.clone(),
                    Spot::field(&owner, ""),
                    walked.message,
                ));
                for field in &record.record.fields {
                    let dot = if path.is_empty() { "" } else { "." };
                    let path = match path.len() {
                        0..=MAX_PATH => format!("{path}{dot}{}", field.name),
                        _ => format!("….{}", field.name),
                    };
                    let spot = Spot::field(&owner, &field.name);
                    let field_side = of(record, field);
                    let what = What::FieldPresent(field_side);
                    let change = Change::at(what, path.clone(), spot, walked.message);
                    if counts(&change) {
                        found.push(change);
                    }
                    reach(field.ty, path, held(walked, Some(field_side)));
                }
            }
            _ => {}
        }
    }
    found
}

/// That registries cannot read a message, if they cannot.
pub(crate) fn unreadable<'v>(walked: Walked<'v>) -> Option<Change<'v>> {
    let message = walked.message;
    let refusal = walked.refusal?;
    let what = What::Unreadable { message, refusal };
    Some(Change::at(
        what,
        String::new(),
        Spot::field(message.plain_name(), ""),
        message,
    ))
}

impl<'v> Change<'v> {
    fn at(what: What<'v>, path: String, spot: Spot, message: &'v Message) -> Self {
        Change {
            what,
            former: path.clone(),
            path,
            may_be: Vec::new(),
            branches: Vec::new(),
            whole: None,
            read: Ways::FULL,
            messages: Both {
                old: None,
                new: Some(message),
            },
            old: None,
            new: Some(spot),
        }
    }
}
