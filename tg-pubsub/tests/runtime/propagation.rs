//! The context of a trace beside a message.

use std::sync::{Arc, Mutex};

use tg_pubsub::metrics::Counter;
use tg_pubsub::{Propagator, Properties, PubSub};
use tracing::Span;

use super::support::*;

/// Writes a fixed context and notes what it reads.
#[derive(Default)]
struct Fixed(Mutex<Vec<Option<String>>>);

impl Propagator for Fixed {
    fn inject(&self, _: &Span, properties: &mut Properties) {
        properties.insert("traceparent", "00-1-2-01");
    }
    fn extract(&self, _: &Span, properties: &Properties) {
        let context = properties.get("traceparent").map(str::to_owned);
        self.0.lock().expect("a lock").push(context);
    }
}

#[tokio::test(start_paused = true)]
async fn it_goes_out_with_a_message_and_comes_in_with_it() {
    let world = world();
    let fixed = Arc::new(Fixed::default());
    let pubsub = PubSub::builder(world.memory.clone())
        .metrics(world.metrics.clone())
        .propagator(fixed.clone())
        .build();
    let consumer = pubsub
        .consumer::<Note>(TOPIC, "s")
        .open()
        .await
        .expect("a consumer");
    let service = consumer.run(|_| async { Ok(()) }).expect("a service");
    let publisher = pubsub
        .publisher::<Note>(TOPIC)
        .open()
        .await
        .expect("a publisher");
    publisher.publish(&Note::new("a")).await.expect("accepted");
    publisher.flush().await.expect("sent");
    world.send(&["without"]).await;
    until("both are done", || {
        world.metrics.count(Counter::Succeeded) == 2
    })
    .await;
    let sent = world.memory.published(&topic(TOPIC));
    assert_eq!(sent[0].properties.get("traceparent"), Some("00-1-2-01"));
    let read = fixed.0.lock().expect("a lock").clone();
    assert_eq!(read, [Some("00-1-2-01".to_owned()), None]);
    assert!(service.drain(SECOND).await.is_clean());
}
