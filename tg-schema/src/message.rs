//! A value into bytes and back.

mod bytes;

use crate::avro::AvroReader;
use crate::codec::Wire;
use crate::descriptor::Descriptor;
use crate::error::{Error, ErrorKind};
use crate::framing::{CONFLUENT_MAGIC, SINGLE_OBJECT_MAGIC, confluent_frame, single_object_frame};
use crate::limits::Limits;
use crate::peek::{Peek, Peeked};
use crate::resolution::{Resolution, Resolutions};
use crate::schemas::{SchemaError, Schemas};
use bytes::{append_avro, append_json, avro_of, end_avro, filled, json_of, take_avro, take_json};
use tg_schema_model::topic::Topic;

/// A record that can be sent: what it is called, where it goes, what its schema is, and its codecs.
///
/// Implemented by `#[tg_schema]` and by generated code, never by hand.
pub trait Message: Wire {
    /// Addresses of the topics that it travels on, `q1/tg/flow/name`.
    const TOPICS: &'static [&'static str];

    /// The schema texts and identities, rendered at the first call.
    ///
    /// # Errors
    /// The definition contradicts itself across types, which a macro that sees one of them cannot know: two
    /// types of one full name, or a Pulsar record that holds a plain one. Generated code never fails.
    fn try_schemas() -> Result<&'static Schemas, &'static SchemaError>;

    /// The schema texts and identities, rendered at the first call.
    ///
    /// # Panics
    /// Where [`Message::try_schemas`] fails. It does so for a type always or never: one test that calls it
    /// is enough.
    fn schemas() -> &'static Schemas {
        match Self::try_schemas() {
            Ok(schemas) => schemas,
            Err(e) => panic!("schema of {}: {e}", Self::descriptor().name),
        }
    }

    /// What the record says of itself, as constant data.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use tg_schema::{Kind, Message, tg_schema};
    ///
    /// #[tg_schema]
    /// struct Point {
    ///     x: i32,
    ///     y: Option<i32>,
    /// }
    ///
    /// let Kind::Record(record) = Point::describe().kind else { unreachable!("a struct is a record") };
    /// assert_eq!(record.names, ["x", "y"]);
    /// # }
    /// ```
    fn describe() -> &'static Descriptor {
        Self::descriptor()
    }
    /// Avro full name.
    fn name() -> String {
        let d = Self::descriptor();
        tg_schema_model::schema::full_name(Some(d.namespace), d.name)
    }
    /// The topic, where the definition names exactly one. [`Message::TOPICS`] has all of them.
    fn topic() -> Option<Topic> {
        match Self::TOPICS {
            [one] => one.parse().ok(),
            _ => None,
        }
    }
    /// Text to register with Pulsar (schema type JSON).
    fn pulsar_schema() -> &'static str {
        &Self::schemas().pulsar
    }
    /// Avro schema, as an `.avsc` file has it.
    fn avro_schema() -> &'static str {
        &Self::schemas().avro
    }
    /// Compact JSON after the wire contract.
    ///
    /// # Errors
    /// The value has no JSON form: NaN, bytes that should be text and are not, too many decimal digits,
    /// nested beyond [`Limits::depth`].
    fn to_json(&self) -> Result<Vec<u8>, Error> {
        json_of(self, Self::descriptor())
    }
    /// Appends what [`Message::to_json`] gives; on an error `out` is as it was.
    ///
    /// # Errors
    /// As [`Message::to_json`].
    fn encode_json(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        append_json(self, out, Self::descriptor())
    }
    /// Avro binary, without a frame.
    ///
    /// # Errors
    /// The value has no Avro form: an unknown symbol of an open enum, too many decimal digits, nested
    /// beyond [`Limits::depth`].
    fn to_avro(&self) -> Result<Vec<u8>, Error> {
        avro_of(self, Self::descriptor())
    }
    /// Appends what [`Message::to_avro`] gives; on an error `out` is as it was.
    ///
    /// # Errors
    /// As [`Message::to_avro`].
    fn encode_avro(&self, out: &mut Vec<u8>) -> Result<(), Error> {
        append_avro(self, out, Self::descriptor())
    }
    /// Avro in the single-object encoding: magic, CRC-64-AVRO of the schema, body.
    ///
    /// # Errors
    /// As [`Message::to_avro`].
    fn to_single_object(&self) -> Result<Vec<u8>, Error> {
        let mut out = SINGLE_OBJECT_MAGIC.to_vec();
        out.extend_from_slice(&writer::<Self>()?.to_le_bytes());
        self.encode_avro(&mut out)?;
        Ok(out)
    }
    /// Avro in a Confluent frame: magic, the registry's schema id, body.
    ///
    /// # Errors
    /// As [`Message::to_avro`].
    fn to_confluent(&self, schema_id: u32) -> Result<Vec<u8>, Error> {
        let mut out = vec![CONFLUENT_MAGIC];
        out.extend_from_slice(&schema_id.to_be_bytes());
        self.encode_avro(&mut out)?;
        Ok(out)
    }
    /// Reads JSON with the default limits.
    ///
    /// # Errors
    /// The bytes are no JSON of this record.
    fn from_json(bytes: &[u8]) -> Result<Self, Error> {
        let mut message = Self::blank();
        match take_json(&mut message, bytes, Limits::DEFAULT, Self::descriptor()) {
            Ok(_) => Ok(message),
            Err(e) => Err(e),
        }
    }
    /// Reads Avro that was written with this very schema, with the default limits.
    ///
    /// # Errors
    /// The bytes are no Avro of this record.
    fn from_avro(bytes: &[u8]) -> Result<Self, Error> {
        let mut message = Self::blank();
        match take_avro(&mut message, bytes, Limits::DEFAULT, Self::descriptor()) {
            Ok(()) => Ok(message),
            Err(e) => Err(e),
        }
    }
    /// Reads Avro as [`Message::from_avro`] does, into the strings, lists and maps that are there already.
    /// Readers of many messages keep one and allocate next to nothing.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use tg_schema::{Message, tg_schema};
    ///
    /// #[tg_schema]
    /// #[derive(Debug, PartialEq)]
    /// struct Line {
    ///     text: String,
    /// }
    ///
    /// let mut line = Line { text: String::with_capacity(100) };
    /// line.decode_into(&Line { text: "one".into() }.to_avro()?)?;
    /// assert_eq!((line.text.as_str(), line.text.capacity()), ("one", 100));
    /// # }
    /// # Ok::<(), tg_schema::Error>(())
    /// ```
    ///
    /// # Errors
    /// The bytes are no Avro of this record. The message is a valid one then, of unspecified content.
    fn decode_into(&mut self, bytes: &[u8]) -> Result<(), Error> {
        Decoder::new().avro_into(bytes, self)
    }
    /// Reads Avro without copying texts, bytes and lists of numbers: they are borrowed from the message.
    ///
    /// The view has the fields of the record, `&str` where it has `String`. A nullable field with a
    /// default is an `Option`, `None` where the message has null; [`Message::from_view`] puts the
    /// default in.
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use tg_schema::{Message, View, tg_schema};
    ///
    /// #[tg_schema]
    /// #[derive(Debug, PartialEq)]
    /// struct Line {
    ///     text: String,
    ///     tags: Vec<String>,
    /// }
    ///
    /// fn is_urgent(line: &View<'_, Line>) -> bool {
    ///     line.tags.contains(&"urgent")
    /// }
    ///
    /// let line = Line { text: "one".into(), tags: vec!["urgent".into()] };
    /// let bytes = line.to_avro()?;
    /// let view = Line::view(&bytes)?;
    /// assert!(is_urgent(&view));
    /// assert_eq!(Line::from_view(view), line);
    /// # }
    /// # Ok::<(), tg_schema::Error>(())
    /// ```
    ///
    /// # Errors
    /// The bytes are no Avro of this record.
    fn view(bytes: &[u8]) -> Result<View<'_, Self>, Error> {
        Decoder::new().view::<Self>(bytes)
    }
    /// The message that a view shows.
    fn from_view(mut view: View<'_, Self>) -> Self {
        let mut message = Self::blank();
        Self::own_into(&mut view, &mut message);
        message
    }
    /// Reads the fields of these paths, in their order, and nothing else: see [`Peek`].
    ///
    /// The fields are looked for at each call. For more than a few messages, keep a [`Peek`].
    ///
    /// ```
    /// # #[cfg(feature = "derive")] {
    /// use tg_schema::{Message, Peeked, tg_schema};
    ///
    /// #[tg_schema]
    /// struct Line {
    ///     text: String,
    ///     number: i32,
    /// }
    ///
    /// let bytes = Line { text: "one".into(), number: 1 }.to_avro()?;
    /// assert_eq!(Line::peek(&bytes, &["number"])?, [Peeked::Int(1)]);
    /// # }
    /// # Ok::<(), tg_schema::Error>(())
    /// ```
    ///
    /// # Errors
    /// There is no such field, or the bytes are no Avro of this record as far as they were looked at.
    fn peek<'a>(bytes: &'a [u8], fields: &[&str]) -> Result<Vec<Peeked<'a>>, Error> {
        Peek::of::<Self>(fields)?.read(bytes)
    }
    /// Reads Avro that was written with another version of the schema, by the rules of schema
    /// resolution: see [`Resolution`]. The comparison of the two schemas is kept for later messages, in
    /// [`Resolutions::global`].
    ///
    /// # Errors
    /// The writer's schema cannot be read, or the bytes are no Avro of it, or the message holds what
    /// this record cannot read.
    fn from_avro_of(writer: &str, bytes: &[u8]) -> Result<Self, Error> {
        Resolutions::global().of::<Self>(writer)?.decode(bytes)
    }
    /// Reads a single-object frame of this very schema.
    ///
    /// # Errors
    /// Another schema's fingerprint, or the body is no Avro of this record.
    fn from_single_object(bytes: &[u8]) -> Result<Self, Error> {
        let (crc, body) = single_object_frame(bytes)?;
        let own = writer::<Self>()?;
        if crc != own {
            let message =
                format!("expected a message of schema {own:016x}, found one of {crc:016x}");
            return Err(
                Error::new(ErrorKind::Frame, message, Some(2)).in_record(Self::descriptor().name)
            );
        }
        Self::from_avro(body)
    }
    /// Reads a Confluent frame: the registry's schema id and the message. Whether the id stands for this
    /// very schema is for the caller to know, who has the registry.
    ///
    /// # Errors
    /// A wrong magic byte, or the body is no Avro of this record.
    fn from_confluent(bytes: &[u8]) -> Result<(u32, Self), Error> {
        let (id, body) = confluent_frame(bytes)?;
        Ok((id, Self::from_avro(body)?))
    }
}

/// A message of `T` with its texts, bytes and lists of numbers borrowed: see [`Message::view`].
pub type View<'a, T> = <T as Wire>::View<'a>;

/// CRC-64-AVRO of the schema that this very type writes.
fn writer<T: Message>() -> Result<u64, Error> {
    match T::try_schemas() {
        Ok(schemas) => Ok(schemas.writer.crc64),
        Err(e) => {
            let e = Error::new(ErrorKind::Frame, format!("no schema to name: {e}"), None);
            Err(e.in_record(T::descriptor().name))
        }
    }
}

/// A message of another writer.
#[inline(always)]
pub(crate) fn resolved<T: Message>(
    resolution: &Resolution<T>,
    r: &mut AvroReader<'_>,
) -> Result<T, Error> {
    let plan = resolution.plan();
    filled(|message: &mut T| {
        let result = match plan.is_same() {
            true => message.read_avro_into(r),
            false => message.resolve_avro_into(r, plan, plan.root),
        };
        end_avro(result, r, T::descriptor())
    })
}

/// Reads messages with chosen [`Limits`].
///
/// ```
/// let mut decoder = tg_schema::Decoder::new();
/// decoder.limits.depth = 16;
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct Decoder {
    /// What one message may cost.
    pub limits: Limits,
}

/// A message that was read.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Decoded<T> {
    /// The message.
    pub message: T,
    /// Symbols that an enum did not know and that were read as its default.
    pub unknown_symbols: u64,
}

impl Decoder {
    /// With the default limits.
    pub fn new() -> Self {
        Decoder::default()
    }
    /// Reads JSON.
    ///
    /// # Errors
    /// The bytes are no JSON of this record, or a limit was reached.
    pub fn json<T: Message>(&self, bytes: &[u8]) -> Result<Decoded<T>, Error> {
        let mut message = T::blank();
        let unknown_symbols = take_json(&mut message, bytes, self.limits, T::descriptor())?;
        Ok(Decoded {
            message,
            unknown_symbols,
        })
    }
    /// Reads Avro that was written with this very schema.
    ///
    /// # Errors
    /// The bytes are no Avro of this record, or a limit was reached.
    pub fn avro<T: Message>(&self, bytes: &[u8]) -> Result<Decoded<T>, Error> {
        let mut message = T::blank();
        take_avro(&mut message, bytes, self.limits, T::descriptor())?;
        Ok(Decoded {
            message,
            unknown_symbols: 0,
        })
    }
    /// Reads Avro into a message that is there already: [`Message::decode_into`].
    ///
    /// # Errors
    /// The bytes are no Avro of this record, or a limit was reached.
    pub fn avro_into<T: Message>(&self, bytes: &[u8], message: &mut T) -> Result<(), Error> {
        take_avro(message, bytes, self.limits, T::descriptor())
    }
    /// Reads Avro as a view that borrows from it: [`Message::view`].
    ///
    /// # Errors
    /// The bytes are no Avro of this record, or a limit was reached.
    pub fn view<'a, T: Message>(&self, bytes: &'a [u8]) -> Result<View<'a, T>, Error> {
        let mut r = AvroReader::new(bytes, self.limits);
        filled(|view| {
            let result = T::view_avro_into(view, &mut r);
            end_avro(result, &r, T::descriptor())
        })
    }
    /// Reads Avro of another writer.
    ///
    /// # Errors
    /// The bytes are no Avro of the writer's, hold what `T` cannot read, or a limit was reached.
    pub fn resolved<T: Message>(
        &self,
        resolution: &Resolution<T>,
        bytes: &[u8],
    ) -> Result<Decoded<T>, Error> {
        let mut r = AvroReader::new(bytes, self.limits);
        let message = resolved(resolution, &mut r)?;
        Ok(Decoded {
            message,
            unknown_symbols: r.unknown_symbols(),
        })
    }
    /// Reads chosen fields of Avro: [`Peek::read`]. Of the limits, depth applies; nothing is kept of the
    /// items that are jumped over.
    ///
    /// # Errors
    /// The bytes are no Avro of the schema, as far as they were looked at, or a limit was reached.
    pub fn peek<'a>(&self, peek: &Peek, bytes: &'a [u8]) -> Result<Vec<Peeked<'a>>, Error> {
        let mut out = Vec::with_capacity(peek.fields().len());
        self.peek_into(peek, bytes, &mut out)?;
        Ok(out)
    }
    /// Reads chosen fields of Avro into a vector that is there already: [`Peek::read_into`].
    ///
    /// # Errors
    /// As [`Decoder::peek`]. The vector is empty then.
    pub fn peek_into<'a>(
        &self,
        peek: &Peek,
        bytes: &'a [u8],
        out: &mut Vec<Peeked<'a>>,
    ) -> Result<(), Error> {
        out.clear();
        out.resize(peek.fields().len(), Peeked::Null);
        self.peek_slice(peek, bytes, out)
            .inspect_err(|_| out.clear())
    }
    pub(crate) fn peek_slice<'a>(
        &self,
        peek: &Peek,
        bytes: &'a [u8],
        out: &mut [Peeked<'a>],
    ) -> Result<(), Error> {
        let plan = peek.plan();
        AvroReader::new(bytes, self.limits)
            .peek(plan, &plan.steps, out)
            .map_err(|e| e.in_record_of(&plan.record))
    }
}
