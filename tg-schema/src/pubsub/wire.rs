//! Which bytes travel, and which schema they have.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;

use super::Error;
use crate::{Descriptor, Message, Schemas};

/// How a message is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Format {
    /// JSON after the wire contract.
    Json,
    /// Avro binary.
    Avro,
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Format::Json => "JSON",
            Format::Avro => "Avro",
        })
    }
}

/// What a producer takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wire {
    /// How messages are encoded.
    pub format: Format,
    /// Bytes that come before each message, such as a frame with the schema's id.
    pub prefix: Bytes,
}

impl Wire {
    /// JSON without a prefix. A producer that speaks it keeps one, or returns a `static`.
    pub const JSON: Wire = Wire {
        format: Format::Json,
        prefix: Bytes::new(),
    };

    /// One buffer with the prefix and the message in it.
    ///
    /// # Errors
    /// The message has no form in this encoding.
    pub fn encode<T: Message>(&self, message: &T) -> Result<Bytes, Error> {
        let mut out = Vec::with_capacity(self.prefix.len() + 256);
        out.extend_from_slice(&self.prefix);
        match self.format {
            Format::Json => message.encode_json(&mut out)?,
            Format::Avro => message.encode_avro(&mut out)?,
        }
        Ok(out.into())
    }
}

/// The schema that a message was written with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// The registry's number of the schema.
    pub id: u64,
    /// Its Avro text.
    pub schema: Arc<str>,
}

/// The message type of a topic, without the type: for brokers that keep schemas.
#[derive(Clone, Copy)]
pub struct SchemaInfo {
    /// What the type says of itself.
    pub descriptor: &'static Descriptor,
    /// Its schema texts and identities.
    pub schemas: &'static Schemas,
}

impl SchemaInfo {
    /// That of `T`.
    ///
    /// # Errors
    /// The definition contradicts itself across types: see [`Message::try_schemas`].
    pub fn of<T: Message>() -> Result<Self, Error> {
        match T::try_schemas() {
            Ok(schemas) => Ok(SchemaInfo {
                descriptor: T::describe(),
                schemas,
            }),
            Err(e) => Err(Error::SchemaRejected {
                name: T::name(),
                reason: e.to_string(),
            }),
        }
    }
    /// Name of the record, without its namespace.
    pub fn name(&self) -> &'static str {
        self.descriptor.name
    }
}

impl fmt::Debug for SchemaInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SchemaInfo").field(&self.name()).finish()
    }
}
