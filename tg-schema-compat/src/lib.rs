//! What a change of a message schema breaks, for whom, and in which direction.
//!
//! | module | turns what into what |
//! |---|---|
//! | [`engine`] | two versions of one message into verdicts: of registries, of JSON readers, of Rust code |
//! | [`loss`] | two versions into what everybody accepts and what is dropped or altered all the same |
//! | [`check`] | a new version and earlier ones into a report |
//! | [`change`] | two versions of a message into everything that differs |
//! | [`proof`] | a finding into a message that shows it, executed |
//! | [`replay`] | recorded messages into what becomes of them at each version |
//! | [`version`] | definitions and Avro schemas into messages that can be compared |
//! | [`rule`] | a kind of change into its page |
//! | [`fix`] | a finding into the edit that undoes its harm |
//! | [`report`] | what a comparison found |
//! | [`render`] | that into JSON, Markdown, HTML, and what code hosts and build servers take |
//! | [`lock`] | `tg-schema.lock` into the versions that were released, and a new version into the next lock |
//! | [`suppression`] | what definitions accept of their changes, applied to a report |
//! | [`gate`] | what is required, and whether a report meets it |
//!
//! Everything here is a pure function of its arguments; nothing opens a file or asks a server.
#![forbid(unsafe_code)]

pub mod change;
pub mod check;
mod effort;
pub mod engine;
pub mod fix;
pub mod gate;
pub mod lock;
pub mod loss;
#[cfg(test)]
mod planted;
pub mod proof;
pub mod render;
pub mod replay;
pub mod report;
pub mod rule;
#[cfg(test)]
mod samples;
pub mod suppression;
pub mod version;
