//! What may go wrong between a program and its broker, and what must come of it.

use std::cell::RefCell;
use std::net::TcpListener;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tg_pubsub_pulsar::{Pulsar, PulsarConfig};
use tg_schema::Topic;
use tg_schema::pubsub::{
    BackendProducer, ConsumerOptions, Error, InitialPosition, Outgoing, ProducerOptions,
    PubSubBackend,
};
use tg_test_brokers::{Proxy, PulsarSetup};
use tokio::time::{sleep, timeout};

use crate::support::*;

#[path = "../../../tests/outages.rs"]
mod outages;

async fn refusal(backend: &Pulsar, topic: &Topic) -> Error {
    let options = ProducerOptions::default();
    let refused = backend.create_producer(topic, None, options).await;
    refused.err().expect("refused")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_stays_away_ends_what_waits() {
    let Some(broker) = own_broker(PulsarSetup::default()) else {
        return;
    };
    let mut config = config(broker.port());
    config.resume = Duration::from_secs(1);
    let backend = Pulsar::new(config).expect("a configuration");
    let broker = RefCell::new(broker);
    let go = || tokio::task::block_in_place(|| broker.borrow_mut().kill());
    let come = || {
        let started = tokio::task::block_in_place(|| broker.borrow_mut().restart());
        started.expect("a broker");
    };
    outages::what_waits_ends(&backend, &topic(1), go, come).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_connection_is_noticed_within_two_intervals() {
    let Some(broker) = broker() else { return };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let mut config = config(proxy.port());
    config.keep_alive = Duration::from_secs(5);
    config.resume = Duration::ZERO;
    config.connect_timeout = Duration::from_secs(20);
    let backend = Pulsar::new(config).expect("a configuration");
    outages::silence_is_noticed(&backend, [topic(0), topic(1)], &proxy).await;
}

/// The broker ends producers and consumers of a topic that it moves, and goes on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_is_unloaded_is_found_again() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    for qos in [1, 2] {
        let topic = topic(qos);
        let consumer = consumer(&backend, &topic, "s").await;
        let sender: Arc<dyn BackendProducer> = producer(&backend, &topic).await.into();
        send(&*sender, "held").await;
        let held = receive(&*consumer).await;
        let sends = (0..200)
            .map(|i| (sender.clone(), i))
            .map(|(sender, i)| async move {
                sleep(Duration::from_millis(i * 5)).await;
                sender.send(Outgoing::new(i.to_string())).await
            });
        let sending = sends.map(tokio::spawn).collect::<Vec<_>>();
        let unloaded = name(&topic);
        for _ in 0..3 {
            sleep(Duration::from_millis(250)).await;
            tokio::task::block_in_place(|| broker.admin().unload(&unloaded)).expect("unloaded");
        }
        for sent in sending {
            sent.await.expect("a task").expect("confirmed");
        }
        assert_eq!(held.ack().await.expect_err("late").error.kind(), "lost");
        let mut seen = std::collections::BTreeMap::new();
        while seen.len() < 201 {
            let delivery = receive(&*consumer).await;
            let text = text(&delivery);
            if delivery.ack().await.is_ok() {
                *seen.entry(text).or_insert(0) += 1;
            }
        }
        let repeated = seen.values().sum::<i32>() - 201;
        println!("unloaded 3 times, q{qos}: 200 sent, 0 lost, {repeated} repeated");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_namespace_that_is_deleted_is_named_with_the_command_that_makes_it() {
    let Some(broker) = broker() else { return };
    let admin = broker.admin();
    let made = || tokio::task::block_in_place(|| admin.create_namespace("tg/passing"));
    made().expect("a namespace");
    let backend = backend(broker.port());
    let topic: Topic = "q1/tg/passing/x".parse().expect("a topic");
    let consumer = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    send(&*sender, "x").await;
    receive(&*consumer).await.ack().await.expect("acknowledged");
    tokio::task::block_in_place(|| admin.delete_namespace("tg/passing")).expect("deleted");
    let (sent, ended) = tokio::join!(sender.send(Outgoing::new("y")), end(&*consumer));
    let sent = sent.expect_err("there is no namespace");
    for error in [ended, sent, refusal(&backend, &topic).await] {
        assert_eq!(error.kind(), "not_found", "{error}");
        let text = error.to_string();
        assert!(
            text.contains("pulsar-admin namespaces create tg/passing"),
            "{text}"
        );
    }
    made().expect("a namespace");
    let sender = producer(&backend, &topic).await;
    send(&*sender, "z").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_topic_that_is_deleted_or_terminated() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    // Its subscription goes with the topic: from the start, or what is sent before it is back is not for it.
    let options = ConsumerOptions::default().position(InitialPosition::Earliest);
    let consumer = consumer_with(&backend, &topic, "s", options).await;
    let sender = producer(&backend, &topic).await;
    send(&*sender, "gone").await;
    let deleted = name(&topic);
    tokio::task::block_in_place(|| broker.admin().delete_topic(&deleted)).expect("deleted");
    // It comes to be again, as topics do.
    let confirmed = timeout(SOON, send(&*sender, "after")).await;
    confirmed.expect("in time");
    loop {
        let delivery = receive(&*consumer).await;
        let text = text(&delivery);
        let _late = delivery.ack().await;
        if text == "after" {
            break;
        }
    }
    send(&*sender, "last").await;
    let path = deleted.replacen("://", "/", 1);
    let terminated = || {
        broker
            .admin()
            .done("POST", &format!("{path}/terminate"), None)
    };
    tokio::task::block_in_place(terminated).expect("terminated");
    let refused = sender
        .send(Outgoing::new("x"))
        .await
        .expect_err("terminated");
    assert!(
        refused.to_string().contains("terminated") && !refused.is_retryable(),
        "{refused}"
    );
    let last = receive(&*consumer).await;
    assert_eq!(text(&last), "last");
    last.ack().await.expect("acknowledged");
    let ended = end(&*consumer).await;
    assert!(
        ended.to_string().contains("terminated") && !ended.is_retryable(),
        "{ended}"
    );
}

/// A subscription that is deleted without its topic comes to be again where the consumer was told to begin: from the
/// start, all that the topic keeps would come again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_subscription_that_is_deleted_brings_no_history() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let consumer = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    for i in 0..3 {
        send(&*sender, i.to_string()).await;
        receive(&*consumer).await.ack().await.expect("acknowledged");
    }
    let name = name(&topic);
    let path = name.replacen("://", "/", 1);
    let since = || {
        let stats = tokio::task::block_in_place(|| broker.admin().stats(&name));
        let stats = tg_schema_model::json::parse(&stats.expect("statistics")).expect("JSON");
        let subscription = stats.get("subscriptions").and_then(|all| all.get("s"))?;
        let consumers = subscription.get("consumers")?.as_array()?;
        let at = consumers.first()?.get("connectedSince")?.as_str()?;
        Some(at.to_owned())
    };
    let before = since();
    assert!(before.is_some());
    let path = format!("{path}/subscription/s?force=true");
    let deleted = || broker.admin().done("DELETE", &path, None);
    tokio::task::block_in_place(deleted).expect("deleted");
    let back = async {
        loop {
            match since() {
                Some(now) if Some(&now) != before.as_ref() => return,
                _ => sleep(Duration::from_millis(50)).await,
            }
        }
    };
    timeout(SOON, back).await.expect("back in time");
    send(&*sender, "after").await;
    let delivery = receive(&*consumer).await;
    assert_eq!(text(&delivery), "after");
    delivery.ack().await.expect("acknowledged");
    nothing(&*consumer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_too_large_does_not_reach_the_wire() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    for qos in 0..3 {
        let topic = topic(qos);
        let consumer = consumer(&backend, &topic, "s").await;
        let sender = producer(&backend, &topic).await;
        let most = sender.max_payload().expect("stated");
        assert_eq!(most, (5 << 20) - (10 << 10));
        let under_way = sender.send(Outgoing::new("before"));
        match sender.send(Outgoing::new(vec![b'x'; 5 << 20])).await {
            Err(Error::TooLarge { size, max }) => {
                assert!(size > max && max == 5 << 20, "{size} {max}");
            }
            other => panic!("{other:?}"),
        }
        let properties = Outgoing::new("x").property("a", "y".repeat(6 << 20));
        let refused = sender.send(properties).await.expect_err("too large");
        assert_eq!(refused.kind(), "too_large");
        under_way.await.expect("confirmed");
        let (largest, first) = tokio::join!(
            sender.send(Outgoing::new(vec![b'y'; most])),
            receive(&*consumer)
        );
        largest.expect("the largest");
        assert_eq!(text(&first), "before");
        assert_eq!(receive(&*consumer).await.payload.len(), most);
    }
}

/// Nobody takes connections, or somebody takes them and says nothing, or something else.
#[tokio::test]
async fn a_broker_that_is_not_there_is_told_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").expect("a listener");
    // It has its port, and does not listen.
    let deaf = tokio::net::TcpSocket::new_v4().expect("a socket");
    let anywhere = "127.0.0.1:0".parse().expect("an address");
    deaf.bind(anywhere).expect("a port");
    let web = TcpListener::bind("127.0.0.1:0").expect("a listener");
    let ports = [silent.local_addr(), deaf.local_addr(), web.local_addr()];
    let ports = ports.map(|address| address.expect("an address").port());
    std::thread::spawn(move || {
        while let Ok((mut stream, _)) = web.accept() {
            let _ = std::io::Write::write_all(&mut stream, b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let topic = topic(1);
    for (port, host) in [
        (ports[0], "127.0.0.1"),
        (ports[1], "127.0.0.1"),
        (ports[1], "[::1]"),
        (ports[2], "127.0.0.1"),
        (ports[0], "no-such-host.invalid"),
    ] {
        let mut config = PulsarConfig::new(format!("pulsar://{host}:{port}"));
        config.connect_timeout = Duration::from_millis(500);
        let backend = Pulsar::new(config).expect("a configuration");
        let start = Instant::now();
        let options = ConsumerOptions::default();
        let error = backend.create_consumer(&topic, "s", None, options).await;
        let error = error.err().expect("no broker");
        assert!(
            matches!(error, Error::Connection { .. }) && error.is_retryable(),
            "{error}"
        );
        assert!(
            error.to_string().contains(&format!("{host}:{port}")),
            "{error}"
        );
        let health = backend.health().await.expect_err("no broker");
        assert_eq!(health.kind(), "connection");
        assert!(start.elapsed() < SOON / 2, "{:?}", start.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn best_effort_does_not_wait_for_a_broker_that_is_away() {
    let Some(broker) = broker() else { return };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let backend = crate::support::backend(proxy.port());
    let topic = topic(0);
    let options = ProducerOptions::default().max_in_flight(10);
    let sender = backend.create_producer(&topic, None, options).await;
    let sender = sender.expect("a producer");
    let before = proxy.accepted();
    proxy.freeze();
    proxy.cut();
    until("the loss is known", || proxy.accepted() > before).await;
    let sending = async {
        for i in 0..1_000 {
            send(&*sender, format!("{i}")).await;
        }
    };
    timeout(SOON, sending).await.expect("nobody waits");
    proxy.cut();
    proxy.thaw();
    timeout(SOON, sender.flush())
        .await
        .expect("in time")
        .expect("flushed");
}

/// A consumer that is slow has in memory what it asked for, and no more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_consumer_fetches_no_more_than_it_asked_for() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let consumer = consumer_with(
        &backend,
        &topic,
        "s",
        ConsumerOptions::default().prefetch(5),
    )
    .await;
    let sender: Arc<dyn BackendProducer> = producer(&backend, &topic).await.into();
    for start in (0..2_000).step_by(200) {
        let sends = (start..start + 200).map(|i| sender.send(Outgoing::new(i.to_string())));
        for sent in sends.collect::<Vec<_>>() {
            sent.await.expect("confirmed");
        }
    }
    let stats = || tokio::task::block_in_place(|| broker.admin().stats(&name(&topic)));
    let fetched = || {
        stats()
            .expect("statistics")
            .contains("\"unackedMessages\":5,")
    };
    until("as many are fetched as were asked for", fetched).await;
    sleep(QUIET).await;
    assert!(fetched(), "{:?}", stats());
    for i in 0..2_000 {
        let delivery = receive(&*consumer).await;
        assert_eq!(text(&delivery), i.to_string());
        assert_eq!(delivery.meta.attempt, 1);
        delivery.ack().await.expect("acknowledged");
    }
}
