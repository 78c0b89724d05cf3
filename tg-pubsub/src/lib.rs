//! Typed publish and subscribe over any broker that configuration names.

pub mod config;

#[cfg(feature = "clap")]
pub use config::PubSubArgs;
pub use config::PubSubConfig;
