//! MQTT 5 as a backend of tg-pubsub.
//!
//! Topics are `tenant/namespace/queue`, the quality of service is MQTT's, properties are user properties. What MQTT
//! does not have and this crate makes up for: negative acknowledgement, its delay and the count of attempts (the
//! message stays unacknowledged at the broker and waits in the consumer), and sessions that survive a lost link for a
//! bounded time.
//!
//! | module | what it turns into what |
//! |---|---|
//! | `config`, `settings` | configuration and options into checked settings |
//! | `client` | the client crate into events and failures; nothing else names it |
//! | `packet`, `stamp` | messages into packets and back |
//! | `link`, `producer` | messages into confirmed messages |
//! | `consumer`, `inbox`, `settle`, `copies` | packets into deliveries, settlements into acknowledgements |
//! | `names`, `members`, `remembered` | topics and subscriptions into filters and client identifiers, and what is known of these |

#![forbid(unsafe_code)]

mod backend;
mod client;
mod config;
mod consumer;
mod copies;
mod failure;
mod inbox;
mod large;
mod link;
mod members;
mod names;
mod packet;
mod producer;
mod remembered;
mod settings;
mod settle;
mod stamp;

pub use backend::Mqtt;
pub use config::{MqttConfig, Tls};
pub use settings::OPTIONS;
pub use tg_pubsub_backend::pem::Pem;

/// Name of the backend: in configuration, errors and metrics, and before the names of its options.
pub const NAME: &str = "mqtt";
