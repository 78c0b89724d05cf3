//! Python Records to definitions, and an audit of what else ties the code to Pulsar.
#![forbid(unsafe_code)]

pub mod apply;
pub mod audit;
pub mod callers;
pub mod interpret;
pub mod patch;
pub mod python;
pub mod registered;
pub mod rule;
pub mod source;
