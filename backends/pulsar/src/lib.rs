//! Apache Pulsar as a backend of tg-pubsub.
//!
//! Topics are `persistent://tenant/namespace/queue`, on `q0` `non-persistent://…`; the schema of a message type is
//! registered as Python's `Record` classes register theirs. What brokers do not have and this crate makes up for: a delay
//! before a message is delivered again, redelivery of one message where the broker knows only all or whole batches, and
//! links that are taken up again for a bounded time.
//!
//! | module | what it turns into what |
//! |---|---|
//! | `config`, `settings` | configuration and options into checked settings |
//! | `client` | the binary protocol into events and failures |
//! | `names`, `schema`, `admin` | topics and message types into what the broker calls them, and what it needs for them |
//! | `producer`, `sender`, `unconfirmed`, `identities` | messages into confirmed messages |
//! | `unpack`, `chunking` | entries into messages |
//! | `partitions`, `growth` | producers and consumers of the partitions of a topic, also of later ones, into one of all |
//! | `registry` | what is open into what ends with the backend |
//! | `consumer`, `receiver`, `inbox`, `window`, `acked` | messages into deliveries, settlements into acknowledgements |

#![forbid(unsafe_code)]

mod acked;
#[cfg(feature = "admin")]
mod admin;
mod backend;
mod chunking;
mod client;
mod config;
mod consumer;
mod failure;
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing;
mod growth;
mod identities;
mod inbox;
mod names;
mod partitions;
mod producer;
mod receiver;
mod registry;
mod resume;
mod schema;
mod sender;
mod settings;
mod unconfirmed;
mod unpack;
mod window;

pub use backend::Pulsar;
pub use config::PulsarConfig;
pub use settings::OPTIONS;
pub use tg_pubsub_backend::pem::Pem;

/// Name of the backend: in configuration, errors and metrics, and before the names of its options.
pub const NAME: &str = "pulsar";
