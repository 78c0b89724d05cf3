//! Requests and their responses.

use std::time::Duration;

use tg_pubsub::metrics::{Counter, Gauge, Timing};
use tg_pubsub::{Error, HandlerError, ID, Requester, Responder, SendOptions};
use tg_pubsub_memory::Operation;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::support::*;

pub(super) const REQUESTS: &str = "q1/tg/request/echo";
pub(super) const RESPONSES: &str = "q1/tg/response/echo";

pub(super) async fn requester(world: &World) -> Requester<Note, Note> {
    let requester = world.pubsub.requester(REQUESTS, RESPONSES);
    requester.open().await.expect("a requester")
}

/// Answers with the same text, after as many milliseconds as it says, where it says a number.
pub(super) async fn responder(world: &World) -> Responder<Note> {
    let responder = world
        .pubsub
        .responder::<Note, Note>(REQUESTS, "echo", RESPONSES);
    let responder = responder.service(|service| service.concurrency(2_000));
    let responder = responder.consumer(|consumer| consumer.prefetch(2_000));
    let responder = responder.respond(|request| async move {
        let note = request.into_value();
        if note.text == "never" {
            return Err(HandlerError::reject("as it says"));
        }
        sleep(Duration::from_millis(note.text.parse().unwrap_or(0))).await;
        Ok(note)
    });
    responder.await.expect("a responder")
}

#[tokio::test(start_paused = true)]
async fn thousands_are_under_way_and_each_gets_its_own() {
    let world = world();
    let (requester, responder) = (requester(&world).await, responder(&world).await);
    let requester = std::sync::Arc::new(requester);
    let mut tasks = JoinSet::new();
    for n in 0..2_000_u32 {
        let requester = requester.clone();
        tasks.spawn(async move {
            let text = (1000 + n % 500).to_string();
            let note = Note {
                hint: Some(n.to_string()),
                ..Note::new(text)
            };
            let response = requester.request(&note).await.expect("a response");
            response.into_value() == note
        });
    }
    sleep(Duration::from_millis(500)).await;
    assert_eq!(requester.in_flight(), 2_000);
    assert_eq!(world.metrics.level(Gauge::RequesterInFlight), 2_000);
    assert!(tasks.join_all().await.into_iter().all(|own| own));
    assert_eq!(requester.in_flight(), 0);
    assert_eq!(world.metrics.count(Counter::Requested), 2_000);
    assert_eq!(world.metrics.timings(Timing::Responding).len(), 2_000);
    assert_eq!(world.metrics.count(Counter::LateReplies), 0);
    assert!(responder.drain(SECOND).await.is_clean());
    assert!(requester.close(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn late_responses_are_counted_and_reach_nobody() {
    let world = world();
    let (requester, _responder) = (requester(&world).await, responder(&world).await);
    let start = Instant::now();
    let within = Duration::from_secs(2);
    let late = requester
        .request_with(&Note::new("5000"), SendOptions::new(), within)
        .await;
    let error = late.expect_err("too late");
    assert!(
        matches!(
            error,
            Error::Timeout {
                operation: "request",
                ..
            }
        ),
        "{error}"
    );
    assert_eq!(start.elapsed(), within);
    assert_eq!(requester.in_flight(), 0);
    until("it came", || world.metrics.count(Counter::LateReplies) == 1).await;
    assert_eq!(world.metrics.count(Counter::RequestTimedOut), 1);
    assert_eq!(world.metrics.count(Counter::Orphaned), 0);
    // Those of others are no late ones.
    let other = world
        .pubsub
        .producer::<Note>(RESPONSES)
        .open()
        .await
        .expect("a producer");
    let options = SendOptions::new().property(ID, "of another");
    other
        .send_with(&Note::new("x"), options)
        .await
        .expect("sent");
    until("it was seen", || {
        world.metrics.count(Counter::Orphaned) == 1
    })
    .await;
    assert_eq!(world.metrics.count(Counter::LateReplies), 1);
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_dropped_is_forgotten() {
    let world = world();
    let requester = requester(&world).await;
    for _ in 0..100 {
        let note = Note::new("x");
        let request = requester.request(&note);
        let _ = tokio::time::timeout(Duration::from_millis(1), request).await;
    }
    assert_eq!(requester.in_flight(), 0);
    assert_eq!(world.metrics.level(Gauge::RequesterInFlight), 0);
}

#[tokio::test(start_paused = true)]
async fn several_responses_up_to_the_last() {
    let world = world();
    let requester = requester(&world).await;
    let responder = world
        .pubsub
        .responder::<Note, Note>(REQUESTS, "count", RESPONSES);
    let responder = responder.stream(|request, replies| async move {
        let count: u32 = request.value().text.parse()?;
        for n in 1..=count {
            sleep(SECOND).await;
            let hint = (n == count).then(|| "last".to_owned());
            let note = Note {
                hint,
                ..Note::new(n.to_string())
            };
            replies.send(&note).await?;
        }
        Ok(())
    });
    let responder = responder.await.expect("a responder");
    let last = |note: &Note| note.hint.is_some();
    let replies = requester
        .stream(&Note::new("5"), SendOptions::new(), last)
        .await;
    let mut replies = replies.expect("sent");
    let mut texts = Vec::new();
    while let Some(reply) = replies.next().await {
        texts.push(reply.expect("a response").into_value().text);
    }
    assert_eq!(texts, ["1", "2", "3", "4", "5"]);
    assert!(replies.next().await.is_none());
    assert_eq!(requester.in_flight(), 0);
    drop(replies);

    // One that is not taken to its end.
    let last = |_: &Note| false;
    let mut cut = requester
        .stream(&Note::new("3"), SendOptions::new(), last)
        .await
        .expect("sent");
    cut.next().await.expect("the first").expect("a response");
    drop(cut);
    until("the others are late", || {
        world.metrics.count(Counter::LateReplies) == 2
    })
    .await;
    assert!(responder.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn at_most_so_many_are_under_way() {
    let world = world();
    let requester = world
        .pubsub
        .requester::<Note, Note>(REQUESTS, RESPONSES)
        .capacity(2);
    let requester = requester
        .timeout(Duration::from_secs(10))
        .open()
        .await
        .expect("a requester");
    let [a, b, c] = ["a", "b", "c"].map(Note::new);
    let start = Instant::now();
    let third = async {
        sleep(SECOND).await;
        requester.request_with(&c, SendOptions::new(), SECOND).await
    };
    let (a, b, c) = tokio::join!(requester.request(&a), requester.request(&b), third);
    assert!(matches!(c, Err(Error::Full { capacity: 2, .. })), "{c:?}");
    assert!(matches!(
        (a, b),
        (Err(Error::Timeout { .. }), Err(Error::Timeout { .. }))
    ));
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn who_asks_is_subscribed_before_the_request_is_sent() {
    let world = world();
    // The responder answers before the request is confirmed: messages are stored before their send is delayed.
    let responder = responder(&world).await;
    let requester = requester(&world).await;
    let confirmation = Duration::from_millis(10);
    world.memory.faults().delay(Operation::Send, confirmation);
    for _ in 0..100 {
        requester
            .request(&Note::new("x"))
            .await
            .expect("a response");
    }
    assert_eq!(world.metrics.count(Counter::LateReplies), 0);
    assert_eq!(world.metrics.count(Counter::Orphaned), 0);
    assert!(responder.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_lost_link_is_survived_by_both_sides() {
    let world = world();
    let (requester, responder) = (requester(&world).await, responder(&world).await);
    requester
        .request(&Note::new("x"))
        .await
        .expect("a response");
    assert!(requester.is_healthy());
    world.memory.faults().disconnect_for(Duration::from_secs(3));
    sleep(SECOND).await;
    assert!(!requester.is_healthy());
    sleep(Duration::from_secs(20)).await;
    requester
        .request(&Note::new("y"))
        .await
        .expect("a response");
    assert!(requester.is_healthy());
    let subscriptions = world.memory.subscriptions(&topic(RESPONSES));
    assert_eq!(subscriptions.len(), 1, "it was made again, once");
    assert!(responder.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_request_without_an_id_is_a_dead_letter() {
    let world = world();
    let responder = responder(&world).await;
    let producer = world
        .pubsub
        .producer::<Note>(REQUESTS)
        .open()
        .await
        .expect("a producer");
    producer.send(&Note::new("x")).await.expect("sent");
    until("it is given up", || {
        world.metrics.count(Counter::DeadLettered) == 1
    })
    .await;
    let dead = world
        .memory
        .published(&topic("q1/tg/request/echo.dlq.echo"));
    let told = dead[0].properties.get("tg-dlq-error").expect("a reason");
    assert_eq!(told, "a request has the property \"id\"; this one has not");
    assert!(world.memory.published(&topic(RESPONSES)).is_empty());
    assert!(responder.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn closing_waits_for_responses_and_counts_those_that_do_not_come() {
    let world = world();
    let (requester, _responder) = (requester(&world).await, responder(&world).await);
    let requester = std::sync::Arc::new(requester);
    let ask = |text: &'static str| {
        let requester = requester.clone();
        tokio::spawn(async move { requester.request(&Note::new(text)).await })
    };
    let (soon, never) = (ask("1000"), ask("never"));
    sleep(Duration::from_millis(100)).await;
    let drained = requester.close(Duration::from_secs(5)).await;
    assert_eq!(drained.abandoned, 1);
    soon.await.expect("no panic").expect("a response");
    let error = never.await.expect("no panic").expect_err("closed");
    assert!(matches!(error, Error::Closed { .. }), "{error}");
    let error = requester
        .request(&Note::new("x"))
        .await
        .expect_err("closed");
    assert!(matches!(error, Error::Closed { .. }), "{error}");
}

#[tokio::test(start_paused = true)]
async fn no_time_is_too_long_for_a_request() {
    let world = world();
    let (requester, responder) = (requester(&world).await, responder(&world).await);
    requester
        .request_with(&Note::new("5"), SendOptions::new(), Duration::MAX)
        .await
        .expect("a response");
    assert!(responder.drain(Duration::MAX).await.is_clean());
    assert!(requester.close(Duration::MAX).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_takes_tells_of_its_gap() {
    let world = world();
    let requester = requester(&world).await;
    let responder = world
        .pubsub
        .responder::<Note, Note>(REQUESTS, "flood", RESPONSES);
    let responder = responder.stream(|_, replies| async move {
        for n in 0..150 {
            replies.send(&Note::new(n.to_string())).await?;
        }
        Ok(())
    });
    let responder = responder.await.expect("a responder");
    let request = Note::new("x");
    let stream = requester.stream(&request, SendOptions::new(), |_: &Note| false);
    let mut replies = stream.await.expect("sent");
    sleep(Duration::from_secs(60)).await;
    for n in 0..100 {
        let reply = replies.next().await.expect("one more").expect("no gap yet");
        assert_eq!(reply.into_value().text, n.to_string());
    }
    let gap = replies.next().await.expect("an end").expect_err("a gap");
    assert!(matches!(gap, Error::Full { capacity: 100, .. }), "{gap}");
    assert!(replies.next().await.is_none());
    assert_eq!(world.metrics.count(Counter::WaiterDropped), 50);
    assert!(responder.drain(SECOND).await.is_clean());
}

#[tokio::test(start_paused = true)]
async fn a_response_side_that_is_refused_ends_requests_at_once() {
    let world = world();
    let requester = requester(&world).await;
    // It is there, and receives nothing.
    let service = world.pubsub.consumer::<Note>(REQUESTS, "echo");
    let _service = service.open().await.expect("a consumer");
    let faults = world.memory.faults();
    let refused = || Error::Auth {
        backend: "memory".to_owned(),
        message: "revoked".to_owned(),
    };
    let cut = async {
        sleep(SECOND).await;
        faults.fail_next(Operation::CreateConsumer, refused());
        faults.disconnect();
    };
    let note = Note::new("60000");
    let start = Instant::now();
    let (response, ()) = tokio::join!(requester.request(&note), cut);
    let error = response.expect_err("refused");
    assert!(matches!(error, Error::Auth { .. }), "{error}");
    assert!(start.elapsed() < 5 * SECOND);
    assert!(!requester.is_healthy());
    let later = requester.request(&note).await.expect_err("refused");
    assert!(matches!(later, Error::Auth { .. }), "{later}");
}

#[tokio::test(start_paused = true)]
async fn the_latency_of_a_stream_is_that_of_its_first_response() {
    let world = world();
    let requester = requester(&world).await;
    let responder = world
        .pubsub
        .responder::<Note, Note>(REQUESTS, "echo", RESPONSES);
    let responder = responder.stream(|request, replies| async move {
        for n in 0..5 {
            sleep(SECOND).await;
            replies.send(&Note::new(n.to_string())).await?;
        }
        drop(request);
        Ok(())
    });
    let _responder = responder.await.expect("a responder");
    let last = |note: &Note| note.text == "4";
    let note = Note::new("x");
    let asked = requester.stream(&note, SendOptions::new(), last);
    let mut replies = asked.await.expect("asked");
    let mut count = 0;
    while let Some(reply) = replies.next().await {
        reply.expect("a response");
        count += 1;
    }
    assert_eq!(count, 5);
    let timings = || world.metrics.timings(Timing::Responding);
    assert_eq!(timings(), [SECOND]);
    // What failed has no latency.
    let never = Note::new("x");
    let response = requester.request_with(&never, SendOptions::new(), SECOND / 2);
    response.await.expect_err("too late");
    assert_eq!(timings().len(), 1);
}
