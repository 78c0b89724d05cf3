//! Names into the definitions that they mean, once all of a text is read; then what can only be checked
//! afterwards: branches of unions, and defaults once more.

use std::collections::{HashMap, HashSet};

use tg_schema_model::Json;

use super::default::{Check, is_valid};
use super::parse::{Read, Stop};
use super::{Defaults, Graph, Id, Refusal, Shape};
use crate::engine::stack::Budget;

/// Bytes of a default that an error shows.
const SHOWN: usize = 80;

/// The graph with every name resolved.
pub(super) fn resolve(
    mut graph: Graph,
    named: &HashMap<String, Id>,
    defaults: Defaults,
    budget: &mut Budget,
) -> Read<Graph> {
    let mut meant = HashMap::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        if let Shape::Unresolved(name) = &node.shape {
            match named.get(name) {
                Some(id) => meant.insert(Id(at), *id),
                None => {
                    let message = format!("no type {name:?} is defined in this schema");
                    return Err(Stop::Refused(Refusal::new(message)));
                }
            };
        }
    }
    let order = match defaults {
        Defaults::Checked => Some(Visit::of(&graph, named, &meant)),
        Defaults::Unchecked => None,
    };
    let to = |id: &mut Id| {
        if let Some(meaning) = meant.get(id) {
            *id = *meaning;
        }
    };
    to(&mut graph.root);
    for node in &mut graph.nodes {
        match &mut node.shape {
            Shape::Record(record) => record.fields.iter_mut().for_each(|f| to(&mut f.ty)),
            Shape::Array(part) | Shape::Map(part) => to(part),
            Shape::Union(branches) => branches.iter_mut().for_each(to),
            _ => {}
        }
    }
    for node in &graph.nodes {
        if let Shape::Union(branches) = &node.shape {
            refuse_twins(&graph, branches).map_err(Stop::Refused)?;
        }
    }
    if let Some(order) = order {
        check_defaults(&mut graph, &order, budget)?;
    }
    Ok(graph)
}

/// Refuses a union that has one type twice.
pub(super) fn refuse_twins(graph: &Graph, branches: &[Id]) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    for branch in branches {
        let shape = graph.shape(*branch);
        if matches!(shape, Shape::Unresolved(_)) {
            continue;
        }
        let label = shape.label();
        if seen.contains(&label) {
            return Err(Refusal::new(format!("the union has {label} twice")));
        }
        seen.insert(label);
    }
    Ok(())
}

/// Java copies a schema when it resolves names, and checks each default again when it copies its field. A
/// default that needs a record whose copy has no fields yet is refused.
fn check_defaults(graph: &mut Graph, order: &[Id], budget: &mut Budget) -> Read<()> {
    let set = |graph: &mut Graph, id: &Id, open: bool| {
        if let Some(Shape::Record(record)) = graph.nodes.get_mut(id.0).map(|node| &mut node.shape) {
            record.open = open;
        }
    };
    order.iter().for_each(|id| set(graph, id, true));
    for id in order {
        let Shape::Record(record) = graph.shape(*id) else {
            continue;
        };
        for field in &record.fields {
            let Some(value) = &field.default else {
                continue;
            };
            let message = match is_valid(graph, field.ty, Some(value), budget)? {
                Check::Valid => continue,
                Check::Invalid => invalid_default(graph, &field.name, field.ty, value),
                Check::Open => format!(
                    "the default of {}.{} cannot be checked: it needs a record that is not \
                     complete there",
                    record.name, field.name
                ),
            };
            return Err(Stop::Refused(Refusal::new(message)));
        }
        set(graph, id, false);
    }
    Ok(())
}

pub(super) fn invalid_default(graph: &Graph, field: &str, ty: Id, value: &Json) -> String {
    let mut shown = value.compact();
    if shown.len() > SHOWN {
        let end = (0..SHOWN).rev().find(|at| shown.is_char_boundary(*at));
        shown.truncate(end.unwrap_or(0));
        shown.push('…');
    }
    let label = graph.shape(ty).label();
    format!("the default {shown} of the field {field:?} is no value of its type, {label}")
}

/// The order in which Java completes the copies of records.
struct Visit<'g> {
    graph: &'g Graph,
    meant: &'g HashMap<Id, Id>,
    begun: HashSet<Id>,
    done: HashSet<Id>,
    order: Vec<Id>,
}

/// A visit that runs: what is still to do, last first, and what it has met.
#[derive(Default)]
struct Walk {
    stack: Vec<Task>,
    visited: HashSet<Id>,
}

enum Task {
    Visit(Id),
    Complete(Id),
}

impl<'g> Visit<'g> {
    fn of(graph: &'g Graph, named: &HashMap<String, Id>, meant: &'g HashMap<Id, Id>) -> Vec<Id> {
        let mut visit = Visit {
            graph,
            meant,
            begun: HashSet::new(),
            done: HashSet::new(),
            order: Vec::new(),
        };
        // Definitions are visited in the order in which they were complete, which is that of the nodes.
        let mut definitions: Vec<Id> = named.values().copied().collect();
        definitions.sort_unstable();
        definitions.into_iter().for_each(|id| visit.run(id));
        visit.run(graph.root);
        visit.order
    }

    /// A visit, and those that it starts for names that nothing has met yet.
    fn run(&mut self, start: Id) {
        let begin = |id| Walk {
            stack: vec![Task::Visit(id)],
            visited: HashSet::new(),
        };
        let mut walks = vec![begin(start)];
        while let Some(walk) = walks.last_mut() {
            match walk.stack.pop() {
                None => {
                    walks.pop();
                }
                Some(Task::Complete(id)) => {
                    if self.done.insert(id) {
                        self.order.push(id);
                    }
                }
                Some(Task::Visit(id)) => {
                    if let Some(&meaning) = self.meant.get(&id) {
                        if matches!(self.graph.shape(meaning), Shape::Record(_))
                            && !self.begun.contains(&meaning)
                        {
                            walks.push(begin(meaning));
                        }
                        continue;
                    }
                    self.enter(id, walk);
                }
            }
        }
    }

    fn enter(&mut self, id: Id, walk: &mut Walk) {
        let parts = match self.graph.shape(id) {
            Shape::Record(record) => {
                if !walk.visited.insert(id) {
                    return;
                }
                self.begun.insert(id);
                walk.stack.push(Task::Complete(id));
                // The first field comes first, the last branch of a union too.
                record.fields.iter().rev().map(|f| f.ty).collect()
            }
            _ => self.graph.parts(id),
        };
        walk.stack.extend(parts.into_iter().map(Task::Visit));
    }
}
