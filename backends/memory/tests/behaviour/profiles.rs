//! Behaving like a weaker broker.

use tg_pubsub_backend::profile::Profile;
use tg_pubsub_memory::{Config, Memory};
use tg_schema::Qos;
use tg_schema::pubsub::{
    BackendConsumer, ConsumerType, Error, Feature, Format, Outgoing, PubSubBackend, Support,
};

use crate::support::*;

fn like(broker: &str) -> Memory {
    Memory::with_config(Config::default().profile(broker).expect("a known broker"))
}

#[test]
fn an_unknown_broker_is_an_error() {
    let error = Config::default().profile("nats").expect_err("unknown");
    assert_eq!(
        error.to_string(),
        "profile: no broker \"nats\" is known; known are: memory, pulsar, mqtt, kafka, redis, rabbitmq"
    );
}

#[tokio::test(start_paused = true)]
async fn like_mqtt_there_is_no_history() {
    let backend = like("mqtt");
    let producer = producer(&backend, X).await;
    assert_eq!(put(&*producer, "a").await.routed, Some(false));
    let consumer = consumer(&backend, X, "s", earliest()).await;
    put(&*producer, "b").await;
    assert_eq!(drain(&*consumer).await, ["b"]);
    let q2 = super::support::producer(&backend, "q2/tg/flow/x").await;
    assert_eq!(put(&*q2, "c").await.routed, None);
}

#[tokio::test(start_paused = true)]
async fn like_mqtt_an_exclusive_consumer_is_taken_over() {
    let backend = like("mqtt");
    let exclusive = || of_type(ConsumerType::Exclusive);
    let first = consumer(&backend, X, "s", exclusive()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a", "b"]).await;
    let a = receive(&*first).await;
    let second = consumer(&backend, X, "s", exclusive()).await;
    let ended = first.receive().await.expect_err("taken over");
    assert_eq!(
        ended.to_string(),
        "memory: another consumer took over the subscription of tg/flow/x"
    );
    assert!(!ended.is_retryable());
    assert!(a.ack().await.is_err());
    let again = receive(&*second).await;
    assert_eq!((text(&again), again.meta.attempt), ("a", 2));
    // The count of attempts is the consumer's: it begins anew.
    again.nack(None).await.expect("nacked");
    let b = receive(&*second).await;
    let third = receive(&*second).await;
    assert_eq!((text(&third), third.meta.attempt), ("a", 3));
    second.close(SECOND).await.expect("closed");
    let third_consumer = consumer(&backend, X, "s", exclusive()).await;
    let after = receive(&*third_consumer).await;
    assert_eq!((text(&after), after.meta.attempt), ("a", 2));
    drop(b);
}

#[tokio::test(start_paused = true)]
async fn like_mqtt_properties_are_checked() {
    let long = "x".repeat(65_536);
    for (message, fine) in [
        (Outgoing::new("").property("tg-key", "x"), false),
        (Outgoing::new("").property("tg-escaped:a", "x"), false),
        (Outgoing::new("").property("a", "x\0"), false),
        (Outgoing::new("").property("a\0", "x"), false),
        (Outgoing::new("").property("a", &*long), false),
        (Outgoing::new("").key("k\0"), false),
        (Outgoing::new("").id(&*long), false),
        (Outgoing::new("").property("tg-other", "ä\n"), true),
    ] {
        let mqtt = producer(&like("mqtt"), X).await;
        let sent = mqtt.send(message.clone()).await;
        let kind = sent.err().map(|e| e.kind());
        assert_eq!(kind, (!fine).then_some("invalid_option"));
        let memory = producer(&like("memory"), X).await;
        assert!(memory.send(message).await.is_ok());
    }
}

#[tokio::test(start_paused = true)]
async fn like_mqtt_receipts_do_not_tell_of_repetitions_and_members_unsubscribe() {
    for (profile, tells) in [("mqtt", false), ("memory", true)] {
        let backend = like(profile);
        let at = "q2/tg/flow/x";
        let sender = producer(&backend, at).await;
        let one = consumer(&backend, at, "s", shared()).await;
        let two = consumer(&backend, at, "s", shared()).await;
        for again in [false, true] {
            let sent = sender.send(Outgoing::new("a").id("1")).await;
            assert_eq!(sent.expect("sent").duplicate, again && tells, "{profile}");
        }
        let unsubscribed = one.unsubscribe().await;
        match tells {
            true => assert!(matches!(unsubscribed, Err(Error::Busy { .. }))),
            false => assert!(unsubscribed.is_ok(), "{unsubscribed:?}"),
        }
        assert_eq!(drain(&*two).await, ["a"], "{profile}");
    }
}

#[tokio::test(start_paused = true)]
async fn like_mqtt_what_is_missing_is_refused() {
    let backend = like("mqtt");
    for consumer_type in [ConsumerType::Failover, ConsumerType::KeyShared] {
        let error = refused(try_consumer(&backend, X, "s", of_type(consumer_type)).await);
        assert!(matches!(error, Error::Unsupported { .. }), "{error}");
    }
    let admin = backend.topic_exists(&topic(X)).await;
    assert!(matches!(admin, Err(Error::Unsupported { .. })), "{admin:?}");
}

#[tokio::test(start_paused = true)]
async fn like_kafka_a_second_exclusive_consumer_waits() {
    let backend = like("kafka");
    let exclusive = || of_type(ConsumerType::Exclusive);
    let one = consumer(&backend, X, "s", exclusive()).await;
    let two = consumer(&backend, X, "s", exclusive()).await;
    let producer = producer(&backend, X).await;
    send(&*producer, &["a"]).await;
    assert!(two.try_receive().is_none());
    drop(one);
    assert_eq!(drain(&*two).await, ["a"]);
}

#[tokio::test(start_paused = true)]
async fn like_any_broker_its_table_holds() {
    for profile in Profile::ALL {
        let backend = like(profile.name);
        for qos in Qos::ALL {
            let topic = topic(X).with_qos(qos);
            let at = format!("{} {qos}", profile.name);
            let table = (profile.capabilities)(qos);
            let capabilities = backend.capabilities(&topic);
            for (feature, support) in capabilities.iter() {
                // What memory does not do itself it does not declare.
                let own = feature == Feature::KeyOrder && table.has(feature);
                let expected = match own {
                    true => (Profile::MEMORY.capabilities)(qos).support(feature),
                    false => table.support(feature),
                };
                assert_eq!(support, expected, "{at} {feature}");
            }
            assert_eq!(capabilities.max_payload, table.max_payload, "{at}");
            assert_eq!(
                capabilities.format,
                Format::Json,
                "{at}: memory speaks JSON"
            );
            for consumer_type in ConsumerType::ALL {
                let feature = Feature::of_consumer_type(consumer_type);
                let refuses = matches!(table.support(feature), Support::Unsupported(_));
                let name = topic.to_string();
                let opened = try_consumer(&backend, &name, "s", of_type(consumer_type)).await;
                assert_eq!(opened.is_err(), refuses, "{at} {feature}");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn like_any_broker_deliveries_tell_what_it_tells() {
    for profile in Profile::ALL {
        let backend = like(profile.name);
        let consumer = consumer(&backend, X, "s", shared()).await;
        let producer = producer(&backend, X).await;
        let message = Outgoing::new("a").key("k").property("p", "v").id("i");
        let receipt = producer.send(message).await.expect("sent");
        let table = (profile.capabilities)(Qos::Q1);
        assert_eq!(
            receipt.routed.is_some(),
            table.has(Feature::Routed),
            "{}",
            profile.name
        );
        let a = receive(&*consumer).await;
        assert_eq!(a.meta.key.is_some(), table.has(Feature::Keys));
        assert_eq!(a.meta.published.is_some(), table.has(Feature::PublishTime));
        assert_eq!(a.properties.len(), 1);
        a.nack(Some(SECOND)).await.expect("nacked");
        let again: &dyn BackendConsumer = &*consumer;
        assert_eq!(receive(again).await.meta.attempt, 2);
    }
}
