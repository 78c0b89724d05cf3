//! Recorded messages, read with each version: how many are read, refused and changed, the first of each kind,
//! and which fields hold nothing.
//!
//! What is read, told apart by how it begins:
//!
//! | form | begins with | messages |
//! |---|---|---|
//! | JSON | `{` or `[` | documents one after the other, on lines of their own or not; or one array of them |
//! | Avro container file | `Obj` and a byte 1 | its objects, written with the schema in its header; codecs `null`, `deflate` and `snappy`, and with the feature `compression` `bzip2`, `xz` and `zstandard` |
//! | framed, binary | a zero byte | records of a length (4 bytes, big-endian) and as many bytes in Confluent's framing |
//! | framed, text | anything else | a message in Confluent's framing a line, in hexadecimal or base64 |
//!
//! A message in Confluent's framing was written with the schema that its id has in [`Options::schemas`]; where
//! that is not known, each version reads it as if it had been written with that version's own schema.
//!
//! A message is `ok` where a version reads it as what it is, `changed` where something is dropped or altered
//! (see [`crate::proof`]), else `failed`. JSON is read by definitions, so a version that is an Avro schema
//! which no definition can say fails on all of it.
//!
//! Input is hostile: it is read piece by piece, no piece is larger than [`Options::message_bytes`] or
//! [`MAX_BLOCK`], and everything that is counted has a limit.

mod container;
mod decode;
mod documents;
mod framed;
mod json;
mod kept;
mod presence;
mod source;
mod text;
mod unpack;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io::Read;

use tg_schema_dynamic::datum::{Datum, Types};

use crate::proof::Side;
pub use container::MAGIC as CONTAINER;
use decode::Reader;
pub use presence::Presence;
use source::Source;

/// Bytes of a block of a container file, as it is stored and as it is inflated.
pub const MAX_BLOCK: usize = 64 << 20;
/// Bytes of the header of a container file.
pub const MAX_HEADER: usize = 16 << 20;
/// Values of one input beyond [`VALUES_OF_A_BYTE`]: of those that take no bytes, such as null and a record without
/// fields, any number fits into a few bytes.
pub const MAX_VALUES: u64 = 100_000;
/// Values for each byte of an input, as it is unpacked.
pub const VALUES_OF_A_BYTE: u64 = 64;
/// Fields that are counted for one version.
pub const MAX_FIELDS: usize = 10_000;

/// How to read.
#[derive(Clone, Debug)]
pub struct Options {
    /// Schemas of a registry by their ids, for messages in Confluent's framing.
    pub schemas: BTreeMap<u32, String>,
    /// Ids that several schemas have, as in two registries: a message with one of them is refused, since nobody knows
    /// what wrote it.
    pub ambiguous: BTreeSet<u32>,
    /// Bytes of one message.
    pub message_bytes: usize,
    /// Messages of one input.
    pub messages: u64,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            schemas: BTreeMap::new(),
            ambiguous: BTreeSet::new(),
            message_bytes: 16 << 20,
            messages: 1_000_000_000,
        }
    }
}

/// What became of recorded messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// What was read, in order.
    pub inputs: Vec<Input>,
    /// One a version, in the order in which they were given.
    pub versions: Vec<Replayed>,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// Its name.
    pub name: String,
    /// In which form it is.
    pub form: Form,
    /// How many messages it holds.
    pub messages: u64,
}

/// How messages are recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// JSON documents.
    Json,
    /// An Avro container file.
    Container,
    /// Messages in Confluent's framing, each behind its length.
    Framed,
    /// Messages in Confluent's framing, one a line.
    FramedText,
}

/// What one version makes of the messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replayed {
    /// What people call the version.
    pub version: String,
    /// The name of the message in it.
    pub message: String,
    /// How many are read as what they are.
    pub ok: u64,
    /// How many are refused.
    pub failed: u64,
    /// How many are read, with something dropped or altered.
    pub changed: u64,
    /// The first that is refused.
    pub first_failed: Option<Sample>,
    /// The first that is changed.
    pub first_changed: Option<Sample>,
    /// How often each field of the version has a value, is null, or is not there; by paths such as
    /// `lines[].item`, sorted. A field is counted wherever the record around it is.
    pub fields: BTreeMap<String, Presence>,
    /// Whether there are more than [`MAX_FIELDS`].
    pub more_fields: bool,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// The input.
    pub input: String,
    /// Which one in it, from 1.
    pub number: u64,
    /// Where it starts in the input: the line from 1 for text, the byte from 0 for the rest.
    pub at: At,
    /// The message as JSON, or as it stands where it is none; cut where it is long.
    pub message: String,
    /// The error, or what the reader has instead; cut where it is long.
    pub outcome: String,
}

/// A place in an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum At {
    /// A line, from 1.
    Line(u64),
    /// A byte, from 0: that of the message, or in a container file of the block around it.
    Byte(u64),
}

/// Why an input cannot be read to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// The input fails.
    Io {
        /// The input.
        input: String,
        /// How.
        reason: String,
    },
    /// It is not what it begins as.
    Broken {
        /// The input.
        input: String,
        /// The byte near which it is noticed.
        byte: u64,
        /// What is wrong.
        reason: String,
    },
    /// A limit is met.
    Limit {
        /// The input.
        input: String,
        /// Which limit.
        reason: String,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::Io { input, reason } => write!(f, "{input} cannot be read: {reason}"),
            Problem::Broken {
                input,
                byte,
                reason,
            } => write!(f, "{input}: {reason} (at byte {byte})"),
            Problem::Limit { input, reason } => write!(f, "{input}: {reason}"),
        }
    }
}

impl std::error::Error for Problem {}

/// Reads all messages of an input with each version. `name` is what people call the input.
///
/// ```
/// use tg_schema_compat::proof::Side;
/// use tg_schema_compat::replay::{Options, replay};
/// use tg_schema_compat::version::Version;
/// use tg_schema_model::{Record, Schema, Sources};
///
/// let schema = Schema {
///     records: vec![Record { name: "Empty".into(), ..Record::default() }],
///     ..Schema::default()
/// };
/// let version = Version::of_definitions("v1", schema, Sources::default());
/// let side = Side { version: &version, message: &version.messages[0] };
/// let input = b"{}\n{\"a\": 1}\n[]\n";
/// let replay = replay(&mut &input[..], "dump.jsonl", &[side], &Options::default())?;
/// let [one] = replay.versions.as_slice() else { unreachable!() };
/// assert_eq!((one.ok, one.changed, one.failed), (1, 1, 1));
/// # Ok::<(), tg_schema_compat::replay::Problem>(())
/// ```
///
/// # Errors
/// Where the input is broken or fails, and where a limit is met. What a version refuses is no error.
pub fn replay(
    input: &mut dyn Read,
    name: &str,
    versions: &[Side<'_>],
    options: &Options,
) -> Result<Replay, Problem> {
    let mut source = Source::new(input, name);
    let schemas: Vec<decode::Schemas> = versions.iter().copied().map(decode::Schemas::of).collect();
    let types: Vec<decode::Shapes<'_>> = schemas.iter().map(decode::Schemas::types).collect();
    let form = match source.first()? {
        b'{' | b'[' => Form::Json,
        b'O' if source.peek(container::MAGIC.len())? == container::MAGIC => Form::Container,
        0 => Form::Framed,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'+' | b'/' | b' ' => Form::FramedText,
        other => {
            let reason = format!(
                "this is none of the forms that are read: it begins with the byte 0x{other:02X}, as what is packed or \
                 in another encoding than UTF-8 may"
            );
            return Err(source.broken(reason));
        }
    };
    // What messages were written with outlives those who read them.
    let header = match form {
        Form::Container => Some(container::Header::read(&mut source)?),
        _ => None,
    };
    let header = header
        .as_ref()
        .map(|header| (header, Types::of(&header.schema)));
    let registered = framed::Schemas::of(&source, options)?;
    let registered = registered.types();
    let mut readers: Vec<Reader<'_>> = types.iter().map(Reader::new).collect();
    let mut tally = Tally {
        name,
        readers: &mut readers,
        messages: 0,
        limit: options.messages,
        weight: Weight::default(),
    };
    match (form, &header) {
        (Form::Container, Some((header, types))) => {
            container::read(&mut source, &mut tally, header, types)?;
        }
        (Form::Json | Form::Container, _) => documents::read(&mut source, &mut tally, options)?,
        (Form::Framed, _) => framed::binary(&mut source, &mut tally, &registered, options)?,
        (Form::FramedText, _) => framed::text(&mut source, &mut tally, &registered, options)?,
    }
    let messages = tally.messages;
    Ok(Replay {
        inputs: vec![Input {
            name: name.to_owned(),
            form,
            messages,
        }],
        versions: readers.into_iter().map(Reader::done).collect(),
    })
}

impl Replay {
    /// Adds what became of the messages of another input, of the same versions.
    pub fn add(&mut self, other: Replay) {
        self.inputs.extend(other.inputs);
        if self.versions.is_empty() {
            self.versions = other.versions;
            return;
        }
        for (one, more) in self.versions.iter_mut().zip(other.versions) {
            one.add(more);
        }
    }

    /// Whether there was any message at all.
    pub fn holds_messages(&self) -> bool {
        self.inputs.iter().any(|input| input.messages > 0)
    }

    /// Whether every version reads every message.
    pub fn is_read(&self) -> bool {
        self.versions.iter().all(|version| version.failed == 0)
    }
}

impl Replayed {
    fn add(&mut self, more: Replayed) {
        self.ok += more.ok;
        self.failed += more.failed;
        self.changed += more.changed;
        self.first_failed = self.first_failed.take().or(more.first_failed);
        self.first_changed = self.first_changed.take().or(more.first_changed);
        self.more_fields |= more.more_fields;
        for (path, presence) in more.fields {
            presence::add(&mut self.fields, &mut self.more_fields, &path, presence);
        }
    }
}

impl Form {
    /// Its name in reports.
    pub const fn as_str(self) -> &'static str {
        match self {
            Form::Json => "JSON",
            Form::Container => "Avro container file",
            Form::Framed => "framed Avro",
            Form::FramedText => "framed Avro as text",
        }
    }
}

/// Where messages are counted.
struct Tally<'t, 'v> {
    name: &'t str,
    readers: &'t mut [Reader<'v>],
    messages: u64,
    limit: u64,
    weight: Weight,
}

/// How many values came out of how many bytes.
#[derive(Default)]
struct Weight {
    values: u64,
    bytes: u64,
}

fn values(datum: &Datum) -> u64 {
    1 + match datum {
        Datum::Record(parts) | Datum::Array(parts) => parts.iter().map(values).sum(),
        Datum::Map(entries) => entries.values().map(values).sum(),
        Datum::Union(_, value) => values(value),
        _ => 0,
    }
}

/// What one version made of one message.
enum Verdict {
    Ok,
    Failed(String),
    Changed(String),
}

impl<'v> Tally<'_, 'v> {
    /// Adds what came out of some bytes, before anything is made of it.
    fn weigh(&mut self, datum: &Datum, bytes: usize) -> Result<(), Problem> {
        let Weight {
            values: all,
            bytes: read,
        } = &mut self.weight;
        *all = all.saturating_add(values(datum));
        *read = read.saturating_add(u64::try_from(bytes).unwrap_or(u64::MAX));
        let most = read.saturating_mul(VALUES_OF_A_BYTE);
        match *all > most.saturating_add(MAX_VALUES) {
            true => Err(Problem::Limit {
                input: self.name.to_owned(),
                reason: format!(
                    "there are more than {VALUES_OF_A_BYTE} values for each byte and {MAX_VALUES} beside: most take no byte"
                ),
            }),
            false => Ok(()),
        }
    }

    /// Counts a message: `judge` says what a version makes of it, `shown` shows it to people.
    fn message(
        &mut self,
        at: At,
        mut judge: impl FnMut(usize, &mut Reader<'v>) -> Verdict,
        shown: impl Fn() -> String,
    ) -> Result<(), Problem> {
        if self.messages >= self.limit {
            return Err(Problem::Limit {
                input: self.name.to_owned(),
                reason: format!("there are more than {} messages", self.limit),
            });
        }
        self.messages += 1;
        for (index, reader) in self.readers.iter_mut().enumerate() {
            let verdict = judge(index, reader);
            let sample = |outcome: String| Sample {
                input: self.name.to_owned(),
                number: self.messages,
                at,
                message: cut(shown()),
                outcome: cut(outcome),
            };
            let found = &mut reader.found;
            match verdict {
                Verdict::Ok => found.ok += 1,
                Verdict::Failed(error) => {
                    found.failed += 1;
                    found.first_failed.get_or_insert_with(|| sample(error));
                }
                Verdict::Changed(held) => {
                    found.changed += 1;
                    found.first_changed.get_or_insert_with(|| sample(held));
                }
            }
        }
        Ok(())
    }
}

/// A text that fits a report.
fn cut(text: String) -> String {
    const SHOWN: usize = 2_000;
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text,
    }
}
