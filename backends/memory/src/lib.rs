//! Publish and subscribe inside one process, without a server: for tests, for programs of one process, and to try
//! things out.
//!
//! ```
//! use std::time::Duration;
//! use tg_pubsub_memory::Memory;
//! use tg_schema::pubsub::{ConsumerOptions, Error, Outgoing, ProducerOptions, PubSubBackend};
//!
//! # tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build()?.block_on(async {
//! let backend = Memory::open("memory://orders")?;
//! let topic = "q1/tg/flow/orders".parse()?;
//! let consumer = backend.create_consumer(&topic, "billing", None, ConsumerOptions::default()).await?;
//! let producer = backend.create_producer(&topic, None, ProducerOptions::default()).await?;
//!
//! producer.send(Outgoing::new("order 1").key("customer 7")).await?;
//! let delivery = consumer.receive().await?;
//! assert_eq!(&delivery.payload[..], b"order 1");
//!
//! // Not now: in ten seconds.
//! delivery.nack(Some(Duration::from_secs(10))).await?;
//! let again = consumer.receive().await?;
//! assert_eq!(again.meta.attempt, 2);
//! again.ack().await?;
//!
//! // What happens when the link is lost?
//! backend.faults().disconnect();
//! assert!(matches!(consumer.receive().await, Err(Error::Connection { .. })));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # What it does
//! A broker keeps a log a topic, and in it a cursor a subscription. It has all that the traits know of: every consumer
//! type, earliest and latest, delayed redelivery, counts of attempts, durable and temporary subscriptions.
//!
//! * **Brokers.** [`Memory::new`] makes one of its own, [`Memory::named`] shares one inside the process. Nothing
//!   crosses processes, and nothing outlives the last handle, producer or consumer of a broker.
//! * **Topics** come to be when somebody uses them, and stay until they are deleted. A topic's name has no quality of
//!   service: `q1/tg/flow/x` and `q0/tg/flow/x` are one log, used in two ways.
//! * **`q0`**: nothing waits for a subscription without consumers. Where more waits than [`Config::q0_waiting`], the
//!   oldest is dropped. Sending never fails because of what waits.
//! * **`q2`**: a message whose identity was sent before, within the window of [`Config`], is confirmed and not stored.
//! * **Limits.** What all subscriptions have settled is history, and is forgotten when it grows; what one of them has
//!   not is backlog, and when that is full, sending fails with [`Error::Full`](tg_schema::pubsub::Error::Full). See
//!   [`Config`].
//! * **Shared** consumers get messages when they ask, and one that has nothing to do takes over what another fetched
//!   and did not hand out. **Failover** consumers take over in the order in which they joined. With **key-shared** ones
//!   a key goes to one consumer, and stays with it while that has messages of the key, so that they keep their order;
//!   a message without a key goes to whoever asks. A message that is refused comes back after those that its consumer
//!   has fetched.
//! * **Schemas.** Every message of a topic has one type: the first that is named. Another is refused. Fields are not
//!   compared; `tg-schema check` does that.
//! * **Time** is tokio's. Under a paused clock delays pass at once and in order. There are no background tasks.
//!
//! # In tests
//! [`Memory::faults`] makes calls fail, cuts links, loses confirmations. [`Memory::published`],
//! [`Memory::subscription`] and their like show what is in a broker. [`Config::profile`] makes it behave like a weaker
//! broker, so that a unit test meets the limits of production:
//!
//! ```
//! use tg_pubsub_memory::{Config, Memory};
//! use tg_schema::pubsub::{ConsumerOptions, ConsumerType, PubSubBackend};
//!
//! # tokio::runtime::Builder::new_current_thread().build()?.block_on(async {
//! let backend = Memory::with_config(Config::default().profile("mqtt")?);
//! let topic = "q1/tg/flow/orders".parse()?;
//! let failover = ConsumerOptions::default().consumer_type(ConsumerType::Failover);
//! let error = backend.create_consumer(&topic, "billing", None, failover).await.err();
//! assert!(error.is_some_and(|e| e.to_string().starts_with("memory cannot do this: failover consumers")));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! # })?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Inside
//!
//! | module | what it holds |
//! |---|---|
//! | `backend` | [`Memory`], a handle |
//! | `connection` | the broker that handles share, and one handle's link to it |
//! | `topic` | one log and its subscriptions, under one lock |
//! | `log`, `message` | messages in their order, and who needs them yet |
//! | `joining` | how a consumer comes to a subscription |
//! | `subscription`, `lanes` | cursor, messages that come back, consumers; division by key |
//! | `member` | what one consumer has fetched and handed out, under a lock of its own |
//! | `producer`, `consumer`, `settle` | the other traits |
//! | `wakes`, `turn` | waking after a lock is released; letting other tasks run |
//! | `faults`, `inspect`, `config` | what tests need |

#![forbid(unsafe_code)]

mod backend;
mod config;
mod connection;
mod consumer;
mod faults;
mod inspect;
mod joining;
mod lanes;
mod log;
mod member;
mod message;
mod producer;
mod settle;
mod subscription;
mod topic;
mod turn;
mod wakes;

pub use backend::{Memory, OPTIONS};
pub use config::Config;
pub use faults::{Faults, Operation};
pub use inspect::{Counts, Published, SubscriptionState};
