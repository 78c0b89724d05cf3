//! The default instance of an old Record: what an unset sub-record looks like on the wire.
//!
//! Old producers write an unset sub-record as an object with every key: each value null, or `false` for
//! a boolean, or the field's default, or for a sub-record again such an object.

use crate::descriptor::{Descriptor, FieldDescriptor, Kind, RecordDescriptor, TypeDescriptor};
use crate::error::Error;
use crate::json::JsonReader;
use tg_schema_model::{Json, json};

impl JsonReader<'_> {
    /// Takes an unset instance of the record if one is there; else takes nothing.
    pub fn unset_instance(&mut self, d: &'static Descriptor) -> Result<bool, Error> {
        let Kind::Record(record) = &d.kind else {
            return Ok(false);
        };
        if self.peek() != b'{' {
            return Ok(false);
        }
        let mut ahead = self.clone();
        let unset = matches(&mut ahead, record)?;
        if unset {
            *self = ahead;
        }
        Ok(unset)
    }
}

/// Whether the object here is an unset instance of `record`. Stops at the first value that says no.
fn matches(r: &mut JsonReader<'_>, record: &RecordDescriptor) -> Result<bool, Error> {
    r.enter()?;
    r.token(b'{', "an object")?;
    let mut seen: Vec<bool> = Vec::new();
    while let Some(key) = r.next_key(seen.is_empty())? {
        seen.resize(record.fields.len(), false);
        let known = record.fields.iter().position(|f| f.name == key);
        let fits = match known.and_then(|i| record.fields.get(i)) {
            Some(field) => value_matches(r, field)?,
            None => r.null() || (r.peek() == b'f' && !r.boolean()?),
        };
        if !fits {
            return Ok(false);
        }
        if seen.is_empty() {
            return Ok(false);
        }
        if let Some(slot) = known.and_then(|i| seen.get_mut(i)) {
            *slot = true;
        }
    }
    r.leave();
    Ok(!seen.is_empty() && seen.iter().all(|s| *s))
}

fn value_matches(r: &mut JsonReader<'_>, field: &FieldDescriptor) -> Result<bool, Error> {
    if r.null() {
        return Ok(true);
    }
    if !field.default.is_empty() {
        let enumeration = match field.ty {
            TypeDescriptor::Named(f) => match &f().kind {
                Kind::Enum(e) => Some(e),
                Kind::Record(_) => None,
            },
            _ => None,
        };
        return match enumeration {
            Some(e) => {
                let default = JsonReader::new(field.default.as_bytes(), crate::Limits::DEFAULT)
                    .and_then(|mut d| d.symbol(e));
                let found = r.symbol(e);
                Ok(matches!((default, found), (Ok(Ok(a)), Ok(Ok(b))) if a == b))
            }
            None => Ok(same(r.raw_value()?, field.default)),
        };
    }
    match field.ty {
        TypeDescriptor::Boolean => Ok(r.peek() == b'f' && !r.boolean()?),
        TypeDescriptor::Named(f) => match &f().kind {
            Kind::Record(record) if r.peek() == b'{' => matches(r, record),
            _ => Ok(false),
        },
        _ => Ok(false),
    }
}

/// Whether two JSON texts mean one value: the order of keys, white space and the form of a number apart.
fn same(a: &str, b: &str) -> bool {
    fn equal(a: &Json, b: &Json) -> bool {
        match (a, b) {
            (Json::Number(a), Json::Number(b)) => {
                a == b || a.parse::<f64>().ok() == b.parse::<f64>().ok()
            }
            (Json::Array(a), Json::Array(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(a, b))
            }
            (Json::Object(a), Json::Object(b)) => {
                a.len() == b.len()
                    && a.iter()
                        .all(|(k, v)| b.iter().any(|(l, w)| k == l && equal(v, w)))
            }
            (a, b) => a == b,
        }
    }
    match (json::parse(a), json::parse(b)) {
        (Ok(a), Ok(b)) => equal(&a, &b),
        _ => false,
    }
}
