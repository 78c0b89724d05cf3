//! What crosses the crates. One module a question.

mod case_study;
mod definitions;
mod dynamic;
mod equality;
mod golden;
mod hostile;
mod inputs;
mod peek;
mod presence;
mod rustfmt;
mod serde_formats;
mod source_change;
mod typed_resolution;
