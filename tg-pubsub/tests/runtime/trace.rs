//! A trace goes on over a broker: what a handler does is part of what the sender did.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::trace::{TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tg_pubsub::{PubSub, TraceContext};
use tg_pubsub_memory::Memory;
use tracing::Instrument as _;
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::layer::SubscriberExt as _;

use super::support::{Note, several_subscribers};

/// Trace and span of where we are, as hexadecimal.
fn here() -> (String, String) {
    let context = tracing::Span::current().context();
    let span = context.span().span_context().clone();
    (span.trace_id().to_string(), span.span_id().to_string())
}

#[tokio::test]
async fn a_handler_continues_the_trace_of_the_sender() {
    several_subscribers();
    let provider = SdkTracerProvider::builder().build();
    let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
    let _default = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let memory = Arc::new(Memory::new());
    let pubsub = PubSub::builder(memory.clone())
        .propagator(Arc::new(TraceContext))
        .build();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let handled = seen.clone();
    let consumer = pubsub.consumer::<Note>("q1/tg/flow/traced", "s");
    let consumer = consumer.open().await.expect("a consumer");
    let service = consumer
        .service()
        .run(move |_: tg_pubsub::Incoming<Note>| {
            let handled = handled.clone();
            async move {
                handled.lock().expect("a lock").push(here());
                Ok(())
            }
        })
        .expect("a service");
    let producer = pubsub
        .producer::<Note>("q1/tg/flow/traced")
        .open()
        .await
        .expect("a producer");
    let span = tracing::info_span!("outside");
    let sent = async {
        producer.send(&Note::new("a")).await.expect("sent");
        here()
    }
    .instrument(span)
    .await;
    while seen.lock().expect("a lock").is_empty() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let handled = seen.lock().expect("a lock").clone();
    assert_eq!(handled[0].0, sent.0, "another trace");
    assert_ne!(handled[0].1, sent.1, "the same span");

    let topic = "q1/tg/flow/traced".parse().expect("a topic");
    let published = memory.published(&topic);
    let parent = published[0]
        .properties
        .get("traceparent")
        .expect("a parent");
    assert!(parent.starts_with(&format!("00-{}-", sent.0)), "{parent}");
    assert!(service.drain(Duration::from_secs(60)).await.is_clean());
}
