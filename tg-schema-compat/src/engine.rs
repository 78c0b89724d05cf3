//! The engines: each answers, for one reader and one writer, whether the reader reads all that the writer
//! writes.
//!
//! | module | whose answer |
//! |---|---|
//! | [`confluent`] | registries with Confluent's interface: Avro's `SchemaCompatibility` |
//! | [`pulsar`] | the Pulsar broker: Avro's `SchemaValidator` |
//! | [`json`] | readers of JSON, with peers of several habits |
//! | [`rust`] | Rust code that uses the generated types |
//!
//! The first two ask the Java library of Avro, whose view of a schema is [`avro`].

pub mod avro;
pub mod confluent;
pub mod json;
pub mod pulsar;
pub mod rust;
pub mod stack;
