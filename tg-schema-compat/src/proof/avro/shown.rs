//! The smallest message that shows something.

use std::borrow::Cow;

use tg_schema_dynamic::datum::{Datum, Types};

use super::super::bench::Lane;
use super::super::candidate::{Candidates, Through};
use super::super::place::tokens;
use super::super::{Problem, Search, Shown, Side, Want};
use super::{Wire, Written, set};
use crate::effort::Effort;
use crate::report::Format;

/// What a message is to show, where, and which branches of unions it goes through.
pub(in crate::proof) type Key = (Want, [String; 2], Through);

/// Bytes of messages that are written in the time in which one is written and read.
const WRITE_SHARE: usize = 2;

pub(in crate::proof) fn show<'v>(
    lane: &mut Lane<'_, '_, 'v>,
    [writer, reader]: [Side<'v>; 2],
    (format, by_broker): (Format, bool),
    (want, places, through): (Want, [&str; 2], Through),
    effort: &mut Effort,
) -> Result<Option<Shown>, Problem> {
    if want == Want::Changed && lane.hopeless {
        return Ok(None);
    }
    let key = (want, places.map(str::to_owned), through);
    let shown = match lane.known.get(&key) {
        Some(known) => known.clone(),
        None => {
            let mut shown = look(
                &mut lane.wire,
                lane.types,
                lane.candidates.restart(false),
                &key,
                effort,
            )?;
            if want == Want::Changed && shown.is_none() {
                let candidates = lane.candidates.restart(true);
                shown = look(&mut lane.wire, lane.types, candidates, &key, effort)?;
            }
            lane.known.insert(key.clone(), shown.clone());
            shown
        }
    };
    let [written, read] = lane.types;
    let is_of_broker = by_broker && want == Want::Refused;
    if let Some(shown) = shown {
        let broker = reader_of_broker(&mut lane.by_broker, lane.types, [writer, reader]);
        // What others refuse, and the broker takes for something else that it reads, says nothing of it.
        let is_read = |wire: &Wire<'_, '_, '_>| wire.is_read_by_broker(shown.bytes.as_deref());
        match broker {
            Some(wire) if is_of_broker && is_read(wire) => {
                let candidates = lane.candidates.restart(false);
                return look(wire, lane.types, candidates, &key, effort);
            }
            _ => return Ok(Some(shown)),
        }
    }
    // Without a reader no message says why it is refused.
    if is_of_broker && has_no_reader(lane, [writer, reader]) {
        return Ok(None);
    }
    // By Avro's library for Java, which registries and the broker speak of.
    let wire = lane
        .by_fields
        .get_or_insert_with(|| Wire::new((writer, written), (reader, read)).by_fields());
    let readable = want == Want::Changed;
    let candidates = lane.candidates.restart(readable);
    let shown = look(wire, lane.types, candidates, &key, effort)?;
    if readable || shown.is_some() || format != Format::Pulsar {
        return Ok(shown);
    }
    // What others read, and the broker does not.
    let wire = reader_of_broker(&mut lane.by_broker, lane.types, [writer, reader]);
    let Some(wire) = wire else {
        return Ok(None);
    };
    let candidates = lane.candidates.restart(false);
    look(wire, lane.types, candidates, &key, effort)
}

fn look<'s>(
    wire: &mut Wire<'s, '_, '_>,
    [writer, reader]: [&Types<'s>; 2],
    candidates: &mut Candidates<'s, '_>,
    (want, [path, former], through): &Key,
    effort: &mut Effort,
) -> Result<Option<Shown>, Problem> {
    let mut search = Search::new(*want, [path, former], (writer, reader));
    wire.execute_smallest(candidates, effort);
    // Which branches the smallest message is in, nobody asked.
    if let (Some(smallest), true) = (&wire.smallest, through.is_any()) {
        search.look_again(smallest, effort);
    }
    if search.is_settled() {
        return search.shown();
    }
    let data = candidates.leading_through(&tokens(search.path), through);
    if !effort.spend(candidates.made()) {
        return Err(Problem::Effort);
    }
    search.limited |= candidates.is_cut();
    // The smallest first: the first that shows it at the place itself is the one.
    let mut data: Vec<(usize, &Datum)> = data.iter().map(|datum| (set(datum), datum)).collect();
    data.sort_by_key(|(fields, _)| *fields);
    for alike in data.chunk_by(|a, b| a.0 == b.0) {
        let mut written: Vec<Written> = Vec::new();
        for (fields, datum) in alike {
            let Some(one) = wire.write(datum, *fields) else {
                continue;
            };
            if !effort.spend(one.message.len() / WRITE_SHARE) {
                search.limited = true;
                break;
            }
            written.push(one);
        }
        written.sort_by(|a, b| a.order().cmp(&b.order()));
        written.dedup_by(|a, b| a.bytes == b.bytes);
        for one in written {
            let executed = std::iter::once_with(|| wire.receive(one).map(Cow::Owned));
            search.look_at_all(executed, effort);
            if effort.is_spent() || search.is_at_the_place() {
                return search.shown();
            }
        }
    }
    search.shown()
}

/// The smallest message, for people and in bytes.
pub(in crate::proof) fn smallest(lane: &mut Lane<'_, '_, '_>) -> Option<(Datum, String, Vec<u8>)> {
    let datum = lane.candidates.smallest_message()?;
    let written = lane.wire.write(&datum, set(&datum))?;
    Some((datum, written.message, written.bytes))
}

/// With a reader that goes by the broker's resolution, made where it is asked for first; none where there is no such reader.
fn reader_of_broker<'l, 's, 't, 'v>(
    known: &'l mut Option<Option<Wire<'s, 't, 'v>>>,
    [written, read]: [&'t Types<'s>; 2],
    [writer, reader]: [Side<'v>; 2],
) -> &'l mut Option<Wire<'s, 't, 'v>> {
    known.get_or_insert_with(|| Wire::new((writer, written), (reader, read)).by_broker())
}

/// Why readers with Avro's library for Java refuse a message, if they do.
pub(in crate::proof) fn refused_by_java<'v>(
    lane: &mut Lane<'_, '_, 'v>,
    [writer, reader]: [Side<'v>; 2],
    bytes: &[u8],
) -> Option<String> {
    let broker = reader_of_broker(&mut lane.by_broker, lane.types, [writer, reader]);
    let refused = broker.as_ref()?.refused_by_broker(bytes)?;
    Some(refused.text)
}

/// Whether the broker's library makes no reader of the two schemas: it throws.
pub(in crate::proof) fn has_no_reader<'v>(
    lane: &mut Lane<'_, '_, 'v>,
    [writer, reader]: [Side<'v>; 2],
) -> bool {
    let broker = reader_of_broker(&mut lane.by_broker, lane.types, [writer, reader]);
    broker.is_none()
}
