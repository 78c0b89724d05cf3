//! Definition files to the model, and the model to everything that follows from it.
//!
//! | module | turns what into what |
//! |---|---|
//! | [`load`] | files and folders into texts, and those (definitions, annotated Rust, Avro schemas) into the model |
//! | [`definition`] | TOML and JSON definitions into the model |
//! | [`mod@format`] | a definition file into its canonical form |
//! | [`config`] | `tg-schema.toml` into what is generated from what |
//! | [`migration`] | the model into the table of what a migration did |
//! | [`target`] | the model into rendered files, in memory |
//! | [`output`] | rendered files onto the disk: only what changed, with a manifest |
//! | [`build`] | all of that from a build script |
#![forbid(unsafe_code)]

pub mod build;
pub mod config;
pub mod definition;
mod docs;
pub mod edit;
pub mod format;
pub mod load;
pub mod migration;
pub mod output;
pub mod python;
pub mod target;

pub use build::{Build, BuildError};
pub use config::Config;
pub use load::{LoadError, Loaded};
pub use target::Target;
