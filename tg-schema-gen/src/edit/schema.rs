//! Changes of Avro schemas, in the files that they are written in.

use std::collections::{BTreeMap, HashMap};

use tg_schema_model::edit::Edit;
use tg_schema_model::json::patch::{Patch, Places};
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
    let mut files = Files::of(sources);
    let found = files.found(edits)?;
    files.proven(&found)?;
    Ok(found)
}

/// The same for several groups of changes, each by itself, of which those that go together are proven together.
pub(super) fn texts_of_each(sources: &Sources, groups: &[&[Edit]]) -> Vec<Texts> {
    let mut files = Files::of(sources);
    let mut all: Vec<Texts> = groups.iter().map(|edits| files.found(edits)).collect();
    for batch in super::batches(groups) {
        let mut open = vec![batch.as_slice()];
        while let Some(batch) = open.pop() {
            let good = batch.iter().filter_map(|at| all.get(*at)?.as_ref().ok());
            let texts: Vec<TextEdit> = good.flatten().cloned().collect();
            match (files.proven(&super::sorted(texts)), batch) {
                (Ok(()), _) | (_, []) => {}
                (Err(wrong), [one]) => {
                    if let Some(found) = all.get_mut(*one).filter(|found| found.is_ok()) {
                        *found = Err(wrong);
                    }
                }
                (Err(_), batch) => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    open.push(second);
                    open.push(first);
                }
            }
        }
    }
    all
}

/// The files of schemas, each read once.
struct Files<'t> {
    sources: &'t Sources,
    places: HashMap<SourceId, Option<Places<'t>>>,
    /// Whether it is a schema now.
    is_schema: HashMap<SourceId, bool>,
}

impl<'t> Files<'t> {
    fn of(sources: &'t Sources) -> Self {
        Files {
            sources,
            places: HashMap::new(),
            is_schema: HashMap::new(),
        }
    }

    /// The edits that make the changes, which is not proven yet.
    fn found(&mut self, edits: &[Edit]) -> Texts {
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
            let file = self.sources.get(source).ok_or_else(super::unknown)?;
            if !file.name.ends_with(".avsc") {
                return Err(Inexpressible(format!(
                    "{} is no file of a schema: change it by hand",
                    file.name
                )));
            }
            let places = self.places.entry(source);
            let places = places.or_insert_with(|| Places::of(&file.text, MAX_DEPTH));
            let replaced = places.as_ref().and_then(|places| places.replaced(&patches));
            let replaced = replaced
                .ok_or_else(|| Inexpressible("two changes are of the same text".to_owned()))?;
            found.extend(replaced.into_iter().map(|(range, text)| TextEdit {
                source,
                range,
                text,
            }));
        }
        Ok(found)
    }

    /// Whether each schema is still one with these edits, which are in the order of the texts.
    fn proven(&mut self, edits: &[TextEdit]) -> Result<(), Inexpressible> {
        let read = |text: &str| avro::parse_with(text, avro::Rules::Registered);
        for own in edits.chunk_by(|a, b| a.source == b.source) {
            let Some(source) = own.first().map(|edit| edit.source) else {
                continue;
            };
            let file = self.sources.get(source).ok_or_else(super::unknown)?;
            let after = apply(&file.text, own)
                .ok_or_else(|| Inexpressible("two changes are of the same text".to_owned()))?;
            let was = self.is_schema.entry(source);
            if *was.or_insert_with(|| read(&file.text).is_ok())
                && let Err(wrong) = read(&after)
            {
                return Err(Inexpressible(format!("the text would be wrong: {wrong}")));
            }
        }
        Ok(())
    }
}
