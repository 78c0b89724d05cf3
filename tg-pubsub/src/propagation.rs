//! The context of a trace, into properties and out of them.

#[cfg(feature = "opentelemetry")]
mod w3c;

use tg_schema::pubsub::Properties;
use tracing::Span;

#[cfg(feature = "opentelemetry")]
pub use w3c::TraceContext;

/// Carries the context of a trace in the properties of a message.
pub trait Propagator: Send + Sync {
    /// Writes the context of `span`, in which a message is being sent, into its properties.
    fn inject(&self, span: &Span, properties: &mut Properties);
    /// Makes the context in the properties of a message the parent, or a link, of `span`, in which it is processed.
    fn extract(&self, span: &Span, properties: &Properties);
}
