//! Dead letters that the broker does not take as they are.

use tg_pubsub::metrics::Counter;
use tg_pubsub::{Consumer, DeadLetters, Error, SendOptions, dead_letter};
use tg_pubsub_memory::{Config, Memory, Operation};

use super::support::*;

const DEAD: &str = "q1/tg/flow/notes.dlq.s";

fn refusals() -> [Error; 3] {
    [
        Error::InvalidOption {
            name: "property".to_owned(),
            message: "has a NUL".to_owned(),
        },
        Error::TooLarge { size: 10, max: 5 },
        Error::Broker {
            backend: "memory".to_owned(),
            message: "no".to_owned(),
            retryable: false,
        },
    ]
}

/// A message of which so many forms of the dead letter are refused, and one after it, which still comes.
async fn reject_with(world: &World, refused: impl IntoIterator<Item = Error>) -> Consumer<Note> {
    let consumer = world.consumer("s").await;
    let producer = world.pubsub.producer::<Note>(TOPIC).open().await;
    let producer = producer.expect("a producer");
    let options = SendOptions::new().property("who", "me").key("k");
    producer
        .send_with(&Note::new("a"), options)
        .await
        .expect("sent");
    producer.send(&Note::new("b")).await.expect("sent");
    for error in refused {
        world.memory.faults().fail_next(Operation::Send, error);
    }
    let received = consumer.receive().await.expect("a message");
    received.reject("bad\0 text").await.expect("given up");
    assert_eq!(take(&consumer, 1).await, ["b"], "the stream goes on");
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
    consumer
}

#[tokio::test(start_paused = true)]
async fn a_letter_that_is_refused_goes_without_what_others_put_into_it() {
    for error in refusals() {
        let world = world();
        reject_with(&world, [error]).await;
        let dead = world.memory.published(&topic(DEAD));
        assert_eq!(dead.len(), 1);
        let told = |name| dead[0].properties.get(name);
        assert!(!dead[0].payload.is_empty());
        assert_eq!((told("who"), dead[0].key.as_deref()), (None, None));
        assert_eq!(told(dead_letter::OMITTED), Some("properties"));
        assert_eq!(told(dead_letter::ERROR), Some("bad text"));
        assert_eq!(told(dead_letter::TOPIC), Some(TOPIC));
        assert_eq!(world.metrics.count(Counter::DeadLettered), 1);
        assert_eq!(world.metrics.count(Counter::DeadLetterFailed), 0);
    }
}

#[tokio::test(start_paused = true)]
async fn then_without_its_bytes() {
    let world = world();
    reject_with(&world, refusals().into_iter().take(2)).await;
    let dead = world.memory.published(&topic(DEAD));
    assert_eq!(dead.len(), 1);
    assert!(dead[0].payload.is_empty());
    let told = dead[0].properties.get(dead_letter::OMITTED);
    assert_eq!(told, Some("properties,payload"));
    assert_eq!(world.metrics.count(Counter::DeadLettered), 1);
}

#[tokio::test(start_paused = true)]
async fn then_the_message_is_rejected_and_counted() {
    let world = world();
    reject_with(&world, refusals()).await;
    assert!(world.memory.published(&topic(DEAD)).is_empty());
    assert_eq!(world.metrics.count(Counter::DeadLetterFailed), 1);
    assert_eq!(world.metrics.count(Counter::Rejected), 1);
    assert_eq!(world.metrics.count(Counter::DeadLettered), 0);
}

fn mqtt(strict: bool) -> World {
    let config = Config::default().profile("mqtt").expect("a broker");
    world_of(Memory::with_config(config), strict)
}

async fn consumer(world: &World) -> Consumer<Note> {
    let consumer = world.pubsub.consumer::<Note>(TOPIC, "s").member("one");
    let consumer = consumer.dead_letters(DeadLetters::Beside);
    let consumer = consumer.open().await.expect("a consumer");
    world.send(&["a"]).await;
    consumer
}

#[tokio::test(start_paused = true)]
async fn letters_that_nobody_gets_are_counted() {
    let world = mqtt(false);
    let consumer = consumer(&world).await;
    let received = consumer.receive().await.expect("a message");
    received.reject("no").await.expect("given up");
    assert_eq!(world.metrics.count(Counter::DeadLetterUnrouted), 1);
    assert_eq!(world.unsettled("s"), 0);
}

#[tokio::test(start_paused = true)]
async fn strictly_a_message_stays_until_somebody_gets_its_letter() {
    let world = mqtt(true);
    let consumer = consumer(&world).await;
    let received = consumer.receive().await.expect("a message");
    let failed = received.reject("no").await.expect_err("nobody gets it");
    assert!(matches!(failed.error, Error::NotFound { .. }), "{failed}");
    let text = failed.to_string();
    assert!(text.contains(DEAD), "{text}");
    assert_eq!(world.unsettled("s"), 1, "it is not lost");
    let dead = world.pubsub.consumer::<tg_pubsub::Raw>(DEAD, "reader");
    let dead = dead.member("one").open().await.expect("a consumer");
    failed.received.reject("no").await.expect("given up");
    dead.receive()
        .await
        .expect("the letter")
        .ack()
        .await
        .expect("settled");
    assert_eq!(world.unsettled("s"), 0);
    assert_eq!(world.metrics.count(Counter::DeadLetterUnrouted), 0);
}

fn like_mqtt() -> Memory {
    Memory::with_config(Config::default().profile("mqtt").expect("a profile"))
}

#[tokio::test(start_paused = true)]
async fn letters_of_which_the_broker_does_not_tell_are_a_downgrade() {
    for qos in ["q0", "q2"] {
        let address = format!("{qos}/tg/flow/notes");
        let world = world_of(like_mqtt(), false);
        let consumer = world
            .pubsub
            .consumer::<Note>(&address, "s")
            .member("one")
            .open()
            .await;
        let consumer = consumer.expect("lowered");
        assert_eq!(world.metrics.count(Counter::ConsumerDowngrades), 1);
        let producer = world.pubsub.producer::<Note>(&address).open().await;
        let producer = producer.expect("a producer");
        producer.send(&Note::new("a")).await.expect("sent");
        let received = consumer.receive().await.expect("a message");
        received.reject("on purpose").await.expect("given up");
        assert_eq!(world.metrics.count(Counter::DeadLetterUntold), 1);

        let strict = world_of(like_mqtt(), true);
        let refused = strict
            .pubsub
            .consumer::<Note>(&address, "s")
            .member("one")
            .open()
            .await;
        let refused = refused.expect_err("strict");
        assert!(matches!(refused, Error::Unsupported { .. }), "{refused}");
        assert!(refused.to_string().contains("DeadLetters::Off"));
        for elsewhere in [DeadLetters::Off, DeadLetters::To(topic(DEAD))] {
            let consumer = strict.pubsub.consumer::<Note>(&address, "s").member("one");
            let consumer = consumer.dead_letters(elsewhere).open().await;
            consumer.expect("a place that tells, or none");
        }
    }
    // Where the broker tells, nothing is lowered.
    let world = world_of(like_mqtt(), true);
    let consumer = world
        .pubsub
        .consumer::<Note>(TOPIC, "s")
        .member("one")
        .open()
        .await;
    consumer.expect("a consumer");
}

#[tokio::test(start_paused = true)]
async fn names_that_become_too_long_are_told_with_what_to_do() {
    let world = world();
    let address = format!("q1/tg/flow/{}", "x".repeat(235));
    let consumer = || world.pubsub.consumer::<Note>(&address, "subscription");
    let error = consumer().open().await.expect_err("too long");
    let text = error.to_string();
    assert!(matches!(error, Error::InvalidOption { .. }), "{text}");
    assert!(text.starts_with("dead letters: "), "{text}");
    assert!(text.contains("xxx.dlq.subscription") && text.contains("DeadLetters::To"));
    for elsewhere in [DeadLetters::Off, DeadLetters::To(topic(DEAD))] {
        let opened = consumer().dead_letters(elsewhere).open().await;
        opened.expect("a consumer");
    }
}

#[tokio::test(start_paused = true)]
async fn the_topic_itself_takes_no_dead_letters() {
    let world = world();
    // One topic at most brokers, whatever its quality of service.
    for to in [TOPIC, "q0/tg/flow/notes"] {
        let consumer = world.pubsub.consumer::<Note>(TOPIC, "s");
        let error = consumer.dead_letters(DeadLetters::To(topic(to))).open();
        let text = error.await.expect_err("a circle").to_string();
        assert!(text.starts_with("dead letters: "), "{text}");
        assert!(text.contains(to), "{text}");
    }
    let other = world.pubsub.consumer::<Note>(TOPIC, "s");
    let other = other.dead_letters(DeadLetters::To(topic("q1/tg/flow/others")));
    assert!(other.open().await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn letters_that_come_back_by_another_topic_end() {
    const OTHER: &str = "q1/tg/flow/others";
    let world = world();
    let of = async |from: &str, to: &str| {
        let consumer = world.pubsub.consumer::<Note>(from, "s");
        let consumer = consumer.dead_letters(DeadLetters::To(topic(to)));
        consumer.open().await.expect("a consumer")
    };
    let (here, there) = (of(TOPIC, OTHER).await, of(OTHER, TOPIC).await);
    world.send(&["a"]).await;
    for n in 1..=32 {
        let consumer = if n % 2 == 1 { &here } else { &there };
        let received = consumer.receive().await.expect("a message");
        received.reject("no").await.expect("given up");
    }
    assert_eq!(world.metrics.count(Counter::DeadLettered), 32);
    let published = world.memory.published(&topic(TOPIC));
    let last = published.last().expect("a letter");
    assert_eq!(last.properties.get(dead_letter::COUNT), Some("32"));
    let received = here.receive().await.expect("the last letter");
    received.reject("no").await.expect("given up");
    assert_eq!(world.metrics.count(Counter::DeadLetterFailed), 1);
    assert_eq!(world.metrics.count(Counter::DeadLettered), 32);
    let both = [topic(TOPIC), topic(OTHER)];
    let published = both.map(|topic| world.memory.published(&topic).len());
    assert_eq!(published, [17, 16]);
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
}
