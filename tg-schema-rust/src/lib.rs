//! Rust source to and from the model: the one place that knows Rust's syntax.
//!
//! | module | turns what into what |
//! |---|---|
//! | [`item`] | the stage in the middle: one struct or enum, its names as they are written |
//! | [`read`] | annotated Rust into items |
//! | [`lower`] | items into the model, names resolved |
//! | [`mod@write`] | items, or the model, into Rust text |
//! | [`edit`] | changes of the model into changes of annotated Rust |
#![forbid(unsafe_code)]

pub mod edit;
pub mod item;
pub mod lower;
pub mod read;
pub mod write;
