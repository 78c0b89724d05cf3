//! Typed messages: one definition, JSON and Avro on the wire, schema text for every registry.
//!
//! A type becomes a message by `#[tg_schema]` or by generation from a definition file; both give the
//! same implementation of [`Message`]:
//!
//! ```
//! # #[cfg(feature = "derive")] {
//! use tg_schema::{Message, tg_schema};
//!
//! /// Ask a language model to complete a prompt.
//! #[tg_schema(topic = "q0/tg/request/text-completion")]
//! #[derive(Clone, Debug, PartialEq)]
//! struct TextCompletionRequest {
//!     system: String,
//!     prompt: String,
//!     #[tg(default = false)]
//!     streaming: bool,
//!     temperature: Option<f64>,
//! }
//!
//! let request = TextCompletionRequest {
//!     system: "Be brief.".into(),
//!     prompt: "Why?".into(),
//!     streaming: true,
//!     temperature: None,
//! };
//! let json = request.to_json()?;
//! assert_eq!(json, br#"{"system":"Be brief.","prompt":"Why?","streaming":true}"#);
//! assert_eq!(TextCompletionRequest::from_json(&json)?, request);
//! assert_eq!(TextCompletionRequest::from_avro(&request.to_avro()?)?, request);
//! assert!(TextCompletionRequest::avro_schema().contains("\"type\": [\n"));
//! # }
//! # Ok::<(), tg_schema::Error>(())
//! ```
//!
//! The wire contract: `None` is absent, an empty value is present, at every depth, in every codec.
//!
//! | module | turns what into what |
//! |---|---|
//! | `message` | a value into bytes and back: the [`Message`] trait and [`Decoder`] |
//! | `codec` | the shape of a field into code: one marker type a shape |
//! | `avro`, `json` | bytes: readers and writers of the two encodings |
//! | `record` | what every record does alike, written once over the fields that generated code names |
//! | `resolution` | another writer's schema into a way to read its messages: [`Resolution`] |
//! | `numbers` | the bytes of a list of numbers into numbers, on demand |
//! | `raw` | short copies and short texts: the only unchecked code |
//! | `peek` | bytes into a few of their fields: [`Peek`] |
//! | `framing` | bytes into single-object and Confluent frames |
//! | `descriptor` | constant data into the model's tree, from which schema text is rendered |
//! | `pubsub` | publish and subscribe over any broker: the traits of backends (feature `pubsub`) |
//! | `bridge` | any serde format, without a derive on each type |
#![deny(unsafe_code)]

extern crate self as tg_schema;

#[cfg(feature = "apache-avro")]
mod apache;
mod avro;
mod bridge;
mod codec;
mod descriptor;
mod error;
mod framing;
mod json;
mod limits;
mod message;
mod numbers;
mod peek;
#[cfg(feature = "pubsub")]
pub mod pubsub;
mod raw;
mod record;
mod resolution;
mod schemas;
mod topic;

#[cfg(feature = "apache-avro")]
pub use apache::ApacheAvro;
pub use descriptor::{
    Descriptor, EnumDescriptor, FieldDescriptor, Kind, PresenceDescriptor, PythonValue,
    RecordDescriptor, TypeDescriptor,
};
pub use error::{Error, ErrorKind};
pub use framing::{CONFLUENT_MAGIC, SINGLE_OBJECT_MAGIC, confluent_frame, single_object_frame};
pub use limits::Limits;
pub use message::{Decoded, Decoder, Message, View};
pub use numbers::{Number, Numbers};
pub use peek::{Peek, Peeked};
pub use resolution::{Resolution, Resolutions};
pub use schemas::{SchemaError, Schemas};
#[cfg(feature = "derive")]
pub use tg_schema_derive::tg_schema;
pub use tg_schema_model::Fingerprint;
pub use tg_schema_model::avro::resolution::Problem;
pub use tg_schema_model::logical::{Date, Decimal, Time, Timestamp, Uuid};
pub use tg_schema_model::topic::{Qos, Topic, TopicBuilder, TopicError, topic};
pub use tg_schema_model::{Encoding, Profile};
pub use topic::TopicOf;

/// What generated code speaks to. Not for use by hand: it changes without notice.
#[doc(hidden)]
pub mod __private {
    pub use crate::avro::{AvroReader, AvroWriter};
    pub use crate::bridge::{Fill as Filler, Ref, Res, Show, Slot, deserialize, serialize};
    pub use crate::codec::{
        Base64, Blank, Bool, Boxed, Codec, DateDay, Dec, Double, Enumeration, Float, HashMapOf,
        Int, List, Long, MapOf, Named, Of, Opt, OptUnset, OrDefault, OrNull, Proven, Str,
        TimeOfDay, TimestampMicros, TimestampMillis, Utf8, UuidText, Wire, assert_symbol, blanks,
        date, decimal, default_value, fill_symbol, holds, is_wire, read_avro_symbol,
        read_json_symbol, resolve_avro_symbol, short_avro_symbol, show_symbol, symbol, time,
        timestamp, uuid, write_avro_symbol, write_json_symbol,
    };
    pub use crate::descriptor::{
        DESCRIPTOR, Descriptor, ENUM, EnumDescriptor, FIELD, FieldDescriptor, Kind,
        PresenceDescriptor, PythonValue, RECORD, RecordDescriptor, TypeDescriptor,
    };
    pub use crate::error::Error;
    pub use crate::json::{JsonReader, JsonWriter, KEYS, Key, Keys, key, places};
    pub use crate::message::Message;
    pub use crate::record::{
        FACTS, Facts, Fill, Measured, Record, Table, Views, Visit, least, own, row, viewed,
    };
    pub use crate::schemas::{Schemas, rendered};
    pub use crate::{
        __enumeration as enumeration, __measured as measured, __record as record,
        __serde as serde_impls,
    };
    pub use core::default::Default;
    pub use core::option::Option;
    pub use serde;
    pub use std::sync::OnceLock;
    pub use tg_schema_model::avro::resolution::{NodeId, Plan};
    pub use tg_schema_model::{Encoding, Profile};

    pub use crate::schemas::{Rendered, Texts};
    /// Result of a codec.
    pub type Result<T> = core::result::Result<T, Error>;
    /// Result of `serialize`.
    pub type Ser<S> =
        core::result::Result<<S as serde::Serializer>::Ok, <S as serde::Serializer>::Error>;
    /// Result of `deserialize`.
    pub type De<'de, T, D> = core::result::Result<T, <D as serde::Deserializer<'de>>::Error>;
}
