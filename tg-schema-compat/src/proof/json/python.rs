//! What a Python `Record` has of a message, and what it raises, in the words of the Python client.

use tg_schema_model::value::to_json;
use tg_schema_model::{Encoding, Enum, Field, Json, Presence, RecordId, Schema, Type, Value};

use super::super::Fact;
use crate::engine::json::Party;

/// Records inside one another in a default instance.
const MAX_DEPTH: usize = 16;
/// Values of all default instances of one message.
const MAX_VALUES: usize = 10_000;

/// What the reader has, or what it raises.
pub(super) fn read(reader: Party<'_>, message: &Json) -> Result<Json, Fact> {
    let mut reading = Reading {
        schema: reader.schema,
        path: String::new(),
        left: MAX_VALUES,
    };
    reading.record(reader.record, message)
}

struct Reading<'s> {
    schema: &'s Schema,
    path: String,
    left: usize,
}

type Read = Result<Json, Fact>;

impl<'s> Reading<'s> {
    fn inside<T>(
        &mut self,
        part: &str,
        work: impl FnOnce(&mut Self) -> Result<T, Fact>,
    ) -> Result<T, Fact> {
        let length = self.path.len();
        if !self.path.is_empty() && !part.starts_with(['[', '{']) {
            self.path.push('.');
        }
        self.path.push_str(part);
        let done = work(self)?;
        self.path.truncate(length);
        Ok(done)
    }

    fn raise<T>(&self, text: impl Into<String>) -> Result<T, Fact> {
        Err(Fact::at(&self.path, format!("TypeError: {}", text.into())))
    }

    /// The constructor with the entries as keyword arguments.
    fn record(&mut self, id: RecordId, json: &Json) -> Read {
        let Some(record) = self.schema.records.get(id.0) else {
            return Ok(Json::Null);
        };
        let name = &record.name;
        let Some(entries) = json.as_object() else {
            let called = match self.path.as_str() {
                "" => name.as_str(),
                _ => "pulsar.schema.definition.Record.__init__",
            };
            return self.raise(format!(
                "{called}() argument after ** must be a mapping, not {}",
                class(json)
            ));
        };
        if entries.iter().any(|(key, _)| key == "self") {
            return self.inside("self", |this| {
                this.raise("Record.__init__() got multiple values for argument 'self'")
            });
        }
        let mut held = Vec::with_capacity(record.fields.len());
        for field in &record.fields {
            let given = json.get(&field.name).filter(|_| !is_swallowed(&field.name));
            let value = match given {
                Some(value) => self.inside(&field.name, |this| this.field(field, value))?,
                // A default instance that does not end is None.
                None => self.absent(field, MAX_DEPTH).unwrap_or(Json::Null),
            };
            held.push((field.name.clone(), value));
        }
        Ok(Json::Object(held))
    }

    /// What an attribute is that no argument sets; none where there are too many records inside one another.
    fn absent(&mut self, field: &'s Field, depth: usize) -> Option<Json> {
        self.left = self.left.saturating_sub(1);
        match (&field.ty, field.presence.default()) {
            (Type::Record(id), None) => {
                let depth = depth.checked_sub(1)?;
                let (Some(record), 1..) = (self.schema.records.get(id.0), self.left) else {
                    return Some(Json::Null);
                };
                let fields = record.fields.iter();
                let fields = fields.map(|f| Some((f.name.clone(), self.absent(f, depth)?)));
                Some(Json::Object(fields.collect::<Option<_>>()?))
            }
            _ => Some(self.default(field)),
        }
    }

    fn default(&self, field: &Field) -> Json {
        match (&field.ty, field.presence.default()) {
            (ty, Some(default)) => {
                to_json(self.schema, ty, Encoding::Utf8, default).unwrap_or(Json::Null)
            }
            (Type::Boolean, None) => Json::Bool(false),
            _ => Json::Null,
        }
    }

    fn field(&mut self, field: &'s Field, json: &Json) -> Read {
        let name = field.name.as_str();
        let as_row = matches!(field.presence, Presence::Required | Presence::Default(_));
        let required = field.pulsar.required.unwrap_or(as_row);
        match (&field.ty, json) {
            (Type::Enum(_) | Type::Array(_) | Type::Map(_), Json::Null) => Ok(Json::Null),
            (Type::Bytes, json) => Ok(json.clone()),
            (_, Json::Null) if !required => Ok(self.default(field)),
            (Type::Record(id), Json::Object(_)) => self.record(*id, json),
            (Type::Record(id), json) => {
                let expected = self.schema.records.get(id.0).map_or("", |r| &r.name);
                self.raise(format!(
                    "Invalid type '{}' for sub-record field '{name}'. Expected: {expected}",
                    shown(json)
                ))
            }
            (Type::Enum(id), json) => match self.schema.enums.get(id.0) {
                Some(definition) => self.symbol(definition, name, json),
                None => Ok(Json::Null),
            },
            (Type::Array(item), Json::Array(items)) => self.array(item, name, items),
            (Type::Map(item), Json::Object(entries)) => self.map(item, name, entries),
            (ty, json) if self.is_instance(ty, json) => Ok(json.clone()),
            (ty, json) => {
                let expected = match ty {
                    Type::Array(_) => "Expected: list".to_owned(),
                    Type::Map(_) => "Expected: dict".to_owned(),
                    Type::Int | Type::Long => "Expected: int".to_owned(),
                    Type::Boolean => "Expected: bool".to_owned(),
                    Type::Float | Type::Double => format!("Expected: {FLOATS}"),
                    _ => "Expected a string".to_owned(),
                };
                self.raise(format!(
                    "Invalid type '{}' for field '{name}'. {expected}",
                    shown(json)
                ))
            }
        }
    }

    fn symbol(&self, definition: &Enum, name: &str, json: &Json) -> Read {
        let symbols = || definition.symbols.iter().map(|s| s.name.as_str());
        match json {
            Json::String(text) if symbols().any(|s| s == text) => Ok(json.clone()),
            Json::String(text) => {
                let keys: Vec<String> = symbols().map(|s| format!("'{s}'")).collect();
                self.raise(format!(
                    "Invalid enum value '{text}' for field '{name}'. Expected: dict_keys([{}])",
                    keys.join(", ")
                ))
            }
            Json::Number(text) if is_whole(text) => {
                let values = &definition.pulsar.values;
                let known = values.iter().position(|value| match value {
                    Value::Long(n) => n.to_string() == *text,
                    Value::Int(n) => n.to_string() == *text,
                    _ => false,
                });
                if let Some(symbol) = known.and_then(|at| symbols().nth(at)) {
                    return Ok(Json::str(symbol));
                }
                let keys = values.iter().map(|value| match value {
                    Value::Long(n) => n.to_string(),
                    Value::Int(n) => n.to_string(),
                    Value::String(text) => format!("'{text}'"),
                    _ => String::new(),
                });
                let keys: Vec<String> = keys.collect();
                self.raise(format!(
                    "Invalid enum value '{text}' for field '{name}'. Expected: dict_keys([{}])",
                    keys.join(", ")
                ))
            }
            json => self.raise(format!(
                "Invalid type '{}' for field '{name}'. Expected: {}",
                shown(json),
                definition.name
            )),
        }
    }

    /// Records in a list are made of objects if the first item is one; then every item is looked at, but not
    /// inside.
    fn array(&mut self, item: &'s Type, name: &str, items: &[Json]) -> Read {
        let of_objects = matches!(items.first(), Some(Json::Object(_)));
        if let (&Type::Record(id), true) = (element(item), of_objects) {
            let items = items.iter();
            let read = items.map(|json| self.inside("[]", |this| this.record(id, json)));
            return read.collect::<Result<_, _>>().map(Json::Array);
        }
        self.inside("[]", |this| {
            match items.iter().all(|json| this.is_instance(item, json)) {
                true => Ok(Json::Array(items.to_vec())),
                false => this.raise(format!(
                    "Array field {name} items should all be of type {}",
                    this.word(item)
                )),
            }
        })
    }

    fn map(&mut self, item: &'s Type, name: &str, entries: &[(String, Json)]) -> Read {
        let of_objects = matches!(entries.first(), Some((_, Json::Object(_))));
        if let (&Type::Record(id), true) = (element(item), of_objects) {
            let read = entries.iter().map(|(key, json)| {
                let value = self.inside("{}", |this| this.record(id, json))?;
                Ok((key.clone(), value))
            });
            return read.collect::<Result<_, _>>().map(Json::Object);
        }
        self.inside("{}", |this| {
            match entries.iter().all(|(_, json)| this.is_instance(item, json)) {
                true => Ok(Json::Object(entries.to_vec())),
                false => this.raise(format!(
                    "Map values for field {name} should all be of type {}",
                    this.python_type(item)
                )),
            }
        })
    }

    /// `isinstance` of what `json.loads` gives.
    fn is_instance(&self, ty: &Type, json: &Json) -> bool {
        match (ty, json) {
            (Type::Optional(ty), json) => self.is_instance(ty, json),
            (Type::Int | Type::Long, Json::Number(text)) => is_whole(text),
            (Type::Float | Type::Double, Json::Number(_)) => true,
            (Type::Int | Type::Long | Type::Float | Type::Double | Type::Boolean, json) => {
                matches!(json, Json::Bool(_))
            }
            (Type::Array(_), json) => matches!(json, Json::Array(_)),
            (Type::Map(_), json) => matches!(json, Json::Object(_)),
            (Type::Record(_) | Type::Enum(_), _) => false,
            (_, json) => matches!(json, Json::String(_)),
        }
    }

    /// What `Field.type()` gives.
    fn word(&self, ty: &Type) -> String {
        match ty {
            Type::Optional(ty) => self.word(ty),
            Type::Array(_) => "array".to_owned(),
            Type::Map(_) => "map".to_owned(),
            Type::Enum(_) => "enum".to_owned(),
            ty => self.schema.type_text(ty),
        }
    }

    /// How `Field.python_type()` is shown.
    fn python_type(&self, ty: &Type) -> String {
        match ty {
            Type::Optional(ty) => self.python_type(ty),
            Type::Int | Type::Long => "int".to_owned(),
            Type::Float | Type::Double => FLOATS.to_owned(),
            Type::Boolean => "bool".to_owned(),
            Type::Array(_) => "list".to_owned(),
            Type::Map(_) => "dict".to_owned(),
            Type::Record(_) | Type::Enum(_) => self.schema.type_text(ty),
            Type::Bytes => "(<class 'bytes'>, <class 'str'>)".to_owned(),
            _ => "(<class 'str'>, <class 'bytes'>)".to_owned(),
        }
    }
}

/// What a list or map holds: there are no optional elements in Python.
fn element(ty: &Type) -> &Type {
    match ty {
        Type::Optional(inner) => inner,
        ty => ty,
    }
}

const FLOATS: &str = "(<class 'float'>, <class 'int'>)";

/// Whether the constructor takes a key of that name for a setting of the record.
pub(super) fn is_swallowed(name: &str) -> bool {
    matches!(name, "default" | "required" | "required_default")
}

fn is_whole(text: &str) -> bool {
    !text.contains(['.', 'e', 'E'])
}

fn class(json: &Json) -> &'static str {
    match json {
        Json::Null => "NoneType",
        Json::Bool(_) => "bool",
        Json::Number(text) if is_whole(text) => "int",
        Json::Number(_) => "float",
        Json::String(_) => "str",
        Json::Array(_) => "list",
        Json::Object(_) => "dict",
    }
}

fn shown(json: &Json) -> String {
    format!("<class '{}'>", class(json))
}

#[cfg(test)]
mod tests {
    use tg_schema_gen::load::from_texts;
    use tg_schema_model::json::parse;

    use super::*;
    use crate::engine::json::Peer;

    /// The default instance of a record that has itself does not end.
    #[test]
    fn a_record_that_has_itself() {
        let text = "[record.R.fields]\na = \"R?\"\nb = \"R?\"\nc = \"S?\"\n[record.S.fields]\ns = \"string?\"\n";
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.into())]);
        let reader = Party {
            schema: &loaded.schema,
            record: loaded.schema.find_records("R")[0],
            peer: Peer::PythonRecord,
        };
        let held = read(reader, &parse("{}").unwrap()).unwrap();
        assert_eq!(held.compact(), r#"{"a":null,"b":null,"c":{"s":null}}"#);
    }

    /// What the Python client itself says of the same messages.
    #[test]
    fn as_the_client() {
        let text = include_str!("../../../tests/proof/python_record.toml");
        let loaded = from_texts(vec![(vec!["m".into()], "m.toml".into(), text.into())]);
        assert!(!loaded.diagnostics.has_errors(), "{:?}", loaded.diagnostics);
        let schema = loaded.schema;
        let record = schema.find_records("R")[0];
        let reader = Party {
            schema: &schema,
            record,
            peer: Peer::PythonRecord,
        };
        let answers = include_str!("../../../tests/proof/python_record.jsonl");
        let (mut wrong, mut held, mut raised) = (Vec::new(), 0, 0);
        for line in answers.lines() {
            let answer = parse(line).unwrap();
            let found = read(reader, answer.get("message").unwrap());
            let same = match (answer.get("error").and_then(Json::as_str), &found) {
                (None, Ok(json)) => Some(json) == answer.get("held"),
                (Some(error), Err(fact)) => fact.text == format!("TypeError: {error}"),
                _ => false,
            };
            match found {
                Ok(_) => held += 1,
                Err(_) => raised += 1,
            }
            if !same {
                wrong.push(format!("{line}\n  {found:?}"));
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(held > 80 && raised > 200, "{held} {raised}");
    }
}
