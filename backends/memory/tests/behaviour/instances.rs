//! Brokers and their handles.

use tg_pubsub_memory::{Config, Memory};
use tg_schema::pubsub::{Error, Outgoing, PubSubBackend};

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn a_name_is_one_broker_in_the_process() {
    let one = Memory::open("memory://instances-shared").expect("open");
    let two = Memory::named("instances-shared", None).expect("open");
    let consumer = consumer(&one, X, "s", shared()).await;
    send(&*producer(&two, X).await, &["a"]).await;
    assert_eq!(drain(&*consumer).await, ["a"]);
    let other = Memory::open("memory://instances-other").expect("open");
    assert_eq!(other.topics(), [""; 0]);
    let anonymous = (Memory::open("memory://").expect("open"), Memory::new());
    send(&*producer(&anonymous.0, X).await, &["b"]).await;
    assert_eq!(anonymous.1.topics(), [""; 0]);
    assert_eq!(
        one.health().await.expect("well").detail,
        "memory://instances-shared"
    );
}

#[tokio::test(start_paused = true)]
async fn a_broker_is_gone_with_the_last_that_uses_it() {
    let name = "instances-gone";
    let one = Memory::named(name, Some(Config::default())).expect("open");
    let configured = Memory::named(name, Some(Config::default()));
    assert_eq!(
        configured.expect_err("it has one").to_string(),
        "config: memory://instances-gone is open with its own; open it without one"
    );
    let producer = producer(&one, X).await;
    drop(one);
    let again = Memory::named(name, None).expect("open");
    assert_eq!(again.topics(), ["tg/flow/x"], "the producer keeps it");
    drop((producer, again));
    let new = Memory::named(name, Some(Config::default())).expect("open");
    assert_eq!(new.topics(), [""; 0]);
}

#[test]
fn what_is_no_url_is_an_error() {
    for (url, error) in [
        (
            "mqtt://x",
            "url: expected memory://name, found \"mqtt://x\"",
        ),
        ("", "url: expected memory://name, found \"\""),
    ] {
        assert_eq!(Memory::open(url).expect_err(url).to_string(), error);
    }
    assert!(Memory::named("", None).is_err());
}

#[tokio::test(start_paused = true)]
async fn closing_a_handle_ends_what_it_opened_and_nothing_else() {
    let one = Memory::new();
    let two = one.another();
    assert_eq!(one.counts().handles, 2);
    let of_one = consumer(&one, X, "s", shared()).await;
    let of_two = consumer(&two, X, "t", shared()).await;
    let producer_of_one = producer(&one, X).await;
    let producer_of_two = producer(&two, X).await;
    send(&*producer_of_one, &["a"]).await;
    let a = receive(&*of_one).await;
    let waiting = tokio::spawn(async move { (of_one.receive().await.map(drop), of_one) });
    tokio::task::yield_now().await;
    one.close(SECOND).await.expect("closed");
    let (ended, of_one) = waiting.await.expect("no panic");
    assert!(
        matches!(ended, Err(Error::Closed { what: "backend" })),
        "{ended:?}"
    );
    assert!(matches!(
        of_one.try_receive(),
        Some(Err(Error::Closed { .. }))
    ));
    assert!(a.ack().await.is_err());
    let sent = producer_of_one.send(Outgoing::new("b")).await;
    assert!(matches!(sent, Err(Error::Closed { .. })), "{sent:?}");
    let refused = refused(try_consumer(&one, X, "s", shared()).await);
    assert_eq!(refused.to_string(), "the backend is closed");
    assert!(one.health().await.is_err());
    one.close(SECOND).await.expect("closed already");
    send(&*producer_of_two, &["c"]).await;
    assert_eq!(drain(&*of_two).await, ["a", "c"]);
    let resumed = consumer(&two, X, "s", shared()).await;
    assert_eq!(drain(&*resumed).await, ["a", "c"]);
}

#[tokio::test(start_paused = true)]
async fn nothing_is_left_of_what_was_closed() {
    let backend = Memory::new();
    for i in 0..1_000 {
        let at = format!("q1/tg/flow/t{i}");
        let consumer = consumer(&backend, &at, "s", shared()).await;
        let producer = producer(&backend, &at).await;
        send(&*producer, &["a"]).await;
        assert_eq!(text(&receive(&*consumer).await), "a");
        producer.close(SECOND).await.expect("closed");
        match i % 2 {
            0 => consumer.close(SECOND).await.expect("closed"),
            _ => consumer.unsubscribe().await.expect("unsubscribed"),
        }
    }
    let counts = backend.counts();
    assert_eq!(
        (counts.producers, counts.consumers, counts.handles),
        (0, 0, 1)
    );
    assert_eq!((counts.topics, counts.subscriptions), (1_000, 500));
    for name in backend.topics() {
        let topic = topic(&format!("q1/{name}"));
        backend.delete_topic(&topic).await.expect("deleted");
    }
    let counts = backend.counts();
    assert_eq!((counts.topics, counts.subscriptions), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn what_is_in_a_broker_can_be_seen() {
    let backend = Memory::new();
    let x = topic(X);
    let consumer = consumer(&backend, X, "s", shared().durable(false)).await;
    let producer = producer(&backend, X).await;
    let message = Outgoing::new("a").property("p", "v").key("k").id("i");
    producer.send(message).await.expect("sent");
    send(&*producer, &["b", "c"]).await;
    let published = backend.published(&x);
    let [a, _, c] = published.as_slice() else {
        panic!("{published:?}");
    };
    assert_eq!((&a.payload[..], &c.payload[..]), (&b"a"[..], &b"c"[..]));
    assert_eq!(a.properties.get("p"), Some("v"));
    assert_eq!((a.key.as_deref(), a.id.as_deref()), (Some("k"), Some("i")));
    assert!(a.published <= c.published);
    let held = receive(&*consumer).await;
    held.nack(Some(SECOND)).await.expect("nacked");
    let _b = receive(&*consumer).await;
    let state = backend.subscription(&x, "s").expect("a subscription");
    assert_eq!((state.consumers, state.durable), (1, false));
    assert_eq!((state.pending, state.unsettled, state.dropped), (3, 1, 0));
    assert_eq!(backend.subscriptions(&x), [state]);
    assert_eq!(backend.pending(&x, "none"), 0);
    assert!(backend.subscription(&topic("q1/tg/flow/y"), "s").is_none());
    assert_eq!(backend.counts().consumers, 1);
}
