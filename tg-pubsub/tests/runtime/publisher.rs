//! The bounded buffer.

use std::time::Duration;

use tg_pubsub::metrics::Counter;
use tg_pubsub::{Error, SendOptions, WhenFull};
use tg_pubsub_memory::Operation;
use tokio::time::{Instant, sleep, timeout};

use super::support::*;

fn texts(world: &World) -> Vec<String> {
    let sent = world.memory.published(&topic(TOPIC));
    let text = |payload: &[u8]| {
        let note: Note = tg_schema::Message::from_json(payload).expect("a note");
        note.text
    };
    sent.iter().map(|m| text(&m.payload)).collect()
}

#[tokio::test(start_paused = true)]
async fn everything_is_sent_in_order() {
    let world = world();
    let publisher = world
        .pubsub
        .publisher::<Note>(TOPIC)
        .open()
        .await
        .expect("a publisher");
    let all: Vec<_> = (0..2_000).map(|n| n.to_string()).collect();
    for text in &all {
        publisher.publish(&Note::new(text)).await.expect("accepted");
    }
    publisher.flush().await.expect("sent");
    assert_eq!(texts(&world), all);
    assert_eq!(publisher.pending(), 0);
    assert!(publisher.close(SECOND).await.is_clean());
    let late = publisher
        .publish(&Note::new("late"))
        .await
        .expect_err("closed");
    assert!(matches!(late, Error::Closed { .. }), "{late}");
    publisher.flush().await.expect_err("closed");
}

#[tokio::test(start_paused = true)]
async fn many_are_under_way_at_a_time() {
    let world = world();
    let publisher = world.pubsub.publisher::<Note>(TOPIC).in_flight(10);
    let publisher = publisher.open().await.expect("a publisher");
    world.memory.faults().delay(Operation::Send, SECOND);
    let start = Instant::now();
    for n in 0..50 {
        publisher
            .publish(&Note::new(n.to_string()))
            .await
            .expect("accepted");
    }
    publisher.flush().await.expect("sent");
    assert_eq!(start.elapsed().as_secs(), 5);
}

#[tokio::test(start_paused = true)]
async fn a_full_buffer_makes_one_wait_or_fail() {
    let world = world();
    world.memory.faults().delay(Operation::Send, SECOND);
    let waits = world
        .pubsub
        .publisher::<Note>(TOPIC)
        .capacity(5)
        .in_flight(1);
    let waits = waits.open().await.expect("a publisher");
    let start = Instant::now();
    for n in 0..10 {
        waits
            .publish(&Note::new(n.to_string()))
            .await
            .expect("accepted");
    }
    let took = start.elapsed().as_secs();
    assert!((3..=5).contains(&took), "{took}");
    waits.flush().await.expect("sent");

    let fails = world
        .pubsub
        .publisher::<Note>(TOPIC)
        .capacity(5)
        .in_flight(1)
        .when_full(WhenFull::Fail);
    let fails = fails.open().await.expect("a publisher");
    let mut refused = 0;
    for n in 0..10 {
        match fails.publish(&Note::new(n.to_string())).await {
            Ok(()) => {}
            Err(Error::Full { capacity: 5, .. }) => refused += 1,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(refused, 5);
    assert_eq!(world.metrics.count(Counter::Dropped), 5);
    fails.flush().await.expect("sent");
    assert_eq!(texts(&world).len(), 15);
}

#[tokio::test(start_paused = true)]
async fn a_flush_tells_of_what_failed_since_the_last_one() {
    let world = world();
    let publisher = world
        .pubsub
        .publisher::<Note>(TOPIC)
        .open()
        .await
        .expect("a publisher");
    let too_large = Error::TooLarge { size: 2, max: 1 };
    world.memory.faults().fail_next(Operation::Send, too_large);
    publisher.publish(&Note::new("a")).await.expect("accepted");
    publisher.publish(&Note::new("b")).await.expect("accepted");
    let error = publisher.flush().await.expect_err("a was not sent");
    assert_eq!(error.kind(), "too_large");
    publisher.publish(&Note::new("c")).await.expect("accepted");
    publisher.flush().await.expect("that one was");
    assert_eq!(texts(&world), ["b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn an_outage_is_waited_for_and_nothing_is_lost() {
    let world = world();
    let publisher = world
        .pubsub
        .publisher::<Note>(TOPIC)
        .capacity(10)
        .in_flight(4);
    let publisher = publisher.open().await.expect("a publisher");
    for n in 0..100 {
        if n == 30 {
            world.memory.faults().disconnect_for(Duration::from_secs(5));
        }
        publisher
            .publish(&Note::new(n.to_string()))
            .await
            .expect("accepted");
    }
    publisher.flush().await.expect("sent");
    let mut sent: Vec<u32> = texts(&world)
        .iter()
        .map(|t| t.parse().expect("a number"))
        .collect();
    sent.sort_unstable();
    assert_eq!(sent, (0..100).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn close_counts_what_it_abandons() {
    let world = world();
    let publisher = world
        .pubsub
        .publisher::<Note>(TOPIC)
        .in_flight(2)
        .open()
        .await
        .expect("a publisher");
    for n in 0..3 {
        publisher
            .publish(&Note::new(n.to_string()))
            .await
            .expect("accepted");
    }
    publisher.flush().await.expect("sent");
    world
        .memory
        .faults()
        .disconnect_for(Duration::from_secs(3600));
    for n in 3..10 {
        publisher
            .publish(&Note::new(n.to_string()))
            .await
            .expect("accepted");
    }
    let start = Instant::now();
    let drained = publisher.close(Duration::from_secs(2)).await;
    assert_eq!(drained.abandoned, 7);
    assert_eq!(start.elapsed(), Duration::from_secs(2));
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_told_where_a_flush_was_given_up_or_a_close_cut_off() {
    let world = world();
    let publisher = world.pubsub.publisher::<Note>(TOPIC).in_flight(1);
    let publisher = publisher.open().await.expect("a publisher");
    world.memory.faults().delay(Operation::Send, 2 * SECOND);
    let refused = Error::TooLarge { size: 2, max: 1 };
    world.memory.faults().fail_next(Operation::Send, refused);
    for text in ["refused", "slow"] {
        publisher.publish(&Note::new(text)).await.expect("taken");
    }
    let flush = timeout(SECOND, publisher.flush()).await;
    flush.expect_err("given up");
    let told = publisher.flush().await;
    assert!(matches!(told, Err(Error::TooLarge { .. })), "{told:?}");
    publisher.flush().await.expect("told before");

    let refused = Error::TooLarge { size: 2, max: 1 };
    world.memory.faults().fail_next(Operation::Send, refused);
    for text in ["refused", "slow", "slow"] {
        publisher.publish(&Note::new(text)).await.expect("taken");
    }
    let drained = publisher.close(SECOND).await;
    assert_eq!(drained.abandoned, 2);
    let told = drained.error;
    assert!(matches!(told, Some(Error::TooLarge { .. })), "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn a_close_does_not_cut_off_another_that_still_sends() {
    let world = world();
    let publisher = world.pubsub.publisher::<Note>(TOPIC).in_flight(1);
    let publisher = publisher.open().await.expect("a publisher");
    world.memory.faults().delay(Operation::Send, SECOND);
    let publish = async |text: &str| publisher.publish(&Note::new(text)).await.expect("taken");
    publish("a").await;
    let within = Duration::from_secs(60);
    let meanwhile = async {
        // The first close waits for its turn behind what was taken before.
        for text in ["b", "c", "d"] {
            publish(text).await;
        }
        sleep(SECOND + SECOND / 2).await;
        publisher.close(within).await
    };
    let (first, second) = tokio::join!(publisher.close(within), meanwhile);
    assert!(first.is_clean(), "{first:?}");
    assert!(second.is_clean(), "{second:?}");
    assert_eq!(texts(&world), ["a", "b", "c", "d"]);
}

#[tokio::test(start_paused = true)]
async fn a_close_tells_what_failed_where_another_was_given_up() {
    let world = world();
    let publisher = world.pubsub.publisher::<Note>(TOPIC);
    let publisher = publisher.producer(|producer| producer.send_timeout(3 * SECOND));
    let publisher = publisher.open().await.expect("a publisher");
    world.memory.faults().delay(Operation::Send, 60 * SECOND);
    publisher.publish(&Note::new("a")).await.expect("taken");
    let given_up = timeout(SECOND, publisher.close(10 * SECOND)).await;
    given_up.expect_err("it takes longer");
    let drained = publisher.close(10 * SECOND).await;
    let told = drained.error;
    let timed_out = matches!(told, Some(Error::Timeout { operation, .. }) if operation == "send");
    assert!(timed_out, "{told:?}");
}

#[tokio::test(start_paused = true)]
async fn what_is_in_the_buffer_is_sent_after_the_last_publisher_is_dropped() {
    let world = world();
    let publisher = world
        .pubsub
        .publisher::<Note>(TOPIC)
        .in_flight(1)
        .open()
        .await
        .expect("a publisher");
    world.memory.faults().delay(Operation::Send, SECOND);
    for n in 0..10 {
        publisher
            .try_publish(&Note::new(n.to_string()), SendOptions::new())
            .expect("accepted");
    }
    drop(publisher);
    sleep(Duration::from_secs(11)).await;
    assert_eq!(texts(&world).len(), 10);
    assert_eq!(world.memory.counts().producers, 0);
    assert_eq!(
        tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks(),
        0
    );
}

#[tokio::test(start_paused = true)]
async fn the_buffers_of_publishers_are_sent_before_everything_is_closed() {
    let world = world();
    let publishers = [TOPIC, "q1/tg/flow/others"];
    let mut open = Vec::new();
    for address in publishers {
        let publisher = world.pubsub.publisher::<Note>(address).in_flight(1);
        let publisher = publisher.open().await.expect("a publisher");
        for n in 0..200 {
            let note = Note::new(n.to_string());
            publisher.publish(&note).await.expect("taken");
        }
        open.push(publisher);
    }
    // One that was dropped is still at work.
    drop(open.pop());
    world.pubsub.close(SECOND).await.expect("closed");
    for address in publishers {
        assert_eq!(world.memory.published(&topic(address)).len(), 200);
    }
    assert_eq!(world.metrics.count(Counter::SendFailed), 0);
    let late = open[0].publish(&Note::new("late")).await;
    assert!(matches!(late, Err(Error::Closed { .. })), "{late:?}");
}

#[tokio::test(start_paused = true)]
async fn a_close_tells_of_a_buffer_that_could_not_be_sent() {
    let world = world();
    let publisher = world.pubsub.publisher::<Note>(TOPIC).in_flight(1);
    let publisher = publisher.open().await.expect("a publisher");
    world.memory.faults().delay(Operation::Send, SECOND);
    for _ in 0..10 {
        publisher.publish(&Note::new("a")).await.expect("taken");
    }
    let start = Instant::now();
    let closed = world.pubsub.close(3 * SECOND).await;
    assert!(matches!(closed, Err(Error::Timeout { .. })), "{closed:?}");
    assert_eq!(start.elapsed(), 3 * SECOND);

    let world = self::world();
    let publisher = world.pubsub.publisher::<Note>(TOPIC).open().await;
    let publisher = publisher.expect("a publisher");
    let refused = Error::TooLarge { size: 2, max: 1 };
    world.memory.faults().fail_next(Operation::Send, refused);
    publisher.publish(&Note::new("a")).await.expect("taken");
    let closed = world.pubsub.close(SECOND).await;
    assert!(matches!(closed, Err(Error::TooLarge { .. })), "{closed:?}");
}
