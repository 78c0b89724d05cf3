//! Faults on demand.

use std::sync::Arc;
use std::time::Duration;

use tg_pubsub_memory::{Memory, Operation};
use tg_schema::pubsub::{
    BackendConsumer, ConsumerType, Error, Outgoing, ProducerOptions, PubSubBackend,
};
use tokio::time::{Instant, timeout};

use crate::support::*;

fn planned() -> Error {
    Error::connection("memory", "planned")
}

fn is_planned(error: &Error) -> bool {
    error.to_string().ends_with("planned")
}

#[tokio::test(start_paused = true)]
async fn the_next_call_of_each_operation_fails_once() {
    let backend = Memory::new();
    let faults = backend.faults();
    let x = topic(X);
    let fail = |operation| faults.fail_next(operation, planned());

    fail(Operation::CreateProducer);
    let options = ProducerOptions::default;
    assert!(is_planned(&refused(
        backend.create_producer(&x, None, options()).await
    )));
    let producer = producer(&backend, X).await;
    fail(Operation::CreateConsumer);
    assert!(is_planned(&refused(
        try_consumer(&backend, X, "s", shared()).await
    )));
    let consumer = consumer(&backend, X, "s", shared()).await;

    fail(Operation::Send);
    fail(Operation::Send);
    for _ in 0..2 {
        assert!(is_planned(
            &producer
                .send(Outgoing::new("a"))
                .await
                .expect_err("planned")
        ));
    }
    send(&*producer, &["b"]).await;
    fail(Operation::Receive);
    assert!(is_planned(&consumer.receive().await.expect_err("planned")));
    fail(Operation::Receive);
    let tried = consumer.try_receive().expect("an answer");
    assert!(is_planned(&tried.expect_err("planned")));

    let mut delivery = receive(&*consumer).await;
    assert_eq!(text(&delivery), "b");
    fail(Operation::Nack);
    let failed = delivery.nack(None).await.expect_err("planned");
    delivery = *failed.delivery;
    fail(Operation::Reject);
    delivery = *delivery.reject("no").await.expect_err("planned").delivery;
    fail(Operation::Ack);
    delivery = *delivery.ack().await.expect_err("planned").delivery;
    assert_eq!(backend.unsettled(&x, "s"), 1, "nothing was done");
    delivery.ack().await.expect("acknowledged");

    fail(Operation::Flush);
    assert!(producer.flush().await.is_err());
    producer.flush().await.expect("flushed");
    fail(Operation::TopicAdmin);
    assert!(backend.topic_exists(&x).await.is_err());
    fail(Operation::Health);
    assert!(backend.health().await.is_err());
    assert_eq!(backend.health().await.expect("well").detail, "memory://");
    fail(Operation::Unsubscribe);
    assert!(consumer.unsubscribe().await.is_err());
    assert_eq!(
        backend.subscriptions(&x).len(),
        1,
        "the consumer is gone, not its subscription"
    );
    fail(Operation::Send);
    faults.clear();
    send(&*producer, &["c"]).await;
}

#[tokio::test(start_paused = true)]
async fn a_cut_ends_producers_and_consumers_and_keeps_messages() {
    let backend = Memory::new();
    let producer = producer(&backend, X).await;
    let one = consumer(&backend, X, "s", shared()).await;
    send(&*producer, &["a", "b", "c"]).await;
    let a = receive(&*one).await;
    let b = receive(&*one).await;
    b.ack().await.expect("acknowledged");
    backend.faults().disconnect();
    for _ in 0..2 {
        let sent = producer.send(Outgoing::new("d")).await;
        assert!(matches!(sent, Err(Error::Connection { .. })), "{sent:?}");
        let received = one.receive().await;
        assert!(matches!(received, Err(Error::Connection { .. })));
        assert!(matches!(
            one.try_receive(),
            Some(Err(Error::Connection { .. }))
        ));
        assert!(producer.flush().await.is_err());
    }
    let mut late = a.ack().await.expect_err("the link is gone");
    assert!(matches!(late.error, Error::Lost));
    assert!(matches!(
        late.delivery.extend(SECOND).await,
        Err(Error::Lost)
    ));
    assert!(matches!(late.delivery.nack(None).await, Err(e) if matches!(e.error, Error::Lost)));
    assert!(one.unsubscribe().await.is_err());
    let two = consumer(&backend, X, "s", shared()).await;
    let again = receive(&*two).await;
    assert_eq!((text(&again), again.meta.attempt), ("a", 2));
    again.ack().await.expect("acknowledged");
    assert_eq!(drain(&*two).await, ["c"]);
}

#[tokio::test(start_paused = true)]
async fn calls_that_wait_hear_of_a_cut() {
    let backend = Memory::new();
    let consumer = consumer(&backend, X, "s", of_type(ConsumerType::Failover)).await;
    let consumer: Arc<dyn BackendConsumer> = Arc::from(consumer);
    let tasks: Vec<_> = (0..5)
        .map(|_| {
            let consumer = consumer.clone();
            tokio::spawn(async move { consumer.receive().await.map(drop) })
        })
        .collect();
    tokio::task::yield_now().await;
    backend.faults().disconnect();
    for task in tasks {
        let answer = timeout(SECOND, task).await.expect("in time");
        let answer = answer.expect("no panic");
        assert!(
            matches!(answer, Err(Error::Connection { .. })),
            "{answer:?}"
        );
    }
}

#[tokio::test(start_paused = true)]
async fn links_are_refused_for_a_time() {
    let backend = Memory::new();
    let x = topic(X);
    backend.faults().disconnect_for(5 * SECOND);
    let error = refused(try_consumer(&backend, X, "s", shared()).await);
    assert_eq!(
        error.to_string(),
        "memory: no connection: connections are refused"
    );
    let options = ProducerOptions::default();
    assert!(backend.create_producer(&x, None, options).await.is_err());
    assert!(backend.health().await.is_err());
    tokio::time::sleep(5 * SECOND).await;
    backend.health().await.expect("well again");
    backend.faults().refuse_connections(true);
    tokio::time::sleep(3600 * SECOND).await;
    assert!(backend.health().await.is_err());
    backend.faults().refuse_connections(false);
    assert!(try_consumer(&backend, X, "s", shared()).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn single_messages_go_wrong() {
    let backend = Memory::new();
    const Q2: &str = "q2/tg/flow/x";
    let producer = producer(&backend, Q2).await;
    let consumer = consumer(&backend, Q2, "s", shared()).await;
    let faults = backend.faults();
    faults.duplicate_next();
    faults.drop_next();
    faults.lose_next_confirm();
    let message = |text: &'static str| Outgoing::new(text).id(text);
    assert!(producer.send(message("twice")).await.is_ok());
    assert!(producer.send(message("dropped")).await.is_ok());
    let lost = producer.send(message("unconfirmed")).await;
    assert!(matches!(lost, Err(Error::Connection { .. })), "{lost:?}");
    let again = producer.send(message("unconfirmed")).await.expect("sent");
    assert!(again.duplicate);
    assert_eq!(drain(&*consumer).await, ["twice", "twice", "unconfirmed"]);
}

#[tokio::test(start_paused = true)]
async fn best_effort_tells_what_it_dropped() {
    let backend = Memory::new();
    const Q0: &str = "q0/tg/flow/x";
    let producer = producer(&backend, Q0).await;
    let consumer = consumer(&backend, Q0, "s", shared()).await;
    backend.faults().drop_next();
    for (text, dropped) in [("a", true), ("b", false)] {
        let receipt = producer.send(Outgoing::new(text)).await.expect("sent");
        assert_eq!(receipt.dropped, dropped, "{text}");
    }
    assert_eq!((producer.dropped(), consumer.dropped()), (1, 0));
    assert_eq!(drain(&*consumer).await, ["b"]);
}

#[tokio::test(start_paused = true)]
async fn delays_hold_up_what_they_name() {
    let backend = Memory::new();
    let options = ProducerOptions::default()
        .send_timeout(10 * SECOND)
        .max_in_flight(2);
    let x = topic(X);
    let producer = backend.create_producer(&x, None, options).await;
    let producer = producer.expect("a producer");
    let consumer = consumer(&backend, X, "s", shared()).await;
    let faults = backend.faults();
    let start = Instant::now();
    let seconds = || start.elapsed().as_secs();

    faults.delay(Operation::Send, 3 * SECOND);
    let send = |text: &'static str| producer.send(Outgoing::new(text));
    let flush = async {
        tokio::task::yield_now().await;
        producer.flush().await.expect("flushed");
        seconds()
    };
    let (a, b, c, flushed) = tokio::join!(send("a"), send("b"), send("c"), flush);
    assert!(a.is_ok() && b.is_ok() && c.is_ok());
    assert_eq!((seconds(), flushed), (6, 6), "two at a time");

    faults.delay(Operation::Send, 3600 * SECOND);
    let timed_out = send("d").await;
    assert!(matches!(
        timed_out,
        Err(Error::Timeout {
            operation: "send",
            ..
        })
    ));
    assert_eq!(seconds(), 16);
    faults.delay(Operation::Send, Duration::ZERO);
    assert_eq!(drain(&*consumer).await, ["a", "b", "c", "d"]);

    faults.delay(Operation::Receive, 2 * SECOND);
    send("e").await.expect("sent");
    assert!(consumer.try_receive().is_none());
    let before = seconds();
    let e = receive(&*consumer).await;
    assert_eq!(seconds() - before, 2);
    faults.clear();
    faults.delay(Operation::Ack, SECOND);
    e.ack().await.expect("acknowledged");
    assert_eq!(seconds() - before, 3);
}
