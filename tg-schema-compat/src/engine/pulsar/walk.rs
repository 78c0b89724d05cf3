//! The errors that a resolution leads to, and what throws on the way: Java's `ResolvingGrammarGenerator`,
//! the flattening of its grammar, and `Symbol.hasErrors`.

use std::collections::HashSet;

use super::grammar::Grammar;
use super::resolver::{Action, ActionId, Resolution};
use super::{Kind, Mismatch, Thrown, Verdict};
use crate::engine::avro::{Graph, Id, Shape};
use crate::engine::stack::{Budget, TooLarge};

/// Errors that a verdict lists.
pub const MAX_LISTED: usize = 1_000;
/// Bytes of the path to an error that are kept.
const MAX_PATH: usize = 4_096;

/// What the broker makes of a resolution.
pub(super) fn verdict(
    resolution: &Resolution,
    writer: &Graph,
    reader: &Graph,
    budget: &mut Budget,
) -> Result<Verdict, TooLarge> {
    let mut walk = Walk::new(resolution, writer, reader);
    if let Some(thrown) = walk.run(budget)? {
        return Ok(Verdict::Throws(thrown));
    }
    // Only what leads to itself is flattened badly.
    if !(writer.is_plain() && reader.is_plain()) {
        let grammar = Grammar::of(resolution, writer, reader, budget)?;
        if grammar.flattened_badly(budget)? {
            return Ok(Verdict::Throws(Thrown::BrokenGrammar));
        }
    }
    Ok(match walk.errors.is_empty() {
        true => Verdict::Compatible,
        false => Verdict::Incompatible {
            errors: walk.errors,
            more: walk.more,
        },
    })
}

/// The first symbol of the writer that the reader does not know, and its place. The broker never compares symbols; readers do.
pub(super) fn unknown_symbol(
    resolution: &Resolution,
    writer: &Graph,
    reader: &Graph,
    budget: &mut Budget,
) -> Result<Option<String>, TooLarge> {
    let mut walk = Walk::new(resolution, writer, reader);
    walk.compares_symbols = true;
    walk.run(budget)?;
    Ok(walk.unknown)
}

struct Walk<'r> {
    resolution: &'r Resolution,
    writer: &'r Graph,
    reader: &'r Graph,
    /// Records that lead to one which contains itself directly, with the latter.
    endless_writer: Vec<Option<Id>>,
    endless_reader: Vec<Option<Id>>,
    errors: Vec<Mismatch>,
    more: bool,
    compares_symbols: bool,
    /// The first symbol that the reader does not know, and its place.
    unknown: Option<String>,
}

/// A step of a path, and the one before it.
struct Step {
    before: usize,
    text: String,
}

impl<'r> Walk<'r> {
    fn new(resolution: &'r Resolution, writer: &'r Graph, reader: &'r Graph) -> Self {
        Walk {
            resolution,
            writer,
            reader,
            endless_writer: endless(writer),
            endless_reader: endless(reader),
            errors: Vec::new(),
            more: false,
            compares_symbols: false,
            unknown: None,
        }
    }

    fn run(&mut self, budget: &mut Budget) -> Result<Option<Thrown>, TooLarge> {
        let mut seen = HashSet::new();
        let mut steps = vec![Step {
            before: 0,
            text: String::new(),
        }];
        let mut open = vec![(self.resolution.root, 0)];
        while let Some((id, step)) = open.pop() {
            budget.step()?;
            if !seen.insert(id) {
                continue;
            }
            let Some(action) = self.resolution.actions.get(id.0) else {
                continue;
            };
            let thrown = match action {
                Action::Read(_) => None,
                Action::Enum(w, r) => {
                    if self.compares_symbols && self.unknown.is_none() {
                        let path = path(&steps, step);
                        self.unknown =
                            self.symbol(*w, *r)
                                .map(|unknown| match path.trim_start_matches('.') {
                                    "" => unknown,
                                    path => format!("{path}: {unknown}"),
                                });
                    }
                    None
                }
                Action::Error(kind, w, r) => {
                    self.error(*kind, *w, *r, &path(&steps, step));
                    None
                }
                Action::Skip(ty) => endless_in(self.writer, &self.endless_writer, *ty),
                Action::SameUnion(ty) => endless_in(self.reader, &self.endless_reader, *ty),
                Action::Container(part, sign) => {
                    open.push((*part, then(&mut steps, step, (*sign).to_owned())));
                    None
                }
                Action::ReaderUnion(chosen) => {
                    open.push((*chosen, step));
                    None
                }
                Action::WriterUnion(branches) => {
                    open.extend(branches.iter().rev().map(|branch| (*branch, step)));
                    None
                }
                Action::Record(adjust) => {
                    let Shape::Record(record) = self.reader.shape(adjust.reader) else {
                        continue;
                    };
                    for (part, at) in adjust.fields.iter().rev() {
                        let field = at.and_then(|at| record.fields.get(at));
                        let name = field.map_or(String::new(), |f| format!(".{}", f.name));
                        open.push((*part, then(&mut steps, step, name)));
                    }
                    let mut defaults = adjust.defaults.iter();
                    match adjust.complete {
                        true => defaults
                            .find_map(|ty| endless_in(self.reader, &self.endless_reader, *ty)),
                        false => Some(Thrown::HalfResolved {
                            record: record.name.full(),
                        }),
                    }
                }
            };
            if thrown.is_some() {
                return Ok(thrown);
            }
        }
        Ok(self
            .circle(budget)?
            .map(|record| Thrown::Endless { record }))
    }

    /// The first symbol of a writer's enum that a reader's does not have, nor a default in its place.
    fn symbol(&self, w: Id, r: Id) -> Option<String> {
        let (Shape::Enum(from), Shape::Enum(to)) = (self.writer.shape(w), self.reader.shape(r))
        else {
            return None;
        };
        let known: HashSet<&String> = to.symbols.iter().collect();
        let mut unknown = from.symbols.iter().filter(|symbol| !known.contains(symbol));
        let first = unknown.next().filter(|_| to.default.is_none())?;
        Some(format!("no match for {first} in {}", to.name.full()))
    }

    fn error(&mut self, kind: Kind, w: Id, r: Id, path: &str) {
        if self.errors.len() >= MAX_LISTED {
            self.more = true;
            return;
        }
        self.errors
            .push(mismatch(self.writer, self.reader, (kind, w, r), path));
    }

    /// A record of the reader whose grammar contains itself directly.
    fn circle(&self, budget: &mut Budget) -> Result<Option<String>, TooLarge> {
        if self.endless_writer.iter().all(Option::is_none) {
            return Ok(None);
        }
        let direct = |id: ActionId| match self.resolution.actions.get(id.0) {
            Some(Action::Record(adjust)) => adjust.fields.iter().map(|(id, _)| *id).collect(),
            _ => Vec::new(),
        };
        // Only what the root leads to has a grammar.
        let mut reached = HashSet::new();
        let mut open = vec![self.resolution.root];
        while let Some(id) = open.pop() {
            budget.step()?;
            if !reached.insert(id) {
                continue;
            }
            match self.resolution.actions.get(id.0) {
                Some(Action::Container(part, _) | Action::ReaderUnion(part)) => open.push(*part),
                Some(Action::WriterUnion(branches)) => open.extend(branches),
                Some(Action::Record(_)) => open.extend(direct(id)),
                _ => {}
            }
        }
        let mut starts: Vec<ActionId> = reached.into_iter().collect();
        starts.sort_unstable_by_key(|id| id.0);
        let found = circle_from(&starts, direct);
        let record = found.and_then(|id| match self.resolution.actions.get(id.0) {
            Some(Action::Record(adjust)) => self
                .reader
                .shape(adjust.reader)
                .name()
                .map(ToString::to_string),
            _ => None,
        });
        Ok(record)
    }
}

/// An error of a resolution.
pub(super) fn mismatch(
    writer: &Graph,
    reader: &Graph,
    (kind, w, r): (Kind, Id, Id),
    path: &str,
) -> Mismatch {
    let (found, expected) = (writer.shape(w), reader.shape(r));
    let field = match (kind, found, expected) {
        (Kind::MissingRequiredField, Shape::Record(w), Shape::Record(r)) => {
            let missing =
                |f: &&crate::engine::avro::Field| w.field(&f.name).is_none() && f.default.is_none();
            r.fields.iter().find(missing).map(|f| f.name.clone())
        }
        _ => None,
    };
    Mismatch {
        kind,
        path: path.to_owned(),
        found: found.label(),
        expected: expected.label(),
        field,
    }
}

fn then(steps: &mut Vec<Step>, before: usize, text: String) -> usize {
    steps.push(Step { before, text });
    steps.len() - 1
}

/// The path to a step; its end, where it is very long.
fn path(steps: &[Step], mut at: usize) -> String {
    let mut parts = Vec::new();
    let mut len = 0;
    while let Some(step) = steps.get(at) {
        len += step.text.len();
        if at == 0 || len > MAX_PATH {
            break;
        }
        parts.push(step.text.as_str());
        at = step.before;
    }
    parts.reverse();
    parts.concat()
}

/// A node from which direct steps lead back to it.
fn circle_from<N: Copy + Eq + std::hash::Hash>(
    starts: &[N],
    direct: impl Fn(N) -> Vec<N>,
) -> Option<N> {
    let mut done = HashSet::new();
    let mut on_way = HashSet::new();
    for start in starts {
        let mut open = vec![(*start, false)];
        while let Some((node, leaving)) = open.pop() {
            if leaving {
                on_way.remove(&node);
                done.insert(node);
                continue;
            }
            if on_way.contains(&node) {
                return Some(node);
            }
            if done.contains(&node) {
                continue;
            }
            on_way.insert(node);
            open.push((node, true));
            open.extend(direct(node).into_iter().map(|next| (next, false)));
        }
    }
    None
}

/// For each type, a record that it leads to in any way and that contains itself directly.
fn endless(graph: &Graph) -> Vec<Option<Id>> {
    if graph.is_plain() {
        return Vec::new();
    }
    let is_record = |id: &Id| matches!(graph.shape(*id), Shape::Record(_));
    let all = || (0..graph.nodes.len()).map(Id);
    let mut users: Vec<Vec<Id>> = vec![Vec::new(); graph.nodes.len()];
    let mut waits = vec![0_usize; graph.nodes.len()];
    for id in all() {
        for part in graph.parts(id) {
            users[part.0].push(id);
            waits[id.0] += usize::from(is_record(&id) && is_record(&part));
        }
    }
    // Records end whose records all end; those that are left contain themselves, or one that does.
    let mut ends: Vec<Id> = all().filter(|id| waits[id.0] == 0).collect();
    while let Some(id) = ends.pop() {
        for user in users[id.0]
            .iter()
            .filter(|user| is_record(user) && is_record(&id))
        {
            waits[user.0] -= 1;
            if waits[user.0] == 0 {
                ends.push(*user);
            }
        }
    }
    let mut found = vec![None; graph.nodes.len()];
    for id in all().filter(|id| waits[id.0] > 0) {
        let mut open = vec![id];
        while let Some(at) = open.pop() {
            if found[at.0].is_none() {
                found[at.0] = Some(id);
                open.extend(&users[at.0]);
            }
        }
    }
    found
}

fn endless_in(graph: &Graph, endless: &[Option<Id>], ty: Id) -> Option<Thrown> {
    let record = endless.get(ty.0).copied().flatten()?;
    let name = graph.shape(record).name()?;
    Some(Thrown::Endless {
        record: name.full(),
    })
}
