//! The engines: each answers, for one reader and one writer, whether the reader reads all that the writer
//! writes.
//!
//! | module | whose answer |
//! |---|---|
//! | [`confluent`] | registries with Confluent's interface: Avro's `SchemaCompatibility` |
//! | [`pulsar`] | the Pulsar broker: Avro's `SchemaValidator` |
//!
//! Both ask the Java library of Avro, whose view of a schema is [`avro`].

pub mod avro;
pub mod confluent;
pub mod pulsar;
pub mod stack;
