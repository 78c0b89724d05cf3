//! How much memory values take: what the memory limit counts.

use tg_schema_model::{Record, Value};

/// One item of an array.
pub(crate) const ARRAY_ITEM: usize = size_of::<Value>();
/// One entry of a map beside the octets of its key. The nodes of the tree may be half empty.
pub(crate) const MAP_ENTRY: usize = 2 * ENTRY;
/// One entry of a record beside the octets of its name.
const ENTRY: usize = size_of::<(String, Value)>();

/// The entries of a record value beside what they hold.
pub(crate) fn of_record(record: &Record) -> usize {
    let names = record.fields.iter().map(|field| field.name.len());
    names.fold(0, |sum, name| sum + ENTRY + name)
}

/// All that a value holds, text and octets included.
pub(crate) fn of(value: &Value) -> usize {
    match value {
        Value::String(text) | Value::Enum(text) => text.len(),
        Value::Bytes(octets) => octets.len(),
        Value::Array(items) => items.iter().fold(0, |sum, v| sum + ARRAY_ITEM + of(v)),
        Value::Map(entries) => entries
            .iter()
            .fold(0, |sum, (key, v)| sum + MAP_ENTRY + key.len() + of(v)),
        Value::Record(entries) => entries
            .iter()
            .fold(0, |sum, (name, v)| sum + ENTRY + name.len() + of(v)),
        _ => 0,
    }
}
