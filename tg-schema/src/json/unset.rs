//! The default instance of an old Record: what an unset sub-record looks like on the wire.
//!
//! Old producers write an unset sub-record as an object with every key: each value null, or `false` for
//! a boolean, or the field's default, or for a sub-record again such an object.

use std::collections::{BTreeMap, HashSet};

use crate::descriptor::{Descriptor, FieldDescriptor, Kind, RecordDescriptor, TypeDescriptor};
use crate::error::Error;
use crate::json::JsonReader;
use tg_schema_model::{Json, json};

impl JsonReader<'_> {
    /// Takes an unset instance of the record if one is there; else takes nothing, and what is there is for
    /// the record's own reader, errors included.
    pub fn unset_instance(&mut self, d: &'static Descriptor) -> Result<bool, Error> {
        let Kind::Record(record) = &d.kind else {
            return Ok(false);
        };
        // What was looked at inside an object that is none need not be looked at again, or nested objects
        // would be read once for each that they are in.
        if self.peek() != b'{' || self.not_unset.contains(&self.at) {
            return Ok(false);
        }
        let mut ahead = self.clone();
        ahead.not_unset.clear();
        let unset = matches(&mut ahead, record);
        if unset {
            *self = ahead;
        } else {
            self.not_unset = ahead.not_unset;
        }
        Ok(unset)
    }
}

/// Whether the object here is an unset instance of `record`. Stops at the first value that says no, and
/// notes where the objects around it begin.
fn matches(r: &mut JsonReader<'_>, record: &RecordDescriptor) -> bool {
    let start = r.at;
    let unset = object_matches(r, record).unwrap_or(false);
    if !unset {
        r.not_unset.push(start);
    }
    unset
}

fn object_matches(r: &mut JsonReader<'_>, record: &RecordDescriptor) -> Result<bool, Error> {
    r.enter()?;
    r.token(b'{', "an object")?;
    let mut seen: Vec<bool> = Vec::new();
    let mut others = HashSet::new();
    while let Some(key) = r.next_key(seen.is_empty())? {
        seen.resize(record.fields.len(), false);
        if seen.is_empty() {
            return Ok(false);
        }
        let known = record.fields.iter().position(|f| f.name == key);
        let fits = match known.and_then(|i| record.fields.get(i)) {
            Some(field) => value_matches(r, field)?,
            None => r.null() || (r.peek() == b'f' && !r.boolean()?),
        };
        // A key that comes twice, or a former name, is for the record's own reader to judge.
        let new = match known.and_then(|i| seen.get_mut(i)) {
            Some(slot) => !std::mem::replace(slot, true),
            None => {
                let former = record
                    .fields
                    .iter()
                    .any(|f| f.aliases.iter().any(|a| *a == key));
                !former && others.insert(key)
            }
        };
        if !fits || !new {
            return Ok(false);
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
            None => Ok(same(&field.ty, r.raw_value()?, field.default)),
        };
    }
    match field.ty {
        TypeDescriptor::Boolean => Ok(r.peek() == b'f' && !r.boolean()?),
        TypeDescriptor::Named(f) => match &f().kind {
            Kind::Record(record) if r.peek() == b'{' => Ok(matches(r, record)),
            _ => Ok(false),
        },
        _ => Ok(false),
    }
}

/// Whether two JSON texts are one value of the type: the order of keys, white space and the form of a
/// float apart.
fn same(ty: &TypeDescriptor, a: &str, b: &str) -> bool {
    fn equal(ty: Option<&TypeDescriptor>, a: &Json, b: &Json) -> bool {
        match (a, b) {
            (Json::Number(a), Json::Number(b)) => {
                let float = matches!(ty, Some(TypeDescriptor::Float | TypeDescriptor::Double));
                a == b || (float && a.parse::<f64>().ok() == b.parse::<f64>().ok())
            }
            (Json::Array(a), Json::Array(b)) => {
                let item = match ty {
                    Some(TypeDescriptor::Array(t)) => Some(*t),
                    _ => None,
                };
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| equal(item, a, b))
            }
            (Json::Object(a), Json::Object(b)) => {
                let item = match ty {
                    Some(TypeDescriptor::Map(t)) => Some(*t),
                    _ => None,
                };
                let b: BTreeMap<&String, &Json> = b.iter().map(|(k, v)| (k, v)).collect();
                a.len() == b.len()
                    && a.iter()
                        .all(|(k, v)| b.get(k).is_some_and(|w| equal(item, v, w)))
            }
            (a, b) => match ty {
                Some(TypeDescriptor::Optional(t)) if !matches!(t, TypeDescriptor::Optional(_)) => {
                    equal(Some(t), a, b)
                }
                _ => a == b,
            },
        }
    }
    match (json::parse(a), json::parse(b)) {
        (Ok(a), Ok(b)) => equal(Some(ty), &a, &b),
        _ => false,
    }
}
