//! The writer's schema with the names that the reader has for its types and fields: Java's
//! `Schema.applyAliases`.

use std::borrow::Cow;
use std::collections::HashMap;

use tg_schema_model::avro::Name;

use super::{Resolved, Stop, Thrown};
use crate::engine::avro::{Check, Equality, Field, Graph, Id, Node, Record, Shape, is_valid};
use crate::engine::stack::{Budget, TooLarge};

/// The writer's graph, renamed. Types that no alias touches may be the originals or copies of them, as in
/// Java: what was compared before is known by its identity.
pub(super) fn apply<'w>(
    writer: &'w Graph,
    reader: &Graph,
    budget: &mut Budget,
) -> Resolved<Cow<'w, Graph>> {
    if !reader.has_aliases()
        || Equality::new(writer, reader).of(writer.root, reader.root, budget)?
    {
        return Ok(Cow::Borrowed(writer));
    }
    let aliases = Aliases::of(reader, Some(1), budget)?;
    if aliases.types.is_empty() && aliases.fields.is_empty() {
        return Ok(Cow::Borrowed(writer));
    }
    let mut renaming = Renaming {
        graph: writer.clone(),
        aliases,
        copies: HashMap::new(),
        budget,
    };
    renaming.graph.root = renaming.of(writer.root)?;
    Ok(Cow::Owned(renaming.graph))
}

/// The same for messages, and how often names were replaced: what reads data applies aliases, and what resolves the two schemas
/// for it applies them again; each where these are not equal to it.
pub(super) fn apply_to_read<'w>(
    writer: &'w Graph,
    reader: &Graph,
    budget: &mut Budget,
) -> Resolved<(Cow<'w, Graph>, u8)> {
    let once = match apply(writer, reader, budget)? {
        Cow::Borrowed(writer) => return Ok((Cow::Borrowed(writer), 0)),
        Cow::Owned(once) => once,
    };
    let twice = match apply(&once, reader, budget)? {
        Cow::Borrowed(_) => None,
        Cow::Owned(twice) => Some(twice),
    };
    Ok(match twice {
        None => (Cow::Owned(once), 1),
        Some(twice) => (Cow::Owned(twice), 2),
    })
}

/// What the reader calls what others call otherwise.
#[derive(Default)]
pub(crate) struct Aliases {
    /// How often they are applied, one time after another.
    times: u8,
    /// Whether Avro's library for Java throws where it applies them, so that they count for others alone.
    pub(crate) throws: bool,
    types: HashMap<Name, Name>,
    /// By the name of the record, and again by each of its aliases: one of `lists`. Two records of which one
    /// is an alias of the other share a list, as in Java.
    fields: HashMap<Name, usize>,
    lists: Vec<HashMap<String, String>>,
}

enum Task {
    Visit(Id),
    Field(Id, usize),
    Finish(Id),
}

impl Aliases {
    pub(crate) fn of(
        reader: &Graph,
        times: Option<u8>,
        budget: &mut Budget,
    ) -> Result<Self, TooLarge> {
        let mut aliases = Aliases {
            times: times.unwrap_or(1),
            throws: times.is_none(),
            ..Aliases::default()
        };
        if aliases.times > 0 {
            aliases.collect(reader, budget)?;
        }
        Ok(aliases)
    }

    fn collect(&mut self, reader: &Graph, budget: &mut Budget) -> Result<(), TooLarge> {
        let mut seen = std::collections::HashSet::new();
        let mut open = vec![Task::Visit(reader.root)];
        while let Some(task) = open.pop() {
            budget.step()?;
            match task {
                Task::Visit(id) => {
                    let shape = reader.shape(id);
                    if let Some(name) = shape.name() {
                        let types = shape.aliases().iter();
                        self.types.extend(types.map(|a| (a.clone(), name.clone())));
                    }
                    match shape {
                        Shape::Record(record) if seen.insert(id) => {
                            open.push(Task::Finish(id));
                            open.extend(
                                (0..record.fields.len()).rev().map(|at| Task::Field(id, at)),
                            );
                        }
                        Shape::Record(_) => {}
                        _ => open.extend(reader.parts(id).into_iter().rev().map(Task::Visit)),
                    }
                }
                Task::Field(id, at) => {
                    let Shape::Record(record) = reader.shape(id) else {
                        continue;
                    };
                    let Some(field) = record.fields.get(at) else {
                        continue;
                    };
                    if !field.aliases.is_empty() {
                        let next = self.lists.len();
                        let list = *self.fields.entry(record.name.clone()).or_insert(next);
                        if list == next {
                            self.lists.push(HashMap::new());
                        }
                        let names = field.aliases.iter();
                        self.lists[list].extend(names.map(|a| (a.clone(), field.name.clone())));
                    }
                    open.push(Task::Visit(field.ty));
                }
                Task::Finish(id) => self.finish(reader.shape(id)),
            }
        }
        Ok(())
    }

    /// Fields of the record under its former names too.
    fn finish(&mut self, shape: &Shape) {
        let Shape::Record(record) = shape else { return };
        if let Some(&list) = self.fields.get(&record.name) {
            for alias in &record.aliases {
                self.fields.insert(alias.clone(), list);
            }
        }
    }

    /// What the reader calls a type of the writer's, whatever kind of type each of them is.
    pub(crate) fn name<'n>(&'n self, of: &'n Name) -> &'n Name {
        (0..self.times).fold(of, |name, _| self.types.get(name).unwrap_or(name))
    }

    /// What it calls a field of a record of the writer's.
    pub(crate) fn field<'n>(&'n self, record: &'n Name, field: &'n str) -> &'n str {
        let (mut record, mut called) = (record, field);
        for _ in 0..self.times {
            record = self.types.get(record).unwrap_or(record);
            let list = self.fields.get(record);
            let names = list.and_then(|list| self.lists.get(*list));
            called = names
                .and_then(|names| names.get(called))
                .map_or(called, String::as_str);
        }
        called
    }
}

struct Renaming<'b> {
    /// The writer's types, and behind them the copies.
    graph: Graph,
    aliases: Aliases,
    copies: HashMap<Id, Id>,
    budget: &'b mut Budget,
}

impl Renaming<'_> {
    fn add(&mut self, shape: Shape, like: Id) -> Id {
        let id = Id(self.graph.nodes.len());
        let properties = self.graph.node(like).properties.clone();
        self.graph.nodes.push(Node { shape, properties });
        id
    }

    fn of(&mut self, id: Id) -> Resolved<Id> {
        self.budget.enter()?;
        let renamed = match self.graph.shape(id).clone() {
            Shape::Record(record) => match self.copies.get(&id) {
                Some(copy) => *copy,
                None => self.record(id, record)?,
            },
            Shape::Enum(mut e) => match self.aliases.types.get(&e.name) {
                Some(name) => {
                    e.name = name.clone();
                    self.add(Shape::Enum(e), id)
                }
                None => id,
            },
            Shape::Fixed(mut f) => match self.aliases.types.get(&f.name) {
                Some(name) => {
                    f.name = name.clone();
                    self.add(Shape::Fixed(f), id)
                }
                None => id,
            },
            Shape::Array(part) => self.container(id, part, Shape::Array)?,
            Shape::Map(part) => self.container(id, part, Shape::Map)?,
            Shape::Union(branches) => self.union(id, &branches)?,
            Shape::Primitive(_) | Shape::Unresolved(_) => id,
        };
        self.budget.leave();
        Ok(renamed)
    }

    /// The same array or map where its part comes out equal.
    fn container(&mut self, id: Id, part: Id, shape: fn(Id) -> Shape) -> Resolved<Id> {
        let renamed = self.of(part)?;
        let equal = Equality::new(&self.graph, &self.graph).of(renamed, part, self.budget)?;
        Ok(match equal {
            true => id,
            false => self.add(shape(renamed), id),
        })
    }

    fn union(&mut self, id: Id, branches: &[Id]) -> Resolved<Id> {
        let mut renamed = Vec::with_capacity(branches.len());
        let mut seen = std::collections::HashSet::new();
        for branch in branches {
            let branch = self.of(*branch)?;
            renamed.push(branch);
        }
        for branch in &renamed {
            let label = self.graph.shape(*branch).label();
            if seen.contains(&label) {
                return Err(Stop::Throws(Thrown::AmbiguousBranch { name: label }));
            }
            seen.insert(label);
        }
        Ok(self.add(Shape::Union(renamed), id))
    }

    fn record(&mut self, id: Id, record: Record) -> Resolved<Id> {
        let name = self.aliases.name(&record.name).clone();
        let empty = Record {
            name: name.clone(),
            aliases: Vec::new(),
            fields: Vec::new(),
            index: HashMap::new(),
            aliased: false,
            open: true,
        };
        let copy = self.add(Shape::Record(empty), id);
        self.copies.insert(id, copy);
        let mut fields: Vec<Field> = Vec::with_capacity(record.fields.len());
        for field in record.fields {
            self.budget.step()?;
            let ty = self.of(field.ty)?;
            if let Some(default) = &field.default
                && is_valid(&self.graph, ty, Some(default), self.budget)? != Check::Valid
            {
                return Err(Stop::Throws(Thrown::WriterDefault {
                    record: record.name.full(),
                    field: field.name,
                }));
            }
            fields.push(Field {
                name: self.aliases.field(&record.name, &field.name).to_owned(),
                ty,
                ..field
            });
        }
        let mut index = HashMap::with_capacity(fields.len());
        for (at, field) in fields.iter().enumerate() {
            if index.insert(field.name.clone(), at).is_some() {
                return Err(Stop::Throws(Thrown::AmbiguousField {
                    record: name.full(),
                    field: field.name.clone(),
                }));
            }
        }
        if let Some(Shape::Record(made)) = self.graph.nodes.get_mut(copy.0).map(|n| &mut n.shape) {
            made.fields = fields;
            made.index = index;
            made.open = false;
        }
        Ok(copy)
    }
}
