//! Changes of Avro schemas, in the files that they are written in.

use std::collections::BTreeMap;

use tg_schema_model::edit::Edit;
use tg_schema_model::json::patch::{self, Patch};
use tg_schema_model::{SourceId, Sources, avro};

use super::{Inexpressible, TextEdit, Texts, apply};

/// Nested values of a schema.
const MAX_DEPTH: usize = 1_000;

/// Whether an edit is of a schema.
pub(super) fn is(edit: &Edit) -> bool {
    matches!(edit, Edit::SetSchema { .. })
}

/// The edits of the texts that make the changes; none of them makes of a schema a text that is none.
pub(super) fn texts(sources: &Sources, edits: &[Edit]) -> Texts {
    let mut by_source: BTreeMap<SourceId, Vec<Patch>> = BTreeMap::new();
    for edit in edits {
        if let Edit::SetSchema { source, patches } = edit {
            let known = by_source.entry(*source).or_default();
            let new = patches.iter().filter(|patch| !known.contains(patch));
            let new: Vec<Patch> = new.cloned().collect();
            known.extend(new);
        }
    }
    let mut found = Vec::new();
    for (source, patches) in by_source {
        let file = sources.get(source).ok_or_else(super::unknown)?;
        if !file.name.ends_with(".avsc") {
            return Err(Inexpressible(format!(
                "{} is no file of a schema: change it by hand",
                file.name
            )));
        }
        let replaced = patch::replaced(&file.text, &patches, MAX_DEPTH);
        let replaced =
            replaced.ok_or_else(|| Inexpressible("two changes are of the same text".to_owned()))?;
        let edits: Vec<TextEdit> = replaced
            .into_iter()
            .map(|(range, text)| TextEdit {
                source,
                range,
                text,
            })
            .collect();
        let read = |text: &str| avro::parse_with(text, avro::Rules::Registered);
        let after = apply(&file.text, &edits).unwrap_or_default();
        if let (Ok(_), Err(wrong)) = (read(&file.text), read(&after)) {
            return Err(Inexpressible(format!("the text would be wrong: {wrong}")));
        }
        found.extend(edits);
    }
    Ok(found)
}
