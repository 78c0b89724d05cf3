//! Producers that have a name, that are in each other's way, and whose schema is refused.

use std::time::{Duration, Instant};

use tg_pubsub_pulsar::Pulsar;
use tg_schema::pubsub::{
    ConsumerOptions, Error, InitialPosition, Outgoing, ProducerOptions, PubSubBackend, SchemaInfo,
};
use tg_schema::{Message, tg_schema};
use tg_test_brokers::{Proxy, PulsarSetup};
use tokio::time::sleep;

use crate::support::*;

async fn refusal(backend: &Pulsar, topic: &tg_schema::Topic, options: ProducerOptions) -> Error {
    let refused = backend.create_producer(topic, None, options).await;
    refused.err().expect("refused")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fenced_producer_is_out_and_does_not_come_back() {
    let Some(broker) = broker() else { return };
    let (mine, other) = (backend(broker.port()), backend(broker.port()));
    let topic = topic(1);
    let access = |mode: &str| ProducerOptions::default().option("pulsar.access", mode);
    let opened = mine
        .create_producer(&topic, None, access("exclusive"))
        .await;
    let first = opened.expect("a producer");
    send(&*first, "one").await;
    // It is alone.
    let start = Instant::now();
    for options in [access("exclusive"), access("shared")] {
        let error = refusal(&other, &topic, options).await;
        assert!(matches!(error, Error::Broker { .. }), "{error}");
        println!("{error}");
    }
    // Nobody tries again for as long as an operation may take.
    assert!(start.elapsed() < SOON / 2, "{:?}", start.elapsed());
    // Until somebody comes who puts it out.
    let opened = other.create_producer(&topic, None, access("fencing")).await;
    let second = opened.expect("a producer");
    send(&*second, "two").await;
    let start = Instant::now();
    let error = loop {
        if let Err(error) = first.send(Outgoing::new("three")).await {
            break error;
        }
        assert!(start.elapsed() < SOON);
    };
    println!("{error}");
    assert!(
        !error.is_retryable() && error.to_string().contains("took"),
        "{error}"
    );
    send(&*second, "four").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_producers_of_one_name() {
    let Some(broker) = broker() else { return };
    let (mine, other) = (backend(broker.port()), backend(broker.port()));
    let topic = topic(2);
    let named = || ProducerOptions::default().name("the-one");
    let first = mine
        .create_producer(&topic, None, named())
        .await
        .expect("a producer");
    let error = refusal(&other, &topic, named()).await;
    let text = error.to_string();
    assert!(text.contains("the-one") && error.is_retryable(), "{text}");
    send(&*first, "x").await;
    first.close(SOON).await.expect("closed");
    other
        .create_producer(&topic, None, named())
        .await
        .expect("the name is free");
}

/// Where the broker de-duplicates, what a producer sends again after its link was lost comes once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repetitions_after_a_lost_link_come_once_where_the_broker_knows_them() {
    let Some(broker) = own_broker(PulsarSetup::default().deduplication()) else {
        return;
    };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let cut = Pulsar::new(config(proxy.port())).expect("a backend");
    let backend = backend(broker.port());
    for name in [None, Some("named")] {
        let topic = topic(2);
        let consumer = consumer(&backend, &topic, "s").await;
        let mut options = producer_options();
        options.name = name.map(str::to_owned);
        let sender = cut
            .create_producer(&topic, None, options)
            .await
            .expect("a producer");
        let cutting = async {
            for _ in 0..10 {
                sleep(Duration::from_millis(100)).await;
                proxy.cut();
            }
        };
        let sending = async {
            for start in (0..1_000).step_by(50) {
                let sends = (start..start + 50).map(|i| sender.send(Outgoing::new(i.to_string())));
                for sent in sends.collect::<Vec<_>>() {
                    sent.await.expect("confirmed");
                }
                sleep(Duration::from_millis(30)).await;
            }
        };
        tokio::join!(cutting, sending);
        for i in 0..1_000 {
            let delivery = receive(&*consumer).await;
            assert_eq!(text(&delivery), i.to_string(), "{name:?}");
            delivery.ack().await.expect("acknowledged");
        }
        nothing(&*consumer).await;
        sender.close(SOON).await.expect("closed");
        // Its numbers go on where they ended.
        if let Some(name) = name {
            let options = ProducerOptions::default().name(name);
            let again = cut
                .create_producer(&topic, None, options)
                .await
                .expect("a producer");
            assert!(!send(&*again, "more").await.duplicate);
            assert_eq!(text(&receive(&*consumer).await), "more");
        }
    }
}

/// A link that is not taken up again ends its producer. The next one is told by the broker what it has of the one before,
/// whose messages are sent again under their identities.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repetitions_by_the_next_producer_come_once_where_the_broker_knows_them() {
    let Some(broker) = own_broker(PulsarSetup::default().deduplication()) else {
        return;
    };
    let proxy = Proxy::new(broker.port()).expect("a proxy");
    let mut hasty = config(proxy.port());
    hasty.resume = Duration::ZERO;
    hasty.connect_timeout = Duration::from_secs(1);
    let cut = Pulsar::new(hasty).expect("a backend");
    let backend = backend(broker.port());
    for name in [None, Some("named")] {
        let topic = topic(2);
        let consumer = consumer(&backend, &topic, "s").await;
        let open = async || {
            let start = Instant::now();
            loop {
                let mut options = producer_options();
                options.name = name.map(str::to_owned);
                // All are on their way before the first one is waited for.
                options.max_in_flight = 5_000;
                match cut.create_producer(&topic, None, options).await {
                    Ok(sender) => break sender,
                    // The broker may not know yet that the one before is gone.
                    Err(error) => {
                        assert!(error.is_retryable() && start.elapsed() < SOON, "{error}")
                    }
                }
                sleep(Duration::from_millis(50)).await;
            }
        };
        let message = |i: usize| Outgoing::new(i.to_string()).id(format!("id-{i}"));
        let mut left: Vec<usize> = (0..3_000).collect();
        let (mut repeated, mut cuts) = (0, 0);
        while !left.is_empty() {
            let sender = open().await;
            let sends: Vec<_> = left.iter().map(|i| sender.send(message(*i))).collect();
            let mut failed = Vec::new();
            for (i, sent) in left.into_iter().zip(sends) {
                match sent.await {
                    Ok(receipt) => repeated += u32::from(receipt.duplicate),
                    Err(_) => failed.push(i),
                }
                if i == 600 * cuts && cuts < 4 {
                    cuts += 1;
                    // Nobody answers where the link is taken up again.
                    proxy.freeze();
                    proxy.cut();
                }
            }
            proxy.thaw();
            left = failed;
        }
        println!("{name:?}: {repeated} of them the broker had");
        for i in 0..3_000 {
            let delivery = receive(&*consumer).await;
            assert_eq!(text(&delivery), i.to_string(), "{name:?}");
            delivery.ack().await.expect("acknowledged");
        }
        nothing(&*consumer).await;
        // What was confirmed is known to the next one too.
        let receipt = open().await.send(message(7)).await.expect("confirmed");
        assert!(receipt.duplicate);
    }
}

#[tg_schema(namespace = "one")]
#[derive(Clone, Debug, PartialEq)]
struct Before {
    text: String,
    number: Option<i32>,
}

mod later {
    use super::*;

    #[tg_schema(namespace = "one")]
    #[derive(Clone, Debug, PartialEq)]
    pub struct Before {
        pub text: i64,
    }
}

fn schema<T: Message>() -> Option<SchemaInfo> {
    Some(SchemaInfo::of::<T>().expect("a schema"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_does_not_fit_is_refused_at_once() {
    let Some(broker) = broker() else { return };
    let backend = backend(broker.port());
    let topic = topic(1);
    let options = || ConsumerOptions::default().position(InitialPosition::Earliest);
    let producing = ProducerOptions::default;
    let sender = backend
        .create_producer(&topic, schema::<Before>(), producing())
        .await;
    let sender = sender.expect("a producer");
    let consumer = backend
        .create_consumer(&topic, "s", schema::<Before>(), options())
        .await;
    let consumer = consumer.expect("a consumer");
    let refused = backend
        .create_producer(&topic, schema::<later::Before>(), producing())
        .await;
    let refused_too = backend
        .create_consumer(&topic, "t", schema::<later::Before>(), options())
        .await;
    for error in [refused.err(), refused_too.err()] {
        let error = error.expect("refused");
        println!("{error}");
        assert_eq!(error.kind(), "schema_rejected", "{error}");
        let text = error.to_string();
        assert!(
            text.starts_with("the schema of Before is not accepted")
                && text.ends_with("`tg-schema check` says what differs"),
            "{text}"
        );
    }
    let message = Before {
        text: "a".to_owned(),
        number: None,
    };
    let payload = sender.wire().encode(&message).expect("JSON");
    sender
        .send(Outgoing::new(payload))
        .await
        .expect("confirmed");
    let delivery = receive(&*consumer).await;
    assert_eq!(Before::from_json(&delivery.payload).expect("JSON"), message);
    delivery.ack().await.expect("acknowledged");
}

/// Under the strategy that calls nothing compatible, a type whose schema the topic has is let in, and a changed one is not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changed_schema_is_refused_where_nothing_is_compatible() {
    let Some(broker) = broker() else { return };
    let admin = broker.admin();
    let strategy = |strategy| {
        tokio::task::block_in_place(|| admin.set_compatibility("tg/strict", strategy))
            .expect("a strategy");
    };
    tokio::task::block_in_place(|| admin.create_namespace("tg/strict")).expect("a namespace");
    let backend = backend(broker.port());
    let topic = "q1/tg/strict/x".parse().expect("a topic");
    strategy("FULL");
    let producing = ProducerOptions::default;
    let first = backend
        .create_producer(&topic, schema::<Before>(), producing())
        .await;
    first
        .expect("a producer")
        .close(SOON)
        .await
        .expect("closed");
    strategy("ALWAYS_INCOMPATIBLE");
    let consuming = ConsumerOptions::default;
    let changed = backend
        .create_consumer(&topic, "s", schema::<later::Before>(), consuming())
        .await;
    let changed_too = backend
        .create_producer(&topic, schema::<later::Before>(), producing())
        .await;
    for error in [changed.err(), changed_too.err()] {
        let error = error.expect("refused");
        assert_eq!(error.kind(), "schema_rejected", "{error}");
    }
    let consumer = backend
        .create_consumer(&topic, "s", schema::<Before>(), consuming())
        .await;
    let consumer = consumer.expect("a consumer of the schema that is there");
    let sender = backend
        .create_producer(&topic, schema::<Before>(), producing())
        .await;
    send(&*sender.expect("a producer"), "{\"text\":\"a\"}").await;
    assert_eq!(text(&receive(&*consumer).await), "{\"text\":\"a\"}");
    let path = "schemas/tg/strict/x/schemas";
    let known = tokio::task::block_in_place(|| admin.done("GET", path, None)).expect("versions");
    assert_eq!(known.matches("\"version\"").count(), 1, "{known}");
}
