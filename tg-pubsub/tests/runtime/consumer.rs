//! Receiving and settling, one by one.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge};
use tg_pubsub::{DeadLetters, Error, Outcome, SendOptions, dead_letter};
use tg_pubsub_memory::{Config, Memory, Operation};
use tokio::time::{Instant, timeout};

use super::support::*;

fn access_refused() -> Error {
    Error::Auth {
        backend: "memory".to_owned(),
        message: "not on this topic".to_owned(),
    }
}

fn refused(text: &str) -> Error {
    Error::Broker {
        backend: "memory".to_owned(),
        message: text.to_owned(),
        retryable: false,
    }
}

#[tokio::test(start_paused = true)]
async fn receive_times_out_after_two_seconds() {
    let world = world();
    let consumer = world.consumer("s").await;
    let start = Instant::now();
    let error = consumer.receive().await.expect_err("nothing is there");
    assert!(
        matches!(
            error,
            Error::Timeout {
                operation: "receive",
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(start.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn receives_that_are_cancelled_lose_nothing() {
    let world = world();
    let consumer = world.consumer("s").await;
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    let mut seen = HashSet::new();
    for n in 0..10_000 {
        let receive = consumer.receive_any();
        let sending = async {
            tokio::time::sleep(Duration::from_micros(n % 2)).await;
            producer.send(&Note::new(n.to_string())).await
        };
        // Dropped while it waits, at one point or another, about when a message comes.
        let (received, sent) =
            tokio::join!(timeout(Duration::from_micros(n % 3), receive), sending);
        sent.expect("sent");
        if let Ok(Ok(Outcome::Message(received))) = received {
            seen.insert(received.value().text.clone());
            received.ack().await.expect("acknowledged");
        }
    }
    assert!(seen.len() < 10_000, "none was cancelled");
    while let Ok(received) = consumer.receive().await {
        assert_eq!(received.attempt(), 1, "a cancelled call had it");
        seen.insert(received.value().text.clone());
        received.ack().await.expect("acknowledged");
    }
    assert_eq!(seen.len(), 10_000);
}

#[tokio::test(start_paused = true)]
async fn poison_goes_to_the_dead_letters_and_the_stream_goes_on() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["a"]).await;
    world.send_raw(b"\xff{no note").await;
    world.send(&["b"]).await;
    assert_eq!(take(&consumer, 2).await, ["a", "b"]);
    let dead = world.memory.published(&topic("q1/tg/flow/notes.dlq.s"));
    assert_eq!(dead.len(), 1);
    assert_eq!(&dead[0].payload[..], b"\xff{no note");
    let told = |name| dead[0].properties.get(name).unwrap_or_default();
    assert_eq!(told(dead_letter::TOPIC), TOPIC);
    assert_eq!(told(dead_letter::SUBSCRIPTION), "s");
    assert_eq!(told(dead_letter::ATTEMPT), "1");
    assert_eq!(told(dead_letter::FORMAT), "JSON");
    assert!(
        told(dead_letter::ERROR).starts_with("not decoded: "),
        "{}",
        told(dead_letter::ERROR)
    );
    assert_eq!(world.metrics.count(Counter::Poisoned), 1);
    assert_eq!(world.metrics.count(Counter::DeadLettered), 1);
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
}

#[tokio::test(start_paused = true)]
async fn poison_is_handed_out_where_it_is_asked_for() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send_raw(b"[1").await;
    let Outcome::Poison(poison) = consumer.receive_any().await.expect("poison") else {
        panic!("that is no note");
    };
    assert_eq!(&poison.payload()[..], b"[1");
    assert!(
        matches!(poison.error(), Error::Codec(_)),
        "{}",
        poison.error()
    );
    poison.into_unsettled().ack().await.expect("acknowledged");
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
    assert!(
        world
            .memory
            .published(&topic("q1/tg/flow/notes.dlq.s"))
            .is_empty()
    );
}

#[tokio::test(start_paused = true)]
async fn poison_stays_where_dead_letters_cannot_be_written() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send_raw(b"[1").await;
    world
        .memory
        .faults()
        .fail_next(Operation::Send, access_refused());
    let nothing = consumer.receive().await.expect_err("poison only");
    assert!(matches!(nothing, Error::Timeout { .. }), "{nothing}");
    assert_eq!(
        world.pending("s") + world.unsettled("s"),
        1,
        "it is not lost"
    );
    let after = consumer.receive_timeout(Duration::from_secs(61)).await;
    after.expect_err("poison again, and this time it goes");
    assert_eq!(
        world
            .memory
            .published(&topic("q1/tg/flow/notes.dlq.s"))
            .len(),
        1
    );
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
}

#[tokio::test(start_paused = true)]
async fn rejected_messages_keep_their_properties_and_key() {
    let world = world();
    let consumer = world.consumer("s").await;
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    let options = SendOptions::new().property("who", "me").key("k");
    producer
        .send_with(&Note::new("a"), options)
        .await
        .expect("sent");
    let received = consumer.receive().await.expect("a message");
    assert_eq!(
        (received.key(), received.properties().get("who")),
        (Some("k"), Some("me"))
    );
    let reason = format!("too bad: {}", "ä".repeat(1000));
    received.reject(&reason).await.expect("given up");
    let dead = world
        .memory
        .published(consumer.dead_letter_topic().expect("a topic"));
    assert_eq!(dead[0].properties.get("who"), Some("me"));
    assert_eq!(dead[0].key.as_deref(), Some("k"));
    let told = dead[0]
        .properties
        .get(dead_letter::ERROR)
        .expect("a reason");
    assert!(reason.starts_with(told) && told.len() <= 1000 && told.len() > 990);
}

#[tokio::test(start_paused = true)]
async fn without_dead_letters_the_broker_is_told() {
    let world = world();
    let consumer = world
        .pubsub
        .consumer::<Note>(TOPIC, "s")
        .dead_letters(DeadLetters::Off);
    let consumer = consumer.open().await.expect("a consumer");
    assert_eq!(consumer.dead_letter_topic(), None);
    world.send(&["a"]).await;
    let received = consumer.receive().await.expect("a message");
    received.reject("no").await.expect("rejected");
    assert_eq!(world.metrics.count(Counter::Rejected), 1);
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
}

#[tokio::test(start_paused = true)]
async fn dead_letters_may_go_elsewhere() {
    let world = world();
    let elsewhere = topic("q1/tg/dead/all");
    let consumer = world.pubsub.consumer::<Note>(TOPIC, "s");
    let consumer = consumer.dead_letters(DeadLetters::To(elsewhere.clone()));
    let consumer = consumer.open().await.expect("a consumer");
    world.send(&["a"]).await;
    let received = consumer.receive().await.expect("a message");
    received.reject("no").await.expect("given up");
    assert_eq!(world.memory.published(&elsewhere).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_settlement_after_the_link_was_lost_is_counted_and_no_error() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["a"]).await;
    let held = consumer.receive().await.expect("a message");
    world.memory.faults().disconnect();
    held.ack().await.expect("no error");
    assert_eq!(world.metrics.count(Counter::LostAcks), 1);
    let again = consumer.receive().await.expect("the message again");
    assert_eq!(again.value().text, "a");
    again.ack().await.expect("acknowledged");
    assert_eq!(world.metrics.count(Counter::LostAcks), 1);
}

#[tokio::test(start_paused = true)]
async fn a_settlement_that_fails_gives_the_message_back() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["a"]).await;
    let received = consumer.receive().await.expect("a message");
    world
        .memory
        .faults()
        .fail_next(Operation::Ack, refused("busy"));
    let failed = received.ack().await.expect_err("refused");
    assert!(failed.to_string().ends_with("memory: busy"), "{failed}");
    assert_eq!(failed.received.value().text, "a");
    failed.received.ack().await.expect("the second time");
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_dropped_comes_again_and_is_counted() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["a"]).await;
    drop(consumer.receive().await.expect("a message"));
    assert_eq!(world.metrics.count(Counter::Unsettled), 1);
    assert_eq!(world.metrics.level(Gauge::ConsumerInFlight), 0);
    assert_eq!(take(&consumer, 1).await, ["a"]);
}

#[tokio::test(start_paused = true)]
async fn attempts_are_counted_here_where_the_broker_does_not() {
    let config = Config::default().profile("mqtt").expect("a broker");
    let memory = Memory::with_config(config);
    let capabilities = tg_schema::pubsub::PubSubBackend::capabilities(&memory, &topic(TOPIC));
    let world = world_of(memory, false);
    let consumer = world
        .pubsub
        .consumer::<Note>(TOPIC, "s")
        .open()
        .await
        .expect("a consumer");
    world.send(&["a"]).await;
    for attempt in 1..=5 {
        let received = consumer.receive_timeout(Duration::from_secs(20)).await;
        let received = received.expect("a message");
        assert_eq!(received.attempt(), attempt, "{capabilities:?}");
        received.nack().await.expect("settled");
    }
    assert_eq!(world.metrics.count(Counter::DeadLettered), 1);
}

#[tokio::test(start_paused = true)]
async fn many_receive_at_once_and_close_wakes_all_of_them() {
    let world = world();
    let consumer = world.consumer("s").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let consumer = consumer.clone();
        tasks.spawn(async move {
            let mut taken = 0;
            loop {
                match consumer.receive_timeout(Duration::from_secs(600)).await {
                    Ok(received) => {
                        received.ack().await.expect("acknowledged");
                        taken += 1;
                    }
                    Err(Error::Closed { .. }) => return taken,
                    Err(error) => panic!("{error}"),
                }
            }
        });
    }
    world.send(&["x"; 500]).await;
    until("all are taken", || {
        world.pending("s") + world.unsettled("s") == 0
    })
    .await;
    consumer.close(SECOND).await.expect("closed");
    let taken: usize = tasks.join_all().await.into_iter().sum();
    assert_eq!(taken, 500);
    let counts = world.memory.counts();
    assert_eq!(counts.consumers, 0);
}

#[tokio::test(start_paused = true)]
async fn extend_asks_for_more_time() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["a"]).await;
    let mut received = consumer.receive().await.expect("a message");
    received.extend(SECOND).await.expect("as long as you like");
    world.memory.faults().disconnect();
    let lost = received.extend(SECOND).await.expect_err("the link is gone");
    assert!(matches!(lost, Error::Lost), "{lost}");
}

#[tokio::test(start_paused = true)]
async fn the_settlement_can_be_parted_from_the_message() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["a"]).await;
    let received = consumer.receive().await.expect("a message");
    let (incoming, unsettled) = received.into_parts();
    let note: Note = incoming.into_value();
    assert_eq!(note.text, "a");
    let task = tokio::spawn(unsettled.ack());
    task.await.expect("no panic").expect("acknowledged");
    assert_eq!(Arc::strong_count(&world.metrics), 2);
    assert_eq!(world.unsettled("s"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_comes_without_end_is_given_up_unseen() {
    let world = world();
    let retry = retry().max_deliveries(3);
    let consumer = world.pubsub.consumer::<Note>(TOPIC, "s").retry(retry);
    let consumer = consumer.open().await.expect("a consumer");
    world.send(&["a"]).await;
    for attempt in 1..=3 {
        // As if the process had ended.
        let received = consumer.receive().await.expect("a message");
        assert_eq!(
            (received.value().text.as_str(), received.attempt()),
            ("a", attempt)
        );
        drop(received);
    }
    world.send(&["b"]).await;
    assert_eq!(take(&consumer, 1).await, ["b"]);
    let dead = world.memory.published(&topic("q1/tg/flow/notes.dlq.s"));
    assert_eq!(dead.len(), 1);
    let told = dead[0].properties.get(dead_letter::ERROR);
    assert_eq!(told, Some("delivered 4 times and never settled"));
}

#[tokio::test(start_paused = true)]
async fn no_time_is_too_long() {
    let world = world();
    let producer = world.pubsub.producer::<Note>(TOPIC);
    let producer = producer
        .send_timeout(Duration::MAX)
        .connect_timeout(Duration::MAX);
    let producer = producer.open().await.expect("a producer");
    let consumer = world.consumer("s").await;
    producer.send(&Note::new("a")).await.expect("sent");
    let received = consumer.receive_timeout(Duration::MAX).await;
    received
        .expect("a message")
        .nack_after(Duration::MAX)
        .await
        .expect("promised");
    producer.close(Duration::MAX).await.expect("closed");
    consumer.close(Duration::MAX).await.expect("closed");
}
