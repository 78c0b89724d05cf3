//! Consumers of one subscription, and what becomes of it.

use std::time::{Duration, Instant};

use tg_pubsub_pulsar::Pulsar;
use tg_schema::Topic;
use tg_schema::pubsub::{ConsumerOptions, ConsumerType, Error, PubSubBackend};
use tg_test_brokers::Proxy;
use tokio::time::{sleep, timeout};

use crate::support::*;

fn of(consumer_type: ConsumerType) -> ConsumerOptions {
    ConsumerOptions::default().consumer_type(consumer_type)
}

async fn refused(backend: &Pulsar, topic: &Topic, options: ConsumerOptions) -> Error {
    let refused = backend.create_consumer(topic, "s", None, options).await;
    refused.err().expect("refused")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_exclusive_consumer_is_told_what_is_in_its_way() {
    let Some(broker) = broker() else { return };
    let (mine, other) = (backend(broker.port()), backend(broker.port()));
    let topic = topic(1);
    let first = consumer_with(&mine, &topic, "s", of(ConsumerType::Exclusive)).await;
    for kind in [ConsumerType::Exclusive, ConsumerType::Shared] {
        for backend in [&mine, &other] {
            let start = Instant::now();
            let error = refused(backend, &topic, of(kind)).await;
            assert_eq!(error.kind(), "busy", "{error}");
            let text = error.to_string();
            assert!(
                text.contains(&format!("subscription \"s\" of {topic}")),
                "{text}"
            );
            assert!(text.contains("shared or failover"), "{text}");
            // Nobody tries again for as long as an operation may take.
            assert!(start.elapsed() < SOON / 2, "{:?}", start.elapsed());
        }
    }
    first.close(SOON).await.expect("closed");
    consumer_with(&other, &topic, "s", of(ConsumerType::Exclusive)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_is_deleted_by_its_last_consumer_only() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let first = consumer(&backend, &topic, "s").await;
    let second = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    let failed = first.unsubscribe().await.expect_err("others consume");
    assert_eq!(failed.kind(), "busy", "{failed}");
    // It has left nevertheless, and all comes to the other one.
    for i in 0..10 {
        send(&*sender, format!("{i}")).await;
        let delivery = receive(&*second).await;
        assert_eq!(text(&delivery), format!("{i}"));
        delivery.ack().await.expect("acknowledged");
    }
    second.close(SOON).await.expect("closed");
    send(&*sender, "kept").await;
    left(broker, &topic, 1).await;
    let third = consumer(&backend, &topic, "s").await;
    assert_eq!(text(&receive(&*third).await), "kept");
    third.unsubscribe().await.expect("deleted");
    let stats = tokio::task::block_in_place(|| broker.admin().stats(&name(&topic)));
    assert!(stats.expect("statistics").contains("\"subscriptions\":{}"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failover_consumer_takes_over_what_is_not_settled() {
    let Some(broker) = broker() else { return };
    let proxies = [(); 2].map(|()| Proxy::new(broker.port()).expect("a proxy"));
    let backends = [0, 1].map(|i| backend(proxies[i].port()));
    let topic = topic(1);
    let mut consumers = Vec::new();
    for (backend, name) in backends.iter().zip(["a", "b"]) {
        let options = of(ConsumerType::Failover).member(name);
        consumers.push(consumer_with(backend, &topic, "s", options).await);
    }
    let healthy = backend(broker.port());
    let sender = producer(&healthy, &topic).await;
    for i in 0..4 {
        send(&*sender, format!("{i}")).await;
    }
    // Which of them is the active one, the broker chooses by the topic's name.
    let (held, active) = tokio::select! {
        held = receive(&*consumers[0]) => (held, 0),
        held = receive(&*consumers[1]) => (held, 1),
    };
    let (active_proxy, standby) = (&proxies[active], consumers.remove(1 - active));
    let active = consumers.remove(0);
    let one = receive(&*active).await;
    one.ack().await.expect("acknowledged");
    nothing(&*standby).await;
    active_proxy.freeze();
    active_proxy.cut();
    let start = Instant::now();
    for expected in ["0", "2", "3"] {
        let delivery = receive(&*standby).await;
        assert_eq!(text(&delivery), expected);
        delivery.ack().await.expect("acknowledged");
    }
    println!("a failover consumer took over after {:?}", start.elapsed());
    assert_eq!(held.ack().await.expect_err("late").error.kind(), "lost");
}

/// The broker counts deliveries, over consumers too, while one of the subscription is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_broker_counts_what_shared_consumers_give_back() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    for kind in [ConsumerType::Shared, ConsumerType::KeyShared] {
        let topic = topic(1);
        let first = consumer_with(&backend, &topic, "s", of(kind)).await;
        let sender = producer(&backend, &topic).await;
        send(&*sender, "a").await;
        for attempt in 1..4 {
            let delivery = receive(&*first).await;
            assert_eq!(delivery.meta.attempt, attempt, "{kind}");
            let after = (attempt == 2).then_some(Duration::from_millis(300));
            delivery.nack(after).await.expect("given back");
        }
        // Before there is anybody else it may come to.
        let dropped = receive(&*first).await;
        let second = consumer_with(&backend, &topic, "s", of(kind)).await;
        drop(dropped);
        first.close(SOON).await.expect("closed");
        let delivery = receive(&*second).await;
        assert!(
            delivery.meta.attempt >= 5,
            "{kind} {}",
            delivery.meta.attempt
        );
        delivery.ack().await.expect("acknowledged");
    }
}

/// One consumer at a time: the broker would deliver all that is not settled again, those in work too.
/// More messages wait for another attempt than the consumer may have unsettled, and what comes behind them flows.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_to_be_given_back_holds_up_no_other() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    for consumer_type in [ConsumerType::Shared, ConsumerType::KeyShared] {
        let topic = topic(1);
        let few = of(consumer_type).prefetch(2);
        let consumer = consumer_with(&backend, &topic, "s", few).await;
        let sender = producer(&backend, &topic).await;
        for i in 0..10 {
            send(&*sender, i.to_string()).await;
        }
        for i in 0..10 {
            let delivery = receive(&*consumer).await;
            assert_eq!(text(&delivery), i.to_string(), "{consumer_type}");
            match i < 6 {
                true => delivery.nack(Some(10 * SOON)).await.expect("given back"),
                false => delivery.ack().await.expect("acknowledged"),
            }
        }
        left(broker, &topic, 6).await;
        // They come when it is closed.
        consumer.close(SOON).await.expect("closed");
        let next = consumer_with(&backend, &topic, "s", of(consumer_type)).await;
        for i in 0..6 {
            let delivery = receive(&*next).await;
            assert_eq!(text(&delivery), i.to_string(), "{consumer_type}");
            delivery.ack().await.expect("acknowledged");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn giving_one_back_disturbs_no_other() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    for kind in ConsumerType::ALL {
        let topic = topic(1);
        let consumer = consumer_with(&backend, &topic, "s", of(kind)).await;
        let sender = producer(&backend, &topic).await;
        for i in 0..5 {
            send(&*sender, format!("{i}")).await;
        }
        let mut held = Vec::new();
        for _ in 0..5 {
            held.push(receive(&*consumer).await);
        }
        let two = held.remove(2);
        two.nack(None).await.expect("given back");
        let again = receive(&*consumer).await;
        assert_eq!(
            (text(&again).as_str(), again.meta.attempt),
            ("2", 2),
            "{kind}"
        );
        nothing(&*consumer).await;
        again.ack().await.expect("acknowledged");
        for delivery in held {
            delivery.ack().await.expect("acknowledged");
        }
        consumer.close(SOON).await.expect("closed");
        settled(broker, &topic).await;
    }
}

/// A subscription that goes away with its consumer does not go away with the consumer's link.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_temporary_subscription_outlives_its_link() {
    let Some(broker) = broker() else { return };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let cut = Pulsar::new(config(proxy.port())).expect("a backend");
    let backend = backend(broker.port());
    for kind in [ConsumerType::Shared, ConsumerType::Exclusive] {
        let topic = topic(1);
        let consumer = consumer_with(&cut, &topic, "s", of(kind).durable(false)).await;
        let sender = producer(&backend, &topic).await;
        for i in 0..3 {
            send(&*sender, format!("{i}")).await;
        }
        receive(&*consumer).await.ack().await.expect("acknowledged");
        let one = receive(&*consumer).await;
        proxy.freeze();
        proxy.cut();
        send(&*sender, "3").await;
        sleep(Duration::from_millis(300)).await;
        proxy.cut();
        proxy.thaw();
        for expected in ["1", "2", "3"] {
            let delivery = receive(&*consumer).await;
            assert_eq!(text(&delivery), expected, "{kind}");
            delivery.ack().await.expect("acknowledged");
        }
        assert_eq!(one.ack().await.expect_err("late").error.kind(), "lost");
        consumer.close(SOON).await.expect("closed");
    }
}

/// Its way to the broker is slower than that of who sends as soon as it is open.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn best_effort_reaches_a_consumer_that_is_open() {
    let Some(broker) = broker() else { return };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let (slow, direct) = (backend(proxy.port()), backend(broker.port()));
    for kind in ConsumerType::ALL {
        let topic = topic(0);
        let sender = producer(&direct, &topic).await;
        proxy.slow(Duration::from_millis(200));
        let consumer = consumer_with(&slow, &topic, "s", of(kind)).await;
        send(&*sender, "a").await;
        assert_eq!(text(&receive(&*consumer).await), "a", "{kind}");
        proxy.slow(Duration::ZERO);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn best_effort_is_given_back_to_its_consumer() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(0);
    let consumer = consumer_with(
        &backend,
        &topic,
        "s",
        ConsumerOptions::default().prefetch(2),
    )
    .await;
    let sender = producer(&backend, &topic).await;
    send(&*sender, "a").await;
    for attempt in 1..4 {
        let delivery = receive(&*consumer).await;
        assert_eq!(
            (text(&delivery).as_str(), delivery.meta.attempt),
            ("a", attempt)
        );
        delivery
            .nack(Some(Duration::from_millis(100)))
            .await
            .expect("given back");
    }
    receive(&*consumer).await.ack().await.expect("acknowledged");
    // Where nobody takes them, more are dropped. When another one has the last, the broker has sent them all.
    let witness = consumer_with(
        &backend,
        &topic,
        "witness",
        ConsumerOptions::default().prefetch(100),
    )
    .await;
    for i in 0..50 {
        send(&*sender, format!("{i}")).await;
    }
    while text(&receive(&*witness).await) != "49" {}
    let held = [receive(&*consumer).await, receive(&*consumer).await];
    nothing(&*consumer).await;
    for delivery in held {
        delivery.ack().await.expect("acknowledged");
    }
    // It goes on when the broker knows that there is room.
    let after = async {
        loop {
            send(&*sender, "after").await;
            if let Ok(delivery) = timeout(QUIET, consumer.receive()).await {
                return delivery.expect("a message");
            }
        }
    };
    let delivery = timeout(SOON, after).await.expect("in time");
    assert_eq!(text(&delivery), "after");
}
