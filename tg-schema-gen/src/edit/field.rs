//! Fields of a record in its text.

use tg_schema_model::{Encoding, Field, FieldPulsar, Presence, Profile, Record, Schema, value};

use super::place::{Group, Key, Member, Table, strange};
use super::{Inexpressible, Texts, type_text};
use crate::definition::node::Making;
use crate::definition::usual_encoding;
use crate::migration::toml::{key as key_text, string, value as value_text};

/// Makes a field of `record` what `is` says.
pub(super) fn set(
    schema: &Schema,
    module: usize,
    record: &Table<'_>,
    definition: &Record,
    is: &Field,
) -> Texts {
    let was = definition.fields.iter().find(|f| f.name == is.name);
    let was = was.ok_or_else(|| strange(&is.name))?;
    let fields = record.group("fields").ok_or_else(|| strange("fields"))?;
    let member = fields.member(&is.name).ok_or_else(|| strange(&is.name))?;
    let before = keys(schema, module, definition.profile, was)?;
    let after = keys(schema, module, definition.profile, is)?;
    let mut changed: Vec<(&str, Option<String>)> = Vec::new();
    for ((key, old), (_, new)) in before.iter().zip(&after) {
        if old != new {
            changed.push((key, new.clone()));
        }
    }
    if changed.is_empty() {
        return Ok(Vec::new());
    }
    let range = match member {
        Member::Table(table) => return in_table(&table, was, is, changed),
        Member::Text(range) => range,
    };
    // Only a type stands there.
    let ty = match changed.iter().find(|(key, _)| *key == "type") {
        Some((_, Some(ty))) => ty.clone(),
        _ => record.script.part(range.clone()).to_owned(),
    };
    let more: Vec<String> = changed
        .iter()
        .filter(|(key, _)| *key != "type")
        .filter_map(|(key, value)| Some(format!("{key} = {}", value.as_ref()?)))
        .collect();
    let text = match more.is_empty() {
        true => ty,
        false => format!("{{ type = {ty}, {} }}", more.join(", ")),
    };
    Ok(vec![record.script.edit(range, record.script.value(&text)?)])
}

/// Changes keys of a field that is written as a table.
fn in_table(table: &Table<'_>, was: &Field, is: &Field, mut changed: Vec<Key<'_>>) -> Texts {
    let mut edits = Vec::new();
    let has = |key: &str| table.entry(key).is_some();
    if !was.aliases.is_empty() && !is.aliases.is_empty() && has("aliases") {
        changed.retain(|(key, _)| *key != "aliases");
        edits.extend(table.set_items("aliases", &is.aliases)?);
    }
    let registered = changed
        .iter()
        .any(|(key, new)| *key == "pulsar" && new.is_some());
    if registered && has("pulsar") {
        changed.retain(|(key, _)| *key != "pulsar");
        let inner = table.table("pulsar").ok_or_else(|| strange("pulsar"))?;
        let (old, new) = (registration(&was.pulsar), registration(&is.pulsar));
        let pairs = old.into_iter().zip(new);
        let pairs = pairs.filter(|((_, old), (_, new))| old != new);
        let pairs: Vec<Key<'_>> = pairs.map(|(_, new)| new).collect();
        edits.extend(inner.keys(&pairs)?);
    }
    edits.extend(table.keys(&changed)?);
    Ok(edits)
}

/// Puts a field into a record.
pub(super) fn add(
    schema: &Schema,
    module: usize,
    record: &Table<'_>,
    definition: &Record,
    field: &Field,
    at: usize,
) -> Texts {
    let keys = keys(schema, module, definition.profile, field)?;
    let keys: Vec<(&str, &String)> = keys
        .iter()
        .filter_map(|(k, v)| Some((*k, v.as_ref()?)))
        .collect();
    let name = key_text(&field.name);
    let line = as_line(&name, &keys);
    let at = at.min(definition.fields.len());
    let before = at.checked_sub(1);
    let named = before.and_then(|at| Some(definition.fields.get(at)?.name.as_str()));
    let first = definition.fields.first().map(|field| field.name.as_str());
    let called = string(&field.name);
    let with_name: Vec<(&str, &String)> = std::iter::once(("name", &called))
        .chain(keys.iter().copied())
        .collect();
    match record.group("fields") {
        None => match record.entry("fields") {
            None => record.keys(&[("fields", Some(format!("{{ {line} }}")))]),
            Some(_) => Err(strange("fields")),
        },
        Some(Group::Items(_)) => record.array_item("fields", before, inline(&with_name)),
        Some(fields @ Group::Headers(_)) => {
            let beside = named.or(first).and_then(|name| fields.table(name));
            let beside = beside.ok_or_else(|| strange("fields"))?;
            beside.item(named.is_none(), &with_name)
        }
        Some(Group::Named(fields)) if fields.making() == Making::Implied => {
            // Every field has a header of its own.
            match (named, first) {
                (Some(named), _) => {
                    let beside = fields.table(named).ok_or_else(|| strange(named))?;
                    beside.table_behind(&name, &keys)
                }
                (None, Some(first)) => {
                    let beside = fields.table(first).ok_or_else(|| strange(first))?;
                    beside.table_before(&name, &keys)
                }
                (None, None) => Err(strange("fields")),
            }
        }
        Some(Group::Named(fields)) => match first {
            Some(_) if named.is_none() => fields.insert_first(line),
            _ => fields.insert(line, named),
        },
    }
}

/// A field as one line.
pub(super) fn line(
    schema: &Schema,
    module: usize,
    profile: Profile,
    field: &Field,
) -> Result<String, Inexpressible> {
    let keys = keys(schema, module, profile, field)?;
    let keys: Vec<(&str, &String)> = keys
        .iter()
        .filter_map(|(k, v)| Some((*k, v.as_ref()?)))
        .collect();
    Ok(as_line(&key_text(&field.name), &keys))
}

fn as_line(name: &str, keys: &[(&str, &String)]) -> String {
    match keys {
        [("type", ty)] => format!("{name} = {ty}"),
        keys => format!("{name} = {}", inline(keys)),
    }
}

fn inline(keys: &[(&str, &String)]) -> String {
    let keys: Vec<String> = keys.iter().map(|(k, v)| format!("{k} = {v}")).collect();
    format!("{{ {} }}", keys.join(", "))
}

type Keys = Vec<(&'static str, Option<String>)>;

/// What a definition says of a field, by key, in the order in which it is written.
fn keys(
    schema: &Schema,
    module: usize,
    profile: Profile,
    field: &Field,
) -> Result<Keys, Inexpressible> {
    let mark = if field.presence == Presence::Optional {
        "?"
    } else {
        ""
    };
    let ty = string(&format!("{}{mark}", type_text(schema, module, &field.ty)));
    let default = match field.presence.default() {
        Some(default) => {
            let json = value::to_json(schema, &field.ty, field.encoding, default)
                .map_err(|e| Inexpressible(format!("the default of `{}`: {e}", field.name)))?;
            let text = value_text(&json);
            Some(text.ok_or_else(|| strange("default"))?)
        }
        None => None,
    };
    let nullable = matches!(field.presence, Presence::NullableDefault(_));
    let list = |names: &[String]| {
        let names: Vec<String> = names.iter().map(|name| string(name)).collect();
        (!names.is_empty()).then(|| format!("[{}]", names.join(", ")))
    };
    let has_bytes = *field.ty.leaf() == tg_schema_model::Type::Bytes;
    let encoding = match field.encoding {
        usual if !has_bytes || usual == usual_encoding(profile) => None,
        Encoding::Utf8 => Some("\"utf8\"".to_owned()),
        Encoding::Base64 => Some("\"base64\"".to_owned()),
    };
    let registered: Vec<String> = registration(&field.pulsar)
        .into_iter()
        .filter_map(|(key, value)| Some(format!("{key} = {}", value?)))
        .collect();
    Ok(vec![
        ("type", Some(ty)),
        ("default", default),
        ("nullable", nullable.then(|| "true".to_owned())),
        ("encoding", encoding),
        ("aliases", list(&field.aliases)),
        (
            "deprecated",
            field.deprecated.as_ref().map(|text| string(text)),
        ),
        ("doc", field.doc.as_ref().map(|text| string(text))),
        (
            "pulsar",
            (!registered.is_empty()).then(|| format!("{{ {} }}", registered.join(", "))),
        ),
    ])
}

/// What a definition says of how a field is registered.
fn registration(pulsar: &FieldPulsar) -> [Key<'static>; 3] {
    let FieldPulsar {
        required,
        required_default,
        raw,
        ..
    } = pulsar;
    [
        ("required", required.map(|required| required.to_string())),
        (
            "required_default",
            required_default.then(|| "true".to_owned()),
        ),
        ("raw", raw.as_ref().map(|raw| string(raw))),
    ]
}
