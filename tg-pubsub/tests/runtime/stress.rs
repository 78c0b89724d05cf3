//! Several threads, a real clock, and a broker that fails at random moments.

use std::collections::HashSet;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge};
use tg_pubsub::{Backoff, HandlerError, RetryPolicy, Shutdown};
use tokio::time::sleep;

use super::support::*;

const SHORT: Backoff = Backoff::new(Duration::from_millis(1), Duration::from_millis(20));

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_that_was_confirmed_is_lost() {
    let world = world();
    let consumer = world.pubsub.consumer::<Note>(TOPIC, "s").backoff(SHORT);
    let consumer = consumer.retry(RetryPolicy::default().forever().backoff(SHORT));
    let consumer = consumer.open().await.expect("a consumer");
    let seen: Arc<Mutex<HashSet<String>>> = Arc::default();
    let keep = seen.clone();
    let service = consumer.service().concurrency(16).run(move |note| {
        let keep = keep.clone();
        async move {
            tokio::task::yield_now().await;
            // Every seventh fails at first, every eleventh panics at first.
            let number: u32 = note.value().text.parse()?;
            match note.attempt() {
                1 if number.is_multiple_of(7) => return Err(HandlerError::retry("not yet")),
                1 if number.is_multiple_of(11) => panic!("on purpose"),
                _ => {}
            }
            keep.lock().expect("a lock").insert(note.into_value().text);
            Ok(())
        }
    });
    let service = service.expect("a service");
    let mut sending = tokio::task::JoinSet::new();
    for part in 0..4 {
        let publisher = world
            .pubsub
            .publisher::<Note>(TOPIC)
            .capacity(50)
            .in_flight(16);
        let publisher = publisher.producer(|p| p.backoff(SHORT)).open().await;
        let publisher = publisher.expect("a publisher");
        sending.spawn(async move {
            for n in 0..2_500 {
                let text = (part * 2_500 + n).to_string();
                publisher.publish(&Note::new(text)).await.expect("accepted");
            }
            publisher.flush().await.expect("sent");
            publisher
        });
    }
    let faults = world.memory.faults();
    let breaking = tokio::spawn(async move {
        for _ in 0..20 {
            sleep(Duration::from_millis(15)).await;
            faults.disconnect();
        }
    });
    let publishers = sending.join_all().await;
    breaking.await.expect("no panic");
    until("all were processed", || {
        world.pending("s") + world.unsettled("s") == 0
    })
    .await;
    assert_eq!(seen.lock().expect("a lock").len(), 10_000);
    let mut shutdown = Shutdown::new();
    shutdown.add(service);
    for publisher in publishers {
        shutdown.add(publisher);
    }
    let drained = shutdown.drain(Duration::from_secs(120)).await;
    assert!(drained.is_clean(), "{drained:?}");
    assert_eq!(world.metrics.level(Gauge::ConsumerInFlight), 0);
    assert_eq!(world.metrics.level(Gauge::ProducerInFlight), 0);
    assert_eq!(world.metrics.count(Counter::DeadLettered), 0);
    let counts = world.memory.counts();
    assert_eq!((counts.producers, counts.consumers), (0, 0));
}
