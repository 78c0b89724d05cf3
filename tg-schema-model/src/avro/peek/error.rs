//! Why fields cannot be had of a schema.

use crate::avro::{AvroError, Record, Schema};
use crate::name;

/// Letters of a path or name that are shown.
const SHOWN: usize = 100;
/// Fields that are listed where none is near.
const LISTED: usize = 8;

pub(super) fn error(message: impl Into<String>) -> AvroError {
    AvroError {
        path: String::new(),
        message: message.into(),
    }
}

/// A path, cut to a length that fits a line.
pub(super) fn shown(path: &str) -> String {
    match path.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &path[..end]),
        None => path.to_owned(),
    }
}

/// One path asks for what the other is part of.
pub(super) fn within(outer: &str, inner: &str) -> AvroError {
    let (outer, inner) = (shown(outer), shown(inner));
    error(format!(
        "`{outer}` and `{inner}` are both asked for, and the second is part of the first: ask for one of them"
    ))
}

/// A record has no such field. `parents` is the path to the record.
pub(super) fn unknown(parents: &[&str], wanted: &str, record: &Record) -> AvroError {
    let names = || record.fields.iter().map(|field| field.name.as_str());
    let path = |name: &str| shown(&[parents, &[name]].concat().join("."));
    let mut message = format!(
        "`{}`: the record {} has no field `{}`",
        path(wanted),
        record.name.name,
        shown(wanted)
    );
    match name::nearest(wanted, names()) {
        Some(near) => message.push_str(&format!("; did you mean `{}`?", path(near))),
        None if record.fields.is_empty() => message.push_str(", nor any other"),
        None => {
            let listed: Vec<String> = names().take(LISTED).map(shown).collect();
            message.push_str(&format!("; it has {}", listed.join(", ")));
            if record.fields.len() > LISTED {
                message.push_str(&format!(" and {} more", record.fields.len() - LISTED));
            }
        }
    }
    error(message)
}

/// A path goes on where there are no fields. `parents` is the path to `schema`.
pub(super) fn no_fields(parents: &[&str], wanted: &str, schema: &Schema) -> AvroError {
    let parent = shown(&parents.join("."));
    let path = shown(&[parents, &[wanted]].concat().join("."));
    error(match schema {
        Schema::Array(_) | Schema::Map(_) => format!(
            "`{path}`: `{parent}` is {}, into which no path goes: ask for `{parent}` itself",
            kind(schema)
        ),
        Schema::Union(_) => format!(
            "`{path}`: `{parent}` is a union of other types than null and one record, into which no path goes: ask for `{parent}` itself"
        ),
        _ => format!(
            "`{path}`: `{parent}` is {}, which has no fields",
            kind(schema)
        ),
    })
}

/// What a schema is, as a noun.
pub(super) fn kind(schema: &Schema) -> String {
    match schema {
        Schema::Primitive(p) => format!("of type {}", p.kind.as_str()),
        Schema::Record(r) => format!("the record {}", r.name.name),
        Schema::Enum(e) => format!("the enum {}", e.name.name),
        Schema::Fixed(f) => format!("the fixed {}", f.name.name),
        Schema::Array(_) => "an array".to_owned(),
        Schema::Map(_) => "a map".to_owned(),
        Schema::Union(_) => "a union".to_owned(),
        Schema::Ref(name) => format!("of type {name}"),
    }
}
