//! Avro binary encoding (Avro 1.12 specification, "Binary encoding"): primitives as bytes and back.

mod block;
mod peek;
mod reader;
mod resolve;
pub(crate) mod short;
mod text;
mod writer;

pub use reader::AvroReader;
pub use writer::AvroWriter;
