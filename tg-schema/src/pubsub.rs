//! Publish and subscribe over any broker: the traits that a backend implements, and what they speak of.
//!
//! A backend moves bytes. It knows topics, subscriptions and settlement, and says which codec it speaks; it
//! knows no message type. The typed layer on top encodes and decodes, and knows no broker. Between them stand
//! trait objects, so that configuration can choose the backend when a program starts.
//!
//! | module | what it holds |
//! |---|---|
//! | `backend` | [`PubSubBackend`], [`BackendProducer`], [`BackendConsumer`] |
//! | `answer` | [`Answer`]: what their methods return, a value that is there or a future |
//! | `delivery` | [`Delivery`]: a message that was received and owns its settlement |
//! | `outgoing` | [`Outgoing`], [`Receipt`], [`Properties`] |
//! | `options` | [`ProducerOptions`], [`ConsumerOptions`] |
//! | `backend_options` | [`BackendOptions`]: what only one backend knows |
//! | `capabilities` | [`Capabilities`]: what a backend does, makes up for, lowers or refuses |
//! | `wire` | [`Wire`], [`Format`], [`Writer`], [`SchemaInfo`]: which bytes travel |
//! | `error` | [`Error`] |
//!
//! # The contract
//! * **Confirmed.** [`BackendProducer::send`] on `q1` and `q2` answers `Ok` only after the broker took the message
//!   over. A `send` that is dropped before it answers has an unknown outcome: the message may have been sent, may
//!   yet be sent, or may never be.
//! * **Live.** When [`PubSubBackend::create_consumer`] answers, the subscription receives what is sent from then on.
//! * **Settled once.** A [`Delivery`] is settled by value. One that is dropped unsettled counts as not processed
//!   and is delivered again, as soon as the broker can do that.
//! * **Cancel-safe.** Dropping the future of [`BackendConsumer::receive`] loses no message.
//! * **Promised.** `Ok` from a negative acknowledgement promises another delivery, not before the delay.
//! * **Kept.** `close` keeps a durable subscription and what waits in it; only `unsubscribe` deletes it.

mod answer;
mod backend;
mod backend_options;
mod capabilities;
mod delivery;
mod error;
mod options;
mod outgoing;
mod wire;

pub use answer::Answer;
pub use backend::{BackendConsumer, BackendProducer, Health, PubSubBackend};
pub use backend_options::{BackendOptions, OptionKind, OptionSpec, OptionValue};
pub use bytes::Bytes;
pub use capabilities::{Capabilities, Downgrade, Feature, Support};
pub use delivery::{Delivery, Meta, NotSettled, Settle, Settlement};
pub use error::Error;
pub use options::{
    ConsumerOptions, ConsumerType, InitialPosition, ProducerOptions, check_subscription,
};
pub use outgoing::{Outgoing, Properties, Receipt};
pub use wire::{Format, SchemaInfo, Wire, Writer};
