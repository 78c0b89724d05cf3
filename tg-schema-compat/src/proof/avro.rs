//! Messages on an Avro wire: written with the registered schema of the writer, read with that of the reader.

mod shown;

use std::collections::HashSet;

use tg_schema_dynamic::datum::{Datum, Kind, Note, Read, Resolution, Types};
use tg_schema_dynamic::{Codec, Error, Limits, Problem as Reason};
use tg_schema_model::avro::resolution::{self, Plan};
use tg_schema_model::avro::{self, Rules, Schema};
use tg_schema_model::value::record_to_json;
use tg_schema_model::{RecordId, Value};

use super::candidate::Candidates;
use super::place::of_error;
use super::{Executed, Fact, How, Problem, Side};
use crate::effort::Effort;
use crate::engine::pulsar::{self, Reading, Refused};
use crate::engine::stack::TooLarge;
pub(super) use shown::{Key, has_no_reader, refused_by_java, show, smallest};

/// Named types of one schema of which messages are made.
const MAX_TYPES: usize = 5_000;

/// Whether every message is refused, because the reader's record needs a field that the writer's does not have.
pub(super) fn is_hopeless(writer: &Schema, reader: &Schema) -> bool {
    let (Schema::Record(writer), Schema::Record(reader)) = (writer, reader) else {
        return false;
    };
    let names: HashSet<&String> = writer.fields.iter().map(|field| &field.name).collect();
    reader.fields.iter().any(|field| {
        let mut known = std::iter::once(&field.name).chain(&field.aliases);
        field.default.is_none() && !known.any(|name| names.contains(name))
    })
}

/// The registered schema, as messages are written and read with it. What only Java takes, such as names before their
/// definitions, is written out plainly first.
pub(crate) fn schema(side: Side<'_>) -> Result<Schema, Problem> {
    let parsed = avro::parse_with(&side.message.text, Rules::Registered);
    let plain = || {
        let json = side.message.graph().ok()?.to_json().ok()?;
        avro::parse_with(&json.compact(), Rules::Registered).ok()
    };
    let schema = parsed.or_else(|e| {
        plain().ok_or_else(|| Problem::Schema {
            message: side.message.name.clone(),
            reason: e.to_string(),
        })
    })?;
    match schema.definitions().len() {
        0..=MAX_TYPES => Ok(schema),
        _ => Err(TooLarge::Long.into()),
    }
}

/// A writer and a reader.
pub(crate) struct Wire<'s, 't, 'v> {
    types: (&'t Types<'s>, &'t Types<'s>),
    /// The writer and the reader.
    sides: [Side<'v>; 2],
    resolution: Resolution<'s, 't>,
    /// Our codec for what the writer wrote, in the writer's own definitions.
    own: Option<Compiled<'v>>,
    /// Our codec for what the writer wrote, in the reader's definitions.
    other: Option<Compiled<'v>>,
    /// Whether the reader's registered schema is the one that our codec has.
    registered: bool,
    /// What happens to the smallest message.
    smallest: Option<Executed>,
    /// Whether that was looked at.
    begun: bool,
    /// What the broker's resolution makes of messages, where that alone counts.
    broker: Option<Reading<'v>>,
}

/// A message on its way.
struct Written {
    bytes: Vec<u8>,
    message: String,
    fields: usize,
}

impl Written {
    /// The smaller message comes first.
    fn order(&self) -> (usize, &str) {
        (self.message.len(), &self.message)
    }
}

/// Fields and entries of a message that have a value, at any depth.
fn set(datum: &Datum) -> usize {
    let part = |part: &Datum| match part.is_nothing() {
        true => 0,
        false => 1 + set(part),
    };
    match datum {
        Datum::Record(values) => values.iter().map(part).sum(),
        Datum::Map(entries) => entries.values().map(part).sum(),
        Datum::Array(items) => items.iter().map(set).sum(),
        Datum::Union(_, value) => set(value),
        _ => 0,
    }
}

struct Compiled<'v> {
    side: Side<'v>,
    record: RecordId,
    codec: Codec<'v>,
    plan: Plan,
}

/// What our codec makes of a message.
pub(super) enum Ours {
    /// No definitions say what the reader is.
    None,
    /// It reads it.
    Read(Value),
    /// It refuses it.
    Refused(Error),
}

impl<'s, 't, 'v> Wire<'s, 't, 'v> {
    pub(crate) fn new(
        (writer, written): (Side<'v>, &'t Types<'s>),
        (reader, read): (Side<'v>, &'t Types<'s>),
    ) -> Self {
        let other = Compiled::new(reader, written.root);
        let registered = other.as_ref().is_some_and(|other| {
            avro::text(&reader.version.schema, other.record) == reader.message.text
        });
        Wire {
            types: (written, read),
            sides: [writer, reader],
            resolution: Resolution::new(read, written),
            own: Compiled::new(writer, written.root),
            other,
            registered,
            smallest: None,
            begun: false,
            broker: None,
        }
    }

    /// Executes the smallest message once for all questions.
    fn execute_smallest(&mut self, candidates: &mut Candidates<'_, '_>, effort: &mut Effort) {
        if !self.begun {
            self.begun = true;
            let smallest = candidates.smallest_message();
            self.smallest = smallest.and_then(|datum| self.execute(&datum));
            effort.spend(self.smallest.as_ref().map_or(0, |one| one.message.len()));
        }
    }

    /// Whether what our codec reads counts for more than the schemas.
    pub(super) fn asks_ours(&self) -> bool {
        self.registered
    }

    /// With a reader that takes records by their fields, whatever their names: the broker of Pulsar looks at no names of
    /// records, and nor does the library for Java. Our codec does, and so is not asked.
    pub(super) fn by_fields(self) -> Self {
        let [writer, reader] = self.sides.map(|side| side.message.graph().ok());
        let times = match (writer, reader) {
            (Some(writer), Some(reader)) => pulsar::renames(reader, writer),
            _ => Ok(Some(0)),
        };
        Wire {
            resolution: self
                .resolution
                .by_fields(times.unwrap_or(Some(0)).unwrap_or(1)),
            other: None,
            registered: false,
            smallest: None,
            begun: false,
            ..self
        }
    }

    /// With a reader that does what the broker's resolution of the schemas says, and nothing else; none where there is no
    /// such resolution.
    fn by_broker(self) -> Option<Self> {
        let graph = |compiled: &Side<'v>| compiled.message.graph().ok();
        let [writer, reader] = self.sides;
        let reading = Reading::of(graph(&reader)?, graph(&writer)?).ok()?.ok()?;
        Some(Wire {
            broker: Some(reading),
            ..self.by_fields()
        })
    }

    /// Whether the broker's resolution leads a message to no error.
    fn is_read_by_broker(&self, bytes: Option<&[u8]>) -> bool {
        let datum = bytes.and_then(|bytes| self.types.0.decode(bytes, Limits::default()).ok());
        match (&self.broker, datum) {
            (Some(broker), Some(datum)) => broker.refusal(&datum).is_none(),
            _ => false,
        }
    }

    /// Why readers that go by the broker's resolution refuse a message, if they do.
    fn refused_by_broker(&self, bytes: &[u8]) -> Option<Fact> {
        let datum = self.types.0.decode(bytes, Limits::default()).ok()?;
        let broker = self.broker.as_ref()?;
        let refused = broker.refusal(&datum);
        let refused = refused.or_else(|| broker.unknown_symbol(&datum))?;
        Some(refused.fact())
    }

    /// What happens to a message; none where it is larger than messages may be.
    pub(crate) fn execute(&mut self, datum: &Datum) -> Option<Executed> {
        let written = self.write(datum, set(datum))?;
        self.receive(written)
    }

    fn write(&self, datum: &Datum, fields: usize) -> Option<Written> {
        let bytes = self.types.0.encode(datum, Limits::default()).ok()?;
        let plain = || self.types.0.to_json(datum).compact();
        Some(Written {
            message: self.message(&bytes).unwrap_or_else(plain),
            fields,
            bytes,
        })
    }

    fn receive(&mut self, written: Written) -> Option<Executed> {
        let Written {
            bytes,
            message,
            fields,
        } = written;
        if self.broker.is_some() {
            return Some(Executed {
                message,
                fields,
                refusals: Vec::from_iter(self.refused_by_broker(&bytes)).into(),
                bytes: Some(bytes),
                ..Executed::default()
            });
        }
        let (read, ours) = self.read(&bytes)?;
        let known = || read.refusals.iter().map(fact).collect();
        let refusals: Vec<Fact> = match &ours {
            Ours::Refused(error) => refusals(known(), error),
            Ours::Read(_) if self.registered => Vec::new(),
            _ => known(),
        };
        let changes: Vec<Fact> = read.changes.iter().map(fact).collect();
        let held = match ours {
            Ours::Read(value) => self.other.as_ref().and_then(|other| other.json(&value)),
            _ => None,
        };
        let plain = || {
            read.datum
                .map(|datum| self.types.1.to_json(&datum).compact())
        };
        Some(Executed {
            message,
            fields,
            refusals: refusals.into(),
            changes: changes.into(),
            bytes: Some(bytes),
            held: held.or_else(plain).unwrap_or_default(),
        })
    }

    /// What speaks against two schemas that were called compatible: refusals that follow from the types, a
    /// codec that says something else than the resolution of the schemas, and changes. None where the message
    /// is larger than messages may be.
    pub(super) fn examine(&mut self, bytes: &[u8]) -> Option<(Vec<Fact>, Vec<Fact>)> {
        let (read, ours) = self.read(bytes)?;
        let types = |note: &&Note| note.kind.is_of_types();
        let mut refusals: Vec<Fact> = read.refusals.iter().filter(types).map(fact).collect();
        let mut changes: Vec<Fact> = read.changes.iter().map(fact).collect();
        if let (Some(other), Some(datum), true) = (&self.other, &read.datum, self.registered) {
            // What the schemas make of the message, as the reader's codec reads its own.
            let own = self.types.1.encode(datum, Limits::default()).ok()?;
            match (other.codec.read_avro(&own), &ours) {
                (Ok(expected), Ours::Read(value))
                    if format!("{expected:?}") != format!("{value:?}") =>
                {
                    changes.push(Fact::at("", "the codec reads another value"));
                }
                (Ok(_), Ours::Refused(error)) if !is_limit(&error.problem) => {
                    refusals.push(Fact::at(&of_error(&error.path), format!("{error:#}")));
                }
                _ => {}
            }
        }
        Some((refusals, changes))
    }

    /// Why a message is refused, but for what no registry looks at and for symbols, at which a broker of Pulsar does
    /// not look either.
    pub(super) fn refused_for_types(&mut self, bytes: &[u8]) -> Option<Vec<Fact>> {
        let (read, _) = self.read(bytes)?;
        let counts = |note: &&Note| note.kind.is_of_types() && note.kind != Kind::Symbol;
        Some(read.refusals.iter().filter(counts).map(fact).collect())
    }

    /// What is dropped or altered of a message that is read.
    pub(super) fn altered(&mut self, bytes: &[u8]) -> Option<Vec<Fact>> {
        let datum = self.types.0.decode(bytes, Limits::default()).ok()?;
        let read = self.resolution.read(&datum);
        let changes = read.changes.iter().filter(|_| read.datum.is_some());
        Some(changes.map(fact).collect())
    }

    /// A message, and what the reader has of it, for people.
    pub(super) fn shown(&mut self, bytes: &[u8]) -> Option<(String, String)> {
        let datum = self.types.0.decode(bytes, Limits::default()).ok()?;
        let executed = self.execute(&datum)?;
        Some((executed.message, executed.held))
    }

    /// What the reader's schema and our codec make of the bytes.
    pub(super) fn read(&mut self, bytes: &[u8]) -> Option<(Read, Ours)> {
        let datum = self.types.0.decode(bytes, Limits::default()).ok()?;
        let read = self.resolution.read(&datum);
        let ours = match &self.other {
            None => Ours::None,
            Some(other) => match other.codec.resolve(&other.plan, bytes) {
                Ok(value) => Ours::Read(value),
                Err(error) => Ours::Refused(error),
            },
        };
        Some((read, ours))
    }

    /// The message as our JSON codec writes it.
    pub(super) fn message(&self, bytes: &[u8]) -> Option<String> {
        let own = self.own.as_ref()?;
        let value = own.codec.resolve(&own.plan, bytes).ok()?;
        own.json(&value)
    }
}

impl<'v> Compiled<'v> {
    fn new(side: Side<'v>, writer: &Schema) -> Option<Self> {
        let record = side.message.record?;
        let schema = &side.version.schema;
        Some(Compiled {
            side,
            record,
            codec: Codec::new(schema, record),
            plan: resolution::compile(writer, schema, record).ok()?,
        })
    }

    fn json(&self, value: &Value) -> Option<String> {
        let json = record_to_json(&self.side.version.schema, self.record, value);
        Some(json.ok()?.compact())
    }
}

impl Refused {
    /// The refusal, for people.
    pub(super) fn fact(&self) -> Fact {
        Fact::at(
            &self.path,
            format!("by Avro's library for Java: {}", self.text),
        )
    }
}

fn fact(note: &Note) -> Fact {
    Fact {
        how: match note.kind {
            Kind::Dropped => How::Dropped,
            _ => How::Altered,
        },
        reader: note.reader.clone(),
        writer: note.writer.clone(),
        text: note.message.clone(),
    }
}

fn is_limit(problem: &Reason) -> bool {
    matches!(
        problem,
        Reason::Depth(_) | Reason::Items(_) | Reason::Memory(_)
    )
}

/// The reasons in the words of our codec where it names one of them; its own reason alone where it is another.
fn refusals(mut refusals: Vec<Fact>, error: &Error) -> Vec<Fact> {
    let place = of_error(&error.path);
    let text = format!("{error:#}");
    let above = |of: &str| match of.rfind(['.', '[', '{']) {
        Some(end) => of.get(..end).unwrap_or_default() == place,
        None => place.is_empty(),
    };
    let own = Fact {
        reader: place.clone(),
        writer: place.clone(),
        how: How::Altered,
        text: text.clone(),
    };
    let named = refusals.iter().position(|f| f.reader == place);
    let around = || {
        // Errors quote the names that they are about.
        let last = |f: &Fact| format!("{:?}", f.reader.rsplit('.').next().unwrap_or_default());
        refusals
            .iter()
            .position(|f| above(&f.reader) && text.contains(&last(f)))
    };
    match named.or_else(around).and_then(|at| refusals.get_mut(at)) {
        Some(fact) => fact.text = text,
        None => refusals.insert(0, own),
    }
    refusals
}
