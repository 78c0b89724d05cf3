//! Publish and subscribe inside one process, without a server.

#![forbid(unsafe_code)]

mod backend;
mod config;
mod connection;
mod consumer;
mod faults;
mod inspect;
mod lanes;
mod log;
mod member;
mod message;
mod producer;
mod settle;
mod subscription;
mod topic;
mod wakes;

pub use backend::Memory;
pub use config::Config;
pub use faults::{Faults, Operation};
pub use inspect::{Counts, Published, SubscriptionState};
