//! Messages to and from JSON: the model's rules, within limits.

use tg_schema_model::json::{Key, Node, parse_deep};
use tg_schema_model::value::{Keys, Reading, ValueError, record_from_json, record_to_json};
use tg_schema_model::{Json, RecordId, Schema, Type, Value};

use crate::error::{Error, Problem};
use crate::limits::Limits;
use crate::memory;

/// An item of an array as it is parsed.
const JSON_ITEM: usize = size_of::<Node>() + size_of::<Json>();
/// An entry of an object as it is parsed.
const JSON_ENTRY: usize = size_of::<(Key, Node)>() + size_of::<(String, Json)>();

/// Reads one message from the whole of `bytes`.
pub(crate) fn read(
    schema: &Schema,
    record: RecordId,
    limits: Limits,
    bytes: &[u8],
) -> Result<Value, Error> {
    let json = tree(schema, record, limits, bytes)
        .map_err(|e| e.in_record(&schema.record(record).name))?;
    let reading = Reading {
        max_depth: limits.depth,
        ..Reading::wire()
    };
    record_from_json(schema, record, &json, &reading).map_err(from_model)
}

/// The text as a tree that the limits allow.
fn tree(schema: &Schema, record: RecordId, limits: Limits, bytes: &[u8]) -> Result<Json, Error> {
    let text = std::str::from_utf8(bytes)
        .map_err(|e| Error::unexpected("JSON", "bytes that are not UTF-8").at(e.valid_up_to()))?;
    measure(bytes, limits)?;
    let json = parse_deep(text, limits.depth)
        .map_err(|e| Error::new(Problem::Syntax(e.message)).at(e.offset))?;
    Weight::new(schema, limits).record(record, &json)?;
    Ok(json)
}

/// The message as compact JSON.
pub(crate) fn write(
    schema: &Schema,
    record: RecordId,
    limits: Limits,
    value: &Value,
) -> Result<String, Error> {
    if !shallow(value, limits.depth) {
        let name = &schema.record(record).name;
        return Err(Error::new(Problem::Depth(limits.depth)).in_record(name));
    }
    let json = record_to_json(schema, record, value).map_err(from_model)?;
    Ok(json.compact())
}

fn from_model(error: ValueError) -> Error {
    let path = error.place();
    let problem = Problem::Invalid(match error.expected.as_str() {
        "" => error.message,
        expected => format!("{}, expected {expected}", error.message),
    });
    Error {
        path,
        offset: None,
        problem,
    }
}

/// Whether records, arrays and maps lie at most `depth` levels inside one another.
fn shallow(value: &Value, depth: usize) -> bool {
    let Some(below) = depth.checked_sub(1) else {
        return !matches!(value, Value::Array(_) | Value::Map(_) | Value::Record(_));
    };
    match value {
        Value::Array(items) => items.iter().all(|item| shallow(item, below)),
        Value::Map(entries) => entries.values().all(|item| shallow(item, below)),
        Value::Record(entries) => entries.iter().all(|(_, item)| shallow(item, below)),
        _ => true,
    }
}

/// Counts what a parser would make of the text, before any of it is made. What is not JSON is
/// counted somehow and left to the parser.
fn measure(bytes: &[u8], limits: Limits) -> Result<(), Error> {
    // One for each open array or object: what one more value in it costs.
    let mut open = Vec::new();
    let mut quoted = false;
    let mut escaped = false;
    let (mut values, mut memory) = (0_usize, 0_usize);
    for (at, &byte) in bytes.iter().enumerate() {
        if quoted {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => quoted = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => {
                quoted = true;
                continue;
            }
            b'[' | b'{' if open.len() >= limits.depth => {
                return Err(Error::new(Problem::Depth(limits.depth)).at(at));
            }
            b'[' => open.push(JSON_ITEM),
            b'{' => open.push(JSON_ENTRY),
            b']' | b'}' => {
                open.pop();
                continue;
            }
            b',' => {}
            _ => continue,
        }
        // An open bracket or a comma: one value follows.
        values += 1;
        memory = memory.saturating_add(open.last().copied().unwrap_or(JSON_ENTRY));
        if values > limits.items {
            return Err(Error::new(Problem::Items(limits.items)).at(at));
        }
        if memory > limits.memory {
            return Err(Error::new(Problem::Memory(limits.memory)).at(at));
        }
    }
    Ok(())
}

/// Counts the memory that the values of a text take, its defaults included: `{}` is two bytes of
/// text and may stand for a great deal.
struct Weight<'s> {
    schema: &'s Schema,
    limit: usize,
    left: usize,
    /// What each record costs, once it is known.
    records: Vec<Option<usize>>,
}

impl<'s> Weight<'s> {
    fn new(schema: &'s Schema, limits: Limits) -> Self {
        Weight {
            schema,
            limit: limits.memory,
            left: limits.memory,
            records: vec![None; schema.records.len()],
        }
    }

    fn spend(&mut self, memory: usize) -> Result<(), Error> {
        match self.left.checked_sub(memory) {
            Some(left) => self.left = left,
            None => return Err(Error::new(Problem::Memory(self.limit))),
        }
        Ok(())
    }

    fn record(&mut self, id: RecordId, json: &Json) -> Result<(), Error> {
        let Json::Object(entries) = json else {
            return Ok(());
        };
        let record = self.schema.record(id);
        let known = self.records.get(id.0).copied().flatten();
        let cost = known.unwrap_or_else(|| {
            let defaults = record.fields.iter().filter_map(|f| f.presence.default());
            memory::of_record(record) + defaults.map(memory::of).sum::<usize>()
        });
        if let Some(slot) = self.records.get_mut(id.0) {
            *slot = Some(cost);
        }
        self.spend(cost)?;
        let (mut keys, mut next) = (Keys::of(&record.fields), 0);
        for (key, value) in entries {
            let Some(at) = keys.position(key, next) else {
                continue;
            };
            next = at + 1;
            if let Some(field) = record.fields.get(at) {
                self.value(&field.ty, value)?;
            }
        }
        Ok(())
    }

    fn value(&mut self, ty: &Type, json: &Json) -> Result<(), Error> {
        match (ty, json) {
            (Type::Optional(inner), json) => self.value(inner, json),
            (&Type::Record(id), json) => self.record(id, json),
            (Type::Array(item), Json::Array(items)) => {
                self.spend(items.len().saturating_mul(memory::ARRAY_ITEM))?;
                items.iter().try_for_each(|json| self.value(item, json))
            }
            (Type::Map(item), Json::Object(entries)) => {
                self.spend(entries.len().saturating_mul(memory::MAP_ENTRY))?;
                entries
                    .iter()
                    .try_for_each(|(_, json)| self.value(item, json))
            }
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_do_not_count() {
        let limits = Limits::default().depth(2).items(3);
        let text = br#"{"a": ["[[[{{{,,,\",,[", "x"]}"#;
        assert_eq!(measure(text, limits), Ok(()));
        let deep = measure(b"[[[", limits).unwrap_err();
        assert_eq!((deep.problem, deep.offset), (Problem::Depth(2), Some(2)));
        let many = measure(b"[1,2,3,4]", limits).unwrap_err();
        assert_eq!((many.problem, many.offset), (Problem::Items(3), Some(6)));
        let large = measure(b"[1,2,3", Limits::default().memory(2 * JSON_ITEM));
        assert_eq!(large.unwrap_err().problem, Problem::Memory(2 * JSON_ITEM));
    }

    #[test]
    fn levels_are_counted_alike() {
        let nested =
            |levels| (1..levels).fold(Value::Array(Vec::new()), |v, _| Value::Array(vec![v]));
        assert!(shallow(&nested(3), 3));
        assert!(!shallow(&nested(4), 3));
        assert!(shallow(&Value::Null, 0));
    }
}
