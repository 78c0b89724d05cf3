//! Avro container files: a header with the writer's schema, then blocks of objects, each followed by the
//! marker that the header gives.

use tg_schema_dynamic::Limits;
use tg_schema_dynamic::datum::Types;
use tg_schema_model::avro::{self, Rules, Schema};

use super::decode::{Wires, undecoded, written_with};
use super::source::Source;
use super::unpack::{Codec, Wrong};
use super::{At, MAX_BLOCK, MAX_HEADER, Problem, Tally};
use crate::version::Version;

/// What a container file of Avro begins with.
pub const MAGIC: &[u8] = b"Obj\x01";
/// Bytes of the marker.
const MARKER: usize = 16;

/// The part of a file before its blocks.
pub(super) struct Header {
    /// The writer's schema, as a version of its own.
    pub(super) version: Version,
    pub(super) schema: Schema,
    codec: Codec,
    marker: Vec<u8>,
}

impl Header {
    pub(super) fn read(source: &mut Source<'_>) -> Result<Self, Problem> {
        source.take(MAGIC.len(), "the header")?;
        let (text, codec) = metadata(source)?;
        let marker = source.take(MARKER, "the header")?;
        let schema = avro::parse_with(&text, Rules::Registered)
            .map_err(|e| source.broken(format!("the schema in the header is none: {e}")))?;
        Ok(Header {
            version: written_with(&text),
            schema,
            codec,
            marker,
        })
    }
}

/// Reads every object.
pub(super) fn read<'w>(
    source: &mut Source<'_>,
    tally: &mut Tally<'_, 'w>,
    header: &'w Header,
    types: &'w Types<'w>,
) -> Result<(), Problem> {
    let mut wires = Wires::new(&header.version, types, tally.readers);
    while !source.is_over()? {
        let start = source.byte;
        if source.peek(MAGIC.len())? == MAGIC {
            return Err(source.broken("another container file begins here: name each by itself"));
        }
        let count = long(source)?;
        let size = length(source, "a block", MAX_BLOCK)?;
        let count = usize::try_from(count)
            .map_err(|_| source.broken(format!("a block cannot hold {count} objects")))?;
        let stored = source.take(size, "a block")?;
        let block = unpacked(source, header.codec, stored)?;
        if source.take(MARKER, "a block")? != header.marker {
            return Err(source.broken("a block is not followed by the marker of the file"));
        }
        objects(source, tally, types, &mut wires, (start, count, &block))?;
    }
    Ok(())
}

fn objects<'w>(
    source: &Source<'_>,
    tally: &mut Tally<'_, 'w>,
    types: &Types<'w>,
    wires: &mut Wires<'w>,
    (start, count, block): (u64, usize, &[u8]),
) -> Result<(), Problem> {
    let mut rest = block;
    for nth in 1..=count {
        let (datum, after) = types.decode_first(rest, Limits::default()).map_err(|e| {
            let why = undecoded(types, e);
            source.broken(format!("object {nth} of the block at byte {start}: {why}"))
        })?;
        tally.weigh(&datum, rest.len() - after.len())?;
        rest = after;
        let plain = types.to_json(&datum);
        tally.message(
            At::Byte(start),
            |index, reader| wires.read(index, reader, &datum, &plain),
            || plain.compact(),
        )?;
    }
    match rest.len() {
        0 => Ok(()),
        left => {
            let reason = format!("{left} bytes are left in the block at byte {start}");
            Err(source.broken(reason))
        }
    }
}

/// The schema and the codec.
fn metadata(source: &mut Source<'_>) -> Result<(String, Codec), Problem> {
    let (mut schema, mut codec) = (None, Codec::Null);
    let mut left = MAX_HEADER;
    loop {
        let mut count = long(source)?;
        if count == 0 {
            break;
        }
        if count < 0 {
            // The size of the block in bytes; its entries say the same.
            long(source)?;
            count = count.saturating_neg();
        }
        for _ in 0..count {
            let key = entry(source, &mut left)?;
            let value = entry(source, &mut left)?;
            match key.as_slice() {
                b"avro.schema" => {
                    let text = String::from_utf8(value)
                        .map_err(|_| source.broken("the schema in the header is no text"))?;
                    schema = Some(text);
                }
                b"avro.codec" => codec = codec_of(source, &value)?,
                _ => {}
            }
        }
    }
    match schema {
        Some(schema) => Ok((schema, codec)),
        None => Err(source.broken("the header has no schema")),
    }
}

fn codec_of(source: &Source<'_>, name: &[u8]) -> Result<Codec, Problem> {
    Codec::of(name).ok_or_else(|| {
        const SHOWN: usize = 40;
        let name = String::from_utf8_lossy(name.get(..SHOWN).unwrap_or(name)).into_owned();
        source.broken(format!(
            "the file is compressed with `{}`, which is not read; write it again with a codec of Avro's specification, \
             such as by `avro-tools recodec --codec=deflate OLD NEW`",
            name.escape_debug()
        ))
    })
}

fn entry(source: &mut Source<'_>, left: &mut usize) -> Result<Vec<u8>, Problem> {
    let size = length(source, "the header", *left)?;
    // An entry of no bytes counts too.
    *left = left.saturating_sub(size + 1);
    source.take(size, "the header")
}

/// A length that is not larger than a limit.
fn length(source: &mut Source<'_>, what: &str, limit: usize) -> Result<usize, Problem> {
    let length = long(source)?;
    match usize::try_from(length) {
        Ok(size) if size <= limit => Ok(size),
        Ok(_) => Err(source.limit(format!(
            "{what} has {length} bytes; at most {limit} are read"
        ))),
        Err(_) => Err(source.broken(format!("{what} cannot have {length} bytes"))),
    }
}

/// A zigzag variable-length integer.
fn long(source: &mut Source<'_>) -> Result<i64, Problem> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let Some(byte) = source.next()? else {
            return Err(source.broken("the file ends inside a number"));
        };
        value |= u64::from(byte & 0x7F) << shift;
        if byte & 0x80 == 0 {
            return Ok((value >> 1).cast_signed() ^ -((value & 1).cast_signed()));
        }
    }
    Err(source.broken("a number has more than 64 bits"))
}

fn unpacked(source: &Source<'_>, codec: Codec, stored: Vec<u8>) -> Result<Vec<u8>, Problem> {
    codec
        .unpacked(stored, MAX_BLOCK)
        .map_err(|wrong| match wrong {
            Wrong::Size => source.limit(format!("a block unpacks to more than {MAX_BLOCK} bytes")),
            #[cfg(feature = "compression")]
            Wrong::Memory => source.limit(format!(
                "a block needs more than {} bytes of memory to be unpacked",
                super::unpack::MAX_WINDOW
            )),
            Wrong::Checksum => source.broken("a block is not what its checksum says"),
            Wrong::Format => source.broken("a block cannot be unpacked: it is damaged"),
        })
}
