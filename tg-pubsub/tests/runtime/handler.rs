//! Services: concurrency, failures, policies.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge, Timing};
use tg_pubsub::{AckPolicy, Error, HandlerError, Incoming, RateLimitPolicy, Service};
use tg_pubsub_memory::Operation;
use tg_schema::pubsub::Error as BackendError;
use tokio::time::{Instant, sleep};

use super::support::*;

/// Texts in the order in which a handler saw them.
type Log = Arc<Mutex<Vec<String>>>;

fn log() -> Log {
    Arc::default()
}
fn read(log: &Log) -> Vec<String> {
    log.lock().expect("a lock").clone()
}
fn write(log: &Log, note: &Incoming<Note>) {
    log.lock().expect("a lock").push(note.value().text.clone());
}

const DEAD: &str = "q1/tg/flow/notes.dlq.s";

async fn end(service: Service) {
    let drained = service.drain(Duration::from_secs(5)).await;
    assert!(drained.is_clean(), "{drained:?}");
}

#[tokio::test(start_paused = true)]
async fn so_many_are_handled_at_a_time_and_no_more() {
    let world = world();
    let consumer = world.consumer("s").await;
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (n, m) = (now.clone(), most.clone());
    let service = consumer.service().concurrency(8).run(move |_| {
        let (now, most) = (n.clone(), m.clone());
        async move {
            most.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            sleep(SECOND).await;
            now.fetch_sub(1, Ordering::SeqCst);
            Ok(())
        }
    });
    let service = service.expect("a service");
    let start = Instant::now();
    world.send(&["x"; 80]).await;
    until("all are done", || {
        world.metrics.count(Counter::Succeeded) == 80
    })
    .await;
    assert_eq!(most.load(Ordering::SeqCst), 8);
    assert_eq!(start.elapsed().as_secs(), 10);
    assert_eq!(world.metrics.timings(Timing::Processing).len(), 80);
    end(service).await;
    assert_eq!(world.metrics.level(Gauge::ConsumerInFlight), 0);
    assert_eq!(world.metrics.level(Gauge::ConsumerState), 0);
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_panics_is_a_failed_attempt_and_no_dead_consumer() {
    let world = world();
    let consumer = world.consumer("s").await;
    let seen = log();
    let keep = seen.clone();
    let service = consumer.run(move |note| {
        write(&keep, &note);
        async move {
            match (note.value().text.as_str(), note.attempt()) {
                ("bad", 1) => panic!("on purpose"),
                _ => Ok(()),
            }
        }
    });
    let service = service.expect("a service");
    world.send(&["bad", "good"]).await;
    until("both are done", || {
        world.metrics.count(Counter::Succeeded) == 2
    })
    .await;
    assert_eq!(read(&seen), ["bad", "good", "bad"]);
    assert_eq!(world.metrics.count(Counter::Panicked), 1);
    assert_eq!(world.metrics.count(Counter::Failed), 1);
    end(service).await;
}

#[tokio::test(start_paused = true)]
async fn attempts_are_used_up_and_others_keep_flowing() {
    let world = world();
    let consumer = world.consumer("s").await;
    let start = Instant::now();
    let tried = Arc::new(Mutex::new(Vec::new()));
    let keep = tried.clone();
    let service = consumer.run(move |note| {
        let bad = note.value().text == "bad";
        if bad {
            let mut tried = keep.lock().expect("a lock");
            tried.push((start.elapsed().as_secs(), note.attempt()));
        }
        async move {
            match bad {
                true => Err("x".parse::<u32>().expect_err("no number").into()),
                false => Ok(()),
            }
        }
    });
    let service = service.expect("a service");
    world.send(&["bad"]).await;
    for _ in 0..30 {
        world.send(&["good"]).await;
        sleep(SECOND).await;
    }
    let tried = tried.lock().expect("a lock").clone();
    assert_eq!(tried, [(0, 1), (1, 2), (3, 3), (7, 4), (15, 5)]);
    assert_eq!(world.metrics.count(Counter::Succeeded), 30);
    let dead = world.memory.published(&topic(DEAD));
    assert_eq!(dead.len(), 1);
    assert_eq!(
        dead[0].properties.get("tg-dlq-error"),
        Some("invalid digit found in string")
    );
    assert_eq!(dead[0].properties.get("tg-dlq-attempt"), Some("5"));
    end(service).await;
}

#[tokio::test(start_paused = true)]
async fn a_dead_letter_is_written_before_the_message_is_acknowledged() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.run(|_| async { Err(HandlerError::reject("never")) });
    let service = service.expect("a service");
    world.send(&["bad"]).await;
    // The first dead letter fails.
    let refused = BackendError::Auth {
        backend: "memory".to_owned(),
        message: "not on this topic".to_owned(),
    };
    world.memory.faults().fail_next(Operation::Send, refused);
    sleep(Duration::from_secs(30)).await;
    assert!(world.memory.published(&topic(DEAD)).is_empty());
    assert_eq!(
        world.pending("s") + world.unsettled("s"),
        1,
        "it is not lost"
    );
    sleep(Duration::from_secs(60)).await;
    assert_eq!(world.memory.published(&topic(DEAD)).len(), 1);
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
    end(service).await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_may_reject_at_once() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.run(|_| async { Err(HandlerError::reject("never")) });
    let service = service.expect("a service");
    world.send(&["bad"]).await;
    until("it is given up", || {
        world.metrics.count(Counter::DeadLettered) == 1
    })
    .await;
    let dead = world.memory.published(&topic(DEAD));
    assert_eq!(dead[0].properties.get("tg-dlq-error"), Some("never"));
    assert_eq!(dead[0].properties.get("tg-dlq-attempt"), Some("1"));
    end(service).await;
}

#[tokio::test(start_paused = true)]
async fn policies_of_acknowledgement() {
    for (policy, calls, dead) in [
        (AckPolicy::NackOnError, 5, 1),
        (AckPolicy::RejectOnError, 1, 1),
        (AckPolicy::AckAlways, 1, 0),
        (AckPolicy::AckFirst, 1, 0),
    ] {
        let world = world();
        let consumer = world.consumer("s").await;
        let count = Arc::new(AtomicUsize::new(0));
        let seen = count.clone();
        let service = consumer.service().ack(policy).run(move |_| {
            seen.fetch_add(1, Ordering::SeqCst);
            async { Err(HandlerError::retry("no")) }
        });
        let service = service.expect("a service");
        world.send(&["a"]).await;
        sleep(Duration::from_secs(120)).await;
        assert_eq!(count.load(Ordering::SeqCst), calls, "{policy:?}");
        assert_eq!(
            world.memory.published(&topic(DEAD)).len(),
            dead,
            "{policy:?}"
        );
        assert_eq!(world.pending("s") + world.unsettled("s"), 0, "{policy:?}");
        end(service).await;
    }
}

#[tokio::test(start_paused = true)]
async fn acknowledged_first_means_before_the_handler_begins() {
    let world = world();
    let consumer = world.consumer("s").await;
    let (begun, broker) = (log(), world.memory.clone());
    let keep = begun.clone();
    let service = consumer.service().ack(AckPolicy::AckFirst).run(move |_| {
        let open = broker.unsettled(&topic(TOPIC), "s");
        keep.lock().expect("a lock").push(open.to_string());
        async { Ok(()) }
    });
    let service = service.expect("a service");
    world.send(&["a"]).await;
    until("it is done", || {
        world.metrics.count(Counter::Succeeded) == 1
    })
    .await;
    assert_eq!(read(&begun), ["0"]);
    end(service).await;
}

#[tokio::test(start_paused = true)]
async fn what_is_acknowledged_too_late_is_not_begun_and_comes_again() {
    let world = world();
    let consumer = world.consumer("s").await;
    let begun = log();
    let keep = begun.clone();
    let service = consumer.service().ack(AckPolicy::AckFirst);
    let service = service.rate(1.0, 1).run(move |note| {
        write(&keep, &note);
        async { Ok(()) }
    });
    let service = service.expect("a service");
    world.send(&["a", "b", "c"]).await;
    // The second one waits for its rate, over a link that is lost before it may begin.
    until("one waits", || world.metrics.count(Counter::Throttled) == 1).await;
    world.memory.faults().disconnect();
    sleep(Duration::from_secs(60)).await;
    assert_eq!(read(&begun), ["a", "b", "c"]);
    assert_eq!(world.metrics.count(Counter::LostAcks), 1);
    end(service).await;
}

/// A task that never has to wait would be all that a thread does.
#[tokio::test]
async fn a_backlog_keeps_no_other_task_from_its_turn() {
    const MESSAGES: usize = 2_000;
    let world = world();
    let consumer = world.consumer("s").await;
    for receives in [false, true] {
        world.send(&["x"; MESSAGES]).await;
        let handled = Arc::new(AtomicUsize::new(0));
        let count = handled.clone();
        let service = match receives {
            false => {
                let service = consumer.run(move |_| {
                    count.fetch_add(1, Ordering::SeqCst);
                    async { Ok(()) }
                });
                Some(service.expect("a service"))
            }
            true => {
                let consumer = consumer.clone();
                tokio::spawn(async move {
                    while let Ok(received) = consumer.receive().await {
                        received.ack().await.expect("acknowledged");
                        count.fetch_add(1, Ordering::SeqCst);
                    }
                });
                None
            }
        };
        let (mut turns, mut longest, mut before) = (0, 0, 0);
        while before < MESSAGES {
            tokio::task::yield_now().await;
            let now = handled.load(Ordering::SeqCst);
            longest = longest.max(now - before);
            turns += usize::from(now > before);
            before = now;
        }
        assert!(turns > 5 && longest < MESSAGES / 2, "{turns}, {longest}");
        if let Some(service) = service {
            service.stop();
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_rate_is_kept() {
    let world = world();
    let consumer = world.consumer("s").await;
    let start = Instant::now();
    let at = Arc::new(Mutex::new(Vec::new()));
    let keep = at.clone();
    let service = consumer
        .service()
        .concurrency(4)
        .rate(10.0, 2)
        .run(move |_| {
            keep.lock()
                .expect("a lock")
                .push(start.elapsed().as_millis());
            async { Ok(()) }
        });
    let service = service.expect("a service");
    world.send(&["x"; 6]).await;
    until("all are done", || {
        world.metrics.count(Counter::Succeeded) == 6
    })
    .await;
    let at = at.lock().expect("a lock").clone();
    for (got, wanted) in at.iter().zip([0, 0, 100, 200, 300, 400]) {
        assert!(got.abs_diff(wanted) <= 2, "{at:?}");
    }
    assert_eq!(world.metrics.count(Counter::Throttled), 4);
    assert_eq!(world.metrics.count(Counter::Failed), 0);
    end(service).await;
    let wrong = world
        .consumer("t")
        .await
        .service()
        .rate(0.0, 1)
        .run(|_| async { Ok(()) });
    assert!(matches!(wrong, Err(Error::InvalidOption { .. })));
}

#[tokio::test(start_paused = true)]
async fn a_rate_limit_that_lasts_is_a_failure_in_the_end() {
    let world = world();
    let consumer = world.consumer("s").await;
    let limit = RateLimitPolicy::new(Duration::from_secs(10), Duration::from_secs(60));
    let service = consumer.service().rate_limit(limit);
    let service = service.run(|_| async { Err(HandlerError::rate_limited()) });
    let service = service.expect("a service");
    world.send(&["a"]).await;
    until("it failed", || world.metrics.count(Counter::Failed) == 1).await;
    assert_eq!(world.metrics.count(Counter::RateLimited), 7);
    assert_eq!(world.metrics.count(Counter::Nacked), 1);
    // It waits for the limit: it is given back, and not counted as abandoned.
    sleep(Duration::from_secs(5)).await;
    end(service).await;
    assert_eq!(world.metrics.count(Counter::Nacked), 2);
}

#[tokio::test(start_paused = true)]
async fn a_handler_names_its_own_time() {
    let world = world();
    let consumer = world.consumer("s").await;
    let start = Instant::now();
    let at = log();
    let keep = at.clone();
    let service = consumer.run(move |_| {
        let mut at = keep.lock().expect("a lock");
        at.push(start.elapsed().as_secs().to_string());
        let first = at.len() == 1;
        async move {
            match first {
                true => Err(HandlerError::RateLimited {
                    after: Some(Duration::from_secs(33)),
                }),
                false => Ok(()),
            }
        }
    });
    let service = service.expect("a service");
    world.send(&["a"]).await;
    until("it is done", || {
        world.metrics.count(Counter::Succeeded) == 1
    })
    .await;
    assert_eq!(read(&at), ["0", "33"]);
    end(service).await;
}

#[tokio::test(start_paused = true)]
async fn a_handler_that_takes_too_long_failed() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer
        .service()
        .handler_timeout(SECOND)
        .ack(AckPolicy::RejectOnError);
    let service = service.run(|_| async {
        sleep(Duration::from_secs(60)).await;
        Ok(())
    });
    let service = service.expect("a service");
    world.send(&["a"]).await;
    until("it is given up", || {
        world.metrics.count(Counter::DeadLettered) == 1
    })
    .await;
    let dead = world.memory.published(&topic(DEAD));
    let told = dead[0].properties.get("tg-dlq-error");
    assert_eq!(told, Some("the handler took longer than 1s"));
    end(service).await;
}

#[tokio::test(start_paused = true)]
async fn handlers_may_settle_themselves() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.service().run_manual(|received| async move {
        match (received.value().text.as_str(), received.attempt()) {
            ("ack", _) => received.ack().await?,
            ("nack", 1) => received.nack().await?,
            ("nack", _) => received.reject("twice").await?,
            ("panic", 1) => panic!("with the message in hand"),
            _ => received.ack().await?,
        }
        Ok(())
    });
    let service = service.expect("a service");
    world.send(&["ack", "nack", "panic"]).await;
    sleep(Duration::from_secs(10)).await;
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
    assert_eq!(world.metrics.count(Counter::DeadLettered), 1);
    assert_eq!(world.metrics.count(Counter::Unsettled), 1);
    end(service).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_that_is_dropped_stops_and_its_messages_come_again() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.service().concurrency(2).run(|_| async {
        sleep(Duration::from_secs(600)).await;
        Ok(())
    });
    let service = service.expect("a service");
    world.send(&["a", "b"]).await;
    until("both are in hand", || service.active() == 2).await;
    drop(service);
    let mut texts = take(&consumer, 2).await;
    texts.sort();
    assert_eq!(texts, ["a", "b"]);
}

#[tokio::test(start_paused = true)]
async fn time_is_asked_for_while_a_handler_works() {
    let world = world();
    let consumer = world.consumer("s").await;
    let service = consumer.service().extend_every(SECOND).run(|_| async {
        sleep(Duration::from_secs(5)).await;
        Ok(())
    });
    let service = service.expect("a service");
    world.send(&["a"]).await;
    until("it is done", || {
        world.metrics.count(Counter::Succeeded) == 1
    })
    .await;
    assert_eq!(world.pending("s") + world.unsettled("s"), 0);
    end(service).await;
}

#[tokio::test(start_paused = true)]
async fn a_service_ends_where_a_repetition_is_useless() {
    let world = world();
    let consumer = world.consumer("s").await;
    let mut service = consumer
        .service()
        .concurrency(3)
        .run(|_| async { Ok(()) })
        .expect("a service");
    let auth = BackendError::Auth {
        backend: "memory".to_owned(),
        message: "the password was changed".to_owned(),
    };
    world
        .memory
        .faults()
        .fail_next(Operation::CreateConsumer, auth);
    world.memory.faults().disconnect();
    let error = service.ended().await.expect_err("it cannot go on");
    assert_eq!(error.kind(), "auth");
    service.ended().await.expect("it was told");
    assert!(service.drain(SECOND).await.is_clean());
}
