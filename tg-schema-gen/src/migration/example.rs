//! Messages of old producers, and how they are read.

use tg_schema_model::value::{self, Reading};
use tg_schema_model::{Json, Presence, RecordId, Schema, Type, Value};

use super::types::default_json;

/// Most records in each other of a message.
const MAX_DEPTH: usize = 4;

/// How a sub-record travels that nobody set: every key, each null but for booleans and defaults.
pub(super) fn unset(schema: &Schema, id: RecordId) -> Json {
    unset_at(schema, id, 1)
}

fn unset_at(schema: &Schema, id: RecordId, depth: usize) -> Json {
    let fields = schema.record(id).fields.iter().map(|field| {
        let value = match (&field.presence, &field.ty) {
            (_, Type::Record(inner)) if depth < MAX_DEPTH => unset_at(schema, *inner, depth + 1),
            (Presence::Default(value) | Presence::NullableDefault(value), _) => {
                by_value(schema, &field.ty, default_json(schema, field, value))
            }
            (_, Type::Boolean) => Json::Bool(false),
            _ => Json::Null,
        };
        (field.name.clone(), value)
    });
    Json::object(fields)
}

/// As an old producer writes it: enums as their Python values, where they are known.
pub(super) fn by_value(schema: &Schema, ty: &Type, json: Json) -> Json {
    match (ty, json) {
        (Type::Optional(inner), json) => by_value(schema, inner, json),
        (Type::Array(inner), Json::Array(items)) => {
            let items = items.into_iter();
            Json::Array(items.map(|item| by_value(schema, inner, item)).collect())
        }
        (Type::Map(inner), Json::Object(entries)) => {
            let entries = entries.into_iter();
            Json::object(entries.map(|(key, item)| (key, by_value(schema, inner, item))))
        }
        (Type::Enum(id), Json::String(symbol)) => {
            let item = schema.enumeration(*id);
            let at = item.symbols.iter().position(|s| s.name == symbol);
            match at.and_then(|at| item.pulsar.values.get(at)) {
                Some(Value::Long(n)) => Json::int(*n),
                Some(Value::String(text)) => Json::str(text),
                _ => Json::String(symbol),
            }
        }
        (_, json) => json,
    }
}

/// What an old producer sends that leaves one field unset: null, or an object of nulls for a sub-record.
/// Other fields are there only where they must be, before the tightening or after it. `as_null`: the field
/// was set to None.
pub(super) fn message(schemas: Schemas<'_>, id: RecordId, index: usize, as_null: bool) -> Json {
    let fields = schemas.1.record(id).fields.iter().enumerate();
    let fields = fields.filter_map(|(at, field)| {
        let value = match &field.ty {
            Type::Record(inner) if at == index && !as_null => unset(schemas.0, *inner),
            _ if at == index => Json::Null,
            ty if is_needed(schemas, id, at) => sample(schemas, ty, 1),
            _ => return None,
        };
        Some((field.name.clone(), value))
    });
    Json::object(fields)
}

/// Before the tightening, and after it.
pub(super) type Schemas<'s> = (&'s Schema, &'s Schema);

fn is_needed((before, after): Schemas<'_>, id: RecordId, index: usize) -> bool {
    [before, after]
        .map(|s| &s.record(id).fields[index].presence)
        .contains(&&Presence::Required)
}

/// The smallest value that an old producer sends.
fn sample(schemas: Schemas<'_>, ty: &Type, depth: usize) -> Json {
    let schema = schemas.1;
    match ty {
        Type::Record(id) if depth < MAX_DEPTH => {
            let fields = schema.record(*id).fields.iter().enumerate();
            let needed = fields.filter(|(at, _)| is_needed(schemas, *id, *at));
            Json::object(needed.map(|(_, f)| (f.name.clone(), sample(schemas, &f.ty, depth + 1))))
        }
        Type::Record(_) => Json::Null,
        Type::Boolean => Json::Bool(false),
        Type::Int | Type::Long | Type::Float | Type::Double => Json::int(0),
        Type::Array(_) => Json::Array(Vec::new()),
        Type::Map(_) => Json::Object(Vec::new()),
        Type::Enum(id) => {
            let item = schema.enumeration(*id);
            match (item.pulsar.values.first(), item.symbols.first()) {
                (Some(Value::Long(n)), _) => Json::int(*n),
                (Some(Value::String(text)), _) => Json::str(text),
                (_, symbol) => Json::str(symbol.map_or("", |s| &s.name)),
            }
        }
        Type::Date => Json::str("2026-01-31"),
        Type::TimeMs => Json::str("00:00:00.000"),
        Type::TimestampMs | Type::TimestampUs => Json::str("2026-01-31T00:00:00Z"),
        Type::Uuid => Json::str("00000000-0000-4000-8000-000000000001"),
        Type::Decimal { .. } => Json::str("0"),
        Type::String | Type::Bytes => Json::str(""),
        Type::Optional(_) => Json::Null,
    }
}

/// What a field of a message is read as: JSON, `None`, or why the message is refused.
pub(super) fn read(schema: &Schema, id: RecordId, index: usize, message: &Json) -> String {
    let record = schema.record(id);
    let field = &record.fields[index];
    match value::record_from_json(schema, id, message, &Reading::wire()) {
        Err(error) => format!("refused: {error}"),
        Ok(read) => match read.field(&field.name) {
            None | Some(Value::Null) => "None".to_owned(),
            Some(found) => default_json_of(schema, field, found),
        },
    }
}

fn default_json_of(schema: &Schema, field: &tg_schema_model::Field, found: &Value) -> String {
    match value::to_json(schema, &field.ty, field.encoding, found) {
        Ok(json) => json.compact(),
        Err(error) => format!("refused: {error}"),
    }
}
