//! The entries of a lock, by what they are of.

use std::collections::{BTreeMap, HashMap, HashSet};

use tg_schema_model::{Diagnostic, Diagnostics};

use super::accept::Kind;
use super::item::{Body, Entry};

/// Everything of one name, oldest first.
pub(super) struct Block {
    pub kind: Kind,
    pub name: String,
    pub entries: Vec<Entry>,
}

impl Block {
    /// What it is in the last release.
    pub(super) fn latest(&self) -> Option<&Body> {
        self.entries.last()?.body.as_ref()
    }
}

/// Sorts entries into blocks, by kind and name.
pub(super) fn blocks(entries: Vec<Entry>, diagnostics: &mut Diagnostics) -> Vec<Block> {
    let mut sorted: BTreeMap<(Kind, String), Vec<Entry>> = BTreeMap::new();
    for entry in entries {
        let key = (entry.kind, entry.name.clone());
        sorted.entry(key).or_default().push(entry);
    }
    let mut blocks = Vec::with_capacity(sorted.len());
    for ((kind, name), mut entries) in sorted {
        entries.sort_by_key(|entry| entry.release);
        // Both sides of a merge may have done the same.
        entries.dedup_by(|other, one| one.release == other.release && one.same(other));
        for pair in entries.windows(2) {
            let [first, second] = pair else { continue };
            if first.release == second.release {
                let message = format!("release {} has `{name}` twice", second.release);
                let found = Diagnostic::error(
                    second.place,
                    message,
                    "a second block of that release",
                )
                .help("keep what was released first, then run `tg-schema check --accept` again");
                diagnostics.push(found);
            }
        }
        if let Some(entry) = entries.first().filter(|entry| entry.body.is_none()) {
            let message = format!("`{name}` is removed and was never there");
            diagnostics.push(Diagnostic::error(
                entry.place,
                message,
                "expected a version of it before",
            ));
        }
        blocks.push(Block {
            kind,
            name,
            entries,
        });
    }
    blocks
}

/// The number of the last release; 0 where there is none.
pub(super) fn last_release(blocks: &[Block]) -> u32 {
    let releases = blocks
        .iter()
        .filter_map(|b| b.entries.last())
        .map(|e| e.release);
    releases.max().unwrap_or(0)
}

/// The blocks of messages of whose full name there are several.
pub(super) fn several(blocks: &[Block]) -> Vec<usize> {
    let is_message = |block: &Block| matches!(block.kind, Kind::Record | Kind::Avro);
    let mut names: HashMap<&str, HashSet<&str>> = HashMap::new();
    for block in blocks.iter().filter(|block| is_message(block)) {
        let own = names.entry(super::tombstone::full_name(block)).or_default();
        own.insert(&block.name);
    }
    let of_several = |block: &Block| {
        let own = names.get(super::tombstone::full_name(block));
        is_message(block) && own.is_some_and(|own| own.len() > 1)
    };
    let numbered = blocks.iter().enumerate();
    numbered
        .filter(|(_, block)| of_several(block))
        .map(|(at, _)| at)
        .collect()
}
