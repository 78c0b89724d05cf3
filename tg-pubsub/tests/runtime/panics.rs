//! Code of others that panics: it costs one message, or is told. Nothing ends without a word.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge, Labels, MetricsSink, Series, Timing};
use tg_pubsub::{Error, Payload, Propagator, Properties, PubSub, Raw};
use tg_schema::Topic;
use tg_schema::pubsub::{
    Answer, BackendConsumer, BackendProducer, Bytes, Capabilities, ConsumerOptions, Format, Health,
    ProducerOptions, PubSubBackend, SchemaInfo, Wire, Writer,
};
use tokio::time::timeout;
use tracing::Span;

use super::support::*;

/// A type whose decoder panics at one message.
#[derive(Debug, PartialEq)]
struct Fragile(Bytes);

impl Payload for Fragile {
    fn schema() -> Result<Option<SchemaInfo>, Error> {
        Ok(None)
    }
    fn name() -> &'static str {
        "fragile"
    }
    fn encode(&self, _: &Wire) -> Result<Bytes, Error> {
        Ok(self.0.clone())
    }
    fn decode(payload: &Bytes, _: Format, _: Option<&Writer>) -> Result<Self, Error> {
        assert!(payload != "bad", "on purpose");
        Ok(Fragile(payload.clone()))
    }
}

const LONG: Duration = Duration::from_secs(60);

async fn send(pubsub: &PubSub, texts: &[&'static str]) {
    let producer = pubsub.producer::<Raw>(TOPIC).open().await;
    let producer = producer.expect("a producer");
    for text in texts {
        let options = Properties::from_iter([("id", "1")]);
        let sent = producer.send_with(&Raw::from(*text), options).await;
        sent.expect("sent");
    }
}

#[tokio::test(start_paused = true)]
async fn a_decoder_that_panics_makes_poison() {
    let world = world();
    let consumer = world.pubsub.consumer::<Fragile>(TOPIC, "s").open().await;
    let consumer = consumer.expect("a consumer");
    let service = consumer.service().concurrency(2).run(|_| async { Ok(()) });
    let service = service.expect("a service");
    send(&world.pubsub, &["bad", "bad", "bad", "good"]).await;
    until("the good one is done", || {
        world.metrics.count(Counter::Succeeded) == 1
    })
    .await;
    until("the bad ones are dead letters", || {
        world.metrics.count(Counter::DeadLettered) == 3
    })
    .await;
    assert_eq!(world.metrics.count(Counter::Poisoned), 3);
    let dead = topic(&format!("{TOPIC}.dlq.s"));
    let letters = world.memory.published(&dead);
    let reason = letters[0].properties.get("tg-dlq-error");
    let reason = reason.expect("a reason");
    assert!(
        reason.contains("the decoder panicked: on purpose"),
        "{reason}"
    );
    assert!(service.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_waiter_is_told_of_a_decoder_that_panics_and_others_flow() {
    let world = world();
    let subscriber = world.pubsub.subscriber::<Fragile>(TOPIC, "s").open().await;
    let subscriber = subscriber.expect("a subscriber");
    let (one, all) = (subscriber.wait_for("1"), subscriber.wait_for_all());
    let (one, all) = (one.expect("a waiter"), all.expect("a waiter"));
    send(&world.pubsub, &["bad", "good"]).await;
    for waiter in [&one, &all] {
        let told = waiter.recv_timeout(LONG).await.expect_err("no message");
        assert!(told.to_string().contains("decoder panicked"), "{told}");
        let good = waiter.recv_timeout(LONG).await.expect("a message");
        assert_eq!(good.value(), &Fragile("good".into()));
    }
}

/// Panics at a message that says so.
struct Broken;

impl Propagator for Broken {
    fn inject(&self, _: &Span, _: &mut Properties) {
        panic!("on purpose");
    }
    fn extract(&self, _: &Span, properties: &Properties) {
        assert!(properties.get("id").is_none(), "on purpose");
    }
}

#[tokio::test(start_paused = true)]
async fn a_propagator_that_panics_costs_no_message() {
    let world = world();
    let pubsub = PubSub::builder(world.memory.clone())
        .metrics(world.metrics.clone())
        .propagator(Arc::new(Broken))
        .build();
    let consumer = pubsub.consumer::<Raw>(TOPIC, "s").open().await;
    let service = consumer.expect("a consumer").run(|_| async { Ok(()) });
    let service = service.expect("a service");
    let publisher = pubsub.publisher::<Raw>(TOPIC).open().await;
    let publisher = publisher.expect("a publisher");
    publisher.publish(&Raw::from("a")).await.expect("accepted");
    publisher.flush().await.expect("sent");
    send(&world.pubsub, &["b", "c"]).await;
    until("all are done", || {
        world.metrics.count(Counter::Succeeded) == 3
    })
    .await;
    assert!(service.drain(SECOND).await.is_clean());
}

/// Panics when something is counted.
struct Fuse;

impl MetricsSink for Fuse {
    fn series(&self, _: &Labels) -> Arc<dyn Series> {
        Arc::new(Fuse)
    }
}
impl Series for Fuse {
    fn count(&self, counter: Counter, _: u64) {
        assert!(
            !matches!(counter, Counter::Received | Counter::Succeeded),
            "on purpose"
        );
    }
    fn add(&self, _: Gauge, _: i64) {}
    fn observe(&self, _: Timing, _: Duration) {}
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_panics_ends_a_service_and_a_subscriber_with_a_word() {
    for by_key in [false, true] {
        let world = world();
        let pubsub = PubSub::builder(world.memory.clone());
        let pubsub = pubsub.metrics(Arc::new(Fuse)).build();
        let consumer = pubsub.consumer::<Raw>(TOPIC, "s").open().await;
        let consumer = consumer.expect("a consumer");
        let service = consumer.service().concurrency(2);
        let service = match by_key {
            true => service.by_key(),
            false => service,
        };
        let mut service = service.run(|_| async { Ok(()) }).expect("a service");
        let subscriber = pubsub.subscriber::<Raw>(TOPIC, "waiters").open().await;
        let subscriber = subscriber.expect("a subscriber");
        let waiter = subscriber.wait_for("1").expect("a waiter");
        send(&world.pubsub, &["a"]).await;
        let ended = timeout(LONG, service.ended()).await.expect("in time");
        ended.expect_err("it is told");
        let told = waiter.recv_timeout(LONG).await.expect_err("nothing came");
        assert!(matches!(told, Error::Closed { .. }), "{told}");
    }
}

/// Panics when it is dropped.
struct Late;

impl Drop for Late {
    fn drop(&mut self) {
        panic!("on purpose");
    }
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_when_it_is_cut_off_fails_at_one_message() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.service().handler_timeout(SECOND);
    let service = service.run(|note| async move {
        match note.value().text.as_str() {
            "slow" => {
                let _late = Late;
                std::future::pending().await
            }
            "payload" => std::panic::panic_any(Late),
            _ => Ok(()),
        }
    });
    let service = service.expect("a service");
    world.send(&["slow", "payload", "good"]).await;
    until("the good one is done", || {
        world.metrics.count(Counter::Succeeded) == 1
    })
    .await;
    until("the bad ones are dead letters", || {
        world.metrics.count(Counter::DeadLettered) == 2
    })
    .await;
    assert!(service.drain(SECOND).await.is_clean());
}

/// A backend of others that panics, or does not come back, when it is asked how it is or to close.
#[derive(Debug)]
struct Careless {
    panics: bool,
}

impl Careless {
    fn careless<T: Send + 'static>(&self) -> Answer<'_, Result<T, Error>> {
        assert!(!self.panics, "on purpose");
        Answer::later(std::future::pending())
    }
}

impl PubSubBackend for Careless {
    fn name(&self) -> &str {
        "careless"
    }
    fn capabilities(&self, _: &Topic) -> Capabilities {
        Capabilities::all(Format::Json)
    }
    fn create_producer<'a>(
        &'a self,
        _: &'a Topic,
        _: Option<SchemaInfo>,
        _: ProducerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendProducer>, Error>> {
        self.careless()
    }
    fn create_consumer<'a>(
        &'a self,
        _: &'a Topic,
        _: &'a str,
        _: Option<SchemaInfo>,
        _: ConsumerOptions,
    ) -> Answer<'a, Result<Box<dyn BackendConsumer>, Error>> {
        self.careless()
    }
    fn health(&self) -> Answer<'_, Result<Health, Error>> {
        self.careless()
    }
    fn close(&self, _: Duration) -> Answer<'_, Result<(), Error>> {
        self.careless()
    }
}

#[tokio::test(start_paused = true)]
async fn a_backend_that_panics_or_hangs_is_told_and_left_alone() {
    for (panics, health, close) in [
        (
            true,
            "the backend panicked: on purpose",
            "the backend panicked: on purpose",
        ),
        (false, "no answer within 10s", "close: nothing within 1s"),
    ] {
        let pubsub = PubSub::new(Arc::new(Careless { panics }));
        let report = timeout(LONG, pubsub.health()).await.expect("in time");
        assert_eq!(report.broker, Err(health.to_owned()));
        let closed = timeout(LONG, pubsub.close(SECOND)).await.expect("in time");
        let told = closed.expect_err("not closed").to_string();
        assert!(told.contains(close), "{told}");
    }
}
