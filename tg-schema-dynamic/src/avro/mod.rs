//! Messages to and from Avro binary, by the presence table of the wire contract.

mod bytes;
mod decode;
mod encode;
mod logical;

pub(crate) use decode::decode;
pub(crate) use encode::encode;
