//! What is asked against what can be done.

use std::sync::{Arc, Mutex};

use tg_pubsub::metrics::Counter;
use tg_pubsub::{ConsumerType, DeadLetters, Error, InitialPosition, PubSub};
use tg_pubsub_memory::{Config, Memory};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Level, Metadata, Subscriber};

use super::support::*;

/// A world whose broker behaves like MQTT: no history, no failover.
fn mqtt(strict: bool) -> World {
    let config = Config::default().profile("mqtt").expect("a broker");
    world_of(Memory::with_config(config), strict)
}

/// Keeps the texts of warnings.
#[derive(Clone, Default)]
struct Warnings(Arc<Mutex<Vec<String>>>);

struct Text(String);

impl Visit for Text {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        self.0 += &format!("{}={value:?} ", field.name());
    }
}

impl Subscriber for Warnings {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        *metadata.level() <= Level::WARN
    }
    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, event: &Event<'_>) {
        let mut text = Text(String::new());
        event.record(&mut text);
        self.0.lock().expect("a lock").push(text.0);
    }
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}

#[tokio::test(start_paused = true)]
async fn a_downgrade_is_warned_of_once_and_counted_each_time() {
    let warnings = Warnings::default();
    let _guard = tracing::subscriber::set_default(warnings.clone());
    let world = mqtt(false);
    for subscription in ["a", "b", "c"] {
        let consumer = world.pubsub.consumer::<Note>(TOPIC, subscription);
        consumer
            .member("one")
            .position(InitialPosition::Earliest)
            .open()
            .await
            .expect("lowered");
    }
    let other = world.pubsub.consumer::<Note>("q1/tg/flow/other", "a");
    other
        .member("one")
        .position(InitialPosition::Earliest)
        .open()
        .await
        .expect("lowered");
    assert_eq!(world.metrics.count(Counter::ConsumerDowngrades), 4);
    let warnings = warnings.0.lock().expect("a lock").clone();
    let told: Vec<_> = warnings
        .iter()
        .filter(|w| w.contains("less than was asked"))
        .collect();
    assert_eq!(told.len(), 2, "{warnings:?}");
    assert!(told[0].contains("q1/tg/flow/notes") && told[1].contains("q1/tg/flow/other"));
}

#[tokio::test(start_paused = true)]
async fn where_strict_a_downgrade_is_an_error() {
    let world = mqtt(true);
    let consumer = world
        .pubsub
        .consumer::<Note>(TOPIC, "s")
        .position(InitialPosition::Earliest);
    let error = consumer.open().await.expect_err("lowered");
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    assert!(
        error.to_string().contains("start at the earliest message"),
        "{error}"
    );
    // Over MQTT, a consumer that has no name of its own leaves when it ends in order.
    let unnamed = world.pubsub.consumer::<Note>(TOPIC, "s").open().await;
    let error = unnamed.expect_err("lowered").to_string();
    assert!(error.contains("--instance-id"), "{error}");
    world
        .pubsub
        .consumer::<Note>(TOPIC, "s")
        .member("one")
        .open()
        .await
        .expect("nothing is lowered here");
    assert_eq!(world.metrics.count(Counter::ConsumerDowngrades), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_not_there_at_all_is_refused() {
    let world = mqtt(false);
    let consumer = world
        .pubsub
        .consumer::<Note>(TOPIC, "s")
        .consumer_type(ConsumerType::Failover);
    let error = consumer.open().await.expect_err("not there");
    assert!(error.to_string().contains("failover consumers"), "{error}");
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .ensure_topic()
        .open()
        .await;
    let error = producer.expect_err("MQTT has no topics to make");
    assert!(matches!(error, Error::Unsupported { .. }), "{error}");
}

/// Shared consumers of a subscription each get some messages of a key: only key-shared ones, and one alone, keep their
/// order together.
#[tokio::test(start_paused = true)]
async fn order_by_key_among_shared_consumers_is_a_downgrade() {
    for (profile, consumer_type, lowered) in [
        ("mqtt", ConsumerType::Shared, true),
        ("mqtt", ConsumerType::Exclusive, false),
        ("memory", ConsumerType::Shared, true),
        ("memory", ConsumerType::KeyShared, false),
        ("memory", ConsumerType::Failover, false),
        // Kafka does it, and memory does not, also where it behaves like Kafka.
        ("kafka", ConsumerType::Shared, true),
    ] {
        let open = async |strict: bool| {
            let config = Config::default().profile(profile).expect("a profile");
            let world = world_of(Memory::with_config(config), strict);
            // Nothing else is lowered here.
            let consumer = world
                .pubsub
                .consumer::<Note>("q1/tg/flow/keys", "s")
                .consumer_type(consumer_type)
                .member("one")
                .dead_letters(DeadLetters::Off)
                .open()
                .await;
            (world, consumer)
        };
        let at = format!("{profile} {consumer_type}");
        let (world, consumer) = open(false).await;
        let consumer = consumer.expect("a consumer");
        let counted = || world.metrics.count(Counter::ConsumerDowngrades);
        let before = counted();
        let service = consumer.service().by_key().run(|_| async { Ok(()) });
        let _service = service.expect("it runs");
        assert_eq!(counted() - before, u64::from(lowered), "{at}");

        let (_world, consumer) = open(true).await;
        // Where an exclusive consumer is itself a downgrade, there is none.
        let Ok(consumer) = consumer else { continue };
        let refused = consumer.service().by_key().run(|_| async { Ok(()) }).err();
        let refused = refused.map(|error| error.to_string());
        assert_eq!(refused.is_some(), lowered, "{at}: {refused:?}");
        if let Some(refused) = refused {
            assert!(
                refused
                    .contains("order by key among several shared consumers; what happens instead"),
                "{refused}"
            );
        }
        // What does not ask for the order is not refused.
        let service = consumer.service().run(|_| async { Ok(()) });
        let _service = service.expect("it runs");
    }
}

#[tokio::test(start_paused = true)]
async fn options_belong_to_backends_that_are_known() {
    let world = world();
    let open = |name: &'static str| world.pubsub.producer::<Note>(TOPIC).option(name, 1).open();
    for wrong in ["pulsar.x", "x", ".x", "memory-x"] {
        let error = open(wrong).await.expect_err(wrong);
        assert!(
            matches!(error, Error::InvalidOption { .. }),
            "{wrong}: {error}"
        );
        assert!(error.to_string().contains("memory"), "{error}");
    }
    let pubsub = PubSub::builder(world.memory.clone())
        .option_prefixes(["redis", "mqtt"])
        .build();
    let producer = pubsub
        .producer::<Note>(TOPIC)
        .option("redis.x", 1)
        .open()
        .await;
    producer.expect("it is for another backend");
    let error = pubsub
        .consumer::<Note>(TOPIC, "s")
        .option("kafka.x", 1)
        .open()
        .await;
    let error = error.expect_err("nobody knows kafka here");
    assert_eq!(
        error.to_string(),
        "kafka.x: an option begins with the name of its backend and a dot; backends are: memory, mqtt, redis"
    );
    let unknown = pubsub
        .producer::<Note>(TOPIC)
        .option("memory.nothing", 1)
        .open()
        .await;
    assert!(
        matches!(unknown, Err(Error::InvalidOption { .. })),
        "{unknown:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn wrong_names_are_refused_before_anything_is_opened() {
    let world = world();
    let producer = world.pubsub.producer::<Note>("q9/tg/flow/x").open().await;
    assert!(
        matches!(producer, Err(Error::InvalidTopic(_))),
        "{producer:?}"
    );
    let consumer = world.pubsub.consumer::<Note>("tg/flow/x", "s").open().await;
    assert!(
        matches!(consumer, Err(Error::InvalidTopic(_))),
        "{consumer:?}"
    );
    let subscription = world.pubsub.consumer::<Note>(TOPIC, "a b").open().await;
    assert!(
        matches!(subscription, Err(Error::InvalidOption { .. })),
        "{subscription:?}"
    );
    let built = tg_schema::topic("x").namespace("a/b").build();
    let built = world.pubsub.producer::<Note>(built).open().await;
    assert!(matches!(built, Err(Error::InvalidTopic(_))), "{built:?}");
    assert!(world.memory.topics().is_empty());
}

#[tokio::test(start_paused = true)]
async fn labels_do_not_grow_with_topics() {
    let world = world();
    for n in 0..20 {
        let name = format!("q1/tg/flow/made-for-one-request-{n}");
        world
            .pubsub
            .producer::<Note>(&name)
            .open()
            .await
            .expect("a producer");
        world
            .pubsub
            .consumer::<Note>(&name, "worker")
            .open()
            .await
            .expect("a consumer");
        let requester = world.pubsub.requester::<Note, Note>(&name, &name);
        requester.open().await.expect("a requester");
    }
    let mut labels = world.metrics.labels();
    labels.sort();
    labels.dedup();
    let told: Vec<_> = labels
        .iter()
        .map(|l| (l.role.as_str(), l.name.as_str()))
        .collect();
    let expected = [
        ("consumer", "worker"),
        ("producer", "Note"),
        ("producer", "Note-requester"),
        ("subscriber", "Note-requester"),
        ("requester", "Note-requester"),
    ];
    assert_eq!(told, expected);
    assert!(
        labels
            .iter()
            .all(|l| l.processor == "tests" && l.backend == "memory")
    );
}
