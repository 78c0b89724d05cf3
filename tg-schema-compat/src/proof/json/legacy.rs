//! What a hand-written reader of dataclasses has of a message: everything that is there, as it is.

use tg_schema_model::value::to_json;
use tg_schema_model::{Encoding, Json, Presence, RecordId, Schema, Type};

use super::super::Fact;
use crate::engine::json::Party;

/// What the reader has, or what it raises.
pub(super) fn read(reader: Party<'_>, message: &Json) -> Result<Json, Vec<Fact>> {
    let mut reading = Reading {
        schema: reader.schema,
        path: String::new(),
        missing: Vec::new(),
    };
    let held = reading.record(reader.record, message);
    match reading.missing.is_empty() {
        true => Ok(held),
        false => Err(reading.missing),
    }
}

struct Reading<'s> {
    schema: &'s Schema,
    path: String,
    missing: Vec<Fact>,
}

impl Reading<'_> {
    fn inside<T>(&mut self, part: &str, work: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if !self.path.is_empty() && !part.starts_with(['[', '{']) {
            self.path.push('.');
        }
        self.path.push_str(part);
        let done = work(self);
        self.path.truncate(length);
        done
    }

    fn record(&mut self, id: RecordId, json: &Json) -> Json {
        let (Some(record), true) = (self.schema.records.get(id.0), json.as_object().is_some())
        else {
            return json.clone();
        };
        let mut missing = Vec::new();
        let mut held = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            let value = match json.get(&field.name) {
                Some(value) => self.inside(&field.name, |this| this.value(&field.ty, value)),
                None => match &field.presence {
                    Presence::Required => {
                        missing.push(field.name.as_str());
                        Json::Null
                    }
                    Presence::Optional => Json::Null,
                    Presence::Default(value) | Presence::NullableDefault(value) => {
                        let json = to_json(self.schema, &field.ty, Encoding::Utf8, value);
                        json.unwrap_or(Json::Null)
                    }
                },
            };
            held.push((field.name.clone(), value));
        }
        if !missing.is_empty() {
            let text = format!(
                "TypeError: {}.__init__() {}",
                record.name,
                arguments(&missing)
            );
            for name in missing {
                let fact = self.inside(name, |this| Fact::at(&this.path, text.clone()));
                self.missing.push(fact);
            }
        }
        Json::Object(held)
    }

    fn value(&mut self, ty: &Type, json: &Json) -> Json {
        match (ty, json) {
            (Type::Optional(ty), json) => self.value(ty, json),
            (Type::Record(id), json) => self.record(*id, json),
            (Type::Array(ty), Json::Array(items)) => self.inside("[]", |this| {
                Json::Array(items.iter().map(|item| this.value(ty, item)).collect())
            }),
            (Type::Map(ty), Json::Object(entries)) => self.inside("{}", |this| {
                let entries = entries.iter();
                let entries = entries.map(|(key, item)| (key.clone(), this.value(ty, item)));
                Json::Object(entries.collect())
            }),
            (_, json) => json.clone(),
        }
    }
}

/// How Python says that arguments are missing.
fn arguments(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("'{name}'")).collect();
    let listed = match quoted.as_slice() {
        [one] => one.clone(),
        [one, other] => format!("{one} and {other}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
        [] => String::new(),
    };
    let plural = if names.len() == 1 { "" } else { "s" };
    format!(
        "missing {} required positional argument{plural}: {listed}",
        names.len()
    )
}
