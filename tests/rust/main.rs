//! What crosses the crates. One module a question.

mod case_study;
mod changes;
mod definitions;
mod dynamic;
mod equality;
mod golden;
mod hostile;
mod inputs;
mod migration;
mod peek;
mod presence;
mod rustfmt;
mod same_names;
mod serde_formats;
mod source_change;
mod typed_resolution;
