//! Messages to and from Avro binary, by the presence table of the wire contract.

mod bytes;
mod decode;
mod encode;
mod logical;
mod resolve;
mod skip;

pub(crate) use bytes::{put_length, put_long, put_octets};
pub(crate) use decode::{Decoder, decode};
pub(crate) use encode::encode;
pub(crate) use resolve::resolve;
