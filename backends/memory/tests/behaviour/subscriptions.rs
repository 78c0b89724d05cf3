//! Where subscriptions begin, what they keep, how they end.

use tg_pubsub_memory::Memory;
use tg_schema::pubsub::{Error, PubSubBackend};

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn a_new_subscription_begins_where_it_is_told_and_an_old_one_resumes() {
    let backend = Memory::new();
    let producer = producer(&backend, X).await;
    let nobody = put(&*producer, "a").await;
    assert_eq!(nobody.routed, Some(false));
    let latest = consumer(&backend, X, "latest", shared()).await;
    let all = consumer(&backend, X, "all", earliest()).await;
    assert_eq!(put(&*producer, "b").await.routed, Some(true));
    assert_eq!(drain(&*latest).await, ["b"]);
    assert_eq!(drain(&*all).await, ["a", "b"]);
    drop(latest);
    send(&*producer, &["c"]).await;
    let resumed = consumer(&backend, X, "latest", earliest()).await;
    assert_eq!(drain(&*resumed).await, ["c"]);
}

#[tokio::test(start_paused = true)]
async fn a_temporary_subscription_goes_with_its_last_consumer() {
    let backend = Memory::new();
    let producer = producer(&backend, X).await;
    let options = || shared().durable(false);
    let one = consumer(&backend, X, "s", options()).await;
    let two = consumer(&backend, X, "s", options()).await;
    send(&*producer, &["a"]).await;
    drop(one);
    assert_eq!(drain(&*two).await, ["a"]);
    two.close(SECOND).await.expect("closed");
    assert_eq!(put(&*producer, "b").await.routed, Some(false));
    assert_eq!(backend.subscriptions(&topic(X)), []);
    let again = consumer(&backend, X, "s", options()).await;
    assert_eq!(drain(&*again).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn durability_is_the_subscription_s() {
    let backend = Memory::new();
    let _durable = consumer(&backend, X, "s", shared()).await;
    let error = refused(try_consumer(&backend, X, "s", shared().durable(false)).await);
    assert_eq!(
        error.to_string(),
        "durable: subscription s of tg/flow/x is durable; delete it or use another name"
    );
    let _temporary = consumer(&backend, X, "t", shared().durable(false)).await;
    let error = refused(try_consumer(&backend, X, "t", shared()).await);
    assert!(error.to_string().contains("is temporary"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn unsubscribe_deletes_what_waits_and_close_keeps_it() {
    let backend = Memory::new();
    let producer = producer(&backend, X).await;
    drop(consumer(&backend, X, "s", shared()).await);
    send(&*producer, &["a"]).await;
    let one = consumer(&backend, X, "s", shared()).await;
    let two = consumer(&backend, X, "s", shared()).await;
    let busy = one.unsubscribe().await;
    assert!(matches!(busy, Err(Error::Busy { .. })), "{busy:?}");
    assert_eq!(drain(&*two).await, ["a"]);
    send(&*producer, &["b", "c"]).await;
    let b = receive(&*two).await;
    two.unsubscribe().await.expect("unsubscribed");
    let late = b.ack().await.expect_err("the subscription is gone");
    assert!(matches!(late.error, Error::Lost), "{late}");
    let three = consumer(&backend, X, "s", shared()).await;
    assert_eq!(drain(&*three).await, [""; 0]);
    let all = consumer(&backend, X, "all", earliest()).await;
    assert_eq!(drain(&*all).await, ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn topics_are_created_asked_for_and_deleted() {
    let backend = Memory::new();
    let x = topic(X);
    assert!(!backend.topic_exists(&x).await.expect("asked"));
    backend.ensure_topic(&x).await.expect("created");
    backend.ensure_topic(&x).await.expect("there already");
    assert!(backend.topic_exists(&x).await.expect("asked"));
    assert_eq!(backend.topics(), ["tg/flow/x"]);
    let producer = producer(&backend, X).await;
    let consumer = consumer(&backend, X, "s", shared()).await;
    send(&*producer, &["a", "b"]).await;
    let a = receive(&*consumer).await;
    backend.delete_topic(&x).await.expect("deleted");
    backend.delete_topic(&x).await.expect("gone already");
    let gone = "topic tg/flow/x does not exist; \
        it was deleted; open the producer or consumer again to create it";
    let sent = producer.send(Default::default()).await;
    assert_eq!(sent.expect_err("deleted").to_string(), gone);
    let received = consumer.receive().await;
    assert_eq!(received.expect_err("deleted").to_string(), gone);
    assert!(matches!(a.ack().await, Err(e) if matches!(e.error, Error::Lost)));
    assert!(!backend.topic_exists(&x).await.expect("asked"));
    let all = super::support::consumer(&backend, X, "s", earliest()).await;
    assert_eq!(drain(&*all).await, [""; 0]);
}

#[tokio::test(start_paused = true)]
async fn names_and_options_are_checked() {
    let backend = Memory::new();
    let name = refused(try_consumer(&backend, X, "a b", shared()).await);
    assert!(name.to_string().starts_with("subscription: "), "{name}");
    let option = shared().option("memory.unknown", true);
    let option = refused(try_consumer(&backend, X, "s", option).await);
    assert_eq!(
        option.to_string(),
        "memory.unknown: no such option; memory has: none"
    );
    let other = shared().option("mqtt.clean", true);
    assert!(try_consumer(&backend, X, "s", other).await.is_ok());
}
