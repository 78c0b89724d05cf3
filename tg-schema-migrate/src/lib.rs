//! Python Records to definitions, and an audit of what else ties the code to Pulsar.
#![forbid(unsafe_code)]

pub mod apply;
pub mod audit;
pub mod callers;
pub mod definition;
pub mod interpret;
mod migration;
pub mod output;
pub mod patch;
mod progress;
pub mod python;
pub mod record;
pub mod registered;
mod room;
pub mod rule;
pub mod source;
mod survey;
mod topic;

pub use definition::ClassReport;
pub use migration::{Look, Migration, Options, migrate, migrate_given, migrate_with};
pub use progress::Progress;
pub use survey::{Survey, Surveyed};
