//! Calls of `receive`: waiting, giving up, many at once, bounds.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub_memory::Memory;
use tg_schema::pubsub::BackendConsumer;
use tokio::time::{Instant, timeout};

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn a_call_that_gives_up_loses_nothing() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", shared()).await;
    let producer = producer(&backend, X).await;
    let mut received = Vec::new();
    for i in 0..10_000 {
        let waiting = consumer.receive();
        let mut waiting = std::pin::pin!(waiting);
        let polled = futures_poll(waiting.as_mut());
        if i % 3 == 0 {
            // Woken, and dropped before it is polled again.
            put(&*producer, &format!("{i}")).await;
        }
        if let Some(delivery) = polled {
            received.push(text(&delivery).to_owned());
            delivery.ack().await.expect("acknowledged");
        }
    }
    received.extend(drain(&*consumer).await);
    let sent: Vec<_> = (0..10_000).step_by(3).map(|i| i.to_string()).collect();
    assert_eq!(received, sent);
}

/// What a future has when it is asked once.
fn futures_poll<T>(
    future: std::pin::Pin<&mut impl Future<Output = Result<T, tg_schema::pubsub::Error>>>,
) -> Option<T> {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.poll(&mut context) {
        std::task::Poll::Ready(answer) => Some(answer.expect("a message")),
        std::task::Poll::Pending => None,
    }
}

#[tokio::test(start_paused = true)]
async fn a_wake_is_passed_on_by_who_gives_up() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", shared()).await;
    let consumer: Arc<dyn BackendConsumer> = Arc::from(consumer);
    let producer = producer(&backend, X).await;
    let gives_up = tokio::spawn({
        let consumer = consumer.clone();
        async move { consumer.receive().await.map(drop) }
    });
    tokio::task::yield_now().await;
    let stays = tokio::spawn(async move { drain(&*consumer).await });
    tokio::task::yield_now().await;
    put(&*producer, "a").await;
    gives_up.abort();
    assert!(gives_up.await.expect_err("aborted").is_cancelled());
    assert_eq!(stays.await.expect("no panic"), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn many_calls_on_one_consumer_share_its_messages() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", shared()).await;
    let consumer: Arc<dyn BackendConsumer> = Arc::from(consumer);
    let producer = producer(&backend, X).await;
    let tasks: Vec<_> = (0..20)
        .map(|_| {
            let consumer = consumer.clone();
            tokio::spawn(async move { drain(&*consumer).await })
        })
        .collect();
    tokio::task::yield_now().await;
    for i in 0..1_000 {
        put(&*producer, &format!("{i}")).await;
    }
    let mut all = Vec::new();
    for task in tasks {
        all.extend(task.await.expect("no panic"));
    }
    all.sort_by_key(|text| text.parse::<u32>().expect("a number"));
    assert_eq!(all, (0..1_000).map(|i| i.to_string()).collect::<Vec<_>>());
}

#[tokio::test(start_paused = true)]
async fn no_more_than_prefetch_is_handed_out() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", shared().prefetch(2)).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b", "c", "d"]).await;
    let (a, b) = (receive(&*consumer).await, receive(&*consumer).await);
    assert!(consumer.try_receive().is_none());
    assert!(timeout(60 * SECOND, consumer.receive()).await.is_err());
    assert_eq!(backend.unsettled(&topic(X), "s"), 2);
    let (c, ()) = tokio::join!(receive(&*consumer), async {
        a.ack().await.expect("acknowledged");
    });
    assert_eq!(text(&c), "c");
    drop(b);
    assert_eq!(drain(&*consumer).await, ["b", "d"]);
    c.ack().await.expect("acknowledged");
    assert_eq!(backend.pending(&topic(X), "s"), 0);
}

#[tokio::test(start_paused = true)]
async fn a_consumer_without_room_leaves_messages_to_others() {
    let backend = Memory::new();
    let one = consumer(&backend, X, "s", shared().prefetch(1)).await;
    let one: Arc<dyn BackendConsumer> = Arc::from(one);
    let two = consumer(&backend, X, "s", shared()).await;
    let producer = producer(&backend, X).await;
    let waits = |consumer: Arc<dyn BackendConsumer>| {
        tokio::spawn(async move { timeout(5 * SECOND, consumer.receive()).await })
    };
    let (first, second) = (waits(one.clone()), waits(one));
    tokio::task::yield_now().await;
    let other = tokio::spawn(async move { drain(&*two).await });
    tokio::task::yield_now().await;
    send(&*producer, &["a", "b", "c"]).await;
    let first = first.await.expect("no panic").expect("in time");
    assert_eq!(text(first.as_ref().expect("a message")), "a");
    assert!(second.await.expect("no panic").is_err(), "it has no room");
    assert_eq!(other.await.expect("no panic"), ["b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn a_shorter_delay_shortens_the_wait() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", shared()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["slow", "fast"]).await;
    let (slow, fast) = (receive(&*consumer).await, receive(&*consumer).await);
    slow.nack(Some(9 * SECOND)).await.expect("nacked");
    let start = Instant::now();
    let (first, ()) = tokio::join!(receive(&*consumer), async {
        tokio::time::sleep(SECOND).await;
        fast.nack(Some(SECOND)).await.expect("nacked");
    });
    assert_eq!((text(&first), start.elapsed().as_secs()), ("fast", 2));
    first.ack().await.expect("acknowledged");
    let second = receive(&*consumer).await;
    assert_eq!((text(&second), start.elapsed().as_secs()), ("slow", 9));
    second.nack(Some(Duration::MAX)).await.expect("nacked");
    assert_eq!(drain(&*consumer).await, [""; 0]);
    assert_eq!(backend.pending(&topic(X), "s"), 1);
}

#[tokio::test]
async fn a_task_that_never_waits_lets_others_run() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", shared()).await;
    let producer = producer(&backend, X).await;
    // One thread: the receiver gets its turn only where the sender gives it.
    let receiver = tokio::spawn(async move {
        let mut received = 0;
        while received < 10_000 {
            receive(&*consumer).await.ack().await.expect("acknowledged");
            received += 1;
        }
        consumer
    });
    let mut most = 0;
    for _ in 0..10_000 {
        put(&*producer, "a").await;
        most = most.max(backend.pending(&topic(X), "s"));
    }
    receiver.await.expect("no panic");
    assert!(most < 1_000, "{most} messages waited");
}

#[tokio::test(start_paused = true)]
async fn every_call_that_waits_for_room_gets_it() {
    for pauses in [[false, false], [true, false], [false, true], [true, true]] {
        let backend = Memory::new();
        let consumer = consumer(&backend, X, "s", shared().prefetch(2)).await;
        let consumer: Arc<dyn BackendConsumer> = Arc::from(consumer);
        let producer = producer(&backend, X).await;
        send(&*producer, &["a", "b", "c", "d", "e"]).await;
        let held = [receive(&*consumer).await, receive(&*consumer).await];
        let waiting = [0, 1].map(|_| {
            let consumer = consumer.clone();
            // Each keeps what it gets.
            tokio::spawn(async move { receive(&*consumer).await })
        });
        tokio::task::yield_now().await;
        for (delivery, pause) in held.into_iter().zip(pauses) {
            delivery.ack().await.expect("acknowledged");
            if pause {
                tokio::task::yield_now().await;
            }
        }
        let start = Instant::now();
        let mut received = Vec::new();
        for task in waiting {
            received.push(task.await.expect("no panic"));
        }
        assert_eq!(start.elapsed(), Duration::ZERO, "woken, not timed out");
        assert_eq!(received.iter().map(text).collect::<Vec<_>>(), ["c", "d"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_call_that_gives_up_passes_room_on() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", shared().prefetch(2)).await;
    let consumer: Arc<dyn BackendConsumer> = Arc::from(consumer);
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b", "c", "d"]).await;
    let held = [receive(&*consumer).await, receive(&*consumer).await];
    let mut waiting = Vec::new();
    for _ in 0..3 {
        let consumer = consumer.clone();
        waiting.push(tokio::spawn(async move { receive(&*consumer).await }));
    }
    tokio::task::yield_now().await;
    for delivery in held {
        delivery.ack().await.expect("acknowledged");
    }
    // The first two are woken, one for each. The second goes away before it comes to that.
    let start = Instant::now();
    let last = waiting.pop().expect("three");
    waiting.pop().expect("three").abort();
    let first = waiting.pop().expect("three").await.expect("no panic");
    let last = last.await.expect("no panic");
    assert_eq!((text(&first), text(&last)), ("c", "d"));
    assert_eq!(start.elapsed(), Duration::ZERO);
}
