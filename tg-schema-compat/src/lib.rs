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
//! | [`report`] | what a comparison found |
//! | [`gate`] | what is required, and whether a report meets it |
//!
//! Everything here is a pure function of its arguments; nothing opens a file or asks a server.
#![forbid(unsafe_code)]

pub mod change;
pub mod check;
pub mod engine;
pub mod gate;
pub mod loss;
pub mod proof;
pub mod replay;
pub mod report;
pub mod rule;
pub mod version;
