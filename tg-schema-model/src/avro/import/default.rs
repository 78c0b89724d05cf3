//! Defaults in Avro's JSON encoding into values.

use std::collections::{BTreeMap, HashMap};

use super::field::Draft;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::json::Json;
use crate::logical::{Date, Decimal, Time, Timestamp};
use crate::schema::{Presence, RecordId, Schema, Type};
use crate::value::{MAX_DEPTH, Value};

/// Values of all defaults together, those that are filled in included.
const MAX_VALUES: usize = 4_000_000;

/// Reads the defaults of the records at hand into their fields.
pub(super) fn read(
    drafts: Vec<(RecordId, Vec<Draft<'_>>)>,
    schema: &mut Schema,
    diagnostics: &mut Diagnostics,
) {
    let drafts: BTreeMap<RecordId, Vec<Draft<'_>>> = drafts.into_iter().collect();
    let mut values = Vec::new();
    let mut defaults = Defaults {
        schema,
        drafts: &drafts,
        left: MAX_VALUES,
    };
    for (id, drafts) in &drafts {
        let Some(record) = defaults.schema.records.get(id.0) else {
            continue;
        };
        for (at, (field, draft)) in record.fields.iter().zip(drafts).enumerate() {
            let Some(json) = draft else { continue };
            match defaults.value(&field.ty, json, 0) {
                Ok(value) => values.push((*id, at, value)),
                Err(problem) => diagnostics.push(Diagnostic::error(
                    field.default_span,
                    format!(
                        "the default of `{}.{}` does not fit: {problem}",
                        record.name, field.name
                    ),
                    format!(
                        "expected a value of `{}`",
                        defaults.schema.type_text(&field.ty)
                    ),
                )),
            }
        }
    }
    for (id, at, value) in values {
        let record = schema.records.get_mut(id.0);
        if let Some(field) = record.and_then(|record| record.fields.get_mut(at)) {
            field.presence = match field.presence.nullable() {
                true => Presence::NullableDefault(value),
                false => Presence::Default(value),
            };
        }
    }
}

struct Defaults<'s> {
    schema: &'s Schema,
    drafts: &'s BTreeMap<RecordId, Vec<Draft<'s>>>,
    left: usize,
}

type Found<T> = Result<T, String>;

impl<'s> Defaults<'s> {
    fn value(&mut self, ty: &'s Type, json: &Json, depth: usize) -> Found<Value> {
        self.left = self
            .left
            .checked_sub(1)
            .ok_or("the defaults of these files have too many values")?;
        if depth > MAX_DEPTH {
            return Err(format!(
                "with the defaults that it leaves out it nests deeper than {MAX_DEPTH} levels"
            ));
        }
        match (ty, json) {
            (Type::Optional(_), Json::Null) => Ok(Value::Null),
            (Type::Optional(inner), json) => self.value(inner, json, depth),
            (Type::Array(item), Json::Array(items)) => items
                .iter()
                .map(|json| self.value(item, json, depth + 1))
                .collect::<Found<_>>()
                .map(Value::Array),
            (Type::Map(item), Json::Object(entries)) => entries
                .iter()
                .map(|(key, json)| Ok((key.clone(), self.value(item, json, depth + 1)?)))
                .collect::<Found<_>>()
                .map(Value::Map),
            (Type::Record(id), Json::Object(entries)) => self.record(*id, entries, depth + 1),
            (Type::Enum(_), Json::String(symbol)) => Ok(Value::Enum(symbol.clone())),
            _ => leaf(ty, json),
        }
    }

    fn record(&mut self, id: RecordId, entries: &[(String, Json)], depth: usize) -> Found<Value> {
        let schema = self.schema;
        let (Some(record), Some(drafts)) = (schema.records.get(id.0), self.drafts.get(&id)) else {
            return Err("its type is not known".to_owned());
        };
        let given: HashMap<&str, &Json> = entries.iter().map(|(k, v)| (k.as_str(), v)).collect();
        let mut fields = Vec::with_capacity(record.fields.len());
        for (field, draft) in record.fields.iter().zip(drafts) {
            let json = match given.get(field.name.as_str()) {
                Some(json) => Some(*json),
                None => *draft,
            };
            match json {
                Some(Json::Null) | None if field.presence.nullable() => {}
                Some(json) => {
                    let value = self
                        .value(&field.ty, json, depth)
                        .map_err(|problem| format!("in `{}`, {problem}", field.name))?;
                    fields.push((field.name.clone(), value));
                }
                None => return Err(format!("`{}` is missing", field.name)),
            }
        }
        Ok(Value::Record(fields))
    }
}

/// A value without parts.
pub(crate) fn leaf(ty: &Type, json: &Json) -> Found<Value> {
    let number = json.as_number();
    let whole = json.as_i64();
    let int = number.and_then(|n| n.parse::<i32>().ok());
    let text = json.as_str();
    let value = match ty {
        Type::Boolean => json.as_bool().map(Value::Boolean),
        Type::Int => int.map(Value::Int),
        Type::Long => whole.map(Value::Long),
        Type::Float => number
            .and_then(|n| n.parse().ok())
            .filter(|n: &f32| n.is_finite())
            .map(Value::Float),
        Type::Double => number
            .and_then(|n| n.parse().ok())
            .filter(|n: &f64| n.is_finite())
            .map(Value::Double),
        Type::String => text.map(|text| Value::String(text.to_owned())),
        Type::Bytes => text.and_then(latin1).map(Value::Bytes),
        Type::Date => int.and_then(Date::from_days).map(Value::Date),
        Type::TimeMs => int.and_then(Time::from_millis).map(Value::Time),
        Type::TimestampMs => whole.and_then(Timestamp::from_millis).map(Value::Timestamp),
        Type::TimestampUs => whole.and_then(Timestamp::from_micros).map(Value::Timestamp),
        Type::Uuid => text.and_then(|text| text.parse().ok()).map(Value::Uuid),
        Type::Decimal { precision, scale } => text
            .and_then(latin1)
            .and_then(|bytes| Decimal::from_be_bytes(&bytes, *scale))
            .filter(|number| number.fits(*precision))
            .map(Value::Decimal),
        _ => None,
    };
    value.ok_or_else(|| match json {
        Json::Number(text) => format!("{text} is no such value"),
        Json::String(text) => format!("{text:?} is no such value"),
        other => format!("{} is no such value", other.kind()),
    })
}

/// The bytes that the code points of a text are.
fn latin1(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|c| u8::try_from(c).ok()).collect()
}
