//! Values that fields ask for by an alias, beside the fields that they belong to.

use std::collections::HashMap;

use super::{Alias, Comparison, Direction, Kind, Later, Of, Step};
use crate::engine::avro::{Field, Record};
use crate::report::Ways;

impl<'g> Comparison<'g, '_> {
    /// What aliases do that name a field which is another one of the reader's too, or is asked for by several. Registries
    /// and most readers give the value to all of them. Avro's library for Java gives it to the last that asks for it by an
    /// alias, and to no other, if it knows the record by its name.
    pub(super) fn by_alias(
        &mut self,
        (old, new): (&'g Record, &'g Record),
        pairs: &[(&'g Field, &'g Field)],
    ) -> Step {
        for direction in Direction::ALL {
            let (reader, writer) = match direction {
                Direction::Backward => (new, old),
                Direction::Forward => (old, new),
            };
            if !reader.aliased {
                continue;
            }
            let known = self.knows(direction, reader, writer);
            let pairs = pairs.iter().map(|(old, new)| match direction {
                Direction::Backward => (new.name.as_str(), (*old, new.name.as_str())),
                Direction::Forward => (old.name.as_str(), (*new, new.name.as_str())),
            });
            let pairs: HashMap<&str, (&Field, &str)> = pairs.collect();
            for field in &reader.fields {
                self.budget.spend(1 + field.aliases.len())?;
                let found = source(field, writer);
                let found = found.or_else(|| self.named(direction, field, (writer, known)));
                let Some(source) = found else {
                    continue;
                };
                let pair = pairs.get(field.name.as_str());
                let pair = pair.filter(|(of, _)| of.name == source.name);
                match pair {
                    None => self.asks(direction, (field, source), known),
                    Some((_, name)) => {
                        let taker = self.called(direction, (writer, source)).to_owned();
                        if known && taker != field.name {
                            self.loses(direction, (field, name), source, &taker);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// The one field of several that Avro's library for Java reads a field from, where others see no single one: that which it
    /// calls so. Two that have each other's name as an alias change places.
    fn named<'w>(
        &self,
        direction: Direction,
        field: &Field,
        (writer, known): (&'w Record, bool),
    ) -> Option<&'w Field> {
        let names = std::iter::once(&field.name).chain(field.aliases.iter().filter(|_| known));
        let mut sources = names.filter_map(|name| writer.field(name));
        let called = |of: &&Field| self.called(direction, (writer, *of)) == field.name;
        let first = sources.find(called)?;
        let mut others = sources.filter(called);
        others
            .all(|other| other.name == first.name)
            .then_some(first)
    }

    /// A field that gets the value of one that is another's.
    fn asks(&mut self, direction: Direction, (field, source): (&Field, &Field), known: bool) {
        let path = format!("{}.{}", self.path, field.name);
        let alias = Some(Alias {
            field: path.clone(),
            source: format!("{}.{}", self.path, source.name),
        });
        let (old, new) = match direction {
            Direction::Backward => (source, field),
            Direction::Forward => (field, source),
        };
        if !known && field.default.is_none() {
            let names = (&*field.name, &*source.name);
            self.find_by_alias(
                Kind::AliasRefused,
                direction,
                (path.clone(), alias.clone()),
                names,
            );
        }
        self.later.push(Later {
            path,
            read: self.read.and(Ways::only(direction)),
            branch: self.branch.clone(),
            alias,
            old: old.ty,
            new: new.ty,
        });
    }

    /// A field that does not get its value in Java.
    fn loses(
        &mut self,
        direction: Direction,
        (field, name): (&Field, &str),
        source: &Field,
        taker: &str,
    ) {
        let Some(kind) = self.without(direction, field, source) else {
            return;
        };
        let path = format!("{}.{name}", self.path);
        let alias = Some(Alias {
            field: format!("{}.{taker}", self.path),
            source: path.clone(),
        });
        self.find_by_alias(kind, direction, (path, alias), (&field.name, taker));
    }

    /// A field of one name that does not get its value in Java, because another record has the writer's as an alias: its fields
    /// are called as they are in that one.
    pub(super) fn called_otherwise(
        &mut self,
        direction: Direction,
        (to, reader): Of<'_>,
        (from, writer): Of<'_>,
    ) {
        if reader.name != writer.name || self.knows(direction, to, from) {
            return;
        }
        let called = self.called(direction, (from, writer));
        if called == reader.name {
            return;
        }
        let called = called.to_owned();
        let Some(kind) = self.without(direction, reader, writer) else {
            return;
        };
        let path = self.path.clone();
        let alias = Some(Alias {
            field: path.clone(),
            source: path.clone(),
        });
        self.find_by_alias(kind, direction, (path, alias), (&reader.name, &called));
    }

    /// What becomes of a field that does not get the value of the writer's; nothing where that is always null.
    fn without(&self, direction: Direction, reader: &Field, writer: &Field) -> Option<Kind> {
        let graph = match direction {
            Direction::Backward => self.old,
            Direction::Forward => self.new,
        };
        match reader.default {
            Some(_) => graph.holds(writer.ty).then_some(Kind::TakenByAlias),
            None => Some(Kind::RefusedByAlias),
        }
    }

    /// Finds something at another place than the one that is looked at.
    fn find_by_alias(
        &mut self,
        kind: Kind,
        direction: Direction,
        (path, alias): (String, Option<Alias>),
        (old, new): (&str, &str),
    ) {
        let path = std::mem::replace(&mut self.path, path);
        let alias = std::mem::replace(&mut self.alias, alias);
        self.find(kind, direction, old, new);
        self.path = path;
        self.alias = alias;
    }
}

/// The one field of a writer's record that a field is read from, by its name or an alias.
fn source<'w>(field: &Field, writer: &'w Record) -> Option<&'w Field> {
    let names = std::iter::once(&field.name).chain(&field.aliases);
    let mut sources = names.filter_map(|name| writer.field(name));
    let first = sources.next()?;
    sources
        .all(|other| other.name == first.name)
        .then_some(first)
}
