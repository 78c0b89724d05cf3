//! What may go wrong between a program and its broker, and what must come of it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tg_pubsub_mqtt::{Mqtt, Tls};
use tg_schema::pubsub::{
    BackendConsumer, BackendProducer, ConsumerOptions, ConsumerType, Error, Outgoing,
    ProducerOptions, PubSubBackend,
};
use tg_test_brokers::{Proxy, Setup};
use tokio::time::{sleep, timeout};

use crate::support::*;

/// What was sent and what came.
#[derive(Default)]
struct Counts {
    confirmed: Vec<usize>,
    /// Those of them that were under way when the broker was killed.
    across: Vec<usize>,
    failed: Vec<(usize, &'static str)>,
    received: HashMap<usize, usize>,
}

impl Counts {
    fn lost(&self) -> Vec<usize> {
        let lost = |n: &&usize| !self.received.contains_key(n);
        self.confirmed.iter().filter(lost).copied().collect()
    }
    fn report(&self, name: &str) {
        let duplicates: usize = self.received.values().map(|n| n - 1).sum();
        println!(
            "{name}: {} confirmed ({} of them sent before), {} failed, {} received, {duplicates} duplicates, {} lost",
            self.confirmed.len(),
            self.across.len(),
            self.failed.len(),
            self.received.len(),
            self.lost().len()
        );
    }
}

/// What the senders are told: 0 send, 1 the broker is killed, 2 stop.
type Phase = Arc<AtomicUsize>;

/// Sends until told to stop, `window` at a time, and collects what is confirmed.
async fn load(producer: Arc<dyn BackendProducer>, phase: Phase, window: usize) -> Counts {
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..window {
        let (producer, phase, next) = (producer.clone(), phase.clone(), next.clone());
        tasks.spawn(async move {
            let mut counts = Counts::default();
            loop {
                let before = phase.load(Ordering::Relaxed);
                if before == 2 {
                    return counts;
                }
                let n = next.fetch_add(1, Ordering::Relaxed);
                let message = Outgoing::new(n.to_string()).id(n.to_string());
                match producer.send(message).await {
                    Ok(receipt) if receipt.routed == Some(false) => {
                        counts.failed.push((n, "unrouted"));
                    }
                    Ok(_) => {
                        counts.confirmed.push(n);
                        if before == 0 && phase.load(Ordering::Relaxed) > 0 {
                            counts.across.push(n);
                        }
                    }
                    Err(e) => counts.failed.push((n, e.kind())),
                }
                sleep(Duration::from_millis(20)).await;
            }
        });
    }
    let mut all = Counts::default();
    while let Some(done) = tasks.join_next().await {
        let some = done.expect("a sender");
        all.confirmed.extend(some.confirmed);
        all.across.extend(some.across);
        all.failed.extend(some.failed);
    }
    all
}

/// Receives and acknowledges until nothing comes any more.
async fn drain(consumer: &dyn BackendConsumer, received: &mut HashMap<usize, usize>) {
    while let Ok(delivery) = timeout(Duration::from_secs(2), consumer.receive()).await {
        let delivery = delivery.expect("a message");
        let n = text(&delivery).parse().expect("a number");
        match delivery.ack().await {
            Ok(()) => *received.entry(n).or_default() += 1,
            Err(failed) => assert_eq!(failed.error.kind(), "lost"),
        }
    }
}

/// The broker is killed under load and comes back; nobody calls anything again.
async fn killed_and_back(qos: u8, consumer_type: ConsumerType) {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    let backend = backend(mosquitto.port());
    let topic = topic(qos);
    let options = ConsumerOptions::default().consumer_type(consumer_type);
    let consumer = consumer_with(&backend, &topic, "s", options).await;
    let producer: Arc<dyn BackendProducer> = producer(&backend, &topic).await.into();
    // The broker saves its sessions each second.
    sleep(Duration::from_millis(1_500)).await;
    let phase = Phase::default();
    let sending = tokio::spawn(load(producer, phase.clone(), 8));
    let mut received = HashMap::new();
    let breaking = async {
        sleep(Duration::from_secs(2)).await;
        // What it said and nobody read would be thrown away with its sockets, and what it knows it saves each second:
        // no client can make up for that.
        mosquitto.pause().expect("paused");
        sleep(Duration::from_millis(300)).await;
        phase.store(1, Ordering::Relaxed);
        tokio::task::block_in_place(|| mosquitto.kill());
        sleep(Duration::from_secs(1)).await;
        tokio::task::block_in_place(|| mosquitto.restart()).expect("a broker");
        sleep(Duration::from_secs(2)).await;
        phase.store(2, Ordering::Relaxed);
    };
    tokio::join!(drain(&*consumer, &mut received), breaking);
    let mut counts = sending.await.expect("the load");
    drain(&*consumer, &mut received).await;
    counts.received = received;
    counts.report(&format!(
        "broker killed and back after 1 s, q{qos}, {consumer_type}"
    ));
    assert!(counts.confirmed.len() > 100, "{}", counts.confirmed.len());
    let mut lost = counts.lost();
    if qos == 2 {
        // Of a message of which it had not saved the first half, this broker confirms the second half nevertheless.
        lost.retain(|n| !counts.across.contains(n));
    }
    assert_eq!(lost, [] as [usize; 0]);
    // This broker forgets shared subscriptions when it restarts, and says so of each message until they are back.
    let kinds: &[&str] = match consumer_type {
        ConsumerType::Shared => &["connection", "timeout", "unrouted"],
        _ => &["connection", "timeout"],
    };
    assert!(
        counts.failed.iter().all(|(_, kind)| kinds.contains(kind)),
        "{:?}",
        counts.failed
    );
    if qos == 2 {
        assert!(
            counts.received.values().all(|n| *n == 1),
            "q2: no duplicates"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_confirmed_is_lost_when_the_broker_is_killed_q1() {
    killed_and_back(1, ConsumerType::Exclusive).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_confirmed_is_lost_when_the_broker_is_killed_q1_shared() {
    killed_and_back(1, ConsumerType::Shared).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_confirmed_is_lost_when_the_broker_is_killed_q2() {
    killed_and_back(2, ConsumerType::Exclusive).await;
}

/// Beyond the time to resume, everything that waits fails, and can be made anew.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_stays_away_ends_what_waits() {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    let mut config = config(mosquitto.port());
    config.resume = Duration::from_secs(1);
    let backend = Mqtt::new(config).expect("a configuration");
    let topic = topic(1);
    let first = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    send(&*sender, "before").await;
    let held = receive(&*first).await;
    tokio::task::block_in_place(|| mosquitto.stop());
    let start = Instant::now();
    let (sent, ended) = tokio::join!(sender.send(Outgoing::new("x")), end(&*first));
    assert_eq!(sent.expect_err("no broker").kind(), "connection");
    assert_eq!(ended.kind(), "connection");
    assert!(ended.is_retryable() && start.elapsed() < Duration::from_secs(4));
    assert_eq!(held.ack().await.expect_err("late").error.kind(), "lost");
    let again = sender.send(Outgoing::new("y")).await.expect_err("ended");
    assert_eq!(again.kind(), "connection");
    let refused = backend
        .create_producer(&topic, None, ProducerOptions::default())
        .await;
    assert_eq!(refused.err().map(|e| e.kind()), Some("connection"));
    drop((first, sender));
    tokio::task::block_in_place(|| mosquitto.restart()).expect("a broker");
    let second = consumer(&backend, &topic, "s").await;
    let sender = producer(&backend, &topic).await;
    send(&*sender, "after").await;
    let mut texts = Vec::new();
    for _ in 0..2 {
        let delivery = receive(&*second).await;
        texts.push(text(&delivery));
        delivery.ack().await.expect("acknowledged");
    }
    assert_eq!(texts, ["before", "after"]);
}

/// A consumer whose process is killed: its connection is cut, and nobody says goodbye.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_killed_consumer_leaves_its_messages_to_its_successor() {
    let Some(mosquitto) = broker() else { return };
    let topic = topic(1);
    let sender = producer(&backend(mosquitto.port()), &topic).await;
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let dying = backend(proxy.port());
    let first = consumer(&dying, &topic, "s").await;
    for i in 0..5 {
        send(&*sender, format!("{i}")).await;
    }
    let zero = receive(&*first).await;
    let one = receive(&*first).await;
    one.ack().await.expect("acknowledged");
    sleep(Duration::from_millis(200)).await;
    proxy.freeze();
    let survivor = backend(mosquitto.port());
    let second = consumer(&survivor, &topic, "s").await;
    let mut texts = Vec::new();
    for _ in 0..4 {
        let delivery = receive(&*second).await;
        assert!(delivery.meta.redelivered);
        texts.push(text(&delivery));
        delivery.ack().await.expect("acknowledged");
    }
    assert_eq!(texts, ["0", "2", "3", "4"]);
    // The first one wakes up, learns that it was replaced, and does not push its successor out.
    proxy.thaw();
    let ended = end(&*first).await;
    assert!(!ended.is_retryable(), "{ended}");
    assert!(
        ended.to_string().contains("took the subscription over"),
        "{ended}"
    );
    assert_eq!(zero.ack().await.expect_err("late").error.kind(), "lost");
    send(&*sender, "5").await;
    assert_eq!(text(&receive(&*second).await), "5");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_connection_is_noticed_within_two_intervals() {
    let Some(mosquitto) = broker() else { return };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let mut config = config(proxy.port());
    config.keep_alive = Duration::from_secs(1);
    config.resume = Duration::from_millis(200);
    let backend = Mqtt::new(config).expect("a configuration");
    let topics = [topic(0), topic(1)];
    let consumer = consumer(&backend, &topics[1], "s").await;
    let q0: Arc<dyn BackendProducer> = producer(&backend, &topics[0]).await.into();
    let q1 = producer(&backend, &topics[1]).await;
    send(&*q1, "x").await;
    receive(&*consumer).await.ack().await.expect("acknowledged");
    proxy.freeze();
    let start = Instant::now();
    // One that sends without being answered must notice too.
    let sending = tokio::spawn(async move {
        loop {
            if let Err(e) = q0.send(Outgoing::new("x")).await {
                return e;
            }
            sleep(Duration::from_millis(50)).await;
        }
    });
    let (ended, q0) = tokio::join!(end(&*consumer), timeout(SOON, sending));
    let took = start.elapsed();
    println!("half-open connection noticed after {took:?}, keep-alive 1 s");
    assert_eq!(ended.kind(), "connection");
    assert_eq!(q0.expect("in time").expect("a sender").kind(), "connection");
    assert!(took < Duration::from_secs(4), "{took:?}");
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
    drain(&*consumer, &mut received).await;
    assert_eq!(received.len(), 20);
    assert!(received.values().all(|n| *n == 1), "{received:?}");
}

#[tokio::test]
async fn a_wrong_password_is_an_error_without_the_password_and_without_a_storm() {
    let setup = Setup::default().user("joe", "right");
    let Some(mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let right = config(mosquitto.port()).user("joe", "right");
    let right = Mqtt::new(right).expect("a configuration");
    send(&*producer(&right, &topic(1)).await, "x").await;
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let wrong = config(proxy.port()).user("joe", "wr0ng");
    let wrong = Mqtt::new(wrong).expect("a configuration");
    let start = Instant::now();
    let topic = topic(1);
    let options = ConsumerOptions::default();
    let errors = [
        wrong
            .create_consumer(&topic, "s", None, options)
            .await
            .err(),
        wrong
            .create_producer(&topic, None, ProducerOptions::default())
            .await
            .err(),
        wrong.health().await.err(),
    ];
    assert!(start.elapsed() < Duration::from_secs(5));
    for error in errors {
        let error = error.expect("refused");
        assert!(matches!(error, Error::Auth { .. }) && !error.is_retryable());
        let shown = format!("{error} {error:?}");
        assert!(
            shown.contains("joe") && shown.contains("`password`"),
            "{shown}"
        );
        assert!(!shown.contains("wr0ng"), "{shown}");
    }
    sleep(QUIET).await;
    assert_eq!(proxy.accepted(), 3, "one attempt each");
}

#[cfg(feature = "tls")]
#[tokio::test]
async fn encryption_checks_who_the_broker_is() {
    let mut setup = Setup::default().tls().user("joe", "right");
    setup.client_certificates = true;
    let Some(mosquitto) = tg_test_brokers::mosquitto(setup) else {
        return;
    };
    let made = mosquitto.certificates().expect("certificates");
    let ours = || {
        Tls::new()
            .authorities(made.authority.clone())
            .identity(made.client.clone(), made.client_key.clone())
    };
    let attempt = async |host: &str, tls: Option<Tls>| {
        let mut config = config(mosquitto.port()).user("joe", "right");
        config.host = host.to_owned();
        config.tls = tls;
        let backend = Mqtt::new(config).expect("a configuration");
        let topic = topic(1);
        let consumer = backend.create_consumer(&topic, "s", None, ConsumerOptions::default());
        let consumer = consumer.await?;
        send(&*producer(&backend, &topic).await, "x").await;
        receive(&*consumer).await.ack().await?;
        Ok::<(), Error>(())
    };
    for host in ["localhost", "127.0.0.1"] {
        attempt(host, Some(ours())).await.expect("trusted");
    }
    let text = std::fs::read(&made.authority).expect("a certificate");
    let tls = ours().authorities(text);
    attempt("localhost", Some(tls)).await.expect("trusted");
    for (what, tls, expected) in [
        (
            "another authority",
            Some(ours().authorities(made.stranger.clone())),
            "is not trusted",
        ),
        (
            "no certificate of ours",
            Some(Tls::new().authorities(made.authority.clone())),
            "did not accept the encryption",
        ),
    ] {
        let error = attempt("localhost", tls).await.expect_err(what);
        assert!(matches!(error, Error::Auth { .. }), "{what}: {error:?}");
        assert!(error.to_string().contains(expected), "{what}: {error}");
    }
    let error = attempt("localhost", None).await.expect_err("not encrypted");
    assert_eq!(error.kind(), "connection", "{error}");
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
            Err(Error::TooLarge { size, max }) => {
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
    proxy.cut();
    sleep(Duration::from_millis(500)).await;
    assert_eq!(held.ack().await.expect_err("late").error.kind(), "lost");
    for _ in 0..2 {
        let again = receive(&*consumer).await;
        assert_ne!(text(&again), "later");
        assert_eq!(
            (again.meta.attempt, again.meta.redelivered),
            (2, true),
            "{again:?}"
        );
        again.ack().await.expect("acknowledged");
    }
    let later = receive(&*consumer).await;
    assert_eq!((text(&later).as_str(), later.meta.attempt), ("later", 3));
    assert!(start.elapsed() >= delay, "{:?}", start.elapsed());
    later.ack().await.expect("acknowledged");
    nothing(&*consumer).await;
}

/// Nobody takes connections, or somebody takes them and says nothing.
#[tokio::test]
async fn a_broker_that_is_not_there_is_told_in_time() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    let free = std::net::TcpListener::bind("127.0.0.1:0").expect("a listener");
    let ports = [&silent, &free].map(|l| l.local_addr().expect("an address").port());
    drop(free);
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
        assert!(
            start.elapsed() < Duration::from_secs(3),
            "{:?}",
            start.elapsed()
        );
    }
}
