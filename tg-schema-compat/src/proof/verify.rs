//! Attacks on verdicts: messages by the thousand at what was said of them.
//!
//! What is claimed, and so attacked:
//!
//! | wire | the claim |
//! |---|---|
//! | JSON | every message is read, but for the fields of which it is said that something is refused; and it is read as what it is, but for the fields of which it is said that something is lost, filled in or passed over |
//! | Avro | where a registry with Confluent's interface finds nothing, every message is read, by Avro's library for Java too unless a report tells that it refuses some; but for the fields of which [`loss`] finds something, and new fields that old readers do not know, it is read as what it is |
//! | all | what a report says beside these: what of a message is dropped or altered is told with the field that it happens to |
//! | Pulsar | where a broker accepts what such a registry refuses, only symbols and names of records are to blame, at which it does not look: a reader that takes records by their fields refuses no message but for a symbol |
//!
//! Some messages are refused for reasons that no registry looks at, and count as no disagreement: bytes that
//! are no UTF-8 where the reader has a string, decimals of other digits, a plain number that is no date of
//! the reader's, a default that is no value of its type. What is larger or deeper than our limits allow is not
//! executed.

mod reach;
mod told;

use std::collections::{BTreeSet, HashSet};
use std::fmt;

use tg_schema_dynamic::datum::{Datum, Types};
use tg_schema_dynamic::{Codec, Limits, Random};
use tg_schema_model::avro::Schema;

use super::avro::{Wire, schema};
use super::candidate::Candidates;
use super::place::tokens;
use super::{Fact, Problem, Side, json};
use crate::engine::avro::Graph;
use crate::engine::json::{Party, Peer};
use crate::engine::pulsar::Reading;
use crate::engine::{confluent, json as engine, pulsar};
use crate::loss::{self, Direction};
use crate::report::{Format, Outcome};
pub(super) use reach::Reach;
pub(super) use told::Told;

pub use super::work::{MAX_BOUNDARIES, MAX_BYTES, Work};

/// Places at which boundary values are tried.
const MAX_PLACES: usize = 1_000;
/// Sizes of random messages, in turn.
const SIZES: [usize; 4] = [4, 16, 64, 256];

/// A verdict that a message disproves: a mistake in an engine or in a codec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// On which wire.
    pub format: Format,
    /// Which readers.
    pub direction: Direction,
    /// The JSON peer that wrote or reads it, where it is not ours.
    pub peer: Option<&'static str>,
    /// What was claimed.
    pub claim: &'static str,
    /// The writer: the name of its message, the version and the schema.
    pub writer: [String; 3],
    /// The reader likewise.
    pub reader: [String; 3],
    /// The message, as JSON.
    pub message: String,
    /// Its bytes, on a binary wire.
    pub bytes: Option<Vec<u8>>,
    /// What became of it.
    pub outcome: Outcome,
    /// The place at which that speaks against the claim, and how.
    pub reason: String,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let peer = self
            .peer
            .map_or(String::new(), |peer| format!(", peer {peer}"));
        writeln!(
            f,
            "a verdict is wrong: {} ({}, {}{peer})",
            self.claim,
            self.format.as_str(),
            self.direction.as_str()
        )?;
        writeln!(f, "  message: {}", self.message)?;
        if let Some(bytes) = &self.bytes {
            let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
            writeln!(f, "  bytes:   {hex}")?;
        }
        match &self.outcome {
            Outcome::Refused(error) => writeln!(f, "  refused: {error}")?,
            Outcome::Changed(held) => writeln!(f, "  read as: {held}")?,
        }
        writeln!(f, "  reason:  {}", self.reason)?;
        for (role, [name, version, schema]) in [("writer", &self.writer), ("reader", &self.reader)]
        {
            writeln!(f, "  {role}:  {name} of {version}")?;
            write!(f, "    {}", schema.replace('\n', "\n    "))?;
            if role == "writer" {
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

/// What came of an attack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attack {
    /// The message that disproves a verdict.
    pub found: Option<Disagreement>,
    /// What it took.
    pub work: Work,
}

/// Looks for a message that disproves what the engines say of `writer` and `reader`: boundary values at every
/// place, then `messages` random ones. The same seed tries the same messages. `direction` and `peer` are as
/// for [`super::counterexample`].
///
/// Nothing is found where there is no such message, and nothing is tried where nothing is claimed.
///
/// # Errors
/// See [`Problem`].
pub fn attack(
    writer: Side<'_>,
    reader: Side<'_>,
    format: Format,
    direction: Direction,
    peer: Peer,
    seed: u64,
    messages: usize,
) -> Result<Attack, Problem> {
    let claim = (format, direction, peer);
    attack_told(writer, reader, claim, (seed, messages), None)
}

/// The same, where a report says something too.
pub(super) fn attack_told(
    writer: Side<'_>,
    reader: Side<'_>,
    (format, direction, peer): (Format, Direction, Peer),
    (seed, messages): (u64, usize),
    report: Option<&Told<'_>>,
) -> Result<Attack, Problem> {
    let mut work = Work::default();
    let plan = Plan { seed, messages };
    let found = match format {
        Format::Json => on_json((writer, reader), (direction, peer), report, plan, &mut work)?,
        Format::Avro => on_avro((writer, reader), direction, report, plan, &mut work)?,
        Format::Pulsar => on_pulsar((writer, reader), report, plan, &mut work)?,
        Format::Rust | Format::Deployment => None,
    };
    let named = |side: Side<'_>| {
        let text = match side.message.identity.is_empty() {
            true => &side.message.text,
            false => &side.message.identity,
        };
        [&side.message.name, &side.version.label, text].map(String::clone)
    };
    let found = found.map(|hit| Disagreement {
        format,
        direction,
        peer: (format == Format::Json && peer != Peer::Tg).then_some(peer.as_str()),
        claim: match hit.outcome {
            Outcome::Refused(_) if format == Format::Pulsar => {
                "every message was said to be read, but for symbols and names of records"
            }
            Outcome::Refused(_) => "every message was said to be read",
            Outcome::Changed(_) => "every message was said to be read as what it is",
        },
        writer: named(writer),
        reader: named(reader),
        message: hit.message,
        bytes: hit.bytes,
        outcome: hit.outcome,
        reason: hit.reason,
    });
    Ok(Attack { found, work })
}

/// The random messages of an attack.
#[derive(Clone, Copy)]
struct Plan {
    seed: u64,
    messages: usize,
}

/// A message that disproves a claim.
struct Hit {
    message: String,
    bytes: Option<Vec<u8>>,
    outcome: Outcome,
    reason: String,
}

fn on_json(
    (writer, reader): (Side<'_>, Side<'_>),
    (direction, peer): (Direction, Peer),
    report: Option<&Told<'_>>,
    plan: Plan,
    work: &mut Work,
) -> Result<Option<Hit>, Problem> {
    let (Some(writer), Some(reader)) = (json::party(writer), json::party(reader)) else {
        return Ok(None);
    };
    let (writer, reader) = json::habits(writer, reader, direction, peer);
    let verdict = engine::can_read(reader, writer)?;
    if verdict.more {
        return Ok(None);
    }
    let told = Told::of_verdict(&verdict);
    let all = || std::iter::once(&told).chain(report);
    let try_one = |value: &tg_schema_model::Value| {
        let executed = json::execute(writer, reader, value)?;
        let mut refusals = executed.refusals.into_all();
        if all().all(|told| told.explains_refusal(&refusals)) {
            refusals.clear();
        }
        let mut changes = executed.changes.into_all();
        changes.retain(|fact| !all().all(|told| told.explains(fact)));
        let (outcome, reason) = disproved(refusals, changes, executed.held)?;
        Some(Hit {
            message: executed.message,
            bytes: None,
            outcome,
            reason,
        })
    };
    let schemas = json::schemas(writer, reader);
    let types = (Types::of(&schemas.0), Types::of(&schemas.1));
    let mut candidates = Candidates::new(&types.0, &types.1).shallow();
    for place in places(&types.0) {
        let data = candidates.leading_to(&tokens(&place));
        let values = json::values(writer, &types.0, &data);
        let tried = work.boundaries(values.len());
        let hit = values.iter().take(tried).find_map(try_one);
        if hit.is_some() {
            return Ok(hit);
        }
        if work.limited {
            break;
        }
    }
    let codec = Codec::new(writer.schema, writer.record);
    let mut random = Random::new(plan.seed);
    for nth in 0..plan.messages {
        random = random.clone().size(size(nth));
        let value = random.value(writer.schema, writer.record);
        // One that was cut short is no message.
        let bytes = codec.write_avro(&value).ok();
        let hit = bytes.as_ref().and_then(|_| try_one(&value));
        if !work.random(bytes.as_deref()) || hit.is_some() {
            return Ok(hit);
        }
    }
    Ok(None)
}

fn on_avro(
    (writer, reader): (Side<'_>, Side<'_>),
    direction: Direction,
    report: Option<&Told<'_>>,
    plan: Plan,
    work: &mut Work,
) -> Result<Option<Hit>, Problem> {
    let graphs = (graph(writer)?, graph(reader)?);
    if !confluent::can_read(graphs.1, graphs.0)?.is_compatible() {
        return Ok(None);
    }
    let losses = match direction {
        Direction::Backward => loss::between(graphs.0, graphs.1)?,
        Direction::Forward => loss::between(graphs.1, graphs.0)?,
    };
    let told = Told::of_losses(&losses, direction, graphs.1);
    let all = || std::iter::once(&told).chain(report);
    let texts = (schema(writer)?, schema(reader)?);
    let types = (Types::of(&texts.0), Types::of(&texts.1));
    let mut wire = Wire::new((writer, &types.0), (reader, &types.1));
    let is_read = report.is_some_and(Told::is_read_by_java);
    let by_java = is_read
        .then(|| Reading::of(graphs.1, graphs.0))
        .transpose()?;
    let by_java = by_java.and_then(Result::ok);
    let try_one = |bytes: Vec<u8>| {
        let (mut refusals, mut changes) = wire.examine(&bytes)?;
        if let (Some(java), Ok(datum)) = (&by_java, types.0.decode(&bytes, Limits::default())) {
            let refused = java.refusal(&datum).or_else(|| java.unknown_symbol(&datum));
            refusals.extend(refused.map(|refused| refused.fact()));
        }
        // Of messages that are said to be refused nothing more is said.
        let is_unread = report.is_some_and(Told::is_unread);
        changes.retain(|fact| !is_unread && !all().all(|told| told.explains(fact)));
        hit(&mut wire, bytes, refusals, changes)
    };
    let texts = (&texts.0, json::party(writer));
    Ok(in_binary(texts, [&types.0, &types.1], plan, work, try_one))
}

fn on_pulsar(
    (writer, reader): (Side<'_>, Side<'_>),
    report: Option<&Told<'_>>,
    plan: Plan,
    work: &mut Work,
) -> Result<Option<Hit>, Problem> {
    let graphs = (graph(writer)?, graph(reader)?);
    if !pulsar::can_read(graphs.1, graphs.0)?.is_compatible() {
        return Ok(None);
    }
    // What both accept is attacked as the verdict of a registry, but for what a report says of it.
    let both = confluent::can_read(graphs.1, graphs.0)?.is_compatible();
    if both && report.is_none() || report.is_some_and(Told::is_unread) {
        return Ok(None);
    }
    let texts = (schema(writer)?, schema(reader)?);
    let types = (Types::of(&texts.0), Types::of(&texts.1));
    let mut wire = Wire::new((writer, &types.0), (reader, &types.1));
    if !both {
        wire = wire.by_fields();
    }
    let try_one = |bytes: Vec<u8>| {
        let refusals = match both {
            true => Vec::new(),
            false => wire.refused_for_types(&bytes)?,
        };
        let mut changes = wire.altered(&bytes)?;
        changes.retain(|fact| report.is_some_and(|told| !told.explains(fact)));
        hit(&mut wire, bytes, refusals, changes)
    };
    let texts = (&texts.0, json::party(writer));
    Ok(in_binary(texts, [&types.0, &types.1], plan, work, try_one))
}

fn graph(side: Side<'_>) -> Result<&Graph, Problem> {
    side.message.graph().map_err(|refusal| Problem::Schema {
        message: side.message.name.clone(),
        reason: refusal.to_string(),
    })
}

/// What speaks against a claim on a binary wire.
fn hit(
    wire: &mut Wire<'_, '_, '_>,
    bytes: Vec<u8>,
    refusals: Vec<Fact>,
    changes: Vec<Fact>,
) -> Option<Hit> {
    if refusals.is_empty() && changes.is_empty() {
        return None;
    }
    let (message, held) = wire.shown(&bytes)?;
    let (outcome, reason) = disproved(refusals, changes, held)?;
    Some(Hit {
        message,
        bytes: Some(bytes),
        outcome,
        reason,
    })
}

/// Tries binary messages, until one speaks against a claim.
fn in_binary<'s>(
    (text, own): (&'s Schema, Option<Party<'_>>),
    types: [&Types<'s>; 2],
    plan: Plan,
    work: &mut Work,
    mut try_one: impl FnMut(Vec<u8>) -> Option<Hit>,
) -> Option<Hit> {
    let [types, read] = types;
    let mut candidates = Candidates::new(types, read).shallow();
    for place in places(types) {
        let data: Vec<Datum> = candidates.leading_to(&tokens(&place));
        let encoded = data.iter().take(work.boundaries(data.len()));
        let hit = encoded
            .filter_map(|datum| types.encode(datum, Limits::default()).ok())
            .find_map(&mut try_one);
        if hit.is_some() {
            return hit;
        }
        if work.limited {
            break;
        }
    }
    let mut random = Random::new(plan.seed).non_finite().meant();
    for nth in 0..plan.messages {
        random = random.clone().size(size(nth));
        let bytes = match own.filter(|_| nth % 2 == 0) {
            Some(party) => written(party, &mut random),
            None => random.datum(text),
        };
        let more = work.random(bytes.as_deref());
        let hit = bytes.and_then(&mut try_one);
        if hit.is_some() || !more {
            return hit;
        }
    }
    None
}

fn size(nth: usize) -> usize {
    SIZES.get(nth % SIZES.len()).copied().unwrap_or(16)
}

/// A random message of a record in the writer's own encoding, where that is the registered one.
fn written(party: Party<'_>, random: &mut Random) -> Option<Vec<u8>> {
    let value = random.value(party.schema, party.record);
    Codec::new(party.schema, party.record)
        .write_avro(&value)
        .ok()
}

/// What speaks against the claim.
fn disproved(refusals: Vec<Fact>, changes: Vec<Fact>, held: String) -> Option<(Outcome, String)> {
    let reason = |fact: &Fact| match fact.reader.as_str() {
        "" => fact.text.clone(),
        place => format!("{place}: {}", fact.text),
    };
    if let Some(fact) = refusals.into_iter().next() {
        let reason = reason(&fact);
        return Some((Outcome::Refused(fact.text), reason));
    }
    let first = changes.first()?;
    Some((Outcome::Changed(held), reason(first)))
}

/// The places of a schema: every field, item and value, each type once on the way.
pub(super) fn places(types: &Types<'_>) -> Vec<String> {
    let mut places = BTreeSet::from([String::new()]);
    let mut seen = HashSet::new();
    let mut open = vec![(types.root, String::new())];
    while let Some((ty, path)) = open.pop() {
        if places.len() >= MAX_PLACES {
            break;
        }
        let ty = types.resolve(ty);
        if ty.name().is_some() && !seen.insert(std::ptr::from_ref::<Schema>(ty)) {
            continue;
        }
        let mut step = |path: String| places.insert(path.clone()).then_some(path);
        match ty {
            Schema::Record(record) => {
                for field in &record.fields {
                    let inner = match path.as_str() {
                        "" => field.name.clone(),
                        path => format!("{path}.{}", field.name),
                    };
                    open.extend(step(inner).map(|path| (&field.schema, path)));
                }
            }
            Schema::Array(array) => {
                let inner = step(format!("{path}[]"));
                open.extend(inner.map(|path| (&*array.items, path)));
            }
            Schema::Map(map) => {
                let inner = step(format!("{path}{{}}"));
                open.extend(inner.map(|path| (&*map.values, path)));
            }
            Schema::Union(branches) => {
                open.extend(branches.iter().map(|branch| (branch, path.clone())));
            }
            _ => {}
        }
    }
    places.into_iter().collect()
}

#[cfg(test)]
mod tests;
