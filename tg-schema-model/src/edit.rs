//! Changes of definitions, as a tool proposes them: applied to the tree, and to texts by whoever knows texts.

use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};

use crate::Span;
use crate::diagnostic::SourceId;
use crate::json::patch::{self, Patch};
use crate::schema::{Enum, EnumId, Field, Record, RecordId, Schema, Symbol, TopicDefinition};
use crate::topic::Topic;
use crate::value::Value;

/// One change.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// A field gets another type, presence, encoding, or other aliases; the field of that name is replaced.
    SetField {
        /// The record that has it.
        record: RecordId,
        /// What it is to be. Documentation, origin and places of the present one stay.
        field: Box<Field>,
    },
    /// A field comes in.
    AddField {
        /// The record that gets it.
        record: RecordId,
        /// The field.
        field: Box<Field>,
        /// Its place among the fields; behind the last where that is beyond them.
        at: usize,
    },
    /// A field goes.
    RemoveField {
        /// The record that has it.
        record: RecordId,
        /// Its name.
        name: String,
    },
    /// A name of a record is not to be used again.
    Reserve {
        /// The record.
        record: RecordId,
        /// The name of a former field.
        name: String,
    },
    /// A record comes in, which none of that full name is.
    AddRecord {
        /// Where it comes to stand: behind the last one.
        id: RecordId,
        /// The record.
        definition: Box<Record>,
    },
    /// An enum comes in, which none of that full name is.
    AddEnum {
        /// Where it comes to stand: behind the last one.
        id: EnumId,
        /// The enum.
        definition: Box<Enum>,
    },
    /// A record gets a former name.
    AddRecordAlias {
        /// The record.
        record: RecordId,
        /// The former name, full.
        alias: String,
    },
    /// An enum gets a former name.
    AddEnumAlias {
        /// The enum.
        enumeration: EnumId,
        /// The former name, full.
        alias: String,
    },
    /// An enum gets other symbols.
    SetSymbols {
        /// The enum.
        enumeration: EnumId,
        /// All symbols, in order.
        symbols: Vec<String>,
        /// Their Python values, one each, or none.
        values: Vec<Value>,
    },
    /// An enum keeps unknown symbols, or does so no more.
    SetOpen {
        /// The enum.
        enumeration: EnumId,
        /// Whether it keeps them.
        open: bool,
    },
    /// An enum gets another default, or loses it.
    SetEnumDefault {
        /// The enum.
        enumeration: EnumId,
        /// The symbol, or none.
        symbol: Option<String>,
    },
    /// A record gets a topic more, in the module of one that it has.
    AddTopic {
        /// Index into [`Schema::topics`]: the one that it has.
        beside: usize,
        /// Name of the constant in generated code.
        name: String,
        /// The address.
        address: Topic,
    },
    /// An Avro schema gets another text. The tree knows nothing of it: who has the text reads it again.
    SetSchema {
        /// The file of the schema.
        source: SourceId,
        /// What becomes of its text.
        patches: Vec<Patch>,
    },
    /// A topic gets another address.
    SetAddress {
        /// Index into [`Schema::topics`].
        topic: usize,
        /// The address.
        address: Topic,
    },
}

/// What an edit changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// A field of a record.
    Field(usize, String),
    /// A record.
    Record(usize),
    /// An enum.
    Enum(usize),
    /// A topic.
    Topic(usize),
    /// A part of the text of a schema: a field, where there is one around it, else a value.
    Schema(SourceId, String),
}

impl Target {
    /// Of an edit.
    pub fn of(edit: &Edit) -> Vec<Self> {
        vec![match edit {
            Edit::SetField { record, field } | Edit::AddField { record, field, .. } => {
                Target::Field(record.0, field.name.clone())
            }
            Edit::RemoveField { record, name } => Target::Field(record.0, name.clone()),
            Edit::AddRecordAlias { record, .. } | Edit::Reserve { record, .. } => {
                Target::Record(record.0)
            }
            Edit::AddRecord { id, .. } => Target::Record(id.0),
            Edit::AddEnum { id, .. } => Target::Enum(id.0),
            Edit::SetSchema { source, patches } => {
                let parts = patches.iter().map(part);
                return parts.map(|part| Target::Schema(*source, part)).collect();
            }
            Edit::AddEnumAlias { enumeration, .. }
            | Edit::SetOpen { enumeration, .. }
            | Edit::SetEnumDefault { enumeration, .. }
            | Edit::SetSymbols { enumeration, .. } => Target::Enum(enumeration.0),
            Edit::SetAddress { topic, .. } | Edit::AddTopic { beside: topic, .. } => {
                Target::Topic(*topic)
            }
        }]
    }
}

/// The part of a schema that a patch changes. What comes in changes none that is there.
fn part(patch: &Patch) -> String {
    let path = &patch.path;
    if let patch::What::Insert(at, value) = &patch.what {
        return format!("{path}/{at} {}", value.compact());
    }
    const FIELDS: &str = "/fields/";
    let field = path.rfind(FIELDS).map(|at| at + FIELDS.len());
    let end = field.and_then(|start| {
        let rest = path.get(start..)?;
        Some(start + rest.find('/').unwrap_or(rest.len()))
    });
    path.get(..end.unwrap_or(path.len()))
        .unwrap_or(path)
        .to_owned()
}

/// What some edits change, each to what.
#[derive(Clone, Debug)]
pub struct Changes(Vec<(Target, String)>);

impl Changes {
    /// Of edits. Two of these are the same where they are to the last bit of a number.
    pub fn of<'e>(edits: impl IntoIterator<Item = &'e Edit>) -> Self {
        let changes = edits.into_iter().flat_map(|edit| {
            let words = format!("{edit:?}");
            let targets = Target::of(edit).into_iter();
            targets.map(move |target| (target, words.clone()))
        });
        Changes(changes.collect())
    }
}

/// Changes that go together: no two are of one thing, unless they are the same.
#[derive(Clone, Debug, Default)]
pub struct Together(HashMap<Target, String>);

impl Together {
    /// Whether none of the changes is of a thing that is changed otherwise here.
    pub fn goes_with(&self, changes: &Changes) -> bool {
        let known = |target| self.0.get(target);
        let mut changes = changes.0.iter();
        changes.all(|(target, edit)| known(target).is_none_or(|known| known == edit))
    }

    /// Takes changes in.
    pub fn add(&mut self, changes: Changes) {
        self.0.extend(changes.0);
    }
}

/// Changes a tree. What does not fit, because the tree has no such record or has such a field already, changes
/// nothing and is told by `false`.
pub fn apply(schema: &mut Schema, edit: &Edit) -> bool {
    match edit {
        Edit::SetField { record, field } => {
            let fields = schema.records.get_mut(record.0).map(|r| &mut r.fields);
            let known = fields.and_then(|f| f.iter_mut().find(|known| known.name == field.name));
            let Some(known) = known else {
                return false;
            };
            *known = Field {
                doc: known.doc.take(),
                origin: known.origin.take(),
                span: known.span,
                type_span: known.type_span,
                default_span: known.default_span,
                places: std::mem::take(&mut known.places),
                ..(**field).clone()
            };
            true
        }
        Edit::AddField { record, field, at } => {
            let Some(record) = schema.records.get_mut(record.0) else {
                return false;
            };
            if record.fields.iter().any(|known| known.name == field.name) {
                return false;
            }
            record.reserved.retain(|name| *name != field.name);
            let at = (*at).min(record.fields.len());
            record.fields.insert(at, (**field).clone());
            true
        }
        Edit::RemoveField { record, name } => {
            let Some(record) = schema.records.get_mut(record.0) else {
                return false;
            };
            let before = record.fields.len();
            record.fields.retain(|field| field.name != *name);
            record.fields.len() < before
        }
        Edit::Reserve { record, name } => {
            let record = schema.records.get_mut(record.0);
            record.is_some_and(|r| add(&mut r.reserved, name))
        }
        Edit::AddRecord { id, definition } => {
            let fits = id.0 == schema.records.len();
            if fits {
                schema.records.push((**definition).clone());
            }
            fits
        }
        Edit::AddEnum { id, definition } => {
            let fits = id.0 == schema.enums.len();
            if fits {
                schema.enums.push((**definition).clone());
            }
            fits
        }
        Edit::AddRecordAlias { record, alias } => {
            let record = schema.records.get_mut(record.0);
            record.is_some_and(|r| add(&mut r.aliases, alias))
        }
        Edit::AddEnumAlias { enumeration, alias } => {
            let known = schema.enums.get_mut(enumeration.0);
            known.is_some_and(|e| add(&mut e.aliases, alias))
        }
        Edit::SetSymbols {
            enumeration,
            symbols,
            values,
        } => {
            let Some(known) = schema.enums.get_mut(enumeration.0) else {
                return false;
            };
            let default = known.default_symbol().map(|symbol| symbol.name.clone());
            let mut by_name: HashMap<String, Symbol> = HashMap::new();
            for symbol in std::mem::take(&mut known.symbols) {
                by_name.entry(symbol.name.clone()).or_insert(symbol);
            }
            let symbol = |name: &String| {
                let same = by_name.get(name);
                same.cloned().unwrap_or_else(|| Symbol {
                    name: name.clone(),
                    ..Symbol::default()
                })
            };
            known.symbols = symbols.iter().map(symbol).collect();
            known.default = default.and_then(|name| symbols.iter().position(|s| *s == name));
            known.pulsar.values.clone_from(values);
            true
        }
        Edit::SetOpen { enumeration, open } => match schema.enums.get_mut(enumeration.0) {
            Some(known) => {
                known.open = *open;
                true
            }
            None => false,
        },
        Edit::SetEnumDefault {
            enumeration,
            symbol,
        } => {
            let Some(known) = schema.enums.get_mut(enumeration.0) else {
                return false;
            };
            let at = |name: &String| known.symbols.iter().position(|s| s.name == *name);
            let default = symbol.as_ref().map(at);
            if default == Some(None) {
                return false;
            }
            known.default = default.flatten();
            true
        }
        Edit::AddTopic {
            beside,
            name,
            address,
        } => {
            let is_known = schema.topics.iter().any(|topic| topic.name == *name);
            match schema.topics.get(*beside).cloned() {
                Some(topic) if !is_known => {
                    schema.topics.push(TopicDefinition {
                        name: name.clone(),
                        address: address.clone(),
                        doc: None,
                        legacy: None,
                        origin: None,
                        span: Span::NONE,
                        address_span: Span::NONE,
                        ..topic
                    });
                    true
                }
                _ => false,
            }
        }
        Edit::SetSchema { .. } => true,
        Edit::SetAddress { topic, address } => match schema.topics.get_mut(*topic) {
            Some(topic) => {
                topic.address.clone_from(address);
                true
            }
            None => false,
        },
    }
}

/// Changes a tree by several edits, of which each says where fields stand before any other comes in: those that come to one
/// place stand there in their order. An edit that is there twice is made once. Where one of them does not fit, `false`.
pub fn apply_all<'e>(schema: &mut Schema, edits: impl IntoIterator<Item = &'e Edit>) -> bool {
    let mut known = HashSet::new();
    let edits = edits.into_iter();
    let edits: Vec<&Edit> = edits
        .filter(|edit| known.insert(format!("{edit:?}")))
        .collect();
    // Fields come in from behind, so that the places before them stay what they are.
    let place = |edit: &Edit| match edit {
        Edit::AddField { record, at, .. } => Some((record.0, *at)),
        _ => None,
    };
    let mut coming: Vec<(usize, &Edit)> = edits.iter().copied().enumerate().collect();
    coming.retain(|(_, edit)| place(edit).is_some());
    coming.sort_by_key(|(nth, edit)| {
        let (record, at) = place(edit).unzip();
        (record, Reverse((at, *nth)))
    });
    let mut coming = coming.into_iter().map(|(_, edit)| edit);
    let mut ordered = edits.into_iter().map(|edit| match place(edit) {
        Some(_) => coming.next().unwrap_or(edit),
        None => edit,
    });
    ordered.all(|edit| apply(schema, edit))
}

fn add(names: &mut Vec<String>, name: &str) -> bool {
    if names.iter().any(|known| known == name) {
        return false;
    }
    names.push(name.to_owned());
    true
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Encoding, FieldPulsar, Places, Presence, Type};

    #[test]
    fn fields_come_to_where_they_would_alone() {
        let field = |name: &str| Field {
            name: name.to_owned(),
            ty: Type::Int,
            presence: Presence::Required,
            encoding: Encoding::default(),
            doc: None,
            aliases: Vec::new(),
            deprecated: None,
            pulsar: FieldPulsar::default(),
            origin: None,
            span: Span::NONE,
            type_span: Span::NONE,
            default_span: Span::NONE,
            places: Places::default(),
        };
        let fields = |names: &str| names.split(' ').map(field).collect();
        let mut schema = Schema {
            records: vec![Record {
                fields: fields("b d f"),
                ..Record::default()
            }],
            ..Schema::default()
        };
        let add = |name: &str, at: usize| Edit::AddField {
            record: RecordId(0),
            field: Box::new(field(name)),
            at,
        };
        let edits = [
            add("a", 0),
            add("c", 1),
            add("c2", 1),
            add("e", 2),
            add("g", 7),
            add("c", 1),
        ];
        assert!(apply_all(&mut schema, &edits));
        let names = schema.records[0].fields.iter().map(|f| f.name.as_str());
        assert_eq!(names.collect::<Vec<_>>().join(" "), "a b c c2 d e f g");
        assert!(!apply_all(&mut schema, &[add("h", 0), add("a", 0)]));
    }
}
