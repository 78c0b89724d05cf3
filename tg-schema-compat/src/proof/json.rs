//! Messages on a JSON wire: written as one peer writes, read as another reads.

mod compare;
mod legacy;
mod python;
mod write;

use std::borrow::Cow;
use std::collections::{BTreeSet, HashSet};

use tg_schema_dynamic::datum::{Datum, Types};
use tg_schema_dynamic::{Codec, Limits};
use tg_schema_model::value::record_to_json;
use tg_schema_model::{Json, Presence, Profile, RecordId, Schema, Type, Value, avro, json};

use super::bench::Spoken;
use super::candidate::Candidates;
use super::place::{Aim, Token, of_error, tokens};
use super::{Executed, Fact, How, Problem, Search, Shown, Side, Want, fields};
use crate::effort::Effort;
use crate::engine::json::{Party, Peer};
use crate::loss::Direction;
use crate::version::part::{self, Named};

use write::write;

/// Times that fields of the reader are set aside to get at what comes after them.
const MAX_ROUNDS: usize = 16;

pub(super) fn show(
    spoken: Spoken<'_, '_, '_, '_>,
    (want, breaks): (Want, bool),
    places: [&str; 2],
    effort: &mut Effort,
) -> Result<Option<Shown>, Problem> {
    let Spoken {
        writer,
        reader,
        types,
        candidates,
        smallest,
        hopeless,
    } = spoken;
    if want == Want::Changed && hopeless && !breaks {
        return Ok(None);
    }
    let execute = |value: &Value| execute(writer, reader, value);
    candidates.restart(false);
    let smallest = smallest.get_or_insert_with(|| {
        let smallest = candidates.smallest_message();
        let values = values(writer, types[0], smallest.as_slice());
        Made {
            executed: Some(values.iter().map(execute).collect()),
            values,
        }
    });
    let start = || Search::new(want, places, (types[0], types[1]));
    let path = start().path;
    if want == Want::Refused {
        let sides = (writer, reader);
        let settled = reduced(sides, types, (want, places), (smallest, true), effort)?;
        if settled.is_some() {
            return Ok(settled);
        }
        let data = leading_to(candidates, path, effort)?;
        let made = Made::of(values(writer, types[0], &data));
        return reduced(sides, types, (want, places), (&made, false), effort);
    }
    let mut search = start();
    search.look_at_all(smallest.executed(true, execute), effort);
    if search.is_settled() {
        return search.shown();
    }
    // Where nothing is set a Record sends records all the same, which may be what is refused.
    let filled = (writer.peer == Peer::PythonRecord).then_some((true, true));
    for (readable, filled) in [(false, false), (true, false)].into_iter().chain(filled) {
        let mut search = start();
        let candidates = candidates.restart(readable);
        let candidates = match filled {
            true => candidates.fill(),
            false => candidates,
        };
        let data = leading_to(candidates, path, effort)?;
        search.limited |= candidates.is_cut();
        let values = values(writer, types[0], &data);
        let executed = values.iter().map(execute).map(|one| one.map(Cow::Owned));
        search.look_at_all(executed, effort);
        if let Some(shown) = search.shown()? {
            return Ok(Some(shown));
        }
    }
    if !breaks {
        return Ok(None);
    }
    let data = leading_to(candidates.restart(false), path, effort)?;
    let made = Made::of(values(writer, types[0], &data));
    let sides = (writer, reader);
    reduced(sides, types, (want, places), (&made, false), effort)
}

/// Messages of a writer.
pub(super) struct Made {
    values: Vec<Value>,
    /// What becomes of each, where that is known.
    executed: Option<Vec<Option<Executed>>>,
}

impl Made {
    fn of(values: Vec<Value>) -> Self {
        Made {
            values,
            executed: None,
        }
    }

    /// What becomes of each, for the reader of whom it is known or for another.
    fn executed(
        &self,
        known: bool,
        execute: impl Fn(&Value) -> Option<Executed>,
    ) -> impl Iterator<Item = Option<Cow<'_, Executed>>> {
        self.values.iter().enumerate().map(move |(at, value)| {
            let executed = self.executed.as_ref().filter(|_| known);
            match executed.and_then(|executed| executed.get(at)) {
                Some(known) => known.as_ref().map(Cow::Borrowed),
                None => execute(value).map(Cow::Owned),
            }
        })
    }
}

fn leading_to(
    candidates: &mut Candidates<'_, '_>,
    path: &str,
    effort: &mut Effort,
) -> Result<Vec<Datum>, Problem> {
    let data = candidates.leading_to(&tokens(path));
    match effort.spend(candidates.made()) {
        true => Ok(data),
        false => Err(Problem::Effort),
    }
}

/// A message that shows what is wanted at the place, to the reader or to one without the fields that it names first where
/// it refuses a message. With `settled`, only one than which there is none better.
fn reduced(
    (writer, reader): (Party<'_>, Party<'_>),
    types: [&Types<'_>; 2],
    (want, places): (Want, [&str; 2]),
    (made, settled): (&Made, bool),
    effort: &mut Effort,
) -> Result<Option<Shown>, Problem> {
    // The reader without some fields, as soon as one is to be set aside.
    let mut rest: Option<(Schema, RecordId)> = None;
    for _ in 0..MAX_ROUNDS {
        let reader = match &rest {
            None => reader,
            Some((schema, record)) => Party {
                schema,
                record: *record,
                ..reader
            },
        };
        let mut search = Search::new(want, places, (types[0], types[1]));
        let mut refused = Vec::new();
        let execute = |value: &Value| execute(writer, reader, value);
        let executed = made.executed(rest.is_none(), execute).inspect(|executed| {
            let first = executed.as_ref().and_then(|one| one.refusals.all().first());
            refused.extend(first.map(|first| first.reader.clone()));
        });
        search.look_at_all(executed, effort);
        if settled && !search.is_settled() && search.best.is_some() {
            return Ok(None);
        }
        let aim = search.aim.clone();
        if let Some(shown) = search.shown()? {
            return Ok(Some(shown));
        }
        refused.sort_unstable();
        refused.dedup();
        refused.retain(|place| !aim.is_on_the_way(place));
        let known = |place: &String| field(reader.schema, reader.record, place).is_some();
        if !refused.iter().any(known) {
            return Ok(None);
        }
        // What the writer does not have is named in every message.
        let missing = missing(writer, reader).filter(|name| !aim.is_on_the_way(name));
        refused.extend(missing.map(str::to_owned));
        let own = rest
            .is_none()
            .then(|| part::alone(reader.schema, reader.record));
        let Some((mut schema, record)) = own.or_else(|| rest.take()) else {
            return Ok(None);
        };
        let meant = Meant::of(&schema, record, &aim);
        let places = refused.iter();
        let places = places.filter_map(|place| meant.beside(place));
        let places: HashSet<(RecordId, usize)> = places.collect();
        for (id, record) in schema.records.iter_mut().enumerate() {
            let mut at = 0..;
            record.fields.retain(|_| {
                !at.next()
                    .is_some_and(|at| places.contains(&(RecordId(id), at)))
            });
        }
        rest = Some((schema, record));
    }
    Ok(None)
}

/// The fields that our codec requires, and that the writer does not have.
pub(super) fn missing<'s>(
    writer: Party<'_>,
    reader: Party<'s>,
) -> impl Iterator<Item = &'s str> + use<'s> {
    let written = writer.schema.records.get(writer.record.0);
    let written = written.map_or(&[][..], |record| &record.fields);
    let names: HashSet<String> = written.iter().map(|field| field.name.clone()).collect();
    let read = reader.schema.records.get(reader.record.0);
    let read = read.filter(|_| reader.peer == Peer::Tg);
    let read = read.map_or(&[][..], |record| &record.fields);
    read.iter().filter_map(move |field| {
        let mut known = std::iter::once(&field.name).chain(&field.aliases);
        let is_missing =
            field.presence == Presence::Required && !known.any(|name| names.contains(name));
        is_missing.then_some(field.name.as_str())
    })
}

/// The record of a side that is ours.
pub(super) fn party(side: Side<'_>) -> Option<Party<'_>> {
    Some(Party {
        schema: &side.version.schema,
        record: side.message.record?,
        peer: Peer::Tg,
    })
}

/// The older side with the habits of the peer.
pub(super) fn habits<'s>(
    mut writer: Party<'s>,
    mut reader: Party<'s>,
    direction: Direction,
    peer: Peer,
) -> (Party<'s>, Party<'s>) {
    match direction {
        Direction::Backward => writer.peer = peer,
        Direction::Forward => reader.peer = peer,
    }
    (writer, reader)
}

/// The Avro schemas of two sides: of what messages are made.
pub(super) fn schemas(writer: Party<'_>, reader: Party<'_>) -> (avro::Schema, avro::Schema) {
    let schema = |party: Party<'_>| avro::schema(party.schema, party.record);
    (schema(writer), schema(reader))
}

/// Data as messages of the writer, and some with symbols that nobody has heard of.
pub(super) fn values(writer: Party<'_>, types: &Types<'_>, data: &[Datum]) -> Vec<Value> {
    let schema = distinct(writer.schema);
    let codec = Codec::new(&schema, writer.record);
    let values = data.iter().filter_map(|datum| {
        let bytes = types.encode(datum, Limits::default()).ok()?;
        codec.read_avro(&bytes).ok()
    });
    let mut values: Vec<Value> = values.collect();
    if writer.peer != Peer::PythonRecord && writer.schema.enums.iter().any(|e| e.open) {
        let ty = Type::Record(writer.record);
        let unheard = values.iter().filter_map(|value| {
            let mut value = value.clone();
            write::unheard_of(writer.schema, &ty, &mut value).then_some(value)
        });
        let unheard: Vec<Value> = unheard.collect();
        values.extend(unheard);
    }
    values
}

/// The same types, of which a reader of Avro tells a sub-record of which nothing is set from one that is not there. Under
/// the profile of old Records it cannot; a writer of JSON can, whose messages are made here.
fn distinct(schema: &Schema) -> Cow<'_, Schema> {
    let mut schema = Cow::Borrowed(schema);
    if schema.records.iter().any(|r| r.profile != Profile::Plain) {
        for record in &mut schema.to_mut().records {
            record.profile = Profile::Plain;
        }
    }
    schema
}

/// What happens to a message; none where the writer cannot send it.
pub(super) fn execute(writer: Party<'_>, reader: Party<'_>, value: &Value) -> Option<Executed> {
    let message = write(writer, value)?;
    let text = message.compact();
    let mut executed = Executed {
        fields: fields(&message),
        ..Executed::default()
    };
    match read(reader, &text) {
        Err(refusals) => executed.refusals = refusals.into(),
        Ok(held) => {
            executed.changes = compare::changes((writer, value), (reader, &held)).into();
            executed.held = held.compact();
        }
    }
    executed.message = text;
    Some(executed)
}

/// What a reader has of a text, as JSON.
pub(super) fn read(reader: Party<'_>, text: &str) -> Result<Json, Vec<Fact>> {
    if reader.peer == Peer::Tg {
        let codec = Codec::new(reader.schema, reader.record);
        let value = codec.read_json(text.as_bytes()).map_err(|e| refused(&e))?;
        let json = record_to_json(reader.schema, reader.record, &value);
        return json.map_err(|e| {
            let place = of_error(&e.place());
            vec![Fact::at(&place, e.to_string())]
        });
    }
    let parsed = json::parse(text).map_err(|e| vec![Fact::at("", e.to_string())])?;
    match reader.peer {
        Peer::PythonRecord => python::read(reader, &parsed).map_err(|e| vec![e]),
        _ => legacy::read(reader, &parsed),
    }
}

fn refused(error: &tg_schema_dynamic::Error) -> Vec<Fact> {
    vec![Fact::at(&of_error(&error.path), format!("{error:#}"))]
}

impl Fact {
    /// Something at a place that both sides name alike.
    pub(super) fn at(place: &str, text: impl Into<String>) -> Self {
        Fact {
            reader: place.to_owned(),
            writer: place.to_owned(),
            how: How::Altered,
            text: text.into(),
        }
    }
}

/// What an aim is made of.
struct Meant<'s> {
    schema: &'s Schema,
    record: RecordId,
    /// The fields that lead to it.
    way: HashSet<(RecordId, usize)>,
    /// The types in it.
    types: BTreeSet<Named>,
}

impl<'s> Meant<'s> {
    fn of(schema: &'s Schema, record: RecordId, aim: &Aim) -> Self {
        let paths: Vec<&str> = aim.each().map(Aim::path).collect();
        let ends = paths.iter().filter_map(|path| field(schema, record, path));
        let types = ends.filter_map(|(id, at)| {
            let field = schema.records.get(id.0)?.fields.get(at)?;
            part::of(&field.ty)
        });
        let types = part::closure(schema, types);
        let way = paths.into_iter().flat_map(above);
        let way = way.filter_map(|path| field(schema, record, path));
        Meant {
            schema,
            record,
            way: way.collect(),
            types,
        }
    }

    /// The field to set aside for a place to be passed by: one of a type that is in the aim too would be missed there, so it is
    /// the nearest around it that is none.
    fn beside(&self, place: &str) -> Option<(RecordId, usize)> {
        let found = above(place).filter_map(|path| field(self.schema, self.record, path));
        let mut found = found.filter(|at| !self.way.contains(at));
        let own = found.clone().next();
        let beside = found.find(|(id, _)| !self.types.contains(&Named::Record(id.0)));
        beside.or(own)
    }
}

/// A place, and those around it, the nearest first.
fn above(place: &str) -> impl Iterator<Item = &str> + Clone {
    std::iter::successors(Some(place), |place| {
        let end = place.rfind(['.', '[', '{'])?;
        place.get(..end).filter(|above| !above.is_empty())
    })
}

/// The field at a place.
fn field(schema: &Schema, record: RecordId, place: &str) -> Option<(RecordId, usize)> {
    let mut ty = &Type::Record(record);
    let mut found = None;
    for token in tokens(place) {
        while let Type::Optional(inner) = ty {
            ty = inner;
        }
        ty = match (ty, token) {
            (Type::Record(id), Token::Field(name)) => {
                let fields = &schema.records.get(id.0)?.fields;
                let at = fields.iter().position(|f| f.name == name)?;
                found = Some((*id, at));
                &fields.get(at)?.ty
            }
            (Type::Array(inner), Token::Item) | (Type::Map(inner), Token::Value(_)) => inner,
            _ => return found,
        };
    }
    found
}
