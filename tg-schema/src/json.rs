//! JSON (RFC 8259): tokens as bytes and back, after the wire contract.

mod integer;
mod keys;
mod number;
mod object;
mod reader;
mod real;
mod skip;
mod string;
mod symbol;
mod text;
mod unset;
mod writer;

pub(crate) use keys::key_name;
pub use keys::{END, KEYS, Key, Keys, Object, Seen, key, places};
pub(crate) use number::Real;
pub use reader::JsonReader;
pub use writer::JsonWriter;
pub(crate) use writer::not_finite;
