//! Typed publish and subscribe over any broker that configuration names.
//!
//! [`PubSub`] holds a backend, which moves bytes. What is opened on it speaks message types:
//!
//! | | |
//! |---|---|
//! | [`Producer`] | sends, and tells when the broker confirmed it |
//! | [`Consumer`] | receives and settles, one by one |
//! | [`Service`] | a handler for every message, with concurrency, order by key, rates, retries and dead letters |
//! | [`Publisher`] | sends in the background from a bounded buffer |
//! | [`Subscriber`] | one consumer, many waiters by the property `id` |
//! | [`Requester`] | sends requests and waits for their responses |
//! | [`Responder`] | answers requests |
//! | [`Shutdown`] | ends all of them in the right order |
//!
//! ```
//! use std::sync::Arc;
//! use std::time::Duration;
//!
//! use tg_pubsub::{PubSub, Shutdown};
//! use tg_pubsub_memory::Memory;
//! use tg_schema::tg_schema;
//!
//! #[tg_schema]
//! struct Prompt {
//!     text: String,
//! }
//! #[tg_schema]
//! struct Answer {
//!     text: String,
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), tg_pubsub::Error> {
//! let pubsub = PubSub::new(Arc::new(Memory::new()));
//! let (requests, responses) = ("q1/tg/request/prompt", "q1/tg/response/prompt");
//! let responder = pubsub
//!     .responder(requests, "text-completion", responses)
//!     .service(|service| service.concurrency(4))
//!     .respond(|prompt| async move {
//!         let prompt: Prompt = prompt.into_value();
//!         Ok(Answer { text: prompt.text.to_uppercase() })
//!     })
//!     .await?;
//! let requester = pubsub.requester::<Prompt, Answer>(requests, responses).open().await?;
//! let answer = requester.request(&Prompt { text: "hello".into() }).await?;
//! assert_eq!(answer.value().text, "HELLO");
//!
//! let mut shutdown = Shutdown::new();
//! shutdown.add(requester).add(responder);
//! assert!(shutdown.drain(Duration::from_secs(5)).await.is_clean());
//! # Ok(())
//! # }
//! ```
//!
//! Lost links are built again, failing messages are tried again and end as dead letters, what a backend cannot do is
//! refused or lowered with a warning, and everything is measured: these things live here and not in the backends.
//!
//! With the feature `conformance`, the module of that name tells whether a backend of one's own keeps its promises.
#![forbid(unsafe_code)]

mod attempts;
mod backoff;
pub mod config;
#[cfg(feature = "conformance")]
pub mod conformance;
mod consumer;
mod dead_letters;
mod drain;
mod factory;
mod handler;
mod health;
mod incoming;
mod link;
pub mod metrics;
mod negotiation;
mod order;
mod payload;
mod pipeline;
mod policy;
mod producer;
mod propagation;
mod publisher;
mod pubsub;
mod random;
mod rate;
mod received;
mod requester;
mod responder;
mod service;
mod subscriber;
mod time;
mod uses;
mod waiters;
mod watchdog;

pub use backoff::Backoff;
#[cfg(feature = "clap")]
pub use config::PubSubArgs;
pub use config::PubSubConfig;
pub use consumer::{Consumer, ConsumerBuilder};
pub use dead_letters::property as dead_letter;
pub use drain::{Part, Shutdown};
pub use factory::{Create, backends, get_pubsub, register_backend};
pub use handler::HandlerError;
pub use health::{Health, LinkState, Report};
pub use incoming::Incoming;
pub use payload::{Payload, Raw};
pub use policy::{AckPolicy, DeadLetters, RateLimitPolicy, RetryPolicy};
pub use producer::{Producer, ProducerBuilder, SendOptions, WhenDown};
pub use propagation::Propagator;
#[cfg(feature = "opentelemetry")]
pub use propagation::TraceContext;
pub use publisher::{Publisher, PublisherBuilder, WhenFull};
pub use pubsub::{IntoTopic, PubSub, PubSubBuilder};
pub use received::{NotSettled, Outcome, Poison, Received, Unsettled};
pub use requester::{Replies, Requester, RequesterBuilder};
pub use responder::{Replier, Responder, ResponderBuilder};
pub use service::{Drained, Service, ServiceBuilder};
pub use subscriber::{ID, Subscriber, SubscriberBuilder, Waiter};
pub use tg_schema::pubsub::{
    Bytes, ConsumerOptions, ConsumerType, Error, InitialPosition, Meta, OptionValue, Properties,
    Receipt,
};
pub use waiters::FullWaiter;
