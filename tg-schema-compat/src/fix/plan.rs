//! The releases to make where a change is meant: what the definitions are at each, as edits of the new ones.
//!
//! A field is never taken away from readers that need it, nor given another meaning: what is new comes beside it, the
//! old one gets a way to be without a value, and goes with a later release.

use tg_schema_model::edit::Edit;
use tg_schema_model::{Field, Presence, RecordId, TopicDefinition, Type, Value};

use super::candidate::{default_name, id, zero};
use super::translate;
use crate::change::{Both, Change, EnumSide, FieldSide, What};
use crate::check::Ready;
use crate::report::{Finding, Severity};

/// One release.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// What to release, in the imperative; who is first is known when it was compared.
    pub text: String,
    /// What the definitions are then: these edits of the new ones.
    pub edits: Vec<Edit>,
}

/// Plans, each of some releases. The one that is liked best comes first.
pub(super) fn drafts(
    finding: &Finding,
    change: &Change<'_>,
    old: &Ready<'_>,
    new: &Ready<'_>,
) -> Vec<Vec<Draft>> {
    let versions = Both { old, new };
    let plans = match &change.what {
        _ if finding.severity == Severity::Info => None,
        What::Added(field) => Some(added(field, new)),
        What::Removed(field) => removed(field, &versions),
        What::Renamed { fields, .. } => renamed(fields, &versions),
        What::Field(fields) if fields.old.field.name != fields.new.field.name => {
            renamed(fields, &versions)
        }
        What::Field(fields) if fields.old.defined.map(bytes) != fields.new.defined.map(bytes) => {
            typed(fields, &versions)
        }
        What::Field(_) => None,
        What::Type(types) => match (types.old.field, types.new.field) {
            (Some(old), Some(new)) => typed(&Both { old, new }, &versions),
            _ => None,
        },
        What::Enum(both) => enumeration(both, new),
        What::Record(both) => {
            let (was, is) = (both.old.record.name.full(), &both.new.record.name);
            let record = new.index.record(&is.full());
            let known = both.new.record.aliases.iter();
            let known = known.map(|alias| alias.full()).any(|alias| alias == was);
            record.map(|record| {
                let alias = Edit::AddRecordAlias {
                    record,
                    alias: was.clone(),
                };
                let edits = Vec::from_iter((!known).then_some(alias));
                let text = format!("release `{}` with the alias `{was}`", is.name);
                vec![as_it_is(text, edits)]
            })
        }
        What::Topic(Both {
            old: Some(was),
            new: Some(is),
        }) if was.address != is.address => Some(moved(was, is, new)),
        What::Topic(Both {
            old: Some(was),
            new: None,
        }) => {
            let text = format!(
                "stop the writers of `{}`, let readers empty it, then release without it",
                was.address
            );
            Some(vec![as_it_is(text, Vec::new())])
        }
        _ => None,
    };
    let mut plans = plans.unwrap_or_default();
    let mut effects = finding.effects.iter();
    let concerns_order = effects.any(|e| e.direction.is_some() && e.severity > Severity::Info);
    let is_change = matches!(
        change.what,
        What::Added(_)
            | What::Removed(_)
            | What::Renamed { .. }
            | What::Field(_)
            | What::Type(_)
            | What::Enum(_)
    );
    if concerns_order && is_change {
        plans.push(as_it_is(
            format!("release {} as it is", change.name()),
            Vec::new(),
        ));
    }
    plans
}

fn bytes(field: &Field) -> tg_schema_model::Encoding {
    field.encoding
}

/// One release, in the order that the comparison gives.
fn as_it_is(text: String, edits: Vec<Edit>) -> Vec<Draft> {
    vec![Draft { text, edits }]
}

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
fn added(side: &FieldSide<'_>, new: &Ready<'_>) -> Vec<Vec<Draft>> {
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
fn removed(side: &FieldSide<'_>, versions: &Both<&Ready<'_>>) -> Option<Vec<Vec<Draft>>> {
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
    let before = &side.record.defined?.fields;
    let at = before.iter().position(|f| f.name == side.field.name)?;
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
fn renamed(fields: &Both<FieldSide<'_>>, versions: &Both<&Ready<'_>>) -> Option<Vec<Vec<Draft>>> {
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
fn typed(fields: &Both<FieldSide<'_>>, versions: &Both<&Ready<'_>>) -> Option<Vec<Vec<Draft>>> {
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

/// An enum: what readers do with symbols that they do not know is settled before there are any.
fn enumeration(both: &Both<EnumSide<'_>>, new: &Ready<'_>) -> Option<Vec<Vec<Draft>>> {
    let (was, is) = (both.old.defined?, both.new.defined?);
    let enumeration = new.index.enumeration(&both.new.definition.name.full())?;
    let name = &is.name;
    let names = |of: &tg_schema_model::Enum| -> Vec<String> {
        of.symbols
            .iter()
            .map(|symbol| symbol.name.clone())
            .collect()
    };
    let (before, after) = (names(was), names(is));
    let alias = both.old.definition.name.full();
    let known = both.new.definition.aliases.iter().map(|known| known.full());
    let named = both.old.definition.name != both.new.definition.name
        && !known.into_iter().any(|known| known == alias);
    let alias = named.then_some(Edit::AddEnumAlias { enumeration, alias });
    let whole = |text: String, edits: Vec<Edit>| Draft {
        text,
        edits: alias.clone().into_iter().chain(edits).collect(),
    };
    let fresh = after.iter().any(|symbol| !before.contains(symbol));
    let gone = before.iter().any(|symbol| !after.contains(symbol));
    let verb = match (fresh, gone) {
        (true, false) => "with the new symbols",
        (false, true) => "without the symbols that go",
        _ => "as it is",
    };
    let mut plans = Vec::new();
    if fresh || gone {
        let at_once = vec![whole(format!("release `{name}` {verb}"), Vec::new())];
        // What is read as a symbol of another name stands in both versions.
        let stands = [default_name(is), default_name(was)].into_iter().flatten();
        let stands = stands.chain(after.iter().cloned());
        let stands = stands
            .into_iter()
            .find(|s| before.contains(s) && after.contains(s));
        if let Some(stands) = stands {
            let values = match both.old.defined {
                Some(old) if !is.pulsar.values.is_empty() => old.pulsar.values.clone(),
                _ => Vec::new(),
            };
            let set_default = Edit::SetEnumDefault {
                enumeration,
                symbol: Some(stands.clone()),
            };
            let first = vec![
                Edit::SetSymbols {
                    enumeration,
                    symbols: before.clone(),
                    values,
                },
                set_default.clone(),
                Edit::SetOpen {
                    enumeration,
                    open: was.open,
                },
            ];
            let last =
                Vec::from_iter((default_name(is) != Some(stands.clone())).then_some(set_default));
            let two = vec![
                whole(
                    format!(
                        "release `{name}` with the default {stands:?} and the symbols as they were"
                    ),
                    first,
                ),
                whole(format!("release `{name}` {verb}"), last),
            ];
            // To a reader that keeps what it does not know a default is a loss.
            match was.open || default_name(was).is_some() {
                true => plans.extend([at_once, two]),
                false => plans.extend([two, at_once]),
            }
        } else {
            plans.push(at_once);
        }
        return Some(plans);
    }
    plans.push(vec![whole(format!("release `{name}` {verb}"), Vec::new())]);
    if default_name(was) != default_name(is) && was.open != is.open {
        let back = Edit::SetEnumDefault {
            enumeration,
            symbol: default_name(was),
        };
        let open = Edit::SetOpen {
            enumeration,
            open: was.open,
        };
        let words = match is.open {
            true => "open",
            false => "closed",
        };
        plans.push(vec![
            whole(
                format!("release `{name}` {words}, with the default as it was"),
                vec![back],
            ),
            whole(
                format!("release `{name}` with the default as it is"),
                Vec::new(),
            ),
        ]);
        plans.push(vec![
            whole(
                format!("release `{name}` with the default as it is"),
                vec![open],
            ),
            whole(format!("release `{name}` {words}"), Vec::new()),
        ]);
    }
    Some(plans)
}

/// A topic at another address: both are there for one release. Where the two may not be, the new one gets a queue of its
/// own.
fn moved(was: &TopicDefinition, is: &TopicDefinition, new: &Ready<'_>) -> Vec<Vec<Draft>> {
    let topics = &new.version.schema.topics;
    let same = |t: &TopicDefinition| t.name == is.name && t.module == is.module;
    let Some(topic) = topics.iter().position(same) else {
        return Vec::new();
    };
    let taken = |name: &String| topics.iter().any(|topic| topic.name == *name);
    let fresh = (2..100).map(|n| format!("{}_{n}", is.name));
    let Some(fresh) = fresh.into_iter().find(|name| !taken(name)) else {
        return Vec::new();
    };
    let queues = (2..100).map(|n| {
        let (tenant, namespace) = (is.address.tenant(), is.address.namespace());
        let queue = format!("{}-{n}", is.address.queue());
        format!("{}/{tenant}/{namespace}/{queue}", is.address.qos())
    });
    let other = |address: &String| topics.iter().all(|t| t.address.to_string() != *address);
    let own = queues
        .into_iter()
        .find(other)
        .and_then(|address| address.parse().ok());
    let plan = |address: &tg_schema_model::Topic| {
        let both = vec![
            Edit::SetAddress {
                topic,
                address: was.address.clone(),
            },
            Edit::AddTopic {
                beside: topic,
                name: fresh.clone(),
                address: address.clone(),
            },
        ];
        let last = Edit::SetAddress {
            topic,
            address: address.clone(),
        };
        vec![
            Draft {
                text: format!(
                    "release two topics, `{}` as it was and `{address}` under a name of its own, `{fresh}` say; \
                     readers listen to both",
                    was.address
                ),
                edits: both,
            },
            Draft {
                text: format!(
                    "move the writers to `{address}`; when `{}` is drained, release without it",
                    was.address
                ),
                edits: Vec::from_iter((*address != is.address).then_some(last)),
            },
        ]
    };
    [Some(is.address.clone()), own]
        .into_iter()
        .flatten()
        .map(|address| plan(&address))
        .collect()
}
