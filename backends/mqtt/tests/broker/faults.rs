//! What may go wrong between a program and its broker, and what must come of it.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use tg_pubsub_mqtt::Mqtt;
use tg_schema::pubsub::{
    ConsumerOptions, ConsumerType, Error, Outgoing, ProducerOptions, PubSubBackend,
};
use tg_test_brokers::{Proxy, Setup};
use tokio::time::{sleep, timeout};

use crate::support::*;

#[path = "../../../tests/outages.rs"]
mod outages;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_stays_away_ends_what_waits() {
    let Some(mosquitto) = broker() else { return };
    let mut config = config(mosquitto.port());
    config.resume = Duration::from_secs(1);
    let backend = Mqtt::new(config).expect("a configuration");
    let mosquitto = RefCell::new(mosquitto);
    let go = || tokio::task::block_in_place(|| mosquitto.borrow_mut().stop());
    let come = || {
        let started = tokio::task::block_in_place(|| mosquitto.borrow_mut().restart());
        started.expect("a broker");
    };
    outages::what_waits_ends(&backend, &topic(1), go, come).await;
}

/// A consumer whose process is killed: its connection is cut, and nobody says goodbye.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_consumer_leaves_its_messages_to_its_successor() {
    let Some(mosquitto) = broker() else { return };
    let topic = topic(1);
    let sender = producer(&backend(mosquitto.port()), &topic).await;
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let dying = backend(proxy.port());
    let exclusive = || ConsumerOptions::default().consumer_type(ConsumerType::Exclusive);
    let first = consumer_with(&dying, &topic, "s", exclusive().prefetch(5)).await;
    for i in 0..6 {
        send(&*sender, format!("{i}")).await;
    }
    let zero = receive(&*first).await;
    let one = receive(&*first).await;
    let mut held = Vec::new();
    for _ in 2..5 {
        held.push(receive(&*first).await);
    }
    nothing(&*first).await;
    one.ack().await.expect("acknowledged");
    // It comes when the broker knows that there is room.
    held.push(receive(&*first).await);
    proxy.freeze();
    let survivor = backend(mosquitto.port());
    let second = consumer_with(&survivor, &topic, "s", exclusive()).await;
    let mut texts = Vec::new();
    for _ in 0..5 {
        let delivery = receive(&*second).await;
        assert!(delivery.meta.redelivered);
        texts.push(text(&delivery));
        delivery.ack().await.expect("acknowledged");
    }
    assert_eq!(texts, ["0", "2", "3", "4", "5"]);
    // The first one wakes up, and finds that it was replaced. This broker does not say so.
    proxy.thaw();
    let ended = end(&*first).await;
    assert!(!ended.is_retryable(), "it is no guess: {ended}");
    assert!(
        ended.to_string().contains("took the subscription over"),
        "{ended}"
    );
    assert_eq!(zero.ack().await.expect_err("late").error.kind(), "lost");
    send(&*sender, "6").await;
    assert_eq!(text(&receive(&*second).await), "6");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_connection_is_noticed_within_two_intervals() {
    let Some(mosquitto) = broker() else { return };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let mut config = config(proxy.port());
    config.keep_alive = Duration::from_secs(5);
    config.resume = Duration::from_millis(200);
    let backend = Mqtt::new(config).expect("a configuration");
    outages::silence_is_noticed(&backend, [topic(0), topic(1)], &proxy).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_stands_still_is_resumed_when_it_goes_on() {
    let Some(mosquitto) = broker() else { return };
    let mut config = config(mosquitto.port());
    config.keep_alive = Duration::from_secs(1);
    let backend = Mqtt::new(config).expect("a configuration");
    let topic = topic(2);
    let consumer = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    send(&*sender, "0").await;
    mosquitto.pause().expect("paused");
    let sending = tokio::spawn(async move {
        let sends = (1..20).map(|i| sender.send(Outgoing::new(i.to_string())));
        for sent in sends.collect::<Vec<_>>() {
            sent.await.expect("confirmed");
        }
    });
    sleep(Duration::from_secs(3)).await;
    mosquitto.resume().expect("going on");
    timeout(SOON, sending)
        .await
        .expect("in time")
        .expect("a sender");
    let mut received = HashMap::new();
    drain(&*consumer, 20, &mut received).await;
    assert_eq!(received.len(), 20);
    assert!(received.values().all(|n| *n == 1), "{received:?}");
}

/// mosquitto does not announce its `message_size_limit`: it answers, closes the connection, and takes up the session.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_broker_finds_too_large_is_told_and_costs_no_other_message() {
    let setup = Setup::default().line("message_size_limit 10000");
    let Some(mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let backend = backend(mosquitto.port());
    for qos in [1, 2] {
        let topic = topic(qos);
        let consumer = consumer(&backend, &topic, "s").await;
        let producer = producer(&backend, &topic).await;
        let large = producer.send(Outgoing::new(vec![b'x'; 10_001]));
        let others = async {
            for n in 0..20 {
                send(&*producer, n.to_string()).await;
            }
        };
        let (refused, ()) = tokio::join!(large, others);
        let refused = refused.expect_err("too large");
        assert_eq!((refused.kind(), refused.is_retryable()), ("broker", false));
        let told = refused.to_string();
        assert!(told.contains("`message_size_limit`"), "{told}");
        let mut received = HashMap::new();
        drain(&*consumer, 20, &mut received).await;
        println!(
            "oversize, unannounced, q{qos}: {told}; of 20 others {} were received",
            received.len()
        );
        assert_eq!(received.len(), 20, "{received:?}");
    }
}

#[tokio::test]
async fn what_is_too_large_does_not_reach_the_wire() {
    let setup = Setup::default().line("max_packet_size 10000");
    let Some(mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let backend = backend(mosquitto.port());
    for qos in 0..3 {
        let topic = topic(qos);
        let consumer = consumer(&backend, &topic, "s").await;
        let sender = producer(&backend, &topic).await;
        let most = sender.max_payload().expect("stated");
        assert!(most > 9_000 && most < 10_000, "{most}");
        let under_way = sender.send(Outgoing::new("before"));
        match sender.send(Outgoing::new(vec![b'x'; 10_000])).await {
            Err(error @ Error::TooLarge { size, max }) => {
                println!("oversize, announced, q{qos}: {error}");
                assert!(size > 10_000 && max == 10_000, "{size} {max}");
            }
            other => panic!("{other:?}"),
        }
        let properties = Outgoing::new("x").property("a", "y".repeat(10_000));
        let refused = sender.send(properties).await.expect_err("too large");
        assert_eq!(refused.kind(), "too_large");
        under_way.await.expect("confirmed");
        sender
            .send(Outgoing::new(vec![b'y'; most]))
            .await
            .expect("the largest");
        let (first, second) = (receive(&*consumer).await, receive(&*consumer).await);
        assert_eq!(
            (text(&first).as_str(), second.payload.len()),
            ("before", most)
        );
    }
}

#[tokio::test]
async fn bad_texts_do_not_reach_the_wire() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let topic = topic(1);
    let sender = producer(&backend, &topic).await;
    let refused = sender.send(Outgoing::new("x").property("a", "b\0")).await;
    assert_eq!(refused.err().map(|e| e.kind()), Some("invalid_option"));
    assert_eq!(send(&*sender, "fine").await.routed, Some(false));
    for name in ["", "a/b", "a+", "#"] {
        let options = ConsumerOptions::default();
        let refused = backend.create_consumer(&topic, name, None, options).await;
        assert_eq!(
            refused.err().map(|e| e.kind()),
            Some("invalid_option"),
            "{name:?}"
        );
    }
    for kind in [ConsumerType::Failover, ConsumerType::KeyShared] {
        let options = ConsumerOptions::default().consumer_type(kind);
        let refused = backend.create_consumer(&topic, "s", None, options).await;
        assert_eq!(refused.err().map(|e| e.kind()), Some("unsupported"));
    }
    let options = ConsumerOptions::default().option("mqtt.nope", 1);
    let refused = backend.create_consumer(&topic, "s", None, options).await;
    assert_eq!(refused.err().map(|e| e.kind()), Some("invalid_option"));
    for address in ["q1/tg/flow/a+", "q1/tg/flow/a\0b", "q1/tg//x"] {
        assert!(address.parse::<tg_schema::Topic>().is_err(), "{address:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn counts_and_delays_outlive_a_lost_link() {
    let Some(mosquitto) = broker() else { return };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let backend = backend(proxy.port());
    let topic = topic(1);
    let consumer = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    for text in ["later", "held", "fetched"] {
        send(&*sender, text).await;
    }
    let start = Instant::now();
    let delay = Duration::from_secs(2);
    let later = receive(&*consumer).await;
    let held = receive(&*consumer).await;
    let fetched = receive(&*consumer).await;
    later.nack(None).await.expect("nacked");
    fetched.nack(None).await.expect("nacked");
    let later = receive(&*consumer).await;
    assert_eq!((text(&later).as_str(), later.meta.attempt), ("later", 2));
    later.nack(Some(delay)).await.expect("nacked");
    let before = proxy.accepted();
    proxy.cut();
    until("it connects again", || proxy.accepted() > before).await;
    assert_eq!(held.ack().await.expect_err("late").error.kind(), "lost");
    // In which order, depends on how long connecting took.
    let mut left = BTreeMap::from([("later", 3), ("held", 2), ("fetched", 2)]);
    while !left.is_empty() {
        let again = receive(&*consumer).await;
        let text = text(&again);
        let attempt = left.remove(&*text).expect("once");
        assert_eq!(
            (again.meta.attempt, again.meta.redelivered),
            (attempt, true),
            "{again:?}"
        );
        let waited = start.elapsed();
        assert!(text != "later" || waited >= delay, "{waited:?}");
        again.ack().await.expect("acknowledged");
    }
    nothing(&*consumer).await;
}

/// Nobody takes connections, or somebody takes them and says nothing.
#[tokio::test]
async fn a_broker_that_is_not_there_is_told_in_time() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    // It has its port, and does not listen.
    let deaf = tokio::net::TcpSocket::new_v4().expect("a socket");
    let anywhere = "127.0.0.1:0".parse().expect("an address");
    deaf.bind(anywhere).expect("a port");
    let ports = [silent.local_addr(), deaf.local_addr()];
    let ports = ports.map(|address| address.expect("an address").port());
    for (port, host) in [
        (ports[0], "127.0.0.1"),
        (ports[1], "127.0.0.1"),
        (ports[1], "::1"),
    ] {
        let mut config = config(port);
        config.host = host.to_owned();
        config.connect_timeout = Duration::from_millis(500);
        let backend = Mqtt::new(config).expect("a configuration");
        let start = Instant::now();
        let topic = topic(1);
        let error = backend
            .create_consumer(&topic, "s", None, ConsumerOptions::default())
            .await;
        let error = error.err().expect("no broker");
        assert!(
            matches!(error, Error::Connection { .. }) && error.is_retryable(),
            "{error}"
        );
        assert!(error.to_string().contains(&port.to_string()), "{error}");
        let health = backend.health().await.expect_err("no broker");
        assert_eq!(health.kind(), "connection");
        assert!(start.elapsed() < SOON / 2, "{:?}", start.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn best_effort_does_not_wait_for_a_broker_that_is_away() {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let backend = backend(proxy.port());
    let topic = topic(0);
    let options = ProducerOptions::default().max_in_flight(10);
    let sender = backend
        .create_producer(&topic, None, options)
        .await
        .expect("a producer");
    let before = proxy.accepted();
    tokio::task::block_in_place(|| mosquitto.kill());
    until("the loss is known", || proxy.accepted() > before).await;
    let mut dropped = 0;
    let sending = async {
        for i in 0..1_000 {
            dropped += u64::from(send(&*sender, format!("{i}")).await.dropped);
        }
    };
    timeout(SOON, sending).await.expect("nobody waits");
    // As many as may be under way wait for the broker.
    assert_eq!((dropped, sender.dropped()), (990, 990));
    tokio::task::block_in_place(|| mosquitto.restart()).expect("a broker");
    timeout(SOON, sender.flush())
        .await
        .expect("in time")
        .expect("flushed");
}

/// Also where it is not closed in time: nothing of it waits for an answer that cannot come.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_for_a_broker_that_is_away_ends_with_the_backend() {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    for qos in [1, 2] {
        let backend = backend(mosquitto.port());
        let mut options = ProducerOptions::default();
        options.caller_keeps_time = true;
        let topic = topic(qos);
        let producer = backend.create_producer(&topic, None, options).await;
        let producer = producer.expect("a producer");
        tokio::task::block_in_place(|| mosquitto.kill());
        while producer.fault().is_none() {
            sleep(Duration::from_millis(5)).await;
        }
        let sending = [(); 3].map(|()| producer.send(Outgoing::new("a")));
        backend
            .close(Duration::from_millis(200))
            .await
            .expect_err("not in time");
        for sending in sending {
            let sent = timeout(SOON, sending).await.expect("in time");
            sent.expect_err("it was not sent");
        }
        tokio::task::block_in_place(|| mosquitto.restart().expect("a broker"));
    }
}
