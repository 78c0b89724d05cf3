//! The walk through two versions of a record: which field is which, and what became of it.

use std::collections::HashSet;

use super::super::{Both, FieldSide, RecordSide, Spot, What};
use super::side::{aliases, of};
use super::{At, Later, Step, Walk};
use crate::engine::avro::{self, Equality, Shape};
use crate::engine::stack::TooLarge;
use crate::loss::pairing;
use crate::report::Ways;

impl<'v> Walk<'v, '_> {
    pub(super) fn record(&mut self, old: RecordSide<'v>, new: RecordSide<'v>) -> Step {
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
                        branches: self.branches.clone(),
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
