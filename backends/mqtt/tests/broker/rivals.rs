//! Two with one identifier, and lines that break: the one must not be taken for the other.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use tg_schema::pubsub::{BackendConsumer, ConsumerOptions, ConsumerType};
use tg_test_brokers::Proxy;
use tokio::time::{sleep, timeout};

use crate::support::*;

fn of(consumer_type: ConsumerType) -> ConsumerOptions {
    ConsumerOptions::default().consumer_type(consumer_type)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_breaks_twice_ends_nobody() {
    let Some(mosquitto) = broker() else { return };
    for consumer_type in [ConsumerType::Shared, ConsumerType::Exclusive] {
        for apart in [150, 600, 1_500] {
            let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
            let through = backend(proxy.port());
            let topic = topic(1);
            let consumer = consumer_with(&through, &topic, "s", of(consumer_type)).await;
            proxy.cut();
            sleep(Duration::from_millis(apart)).await;
            proxy.cut();
            let direct = backend(mosquitto.port());
            let sender = producer(&direct, &topic).await;
            send(&*sender, "after").await;
            let delivery = receive(&*consumer).await;
            assert_eq!(text(&delivery), "after", "{consumer_type} {apart} ms");
            delivery.ack().await.expect("acknowledged");
        }
    }
}

/// Programs that come one after the other each take the subscription over, for good: nobody comes back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_last_exclusive_consumer_stays_and_the_others_end() {
    let Some(mosquitto) = broker() else { return };
    let topic = topic(1);
    let proxies: Vec<_> = (0..6)
        .map(|_| Proxy::new(mosquitto.port()).expect("a proxy"))
        .collect();
    let mut consumers: Vec<(_, Box<dyn BackendConsumer>)> = Vec::new();
    for proxy in &proxies {
        let program = backend(proxy.port());
        let consumer = consumer_with(&program, &topic, "s", of(ConsumerType::Exclusive)).await;
        if let Some((_, last)) = consumers.last() {
            let ended = end(&**last).await;
            assert!(!ended.is_retryable(), "{ended}");
            assert!(
                ended.to_string().contains("another consumer took"),
                "{ended}"
            );
        }
        consumers.push((program, consumer));
    }
    let (program, last) = consumers.last().expect("the last one");
    let sender = producer(program, &topic).await;
    for n in 0..20 {
        send(&*sender, format!("{n}")).await;
        let delivery = receive(&**last).await;
        assert_eq!(text(&delivery), format!("{n}"));
        if let Err(failed) = delivery.ack().await {
            // The one before it looked whether it still holds the session.
            assert_eq!(failed.error.kind(), "lost");
            receive(&**last).await.ack().await.expect("acknowledged");
        }
    }
    let accepted: u64 = proxies.iter().map(Proxy::accepted).sum();
    // Each connects, is pushed out, looks, and pushes the next one out by that; and the sender connects.
    assert!(accepted <= 60, "{accepted} connections");
    assert!(timeout(QUIET, last.receive()).await.is_err(), "it goes on");
}

/// What somebody sends to the names by which holders are told apart is no message of a topic.
#[tokio::test]
async fn nobody_can_send_to_a_mark() {
    let Some(mosquitto) = broker() else { return };
    let backend = backend(mosquitto.port());
    let own = topic(1);
    let consumer = consumer_with(&backend, &own, "s", of(ConsumerType::Exclusive)).await;
    // A client that is not ours: no topic is called so. Version 3.1.1, at most once.
    let mut stranger = TcpStream::connect(("127.0.0.1", mosquitto.port())).expect("connected");
    stranger
        .write_all(b"\x10\x10\0\x04MQTT\x04\x02\0\0\0\x04evil")
        .expect("sent");
    for mark in b'0'..b'4' {
        let mut packet = b"\x30\x1a\0\x12tg-pubsub/holder-?forged".to_vec();
        packet[21] = mark;
        stranger.write_all(&packet).expect("sent");
    }
    // What the broker answers now, it answers after all of that.
    stranger.write_all(b"\xc0\0").expect("sent");
    let mut answers = [0; 6];
    stranger.read_exact(&mut answers).expect("answers");
    assert_eq!(answers, *b"\x20\x02\0\0\xd0\0");
    let sender = producer(&backend, &own).await;
    send(&*sender, "own").await;
    assert_eq!(text(&receive(&*consumer).await), "own");
}

/// A line that breaks soon after each reconnection looks like a rival's doing. Whoever opens the consumer again after
/// its error is back when the line holds.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_that_breaks_again_and_again_ends_nobody_for_good() {
    let Some(mosquitto) = broker() else { return };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let through = backend(proxy.port());
    let topic = topic(1);
    let first = consumer_with(&through, &topic, "s", of(ConsumerType::Exclusive)).await;
    let breaking = async {
        loop {
            let before = proxy.accepted();
            proxy.cut();
            // Soon after it is there again, however long that takes.
            while proxy.accepted() == before || first.fault().is_some() {
                sleep(Duration::from_millis(20)).await;
            }
            sleep(Duration::from_millis(100)).await;
        }
    };
    let ended = tokio::select! {
        ended = end(&*first) => ended,
        () = breaking => unreachable!("it goes on"),
    };
    assert!(ended.is_retryable(), "{ended}");
    assert!(ended.to_string().contains("the line is bad, or"), "{ended}");
    drop(first);
    let again = consumer_with(&through, &topic, "s", of(ConsumerType::Exclusive)).await;
    let direct = backend(mosquitto.port());
    let sender = producer(&direct, &topic).await;
    send(&*sender, "after").await;
    assert_eq!(text(&receive(&*again).await), "after");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_is_killed_twice_ends_nobody() {
    let Some(mut mosquitto) = broker() else {
        return;
    };
    let backend = backend(mosquitto.port());
    let topics = [topic(1), topic(1)];
    let shared = consumer_with(&backend, &topics[0], "s", of(ConsumerType::Shared)).await;
    let exclusive = consumer_with(&backend, &topics[1], "s", of(ConsumerType::Exclusive)).await;
    for _ in 0..2 {
        tokio::task::block_in_place(|| {
            mosquitto.kill();
            mosquitto.restart().expect("a broker");
        });
        sleep(Duration::from_millis(700)).await;
    }
    for (consumer, topic) in [(shared, &topics[0]), (exclusive, &topics[1])] {
        // A subscription may take a moment to be back.
        let sender = producer(&backend, topic).await;
        let came = async {
            loop {
                send(&*sender, "after").await;
                if let Ok(delivery) = timeout(QUIET, consumer.receive()).await {
                    return delivery.expect("a message");
                }
            }
        };
        let delivery = timeout(SOON, came).await.expect("in time");
        delivery.ack().await.expect("acknowledged");
    }
}

/// Two programs that are to compete and have one name by mistake: they disturb each other, and nobody ends.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_of_one_name_go_on() {
    let Some(mosquitto) = broker() else { return };
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let (one, two) = (backend(mosquitto.port()), backend(proxy.port()));
    let topic = topic(1);
    let first = consumer(&one, &topic, "s").await;
    let second = consumer(&two, &topic, "s").await;
    // Longer than it takes an exclusive consumer to end.
    let ended = timeout(Duration::from_secs(9), async {
        tokio::select! { ended = first.receive() => ended, ended = second.receive() => ended }
    });
    assert!(ended.await.is_err(), "somebody ended");
    // Without growing pauses it would be a hundred.
    assert!(proxy.accepted() <= 20, "{}", proxy.accepted());
    let sender = producer(&one, &topic).await;
    send(&*sender, "x").await;
    let received = async {
        tokio::select! { delivery = first.receive() => delivery, delivery = second.receive() => delivery }
    };
    let delivery = timeout(SOON, received).await.expect("in time");
    assert_eq!(text(&delivery.expect("a message")), "x");
}

/// A program names its second consumer by itself; another program's instance may look like that.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn names_made_for_members_are_no_instances() {
    let Some(mosquitto) = broker() else { return };
    let of = |instance: &str| {
        let config = config(mosquitto.port()).instance(instance);
        tg_pubsub_mqtt::Mqtt::new(config).expect("a configuration")
    };
    let topic = topic(1);
    let proxy = Proxy::new(mosquitto.port()).expect("a proxy");
    let one = of("app");
    let members = [
        consumer(&one, &topic, "s").await,
        consumer(&one, &topic, "s").await,
    ];
    let elsewhere = config(proxy.port()).instance("app.2");
    let elsewhere = tg_pubsub_mqtt::Mqtt::new(elsewhere).expect("a configuration");
    let other = consumer(&elsewhere, &topic, "s").await;
    sleep(Duration::from_millis(500)).await;
    assert_eq!(proxy.accepted(), 1, "nobody pushed the other out");
    let sender = producer(&one, &topic).await;
    for i in 0..30 {
        send(&*sender, format!("{i}")).await;
    }
    for member in members.iter().chain([&other]) {
        receive(&**member).await.ack().await.expect("acknowledged");
    }
    for wrong in ["app:2", "app 2", "app/2"] {
        let config = config(mosquitto.port()).instance(wrong);
        let refused = tg_pubsub_mqtt::Mqtt::new(config).err();
        assert_eq!(
            refused.map(|e| e.kind()),
            Some("invalid_option"),
            "{wrong:?}"
        );
    }
}
