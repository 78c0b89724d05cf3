//! Fields of a record in its TOML text.

use tg_schema_model::{Encoding, Field, FieldPulsar, Presence, Profile, Record, Schema, value};

use super::place::{Table, strange};
use super::{Inexpressible, Texts, type_text};
use crate::definition::node::{Data, Making};
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
    let fields = record.table("fields").ok_or_else(|| strange("fields"))?;
    let entry = fields.entry(&is.name).ok_or_else(|| strange(&is.name))?;
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
    if let Some(table) = fields.table(&is.name) {
        let mut edits = Vec::new();
        for (key, value) in changed {
            match value {
                Some(_) if key == "pulsar" && table.entry(key).is_some() => {
                    return Err(strange(key));
                }
                Some(value) => edits.extend(table.set(key, &value)?),
                None => edits.extend(table.drop(key)?),
            }
        }
        return merged(&table, edits);
    }
    let Data::String { .. } = entry.node.data else {
        return Err(strange(&is.name));
    };
    // Only a type stands there.
    let range = entry.node.span.range();
    let ty = match changed.iter().find(|(key, _)| *key == "type") {
        Some((_, Some(ty))) => ty.clone(),
        _ => fields
            .text
            .get(range.clone())
            .unwrap_or_default()
            .to_owned(),
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
    Ok(vec![fields.edit(range, text)])
}

/// Several keys that come in at one place are one edit.
fn merged(table: &Table<'_>, edits: Vec<super::TextEdit>) -> Texts {
    let mut one: Vec<super::TextEdit> = Vec::new();
    for edit in edits {
        match one
            .iter_mut()
            .find(|e| e.range == edit.range && e.range.is_empty())
        {
            Some(known) => known.text.push_str(&edit.text),
            None => one.push(table.edit(edit.range, edit.text)),
        }
    }
    Ok(one)
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
    let Some(fields) = record.table("fields") else {
        return Err(strange("fields"));
    };
    let before = at.min(definition.fields.len()).checked_sub(1);
    let before = before.and_then(|at| definition.fields.get(at));
    if fields.making() == Making::Implied {
        // Every field has a header of its own.
        return match (before, definition.fields.first()) {
            (Some(before), _) => fields.table_behind(&before.name, &name, &keys),
            (None, Some(first)) => fields.table_before(&first.name, &name, &keys),
            (None, None) => Err(strange("fields")),
        };
    }
    let line = as_line(&name, &keys);
    match before {
        Some(before) => fields.insert(&line, fields.entry(&before.name)),
        None if definition.fields.is_empty() => fields.insert(&line, None),
        None => fields.insert_first(&line),
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
        keys => {
            let keys: Vec<String> = keys.iter().map(|(k, v)| format!("{k} = {v}")).collect();
            format!("{name} = {{ {} }}", keys.join(", "))
        }
    }
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
    let FieldPulsar {
        required,
        required_default,
        raw,
        ..
    } = &field.pulsar;
    let registered = [
        required.map(|required| format!("required = {required}")),
        required_default.then(|| "required_default = true".to_owned()),
        raw.as_ref().map(|raw| format!("raw = {}", string(raw))),
    ];
    let registered: Vec<String> = registered.into_iter().flatten().collect();
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
