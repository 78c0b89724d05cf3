//! Two versions of a message with what questions about them need, made once for all: their schemas, and who writes
//! and reads them.

use std::cell::OnceCell;
use std::collections::HashMap;

use tg_schema_dynamic::datum::{Smallest, Types};
use tg_schema_dynamic::limits;
use tg_schema_model::avro::Schema;

use super::candidate::Candidates;
use super::{Problem, Shown, Side, avro, json};
use crate::effort::Effort;
use crate::engine::json::{Party, Peer};
use crate::engine::pulsar::Reading;
use crate::loss::Direction;
use crate::report::{Counterexample, Format, Outcome};

/// Bytes of a schema that take as long to read as one byte of a message to write and to read.
const TEXT_SHARE: usize = 4;

/// Two of a kind: the old version's, the new version's.
type Two<T> = [T; 2];

/// The schemas of two versions of a message, read when somebody asks for them.
pub(crate) struct Schemas<'v> {
    sides: Two<Side<'v>>,
    registered: OnceCell<Result<Two<Schema>, Problem>>,
    defined: OnceCell<Option<Two<Schema>>>,
}

impl<'v> Schemas<'v> {
    pub(crate) fn of(old: Side<'v>, new: Side<'v>) -> Self {
        Schemas {
            sides: [old, new],
            registered: OnceCell::new(),
            defined: OnceCell::new(),
        }
    }
}

/// Their definitions at hand.
#[derive(Default)]
pub(crate) struct Shelves<'s> {
    registered: OnceCell<Two<Types<'s>>>,
    defined: OnceCell<Two<Types<'s>>>,
}

/// Where questions are answered.
pub(crate) struct Bench<'s, 't, 'v> {
    schemas: &'s Schemas<'v>,
    shelves: &'t Shelves<'s>,
    avro: Two<Option<Lane<'s, 't, 'v>>>,
    json: Two<Option<Candidates<'s, 't>>>,
    /// The smallest JSON messages, by direction and peer.
    smallest: HashMap<(usize, Peer), Option<json::Made>>,
    /// Whether our codec refuses every JSON message, by direction.
    refuses: Two<Option<bool>>,
}

/// One direction on an Avro wire.
pub(super) struct Lane<'s, 't, 'v> {
    pub(super) types: Two<&'t Types<'s>>,
    pub(super) candidates: Candidates<'s, 't>,
    pub(super) wire: avro::Wire<'s, 't, 'v>,
    /// With a reader that takes records by their fields.
    pub(super) by_fields: Option<avro::Wire<'s, 't, 'v>>,
    /// With a reader that does what the broker's resolution says; none where there is none.
    pub(super) by_broker: Option<Option<avro::Wire<'s, 't, 'v>>>,
    /// What was found, for formats that are shown alike.
    pub(super) known: HashMap<avro::Key, Option<Shown>>,
    /// Whether every message is refused, because the reader needs a field that the writer does not have.
    pub(super) hopeless: bool,
}

/// One direction on a JSON wire.
pub(super) struct Spoken<'v, 'b, 's, 't> {
    pub(super) writer: Party<'v>,
    pub(super) reader: Party<'v>,
    pub(super) types: Two<&'t Types<'s>>,
    pub(super) candidates: &'b mut Candidates<'s, 't>,
    /// The smallest messages, and what becomes of them; made for the first question.
    pub(super) smallest: &'b mut Option<json::Made>,
    /// Whether every message is refused.
    pub(super) hopeless: bool,
}

/// The places of the writer and of the reader.
fn order(direction: Direction) -> [usize; 2] {
    match direction {
        Direction::Backward => [0, 1],
        Direction::Forward => [1, 0],
    }
}

/// The writer's and the reader's.
fn turned<T>([old, new]: &Two<T>, direction: Direction) -> [&T; 2] {
    match direction {
        Direction::Backward => [old, new],
        Direction::Forward => [new, old],
    }
}

impl<'s, 't, 'v> Bench<'s, 't, 'v> {
    pub(crate) fn new(schemas: &'s Schemas<'v>, shelves: &'t Shelves<'s>) -> Self {
        Bench {
            schemas,
            shelves,
            avro: [None, None],
            json: [None, None],
            smallest: HashMap::new(),
            refuses: [None, None],
        }
    }

    /// Who writes and who reads.
    pub(crate) fn sides(&self, direction: Direction) -> [Side<'v>; 2] {
        turned(&self.schemas.sides, direction).map(|side| *side)
    }

    /// One direction on an Avro wire.
    pub(super) fn avro(
        &mut self,
        direction: Direction,
        effort: &mut Effort,
    ) -> Result<&mut Lane<'s, 't, 'v>, Problem> {
        let [place, _] = order(direction);
        let types = self.registered(effort)?;
        let [writer, reader] = self.sides(direction);
        let slot = self.avro.get_mut(place).ok_or(Problem::Effort)?;
        Ok(slot.get_or_insert_with(|| {
            let types = turned(types, direction);
            let wire = avro::Wire::new((writer, types[0]), (reader, types[1]));
            // Our codec reads what is missing in its own way.
            let ours = || match (json::party(writer), json::party(reader)) {
                (Some(writer), Some(reader)) => refuses_all(writer, reader),
                _ => false,
            };
            let hopeless = avro::is_hopeless(types[0].root, types[1].root);
            Lane {
                types,
                candidates: Candidates::new(types[0], types[1]),
                hopeless: hopeless && (!wire.asks_ours() || ours()),
                wire,
                by_fields: None,
                by_broker: None,
                known: HashMap::new(),
            }
        }))
    }

    fn registered(&self, effort: &mut Effort) -> Result<&'t Two<Types<'s>>, Problem> {
        if let Some(known) = self.shelves.registered.get() {
            return Ok(known);
        }
        let schemas: &'s Schemas<'v> = self.schemas;
        if schemas.registered.get().is_none() && !effort.spend(self.texts() / TEXT_SHARE) {
            return Err(Problem::Effort);
        }
        let [old, new] = schemas.sides;
        let read = || Ok([avro::schema(old)?, avro::schema(new)?]);
        let read = schemas.registered.get_or_init(read).as_ref();
        let [old, new] = read.map_err(Problem::clone)?;
        let types = || [Types::of(old), Types::of(new)];
        Ok(self.shelves.registered.get_or_init(types))
    }

    fn texts(&self) -> usize {
        self.schemas
            .sides
            .iter()
            .map(|side| side.message.text.len())
            .sum()
    }

    /// One direction on a JSON wire; none where no definitions say what the messages are.
    pub(super) fn json(
        &mut self,
        direction: Direction,
        peer: Peer,
        effort: &mut Effort,
    ) -> Result<Option<Spoken<'v, '_, 's, 't>>, Problem> {
        let [writer, reader] = self.sides(direction);
        let (Some(writer), Some(reader)) = (json::party(writer), json::party(reader)) else {
            return Ok(None);
        };
        let (writer, reader) = json::habits(writer, reader, direction, peer);
        let schemas: &'s Schemas<'v> = self.schemas;
        if schemas.defined.get().is_none() && !effort.spend(self.texts() / TEXT_SHARE) {
            return Err(Problem::Effort);
        }
        let make = || {
            let [old, new] = schemas.sides.map(json::party);
            let (old, new) = json::schemas(old?, new?);
            Some([old, new])
        };
        let Some([old, new]) = schemas.defined.get_or_init(make) else {
            return Ok(None);
        };
        let types = || [Types::of(old), Types::of(new)];
        let types = turned(self.shelves.defined.get_or_init(types), direction);
        let [place, _] = order(direction);
        let hopeless = self.is_hopeless(direction, peer);
        let slot = self.json.get_mut(place).ok_or(Problem::Effort)?;
        Ok(Some(Spoken {
            writer,
            reader,
            types,
            candidates: slot.get_or_insert_with(|| Candidates::new(types[0], types[1])),
            smallest: self.smallest.entry((place, peer)).or_default(),
            hopeless,
        }))
    }

    /// Whether the reader of a direction is ours and refuses every message of JSON, because it requires a field that
    /// the writer does not have.
    pub(crate) fn is_hopeless(&mut self, direction: Direction, peer: Peer) -> bool {
        let [Some(writer), Some(reader)] = self.sides(direction).map(json::party) else {
            return false;
        };
        let (_, with_habits) = json::habits(writer, reader, direction, peer);
        let [place, _] = order(direction);
        let known = self.refuses.get_mut(place);
        let refuses = known.map(|known| *known.get_or_insert_with(|| refuses_all(writer, reader)));
        with_habits.peer == Peer::Tg && refuses == Some(true)
    }

    /// Whether the broker's library throws where it is to read what a direction's writer writes.
    pub(super) fn has_no_reader(&mut self, direction: Direction, effort: &mut Effort) -> bool {
        let sides = self.sides(direction);
        let lane = self.avro(direction, effort).ok();
        lane.is_some_and(|lane| avro::has_no_reader(lane, sides))
    }

    /// Why readers with Avro's library for Java refuse a message of a direction's writer, if they do.
    pub(super) fn refused_by_java(
        &mut self,
        direction: Direction,
        bytes: &[u8],
        effort: &mut Effort,
    ) -> Option<String> {
        let sides = self.sides(direction);
        let lane = self.avro(direction, effort).ok()?;
        avro::refused_by_java(lane, sides, bytes)
    }

    /// The smallest message, where Avro's library for Java refuses it for whatever reason, or makes no reader of the two schemas
    /// and so reads none.
    pub(super) fn unreadable(
        &mut self,
        (format, direction): (Format, Direction),
        effort: &mut Effort,
    ) -> Option<Counterexample> {
        let [writer, reader] = self.sides(direction).map(|side| side.message.graph().ok());
        let (reader, writer) = (reader?, writer?);
        let (datum, message, bytes) = avro::smallest(self.avro(direction, effort).ok()?)?;
        let why = match Reading::of(reader, writer).ok()? {
            Err(thrown) => thrown.to_string(),
            Ok(reading) => reading.refusal(&datum)?.text,
        };
        Some(Counterexample {
            format,
            direction,
            peer: None,
            message,
            bytes: Some(bytes),
            outcome: Outcome::Refused(format!("by Avro's library for Java: {why}")),
            difference: None,
        })
    }

    /// Why no message of a direction's writer is made: a type of it requires itself, or the smallest one is beyond
    /// limits.
    pub(crate) fn has_no_message(
        &mut self,
        direction: Direction,
        effort: &mut Effort,
    ) -> Option<String> {
        let lane = self.avro(direction, effort).ok()?;
        let root = lane.types[0].root;
        let smallest = lane.candidates.smallest();
        if !smallest.ends(root) {
            return Some("the writer has no message that ends".to_owned());
        }
        let beyond = || {
            format!(
                "the smallest message of the writer has more than {} values or {} levels, and none so large is made",
                Smallest::VALUES,
                limits::DEPTH
            )
        };
        smallest.of(root).is_none().then(beyond)
    }
}

/// Whether our codec refuses every message, because it requires a field that the writer does not have.
fn refuses_all(writer: Party<'_>, reader: Party<'_>) -> bool {
    json::missing(writer, reader).next().is_some()
}
