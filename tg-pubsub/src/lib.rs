//! Typed publish and subscribe over any broker that configuration names.
//!
//! [`PubSub`] holds a backend, which moves bytes. What is opened on it speaks message types:
//!
//! | | |
//! |---|---|
//! | [`Producer`] | sends, and tells when the broker confirmed it |
//! | [`Consumer`] | receives and settles, one by one |
//! | [`Service`] | a handler for every message, with concurrency, order by key, rates, retries and dead letters |
//!
//! Lost links are built again, failing messages are tried again and end as dead letters, what a backend cannot do is
//! refused or lowered with a warning, and everything is measured: these things live here and not in the backends.
#![forbid(unsafe_code)]

mod attempts;
mod backoff;
mod consumer;
mod dead_letters;
mod handler;
mod health;
mod incoming;
mod link;
pub mod metrics;
mod negotiation;
mod order;
mod payload;
mod policy;
mod producer;
mod propagation;
mod pubsub;
mod random;
mod rate;
mod received;
mod service;
mod uses;

pub use backoff::Backoff;
pub use consumer::{Consumer, ConsumerBuilder};
pub use dead_letters::property as dead_letter;
pub use handler::HandlerError;
pub use health::{Health, LinkState, Report};
pub use incoming::Incoming;
pub use payload::{Payload, Raw};
pub use policy::{AckPolicy, DeadLetters, RateLimitPolicy, RetryPolicy};
pub use producer::{Producer, ProducerBuilder, SendOptions, WhenDown};
pub use propagation::Propagator;
pub use pubsub::{IntoTopic, PubSub, PubSubBuilder};
pub use received::{NotSettled, Outcome, Poison, Received, Unsettled};
pub use service::{Drained, Service, ServiceBuilder};
pub use tg_schema::pubsub::{
    Bytes, ConsumerType, Error, InitialPosition, Meta, Properties, Receipt,
};
