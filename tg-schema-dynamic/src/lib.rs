//! Messages without compiled types: what generated code does for the types that it knows, done from
//! the model alone for any record.
//!
//! | item | turns what into what |
//! |---|---|
//! | [`Codec`] | bytes of JSON, Avro, single-object Avro or Confluent framing into a [`Value`], and back; Avro of another writer too |
//! | [`normalize`] | a message into what it reads back as |
//! | [`example`] | a record into a plausible message of it |
//! | [`Random`] | a seed into messages of a record or of any Avro schema; [`random_schema`] into whole schemas, [`random_writer`] into other versions of one |
//! | [`datum`] | Avro binary of any schema into values and back, and values of one schema into those of another |
//! | [`frame`] | the headers in front of Avro messages |
//! | [`Limits`] | what a message may ask of its reader |
//!
//! Nothing here panics on input. What a message may ask for in depth, items and memory is limited,
//! and every [`Error`] says where in the message and where in the bytes.
#![forbid(unsafe_code)]

mod avro;
mod codec;
pub mod datum;
mod error;
mod example;
mod fields;
pub mod frame;
mod json;
pub mod limits;
mod memory;
mod normalize;
mod random;

pub use codec::Codec;
pub use error::{Error, Problem};
pub use example::example;
pub use limits::Limits;
pub use normalize::{Wire, normalize};
pub use random::{Random, random_schema, random_writer};
pub use tg_schema_model::Value;
