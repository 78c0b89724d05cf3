//! Many waiters on one subscription.

use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge};
use tg_pubsub::{Error, FullWaiter, ID, LinkState, Raw, SendOptions, Subscriber};
use tg_pubsub_memory::Operation;
use tokio::time::Instant;

use super::support::*;

async fn subscriber(world: &World) -> Subscriber<Note> {
    world
        .pubsub
        .subscriber(TOPIC, "s")
        .open()
        .await
        .expect("a subscriber")
}

/// Sends a note for each id; an empty one is none.
async fn send(world: &World, ids: &[&str]) {
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    for (n, id) in ids.iter().enumerate() {
        let mut options = SendOptions::new();
        if !id.is_empty() {
            options.properties.insert(ID, *id);
        }
        producer
            .send_with(&Note::new(n.to_string()), options)
            .await
            .expect("sent");
    }
}

async fn all(waiter: &tg_pubsub::Waiter<Note>) -> Vec<String> {
    let mut texts = Vec::new();
    while let Ok(note) = waiter.recv_timeout(SECOND).await {
        texts.push(note.into_value().text);
    }
    texts
}

#[tokio::test(start_paused = true)]
async fn each_waiter_gets_what_is_for_it_and_orphans_are_counted() {
    let world = world();
    let subscriber = subscriber(&world).await;
    let a = subscriber.wait_for("a").expect("a waiter");
    let b = subscriber.wait_for("b").expect("a waiter");
    let every = subscriber.wait_for_all().expect("a waiter");
    assert_eq!(subscriber.waiting(), 3);
    send(&world, &["a", "b", "a", "c", ""]).await;
    assert_eq!(all(&a).await, ["0", "2"]);
    assert_eq!(all(&b).await, ["1"]);
    assert_eq!(all(&every).await, ["0", "1", "2", "3", "4"]);
    drop((a, b, every));
    send(&world, &["a", "nobody"]).await;
    until("they are acknowledged", || {
        world.metrics.count(Counter::Orphaned) == 2
    })
    .await;
    until("they are gone", || {
        world.pending("s") + world.unsettled("s") == 0
    })
    .await;
    assert_eq!(world.metrics.count(Counter::WaiterReceived), 8);
    subscriber.close(SECOND).await.expect("closed");
    assert_eq!(world.metrics.level(Gauge::SubscriberState), 0);
}

#[tokio::test(start_paused = true)]
async fn two_do_not_wait_for_the_same() {
    let world = world();
    let subscriber = subscriber(&world).await;
    let first = subscriber.wait_for("a").expect("a waiter");
    let error = subscriber.wait_for("a").expect_err("taken");
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    drop(first);
    subscriber.wait_for("a").expect("free again");
}

#[tokio::test(start_paused = true)]
async fn a_full_waiter_loses_by_its_policy_and_holds_nobody_up_for_long() {
    for (policy, kept, waits) in [
        (FullWaiter::DropNewest, ["0", "1"], 0),
        (FullWaiter::DropOldest, ["4", "5"], 0),
        (FullWaiter::Wait(SECOND), ["0", "1"], 1),
    ] {
        let world = world();
        let subscriber = world
            .pubsub
            .subscriber::<Note>(TOPIC, "s")
            .capacity(2)
            .when_full(policy);
        let subscriber = subscriber.open().await.expect("a subscriber");
        let slow = subscriber.wait_for("slow").expect("a waiter");
        let fast = subscriber.wait_for("fast").expect("a waiter");
        let start = Instant::now();
        send(
            &world,
            &["slow", "slow", "slow", "slow", "slow", "slow", "fast"],
        )
        .await;
        fast.recv().await.expect("a message");
        assert_eq!(start.elapsed().as_secs(), waits, "{policy:?}");
        assert_eq!(all(&slow).await, kept, "{policy:?}");
        assert_eq!(world.metrics.count(Counter::WaiterDropped), 4, "{policy:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_makes_room_in_time_loses_nothing() {
    let world = world();
    let subscriber = world.pubsub.subscriber::<Note>(TOPIC, "s").capacity(1);
    let subscriber = subscriber.when_full(FullWaiter::Wait(Duration::from_secs(5)));
    let subscriber = subscriber.open().await.expect("a subscriber");
    let waiter = subscriber.wait_for("a").expect("a waiter");
    send(&world, &["a"; 10]).await;
    let mut texts = Vec::new();
    for _ in 0..10 {
        tokio::time::sleep(SECOND).await;
        texts.push(waiter.recv().await.expect("a message").into_value().text);
    }
    assert_eq!(texts.len(), 10);
    assert_eq!(world.metrics.count(Counter::WaiterDropped), 0);
}

#[tokio::test(start_paused = true)]
async fn a_waiter_is_told_of_what_cannot_be_decoded() {
    let world = world();
    let subscriber = subscriber(&world).await;
    let waiter = subscriber.wait_for("a").expect("a waiter");
    let producer = world
        .pubsub
        .producer::<Raw>(TOPIC)
        .open()
        .await
        .expect("a producer");
    let options = SendOptions::new().property(ID, "a");
    producer
        .send_with(&Raw::new("no note"), options)
        .await
        .expect("sent");
    let error = waiter.recv_timeout(SECOND).await.expect_err("poison");
    assert!(matches!(error, Error::Codec(_)), "{error}");
    send(&world, &["a"]).await;
    assert_eq!(all(&waiter).await, ["0"], "the stream goes on");
}

#[tokio::test(start_paused = true)]
async fn waiters_are_told_that_it_was_closed() {
    let world = world();
    let subscriber = subscriber(&world).await;
    let waiter = subscriber.wait_for("a").expect("a waiter");
    send(&world, &["a"]).await;
    until("it is there", || {
        world.metrics.count(Counter::WaiterReceived) == 1
    })
    .await;
    let waiting = tokio::spawn(async move {
        let first = waiter.recv().await.map(|n| n.into_value().text);
        (first, waiter.recv().await.map(|n| n.into_value().text))
    });
    subscriber.close(SECOND).await.expect("closed");
    let (first, second) = waiting.await.expect("no panic");
    assert_eq!(first.expect("it was there before"), "0");
    assert!(matches!(second, Err(Error::Closed { .. })));
    assert!(matches!(
        subscriber.wait_for("b"),
        Err(Error::Closed { .. })
    ));
    assert!(
        world.memory.subscription(&topic(TOPIC), "s").is_some(),
        "a durable one stays"
    );
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_outlives_its_link() {
    let world = world();
    let subscriber = subscriber(&world).await;
    let waiter = subscriber.wait_for("a").expect("a waiter");
    world.memory.faults().disconnect_for(Duration::from_secs(3));
    tokio::time::sleep(Duration::from_secs(5)).await;
    send(&world, &["a"]).await;
    waiter
        .recv_timeout(Duration::from_secs(30))
        .await
        .expect("a message");
    assert_eq!(world.metrics.count(Counter::SubscriberReconnects), 1);
}

#[tokio::test(start_paused = true)]
async fn a_subscriber_that_is_dropped_leaves_nothing() {
    let world = world();
    let subscriber = subscriber(&world).await;
    let waiter = subscriber.wait_for("a").expect("a waiter");
    drop(subscriber);
    let error = waiter.recv().await.expect_err("nobody receives");
    assert!(matches!(error, Error::Closed { .. }), "{error}");
    tokio::task::yield_now().await;
    assert_eq!(world.memory.counts().consumers, 0);
    assert_eq!(
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn all_tasks_that_wait_at_one_waiter_end_when_it_is_closed() {
    let world = world();
    let subscriber = subscriber(&world).await;
    let waiter = std::sync::Arc::new(subscriber.wait_for("a").expect("a waiter"));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let waiter = waiter.clone();
        tasks.spawn(async move { waiter.recv().await.map(|_| ()) });
    }
    tokio::task::yield_now().await;
    subscriber.close(SECOND).await.expect("closed");
    let ended = tokio::time::timeout(SECOND, tasks.join_all()).await;
    let ended = ended.expect("each of them");
    assert_eq!(ended.len(), 8);
    let closed = |end: &Result<(), Error>| matches!(end, Err(Error::Closed { .. }));
    assert!(ended.iter().all(closed), "{ended:?}");
}

#[tokio::test(start_paused = true)]
async fn a_waiter_is_told_where_messages_were_dropped() {
    let world = world();
    let subscriber = world.pubsub.subscriber::<Note>(TOPIC, "s").capacity(2);
    let subscriber = subscriber.open().await.expect("a subscriber");
    let waiter = subscriber.wait_for("a").expect("a waiter");
    for round in 1..=2 {
        send(&world, &["a"; 5]).await;
        until("three are dropped", || {
            world.metrics.count(Counter::WaiterDropped) == 3 * round
        })
        .await;
        for text in ["0", "1"] {
            assert_eq!(waiter.recv().await.expect("kept").into_value().text, text);
        }
        let gap = waiter.recv_timeout(SECOND).await.expect_err("a gap");
        assert!(matches!(gap, Error::Full { capacity: 2, .. }), "{gap}");
        assert!(waiter.recv_timeout(SECOND).await.is_err(), "told once");
    }
}

fn revoked() -> Error {
    Error::Auth {
        backend: "memory".to_owned(),
        message: "revoked".to_owned(),
    }
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_healed_ends_a_subscriber_and_is_told() {
    let world = world();
    let subscriber = subscriber(&world).await;
    let waiter = subscriber.wait_for("1").expect("a waiter");
    send(&world, &["1"]).await;
    tokio::time::sleep(SECOND).await;
    let faults = world.memory.faults();
    faults.fail_next(Operation::CreateConsumer, revoked());
    faults.disconnect();
    let first = waiter.recv_timeout(60 * SECOND).await;
    assert_eq!(first.expect("what was there").value().text, "0");
    let start = Instant::now();
    for _ in 0..2 {
        let error = waiter.recv_timeout(60 * SECOND).await.expect_err("ended");
        assert_eq!(error.to_string(), revoked().to_string());
    }
    assert!(start.elapsed() < SECOND);
    let late = subscriber.wait_for("2").expect_err("ended");
    assert_eq!(late.to_string(), revoked().to_string());
    // Nobody tries again.
    tokio::time::sleep(3600 * SECOND).await;
    assert_eq!(subscriber.health().link, LinkState::Down);
    assert_eq!(subscriber.health().reconnects, 0);
    subscriber.close(SECOND).await.expect("closed");
}

#[tokio::test(start_paused = true)]
async fn a_gap_is_told_in_a_sentence() {
    let world = world();
    let subscriber = world.pubsub.subscriber::<Note>(TOPIC, "s").capacity(1);
    let subscriber = subscriber.open().await.expect("a subscriber");
    let waiter = subscriber.wait_for("1").expect("a waiter");
    send(&world, &["1", "1", "1"]).await;
    tokio::time::sleep(5 * SECOND).await;
    waiter.recv().await.expect("the first");
    assert_eq!(
        waiter.recv().await.expect_err("a gap").to_string(),
        "the queue of the waiter, which dropped messages here, is full: it holds 1"
    );
}
