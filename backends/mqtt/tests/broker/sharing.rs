//! Several consumers, subscriptions that stay, and subscriptions that go.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tg_pubsub_mqtt::Mqtt;
use tg_schema::pubsub::{
    BackendConsumer, ConsumerOptions, ConsumerType, Outgoing, ProducerOptions, PubSubBackend,
};
use tg_test_brokers::Proxy;
use tokio::time::{Instant, timeout};

use crate::support::*;

#[tokio::test]
async fn an_exclusive_consumer_is_taken_over_with_its_messages() {
    let Some(mosquitto) = broker() else { return };
    let topic = topic(1);
    let exclusive = || ConsumerOptions::default().consumer_type(ConsumerType::Exclusive);
    let one = backend(mosquitto.port());
    let two = Mqtt::new(config(mosquitto.port()).instance("elsewhere")).expect("a configuration");
    let first = consumer_with(&one, &topic, "s", exclusive()).await;
    let sender = producer(&one, &topic).await;
    send(&*sender, "a").await;
    let held = receive(&*first).await;
    let second = consumer_with(&two, &topic, "s", exclusive()).await;
    let ended = end(&*first).await;
    assert!(!ended.is_retryable(), "it is no guess: {ended:?}");
    assert!(
        ended.to_string().contains("took the subscription over"),
        "{ended}"
    );
    assert_eq!(held.ack().await.expect_err("late").error.kind(), "lost");
    send(&*sender, "b").await;
    for expected in ["a", "b"] {
        let delivery = receive(&*second).await;
        assert_eq!(text(&delivery), expected);
        delivery.ack().await.expect("acknowledged");
    }
    nothing(&*second).await;
    let third = consumer_with(&two, &topic, "s", exclusive()).await;
    assert!(!end(&*second).await.is_retryable());
    send(&*sender, "c").await;
    assert_eq!(text(&receive(&*third).await), "c");
}

#[tokio::test]
async fn members_compete_and_subscriptions_do_not() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let members = [
        consumer(&backend, &topic, "s").await,
        consumer(&backend, &topic, "s").await,
    ];
    let other = consumer(&backend, &topic, "other").await;
    let sender = producer(&backend, &topic).await;
    for i in 0..20 {
        send(&*sender, format!("{i}")).await;
    }
    let mut seen = HashSet::new();
    let mut shares = [0, 0];
    while seen.len() < 20 {
        let (member, delivery) = tokio::select! {
            delivery = receive(&*members[0]) => (0, delivery),
            delivery = receive(&*members[1]) => (1, delivery),
        };
        assert!(seen.insert(text(&delivery)), "{delivery:?}");
        delivery.ack().await.expect("acknowledged");
        shares[member] += 1;
    }
    for member in &members {
        nothing(&**member).await;
    }
    assert!(shares.iter().all(|share| *share > 0), "{shares:?}");
    for i in 0..20 {
        let delivery = receive(&*other).await;
        assert_eq!(text(&delivery), format!("{i}"));
        delivery.ack().await.expect("acknowledged");
    }
}

#[tokio::test]
async fn a_member_is_in_a_process_once() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let options = || ConsumerOptions::default().member("m");
    let first = consumer_with(&backend, &topic, "s", options()).await;
    let second = backend.create_consumer(&topic, "s", None, options()).await;
    assert_eq!(second.err().map(|e| e.kind()), Some("busy"));
    first.close(SOON).await.expect("closed");
    let again = consumer_with(&backend, &topic, "s", options()).await;
    drop(again);
    consumer_with(&backend, &topic, "s", options()).await;
}

#[tokio::test]
async fn a_durable_subscription_collects_until_it_is_ended() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let sender = producer(&backend, &topic).await;
    send(&*sender, "before anybody subscribed").await;
    let first = consumer(&backend, &topic, "s").await;
    nothing(&*first).await;
    first.close(SOON).await.expect("closed");
    assert_eq!(send(&*sender, "away").await.routed, Some(true));
    let second = consumer(&backend, &topic, "s").await;
    let delivery = receive(&*second).await;
    assert_eq!(text(&delivery), "away");
    delivery.ack().await.expect("acknowledged");
    second.unsubscribe().await.expect("ended");
    assert_eq!(send(&*sender, "nobody").await.routed, Some(false));
    let third = consumer(&backend, &topic, "s").await;
    nothing(&*third).await;
    third.unsubscribe().await.expect("ended");
    // One that is not durable goes with its consumer.
    let options = ConsumerOptions::default().durable(false);
    let passing = consumer_with(&backend, &topic, "s", options).await;
    assert_eq!(send(&*sender, "here").await.routed, Some(true));
    drop(passing);
    let gone = async {
        while send(&*sender, "gone").await.routed != Some(false) {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(SOON, gone).await.expect("gone in time");
}

/// A successor's connection may be quicker than the goodbye of the one before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_that_is_ended_leaves_nothing_to_its_successor() {
    let Some(mosquitto) = broker() else { return };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    proxy.slow(Duration::from_millis(200));
    let (slow, direct) = (backend(proxy.port()), backend(mosquitto.port()));
    let alone = || ConsumerOptions::default().durable(false).alone(true);
    for options in [ConsumerOptions::default(), alone()] {
        let topic = topic(1);
        let first = consumer_with(&slow, &topic, "s", options.clone()).await;
        let sender = producer(&direct, &topic).await;
        send(&*sender, "before").await;
        let held = receive(&*first).await;
        match options.durable {
            true => first.unsubscribe().await.expect("ended"),
            false => first.close(SOON).await.expect("closed"),
        }
        drop(held);
        let second = consumer_with(&direct, &topic, "s", options).await;
        send(&*sender, "after").await;
        assert_eq!(text(&receive(&*second).await), "after");
    }
}

/// mosquitto keeps sessions over a restart and forgets the shared subscriptions in them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_for_a_consumer_alone_before_it_is_back_after_a_restart_is_kept() {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let topic = topic(1);
    let options = ConsumerOptions::default().durable(false).alone(true);
    let alone = consumer_with(&backend(proxy.port()), &topic, "s", options).await;
    proxy.freeze();
    mosquitto.restart().expect("back");
    let sender = producer(&backend(mosquitto.port()), &topic).await;
    assert_eq!(send(&*sender, "a").await.routed, Some(true));
    proxy.thaw();
    let delivery = receive(&*alone).await;
    assert_eq!(text(&delivery), "a");
    delivery.ack().await.expect("acknowledged");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_comes_for_a_consumer_alone_while_its_link_is_built_again_is_kept() {
    let Some(mosquitto) = broker() else { return };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let mut config = config(proxy.port());
    config.resume = Duration::from_millis(1);
    let backend = Mqtt::new(config).expect("a configuration");
    let topic = topic(1);
    let options = || ConsumerOptions::default().durable(false).alone(true);
    let first = consumer_with(&backend, &topic, "s", options()).await;
    proxy.cut();
    assert_eq!(end(&*first).await.kind(), "connection");
    drop(first);
    let sender = producer(&crate::support::backend(mosquitto.port()), &topic).await;
    assert_eq!(send(&*sender, "a").await.routed, Some(true));
    let second = consumer_with(&backend, &topic, "s", options()).await;
    let delivery = receive(&*second).await;
    assert_eq!(text(&delivery), "a");
    delivery.ack().await.expect("acknowledged");
    // And it goes with its consumer.
    second.close(SOON).await.expect("closed");
    assert_eq!(send(&*sender, "gone").await.routed, Some(false));
}

#[tokio::test]
async fn a_repeated_message_of_q2_is_processed_once() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(2);
    let sender = producer(&backend, &topic).await;
    let first = consumer(&backend, &topic, "s").await;
    let message = |id: &str| Outgoing::new(id.to_owned()).id(id);
    for id in ["a", "a", "b"] {
        sender.send(message(id)).await.expect("confirmed");
    }
    let (a, b) = (receive(&*first).await, receive(&*first).await);
    assert_eq!((text(&a), text(&b)), ("a".to_owned(), "b".to_owned()));
    a.ack().await.expect("acknowledged");
    b.ack().await.expect("acknowledged");
    sender.send(message("a")).await.expect("confirmed");
    nothing(&*first).await;
    // It is known across consumers, too.
    first.close(SOON).await.expect("closed");
    sender.send(message("b")).await.expect("confirmed");
    let second = consumer(&backend, &topic, "s").await;
    nothing(&*second).await;
}

/// A slow consumer holds no more than its bound; the broker keeps the rest, and all of it comes, once and in order.
#[tokio::test]
async fn a_slow_consumer_holds_no_more_than_its_bound() {
    const COUNT: usize = 2_000;
    const BOUND: usize = 10;
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let options = ConsumerOptions::default().prefetch(BOUND);
    let slow = consumer_with(&backend, &topic, "s", options).await;
    let sender = producer(&backend, &topic).await;
    for i in 0..COUNT {
        send(&*sender, format!("{i}")).await;
    }
    let mut held = Vec::new();
    for _ in 0..BOUND {
        held.push(receive(&*slow).await);
    }
    nothing(&*slow).await;
    let (most, mut received, mut again) = (held.len(), 0, 0);
    for expected in 0..COUNT {
        if held.is_empty() {
            held.push(receive(&*slow).await);
        }
        let delivery = held.remove(0);
        assert_eq!(text(&delivery), expected.to_string());
        received += 1;
        again += usize::from(delivery.meta.attempt != 1);
        delivery.ack().await.expect("acknowledged");
    }
    nothing(&*slow).await;
    println!(
        "slow consumer, q1: {COUNT} confirmed, at most {most} held, {received} received in their order, {again} again, {} lost",
        COUNT - received
    );
    assert_eq!((most, again), (BOUND, 0));
}

/// Of quality q0 a slow consumer loses what it cannot hold.
#[tokio::test]
async fn a_slow_consumer_of_q0_drops_what_it_cannot_hold() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(0);
    let options = ConsumerOptions::default().option("mqtt.q0-buffer", 10);
    let slow = consumer_with(&backend, &topic, "s", options).await;
    let sender = producer(&backend, &topic).await;
    for i in 0..200 {
        send(&*sender, format!("{i}")).await;
    }
    until("all came", || slow.dropped() == 190).await;
    for i in 0..10 {
        let delivery = receive(&*slow).await;
        assert_eq!(text(&delivery), i.to_string());
        delivery.ack().await.expect("nothing to do");
    }
    nothing(&*slow).await;
    println!(
        "slow consumer, q0: 200 sent, 10 received, {} dropped and counted",
        slow.dropped()
    );
    assert_eq!((slow.dropped(), sender.dropped()), (190, 0));
    send(&*sender, "later").await;
    assert_eq!(text(&receive(&*slow).await), "later");
}

/// Receives that are given up lose nothing, and several may wait at once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn receives_may_be_given_up_and_be_many() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let receiver: Arc<dyn BackendConsumer> = consumer(&backend, &topic, "s").await.into();
    let sender = producer(&backend, &topic).await;
    let mut tasks = tokio::task::JoinSet::new();
    let (left, end) = (Arc::new(AtomicUsize::new(1_000)), Instant::now() + 2 * SOON);
    for worker in 0..4_u64 {
        let (receiver, left) = (Arc::clone(&receiver), Arc::clone(&left));
        tasks.spawn(async move {
            let mut seen = Vec::new();
            while left.load(Ordering::Relaxed) > 0 && Instant::now() < end {
                let wait = Duration::from_micros(50 * (worker + 1));
                if let Ok(delivery) = timeout(wait, receiver.receive()).await {
                    let delivery = delivery.expect("a message");
                    seen.push(text(&delivery));
                    delivery.ack().await.expect("acknowledged");
                    left.fetch_sub(1, Ordering::Relaxed);
                }
            }
            seen
        });
    }
    for i in 0..1_000 {
        send(&*sender, format!("{i}")).await;
    }
    let mut seen = HashSet::new();
    while let Some(some) = tasks.join_next().await {
        for text in some.expect("a worker") {
            assert!(seen.insert(text));
        }
    }
    assert_eq!(seen.len(), 1_000);
    nothing(&*receiver).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn closing_the_backend_ends_everything_in_it() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let receiver = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    let under_way = sender.send(Outgoing::new("last"));
    let (closed, sent) = tokio::join!(backend.close(SOON), under_way);
    closed.expect("closed");
    sent.expect("flushed before");
    assert_eq!(end(&*receiver).await.kind(), "closed");
    let refused = sender.send(Outgoing::new("x")).await.expect_err("closed");
    assert_eq!(refused.kind(), "closed");
    let refused = backend
        .create_producer(&topic, None, ProducerOptions::default())
        .await;
    assert_eq!(refused.err().map(|e| e.kind()), Some("closed"));
    assert_eq!(backend.health().await.expect_err("closed").kind(), "closed");
}
