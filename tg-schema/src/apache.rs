//! Our messages for code that already uses the `apache-avro` crate, container files above all.

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::types::Value;
use apache_avro::writer::datum::GenericDatumWriter;
use apache_avro::{Reader, Schema, Writer};

use crate::error::{Error, ErrorKind};
use crate::message::Message;

/// A message as `apache-avro` knows it. Implemented for every [`Message`].
///
/// The bytes between the two are Avro's own encoding, so a value means on the other side what the wire
/// contract says it means.
///
/// ```
/// # #[cfg(feature = "derive")] {
/// use tg_schema::{ApacheAvro, tg_schema};
///
/// #[tg_schema]
/// #[derive(Clone, Debug, PartialEq)]
/// struct Point {
///     x: i32,
///     label: Option<String>,
/// }
///
/// let points = vec![Point { x: 1, label: None }, Point { x: 2, label: Some("b".into()) }];
/// let file = Point::write_container(&points)?;
/// assert_eq!(Point::read_container(&file)?, points);
/// # }
/// # Ok::<(), tg_schema::Error>(())
/// ```
pub trait ApacheAvro: Message {
    /// The schema as `apache-avro` reads it.
    ///
    /// # Errors
    /// `apache-avro` refuses the schema: it is stricter than the specification in places, for one with
    /// names that are not ASCII.
    fn apache_schema() -> Result<Schema, Error> {
        Schema::parse_str(Self::avro_schema()).map_err(foreign)
    }
    /// The message as a value tree.
    ///
    /// # Errors
    /// The message has no Avro form, or `apache-avro` refuses the schema.
    fn to_apache(&self) -> Result<Value, Error> {
        let schema = Self::apache_schema()?;
        let reader = GenericDatumReader::builder(&schema)
            .build()
            .map_err(foreign)?;
        reader
            .read_value(&mut self.to_avro()?.as_slice())
            .map_err(foreign)
    }
    /// The message of a value tree that has this very schema.
    ///
    /// # Errors
    /// The tree does not fit the schema.
    fn from_apache(value: Value) -> Result<Self, Error> {
        let schema = Self::apache_schema()?;
        let writer = GenericDatumWriter::builder(&schema)
            .build()
            .map_err(foreign)?;
        Self::from_avro(&writer.write_value_to_vec(value).map_err(foreign)?)
    }
    /// A container file (Avro object container) of messages, uncompressed.
    ///
    /// # Errors
    /// As [`ApacheAvro::to_apache`].
    fn write_container(messages: &[Self]) -> Result<Vec<u8>, Error> {
        let schema = Self::apache_schema()?;
        let mut writer = Writer::new(&schema, Vec::new()).map_err(foreign)?;
        for message in messages {
            writer.append_value(message.to_apache()?).map_err(foreign)?;
        }
        writer.into_inner().map_err(foreign)
    }
    /// The messages of a container file, resolved from its writer's schema to this one.
    ///
    /// # Errors
    /// The bytes are no container file, or its schema cannot be read as this one.
    fn read_container(bytes: &[u8]) -> Result<Vec<Self>, Error> {
        let schema = Self::apache_schema()?;
        let reader = Reader::builder(bytes)
            .reader_schema(&schema)
            .build()
            .map_err(foreign)?;
        reader
            .map(|value| Self::from_apache(value.map_err(foreign)?))
            .collect()
    }
}

impl<T: Message> ApacheAvro for T {}

fn foreign(e: apache_avro::Error) -> Error {
    Error::new(ErrorKind::Type, format!("apache-avro: {e}"), None)
}
