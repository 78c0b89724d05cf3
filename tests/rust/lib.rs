//! Every message type of the generated crate as functions on bytes, by its name in the definitions.

pub mod agreement;

use tg_schema::pubsub::SchemaInfo;
use tg_schema::{Decoder, Error, Limits, Message, Peek, Schemas};

/// Bytes, or what is wrong with those that were read.
type Read = Result<Vec<u8>, Error>;

/// What can be done with messages of one type, the type forgotten.
pub struct Operations {
    /// `module.Record`.
    pub name: &'static str,
    /// JSON to JSON, through the type.
    pub json: fn(&[u8]) -> Read,
    /// JSON to Avro.
    pub json_to_avro: fn(&[u8]) -> Read,
    /// Avro to JSON.
    pub avro_to_json: fn(&[u8]) -> Read,
    /// Avro to Avro, read as an owned value and as a view: both have one verdict and one value.
    pub avro: fn(&[u8]) -> Read,
    /// Avro to Avro, read into the message that the first bytes hold.
    pub avro_into: fn(&[u8], &[u8]) -> Read,
    /// Avro of the writer's schema to Avro.
    pub resolved: fn(&str, &[u8]) -> Read,
    /// JSON to a single-object frame.
    pub json_to_single_object: fn(&[u8]) -> Read,
    /// Looks for fields.
    pub peek: fn(&[&str]) -> Result<Peek, Error>,
    /// Reads JSON with limits.
    pub limited_json: fn(&[u8], Limits) -> Result<(), Error>,
    /// Reads Avro with limits.
    pub limited_avro: fn(&[u8], Limits) -> Result<(), Error>,
    /// Fewest bytes in Avro, as the type says.
    pub least: usize,
    /// Schema texts and identities.
    pub schemas: fn() -> &'static Schemas,
    /// The type, for brokers that keep schemas.
    pub info: fn() -> Result<SchemaInfo, tg_schema::pubsub::Error>,
    /// Addresses of its topics.
    pub topics: &'static [&'static str],
    /// The type.
    pub serde: Formats,
}

/// A record without fields: its items take no bytes.
#[tg_schema::tg_schema]
#[derive(Clone, Debug, PartialEq)]
pub struct Nothing {}

/// Many of them.
#[tg_schema::tg_schema]
#[derive(Clone, Debug, PartialEq)]
pub struct Nothings {
    /// The items.
    pub items: Vec<Nothing>,
}

/// Other formats, by serde.
pub struct Formats {
    /// JSON to JSON by serde_json.
    pub json: fn(&[u8]) -> Result<Vec<u8>, String>,
    /// Own JSON to own JSON, on the way through serde_json's tree.
    pub json_value: fn(&[u8]) -> Result<Vec<u8>, String>,
    /// Own JSON to own JSON, on the way through postcard.
    pub postcard: fn(&[u8]) -> Result<Vec<u8>, String>,
    /// Own JSON to own JSON, on the way through bincode.
    pub bincode: fn(&[u8]) -> Result<Vec<u8>, String>,
}

impl Operations {
    fn of<T: Message + serde::Serialize + serde::de::DeserializeOwned>(name: &'static str) -> Self {
        fn limited(limits: Limits) -> Decoder {
            let mut d = Decoder::new();
            d.limits = limits;
            d
        }
        Operations {
            name,
            json: |b| T::from_json(b)?.to_json(),
            json_to_avro: |b| T::from_json(b)?.to_avro(),
            avro_to_json: |b| T::from_avro(b)?.to_json(),
            avro: |b| {
                let owned = T::from_avro(b);
                let viewed = T::view(b).map(T::from_view);
                match (&owned, &viewed) {
                    (Ok(a), Ok(b)) => assert_eq!(a.to_avro().ok(), b.to_avro().ok()),
                    (Err(a), Err(b)) => assert_eq!(a.to_string(), b.to_string()),
                    (a, b) => panic!("{:?} {:?}", a.as_ref().err(), b.as_ref().err()),
                }
                owned?.to_avro()
            },
            avro_into: |first, b| {
                let mut message = T::from_avro(first)?;
                message.decode_into(b)?;
                message.to_avro()
            },
            resolved: |writer, b| T::from_avro_of(writer, b)?.to_avro(),
            json_to_single_object: |b| T::from_json(b)?.to_single_object(),
            peek: Peek::of::<T>,
            limited_json: |b, l| limited(l).json::<T>(b).map(drop),
            limited_avro: |b, l| limited(l).avro::<T>(b).map(drop),
            least: T::MIN_AVRO,
            schemas: T::schemas,
            info: SchemaInfo::of::<T>,
            topics: T::TOPICS,
            serde: Formats::of::<T>(),
        }
    }
}

/// Bytes from their hexadecimal digits.
pub fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok()))
        .collect();
    let digits = digits?;
    (digits.len() % 2 == 0).then(|| {
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
    })
}

fn text(e: impl std::fmt::Display) -> String {
    e.to_string()
}

impl Formats {
    fn of<T: Message + serde::Serialize + serde::de::DeserializeOwned>() -> Self {
        Formats {
            json: |b| {
                serde_json::to_vec(&serde_json::from_slice::<T>(b).map_err(text)?).map_err(text)
            },
            json_value: |b| {
                let value = serde_json::to_value(T::from_json(b).map_err(text)?).map_err(text)?;
                serde_json::from_value::<T>(value)
                    .map_err(text)?
                    .to_json()
                    .map_err(text)
            },
            postcard: |b| {
                let bytes = postcard::to_stdvec(&T::from_json(b).map_err(text)?).map_err(text)?;
                postcard::from_bytes::<T>(&bytes)
                    .map_err(text)?
                    .to_json()
                    .map_err(text)
            },
            bincode: |b| {
                let config = bincode::config::standard();
                let bytes = bincode::serde::encode_to_vec(T::from_json(b).map_err(text)?, config)
                    .map_err(text)?;
                let (value, used) =
                    bincode::serde::decode_from_slice::<T, _>(&bytes, config).map_err(text)?;
                if used != bytes.len() {
                    return Err(format!("{used} of {} bytes were read", bytes.len()));
                }
                value.to_json().map_err(text)
            },
        }
    }
}

include!(concat!(env!("OUT_DIR"), "/messages.rs"));

/// The definitions of `tests/golden/schemas`, generated by the build script.
pub mod golden {
    include!(concat!(env!("OUT_DIR"), "/rust/mod.rs"));
}
