//! Links that are lost and come back.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge, Role};
use tg_pubsub::{Backoff, ConsumerType, Error, LinkState, Raw, Shutdown};
use tg_pubsub_memory::Operation;
use tg_schema::pubsub::PubSubBackend;
use tokio::time::{Instant, sleep};

use super::support::*;

#[tokio::test(start_paused = true)]
async fn an_outage_loses_nothing_and_ends_by_itself() {
    let world = world();
    let consumer = world.consumer("s").await;
    let seen = Arc::new(AtomicUsize::new(0));
    let count = seen.clone();
    let service = consumer.service().concurrency(4).run(move |_| {
        count.fetch_add(1, Ordering::SeqCst);
        async { Ok(()) }
    });
    let service = service.expect("a service");
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .open()
        .await
        .expect("a producer");
    let mut confirmed = 0;
    for n in 0..300 {
        if n % 100 == 50 {
            world.memory.faults().disconnect_for(Duration::from_secs(2));
        }
        if producer.send(&Note::new(n.to_string())).await.is_ok() {
            confirmed += 1;
        }
        sleep(Duration::from_millis(20)).await;
    }
    until("all are settled", || {
        world.pending("s") + world.unsettled("s") == 0
    })
    .await;
    assert_eq!(confirmed, 300);
    let seen = seen.load(Ordering::SeqCst);
    assert!(
        (300..=312).contains(&seen),
        "{seen}: at most those in flight come twice"
    );
    assert_eq!(world.metrics.count(Counter::ConsumerReconnects), 3);
    assert_eq!(world.metrics.count(Counter::ProducerReconnects), 3);
    assert!(service.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn attempts_to_reconnect_grow_rare() {
    let world = world();
    let backoff = Backoff::new(Duration::from_millis(100), Duration::from_secs(10)).jitter(0.0);
    let consumer = world.pubsub.consumer::<Note>(TOPIC, "s").backoff(backoff);
    let consumer = consumer.open().await.expect("a consumer");
    sleep(Duration::from_secs(60)).await;
    for _ in 0..100 {
        let error = Error::connection("memory", "down");
        world
            .memory
            .faults()
            .fail_next(Operation::CreateConsumer, error);
    }
    world.memory.faults().disconnect();
    let start = Instant::now();
    let error = consumer
        .receive_timeout(Duration::from_secs(60))
        .await
        .expect_err("down");
    assert!(matches!(error, Error::Timeout { .. }), "{error}");
    assert_eq!(start.elapsed().as_secs(), 60);
    let health = consumer.health();
    assert_eq!(health.link, LinkState::Down);
    assert_eq!(
        health.last_error.as_deref(),
        Some("memory: no connection: down")
    );
    // 0.1 + 0.2 + … + 6.4, then 10 s each: what is left of the hundred tells.
    world.memory.faults().clear();
    let back = consumer
        .receive_timeout(Duration::from_secs(10))
        .await
        .expect_err("nothing sent");
    assert!(matches!(back, Error::Timeout { .. }), "{back}");
    assert_eq!(consumer.health().link, LinkState::Up);
    assert_eq!(consumer.health().reconnects, 1);
}

#[tokio::test(start_paused = true)]
async fn a_broker_that_takes_links_and_drops_them_is_not_stormed() {
    let world = world();
    let consumer = world.consumer("s").await;
    let receiving = {
        let consumer = consumer.clone();
        tokio::spawn(async move { consumer.receive_timeout(Duration::from_secs(120)).await })
    };
    let broker = world.memory.clone();
    for _ in 0..12_000 {
        sleep(Duration::from_millis(10)).await;
        broker.faults().disconnect();
    }
    receiving
        .await
        .expect("no panic")
        .expect_err("nothing was sent");
    let reconnects = consumer.health().reconnects;
    assert!(reconnects < 40, "{reconnects} links in two minutes");
}

#[tokio::test(start_paused = true)]
async fn the_topology_is_made_again() {
    let world = world();
    let consumer = world.pubsub.consumer::<Note>(TOPIC, "s").ensure_topic();
    let consumer = consumer.open().await.expect("a consumer");
    let receiving = {
        let consumer = consumer.clone();
        tokio::spawn(async move { take(&consumer, 1).await })
    };
    tokio::task::yield_now().await;
    let producer = world.pubsub.producer::<Note>(TOPIC).open().await;
    let producer = producer.expect("a producer");
    // The topic is deleted with its subscriptions, as by an operator.
    let deleted = world.memory.delete_topic(&topic(TOPIC)).await;
    deleted.expect("deleted");
    until("the subscription is back", || {
        world.memory.subscription(&topic(TOPIC), "s").is_some()
    })
    .await;
    producer.send(&Note::new("a")).await.expect("sent");
    assert_eq!(receiving.await.expect("no panic"), ["a"]);
}

#[tokio::test(start_paused = true)]
async fn who_held_a_subscription_waits_for_it_and_who_opens_it_is_told() {
    let world = world();
    let open = || {
        let consumer = world.pubsub.consumer::<Note>(TOPIC, "s");
        consumer.consumer_type(ConsumerType::Exclusive).open()
    };
    let first = open().await.expect("a consumer");
    let start = Instant::now();
    let error = open().await.expect_err("it is taken");
    assert!(matches!(error, Error::Busy { .. }), "{error}");
    assert_eq!(start.elapsed(), Duration::ZERO);
    // Cut off, and another is faster.
    world.memory.faults().disconnect();
    let second = open().await.expect("it is free");
    let waiting = {
        let first = first.clone();
        tokio::spawn(async move {
            first
                .receive_timeout(Duration::from_secs(60))
                .await
                .map(|_| ())
        })
    };
    sleep(Duration::from_secs(5)).await;
    second.close(SECOND).await.expect("closed");
    sleep(Duration::from_secs(20)).await;
    world.send(&["a"]).await;
    waiting.await.expect("no panic").expect("it has it again");
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_silent_for_too_long_is_built_again() {
    let world = world();
    let consumer = world
        .pubsub
        .consumer::<Note>(TOPIC, "s")
        .watchdog(Duration::from_secs(30));
    let consumer = consumer.open().await.expect("a consumer");
    consumer
        .receive_timeout(Duration::from_secs(29))
        .await
        .expect_err("nothing");
    assert_eq!(consumer.health().reconnects, 0);
    consumer
        .receive_timeout(Duration::from_secs(20))
        .await
        .expect_err("nothing");
    assert_eq!(consumer.health().reconnects, 1);
    world.send(&["a"]).await;
    assert_eq!(take(&consumer, 1).await, ["a"]);
}

#[tokio::test(start_paused = true)]
async fn a_handler_in_flight_over_a_reconnect_is_no_error() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.service().concurrency(2).run(|note| async move {
        if note.attempt() == 1 {
            sleep(Duration::from_secs(30)).await;
        }
        Ok(())
    });
    let service = service.expect("a service");
    world.send(&["a"]).await;
    until("it is in hand", || service.active() == 1).await;
    world.memory.faults().disconnect();
    until("it came again and both ended", || {
        world.metrics.count(Counter::Succeeded) == 2
    })
    .await;
    assert_eq!(world.metrics.count(Counter::LostAcks), 1);
    assert_eq!(world.metrics.count(Counter::Failed), 0);
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
    assert!(service.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn an_idle_program_does_nothing() {
    let world = world();
    let consumer = world.consumer("s").await;
    let producer = world
        .pubsub
        .producer::<Raw>(TOPIC)
        .open()
        .await
        .expect("a producer");
    let service = consumer.run(|_| async { Ok(()) }).expect("a service");
    sleep(SECOND).await;
    let metrics = tokio::runtime::Handle::current().metrics();
    let before = metrics.worker_park_count(0);
    // With the clock standing still, time passes only where somebody waits for it.
    sleep(Duration::from_secs(3600)).await;
    let wakes = metrics.worker_park_count(0) - before;
    assert!(wakes < 20, "{wakes} wakes in an hour");
    assert_eq!(producer.health().link, LinkState::Up);
    assert!(service.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn health_tells_of_everything_that_is_open() {
    let world = world();
    let consumer = world.consumer("s").await;
    let producer = world
        .pubsub
        .producer::<Note>(TOPIC)
        .label("notes-out")
        .open()
        .await;
    let producer = producer.expect("a producer");
    let report = world.pubsub.health().await;
    assert!(report.is_healthy(), "{report:?}");
    let parts: Vec<_> = report
        .parts
        .iter()
        .map(|p| (p.role, p.name.as_str()))
        .collect();
    assert_eq!(
        parts,
        [(Role::Consumer, "s"), (Role::Producer, "notes-out")]
    );
    assert_eq!(report.parts[0].topic, TOPIC);
    assert_eq!(world.metrics.level(Gauge::ConsumerState), 1);

    let error = Error::connection("memory", "no answer");
    world.memory.faults().fail_next(Operation::Health, error);
    let report = world.pubsub.health().await;
    assert!(!report.is_healthy());
    assert_eq!(
        report.broker,
        Err("memory: no connection: no answer".to_owned())
    );

    producer.close(SECOND).await.expect("closed");
    drop(consumer);
    let report = world.pubsub.health().await;
    assert!(report.parts.is_empty(), "{:?}", report.parts);
    assert_eq!(world.metrics.level(Gauge::ConsumerState), 0);
}

#[tokio::test(start_paused = true)]
async fn a_producer_that_was_refused_once_opens_a_new_link() {
    let world = world();
    let open = || world.pubsub.producer::<Note>(TOPIC).open();
    let producer = open().await.expect("a producer");
    let refused = Error::Auth {
        backend: "memory".to_owned(),
        message: "wrong password".to_owned(),
    };
    for error in [refused, Error::Closed { what: "link" }] {
        let (kind, text) = (error.kind(), error.to_string());
        world.memory.faults().fail_next(Operation::Send, error);
        let told = producer.send(&Note::new("a")).await.expect_err("refused");
        assert_eq!(told.kind(), kind);
        assert_eq!(producer.health().link, LinkState::Down);
        assert_eq!(producer.health().last_error, Some(text));
        producer.send(&Note::new("b")).await.expect("a new link");
        assert_eq!(producer.health().link, LinkState::Up);
    }
    assert_eq!(producer.health().reconnects, 2);
    assert_eq!(world.metrics.count(Counter::Retried), 0);

    let publisher = world.pubsub.publisher::<Note>(TOPIC).open().await;
    let publisher = publisher.expect("a publisher");
    let refused = Error::Auth {
        backend: "memory".to_owned(),
        message: "wrong password".to_owned(),
    };
    world.memory.faults().fail_next(Operation::Send, refused);
    publisher.publish(&Note::new("c")).await.expect("taken");
    let told = publisher.flush().await.expect_err("refused");
    assert!(matches!(told, Error::Auth { .. }), "{told}");
    publisher.publish(&Note::new("d")).await.expect("taken");
    publisher.flush().await.expect("over a new link");
}

#[tokio::test(start_paused = true)]
async fn an_error_is_about_the_message_and_the_link_stays() {
    let world = world();
    let producer = world.pubsub.producer::<Note>(TOPIC).open().await;
    let producer = producer.expect("a producer");
    let error = Error::InvalidOption {
        name: "key".to_owned(),
        message: "too long".to_owned(),
    };
    world.memory.faults().fail_next(Operation::Send, error);
    producer.send(&Note::new("a")).await.expect_err("refused");
    assert_eq!(producer.health().link, LinkState::Up);
    assert_eq!(world.metrics.count(Counter::ProducerReconnects), 0);
}

#[tokio::test(start_paused = true)]
async fn what_was_closed_underneath_is_closed() {
    let world = world();
    let consumer = world.consumer("s").await;
    let producer = world.pubsub.producer::<Note>(TOPIC).open().await;
    let producer = producer.expect("a producer");
    world.pubsub.close(SECOND).await.expect("closed");
    assert_eq!(producer.health().link, LinkState::Closed);
    assert_eq!(consumer.health().link, LinkState::Closed);
    assert_eq!(world.metrics.level(Gauge::ConsumerState), 0);
    let error = producer.send(&Note::new("a")).await.expect_err("closed");
    assert!(matches!(error, Error::Closed { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn an_error_says_once_that_there_is_no_connection() {
    let world = world();
    let producer = world.pubsub.producer::<Note>(TOPIC).open().await;
    let producer = producer.expect("a producer");
    for _ in 0..1_000 {
        let error = Error::connection("memory", "down");
        world
            .memory
            .faults()
            .fail_next(Operation::CreateProducer, error);
    }
    world.memory.faults().disconnect();
    let error = producer.send(&Note::new("a")).await.expect_err("down");
    assert_eq!(error.to_string(), "memory: no connection: down");
}

#[tokio::test(start_paused = true)]
async fn silence_counts_over_many_short_receives() {
    let world = world();
    let watchdog = Duration::from_secs(30);
    let consumer = world.pubsub.consumer::<Note>(TOPIC, "s").watchdog(watchdog);
    let consumer = consumer.open().await.expect("a consumer");
    for _ in 0..14 {
        consumer.receive().await.expect_err("nothing");
    }
    assert_eq!(consumer.health().reconnects, 0);
    // Nobody listens: that is no silence.
    sleep(Duration::from_secs(3600)).await;
    for _ in 0..3 {
        consumer.receive().await.expect_err("nothing");
    }
    assert_eq!(consumer.health().reconnects, 1);
}

#[tokio::test(start_paused = true)]
async fn health_knows_of_lost_links_that_nobody_uses() {
    let world = world();
    let consumer = world.consumer("s").await;
    let producer = world.pubsub.producer::<Note>(TOPIC).open().await;
    let producer = producer.expect("a producer");
    assert!(world.pubsub.health().await.is_healthy());
    world.memory.faults().refuse_connections(true);
    world.memory.faults().disconnect();
    for health in [consumer.health(), producer.health()] {
        assert_eq!(health.link, LinkState::Down);
        let error = health.last_error.expect("a reason");
        assert!(error.contains("no connection"), "{error}");
    }
    assert!(!world.pubsub.health().await.is_healthy());
    world.memory.faults().refuse_connections(false);
    producer.send(&Note::new("a")).await.expect("sent");
    take(&consumer, 1).await;
    assert!(world.pubsub.health().await.is_healthy());
}

#[tokio::test(start_paused = true)]
async fn an_error_of_a_settlement_is_said_once() {
    let world = world();
    let consumer = world.consumer("s").await;
    world.send(&["a"]).await;
    let received = consumer.receive().await.expect("a message");
    let error = Error::connection("memory", "on purpose");
    world.memory.faults().fail_next(Operation::Ack, error);
    let failed = received.ack().await.expect_err("not settled");
    let expected = "message not settled: memory: no connection: on purpose";
    assert_eq!(failed.to_string(), expected);
    let handler = tg_pubsub::HandlerError::from(failed);
    assert_eq!(handler.to_string(), expected);
}

#[tokio::test(start_paused = true)]
async fn whoever_asks_for_the_health_brings_the_state_up_to_date() {
    let world = world();
    let consumer = world.consumer("s").await;
    assert_eq!(world.metrics.level(Gauge::ConsumerState), 1);
    world.memory.faults().disconnect();
    assert_eq!(consumer.health().link, LinkState::Down);
    assert_eq!(world.metrics.level(Gauge::ConsumerState), 0);
    world.send(&["a"]).await;
    assert_eq!(take(&consumer, 1).await, ["a"]);
    assert_eq!(world.metrics.level(Gauge::ConsumerState), 1);
}

#[tokio::test(start_paused = true)]
async fn opening_at_a_broker_that_does_not_answer_says_so() {
    let world = world();
    let faults = world.memory.faults();
    faults.delay(Operation::CreateConsumer, Duration::from_secs(60));
    let start = Instant::now();
    let consumer = world.pubsub.consumer::<Raw>(TOPIC, "s");
    let opened = consumer.connect_timeout(3 * SECOND).open().await;
    let error = opened.expect_err("no answer");
    assert_eq!(start.elapsed(), 3 * SECOND);
    assert!(matches!(error, Error::Connection { .. }), "{error}");
    assert!(error.to_string().contains("did not answer"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn who_closes_waits_for_no_link_that_is_being_built() {
    let world = world();
    let consumer = world.consumer("s").await;
    let subscriber = world.pubsub.subscriber::<Note>(TOPIC, "t").open().await;
    let subscriber = subscriber.expect("a subscriber");
    let served = world.consumer("u").await;
    let service = served.service().run(|_| async { Ok(()) });
    let mut shutdown = Shutdown::new();
    shutdown.add(subscriber).add(service.expect("a service"));

    let faults = world.memory.faults();
    faults.delay(Operation::CreateConsumer, Duration::from_secs(3600));
    faults.disconnect();
    let waiting = tokio::spawn({
        let consumer = consumer.clone();
        async move { consumer.receive_timeout(Duration::MAX).await }
    });
    // Long enough for each to be in the middle of it.
    sleep(60 * SECOND).await;
    let start = Instant::now();
    consumer.close(30 * SECOND).await.expect("closed");
    let ended = waiting.await.expect("a task").map(drop);
    assert!(matches!(ended, Err(Error::Closed { .. })), "{ended:?}");
    assert!(shutdown.drain(30 * SECOND).await.is_clean());
    assert_eq!(start.elapsed(), Duration::ZERO);
}
