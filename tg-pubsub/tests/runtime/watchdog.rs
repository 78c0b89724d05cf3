//! Links that are silent for a reason, and those that are not.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub::metrics::Counter;
use tg_pubsub::{Backoff, HandlerError, RetryPolicy};
use tokio::time::{Instant, sleep};

use super::support::*;

const MS: Duration = Duration::from_millis(1);

#[tokio::test(start_paused = true)]
async fn an_idle_worker_does_not_cut_the_link_of_a_busy_one() {
    for by_key in [false, true] {
        let world = world();
        let consumer = world.pubsub.consumer::<Note>(TOPIC, "s");
        let consumer = consumer.watchdog(300 * MS).open().await;
        let runs = Arc::new(AtomicUsize::new(0));
        let counted = runs.clone();
        let service = consumer.expect("a consumer").service().concurrency(2);
        let service = match by_key {
            true => service.by_key(),
            false => service,
        };
        let service = service.run(move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            async {
                sleep(SECOND).await;
                Ok(())
            }
        });
        let service = service.expect("a service");
        world.send(&["a"]).await;
        sleep(1_100 * MS).await;
        let reconnects = || world.metrics.count(Counter::ConsumerReconnects);
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        assert_eq!(reconnects(), 0);
        assert_eq!(world.metrics.count(Counter::LostAcks), 0);
        assert_eq!(world.pending("s") + world.unsettled("s"), 0);
        // And then it is silent, and is looked after.
        sleep(5 * SECOND).await;
        assert!(reconnects() > 0);
        assert_eq!(runs.load(Ordering::Relaxed), 1);
        assert!(service.drain(SECOND).await.is_clean());
    }
}

#[tokio::test(start_paused = true)]
async fn attempts_and_their_pauses_are_kept() {
    let world = world();
    let pause = 2 * SECOND;
    let backoff = Backoff::new(pause, pause).jitter(0.0);
    let retry = RetryPolicy::default().max_attempts(3).backoff(backoff);
    let consumer = world.pubsub.consumer::<Note>(TOPIC, "s");
    let consumer = consumer.watchdog(500 * MS).retry(retry).open().await;
    let attempts = Arc::new(Mutex::new(Vec::new()));
    let log = attempts.clone();
    let start = Instant::now();
    let service = consumer.expect("a consumer").run(move |note| {
        let at = (note.attempt(), start.elapsed().as_secs());
        log.lock().expect("a lock").push(at);
        async { Err(HandlerError::retry("on purpose")) }
    });
    let service = service.expect("a service");
    world.send(&["a"]).await;
    sleep(4_400 * MS).await;
    let attempts = attempts.lock().expect("a lock").clone();
    assert_eq!(attempts, [(1, 0), (2, 2), (3, 4)]);
    assert_eq!(world.metrics.count(Counter::DeadLettered), 1);
    assert_eq!(world.metrics.count(Counter::ConsumerReconnects), 0);
    assert!(service.drain(SECOND).await.is_clean());
}
