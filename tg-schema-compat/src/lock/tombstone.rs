//! Blocks into the names that were in use and are not any more.

use std::collections::HashSet;

use super::accept::Kind;
use super::block::Block;
use super::item::Body;
use crate::engine::avro::{Defaults, Graph};
use crate::version::{Tombstone, plain};

/// Fields and types that are in no block's last version. `releases` are the numbers of all, in order.
pub(super) fn all(label: &str, blocks: &[Block], releases: &[u32]) -> Vec<Tombstone> {
    let before = |release: u32| {
        let at = releases.partition_point(|&known| known < release);
        let last = releases.get(at.wrapping_sub(1)).copied().unwrap_or(release);
        format!("{label} release {last}")
    };
    let there = || blocks.iter().filter(|block| block.latest().is_some());
    let inside = inside(blocks);
    let inside = inside.iter().map(|name| (false, name.as_str()));
    let at_home: HashSet<(&str, &str)> = there().map(|b| (full_name(b), home(b))).collect();
    let there: HashSet<(bool, &str)> = there().map(named).chain(inside).collect();
    let mut found = Vec::new();
    for block in blocks {
        // Another one of its name may be there.
        let is_there = there.contains(&named(block));
        let mut tombstone = |field, ty: &str, last| {
            let record = match is_there && block.latest().is_none() {
                true => format!("{}@{}", full_name(block), home(block)),
                false => full_name(block).to_owned(),
            };
            found.push(Tombstone {
                record,
                field,
                ty: ty.to_owned(),
                last,
            });
        };
        let Some(latest) = block.entries.last() else {
            continue;
        };
        match &latest.body {
            // Or the same, as a schema that no definition says.
            None if at_home.contains(&(full_name(block), home(block))) => {}
            None => tombstone(None, block.kind.word(), before(latest.release)),
            Some(Body::Type(body)) => {
                let fields = body.part.fields().into_iter();
                let mut known: HashSet<String> = fields.map(|(name, _)| name).collect();
                for pair in block.entries.windows(2).rev() {
                    let [older, newer] = pair else { continue };
                    let Some(Body::Type(body)) = &older.body else {
                        continue;
                    };
                    for (name, ty) in body.part.fields() {
                        if known.insert(name.clone()) {
                            tombstone(Some(name), &ty, before(newer.release));
                        }
                    }
                }
            }
            Some(_) => {}
        }
    }
    found
}

/// The names of the types in schemas that are kept whole. They are read for those that are gone alone.
fn inside(blocks: &[Block]) -> HashSet<String> {
    let mut names = HashSet::new();
    if blocks.iter().all(|block| block.latest().is_some()) {
        return names;
    }
    for block in blocks {
        if let Some(Body::Avro(body)) = block.latest()
            && let Ok(graph) = Graph::parse(&body.compact, Defaults::Unchecked)
        {
            names.extend(graph.shapes().filter_map(|s| Some(s.name()?.full())));
        }
    }
    names
}

/// Whether a block is of a topic, and its name. Records, enums and Avro schemas share theirs.
fn named(block: &Block) -> (bool, &str) {
    (block.kind == Kind::Topic, full_name(block))
}

/// The module that it was in last.
fn home(block: &Block) -> &str {
    let mut bodies = block.entries.iter().rev();
    let last = bodies.find_map(|entry| entry.body.as_ref());
    last.and_then(Body::module).unwrap_or_default()
}

/// The full name of a type; the whole name of what is none.
pub(super) fn full_name(block: &Block) -> &str {
    match block.kind {
        Kind::Record | Kind::Enum | Kind::Avro => plain(&block.name),
        Kind::Topic => &block.name,
    }
}
