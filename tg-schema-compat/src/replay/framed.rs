//! Messages in Confluent's framing: behind their lengths, or as lines of text.

use std::collections::{BTreeMap, BTreeSet};

use tg_schema_dynamic::Limits;
use tg_schema_dynamic::datum::{Datum, Types};
use tg_schema_dynamic::frame::split_confluent;
use tg_schema_model::avro::{self, Rules, Schema};

use super::decode::{Own, Reader, Wires, undecoded, written_with};
use super::source::Source;
use super::{At, Options, Problem, Tally, Verdict};
use crate::version::Version;

/// Records of a length and as many bytes.
pub(super) fn binary<'w>(
    source: &mut Source<'_>,
    tally: &mut Tally<'_, 'w>,
    schemas: &'w Registered<'w>,
    options: &Options,
) -> Result<(), Problem> {
    let mut frames = Frames::new(schemas, tally.readers, &options.ambiguous);
    while !source.is_over()? {
        let start = source.byte;
        let length = source.take(4, "the length of a message")?;
        let length = length
            .iter()
            .fold(0_usize, |n, byte| (n << 8) | usize::from(*byte));
        if length > options.message_bytes {
            let limit = options.message_bytes;
            let reason = format!("a message has {length} bytes; at most {limit} are read");
            return Err(source.limit(reason));
        }
        // The framing alone takes five bytes.
        if length == 0 {
            return Err(source.broken("a message has no bytes"));
        }
        let message = source.take(length, "a message")?;
        frames.message(tally, At::Byte(start), &message)?;
    }
    Ok(())
}

/// A message a line. Spaces around it and empty lines do not count.
pub(super) fn text<'w>(
    source: &mut Source<'_>,
    tally: &mut Tally<'_, 'w>,
    schemas: &'w Registered<'w>,
    options: &Options,
) -> Result<(), Problem> {
    let mut frames = Frames::new(schemas, tally.readers, &options.ambiguous);
    // Hexadecimal takes two characters for a byte.
    let limit = options.message_bytes.saturating_mul(2);
    let (mut line, mut number, mut over) = (Vec::new(), 0, false);
    while !over {
        line.clear();
        number += 1;
        loop {
            match source.next()? {
                None => {
                    over = true;
                    break;
                }
                Some(b'\n') => break,
                Some(_) if line.len() >= limit => {
                    return Err(source.limit(format!("line {number} has more than {limit} bytes")));
                }
                Some(byte) => line.push(byte),
            }
        }
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        match octets(text) {
            Some(message) => frames.message(tally, At::Line(number), &message)?,
            None => {
                let error = "the line is neither hexadecimal nor base64";
                tally.message(
                    At::Line(number),
                    |_, _| Verdict::Failed(error.to_owned()),
                    || String::from_utf8_lossy(text).into_owned(),
                )?;
            }
        }
    }
    Ok(())
}

/// The bytes of a line. A framed message begins with a zero byte, which is `00` in hexadecimal and `AA` in
/// base64, so that no line is both.
fn octets(text: &[u8]) -> Option<Vec<u8>> {
    if !text.starts_with(b"00") {
        return base64_simd::STANDARD.decode_to_vec(text).ok();
    }
    let (pairs, rest) = text.as_chunks::<2>();
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let octets = pairs.iter().map(|[high, low]| {
        let octet = digit(*high)? * 16 + digit(*low)?;
        u8::try_from(octet).ok()
    });
    octets.collect::<Option<_>>().filter(|_| rest.is_empty())
}

/// Reads messages by the ids in front of them.
struct Frames<'w, 'o> {
    ambiguous: &'o BTreeSet<u32>,
    by_id: BTreeMap<u32, (&'w Types<'w>, Wires<'w>)>,
    own: Vec<Option<Own<'w>>>,
}

impl<'w, 'o> Frames<'w, 'o> {
    fn new(
        schemas: &'w Registered<'w>,
        readers: &[Reader<'w>],
        ambiguous: &'o BTreeSet<u32>,
    ) -> Self {
        let wires =
            |writer: &'w Version, types: &'w Types<'w>| (types, Wires::new(writer, types, readers));
        Frames {
            ambiguous,
            by_id: schemas
                .by_id
                .iter()
                .map(|(id, (version, types))| (*id, wires(version, types)))
                .collect(),
            own: readers.iter().map(Reader::own).collect(),
        }
    }

    fn message(&mut self, tally: &mut Tally<'_, 'w>, at: At, bytes: &[u8]) -> Result<(), Problem> {
        let octets = || bytes.iter().map(|b| format!("{b:02x}")).collect::<String>();
        let fail = |tally: &mut Tally<'_, 'w>, error: String| {
            tally.message(at, |_, _| Verdict::Failed(error.clone()), octets)
        };
        let (id, message) = match split_confluent(bytes) {
            Ok(split) => split,
            Err(error) => return fail(tally, error.to_string()),
        };
        if self.ambiguous.contains(&id) {
            let error = format!(
                "several schemas have the id {id}: nobody knows which of them the message was written with"
            );
            return fail(tally, error);
        }
        let Some((types, wires)) = self.by_id.get_mut(&id) else {
            return unknown(&mut self.own, tally, at, message, octets);
        };
        match types.decode(message, Limits::default()) {
            Err(error) => fail(tally, undecoded(types, error)),
            Ok(datum) => {
                tally.weigh(&datum, bytes.len())?;
                let plain = types.to_json(&datum);
                tally.message(
                    at,
                    |index, reader| wires.read(index, reader, &datum, &plain),
                    || plain.compact(),
                )
            }
        }
    }
}

/// A message of an unknown writer: a version that can have written it reads it as that; the others read it as what
/// the latest of those has written.
fn unknown<'w>(
    own: &mut [Option<Own<'w>>],
    tally: &mut Tally<'_, 'w>,
    at: At,
    message: &[u8],
    shown: impl Fn() -> String,
) -> Result<(), Problem> {
    let decode = |own: &Option<Own<'w>>| own.as_ref().map(|own| own.decode(message));
    let mut data: Vec<_> = own.iter().map(decode).collect();
    let is_read = |found: &Option<Result<Datum, String>>| matches!(found, Some(Ok(_)));
    let read = |at: usize| data.get(at)?.as_ref()?.as_ref().ok();
    let last = data.iter().rposition(is_read);
    if let Some(datum) = last.and_then(read) {
        tally.weigh(datum, message.len())?;
    }
    let latest = last.filter(|_| !data.iter().all(is_read));
    let written = latest.and_then(read).cloned();
    let readers: &[Reader<'w>] = tally.readers;
    // The writer's own reading of it is among these too.
    let mut taken = latest.and_then(|at| own.get_mut(at)?.take());
    let mut others = taken.as_mut().zip(written.as_ref());
    let mut others = others
        .as_mut()
        .map(|(own, datum)| own.wires(datum, readers));
    let result = tally.message(
        at,
        |index, reader| {
            let found = data.get_mut(index).and_then(Option::take);
            let this = own.get_mut(index).and_then(Option::as_mut);
            match (found, this, &mut others, &written) {
                (None, ..) => Verdict::Failed(reader.unusable()),
                (Some(Ok(datum)), Some(this), ..) => this.read(reader, &datum),
                (Some(_), _, Some((wires, plain)), Some(datum)) => {
                    wires.read(index, reader, datum, plain)
                }
                (Some(Err(error)), ..) => Verdict::Failed(error),
                (Some(Ok(_)), ..) => Verdict::Failed(reader.unusable()),
            }
        },
        shown,
    );
    if let Some(place) = latest.and_then(|at| own.get_mut(at)) {
        *place = taken;
    }
    result
}

/// Schemas that a registry gave, by id.
pub(super) struct Schemas {
    by_id: Vec<(u32, Version, Schema)>,
}

impl Schemas {
    pub(super) fn of(source: &Source<'_>, options: &Options) -> Result<Self, Problem> {
        let parsed = options.schemas.iter().map(|(id, text)| {
            let schema = avro::parse_with(text, Rules::Registered)
                .map_err(|e| source.broken(format!("the schema with the id {id} is none: {e}")))?;
            Ok((*id, written_with(text), schema))
        });
        Ok(Schemas {
            by_id: parsed.collect::<Result<_, Problem>>()?,
        })
    }

    pub(super) fn types(&self) -> Registered<'_> {
        let entries = self.by_id.iter();
        let entries = entries.map(|(id, version, schema)| (*id, (version, Types::of(schema))));
        Registered {
            by_id: entries.collect(),
        }
    }
}

/// The same with their definitions at hand.
pub(super) struct Registered<'s> {
    by_id: BTreeMap<u32, (&'s Version, Types<'s>)>,
}
