//! Fields that come, go, or change: what is new stands beside what was for one release.

use tg_schema_model::edit::Edit;
use tg_schema_model::{Field, Presence, RecordId, Type, Value};

use super::super::candidate::{id, place, zero};
use super::super::translate;
use super::Draft;
use crate::change::{Both, FieldSide};
use crate::check::Ready;

/// The ways in which a field may be without a value, and how these are told: what it has, if it has one, else a
/// default, else none.
fn spared(field: &Field, versions: &Ready<'_>) -> Vec<(Field, String)> {
    let with = |presence: Presence| Field {
        presence,
        ..field.clone()
    };
    let kept = match field.presence {
        Presence::Required => None,
        Presence::Optional => Some("as optional"),
        Presence::Default(_) | Presence::NullableDefault(_) => Some("with its default"),
    };
    if let Some(words) = kept {
        return vec![(field.clone(), words.to_owned())];
    }
    let default = plainest(&field.ty, versions).map(|(value, text)| {
        let words = format!("with the default {text}");
        (with(Presence::Default(value)), words)
    });
    let optional = (with(Presence::Optional), "as optional".to_owned());
    default.into_iter().chain([optional]).collect()
}

/// The plainest value of a type; of an enum the default, else the first symbol.
fn plainest(ty: &Type, versions: &Ready<'_>) -> Option<(Value, String)> {
    match ty {
        Type::Enum(id) => {
            let known = versions.version.schema.enums.get(id.0)?;
            let symbol = known.symbols.get(known.default.unwrap_or(0))?;
            Some((
                Value::Enum(symbol.name.clone()),
                format!("{:?}", symbol.name),
            ))
        }
        _ => zero(ty).map(|(value, text)| (value, text.to_owned())),
    }
}

/// A new field that must be there: it comes with a default first, which goes when nobody needs it.
pub(super) fn added(side: &FieldSide<'_>, new: &Ready<'_>) -> Vec<Vec<Draft>> {
    let (Some(record), Some(field)) = (id(side, new), side.defined) else {
        return Vec::new();
    };
    let name = &field.name;
    if field.presence != Presence::Required {
        return Vec::new();
    }
    let plan = |(spare, words): (Field, String)| {
        let last = match spare.presence {
            Presence::Optional => format!("release `{name}` as required"),
            _ => format!("release `{name}` without a default"),
        };
        vec![
            Draft {
                text: format!("release `{name}` {words}; every writer sends it"),
                edits: vec![set(record, spare)],
            },
            Draft {
                text: last,
                edits: Vec::new(),
            },
        ]
    };
    spared(field, new).into_iter().map(plan).collect()
}

/// Types that come back, and then edits.
fn with(types: &[Edit], edits: impl IntoIterator<Item = Edit>) -> Vec<Edit> {
    types.iter().cloned().chain(edits).collect()
}

fn set(record: RecordId, field: Field) -> Edit {
    Edit::SetField {
        record,
        field: Box::new(field),
    }
}

/// A field that is gone: it comes back, marked and with a way to be without a value, and goes with the next release.
pub(super) fn removed(
    side: &FieldSide<'_>,
    versions: &Both<&Ready<'_>>,
) -> Option<Vec<Vec<Draft>>> {
    let new = versions.new;
    let name = &side.field.name;
    let Kept {
        record,
        field,
        at,
        types,
    } = kept(side, versions)?;
    let plan = |(spare, words): (Field, String)| {
        vec![
            Draft {
                text: format!(
                    "release `{name}` {words}, marked `deprecated`; readers stop using it"
                ),
                edits: with(
                    &types,
                    [Edit::AddField {
                        record,
                        field: Box::new(spare),
                        at,
                    }],
                ),
            },
            Draft {
                text: format!("remove `{name}` and add it to `reserved`"),
                edits: reserve(record, name, new),
            },
        ]
    };
    Some(spared(&field, new).into_iter().map(plan).collect())
}

/// A field that is gone as it comes back: marked, at its place, with the types that come back for it.
struct Kept {
    record: RecordId,
    field: Field,
    at: usize,
    types: Vec<Edit>,
}

fn kept(side: &FieldSide<'_>, versions: &Both<&Ready<'_>>) -> Option<Kept> {
    let new = versions.new;
    let record = id(side, new)?;
    let at = place(side, record, new)?;
    let (mut field, types) = back(side.defined?, record, versions)?;
    field
        .deprecated
        .get_or_insert_with(|| "No longer used.".to_owned());
    Some(Kept {
        record,
        field,
        at,
        types,
    })
}

fn back(
    field: &Field,
    record: RecordId,
    versions: &Both<&Ready<'_>>,
) -> Option<(Field, Vec<Edit>)> {
    let (old, new) = (&versions.old.version.schema, &versions.new.version.schema);
    let module = new.records.get(record.0)?.module;
    translate::with_types(field, old, (new, &versions.new.index), module)
}

fn reserve(record: RecordId, name: &str, new: &Ready<'_>) -> Vec<Edit> {
    let known = new.version.schema.records.get(record.0);
    let is_reserved = known.is_some_and(|record| record.reserved.iter().any(|r| r == name));
    let edit = Edit::Reserve {
        record,
        name: name.to_owned(),
    };
    Vec::from_iter((!is_reserved).then_some(edit))
}

/// A field under a new name: both are there for one release.
pub(super) fn renamed(
    fields: &Both<FieldSide<'_>>,
    versions: &Both<&Ready<'_>>,
) -> Option<Vec<Vec<Draft>>> {
    let new = versions.new;
    let (was, is) = (&fields.old.field.name, &fields.new.field.name);
    let defined = fields.new.defined?;
    let Kept {
        record,
        field,
        at,
        types,
    } = kept(&fields.old, versions)?;
    let mut own = defined.clone();
    own.aliases.retain(|alias| alias != was);
    let mut field = field;
    field.aliases.retain(|alias| alias != is);
    let mut plans = Vec::new();
    for (old, old_words) in spared(&field, new) {
        for (own, words) in spared(&own, new) {
            let mut last = vec![set(record, own.clone())];
            last.extend(reserve(record, was, new));
            plans.push(vec![
                Draft {
                    text: format!(
                        "release `{is}` {words} beside `{was}` {old_words}, marked `deprecated`; writers fill both, \
                         readers use `{is}`"
                    ),
                    edits: with(
                        &types,
                        [
                            set(record, own),
                            Edit::AddField {
                                record,
                                field: Box::new(old.clone()),
                                at,
                            },
                        ],
                    ),
                },
                Draft {
                    text: format!("remove `{was}` and add it to `reserved`"),
                    edits: last,
                },
            ]);
        }
    }
    Some(plans)
}

/// A field of another type: what is new gets a name of its own, and both are there for one release.
pub(super) fn typed(
    fields: &Both<FieldSide<'_>>,
    versions: &Both<&Ready<'_>>,
) -> Option<Vec<Vec<Draft>>> {
    let new = versions.new;
    let (was, is) = (fields.old.defined?, fields.new.defined?);
    let record = id(&fields.new, new)?;
    let (back, types) = back(was, record, versions)?;
    let definition = new.version.schema.records.get(record.0)?;
    let at = definition.fields.iter().position(|f| f.name == is.name)?;
    let name = &is.name;
    let taken = |name: &String| {
        let of = |fields: &[Field]| {
            fields
                .iter()
                .any(|f| f.name == *name || f.aliases.contains(name))
        };
        let before = fields.old.record.defined;
        of(&definition.fields)
            || definition.reserved.contains(name)
            || before.is_some_and(|before| of(&before.fields) || before.reserved.contains(name))
    };
    let fresh = (2..100).map(|n| format!("{name}_{n}"));
    let fresh = fresh.into_iter().find(|name| !taken(name))?;
    let old = Field {
        aliases: is.aliases.clone(),
        deprecated: Some(format!("`{fresh}` has it.")),
        name: name.clone(),
        ..back
    };
    let own = Field {
        name: fresh.clone(),
        aliases: Vec::new(),
        ..is.clone()
    };
    let text = fields.new.type_text();
    let mut plans = Vec::new();
    for (old, old_words) in spared(&old, new) {
        for (own, words) in spared(&own, new) {
            let add = |at: usize| Edit::AddField {
                record,
                field: Box::new(own.clone()),
                at,
            };
            let gone = Edit::RemoveField {
                record,
                name: name.clone(),
            };
            let mut last = vec![add(at), gone];
            last.extend(reserve(record, name, new));
            plans.push(vec![
                Draft {
                    text: format!(
                        "release a new field of the type {text}, `{fresh}` say, {words} beside `{name}` {old_words}, \
                         marked `deprecated`; writers fill both, readers use `{fresh}`"
                    ),
                    edits: with(&types, [set(record, old.clone()), add(at + 1)]),
                },
                Draft {
                    text: format!("remove `{name}` and add it to `reserved`"),
                    edits: last,
                },
            ]);
        }
    }
    Some(plans)
}
