//! Edited texts, read again: whether they say what was meant, and nothing else.

use std::collections::BTreeMap;

use tg_schema_model::{Schema, SourceId, Sources, definition as identity};

use super::{Inexpressible, TextEdit, apply};
use crate::load::from_texts;

/// Reads the edited texts and compares what they say with what is expected.
pub(super) fn prove(
    schema: &Schema,
    sources: &Sources,
    edits: &[TextEdit],
    expected: &Schema,
) -> Result<(), Inexpressible> {
    let mut texts = Vec::new();
    for (id, path) in files(schema, sources) {
        let Some(source) = sources.get(id) else {
            continue;
        };
        let of: Vec<TextEdit> = edits.iter().filter(|e| e.source == id).cloned().collect();
        let text = apply(&source.text, &of)
            .ok_or_else(|| Inexpressible("two changes are of the same text".into()))?;
        texts.push((path, source.name.clone(), text));
    }
    let read = from_texts(texts);
    if let Some(wrong) = read
        .diagnostics
        .0
        .iter()
        .find(|d| d.severity == tg_schema_model::Severity::Error)
    {
        return Err(Inexpressible(format!(
            "the text would be wrong: {}",
            wrong.message
        )));
    }
    match facts(&read.schema) == facts(expected) {
        true => Ok(()),
        false => Err(Inexpressible(
            "the text does not say it after the change".into(),
        )),
    }
}

/// The files of a schema, each with its module path. A file of Rust may have several modules: it is the one that starts with
/// it, else the one around the first.
fn files(schema: &Schema, sources: &Sources) -> BTreeMap<SourceId, Vec<String>> {
    let mut files: BTreeMap<SourceId, Vec<String>> = BTreeMap::new();
    for module in &schema.modules {
        let id = module.span.source;
        let is_inside = sources.get(id).is_some_and(|s| is_rust(&s.name)) && module.span.end > 0;
        let mut path = module.path.clone();
        path.truncate(path.len() - usize::from(is_inside));
        match files.get_mut(&id) {
            Some(known) if known.len() <= path.len() => {}
            Some(known) => *known = path,
            None => {
                files.insert(id, path);
            }
        }
    }
    // What only declares modules, or brings in names.
    for (at, source) in sources.0.iter().enumerate() {
        let id = SourceId(u32::try_from(at).unwrap_or(u32::MAX));
        if is_rust(&source.name) && !files.contains_key(&id) {
            files.insert(id, Vec::new());
        }
    }
    files
}

/// Whether a file of this name is Rust.
pub(super) fn is_rust(name: &str) -> bool {
    name.ends_with(".rs")
}

/// Everything that decides the wire, in any order of the definitions.
pub(super) fn facts(schema: &Schema) -> Vec<String> {
    let records = schema.record_ids().map(|id| identity::text(schema, id));
    let enums = schema
        .enum_ids()
        .map(|id| identity::text_of_enum(schema, id));
    let topics = schema.topics.iter().map(|t| {
        format!(
            "{} {} {}",
            t.name,
            t.address,
            schema.record(t.record).full_name()
        )
    });
    let mut facts: Vec<String> = records.chain(enums).chain(topics).collect();
    facts.sort();
    facts
}
