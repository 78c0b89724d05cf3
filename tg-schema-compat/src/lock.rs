//! `tg-schema.lock` into the versions that were released, and a new version into the next lock.
//!
//! The file is TOML of one fixed shape, for people to read and for `git` to merge: one block a type, topic or
//! bare Avro schema and version of it, sorted by name, the newest version first.
//!
//! ```toml
//! format = 1
//!
//! [[record."shop.Order"]]
//! since = 2
//! module = "orders"
//! fingerprint = "d1c3…"
//! definition = '''
//! {"record":"shop.Order","fields":[
//!   {"name":"id","type":"string"},
//!   {"name":"note","type":"string?"}
//! ]}
//! '''
//!
//! [[record."shop.Order"]]
//! since = 1
//! …
//!
//! [[record."shop.Quote"]]
//! removed = 2
//! …
//!
//! [[topic."orders.placed"]]
//! since = 1
//! module = "orders"
//! address = "q1/shop/orders/placed"
//! record = "shop.Order"
//! ```
//!
//! A definition is the type's own part of its full definition ([`tg_schema_model::definition`]); the
//! fingerprint is the SHA-256 of that part alone, as a list of one. A release is made of the latest version of
//! each block up to its number, so that two branches which change different types merge without a conflict,
//! and their common release has what both say. `removed` ends a type; what stands below it keeps its name from
//! being used for something else.
//!
//! Docs, deprecations and places in files are not in the lock: they change no message and no code.

mod accept;
mod block;
mod history;
mod item;
mod merge;
mod parse;
mod tombstone;
mod write;

use tg_schema_model::{Diagnostics, Sources};

use crate::version::Version;

pub use accept::{Accepted, Change, Kind, What, accept};
pub use merge::merged;

/// The format that is written, and the only one that is read.
pub const FORMAT: u32 = 1;
/// Bytes of a lock. Larger ones are refused.
pub const MAX_TEXT: usize = 64 << 20;
/// Types of all releases of a lock together: a type counts again in each release.
pub const MAX_TYPES: usize = 4_000_000;
/// What a merge writes around the parts of a conflict: before our side, before what both had, before theirs, behind it.
const MARKS: [&str; 4] = ["<<<<<<<", "|||||||", "=======", ">>>>>>>"];
/// Problems after which no more are looked for.
const MAX_PROBLEMS: usize = 100;

/// The mark of a conflict that a line is.
fn mark(line: &str) -> Option<&'static str> {
    let is = |mark: &&str| {
        let rest = line.strip_prefix(mark);
        rest.is_some_and(|rest| rest.trim_end().is_empty() || rest.starts_with(' '))
    };
    MARKS.into_iter().find(|mark| is(mark))
}

/// The releases in a lock, oldest first. `label` is the name of the file.
///
/// The last release is whole. Each earlier one has the messages that it changed, with the types and topics
/// that belong to them: a message that it leaves out is as it was in the release before it.
/// The last one carries the tombstones.
///
/// # Errors
///
/// Everything that is wrong with the text, with its places.
pub fn read(label: &str, text: &str) -> Result<Vec<Version>, (Sources, Diagnostics)> {
    let (sources, mut diagnostics) = (&mut Sources::default(), Diagnostics::default());
    let source = sources.add(label, text);
    let entries = parse::entries(text, source, &mut diagnostics);
    let blocks = block::blocks(entries, &mut diagnostics);
    let versions = if diagnostics.has_errors() {
        Vec::new()
    } else {
        history::versions(label, &blocks, sources, &mut diagnostics)
    };
    if diagnostics.has_errors() {
        diagnostics.finish();
        return Err((std::mem::take(sources), diagnostics));
    }
    Ok(versions)
}
