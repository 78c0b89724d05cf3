//! The end of everything, in the right order.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge};
use tg_pubsub::{Error, HandlerError, Shutdown};
use tg_pubsub_memory::Operation;
use tokio::runtime::Handle;
use tokio::time::{Instant, sleep};

use super::support::*;

fn tasks() -> usize {
    Handle::current().metrics().num_alive_tasks()
}

#[tokio::test(start_paused = true)]
async fn what_handlers_send_is_flushed_before_anything_is_closed() {
    let world = world();
    let consumer = world.consumer("s").await;
    let publisher = world
        .pubsub
        .publisher::<Note>("q1/tg/flow/out")
        .open()
        .await;
    let publisher = publisher.expect("a publisher");
    let producer = world.pubsub.producer::<Note>("q1/tg/flow/log").open().await;
    let producer = producer.expect("a producer");
    let requester = world
        .pubsub
        .requester::<Note, Note>("q1/tg/request/x", "q1/tg/response/x");
    let requester = requester.open().await.expect("a requester");
    let responder =
        world
            .pubsub
            .responder::<Note, Note>("q1/tg/request/x", "x", "q1/tg/response/x");
    let responder = responder.respond(|note| async move { Ok(note.into_value()) });
    let responder = responder.await.expect("a responder");
    let (out, logs) = (publisher.clone(), producer.clone());
    let service = consumer.service().concurrency(100).run(move |note| {
        let (out, logs) = (out.clone(), logs.clone());
        async move {
            sleep(Duration::from_secs(2)).await;
            out.publish(note.value()).await?;
            logs.send(note.value()).await?;
            Ok(())
        }
    });
    let service = service.expect("a service");
    world.send(&["x"; 100]).await;
    until("all are in hand", || service.active() == 100).await;
    world.memory.faults().delay(Operation::Send, SECOND);
    let mut shutdown = Shutdown::new();
    shutdown
        .add(publisher)
        .add(service)
        .add(requester)
        .add(producer)
        .add(responder);
    let drained = shutdown.drain(Duration::from_secs(30)).await;
    assert!(drained.is_clean(), "{drained:?}");
    assert_eq!(world.memory.published(&topic("q1/tg/flow/out")).len(), 100);
    assert_eq!(world.memory.published(&topic("q1/tg/flow/log")).len(), 100);
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
    let counts = world.memory.counts();
    assert_eq!((counts.producers, counts.consumers), (0, 0));
    assert_eq!(world.metrics.level(Gauge::ConsumerInFlight), 0);
    assert_eq!(world.metrics.level(Gauge::ConsumerState), 0);
    assert_eq!(world.metrics.level(Gauge::SubscriberState), 0);
    assert_eq!(tasks(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_deadline_ends_it_and_what_was_cut_off_comes_again() {
    let world = world();
    let consumer = world.consumer("s").await;
    let ended = Arc::new(AtomicUsize::new(0));
    let count = ended.clone();
    let service = consumer.service().concurrency(10).run(move |note| {
        let count = count.clone();
        let seconds = note.value().text.parse().unwrap_or(0);
        async move {
            sleep(Duration::from_secs(seconds)).await;
            count.fetch_add(1, Ordering::SeqCst);
            Ok(())
        }
    });
    let service = service.expect("a service");
    world.send(&["1", "2", "100", "200", "300"]).await;
    until("all are in hand", || service.active() == 5).await;
    let start = Instant::now();
    let drained = service.drain(Duration::from_secs(5)).await;
    assert_eq!((drained.abandoned, drained.is_clean()), (3, false));
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert_eq!(ended.load(Ordering::SeqCst), 2);
    assert_eq!(tasks(), 0);
    let again = world.consumer("s").await;
    let mut texts = take(&again, 3).await;
    texts.sort();
    assert_eq!(texts, ["100", "200", "300"]);
}

#[tokio::test(start_paused = true)]
async fn a_drain_while_the_link_is_down_ends() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.run(|_| async { Ok(()) }).expect("a service");
    world
        .memory
        .faults()
        .disconnect_for(Duration::from_secs(3600));
    sleep(Duration::from_secs(30)).await;
    let start = Instant::now();
    let drained = service.drain(Duration::from_secs(5)).await;
    assert!(drained.is_clean(), "{drained:?}");
    assert!(start.elapsed() < SECOND, "{:?}", start.elapsed());
}

#[tokio::test(start_paused = true)]
async fn an_end_that_took_too_long_tells_the_time_that_it_was_given() {
    let world = world();
    let consumer = world.consumer("s").await;
    let publisher = world.pubsub.publisher::<Note>(TOPIC).open().await;
    let publisher = publisher.expect("a publisher");
    world.send(&["x", "x"]).await;
    // The producer of the dead letters is there, and has one under way.
    let first = consumer.receive().await.expect("a message");
    first.reject("on purpose").await.expect("given up");
    let second = consumer.receive().await.expect("a message");
    let faults = world.memory.faults();
    faults.refuse_connections(true);
    faults.disconnect();
    let rejecting = tokio::spawn(second.reject("on purpose"));
    tokio::task::yield_now().await;
    publisher.publish(&Note::new("x")).await.expect("accepted");
    let mut shutdown = Shutdown::new();
    // The one takes all of the time, and nothing is left for the other.
    shutdown.add(publisher).add(consumer);
    let drained = shutdown.drain(3 * SECOND).await;
    let error = drained.error.expect("not in time");
    assert_eq!(error.to_string(), "close: nothing within 3s");
    assert_eq!(drained.abandoned, 1);
    rejecting.abort();
}

#[tokio::test(start_paused = true)]
async fn a_pause_of_the_rate_is_not_waited_for() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer
        .service()
        .rate(0.001, 1)
        .run(|_| async { Ok(()) })
        .expect("a service");
    world.send(&["a", "b"]).await;
    until("the first is done", || {
        world.metrics.count(Counter::Succeeded) == 1
    })
    .await;
    let start = Instant::now();
    assert!(service.drain(Duration::from_secs(5)).await.is_clean());
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(world.pending("s") + world.unsettled("s"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_drain_that_is_cancelled_stops_everything() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.run(|_| async {
        sleep(Duration::from_secs(3600)).await;
        Ok(())
    });
    let service = service.expect("a service");
    world.send(&["a"]).await;
    until("it is in hand", || service.active() == 1).await;
    let drain = service.drain(Duration::from_secs(600));
    tokio::time::timeout(SECOND, drain)
        .await
        .expect_err("it takes longer");
    tokio::task::yield_now().await;
    assert_eq!(tasks(), 0);
    assert_eq!(take(&consumer, 1).await, ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_of_everything_leave_nothing() {
    let world = world();
    for n in 0..1000 {
        let name = format!("q1/tg/flow/topic-{n}");
        let consumer = world
            .pubsub
            .consumer::<Note>(&name, "s")
            .open()
            .await
            .expect("a consumer");
        let done = Arc::new(Mutex::new(false));
        let flag = done.clone();
        let service = consumer.service().concurrency(3).run(move |_| {
            *flag.lock().expect("a lock") = true;
            async { Ok::<(), HandlerError>(()) }
        });
        let publisher = world
            .pubsub
            .publisher::<Note>(&name)
            .open()
            .await
            .expect("a publisher");
        publisher.publish(&Note::new("x")).await.expect("accepted");
        publisher.flush().await.expect("sent");
        until("it is done", || *done.lock().expect("a lock")).await;
        let mut shutdown = Shutdown::new();
        shutdown.add(service.expect("a service")).add(publisher);
        assert!(shutdown.drain(SECOND).await.is_clean());
    }
    let counts = world.memory.counts();
    assert_eq!((counts.producers, counts.consumers, tasks()), (0, 0, 0));
    assert!(world.pubsub.health().await.parts.is_empty());
}

#[tokio::test(start_paused = true)]
async fn closing_the_backend_ends_services() {
    let world = world();
    let consumer = world.consumer("s").await;
    let mut service = consumer.run(|_| async { Ok(()) }).expect("a service");
    world.pubsub.close(SECOND).await.expect("closed");
    let error = service.ended().await.expect_err("nothing is left");
    assert!(matches!(error, Error::Closed { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn a_service_deletes_its_subscription_at_the_end_where_it_was_told_to() {
    for (unsubscribing, kept) in [(false, 1), (true, 0)] {
        let world = world();
        let service = world.consumer("s").await.run(|_| async { Ok(()) });
        let mut service = service.expect("a service");
        if unsubscribing {
            service = service.unsubscribing();
        }
        world.send(&["a"]).await;
        until("it is handled", || {
            world.metrics.count(Counter::Succeeded) == 1
        })
        .await;
        let mut shutdown = Shutdown::new();
        shutdown.add(service);
        let drained = shutdown.drain(SECOND).await;
        assert!(drained.is_clean(), "{drained:?}");
        world.send(&["b"]).await;
        assert_eq!(world.pending("s"), kept);
    }
}

/// Where others consume from it, it is not deleted, and that is told.
#[tokio::test(start_paused = true)]
async fn a_subscription_that_others_use_is_not_deleted() {
    let world = world();
    let other = world.consumer("s").await;
    let service = world.consumer("s").await.run(|_| async { Ok(()) });
    let service = service.expect("a service").unsubscribing();
    let drained = service.drain(SECOND).await;
    assert!(
        matches!(drained.error, Some(Error::Busy { .. })),
        "{drained:?}"
    );
    world.send(&["a"]).await;
    assert_eq!(take(&other, 1).await, ["a"]);
}

/// What was cut off is delivered again, even where the subscription was to be deleted.
#[tokio::test(start_paused = true)]
async fn a_subscription_is_not_deleted_with_what_was_cut_off() {
    let world = world();
    let service = world.consumer("s").await.run(|_| async {
        sleep(Duration::from_secs(3600)).await;
        Ok(())
    });
    let service = service.expect("a service").unsubscribing();
    world.send(&["a"]).await;
    until("it is in hand", || service.active() == 1).await;
    let drained = service.drain(SECOND).await;
    assert_eq!(drained.abandoned, 1, "{drained:?}");
    let again = world.consumer("s").await;
    assert_eq!(take(&again, 1).await, ["a"]);
}
