//! A trace goes on over a broker: what a handler does is part of what the sender did.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::trace::{SpanKind, TraceContextExt as _, TracerProvider as _};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};
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

/// Keeps what ended.
#[derive(Clone, Debug, Default)]
struct Ended(Arc<Mutex<Vec<SpanData>>>);

impl SpanProcessor for Ended {
    fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}
    fn on_end(&self, span: SpanData) {
        self.0.lock().expect("a lock").push(span);
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}

impl Ended {
    /// Kind of a span, and its name and type of the operation.
    fn operation(&self, name: &str) -> (SpanKind, [String; 2]) {
        let ended = self.0.lock().expect("a lock");
        let span = ended.iter().find(|s| s.name == name).expect("a span");
        let value = |key: &str| {
            let mut all = span.attributes.iter();
            let found = all.find(|a| a.key.as_str() == key).expect(key);
            found.value.as_str().into_owned()
        };
        let keys = ["messaging.operation.name", "messaging.operation.type"];
        (span.span_kind.clone(), keys.map(value))
    }
}

#[tokio::test]
async fn a_handler_continues_the_trace_of_the_sender() {
    several_subscribers();
    let ended = Ended::default();
    let provider = SdkTracerProvider::builder().with_span_processor(ended.clone());
    let provider = provider.build();
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

    let operation = |name: &str, of: &str| [name, of].map(str::to_owned);
    let published = (SpanKind::Producer, operation("publish", "send"));
    assert_eq!(ended.operation("publish"), published);
    let processed = (SpanKind::Consumer, operation("process", "process"));
    assert_eq!(ended.operation("process"), processed);
}
