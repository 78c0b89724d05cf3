//! Who waits for less time than something takes, again and again.

use std::time::Duration;

use tg_pubsub::metrics::Counter;
use tg_pubsub::{Consumer, Error, Producer};
use tg_pubsub_memory::Operation;
use tokio::time::{Instant, sleep, timeout};

use super::support::*;

const IMPATIENT: Duration = Duration::from_millis(100);
/// Longer than anybody here waits.
const SLOW: Duration = Duration::from_millis(350);
/// Until long after anything should have ended.
const LONG: Duration = Duration::from_secs(600);

async fn both(world: &World) -> (Consumer<Note>, Producer<Note>) {
    let producer = world.pubsub.producer::<Note>(TOPIC).open().await;
    (world.consumer("s").await, producer.expect("a producer"))
}

/// Receives for a moment at a time.
async fn look(consumer: &Consumer<Note>) -> Option<String> {
    look_for(consumer, LONG).await
}

async fn look_for(consumer: &Consumer<Note>, time: Duration) -> Option<String> {
    let start = Instant::now();
    while start.elapsed() < time {
        match consumer.receive_timeout(IMPATIENT).await {
            Ok(received) => {
                let text = received.value().text.clone();
                received.ack().await.expect("acknowledged");
                return Some(text);
            }
            Err(Error::Timeout { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    }
    None
}

#[tokio::test(start_paused = true)]
async fn a_link_is_built_again_over_calls_that_are_shorter_than_that() {
    let world = world();
    let (consumer, producer) = both(&world).await;
    let faults = world.memory.faults();
    faults.delay(Operation::CreateConsumer, SLOW);
    faults.delay(Operation::CreateProducer, SLOW);
    faults.disconnect();
    let start = Instant::now();
    let note = Note::new("a");
    while timeout(IMPATIENT, producer.send(&note)).await.is_err() {
        assert!(start.elapsed() < LONG, "the producer has no link");
    }
    assert_eq!(look(&consumer).await.as_deref(), Some("a"));
    assert_eq!(world.metrics.count(Counter::ProducerReconnects), 1);
    assert_eq!(world.metrics.count(Counter::ConsumerReconnects), 1);
}

#[tokio::test(start_paused = true)]
async fn attempts_that_fail_after_who_waited_has_gone_grow_rare() {
    let world = world();
    let consumer = world.consumer("s").await;
    let faults = world.memory.faults();
    faults.delay(Operation::CreateConsumer, SLOW);
    for _ in 0..30 {
        let down = Error::connection("memory", "down");
        faults.fail_next(Operation::CreateConsumer, down);
    }
    world.send(&["a"]).await;
    faults.disconnect();
    let start = Instant::now();
    assert_eq!(look(&consumer).await.as_deref(), Some("a"));
    // All but the first few come ten seconds apart.
    let took = start.elapsed();
    assert!(took > Duration::from_secs(180), "{took:?}");
    assert_eq!(world.metrics.count(Counter::ConsumerReconnects), 1);
}

#[tokio::test(start_paused = true)]
async fn a_message_that_is_given_up_makes_one_dead_letter() {
    for (slow, closed) in [
        (Operation::Send, false),
        (Operation::CreateProducer, false),
        (Operation::CreateProducer, true),
    ] {
        let world = world();
        let consumer = world.consumer("s").await;
        world.send_raw(b"{").await;
        world.memory.faults().delay(slow, SLOW);
        let received = consumer.receive_timeout(IMPATIENT).await;
        assert!(matches!(received, Err(Error::Timeout { .. })));
        if closed {
            consumer.close(SECOND).await.expect("closed");
        } else {
            assert_eq!(look_for(&consumer, 20 * SLOW).await, None);
        }
        let letters = world.memory.published(&topic(&format!("{TOPIC}.dlq.s")));
        assert_eq!(letters.len(), 1, "{slow:?}");
        assert_eq!(world.metrics.count(Counter::DeadLettered), 1, "{slow:?}");
        assert_eq!(world.pending("s") + world.unsettled("s"), 0, "{slow:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_nobody_waits_for_ends_with_who_began_it() {
    let world = world();
    let faults = world.memory.faults();
    for closed in [true, false] {
        let (consumer, producer) = both(&world).await;
        faults.delay(Operation::CreateConsumer, SLOW);
        faults.delay(Operation::CreateProducer, SLOW);
        faults.disconnect();
        let note = Note::new("a");
        let sent = timeout(IMPATIENT, producer.send(&note)).await;
        assert!(sent.is_err(), "it waits for a link");
        let received = consumer.receive_timeout(IMPATIENT).await;
        assert!(matches!(received, Err(Error::Timeout { .. })));
        if closed {
            consumer.close(SECOND).await.expect("closed");
            producer.close(SECOND).await.expect("closed");
        }
        drop((consumer, producer));
        sleep(2 * SLOW).await;
        let counts = world.memory.counts();
        assert_eq!((counts.consumers, counts.producers), (0, 0), "{closed}");
        faults.clear();
    }
}

#[tokio::test(start_paused = true)]
async fn a_settlement_that_is_cut_off_counts_as_none() {
    let world = world();
    let (consumer, producer) = both(&world).await;
    producer.send(&Note::new("a")).await.expect("sent");
    let received = consumer.receive().await.expect("a message");
    world.memory.faults().delay(Operation::Ack, SLOW);
    let cut_off = timeout(IMPATIENT, received.ack()).await;
    assert!(cut_off.is_err(), "it took too long");
    assert_eq!(world.metrics.count(Counter::Unsettled), 1);
    world.memory.faults().clear();
    assert_eq!(look(&consumer).await.as_deref(), Some("a"));
    assert_eq!(world.metrics.count(Counter::Unsettled), 1);
}
