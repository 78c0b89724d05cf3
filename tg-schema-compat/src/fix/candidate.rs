//! The edits that may mend a finding, smallest first.

use std::collections::BTreeMap;

use tg_schema_model::edit::Edit;
use tg_schema_model::{Field, Presence, RecordId, Type, Value};

use super::symbol::{known_symbols, values};
use super::translate;
use crate::change::{Both, Change, EnumSide, FieldSide, What};
use crate::check::Ready;
use crate::report::Finding;

/// Edits, and what they are in words.
pub(super) struct Candidate {
    pub edits: Vec<Edit>,
    pub message: String,
}

pub(super) fn of(
    finding: &Finding,
    change: &Change<'_>,
    old: &Ready<'_>,
    new: &Ready<'_>,
) -> Vec<Candidate> {
    let versions = Both { old, new };
    match &change.what {
        What::Added(field) => added(field, new),
        What::Removed(field) => kept(field, new, &versions).into_iter().collect(),
        What::Renamed { fields, .. } => renamed(fields, &versions),
        What::Field(fields) if fields.old.field.name != fields.new.field.name => {
            renamed(fields, &versions)
        }
        What::Field(fields) => restored(fields, &versions),
        What::Type(types) => match (types.old.field, types.new.field) {
            (Some(old), Some(new)) => restored(&Both { old, new }, &versions),
            _ => Vec::new(),
        },
        What::BranchAdded(side) | What::BranchRemoved(side) => {
            let Some(field) = side.field else {
                return Vec::new();
            };
            same_field(&field, &versions)
                .map(|both| restored(&both, &versions))
                .unwrap_or_default()
        }
        What::Enum(both) => symbols(finding, both, new),
        What::Record(both) => {
            let alias = both.old.record.name.full();
            let record = new.index.record(&both.new.record.name.full());
            let edit = record.map(|record| Edit::AddRecordAlias {
                record,
                alias: alias.clone(),
            });
            candidates(edit, format!("add the alias `{alias}` to the record"))
        }
        What::Topic(Both {
            old: Some(was),
            new: Some(is),
        }) => {
            let topics = &new.version.schema.topics;
            let topic = topics
                .iter()
                .position(|t| t.name == is.name && t.module == is.module);
            let edit = topic.map(|topic| Edit::SetAddress {
                topic,
                address: was.address.clone(),
            });
            candidates(edit, format!("keep the address `{}`", was.address))
        }
        _ => Vec::new(),
    }
}

fn candidates(edit: Option<Edit>, message: String) -> Vec<Candidate> {
    edit.into_iter()
        .map(|edit| Candidate {
            edits: vec![edit],
            message: message.clone(),
        })
        .collect()
}

pub(super) fn id(side: &FieldSide<'_>, ready: &Ready<'_>) -> Option<RecordId> {
    ready.index.record(&side.record.record.name.full())
}

/// A new field that old messages do not carry.
fn added(side: &FieldSide<'_>, new: &Ready<'_>) -> Vec<Candidate> {
    let (Some(record), Some(field)) = (id(side, new), side.defined) else {
        return Vec::new();
    };
    let name = &field.name;
    let set = |change: &dyn Fn(&mut Field)| {
        let mut field = field.clone();
        change(&mut field);
        vec![Edit::SetField {
            record,
            field: Box::new(field),
        }]
    };
    let mut found = Vec::new();
    if side.is_nullable() {
        found.push(Candidate {
            edits: set(&|f| f.pulsar.required_default = true),
            message: format!(
                "register a default for `{name}`: `pulsar = {{ required_default = true }}`; old messages read as without it"
            ),
        });
        return found;
    }
    found.push(Candidate {
        edits: set(&|f| f.presence = Presence::Optional),
        message: format!("make `{name}` optional: old messages read as without it"),
    });
    if let Some((zero, text)) = zero(&field.ty) {
        found.push(Candidate {
            edits: set(&|f| f.presence = Presence::Default(zero.clone())),
            message: format!("give `{name}` a default: with {text}, old messages read as that"),
        });
    }
    found
}

/// The name of the symbol that unknown ones are read as.
pub(super) fn default_name(of: &tg_schema_model::Enum) -> Option<String> {
    of.default_symbol().map(|symbol| symbol.name.clone())
}

/// The plainest value of a type, and how a definition writes it.
pub(super) fn zero(ty: &Type) -> Option<(Value, &'static str)> {
    Some(match ty {
        Type::String => (Value::String(String::new()), "\"\""),
        Type::Boolean => (Value::Boolean(false), "false"),
        Type::Int => (Value::Int(0), "0"),
        Type::Long => (Value::Long(0), "0"),
        Type::Float => (Value::Float(0.0), "0.0"),
        Type::Double => (Value::Double(0.0), "0.0"),
        Type::Array(_) => (Value::Array(Vec::new()), "[]"),
        Type::Map(_) => (Value::Map(BTreeMap::new()), "{}"),
        _ => return None,
    })
}

/// A field that is gone comes back, marked.
fn kept(side: &FieldSide<'_>, new: &Ready<'_>, versions: &Both<&Ready<'_>>) -> Option<Candidate> {
    let edit = keep(side, new, versions)?;
    let name = &side.field.name;
    Some(Candidate {
        edits: vec![edit],
        message: format!(
            "keep `{name}`, marked `deprecated`, until nobody sends or reads it; then add it to `reserved`"
        ),
    })
}

/// Where a field that is gone comes back: behind the one before it that is there still.
pub(super) fn place(side: &FieldSide<'_>, record: RecordId, new: &Ready<'_>) -> Option<usize> {
    let before = &side.record.defined?.fields;
    let was = before.iter().position(|f| f.name == side.field.name)?;
    let mut kept = before.get(..was)?.iter().rev();
    let kept = kept.find_map(|field| new.field(record, &field.name));
    let after = &new.version.schema.records.get(record.0)?.fields;
    let at = kept.and_then(|kept| after.iter().position(|f| f.name == kept.name));
    Some(at.map_or(0, |at| at + 1))
}

pub(super) fn keep(
    side: &FieldSide<'_>,
    new: &Ready<'_>,
    versions: &Both<&Ready<'_>>,
) -> Option<Edit> {
    // The record may have another name now; fields are put back where it is what it was.
    let record = id(side, new)?;
    let field = side.defined?;
    let at = place(side, record, new)?;
    let mut field = translate::field(field, &versions.old.version.schema, &new.index)?;
    field
        .deprecated
        .get_or_insert_with(|| "No longer used.".to_owned());
    Some(Edit::AddField {
        record,
        field: Box::new(field),
        at,
    })
}

/// A field under a new name: the old one stays beside it, and both are written for a while.
fn renamed(fields: &Both<FieldSide<'_>>, versions: &Both<&Ready<'_>>) -> Vec<Candidate> {
    let new = versions.new;
    let (was, is) = (&fields.old.field.name, &fields.new.field.name);
    let (Some(record), Some(defined)) = (id(&fields.new, new), fields.new.defined) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if !defined.aliases.contains(was) {
        let mut field = defined.clone();
        field.aliases.push(was.clone());
        found.push(Candidate {
            edits: vec![Edit::SetField {
                record,
                field: Box::new(field),
            }],
            message: format!("add the alias `{was}` to `{is}`, if it is the same"),
        });
    }
    if let Some(keep) = keep(&fields.old, new, versions) {
        let mut field = defined.clone();
        field.aliases.retain(|alias| alias != was);
        if field.presence == Presence::Required {
            field.presence = Presence::Optional;
        }
        let set = Edit::SetField {
            record,
            field: Box::new(field),
        };
        found.push(Candidate {
            edits: vec![set, keep],
            message: format!(
                "keep `{was}`, marked `deprecated`, beside an optional `{is}`, and write both until nobody reads `{was}`"
            ),
        });
    }
    found
}

/// A field gets back what it was.
fn restored(fields: &Both<FieldSide<'_>>, versions: &Both<&Ready<'_>>) -> Vec<Candidate> {
    let new = versions.new;
    let (Some(record), Some(was), Some(is)) =
        (id(&fields.new, new), fields.old.defined, fields.new.defined)
    else {
        return Vec::new();
    };
    let set = |field: Field| {
        vec![Edit::SetField {
            record,
            field: Box::new(field),
        }]
    };
    let name = &is.name;
    let mut found = Vec::new();
    if let (true, Presence::Default(default)) = (was.presence.nullable(), &is.presence) {
        found.push(Candidate {
            edits: set(Field {
                presence: Presence::NullableDefault(default.clone()),
                ..is.clone()
            }),
            message: format!("add `nullable = true` to `{name}`: null still reads as the default"),
        });
    }
    let Some(back) = translate::field(was, &versions.old.version.schema, &new.index) else {
        return found;
    };
    if back.presence != is.presence && back.ty == is.ty {
        found.push(Candidate {
            edits: set(Field {
                presence: back.presence.clone(),
                ..is.clone()
            }),
            message: match back.presence {
                Presence::Required => format!("keep `{name}` required"),
                Presence::Optional => format!("keep `{name}` optional"),
                _ => format!("keep the default of `{name}`"),
            },
        });
    }
    found.push(Candidate {
        edits: set(Field {
            ty: back.ty,
            presence: back.presence,
            encoding: back.encoding,
            pulsar: back.pulsar,
            ..is.clone()
        }),
        message: format!(
            "keep `{name}` as it was; give what is new a field of its own, under another name"
        ),
    });
    found
}

/// The field of a branch, in both versions, where it has one name.
pub(super) fn same_field<'v>(
    field: &FieldSide<'v>,
    versions: &Both<&'v Ready<'v>>,
) -> Option<Both<FieldSide<'v>>> {
    let side = |ready: &'v Ready<'v>| {
        let id = ready.index.record(&field.record.record.name.full())?;
        let record = ready.version.schema.records.get(id.0)?;
        Some(FieldSide {
            defined: Some(record.fields.iter().find(|f| f.name == field.field.name)?),
            ..*field
        })
    };
    Some(Both {
        old: side(versions.old)?,
        new: side(versions.new)?,
    })
}

/// An enum gets its symbols back.
fn symbols(finding: &Finding, both: &Both<EnumSide<'_>>, new: &Ready<'_>) -> Vec<Candidate> {
    let (was, is) = (both.old.definition, both.new.definition);
    let Some(enumeration) = new.index.enumeration(&is.name.full()) else {
        return Vec::new();
    };
    let (Some(old), Some(known)) = (both.old.defined, both.new.defined) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    if was.name != is.name {
        let alias = was.name.full();
        let edit = Edit::AddEnumAlias {
            enumeration,
            alias: alias.clone(),
        };
        found.extend(candidates(
            Some(edit),
            format!("add the alias `{alias}` to the enum"),
        ));
    }
    if old.open != known.open {
        found.extend(candidates(
            Some(Edit::SetOpen {
                enumeration,
                open: old.open,
            }),
            match old.open {
                true => "keep `open = true` on the enum".to_owned(),
                false => "leave `open` out".to_owned(),
            },
        ));
    }
    let (before, after) = (default_name(old), default_name(known));
    let stays = before.as_ref().is_none_or(|name| is.symbols.contains(name));
    if before != after && stays {
        let back = Edit::SetEnumDefault {
            enumeration,
            symbol: before.clone(),
        };
        let words = match &before {
            Some(name) => format!("keep the default {name:?} of the enum"),
            None => "leave the default of the enum out".to_owned(),
        };
        found.extend(candidates(Some(back.clone()), words.clone()));
        if old.open != known.open {
            let open = Edit::SetOpen {
                enumeration,
                open: old.open,
            };
            let also = match old.open {
                true => "keep it open",
                false => "leave `open` out",
            };
            found.push(Candidate {
                edits: vec![open, back],
                message: format!("{words}, and {also}"),
            });
        }
    }
    let (then, now) = (known_symbols(&was.symbols), known_symbols(&is.symbols));
    let gone: Vec<&String> = was.symbols.iter().filter(|s| !now.contains(s)).collect();
    let fresh: Vec<&String> = is.symbols.iter().filter(|s| !then.contains(s)).collect();
    // The Python values go with their symbols.
    let values_of = |symbols: &[String]| -> Option<Vec<Value>> {
        if known.pulsar.values.is_empty() {
            return Some(Vec::new());
        }
        let mut all = values(old);
        all.extend(values(known));
        symbols.iter().map(|name| all.get(name).cloned()).collect()
    };
    let mut set = |symbols: Vec<String>, open: bool, message: String| {
        if let Some(values) = values_of(&symbols) {
            // A default that is left out gives way to the former one.
            let lost = after.as_ref().is_some_and(|name| !symbols.contains(name));
            let former = before.clone().filter(|name| lost && symbols.contains(name));
            let message = match (lost, &former) {
                (false, _) => message,
                (true, Some(name)) => {
                    format!("keep the default {name:?} of the enum, and {message}")
                }
                (true, None) => format!("leave the default of the enum out, and {message}"),
            };
            let mut edits = vec![Edit::SetSymbols {
                enumeration,
                symbols,
                values,
            }];
            if lost {
                edits.push(Edit::SetEnumDefault {
                    enumeration,
                    symbol: former,
                });
            }
            if open != known.open {
                edits.push(Edit::SetOpen { enumeration, open });
            }
            found.push(Candidate { edits, message });
        }
    };
    let listed = |names: &[&String]| {
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        names.join(", ")
    };
    if !gone.is_empty() && finding.rule.page.id != "ENUM_SYMBOL_ADDED" {
        let mut symbols = was.symbols.clone();
        symbols.extend(fresh.iter().map(|s| (*s).clone()));
        let message = format!("keep {} in the enum", listed(&gone));
        set(symbols, known.open, message);
    }
    if !fresh.is_empty() {
        let symbols = is.symbols.iter().filter(|s| then.contains(s));
        set(
            symbols.cloned().collect(),
            known.open,
            format!(
                "leave {} out until every reader has a release in which the enum has a default",
                listed(&fresh)
            ),
        );
    }
    set(
        was.symbols.clone(),
        known.open,
        "keep the symbols as they were".to_owned(),
    );
    if old.open != known.open {
        set(
            was.symbols.clone(),
            old.open,
            "keep the symbols and `open` as they were".to_owned(),
        );
    }
    found
}
