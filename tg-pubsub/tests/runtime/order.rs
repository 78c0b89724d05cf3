//! Order by key.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub::metrics::Counter;
use tg_pubsub::{HandlerError, SendOptions};
use tokio::time::{Instant, sleep};

use super::support::*;

/// Sends the texts, each with the key that stands before its `:`.
async fn send(world: &World, texts: &[&str]) {
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    for text in texts {
        let key = text.split(':').next().filter(|k| !k.is_empty());
        let mut options = SendOptions::new();
        options.key = key.map(str::to_owned);
        producer
            .send_with(&Note::new(*text), options)
            .await
            .expect("sent");
    }
}

#[tokio::test(start_paused = true)]
async fn messages_of_a_key_keep_their_order_and_others_run_beside_them() {
    let world = world();
    let consumer = world.consumer("s").await;
    let seen: Arc<Mutex<HashMap<String, Vec<String>>>> = Arc::default();
    let keep = seen.clone();
    let service = consumer.service().concurrency(4).by_key().run(move |note| {
        let keep = keep.clone();
        async move {
            sleep(SECOND).await;
            let key = note.key().unwrap_or_default().to_owned();
            let mut seen = keep.lock().expect("a lock");
            seen.entry(key).or_default().push(note.value().text.clone());
            Ok(())
        }
    });
    let service = service.expect("a service");
    let start = Instant::now();
    send(
        &world,
        &["a:1", "a:2", "b:1", "c:1", "a:3", "b:2", ":x", ":y"],
    )
    .await;
    until("all are done", || {
        world.metrics.count(Counter::Succeeded) == 8
    })
    .await;
    let seen = seen.lock().expect("a lock").clone();
    assert_eq!(seen["a"], ["a:1", "a:2", "a:3"]);
    assert_eq!(seen["b"], ["b:1", "b:2"]);
    assert_eq!(
        start.elapsed().as_secs(),
        3,
        "as long as the longest key, not as all of them"
    );
    assert!(service.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_repeated_in_its_place() {
    let world = world();
    let consumer = world.consumer("s").await;
    let seen: Arc<Mutex<Vec<(String, u32)>>> = Arc::default();
    let keep = seen.clone();
    let service = consumer.service().concurrency(2).by_key().run(move |note| {
        let text = note.value().text.clone();
        let mut seen = keep.lock().expect("a lock");
        seen.push((text.clone(), note.attempt()));
        let fails = text == "a:dead" || (text == "a:1" && note.attempt() < 3);
        async move {
            match fails {
                true => Err(HandlerError::retry("no")),
                false => Ok(()),
            }
        }
    });
    let service = service.expect("a service");
    send(&world, &["a:1", "a:2", "a:dead", "a:4", "b:1"]).await;
    until("three are done", || {
        world.metrics.count(Counter::Succeeded) == 4
    })
    .await;
    let all = seen.lock().expect("a lock").clone();
    let of_a: Vec<_> = all
        .iter()
        .filter(|(t, _)| t.starts_with("a:"))
        .cloned()
        .collect();
    let expected = [
        ("a:1", 1),
        ("a:1", 2),
        ("a:1", 3),
        ("a:2", 1),
        ("a:dead", 1),
        ("a:dead", 2),
        ("a:dead", 3),
        ("a:dead", 4),
        ("a:dead", 5),
        ("a:4", 1),
    ];
    assert_eq!(of_a, expected.map(|(t, n)| (t.to_owned(), n)));
    let dead = world.memory.published(&topic("q1/tg/flow/notes.dlq.s"));
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].properties.get("tg-dlq-attempt"), Some("5"));
    assert!(service.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn what_waits_goes_back_when_the_service_stops() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.service().concurrency(4).by_key().run(|_| async {
        sleep(SECOND).await;
        Ok(())
    });
    let service = service.expect("a service");
    send(&world, &["a:1", "a:2", "a:3"]).await;
    until("the first is in hand", || service.active() == 1).await;
    let drained = service.drain(Duration::from_secs(5)).await;
    assert!(drained.is_clean(), "{drained:?}");
    assert_eq!(world.metrics.count(Counter::Succeeded), 1);
    let again = world.consumer("s").await;
    assert_eq!(take(&again, 2).await, ["a:2", "a:3"]);
}

#[tokio::test(start_paused = true)]
async fn a_stop_while_a_failure_waits_gives_the_message_back() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.service().by_key();
    let service = service
        .run(|_| async { Err(HandlerError::retry("no")) })
        .expect("a service");
    send(&world, &["a:1"]).await;
    until("it failed", || world.metrics.count(Counter::Failed) == 3).await;
    let start = Instant::now();
    let drained = service.drain(Duration::from_secs(60)).await;
    assert!(drained.is_clean(), "{drained:?}");
    assert_eq!(start.elapsed(), Duration::ZERO, "a pause is not waited for");
    assert_eq!(world.pending("s") + world.unsettled("s"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_stop_in_the_middle_of_a_key_keeps_its_order_for_the_next_service() {
    for how in ["fails", "is limited", "takes long"] {
        let world = world();
        let consumer = world.consumer("s").await;
        let begun = Arc::new(AtomicUsize::new(0));
        let count = begun.clone();
        let service = consumer.service().by_key().run(move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            async move {
                match how {
                    "fails" => Err(HandlerError::retry("no")),
                    "is limited" => Err(HandlerError::rate_limited()),
                    _ => std::future::pending().await,
                }
            }
        });
        let service = service.expect("a service");
        let texts = ["a:1", "a:2", "a:3", "a:4"];
        send(&world, &texts).await;
        until("the first is in hand", || begun.load(Ordering::SeqCst) == 1).await;
        // Of the same group: what goes back before the first one is settled comes here.
        let next = world.consumer("s").await;
        let (drained, seen) = tokio::join!(service.drain(SECOND), take(&next, 4));
        assert_eq!(drained.abandoned, usize::from(how == "takes long"));
        assert_eq!(seen, texts, "{how}");
    }
}

#[tokio::test(start_paused = true)]
async fn at_most_the_window_waits() {
    let world = world();
    let consumer = world.pubsub.consumer::<Note>(TOPIC, "s").prefetch(10);
    let consumer = consumer.open().await.expect("a consumer");
    let service = consumer.service().by_key().run(|_| async {
        sleep(Duration::from_secs(3600)).await;
        Ok(())
    });
    let service = service.expect("a service");
    send(&world, &["a:x"; 50]).await;
    sleep(SECOND).await;
    assert!(world.unsettled("s") <= 11, "{}", world.unsettled("s"));
    drop(service);
}
