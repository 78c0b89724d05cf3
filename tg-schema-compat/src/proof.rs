//! Proofs: messages that a reader refuses or reads as something else, found and executed.
//!
//! A finding says that something happens to messages at a place. [`counterexample`] makes the smallest messages
//! of the writer that lead there, with the values at which types part, writes each as the writer does, reads it
//! as the reader does, and keeps the smallest that shows it: the fewest fields with a value, then the
//! shortest JSON, then the first in the order of the text. The same versions give the same message.
//!
//! | wire | written by | read by |
//! |---|---|---|
//! | Avro | the registered schema of the writer | the registered schema of the reader, by Avro's resolution; and by our codec where definitions say what the reader is, whose words are the error then |
//! | JSON | our codec, or what the writer's peer makes of the value | our codec, or a model of the reader's peer, whose errors are those of Python |
//!
//! A broker of Pulsar looks at no names of records. What is lost in records that are read under another name is shown by
//! the resolution alone, which takes them by their fields then, as the library for Java does. Where every reader reads a
//! message and the broker still refuses its schema (it gives aliases of fields to records of that name alone, and finds
//! enums in unions by their full names), the message goes through the broker's own resolution, step by step, and is shown
//! with the error that it meets there.
//!
//! What is shown as JSON on an Avro wire is the message as our JSON codec writes it, else plain JSON (see
//! [`tg_schema_dynamic::datum::Types::to_json`]); the bytes are what was sent.
//!
//! Where one message is refused for several reasons a reader names the first. The others are shown by the same
//! reader without the fields that it names first; it refuses the message in both cases. So is what a reader of JSON takes
//! for something else, where it refuses every such message.

mod attach;
pub(crate) mod avro;
pub(crate) mod bench;
mod boundary;
mod candidate;
mod facts;
mod json;
pub(crate) mod place;
#[cfg(test)]
pub(crate) mod survey;
pub mod verify;
mod work;

use std::borrow::Cow;
use std::fmt;

use tg_schema_dynamic::datum::Types;
use tg_schema_model::{Json, Profile};

use crate::effort::{Effort, RECORD_BYTES};
use crate::engine::json::Peer;
use crate::engine::stack::TooLarge;
use crate::loss::Direction;
use crate::report::{Branch, Counterexample, Format, Outcome};
use crate::version::{Message, Version};
pub use attach::{prove, verify_all};
use bench::{Bench, Schemas, Shelves};
use candidate::Through;
use facts::Facts;
use place::Aim;

/// One side of a comparison.
#[derive(Clone, Copy, Debug)]
pub struct Side<'v> {
    /// The version.
    pub version: &'v Version,
    /// One of its messages.
    pub message: &'v Message,
}

/// What a message is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Want {
    /// The reader refuses it.
    Refused,
    /// The reader reads it as something else.
    Changed,
}

/// Why nothing could be executed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The schemas are larger than can be compared.
    TooLarge(TooLarge),
    /// The messages of the record that were looked at were as many and as large as may be.
    Effort,
    /// The attacks on the verdicts of a report tried as much as they may.
    Attacks {
        /// Verdicts that were not attacked.
        left_out: usize,
    },
    /// The text of a message is no schema that messages can be written or read with.
    Schema {
        /// Its name.
        message: String,
        /// Why.
        reason: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::TooLarge(limit) => limit.fmt(f),
            Problem::Effort => write!(
                f,
                "messages are looked for until {} MiB of them were read for a record or a report as large as this one",
                RECORD_BYTES >> 20
            ),
            Problem::Attacks { left_out } => write!(
                f,
                "{left_out} verdicts were not attacked: {} messages with boundary values or {} MiB of random ones are tried for a report",
                work::TOTAL_BOUNDARIES,
                work::TOTAL_BYTES >> 20
            ),
            Problem::Schema { message, reason } => {
                write!(f, "no message of {message} can be made: {reason}")
            }
        }
    }
}

impl std::error::Error for Problem {}

impl From<TooLarge> for Problem {
    fn from(limit: TooLarge) -> Self {
        Problem::TooLarge(limit)
    }
}

/// The smallest message of `writer` that shows at `path` what is wanted. The path is in the names of either
/// side, as `lines[].item`; empty for the message itself.
///
/// `peer` is whose habits the older side has, on JSON: the writer where new readers read old messages
/// ([`Direction::Backward`]), else the reader. The newer side is ours.
///
/// [`Format::Pulsar`] is shown on JSON where the writer is a `pulsar-record`, else, or where JSON shows
/// nothing, on Avro. The other formats have no messages.
///
/// None where no message shows it: a registry objects to the name of a record, say, and readers do not.
///
/// # Errors
/// See [`Problem`].
pub fn counterexample(
    writer: Side<'_>,
    reader: Side<'_>,
    format: Format,
    direction: Direction,
    peer: Peer,
    want: Want,
    path: &str,
) -> Result<Option<Counterexample>, Problem> {
    let (old, new) = match direction {
        Direction::Backward => (writer, reader),
        Direction::Forward => (reader, writer),
    };
    let (schemas, shelves) = (Schemas::of(old, new), Shelves::default());
    let question = Question {
        format,
        direction,
        peer,
        places: [path, ""],
        branches: &[],
        breaks: want == Want::Refused,
    };
    let mut bench = Bench::new(&schemas, &shelves);
    question.answer(want, &mut bench, &mut Effort::of_report())
}

/// Where something is to be shown, and for whom: see [`counterexample`].
#[derive(Clone, Copy)]
pub(crate) struct Question<'p> {
    pub(crate) format: Format,
    pub(crate) direction: Direction,
    pub(crate) peer: Peer,
    /// As [`crate::report::Finding::path`] and [`crate::report::Finding::former`].
    pub(crate) places: [&'p str; 2],
    /// Branches of unions that it is in: no message of another one shows it.
    pub(crate) branches: &'p [Branch],
    /// Whether somebody is said to refuse or to misread messages. What is altered counts then in a JSON message too that is
    /// refused for other reasons; and what a broker is said to refuse, it has to refuse itself.
    pub(crate) breaks: bool,
}

impl Question<'_> {
    /// The smallest message that shows it, of those that may still be looked at. Where the place has two names, either
    /// may be what something else is called, in another branch of a union: both are gone for.
    pub(crate) fn answer(
        &self,
        want: Want,
        bench: &mut Bench<'_, '_, '_>,
        effort: &mut Effort,
    ) -> Result<Option<Counterexample>, Problem> {
        let found = self.answer_once(want, bench, effort)?;
        let [path, former] = self.places;
        if found.is_some() || former.is_empty() || former == path {
            return Ok(found);
        }
        let turned = Question {
            places: [former, path],
            ..*self
        };
        turned.answer_once(want, bench, effort)
    }

    fn answer_once(
        &self,
        want: Want,
        bench: &mut Bench<'_, '_, '_>,
        effort: &mut Effort,
    ) -> Result<Option<Counterexample>, Problem> {
        let Question {
            format,
            direction,
            peer,
            places,
            branches,
            ..
        } = *self;
        if effort.is_spent() {
            return Err(Problem::Effort);
        }
        let [writer, _] = bench.sides(direction);
        let mut shown = None;
        let first_on_json =
            format == Format::Pulsar && writer.profile() == Some(Profile::PulsarRecord);
        if (format == Format::Json || first_on_json)
            && let Some(spoken) = bench.json(direction, peer, effort)?
        {
            shown = json::show(spoken, (want, self.breaks), places, effort)?;
        }
        if shown.is_none() && matches!(format, Format::Avro | Format::Pulsar) {
            let sides = bench.sides(direction);
            let lane = bench.avro(direction, effort)?;
            let through = Through::of(branches, direction);
            let by_broker = format == Format::Pulsar && self.breaks;
            let asked = (want, places, through);
            shown = avro::show(lane, sides, (format, by_broker), asked, effort)?;
        }
        Ok(shown.map(|shown| Counterexample {
            format,
            direction,
            peer: (format == Format::Json && peer != Peer::Tg).then_some(peer.as_str()),
            message: shown.message,
            bytes: shown.bytes,
            outcome: shown.outcome,
            difference: shown.difference,
        }))
    }
}

impl Side<'_> {
    fn profile(&self) -> Option<Profile> {
        let record = self.version.schema.records.get(self.message.record?.0)?;
        Some(record.profile)
    }
}

/// A message that was executed, and shows what is wanted.
#[derive(Clone)]
struct Shown {
    message: String,
    bytes: Option<Vec<u8>>,
    outcome: Outcome,
    difference: Option<String>,
}

/// What became of a message.
#[derive(Clone, Debug, Default)]
pub(crate) struct Executed {
    /// The message, for people.
    pub(crate) message: String,
    pub(crate) bytes: Option<Vec<u8>>,
    /// Fields and entries that have a value.
    pub(crate) fields: usize,
    /// Why it is refused; empty where it is read.
    pub(crate) refusals: Facts,
    /// What is dropped or altered.
    pub(crate) changes: Facts,
    /// What the reader has, for people.
    pub(crate) held: String,
}

/// Something that happened at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// The place, by the names of the reader.
    pub(crate) reader: String,
    /// By those of the writer.
    pub(crate) writer: String,
    /// What became of the value.
    pub(crate) how: How,
    /// What happened, for people.
    pub(crate) text: String,
}

/// What became of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// The reader has no such field.
    Dropped,
    /// Nothing was set, and the reader has nothing where a value belongs.
    Missing,
    /// It is another one, or is refused.
    Altered,
}

/// How far a message is from what is meant, whether the reader has the same values, then its size: the least is shown.
type Rank = (u8, bool, usize, usize, String);

/// The smallest message of those that were looked at.
struct Search<'s, 't, 'p> {
    aim: Aim,
    /// The place of the writer.
    path: &'p str,
    want: Want,
    types: (&'t Types<'s>, &'t Types<'s>),
    /// Whether one side alone has the place.
    alone: bool,
    best: Option<(Rank, Shown)>,
    /// Whether messages were left out, because enough were looked at.
    limited: bool,
}

/// Bytes that a message counts for beside its own.
const MESSAGE_BYTES: usize = 64;
/// Bytes that something that happened to a message counts for.
const FACT_BYTES: usize = 16;

impl<'s, 't, 'p> Search<'s, 't, 'p> {
    fn new(want: Want, places: [&'p str; 2], types: (&'t Types<'s>, &'t Types<'s>)) -> Self {
        let [path, former] = places;
        let is_former = !former.is_empty() && place::has(types.0, former);
        Search {
            aim: match is_former {
                true => Aim::new(path).or(former),
                false => Aim::new(path),
            },
            path: if is_former { former } else { path },
            want,
            types,
            alone: place::has(types.0, path) != place::has(types.1, path),
            best: None,
            limited: false,
        }
    }

    /// Looks at messages as long as there is effort left, in their order.
    fn look_at_all<'e>(
        &mut self,
        executed: impl Iterator<Item = Option<Cow<'e, Executed>>>,
        effort: &mut Effort,
    ) {
        for executed in executed {
            let bytes = executed.as_ref().map_or(0, |e| e.message.len());
            if let Some(executed) = executed {
                self.look_at(&executed);
            }
            if !effort.spend(bytes + MESSAGE_BYTES) {
                self.limited = true;
                break;
            }
        }
    }

    /// Looks at a message that was executed for an earlier question.
    fn look_again(&mut self, executed: &Executed, effort: &mut Effort) {
        self.look_at(executed);
        let facts = executed.refusals.all().len() + executed.changes.all().len();
        self.limited |= !effort.spend(MESSAGE_BYTES + facts * FACT_BYTES);
    }

    /// Whether something shows it at the place itself, by another value.
    fn is_at_the_place(&self) -> bool {
        let best = self.best.as_ref();
        best.is_some_and(|((distance, same, ..), _)| *distance == 0 && !same)
    }

    /// Whether the smallest message of all shows it at the place itself: there is no better one, unless zeros of a
    /// `fixed` make its JSON long.
    fn is_settled(&self) -> bool {
        let best = self.best.as_ref();
        self.is_at_the_place() && best.is_none_or(|(_, shown)| !shown.message.contains("\\u"))
    }

    fn look_at(&mut self, executed: &Executed) {
        let facts = match self.want {
            Want::Refused => &executed.refusals,
            Want::Changed if executed.refusals.all().is_empty() => &executed.changes,
            Want::Changed => return,
        };
        let near = facts.nearest(&self.aim, self.want, self.alone, self.types);
        let Some((distance, fact)) = near else {
            return;
        };
        let length = executed.message.len();
        // Where the reader has the same values under other names, they are defaults.
        let same = fact.how == How::Dropped && leaves(&executed.message) == leaves(&executed.held);
        let key = (
            distance,
            same,
            executed.fields,
            length,
            executed.message.clone(),
        );
        if self.best.as_ref().is_none_or(|(best, _)| key < *best) {
            let outcome = match self.want {
                Want::Refused => Outcome::Refused(fact.text.clone()),
                Want::Changed => Outcome::Changed(executed.held.clone()),
            };
            let difference = match (self.want, fact.reader.as_str()) {
                (Want::Refused, _) => None,
                (Want::Changed, "") => Some(fact.text.clone()),
                (Want::Changed, place) => Some(format!("{place}: {}", fact.text)),
            };
            let shown = Shown {
                message: executed.message.clone(),
                bytes: executed.bytes.clone(),
                outcome,
                difference,
            };
            self.best = Some((key, shown));
        }
    }

    fn shown(self) -> Result<Option<Shown>, Problem> {
        match self.best {
            Some((_, shown)) => Ok(Some(shown)),
            None if self.limited => Err(Problem::Effort),
            None => Ok(None),
        }
    }
}

/// The values of a message that have no parts, in their order, whatever they are called; none where it is no JSON.
fn leaves(text: &str) -> Option<Vec<String>> {
    let json = tg_schema_model::json::parse(text).ok()?;
    let (mut found, mut open) = (Vec::new(), vec![&json]);
    while let Some(part) = open.pop() {
        match part {
            Json::Null => {}
            Json::Array(items) => open.extend(items),
            Json::Object(entries) => open.extend(entries.iter().map(|(_, value)| value)),
            part => found.push(part.compact()),
        }
    }
    found.sort_unstable();
    Some(found)
}

/// Entries of objects that have a value, at any depth.
fn fields(json: &Json) -> usize {
    match json {
        Json::Array(items) => items.iter().map(fields).sum(),
        Json::Object(entries) => {
            let set = entries.iter().filter(|(_, value)| !value.is_null());
            set.map(|(_, value)| 1 + fields(value)).sum()
        }
        _ => 0,
    }
}
