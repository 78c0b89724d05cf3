//! A change by itself: two small versions in which a record has the field that changed and nothing else, so that what
//! other changes break hides nothing of it.

use std::collections::BTreeSet;

use tg_schema_model::edit::{self, Edit};
use tg_schema_model::{Enum, EnumId, Field, RecordId, Schema, Type};

use super::{Harm, candidate, harm, translate};
use crate::change::{Both, Change, FieldSide, What};
use crate::check::{Options, Ready, Run, check_with};
use crate::effort::Effort;
use crate::version::{Version, message};

/// The new definitions without fields and symbols, from which small versions are made.
pub(super) struct Bare<'v> {
    new: &'v Version,
    schema: Schema,
}

/// A change of a field, or of the enum that it holds.
pub(super) struct Alone {
    record: RecordId,
    is: Option<Field>,
    was: Option<Field>,
    /// An enum as it was.
    enumeration: Option<(EnumId, Enum)>,
}

impl<'v> Bare<'v> {
    pub(super) fn of(new: &'v Version) -> Self {
        let mut schema = new.schema.clone();
        schema.topics.clear();
        for record in &mut schema.records {
            record.fields.clear();
        }
        for known in &mut schema.enums {
            known.symbols.clear();
        }
        Bare { new, schema }
    }

    /// What breaks or gets lost when edits are made; none where that cannot be told of the change by itself.
    pub(super) fn harm(
        &self,
        change: &Alone,
        edits: &[Edit],
        python: bool,
        options: &Options,
    ) -> Option<BTreeSet<Harm>> {
        let (mut after, mut before) = (self.schema.clone(), self.schema.clone());
        for (schema, field) in [(&mut after, &change.is), (&mut before, &change.was)] {
            let record = schema.records.get_mut(change.record.0)?;
            record.fields.extend(field.clone());
        }
        let mut open: Vec<Type> = [&change.is, &change.was]
            .into_iter()
            .flatten()
            .map(|f| f.ty.clone())
            .collect();
        for edit in edits {
            match edit {
                Edit::SetField { field, .. } | Edit::AddField { field, .. } => {
                    open.push(field.ty.clone());
                }
                _ => {}
            }
        }
        self.fill(change.record, &open, &mut after, &mut before)?;
        if let Some((id, was)) = &change.enumeration {
            before.enums.get_mut(id.0)?.clone_from(was);
        }
        if !edits.iter().all(|edit| edit::apply(&mut after, edit)) {
            return None;
        }
        let version = |schema: Schema, python: bool| Version {
            messages: vec![message(&schema, change.record)],
            schema,
            single: true,
            python,
            without_modules: self.new.without_modules,
            ..Version::default()
        };
        let (after, before) = (version(after, self.new.python), version(before, python));
        let again = Options {
            only: Vec::new(),
            ..options.clone()
        };
        let mut effort = Effort::of_report();
        let mut run = Run {
            effort: &mut effort,
            sought: &|_, _, _| true,
        };
        let report = check_with(&after, &[before], &again, &mut run).ok()?;
        Some(report.records.iter().flat_map(harm).collect())
    }

    /// Gives both versions what types are made of. The record itself stays as small as it is.
    fn fill(
        &self,
        record: RecordId,
        types: &[Type],
        after: &mut Schema,
        before: &mut Schema,
    ) -> Option<()> {
        let mut seen = BTreeSet::from([record.0]);
        let mut open: Vec<&Type> = types.iter().collect();
        while let Some(ty) = open.pop() {
            match ty.leaf() {
                Type::Record(id) if seen.insert(id.0) => {
                    let full = self.new.schema.records.get(id.0)?;
                    for schema in [&mut *after, &mut *before] {
                        schema
                            .records
                            .get_mut(id.0)?
                            .fields
                            .clone_from(&full.fields);
                    }
                    open.extend(full.fields.iter().map(|field| &field.ty));
                }
                Type::Enum(id) => {
                    let full = self.new.schema.enums.get(id.0)?;
                    for schema in [&mut *after, &mut *before] {
                        schema
                            .enums
                            .get_mut(id.0)?
                            .symbols
                            .clone_from(&full.symbols);
                    }
                }
                _ => {}
            }
        }
        Some(())
    }
}

impl Alone {
    /// The change by itself; none where it is not one of a field.
    pub(super) fn of(change: &Change<'_>, old: &Ready<'_>, new: &Ready<'_>) -> Option<Self> {
        let versions = Both { old, new };
        match &change.what {
            What::Added(side) => Some(Alone {
                record: candidate::id(side, new)?,
                is: Some(side.defined?.clone()),
                was: None,
                enumeration: None,
            }),
            What::Removed(side) => Some(Alone {
                record: candidate::id(side, new)?,
                is: None,
                was: Some(former(side, &versions)?),
                enumeration: None,
            }),
            What::Renamed { fields, .. } | What::Field(fields) => both(fields, &versions),
            What::Type(types) => {
                let (old, new) = (types.old.field?, types.new.field?);
                both(&Both { old, new }, &versions)
            }
            What::BranchAdded(side) | What::BranchRemoved(side) => {
                both(&candidate::same_field(&side.field?, &versions)?, &versions)
            }
            What::Enum(sides) => {
                let field = sides.new.field?;
                let is = field.defined?;
                let id = new.index.enumeration(&sides.new.definition.name.full())?;
                let now = new.version.schema.enums.get(id.0)?;
                Some(Alone {
                    record: candidate::id(&field, new)?,
                    is: Some(is.clone()),
                    was: Some(is.clone()),
                    enumeration: Some((
                        id,
                        Enum {
                            module: now.module,
                            ..sides.old.defined?.clone()
                        },
                    )),
                })
            }
            _ => None,
        }
    }
}

fn both(fields: &Both<FieldSide<'_>>, versions: &Both<&Ready<'_>>) -> Option<Alone> {
    Some(Alone {
        record: candidate::id(&fields.new, versions.new)?,
        is: Some(fields.new.defined?.clone()),
        was: Some(former(&fields.old, versions)?),
        enumeration: None,
    })
}

/// A field as it was, in terms of the new definitions.
fn former(side: &FieldSide<'_>, versions: &Both<&Ready<'_>>) -> Option<Field> {
    translate::field(
        side.defined?,
        &versions.old.version.schema,
        &versions.new.index,
    )
}
