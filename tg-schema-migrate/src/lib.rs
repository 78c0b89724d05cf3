//! Python Records to definitions, and an audit of what else ties the code to Pulsar.
#![forbid(unsafe_code)]

pub mod definition;
pub mod interpret;
mod migration;
pub mod output;
mod progress;
pub mod python;
pub mod record;
pub mod rule;
pub mod source;
mod topic;

pub use definition::ClassReport;
pub use migration::{Look, Migration, Options, migrate, migrate_with};
pub use progress::Progress;
