//! What a reader calls the fields of a writer's records, as Java's `Schema.applyAliases` finds it: by the names of
//! records alone, wherever these stand.

use std::collections::{HashMap, HashSet};

use tg_schema_model::avro::{Name, Record, Schema};

use super::Types;

/// The aliases of all types and fields of a reader.
#[derive(Debug, Default)]
pub(super) struct Renames {
    types: HashMap<Name, Name>,
    /// By the name of the record, and by each of its aliases: one of `lists`.
    records: HashMap<Name, usize>,
    lists: Vec<HashMap<String, String>>,
    /// How often they are applied, one time after another.
    times: u8,
}

enum Step<'s> {
    Type(&'s Schema),
    Aliases(&'s Record, usize),
    End(&'s Record),
}

impl Renames {
    pub(super) fn of(reader: &Types<'_>, times: u8) -> Self {
        let mut renames = Renames {
            times,
            ..Renames::default()
        };
        let mut seen = HashSet::new();
        let mut open = vec![Step::Type(reader.root)];
        while let Some(step) = open.pop() {
            match step {
                Step::Type(schema) => match reader.resolve(schema) {
                    Schema::Record(record) => {
                        renames.named(&record.name, &record.aliases);
                        if seen.insert(std::ptr::from_ref(record)) {
                            open.push(Step::End(record));
                            for (at, field) in record.fields.iter().enumerate().rev() {
                                open.push(Step::Type(&field.schema));
                                open.push(Step::Aliases(record, at));
                            }
                        }
                    }
                    Schema::Enum(e) => renames.named(&e.name, &e.aliases),
                    Schema::Fixed(f) => renames.named(&f.name, &f.aliases),
                    Schema::Array(array) => open.push(Step::Type(&array.items)),
                    Schema::Map(map) => open.push(Step::Type(&map.values)),
                    Schema::Union(branches) => open.extend(branches.iter().rev().map(Step::Type)),
                    Schema::Primitive(_) | Schema::Ref(_) => {}
                },
                Step::Aliases(record, at) => renames.field(record, at),
                // Its fields have the same names under its former names.
                Step::End(record) => {
                    if let Some(&list) = renames.records.get(&record.name) {
                        for alias in aliases(&record.name, &record.aliases) {
                            renames.records.insert(alias, list);
                        }
                    }
                }
            }
        }
        renames
    }

    fn named(&mut self, name: &Name, former: &[String]) {
        for alias in aliases(name, former) {
            self.types.insert(alias, name.clone());
        }
    }

    fn field(&mut self, record: &Record, at: usize) {
        let Some(field) = record.fields.get(at).filter(|f| !f.aliases.is_empty()) else {
            return;
        };
        let next = self.lists.len();
        let list = *self.records.entry(record.name.clone()).or_insert(next);
        if list == next {
            self.lists.push(HashMap::new());
        }
        if let Some(names) = self.lists.get_mut(list) {
            names.extend(
                field
                    .aliases
                    .iter()
                    .map(|a| (a.clone(), field.name.clone())),
            );
        }
    }

    /// What the reader calls a type of the writer's: by the name of the one, of whatever kind, that has it as an alias.
    pub(super) fn called<'n>(&'n self, name: &'n Name) -> &'n Name {
        (0..self.times).fold(name, |name, _| self.types.get(name).unwrap_or(name))
    }

    /// The places of a record of the writer's, by what the reader calls its fields.
    pub(super) fn places(&self, writer: &Record) -> HashMap<String, Vec<usize>> {
        let mut lists = Vec::new();
        let mut record = &writer.name;
        for _ in 0..self.times {
            record = self.types.get(record).unwrap_or(record);
            let list = self.records.get(record);
            lists.extend(list.and_then(|at| self.lists.get(*at)));
        }
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, field) in writer.fields.iter().enumerate() {
            let mut called = &field.name;
            for list in &lists {
                called = list.get(called).unwrap_or(called);
            }
            places.entry(called.clone()).or_default().push(at);
        }
        places
    }
}

fn aliases<'a>(name: &'a Name, aliases: &'a [String]) -> impl Iterator<Item = Name> + 'a {
    let full = |alias: &String| Name::resolve(alias, name.namespace.as_deref());
    aliases.iter().map(full)
}
