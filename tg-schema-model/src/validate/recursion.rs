//! Records that can have no finite value, because a field that is always there leads back to them.
//!
//! A field whose type is a record is always there unless it is optional; a default does not help, since it
//! would have to hold the record again. Arrays, maps and `?` end the chain: they can be empty.

use std::collections::VecDeque;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::schema::{Presence, Record, Schema, Type};

pub(super) fn check(schema: &Schema, found: &mut Diagnostics) {
    let edges: Vec<Vec<Edge>> = schema.records.iter().map(edges).collect();
    let alive = on_or_between_cycles(&edges);
    let mut reported = vec![false; edges.len()];
    for start in 0..edges.len() {
        if !alive[start] || reported[start] {
            continue;
        }
        let Some(cycle) = shortest_cycle(&edges, &alive, start) else {
            continue;
        };
        for step in &cycle {
            reported[step.from] = true;
        }
        report(schema, &cycle, found);
    }
}

/// A field that always holds a record.
#[derive(Clone, Copy)]
struct Edge {
    field: usize,
    to: usize,
}

/// An edge and where it starts.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    field: usize,
}

fn edges(record: &Record) -> Vec<Edge> {
    let always = |(field, definition): (usize, &crate::schema::Field)| match (
        &definition.ty,
        &definition.presence,
    ) {
        (Type::Record(_), Presence::Optional) => None,
        (Type::Record(id), _) => Some(Edge { field, to: id.0 }),
        _ => None,
    };
    record
        .fields
        .iter()
        .enumerate()
        .filter_map(always)
        .collect()
}

/// Takes away, again and again, records that lead nowhere and records that nothing leads to.
fn on_or_between_cycles(edges: &[Vec<Edge>]) -> Vec<bool> {
    let mut back: Vec<Vec<Edge>> = vec![Vec::new(); edges.len()];
    for (from, list) in edges.iter().enumerate() {
        for edge in list {
            back[edge.to].push(Edge {
                field: edge.field,
                to: from,
            });
        }
    }
    let mut alive = vec![true; edges.len()];
    for (forth, back) in [(edges, back.as_slice()), (back.as_slice(), edges)] {
        let count = |list: &Vec<Edge>| list.iter().filter(|e| alive[e.to]).count();
        let mut left: Vec<usize> = forth.iter().map(count).collect();
        let mut done: Vec<usize> = (0..left.len())
            .filter(|&n| alive[n] && left[n] == 0)
            .collect();
        while let Some(node) = done.pop() {
            alive[node] = false;
            for edge in &back[node] {
                left[edge.to] = left[edge.to].saturating_sub(1);
                if alive[edge.to] && left[edge.to] == 0 {
                    done.push(edge.to);
                }
            }
        }
    }
    alive
}

/// The fewest steps from a record back to itself.
fn shortest_cycle(edges: &[Vec<Edge>], alive: &[bool], start: usize) -> Option<Vec<Step>> {
    let mut came_from: Vec<Option<Step>> = vec![None; edges.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(from) = queue.pop_front() {
        for edge in edges[from].iter().filter(|e| alive[e.to]) {
            let step = Step {
                from,
                field: edge.field,
            };
            if edge.to == start {
                let mut cycle = vec![step];
                let mut at = from;
                while let (true, Some(step)) = (at != start, came_from[at]) {
                    cycle.push(step);
                    at = step.from;
                }
                cycle.reverse();
                return Some(cycle);
            }
            if came_from[edge.to].is_none() {
                came_from[edge.to] = Some(step);
                queue.push_back(edge.to);
            }
        }
    }
    None
}

fn report(schema: &Schema, cycle: &[Step], found: &mut Diagnostics) {
    let Some(first) = cycle.first() else {
        return;
    };
    let record = &schema.records[first.from];
    let field = &record.fields[first.field];
    let mut path = String::new();
    for step in cycle {
        let record = &schema.records[step.from];
        path.push_str(&format!(
            "{}.{} -> ",
            record.name, record.fields[step.field].name
        ));
    }
    let target = schema.type_text(&field.ty);
    found.push(
        Diagnostic::error(
            field.type_span,
            format!(
                "{:?} can have no finite value: {path}{}",
                record.name, record.name
            ),
            format!("a type that can be empty, such as `{target}?`"),
        )
        .help(format!(
            "write `{target}?` or `array<{target}>` for one of the fields on the way"
        )),
    );
}

#[cfg(test)]
mod tests {
    use super::super::sample::{Sample, field, with};
    use super::*;
    use crate::schema::RecordId;

    fn to(record: usize) -> Type {
        Type::Record(RecordId(record))
    }

    #[test]
    fn a_record_in_itself() {
        Sample::of(to(0)).has_error("\"Sample\" can have no finite value: Sample.it -> Sample");
        Sample::of(Type::Array(Box::new(to(0)))).is_clean();
        Sample::of(Type::Map(Box::new(to(0)))).is_clean();
        Sample::of(to(0))
            .last(|r| r.fields[0].presence = Presence::Optional)
            .is_clean();
    }

    #[test]
    fn records_in_each_other() {
        let mutual = |presence: Presence| {
            Sample::new()
                .record("Root", vec![field("a", to(1))])
                .record("A", vec![field("x", Type::Int), field("b", to(2))])
                .record(
                    "B",
                    vec![field("leaf", to(3)), with(presence, field("c", to(1)))],
                )
                .record("Leaf", vec![field("n", Type::Int)])
        };
        mutual(Presence::Required).has_error("\"A\" can have no finite value: A.b -> B.c -> A");
        mutual(Presence::Optional).is_clean();
    }

    #[test]
    fn every_cycle_is_told_once() {
        let sample = Sample::new()
            .record("A", vec![field("b", to(1)), field("c", to(2))])
            .record("B", vec![field("a", to(0))])
            .record("C", vec![field("a", to(0))])
            .record("Between", vec![field("d", to(4)), field("a", to(0))])
            .record("D", vec![field("d", to(4))]);
        assert_eq!(
            sample.messages(),
            [
                "error: \"A\" can have no finite value: A.b -> B.a -> A",
                "error: \"C\" can have no finite value: C.a -> A.c -> C",
                "error: \"D\" can have no finite value: D.d -> D",
            ]
        );
    }

    #[test]
    fn long_chains_cost_little() {
        let count = 20_000;
        let ring = (0..count).fold(Sample::new(), |s, n| {
            s.record(&format!("R{n}"), vec![field("n", to((n + 1) % count))])
        });
        let mut found = Diagnostics::default();
        check(&ring.schema, &mut found);
        assert_eq!(found.0.len(), 1);
        let chain = (0..count).fold(Sample::new(), |s, n| {
            s.record("R", vec![field("n", to((n + 1).min(count - 1)))])
        });
        let mut found = Diagnostics::default();
        check(&chain.schema, &mut found);
        assert_eq!(found.0.len(), 1);
    }
}
