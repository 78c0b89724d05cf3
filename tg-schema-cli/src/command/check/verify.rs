//! `--verify`: messages by the thousand at every verdict that says "compatible".

use tg_schema_compat::check::Options;
use tg_schema_compat::loss::Direction;
use tg_schema_compat::proof::Side;
use tg_schema_compat::proof::verify::attack as attacked;
use tg_schema_compat::report::{Compared, Format, Pair, Report};
use tg_schema_compat::version::{Message, Version};
use tg_schema_model::{Diagnostic, Diagnostics, Fingerprint, Sources};

use super::versions::Versions;
use crate::console::Console;
use crate::exit::Failure;

/// The same messages in every run.
const SEED: u64 = 1;

/// Attacks all verdicts of a report, and tells of each that is wrong. How many there are.
pub fn attack(
    report: &Report,
    versions: &Versions,
    options: &Options,
    messages: u32,
    console: &mut Console,
) -> Result<usize, Failure> {
    let mut wrong = Diagnostics::default();
    for record in &report.records {
        for pair in &record.versions {
            for disproof in one(record, pair, versions, options, messages)? {
                wrong.push(Diagnostic::error(Default::default(), disproof, ""));
            }
        }
    }
    let count = wrong.0.len();
    console.diagnostics(&Sources::default(), &wrong);
    Ok(count)
}

/// The disagreements over one message and one of its earlier versions.
fn one(
    record: &Compared,
    pair: &Pair,
    versions: &Versions,
    options: &Options,
    messages: u32,
) -> Result<Vec<String>, Failure> {
    let Some(old) = versions.against.get(pair.against) else {
        return Ok(Vec::new());
    };
    let new = &versions.new;
    let named = |m: &&Message| Some(&m.name) == record.new.as_ref();
    let sides = (former(old, pair), new.messages.iter().find(named));
    let (Some(was), Some(is)) = sides else {
        return Ok(Vec::new());
    };
    let old = Side {
        version: old,
        message: was,
    };
    let new = Side {
        version: new,
        message: is,
    };
    let mut found = Vec::new();
    for direction in [Direction::Backward, Direction::Forward] {
        let (writer, reader) = match direction {
            Direction::Backward => (old, new),
            Direction::Forward => (new, old),
        };
        let avro = [(Format::Avro, Default::default())];
        let json = options.peers.iter().map(|peer| (Format::Json, *peer));
        for (format, peer) in avro.into_iter().chain(json) {
            let messages = usize::try_from(messages).unwrap_or(usize::MAX);
            let hit = attacked(writer, reader, format, direction, peer, SEED, messages);
            let hit = hit.map_err(|problem| Failure::new(problem.to_string()))?;
            found.extend(hit.map(|disagreement| disagreement.to_string()));
        }
    }
    Ok(found)
}

/// The earlier version of a message that a verdict is of.
fn former<'v>(version: &'v Version, pair: &Pair) -> Option<&'v Message> {
    let print = |m: &Message| Fingerprint::of(&m.identity).sha256_hex();
    version
        .messages
        .iter()
        .find(|m| print(m) == pair.fingerprints.0)
}
