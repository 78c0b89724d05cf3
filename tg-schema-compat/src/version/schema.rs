//! The text of an Avro schema into a message of a version.
//!
//! Whatever the Java library reads is a message: any union, fixed types, a top level that is no record. Where
//! definitions can say what it is, it is a record as well, so that JSON and Rust are judged too.

use tg_schema_model::avro::Name;
use tg_schema_model::avro::import::{self, File};
use tg_schema_model::{Diagnostics, Schema, Severity, validate};

use super::{Message, Version};
use crate::engine::avro::{Refusal, Shape};

/// A text as a message of a version, which gets its types, where definitions can say them. The text is that of
/// `file.source`, and kept as it is.
///
/// # Errors
/// What is no schema to the Java library.
pub fn message(version: &mut Version, file: File) -> Result<Message, Refusal> {
    let text = version.sources.get(file.source);
    let text = text.map_or_else(String::new, |source| source.text.to_string());
    let mut message = Message::new("", text.clone(), text);
    message.source = Some(file.source);
    let names = |aliases: &[Name]| aliases.iter().map(Name::full).collect();
    let (full, aliases) = match message.graph() {
        Ok(graph) => match graph.shape(graph.root) {
            Shape::Record(r) => (r.name.full(), names(&r.aliases)),
            Shape::Enum(e) => (e.name.full(), names(&e.aliases)),
            Shape::Fixed(f) => (f.name.full(), names(&f.aliases)),
            other => (other.word().to_ascii_lowercase(), Vec::new()),
        },
        Err(refusal) => return Err(refusal.clone()),
    };
    message.name = full;
    message.aliases = aliases;
    match express(version, file) {
        Ok(records) => {
            let mut ids = version.schema.record_ids().skip(records);
            message.record = ids.find(|&id| version.schema.record(id).is_called(&message.name));
        }
        Err(reason) => message.inexpressible = Some(reason),
    }
    Ok(message)
}

/// Adds the types of a file to the definitions of a version, if they are definitions by themselves. The
/// number of records that were there before, or why they are none.
fn express(version: &mut Version, file: File) -> Result<usize, String> {
    // What the file is called is no fault of the schema.
    let unnamed = File {
        path: vec!["schema".to_owned()],
        ..file.clone()
    };
    let mut alone = Schema::default();
    let mut wrong = Diagnostics::default();
    let import = match version.registered {
        true => import::import_registered,
        false => import::import,
    };
    import(&[unnamed], &version.sources, &mut alone, &mut wrong);
    wrong.0.append(&mut validate::check(&alone).0);
    wrong.finish();
    let mut errors = wrong.0.iter().filter(|d| d.severity == Severity::Error);
    if let Some(first) = errors.next() {
        let more = match errors.count() {
            0 => String::new(),
            more => format!("; and {more} more"),
        };
        return Err(format!("{}{more}", first.message));
    }
    let before = version.schema.records.len();
    let mut again = Diagnostics::default();
    import(&[file], &version.sources, &mut version.schema, &mut again);
    Ok(before)
}
