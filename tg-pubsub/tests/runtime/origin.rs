//! What other implementations of these semantics got wrong, each as a test.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub::metrics::Counter;
use tg_pubsub::{Error, HandlerError, Raw, SendOptions};
use tg_pubsub_memory::Operation;
use tg_schema::pubsub::Bytes;
use tokio::time::{Instant, sleep};

use super::support::*;

#[tokio::test(start_paused = true)]
async fn nack_really_redelivers() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["a"]).await;
    let first = consumer.receive().await.expect("a message");
    first.negative_acknowledge().await.expect("promised");
    let again = consumer.receive().await.expect("the message again");
    assert_eq!((again.value().text.as_str(), again.attempt()), ("a", 2));
    again.acknowledge().await.expect("acknowledged");
    assert_eq!(world.pending("s"), 0);
    assert_eq!(world.metrics.count(Counter::Nacked), 1);
    assert_eq!(world.metrics.count(Counter::Redelivered), 1);
}

#[tokio::test(start_paused = true)]
async fn ack_acks_this_message_only() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["a", "b", "c"]).await;
    let a = consumer.receive().await.expect("a");
    let b = consumer.receive().await.expect("b");
    let c = consumer.receive().await.expect("c");
    c.ack().await.expect("acknowledged");
    drop((a, b));
    consumer.close(SECOND).await.expect("closed");
    let consumer = world.consumer("s").await;
    assert_eq!(take(&consumer, 2).await, ["a", "b"]);
    let nothing = consumer.receive().await.expect_err("c was acknowledged");
    assert!(matches!(nothing, Error::Timeout { .. }), "{nothing}");
}

#[tokio::test(start_paused = true)]
async fn close_never_unsubscribes() {
    let world = world();
    let consumer = world.consumer("s").await;
    consumer.close(SECOND).await.expect("closed");
    world.send(&["while it was away"]).await;
    let consumer = world.consumer("s").await;
    assert_eq!(take(&consumer, 1).await, ["while it was away"]);
    consumer.unsubscribe(SECOND).await.expect("deleted");
    assert!(world.memory.subscription(&topic(TOPIC), "s").is_none());
}

#[tokio::test(start_paused = true)]
async fn a_receive_error_is_followed_by_a_reconnect() {
    let world = world();
    let consumer = world.consumer("s").await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let keep = seen.clone();
    let service = consumer.run(move |note| {
        keep.lock().expect("a lock").push(note.into_value().text);
        async { Ok(()) }
    });
    let service = service.expect("a service");
    world.send(&["before"]).await;
    until("the first message", || {
        seen.lock().expect("a lock").len() == 1
    })
    .await;
    world.memory.faults().disconnect_for(Duration::from_secs(5));
    sleep(Duration::from_secs(6)).await;
    world.send(&["after"]).await;
    until("the second message", || {
        seen.lock().expect("a lock").len() == 2
    })
    .await;
    assert_eq!(*seen.lock().expect("a lock"), ["before", "after"]);
    assert_eq!(world.metrics.count(Counter::ConsumerReconnects), 1);
    assert!(service.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn stop_drains_before_it_closes() {
    let world = world();
    let consumer = world.consumer("s").await;
    let ended = Arc::new(AtomicUsize::new(0));
    let count = ended.clone();
    let service = consumer.service().concurrency(4).run(move |_| {
        let count = count.clone();
        async move {
            sleep(Duration::from_secs(3)).await;
            count.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    });
    let service = service.expect("a service");
    world.send(&["a", "b", "c", "d", "e", "f"]).await;
    until("four handlers", || service.active() == 4).await;
    let drained = service.drain(Duration::from_secs(10)).await;
    assert!(drained.is_clean(), "{drained:?}");
    assert_eq!(ended.load(Ordering::SeqCst), 4);
    // Their acknowledgements arrived, and what was not begun is still there.
    assert_eq!(world.metrics.count(Counter::LostAcks), 0);
    assert_eq!(world.pending("s") + world.unsettled("s"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_slow_topic_does_not_hold_up_other_producers() {
    let world = world();
    let slow = world.pubsub.producer::<Note>("q1/tg/flow/slow");
    let slow = slow.open().await.expect("a producer");
    let start = Instant::now();
    world
        .memory
        .faults()
        .delay(Operation::Send, Duration::from_secs(20));
    let sending = tokio::spawn(async move { slow.send(&Note::new("slow")).await });
    tokio::task::yield_now().await;
    world.memory.faults().delay(Operation::Send, Duration::ZERO);
    world.send(&["fast"]).await;
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
    sending.await.expect("no panic").expect("sent");
    assert_eq!(start.elapsed(), Duration::from_secs(20));
}

#[tokio::test(start_paused = true)]
async fn none_is_absent_and_not_null() {
    let world = world();
    world.send(&["a"]).await;
    let sent = world.memory.published(&topic(TOPIC));
    assert_eq!(&sent[0].payload[..], br#"{"text":"a","data":""}"#);
}

#[tokio::test(start_paused = true)]
async fn bytes_need_not_be_utf_8() {
    let world = world();
    let consumer = world.consumer("s").await;
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    let note = Note {
        data: vec![0xff, 0xfe, 0, 1],
        ..Note::new("x")
    };
    producer.send(&note).await.expect("sent");
    assert_eq!(consumer.receive().await.expect("a message").value(), &note);

    let raw = world
        .pubsub
        .producer::<Raw>("q1/tg/flow/raw")
        .open()
        .await
        .expect("a producer");
    let back = world
        .pubsub
        .consumer::<Raw>("q1/tg/flow/raw", "s")
        .open()
        .await
        .expect("a consumer");
    let bytes = Bytes::from_static(&[0xc3, 0x28, 0, 0xff]);
    raw.send(&Raw(bytes.clone())).await.expect("sent");
    assert_eq!(back.receive().await.expect("bytes").value().0, bytes);
}

#[tokio::test(start_paused = true)]
async fn nack_is_delayed_and_capped() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["poor"]).await;
    let start = Instant::now();
    let mut at = Vec::new();
    loop {
        match consumer.receive_timeout(Duration::from_secs(30)).await {
            Ok(received) => {
                at.push(start.elapsed().as_secs());
                received.nack().await.expect("settled");
            }
            Err(Error::Timeout { .. }) => break,
            Err(error) => panic!("{error}"),
        }
    }
    assert_eq!(
        at,
        [0, 1, 3, 7, 15],
        "1 s, 2 s, 4 s, 8 s, and no sixth time"
    );
    let dead = world.memory.published(&topic("q1/tg/flow/notes.dlq.s"));
    assert_eq!(dead.len(), 1);
    assert_eq!(dead[0].properties.get("tg-dlq-attempt"), Some("5"));
}

#[tokio::test(start_paused = true)]
async fn a_temporary_subscription_is_deleted() {
    let world = world();
    let requester = world
        .pubsub
        .requester::<Note, Note>("q1/tg/request/x", "q1/tg/response/x");
    let requester = requester.open().await.expect("a requester");
    let responses = topic("q1/tg/response/x");
    let subscriptions = world.memory.subscriptions(&responses);
    assert_eq!(subscriptions.len(), 1);
    assert!(!subscriptions[0].durable);
    assert!(requester.close(SECOND).await.is_clean());
    assert!(world.memory.subscriptions(&responses).is_empty());
}

#[tokio::test(start_paused = true)]
async fn rate_limited_is_no_error() {
    let world = world();
    let consumer = world.consumer("s").await;
    let calls = Arc::new(Mutex::new(Vec::new()));
    let seen = calls.clone();
    let start = Instant::now();
    let service = consumer.run(move |note| {
        let mut seen = seen.lock().expect("a lock");
        seen.push((start.elapsed().as_secs(), note.attempt()));
        let limited = seen.len() <= 10;
        async move {
            match limited {
                true => Err(HandlerError::rate_limited()),
                false => Ok(()),
            }
        }
    });
    let service = service.expect("a service");
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    producer
        .send_with(&Note::new("a"), SendOptions::new())
        .await
        .expect("sent");
    until("success", || world.metrics.count(Counter::Succeeded) == 1).await;
    sleep(Duration::from_secs(60)).await;
    let calls = calls.lock().expect("a lock").clone();
    assert_eq!(calls.len(), 11, "more often than there are attempts");
    assert!(calls.iter().all(|(_, attempt)| *attempt == 1), "{calls:?}");
    assert_eq!(calls[10].0, 100, "10 s each");
    assert_eq!(world.metrics.count(Counter::RateLimited), 10);
    assert_eq!(world.metrics.count(Counter::Failed), 0);
    assert_eq!(world.metrics.count(Counter::Nacked), 0);
    assert!(service.drain(SECOND).await.is_clean());
}
