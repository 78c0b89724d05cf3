//! What a broker in memory does, seen through the traits.

mod consumer_types;
mod faults;
mod instances;
mod limits;
mod profiles;
mod schemas;
mod settlement;
mod storm;
mod subscriptions;
mod support;
mod waiting;
