//! What a change drops or alters although readers accept it: no registry speaks of these.
//!
//! Facts are found by comparing the two versions field by field. Whether one counts depends on whether anybody
//! reads across the change at all: a field that was removed is no loss where the new reader refuses old
//! messages anyway. Who asks knows that, see [`Loss::counts`].
//!
//! ```
//! use tg_schema_compat::engine::avro::{Defaults, Graph};
//! use tg_schema_compat::loss::{Kind, between};
//!
//! let graph = |field: &str| {
//!     let text = format!(
//!         r#"{{"type": "record", "name": "R", "fields":
//!             [{{"name": "{field}", "type": ["null", "string"], "default": null}}]}}"#
//!     );
//!     Graph::parse(&text, Defaults::Checked).unwrap()
//! };
//! let losses = between(&graph("vectors"), &graph("vector")).unwrap();
//! assert!(losses.iter().any(|loss| loss.kind == Kind::RenameSuspected));
//! ```

mod alias;
mod kind;
pub(crate) mod name;
pub(crate) mod pairing;

use std::collections::{HashMap, HashSet};

use tg_schema_model::avro::Kind as Primitive;

use crate::engine::avro::{Enum, Field, Graph, Id, Record, Shape, same};
use crate::engine::pulsar::{self, Aliases};
use crate::engine::stack::{self, Budget, TooLarge};
use crate::report::Ways;

pub use kind::{Alias, Branch, Direction, Kind, Loss};

/// Losses that are listed.
pub const MAX_LISTED: usize = 10_000;

/// What is lost between two versions of a schema. What definitions say of names that are gone, and what other
/// versions show of them, is not known here: where they tell two fields apart, a rename is suspected all the same.
pub fn between(old: &Graph, new: &Graph) -> Result<Vec<Loss>, TooLarge> {
    let times = [pulsar::renames(old, new)?, pulsar::renames(new, old)?];
    stack::walk(|budget| {
        let aliases = [
            Aliases::of(old, times[0], budget)?,
            Aliases::of(new, times[1], budget)?,
        ];
        let mut comparison = Comparison {
            old,
            new,
            seen: HashMap::new(),
            found: Vec::new(),
            path: String::new(),
            read: Ways::FULL,
            branch: None,
            alias: None,
            later: Vec::new(),
            aliases,
            budget,
        };
        comparison.pair(old.root, new.root)?;
        while let Some(later) = comparison.later.pop() {
            comparison.path = later.path;
            comparison.read = later.read;
            comparison.branch = later.branch;
            comparison.alias = later.alias;
            comparison.pair(later.old, later.new)?;
        }
        Ok(comparison.found)
    })
}

struct Comparison<'g, 'b> {
    old: &'g Graph,
    new: &'g Graph,
    /// Pairs of types that were looked at, for readers of which directions.
    seen: HashMap<(Id, Id), Ways>,
    found: Vec<Loss>,
    path: String,
    /// Whether readers get what is at the path.
    read: Ways,
    /// The branch that it is in, where readers take that for another one.
    branch: Option<Branch>,
    /// The alias by which readers get it, where it belongs to another field too.
    alias: Option<Alias>,
    /// What not all readers get, for when all else was looked at.
    later: Vec<Later>,
    /// What readers of the old and of the new version call types and fields of others.
    aliases: [Aliases; 2],
    budget: &'b mut Budget,
}

/// Two types that are looked at later.
struct Later {
    path: String,
    read: Ways,
    branch: Option<Branch>,
    alias: Option<Alias>,
    old: Id,
    new: Id,
}

type Step = Result<(), TooLarge>;

/// A version, and branches of a union there.
type Side<'s> = (&'s Graph, &'s [Id]);

/// A field, and the record that it is in.
type Of<'s> = (&'s Record, &'s Field);

/// A type in a version.
type Node<'s> = (&'s Graph, Id);

/// Whether one is bytes and the other text.
fn is_other((of, from): Node<'_>, (in_, to): Node<'_>) -> bool {
    matches!(
        (of.shape(from), in_.shape(to)),
        (
            Shape::Primitive(Primitive::Bytes),
            Shape::Primitive(Primitive::String)
        ) | (
            Shape::Primitive(Primitive::String),
            Shape::Primitive(Primitive::Bytes)
        )
    )
}

impl<'g> Comparison<'g, '_> {
    fn find(
        &mut self,
        kind: Kind,
        direction: Direction,
        old: impl Into<String>,
        new: impl Into<String>,
    ) {
        #[cfg(test)]
        if kind.is_loss() && crate::planted::is(crate::planted::Mistake::Loss(kind, direction)) {
            return;
        }
        // It refuses every message, which is told by itself.
        let unread = kind.is_of_java() && self.aliases(direction).throws;
        if self.read.get(direction) && !unread && self.found.len() < MAX_LISTED {
            self.found.push(Loss {
                kind,
                direction,
                path: self.path.clone(),
                old: old.into(),
                new: new.into(),
                likeness: 0,
                branch: self.branch.clone(),
                alias: self.alias.clone(),
            });
        }
    }

    fn inside(&mut self, part: &str, old: Id, new: Id) -> Step {
        let len = self.path.len();
        self.path.push_str(part);
        self.pair(old, new)?;
        self.path.truncate(len);
        Ok(())
    }

    fn pair(&mut self, old: Id, new: Id) -> Step {
        self.budget.enter()?;
        match (self.old.shape(old), self.new.shape(new)) {
            (Shape::Record(a), Shape::Record(b)) => {
                if let Some(unseen) = self.unseen((old, new)) {
                    let read = std::mem::replace(&mut self.read, unseen);
                    self.record(a, b)?;
                    self.read = read;
                }
            }
            (Shape::Array(a), Shape::Array(b)) => self.inside("[]", *a, *b)?,
            (Shape::Map(a), Shape::Map(b)) => self.inside("{}", *a, *b)?,
            (Shape::Union(a), Shape::Union(b)) => self.branches(a, b)?,
            (Shape::Union(a), _) => self.branches(a, &[new])?,
            (_, Shape::Union(b)) => self.branches(&[old], b)?,
            (Shape::Enum(a), Shape::Enum(b)) => {
                if let Some(unseen) = self.unseen((old, new)) {
                    let read = std::mem::replace(&mut self.read, unseen);
                    self.symbols(a, b, Direction::Backward);
                    self.symbols(b, a, Direction::Forward);
                    self.read = read;
                }
            }
            (Shape::Primitive(a), Shape::Primitive(b)) => {
                if a == b || a.promotes_to(*b) {
                    self.meaning((self.old, old), (self.new, new), Direction::Backward);
                }
                if a == b || b.promotes_to(*a) {
                    self.meaning((self.new, new), (self.old, old), Direction::Forward);
                }
                self.digits((self.old, old), *b, Direction::Backward);
                self.digits((self.new, new), *a, Direction::Forward);
            }
            (Shape::Fixed(_), Shape::Fixed(_)) => {
                self.meaning((self.old, old), (self.new, new), Direction::Backward);
                self.meaning((self.new, new), (self.old, old), Direction::Forward);
            }
            _ => {}
        }
        self.budget.leave();
        Ok(())
    }

    /// For readers of which directions two types are to be looked at, that were not for these; none where there are none.
    fn unseen(&mut self, pair: (Id, Id)) -> Option<Ways> {
        let seen = self.seen.entry(pair).or_insert(Ways::NONE);
        let unseen = Ways {
            backward: self.read.backward && !seen.backward,
            forward: self.read.forward && !seen.forward,
        };
        seen.backward |= unseen.backward;
        seen.forward |= unseen.forward;
        (unseen.backward || unseen.forward).then_some(unseen)
    }

    /// Unions, or a union and what is none. A number is read as one branch, whatever else there is beside it.
    fn branches(&mut self, old: &[Id], new: &[Id]) -> Step {
        let pairs = pairing::branches(self.old, old, self.new, new, self.budget)?;
        for (a, b, _) in &pairs {
            match (self.old.shape(*a), self.new.shape(*b)) {
                (Shape::Primitive(was), Shape::Primitive(is)) if was != is => {}
                _ => self.pair(*a, *b)?,
            }
        }
        let paired: HashSet<(Id, Id)> = pairs.iter().map(|(a, b, _)| (*a, *b)).collect();
        for direction in Direction::ALL {
            self.taken((old, new), direction, &paired)?;
        }
        self.promoted((self.old, old), (self.new, new), Direction::Backward)?;
        self.promoted((self.new, new), (self.old, old), Direction::Forward)
    }

    /// Records that readers take for another one than what became of them: of another name, by their fields.
    fn taken(
        &mut self,
        (old, new): (&[Id], &[Id]),
        direction: Direction,
        paired: &HashSet<(Id, Id)>,
    ) -> Step {
        let [by_old, by_new] = &self.aliases;
        let (reader, writer, aliases) = match direction {
            Direction::Backward => ((self.new, new), (self.old, old), by_new),
            Direction::Forward => ((self.old, old), (self.new, new), by_old),
        };
        for (written, read) in pairing::taken(reader, writer, aliases, self.budget)? {
            let (old, new) = match direction {
                Direction::Backward => (written, read),
                Direction::Forward => (read, written),
            };
            if paired.contains(&(old, new)) {
                continue;
            }
            let branch = Branch {
                union: self.path.clone(),
                name: writer.0.shape(written).label(),
            };
            self.later.push(Later {
                path: self.path.clone(),
                read: self.read.and(Ways::only(direction)),
                branch: Some(branch),
                alias: self.alias.clone(),
                old,
                new,
            });
        }
        Ok(())
    }

    /// What readers make of a writer's branches that they have under another type: the first that the type is
    /// promoted to.
    fn promoted(&mut self, writer: Side<'_>, reader: Side<'_>, direction: Direction) -> Step {
        let kinds = |(graph, branches): Side<'_>| -> Vec<(Primitive, Id)> {
            let kind = |id: &Id| match graph.shape(*id) {
                Shape::Primitive(kind) => Some((*kind, *id)),
                _ => None,
            };
            branches.iter().filter_map(kind).collect()
        };
        // A union has each of them once.
        let (written, read) = (kinds(writer), kinds(reader));
        for (from, id) in written {
            self.budget.spend(read.len())?;
            let mut others = read.iter();
            if others.clone().any(|(to, _)| from == *to) {
                continue;
            }
            if let Some((to, other)) = others.find(|(to, _)| from.promotes_to(*to)) {
                self.digits((writer.0, id), *to, direction);
                self.meaning((writer.0, id), (reader.0, *other), direction);
            } else if read.iter().any(|(to, _)| *to == Primitive::Float) {
                // In JSON a double is read as a float too.
                self.digits((writer.0, id), Primitive::Float, direction);
            }
        }
        Ok(())
    }

    /// Whether readers take a value of `from` for another one. Avro readers go by their own logical type,
    /// whatever the writer's is.
    fn meaning(&mut self, from: Node<'_>, to: Node<'_>, direction: Direction) {
        // A word that Avro does not have says nothing of the value.
        let node = |(graph, id): Node<'_>| graph.node(id).meaning();
        let differs = match (node(from), node(to)) {
            // More digits of one scale are the same numbers.
            (Some(from), Some(to)) => from.word != to.word || from.scale != to.scale,
            // A plain type has the same number or bytes; but the bytes of a number are no text, nor is text one.
            (Some(of), None) | (None, Some(of)) => of.word != "uuid" && is_other(from, to),
            (None, None) => false,
        };
        if differs {
            let (old, new) = match direction {
                Direction::Backward => (from, to),
                Direction::Forward => (to, from),
            };
            let word = |(graph, id): Node<'_>| match graph.node(id).meaning() {
                Some(logical) => logical.to_string(),
                None => graph.shape(id).label(),
            };
            self.find(Kind::Meaning, direction, word(old), word(new));
        }
    }

    /// What readers of `to` make of numbers of `from`.
    fn digits(&mut self, (graph, id): Node<'_>, to: Primitive, direction: Direction) {
        let Shape::Primitive(from) = graph.shape(id) else {
            return;
        };
        // In JSON a double is read as a float too.
        let doubled = (*from, to) == (Primitive::Double, Primitive::Float);
        if doubled || graph.node(id).loses_digits(to) {
            self.find(Kind::Precision, direction, from.as_str(), to.as_str());
        }
    }

    fn symbols(&mut self, writer: &Enum, reader: &Enum, direction: Direction) {
        let known: HashSet<&String> = reader.symbols.iter().collect();
        let unknown = writer.symbols.iter().filter(|s| !known.contains(s));
        let unknown: Vec<&str> = unknown.map(String::as_str).collect();
        if unknown.is_empty() {
            return;
        }
        let unknown = unknown.join(", ");
        match &reader.default {
            Some(default) => self.find(Kind::SymbolsSubstituted, direction, unknown, default),
            // Registries refuse it, unless another enum of a union has them.
            None if *self.aliases(direction).name(&writer.name) == reader.name => {
                self.find(Kind::SymbolRefused, direction, unknown, reader.name.full());
            }
            None => {}
        }
    }

    fn record(&mut self, old: &'g Record, new: &'g Record) -> Step {
        let pairing::Fields {
            mut pairs,
            gone,
            added,
        } = pairing::fields((old, &|f| &f.aliases), (new, &|f| &f.aliases), self.budget)?;
        // In the order of the new version, so that what is in several places is found at the first one there.
        pairs.sort_by_key(|(_, field)| new.index.get(&field.name));
        for (field, other) in &pairs {
            self.field((old, field), (new, other))?;
        }
        self.by_alias((old, new), &pairs)?;
        self.gone(gone, added)
    }

    /// A field of both versions, and the records that it is in.
    fn field(&mut self, (was, old): Of<'_>, (is, new): Of<'_>) -> Step {
        let len = self.path.len();
        self.path.push_str(&format!(".{}", new.name));
        if old.name != new.name {
            // Of a field that is always null nothing is lost.
            if self.new.holds(new.ty) {
                self.renamed(Direction::Forward, (was, old), (is, new));
            }
            if self.old.holds(old.ty) {
                self.renamed(Direction::Backward, (is, new), (was, old));
            }
        }
        self.called_otherwise(Direction::Backward, (is, new), (was, old));
        self.called_otherwise(Direction::Forward, (was, old), (is, new));
        if let (Some(before), Some(after)) = (&old.default, &new.default)
            && !same(before, after)
        {
            let (before, after) = (before.compact(), after.compact());
            self.find(
                Kind::DefaultChanged,
                Direction::Backward,
                before.clone(),
                after.clone(),
            );
            self.find(Kind::DefaultChanged, Direction::Forward, before, after);
        }
        let read = self.read.and(Ways {
            backward: new.name == old.name || new.aliases.contains(&old.name),
            forward: new.name == old.name || old.aliases.contains(&new.name),
        });
        if read == self.read {
            self.pair(old.ty, new.ty)?;
        } else {
            self.later.push(Later {
                path: self.path.clone(),
                read,
                branch: self.branch.clone(),
                alias: self.alias.clone(),
                old: old.ty,
                new: new.ty,
            });
        }
        self.path.truncate(len);
        Ok(())
    }

    /// What readers of one version lose of a field that the other one calls otherwise.
    fn renamed(&mut self, direction: Direction, (to, reader): Of<'_>, (from, writer): Of<'_>) {
        let kind = match reader.aliases.contains(&writer.name) {
            false => Some(Kind::FieldRenamed),
            true if self.knows(direction, to, from) => None,
            // Another record by whose name they know it has the same alias.
            true if self.called(direction, (from, writer)) == reader.name => None,
            true if reader.default.is_none() => Some(Kind::AliasRefused),
            true => Some(Kind::AliasOutOfReach),
        };
        if let Some(kind) = kind {
            self.find(kind, direction, &reader.name, &writer.name);
        }
        let (old, new) = match direction {
            Direction::Backward => (writer, reader),
            Direction::Forward => (reader, writer),
        };
        self.find(Kind::AliasUnknown, direction, &old.name, &new.name);
    }

    /// What readers call things of the other version.
    fn aliases(&self, direction: Direction) -> &Aliases {
        let [old, new] = &self.aliases;
        match direction {
            Direction::Backward => new,
            Direction::Forward => old,
        }
    }

    /// Whether readers know a record by its name, or by an alias.
    fn knows(&self, direction: Direction, reader: &Record, writer: &Record) -> bool {
        *self.aliases(direction).name(&writer.name) == reader.name
    }

    /// What readers call a field of a writer's record.
    fn called<'c>(&'c self, direction: Direction, (record, field): Of<'c>) -> &'c str {
        let aliases = self.aliases(direction);
        aliases.field(&record.name, &field.name)
    }

    fn gone(&mut self, gone: Vec<&'g Field>, added: Vec<&'g Field>) -> Step {
        let (old, new) = ((self.old, &*gone), (self.new, &*added));
        let renames = pairing::renames(old, new, &|_, _| false, self.budget)?;
        for (at, field) in gone.into_iter().enumerate() {
            let len = self.path.len();
            self.path.push_str(&format!(".{}", field.name));
            // Of a field that is always null nothing is passed over.
            if self.old.holds(field.ty) {
                self.find(Kind::FieldRemoved, Direction::Backward, &field.name, "");
            }
            let rename = renames.pairs.iter().find(|rename| rename.gone == at);
            if let Some((other, rename)) = rename.and_then(|r| Some((added.get(r.added)?, r))) {
                for direction in [Direction::Backward, Direction::Forward] {
                    self.find(Kind::RenameSuspected, direction, &field.name, &other.name);
                    if let Some(found) = self.found.last_mut() {
                        found.likeness = rename.likeness;
                    }
                }
            }
            self.path.truncate(len);
        }
        // New fields are nothing to old readers, unless they know the type that these are fields of.
        let of_other_type = self.branch.is_some();
        for field in added.iter().filter(|_| of_other_type) {
            let len = self.path.len();
            self.path.push_str(&format!(".{}", field.name));
            if self.new.holds(field.ty) {
                self.find(Kind::FieldRemoved, Direction::Forward, &field.name, "");
            }
            self.path.truncate(len);
        }
        Ok(())
    }
}
