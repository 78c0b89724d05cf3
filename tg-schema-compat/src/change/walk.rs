//! The walk through two versions of a message.

use std::collections::HashSet;

use tg_schema_model::{Field, Type};

use super::past::Past;
use super::{
    Both, Change, EnumSide, FieldSide, Index, MessagePair, RecordSide, Spot, TypeSide, What,
};
use crate::engine::avro::{self, Enum, Equality, Graph, Id, Record, Refusal, Shape};
use crate::engine::stack::{self, Budget, TooLarge};
use crate::loss::pairing;
use crate::report::Ways;
use crate::version::{Message, Version};

/// Things that two versions have in common or not, of one message.
const MAX_LISTED: usize = 200_000;

/// One version, ready to be walked.
#[derive(Clone, Copy)]
pub(crate) struct Walked<'v> {
    pub version: &'v Version,
    pub message: &'v Message,
    pub index: &'v Index,
    pub graph: &'v Graph,
    /// Why registries cannot read the text; the types are those of the definition then.
    pub refusal: Option<&'v Refusal>,
}

/// Everything that two versions of a message have in common or not. The past of the message tells fields apart that
/// might be one under two names.
pub(crate) fn between<'v>(
    old: Walked<'v>,
    new: Walked<'v>,
    past: &'v Past<'v>,
) -> Result<Vec<Change<'v>>, TooLarge> {
    stack::walk(|budget| {
        let mut walk = Walk {
            old,
            new,
            past,
            seen: HashSet::new(),
            found: Vec::new(),
            path: String::new(),
            read: Ways::FULL,
            later: Vec::new(),
            budget,
        };
        walk.message()?;
        while let Some(later) = walk.later.pop() {
            walk.path = later.path;
            walk.read = later.read;
            walk.pair(later.pair.0, later.pair.1, &later.at)?;
        }
        match walk.found.len() {
            0..MAX_LISTED => Ok(walk.found),
            _ => Err(TooLarge::Long),
        }
    })
}

struct Walk<'v, 'b> {
    old: Walked<'v>,
    new: Walked<'v>,
    past: &'v Past<'v>,
    seen: HashSet<(Id, Id)>,
    found: Vec<Change<'v>>,
    path: String,
    /// Whether readers get what is at the path.
    read: Ways,
    /// What not all readers get. What is inside is told where all get it, if it is anywhere else too.
    later: Vec<Later<'v>>,
    budget: &'b mut Budget,
}

/// Two types that are looked at when all others were.
struct Later<'v> {
    path: String,
    read: Ways,
    pair: (Id, Id),
    at: At<'v>,
}

/// Where the walk is in both versions.
#[derive(Clone)]
struct At<'v> {
    fields: Option<Both<FieldSide<'v>>>,
    inside: String,
}

type Step = Result<(), TooLarge>;

impl<'v> Walk<'v, '_> {
    fn emit(&mut self, what: What<'v>, old: Option<Spot>, new: Option<Spot>) {
        if self.found.len() < MAX_LISTED {
            self.found.push(Change {
                what,
                path: self.path.clone(),
                former: self.path.clone(),
                may_be: Vec::new(),
                read: self.read,
                messages: Both {
                    old: Some(self.old.message),
                    new: Some(self.new.message),
                },
                old,
                new,
            });
        }
    }

    /// The name that the change just emitted had in the old version; the path goes on behind `len`.
    fn called(&mut self, len: usize, name: &str) {
        if let Some(change) = self.found.last_mut().filter(|c| c.path == self.path) {
            change.former.truncate(len);
            if len > 0 {
                change.former.push('.');
            }
            change.former.push_str(name);
        }
    }

    fn message(&mut self) -> Step {
        let pair = MessagePair {
            versions: Both {
                old: self.old.version,
                new: self.new.version,
            },
            messages: Both {
                old: self.old.message,
                new: self.new.message,
            },
        };
        let (old, new) = (
            root(self.old.graph, self.old.message),
            root(self.new.graph, self.new.message),
        );
        self.emit(What::Message(pair), Some(old), Some(new));
        let old = (self.old.version, self.old.message);
        for topic in What::topics(old, (self.new.version, self.new.message)) {
            self.emit(topic, None, None);
        }
        let at = At {
            fields: None,
            inside: String::new(),
        };
        self.pair(self.old.graph.root, self.new.graph.root, &at)
    }

    /// Two types at one place.
    fn pair(&mut self, old: Id, new: Id, at: &At<'v>) -> Step {
        self.budget.enter()?;
        let (old_graph, new_graph) = (self.old.graph, self.new.graph);
        let (old_nullable, old_branches) = old_graph.branches(old);
        let (new_nullable, new_branches) = new_graph.branches(new);
        let side =
            |graph: &'v Graph, id: Id, nullable: bool, field: Option<FieldSide<'v>>| TypeSide {
                field,
                graph,
                id,
                nullable,
                is_whole: at.inside.is_empty(),
            };
        let old_side = |id| {
            side(
                old_graph,
                id,
                old_nullable,
                at.fields.as_ref().map(|f| f.old),
            )
        };
        let new_side = |id| {
            side(
                new_graph,
                id,
                new_nullable,
                at.fields.as_ref().map(|f| f.new),
            )
        };
        let spots = self.spots(at);
        match (old_branches.as_slice(), new_branches.as_slice()) {
            (&[a], &[b]) => {
                let both = Both {
                    old: old_side(a),
                    new: new_side(b),
                };
                self.emit(What::Type(both), spots.0, spots.1);
                self.parts(a, b, at)?;
            }
            (a, b) => {
                let pairs = pairing::branches(old_graph, a, new_graph, b, self.budget)?;
                let whole = Both {
                    old: old_side(old),
                    new: new_side(new),
                };
                self.emit(What::Type(whole), spots.0.clone(), spots.1.clone());
                for id in a.iter().filter(|id| !pairs.iter().any(|p| p.0 == **id)) {
                    let what = What::BranchRemoved(old_side(*id));
                    self.emit(what, spots.0.clone(), spots.1.clone());
                }
                for id in b.iter().filter(|id| !pairs.iter().any(|p| p.1 == **id)) {
                    let what = What::BranchAdded(new_side(*id));
                    self.emit(what, spots.0.clone(), spots.1.clone());
                }
                for (a, b, ways) in pairs {
                    // Null beside it, and what stands for nothing, are a matter of the whole.
                    let branch = |side: TypeSide<'v>| TypeSide {
                        nullable: false,
                        is_whole: false,
                        ..side
                    };
                    let both = Both {
                        old: branch(old_side(a)),
                        new: branch(new_side(b)),
                    };
                    let read = self.read;
                    self.read = read.and(ways);
                    self.emit(What::Type(both), spots.0.clone(), spots.1.clone());
                    self.read = read;
                    self.parts(a, b, at)?;
                }
            }
        }
        self.budget.leave();
        Ok(())
    }

    fn spots(&self, at: &At<'v>) -> (Option<Spot>, Option<Spot>) {
        let spot = |side: &FieldSide<'v>| Spot {
            inside: at.inside.clone(),
            ..Spot::field(&side.record.owner(), &side.field.name)
        };
        match &at.fields {
            Some(fields) => (Some(spot(&fields.old)), Some(spot(&fields.new))),
            None => {
                let inside = |spot: Spot| Spot {
                    inside: at.inside.clone(),
                    ..spot
                };
                (
                    Some(inside(root(self.old.graph, self.old.message))),
                    Some(inside(root(self.new.graph, self.new.message))),
                )
            }
        }
    }

    fn inside(&mut self, part: &str, old: Id, new: Id, at: &At<'v>) -> Step {
        let len = self.path.len();
        self.path.push_str(part);
        let at = At {
            inside: format!("{}{part}", at.inside),
            ..at.clone()
        };
        self.pair(old, new, &at)?;
        self.path.truncate(len);
        Ok(())
    }

    /// What is inside two types that belong together.
    fn parts(&mut self, old: Id, new: Id, at: &At<'v>) -> Step {
        let fields = at.fields.as_ref();
        match (self.old.graph.shape(old), self.new.graph.shape(new)) {
            (Shape::Array(a), Shape::Array(b)) => self.inside("[]", *a, *b, at),
            (Shape::Map(a), Shape::Map(b)) => self.inside("{}", *a, *b, at),
            (Shape::Record(a), Shape::Record(b)) if self.seen.insert((old, new)) => {
                let is_root = old == self.old.graph.root && new == self.new.graph.root;
                let (before, after) = (fields.map(|f| f.old), fields.map(|f| f.new));
                let old = side(self.old, a, held(self.old, before), is_root);
                let new = side(self.new, b, held(self.new, after), is_root);
                self.record(old, new)
            }
            (Shape::Enum(a), Shape::Enum(b)) if self.seen.insert((old, new)) => {
                let (before, after) = (fields.map(|f| f.old), fields.map(|f| f.new));
                let old = enumeration(self.old, a, before);
                let new = enumeration(self.new, b, after);
                let spot = |side: &EnumSide<'_>| Some(Spot::field(&side.owner(), ""));
                let (was, is) = (spot(&old), spot(&new));
                self.emit(What::Enum(Both { old, new }), was, is);
                Ok(())
            }
            (Shape::Fixed(a), Shape::Fixed(b)) => {
                let both = Both {
                    old: (self.old.graph, a),
                    new: (self.new.graph, b),
                };
                let (old, new) = self.spots(at);
                self.emit(What::Fixed(both), old, new);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn record(&mut self, old: RecordSide<'v>, new: RecordSide<'v>) -> Step {
        let (a, b) = (old.record, new.record);
        let spot = |side: RecordSide<'_>| Some(Spot::field(&side.owner(), ""));
        self.emit(What::Record(Both { old, new }), spot(old), spot(new));
        let pairing::Fields { pairs, gone, added } = pairing::fields(
            (a, &|field| aliases(old, field)),
            (b, &|field| aliases(new, field)),
            self.budget,
        )?;
        let pairing::Renames {
            pairs: renames,
            open,
        } = self.renames((old, &gone), (new, &added))?;
        let place = |field: &avro::Field| b.place(&field.name);
        // In the order of the new definition; what is gone comes last.
        let mut steps: Vec<(usize, Step2<'v>)> = Vec::new();
        for (field, other) in pairs {
            steps.push((
                place(other).unwrap_or(usize::MAX),
                Step2::Both(field, other),
            ));
        }
        for (at, field) in added.iter().enumerate() {
            let rename = renames.iter().find(|r| r.added == at);
            let former = rename.and_then(|r| Some((*gone.get(r.gone)?, r.likeness)));
            let step = match former {
                Some((former, likeness)) => Step2::Renamed(former, field, likeness),
                None => Step2::Added(field),
            };
            steps.push((place(field).unwrap_or(usize::MAX), step));
        }
        for (at, field) in gone.iter().enumerate() {
            if !renames.iter().any(|r| r.gone == at) {
                let may_be = open.iter().filter(|r| r.gone == at);
                let may_be = may_be.filter_map(|r| Some(added.get(r.added)?.name.as_str()));
                steps.push((usize::MAX, Step2::Removed(field, may_be.collect())));
            }
        }
        steps.sort_by_key(|(at, _)| *at);
        for (_, step) in steps {
            self.step(old, new, step)?;
        }
        Ok(())
    }

    /// Which fields may have been renamed.
    fn renames(
        &mut self,
        (old, gone): (RecordSide<'v>, &[&avro::Field]),
        (new, added): (RecordSide<'v>, &[&avro::Field]),
    ) -> Result<pairing::Renames, TooLarge> {
        let reserved = |side: RecordSide<'v>| -> HashSet<&str> {
            let names = side.defined.map_or(&[][..], |record| &record.reserved);
            names.iter().map(String::as_str).collect()
        };
        // What one version reserves is no field of it: somebody said so.
        let (given_up, not_yet) = (reserved(new), reserved(old));
        let (past, text) = (self.past, self.old.message.text.as_str());
        let records = (old.record, new.record);
        let apart = |was: &avro::Field, is: &avro::Field| {
            given_up.contains(was.name.as_str())
                || not_yet.contains(is.name.as_str())
                || past.tells_apart(text, records, (&was.name, &is.name))
        };
        let (old, new) = ((old.graph, gone), (new.graph, added));
        pairing::renames(old, new, &apart, self.budget)
    }

    /// The one old field whose values registries see read by a new one, although it goes on under its own name.
    fn read_by_alias(
        &mut self,
        old: RecordSide<'v>,
        field: &'v avro::Field,
    ) -> Result<Option<&'v str>, TooLarge> {
        let mut sources = field
            .aliases
            .iter()
            .filter_map(|name| old.record.field(name));
        let (Some(source), None) = (sources.next(), sources.next()) else {
            return Ok(None);
        };
        let (old, new) = (self.old.graph, self.new.graph);
        let is_read = match (old.shape(source.ty), new.shape(field.ty)) {
            (Shape::Primitive(from), Shape::Primitive(to)) => from == to || from.promotes_to(*to),
            _ => Equality::new(old, new).of(source.ty, field.ty, self.budget)?,
        };
        Ok(is_read.then_some(source.name.as_str()))
    }

    fn step(&mut self, old: RecordSide<'v>, new: RecordSide<'v>, step: Step2<'v>) -> Step {
        let len = self.path.len();
        let name = match &step {
            Step2::Removed(field, _) => &field.name,
            Step2::Both(_, field) | Step2::Added(field) | Step2::Renamed(_, field, _) => {
                &field.name
            }
        };
        if !self.path.is_empty() {
            self.path.push('.');
        }
        self.path.push_str(name);
        let spot = |side: RecordSide<'v>, field: &avro::Field| {
            Some(Spot::field(&side.owner(), &field.name))
        };
        match step {
            Step2::Added(field) => {
                self.emit(What::Added(of(new, field)), None, spot(new, field));
                let read = self.read_by_alias(old, field)?;
                if let Some(change) = self.found.last_mut() {
                    change.may_be.extend(read);
                }
            }
            Step2::Removed(field, may_be) => {
                self.emit(What::Removed(of(old, field)), spot(old, field), None);
                if let Some(change) = self.found.last_mut() {
                    change.may_be = may_be;
                }
            }
            Step2::Renamed(was, is, likeness) => {
                let fields = Both {
                    old: of(old, was),
                    new: of(new, is),
                };
                let what = What::Renamed { fields, likeness };
                self.emit(what, spot(old, was), spot(new, is));
                self.called(len, &was.name);
            }
            Step2::Both(was, is) => {
                let fields = Both {
                    old: of(old, was),
                    new: of(new, is),
                };
                self.emit(What::Field(fields.clone()), spot(old, was), spot(new, is));
                self.called(len, &was.name);
                let knows = |reader: &FieldSide<'_>, name: &String| {
                    let defined = reader.defined.is_some_and(|f| f.aliases.contains(name));
                    reader.field.name == *name || reader.field.aliases.contains(name) || defined
                };
                let read = self.read.and(Ways {
                    backward: knows(&fields.new, &was.name),
                    forward: knows(&fields.old, &is.name),
                });
                let at = At {
                    fields: Some(fields),
                    inside: String::new(),
                };
                if read == self.read {
                    self.pair(was.ty, is.ty, &at)?;
                } else {
                    self.later.push(Later {
                        path: self.path.clone(),
                        read,
                        pair: (was.ty, is.ty),
                        at,
                    });
                }
            }
        }
        self.path.truncate(len);
        Ok(())
    }
}

enum Step2<'v> {
    Both(&'v avro::Field, &'v avro::Field),
    Added(&'v avro::Field),
    /// With the names of the new fields of its type.
    Removed(&'v avro::Field, Vec<&'v str>),
    Renamed(&'v avro::Field, &'v avro::Field, u8),
}

fn root(graph: &Graph, message: &Message) -> Spot {
    let name = graph.shape(graph.root).name();
    let name = name.map_or_else(|| message.name.clone(), |name| name.full());
    Spot::field(&name, "")
}

/// The type that a field holds, as its definition has it; that of the message where there is no field.
pub(super) fn held<'v>(walked: Walked<'v>, field: Option<FieldSide<'v>>) -> Option<Type> {
    match field {
        Some(field) => Some(field.defined?.ty.leaf().clone()),
        None => walked.message.record.map(Type::Record),
    }
}

pub(super) fn side<'v>(
    walked: Walked<'v>,
    record: &'v Record,
    held: Option<Type>,
    is_root: bool,
) -> RecordSide<'v> {
    // A text may give a name another namespace than the definition does, that of what is around it.
    let id = match held {
        Some(Type::Record(id)) => Some(id),
        _ => walked.index.record(&record.name.full()),
    };
    RecordSide {
        graph: walked.graph,
        record,
        defined: id.and_then(|id| walked.version.schema.records.get(id.0)),
        schema: &walked.version.schema,
        without_modules: walked.version.without_modules,
        is_root,
    }
}

fn enumeration<'v>(
    walked: Walked<'v>,
    definition: &'v Enum,
    field: Option<FieldSide<'v>>,
) -> EnumSide<'v> {
    let id = match held(walked, field) {
        Some(Type::Enum(id)) => Some(id),
        _ => walked.index.enumeration(&definition.name.full()),
    };
    EnumSide {
        field,
        definition,
        defined: id.and_then(|id| walked.version.schema.enums.get(id.0)),
    }
}

pub(super) fn of<'v>(record: RecordSide<'v>, field: &'v avro::Field) -> FieldSide<'v> {
    let defined: Option<&'v Field> = record.defined.and_then(|defined| {
        // Both are in one order as a rule.
        let beside = defined.fields.get(record.record.place(&field.name)?);
        let found = beside.filter(|f| f.name == field.name);
        found.or_else(|| defined.fields.iter().find(|f| f.name == field.name))
    });
    FieldSide {
        record,
        field,
        defined,
    }
}

/// The former names of a field: those that registries know, else those of the definition.
fn aliases<'v>(side: RecordSide<'v>, field: &'v avro::Field) -> &'v [String] {
    match field.aliases.as_slice() {
        [] => of(side, field)
            .defined
            .map_or(&[], |f| f.aliases.as_slice()),
        known => known,
    }
}
