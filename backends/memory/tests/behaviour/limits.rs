//! What is kept, what is forgotten, what is refused when there is too much.

use std::time::Duration;

use tg_pubsub_memory::{Config, Memory};
use tg_schema::pubsub::{Error, Outgoing, ProducerOptions, PubSubBackend};

use crate::support::*;

fn with(change: impl FnOnce(&mut Config)) -> Memory {
    let mut config = Config::default();
    change(&mut config);
    Memory::with_config(config)
}

#[tokio::test(start_paused = true)]
async fn history_is_forgotten_and_backlog_is_not() {
    let backend = with(|c| {
        c.history_messages = 3;
        c.backlog_messages = 5;
    });
    let producer = producer(&backend, X).await;
    let numbers = ["1", "2", "3", "4", "5", "6"];
    send(&*producer, &numbers).await;
    assert_eq!(backend.published(&topic(X)).len(), 3);
    let all = consumer(&backend, X, "s", earliest()).await;
    assert_eq!(drain(&*all).await, ["4", "5", "6"]);
    send(&*producer, &["7", "8", "9", "10", "11"]).await;
    let full = producer.send(Outgoing::new("12")).await;
    let full = full.expect_err("the backlog is full");
    assert_eq!(
        full.to_string(),
        "the topic's backlog of messages is full: it holds 5"
    );
    assert!(full.is_retryable());
    let seven = receive(&*all).await;
    assert!(producer.send(Outgoing::new("12")).await.is_err());
    seven.ack().await.expect("acknowledged");
    send(&*producer, &["12"]).await;
    assert_eq!(drain(&*all).await, ["8", "9", "10", "11", "12"]);
    all.unsubscribe().await.expect("unsubscribed");
    send(&*producer, &numbers).await;
    assert_eq!(backend.published(&topic(X)).len(), 3);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_waits_long_does_not_hold_up_the_rest() {
    let backend = with(|c| {
        c.history_messages = 3;
        c.backlog_messages = 5;
    });
    let producer = producer(&backend, X).await;
    let consumer = consumer(&backend, X, "s", shared()).await;
    send(&*producer, &["stuck"]).await;
    let stuck = receive(&*consumer).await;
    stuck.nack(Some(3600 * SECOND)).await.expect("nacked");
    for _ in 0..100 {
        send(&*producer, &["a", "b", "c"]).await;
        assert_eq!(drain(&*consumer).await, ["a", "b", "c"]);
    }
    assert!(backend.published(&topic(X)).len() <= 3);
    assert_eq!(backend.pending(&topic(X), "s"), 1);
    tokio::time::sleep(3600 * SECOND).await;
    assert_eq!(drain(&*consumer).await, ["stuck"]);
}

#[tokio::test(start_paused = true)]
async fn bytes_count_with_all_that_travels_beside_a_message() {
    let backend = with(|c| c.backlog_bytes = 20);
    let producer = producer(&backend, X).await;
    let _one = consumer(&backend, X, "s", shared()).await;
    let _two = consumer(&backend, X, "t", shared()).await;
    let message = Outgoing::new("12345")
        .property("abcde", "fghij")
        .key("k")
        .id("12");
    producer.send(message).await.expect("sent");
    producer.send(Outgoing::new("12")).await.expect("sent");
    let full = producer.send(Outgoing::new("1")).await;
    assert!(
        matches!(full, Err(Error::Full { capacity: 20, .. })),
        "{full:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn unsubscribing_makes_room() {
    let backend = with(|c| c.backlog_messages = 2);
    let producer = producer(&backend, X).await;
    let one = consumer(&backend, X, "s", shared()).await;
    let two = consumer(&backend, X, "t", shared()).await;
    send(&*producer, &["a", "b"]).await;
    assert_eq!(drain(&*two).await, ["a", "b"]);
    assert!(producer.send(Outgoing::new("c")).await.is_err());
    let held = receive(&*one).await;
    held.nack(Some(SECOND)).await.expect("nacked");
    one.unsubscribe().await.expect("unsubscribed");
    send(&*producer, &["c", "d"]).await;
    assert_eq!(drain(&*two).await, ["c", "d"]);
}

#[tokio::test(start_paused = true)]
async fn q0_drops_the_oldest_and_never_blocks() {
    const Q0: &str = "q0/tg/flow/x";
    let backend = with(|c| {
        c.q0_waiting = 10;
        c.backlog_messages = 50;
    });
    let producer = producer(&backend, Q0).await;
    let slow = consumer(&backend, Q0, "s", shared().prefetch(2)).await;
    for i in 0..1_000 {
        put(&*producer, &format!("{i}")).await;
    }
    let state = backend
        .subscription(&topic(Q0), "s")
        .expect("a subscription");
    assert_eq!((state.pending, state.dropped), (10, 990));
    assert_eq!((slow.dropped(), producer.dropped()), (990, 0));
    let last: Vec<_> = (990..1_000).map(|i| i.to_string()).collect();
    assert_eq!(drain(&*slow).await, last);
    drop(slow);
    assert_eq!(put(&*producer, "a").await.routed, Some(false));
    let later = consumer(&backend, Q0, "s", shared()).await;
    assert_eq!(
        drain(&*later).await,
        [""; 0],
        "q0 keeps nothing for the absent"
    );
}

#[tokio::test(start_paused = true)]
async fn q0_messages_are_dropped_where_q1_has_filled_the_topic() {
    let backend = with(|c| c.backlog_messages = 2);
    let consumer = consumer(&backend, X, "s", shared()).await;
    let reliable = producer(&backend, X).await;
    let best_effort = producer(&backend, "q0/tg/flow/x").await;
    send(&*reliable, &["a", "b"]).await;
    let receipt = put(&*best_effort, "c").await;
    assert_eq!((receipt.routed, receipt.dropped), (Some(false), true));
    assert_eq!((best_effort.dropped(), reliable.dropped()), (1, 0));
    assert_eq!(consumer.dropped(), 0, "it never came so far");
    assert_eq!(drain(&*consumer).await, ["a", "b"]);
    let state = backend.subscription(&topic(X), "s").expect("there");
    assert_eq!(state.dropped, 1);
}

#[tokio::test(start_paused = true)]
async fn q2_takes_a_repetition_once() {
    const Q2: &str = "q2/tg/flow/x";
    let backend = with(|c| {
        c.dedup_messages = 2;
        c.dedup_age = Duration::from_secs(60);
    });
    let consumer = consumer(&backend, Q2, "s", shared()).await;
    let producer = producer(&backend, Q2).await;
    let send_id = async |id: &'static str| {
        let sent = producer.send(Outgoing::new(id).id(id)).await;
        sent.expect("sent").duplicate
    };
    assert!(!send_id("a").await);
    assert!(send_id("a").await);
    assert!(!send_id("b").await);
    tokio::time::sleep(61 * SECOND).await;
    assert!(!send_id("a").await, "older than the window");
    assert!(!send_id("c").await && !send_id("d").await);
    assert!(!send_id("a").await, "more than the window holds");
    send(&*producer, &["none", "none"]).await;
    assert_eq!(
        drain(&*consumer).await,
        ["a", "b", "a", "c", "d", "a", "none", "none"]
    );
}

#[tokio::test(start_paused = true)]
async fn large_messages_are_refused_before_anything_else() {
    let backend = Memory::new();
    let producer = producer(&backend, X).await;
    let max = 5 << 20;
    assert_eq!(producer.max_payload(), Some(max));
    assert_eq!(backend.capabilities(&topic(X)).max_payload, Some(max));
    let large = producer.send(Outgoing::new(vec![0; max + 1])).await;
    assert!(matches!(large, Err(Error::TooLarge { size, max: m }) if size == max + 1 && m == max));
    assert!(producer.send(Outgoing::new(vec![0; max])).await.is_ok());
    let small = with(|c| c.max_payload = Some(10));
    let producer = super::support::producer(&small, X).await;
    assert!(producer.send(Outgoing::new(vec![0; 11])).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn topics_and_subscriptions_are_bounded() {
    let backend = with(|c| {
        c.max_topics = 2;
        c.max_subscriptions = 2;
    });
    for at in ["q1/tg/flow/a", "q1/tg/flow/b"] {
        producer(&backend, at).await;
    }
    let c = topic("q1/tg/flow/c");
    let full = backend.create_producer(&c, None, ProducerOptions::default());
    let full = refused(full.await);
    assert_eq!(
        full.to_string(),
        "memory: the list of topics is full: it holds 2 (`Config::max_topics`)"
    );
    assert!(!full.is_retryable());
    backend
        .delete_topic(&topic("q1/tg/flow/b"))
        .await
        .expect("deleted");
    backend.ensure_topic(&c).await.expect("room again");
    let at = "q1/tg/flow/a";
    let one = consumer(&backend, at, "one", shared()).await;
    let _two = consumer(&backend, at, "two", shared()).await;
    let full = refused(try_consumer(&backend, at, "three", shared()).await);
    assert_eq!(
        full.to_string(),
        "memory: the list of subscriptions of tg/flow/a is full: it holds 2 (`Config::max_subscriptions`)"
    );
    assert!(!full.is_retryable());
    assert!(try_consumer(&backend, at, "two", shared()).await.is_ok());
    one.unsubscribe().await.expect("unsubscribed");
    assert!(try_consumer(&backend, at, "three", shared()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn delayed_messages_are_bounded_and_a_refused_one_can_be_settled_otherwise() {
    let backend = with(|c| c.delayed_messages = 1);
    let consumer = consumer(&backend, X, "s", shared()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b"]).await;
    let a = receive(&*consumer).await;
    let b = receive(&*consumer).await;
    a.nack(Some(SECOND)).await.expect("nacked");
    let full = b.nack(Some(SECOND)).await.expect_err("no room");
    assert!(
        matches!(full.error, Error::Full { capacity: 1, .. }),
        "{full}"
    );
    full.delivery.ack().await.expect("acknowledged");
    tokio::time::sleep(SECOND).await;
    assert_eq!(drain(&*consumer).await, ["a"]);
}

#[tokio::test(start_paused = true)]
async fn limits_of_nothing_do_no_harm() {
    let backend = with(|c| {
        c.history_messages = 0;
        c.backlog_messages = 0;
        c.q0_waiting = 0;
        c.delayed_messages = 0;
        c.dedup_messages = 0;
        c.dedup_age = Duration::ZERO;
    });
    let two = producer(&backend, "q2/tg/flow/x").await;
    for _ in 0..2 {
        let sent = two.send(Outgoing::new("a").id("i")).await;
        assert!(!sent.expect("sent").duplicate);
    }
    assert_eq!(backend.published(&topic(X)), []);
    let _consumer = consumer(&backend, X, "s", shared().prefetch(0)).await;
    assert!(two.send(Outgoing::new("a")).await.is_err());
    let roomy = with(|c| c.q0_waiting = 0);
    let at = "q0/tg/flow/x";
    let consumer = consumer(&roomy, at, "s", shared().prefetch(0)).await;
    send(&*producer(&roomy, at).await, &["a", "b"]).await;
    assert_eq!(drain(&*consumer).await, ["b"]);
}
