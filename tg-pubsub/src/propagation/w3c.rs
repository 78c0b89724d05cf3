//! The context of OpenTelemetry in the form of W3C's Trace Context: the properties `traceparent` and `tracestate`.

use opentelemetry::Context;
use opentelemetry::trace::{
    SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
};
use tg_schema::pubsub::Properties;
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::Propagator;

const PARENT: &str = "traceparent";
const STATE: &str = "tracestate";
/// Most bytes of a `tracestate` that is taken over.
const MAX_STATE: usize = 512;

/// Carries the context of `tracing-opentelemetry` in `traceparent` and `tracestate`. What is there and wrong is left
/// alone: the span begins a trace of its own.
///
/// ```
/// use std::sync::Arc;
/// use tg_pubsub::{PubSub, TraceContext};
/// use tg_pubsub_memory::Memory;
///
/// let pubsub = PubSub::builder(Arc::new(Memory::new()))
///     .propagator(Arc::new(TraceContext))
///     .build();
/// # let _ = pubsub;
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct TraceContext;

impl Propagator for TraceContext {
    fn inject(&self, span: &Span, properties: &mut Properties) {
        let context = span.context();
        let context = context.span().span_context().clone();
        if !context.is_valid() {
            return;
        }
        let parent = format!(
            "00-{}-{}-{:02x}",
            context.trace_id(),
            context.span_id(),
            context.trace_flags() & TraceFlags::SAMPLED
        );
        properties.insert(PARENT, parent);
        match context.trace_state().header() {
            state if state.is_empty() => properties.remove(STATE),
            state => properties.insert(STATE, state),
        };
    }

    fn extract(&self, span: &Span, properties: &Properties) {
        let parent = properties.get(PARENT).and_then(parse);
        if let Some((trace, parent, flags)) = parent {
            let state = properties.get(STATE).filter(|s| s.len() <= MAX_STATE);
            let state = state
                .and_then(|s| s.parse::<TraceState>().ok())
                .unwrap_or_default();
            let remote = SpanContext::new(trace, parent, flags, true, state);
            // Fails where no layer of OpenTelemetry is there; then there is no trace to continue.
            let _ = span.set_parent(Context::new().with_remote_span_context(remote));
        }
    }
}

/// `version-trace-parent-flags`. Of versions to come, the first four parts are taken.
fn parse(text: &str) -> Option<(TraceId, SpanId, TraceFlags)> {
    let mut parts = text.trim().splitn(5, '-');
    let (version, trace, parent, flags) =
        (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let more = parts.next().is_some();
    let hex = |s: &str, length| {
        s.len() == length && s.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
    };
    if !hex(version, 2) || version == "ff" || (version == "00" && more) {
        return None;
    }
    if !hex(trace, 32) || !hex(parent, 16) || !hex(flags, 2) {
        return None;
    }
    let trace = TraceId::from_hex(trace)
        .ok()
        .filter(|t| *t != TraceId::INVALID)?;
    let parent = SpanId::from_hex(parent)
        .ok()
        .filter(|s| *s != SpanId::INVALID)?;
    let flags = u8::from_str_radix(flags, 16).ok()?;
    Some((trace, parent, TraceFlags::new(flags) & TraceFlags::SAMPLED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_a_parent() {
        let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
        let parent = "00f067aa0ba902b7";
        for good in [
            format!("00-{trace}-{parent}-01"),
            format!("00-{trace}-{parent}-00"),
            format!("01-{trace}-{parent}-01-more"),
        ] {
            assert!(parse(&good).is_some(), "{good}");
        }
        for bad in [
            String::new(),
            "00".to_owned(),
            format!("ff-{trace}-{parent}-01"),
            format!("00-{trace}-{parent}-01-more"),
            format!("00-{trace}-{parent}"),
            format!("00-{}-{parent}-01", "0".repeat(32)),
            format!("00-{trace}-{}-01", "0".repeat(16)),
            format!("00-{}-{parent}-01", trace.to_uppercase()),
            format!("00-{trace}-{parent}-1"),
            format!("00-{}-{parent}-01", "\u{e9}".repeat(16)),
        ] {
            assert!(parse(&bad).is_none(), "{bad}");
        }
    }
}
