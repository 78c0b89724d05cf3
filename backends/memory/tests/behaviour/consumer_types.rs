//! How consumers of one subscription divide its messages.

use std::collections::{BTreeMap, BTreeSet};

use tg_pubsub_memory::Memory;
use tg_schema::pubsub::{BackendConsumer, BackendProducer, ConsumerType, Error, Outgoing};

use crate::support::*;

#[tokio::test(start_paused = true)]
async fn shared_consumers_compete_and_subscriptions_do_not() {
    let backend = Memory::new();
    let one = consumer(&backend, X, "s", shared()).await;
    let two = consumer(&backend, X, "s", shared()).await;
    let other = consumer(&backend, X, "t", shared()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b", "c", "d"]).await;
    let a = receive(&*one).await;
    let b = receive(&*two).await;
    assert_ne!(a.payload, b.payload);
    let mut all = drain(&*one).await;
    assert_eq!(all.len(), 2, "an idle consumer holds nothing back");
    all.extend([text(&a).to_owned(), text(&b).to_owned()]);
    all.sort();
    assert_eq!(all, ["a", "b", "c", "d"]);
    assert_eq!(drain(&*other).await, ["a", "b", "c", "d"]);
}

#[tokio::test(start_paused = true)]
async fn an_idle_shared_consumer_gives_up_what_it_fetched() {
    let backend = Memory::new();
    let one = consumer(&backend, X, "s", shared()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b", "c"]).await;
    let a = receive(&*one).await;
    let two = consumer(&backend, X, "s", shared()).await;
    assert_eq!(drain(&*two).await, ["b", "c"]);
    assert_eq!(text(&a), "a");
}

#[tokio::test(start_paused = true)]
async fn a_second_exclusive_consumer_is_refused() {
    let backend = Memory::new();
    let options = || of_type(ConsumerType::Exclusive);
    let first = consumer(&backend, X, "s", options()).await;
    let second = refused(try_consumer(&backend, X, "s", options()).await);
    assert_eq!(
        second.to_string(),
        "subscription s of tg/flow/x is held by another consumer; close the other consumer, or use shared or failover consumers"
    );
    let other_type = refused(try_consumer(&backend, X, "s", shared()).await);
    assert!(matches!(other_type, Error::Busy { .. }), "{other_type}");
    drop(first);
    let free = try_consumer(&backend, X, "s", shared()).await;
    assert!(free.is_ok(), "the type is free once nobody consumes");
}

#[tokio::test(start_paused = true)]
async fn failover_consumers_take_over_in_the_order_in_which_they_joined() {
    let backend = Memory::new();
    let options = || of_type(ConsumerType::Failover);
    let one = consumer(&backend, X, "s", options()).await;
    let two = consumer(&backend, X, "s", options()).await;
    let three = consumer(&backend, X, "s", options()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b", "c"]).await;
    assert!(two.try_receive().is_none() && three.try_receive().is_none());
    let a = receive(&*one).await;
    assert_eq!(text(&a), "a");
    let waits = tokio::spawn(async move { (receive(&*two).await, two) });
    let waits_longer = tokio::spawn(async move { drain(&*three).await });
    tokio::task::yield_now().await;
    one.close(SECOND).await.expect("closed");
    let (again, two) = waits.await.expect("no panic");
    assert_eq!((text(&again), again.meta.attempt), ("a", 2));
    again.ack().await.expect("acknowledged");
    assert_eq!(drain(&*two).await, ["b", "c"]);
    assert_eq!(waits_longer.await.expect("no panic"), [""; 0]);
}

async fn send_keys(producer: &dyn BackendProducer, from: usize, to: usize) {
    for i in from..to {
        let message = Outgoing::new(format!("{i}")).key(format!("key-{}", i % 20));
        producer.send(message).await.expect("sent");
    }
}

/// Keys and numbers of what is there, each key's in order.
async fn keys(consumer: &dyn BackendConsumer) -> BTreeMap<String, Vec<usize>> {
    let mut keys: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    while let Some(received) = consumer.try_receive() {
        let delivery = received.expect("a message");
        let key = delivery.meta.key.clone().expect("a key");
        let number = text(&delivery).parse().expect("a number");
        keys.entry(key).or_default().push(number);
        delivery.ack().await.expect("acknowledged");
    }
    assert!(keys.values().all(|numbers| numbers.is_sorted()));
    keys
}

#[tokio::test(start_paused = true)]
async fn messages_of_a_key_go_to_one_consumer() {
    let backend = Memory::new();
    let options = |member: &str| of_type(ConsumerType::KeyShared).member(member);
    let one = consumer(&backend, X, "s", options("one")).await;
    let two = consumer(&backend, X, "s", options("two")).await;
    let producer = producer(&backend, X).await;
    send_keys(&*producer, 0, 200).await;
    let (of_one, of_two) = (keys(&*one).await, keys(&*two).await);
    assert!(!of_one.is_empty() && !of_two.is_empty());
    assert_eq!(of_one.len() + of_two.len(), 20, "no key is at both");
    assert!(
        of_one
            .values()
            .chain(of_two.values())
            .all(|n| n.len() == 10)
    );
    // The same members get the same keys again.
    send_keys(&*producer, 200, 400).await;
    let keys_of = |keys: &BTreeMap<String, _>| keys.keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys_of(&keys(&*two).await), keys_of(&of_two));
    assert_eq!(keys_of(&keys(&*one).await), keys_of(&of_one));
    // With one of them gone, the other gets all.
    drop(two);
    send_keys(&*producer, 400, 600).await;
    assert_eq!(keys(&*one).await.len(), 20);
}

#[tokio::test(start_paused = true)]
async fn a_key_stays_with_its_consumer_while_that_has_messages_of_it() {
    let backend = Memory::new();
    let options = |member: &str| of_type(ConsumerType::KeyShared).member(member);
    let one = consumer(&backend, X, "s", options("one")).await;
    let producer = producer(&backend, X).await;
    send_keys(&*producer, 0, 20).await;
    let mut unsettled = Vec::new();
    while let Some(received) = one.try_receive() {
        unsettled.push(received.expect("a message"));
    }
    assert_eq!(unsettled.len(), 20);
    let two = consumer(&backend, X, "s", options("two")).await;
    send_keys(&*producer, 20, 40).await;
    assert!(keys(&*two).await.is_empty(), "order would be lost");
    for delivery in unsettled {
        delivery.ack().await.expect("acknowledged");
    }
    assert_eq!(keys(&*one).await.len(), 20);
    send_keys(&*producer, 40, 60).await;
    let moved = keys(&*two).await.len();
    assert!(moved > 0 && moved < 20, "{moved}");
}

#[tokio::test(start_paused = true)]
async fn messages_without_a_key_go_to_whoever_asks() {
    let backend = Memory::new();
    let options = || of_type(ConsumerType::KeyShared);
    let _one = consumer(&backend, X, "s", options()).await;
    let two = consumer(&backend, X, "s", options()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b", "c"]).await;
    assert_eq!(drain(&*two).await, ["a", "b", "c"]);
}

#[tokio::test(start_paused = true)]
async fn a_key_shared_consumer_that_waits_is_woken_for_its_keys() {
    let backend = Memory::new();
    let options = || of_type(ConsumerType::KeyShared);
    let one = consumer(&backend, X, "s", options()).await;
    let two = consumer(&backend, X, "s", options()).await;
    let producer = producer(&backend, X).await;
    let one = tokio::spawn(async move { drain(&*one).await });
    let two = tokio::spawn(async move { drain(&*two).await });
    tokio::task::yield_now().await;
    send_keys(&*producer, 0, 100).await;
    let (one, two) = (one.await.expect("no panic"), two.await.expect("no panic"));
    assert_eq!(one.len() + two.len(), 100);
    assert!(!one.is_empty() && !two.is_empty());
}
