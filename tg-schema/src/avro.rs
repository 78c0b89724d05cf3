//! Avro binary encoding (Avro 1.12 specification, "Binary encoding"): primitives as bytes and back.

mod peek;
mod reader;
mod resolve;
pub(crate) mod short;
mod writer;

pub use reader::AvroReader;
pub use writer::AvroWriter;
