//! What travels: a message type with its codecs, or bytes as they are.

use tg_schema::Message;
use tg_schema::pubsub::{Bytes, Error, Format, SchemaInfo, Wire, Writer};

use crate::handler::caught;
use crate::incoming::Head;

/// What a producer sends and a consumer receives: any [`Message`], or [`Raw`].
pub trait Payload: Sized + Send + Sync + 'static {
    /// The schema that a broker may keep and check. `None`: bytes of unknown content.
    ///
    /// # Errors
    /// The definition contradicts itself.
    fn schema() -> Result<Option<SchemaInfo>, Error>;
    /// A short name for metrics and logs.
    fn name() -> &'static str;
    /// One buffer with the prefix of the wire and the message.
    ///
    /// # Errors
    /// The message has no form in this encoding.
    fn encode(&self, wire: &Wire) -> Result<Bytes, Error>;
    /// Reads a message.
    ///
    /// # Errors
    /// The bytes are no message of this type. A panic counts as that.
    fn decode(payload: &Bytes, format: Format, writer: Option<&Writer>) -> Result<Self, Error>;
}

impl<T: Message + Send + Sync + 'static> Payload for T {
    fn schema() -> Result<Option<SchemaInfo>, Error> {
        SchemaInfo::of::<T>().map(Some)
    }
    fn name() -> &'static str {
        T::describe().name
    }
    fn encode(&self, wire: &Wire) -> Result<Bytes, Error> {
        wire.encode(self)
    }
    fn decode(payload: &Bytes, format: Format, writer: Option<&Writer>) -> Result<Self, Error> {
        Ok(match (format, writer) {
            (Format::Json, _) => T::from_json(payload)?,
            (Format::Avro, None) => T::from_avro(payload)?,
            (Format::Avro, Some(writer)) => T::from_avro_of(&writer.schema, payload)?,
            (other, _) => {
                return Err(Error::Unsupported {
                    feature: format!("reading {other}"),
                    backend: "tg-pubsub".to_owned(),
                    hint: "receive bytes and decode them yourself".to_owned(),
                });
            }
        })
    }
}

/// Bytes that are sent as they are, without copying, on a topic without a schema.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct Raw(pub Bytes);

impl Raw {
    /// These bytes.
    pub fn new(bytes: impl Into<Bytes>) -> Self {
        Raw(bytes.into())
    }
}

impl<B: Into<Bytes>> From<B> for Raw {
    fn from(bytes: B) -> Self {
        Raw(bytes.into())
    }
}

impl Payload for Raw {
    fn schema() -> Result<Option<SchemaInfo>, Error> {
        Ok(None)
    }
    fn name() -> &'static str {
        "raw"
    }
    fn encode(&self, wire: &Wire) -> Result<Bytes, Error> {
        if wire.prefix.is_empty() {
            return Ok(self.0.clone());
        }
        Ok([&*wire.prefix, &*self.0].concat().into())
    }
    fn decode(payload: &Bytes, _: Format, _: Option<&Writer>) -> Result<Self, Error> {
        Ok(Raw(payload.clone()))
    }
}

/// Reads a message. A decoder that panics has found no message: what one sender sends must not end a consumer. What the
/// backend could not read is none either, also where bytes are asked for.
pub(crate) fn read<T: Payload>(head: &Head) -> Result<T, Error> {
    let refused = |message: String| {
        Err(Error::Broker {
            backend: "tg-pubsub".to_owned(),
            message,
            retryable: false,
        })
    };
    if let Some(why) = &head.meta.unreadable {
        return refused(why.clone());
    }
    let decode = || T::decode(&head.payload, head.format, head.writer.as_ref());
    caught("decoder", decode).unwrap_or_else(refused)
}

/// An encoded message brought to another wire: a new link may put another prefix before messages.
///
/// # Errors
/// The encoding itself is another one.
pub(crate) fn refit(payload: Bytes, from: &Wire, to: &Wire) -> Result<Bytes, Error> {
    if from == to {
        return Ok(payload);
    }
    if from.format != to.format {
        return Err(Error::Unsupported {
            feature: format!(
                "sending a message encoded as {} as {}",
                from.format, to.format
            ),
            backend: "tg-pubsub".to_owned(),
            hint: "the broker changed its encoding while the message waited; send it again"
                .to_owned(),
        });
    }
    let body = payload.get(from.prefix.len()..).unwrap_or_default();
    Ok([&*to.prefix, body].concat().into())
}

#[cfg(test)]
mod tests {
    use tg_schema::pubsub::{Meta, Properties};

    use super::*;

    #[test]
    fn what_the_backend_could_not_read_is_no_message() {
        let head = |why: Option<&str>| {
            let mut meta = Meta::default();
            meta.unreadable = why.map(str::to_owned);
            Head {
                payload: Bytes::from_static(b"x"),
                format: Format::Json,
                writer: None,
                properties: Properties::new(),
                meta,
            }
        };
        let raw: Raw = read(&head(None)).expect("bytes");
        assert_eq!(raw, Raw::from("x"));
        let error = read::<Raw>(&head(Some("it is encrypted"))).expect_err("none");
        assert!(
            error.to_string().ends_with("it is encrypted") && !error.is_retryable(),
            "{error}"
        );
    }

    #[test]
    fn raw_bytes_are_not_copied() {
        let bytes = Bytes::from(vec![0xff, 0, 1]);
        let sent = Raw(bytes.clone()).encode(&Wire::JSON).expect("bytes");
        assert_eq!(sent.as_ptr(), bytes.as_ptr());
        let back = Raw::decode(&sent, Format::Avro, None).expect("bytes");
        assert_eq!(back.0.as_ptr(), bytes.as_ptr());
    }

    #[test]
    fn a_prefix_is_put_before_and_replaced() {
        let framed = |prefix: &'static [u8], format| Wire {
            format,
            prefix: Bytes::from_static(prefix),
        };
        let (one, two) = (
            framed(b"\0\x01", Format::Avro),
            framed(b"\0\x02", Format::Avro),
        );
        let sent = Raw::new("abc").encode(&one).expect("bytes");
        assert_eq!(&sent[..], b"\0\x01abc");
        let again = refit(sent.clone(), &one, &two).expect("same encoding");
        assert_eq!(&again[..], b"\0\x02abc");
        let error = refit(sent, &one, &Wire::JSON).expect_err("another encoding");
        assert!(!error.is_retryable(), "{error}");
    }
}
