//! What becomes of the messages of a writer, many of them: boundary values at every place, and random ones.

use tg_schema_dynamic::datum::Types;
use tg_schema_dynamic::{Codec, Limits, Random};

use super::avro::{Wire, schema};
use super::candidate::Candidates;
use super::place::tokens;
use super::verify::places;
use super::{Fact, Side, json};
use crate::engine::json::Peer;
use crate::loss::Direction;

/// Random messages for each.
const RANDOM: usize = 60;

/// Why messages are refused, and what is dropped or altered of those that are read.
#[derive(Default)]
pub(crate) struct Survey {
    pub(crate) refusals: Vec<Fact>,
    pub(crate) changes: Vec<Fact>,
}

/// JSON messages, with the habits of a peer on the older side.
pub(crate) fn on_json(
    writer: Side<'_>,
    reader: Side<'_>,
    direction: Direction,
    peer: Peer,
) -> Survey {
    let mut survey = Survey::default();
    let (writer, reader) = (json::party(writer).unwrap(), json::party(reader).unwrap());
    let (writer, reader) = json::habits(writer, reader, direction, peer);
    let schemas = json::schemas(writer, reader);
    let types = (Types::of(&schemas.0), Types::of(&schemas.1));
    let mut candidates = Candidates::new(&types.0, &types.1);
    let mut values = Vec::new();
    for place in places(&types.0) {
        let data = candidates.restart(false).leading_to(&tokens(&place));
        values.extend(json::values(writer, &types.0, &data));
    }
    let codec = Codec::new(writer.schema, writer.record);
    let mut random = Random::new(1).size(16);
    for _ in 0..RANDOM {
        let value = random.value(writer.schema, writer.record);
        values.extend(codec.write_avro(&value).is_ok().then_some(value));
    }
    assert!(!values.is_empty());
    for value in &values {
        if let Some(executed) = json::execute(writer, reader, value) {
            survey.refusals.extend_from_slice(executed.refusals.all());
            survey.changes.extend_from_slice(executed.changes.all());
        }
    }
    survey
}

/// Binary messages. What is refused for its value alone, bytes that are no text, say, is not told.
pub(crate) fn on_avro(writer: Side<'_>, reader: Side<'_>) -> Survey {
    let mut survey = Survey::default();
    // What is no schema has no messages.
    let (Ok(written), Ok(read)) = (schema(writer), schema(reader)) else {
        return survey;
    };
    let texts = (written, read);
    let types = (Types::of(&texts.0), Types::of(&texts.1));
    let mut wire = Wire::new((writer, &types.0), (reader, &types.1));
    let mut candidates = Candidates::new(&types.0, &types.1);
    let mut all = Vec::new();
    for place in places(&types.0) {
        let data = candidates.restart(false).leading_to(&tokens(&place));
        let encoded = data
            .iter()
            .filter_map(|datum| types.0.encode(datum, Limits::default()).ok());
        all.extend(encoded);
    }
    let mut random = Random::new(1).non_finite().size(16);
    all.extend((0..RANDOM).filter_map(|_| random.datum(&texts.0)));
    assert!(!all.is_empty());
    for bytes in all {
        let Ok(datum) = types.0.decode(&bytes, Limits::default()) else {
            continue;
        };
        if let Some(executed) = wire.execute(&datum) {
            let of_value = |fact: &Fact| fact.text.contains("UTF-8");
            let refusals = executed
                .refusals
                .all()
                .iter()
                .filter(|fact| !of_value(fact));
            survey.refusals.extend(refusals.cloned());
            survey.changes.extend_from_slice(executed.changes.all());
        }
    }
    survey
}
