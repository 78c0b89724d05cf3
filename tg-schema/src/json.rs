//! JSON (RFC 8259): tokens as bytes and back, after the wire contract.

mod number;
mod reader;
mod text;
mod unset;
mod writer;

pub use reader::{JsonReader, Keys, Object};
pub use writer::JsonWriter;
pub(crate) use writer::not_finite;
