//! What a reader does with each part of what a writer wrote: Java's `Resolver`, with the quirks that the
//! verdict depends on. A record that turns out to be unreadable is known as such only afterwards.

use std::collections::HashMap;

use tg_schema_model::avro::Kind as Primitive;

use super::{Kind, Resolved, Stop, Thrown};
use crate::engine::avro::{Graph, Id, Record, Shape, encodes};
use crate::engine::stack::Budget;

/// One of [`Resolution::actions`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ActionId(pub usize);

/// What is done with a type of the writer.
#[derive(Clone, Debug)]
pub(super) enum Action {
    /// It is read as it is, or promoted; with how many symbols of Java's grammar that takes.
    Read(usize),
    /// Symbols of the writer's enum become those of the reader's.
    Enum(Id, Id),
    /// It cannot be read.
    Error(Kind, Id, Id),
    /// A field of the writer is passed over.
    Skip(Id),
    /// Every item or value.
    Container(ActionId, &'static str),
    /// Field by field.
    Record(Adjust),
    /// A union of the writer whose branches are those of the reader.
    SameUnion(Id),
    /// Every branch of a union of the writer.
    WriterUnion(Vec<ActionId>),
    /// The branch of a union of the reader that was chosen.
    ReaderUnion(ActionId),
}

/// What is done with the fields of a record.
#[derive(Clone, Debug)]
pub(super) struct Adjust {
    pub reader: Id,
    /// One for each field of the writer, with the field of the reader that it becomes.
    pub fields: Vec<(ActionId, Option<usize>)>,
    /// Fields of the reader that come from their defaults.
    pub defaults: Vec<Id>,
    /// Whether every field of the reader was given its place.
    pub complete: bool,
}

/// Two schemas, resolved.
pub(super) struct Resolution {
    pub actions: Vec<Action>,
    pub root: ActionId,
}

/// Resolves the writer's graph, renamed already, with the reader's.
pub(super) fn resolve(writer: &Graph, reader: &Graph, budget: &mut Budget) -> Resolved<Resolution> {
    let mut resolver = Resolver {
        writer,
        reader,
        actions: Vec::new(),
        records: HashMap::new(),
        same: HashMap::new(),
        budget,
    };
    let root = resolver.of(writer.root, reader.root)?;
    Ok(Resolution {
        actions: resolver.actions,
        root,
    })
}

struct Resolver<'g, 'b> {
    writer: &'g Graph,
    reader: &'g Graph,
    actions: Vec<Action>,
    records: HashMap<(Id, Id), ActionId>,
    /// Records that are known to be the same to a union, or not.
    same: HashMap<(Id, Id), bool>,
    budget: &'b mut Budget,
}

impl<'g> Resolver<'g, '_> {
    fn add(&mut self, action: Action) -> ActionId {
        self.actions.push(action);
        ActionId(self.actions.len() - 1)
    }

    fn of(&mut self, w: Id, r: Id) -> Resolved<ActionId> {
        self.budget.enter()?;
        let action = match (self.writer.shape(w), self.reader.shape(r)) {
            (Shape::Union(branches), _) => self.writer_union(w, r, branches)?,
            (Shape::Record(_), Shape::Record(_)) => self.record(w, r)?,
            (Shape::Array(a), Shape::Array(b)) => {
                let item = self.of(*a, *b)?;
                self.add(Action::Container(item, "[]"))
            }
            (Shape::Map(a), Shape::Map(b)) => {
                let value = self.of(*a, *b)?;
                self.add(Action::Container(value, "{}"))
            }
            (Shape::Fixed(a), Shape::Fixed(b)) => {
                if a.name.name != b.name.name {
                    self.add(Action::Error(Kind::NamesDontMatch, w, r))
                } else if a.size != b.size {
                    self.add(Action::Error(Kind::SizesDontMatch, w, r))
                } else {
                    self.add(Action::Read(2))
                }
            }
            (Shape::Enum(a), Shape::Enum(b)) if a.name.name != b.name.name => {
                self.add(Action::Error(Kind::NamesDontMatch, w, r))
            }
            (Shape::Enum(_), Shape::Enum(_)) => self.add(Action::Enum(w, r)),
            (Shape::Primitive(a), Shape::Primitive(b)) if a == b || a.promotes_to(*b) => {
                self.add(Action::Read(1))
            }
            (_, Shape::Union(branches)) => match self.branch(w, branches)? {
                Some(branch) => {
                    let chosen = self.of(w, branch)?;
                    self.add(Action::ReaderUnion(chosen))
                }
                None => self.add(Action::Error(Kind::NoMatchingBranch, w, r)),
            },
            _ => self.add(Action::Error(Kind::IncompatibleSchemaTypes, w, r)),
        };
        self.budget.leave();
        Ok(action)
    }

    fn writer_union(&mut self, w: Id, r: Id, branches: &[Id]) -> Resolved<ActionId> {
        let mut seen = HashMap::new();
        let same = self.equivalent(w, r, &mut seen)?;
        // A difference is one for good; sameness was taken for granted in circles.
        self.same
            .extend(seen.into_iter().filter(|(_, pair)| same || !pair));
        if same {
            // What each branch comes to is not looked at any more, and cannot be an error.
            return Ok(self.add(Action::SameUnion(r)));
        }
        let mut actions = Vec::with_capacity(branches.len());
        for branch in branches {
            actions.push(self.of(*branch, r)?);
        }
        Ok(self.add(Action::WriterUnion(actions)))
    }

    fn record(&mut self, w: Id, r: Id) -> Resolved<ActionId> {
        if let Some(known) = self.records.get(&(w, r)) {
            return Ok(*known);
        }
        let (Shape::Record(writer), Shape::Record(reader)) =
            (self.writer.shape(w), self.reader.shape(r))
        else {
            return Ok(self.add(Action::Error(Kind::IncompatibleSchemaTypes, w, r)));
        };
        let id = self.add(Action::Record(Adjust {
            reader: r,
            fields: Vec::with_capacity(writer.fields.len()),
            defaults: Vec::new(),
            complete: false,
        }));
        self.records.insert((w, r), id);
        for field in &writer.fields {
            self.budget.step()?;
            let (action, target) = match reader.index.get(&field.name) {
                Some(&at) => {
                    let ty = reader.fields.get(at).map_or(r, |f| f.ty);
                    (self.of(field.ty, ty)?, Some(at))
                }
                None => (self.add(Action::Skip(field.ty)), None),
            };
            if let Some(Action::Record(adjust)) = self.actions.get_mut(id.0) {
                adjust.fields.push((action, target));
            }
        }
        match self.defaults(writer, reader)? {
            Some(defaults) => {
                if let Some(Action::Record(adjust)) = self.actions.get_mut(id.0) {
                    adjust.defaults = defaults;
                    adjust.complete = true;
                }
                Ok(id)
            }
            None => {
                let error = self.add(Action::Error(Kind::MissingRequiredField, w, r));
                self.records.insert((w, r), error);
                Ok(error)
            }
        }
    }

    /// The types of the reader's fields that the writer does not have. None: one of them has no default.
    fn defaults(&mut self, writer: &Record, reader: &Record) -> Resolved<Option<Vec<Id>>> {
        let mut types = Vec::new();
        for field in &reader.fields {
            self.budget.step()?;
            if writer.index.contains_key(&field.name) {
                continue;
            }
            let Some(value) = &field.default else {
                return Ok(None);
            };
            // Null for a union that starts with null, or for null itself, is taken as it is, and written
            // without fail.
            if !encodes(self.reader, field.ty, value, self.budget)? {
                return Err(Stop::Throws(Thrown::ReaderDefault {
                    record: reader.name.full(),
                    field: field.name.clone(),
                }));
            }
            types.push(field.ty);
        }
        Ok(Some(types))
    }

    /// The branch of the reader's union that a type of the writer is read as.
    fn branch(&mut self, w: Id, branches: &[Id]) -> Resolved<Option<Id>> {
        let writer = self.writer.shape(w);
        let mut by_structure: Option<Id> = None;
        for branch in branches {
            self.budget.step()?;
            let reader = self.reader.shape(*branch);
            if !writer.same_type(reader) {
                continue;
            }
            let (Some(name), Some(other)) = (writer.name(), reader.name()) else {
                return Ok(Some(*branch));
            };
            if name == other {
                return Ok(Some(*branch));
            }
            if matches!(writer, Shape::Record(_)) {
                let (actions, records) = (self.actions.len(), self.records.len());
                let action = self.record(w, *branch)?;
                let fails = self.fails_at_once(action);
                let better = by_structure.is_none() || name.name == other.name;
                if better && !fails {
                    by_structure = Some(*branch);
                }
                // Most branches of a large union are tried in vain. Nothing refers to what came of one, unless there are
                // records inside.
                if fails && self.records.len() == records + 1 && action.0 >= actions {
                    self.records.remove(&(w, *branch));
                    self.actions.truncate(actions);
                }
            }
        }
        if by_structure.is_some() {
            return Ok(by_structure);
        }
        let Shape::Primitive(from) = writer else {
            return Ok(None);
        };
        let promoted = branches
            .iter()
            .find(|branch| match self.reader.shape(**branch) {
                Shape::Primitive(to) => *from != Primitive::Null && from.promotes_to(*to),
                _ => false,
            });
        Ok(promoted.copied())
    }

    /// Whether the action on a record is an error, or one of its fields is; deeper ones are not looked for.
    fn fails_at_once(&self, action: ActionId) -> bool {
        let error = |id: ActionId| matches!(self.actions.get(id.0), Some(Action::Error(..)));
        match self.actions.get(action.0) {
            Some(Action::Record(adjust)) => adjust.fields.iter().any(|(id, _)| error(*id)),
            _ => error(action),
        }
    }

    /// Whether two types are the same to a union: names without their namespaces, fields and symbols in
    /// order.
    fn equivalent(&mut self, w: Id, r: Id, seen: &mut HashMap<(Id, Id), bool>) -> Resolved<bool> {
        let (writer, reader) = (self.writer.shape(w), self.reader.shape(r));
        let names = (writer.name(), reader.name());
        let named_alike = !matches!(names, (Some(a), Some(b)) if a.name != b.name);
        if !writer.same_type(reader) || !named_alike {
            return Ok(false);
        }
        self.budget.enter()?;
        let same = match (writer, reader) {
            (Shape::Array(a), Shape::Array(b)) | (Shape::Map(a), Shape::Map(b)) => {
                self.equivalent(*a, *b, seen)?
            }
            (Shape::Fixed(a), Shape::Fixed(b)) => a.size == b.size,
            (Shape::Enum(a), Shape::Enum(b)) => a.symbols == b.symbols,
            (Shape::Union(a), Shape::Union(b)) => {
                let mut same = a.len() == b.len();
                for (a, b) in a.iter().zip(b) {
                    same = same && self.equivalent(*a, *b, seen)?;
                }
                same
            }
            (Shape::Record(a), Shape::Record(b)) => {
                match self.same.get(&(w, r)).or(seen.get(&(w, r))) {
                    Some(known) => *known,
                    None => {
                        seen.insert((w, r), true);
                        let mut same = a.fields.len() == b.fields.len();
                        for (a, b) in a.fields.iter().zip(&b.fields) {
                            same = same && a.name == b.name && self.equivalent(a.ty, b.ty, seen)?;
                        }
                        if !same {
                            seen.insert((w, r), false);
                        }
                        // A record inside may have settled it meanwhile.
                        seen.get(&(w, r)).copied().unwrap_or(same)
                    }
                }
            }
            _ => true,
        };
        self.budget.leave();
        Ok(same)
    }
}
