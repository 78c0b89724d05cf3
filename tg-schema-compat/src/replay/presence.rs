//! How often fields have a value, are null, or are not there.

use std::collections::BTreeMap;

use tg_schema_dynamic::datum::Types;
use tg_schema_model::Json;
use tg_schema_model::avro::{Field, Record, Schema};

use super::{MAX_FIELDS, Replayed};

/// How often a field was met in which state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Presence {
    /// With a value.
    pub present: u64,
    /// Null.
    pub null: u64,
    /// Not there.
    pub absent: u64,
}

/// Counts the fields of one message as the version knows them.
pub(super) fn count(types: &Types<'_>, json: &Json, found: &mut Replayed) {
    let mut counter = Counter {
        types,
        found,
        path: String::new(),
    };
    counter.value(types.root, json);
}

/// Adds to the counts of a field, as long as there are not too many.
pub(super) fn add(
    fields: &mut BTreeMap<String, Presence>,
    more: &mut bool,
    path: &str,
    presence: Presence,
) {
    let Presence {
        present,
        null,
        absent,
    } = presence;
    if let Some(known) = fields.get_mut(path) {
        known.present += present;
        known.null += null;
        known.absent += absent;
    } else if fields.len() < MAX_FIELDS {
        fields.insert(path.to_owned(), presence);
    } else {
        *more = true;
    }
}

struct Counter<'s, 't, 'f> {
    types: &'t Types<'s>,
    found: &'f mut Replayed,
    path: String,
}

impl<'s> Counter<'s, '_, '_> {
    fn value(&mut self, schema: &'s Schema, json: &Json) {
        match (self.types.resolve(schema), json) {
            (Schema::Union(branches), json) => {
                let fits = |branch: &&Schema| {
                    let branch = self.types.resolve(branch);
                    match json {
                        Json::Object(_) => matches!(branch, Schema::Record(_) | Schema::Map(_)),
                        Json::Array(_) => matches!(branch, Schema::Array(_)),
                        _ => false,
                    }
                };
                if let Some(branch) = branches.iter().find(fits) {
                    self.value(branch, json);
                }
            }
            (Schema::Record(record), Json::Object(entries)) => self.record(record, entries),
            (Schema::Array(array), Json::Array(items)) => self.inside("[]", |this| {
                items.iter().for_each(|item| this.value(&array.items, item));
            }),
            (Schema::Map(map), Json::Object(entries)) => self.inside("{}", |this| {
                entries
                    .iter()
                    .for_each(|(_, item)| this.value(&map.values, item));
            }),
            _ => {}
        }
    }

    fn inside(&mut self, part: &str, work: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if !self.path.is_empty() && !part.starts_with(['[', '{']) {
            self.path.push('.');
        }
        self.path.push_str(part);
        work(self);
        self.path.truncate(length);
    }

    fn record(&mut self, record: &'s Record, entries: &[(String, Json)]) {
        let by_name: BTreeMap<&str, &Json> = entries.iter().map(|(k, v)| (k.as_str(), v)).collect();
        let find = |field: &Field| {
            let mut names = std::iter::once(&field.name).chain(&field.aliases);
            names.find_map(|name| by_name.get(name.as_str()).copied())
        };
        for field in &record.fields {
            self.inside(&field.name, |this| {
                let json = find(field);
                let presence = match json {
                    None => Presence {
                        absent: 1,
                        ..Presence::default()
                    },
                    Some(Json::Null) => Presence {
                        null: 1,
                        ..Presence::default()
                    },
                    Some(_) => Presence {
                        present: 1,
                        ..Presence::default()
                    },
                };
                add(
                    &mut this.found.fields,
                    &mut this.found.more_fields,
                    &this.path,
                    presence,
                );
                if let Some(json) = json {
                    this.value(&field.schema, json);
                }
            });
        }
    }
}
