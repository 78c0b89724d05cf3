//! Whether the default of a field is a value of its type.

use std::collections::{BTreeMap, HashMap};

use super::{AvroError, Kind, Name, Record, Schema};
use crate::json::Json;

/// Steps before a check gives up; comparing a value with a type takes one and more for long texts and
/// lists. Unions of records inside each other can make the work grow exponentially.
const MAX_STEPS: usize = 4_000_000;
/// Bytes of text that are looked at in one step.
const BYTES_A_STEP: usize = 64;

/// What is wrong with `default` as a value of `schema` in Avro's JSON encoding of defaults, if
/// anything. A union takes a value of any of its branches.
pub fn default_problem(
    schema: &Schema,
    default: &Json,
    definitions: &BTreeMap<&Name, &Schema>,
) -> Option<String> {
    Check::new(definitions).problem(schema, default)
}

/// One run over the defaults of a schema.
struct Check<'a> {
    definitions: &'a BTreeMap<&'a Name, &'a Schema>,
    steps: usize,
}

impl<'a> Check<'a> {
    fn new(definitions: &'a BTreeMap<&'a Name, &'a Schema>) -> Self {
        Check {
            definitions,
            steps: MAX_STEPS,
        }
    }

    fn problem(&mut self, schema: &Schema, default: &Json) -> Option<String> {
        match self.steps.checked_sub(cost(schema, default)) {
            Some(left) => self.steps = left,
            None => {
                self.steps = 0;
                return Some("it takes too long to compare with its type".to_owned());
            }
        }
        match schema {
            Schema::Ref(name) => match self.definitions.get(name) {
                Some(Schema::Ref(_)) | None => Some(format!("{name} is not defined")),
                Some(schema) => self.problem(schema, default),
            },
            Schema::Union(branches) => {
                let fits = branches
                    .iter()
                    .any(|branch| self.problem(branch, default).is_none());
                (!fits).then(|| "it fits no branch of the union".to_owned())
            }
            Schema::Primitive(p) => primitive(p.kind, default),
            Schema::Enum(e) => match default.as_str() {
                Some(symbol) if e.symbols.iter().any(|s| s == symbol) => None,
                Some(symbol) => Some(format!("{} has no symbol {symbol:?}", e.name)),
                None => Some(expected("a symbol", default)),
            },
            Schema::Fixed(f) => match latin1_len(default) {
                Some(n) if u32::try_from(n) == Ok(f.size) => None,
                Some(n) => Some(format!("{} has {} bytes, not {n}", f.name, f.size)),
                None => Some(expected("a string of code points up to 255", default)),
            },
            Schema::Array(a) => match default.as_array() {
                Some(items) => items.iter().enumerate().find_map(|(i, item)| {
                    let problem = self.problem(&a.items, item)?;
                    Some(format!("item {i}: {problem}"))
                }),
                None => Some(expected("an array", default)),
            },
            Schema::Map(m) => match default.as_object() {
                Some(entries) => entries.iter().find_map(|(key, value)| {
                    let problem = self.problem(&m.values, value)?;
                    Some(format!("key {key:?}: {problem}"))
                }),
                None => Some(expected("an object", default)),
            },
            Schema::Record(r) => self.record(r, default),
        }
    }

    fn record(&mut self, record: &Record, default: &Json) -> Option<String> {
        let Some(entries) = default.as_object() else {
            return Some(expected("an object", default));
        };
        let entries: HashMap<&str, &Json> = entries
            .iter()
            .map(|(key, value)| (key.as_str(), value))
            .collect();
        record
            .fields
            .iter()
            .find_map(|field| match entries.get(field.name.as_str()) {
                Some(value) => {
                    let problem = self.problem(&field.schema, value)?;
                    Some(format!("field {:?}: {problem}", field.name))
                }
                None if field.default.is_some() => None,
                None => Some(format!("field {:?} is missing", field.name)),
            })
    }
}

/// Steps that it takes to compare a value with a type, its parts aside.
fn cost(schema: &Schema, default: &Json) -> usize {
    let parts = match (schema, default) {
        (Schema::Enum(e), _) => e.symbols.len() / 4,
        (Schema::Record(r), Json::Object(entries)) => r.fields.len() + entries.len(),
        _ => 0,
    };
    let bytes = match default {
        Json::String(text) | Json::Number(text) => text.len(),
        Json::Object(entries) => entries.iter().map(|(key, _)| key.len() + 16).sum(),
        _ => 0,
    };
    1 + parts + bytes / BYTES_A_STEP
}

/// Compares every default of a schema with its type, in the order of the text.
pub(super) fn check_defaults(schema: &Schema) -> Result<(), AvroError> {
    let definitions = schema.definitions();
    walk(schema, &mut String::new(), &mut Check::new(&definitions))
}

fn walk(schema: &Schema, path: &mut String, check: &mut Check) -> Result<(), AvroError> {
    let back = path.len();
    match schema {
        Schema::Record(r) => {
            for (i, field) in r.fields.iter().enumerate() {
                path.push_str(&format!("/fields/{i}"));
                let default = field.default.as_ref();
                if let Some(problem) = default.and_then(|d| check.problem(&field.schema, d)) {
                    let path = format!("{path}/default");
                    let message = format!("the default does not fit the type: {problem}");
                    return Err(AvroError { path, message });
                }
                path.push_str("/type");
                walk(&field.schema, path, check)?;
                path.truncate(back);
            }
        }
        Schema::Array(a) => {
            path.push_str("/items");
            walk(&a.items, path, check)?;
        }
        Schema::Map(m) => {
            path.push_str("/values");
            walk(&m.values, path, check)?;
        }
        Schema::Union(branches) => {
            for (i, branch) in branches.iter().enumerate() {
                path.push_str(&format!("/{i}"));
                walk(branch, path, check)?;
                path.truncate(back);
            }
        }
        Schema::Primitive(_) | Schema::Enum(_) | Schema::Fixed(_) | Schema::Ref(_) => {}
    }
    path.truncate(back);
    Ok(())
}

fn primitive(kind: Kind, json: &Json) -> Option<String> {
    let number = json.as_number();
    let (fits, what) = match kind {
        Kind::Null => (json.is_null(), "null"),
        Kind::Boolean => (json.as_bool().is_some(), "a boolean"),
        Kind::Int => (
            number.is_some_and(|n| n.parse::<i32>().is_ok()),
            "a 32-bit integer",
        ),
        Kind::Long => (
            number.is_some_and(|n| n.parse::<i64>().is_ok()),
            "a 64-bit integer",
        ),
        Kind::Float | Kind::Double => (number.is_some(), "a number"),
        Kind::Bytes => (
            latin1_len(json).is_some(),
            "a string of code points up to 255",
        ),
        Kind::String => (json.as_str().is_some(), "a string"),
    };
    (!fits).then(|| expected(what, json))
}

fn latin1_len(json: &Json) -> Option<usize> {
    let text = json.as_str()?;
    text.chars()
        .all(|c| u32::from(c) <= 0xFF)
        .then(|| text.chars().count())
}

fn expected(what: &str, found: &Json) -> String {
    match found {
        Json::Number(text) => format!("expected {what}, found {text}"),
        found => format!("expected {what}, found {}", found.kind()),
    }
}

#[cfg(test)]
mod tests {
    use crate::avro::{default_problem, parse};
    use crate::json;

    #[test]
    fn exponential_work_has_an_end() {
        let text = r#"{"type":"record","name":"A","fields":[{"name":"f","type":["int","A",
            {"type":"record","name":"B","fields":[{"name":"f","type":["int","A","B"]}]}]}]}"#;
        let schema = parse(text).unwrap();
        let value = format!("{}true{}", "{\"f\":".repeat(100), "}".repeat(100));
        let value = json::parse(&value).unwrap();
        assert!(default_problem(&schema, &value, &schema.definitions()).is_some());
    }

    #[test]
    fn values_and_types() {
        let text = r#"{"type":"record","name":"R","fields":[
            {"name":"n","type":"null"},{"name":"b","type":"boolean"},{"name":"i","type":"int"},
            {"name":"l","type":"long"},{"name":"f","type":"float"},{"name":"x","type":"bytes"},
            {"name":"s","type":"string"},{"name":"e","type":{"type":"enum","name":"E","symbols":["A"]}},
            {"name":"fx","type":{"type":"fixed","name":"F","size":2}},
            {"name":"a","type":{"type":"array","items":"int"}},{"name":"m","type":{"type":"map","values":"E"}},
            {"name":"u","type":["int","null","string"]},
            {"name":"r","type":{"type":"record","name":"S","fields":[
                {"name":"p","type":"int"},{"name":"q","type":"int","default":1}]}}]}"#;
        let schema = parse(text).unwrap();
        let definitions = schema.definitions();
        let crate::avro::Schema::Record(record) = &schema else {
            panic!("a record")
        };
        for (field, value, part) in [
            ("n", "null", ""),
            ("n", "0", "expected null, found 0"),
            ("b", "false", ""),
            ("b", "\"false\"", "found a string"),
            ("i", "-2147483648", ""),
            ("i", "2147483648", "32-bit"),
            ("i", "1.0", "32-bit"),
            ("l", "9223372036854775807", ""),
            ("l", "9223372036854775808", "64-bit"),
            ("f", "1", ""),
            ("f", "1e999", ""),
            ("f", "\"NaN\"", "a number"),
            ("x", "\"\\u00ff\"", ""),
            ("x", "\"\\u0100\"", "255"),
            ("s", "\"\"", ""),
            ("s", "null", "a string"),
            ("e", "\"A\"", ""),
            ("e", "\"B\"", "no symbol \"B\""),
            ("fx", "\"ab\"", ""),
            ("fx", "\"abc\"", "2 bytes, not 3"),
            ("a", "[1,2]", ""),
            ("a", "[1,\"\"]", "item 1: expected a 32-bit integer"),
            ("m", "{\"k\":\"A\"}", ""),
            ("m", "{\"k\":1}", "key \"k\""),
            ("u", "null", ""),
            ("u", "\"x\"", ""),
            ("u", "true", "no branch"),
            ("r", "{\"p\":1}", ""),
            ("r", "{\"q\":1}", "\"p\" is missing"),
            ("r", "{\"p\":1,\"q\":\"\"}", "field \"q\""),
            ("r", "[]", "an object"),
        ] {
            let field = record.fields.iter().find(|f| f.name == field).unwrap();
            let value = json::parse(value).unwrap();
            match default_problem(&field.schema, &value, &definitions) {
                None => assert_eq!(part, "", "{field:?} {value:?}"),
                Some(problem) => {
                    assert!(!part.is_empty() && problem.contains(part), "{problem}");
                }
            }
        }
    }
}
