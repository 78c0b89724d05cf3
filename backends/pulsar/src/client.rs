//! A thin client of the binary protocol: connections by broker, and whom a topic belongs to.
//!
//! It is our own, on the protocol types of the crate `pulsar`, because the client of that crate cannot hold what a
//! backend promises: it acknowledges whole batches, tells no counts of redelivery, confirms no acknowledgement, hides
//! why access was refused, knows no listeners, puts no chunks together, and leaves small packets to wait for each other.

mod address;
pub(crate) mod command;
mod connection;
mod dial;
mod drive;
mod encryption;
mod fault;
mod frame;
mod lookup;
mod pool;
mod routes;
mod seat;
#[cfg(test)]
mod tests;

pub(crate) use address::{Address, service};
pub(crate) use connection::Connection;
pub(crate) use encryption::Encryptor;
pub(crate) use frame::Packet;
#[cfg(feature = "fuzzing")]
pub(crate) use frame::{Body, read as read_frame};
pub(crate) use lookup::{count_partitions, owner, partitions};
pub(crate) use pool::{Pool, Role};
pub(crate) use routes::{Event, Sink};
pub(crate) use seat::{Kind, Seat};
