//! Sending, repeating and giving up.

use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge, Timing};
use tg_pubsub::{Error, SendOptions, WhenDown};
use tg_pubsub_memory::{Config, Memory, Operation};
use tokio::time::{Instant, sleep};

use super::support::*;

const ONCE: &str = "q2/tg/flow/notes";

#[tokio::test(start_paused = true)]
async fn a_message_is_sent_with_everything_beside_it() {
    let world = world();
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    let options = SendOptions::new()
        .property("a", "1")
        .property("b", "")
        .key("k")
        .id("i");
    producer
        .send_with(&Note::new("x"), options)
        .await
        .expect("sent");
    let sent = world.memory.published(&topic(TOPIC));
    assert_eq!(sent.len(), 1);
    let properties: Vec<_> = sent[0].properties.iter().collect();
    assert_eq!(properties, [("a", "1"), ("b", "")]);
    assert_eq!(
        (sent[0].key.as_deref(), sent[0].id.as_deref()),
        (Some("k"), Some("i"))
    );
    assert_eq!(world.metrics.count(Counter::Sent), 1);
    assert_eq!(world.metrics.timings(Timing::Sending).len(), 1);
    assert_eq!(world.metrics.level(Gauge::ProducerInFlight), 0);
}

#[tokio::test(start_paused = true)]
async fn an_identity_is_made_once_and_kept_over_repetitions() {
    let world = world();
    let producer = world
        .pubsub
        .producer::<Note>(ONCE)
        .open()
        .await
        .expect("a producer");
    world.memory.faults().lose_next_confirm();
    let receipt = producer.send(&Note::new("a")).await.expect("sent");
    assert!(receipt.duplicate, "the first attempt had arrived");
    producer
        .send(&Note::new("a"))
        .await
        .expect("another message");
    let sent = world.memory.published(&topic(ONCE));
    assert_eq!(sent.len(), 2);
    assert!(sent[0].id.is_some() && sent[0].id != sent[1].id);
    assert_eq!(world.metrics.count(Counter::Retried), 1);
    assert_eq!(world.metrics.count(Counter::ProducerReconnects), 1);
}

#[tokio::test(start_paused = true)]
async fn what_a_repetition_cannot_heal_is_told_at_once() {
    let world = world();
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    let errors = [
        Error::TooLarge { size: 2, max: 1 },
        Error::SchemaRejected {
            name: "Note".to_owned(),
            reason: "no".to_owned(),
        },
        Error::Unsupported {
            feature: "x".to_owned(),
            backend: "memory".to_owned(),
            hint: "y".to_owned(),
        },
        // The last: it ends the link, and the next send has to wait for another.
        Error::Auth {
            backend: "memory".to_owned(),
            message: "not you".to_owned(),
        },
    ];
    let start = Instant::now();
    for error in errors {
        let kind = error.kind();
        world.memory.faults().fail_next(Operation::Send, error);
        let told = producer.send(&Note::new("a")).await.expect_err("it failed");
        assert_eq!(told.kind(), kind);
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(world.metrics.count(Counter::Retried), 0);
    assert_eq!(world.metrics.count(Counter::SendFailed), 4);
    assert!(world.memory.published(&topic(TOPIC)).is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_too_large_is_refused_before_it_is_sent() {
    let mut config = Config::default();
    config.max_payload = Some(100);
    let world = world_of(Memory::with_config(config), false);
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    let error = producer
        .send(&Note::new("x".repeat(200)))
        .await
        .expect_err("too large");
    assert!(matches!(error, Error::TooLarge { max: 100, .. }), "{error}");
    producer
        .send(&Note::new("x"))
        .await
        .expect("the link is as good as before");
    assert_eq!(world.metrics.count(Counter::ProducerReconnects), 0);
}

#[tokio::test(start_paused = true)]
async fn sends_wait_for_the_link_as_long_as_they_may() {
    let world = world();
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .send_timeout(Duration::from_secs(20));
    let producer = producer.open().await.expect("a producer");
    world.memory.faults().disconnect_for(Duration::from_secs(5));
    let start = Instant::now();
    producer
        .send(&Note::new("a"))
        .await
        .expect("sent when the link was back");
    let took = start.elapsed();
    assert!(
        took >= Duration::from_secs(5) && took < Duration::from_secs(16),
        "{took:?}"
    );
    world
        .memory
        .faults()
        .disconnect_for(Duration::from_secs(60));
    let start = Instant::now();
    let error = producer.send(&Note::new("b")).await.expect_err("too long");
    assert!(matches!(error, Error::Connection { .. }), "{error}");
    assert_eq!(start.elapsed(), Duration::from_secs(20));
    assert_eq!(world.memory.published(&topic(TOPIC)).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn best_effort_fails_at_once_and_never_waits() {
    let world = world();
    let topic_q0 = "q0/tg/flow/notes";
    let producer = world
        .pubsub
        .producer::<Note>(topic_q0)
        .open()
        .await
        .expect("a producer");
    world.memory.faults().disconnect_for(Duration::from_secs(5));
    let start = Instant::now();
    for _ in 0..100 {
        producer
            .send(&Note::new("lost"))
            .await
            .expect_err("no link");
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    sleep(Duration::from_secs(20)).await;
    producer
        .send(&Note::new("kept"))
        .await
        .expect("the link is back");
}

#[tokio::test(start_paused = true)]
async fn waiting_can_be_turned_off() {
    let world = world();
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .when_down(WhenDown::Fail);
    let producer = producer.open().await.expect("a producer");
    world.memory.faults().lose_next_confirm();
    let error = producer
        .send(&Note::new("a"))
        .await
        .expect_err("no repetition");
    assert!(matches!(error, Error::Connection { .. }), "{error}");
    assert_eq!(world.metrics.count(Counter::Retried), 0);
}

#[tokio::test(start_paused = true)]
async fn a_full_broker_is_asked_again_over_the_same_link() {
    let world = world();
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    for _ in 0..3 {
        let full = Error::Full {
            what: "broker",
            capacity: 1,
        };
        world.memory.faults().fail_next(Operation::Send, full);
    }
    producer
        .send(&Note::new("a"))
        .await
        .expect("the fourth time");
    assert_eq!(world.metrics.count(Counter::Retried), 3);
    assert_eq!(world.metrics.count(Counter::ProducerReconnects), 0);
}

#[tokio::test(start_paused = true)]
async fn a_send_without_an_answer_ends_in_time() {
    let world = world();
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .send_timeout(Duration::from_secs(3));
    let producer = producer.open().await.expect("a producer");
    world
        .memory
        .faults()
        .delay(Operation::Send, Duration::from_secs(3600));
    let start = Instant::now();
    let error = producer.send(&Note::new("a")).await.expect_err("no answer");
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert!(
        start.elapsed() <= Duration::from_secs(3),
        "{:?}",
        start.elapsed()
    );
    world.memory.faults().clear();
    producer
        .send(&Note::new("b"))
        .await
        .expect("over a new link");
}

#[tokio::test(start_paused = true)]
async fn flush_waits_for_what_was_sent_before_and_close_for_everything() {
    let world = world();
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    world
        .memory
        .faults()
        .delay(Operation::Send, Duration::from_secs(5));
    let start = Instant::now();
    let sending = |text: &'static str| {
        let producer = producer.clone();
        tokio::spawn(async move { producer.send(&Note::new(text)).await })
    };
    let first = sending("a");
    sleep(SECOND).await;
    let flushing = {
        let producer = producer.clone();
        tokio::spawn(async move { producer.flush().await })
    };
    sleep(SECOND).await;
    let second = sending("b");
    flushing.await.expect("no panic").expect("flushed");
    assert!(first.is_finished(), "flush came too early");
    assert!(!second.is_finished(), "flush waited for a later message");
    producer
        .close(Duration::from_secs(10))
        .await
        .expect("closed");
    assert!(start.elapsed() >= Duration::from_secs(7));
    second
        .await
        .expect("no panic")
        .expect("sent before it closed");
    let late = producer.send(&Note::new("c")).await.expect_err("closed");
    assert!(matches!(late, Error::Closed { what: "producer" }), "{late}");
    assert_eq!(world.memory.counts().producers, 0);
}

#[tokio::test(start_paused = true)]
async fn close_ends_in_time_and_tells() {
    let world = world();
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    world
        .memory
        .faults()
        .delay(Operation::Send, Duration::from_secs(25));
    let sender = producer.clone();
    let sending = tokio::spawn(async move { sender.send(&Note::new("a")).await });
    sleep(SECOND).await;
    let start = Instant::now();
    let error = producer
        .close(Duration::from_secs(2))
        .await
        .expect_err("something is under way");
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    // Its outcome is still told, whatever it is.
    let _ = sending.await.expect("no panic");
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_is_down_at_the_start_is_waited_for() {
    let world = world();
    world.memory.faults().disconnect_for(Duration::from_secs(5));
    let start = Instant::now();
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    assert!(start.elapsed() >= Duration::from_secs(5));
    producer.send(&Note::new("a")).await.expect("sent");
    world.memory.faults().refuse_connections(true);
    let start = Instant::now();
    let open = world
        .pubsub
        .producer::<Note>(TOPIC)
        .connect_timeout(SECOND)
        .open()
        .await;
    let error = open.expect_err("refused");
    assert!(
        error.to_string().contains("connections are refused"),
        "{error}"
    );
    assert_eq!(start.elapsed(), SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_told_at_once_and_not_repeated() {
    let world = world();
    let auth = || Error::Auth {
        backend: "memory".to_owned(),
        message: "wrong password for me".to_owned(),
    };
    world
        .memory
        .faults()
        .fail_next(Operation::CreateProducer, auth());
    let start = Instant::now();
    let error = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect_err("refused");
    assert_eq!((error.kind(), start.elapsed()), ("auth", Duration::ZERO));
    // The password changes while the link is down: no storm of attempts.
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    for _ in 0..1000 {
        world
            .memory
            .faults()
            .fail_next(Operation::CreateProducer, auth());
    }
    world.memory.faults().disconnect();
    let start = Instant::now();
    let mut attempts = 0;
    while start.elapsed() < Duration::from_secs(60) {
        if producer.send(&Note::new("a")).await.is_err() {
            attempts += 1;
        }
    }
    assert!(attempts < 30, "{attempts} attempts in a minute");
}

#[tokio::test(start_paused = true)]
async fn a_message_that_was_dropped_is_not_counted_as_sent() {
    let world = world();
    let producer = world.pubsub.producer::<Note>("q0/tg/flow/notes").open();
    let producer = producer.await.expect("a producer");
    producer.send(&Note::new("a")).await.expect("sent");
    world.memory.faults().drop_next();
    let receipt = producer.send(&Note::new("b")).await.expect("best effort");
    assert!(receipt.dropped);
    producer.send(&Note::new("c")).await.expect("sent");
    let counts = [Counter::Sent, Counter::Dropped, Counter::SendFailed];
    let counts = counts.map(|counter| world.metrics.count(counter));
    assert_eq!(counts, [2, 1, 0]);
    assert_eq!(world.metrics.timings(Timing::Sending).len(), 2);
}
